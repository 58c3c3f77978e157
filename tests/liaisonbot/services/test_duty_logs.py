"""/mylogs: a month's balance, what is missing, its entries; and what everybody may know of a deputy's log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.duty import EntryState
from liaisonbot.services.duty_arguments import month_of
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY
from tests.support.office import Office

TODAY = date(2026, 11, 23)


def filed(office: Office) -> None:
    for line in (
        "走访 今天 张大爷家",
        "走访 昨天 李家",
        "宣讲政策 11月20日 两场",
        "调解 11月19日 一件",
        "走访 10月30日 王家",
    ):
        office.writes(DEPUTY, f"/duty {line}")
    with office.unit() as uow:
        uow.duty.update(1, minutes=90, place_kind="community", place="阳光小区3号", participants="王主任")
        uow.duty.update(2, state=EntryState.CONFIRMED, confirmed_by=Role.STAFF, minutes=60)
        uow.duty.update(3, state=EntryState.RETURNED, reason="哪里？")


def test_a_month_at_a_glance(office: Office) -> None:
    """Entries, days and hours on record, by type and by the four roles; every entry with its state."""
    filed(office)
    office.writes(DEPUTY, "/mylogs")
    told = office.told(DEPUTY)
    assert "2026年11月履职：3 条，3 天，2.5 小时" in told
    assert "走访 2" in told
    assert "宣传员 0" in told
    assert "联络员 2" in told
    assert "调解员 1" in told
    for mark in ("🕓 1 ·", "✅ 2 ·", "↩️ 3 ·"):
        assert mark in told
    assert "代表小组活动每季度 1 次：已有 0 条，还差 1 条" in told
    assert "每月登记" not in told


@pytest.mark.parametrize("month", ["10月", "2026-10", "上个月", "October", "10"])
def test_another_month(office: Office, month: str) -> None:
    """As people name it; what was missing then."""
    filed(office)
    office.writes(DEPUTY, f"/mylogs {month}")
    told = office.told(DEPUTY)
    assert "2026年10月履职：1 条" in told
    assert "每月登记 2 条：已有 1 条，还差 1 条" in told
    office.presses(DEPUTY, office.last(DEPUTY), "2026年11月")
    assert "2026年11月履职" in office.told(DEPUTY)


def test_pages_and_the_way_to_an_entry(office: Office) -> None:
    """Eight on a page; one opens in the list's place; another one is filed from here."""
    for n in range(9):
        office.writes(DEPUTY, f"/duty 走访 今天 第{n + 1}户")
    office.writes(DEPUTY, "/mylogs")
    shown = office.last(DEPUTY)
    assert "第1户" not in shown.text
    office.presses(DEPUTY, shown, "下一页")
    assert "第1户" in shown.text
    office.presses_data(DEPUTY, "duty:1:show", shown)
    assert "履职记录 1" in shown.text
    office.writes(DEPUTY, "/mylogs")
    office.presses(DEPUTY, office.last(DEPUTY), "登记一条")
    assert "这次做的是哪一类" in office.told(DEPUTY)


def test_an_empty_month_and_a_month_nobody_can_read(office: Office) -> None:
    """Both are said."""
    office.writes(DEPUTY, "/mylogs")
    assert "还没有记录" in office.told(DEPUTY)
    office.writes(DEPUTY, "/mylogs 哪个月")
    assert "看不出是哪个月" in office.told(DEPUTY)
    office.presses_data(DEPUTY, "mylogs:x:0")
    assert office.toasts[-1]


@pytest.mark.parametrize(
    ("month", "why"), [("2026-12", "2026年12月还没有到"), ("9999-12", "还没有到"), ("0001-01", "看不出是哪个月")]
)
def test_a_month_that_has_no_log_is_refused_with_the_reason(office: Office, month: str, why: str) -> None:
    """One that is to come, or a slip of the finger; a button that names one is an old one. The first month has no way
    back.
    """
    office.writes(DEPUTY, f"/mylogs {month}")
    assert why in office.told(DEPUTY)
    office.presses_data(DEPUTY, f"mylogs:{month}:0")
    assert office.toasts[-1]
    office.writes(DEPUTY, "/mylogs 2000-01")
    assert [label for label in office.last(DEPUTY).buttons if "年" in label] == ["2000年2月 ›"]


def test_from_an_entry_one_gets_back_to_the_log(office: Office) -> None:
    """Also from one that cannot be changed any more, and from where one was deleted: to the month it was in."""
    filed(office)
    office.presses_data(DEPUTY, "mylogs:2026-10:0")
    shown = office.last(DEPUTY)
    office.presses_data(DEPUTY, "duty:5:show", shown)
    office.presses(DEPUTY, shown, "删除")
    office.presses(DEPUTY, shown, "确认")
    office.presses(DEPUTY, shown, "我的履职")
    assert "2026年10月履职：0 条" in shown.text
    office.presses_data(DEPUTY, "duty:2:show", shown)
    assert list(shown.buttons) == ["📒 我的履职"]


def test_everybody_may_know_types_days_and_kinds_of_places(office: Office) -> None:
    """Of what is on record: no person, no words, no name of a place; neither drafts nor what was returned."""
    filed(office)
    office.writes(ALICE, "/deputy 张三")
    told = office.told(ALICE)
    assert "今年履职 4 次" in told
    assert "走访（社区）" in told
    for hidden in ("张大爷", "李家", "阳光小区3号", "王主任", "宣讲", "🕓", "小时"):
        assert hidden not in told


def test_all_of_them_by_pages(office: Office) -> None:
    """Where the card does not show all."""
    for n in range(9):
        office.writes(DEPUTY, f"/duty 走访 {TODAY - timedelta(days=n)} 第{n + 1}户")
    office.writes(ALICE, "/deputy 张三")
    shown = office.last(ALICE)
    office.presses(ALICE, shown, "全部履职（9）")
    assert shown.text.count("走访") == 8
    office.presses(ALICE, shown, "下一页")
    assert shown.text.count("走访") == 1
    office.presses_data(ALICE, "deputylog:999:0")
    assert office.toasts[-1]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("12", date(2025, 12, 1)),
        ("11月", date(2026, 11, 1)),
        ("2025年3月", date(2025, 3, 1)),
        ("Dec 2025", date(2025, 12, 1)),
        ("last month", date(2026, 10, 1)),
        ("本月", date(2026, 11, 1)),
        ("13", None),
        ("0", None),
        ("may", date(2026, 5, 1)),
        ("maybe", None),
        ("Septober", None),
        ("Sept 2025", date(2025, 9, 1)),
        ("0000-05", None),
        ("0001-01", None),
    ],
)
def test_months_as_people_name_them(typed: str, first: date | None) -> None:
    """Without a year it is the last there was; a word that only begins like a month is none."""
    assert month_of(typed, TODAY) == first
