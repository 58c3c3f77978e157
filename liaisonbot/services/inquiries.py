"""Special inquiries (专题询问): questions are collected until the day begins, like ones joined, the most wanted on top.

A question is kept before anything is compared, so that none is lost. What asks something like it is offered to its
author, who alone says whether it is the same: measures of likeness call opposites alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from rapidfuzz import fuzz, process

from liaisonbot import guard, masking
from liaisonbot.announcements import Asked, Audience, Inquiry, Question
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import Place
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accusations, accused, announcing, arguments, guarding, privacy, readers
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Role

LIKE: Final = 42.0
"""From this likeness on (0 to 100) a question is offered as perhaps the same."""
OFFERED: Final = 3
TOP: Final = 10
LISTED: Final = 8
SHOWN: Final = 120
"""Characters of a question in a list."""
ON_A_BUTTON: Final = 24


Who = Collection[int]
"""The entries of the roster that a reader is, or was: what accuses them is not theirs to read."""
NOBODY: Final[Who] = frozenset()
"""As whom owners read, to whom everything comes; and everybody, of what everybody may read."""


# --- for staff --------------------------------------------------------------------------------------------------------


def hold(visit: Visit, answers: Answers) -> None:
    """/inquiry: from now on questions for that day are collected. Announcing it is the next button."""
    day = date.fromisoformat(answers["date"])
    stations = arguments.stations_of(visit)
    if day <= visit.desk.today:
        raise Refused("inquiry-too-soon", date=day)
    if not stations:
        raise Refused("announce-without-station")
    inquiry = visit.uow.inquiries.add(
        person_id=visit.person_id,
        topic=answers["text"],
        day=day,
        station_ids=[station.id for station in stations],
        now=visit.desk.now,
    )
    visit.toast()
    visit.say(_about(visit.uow, inquiry, _who(visit)), rows=_rows(visit.uow, inquiry, _who(visit)))


def show_list(visit: Visit, answers: Answers) -> None:
    """/inquiries: those of one's stations, newest first."""
    own = [inquiry for inquiry in visit.uow.inquiries.latest(200) if _may_see(visit.actor, inquiry)][:LISTED]
    if not own:
        visit.say(Text.of("inquiries-none"))
        return
    lines = [_line(inquiry) for inquiry in own]
    buttons = [
        (
            Button(
                Text.of("choice-inquiry", topic=masking.shorten(inquiry.topic, 30)), data=f"inquiry:{inquiry.id}:show"
            ),
        )
        for inquiry in own
    ]
    visit.say(Text.lines(Text.of("inquiries-list"), *lines), rows=tuple(buttons))


def _line(inquiry: Inquiry) -> Text:
    key = "list-inquiry-closed" if inquiry.closed_at else "list-inquiry"
    return Text.of(key, topic=masking.shorten(inquiry.topic, 60), date=inquiry.day)


def _may_see(actor: Actor, inquiry: Inquiry) -> bool:
    return all(may_for_station(actor, Permission.INQUIRY_HOLD, station_id) for station_id in inquiry.station_ids)


def press(visit: Visit, inquiry_id: int, action: str, question_id: int | None = None) -> None:
    """A button below a special inquiry's message; ``question_id``: about that question of it."""
    inquiry = visit.uow.inquiries.get(inquiry_id, lock=True)
    if inquiry is None or not _may_see(visit.actor, inquiry):
        raise NotFound("inquiry-not-found")
    if question_id is not None and action == "free":
        _show_to_all(visit, inquiry, question_id)
        return
    if action not in ACTIONS:
        raise Refused("old-button")
    ACTIONS[action](visit, inquiry)


def _show(visit: Visit, inquiry: Inquiry) -> None:
    visit.toast()
    visit.show(_about(visit.uow, inquiry, _who(visit)), rows=_rows(visit.uow, inquiry, _who(visit)))


def _renew(visit: Visit, inquiry: Inquiry) -> None:
    """Where nobody has asked anything since, the list stays as it is: whoever pressed reads that it is up to date."""
    visit.toast(Text.of("toast-list-renewed"))
    visit.show(_about(visit.uow, inquiry, _who(visit)), rows=_rows(visit.uow, inquiry, _who(visit)))


