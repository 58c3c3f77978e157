"""When the limits of a case end, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.limits import Part
from liaisonbot.model import Case
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Stage


def due_at(desk: Desk, case: Case) -> datetime | None:
    """When the limit of the case's stage ends, as the configuration and the preset of its category say."""
    if case.stage is Stage.FOLLOW_UP and case.promise_date is not None:
        return desk.working_days.end_of(case.promise_date)
    part = _LIMITS.get(case.stage)
    if part is None:
        return None
    begun = case.replied_at if case.stage is Stage.REPLY else None
    return desk.limit(part, case.category).ends(desk.working_days, begun or case.stage_since)


def reply_due_at(desk: Desk, case: Case) -> datetime:
    """When the first formal reply is due, unless the limit was moved by a pause or an extension."""
    return desk.limit(Part.REPLY, case.category).ends(desk.working_days, case.created_at)


_LIMITS: Mapping[Stage, Part] = {
    Stage.COLLECTION: Part.ACCEPT,
    Stage.MEDIATION: Part.MEDIATION,
    Stage.REPLY: Part.RATING,
    Stage.FOLLOW_UP: Part.CHECK,
}


def follow(uow: UnitOfWork, desk: Desk, before: Case, after: Case) -> Case:
    """The case with another limit, where what happened gives it one. One that was moved by hand stays in its stage."""
    after = _with_reply_limit(uow, desk, before, after)
    limit = due_at(desk, after)
    moved = after.extended_to is not None or after.paused_days > 0
    if limit == due_at(desk, before) or (moved and after.stage is before.stage):
        return after
    return uow.cases.update(after.number, due_at=limit)


def _with_reply_limit(uow: UnitOfWork, desk: Desk, before: Case, after: Case) -> Case:
    """Another category has another limit; a pause that ended with its stage has moved it."""
    limit = after.reply_due_at
    if limit is None or limit != before.reply_due_at or after.replied_at is not None:
        return after
    if before.paused_since is not None and after.paused_since is None:
        limit = desk.working_days.after_pause(limit, before.paused_since, desk.now)
    elif after.category != before.category and limit == reply_due_at(desk, before):
        limit = reply_due_at(desk, after)
    return after if limit == after.reply_due_at else uow.cases.update(after.number, reply_due_at=limit)


def not_past(desk: Desk, day: date) -> None:
    """A date that is over cannot be promised."""
    if day < desk.today:
        raise Refused("date-past", date=day)
