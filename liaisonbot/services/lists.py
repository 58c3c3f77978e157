"""Lists with pages: my cases, the inbox, the queue, the roster; and one case with its timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound
from liaisonbot.incoming import Place
from liaisonbot.keyboards import ROOM, Screen
from liaisonbot.model import NOTHING_SAID, Author, Case, CaseMessage, FormerWords, JournalEntry, RosterEntry
from liaisonbot.outgoing import COURSE, Button, Rows
from liaisonbot.permissions import Permission, may, may_for_case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accused,
    actors,
    asked,
    cards,
    casework,
    enclosures,
    handing,
    paging,
    readables,
    reception_booking,
    sorting,
    standing_cards,
    voices,
)
from liaisonbot.services.asked import Asked
from liaisonbot.services.readables import Readable
from liaisonbot.services.readers import Reader
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Outcome, Role
from liaisonbot.workflow import Event

PAGE: Final = 8
"""Lines on a page, so that nobody scrolls more than once on a phone."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: what stands on it, the buttons of its lines, and how many lines there are in all."""

    lines: list[Text]
    buttons: list[Button]
    total: int
    in_a_row: int = 2
    """Of the buttons."""


def show_list(visit: Visit, name: str, offset: int = 0) -> None:
    """A list from that line on; ``name`` is a key of :data:`LISTS`. Turning the page edits the message."""
    permission, fetch = LISTS[name]
    if permission is not None and not may(visit.actor, permission):
        raise NotFound("unknown-command")
    page = fetch(visit, offset)
    visit.toast()
    below = _BELOW[name](visit) if name in _BELOW else ()
    if not page.lines:
        visit.show(Text.of(f"{name}-empty"), rows=below)
        return
    pages = Text.of("page", first=offset + 1, last=offset + len(page.lines), total=page.total)
    text = Text.lines(Text.of(f"{name}-title"), *page.lines, pages if page.total > PAGE else None)
    visit.show(text, rows=(*cards.in_pairs(page.buttons, page.in_a_row), *_turning(name, offset, page.total), *below))


def _turning(name: str, offset: int, total: int) -> Rows:
    return paging.turns(f"page:{name}", offset, PAGE, total)


def _of_cases(visit: Visit, found: tuple[Sequence[Case], int]) -> Page:
    cases, total = found
    return Page([case_line(visit.desk, case) for case in cases], _case_buttons(cases), total, _NUMBERS_IN_A_ROW)


def _of_stations(visit: Visit, fetch: Callable[[int, int], tuple[Sequence[Case], int]], offset: int) -> Page:
    """Of their stations, but for what accuses them."""
    found = accused.page(visit.uow, visit.actor, fetch, lambda case: case.number, offset=offset, limit=PAGE)
    return _of_cases(visit, found)


_NUMBERS_IN_A_ROW: Final = 4
"""Buttons that have only a number: their words stand above."""


def case_buttons(cases: Sequence[Case]) -> Rows:
    """One for each, with its number; it shows the case with its course."""
    return cards.in_pairs(_case_buttons(cases), _NUMBERS_IN_A_ROW)


def _case_buttons(cases: Sequence[Case]) -> list[Button]:
    return [Button(Text.of("overdue-case", case=case.number), data=f"do:case:{case.number}") for case in cases]


def case_line(desk: Desk, case: Case) -> Text:
    """A case in a list: number, where it stands, what it is about, and until when."""
    limit = cards.limit(desk, case)
    return Text.lines(
        Text.of(
            "list-case",
            case=case.number,
            stage=Text.of(f"outcome-{case.outcome}") if case.outcome else Text.of(f"stage-{case.stage}"),
            category=cards.category(case),
            text=cards.excerpt(case, 40),
        ),
        Text.of("list-case-limit", limit=limit) if limit else None,
    )


def _mycases(visit: Visit, offset: int) -> Page:
    return _of_cases(visit, visit.uow.cases.of_author(visit.person_id, offset=offset, limit=PAGE))


