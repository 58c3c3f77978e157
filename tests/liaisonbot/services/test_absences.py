"""Leave: asked for, told, counted, and over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.vocabulary import Role, RoutingRule
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

LAMP = "路灯坏了"
"""Street lamps are 张三's specialty."""


def deputy_of(office: Office, number: int) -> int | None:
    """The account of whoever has it."""
    with office.unit() as uow:
        case = uow.cases.get(number)
        assert case is not None
        entry = uow.roster.get(case.deputy_id) if case.deputy_id else None
        return entry.telegram_id if entry else None


def rules(office: Office, number: int) -> list[RoutingRule | None]:
    with office.unit() as uow:
        return [entry.rule for entry in uow.journal.of_case(number) if entry.rule]


def test_in_one_line_with_a_delegate(office: Office) -> None:
    """Noted, told to the staff and to the delegate; cases meant for whoever is away go to the delegate."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李四")
    assert "新民情由 李四代表代办" in office.told(DEPUTY)
    assert "张三代表请假" in office.told(STAFF)
    assert "张三代表请您代办" in office.told(OTHER_DEPUTY)

    office.writes(ALICE, LAMP)
    assert deputy_of(office, 1) == OTHER_DEPUTY
    assert rules(office, 1) == [RoutingRule.DELEGATE]
    assert "李四</b>代表会跟进" in office.told(ALICE)
    assert "张三代表请假，由 李四代表代办" in office.told(ALICE)
    assert "张三代表请假，由 李四代表代办" in office.last(OTHER_DEPUTY, containing="有新民情").text


def test_without_a_delegate_cases_go_past(office: Office) -> None:
    """By the rules, as if they were not there; nobody is said to stand in."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-23")
    assert "先转给站里其他代表" in office.told(DEPUTY)
    office.writes(ALICE, LAMP)
    assert deputy_of(office, 1) == OTHER_DEPUTY
    assert rules(office, 1) == [RoutingRule.FEWEST_OPEN]
    assert "代办" not in office.told(ALICE)


def test_who_named_somebody_on_leave_reads_why_another_has_it(office: Office) -> None:
    """And is not offered to choose them; who named nobody reads nothing of it."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25")
    office.writes(ALICE, f"请张三代表看看，{LAMP}")
    receipt = office.last(ALICE, containing="已收到")
    assert "张三代表请假到11月25日周三，所以由别的代表跟进" in receipt.text
    office.presses(ALICE, receipt, "换一位代表")
    assert "没有其他代表可选" in office.toasts[-1]
    office.writes(ALICE, "/deputy 张三")
    assert not office.last(ALICE).buttons
    office.writes(BOB, LAMP)
    assert "请假" not in office.last(BOB, containing="已收到").text


def test_who_named_somebody_on_leave_reads_it_too_where_nobody_else_is_there(office: Office) -> None:
    """It waits for the staff then, and whoever wrote knows why it does not go where they wanted."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25")
    office.writes(OTHER_DEPUTY, "/leave 2026-11-23 2026-11-24")
    office.writes(ALICE, f"请张三代表看看，{LAMP}")
    assert deputy_of(office, 1) is None
    assert "张三代表请假到11月25日周三，工作人员会分派别的代表" in office.last(ALICE, containing="已收到").text
    office.writes(BOB, "我不想活了，张三代表帮帮我")
    assert "请假" not in office.told(BOB)


def test_who_named_a_deputy_of_another_station_reads_where_they_are(office: Office) -> None:
    """And how to send it there; not where the words accuse them."""
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", 13, river)
    for who in (ALICE, BOB):
        office.writes(who, "楼道堆满杂物")
        office.presses(who, office.last(who, containing="住在哪个联络站附近"), "阳光联络站")
    office.writes(ALICE, f"请陈静代表看看，{LAMP}")
    receipt = office.last(ALICE, containing="请点「换联络站」")
    assert "陈静代表在滨河联络站" in receipt.text
    office.presses(ALICE, receipt, "换联络站")
    office.presses(ALICE, office.last(ALICE), "滨河联络站")
    assert "请点" not in office.told(ALICE)
    assert deputy_of(office, 3) == 13

    office.writes(BOB, "陈静代表收了人家的钱")
    assert "请点" not in office.told(BOB)


