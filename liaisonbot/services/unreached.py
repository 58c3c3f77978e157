"""What reached nobody: those who wait for it, or can do something about it, hear so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role


def tell(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """Something owed for a case could not be delivered to a constituent, to its deputy, or to the station's staff."""
    numbers = [outgoing.case] if outgoing.case is not None else [due.case for due in outgoing.due]
    for number in dict.fromkeys(numbers):
        if (case := uow.cases.get(number)) is not None:
            _tell(uow, desk, outgoing, case)


MISSED_BY_AUTHOR: Final = "missed-by-author"


def missed_by_author(person_id: int, case: int | None = None) -> str:
    """The mark that something about that case (about any, if none is named) could not reach one of its authors.

    What stands among the case's messages is marked there. Whoever tells them takes the mark away.
    """
    return f"{MISSED_BY_AUTHOR}:{person_id}" + (f":{case}" if case is not None else "")


def note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """Something owed to an author of a case reached nobody: once they are here again, they are told where to look."""
    if outgoing.person is None:
        return
    if outgoing.message is not None:
        uow.messages.missed(outgoing.message, desk.now, outgoing.person)
    elif outgoing.case is not None:
        uow.once.claim(missed_by_author(outgoing.person), desk.now)
        uow.once.claim(missed_by_author(outgoing.person, outgoing.case), desk.now)


def tell_of_voice(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """The deputy of the case hears that its author takes no voice messages: their words arrived without it."""
    case = uow.cases.get(outgoing.case) if outgoing.case is not None else None
    deputy = readers.deputy_of(uow, desk, case) if case is not None else None
    if case is not None and deputy is not None:
        _say(uow, desk, outgoing, case, [deputy], "undelivered-voice")


def missed_by(entry_id: int) -> str:
    """The mark that something about a case could not reach that one of the roster (its id); who tells them takes it
    away.
    """
    return f"missed-by-deputy:{entry_id}"


def _tell(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, case: Case) -> None:
    deputy = readers.deputy_of(uow, desk, case)
    if outgoing.person is not None or not _works_here(uow, desk, outgoing.chat_id):
        _author_gone(uow, desk, outgoing, case, deputy)
    elif deputy is not None and deputy.chat_id == outgoing.chat_id:
        _deputy_gone(uow, desk, outgoing, case)
    else:
        _staff_gone(uow, desk, outgoing, case)


def _works_here(uow: UnitOfWork, desk: Desk, chat_id: int) -> bool:
    return desk.is_owner(chat_id) or bool(uow.roster.of(chat_id, None))


def _author_gone(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, case: Case, deputy: Reader | None) -> None:
    """The deputy and staff are told, once a day, and of every formal reply."""
    formal = outgoing.message is not None and outgoing.acknowledge is None
    occasion = f"reply {outgoing.message}" if formal else desk.today
    if not uow.once.claim(f"gone:{case.number}:author:{occasion}", desk.now):
        return
    several = len(uow.cases.authors(case.number))
    key = "one-author-unreachable" if several > 1 else "constituent-unreachable"
    told = [*([deputy] if deputy else []), *readers.staff_for(uow, desk, case)]
    _say(uow, desk, outgoing, case, told, key, n=several)


def _deputy_gone(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, case: Case) -> None:
    """Staff are told once a day: they can give the case to somebody else."""
    if case.deputy_id is not None:
        uow.once.claim(missed_by(case.deputy_id), desk.now)
    if uow.once.claim(f"gone:{case.number}:deputy:{desk.today}", desk.now):
        told = readers.staff_for(uow, desk, case)
        _say(uow, desk, outgoing, case, told, "deputy-unreachable", deputy=cards.deputy_name(uow, case))


def _staff_gone(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, case: Case) -> None:
    """Where none of a station's staff can be reached, the owners are told once a day; else the others know it."""
    entries = uow.roster.of(outgoing.chat_id, None)
    entry = next((entry for entry in entries if entry.role is Role.STAFF), None)
    if entry is None:
        return
    uow.once.claim(missed_by(entry.id), desk.now)
    others = (reader for reader in readers.staff_for(uow, desk, case) if reader.chat_id != outgoing.chat_id)
    if any(_reachable(uow, reader) for reader in others):
        return
    if uow.once.claim(f"gone:staff:{case.station_id}:{desk.today}", desk.now):
        station = cards.station_name(uow, case)
        _say(uow, desk, outgoing, case, readers.owners(uow, desk), "staff-unreachable", station=station)


def _reachable(uow: UnitOfWork, reader: Reader) -> bool:
    person = uow.people.find(reader.chat_id)
    return person is not None and person.reachable


def _say(
    uow: UnitOfWork, desk: Desk, outgoing: Outgoing, case: Case, told: Iterable[Reader], key: str, **blanks: Any
) -> None:
    """To each of them once, but for whoever cannot be reached."""
    text = Text.of(key, case=case.number, **blanks)
    for reader in {reader.chat_id: reader for reader in told if reader.chat_id != outgoing.chat_id}.values():
        uow.outbox.add(
            Outgoing(
                Send.TEXT,
                reader.chat_id,
                language=reader.language,
                text=text,
                case=case.number,
                tell_if_gone=True,
            ),
            desk.now,
        )