def _announce(visit: Visit, inquiry: Inquiry) -> None:
    """A draft that asks for questions, in groups and of deputies; it is confirmed like any other."""
    _require_open(inquiry)
    visit.toast()
    words = catalogue(visit.language, visit.desk.settings.locale.timezone)
    text = words.plain(Text.of("inquiry-call", topic=inquiry.topic, date=inquiry.day))
    announcing.draft(visit, text, station_ids=inquiry.station_ids, audience=Audience.BOTH, inquiry_id=inquiry.id)


def _list_all(visit: Visit, inquiry: Inquiry) -> None:
    """Every question, the most wanted first, with all wordings, as a text file."""
    visit.toast()
    visit.promise(_document(visit.uow, visit.desk, inquiry, _who(visit), visit.place.chat_id, visit.language))


def _ask_close(visit: Visit, inquiry: Inquiry) -> None:
    """Nobody can open it again: asked once."""
    _require_open(inquiry)
    visit.toast()
    sure = (_button(inquiry, "button-confirm", "close-now"), _button(inquiry, "button-cancel", "show"))
    visit.show(Text.of("inquiry-ask-close", topic=inquiry.topic, date=inquiry.day), rows=(sure,))


def _close(visit: Visit, inquiry: Inquiry) -> None:
    _require_open(inquiry)
    visit.uow.inquiries.close(inquiry.id, visit.desk.now)
    visit.toast(Text.of("toast-inquiry-closed"))
    closed = visit.uow.inquiries.get(inquiry.id)
    assert closed is not None
    visit.show(_about(visit.uow, closed, _who(visit)), rows=_rows(visit.uow, closed, _who(visit)))


def _show_to_all(visit: Visit, inquiry: Inquiry, question_id: int) -> None:
    """Staff read what the guard kept from others, and find nothing in it that others may not read."""
    question = visit.uow.inquiries.question(question_id)
    hidden = _kept_from(visit.uow, inquiry, _who(visit))
    if question is None or question.inquiry_id != inquiry.id or question.guard is None or question.id in hidden:
        raise Refused("old-button")
    visit.uow.inquiries.show_to_all(question.id)
    visit.toast(Text.of("toast-question-shown"))
    visit.show(_about(visit.uow, inquiry, _who(visit)), rows=_rows(visit.uow, inquiry, _who(visit)))


ACTIONS: Final[Mapping[str, Callable[[Visit, Inquiry], None]]] = {
    "show": _show,
    "renew": _renew,
    "announce": _announce,
    "all": _list_all,
    "close": _ask_close,
    "close-now": _close,
}


def _require_open(inquiry: Inquiry) -> None:
    if inquiry.closed_at is not None:
        raise Refused("inquiry-over", topic=masking.shorten(inquiry.topic, 60))


def _about(uow: UnitOfWork, inquiry: Inquiry, who: Who) -> Text:
    """What it is about, and the questions most people have."""
    asked = ranked(uow, inquiry, who)
    head = Text.of("inquiry-closed" if inquiry.closed_at else "inquiry-open", topic=inquiry.topic, date=inquiry.day)
    return Text.lines(head, *_top(asked))


def _who(visit: Visit) -> Who:
    return NOBODY if visit.actor.owner else accused.deputies(visit.uow, visit.actor)


def _whoever(uow: UnitOfWork, desk: Desk, reader: readers.Reader) -> Who:
    return NOBODY if desk.is_owner(reader.chat_id) else accused.of_account(uow, reader.chat_id)


def _kept_from(uow: UnitOfWork, inquiry: Inquiry, who: Who) -> frozenset[int]:
    """The questions that the guard keeps from others and that accuse the reader. Reads nothing for nobody."""
    kept = [each for each in uow.inquiries.questions(inquiry.id) if each.guard is not None and each.text] if who else []
    return frozenset(each.id for each in kept if not _accused(uow, inquiry, each.text or "").isdisjoint(who))


def _accused(uow: UnitOfWork, inquiry: Inquiry, words: str) -> frozenset[int]:
    looked = (accusations.look(uow, station, Place(0, "private"), words) for station in inquiry.station_ids)
    return frozenset(entry.id for verdict in looked for entry in verdict.accused)


