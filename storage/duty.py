"""Entries of the deputies' duty logs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnClause,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from liaisonbot.announcements import sources_from_json, sources_to_json
from liaisonbot.duty import DutyEntry, EntryEvent, EntryLine, EntryState, MissedMeeting
from liaisonbot.facts import DUTY_FIGURED
from liaisonbot.vocabulary import Role
from storage.pasts import Pasts
from storage.ready import Ready
from storage.schema import roster
from storage.schema.duty import duty_entries, duty_events, duty_pasts, missed_meetings
from storage.statements import AnyRow, AnySelect, PerEngine, clipped, plain

_RENAMED: Final = {"case": "case_number", "project": "project_number", "by": "by_role"}
"""Fields whose column is called otherwise."""
_ON_RECORD: Final = (EntryState.FILED, EntryState.CONFIRMED)


def _columns(table: Any, values: type) -> tuple[Any, ...]:
    return tuple(table.c[_RENAMED.get(name, name)].label(name) for name in values.__dataclass_fields__)  # type: ignore[attr-defined]


_ENTRY: Final = _columns(duty_entries, DutyEntry)
_LINE: Final = _columns(duty_events, EntryLine)
_MISSED: Final = _columns(missed_meetings, MissedMeeting)
_FILED: Final[ColumnClause[str]] = literal_column("'filed'")
"""Written out, not bound: SQLite uses a partial index only when it can read the condition in the statement."""
_one = select(*_ENTRY).where(duty_entries.c.id == bindparam("wanted"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_OF_ORIGIN: Final = Ready(
    select(*_ENTRY).where(
        duty_entries.c.deputy_id == bindparam("deputy"),
        duty_entries.c.day == bindparam("on", type_=duty_entries.c.day.type),
        duty_entries.c.origin == bindparam("what"),
    )
)
_MOST_USED: Final = Ready(
    select(duty_entries.c.type)
    .where(duty_entries.c.deputy_id == bindparam("deputy"), duty_entries.c.filed_at.isnot(None))
    .group_by(duty_entries.c.type)
    .order_by(func.count().desc(), func.max(duty_entries.c.day).desc(), duty_entries.c.type)
)
_LAST: Final = Ready(
    select(*_ENTRY)
    .where(duty_entries.c.deputy_id == bindparam("deputy"), duty_entries.c.filed_at.isnot(None))
    .order_by(duty_entries.c.day.desc(), duty_entries.c.id.desc())
    .limit(1)
)
_CONFIRMED_SINCE: Final = Ready(
    select(*_ENTRY)
    .where(
        duty_entries.c.deputy_id == bindparam("deputy"),
        duty_entries.c.state == literal_column("'confirmed'"),
        duty_entries.c.decided_at >= bindparam("moment", type_=duty_entries.c.decided_at.type),
    )
    .order_by(duty_entries.c.day, duty_entries.c.id)
)
_touched = (
    select(duty_events.c.duty_id)
    .where(duty_events.c.deputy_id == bindparam("deputy"))
    .order_by(duty_events.c.id.desc())
    .limit(5)
    .subquery()
)
_TOUCHED: Final = Ready(select(*_ENTRY).where(duty_entries.c.id.in_(select(_touched.c.duty_id))))
"""The entries that the journal named last."""
_LAST_OF_ORIGIN: Final = Ready(
    select(func.max(duty_entries.c.day).label("day")).where(
        duty_entries.c.origin == bindparam("what"), duty_entries.c.filed_at.isnot(None)
    )
)
_FIRST_DAY: Final = Ready(
    select(func.min(duty_entries.c.day).label("day")).where(
        duty_entries.c.deputy_id == bindparam("deputy"), duty_entries.c.filed_at.isnot(None)
    )
)
_DRAFTS_BEFORE: Final = Ready(
    select(*_ENTRY)
    .where(
        duty_entries.c.state == literal_column("'draft'"),
        duty_entries.c.day < bindparam("until", type_=duty_entries.c.day.type),
    )
    .order_by(duty_entries.c.day, duty_entries.c.id)  # by the index: in order of their ids SQLite reads the whole table
    .limit(bindparam("most"))
)
_BY_STATE: Final = Ready(
    select(duty_entries.c.state, duty_entries.c.type, func.count().label("n"))
    .where(
        duty_entries.c.deputy_id == bindparam("deputy"),
        duty_entries.c.day >= bindparam("since", type_=duty_entries.c.day.type),
        duty_entries.c.day <= bindparam("until", type_=duty_entries.c.day.type),
    )
    .group_by(duty_entries.c.state, duty_entries.c.type)
    .order_by(duty_entries.c.state, duty_entries.c.type)
)
_STORY: Final = Ready(select(*_LINE).where(duty_events.c.duty_id == bindparam("wanted")).order_by(duty_events.c.id))


def _missed_upsert(insert: Any) -> Any:
    statement = insert(missed_meetings)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[missed_meetings.c.deputy_id, missed_meetings.c.day, missed_meetings.c.type],
        set_={"excused": new.excused, "text": new.text, "person_id": new.person_id, "noted_at": new.noted_at},
    ).returning(*_MISSED)


_MISS: Final = PerEngine(_missed_upsert)


PASTS: Final = Pasts(duty_pasts, "duty_id")


class SqlDutyLog:
    """See ``ports.DutyLog``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        deputy_id: int,
        station_id: int | None,
        type: str,
        day: date,
        state: EntryState,
        now: datetime,
        **fields: Any,
    ) -> DutyEntry:
        values = {
            "deputy_id": deputy_id,
            "station_id": station_id,
            "type": type,
            "day": day,
            "state": state.value,
            "made_at": now,
            "filed_at": None if state is EntryState.DRAFT else now,
            **_stored(fields),
        }
        return _entry(self._connection.execute(insert(duty_entries).returning(*_ENTRY), values).one())

    def get(self, duty_id: int, *, lock: bool = False) -> DutyEntry | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"wanted": duty_id})
        return None if row is None else _entry(row)

    def update(self, duty_id: int, **changes: Any) -> DutyEntry:
        statement = update(duty_entries).where(duty_entries.c.id == duty_id).values(_stored(changes))
        return _entry(self._connection.execute(statement.returning(*_ENTRY)).one())

    def remove(self, duty_id: int) -> None:
        self._connection.execute(delete(duty_entries).where(duty_entries.c.id == duty_id))

    def keep_past(self, before: DutyEntry, until: datetime) -> None:
        if before.filed_at is not None:
            was = {name: getattr(before, name) for name in DUTY_FIGURED}
            PASTS.keep(self._connection, before.id, was, born=before.filed_at, until=until)

    def of_origin(self, deputy_id: int, day: date, origin: str) -> DutyEntry | None:
        row = _OF_ORIGIN.first(self._connection, {"deputy": deputy_id, "on": day, "what": origin})
        return None if row is None else _entry(row)

    def of_album(self, deputy_id: int, album: str) -> DutyEntry | None:
        rows = _TOUCHED.all(self._connection, {"deputy": deputy_id})
        found = [_entry(row) for row in rows]
        return next((entry for entry in found if entry.sources and entry.sources.album == album), None)

    def of_deputy(
        self,
        deputy_id: int,
        first: date,
        last: date,
        *,
        states: Collection[EntryState],
        offset: int = 0,
        limit: int = 100,
    ) -> list[DutyEntry]:
        statement = _span(select(*_ENTRY), deputy_id, first, last, states)
        newest = statement.order_by(duty_entries.c.day.desc(), duty_entries.c.id.desc())
        return [_entry(row) for row in self._connection.execute(newest.offset(offset).limit(limit))]

    def count(self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState]) -> Mapping[str, int]:
        statement = _span(select(duty_entries.c.type, func.count()), deputy_id, first, last, states)
        rows = self._connection.execute(statement.group_by(duty_entries.c.type)).all()
        return {row[0]: row[1] for row in rows}

    def count_by_state(self, deputy_id: int, first: date, last: date) -> Mapping[tuple[EntryState, str], int]:
        rows = _BY_STATE.all(self._connection, {"deputy": deputy_id, "since": first, "until": last})
        return {(EntryState(state), type_): n for state, type_, n in rows}

    def days(
        self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState], types: Collection[str] = ()
    ) -> int:
        statement = _span(select(func.count(duty_entries.c.day.distinct())), deputy_id, first, last, states)
        if types:
            statement = statement.where(duty_entries.c.type.in_(sorted(types)))
        return int(self._connection.execute(statement).scalar_one())

    def minutes(self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState]) -> int:
        statement = _span(select(func.coalesce(func.sum(duty_entries.c.minutes), 0)), deputy_id, first, last, states)
        return int(self._connection.execute(statement).scalar_one())

    def most_used(self, deputy_id: int, limit: int = 6) -> list[str]:
        return _MOST_USED.scalars(self._connection, {"deputy": deputy_id})[:limit]

    def last(self, deputy_id: int) -> DutyEntry | None:
        row = _LAST.first(self._connection, {"deputy": deputy_id})
        return None if row is None else _entry(row)

    def confirmed_since(self, deputy_id: int, moment: datetime) -> list[DutyEntry]:
        rows = _CONFIRMED_SINCE.all(self._connection, {"deputy": deputy_id, "moment": moment})
        return [_entry(row) for row in rows]

    def last_of_origin(self, origin: str) -> date | None:
        return cast("date | None", _LAST_OF_ORIGIN.scalar(self._connection, {"what": origin}))

    def first_day(self, deputy_id: int) -> date | None:
        return cast("date | None", _FIRST_DAY.scalar(self._connection, {"deputy": deputy_id}))

    def drafts_before(self, day: date, *, limit: int = 100) -> list[DutyEntry]:
        rows = _DRAFTS_BEFORE.all(self._connection, {"until": day, "most": limit})
        return [_entry(row) for row in rows]

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 100
    ) -> tuple[list[DutyEntry], int]:
        here = [duty_entries.c.state == _FILED]
        if station_ids is not None:
            here.append(duty_entries.c.station_id.in_(sorted(station_ids)))
        found = select(*_ENTRY).where(*here).order_by(duty_entries.c.id).offset(offset).limit(limit)
        total = select(func.count()).select_from(duty_entries).where(*here)
        rows = self._connection.execute(found).all()
        return [_entry(row) for row in rows], int(self._connection.execute(total).scalar_one())

    def behind(
        self, first: date, last: date, least: int, *, after: int = 0, until: int | None = None, limit: int = 100
    ) -> list[tuple[int, int]]:
        on_record = and_(
            duty_entries.c.deputy_id == roster.c.id,
            duty_entries.c.day.between(first, last),
            duty_entries.c.state.in_([state.value for state in _ON_RECORD]),
        )
        number = select(func.count()).select_from(duty_entries).where(on_record).correlate(roster).scalar_subquery()
        deputies = [roster.c.role == "deputy", roster.c.active == true(), roster.c.id > after]
        if until is not None:
            deputies.append(roster.c.id <= until)
        counted = select(roster.c.id, number.label("n")).where(*deputies).subquery()
        statement = select(counted).where(counted.c.n < least).order_by(counted.c.id).limit(limit)
        return [(row.id, row.n) for row in self._connection.execute(statement)]

    # --- journal ------------------------------------------------------------------------------------------------------

    def record(
        self,
        entry: DutyEntry,
        event: EntryEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int:
        values = {
            "duty_id": entry.id,
            "deputy_id": entry.deputy_id,
            "at": at,
            "by_role": by.value,
            "person_id": person_id,
            "event": event.value,
            "text": text,
            "details": dict(details or {}),
        }
        return int(self._connection.execute(insert(duty_events).returning(duty_events.c.id), values).scalar_one())

    def story(self, duty_id: int) -> list[EntryLine]:
        rows = _STORY.all(self._connection, {"wanted": duty_id})
        return [_line(row) for row in rows]

    # --- meetings that were missed ------------------------------------------------------------------------------------

    def miss(
        self,
        deputy_id: int,
        day: date,
        type: str,
        *,
        excused: bool,
        text: str | None,
        person_id: int | None,
        now: datetime,
    ) -> MissedMeeting:
        values = {
            "deputy_id": deputy_id,
            "day": day,
            "type": type,
            "excused": excused,
            "text": text,
            "person_id": person_id,
            "noted_at": now,
        }
        return MissedMeeting(*self._connection.execute(_MISS.on(self._connection), values).one())

    def missed(self, deputy_id: int, first: date, last: date) -> list[MissedMeeting]:
        statement = select(*_MISSED).where(
            missed_meetings.c.deputy_id == deputy_id, missed_meetings.c.day.between(first, last)
        )
        rows = self._connection.execute(statement.order_by(missed_meetings.c.day, missed_meetings.c.id))
        return [MissedMeeting(*row) for row in rows]

    def missed_meeting(self, missed_id: int) -> MissedMeeting | None:
        row = self._connection.execute(select(*_MISSED).where(missed_meetings.c.id == missed_id)).first()
        return None if row is None else MissedMeeting(*row)

    def unmiss(self, missed_id: int) -> None:
        self._connection.execute(delete(missed_meetings).where(missed_meetings.c.id == missed_id))


def _span(statement: AnySelect, deputy_id: int, first: date, last: date, states: Collection[EntryState]) -> AnySelect:
    return statement.where(
        duty_entries.c.deputy_id == deputy_id,
        duty_entries.c.day.between(first, last),
        duty_entries.c.state.in_([state.value for state in states]),
    )


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {_RENAMED.get(name, name): plain(value) for name, value in fields.items()}
    if "sources" in values:
        values["sources"] = sources_to_json(values["sources"])
    if "place" in values:
        values["place"] = clipped(values["place"], duty_entries.c.place)
    return values


def _entry(row: AnyRow) -> DutyEntry:
    fields = dict(zip(DutyEntry.__dataclass_fields__, row, strict=True))
    fields["sources"] = sources_from_json(fields["sources"])
    fields["acts"] = tuple(fields["acts"])
    fields["state"] = EntryState(fields["state"])
    fields["confirmed_by"] = Role(fields["confirmed_by"]) if fields["confirmed_by"] else None
    return DutyEntry(**fields)


def _line(row: AnyRow) -> EntryLine:
    fields = dict(zip(EntryLine.__dataclass_fields__, row, strict=True))
    return EntryLine(**{**fields, "by": Role(fields["by"]), "event": EntryEvent(fields["event"])})