def _inbox(visit: Visit, offset: int) -> Page:
    deputy = visit.actor.deputy
    return (
        _of_cases(visit, visit.uow.cases.of_deputy(deputy.id, offset=offset, limit=PAGE)) if deputy else Page([], [], 0)
    )


def _unassigned(visit: Visit, offset: int) -> Page:
    stations = None if visit.actor.owner or visit.actor.staff is None else visit.actor.staff.station_ids
    return _of_stations(visit, lambda at, most: visit.uow.cases.unassigned(stations, offset=at, limit=most), offset)


def _reopenings(visit: Visit, offset: int) -> Page:
    stations = None if visit.actor.owner or visit.actor.staff is None else visit.actor.staff.station_ids
    return _of_stations(visit, lambda at, most: visit.uow.reopenings.page(stations, offset=at, limit=most), offset)


def _roster(visit: Visit, offset: int) -> Page:
    """One's own stations' people; an owner sees everybody."""
    own = visit.actor.staff.station_ids if visit.actor.staff else frozenset()
    entries = [entry for entry in visit.uow.roster.all() if visit.actor.owner or entry.station_ids & own]
    return Page([_roster_line(visit, entry) for entry in entries[offset : offset + PAGE]], [], len(entries))


def _roster_line(visit: Visit, entry: RosterEntry) -> Text:
    stations = [station.name for id_ in sorted(entry.station_ids) if (station := visit.uow.stations.get(id_))]
    known = entry.telegram_id is not None
    return Text.of(
        "list-roster" if known else "list-roster-unknown",
        role=Text.of(f"role-{entry.role}"),
        name=entry.name,
        stations="、".join(stations) if visit.language == "zh" else ", ".join(stations),
    )


LISTS: Final[Mapping[str, tuple[Permission | None, Callable[[Visit, int], Page]]]] = {
    "mycases": (None, _mycases),
    "inbox": (Permission.INBOX_READ, _inbox),
    "unassigned": (Permission.QUEUE_READ, _unassigned),
    "reopenings": (Permission.CASE_REOPEN, _reopenings),
    "roster": (Permission.ROSTER_READ, _roster),
}


_BELOW: Final[Mapping[str, Callable[[Visit], Rows]]] = {"mycases": reception_booking.below_my_cases}
"""What else stands below a list."""


# --- one case
# -----------------------------------------------------------------------------------------------------------

TIMELINE_PAGE: Final = 10
TIMELINE_ROOM: Final = 550
"""Characters of a page, more or less: long notes are fewer on it."""


def show_case(visit: Visit, number: int, offset: int = 0) -> None:
    """The case and what happened to it, the newest last; earlier pages by a button.

    For those who work on it it is a card from then on, and follows the case; an earlier page stays as it is.
    """
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_READ)
    text, rows = course(visit, case, offset)
    follows = offset == 0 and visit.person_id not in visit.uow.cases.author_ids(number)
    visit.say(text, rows=rows, case=number, purpose=COURSE if follows else "notice")
    if case.text and len(case.text) > cards.EXCERPT and offset == 0 and not readables.of(visit, case).as_author:
        visit.say(Text.of("whole-text", case=number), body=case.text, case=number, purpose="relay")


def course(visit: Visit, case: Case, offset: int = 0) -> tuple[Text, Rows]:
    """The case as it stands, with what happened to it but for the ``offset`` newest events, and its keyboard."""
    uow = visit.uow
    readable = readables.of(visit, case)
    events = _timeline(visit, case, readable)
    page = _page(events[: max(0, len(events) - offset)])
    shown = offset + len(page)
    card = (
        cards.own_card(uow, visit.desk, case, opened_by_reader=readable.opened_by_reader)
        if readable.as_author
        else cards.work_card(uow, visit.desk, case, contact=visit.actor.handles(case), reader=visit.telegram_id)
    )
    text = Text.lines(card, Text.of("timeline-title"), *page, _asked_below(visit, case))
    return text, case_rows(visit, case, shown if shown < len(events) else 0)