def _top(asked: Sequence[Asked]) -> list[Text]:
    if not asked:
        return [Text.of("inquiry-no-questions")]
    lines = [
        Text.lines(
            Text.of("inquiry-top-line", place=place, people=entry.people, text=_shown(entry.question)),
            _kept(entry.question),
        )
        for place, entry in enumerate(asked[:TOP], start=1)
    ]
    people = sum(entry.people for entry in asked)
    return [Text.of("inquiry-top", questions=len(asked), people=people), *lines]


def _kept(question: Question) -> Text | None:
    """That others do not read it, and why."""
    topic = guard.topic_of(question.guard)
    return Text.of("inquiry-question-kept", topic=Text.of(f"guard-name-{topic.key}")) if topic else None


def _shown(question: Question) -> str | Text:
    if question.text is None:
        return Text.of("question-forgotten")
    return masking.shorten(" ".join(question.text.split()), SHOWN)


def _rows(uow: UnitOfWork, inquiry: Inquiry, who: Who) -> Rows:
    if inquiry.closed_at is not None:
        return ((_button(inquiry, "button-all-questions", "all"),),)
    kept = [
        (Button(Text.of("button-show-question", place=place), data=f"inquiry:{inquiry.id}:free:{entry.question.id}"),)
        for place, entry in enumerate(ranked(uow, inquiry, who)[:TOP], start=1)
        if _kept(entry.question)
    ]
    return (
        *kept,
        (_button(inquiry, "button-call-for-questions", "announce"),),
        (_button(inquiry, "button-all-questions", "all"), _button(inquiry, "button-renew-list", "renew")),
        (_button(inquiry, "button-close-inquiry", "close"),),
    )


def _button(inquiry: Inquiry, label: str, action: str) -> Button:
    return Button(Text.of(label), data=f"inquiry:{inquiry.id}:{action}")


def _document(uow: UnitOfWork, desk: Desk, inquiry: Inquiry, who: Who, chat_id: int, language: str) -> Outgoing:
    words = catalogue(language, desk.settings.locale.timezone)
    lines: list[Text] = [Text.of("inquiry-document-head", topic=inquiry.topic, date=inquiry.day)]
    for place, entry in enumerate(ranked(uow, inquiry, who), start=1):
        text = entry.question.text or Text.of("question-forgotten")
        lines.append(Text.of("inquiry-document-line", place=place, people=entry.people, text=text))
        lines += [kept for kept in (_kept(entry.question),) if kept]
        lines += [Text.of("inquiry-document-same", text=same) for same in entry.same]
    return Outgoing(
        Send.DOCUMENT,
        chat_id,
        language=language,
        text=Text.of("inquiry-document-caption", topic=masking.shorten(inquiry.topic, 60)),
        document=(f"inquiry-{inquiry.id}.txt", words.plain(Text.lines(*lines))),
        priority=Priority.ANSWER,
    )


def ranked(uow: UnitOfWork, inquiry: Inquiry, who: Who = NOBODY) -> list[Asked]:
    """Its questions, those that most people have first. Joined ones count for the one they were joined to; each
    person counts once. ``who`` reads them: not what accuses them.
    """
    hidden = _kept_from(uow, inquiry, who)
    supporters = uow.inquiries.supporters(inquiry.id)
    all_questions = uow.inquiries.questions(inquiry.id)
    asked = []
    for question in (question for question in all_questions if question.joined_to is None):
        same = [question, *(other for other in all_questions if other.joined_to == question.id)]
        people = {other.person_id for other in same}.union(*(supporters.get(other.id, frozenset()) for other in same))
        theirs = [other for other in same if other.id not in hidden]
        if not theirs:
            continue
        speaks = next((other for other in theirs if other.text is not None), theirs[0])
        wordings = tuple(other.text for other in theirs if other is not speaks and other.text is not None)
        asked.append((question.id, Asked(speaks, len(people), wordings)))
    return [entry for _, entry in sorted(asked, key=lambda pair: (-pair[1].people, pair[0]))]


# --- for everybody ----------------------------------------------------------------------------------------------------


