"""Cases by what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from liaisonbot.model import Case
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Stage
from tests.support.makers import NOW, a_case, a_deputy, a_person, a_station

DAY = timedelta(days=1)


def numbers(cases: Sequence[Case]) -> list[int]:
    return [case.number for case in cases]


def test_ones_own_cases_come_open_ones_first_and_newest_first(uow: UnitOfWork) -> None:
    """In pages, with the count of all of them; other people's are not among them."""
    me = a_person(uow)
    closed = a_case(uow, author=me, stage=Stage.CLOSED)
    older = a_case(uow, author=me)
    a_case(uow)
    newer = a_case(uow, author=me, stage=Stage.REPLY)

    page, count = uow.cases.of_author(me.id)
    assert (numbers(page), count) == ([newer.number, older.number, closed.number], 3)
    page, count = uow.cases.of_author(me.id, offset=2, limit=2)
    assert (numbers(page), count) == ([closed.number], 3)


def test_a_deputys_cases_come_by_what_is_due_first(uow: UnitOfWork) -> None:
    """Those without a limit last; closed ones and those of others not at all."""
    deputy, other = a_deputy(uow), a_deputy(uow)
    endless = a_case(uow, deputy=deputy, due_at=None)
    late = a_case(uow, deputy=deputy, due_at=NOW + 3 * DAY)
    soon = a_case(uow, deputy=deputy, due_at=NOW + DAY)
    a_case(uow, deputy=deputy, stage=Stage.CLOSED)
    a_case(uow, deputy=other)

    page, count = uow.cases.of_deputy(deputy.id)
    assert (numbers(page), count) == ([soon.number, late.number, endless.number], 3)
    assert numbers(uow.cases.of_deputy(deputy.id, offset=1, limit=1)[0]) == [late.number]


def test_the_queue_holds_open_cases_without_a_deputy(uow: UnitOfWork) -> None:
    """Staff see those of their stations; owners all, those of no station included."""
    here, there = a_station(uow), a_station(uow)
    mine = a_case(uow, station=here)
    theirs = a_case(uow, station=there)
    nowhere = a_case(uow)
    a_case(uow, station=here, deputy=a_deputy(uow))
    a_case(uow, station=here, stage=Stage.CLOSED)

    assert numbers(uow.cases.unassigned([here.id])[0]) == [mine.number]
    assert uow.cases.unassigned([]) == ([], 0)
    page, count = uow.cases.unassigned(None, limit=2)
    assert (numbers(page), count) == ([mine.number, theirs.number], 3)
    assert numbers(uow.cases.unassigned(None, offset=2)[0]) == [nowhere.number]


def test_a_choice_offers_the_newest_that_fit(uow: UnitOfWork) -> None:
    """Of a deputy, of stations, of an author, or of all of these together; each case once."""
    here, there, me, deputy = a_station(uow), a_station(uow), a_person(uow), a_deputy(uow)
    first = a_case(uow, station=here, deputy=deputy)
    second = a_case(uow, station=there, deputy=deputy, author=me)
    third = a_case(uow, station=here, author=me, stage=Stage.REPLY)
    closed = a_case(uow, station=here, deputy=deputy, author=me, stage=Stage.CLOSED)
    both = (Stage.COLLECTION, Stage.REPLY)
    choose = uow.cases.for_choice

    assert numbers(choose(stages=both, deputy_id=deputy.id)) == [second.number, first.number]
    assert numbers(choose(stages=both, station_ids=[here.id, there.id])) == [third.number, second.number, first.number]
    assert numbers(choose(stages=both, station_ids=[])) == []
    assert numbers(choose(stages=both, person_id=me.id)) == [third.number, second.number]
    assert numbers(choose(stages=[Stage.CLOSED], station_ids=[here.id])) == [closed.number]
    assert numbers(choose(stages=both, deputy_id=deputy.id, person_id=me.id)) == [3, 2, 1]
    assert numbers(choose(stages=list(Stage), limit=2)) == [closed.number, third.number]


