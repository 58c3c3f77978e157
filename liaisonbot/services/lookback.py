"""回头看: a sample of closed cases is asked once more, and whoever says otherwise than then is listed.

A sample can be drawn again by anybody: the numbers of the population in ascending order are shuffled by Python's
``random.Random(SEED)``, and the first ones whose authors may be asked are taken.
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Author, Case, Lookback, LookbackQuestion
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, cards, guarding, lists, paging, quiet, reaching, readers, voices
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Rating

LINK: Final = "lookback"
"""The purpose of the questions' links: an answer in words to one of them is for staff, not talk with the deputy."""
REST: Final = timedelta(days=90)
"""Whoever was asked in a look-back is left alone for so long."""
MOST: Final = 100
PAGE: Final = 8
NAMED: Final = 20


class Change(StrEnum):
    """What they say now, beside what they rated then."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Draw:
    """What a seed draws: the cases with those to be asked, and how many were passed over on the way."""

    seed: str
    size: int
    since: date
    until: date
    station_ids: frozenset[int] | None
    order: tuple[int, ...]
    chosen: tuple[tuple[Case, tuple[Author, ...]], ...]
    passed_over: int

    @property
    def people(self) -> int:
        return sum(len(authors) for _, authors in self.chosen)


def shuffled(numbers: Sequence[int], seed: str) -> list[int]:
    """The order in which that seed draws from these numbers: the same on any machine."""
    order = sorted(numbers)
    random.Random(seed).shuffle(order)
    return order


# --- drawing
# ----------------------------------------------------------------------------------------------------------


def lookback(visit: Visit, answers: Answers) -> None:
    """Without a number: earlier ones. With one: the preview of a new one, or the one that was drawn like that."""
    words = answers.get("text", "")
    if not words:
        _overview(visit)
        return
    asked = _ASKED_FOR.fullmatch(words.strip())
    if asked is None or not 1 <= int(asked[1]) <= MOST:
        raise Refused("lookback-how", n=MOST)
    until = _day(asked[3]) if asked[3] else visit.desk.today
    _preview(visit, int(asked[1]), asked[2] or _new_seed(), until)


_ASKED_FOR: Final = re.compile(r"([0-9]{1,3})(?:\s+([0-9A-Za-z]{1,16}))?(?:\s+(20[0-9]{2}-[01][0-9]-[0-3][0-9]))?")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("need-date", typed=text) from None


def _new_seed() -> str:
    return str(secrets.randbelow(900_000) + 100_000)


def draw(visit: Visit, size: int, seed: str, until: date) -> Draw:
    """The sample for that seed, from the cases closed in the days before ``until`` at the stations of whoever asks."""
    uow, desk = visit.uow, visit.desk
    stations = _stations(visit)
    since = until - timedelta(days=desk.settings.lookback.days)
    order = shuffled(uow.lookbacks.population(_begin(desk, since), _begin(desk, until), stations), seed)
    chosen: list[tuple[Case, tuple[Author, ...]]] = []
    asked: set[int] = set()
    passed_over = 0
    for number in order:
        if len(chosen) >= size:
            break
        authors = _to_ask(uow, desk, number, asked)
        case = uow.cases.get(number)
        if case is None or not authors:
            passed_over += 1
            continue
        asked |= {author.person_id for author in authors}
        chosen.append((case, authors))
    return Draw(seed, size, since, until, stations, tuple(order), tuple(chosen), passed_over)


def _stations(visit: Visit) -> frozenset[int] | None:
    """An owner's look-back is of all stations."""
    actor = visit.actor
    if not may(actor, Permission.LOOKBACK_MAKE):
        raise NotFound("unknown-command")
    return None if actor.owner or actor.staff is None else actor.staff.station_ids


def _begin(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, time(), desk.timezone)


def _to_ask(uow: UnitOfWork, desk: Desk, number: int, asked: set[int]) -> tuple[Author, ...]:
    """The authors who are remembered, and who were not asked of late, nor about another case of this sample."""
    authors = uow.cases.authors(number)
    resting = uow.lookbacks.asked_since([author.person_id for author in authors], desk.now - REST) if authors else ()
    return tuple(author for author in authors if author.person_id not in asked and author.person_id not in resting)


