"""What is over its limit, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaisonbot.ports import Overdue
from liaisonbot.vocabulary import OverdueBy, OverdueKind, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_station

DAY = timedelta(days=1)
TODAY = NOW.date()


def wanted(**more: Any) -> Overdue:
    return Overdue(**{"until": NOW, "until_day": TODAY, **more})


def found(uow: SqlUnitOfWork, **more: Any) -> list[tuple[int, OverdueKind]]:
    """The whole list, which is as long as is counted."""
    page = uow.overdue.page(wanted(**more), limit=100)
    assert uow.overdue.count(wanted(**more)) == (len(page), len({limit.case.number for limit in page}))
    return [(limit.case.number, limit.kind) for limit in page]


def test_the_longest_over_comes_first_and_by_what_is_wanted(uow: SqlUnitOfWork) -> None:
    """What waits for its constituent, is in time, or was answered is not among them."""
    station, deputy = a_station(uow), a_deputy(uow)
    accept, mediation = OverdueKind.ACCEPT, OverdueKind.MEDIATION
    late = a_case(uow, station=station, deputy=deputy, due_at=NOW - DAY).number
    later = a_case(uow, station=station, stage=Stage.MEDIATION, due_at=NOW - 3 * DAY).number
    elsewhere = a_case(uow, station=a_station(uow), due_at=NOW - 2 * DAY).number
    a_case(uow, station=station, due_at=NOW + DAY)
    a_case(uow, station=station, due_at=NOW - DAY, paused_since=NOW - 2 * DAY)
    a_case(uow, station=station, stage=Stage.REPLY, due_at=NOW - DAY)
    a_case(uow, station=station, stage=Stage.CLOSED)

    assert found(uow) == [(later, mediation), (elsewhere, accept), (late, accept)]
    assert found(uow, station_ids=frozenset({station.id})) == [(later, mediation), (late, accept)]
    assert found(uow, station_ids=frozenset()) == []
    assert found(uow, station_id=station.id, kinds=frozenset({mediation})) == [(later, mediation)]
    assert found(uow, kinds=frozenset()) == []
    assert found(uow, deputy_id=deputy.id) == [(late, accept)]
    assert found(uow, deputy_id=0) == [(later, mediation), (elsewhere, accept)]
    assert found(uow, since=NOW - 3 * DAY, until=NOW - 2 * DAY) == [(elsewhere, accept)]
    assert [limit.case.number for limit in uow.overdue.page(wanted(), offset=1, limit=1)] == [elsewhere]
    assert uow.overdue.counts(wanted(), OverdueBy.DEPUTY) == [(0, 2), (deputy.id, 1)]
    assert uow.overdue.counts(wanted(), OverdueBy.KIND) == [("accept", 2), ("mediation", 1)]


def test_the_first_reply_until_there_is_one(uow: SqlUnitOfWork) -> None:
    """A case that was answered and came back has its limit of mediation only."""
    late = a_case(uow, stage=Stage.MEDIATION, due_at=NOW + DAY, reply_due_at=NOW - DAY).number
    a_case(uow, stage=Stage.MEDIATION, due_at=NOW + DAY, reply_due_at=NOW - DAY, replied_at=NOW - 2 * DAY)
    a_case(uow, reply_due_at=NOW + DAY)
    a_case(uow, reply_due_at=NOW - DAY, paused_since=NOW - 2 * DAY)

    assert found(uow) == [(late, OverdueKind.REPLY)]
    (limit,) = uow.overdue.page(wanted())
    assert limit.ended_at == NOW - DAY


def test_a_promise_whose_day_has_passed(uow: SqlUnitOfWork) -> None:
    """As the ledger has it: neither one that ended, nor one of today."""
    late, today = (a_case(uow, stage=Stage.FOLLOW_UP, due_at=None).number for _ in range(2))
    uow.promises.make(late, None, TODAY - DAY, NOW - 9 * DAY, instead_of=None)
    uow.promises.make(today, None, TODAY, NOW - 9 * DAY, instead_of=None)

    assert found(uow) == [(late, OverdueKind.PROMISE)]
    (limit,) = uow.overdue.page(wanted())
    assert (limit.day, limit.ended_at) == (TODAY - DAY, None)
    assert found(uow, since_day=TODAY) == []


def test_a_unit_that_still_has_it(uow: SqlUnitOfWork) -> None:
    """By unit; neither what was returned nor what was answered since."""
    one, two = (uow.units.save(name, "", ()) for name in ("供电公司", "市政公司"))
    open_, returned, answered = (
        a_case(uow, stage=Stage.MEDIATION, due_at=NOW + DAY, now=NOW - 9 * DAY).number for _ in range(3)
    )
    for number in (open_, returned, answered):
        uow.handings.add(number, one.id, lead=True, due=TODAY - 2 * DAY, now=NOW - 5 * DAY)
    uow.handings.add(open_, two.id, lead=False, due=TODAY - DAY, now=NOW - 5 * DAY)
    uow.handings.returned(uow.handings.of_case(returned)[0].id, NOW - 4 * DAY)
    uow.cases.update(answered, stage=Stage.CLOSED, outcome="resolved", closed_at=NOW, due_at=None)

    assert found(uow) == [(open_, OverdueKind.UNIT), (open_, OverdueKind.UNIT)]
    assert [(limit.unit, limit.day) for limit in uow.overdue.page(wanted())] == [
        ("供电公司", TODAY - 2 * DAY),
        ("市政公司", TODAY - DAY),
    ]
    assert found(uow, unit_id=two.id) == [(open_, OverdueKind.UNIT)]
    assert uow.overdue.counts(wanted(), OverdueBy.UNIT) == [(one.id, 1), (two.id, 1)]