def test_cases_somebody_has_not_left_are_found_by_stage_or_because_their_clock_stands_still(uow: UnitOfWork) -> None:
    """The newest first; not others' cases, and none that the person left while others stayed."""
    me, somebody = a_person(uow), a_person(uow)
    waits, paused, rated = (a_case(uow, author=me, stage=stage) for stage in (Stage.COLLECTION, *_TWO))
    left, closed = a_case(uow, author=me, stage=Stage.REPLY), a_case(uow, author=me, stage=Stage.CLOSED)
    uow.cases.update(paused.number, paused_since=NOW)
    uow.cases.leave(left.number, me.id, NOW)
    a_case(uow, author=somebody, stage=Stage.REPLY)
    mine = uow.cases.not_left_by

    assert numbers(mine(me.id, stages=[Stage.REPLY])) == [rated.number]
    assert numbers(mine(me.id, stages=[Stage.REPLY], paused_too=True)) == [rated.number, paused.number]
    assert numbers(mine(me.id, stages=[], paused_too=True)) == [paused.number]
    assert numbers(mine(me.id, stages=[Stage.COLLECTION, Stage.REPLY], limit=1)) == [rated.number]
    assert numbers(mine(me.id, stages=[Stage.COLLECTION, Stage.REPLY])) == [rated.number, waits.number]
    assert numbers(mine(me.id, stages=[Stage.CLOSED])) == [closed.number]


_TWO = (Stage.MEDIATION, Stage.REPLY)


def test_what_is_over_its_limit_comes_page_by_page(uow: UnitOfWork) -> None:
    """By number, so that a sweep which is interrupted goes on where it was."""
    late = [a_case(uow, due_at=NOW - (4 - n) * DAY).number for n in range(3)]
    a_case(uow, due_at=NOW)
    a_case(uow, due_at=None)
    a_case(uow, due_at=NOW - DAY, stage=Stage.MEDIATION)
    a_case(uow, due_at=NOW - DAY, stage=Stage.CLOSED)

    first = uow.cases.due(Stage.COLLECTION, NOW, limit=2)
    rest = uow.cases.due(Stage.COLLECTION, NOW, after=first[-1].number, limit=2)

    assert (numbers(first), numbers(rest)) == (late[:2], late[2:])


def test_what_has_long_been_in_a_stage_is_found(uow: UnitOfWork) -> None:
    """For reminders, and for looking back at closed cases."""
    long_ago = NOW - 3 * DAY
    waiting = [a_case(uow, stage=Stage.REPLY, now=long_ago).number for _ in range(3)]
    a_case(uow, stage=Stage.REPLY)
    closed = a_case(uow, stage=Stage.CLOSED, now=long_ago)

    assert numbers(uow.cases.in_stage(Stage.REPLY, NOW)) == waiting
    assert numbers(uow.cases.in_stage(Stage.REPLY, NOW, after=waiting[0], limit=1)) == waiting[1:2]
    assert numbers(uow.cases.in_stage(Stage.CLOSED, NOW)) == [closed.number]


def test_promises_are_found_on_their_day(uow: UnitOfWork) -> None:
    """In follow-up only; one without a date has been promised for today."""
    today = NOW.date()
    tomorrow = a_case(uow, stage=Stage.FOLLOW_UP, promise_date=today + DAY)
    kept = [a_case(uow, stage=Stage.FOLLOW_UP, promise_date=day).number for day in (today, None, today - DAY)]
    a_case(uow, stage=Stage.REPLY, promise_date=today)

    assert numbers(uow.cases.promised(today)) == kept
    assert numbers(uow.cases.promised(today, after=kept[0], limit=1)) == kept[1:2]
    assert tomorrow.number in numbers(uow.cases.promised(today + DAY))


def test_paused_cases_come_by_number(uow: UnitOfWork) -> None:
    """After a number, so many."""
    paused = [a_case(uow, paused_since=NOW) for _ in range(3)]
    a_case(uow)

    assert numbers(uow.cases.paused(limit=2)) == numbers(paused[:2])
    assert numbers(uow.cases.paused(paused[1].number)) == numbers(paused[2:])