def _preview(visit: Visit, size: int, seed: str, until: date) -> None:
    """How many would be asked. Which cases they are shows only afterwards: nobody picks a seed by what it draws."""
    if until > visit.desk.today:
        raise Refused("lookback-future", date=until)
    stations = _stations(visit)
    earlier = visit.uow.lookbacks.same(seed, until, stations)
    visit.toast()
    if earlier is not None:
        _show(visit, earlier, 0)
        return
    drawn = draw(visit, size, seed, until)
    if not drawn.chosen:
        days = visit.desk.settings.lookback.days
        nobody = Text.of("lookback-nobody", pool=len(drawn.order), n=days)
        visit.show(nobody if drawn.order else Text.of("lookback-empty", n=days))
        return
    text = Text.of(
        "lookback-preview",
        size=Text.counted("cases", len(drawn.chosen)),
        people=Text.counted("people", drawn.people),
        pool=Text.counted("cases", len(drawn.order)),
        passed=Text.counted("cases", drawn.passed_over) if drawn.passed_over else None,
        since=drawn.since,
        until=drawn.until - timedelta(days=1),
        seed=seed,
    )
    confirm = Button(Text.of("button-confirm"), data=f"lookback:go:{size}:{seed}:{until}")
    visit.show(text, rows=((confirm, Button(Text.of("button-cancel"), data="lookback:list")),))


def _go(visit: Visit, size: int, seed: str, until: date) -> None:
    """Ask them, each once, in nobody's quiet hours."""
    uow, desk = visit.uow, visit.desk
    earlier = uow.lookbacks.same(seed, until, _stations(visit))
    if earlier is not None or until > desk.today or size > MOST:
        raise Refused("old-button")
    drawn = draw(visit, size, seed, until)
    if not drawn.chosen:
        raise Refused("old-button")
    entry = visit.actor.staff
    run = uow.lookbacks.add(
        desk.now,
        by_name=entry.name if entry else "",
        station_ids=drawn.station_ids,
        seed=seed,
        size=size,
        since=drawn.since,
        until=until,
        pool=len(drawn.order),
    )
    for case, authors in drawn.chosen:
        for author in authors:
            _ask(uow, desk, run, case, author)
    visit.toast(Text.of("lookback-under-way"))
    _show(visit, run, 0)


def _ask(uow: UnitOfWork, desk: Desk, run: Lookback, case: Case, author: Author) -> None:
    question = uow.lookbacks.ask(run.id, case.number, author.person_id, case.result, desk.now)
    text = Text.of("lookback-question", case=case.number, at=case.created_at, deputy=cards.deputy_name(uow, case))
    rows, key, later = cards.look_back_rows(question), _key(question), quiet.until(desk)
    reaching.to_author(
        uow, desk, case, author, text, rows=rows, purpose=LINK, priority=Priority.NOTICE, key=key, not_before=later
    )


def _key(question: int) -> str:
    """Under which a question waits: whoever has answered it below the case meanwhile is not asked any more."""
    return f"look-back:{question}"


# --- answers
# ----------------------------------------------------------------------------------------------------------


def _again(visit: Visit, rest: Sequence[str]) -> None:
    """They say how it is now; words can be added by answering the question."""
    pressed = re.fullmatch(r"([0-9]{1,12}):([123])", ":".join(rest))
    question = visit.uow.lookbacks.question(int(pressed[1])) if pressed else None
    if pressed is None or question is None:
        raise Refused("old-button")
    say_now(visit, question, Rating(int(pressed[2])))
    _renew(visit, question.case)
    if visit.place.private and question.person_id == visit.person_id:
        visit.say(Text.of("lookback-say-more", case=question.case), case=question.case, purpose=LINK)


def _renew(visit: Visit, number: int) -> None:
    """The question has no buttons any more; a case below which it stood is shown as it is now."""
    pressed = visit.press.message_id if visit.press is not None else None
    link = visit.uow.links.case_of(visit.place.chat_id, pressed) if pressed is not None else None
    case = visit.uow.cases.get(number)
    if case is not None and visit.place.private and link is not None and link.purpose != LINK:
        text, rows = lists.course(visit, case)
        visit.show(text, rows=rows)
    else:
        visit.renew_buttons(() if visit.place.private else cards.group_rows(visit.desk, number))


def say_now(visit: Visit, question: LookbackQuestion, level: Rating) -> None:
    """The answer to it. What one said stays."""
    if not _is_theirs(visit, question):
        raise Refused("old-button")
    if question.answer is not None:
        raise Refused("lookback-answered", case=question.case)
    visit.uow.lookbacks.answered(question.id, level, visit.desk.now)
    visit.uow.outbox.drop_keyed(_key(question.id))
    visit.toast(Text.of("lookback-thanks"))
    case = visit.uow.cases.get(question.case)
    if case is not None and level is Rating.DISSATISFIED:
        _tell_staff(visit.uow, visit.desk, case, Text.of("lookback-failed", **_about(visit.uow, case, question)), None)


