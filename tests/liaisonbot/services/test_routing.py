"""The chain by which a case finds its deputy, and who is passed over on the way."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.services import routing
from liaisonbot.services.routing import Matter
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import RoutingRule
from storage.schema import journal
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.makers import NOW, a_case, a_deputy, a_station
from tests.support.office import Office, new_database

DESK = Desk(NOW, Settings(telegram={"token": "42:TEST"}), Bot(42, "liaison_bot"))
TODAY = DESK.today


class Rota:
    """Somebody is on reception duty."""

    def __init__(self, *deputies: int) -> None:
        self.deputies = frozenset(deputies)

    def on_duty(self, station_id: int, day: date) -> frozenset[int]:
        return self.deputies

    def days_of(self, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        return [since] if deputy_id in self.deputies else []


def found(uow: SqlUnitOfWork, matter: Matter) -> tuple[str | None, RoutingRule]:
    route = routing.route(uow, DESK, matter)
    return route.deputy.name if route.deputy else None, route.rule


def test_of_a_whole_station_those_are_named_whom_the_words_name(uow: SqlUnitOfWork) -> None:
    """As if each were asked about: a Latin name as words of its own, an @username whole, in whichever case."""
    station = a_station(uow)
    zhao = a_deputy(uow, station=station, name="赵敏")
    ann = a_deputy(uow, station=station, name="Ann Lee", username="annlee")
    everybody = [zhao, ann, a_deputy(uow, station=station, name="钱")]
    for words, named in (
        ("请赵敏代表看看", [zhao]),
        ("ANN LEE, please", [ann]),
        ("Joann Leeds, please", []),
        ("@AnnLee 您好", [ann]),
        ("@annlee_2 您好", []),
        ("annlee", []),
        ("赵敏和 @annlee", [zhao, ann]),
        ("钱不够", []),
        ("", []),
    ):
        assert routing.named_in(words, everybody) == named
        assert [entry for entry in everybody if routing.names(words, entry)] == named


def test_the_chain_from_top_to_bottom(uow: SqlUnitOfWork) -> None:
    """Named, on reception today, specialty, fewest open, staff queue: each leads over those below it."""
    station = a_station(uow)
    empty = a_station(uow)
    idle = a_deputy(uow, station=station, name="赵一一")
    expert = a_deputy(uow, station=station, name="钱二二", specialties={"sanitation"})
    host = a_deputy(uow, station=station, name="孙三三")
    named = a_deputy(uow, station=station, name="李四四")
    for deputy in (expert, host, named):
        a_case(uow, station=station, deputy=deputy)

    assert found(uow, Matter(None, "sanitation", "")) == (None, RoutingRule.OWNER_QUEUE)
    assert found(uow, Matter(empty.id, "sanitation", "")) == (None, RoutingRule.STAFF_QUEUE)
    assert found(uow, Matter(station.id, "housing", "漏水")) == (idle.name, RoutingRule.FEWEST_OPEN)
    assert found(uow, Matter(station.id, "sanitation", "垃圾")) == (expert.name, RoutingRule.SPECIALTY)
    uow.__dict__["receptions"] = Rota(host.id)
    assert found(uow, Matter(station.id, "sanitation", "垃圾")) == (host.name, RoutingRule.RECEPTION)
    assert found(uow, Matter(station.id, "sanitation", "请李四四代表看看")) == (named.name, RoutingRule.NAMED)
    assert found(uow, Matter(station.id, "sanitation", "李四四", named=idle.id)) == (idle.name, RoutingRule.NAMED)


def test_several_left_by_a_rule_are_told_apart_by_those_below_it(uow: SqlUnitOfWork) -> None:
    """Two receive people today: whose specialty it is has it; and it went there because of the reception."""
    station = a_station(uow)
    one = a_deputy(uow, station=station)
    two = a_deputy(uow, station=station, specialties={"health"})
    uow.__dict__["receptions"] = Rota(one.id, two.id)

    assert found(uow, Matter(station.id, "health", "")) == (two.name, RoutingRule.RECEPTION)


def test_who_is_away_is_stood_in_for_or_passed_over(uow: SqlUnitOfWork) -> None:
    """With a delegate who is here and of the same station the case goes to them; else past."""
    station = a_station(uow)
    absent = a_deputy(uow, station=station, name="王王王", specialties={"health"})
    delegate = a_deputy(uow, station=station, name="陈陈陈")
    leave = uow.leaves.add(absent.id, TODAY, TODAY, delegate.id, NOW)

    route = routing.route(uow, DESK, Matter(station.id, "health", ""))
    assert (route.deputy, route.standing_in_for, route.rule) == (delegate, absent, RoutingRule.DELEGATE)
    uow.leaves.over(leave.id, NOW)
    uow.leaves.add(absent.id, TODAY, TODAY, None, NOW)
    route = routing.route(uow, DESK, Matter(station.id, "health", "王王王"))
    assert (route.deputy, route.rule) == (delegate, RoutingRule.FEWEST_OPEN)
    assert route.details == {"passed": {"leave": [absent.id]}}


@pytest.mark.parametrize("why", ["away as well", "of another station", "in conflict", "without an account"])
def test_a_delegate_who_cannot_take_it_is_no_delegate(uow: SqlUnitOfWork, why: str) -> None:
    """Then the case goes past both."""
    station = a_station(uow)
    absent = a_deputy(uow, station=station, name="王王王")
    delegate = a_deputy(
        uow,
        station=a_station(uow) if why == "of another station" else station,
        **({"employer": "自来水公司"} if why == "in conflict" else {}),
        **({"telegram_id": None} if why == "without an account" else {}),
    )
    uow.leaves.add(absent.id, TODAY, TODAY, delegate.id, NOW)
    if why == "away as well":
        uow.leaves.add(delegate.id, TODAY, TODAY, None, NOW)

    assert found(uow, Matter(station.id, "utilities", "王王王代表，自来水公司不修管子")) == (
        None,
        RoutingRule.STAFF_QUEUE,
    )


@pytest.mark.parametrize(
    ("text", "units", "conflict"),
    [
        ("自来水公司三天不来修", (), True),
        ("Water Works does nothing", (), True),
        ("the Water Worksop is fine", (), False),
        ("水管漏了", ("自来水公司",), True),
        ("水管漏了", ("供电所",), False),
    ],
)
def test_a_unit_that_they_work_for_is_not_theirs_to_handle(text: str, units: tuple[str, ...], conflict: bool) -> None:
    """Whether the words name it or it handles the case."""
    from liaisonbot.model import RosterEntry
    from liaisonbot.vocabulary import Role

    deputy = RosterEntry(1, Role.DEPUTY, "张三", 5, None, None, frozenset({1}), employer="自来水公司;Water Works")

    assert (routing.conflict(deputy, Matter(1, "utilities", text, units=units)) == "employer") == conflict


def test_passing_over_is_journalled_and_tells_nobody_whose_case_it_is(office: Office) -> None:
    """A deputy's own matter goes to a colleague; why stands in the journal's details, which no card shows."""
    office.writes(DEPUTY, "/report 路灯坏了")
    with office.unit() as uow:
        case = uow.cases.get(1)
        assert case is not None
        deputy = uow.roster.get(case.deputy_id or 0)
        details = uow.connection.execute(sa.select(journal.c.details)).scalar_one()
        (own,) = uow.roster.of(DEPUTY, None)

    assert deputy is not None
    assert deputy.telegram_id == OTHER_DEPUTY
    assert details == {"passed": {"own": [own.id]}}
    assert "张三" not in office.told(OTHER_DEPUTY)


def test_assign_and_transfer_tell_all_three_sides(office: Office) -> None:
    """Who had it, who has it now, and whose it is; and whoever did it."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 李四")
    assert "已转给 李四" in office.told(DEPUTY)
    assert "有新民情" in office.last(OTHER_DEPUTY, containing="#1").text
    assert "现在由 <b>李四</b>代表跟进" in office.told(ALICE)
    assert "已分派给 李四" in office.told(STAFF)

    office.writes(OTHER_DEPUTY, "/transfer 1 张三 他熟悉这条路")
    assert "已转给 张三" in office.told(OTHER_DEPUTY)
    assert "他熟悉这条路" in office.last(DEPUTY, containing="有新民情").text
    assert "现在由 <b>张三</b>代表跟进" in office.told(ALICE)
    assert "他熟悉这条路" not in office.told(ALICE)

    office.writes(STAFF, "/transfer 1 staff 先放一放")
    assert "已交回工作人员" in office.told(DEPUTY)
    assert "已交给联络站工作人员" in office.told(ALICE)


