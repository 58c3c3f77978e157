"""Those on a poll's list: under which number they vote, what they are called, and whether they can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Person
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers, turnouts
from liaisonbot.services.readers import Reader


def by_entry(poll: Poll) -> bool:
    """Whether its register holds numbers of the roster: where deputies vote in secret, one deputy is one vote whichever
    account they use. Else people vote, and answer, under their person's number.
    """
    return poll.secret and poll.kind in _OF_DEPUTIES


_OF_DEPUTIES: Final = frozenset({PollKind.VOTE, PollKind.APPRAISAL})


@dataclass(frozen=True, slots=True)
class Listed:
    """``voter``: the number on the register, or of the answer; None while they have never written to us."""

    voter: int | None
    name: str
    reader: Reader | None
    """None: the private chat is not open to us."""


def of_poll(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[Listed]:
    """Everybody on the list, in its order. Who has left the roster is on it no more."""
    found = []
    for elector in uow.polls.electors(poll.number):
        if elector.entry_id is not None:
            found += _entry(uow, desk, poll, elector.entry_id)
        elif elector.person_id is not None:
            person = uow.people.get(elector.person_id)
            found.append(Listed(elector.person_id, "", _reader(desk, person)))
    return found


def account_moved(uow: UnitOfWork, desk: Desk, entry_id: int, former: int, now: int) -> None:
    """A deputy has another account. What they answered openly with the former one is their answer still, so that the
    new one gives no second.
    """
    person = uow.people.find(former)
    for poll in uow.polls.open_to(entry_id=entry_id) if person is not None else []:
        said = uow.polls.answer_of(poll.number, person.id) if person is not None and not by_entry(poll) else None
        if person is None or said is None or not said.options:
            continue
        turnouts.before_an_act(uow, desk, poll)
        uow.polls.answer(poll.number, person.id, (), chat_id=said.chat_id, now=desk.now)
        new = uow.people.meet(now, None, desk.now)
        if uow.polls.answer_of(poll.number, new.id) is None:
            uow.polls.answer(poll.number, new.id, said.options, chat_id=said.chat_id, now=desk.now)


def _entry(uow: UnitOfWork, desk: Desk, poll: Poll, entry_id: int) -> list[Listed]:
    entry = uow.roster.get(entry_id)
    if entry is None:
        return []
    person = uow.people.find(entry.telegram_id) if entry.telegram_id is not None else None
    reader = readers.of_entry(uow, desk, entry) if person is not None and person.reachable else None
    by_person = person.id if person is not None else None
    return [Listed(entry.id if by_entry(poll) else by_person, entry.name, reader)]


def _reader(desk: Desk, person: Person | None) -> Reader | None:
    if person is None or not person.telegram_id or not person.reachable:
        return None
    return Reader(person.telegram_id, readers.language_of(desk, person))