def _is_theirs(visit: Visit, question: LookbackQuestion) -> bool:
    """Whether whoever pressed was asked, or speaks for somebody without Telegram who was."""
    case = visit.uow.cases.get(question.case)
    if question.person_id == visit.person_id:
        return True
    return case is not None and question.person_id in voices.of(visit.uow, visit.actor, case, Permission.CASE_RATE)


def _about(uow: UnitOfWork, case: Case, question: LookbackQuestion) -> dict[str, object]:
    return {"case": case.number, "deputy": cards.deputy_name(uow, case), "then": _rating(question.rated)}


def _rating(level: Rating | None) -> Text:
    return Text.of(f"rating-{int(level)}") if level else Text.of("not-rated")


def _tell_staff(uow: UnitOfWork, desk: Desk, case: Case, text: Text, body: str | None) -> None:
    number = case.number
    rows = (
        (
            Button(Text.of("button-open-case", case=number), data=f"do:case:{number}"),
            Button(Text.of("button-reopen"), data=f"do:reopen:{number}"),
        ),
    )
    for reader in readers.staff_for(uow, desk, case):
        told = Outgoing(
            Send.TEXT, reader.chat_id, language=reader.language, text=text, body=body, rows=rows, case=number
        )
        uow.outbox.add(told, desk.now)


def hear(visit: Visit, message: IncomingMessage, number: int) -> bool:
    """Whether the message answers a look-back's question in words; then it stands in the results, and staff read it."""
    uow, text = visit.uow, (message.text or "").strip()
    question = uow.lookbacks.question_about(number, visit.person_id)
    case = uow.cases.get(number)
    if question is None or case is None or not text or message.attachments:
        return False
    said = f"{question.words}\n{text}" if question.words else text
    uow.lookbacks.add_words(question.id, said)
    case = guarding.look_again(visit, case, text)
    heading = Text.of("lookback-words", case=number, deputy=cards.deputy_name(uow, case))
    _tell_staff(uow, visit.desk, case, heading, text)
    visit.say(Text.of("lookback-heard", case=number), case=number)
    return True


# --- results
# ----------------------------------------------------------------------------------------------------------


def change(question: LookbackQuestion) -> Change:
    """Who gave no rating then was counted as content: only *dissatisfied* is worse than that."""
    if question.answer is None:
        return Change.SILENT
    if question.rated is None:
        return Change.WORSE if question.answer is Rating.DISSATISFIED else Change.SAME
    if question.answer == question.rated:
        return Change.SAME
    return Change.WORSE if question.answer < question.rated else Change.BETTER


def content_then_not_now(question: LookbackQuestion) -> bool:
    """答复满意·落实不满意: content with the reply, not with what was done."""
    was_content = question.rated is not None and question.rated > Rating.DISSATISFIED
    return was_content and question.answer is Rating.DISSATISFIED


def _overview(visit: Visit) -> None:
    """Earlier look-backs, and the button for a new one."""
    uow, size = visit.uow, visit.desk.settings.lookback.size
    runs = uow.lookbacks.latest(_stations(visit))
    lines = []
    for run in runs:
        asked = uow.lookbacks.questions(run.id)
        counts = [sum(change(question) is kind for question in asked) for kind in (Change.WORSE, Change.SILENT)]
        lines.append(
            Text.of("list-lookback", number=run.id, at=run.made_at, n=len(asked), worse=counts[0], silent=counts[1])
        )
    rows = [(Button(Text.of("button-lookback", number=run.id), data=f"lookback:show:{run.id}:0"),) for run in runs]
    new = (Button(Text.of("button-lookback-new", n=size), data=f"lookback:new:{size}"),)
    visit.show(
        Text.lines(Text.of("lookback-title", n=size), *lines, None if lines else Text.of("lookback-none")),
        rows=(new, *rows),
    )


