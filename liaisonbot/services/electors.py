"""Those on a poll's list: under which number they vote, what they are called, and whether they can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Person
from liaisonbot.polls import Answer, Poll, PollKind
from liaisonbot.ports import ANSWERED_WITH, UnitOfWork
from liaisonbot.services import readers, turnouts
from liaisonbot.services.readers import Reader
from liaisonbot.vocabulary import Role


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


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry of the roster had that account, and has this one now."""

    entry: int
    former: int
    now: int


def accounts_moved(uow: UnitOfWork, desk: Desk, moves: Iterable[Moved]) -> None:
    """Deputies have other accounts. What they answered openly with the former ones are their answers still, so that the
    new ones give no second. All are taken up before any is put down: accounts are exchanged, too.
    """
    found = [(*said, move.now) for move in moves for said in _said_openly(uow, move.entry, move.former)]
    for poll, said, _ in found:
        turnouts.before_an_act(uow, desk, poll)
        uow.polls.answer(poll.number, said.person_id, (), chat_id=said.chat_id, now=desk.now)
    for poll, said, account in found:
        new = uow.people.meet(account, None, desk.now)
        own = uow.polls.answer_of(poll.number, new.id)
        if own is None or not own.options:
            uow.polls.answer(poll.number, new.id, said.options, chat_id=said.chat_id, now=desk.now)


def given(uow: UnitOfWork, poll: Poll, entry_id: int) -> bool:
    """Whether that entry's voice was given openly by an account that was forgotten since: its answer stands, and nobody
    gives that voice again.
    """
    return not poll.secret and entry_id in uow.urns.voted(poll.number)


def let_go(uow: UnitOfWork, poll: Poll) -> None:
    """It is over: that somebody who was forgotten has answered openly is kept no longer."""
    if not poll.secret:
        uow.urns.clear_register(poll.number)


def given_by(uow: UnitOfWork, poll: Poll, telegram_id: int) -> bool:
    """The same of the deputy who has that account now."""
    return any(given(uow, poll, entry.id) for entry in uow.roster.of(telegram_id, None) if entry.role is Role.DEPUTY)


def void_second_voices(uow: UnitOfWork, desk: Desk, accounts: Mapping[int, int]) -> None:
    """These entries have accounts they had not before, from which something may have been said in the meantime, when
    nobody knew whose they are. What an entry has said already, and can be told no more, counts in its place.
    """
    for entry_id, account in accounts.items():
        for poll, said in _said_openly(uow, entry_id, account):
            if given(uow, poll, entry_id):
                turnouts.before_an_act(uow, desk, poll)
                uow.polls.answer(poll.number, said.person_id, (), chat_id=said.chat_id, now=desk.now)


def _said_openly(uow: UnitOfWork, entry_id: int, account: int) -> list[tuple[Poll, Answer]]:
    """What a deputy has answered with that account in polls that go on."""
    person = uow.people.find(account)
    if person is None:
        return []
    polls = [poll for poll in uow.polls.open_to(entry_id=entry_id) if not by_entry(poll)]
    answers = [(poll, uow.polls.answer_of(poll.number, person.id)) for poll in polls]
    return [(poll, said) for poll, said in answers if said is not None and said.options]


def left(uow: UnitOfWork, desk: Desk, entry_id: int, account: int) -> None:
    """A deputy is on the roster no more; their answer counts. Should they come back while it does, it is theirs."""
    if _said_openly(uow, entry_id, account):
        uow.once.claim(f"{ANSWERED_WITH}:{entry_id}:{account}", desk.now)


def came_back(uow: UnitOfWork, accounts: Mapping[int, int]) -> list[Moved]:
    """Those among these entries that were off the roster meanwhile, and had another account before. What is over is
    kept no longer.
    """
    found = []
    for key in uow.once.claimed_under(ANSWERED_WITH):
        entry_id, former = (int(part) for part in key.split(":")[1:])
        if entry_id in accounts or not _said_openly(uow, entry_id, former):
            uow.once.release(key)
        if accounts.get(entry_id, former) != former:
            found.append(Moved(entry_id, former, accounts[entry_id]))
    return found


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