def test_step_by_step_with_buttons(office: Office) -> None:
    """First day, last day, delegate: each by a button; the day after, cases come again and the deputy was told."""
    office.writes(DEPUTY, "/leave")
    office.presses(DEPUTY, office.last(DEPUTY), "11月23日")
    office.presses(DEPUTY, office.last(DEPUTY), "共1天")
    office.presses(DEPUTY, office.last(DEPUTY), "李四")
    assert "已记下" in office.told(DEPUTY)

    office.ticks(timedelta(hours=12))
    assert "欢迎回来" not in office.told(DEPUTY)
    office.ticks(timedelta(hours=10))  # eight in the morning
    assert "欢迎回来" not in office.told(DEPUTY)
    office.ticks(timedelta(hours=2))
    assert "欢迎回来" in office.told(DEPUTY)
    assert "张三代表回来了" in office.told(OTHER_DEPUTY)
    said = len(office.chats[DEPUTY])
    office.ticks(timedelta(days=1))
    assert len(office.chats[DEPUTY]) == said
    office.writes(ALICE, LAMP)
    assert deputy_of(office, 1) == DEPUTY


def test_open_cases_stay_unless_they_are_handed_over_for_that_time(office: Office) -> None:
    """With the button they go to the delegate on the first day and come back afterwards; what was new stays there."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/leave 2026-11-24 2026-11-25 李四")
    assert deputy_of(office, 1) == DEPUTY
    office.presses(DEPUTY, office.last(DEPUTY, containing="已记下"), "手上的也请李四代办")
    assert deputy_of(office, 1) == DEPUTY, "the leave begins tomorrow"
    assert "回来后还给您" in office.last(DEPUTY, containing="您的请假").text

    office.ticks(timedelta(days=1))
    assert deputy_of(office, 1) == OTHER_DEPUTY
    assert "由 <b>李四</b>代表代办" in office.told(ALICE)
    office.writes(BOB, "我家门口的路灯也坏了")
    assert deputy_of(office, 2) == OTHER_DEPUTY

    office.ticks(timedelta(days=2))
    assert (deputy_of(office, 1), deputy_of(office, 2)) == (DEPUTY, OTHER_DEPUTY)
    assert "还给您的民情：1 件" in office.last(DEPUTY, containing="欢迎回来").text
    assert rules(office, 1) == [RoutingRule.SPECIALTY, RoutingRule.DELEGATE, RoutingRule.LEAVE_OVER]
    assert office.case(1).standing_in_for is None
    assert "现在由 <b>张三</b>代表跟进" in office.told(ALICE)


def test_handed_over_at_once_when_it_has_begun_and_back_when_it_is_cancelled(office: Office) -> None:
    """The journal says that the deputy did it; a case they have passed on to somebody else stays there."""
    for who in (ALICE, BOB):
        office.writes(who, LAMP)
        office.writes(STAFF, f"/assign {1 if who == ALICE else 2} 张三")
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李四")
    office.presses(DEPUTY, office.last(DEPUTY, containing="已记下"), "手上的也请李四代办")
    assert deputy_of(office, 1) == deputy_of(office, 2) == OTHER_DEPUTY
    office.writes(OTHER_DEPUTY, "/transfer 2 staff 我也忙不过来")

    office.writes(DEPUTY, "/leave")
    office.presses(DEPUTY, office.last(DEPUTY, containing="您的请假"), "取消这次请假")
    assert deputy_of(office, 1) == DEPUTY
    assert deputy_of(office, 2) is None
    assert "取消了" in office.told(STAFF)
    assert "不用再代办" in office.last(OTHER_DEPUTY, containing="取消了").text
    office.writes(ALICE, LAMP)
    assert deputy_of(office, 3) == DEPUTY


def test_the_deputy_chosen_by_the_author_is_away(office: Office) -> None:
    """Their delegate has it then, and the receipt says so; without one, another has to be chosen."""
    office.writes(ALICE, "我要找李四代表：路灯坏了")
    assert deputy_of(office, 1) == OTHER_DEPUTY
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-23")
    with office.unit() as uow:
        (away,) = uow.roster.of(DEPUTY, None)
    office.presses_data(ALICE, f"deputy:1:{away.id}")
    assert "请换一位" in office.toasts[-1]
    office.writes(STAFF, "/assign 1 张三")
    assert "张三代表请假到" in office.told(STAFF)
    assert deputy_of(office, 1) == OTHER_DEPUTY


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ("2026-11-16 2026-11-20", date(2026, 11, 16), date(2026, 11, 20)),
        ("11月16日 11月20日", date(2026, 11, 16), date(2026, 11, 20)),
        ("上周五 昨天", date(2026, 11, 20), date(2026, 11, 22)),
        ("11月20日 11月27日", date(2026, 11, 20), date(2026, 11, 27)),
        ("周五 12月1日", date(2026, 11, 27), date(2026, 12, 1)),
        ("12月20日 1月5日", date(2026, 12, 20), date(2027, 1, 5)),
    ],
)
def test_a_leave_may_have_begun_or_be_over(office: Office, days: str, first: date, last: date) -> None:
    """Who was ill says so afterwards; a day without a year is the next one, unless that is most of a year away."""
    office.writes(DEPUTY, f"/leave {days}")
    over = last < date(2026, 11, 23)
    assert ("已补记" in office.told(DEPUTY)) == over
    with office.unit() as uow:
        (deputy,) = uow.roster.of(DEPUTY, None)
        standing = uow.leaves.of_deputy(deputy.id)
    assert [(leave.first, leave.last) for leave in standing] == ([] if over else [(first, last)])
    for day in (first, last):
        assert f"{day.month}月{day.day}日" in office.told(DEPUTY)
        assert f"{day.month}月{day.day}日" in office.told(STAFF)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/leave 2026-08-20 2026-11-25", "太久了"),
        ("/leave 2026-11-20 2026-11-18", "还早"),
        ("/leave 2026-11-27 2026-11-25", "还早"),
        ("/leave 2026-11-25 2028-11-25", "最多请假"),
        ("/leave 2026-11-25 2026-11-27 张三", "不能是您自己"),
        ("/leave 2026-11-25 2026-11-27 王五", "名册里没有"),
        ("/leave 2026-11-25 2026-11-27 赵六", "不在您的联络站"),
        ("/leave 哪天 2026-11-27", "看不出是哪一天"),
        ("/leave 2026-12-02 2026-12-05", "已经请过假"),
        ("/leave 2026-12-10 2026-12-12 李四", "也请假"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_noted(office: Office, line: str, words: str) -> None:
    """Dates in order, not over, not twice; a delegate of the same station who is here."""
    from liaisonbot.vocabulary import Role

    office.roster(Role.DEPUTY, "赵六", 13, office.station("B", "滨江联络站"))
    office.writes(DEPUTY, "/leave 2026-12-01 2026-12-03")
    office.writes(OTHER_DEPUTY, "/leave 2026-12-12 2026-12-20")
    office.writes(DEPUTY, line)
    assert words in office.told(DEPUTY)
    with office.unit() as uow:
        assert len(uow.leaves.of_deputy(uow.roster.of(DEPUTY, None)[0].id)) == 1


@pytest.mark.parametrize("data", ["lend:1", "endleave:1", "lend:x", "endleave:99", "lend", "endleave:1:1"])
def test_nobody_else_changes_a_leave(office: Office, data: str) -> None:
    """Its buttons are for whoever asked for it, and for as long as it is not over."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李四")
    for who in (OTHER_DEPUTY, STAFF, ALICE):
        office.presses_data(who, data)
        assert "过时" in office.toasts[-1]
    with office.unit() as uow:
        (leave,) = uow.leaves.on(date(2026, 11, 24)).values()
        assert not leave.lends


