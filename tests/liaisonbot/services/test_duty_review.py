"""/duty review: what waits for staff is confirmed, one or a page of it, or returned with a reason that gets there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.duty import EntryEvent, EntryState
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.liaisonbot.services.test_duty_filing import the_entry
from tests.support.office import Office, Sent


def state(office: Office, number: int) -> EntryState | None:
    with office.unit() as uow:
        entry = uow.duty.get(number)
    return entry.state if entry else None


def review(office: Office, who: int = STAFF) -> Sent:
    office.writes(who, "/duty review")
    return office.last(who)


def filed(office: Office, count: int, who: int = DEPUTY) -> None:
    for n in range(count):
        office.writes(who, f"/duty 走访 今天 第{n + 1}户")


def test_one_is_confirmed_and_taken_back(office: Office) -> None:
    """From the list to the card and back; the journal keeps both."""
    filed(office, 2)
    shown = review(office)
    assert "等待确认的履职记录：2 条" in shown.text
    assert "张三" in shown.text
    office.presses_data(STAFF, "dutyreview:1:0", shown)
    assert "张三" in shown.text
    office.presses(STAFF, shown, "确认")
    assert state(office, 1) is EntryState.CONFIRMED
    office.presses(STAFF, shown, "撤销确认")
    assert state(office, 1) is EntryState.FILED
    office.presses(STAFF, shown, "等待确认的")
    assert "2 条" in shown.text
    with office.unit() as uow:
        told = [(line.event, line.by) for line in uow.duty.story(1)]
    assert told[1:] == [(EntryEvent.CONFIRMED, Role.STAFF), (EntryEvent.UNCONFIRMED, Role.STAFF)]


def test_returned_with_a_reason_corrected_and_filed_again(office: Office) -> None:
    """The reason reaches the deputy with a button that leads to the entry."""
    filed(office, 1)
    shown = review(office)
    office.presses_data(STAFF, "dutyreview:1:0", shown)
    office.presses(STAFF, shown, "退回")
    assert "为什么退回" in office.told(STAFF)
    office.writes(STAFF, "是哪一户？")
    assert "已退回给张三" in office.told(STAFF)
    back = office.last(DEPUTY)
    assert "是哪一户？" in back.text
    assert "没有等待确认" in review(office).text
    office.presses(DEPUTY, back, "去改")
    assert "退回原因：是哪一户？" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "补充")
    office.presses(DEPUTY, office.last(DEPUTY), "正文")
    office.writes(DEPUTY, "李家")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "重新登记" in office.told(DEPUTY)
    assert (the_entry(office).state, the_entry(office).text) == (EntryState.FILED, "李家")
    assert "1 条" in review(office).text


def test_a_line_returns_it_too(office: Office) -> None:
    """/returnduty N TEXT; without a number the waiting ones are offered."""
    filed(office, 2)
    office.writes(STAFF, "/returnduty 2 太短")
    assert state(office, 2) is EntryState.RETURNED
    office.writes(STAFF, "/returnduty")
    office.presses(STAFF, office.last(STAFF), "第1户")
    office.writes(STAFF, "也太短")
    assert state(office, 1) is EntryState.RETURNED
    office.writes(STAFF, "/returnduty 1 再来")
    assert "已退回" in office.told(STAFF)
    office.writes(STAFF, "/returnduty 甲 再来")
    assert "不是履职记录的编号" in office.told(STAFF)


@pytest.mark.parametrize(("number", "why"), [(2, "没有找到履职记录 2"), (1, "现在是「已退回」")])
def test_nobody_types_a_reason_for_nothing(office: Office, number: int, why: str) -> None:
    """What is not there, or cannot be returned, is refused before the reason is asked for; staff read where to look."""
    filed(office, 1)
    office.writes(STAFF, "/returnduty 1 太短")
    office.writes(STAFF, f"/returnduty {number}")
    assert why in office.told(STAFF)
    assert "为什么退回" not in office.told(STAFF)
    assert "/mylogs" not in office.told(STAFF)


def test_a_page_is_confirmed_after_a_question(office: Office) -> None:
    """Those in sight and no others; the rest waits on."""
    filed(office, 8)
    shown = review(office)
    office.presses(STAFF, shown, "这 6 条都确认")
    assert state(office, 1) is EntryState.FILED
    office.presses(STAFF, shown, "取消")
    office.presses(STAFF, shown, "下一页")
    office.presses(STAFF, shown, "这 2 条都确认")
    assert "第8户" in shown.text
    office.presses(STAFF, shown, "确认")
    assert [state(office, n) for n in (6, 7, 8)] == [EntryState.FILED, EntryState.CONFIRMED, EntryState.CONFIRMED]
    assert "还有 6 条" in shown.text


def heard(office: Office, who: int = DEPUTY) -> list[str]:
    """The messages about confirmations, with the last one gathered and sent."""
    office.now += timedelta(minutes=2)
    office.ticks()
    return [sent.text for sent in office.chats[who] if "工作人员确认了" in sent.text]


def test_the_deputy_hears_of_a_page_of_confirmations_once(office: Office) -> None:
    """In one message without a sound, each deputy of their own; the way to the log stands below."""
    filed(office, 3)
    filed(office, 1, OTHER_DEPUTY)
    shown = review(office)
    office.presses(STAFF, shown, "都确认")
    office.presses(STAFF, shown, "确认")
    (words,) = heard(office)
    assert "确认了您的 3 条履职记录" in words
    assert words.count("✅") == 4
    assert len(heard(office, OTHER_DEPUTY)) == 1
    told = office.last(DEPUTY)
    assert told.outgoing.silent
    office.presses(DEPUTY, told, "我的履职")
    assert "2026年11月履职：3 条" in told.text


def test_what_is_confirmed_within_seconds_is_one_message(office: Office) -> None:
    """A slip that was taken back is not among them; those of an hour later are another message."""
    filed(office, 4)
    shown = review(office)
    office.cut_off = True
    for number in (1, 2, 3):
        office.presses_data(STAFF, f"confirmduty:{number}:0", shown)
    office.presses_data(STAFF, "unconfirmduty:2:0", shown)
    office.cut_off = False
    (words,) = heard(office)
    assert "2 条" in words
    assert "第2户" not in words
    office.now += timedelta(hours=1)
    office.presses_data(STAFF, "confirmduty:4:0", shown)
    assert "第4户" in heard(office)[1]


def test_a_confirmation_taken_back_at_once_is_not_heard_of(office: Office) -> None:
    """Nothing waits then."""
    filed(office, 1)
    shown = review(office)
    office.cut_off = True  # as in the seconds in which they are gathered
    for verb in ("confirmduty", "unconfirmduty"):
        office.presses_data(STAFF, f"{verb}:1:0", shown)
    office.cut_off = False
    assert heard(office) == []


def test_what_was_changed_meanwhile_is_not_confirmed_unread(office: Office) -> None:
    """The page is shown anew; so it is when somebody else has dealt with one of them."""
    filed(office, 2)
    shown = review(office)
    with office.unit() as uow:
        uow.duty.update(2, text="改过的")
    office.presses(STAFF, shown, "这 2 条都确认")
    assert "再看一遍" in office.toasts[-1]
    assert "改过的" in shown.text
    office.presses(STAFF, shown, "这 2 条都确认")
    with office.unit() as uow:
        uow.duty.update(1, state=EntryState.RETURNED, reason="？")
    office.presses(STAFF, shown, "确认")
    assert "再看一遍" in office.toasts[-1]
    assert state(office, 2) is EntryState.FILED


def test_nobody_confirms_their_own(office: Office) -> None:
    """Who is staff as well sees it in the list, without the buttons; an owner confirms it."""
    with office.unit() as uow:
        station = uow.stations.all()[0].id
    office.roster(Role.STAFF, "张三", DEPUTY, station)
    filed(office, 1)
    filed(office, 1, OTHER_DEPUTY)
    shown = review(office, DEPUTY)
    assert "2 条" in shown.text
    office.presses(DEPUTY, shown, "这 1 条都确认")
    office.presses(DEPUTY, shown, "确认")
    assert [state(office, n) for n in (1, 2)] == [EntryState.FILED, EntryState.CONFIRMED]
    office.presses_data(DEPUTY, "confirmduty:1:0")
    assert "没有找到" in office.toasts[-1]
    office.presses_data(OWNER, "confirmduty:1:0")
    assert state(office, 1) is EntryState.CONFIRMED


@pytest.mark.parametrize("left", [False, True])
def test_an_entry_waits_for_the_staff_of_the_station_it_was_filed_at(office: Office, left: bool) -> None:
    """Also when its deputy has moved to another one since, or left the roster: what they see, they can decide."""
    filed(office, 2)
    elsewhere = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, elsewhere)
    if left:
        with office.unit() as uow:
            uow.roster.retire(uow.duty.get(1).deputy_id, office.now)  # type: ignore[union-attr]
    shown = review(office)
    office.presses(STAFF, shown, "这 2 条都确认")
    office.presses(STAFF, shown, "确认")
    assert state(office, 2) is EntryState.CONFIRMED


@pytest.mark.parametrize("who", [ALICE, OTHER_DEPUTY])
@pytest.mark.parametrize(
    "data",
    ["confirmduty:1:0", "returnduty:1:0", "unconfirmduty:1:0", "dutyreview:0", "dutyreview:1:0", "confirmduties:1:x"],
)
def test_others_see_and_do_nothing(office: Office, who: int, data: str) -> None:
    """Neither constituents nor deputies, whatever button they forge; staff of another station neither."""
    filed(office, 1)
    elsewhere = office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "孙伟", 22, elsewhere)
    office.presses_data(who, data)
    assert "没有找到" in office.toasts[-1]
    assert state(office, 1) is EntryState.FILED
    assert "没有等待确认" in review(office, 22).text
    office.presses_data(22, "confirmduty:1:0")
    assert state(office, 1) is EntryState.FILED


def test_staff_have_no_log_of_their_own(office: Office) -> None:
    """/duty alone shows what waits; /duty with words says whose log it is; a deputy's review is none."""
    filed(office, 1)
    office.writes(STAFF, "/duty")
    assert "等待确认的履职记录" in office.told(STAFF)
    office.writes(STAFF, "/duty 走访 今天 三户")
    assert "由代表本人登记" in office.told(STAFF)
    office.writes(STAFF, "/duty 走访")
    assert "由代表本人登记" in office.told(STAFF)
    office.writes(DEPUTY, "/duty review")
    assert "没有找到，或者不归您管" in office.told(DEPUTY)