def _in_memory() -> sqlite3.Connection:
    raw = sqlite3.connect(":memory:")
    raw.deserialize(new_database())
    return raw


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "own": st.booleans(),
                "away": st.booleans(),
                "employer": st.sampled_from([None, "自来水公司", "供电所"]),
                "specialties": st.sampled_from([(), ("utilities",)]),
                "delegate": st.integers(0, 4),
            }
        ),
        max_size=5,
    ),
    st.sampled_from(["水管漏了", "自来水公司不修", "请代表1看看"]),
)
@settings(max_examples=60, deadline=None)
def test_whoever_gets_it_may_have_it(people: list[dict[str, Any]], text: str) -> None:
    """Never somebody who is away, whose own matter it is, or who works for the unit named; and if anybody may have
    it, somebody gets it.
    """
    engine = sa.create_engine("sqlite://", creator=_in_memory)
    with engine.begin() as connection:
        uow = SqlUnitOfWork(connection)
        station = a_station(uow)
        entries = [
            a_deputy(
                uow, station=station, name=f"代表{i}", employer=person["employer"], specialties=person["specialties"]
            )
            for i, person in enumerate(people)
        ]
        own = [entry.telegram_id for entry, person in zip(entries, people, strict=True) if person["own"]]
        for entry, person in zip(entries, people, strict=True):
            if person["away"]:
                delegate = entries[person["delegate"] % len(entries)]
                uow.leaves.add(entry.id, TODAY, TODAY, None if delegate == entry else delegate.id, NOW)
        matter = Matter(station.id, "utilities", text, own)
        able = [
            entry
            for entry, person in zip(entries, people, strict=True)
            if not person["own"] and not person["away"] and (person["employer"] or "无此单位") not in text
        ]
        route = routing.route(uow, DESK, matter)

        assert (route.deputy is None) == (not able)
        assert route.deputy is None or route.deputy.id in {entry.id for entry in able}
        assert (route.rule is RoutingRule.DELEGATE) == (route.standing_in_for is not None)
