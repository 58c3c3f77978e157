"""What the figures are computed from does not change any more once a window is over."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select

from liaisonbot.facts import FIGURED, Scope
from liaisonbot.model import Handing
from liaisonbot.vocabulary import Role
from liaisonbot.workflow import Event
from storage.case_lists import COLUMNS, case_from
from storage.closings import recount
from storage.schema import cases
from storage.schema.pasts import closings
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_url
from tests.support.office import MONDAY, Office

DEPUTY, OTHER, STAFF, ONE, TWO = 11, 12, 21, 1001, 1002
SHORT: Final = timedelta(seconds=1)
ACTS: Final = (
    (ONE, "/report 三号楼路灯坏了 {salt}"),
    (TWO, "/report 幼儿园门口没有斑马线 {salt}"),
    (DEPUTY, "/accept {n}"),
    (OTHER, "/accept {n}"),
    (DEPUTY, "/mediate {n} 联系过了"),
    (DEPUTY, "/reply {n} 修好了"),
    (OTHER, "/reply {n} 修好了"),
    (DEPUTY, "/reply {n} B {day} 下月修"),
    (DEPUTY, "/followup {n} {day} 还要几天"),
    (DEPUTY, "/ask {n} 在几楼"),
    (DEPUTY, "/resume {n}"),
    (DEPUTY, "/extend {n} {day} 要等材料"),
    (DEPUTY, "/decline {n} 请拨 12345"),
    (DEPUTY, "/close {n} 没有回音"),
    (DEPUTY, "/transfer {n} 李四 他更熟"),
    (STAFF, "/transfer {n} staff 请重派"),
    (STAFF, "/assign {n} 张三"),
    (STAFF, "/reopen {n} 又坏了"),
    (STAFF, "/merge {n} {m}"),
    (STAFF, "/split {n}"),
    (STAFF, "/sort {n} housing"),
    (DEPUTY, "/hand {n} 路灯所 {day} 请修"),
    (STAFF, "/hand {n} 供电所;路灯所 {day} 一起看"),
    (DEPUTY, "/returned {n} 路灯所 不归我们管"),
    (ONE, "/withdraw {n}"),
    (ONE, "rate:{n}:attitude:{level}"),
    (ONE, "rate:{n}:result:{level}"),
    (TWO, "rate:{n}:attitude:{level}"),
    (TWO, "rate:{n}:result:{level}"),
    (ONE, "check:{n}:{level}"),
    (TWO, "check:{n}:{level}"),
)
PAUSES: Final = (timedelta(), SHORT, timedelta(minutes=2), timedelta(hours=20), timedelta(days=3), timedelta(days=33))


@dataclass
class Seen:
    """What the rows themselves said at a moment."""

    moment: datetime
    cases: dict[int, tuple[Any, ...]]
    handings: list[tuple[Any, ...]]


@dataclass
class History:
    """An office in which all sorts of things happen, and what was seen of it after each of them."""

    office: Office
    seen: list[Seen] = field(default_factory=list)

    @classmethod
    def begun(cls) -> History:
        office = Office(Path(tempfile.mkdtemp()), intake={"messages_per_minute": 1000})
        station = office.station()
        for name, who in (("张三", DEPUTY), ("李四", OTHER)):
            office.roster(Role.DEPUTY, name, who, station)
        office.roster(Role.STAFF, "王五", STAFF, station)
        with office.unit() as uow:
            for unit in ("路灯所", "供电所"):
                uow.units.save(unit, "8888", ())
        for who in (ONE, TWO):
            office.writes(who, "/report 水管漏水")
        return cls(office)

    def does(self, act: int, n: int, m: int, level: int, pause: int) -> None:
        office = self.office
        office.ticks(PAUSES[pause])
        who, words = ACTS[act]
        day = (office.now + timedelta(days=5)).date()
        said = words.format(n=n, m=m, level=level, day=day, salt=office.now.timestamp())
        if said.startswith("/"):
            office.writes(who, said)
        else:
            office.presses_data(who, office.of_newest_reply(said))
        self.looks()

    def looks(self) -> None:
        """What is to be seen now."""
        office = self.office
        office.now += SHORT
        with office.unit() as uow:
            rows = [case_from(row) for row in uow.connection.execute(select(*COLUMNS).order_by(cases.c.number))]
            handed = [handing for unit in uow.units.all() for handing in uow.handings.of_unit(unit.id, None)]
        states = {case.number: tuple(getattr(case, name) for name in FIGURED) for case in rows}
        self.seen.append(Seen(office.now, states, _handings(handed)))

    def holds(self) -> None:
        with self.office.unit() as uow:
            for seen in self.seen:
                self._compared(uow, seen)
            for seen in self.seen[::6]:
                for deputy, theirs in _by_deputy(seen).items():
                    self._chosen(uow, seen.moment, Scope(deputy_id=deputy), theirs)
            kept = set(uow.connection.execute(select(*closings.c).where(closings.c.cases != 0)))
            recount(uow.connection)
            assert set(uow.connection.execute(select(*closings.c))) == kept

    def _compared(self, uow: SqlUnitOfWork, seen: Seen) -> None:
        facts = uow.case_facts.as_of(range(1, 100), seen.moment)
        told = {number: tuple(getattr(fact, name) for name in FIGURED) for number, fact in facts.items()}
        assert told == seen.cases
        assert _handings(uow.case_facts.handings(range(1, 100), seen.moment)) == seen.handings
        opened = {number for number, values in seen.cases.items() if values[FIGURED.index("stage")] != "closed"}
        assert [fact.number for fact in uow.case_facts.open_at(seen.moment)] == sorted(opened)
        assert uow.case_facts.closed_by(seen.moment) == len(seen.cases) - len(opened)
        for deputy, theirs in _by_deputy(seen).items():
            scope = Scope(deputy_id=deputy)
            assert [fact.number for fact in uow.case_facts.open_at(seen.moment, scope)] == sorted(theirs & opened)
            assert uow.case_facts.closed_by(seen.moment, scope) == len(theirs - opened)

    def _chosen(self, uow: SqlUnitOfWork, moment: datetime, scope: Scope, theirs: set[int]) -> None:
        """What the database chooses is what one would choose from everybody's."""
        facts = uow.case_facts
        for start in (MONDAY - SHORT, moment - timedelta(days=3)):
            received = facts.received(start, moment)
            assert facts.received(start, moment, scope) == [fact for fact in received if fact.number in theirs]
            assert facts.numbers_received(start, moment) == tuple(fact.number for fact in received)
            assert facts.numbers_received(start, moment, scope) == tuple(
                fact.number for fact in received if fact.number in theirs
            )
            happened = facts.events(start, moment, set(Event))
            assert facts.events(start, moment, set(Event), scope) == [each for each in happened if each.case in theirs]
        assert set(facts.as_of(range(1, 100), moment, scope)) == theirs