def test_a_delegate_who_is_away_is_asked_about(office: Office) -> None:
    """The days are named; with a press the leave is noted all the same, or not."""
    office.writes(OTHER_DEPUTY, "/leave 2026-11-24 2026-11-25")
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-27 李四")
    asked = office.last(DEPUTY)
    assert "李四代表11月24日周二到11月25日周三自己也请假" in asked.text
    with office.unit() as uow:
        (away,) = uow.roster.of(DEPUTY, None)
        assert uow.leaves.of_deputy(away.id) == []
    office.presses(DEPUTY, asked, "取消")
    assert "没有请假" in asked.text
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-27 李四")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "已记下" in office.told(DEPUTY)
    assert "请您代办" in office.told(OTHER_DEPUTY)
    for data in (
        "leavesure",
        "leavesure:x:y:0",
        "leavesure:2026-11-23:2026-11-27",
        "leavesure:2026-11-23:2026-11-27:z",
    ):
        toasts = len(office.toasts)
        office.presses_data(DEPUTY, data)
        assert len(office.toasts) > toasts
    office.presses_data(ALICE, "leavesure:2026-12-23:2026-12-27:0")
    assert not office.chats[ALICE]


def test_a_delegate_who_goes_away_is_asked_and_both_sides_hear_of_it(office: Office) -> None:
    """Whoever counts on them, and the staff: which days nobody stands in."""
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-27 李四")
    office.writes(OTHER_DEPUTY, "/leave 2026-11-26 2026-11-30")
    asked = office.last(OTHER_DEPUTY)
    assert "您答应替 张三代表代办" in asked.text
    office.presses(OTHER_DEPUTY, asked, "确认")
    assert "李四代表也请假了" in office.told(DEPUTY)
    assert "11月26日周四到11月27日周五没有人代办" in office.told(DEPUTY)
    assert "没有人替 张三代表代办" in office.told(STAFF)


