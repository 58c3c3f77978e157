"""Reminders to file in the duty log, and staff's lists of deputies who are behind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from liaisonbot.duty import Behind, DutyReminder, EntryState, Period, RemindedState, StaffList
from storage.ready import Ready
from storage.schema import persons, roster, roster_stations, stations
from storage.schema.duty import duty_entries, duty_lists, duty_reminders
from storage.statements import AnyRow, plain

_COLUMNS: Final = tuple(duty_reminders.c[name] for name in DutyReminder.__dataclass_fields__)
_WAITS: Final = duty_reminders.c.state.in_([literal_column("'waiting'"), literal_column("'snoozed'")])
"""Written out, not bound: SQLite uses a partial index only when it can read the condition in the statement."""
_ON_RECORD: Final = (EntryState.FILED.value, EntryState.CONFIRMED.value)

_one = select(*_COLUMNS).where(duty_reminders.c.id == bindparam("wanted"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_OF_DEPUTY: Final = Ready(
    select(*_COLUMNS).where(
        duty_reminders.c.deputy_id == bindparam("deputy"),
        duty_reminders.c.month == bindparam("of", type_=duty_reminders.c.month.type),
    )
)
_DUE: Final = Ready(
    select(*_COLUMNS)
    .where(_WAITS, duty_reminders.c.due_at <= bindparam("now", type_=duty_reminders.c.due_at.type))
    .order_by(duty_reminders.c.due_at, duty_reminders.c.id)
    .limit(bindparam("most"))
)
_MONTHS: Final = Ready(
    select(func.min(duty_reminders.c.month).label("first"), func.max(duty_reminders.c.month).label("last")).where(
        duty_reminders.c.deputy_id == bindparam("deputy")
    )
)
_UNSHOWN: Final = Ready(
    select(*_COLUMNS).where(
        # No order: SQLite would go by the key then, through the whole table.
        duty_reminders.c.month.in_(
            [bindparam(name, type_=duty_reminders.c.month.type) for name in ("this_month", "last_month")]
        ),
        duty_reminders.c.state == literal_column("'sent'"),
        duty_reminders.c.chat_id.isnot(None),
        duty_reminders.c.message_id.is_(None),
        duty_reminders.c.sent_at < bindparam("before", type_=duty_reminders.c.sent_at.type),
    )
)
_LAST_DEPUTY: Final = Ready(select(func.max(roster.c.id)))


def _owing(insert: Any) -> Any:
    statement = insert(duty_reminders)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[duty_reminders.c.deputy_id, duty_reminders.c.month, duty_reminders.c.rung],
        set_={"due_at": new.due_at, "state": new.state},
        where=duty_reminders.c.state == literal_column("'dropped'"),
    )


_OWE: Final = Ready(_owing)


def _spoiling(insert: Any) -> Any:
    return insert(duty_lists).on_conflict_do_update(
        index_elements=[duty_lists.c.chat_id, duty_lists.c.month], set_={"stale": true()}
    )


_SPOIL: Final = Ready(_spoiling)
_STALE: Final = Ready(
    select(duty_lists.c.chat_id, duty_lists.c.month, duty_lists.c.message_id)
    .where(
        duty_lists.c.stale == true(),
        or_(duty_lists.c.promised == false(), duty_lists.c.message_id.isnot(None)),
    )
    .order_by(duty_lists.c.month, duty_lists.c.chat_id)
    .limit(bindparam("most"))
)
_this_list = update(duty_lists).where(
    duty_lists.c.chat_id == bindparam("chat"), duty_lists.c.month == bindparam("of", type_=duty_lists.c.month.type)
)
_WRITTEN: Final = Ready(_this_list.values(stale=false(), promised=bindparam("went")))
_SHOWN: Final = Ready(_this_list.values(message_id=bindparam("shown")))


class SqlDutyReminders:
    """See ``ports.DutyReminders``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last_deputy(self) -> int:
        return _LAST_DEPUTY.scalar(self._connection) or 0

    def owe(self, deputy_id: int, month: date, rung: str, due_at: datetime) -> None:
        values = {"deputy_id": deputy_id, "month": month, "rung": rung, "due_at": due_at}
        _OWE.run(self._connection, {**values, "state": RemindedState.WAITING.value})

    def get(self, reminder_id: int, *, lock: bool = False) -> DutyReminder | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"wanted": reminder_id})
        return None if row is None else _reminder(row)

    def of_deputy(self, deputy_id: int, month: date) -> list[DutyReminder]:
        return [_reminder(row) for row in _OF_DEPUTY.all(self._connection, {"deputy": deputy_id, "of": month})]

    def months_of(self, deputy_id: int) -> tuple[date, date] | None:
        row = _MONTHS.first(self._connection, {"deputy": deputy_id})
        return None if row is None or row.first is None else (row.first, row.last)

    def unshown(self, before: datetime) -> list[DutyReminder]:
        this = before.date().replace(day=1)
        months = {"this_month": this, "last_month": (this - timedelta(days=1)).replace(day=1)}
        rows = _UNSHOWN.all(self._connection, {**months, "before": before})
        return sorted((_reminder(row) for row in rows), key=lambda reminder: reminder.id)

    def due(self, now: datetime, limit: int) -> list[DutyReminder]:
        return [_reminder(row) for row in _DUE.all(self._connection, {"now": now, "most": limit})]

    def update(self, reminder_id: int, **changes: Any) -> None:
        values = {name: plain(value) for name, value in changes.items()}
        self._connection.execute(update(duty_reminders).where(duty_reminders.c.id == reminder_id).values(values))

    # --- staff's lists ------------------------------------------------------------------------------------------------

    def listed(self, rung: str, month: date, station_ids: Collection[int] | None) -> list[Behind]:
        rows = self._connection.execute(_listed(rung, month, station_ids))
        return [Behind(row.id, row.name, row.station_id, row.station, row.entries, bool(row.unreached)) for row in rows]

    def spoil(self, chat_id: int, month: date) -> None:
        _SPOIL.run(self._connection, {"chat_id": chat_id, "month": month, "stale": True})

    def stale(self, limit: int) -> list[StaffList]:
        return [StaffList(*row) for row in _STALE.all(self._connection, {"most": limit})]

    def written(self, chat_id: int, month: date, *, promised: bool) -> None:
        _WRITTEN.run(self._connection, {"chat": chat_id, "of": month, "went": promised})

    def shown(self, chat_id: int, month: date, message_id: int) -> None:
        _SHOWN.run(self._connection, {"chat": chat_id, "of": month, "shown": message_id})


