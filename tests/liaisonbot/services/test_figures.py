"""The figures of a window, read from a real store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.facts import EVERYBODY, Scope
from liaisonbot.figures import Figures
from liaisonbot.services import figures
from liaisonbot.vocabulary import Role
from liaisonbot.windows import Window, WindowKind
from tests.support.office import Office

DEPUTY, STAFF, RESIDENT = 11, 21, 1001


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    here, there = office.station(), office.station("B", "河边联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, here, there)
    office.roster(Role.STAFF, "王五", STAFF, here, there)
    with office.unit() as uow:
        uow.people.set_station(uow.people.meet(RESIDENT, "zh", office.now).id, here)
    return office


def of(office: Office, scope: Scope = EVERYBODY) -> Figures:
    with office.unit() as uow:
        return figures.of(uow, office.desk, Window.around(WindowKind.YEAR, office.desk.today), scope)


def a_late_reply(office: Office) -> None:
    """Answered after the limit, and sent back."""
    office.writes(RESIDENT, "/report 水管漏水")
    office.writes(DEPUTY, "/accept 1")
    office.ticks(timedelta(days=28))
    office.writes(DEPUTY, "/reply 1 修好了")
    for part in ("attitude", "result"):
        office.presses_data(RESIDENT, f"rate:1:{part}:1")
    office.ticks(timedelta(minutes=1))  # what happens at the very end is not counted
    assert of(office).answered == (1,)
    assert of(office).answered_on_time == ()


def test_a_reply_that_came_late_stays_late_when_more_time_is_given_for_the_rest(office: Office) -> None:
    a_late_reply(office)
    day = office.desk.today + timedelta(days=40)
    office.writes(STAFF, f"/extend 1 {day} 返工要时间")

    assert "延" in office.told(STAFF)
    assert of(office).answered_on_time == ()


def test_nor_does_waiting_for_details_afterwards_make_it_timely(office: Office) -> None:
    a_late_reply(office)
    office.writes(DEPUTY, "/ask 1 哪里还在漏？")
    office.ticks(timedelta(days=12))
    office.writes(DEPUTY, "/resume 1")

    assert office.case(1).paused_since is None
    assert of(office).answered_on_time == ()


def test_a_deputys_figures_have_neither_polls_nor_projects(office: Office) -> None:
    """They are of stations."""
    with office.unit() as uow:
        deputy = uow.roster.deputies()[0].id
    office.writes(RESIDENT, "/propose 加装电梯")
    office.ticks(timedelta(minutes=1))

    assert of(office).projects
    assert not of(office, Scope(deputy_id=deputy)).projects