@pytest.mark.parametrize(
    "data", ["confirmduties:1", "confirmduties:-:x", "confirmduties:1.:x", "dutyreview:a", "duty:1:x"]
)
def test_forged_buttons_are_answered_in_words(office: Office, data: str) -> None:
    """And change nothing."""
    filed(office, 1)
    office.presses_data(STAFF, data)
    assert office.toasts[-1]
    assert state(office, 1) is EntryState.FILED
    assert the_entry(office).day == date(2026, 11, 23)


def test_what_was_changed_since_it_was_read_is_not_confirmed(office: Office) -> None:
    """Its card is shown anew, and says so; the next press is about what stands there."""
    filed(office, 1)
    shown = review(office)
    office.presses_data(STAFF, "dutyreview:1:0", shown)
    office.presses_data(DEPUTY, "duty:1:change")
    for label in ("补充", "正文"):
        office.presses(DEPUTY, office.last(DEPUTY), label)
    office.writes(DEPUTY, "走访了一百户")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.presses(STAFF, shown, "确认")
    assert state(office, 1) is EntryState.FILED
    assert "刚被本人改过" in office.toasts[-1]
    assert "一百户" in shown.text
    office.presses(STAFF, shown, "确认")
    assert state(office, 1) is EntryState.CONFIRMED
