"""One-time links by which deputies and staff join. Only their holder knows a code; we keep its digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, RosterEntry, Station
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

VALID_DAYS: Final = 7
PAYLOAD_PREFIX: Final = "join_"
"""What stands before the code in ``https://t.me/<bot>?start=…``."""

_LONGEST_NAME: Final = 120
_NEEDS: Final = {Role.DEPUTY: Permission.PEOPLE_INVITE, Role.STAFF: Permission.STAFF_INVITE}


def invite(uow: UnitOfWork, desk: Desk, actor: Actor, role: Role, name: str, station_id: int | None = None) -> str:
    """Make an invitation; the payload for :meth:`Bot.deep_link`. It works once, within ``VALID_DAYS``.

    Without a station the only one that can be meant is taken. Somebody who stands in the roster already can be invited
    by those who may for all their stations: the link then ties the entry to the account of whoever opens it.
    """
    name = _checked(name)
    station = uow.stations.get(station_id) if station_id is not None else _only_station(uow, actor, role)
    if station is None:
        raise NotFound
    _require(actor, role, station)
    known = _entry(uow, role, name)
    if known and not all(may_for_station(actor, _NEEDS[role], its) for its in known.station_ids):
        raise Refused("invite-name-taken", name=name)
    code = secrets.token_urlsafe(24)
    uow.invitations.add(_digest(code), role, name, station.id, desk.now, desk.now + timedelta(days=VALID_DAYS))
    return PAYLOAD_PREFIX + code


def redeem(uow: UnitOfWork, desk: Desk, actor: Actor, code: str) -> RosterEntry:
    """The actor's account becomes what the invitation says, from the next update on. ``code`` may carry its prefix.

    Raises Refused, alike for a code that is unknown, used or expired, and then nothing is used up.
    """
    found = uow.invitations.redeem(_digest(code.removeprefix(PAYLOAD_PREFIX)), desk.now)
    if found is None or actor.person is None:
        raise Refused("invitation-invalid")
    role, name, station_id = found
    known = _entry(uow, role, name)
    if known and known.station_ids and station_id not in known.station_ids:
        # The name came to stand for somebody of another station since: this inviter had no say over them.
        raise Refused("invitation-invalid")
    for held in filter(None, (actor.deputy, actor.staff)):
        if held.name != name:
            raise Refused("invitation-role-held", name=held.name, role=Text.of(f"role-{held.role}"))
    return uow.roster.save(
        role,
        name,
        telegram_id=actor.person.telegram_id,
        username=known.username if known else None,
        language=known.language if known else None,
        station_ids=(known.station_ids if known else frozenset()) | ({station_id} if station_id else set()),
        specialties=known.specialties if known else (),
        employer=known.employer if known else None,
        now=desk.now,
    )


def void(uow: UnitOfWork, desk: Desk, code: str) -> bool:
    """Have the code work no more, since others than its holder have seen it. False: it did not work anyway."""
    return uow.invitations.redeem(_digest(code.removeprefix(PAYLOAD_PREFIX)), desk.now) is not None


def _require(actor: Actor, role: Role, station: Station) -> None:
    needs = _NEEDS.get(role)
    if needs is None:
        raise Refused("invite-role")
    if may_for_station(actor, needs, station.id):
        return
    if role is Role.STAFF and may_for_station(actor, Permission.PEOPLE_INVITE, station.id):
        raise Refused("invite-staff-owners-only")
    raise Refused("station-unknown-code", typed=station.code)  # as if there were no such station


def _only_station(uow: UnitOfWork, actor: Actor, role: Role) -> Station:
    """The station meant when none is named: there must be exactly one the actor can invite for."""
    needs = _NEEDS.get(role, Permission.PEOPLE_INVITE)
    own = [station for station in uow.stations.all() if may_for_station(actor, needs, station.id)]
    if len(own) == 1:
        return own[0]
    if actor.owner and not own:
        raise Refused("station-none-yet")
    if not own and role is Role.STAFF:
        raise Refused("invite-staff-owners-only")
    raise Refused("invite-which-station") if own else NotFound()


def _entry(uow: UnitOfWork, role: Role, name: str) -> RosterEntry | None:
    return next((entry for entry in uow.roster.all() if entry.role is role and entry.name == name), None)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("invite-name", n=_LONGEST_NAME)
    return name


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
