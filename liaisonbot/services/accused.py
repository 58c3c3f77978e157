"""Whom a case accuses: nobody reads what accuses them, be they a deputy, staff of the station, or both.

Owners are the exception: everything is theirs, and what is kept from everybody else comes to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from liaisonbot.model import Actor, Case
from liaisonbot.ports import UnitOfWork


def numbers(uow: UnitOfWork, actor: Actor) -> frozenset[int]:
    """The cases that are not theirs to read although they are of their stations; nearly always none."""
    if actor.staff is None or actor.owner:
        return frozenset()
    return uow.guarded.accusing(entries(actor))


def entries(actor: Actor) -> frozenset[int]:
    """Their roster ids: words that accuse somebody by name mean the person, in whichever role."""
    return frozenset(entry.id for entry in (actor.deputy, actor.staff) if entry is not None)


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
    """Whether the case accuses the deputy or member of staff who has that account."""
    own = {entry.id for entry in uow.roster.of(telegram_id, None)}
    return bool(own) and not own.isdisjoint(uow.guarded.accused(number))