def _page(events: Sequence[Text]) -> list[Text]:
    """The newest of them, as many as nobody scrolls more than once for; one at least."""
    page: list[Text] = []
    room = TIMELINE_ROOM
    for event in reversed(events[-TIMELINE_PAGE:]):
        room -= _length(event)
        if page and room < 0:
            break
        page.insert(0, event)
    return page


def _length(said: object) -> int:
    """About how many characters of words are in it."""
    if isinstance(said, Text):
        return 15 + sum(_length(value) for value in said.params.values())
    if isinstance(said, list | tuple):
        return sum(_length(value) for value in said)
    return len(said) if isinstance(said, str) else 0


def _follow(uow: UnitOfWork, desk: Desk, case: Case, reader: Reader) -> tuple[Text, Rows] | None:
    """What stands now in the message in which that reader opened the case; None where it is theirs to read no more."""
    actor = actors.known(uow, desk, reader.chat_id)
    if not may_for_case(actor, Permission.CASE_READ, case, uow.cases.author_ids(case.number)):
        return None
    return course(Visit(uow, desk, actor, Place(reader.chat_id, "private"), reader.language), case)


standing_cards.FOLLOWED[COURSE] = _follow


@dataclass(frozen=True, slots=True)
class Below:
    """How something is answered below the case: by which buttons, and what it asks where the card does not say so (of
    an author themselves; of whoever passes on their answer).
    """

    rows: Callable[[UnitOfWork, Case, int], Rows]
    question: str | None = None
    please_ask: str | None = None


def _rating_rows(uow: UnitOfWork, case: Case, person_id: int) -> Rows:
    return cards.rating_rows(case, uow.verdicts.of(case.number).get(person_id, NOTHING_SAID))


def _check_rows(uow: UnitOfWork, case: Case, person_id: int) -> Rows:
    return cards.check_rows(case)


def _look_back_rows(uow: UnitOfWork, case: Case, person_id: int) -> Rows:
    question = asked.look_back(uow, case, person_id)
    return cards.look_back_rows(question.id) if question is not None else ()


ANSWERED_BELOW: Final[Mapping[Asked, Below]] = {
    Asked.RATING: Below(_rating_rows),
    Asked.CHECK: Below(_check_rows),
    Asked.LOOK_BACK: Below(_look_back_rows, "look-back-below", "look-back-below-ask"),
}
"""What an author is asked → how they answer it below the case: the question may never have reached them."""


def answer_rows(uow: UnitOfWork, case: Case, person_id: int) -> Rows:
    """The buttons for what that author is asked and has not said yet."""
    below = _below(uow, case, person_id)
    return below.rows(uow, case, person_id) if below is not None else ()


def answer_to(uow: UnitOfWork, case: Case, person_id: int, *, passed_on: bool = False) -> Text | None:
    """What these buttons answer, where nothing else on the case says so. ``passed_on``: somebody else presses them."""
    below = _below(uow, case, person_id)
    key = (below.please_ask if passed_on else below.question) if below is not None else None
    return Text.of(key) if key is not None else None


def _below(uow: UnitOfWork, case: Case, person_id: int) -> Below | None:
    waited_for = asked.of_author(uow, case, person_id)
    return ANSWERED_BELOW.get(waited_for) if waited_for is not None else None


def _voice(visit: Visit, case: Case) -> int | None:
    """In whose name the reader answers what is asked; of several without Telegram, the first who has not said it. None
    where there is nothing for them to answer.
    """
    if not may_for_case(visit.actor, Permission.CASE_RATE, case, visit.uow.cases.author_ids(case.number)):
        return None
    names = sorted(voices.of(visit.uow, visit.actor, case, Permission.CASE_RATE))
    return next((name for name in names if _below(visit.uow, case, name) is not None), None)


def _absent(visit: Visit, case: Case, person_id: int) -> Author | None:
    """That author of the case, where they are without Telegram."""
    authors = visit.uow.cases.authors(case.number)
    return next((each for each in authors if each.person_id == person_id and each.telegram_id is None), None)


