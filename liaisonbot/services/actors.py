"""Who somebody is at this moment: their person and their roles, as the roster has them."""

from __future__ import annotations

from collections.abc import Collection

from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Person, RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Role


def known(uow: UnitOfWork, desk: Desk, telegram_id: int) -> Actor:
    """Everything that somebody who is not here now is; ``people.identify`` does the same for whoever writes."""
    return being(desk, telegram_id, uow.people.find(telegram_id), uow.roster.of(telegram_id, None))


def being(desk: Desk, telegram_id: int, person: Person | None, entries: Collection[RosterEntry]) -> Actor:
    """That account with these entries of the roster; of several in one role the first counts."""
    return Actor(
        person=person,
        deputy=_held(entries, Role.DEPUTY),
        staff=_held(entries, Role.STAFF),
        owner=desk.is_owner(telegram_id),
    )


def _held(entries: Collection[RosterEntry], role: Role) -> RosterEntry | None:
    return next((entry for entry in entries if entry.role is role), None)