def _by_deputy(seen: Seen) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for number, values in seen.cases.items():
        if (deputy := values[FIGURED.index("deputy_id")]) is not None:
            found.setdefault(deputy, set()).add(number)
    return found


def _handings(found: Iterable[Handing]) -> list[tuple[Any, ...]]:
    """What figures go by."""
    rows = ((each.id, each.case, each.unit_id, each.at, each.due, each.returned_at, each.finished_at) for each in found)
    return sorted(rows, key=lambda row: row[0])


numbers = st.integers(1, 4)
act = st.tuples(st.integers(0, len(ACTS) - 1), numbers, numbers, st.integers(1, 3), st.integers(0, len(PAUSES) - 1))


@given(acts=st.lists(act, min_size=5, max_size=20))
@settings(max_examples=12, deadline=None)
def test_what_a_moment_saw_is_told_ever_after(acts: list[tuple[int, int, int, int, int]]) -> None:
    history = History.begun()
    for one in acts:
        history.does(*one)
    history.holds()


def test_a_long_history_is_told_at_each_of_its_moments() -> None:
    """A hundred things that happen in two years, most of which the office lets happen."""
    history, chance = History.begun(), random.Random(6)
    for _ in range(100):
        history.does(
            chance.randrange(len(ACTS)),
            chance.randint(1, 8),
            chance.randint(1, 8),
            chance.randint(1, 3),
            chance.choice((0, 1, 2, 3, 3, 4)),
        )
    stages = {values[0] for seen in history.seen for values in seen.cases.values()}
    assert stages == {"collection", "mediation", "reply", "follow_up", "closed"}
    history.holds()


def test_what_was_handed_out_is_told_at_each_of_its_moments() -> None:
    """Its day was moved, it came back, another unit had it, it was answered, and that did not satisfy."""
    history = History.begun()
    office = history.office
    for who, words in (
        (STAFF, "/assign 1 张三"),
        (DEPUTY, "/accept 1"),
        (DEPUTY, "/hand 1 路灯所 2026-12-01 请修"),
        (DEPUTY, "/hand 1 供电所;路灯所 2026-12-09 一起看"),
        (DEPUTY, "/returned 1 路灯所 不归我们管"),
        (DEPUTY, "/reply 1 修好了"),
        (ONE, "rate:1:attitude:1"),
        (ONE, "rate:1:result:1"),
        (DEPUTY, "/hand 1 路灯所 2026-12-18 还没好"),
        (DEPUTY, "/reply 1 又修好了"),
    ):
        office.ticks(timedelta(hours=20))
        office.writes(who, words) if words.startswith("/") else office.presses_data(who, words)
        history.looks()
    (lamps, power, again) = history.seen[-1].handings
    assert (lamps[5] is None, power[6] is None, again[6] is None) == (False, False, False)
    assert {seen.handings[0][4].day for seen in history.seen if seen.handings} == {1, 9}
    history.holds()


def test_what_is_open_is_looked_for_among_the_open_ones(tmp_path: Path) -> None:
    """Not among all that came in before: at a million cases that took longer than everything else together."""
    office = Office(tmp_path)
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM cases" in statement:
            plans.extend(row[3] for row in connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    office.station()
    engine = create_engine(sqlite_url(office.path))
    event.listen(engine, "before_cursor_execute", explain)
    with engine.connect() as connection:
        uow = SqlUnitOfWork(connection)
        uow.case_facts.open_at(office.now)
        uow.case_facts.closed_by(office.now)
    assert not [step for step in plans if "ix_cases_created_at (created_at<?)" in step or step.startswith("SCAN cases")]
    assert [step for step in plans if step.startswith("SEARCH cases USING INDEX ix_cases_")]
