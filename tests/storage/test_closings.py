"""How many cases are closed is known without counting them, on each engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from liaisonbot.facts import EVERYBODY, Scope
from liaisonbot.model import Case
from liaisonbot.vocabulary import Outcome, Stage
from storage import closings
from storage.schema.pasts import closings as kept
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import a_case, a_deputy, a_station

DAY = timedelta(days=1)
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def closed(uow: SqlUnitOfWork, at: datetime, **whose: int | None) -> Case:
    case = a_case(uow, now=at - DAY)
    uow.cases.update(case.number, **whose)
    return uow.cases.update(case.number, stage=Stage.CLOSED, outcome=Outcome.RESOLVED, closed_at=at)


def in_the_table(uow: SqlUnitOfWork) -> set[tuple[int, ...]]:
    return {tuple(row) for row in uow.connection.execute(select(*kept.c)) if row.cases}


def test_they_are_counted_where_they_are_and_when_they_were_closed(uow: SqlUnitOfWork) -> None:
    """Within the month of the moment to the microsecond, before it by whole months; whoever has none is nobody's."""
    here, there, deputy = a_station(uow).id, a_station(uow).id, a_deputy(uow).id
    closed(uow, MARCH - DAY, station_id=here, deputy_id=deputy)
    closed(uow, MARCH, station_id=here, deputy_id=None)
    closed(uow, MARCH + DAY, station_id=there, deputy_id=deputy)
    closed(uow, APRIL - DAY, station_id=None, deputy_id=None)

    def count(end: datetime, scope: Scope = EVERYBODY) -> int:
        return closings.closed_before(uow.connection, end, scope)

    assert [count(end) for end in (MARCH - DAY, MARCH, MARCH + timedelta(microseconds=1), APRIL)] == [0, 1, 2, 4]
    assert [count(APRIL, Scope(frozenset(ids))) for ids in ({here}, {there}, {here, there}, set())] == [2, 1, 3, 0]
    assert count(APRIL, Scope(deputy_id=deputy)) == 2
    assert count(APRIL, Scope(frozenset({here}), deputy)) == 1


def test_who_reopens_a_case_or_gives_it_to_others_moves_it_there_too(uow: SqlUnitOfWork) -> None:
    """What the door keeps is what counting them anew finds."""
    here, there, deputy = a_station(uow).id, a_station(uow).id, a_deputy(uow).id
    again, moved, shut = (closed(uow, at, station_id=here, deputy_id=deputy) for at in (MARCH, MARCH, APRIL))
    uow.cases.update(again.number, stage=Stage.MEDIATION, outcome=None, closed_at=None)
    uow.cases.update(moved.number, station_id=there, deputy_id=None)
    uow.cases.update(shut.number, text="路灯修好了")

    march, april = (at.year * 12 + at.month - 1 for at in (MARCH, APRIL))
    assert in_the_table(uow) == {(there, closings.NOBODY, march, 1), (here, deputy, april, 1)}
    uow.cases.update(again.number, stage=Stage.CLOSED, outcome=Outcome.RESOLVED, closed_at=APRIL)
    before = in_the_table(uow)
    closings.recount(uow.connection)
    assert in_the_table(uow) == before == {(there, closings.NOBODY, march, 1), (here, deputy, april, 2)}