def _listed(rung: str, month: date, station_ids: Collection[int] | None) -> Select[Any]:
    first, last = Period.MONTH.around(month)
    entries = (
        select(func.count())
        .select_from(duty_entries)
        .where(
            duty_entries.c.deputy_id == roster.c.id,
            duty_entries.c.day.between(first, last),
            duty_entries.c.state.in_(_ON_RECORD),
        )
    )
    other = duty_reminders.alias()
    closed = exists().where(
        other.c.deputy_id == roster.c.id, other.c.month == month, other.c.state == RemindedState.UNREACHED.value
    )
    away = exists().where(persons.c.telegram_id == roster.c.telegram_id, persons.c.reachable == false())
    found = (
        select(
            roster.c.id,
            roster.c.name,
            roster_stations.c.station_id,
            stations.c.name.label("station"),
            entries.correlate(roster).scalar_subquery().label("entries"),
            or_(closed.correlate(roster), away.correlate(roster), roster.c.telegram_id.is_(None)).label("unreached"),
        )
        .select_from(duty_reminders)
        .join(roster, roster.c.id == duty_reminders.c.deputy_id)
        .outerjoin(roster_stations, roster_stations.c.roster_id == roster.c.id)
        .outerjoin(stations, stations.c.id == roster_stations.c.station_id)
        .where(
            duty_reminders.c.month == month,
            duty_reminders.c.rung == rung,
            duty_reminders.c.state == RemindedState.SENT.value,
            roster.c.active == true(),
        )
        .order_by(stations.c.name, roster.c.name, roster.c.id)
    )
    if station_ids is not None:
        found = found.where(roster_stations.c.station_id.in_(sorted(station_ids)))
    return found


def _reminder(row: AnyRow) -> DutyReminder:
    fields = dict(zip(DutyReminder.__dataclass_fields__, row, strict=True))
    return DutyReminder(**{**fields, "state": RemindedState(fields["state"])})
