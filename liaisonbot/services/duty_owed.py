"""Reminders to file that are owed or out: put right when an entry was filed or taken back, or a leave was noted.

The door of the duty logs calls this, so a reminder whose month has what it needs is never sent, whichever way that came
about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from liaisonbot import duty_ladder
from liaisonbot.desk import Desk
from liaisonbot.duty import DutyReminder, EntryState, Period, RemindedState
from liaisonbot.duty_ladder import RUNGS, Fire, Tells
from liaisonbot.model import Leave
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

KEY: Final = "duty-reminder"
"""Of what waits for a deputy's chat: one reminder to file at most."""
OPEN: Final = (RemindedState.WAITING, RemindedState.SNOOZED)
OUT: Final = (RemindedState.SENT, RemindedState.SNOOZED)
_ONE_DAY: Final = timedelta(days=1)
_MORNING: Final = time(9)
"""The hour of a schedule that has not fired within a year."""
ON_RECORD: Final = (EntryState.FILED, EntryState.CONFIRMED)


def on_record(uow: UnitOfWork, deputy_id: int, month: date) -> int:
    """How many entries of that month count."""
    found = uow.duty.count_by_state(deputy_id, *Period.MONTH.around(month))
    return sum(n for (state, _), n in found.items() if state in ON_RECORD)


def behind(uow: UnitOfWork, desk: Desk, deputy_id: int, month: date) -> bool:
    """Whether the month has fewer entries than it takes."""
    least = desk.settings.duty.required_per_month
    return least > 0 and on_record(uow, deputy_id, month) < least


def ladder_of(uow: UnitOfWork, deputy_id: int, month: date) -> list[DutyReminder]:
    """What there is of the deputy's ladder of that month, the lowest rung first."""
    order = list(RUNGS)
    return sorted(uow.duty_reminders.of_deputy(deputy_id, month), key=lambda row: order.index(row.rung))


def entries_changed(uow: UnitOfWork, desk: Desk, deputy_id: int, days: Iterable[date]) -> None:
    """Entries of those days were filed, moved or taken back: what is owed of their months is put right."""
    for month in {duty_ladder.month_of(day) for day in days}:
        rows = ladder_of(uow, deputy_id, month)
        if not rows:
            continue
        if any(RUNGS[row.rung].tells is Tells.STAFF and row.state is RemindedState.SENT for row in rows):
            spoil_lists(uow, desk, deputy_id, month)
        if not behind(uow, desk, deputy_id, month):
            _met(uow, desk, deputy_id, rows)


def _met(uow: UnitOfWork, desk: Desk, deputy_id: int, rows: list[DutyReminder]) -> None:
    """Enough: what waits is not sent, what was sent says so, and staff's list names the deputy no more."""
    reader = reader_of(uow, desk, deputy_id)
    unsent = _taken_back(uow, desk, reader)
    for row in rows:
        if row.state in OUT and not unsent and reader is not None:
            say_instead(uow, desk, reader, row, Text.of("duty-reminder-met"))
        told = RUNGS[row.rung].tells is Tells.DEPUTY and row.state is RemindedState.SENT and not unsent
        if not told and row.state in (*OPEN, RemindedState.SENT):
            uow.duty_reminders.update(row.id, state=RemindedState.DROPPED, sent_at=None if unsent else row.sent_at)


def take_back(uow: UnitOfWork, desk: Desk, row: DutyReminder) -> bool:
    """That reminder does not go out; whether it was still waiting, so that nobody has read it."""
    reader = reader_of(uow, desk, row.deputy_id)
    return reader is not None and reader.chat_id == row.chat_id and _taken_back(uow, desk, reader)


def _taken_back(uow: UnitOfWork, desk: Desk, reader: Reader | None) -> bool:
    """Nothing waits for that chat any more; whether something did, so that nobody has read it."""
    if reader is None or uow.outbox.waiting(reader.chat_id, KEY, desk.now) is None:
        return False
    uow.outbox.drop_keyed(KEY, chat=reader.chat_id)
    return True


def leave_noted(uow: UnitOfWork, desk: Desk, leave: Leave) -> None:
    """The deputy was, or is, away: reminders that are out are excused, and the ladder goes on from the return.

    A leave that is still to come changes nothing now: each rung looks on its own day who is away.
    """
    month = duty_ladder.month_of(desk.today)
    rows = ladder_of(uow, leave.deputy_id, month)
    excused = [row for row in rows if row.state in OUT and RUNGS[row.rung].tells is Tells.DEPUTY]
    if leave.first > desk.today or leave.last < month or not excused:
        return
    reader = reader_of(uow, desk, leave.deputy_id)
    _taken_back(uow, desk, reader)
    for row in excused:
        uow.duty_reminders.update(row.id, state=RemindedState.EXCUSED)
        if reader is not None:
            say_instead(uow, desk, reader, row, Text.of("duty-reminder-excused", first=leave.first, last=leave.last))
    for row in rows:
        if row.state is RemindedState.WAITING:
            put_off(uow, desk, row, RUNGS[row.rung].day(desk.settings.duty, month, leave.last + _ONE_DAY))


def put_off(uow: UnitOfWork, desk: Desk, row: DutyReminder, day: date | None) -> None:
    """Not before that day, at the hour at which deputies are reminded; not at all where that is too late, or None."""
    if day is None or day > RUNGS[row.rung].ends(row.month):
        uow.duty_reminders.update(row.id, state=RemindedState.DROPPED)
        return
    due_at = max(row.due_at, duty_ladder.moment(day, hour(desk), desk.timezone))
    uow.duty_reminders.update(row.id, due_at=due_at)


def last_fire(desk: Desk) -> Fire | None:
    """The newest time of ``duty.remind_at`` that is not in the future."""
    return duty_ladder.schedule(desk.settings.duty.remind_at, desk.timezone).last(desk.now)


def hour(desk: Desk) -> time:
    """The local hour at which deputies are reminded."""
    fire = last_fire(desk)
    return fire.hour if fire is not None else _MORNING


def reader_of(uow: UnitOfWork, desk: Desk, deputy_id: int) -> Reader | None:
    """The deputy's private chat, as far as we know it."""
    deputy = uow.roster.get(deputy_id)
    return readers.of_entry(uow, desk, deputy) if deputy is not None else None


def say_instead(uow: UnitOfWork, desk: Desk, reader: Reader, row: DutyReminder, text: Text) -> None:
    """The reminder becomes that, without its buttons."""
    if row.message_id is not None and row.chat_id == reader.chat_id:
        said = Outgoing(Send.EDIT, reader.chat_id, language=reader.language, text=text, target=row.message_id)
        uow.outbox.add(replace(said, key=f"edit:{row.message_id}"), desk.now)


def spoil_lists(uow: UnitOfWork, desk: Desk, deputy_id: int, month: date) -> None:
    """What the staff of the deputy's stations read about that month does not hold any more."""
    deputy = uow.roster.get(deputy_id)
    stations: list[int | None] = sorted(deputy.station_ids) if deputy else []  # type: ignore[assignment]
    for station in stations or [None]:
        for reader in readers.staff_of(uow, desk, station):
            uow.duty_reminders.spoil(reader.chat_id, month)