def start_asking(visit: Visit, inquiry_id: int, _: int | None = None) -> None:
    """The button below the announcement led here: what others ask, and the next words are a question."""
    inquiry = visit.uow.inquiries.get(inquiry_id)
    if inquiry is None:
        raise NotFound("inquiry-not-found")
    _require_open(inquiry)
    dialogue = visit.uow.dialogues.start(
        visit.place.chat_id, visit.person_id, "question", {"inquiry": inquiry.id}, "text", _closes(visit.desk, inquiry)
    )
    text, rows = what_others_ask(visit, {"inquiry": inquiry.id})
    visit.say(text, rows=(*rows, *arguments.rows(dialogue.id, [], wide=False)), prompt_for=dialogue.id)


def what_others_ask(visit: Visit, answers: Answers) -> tuple[Text, Rows]:
    """The question for one's question: before it what others ask, each with a button to ask that, too."""
    inquiry = visit.uow.inquiries.get(answers["inquiry"])
    if inquiry is None:
        raise NotFound("inquiry-not-found")
    _require_open(inquiry)
    others = _for_all(ranked(visit.uow, inquiry))[:OFFERED]
    text = Text.lines(
        Text.of("inquiry-asking", topic=inquiry.topic, date=inquiry.day),
        Text.of("inquiry-others-ask") if others else None,
        *_numbered(others),
        Text.of("ask-inquiry-question"),
    )
    return text, _support_rows(others)


def _numbered(entries: Sequence[Asked]) -> list[Text]:
    """Other people's questions as anybody may read them: without numbers by which somebody could be found."""
    return [
        Text.of("inquiry-top-line", place=place, people=entry.people, text=_public(entry.question))
        for place, entry in enumerate(entries, start=1)
    ]


def _for_all(asked: Sequence[Asked]) -> list[Asked]:
    """Those that anybody may read."""
    return [entry for entry in asked if entry.question.text and entry.question.guard is None]


def _public(question: Question) -> str:
    return masking.shorten(" ".join(masking.mask(question.text or "").split()), SHOWN)


def _on_a_button(entry: Asked) -> str:
    return masking.shorten(_public(entry.question), ON_A_BUTTON)


def _support_rows(entries: Sequence[Asked]) -> Rows:
    return tuple(
        (
            Button(
                Text.of(
                    "button-question-me-too", place=place, text=masking.shorten(_public(entry.question), ON_A_BUTTON)
                ),
                data=f"support:{_root(entry)}",
            ),
        )
        for place, entry in enumerate(entries, start=1)
    )


def _root(entry: Asked) -> int:
    return entry.question.joined_to or entry.question.id


def ask(visit: Visit, answers: Answers) -> None:
    """/question: it is kept; what others asked like it is offered below the receipt."""
    inquiry = visit.uow.inquiries.get(answers["inquiry"], lock=True)
    if inquiry is None:
        raise NotFound("inquiry-not-found")
    _require_open(inquiry)
    text = answers["text"]
    if not text:
        raise Refused("need-words")
    topic = guarding.look_at_question(visit, inquiry.station_ids, text)
    like = alike(_for_all(ranked(visit.uow, inquiry)), text)
    by = Role.DEPUTY if visit.actor.deputy else Role.CONSTITUENT
    question = visit.uow.inquiries.ask(
        inquiry.id, person_id=visit.person_id, by=by, text=text, now=visit.desk.now, guard=topic
    )
    if visit.actor.person is not None:
        privacy.show_notice_once(visit.uow, visit.desk, visit.actor.person, visit.place, visit.language)
    others = [entry for entry in like if entry.question.person_id != visit.person_id]
    rows = tuple(
        (
            Button(
                Text.of("button-same", place=place, text=_on_a_button(entry)),
                data=f"same:{question.id}:{_root(entry)}",
            ),
        )
        for place, entry in enumerate(others, start=1)
    )
    visit.say(
        Text.lines(
            Text.of("question-received", topic=inquiry.topic, date=inquiry.day),
            Text.lines(Text.of("question-kept"), guarding.advice_on(topic)) if topic else None,
            Text.of("question-alike") if others else None,
            *_numbered(others),
        ),
        rows=rows,
    )


