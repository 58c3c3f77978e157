"""/overdue: what is over its limit, with filters, and what can be done about it on the spot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.ports import OF_A_CASE
from liaisonbot.services import ladder, overdue
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


def every_kind(office: Office) -> None:
    """#1 not accepted, #2 not mediated nor answered, #3 promised and not kept, #4 late at a unit only."""
    office.writes(STAFF, "/setunit 供电公司 | 010-1 | utilities")
    for text in ("路灯坏了", "井盖坏了", "垃圾没人收"):
        office.writes(ALICE, text)
    for number in (1, 2, 3):
        office.writes(STAFF, f"/assign {number} 张三")
    office.writes(DEPUTY, "/accept 2")
    office.writes(DEPUTY, "/reply 3 B 2026-11-30 月底前清运")
    office.now += timedelta(days=28)  # Monday the 21st of December
    office.writes(BOB, "停电了")
    office.writes(STAFF, "/assign 4 李四")
    office.writes(OTHER_DEPUTY, "/accept 4")
    office.writes(STAFF, "/hand 4 供电公司 2026-12-22 请检修")
    office.now += timedelta(days=3)


def test_the_longest_over_comes_first(office: Office) -> None:
    """Neither what is in time nor what waits for its constituent; each line says whose, how long, which rung."""
    overdue_office(office)
    lines = office.told(STAFF).splitlines()

    assert "2 件" in lines[0]
    assert lines[1] == "<b>#1</b> 受理 · 张三 · 超期 5 个工作日 · 重点督办"
    assert lines[3] == "<b>#2</b> 受理 · 代表待分派 · 刚过期限 · 提醒"
    assert "#3" not in office.told(STAFF)
    assert "#4" not in office.told(STAFF)


def test_every_kind_of_limit_is_on_the_list(office: Office) -> None:
    """Acceptance, mediation, first reply, a promise's day, a unit's day; a case over two limits is there twice."""
    every_kind(office)
    office.writes(STAFF, "/overdue")
    listed = office.last(STAFF)

    assert "3 件民情超期；共 6 项" in listed.text
    for line in ("#1</b> 受理", "#2</b> 调处", "#1</b> 首次答复", "#2</b> 首次答复", "#3</b> 承诺"):
        assert line in listed.text
    office.presses(STAFF, listed, "下一页")
    assert "<b>#4</b> 供电公司办理 · 李四 · 超期 1 个工作日 · 催办" in listed.text


def test_the_summarys_figure_counts_cases_and_no_units(office: Office) -> None:
    """Cases over the limit of acceptance, mediation or reply, or with a promise's day passed without *fixed*."""
    every_kind(office)
    with office.unit() as uow:
        wanted = overdue.ended(office.desk, None, office.now)
        assert uow.overdue.count(wanted)[1] == 4
        assert uow.overdue.count(replace(wanted, kinds=OF_A_CASE))[1] == 3


def test_filters_by_buttons(office: Office) -> None:
    """Kind, how long and deputy are chosen from what there is, each with how many; the list changes in place."""
    overdue_office(office)
    listed = office.last(STAFF)
    office.presses(STAFF, listed, "期限：")
    assert set(listed.buttons) == {"全部", "受理（2 项）"}
    office.presses(STAFF, listed, "受理")
    assert "共 2 项" in listed.text
    assert any("期限：受理" in label for label in listed.buttons)
    office.presses(STAFF, listed, "超期：")
    assert set(listed.buttons) == {"全部", "不到 1 个工作日（1 项）", "5 个工作日以上（1 项）"}
    office.presses(STAFF, listed, "不到")
    assert "#2" in listed.text
    assert "#1" not in listed.text
    office.presses(STAFF, listed, "超期：")
    office.presses(STAFF, listed, "全部")
    office.presses(STAFF, listed, "代表：")
    assert {"张三（1 项）", "代表待分派（1 项）"} <= set(listed.buttons)
    office.presses(STAFF, listed, "张三")
    assert "#1" in listed.text
    assert "#2" not in listed.text


def test_by_unit_and_by_station(office: Office) -> None:
    """Only where there are several of them, or one was chosen."""
    every_kind(office)
    office.writes(STAFF, "/setunit 市政公司 | 010-2 | municipal_facilities")
    office.writes(STAFF, "/hand 2 市政公司 2026-12-25 请抢修")
    office.now += timedelta(days=7)
    office.writes(OWNER, "/overdue")
    listed = office.last(OWNER)
    assert not any("联络站：" in label for label in listed.buttons)
    office.presses(OWNER, listed, "单位：")
    office.presses(OWNER, listed, "市政公司")
    assert "#2</b> 市政公司办理" in listed.text
    assert "供电公司" not in listed.text.replace("单位：", "")
    office.presses(OWNER, listed, "单位：市政公司")
    assert {"市政公司（1 项）", "供电公司（1 项）"} <= set(listed.buttons)


