"""Who could not be reached, and is here again: what they missed is named to them, once.

Somebody who blocked the bot, or had not opened its private chat yet, gets nothing that was promised to them meanwhile:
it is on record, and whoever sent it was told. Without a word of ours they would never look for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case, Person, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, lists, readers, unreached
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

_PAGE: Final = lists.PAGE
_MOST: Final = 500
"""So many cases of one person are looked through."""


def tell(uow: UnitOfWork, desk: Desk, telegram_id: int) -> None:
    """Name the cases whose messages did not arrive; and to a deputy, that cases wait for them.

    Nothing is said to whoever missed nothing, and nothing twice.
    """
    person = uow.people.find(telegram_id)
    if person is None:
        return
    entries = uow.roster.of(telegram_id, None)
    language = readers.language_of(desk, person, next(iter(entries), None))
    works = [_WAITING[entry.role](uow, entry) for entry in entries if entry.role in _WAITING and _was_away(uow, entry)]
    for found in (_missed(uow, desk, person), *works):
        if found is not None:
            text, rows = found
            message = Outgoing(
                Send.TEXT, telegram_id, language=language, text=text, rows=rows, priority=Priority.CONVERSATION
            )
            uow.outbox.add(message, desk.now)


def _missed(uow: UnitOfWork, desk: Desk, person: Person) -> tuple[Text, Rows] | None:
    missed = _numbers(uow, desk, person)
    if not missed:
        return None
    cases: list[Case] = [case for number in missed[:_PAGE] if (case := uow.cases.get(number)) is not None]
    text = Text.lines(
        Text.of("returned-title"),
        *(lists.case_line(desk, case) for case in cases),
        Text.of("returned-more", n=len(missed) - len(cases)) if len(missed) > len(cases) else None,
    )
    return text, lists.case_buttons(cases)


def _numbers(uow: UnitOfWork, desk: Desk, person: Person) -> list[int]:
    """The cases of which they missed something they were not told of yet: first those with words for them."""
    kept = uow.messages.missed_by(person.id)
    if kept and not uow.once.claim(f"missed:{person.id}:{max(kept.values())}", desk.now):
        kept = {}
    return list(dict.fromkeys([*kept, *_marked(uow, person)]))


def _marked(uow: UnitOfWork, person: Person) -> list[int]:
    if not uow.once.claimed(anything := unreached.missed_by_author(person.id)):
        return []
    own, _ = uow.cases.of_author(person.id, limit=_MOST)
    marks = {unreached.missed_by_author(person.id, case.number): case.number for case in own}
    found = uow.once.claimed_among(marks)
    for mark in (anything, *found):
        uow.once.release(mark)
    return sorted((marks[mark] for mark in found), reverse=True)


def _was_away(uow: UnitOfWork, entry: RosterEntry) -> bool:
    """Whether something about a case could not reach them, and they have not been told."""
    mark = unreached.missed_by(entry.id)
    away = uow.once.claimed(mark)
    if away:
        uow.once.release(mark)
    return away


def _inbox(uow: UnitOfWork, entry: RosterEntry) -> tuple[Text, Rows] | None:
    """How many cases stand in the inbox of a deputy whom cards could not reach."""
    _, total = uow.cases.of_deputy(entry.id, limit=1)
    if not total:
        return None
    button = Button(Text.of("due-all-inbox"), data="page:inbox:0")
    return Text.of("returned-inbox", n=total), cards.in_pairs([button])


def _queue(uow: UnitOfWork, entry: RosterEntry) -> tuple[Text, Rows] | None:
    """How many cases wait to be assigned by staff whom notices could not reach."""
    _, total = uow.cases.unassigned(entry.station_ids, limit=1)
    button = Button(Text.of("button-queue"), data="page:unassigned:0")
    return (
        (Text.of("returned-queue", n=total), cards.in_pairs([button])) if total else (Text.of("returned-no-queue"), ())
    )


_WAITING: Final[Mapping[Role, Callable[[UnitOfWork, RosterEntry], tuple[Text, Rows] | None]]] = {
    Role.DEPUTY: _inbox,
    Role.STAFF: _queue,
}
