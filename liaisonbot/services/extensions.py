"""More time for a case: the constituent reads until when, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.limits import Part
from liaisonbot.model import Actor, Case
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import casework
from liaisonbot.services.doing import Answers, confirm
from liaisonbot.services.visit import Visit
from liaisonbot.vocabulary import Role
from liaisonbot.workflow import Event


def extend(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, day: date, reason: str) -> Case:
    """Move the limit of the stage to the end of that day. A deputy may once in a stage, as far as the preset allows;
    staff decide about everything beyond.
    """
    case = casework.find(uow, actor, number, Permission.CASE_EXTEND, lock=True)
    if case.due_at is None or workflow.applies(case, Event.EXTENDED) is None:
        raise casework.not_from_here(uow, desk, actor, case)
    last = desk.working_days.last_day(case.due_at)
    if day <= last:
        raise Refused("extend-to-later", case=number, date=last)
    if casework.acting_as(uow, actor, case, Event.EXTENDED) is Role.DEPUTY:
        _check_deputys(desk, case, day)
    end = desk.working_days.end_of(day)
    changes = {"extended_to": day, "due_at": end}
    if case.first_replied_at is None and case.reply_due_at is not None and case.reply_due_at < end:
        changes["reply_due_at"] = end  # whoever waits longer for the one was told so for the other
    details = {"from": last.isoformat(), "to": day.isoformat()}
    return casework.advance(
        uow, desk, actor, number, Event.EXTENDED, note=reason, body=reason, changes=changes, details=details
    )


def _check_deputys(desk: Desk, case: Case, day: date) -> None:
    if case.extended_to is not None:
        raise Refused("extended-already", case=case.number, date=case.extended_to)
    most = last_day(desk, case)
    if day > most:
        raise Refused("extend-at-most", case=case.number, date=most)


def last_day(desk: Desk, case: Case) -> date:
    """The last day to which a deputy may extend the limit of the stage the case is in."""
    days = desk.working_days
    return days.last_day(desk.limit(Part.EXTENDED, case.category).ends(days, case.stage_since))


def possible_days(visit: Visit, number: int, days: Sequence[date]) -> list[date]:
    """Those to which the limit can be extended; for a deputy the last that is possible is one of them."""
    case = visit.uow.cases.get(number)
    if case is None or case.due_at is None:
        return []
    now = visit.desk.working_days.last_day(case.due_at)
    if casework.acting_as(visit.uow, visit.actor, case, Event.EXTENDED) is not Role.DEPUTY:
        return [day for day in days if day > now]
    most = last_day(visit.desk, case)
    if case.extended_to is not None or most < visit.desk.today:
        return []
    return sorted({day for day in (*days, most) if now < day <= most})


def _extend(visit: Visit, answers: Answers) -> None:
    day = date.fromisoformat(answers["date"])
    case = extend(visit.uow, visit.desk, visit.actor, answers["case"], day, answers["text"])
    confirm(visit, case, "done-extended", date=day)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"extend": _extend}
