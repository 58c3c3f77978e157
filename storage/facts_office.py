"""Duty logs, roster, polls and projects as they stood at the end of a window.

How something stood is told by its past that lay around the moment (``storage/pasts.py``), else by its row as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, String, Table, bindparam, case, func, literal_column, or_, select, true

from liaisonbot.duty import EntryState
from liaisonbot.facts import (
    DUTY_FIGURED,
    EVERYBODY,
    PROJECT_FIGURED,
    DeputyFact,
    DutyFact,
    PollFact,
    ProjectFact,
    Scope,
)
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import CycleEvent, Phase, ProjectState
from storage import duty as duty_log
from storage import projects as project_journal
from storage import roster as people
from storage.pasts import MOMENT, in_scope
from storage.polls import SqlPolls
from storage.ready import Ready
from storage.schema import UtcDateTime, roster, roster_pasts, roster_stations
from storage.schema.duty import duty_entries, duty_pasts
from storage.schema.polls import poll_turnouts, polls
from storage.schema.projects import cycle_events, cycles, project_pasts, projects
from storage.statements import AnyRow, AnySelect
from storage.urns import SqlUrns

_START: Final = bindparam("start", type_=UtcDateTime())


def _entries(table: Table, number: str) -> AnySelect:
    """Those of the window; the name as it is today."""
    fields = [table.c[number].label("id"), *(table.c[name] for name in DUTY_FIGURED)]
    dated = table.c.day.between(bindparam("first", type_=table.c.day.type), bindparam("last", type_=table.c.day.type))
    filed = (table.c.filed_at >= _START) & (table.c.filed_at < MOMENT)
    return select(*fields, roster.c.name).join(roster, roster.c.id == table.c.deputy_id).where(or_(dated, filed))


_DUTY: Final = (
    (
        duty_entries,
        _entries(duty_entries, "id").where(
            duty_entries.c.filed_at < MOMENT, duty_log.PASTS.unchanged(duty_entries.c.id)
        ),
    ),
    (duty_pasts, _entries(duty_pasts, "duty_id").where(duty_log.PASTS.around)),
)

_SPACE: Final[Any] = literal_column("' '")
_deputies = select(roster.c.id, roster.c.name).where(roster.c.role == literal_column("'deputy'"))
_DEPUTIES_NOW: Final = Ready(
    _deputies.add_columns(func.aggregate_strings(roster_stations.c.station_id.cast(String), _SPACE).label("stations"))
    .outerjoin(roster_stations, roster_stations.c.roster_id == roster.c.id)
    .where(roster.c.active == true(), people.PASTS.unchanged(roster.c.id))
    .group_by(roster.c.id, roster.c.name)
)
_DEPUTIES_THEN: Final = Ready(
    _deputies.add_columns(roster_pasts.c.station_ids)
    .join(roster_pasts, roster_pasts.c.roster_id == roster.c.id)
    .where(roster_pasts.c.active == true(), people.PASTS.around)
)

_turnout = (
    select(poll_turnouts.c.voters)
    .where(poll_turnouts.c.poll == polls.c.number, poll_turnouts.c.until >= MOMENT)
    .order_by(poll_turnouts.c.until)
    .limit(1)
    .scalar_subquery()
)
_POLLS: Final = (
    select(
        polls.c.number,
        polls.c.kind,
        polls.c.question,
        polls.c.state,
        polls.c.station_ids,
        polls.c.sealed,
        polls.c.secret,
        polls.c.opened_at,
        polls.c.closes_at,
        polls.c.closed_at,
        polls.c.result["voters"].as_integer().label("published"),
        _turnout.label("turnout"),
    )
    .where(
        polls.c.opened_at < MOMENT,
        or_(polls.c.closed_at.is_(None), polls.c.closed_at >= _START),
        or_(polls.c.state != PollState.CANCELLED.value, polls.c.closed_at >= MOMENT),
    )
    .order_by(polls.c.number)
)

_was = project_pasts.c.id.isnot(None)
_PROJECTS: Final = (
    select(
        projects.c.number,
        projects.c.title,
        *(case((_was, project_pasts.c[name]), else_=projects.c[name]).label(name) for name in PROJECT_FIGURED),
    )
    .outerjoin(project_pasts, (project_pasts.c.project_number == projects.c.number) & project_journal.PASTS.around)
    .where(projects.c.created_at < MOMENT)
    .order_by(projects.c.number)
)
_YEARS: Final = select(cycles.c.id, cycles.c.year)
_MOVES: Final = (
    select(cycle_events.c.cycle_id, cycle_events.c.details)
    .where(cycle_events.c.event.in_((CycleEvent.MOVED.value, CycleEvent.BACK.value)), cycle_events.c.at < MOMENT)
    .order_by(cycle_events.c.id)
)


_STATES: Final = {state.value: state for state in EntryState}


class SqlOfficeFacts:
    """See ``ports.OfficeFacts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def duty(self, first: date, last: date, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> list[DutyFact]:
        window = {"first": first, "last": last, "start": start, "moment": end}
        wanted = (statement.where(*in_scope(table.c, scope)) for table, statement in _DUTY)
        found = [_duty_fact(row) for each in wanted for row in self._connection.execute(each, window)]
        return sorted(found, key=attrgetter("id"))

    def deputies(self, end: datetime) -> list[DeputyFact]:
        moment = {"moment": end}
        now = [
            DeputyFact(row.id, row.name, frozenset(map(int, (row.stations or "").split())))
            for row in _DEPUTIES_NOW.all(self._connection, moment)
        ]
        then = [
            DeputyFact(row.id, row.name, frozenset(row.station_ids))
            for row in _DEPUTIES_THEN.all(self._connection, moment)
        ]
        return sorted(now + then, key=attrgetter("name", "id"))

    def polls(self, start: datetime, end: datetime) -> list[PollFact]:
        rows = self._connection.execute(_POLLS, {"start": start, "moment": end}).all()
        return [self._poll_fact(row, end) for row in rows]

    def projects(self, end: datetime) -> list[ProjectFact]:
        moment = {"moment": end}
        years = {row.id: row.year for row in self._connection.execute(_YEARS)}
        phases = dict.fromkeys(years, Phase.COLLECTION) | _phases(self._connection.execute(_MOVES, moment))
        return [
            ProjectFact(
                number=row.number,
                title=row.title,
                state=ProjectState(row.state),
                station_id=row.station_id,
                cycle_id=row.cycle_id,
                cycle_year=years.get(row.cycle_id),
                phase=phases.get(row.cycle_id),
            )
            for row in self._connection.execute(_PROJECTS, moment)
        ]

    def _poll_fact(self, row: AnyRow, end: datetime) -> PollFact:
        closed = row.closed_at is not None and row.closed_at < end
        return PollFact(
            number=row.number,
            kind=PollKind(row.kind),
            question=row.question,
            status=PollState.CLOSED if closed else PollState.OPEN,
            voters=row.published if closed else self._turnout(row),
            station_ids=tuple(row.station_ids),
            sealed=row.sealed,
            opened_at=row.opened_at,
            closes_at=row.closes_at,
            closed_at=row.closed_at if closed else None,
        )

    def _turnout(self, row: AnyRow) -> int:
        """Where nothing was kept, nobody did anything since."""
        if row.turnout is not None:
            return int(row.turnout)
        if row.secret:
            return SqlUrns(self._connection).turnout(row.number)
        return SqlPolls(self._connection).count(row.number).voters


def _duty_fact(row: AnyRow) -> DutyFact:
    number, deputy_id, station_id, type_, day, minutes, filed_at, state, name = row
    return DutyFact(number, deputy_id, name, station_id, type_, day, minutes, filed_at, _STATES[state])


def _phases(moves: Iterable[AnyRow]) -> dict[int, Phase]:
    """Into which phase each cycle was moved last."""
    return {move.cycle_id: Phase(move.details["to"]) for move in moves}