def _show(visit: Visit, run: Lookback, offset: int) -> None:
    """The results: counts, what got worse first, and who was content with the reply and is not with what was done."""
    uow = visit.uow
    all_of_them, hidden = uow.lookbacks.questions(run.id), accused.numbers(uow, visit.actor)
    asked = [question for question in all_of_them if question.case not in hidden]
    kinds = list(Change)
    found = sorted(asked, key=lambda question: (kinds.index(change(question)), question.id))
    page = found[offset : offset + PAGE]
    counts = {kind.value: sum(change(question) is kind for question in asked) for kind in Change}
    named = [question for question in found if content_then_not_now(question)]
    text = Text.lines(
        Text.of(
            "lookback-results",
            number=run.id,
            at=run.made_at,
            since=run.since,
            until=run.until - timedelta(days=1),
            pool=run.pool,
            seed=run.seed,
        ),
        _drawn_again(visit, run, all_of_them),
        Text.of("lookback-counts", **counts),
        Text.of("lookback-named", cases=_names(uow, named)) if named else None,
        *[_line(uow, question) for question in page],
        Text.of("page", first=offset + 1, last=offset + len(page), total=len(found)) if len(found) > PAGE else None,
    )
    visit.show(text, rows=(*_case_buttons(page), *_turning(run, offset, len(found))))


def _drawn_again(visit: Visit, run: Lookback, asked: Sequence[LookbackQuestion]) -> Text:
    """Draw once more with its seed: the cases come in the order in which they were asked, unless some were reopened."""
    desk = visit.desk
    numbers = visit.uow.lookbacks.population(_begin(desk, run.since), _begin(desk, run.until), run.station_ids)
    again = shuffled(numbers, run.seed)
    taken = list(dict.fromkeys(question.case for question in asked))
    left = [number for number in again if number in set(taken)]
    if len(again) == run.pool and left == taken:
        return Text.of("lookback-verified")
    return Text.of("lookback-pool-changed", n=abs(run.pool - len(again)))


def _names(uow: UnitOfWork, questions: Sequence[LookbackQuestion]) -> Text:
    return Text.lines(
        *[
            Text.of("lookback-name", case=question.case, deputy=cards.deputy_name(uow, case))
            for question in questions[:NAMED]
            if (case := uow.cases.get(question.case)) is not None
        ]
    )


def _line(uow: UnitOfWork, question: LookbackQuestion) -> Text:
    case = uow.cases.get(question.case)
    key = "list-lookback-answer-words" if question.words else "list-lookback-answer"
    return Text(
        key,
        {
            "sign": Text.of(f"lookback-{change(question)}"),
            "case": question.case,
            "deputy": cards.deputy_name(uow, case) if case else "",
            "then": _rating(question.rated),
            "now": _rating(question.answer) if question.answer else Text.of("lookback-no-answer"),
            "words": masking.shorten(" ".join((question.words or "").split()), 60),
        },
    )


def _case_buttons(page: Sequence[LookbackQuestion]) -> Rows:
    numbers = dict.fromkeys(question.case for question in page)
    buttons = [Button(Text.of("button-open-case", case=n), data=f"do:case:{n}") for n in numbers]
    return cards.in_pairs(buttons, 4)


def _turning(run: Lookback, offset: int, total: int) -> Rows:
    back = (Button(Text.of("button-lookback-list"), data="lookback:list"),)
    return (*paging.turns(f"lookback:show:{run.id}", offset, PAGE, total), back)


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``list``, ``new:N``, ``go:N:SEED:DAY``, ``show:ID:OFFSET``."""
    for pattern, act in _PRESSES.items():
        pressed = pattern.fullmatch(":".join(rest))
        if pressed is not None:
            act(visit, *pressed.groups())
            return
    raise Refused("old-button")


def _press_list(visit: Visit) -> None:
    visit.toast()
    _overview(visit)


def _press_new(visit: Visit, size: str) -> None:
    _preview(visit, min(int(size), MOST), _new_seed(), visit.desk.today)


def _press_go(visit: Visit, size: str, seed: str, until: str) -> None:
    _go(visit, int(size), seed, _day(until))


def _press_show(visit: Visit, number: str, offset: str) -> None:
    run = visit.uow.lookbacks.get(int(number))
    own = _stations(visit)
    if run is None or not (own is None or (run.station_ids is not None and run.station_ids <= own)):
        raise Refused("old-button")
    visit.toast()
    _show(visit, run, int(offset))


_PRESSES: Final[Mapping[re.Pattern[str], Callable[..., None]]] = {
    re.compile("list"): _press_list,
    re.compile("new:([0-9]{1,3})"): _press_new,
    re.compile("go:([0-9]{1,3}):([0-9A-Za-z]{1,16}):(20[0-9]{2}-[01][0-9]-[0-3][0-9])"): _press_go,
    re.compile("show:([0-9]{1,9}):([0-9]{1,5})"): _press_show,
}

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"lookback": lookback}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"lookback": _press, "again": _again}
