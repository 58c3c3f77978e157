"""Whom a case accuses: nobody reads what names and accuses them, be they a deputy, staff of the station, or both, or
were a deputy before.

Owners are the exception: everything is theirs, and what is kept from everybody else comes to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from liaisonbot.model import Actor, Case, Person, RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Role

# --- who is whom ------------------------------------------------------------------------------------------------------


_WAS: Final = "was-deputy"
"""Before an entry of the roster and a person's number: that person was this deputy until the role ended."""


def left(uow: UnitOfWork, entry_id: int, account: int, now: datetime) -> None:
    """Whoever has that account is that deputy no more; what accused them stays hidden from them."""
    person = uow.people.find(account)
    if person is not None:
        uow.once.claim(_was(entry_id, person), now)


def deputies(uow: UnitOfWork, actor: Actor) -> frozenset[int]:
    """The entries of the roster that the actor is, and the deputies they were: by their roles now, by the account that
    had it, and by the name that the roster has of them as staff.
    """
    entries = [entry for entry in (actor.deputy, actor.staff) if entry is not None]
    return _either(uow, actor.person, entries)


def with_other_roles(uow: UnitOfWork, named: Iterable[RosterEntry]) -> list[RosterEntry]:
    """Those whom words name, and what else the same accounts are in the roster, whatever it calls them there."""
    found = {entry.id: entry for entry in named}
    for account in [entry.telegram_id for entry in found.values() if entry.telegram_id is not None]:
        found |= {entry.id: entry for entry in uow.roster.of(account, None)}
    return list(found.values())


def of_account(uow: UnitOfWork, telegram_id: int) -> frozenset[int]:
    """The same of whoever has that account."""
    return _either(uow, uow.people.find(telegram_id), uow.roster.of(telegram_id, None))


def _either(uow: UnitOfWork, person: Person | None, entries: Iterable[RosterEntry]) -> frozenset[int]:
    own = {entry.id for entry in entries}
    names = {entry.name for entry in entries if entry.role is Role.STAFF}
    known = [*uow.roster.deputies(), *uow.roster.former_deputies()]
    own |= {entry.id for entry in known if entry.name in names}
    keys = {_was(entry.id, person): entry.id for entry in known if entry.telegram_id is None} if person else {}
    if keys:
        own |= {keys[key] for key in uow.once.claimed_among(keys)}
    return frozenset(own)


def all_of(uow: UnitOfWork, whom: Collection[int]) -> frozenset[int]:
    """These entries of the roster, and all others that whoever is, or was, one of them is now: nobody of them is given
    what accuses one.
    """
    if not whom:
        return frozenset()
    entries = [entry for id_ in whom if (entry := uow.roster.get(id_)) is not None]
    names = {entry.name for entry in entries if entry.role is Role.DEPUTY}
    accounts = {entry.telegram_id for entry in [*entries, *(one for one in uow.roster.staff() if one.name in names)]}
    accounts |= {account for entry in entries if entry.telegram_id is None for account in _former_accounts(uow, entry)}
    known = (account for account in accounts if account is not None)
    return frozenset(whom).union(*({entry.id for entry in uow.roster.of(account, None)} for account in known))


def _former_accounts(uow: UnitOfWork, entry: RosterEntry) -> Iterator[int | None]:
    for key in uow.once.claimed_under(f"{_WAS}:{entry.id}"):
        person = uow.people.get(int(key.rpartition(":")[2]))
        yield person.telegram_id if person is not None else None


def _was(entry_id: int, person: Person) -> str:
    return f"{_WAS}:{entry_id}:{person.id}"


# --- what is kept from them -------------------------------------------------------------------------------------------


def numbers(uow: UnitOfWork, actor: Actor) -> frozenset[int]:
    """The cases that are not theirs to read although they are of their stations; nearly always none."""
    if actor.staff is None or actor.owner:
        return frozenset()
    return frozenset[int]().union(*map(uow.guarded.accusing, deputies(uow, actor)))


def without(uow: UnitOfWork, actor: Actor, cases: Sequence[Case]) -> list[Case]:
    """The cases of a list but for those."""
    hidden = numbers(uow, actor)
    return [case for case in cases if case.number not in hidden]


_Each = TypeVar("_Each")


def page(
    uow: UnitOfWork,
    actor: Actor,
    fetch: Callable[[int, int], tuple[Sequence[_Each], int]],
    number: Callable[[_Each], int],
    *,
    offset: int,
    limit: int,
) -> tuple[Sequence[_Each], int]:
    """A page of a list that has none of those, and how long the list is. ``fetch`` reads from an offset, so many.

    Hardly anybody has a case kept from them: for those who have, the list is read whole, and no page is empty.
    """
    hidden = numbers(uow, actor)
    if not hidden:
        return fetch(offset, limit)
    _, total = fetch(0, 1)
    theirs = [each for each in fetch(0, total)[0] if number(each) not in hidden] if total else []
    return theirs[offset : offset + limit], len(theirs)


def is_kept_from(uow: UnitOfWork, number: int, telegram_id: int) -> bool:
    """Whether the case accuses the deputy who has that account, or had it."""
    return is_among(uow, uow.guarded.accused(number), telegram_id)


def accuses(uow: UnitOfWork, case: Case) -> bool:
    """Whether the case accuses the deputy who has it, or had it when it was closed."""
    return case.deputy_id is not None and case.deputy_id in all_of(uow, uow.guarded.accused(case.number))


def is_among(uow: UnitOfWork, accused: Collection[int], telegram_id: int) -> bool:
    """Whether one of these deputies has that account, or had it."""
    return bool(accused) and not of_account(uow, telegram_id).isdisjoint(accused)
