"""Livelihood projects and their cycles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, true, update

from liaisonbot.announcements import Sources, sources_from_json, sources_to_json
from liaisonbot.facts import PROJECT_FIGURED
from liaisonbot.projects import (
    Cycle,
    CycleEntry,
    CycleEvent,
    Inspection,
    Milestone,
    Phase,
    Project,
    ProjectEntry,
    ProjectEvent,
    ProjectState,
    StaffGround,
    Supervisor,
)
from liaisonbot.vocabulary import Rating, Role
from storage.pasts import Pasts
from storage.ready import Ready
from storage.schema.projects import (
    cycle_events,
    cycles,
    grounds,
    inspections,
    milestones,
    project_events,
    project_pasts,
    project_supervisors,
    project_supporters,
    projects,
)
from storage.sealed import new_salt
from storage.statements import AnyRow, AnySelect, PerEngine, clipped, plain

_CYCLE: Final = tuple(cycles.c[name] for name in Cycle.__dataclass_fields__)
_RENAMED: Final = {"by": "by_role", "case": "case_number", "project": "project_number", "on": "held_on"}
"""Fields whose column is called otherwise."""


def _columns(table: Any, values: type) -> tuple[Any, ...]:
    return tuple(table.c[_RENAMED.get(name, name)].label(name) for name in values.__dataclass_fields__)  # type: ignore[attr-defined]


_PROJECT: Final = _columns(projects, Project)
_ENTRY: Final = _columns(project_events, ProjectEntry)
_CYCLE_ENTRY: Final = _columns(cycle_events, CycleEntry)
_MILESTONE: Final = _columns(milestones, Milestone)
_INSPECTION: Final = _columns(inspections, Inspection)

_GET_CYCLE: Final = select(*_CYCLE).where(cycles.c.id == bindparam("wanted"))
_CYCLES: Final = select(*_CYCLE).order_by(cycles.c.year.desc(), cycles.c.id.desc())
_GET: Final = select(*_PROJECT).where(projects.c.number == bindparam("wanted"))
_OF_CASE: Final = Ready(
    select(*_PROJECT)
    .where(projects.c.case_number == bindparam("wanted"), projects.c.state != ProjectState.WITHDRAWN.value)
    .order_by(projects.c.number.desc())
    .limit(1)
)
_SUPPORTED: Final = select(project_supporters.c.project_number).where(
    project_supporters.c.person_id == bindparam("person")
)
_OF_PERSON: Final = (
    select(*_PROJECT)
    .where(or_(projects.c.person_id == bindparam("person"), projects.c.number.in_(_SUPPORTED)))
    .order_by(projects.c.number.desc())
)
_JOINED_TO: Final = select(*_PROJECT).where(projects.c.joined_to == bindparam("wanted")).order_by(projects.c.number)
_SUPPORT: Final = PerEngine(
    lambda insert: insert(project_supporters).on_conflict_do_nothing().returning(project_supporters.c.project_number)
)
_UNSUPPORT: Final = delete(project_supporters).where(
    project_supporters.c.project_number == bindparam("wanted"), project_supporters.c.person_id == bindparam("person")
)
_SUPPORTERS: Final = (
    select(project_supporters.c.person_id)
    .where(project_supporters.c.project_number == bindparam("wanted"))
    .order_by(project_supporters.c.at, project_supporters.c.person_id)
)
_RECORD: Final = insert(project_events).returning(project_events.c.id)
_STORY: Final = (
    select(*_ENTRY).where(project_events.c.project_number == bindparam("wanted")).order_by(project_events.c.id)
)
_HAPPENED: Final = (
    select(*_ENTRY).where(project_events.c.event.in_(bindparam("events", expanding=True))).order_by(project_events.c.id)
)
_GET_ENTRY: Final = select(*_ENTRY).where(project_events.c.id == bindparam("wanted"))
_RECORD_CYCLE: Final = insert(cycle_events).returning(cycle_events.c.id)
_CYCLE_STORY: Final = (
    select(*_CYCLE_ENTRY).where(cycle_events.c.cycle_id == bindparam("wanted")).order_by(cycle_events.c.id)
)
_RUNNING: Final = select(projects.c.number).where(projects.c.state == "running")
_MILESTONES_DUE: Final = (
    select(*_MILESTONE)
    .where(
        milestones.c.day <= bindparam("until"),
        milestones.c.reached_on.is_(None),
        milestones.c.project_number.in_(_RUNNING),
    )
    .order_by(milestones.c.day, milestones.c.id)
)
_TO_BE_PUT_RIGHT: Final = (
    select(*_INSPECTION)
    .where(inspections.c.fix_by <= bindparam("until"), inspections.c.fixed_on.is_(None))
    .order_by(inspections.c.fix_by, inspections.c.id)
)
_GROUND: Final = PerEngine(
    lambda insert: insert(grounds).on_conflict_do_update(
        index_elements=[grounds.c.key],
        set_={"text": insert(grounds).excluded.text, "struck": insert(grounds).excluded.struck},
    )
)


PASTS: Final = Pasts(project_pasts, "project_number")


class SqlCycles:
    """See ``ports.Cycles``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        year: int,
        level: str,
        station_ids: Collection[int],
        places: int,
        dates: Mapping[str, tuple[str, str]],
        person_id: int | None,
        now: datetime,
    ) -> Cycle:
        values = {
            "year": year,
            "level": level,
            "station_ids": sorted(station_ids),
            "places": places,
            "phase": Phase.COLLECTION.value,
            "phase_since": now,
            "dates": {phase: list(days) for phase, days in dates.items()},
            "person_id": person_id,
            "created_at": now,
        }
        return _cycle(self._connection.execute(insert(cycles).returning(*_CYCLE), values).one())

    def get(self, cycle_id: int, *, lock: bool = False) -> Cycle | None:
        statement = _GET_CYCLE.with_for_update() if lock else _GET_CYCLE
        row = self._connection.execute(statement, {"wanted": cycle_id}).first()
        return None if row is None else _cycle(row)

    def update(self, cycle_id: int, **changes: Any) -> Cycle:
        values = {name: plain(value) for name, value in changes.items()}
        statement = update(cycles).where(cycles.c.id == cycle_id).values(values).returning(*_CYCLE)
        return _cycle(self._connection.execute(statement).one())

    def all(self, *, open_only: bool = False) -> list[Cycle]:
        statement = _CYCLES.where(cycles.c.closed_at.is_(None)) if open_only else _CYCLES
        return [_cycle(row) for row in self._connection.execute(statement)]

    def record(
        self,
        cycle_id: int,
        event: CycleEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int:
        values = {
            "cycle_id": cycle_id,
            "at": at,
            "by_role": by.value,
            "person_id": person_id,
            "event": event.value,
            "text": text,
            "details": dict(details or {}),
        }
        return int(self._connection.execute(_RECORD_CYCLE, values).scalar_one())

    def story(self, cycle_id: int) -> list[CycleEntry]:
        rows = self._connection.execute(_CYCLE_STORY, {"wanted": cycle_id})
        return [_cycle_entry(row) for row in rows]


class SqlProjects:
    """See ``ports.Projects``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def propose(
        self,
        *,
        title: str,
        text: str,
        station_id: int | None,
        category: str,
        person_id: int | None,
        by: Role,
        cycle_id: int | None,
        now: datetime,
        case: int | None = None,
        cost: str | None = None,
        unit: str | None = None,
    ) -> Project:
        values = {
            "cycle_id": cycle_id,
            "title": clipped(title, projects.c.title),
            "text": text,
            "station_id": station_id,
            "category": category,
            "person_id": person_id,
            "by_role": by.value,
            "case_number": case,
            "cost": clipped(cost, projects.c.cost),
            "unit": clipped(unit, projects.c.unit),
            "state": ProjectState.PROPOSED.value,
            "created_at": now,
            "changed_at": now,
        }
        return _project(self._connection.execute(insert(projects).returning(*_PROJECT), values).one())

    def get(self, number: int, *, lock: bool = False) -> Project | None:
        statement = _GET.with_for_update() if lock else _GET
        row = self._connection.execute(statement, {"wanted": number}).first()
        return None if row is None else _project(row)

    def update(self, number: int, *, now: datetime, **changes: Any) -> Project:
        values = {_RENAMED.get(name, name): plain(value) for name, value in changes.items()}
        values["changed_at"] = now
        statement = update(projects).where(projects.c.number == number).values(values).returning(*_PROJECT)
        return _project(self._connection.execute(statement).one())

    def keep_past(self, before: Project, until: datetime) -> None:
        was = {name: getattr(before, name) for name in PROJECT_FIGURED}
        PASTS.keep(self._connection, before.number, was, born=before.created_at, until=until)

    def find(
        self,
        *states: ProjectState,
        cycle_id: int | None = None,
        station_ids: Collection[int] | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> list[Project]:
        statement = _of(select(*_PROJECT), states, cycle_id, station_ids)
        rows = self._connection.execute(statement.order_by(projects.c.number.desc()).offset(offset).limit(limit))
        return [_project(row) for row in rows]

    def count(
        self, *states: ProjectState, cycle_id: int | None = None, station_ids: Collection[int] | None = None
    ) -> int:
        statement = _of(select(func.count()).select_from(projects), states, cycle_id, station_ids)
        return int(self._connection.execute(statement).scalar_one())

    def of_case(self, case: int) -> Project | None:
        row = _OF_CASE.first(self._connection, {"wanted": case})
        return None if row is None else _project(row)

    def of_person(self, person_id: int) -> list[Project]:
        return [_project(row) for row in self._connection.execute(_OF_PERSON, {"person": person_id})]

    def joined_to(self, number: int) -> list[Project]:
        return [_project(row) for row in self._connection.execute(_JOINED_TO, {"wanted": number})]

    # --- people -------------------------------------------------------------------------------------------------------

    def support(self, number: int, person_id: int, now: datetime) -> bool:
        values = {"project_number": number, "person_id": person_id, "at": now}
        return self._connection.execute(_SUPPORT.on(self._connection), values).first() is not None

    def unsupport(self, number: int, person_id: int) -> bool:
        return self._connection.execute(_UNSUPPORT, {"wanted": number, "person": person_id}).rowcount > 0

    def supporters(self, number: int, *, at: datetime | None = None) -> list[int]:
        statement = _SUPPORTERS if at is None else _SUPPORTERS.where(project_supporters.c.at == at)
        return list(self._connection.execute(statement, {"wanted": number}).scalars())

    # --- journal ------------------------------------------------------------------------------------------------------

    def record(
        self,
        number: int,
        event: ProjectEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        day: date | None = None,
        details: Mapping[str, Any] | None = None,
        sources: Sources | None = None,
        public: bool = True,
    ) -> int:
        values = {
            "project_number": number,
            "at": at,
            "by_role": by.value,
            "person_id": person_id,
            "event": event.value,
            "text": text,
            "day": day,
            "details": dict(details or {}),
            "sources": sources_to_json(sources),
            "public": public,
            "salt": new_salt(text, details, sources),
        }
        return int(self._connection.execute(_RECORD, values).scalar_one())

    def story(self, number: int, *, public_only: bool = False) -> list[ProjectEntry]:
        statement = _STORY.where(project_events.c.public == true()) if public_only else _STORY
        return [_entry(row) for row in self._connection.execute(statement, {"wanted": number})]

    def entry(self, entry: int) -> ProjectEntry | None:
        row = self._connection.execute(_GET_ENTRY, {"wanted": entry}).first()
        return None if row is None else _entry(row)

    def happened(self, *events: ProjectEvent) -> list[ProjectEntry]:
        return [_entry(row) for row in self._connection.execute(_HAPPENED, {"events": [each.value for each in events]})]

    # --- carrying out -------------------------------------------------------------------------------------------------

    def add_milestone(self, number: int, day: date, text: str) -> Milestone:
        values = {"project_number": number, "day": day, "text": text}
        return Milestone(*self._connection.execute(insert(milestones).returning(*_MILESTONE), values).one())

    def milestone(self, milestone: int) -> Milestone | None:
        row = self._connection.execute(select(*_MILESTONE).where(milestones.c.id == milestone)).first()
        return None if row is None else Milestone(*row)

    def reached(self, milestone: int, on: date | None) -> None:
        self._connection.execute(update(milestones).where(milestones.c.id == milestone).values(reached_on=on))

    def move_milestone(self, milestone: int, day: date) -> None:
        self._connection.execute(update(milestones).where(milestones.c.id == milestone).values(day=day))

    def strike_milestone(self, milestone: int) -> None:
        self._connection.execute(delete(milestones).where(milestones.c.id == milestone))

    def milestones(self, number: int) -> list[Milestone]:
        statement = select(*_MILESTONE).where(milestones.c.project_number == number)
        ordered = statement.order_by(milestones.c.day, milestones.c.id)
        return [Milestone(*row) for row in self._connection.execute(ordered)]

    def milestones_due(self, until: date) -> list[Milestone]:
        return [Milestone(*row) for row in self._connection.execute(_MILESTONES_DUE, {"until": until})]

    def add_inspection(self, number: int, on: date, finding: str, fix_by: date | None) -> Inspection:
        values = {"project_number": number, "held_on": on, "finding": finding, "fix_by": fix_by}
        return Inspection(*self._connection.execute(insert(inspections).returning(*_INSPECTION), values).one())

    def inspection(self, inspection: int) -> Inspection | None:
        row = self._connection.execute(select(*_INSPECTION).where(inspections.c.id == inspection)).first()
        return None if row is None else Inspection(*row)

    def put_right(self, inspection: int, on: date | None) -> None:
        self._connection.execute(update(inspections).where(inspections.c.id == inspection).values(fixed_on=on))

    def inspections(self, number: int) -> list[Inspection]:
        statement = select(*_INSPECTION).where(inspections.c.project_number == number)
        ordered = statement.order_by(inspections.c.held_on, inspections.c.id)
        return [Inspection(*row) for row in self._connection.execute(ordered)]

    def to_be_put_right(self, until: date) -> list[Inspection]:
        return [Inspection(*row) for row in self._connection.execute(_TO_BE_PUT_RIGHT, {"until": until})]

    def set_supervisors(self, number: int, entry_ids: Sequence[int], *, confirmed: bool) -> None:
        self._connection.execute(delete(project_supervisors).where(project_supervisors.c.project_number == number))
        rows = [
            {"project_number": number, "entry_id": entry_id, "confirmed": confirmed}
            for entry_id in dict.fromkeys(entry_ids)
        ]
        if rows:
            self._connection.execute(insert(project_supervisors), rows)

    def supervisors(self, number: int) -> list[Supervisor]:
        statement = (
            select(
                project_supervisors.c.project_number, project_supervisors.c.entry_id, project_supervisors.c.confirmed
            )
            .where(project_supervisors.c.project_number == number)
            .order_by(project_supervisors.c.entry_id)
        )
        return [Supervisor(*row) for row in self._connection.execute(statement)]

    def supervised_by(self, entry_id: int) -> list[int]:
        statement = (
            select(project_supervisors.c.project_number)
            .where(project_supervisors.c.entry_id == entry_id, project_supervisors.c.confirmed == true())
            .order_by(project_supervisors.c.project_number)
        )
        return list(self._connection.execute(statement).scalars())

    # --- grounds ------------------------------------------------------------------------------------------------------

    def grounds(self) -> Mapping[str, StaffGround]:
        columns = (grounds.c.key, grounds.c.text, grounds.c.struck)
        rows = self._connection.execute(select(*columns).order_by(grounds.c.added_at, grounds.c.key))
        return {row.key: StaffGround(*row) for row in rows}

    def set_ground(self, key: str, text: str, now: datetime, *, struck: bool = False) -> None:
        values = {"key": key, "text": clipped(text, grounds.c.text), "struck": struck, "added_at": now}
        self._connection.execute(_GROUND.on(self._connection), values)


def _of(
    statement: AnySelect,
    states: Sequence[ProjectState],
    cycle_id: int | None,
    station_ids: Collection[int] | None,
) -> AnySelect:
    if states:
        statement = statement.where(projects.c.state.in_([state.value for state in states]))
    if cycle_id is not None:
        statement = statement.where(projects.c.cycle_id == cycle_id)
    if station_ids is not None:
        statement = statement.where(projects.c.station_id.in_(list(station_ids)))
    return statement


def _cycle(row: AnyRow) -> Cycle:
    values = dict(row._mapping)
    values |= {
        "station_ids": tuple(values["station_ids"]),
        "phase": Phase(values["phase"]),
        "dates": {phase: (first, last) for phase, (first, last) in values["dates"].items()},
    }
    return Cycle(**values)


def _project(row: Sequence[Any]) -> Project:
    """``row``: its columns in the order of :data:`_PROJECT`, whether SQLAlchemy read them or ``Ready`` did."""
    values = dict(zip(Project.__dataclass_fields__, row, strict=True))
    values |= {
        "by": Role(values["by"]),
        "state": ProjectState(values["state"]),
        "verdict": None if values["verdict"] is None else Rating(values["verdict"]),
    }
    return Project(**values)


def _entry(row: AnyRow) -> ProjectEntry:
    values = dict(row._mapping)
    values |= {
        "by": Role(values["by"]),
        "event": ProjectEvent(values["event"]),
        "sources": sources_from_json(values["sources"]),
    }
    return ProjectEntry(**values)


def _cycle_entry(row: AnyRow) -> CycleEntry:
    values = dict(row._mapping)
    return CycleEntry(**values | {"by": Role(values["by"]), "event": CycleEvent(values["event"])})
