"""Duty logs, roster, polls and projects as they stood at the end of a window."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, and_, or_, select, true

from liaisonbot.duty import EntryState
from liaisonbot.facts import DeputyFact, DutyFact, PollFact, ProjectFact
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import Phase, ProjectState
from storage.polls import SqlPolls
from storage.schema import roster, roster_stations
from storage.schema.duty import duty_entries
from storage.schema.polls import polls
from storage.schema.projects import cycles, projects
from storage.statements import AnyRow
from storage.urns import SqlUrns

_DUTY: Final = tuple(
    roster.c.name if name == "deputy" else duty_entries.c[name] for name in DutyFact.__dataclass_fields__
)


class SqlOfficeFacts:
    """See ``ports.OfficeFacts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def duty(self, first: date, last: date, start: datetime, end: datetime) -> list[DutyFact]:
        filed_in = and_(duty_entries.c.filed_at >= start, duty_entries.c.filed_at < end)
        statement = (
            select(*_DUTY)
            .join(roster, roster.c.id == duty_entries.c.deputy_id)
            .where(duty_entries.c.filed_at < end, or_(duty_entries.c.day.between(first, last), filed_in))
            .order_by(duty_entries.c.id)
        )
        return [_duty_fact(row) for row in self._connection.execute(statement)]

    def deputies(self, end: datetime) -> list[DeputyFact]:
        statement = (
            select(roster.c.id, roster.c.name, roster_stations.c.station_id)
            .outerjoin(roster_stations, roster_stations.c.roster_id == roster.c.id)
            .where(roster.c.role == "deputy", roster.c.active == true())
            .order_by(roster.c.name, roster.c.id)
        )
        found: dict[tuple[int, str], set[int]] = {}
        for number, name, station_id in self._connection.execute(statement):
            found.setdefault((number, name), set()).update(() if station_id is None else (station_id,))
        return [DeputyFact(number, name, frozenset(stations)) for (number, name), stations in found.items()]

    def polls(self, start: datetime, end: datetime) -> list[PollFact]:
        statement = (
            select(polls)
            .where(
                polls.c.opened_at < end,
                or_(polls.c.closed_at.is_(None), polls.c.closed_at >= start),
                or_(polls.c.state != "cancelled", polls.c.closed_at >= end),
            )
            .order_by(polls.c.number)
        )
        return [
            PollFact(
                number=row.number,
                kind=PollKind(row.kind),
                question=row.question,
                status=PollState.OPEN if row.closed_at is None or row.closed_at >= end else PollState.CLOSED,
                voters=row.result["voters"] if row.result else self._voters(row.number, row.secret),
                station_ids=tuple(row.station_ids),
                sealed=row.sealed,
                opened_at=row.opened_at,
                closes_at=row.closes_at,
                closed_at=row.closed_at if row.closed_at is not None and row.closed_at < end else None,
            )
            for row in self._connection.execute(statement)
        ]

    def _voters(self, poll: int, secret: bool) -> int:
        return SqlUrns(self._connection).turnout(poll) if secret else SqlPolls(self._connection).count(poll).voters

    def projects(self, end: datetime) -> list[ProjectFact]:
        statement = (
            select(
                projects.c.number,
                projects.c.title,
                projects.c.state,
                projects.c.station_id,
                projects.c.cycle_id,
                cycles.c.year,
                cycles.c.phase,
            )
            .outerjoin(cycles, cycles.c.id == projects.c.cycle_id)
            .where(projects.c.created_at < end)
            .order_by(projects.c.number)
        )
        return [
            ProjectFact(
                number=row.number,
                title=row.title,
                state=ProjectState(row.state),
                station_id=row.station_id,
                cycle_id=row.cycle_id,
                cycle_year=row.year,
                phase=None if row.phase is None else Phase(row.phase),
            )
            for row in self._connection.execute(statement)
        ]


def _duty_fact(row: AnyRow) -> DutyFact:
    return DutyFact(
        row.id,
        row.deputy_id,
        row.name,
        row.station_id,
        row.type,
        row.day,
        row.minutes,
        row.filed_at,
        EntryState(row.state),
    )