def _asked_below(visit: Visit, case: Case) -> Text | None:
    """What the buttons below answer, and which of several people without Telegram it is asked of."""
    voice = _voice(visit, case)
    if voice is None:
        return None
    author = _absent(visit, case, voice)
    question = answer_to(visit.uow, case, voice, passed_on=author is not None)
    whose = cards.whose(visit.uow, case, author) if author is not None else None
    return Text.lines(question, whose) if question is not None or whose is not None else None


def case_rows(visit: Visit, case: Case, earlier: int, *, unfolded: bool = False) -> Rows:
    """The keyboard below /case: the answer that is waited for, what can be done, and the way to what was ``earlier``
    (0: all of it is to be seen).
    """
    uow, actor = visit.uow, visit.actor
    authors = uow.cases.author_ids(case.number)
    answer: Rows = ()
    voice = _voice(visit, case)
    if voice is not None:
        answer = cards.naming(answer_rows(uow, case, voice), voice if _absent(visit, case, voice) else None)
    turn: Rows = ()
    if earlier:
        turn = ((Button(Text.of("button-earlier"), data=f"timeline:{case.number}:{earlier}"),),)
    buttons = cards.possible(uow, visit.desk, actor, case)
    if may_for_case(actor, Permission.CASE_READ_NOTES, case, authors):
        buttons = [*buttons, *handing.buttons(uow, case)]
    turn = (*_whole(visit, case), *enclosures.button(visit, case), *turn)
    room = ROOM - bool(answer) - len(turn)
    rows = cards.below(uow, actor, case, Screen.CASE, buttons, earlier, room=room, unfolded=unfolded)
    return (*answer, *_closed_up(rows, turn))


def _closed_up(rows: Rows, turn: Rows) -> Rows:
    """The first of ``turn`` stands beside a button that has its row to itself: so a phone shows the message whole."""
    if rows and turn and len(rows[-1]) == len(turn[0]) == 1:
        return (*rows[:-1], (*rows[-1], *turn[0]), *turn[1:])
    return (*rows, *turn)


def _whole(visit: Visit, case: Case) -> Rows:
    """From a case that became part of another one to that one, for those who may read it."""
    whole = visit.uow.cases.get(visit.uow.merges.target(case.number)) if case.outcome is Outcome.MERGED else None
    if whole is None:
        return ()
    authors = visit.uow.cases.author_ids(whole.number)
    if not may_for_case(visit.actor, Permission.CASE_READ, whole, authors):
        return ()
    return ((Button(Text.of("button-the-whole", case=whole.number), data=f"do:case:{whole.number}"),),)


def _timeline(visit: Visit, case: Case, readable: Readable) -> list[Text]:
    dispatches = may_for_case(visit.actor, Permission.CASE_ASSIGN, case, visit.uow.cases.author_ids(case.number))
    events: list[tuple[datetime, int, Text]] = [
        (entry.at, 0, _with_passed(visit, entry, line) if dispatches else line)
        for entry in readable.entries
        for line in (_event_line(visit, entry, with_note=readable.shows_note(entry)),)
    ]
    events += [(message.at, 1, _message_line(message)) for message in readable.parts]
    several = not readable.hidden and len(visit.uow.cases.authors(case.number)) > 1
    arrived = visit.uow.messages.deliveries(case.number) if several else {}
    for message in readable.messages:
        if message.kind is not MessageKind.MEDIATION and _says_something_new(message, case):
            reached = arrived.get(message.id)
            line = _message_line(message)
            if reached is not None:
                count = Text.of("timeline-reached", reached=sum(reached.values()), n=len(reached))
                line = Text.lines(line, count)
            events.append((message.at, 1, line))
        former = readable.former.get(message.id, ())
        then = [*(words.text for words in former[1:]), message.text]
        events += [
            (words.until, 1, line)
            for words, after in zip(former, then, strict=False)
            for line in _former_lines(message, words, after)
        ]
    return [text for _, _, text in sorted(events, key=lambda event: event[:2])]


