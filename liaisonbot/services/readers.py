"""Whom we can write to, and in which language they read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from liaisonbot.desk import Desk
from liaisonbot.model import Case, Group, Person, RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.accused import is_among
from liaisonbot.texts import pick_language
from liaisonbot.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """A private chat and the language of whoever reads it."""

    chat_id: int
    language: str


def language_of(desk: Desk, person: Person | None, entry: RosterEntry | None = None) -> str:
    """One's own /language, else the roster's word, else Telegram's code, else the default."""
    return pick_language(
        person.language if person else None,
        entry.language if entry else None,
        person.language_code if person else None,
        default=desk.settings.locale.default_language,
    )


def group_language(desk: Desk, group: Group | None) -> str:
    """What staff said with /language there, else the default."""
    return pick_language(group.language if group else None, default=desk.settings.locale.default_language)


def of_entry(uow: UnitOfWork, desk: Desk, entry: RosterEntry) -> Reader | None:
    """The private chat of a deputy or staff member; None while the roster knows no account of theirs."""
    if entry.telegram_id is None:
        return None
    person = uow.people.find(entry.telegram_id)
    return Reader(entry.telegram_id, language_of(desk, person, entry))


def owners(uow: UnitOfWork, desk: Desk) -> list[Reader]:
    return [Reader(id_, language_of(desk, uow.people.find(id_))) for id_ in desk.settings.access.owner_ids]


def staff_of(uow: UnitOfWork, desk: Desk, station_id: int | None) -> list[Reader]:
    """The staff of that station; the owners where it has none, or where there is no station yet."""
    entries = uow.roster.staff(station_id) if station_id is not None else []
    readers = [reader for entry in entries if (reader := of_entry(uow, desk, entry))]
    return readers or owners(uow, desk)


def staff_for(uow: UnitOfWork, desk: Desk, case: Case) -> list[Reader]:
    """The staff of the case's station but for those whom it accuses; the owners where nobody else is left."""
    return staff_but(uow, desk, case.station_id, uow.guarded.accused(case.number))


def staff_but(uow: UnitOfWork, desk: Desk, station_id: int | None, accused: Collection[int]) -> list[Reader]:
    """The staff of that station without whoever is one of these deputies as well, or was; the owners where nobody is
    left.
    """
    told = staff_of(uow, desk, station_id)
    return [reader for reader in told if not is_among(uow, accused, reader.chat_id)] or owners(uow, desk)


def still_staff(uow: UnitOfWork, desk: Desk, person_id: int | None, station_ids: Collection[int]) -> Reader | None:
    """The private chat of whoever did something as staff of those stations, as long as they are that, or an owner."""
    person = uow.people.get(person_id) if person_id is not None else None
    if person is None or person.telegram_id is None:
        return None
    held = uow.roster.of(person.telegram_id, None)
    entry = next((one for one in held if one.role is Role.STAFF and one.station_ids & set(station_ids)), None)
    if entry is None and not desk.is_owner(person.telegram_id):
        return None
    return Reader(person.telegram_id, language_of(desk, person, entry))


def deputy_of(uow: UnitOfWork, desk: Desk, case: Case) -> Reader | None:
    entry = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    return of_entry(uow, desk, entry) if entry else None


def all_office(uow: UnitOfWork, desk: Desk) -> Iterable[Reader]:
    """All staff and owners, each once."""
    seen: set[int] = set()
    entries = (of_entry(uow, desk, entry) for entry in uow.roster.staff())
    for reader in [*(reader for reader in entries if reader), *owners(uow, desk)]:
        if reader.chat_id not in seen:
            seen.add(reader.chat_id)
            yield reader