def alike(asked: Sequence[Asked], text: str) -> list[Asked]:
    """The questions that may ask the same, likest first."""
    wordings = {place: _parts(entry.question.text) for place, entry in enumerate(asked) if entry.question.text}
    found = process.extract(_parts(text), wordings, scorer=fuzz.ratio, processor=None, limit=OFFERED, score_cutoff=LIKE)
    return [asked[place] for _, _, place in found]


_PART: Final = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]")
_SHORT: Final = 3


def _parts(text: str) -> list[str]:
    """The characters of Chinese, the longer words of English; sorted, since the same is asked in many orders."""
    parts = _PART.findall(text.casefold())
    return sorted(part for part in parts if not part.isascii() or len(part) > _SHORT or part.isdigit())


def join(visit: Visit, question_id: int, to: int) -> None:
    """The author says that theirs asks the same as another."""
    mine, other = visit.uow.inquiries.question(question_id), visit.uow.inquiries.question(to)
    if mine is None or other is None or mine.person_id != visit.person_id or mine.inquiry_id != other.inquiry_id:
        raise Refused("old-button")
    inquiry = visit.uow.inquiries.get(mine.inquiry_id, lock=True)
    assert inquiry is not None
    _require_open(inquiry)
    root = other.joined_to or other.id
    if root == mine.id or mine.joined_to is not None:
        raise Refused("question-joined-already")
    visit.uow.inquiries.join(mine.id, root)
    visit.toast(Text.of("toast-same"))
    visit.show(Text.of("question-joined", topic=inquiry.topic, date=inquiry.day))


def support(visit: Visit, question_id: int) -> None:
    """Me too: somebody would like to know that as well."""
    question = visit.uow.inquiries.question(question_id)
    inquiry = visit.uow.inquiries.get(question.inquiry_id, lock=True) if question else None
    if question is None or inquiry is None:
        raise Refused("old-button")
    _require_open(inquiry)
    if not visit.uow.inquiries.support(question_id, visit.person_id, visit.desk.now):
        raise Refused("supported-already")
    visit.toast(Text.of("toast-supported"))


# --- what the clock does ----------------------------------------------------------------------------------------------


def _closes(desk: Desk, inquiry: Inquiry) -> datetime:
    """The beginning of its day, where the stations are."""
    return datetime.combine(inquiry.day, time(), desk.timezone)


def close_due(uow: UnitOfWork, desk: Desk) -> int:
    """Its day has come: no more questions, and staff get the list."""
    for inquiry in uow.inquiries.open():
        if _closes(desk, inquiry) > desk.now:
            continue
        uow.inquiries.close(inquiry.id, desk.now)
        closed = uow.inquiries.get(inquiry.id)
        assert closed is not None
        for reader in _staff(uow, desk, closed):
            who = _whoever(uow, desk, reader)
            text, rows = _about(uow, closed, who), _rows(uow, closed, who)
            told = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows)
            uow.outbox.add(told, desk.now)
            uow.outbox.add(_document(uow, desk, closed, who, reader.chat_id, reader.language), desk.now)
    return 0


def _staff(uow: UnitOfWork, desk: Desk, inquiry: Inquiry) -> list[readers.Reader]:
    """The staff of its stations, and an owner who called for it; each once. Who called for it and works there no more
    reads none of what people asked.
    """
    found = {reader.chat_id: reader for id_ in inquiry.station_ids for reader in readers.staff_of(uow, desk, id_)}
    kept = [_kept_from(uow, inquiry, _whoever(uow, desk, reader)) for reader in found.values()]
    if kept and frozenset.intersection(*kept):  # of what accuses all of them the owners are to hear
        found |= {reader.chat_id: reader for reader in readers.owners(uow, desk)}
    maker = uow.people.get(inquiry.person_id)
    if maker is not None and maker.telegram_id is not None and desk.is_owner(maker.telegram_id):
        entry = next(iter(uow.roster.of(maker.telegram_id, None)), None)
        found.setdefault(maker.telegram_id, readers.Reader(maker.telegram_id, readers.language_of(desk, maker, entry)))
    return list(found.values())


STEPS: Final = (close_due,)
"""What the clock does."""

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "inquiry": hold,
    "inquiries": show_list,
    "question": ask,
}
BEFORE_WORDS: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, Rows]]]] = {"question": what_others_ask}
"""What is shown where the words of a command are asked for."""
