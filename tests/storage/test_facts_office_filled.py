"""A database of before pasts were kept: what its journals tell of them is filled in, on each engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from liaisonbot.projects import ProjectState
from storage import migrate
from storage.migrate import OURS
from storage.schema import UtcDateTime
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.connections import connected

BEFORE = "0037"
"""The last revision without them."""
DAY = timedelta(days=1)
T0 = datetime(2026, 11, 1, 16, tzinfo=UTC)
"""A midnight in Shanghai; what follows happens at noons."""


def noon(days: int) -> datetime:
    return T0 + days * DAY + timedelta(hours=12)


def put(connection: sa.Connection, table: str, **values: Any) -> None:
    typed = [sa.column(name, _kind(value)) for name, value in values.items()]
    connection.execute(sa.insert(sa.table(table, *typed)).values(values))


def _kind(value: Any) -> Any:
    kinds: dict[type, Any] = {datetime: UtcDateTime(), date: sa.Date(), dict: sa.JSON(), list: sa.JSON()}
    return kinds.get(type(value))


def an_old_office(connection: sa.Connection) -> None:
    put(connection, "stations", id=1, code="A", name="阳光")
    put(connection, "roster", id=1, role="deputy", name="张三", active=True)
    entry = {"deputy_id": 1, "station_id": 1, "type": "visit", "minutes": 30, "made_at": noon(0), "acts": []}
    put(connection, "duty_entries", id=1, day=date(2026, 11, 3), state="filed", filed_at=noon(5), **entry)
    told = (
        (1, 0, "drafted", 2),
        (1, 1, "filed", 2),
        (1, 2, "changed", 3),
        (1, 3, "returned", 3),
        (1, 5, "filed", 3),
        (2, 1, "filed", 1),
        (2, 4, "deleted", 1),
    )
    for duty_id, days, event, day in told:
        details = {"type": "visit", "day": f"2026-11-0{day}"}
        line = {"duty_id": duty_id, "deputy_id": 1, "by_role": "deputy", "event": event, "details": details}
        put(connection, "duty_events", at=noon(days), **line)
    put(
        connection,
        "cycles",
        **{"id": 1, "year": 2026, "level": "county", "station_ids": [], "places": 3, "phase": "collection"},
        **{"phase_since": noon(0), "created_at": noon(0)},
    )
    project = {"cycle_id": 1, "title": "公园", "station_id": 1, "category": "other", "by_role": "staff"}
    put(connection, "projects", number=1, state="candidate", created_at=noon(0), changed_at=noon(4), **project)
    for days, event, details in ((0, "proposed", {}), (2, "entered", {"cycle": 1}), (4, "screened", {})):
        line = {"project_number": 1, "by_role": "staff", "event": event, "details": details, "public": True}
        put(connection, "project_events", at=noon(days), **line)
    poll = {"kind": "quick", "question": "修哪里？", "options": ["路", "灯"], "station_ids": [], "language": "zh"}
    plain = {"multiple": False, "sealed": False, "secret": False, "eligible": "anyone", "state": "open", "minutes": 60}
    put(connection, "polls", number=1, opened_at=noon(0), closes_at=noon(30), **poll, **plain)
    for person, days, options in ((1, 1, [0]), (2, 3, []), (3, 3, [1])):
        put(connection, "persons", id=person, first_seen_at=noon(0))
        put(connection, "poll_answers", poll=1, person_id=person, options=options, at=noon(days))


def test_journals_tell_the_past(empty_database_url: str) -> None:
    """What an entry was before it was confirmed, returned or deleted; states of projects; who had voted by then."""
    with connected(empty_database_url) as connection:
        OURS.apply(connection, BEFORE)
        an_old_office(connection)
    migrate.upgrade(empty_database_url)

    with connected(empty_database_url) as connection:
        facts = SqlUnitOfWork(connection).office_facts

        def entries(days: int) -> list[tuple[int, str, date, datetime]]:
            found = facts.duty(date(2026, 11, 1), date(2026, 11, 30), T0, T0 + days * DAY)
            return [(fact.id, fact.state.value, fact.day, fact.filed_at) for fact in found]

        second, third = date(2026, 11, 2), date(2026, 11, 3)
        deleted = (2, "filed", date(2026, 11, 1), noon(1))
        assert entries(1) == []
        assert entries(2) == [(1, "filed", second, noon(1)), deleted]
        assert entries(3) == [(1, "filed", third, noon(1)), deleted]
        assert entries(4) == [(1, "returned", third, noon(1)), deleted]
        assert entries(5) == [(1, "returned", third, noon(1))]
        assert entries(6) == [(1, "filed", third, noon(5))]

        assert facts.projects(T0) == []
        states = [[(fact.state, fact.cycle_id) for fact in facts.projects(T0 + days * DAY)] for days in (1, 3, 5)]
        proposed, candidate = ProjectState.PROPOSED, ProjectState.CANDIDATE
        assert states == [[(proposed, None)], [(proposed, 1)], [(candidate, 1)]]

        voters = [[fact.voters for fact in facts.polls(T0, T0 + days * DAY)] for days in (1, 2, 3, 4)]
        assert voters == [[0], [1], [1], [2]]
        assert [fact.name for fact in facts.deputies(T0)] == ["张三"]
