"""Duty logs, roster, polls and projects as they stood at the end of a window, on each engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from liaisonbot.duty import DutyEntry, EntryState
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import ProjectState
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_station

DAY = timedelta(days=1)
START, END = NOW - 7 * DAY, NOW
TODAY = NOW.date()


def an_entry(uow: SqlUnitOfWork, deputy: int, **fields: Any) -> DutyEntry:
    values = {"type": "visit", "station_id": None, "state": EntryState.FILED, "now": NOW - DAY, "day": TODAY, **fields}
    return uow.duty.add(deputy_id=deputy, **values)


def test_entries_of_a_window_are_dated_or_filed_in_it(uow: SqlUnitOfWork) -> None:
    """Drafts are nobody's business; what was filed at its very end, or later, comes with the next window."""
    deputy = a_deputy(uow)
    dated = an_entry(uow, deputy.id, day=TODAY - 2 * DAY, now=START - DAY, minutes=30)
    late = an_entry(uow, deputy.id, day=TODAY - 90 * DAY, type="training")
    an_entry(uow, deputy.id, state=EntryState.DRAFT)
    an_entry(uow, deputy.id, day=TODAY - 90 * DAY, now=START - DAY)
    an_entry(uow, deputy.id, day=TODAY - 2 * DAY, now=END)

    found = uow.office_facts.duty(TODAY - 7 * DAY, TODAY - DAY, START, END)
    assert [fact.id for fact in found] == [dated.id, late.id]
    assert (found[0].deputy, found[0].minutes, found[0].filed_at) == (deputy.name, 30, START - DAY)
    assert (found[1].type, found[1].day, found[1].state) == ("training", TODAY - 90 * DAY, EntryState.FILED)


def test_deputies_come_with_their_stations(uow: SqlUnitOfWork) -> None:
    """By name; somebody without a station is a deputy all the same."""
    one, two = a_station(uow), a_station(uow)
    a_deputy(uow, name="李四", station_ids=[one.id, two.id])
    a_deputy(uow, name="张三", station_ids=[])

    found = {fact.name: fact.station_ids for fact in uow.office_facts.deputies(END)}
    assert found == {"李四": {one.id, two.id}, "张三": frozenset()}


def test_polls_of_a_window_were_open_in_it(uow: SqlUnitOfWork) -> None:
    """Drafts and cancelled ones are none."""
    open_one = a_poll(uow)
    closed_before, closed_in, closed_after, cancelled = (a_poll(uow) for _ in range(4))
    uow.polls.update(closed_before, state=PollState.CLOSED, closed_at=START - DAY, result={"voters": 1})
    uow.polls.update(closed_in, state=PollState.CLOSED, closed_at=START, result={"voters": 7})
    uow.polls.update(closed_after, state=PollState.CLOSED, closed_at=END, result={"voters": 0})
    uow.polls.update(cancelled, state=PollState.CANCELLED, closed_at=START)
    a_draft(uow)

    found = uow.office_facts.polls(START, END)
    assert [(fact.number, fact.status.value, fact.voters, fact.closed_at) for fact in found] == [
        (open_one, "open", 0, None),
        (closed_in, "closed", 7, START),
        (closed_after, "open", 0, None),
    ]


def a_draft(uow: SqlUnitOfWork) -> int:
    return uow.polls.draft(
        kind=PollKind.QUICK,
        question="先修哪里？",
        options=["路", "灯"],
        person_id=None,
        chat_id=None,
        language="zh",
        minutes=60,
    ).number


def a_poll(uow: SqlUnitOfWork) -> int:
    number = a_draft(uow)
    uow.polls.update(number, state=PollState.OPEN, opened_at=START - 2 * DAY, closes_at=END + DAY)
    return number


def test_projects_come_with_where_their_cycle_stands(uow: SqlUnitOfWork) -> None:
    """Those in the reserve pool have none."""
    cycle = uow.cycles.add(
        year=2026, level="county", station_ids=(), places=3, dates={}, person_id=None, now=START - DAY
    )
    pool, entered = (
        uow.projects.propose(
            title="口袋公园",
            text="…",
            station_id=None,
            category="other",
            person_id=None,
            by=Role.STAFF,
            cycle_id=cycle_id,
            now=START - DAY,
        )
        for cycle_id in (None, cycle.id)
    )
    found = uow.office_facts.projects(END)
    assert [(fact.number, fact.state, fact.cycle_year, fact.phase) for fact in found] == [
        (pool.number, ProjectState.PROPOSED, None, None),
        (entered.number, ProjectState.PROPOSED, 2026, cycle.phase),
    ]