def test_filters_that_leave_nothing_say_so(office: Office) -> None:
    """With no word of praise, and the filters still there."""
    overdue_office(office)
    office.presses_data(STAFF, "overdue:promise:any:any:any:any:0", office.last(STAFF))
    assert "这样筛选" in office.told(STAFF)
    assert any("期限：承诺" in label for label in office.last(STAFF).buttons)


def test_chase_assign_and_extend_are_on_the_spot(office: Office) -> None:
    """Below the list, for each case what can be done about it; nobody is chased where there is no deputy."""
    overdue_office(office)
    listed = office.last(STAFF)
    rows = [[button.data for button in row] for row in listed.outgoing.rows[:2]]
    assert rows == [
        ["do:case:1", "do:urge:1", "do:assign:1", "do:extend:1"],
        ["do:case:2", "do:assign:2", "do:extend:2"],
    ]
    office.presses(STAFF, listed, "催办")
    assert "催办" in office.told(DEPUTY)


def test_a_pause_and_an_extension_move_the_limit_of_the_first_reply(office: Office) -> None:
    """The clock stands still for both limits; who was told of a later day is told of it for the reply, too."""
    office.writes(ALICE, "路灯坏了")
    due = office.case(1).reply_due_at
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.now += timedelta(days=2)
    office.writes(DEPUTY, "/accept 1")
    assert office.case(1).reply_due_at == due + timedelta(days=2)  # a Monday in December moves to the Wednesday
    office.writes(DEPUTY, "/extend 1 2026-12-25 要等配件")
    assert office.desk.working_days.last_day(office.case(1).reply_due_at).isoformat() == "2026-12-25"


def test_another_category_has_another_limit_of_the_first_reply(office: Office) -> None:
    """As it has another limit of its stage."""
    office.settings.cases.preset_by_category["utilities"] = "hotline"
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "/sort 1 utilities")
    assert office.desk.working_days.last_day(office.case(1).reply_due_at).isoformat() == "2026-11-30"


def test_staff_see_their_own_stations_and_owners_all(office: Office) -> None:
    """A deputy and a constituent have no such command."""
    overdue_office(office)
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "赵六", 22, elsewhere)
    office.writes(22, "/overdue")
    assert "没有超期" in office.told(22)
    assert not office.last(22).buttons
    office.writes(OWNER, "/overdue")
    assert "#1" in office.told(OWNER)
    listed = office.last(OWNER)
    data = listed.button("期限")
    office.presses_data(DEPUTY, data)
    assert "#1" not in office.told(DEPUTY)


def test_old_and_forged_buttons_are_answered_in_words(office: Office) -> None:
    """They carry ids only, and are checked like anything typed."""
    office.writes(STAFF, "/overdue")
    for data in (
        *("overdue:x:any:any:any:any:0", "overdue:any:any:-1:any:any:0", "overdue:any:any:any:any:any:any"),
        *("overdue:any:any:any:0", "overdueof:any:any:any", "overdueof:x:any:any:any:any:any:0", "overdueof"),
    ):
        toasts = len(office.toasts)
        office.presses_data(STAFF, data)
        assert len(office.toasts) == toasts + 1


def test_pages(office: Office) -> None:
    """Five to a page, turned in place."""
    for n in range(8):
        office.writes(ALICE, f"路灯坏了 {n}")
    office.now += timedelta(days=4)
    office.writes(STAFF, "/overdue")
    listed = office.last(STAFF)
    assert "第 1–5 条，共 8 条" in listed.text
    office.presses(STAFF, listed, "下一页")
    assert "第 6–8 条，共 8 条" in listed.text
    office.presses(STAFF, listed, "上一页")
    assert "第 1–5 条" in listed.text


@given(now=moments, ago=st.timedeltas(timedelta(), timedelta(days=40)))
def test_the_filter_finds_what_the_ladder_says(now: datetime, ago: timedelta) -> None:
    """A rung's range of moments holds exactly the limits whose highest rung it is."""
    desk = Desk(now, SETTINGS, Bot(42, "liaison_bot"))
    due_at = now - ago
    day = desk.working_days.local_day(due_at)
    highest, of_day = ladder.rung_of(desk, due_at), ladder.rung_of(desk, desk.working_days.end_of(day))
    for rung in ladder.OVER:
        since, until = ladder.due_between(desk, rung)
        assert ((since is None or due_at > since) and due_at <= until) == (rung == highest)
        wanted = overdue.ended(desk, since, until)
        within = (wanted.since_day is None or day >= wanted.since_day) and day < wanted.until_day
        assert within == (rung == of_day)
