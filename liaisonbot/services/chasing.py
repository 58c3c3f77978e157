"""催一下: a constituent asks where their case is, once a day for a case and a person; at night it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Case
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import asked, cards, casework, quiet, readers, reminders
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.workflow import Event

NIGHTS_LOOKED_BACK: Final = timedelta(days=3)
"""What was pressed longer ago, while the bot was down in the mornings, is old news."""


def chase(visit: Visit, answers: Answers) -> None:
    """The deputy hears of it, or staff while there is none; it is on record and counts."""
    uow, desk, number = visit.uow, visit.desk, answers["case"]
    case = casework.find(uow, visit.actor, number, Permission.CASE_CHASE)
    _check(visit, case)
    if workflow.applies(case, Event.CHASED) is None:
        raise casework.not_from_here(uow, desk, visit.actor, case)
    uow.once.claim(_today(visit, case), desk.now)
    case = casework.advance(uow, desk, visit.actor, number, Event.CHASED)
    at_night = quiet.until(desk) is not None
    if not at_night:
        _tell(uow, desk, case)
    said = Text.of("done-chased-queue", case=number)
    if at_night:
        said = Text.of("done-chased-night", case=number)
    elif case.deputy_id is not None:
        said = Text.of("done-chased", case=number, deputy=cards.deputy_name(uow, case))
    visit.done(said, case=number)


def _check(visit: Visit, case: Case) -> None:
    """Refuse where its author has something to do first, or has chased it today."""
    row = asked.chasing(visit.uow, case)
    if row is not None and row.instead is not None:
        said = asked.of_author(visit.uow, case, visit.person_id) is None
        raise Refused("rated-others-waited-for" if said else row.instead, case=case.number)
    if visit.uow.once.claimed(_today(visit, case)):
        raise Refused("chased-today", case=case.number)


def _today(visit: Visit, case: Case) -> str:
    """The mark that they chased the case today."""
    return f"chase:{case.number}:{visit.person_id}:{visit.desk.today}"


def tell_in_the_morning(uow: UnitOfWork, desk: Desk) -> int:
    """Once after each night: what was chased in it, one message for a case that still waits."""
    ended = _night_ended(desk)
    if ended is None or not uow.once.claim(f"chases:{ended:%Y-%m-%dT%H%M}", desk.now):
        return 0
    chased = {
        entry.case
        for entry in uow.journal.since(Event.CHASED, desk.now - NIGHTS_LOOKED_BACK)
        if _at_night(desk, entry.at) and uow.once.claim(f"chased:{entry.id}", desk.now)
    }
    waiting = [case for number in sorted(chased) if (case := uow.cases.get(number)) and _still_waits(uow, case)]
    for case in waiting:
        _tell(uow, desk, case)
    return len(waiting)


def _night_ended(desk: Desk) -> datetime | None:
    """When the quiet hours ended last; None while they last, and where there are none."""
    hours = desk.settings.duty.quiet
    if hours is None or quiet.until(desk) is not None:
        return None
    local = desk.now.astimezone(desk.timezone)
    ended = local.replace(hour=hours.end.hour, minute=hours.end.minute, second=0, microsecond=0)
    return ended if ended <= local else ended - timedelta(days=1)


def _at_night(desk: Desk, moment: datetime) -> bool:
    hours = desk.settings.duty.quiet
    return hours is not None and moment.astimezone(desk.timezone).time() in hours


def _still_waits(uow: UnitOfWork, case: Case) -> bool:
    row = asked.chasing(uow, case)
    return row is not None and row.instead is None


def _tell(uow: UnitOfWork, desk: Desk, case: Case) -> None:
    deputy = readers.deputy_of(uow, desk, case)
    told = [deputy] if deputy else readers.staff_for(uow, desk, case)
    reminders.remind(uow, desk, case, told, Text.of("chased-by-constituent", case=case.number), kind="chase")


STEPS: Final = (tell_in_the_morning,)
ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {"chase": _check}
"""See ``counter.ALSO_CHECKED``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"chase": chase}
