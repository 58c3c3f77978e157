"""/overdue: what is over its limit, with filters, and what can be done about it in two presses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.services import ladder
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office

SETTINGS = Settings(telegram={"token": "42:TEST"})
moments = st.timedeltas(timedelta(), timedelta(days=1000)).map(lambda by: datetime(2024, 1, 15, tzinfo=UTC) + by)


def overdue_office(office: Office) -> None:
    """#1 of 张三 far over, #2 without a deputy a little, #3 of 李四 and in time, #4 waits for its constituent."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.now += timedelta(days=7)
    office.writes(BOB, "井盖坏了")
    office.writes(STAFF, "/transfer 2 staff 待定")
    office.writes(BOB, "垃圾没人收")
    office.writes(STAFF, "/assign 3 李四")
    office.writes(OTHER_DEPUTY, "/accept 3")
    office.writes(BOB, "楼道灯坏了")
    office.writes(STAFF, "/assign 4 张三")
    office.writes(DEPUTY, "/ask 4 哪一层？")
    office.now += timedelta(days=3)
    office.writes(STAFF, "/overdue")


def test_the_longest_over_comes_first(office: Office) -> None:
    """Neither what is in time nor what waits for its constituent; each line says whose, how long, which rung."""
    overdue_office(office)
    lines = office.told(STAFF).splitlines()

    assert "2 件" in lines[0]
    assert lines[1] == "<b>#1</b> 收集 · 张三 · 超期 5 个工作日 · 重点督办"
    assert lines[3] == "<b>#2</b> 收集 · 代表待分派 · 超期 0 个工作日 · 提醒"
    assert "#3" not in office.told(STAFF)
    assert "#4" not in office.told(STAFF)


def test_filters_by_buttons(office: Office) -> None:
    """Stage and rung go on with each press, deputies are chosen; the list changes in place."""
    overdue_office(office)
    listed = office.last(STAFF)
    office.presses(STAFF, listed, "环节")
    assert "2 件" in listed.text
    assert any("环节：收集" in label for label in listed.buttons)
    office.presses(STAFF, listed, "环节")
    assert "没有超期" in listed.text
    office.presses(STAFF, listed, "环节")
    office.presses(STAFF, listed, "级别")
    assert any("级别：提醒" in label for label in listed.buttons)
    assert "#2" in listed.text
    assert "#1" not in listed.text
    for _ in range(4):
        office.presses(STAFF, listed, "级别")
    assert any("级别：全部" in label for label in listed.buttons)
    office.presses(STAFF, listed, "代表：")
    assert {"张三（1 件）", "代表待分派（1 件）"} <= set(listed.buttons)
    office.presses(STAFF, listed, "张三")
    assert "#1" in listed.text
    assert "#2" not in listed.text


def test_chase_assign_and_extend_are_two_presses_away(office: Office) -> None:
    """The case's button opens it; there the three stand."""
    overdue_office(office)
    office.presses(STAFF, office.last(STAFF), "#1")
    opened = office.last(STAFF)
    assert {"📣 催办", "👤 分派", "⏳ 延期"} <= set(opened.buttons)
    office.presses(STAFF, opened, "催办")
    assert "催办" in office.told(DEPUTY)


def test_staff_see_their_own_stations_and_owners_all(office: Office) -> None:
    """A deputy and a constituent have no such command."""
    overdue_office(office)
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "赵六", 22, elsewhere)
    office.writes(22, "/overdue")
    assert "没有超期" in office.told(22)
    office.writes(OWNER, "/overdue")
    assert "#1" in office.told(OWNER)
    listed = office.last(OWNER)
    data = listed.button("环节")
    office.presses_data(DEPUTY, data)
    assert "#1" not in office.told(DEPUTY)


def test_old_and_forged_buttons_are_answered_in_words(office: Office) -> None:
    """They carry ids only, and are checked like anything typed."""
    office.writes(STAFF, "/overdue")
    for data in ("overdue:x:any:any:0", "overdue:any:-1:any:0", "overdue:any:any:any:any", "overdueof:any:any:any"):
        toasts = len(office.toasts)
        office.presses_data(STAFF, data)
        assert len(office.toasts) == toasts + 1


def test_pages(office: Office) -> None:
    """Six to a page, turned in place."""
    for n in range(8):
        office.writes(ALICE, f"路灯坏了 {n}")
    office.now += timedelta(days=4)
    office.writes(STAFF, "/overdue")
    listed = office.last(STAFF)
    assert "第 1–6 条，共 8 条" in listed.text
    office.presses(STAFF, listed, "下一页")
    assert "第 7–8 条，共 8 条" in listed.text
    office.presses(STAFF, listed, "上一页")
    assert "第 1–6 条" in listed.text


@given(now=moments, ago=st.timedeltas(timedelta(), timedelta(days=40)))
def test_the_filter_finds_what_the_ladder_says(now: datetime, ago: timedelta) -> None:
    """A rung's range of moments holds exactly the limits whose highest rung it is."""
    desk = Desk(now, SETTINGS, Bot(42, "liaison_bot"))
    due_at = now - ago
    highest = ladder.rung_of(desk, due_at)
    for rung in ladder.OVER:
        since, until = ladder.due_between(desk, rung)
        assert ((since is None or due_at > since) and due_at <= until) == (rung == highest)