def test_staff_see_who_was_passed_over_and_why(office: Office) -> None:
    """On the case's timeline; a deputy and the author do not. Whose own the case is, is not told apart."""
    office.writes(OTHER_DEPUTY, "/leave 2026-11-23 2026-11-25")
    office.writes(DEPUTY, f"/report {LAMP}")
    assert deputy_of(office, 1) is None
    office.writes(STAFF, "/case 1")
    assert "没有派给 张三（与事项有关，回避）、李四（请假）" in office.told(STAFF)
    office.writes(DEPUTY, "/case 1")
    assert "没有派给" not in office.told(DEPUTY)


def test_what_was_lent_and_lent_on_comes_back_to_whose_it_is(office: Office) -> None:
    """The delegate goes away as well, for a while: neither their return nor how it ends gives them the case."""
    office.roster(Role.DEPUTY, "孙八", 78, 1)
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/leave 2026-11-23 2026-12-04 李四")
    office.presses(DEPUTY, office.last(DEPUTY), "手上的也请")
    office.writes(OTHER_DEPUTY, "/leave 2026-11-24 2026-11-26 孙八")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "确认")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "手上的也请")
    office.ticks(timedelta(days=1))
    assert deputy_of(office, 1) == 78
    office.ticks(timedelta(days=3))
    assert deputy_of(office, 1) == 78, "it is not the delegate's to have back"
    office.ticks(timedelta(days=9))
    assert deputy_of(office, 1) == DEPUTY
    assert office.last(DEPUTY, containing="欢迎回来")


def test_what_was_lent_on_comes_back_when_the_first_one_is_back_first(office: Office) -> None:
    """While the delegate is away still; what is the delegate's own goes back to them afterwards."""
    office.roster(Role.DEPUTY, "孙八", 78, 1)
    office.writes(ALICE, LAMP)
    office.writes(BOB, "孩子上学的事")
    office.writes(STAFF, "/assign 2 李四")
    office.writes(DEPUTY, "/leave 2026-11-23 2026-11-25 李四")
    office.presses(DEPUTY, office.last(DEPUTY), "手上的也请")
    office.writes(OTHER_DEPUTY, "/leave 2026-11-24 2026-12-04 孙八")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "确认")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "手上的也请")
    office.ticks(timedelta(days=1))
    assert [deputy_of(office, number) for number in (1, 2)] == [78, 78]
    office.ticks(timedelta(days=3))
    assert [deputy_of(office, number) for number in (1, 2)] == [DEPUTY, 78]
    office.ticks(timedelta(days=9))
    assert [deputy_of(office, number) for number in (1, 2)] == [DEPUTY, OTHER_DEPUTY]
