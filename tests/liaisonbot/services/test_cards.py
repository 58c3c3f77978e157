"""What a card says about time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import GROUP, Office


def card(office: Office) -> str:
    office.writes(DEPUTY, "/case 1")
    return office.told(DEPUTY)


@pytest.mark.parametrize(
    ("later", "says"),
    [(0, "⏰ 11月25日周三前受理"), (1, "第 1/2 个工作日"), (2, "第 2/2 个工作日"), (3, "已超期")],
)
def test_a_card_counts_the_working_days(office: Office, later: int, says: str) -> None:
    """On the first day the limit alone; then which day it is; then that it is over."""
    office.writes(ALICE, "路灯坏了")
    office.now += timedelta(days=later)

    assert says in card(office)


def test_a_weekend_counts_nothing_and_a_pause_is_left_out(office: Office) -> None:
    """Monday, three days of waiting, and the same day of the limit as before."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    office.now += timedelta(days=1)
    assert "第 1/10 个工作日" in card(office)
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.now += timedelta(days=3)
    office.writes(ALICE, "三号楼", answering=office.last(ALICE, containing="哪一盏"))
    assert "第 1/10 个工作日" in card(office)
    office.now += timedelta(days=2)
    assert "第 1/10 个工作日" in card(office), "Sunday"
    office.now += timedelta(days=1)
    assert "第 2/10 个工作日" in card(office)


def test_a_card_in_a_group_does_not_count(office: Office) -> None:
    """It stands there for days, and would soon be wrong."""
    office.now += timedelta(days=1)
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/accept 1")

    card = office.last(GROUP, containing="路灯坏了").text
    assert "前办理" in card
    assert "个工作日" not in card


def test_a_year_without_a_calendar_is_said(office: Office) -> None:
    """On the card whose limit reaches into it, and to staff, once."""
    year = max(office.desk.working_days.known_years) + 1
    assert f"{year} 年放假安排" not in _receipt(office)
    office.now = office.now.replace(year=year - 1, month=12, day=24)
    assert f"📅 {year} 年放假安排尚未公布，按周一至周五计算" in _receipt(office)
    office.ticks()
    office.ticks(timedelta(days=20))
    assert sum("年的放假安排还没有" in sent.text for sent in office.chats[STAFF]) == 1


def _receipt(office: Office) -> str:
    office.writes(ALICE, "路灯坏了")
    return office.last(ALICE, containing="已收到").text


def test_the_day_of_the_limit_at_midnight_on_a_make_up_saturday_and_after_a_pause(office: Office) -> None:
    """*Day 3 of 10* turns with local midnight, counts a Saturday that is worked, and leaves out the days of a pause."""
    office.now = datetime(2026, 2, 9, 2, tzinfo=UTC)  # the Monday before the make-up Saturday, the 14th of February
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/accept 1")

    def shown() -> str:
        office.writes(DEPUTY, "/case 1")
        return office.told(DEPUTY)

    office.now = datetime(2026, 2, 10, 15, 59, 59, tzinfo=UTC)
    assert "第 1/10 个工作日" in shown()
    office.now += timedelta(seconds=1)
    assert "第 2/10 个工作日" in shown()
    office.now = datetime(2026, 2, 14, 2, tzinfo=UTC)
    assert "第 5/10 个工作日" in shown()
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    assert "个工作日" not in shown()
    office.now = datetime(2026, 2, 25, 2, tzinfo=UTC)  # Wednesday, the first but one after the Spring Festival
    office.writes(DEPUTY, "/resume 1")
    assert "第 5/10 个工作日" in shown()
    office.now += timedelta(days=1)
    assert "第 6/10 个工作日" in shown()


def test_what_was_opened_to_be_read_follows_the_case_and_keeps_its_course(office: Office) -> None:
    """/case is a card: it shows where the case stands, and what happened to it stays below, with the newest."""
    office.writes(ALICE, "路灯坏了")
    for who in (DEPUTY, STAFF):
        office.writes(who, "/case 1")
    opened = {who: office.last(who, containing="<b>经过</b>") for who in (DEPUTY, STAFF)}
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/mediate 1 已联系路灯所")
    for sent in opened.values():
        assert "🔵 <b>调处" in sent.text
        assert "<b>经过</b>" in sent.text
        assert "已联系路灯所" in sent.text
        assert sent.text.count("<b>经过</b>") == 1
    office.writes(STAFF, "/assign 1 李四")
    assert "<b>经过</b>" not in opened[DEPUTY].text, "it is somebody else's now"
    assert "李四" in opened[STAFF].text


def test_an_earlier_page_is_no_card(office: Office) -> None:
    """It stays as it is; the newest page goes on following the case."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    for number in range(12):
        office.writes(DEPUTY, f"/mediate 1 第{number}步")
    office.writes(DEPUTY, "/case 1")
    newest = office.last(DEPUTY, containing="第11步")
    office.presses(DEPUTY, newest, "更早")
    earlier = office.last(DEPUTY, containing="第1步")
    before = earlier.text
    office.writes(DEPUTY, "/reply 1 修好了")
    assert earlier.text == before
    assert "🔵 <b>答复" in newest.text
    assert "第11步" in newest.text
