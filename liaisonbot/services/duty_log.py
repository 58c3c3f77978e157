"""The one door of the duty logs: every entry is made, filed, confirmed, returned and deleted in :func:`advance`.

Right, record and change come together: the table ``duty.STEPS`` says whether it can happen, the table of rights who
may, and the journal keeps it. Whom to tell is the business of whoever lets it happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from liaisonbot import duty, facts, permissions
from liaisonbot.desk import Desk
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import duty_owed
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

READ: Final = Permission.DUTY_READ
NEEDS: Final[Mapping[EntryEvent, Permission]] = {row.event: row.needs for row in duty.STEPS}
"""The permission each event needs; the same in every state."""
ON_RECORD: Final = (EntryState.FILED, EntryState.CONFIRMED)
"""The states in which an entry counts for norms and reminders; for points only confirmed ones do."""
STANDING: Final = (EntryState.FILED, EntryState.CONFIRMED, EntryState.RETURNED)
"""What a deputy has filed, whatever staff said of it."""


def find(uow: UnitOfWork, actor: Actor, duty_id: int, permission: Permission, *, lock: bool = False) -> DutyEntry:
    """The entry, if it exists and the actor may do that to it; else :class:`NotFound`, the same for both.

    A draft is the deputy's own: nobody else knows of it.
    """
    entry = uow.duty.get(duty_id, lock=lock)
    role = role_of(uow, actor, permission, entry) if entry else None
    if entry is None or role is None or (entry.state is EntryState.DRAFT and not _own(actor, entry)):
        reviews = actor.deputy is None and permissions.may(actor, Permission.DUTY_REVIEW)
        raise NotFound("duty-not-found-to-staff" if reviews else "duty-not-found", id=duty_id)
    return entry


def role_of(uow: UnitOfWork, actor: Actor, permission: Permission, entry: DutyEntry) -> Role | None:
    """The role in which the actor may do that to the entry; None: they may not.

    Its station counts like those of its deputy, who may have moved on, or left, since it was filed there.
    """
    deputy = uow.roster.get(entry.deputy_id)
    if deputy is not None and entry.station_id is not None:
        deputy = replace(deputy, station_ids=deputy.station_ids | {entry.station_id})
    return permissions.role_for_deputy(actor, permission, deputy) if deputy else None


def _own(actor: Actor, entry: DutyEntry) -> bool:
    return actor.person is None or (actor.deputy is not None and actor.deputy.id == entry.deputy_id)


def station_for(uow: UnitOfWork, deputy: RosterEntry, case: int | None, project: int | None) -> int | None:
    """Whose staff confirm an entry of that deputy, where nobody says it: of several stations that of the case or the
    project it is about, else the first.
    """
    about = uow.cases.get(case) if case is not None else uow.projects.get(project) if project is not None else None
    if about is not None and about.station_id in deputy.station_ids:
        return about.station_id
    return min(deputy.station_ids, default=None)


def make(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    deputy: RosterEntry,
    event: EntryEvent,
    *,
    type: str,
    day: date,
    **fields: Any,
) -> DutyEntry:
    """A new entry of that deputy: ``EntryEvent.FILED``, or ``DRAFTED`` as an offer. ``fields``: of :class:`DutyEntry`.

    Its station is that of :func:`station_for`, unless ``station_id`` is given. Raises NotFound when it is not
    the actor's to do.
    """
    row = duty.step(None, event)
    role = permissions.role_for_deputy(actor, NEEDS[event], deputy)
    if row is None or row.becomes is None or role is None:
        raise NotFound("duty-nothing-here")
    fields.setdefault("station_id", station_for(uow, deputy, fields.get("case"), fields.get("project")))
    entry = uow.duty.add(deputy_id=deputy.id, type=type, day=day, state=row.becomes, now=desk.now, **fields)
    _record(uow, desk, actor, role, entry, event)
    duty_owed.entries_changed(uow, desk, deputy.id, [day])
    return entry


def advance(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    duty_id: int,
    event: EntryEvent,
    *,
    changes: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> DutyEntry:
    """Let ``event`` happen to the entry; as it is afterwards (as it was, where it is deleted).

    ``changes`` are further fields of it; ``text`` is the reason where it is returned or deleted, and goes into the
    journal. Raises NotFound when it is not the actor's to do, Refused (naming the state) when the table has no such
    row. Nothing is changed then.
    """
    before = find(uow, actor, duty_id, NEEDS[event], lock=True)
    row = duty.step(before.state, event)
    role = role_of(uow, actor, NEEDS[event], before)
    if row is None or role is None:
        raise refusal(before)
    if event is EntryEvent.DELETED:
        uow.duty.remove(duty_id)
        after = before
    else:
        values = {**_moved(desk, role, row, text), **(changes or {})}
        after = uow.duty.update(duty_id, **values) if values else before
    if event is EntryEvent.DELETED or facts.duty_figured(before) != facts.duty_figured(after):
        uow.duty.keep_past(before, desk.now)
    _record(uow, desk, actor, role, after, event, text, before)
    duty_owed.entries_changed(uow, desk, after.deputy_id, [before.day, after.day])
    return after


def _moved(desk: Desk, role: Role, row: duty.Step, text: str | None) -> dict[str, Any]:
    """Another state, and what goes with it."""
    if row.becomes is None:
        return {}
    filed = {"filed_at": desk.now} if row.event is EntryEvent.FILED else {}
    decided = row.event in (EntryEvent.CONFIRMED, EntryEvent.RETURNED)
    return {
        "state": row.becomes,
        "decided_at": desk.now if decided else None,
        "confirmed_by": role if row.becomes is EntryState.CONFIRMED else None,
        "reason": text if row.becomes is EntryState.RETURNED else None,
        **filed,
    }


def _record(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    role: Role,
    entry: DutyEntry,
    event: EntryEvent,
    text: str | None = None,
    before: DutyEntry | None = None,
) -> None:
    """The journal keeps what it was before a change, and what was deleted."""
    kept = before if event in (EntryEvent.CHANGED, EntryEvent.DELETED) else None
    details = {"type": entry.type, "day": entry.day.isoformat()} | ({"words": kept.text} if kept and kept.text else {})
    person = actor.person.id if actor.person else None
    uow.duty.record(entry, event, at=desk.now, by=role, person_id=person, text=text, details=details)


def refusal(entry: DutyEntry) -> Refused:
    """That it cannot happen to the entry as it stands; what can is said by the state's sentence."""
    return Refused("duty-not-now", id=entry.id, state=Text.of(f"duty-state-{entry.state}"))
