"""What a deputy can answer to a reminder: file now, in two hours, tomorrow, I was on leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from liaisonbot import duty_ladder
from liaisonbot.commands import BY_NAME
from liaisonbot.duty import DutyReminder, RemindedState
from liaisonbot.errors import Refused
from liaisonbot.services import dialogues, duty_owed, duty_reminding, quiet
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

SOON: Final = timedelta(hours=2)


def _press(visit: Visit, rest: Sequence[str]) -> None:
    row = visit.uow.duty_reminders.get(number_in(rest[0]), lock=True) if len(rest) == 2 else None
    deputy = visit.actor.deputy
    if row is None or deputy is None or row.deputy_id != deputy.id or rest[1] not in _ANSWERS:
        raise Refused("old-button")
    _ANSWERS[rest[1]](visit, row)


def _file(visit: Visit, row: DutyReminder) -> None:
    """/duty, from its first question on."""
    dialogues.begin_anew(visit, BY_NAME["duty"], {})


def _on_leave(visit: Visit, row: DutyReminder) -> None:
    """/leave without its question for somebody who stands in: days that may have passed are offered, too."""
    dialogues.begin_anew(visit, BY_NAME["leave"], {"reminded": row.id, "delegate": None})


def _soon(visit: Visit, row: DutyReminder) -> None:
    _snooze(visit, row, visit.desk.now + SOON)


def _tomorrow(visit: Visit, row: DutyReminder) -> None:
    day = visit.desk.today + timedelta(days=1)
    _snooze(visit, row, duty_ladder.moment(day, duty_owed.hour(visit.desk), visit.desk.timezone))


def _snooze(visit: Visit, row: DutyReminder, at: datetime) -> None:
    """Again then, or when the quiet hours are over; not when the month has what it needs, or is over by then."""
    uow, desk = visit.uow, visit.desk
    if not duty_owed.behind(uow, desk, row.deputy_id, row.month):
        visit.done(Text.of("duty-reminder-met"))
        visit.renew_buttons(())
        return
    if row.state not in duty_owed.OUT:
        raise Refused("old-button")
    at = quiet.until(replace(desk, now=at)) or at
    if at.astimezone(desk.timezone).date() > duty_ladder.last_of(row.month):
        raise Refused("duty-reminder-over")
    uow.duty_reminders.update(row.id, state=RemindedState.SNOOZED, due_at=at)
    visit.toast()
    again = ([duty_reminding.button(row, "file")],)
    visit.show(Text.of("duty-reminder-snoozed", at=desk.moment(at)), rows=again)


_ANSWERS: Final[Mapping[str, Callable[[Visit, DutyReminder], None]]] = {
    "file": _file,
    "soon": _soon,
    "tomorrow": _tomorrow,
    "leave": _on_leave,
}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"dutyrem": _press}