def _with_passed(visit: Visit, entry: JournalEntry, line: Text) -> Text:
    """For whoever dispatches: who was passed over, and why. Which conflict of interest it was is not said: that a
    case is a deputy's own would name its author.
    """
    passed: Mapping[str, Sequence[int]] = entry.details.get("passed", {})
    away = passed.get("leave", ())
    concerned = [id_ for why, ids in passed.items() if why != "leave" for id_ in ids]
    who = [
        Text.of(key, deputies=cards.listed(names))
        for key, ids in (("passed-conflict", concerned), ("passed-leave", away))
        if (names := [Text.of("choice-deputy-plain", name=e.name) for id_ in ids if (e := visit.uow.roster.get(id_))])
    ]
    return Text.of("timeline-passed", line=line, who=cards.listed(who)) if who else line


def _says_something_new(message: CaseMessage, case: Case) -> bool:
    """The first words stand on the card above; what was erased says nothing."""
    opening = message.by is Role.CONSTITUENT and message.text == case.text
    return bool(message.attachments or (message.text and not opening))


def public_course(visit: Visit, number: int, shown: Callable[[str], str]) -> list[Text]:
    """What happened to the case, for whoever holds its receipt code: no talk, no internal notes.

    ``shown`` takes out of words what is nobody's business.
    """
    entries = visit.uow.journal.of_case(number)
    return [
        _event_line(visit, entry, with_note=entry.event not in readables.INTERNAL, shown=shown) for entry in entries
    ]


def _event_line(visit: Visit, entry: JournalEntry, *, with_note: bool, shown: Callable[[str], str] = str) -> Text:
    deputy = visit.uow.roster.get(entry.deputy_id) if entry.deputy_id is not None else None
    what = Text.of(
        f"event-{entry.event}",
        outcome=Text.of(f"outcome-{entry.outcome}") if entry.outcome else "",
        deputy=deputy.name if deputy else "",
    )
    if "units" in entry.details:
        what = handing.told(visit.uow, entry, what)
    who = Text.of(f"role-{entry.by}")
    if entry.details.get("on_word"):
        who = Text.of("on-their-word", who=who)
    if entry.event == Event.SORTED:
        return Text.of("timeline-event-note", at=entry.at, what=what, who=who, note=sorting.changed(entry))
    note = _note(entry, shown)
    if note and with_note:
        return Text.of("timeline-event-note", at=entry.at, what=what, who=who, note=note)
    if deputy is not None and entry.event not in (Event.OPENED, Event.ENTERED):
        return Text.of("timeline-event-to", at=entry.at, what=what, who=who, deputy=deputy.name)
    return Text.of("timeline-event", at=entry.at, what=what, who=who)


def _note(entry: JournalEntry, shown: Callable[[str], str]) -> str | Text | None:
    """What was typed for it, or the program's own words in the reader's language."""
    if casework.SAID in entry.details:
        return Text.of(entry.details[casework.SAID])
    return masking.shorten(shown(entry.note), 160) if entry.note else None


def _former_lines(message: CaseMessage, words: FormerWords, after: str | None) -> list[Text]:
    """That it was edited then, and what it was before: what it is now stands at its own place.

    ``after``: what it said from then on.
    """
    about = {"at": words.until, "who": Text.of(f"role-{message.by}")}
    lines = []
    if (words.text or "") != (after or ""):
        key = "timeline-edited" if words.text else "timeline-words-added"
        lines.append(Text.of(key, **about, text=masking.shorten(words.text or "", 160)))
    if words.attachments is not None:
        files = [Text.of(f"media-{attachment.kind}") for attachment in words.attachments]
        kept = any(attachment.file_id for attachment in words.attachments)
        gone = "timeline-files-gone" if files else "timeline-files-added"
        key = "timeline-files-replaced" if kept else gone
        lines.append(Text.of(key, **about, files=Text.lines(*files) if files else ""))
    return lines


def _message_line(message: CaseMessage) -> Text:
    attached = [Text.of(f"media-{attachment.kind}") for attachment in message.attachments]
    files: Text | str = Text.lines(*attached) if attached else ""
    text: Text | str = masking.shorten(message.text or "", 160)
    if not text:
        text, files = files, ""  # they stand where the words would
    return Text.of(f"timeline-{message.kind}", at=message.at, who=Text.of(f"role-{message.by}"), text=text, files=files)
