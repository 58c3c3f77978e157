"""Reception days: the rota in words and by buttons, days made ahead, booking, and what is told to whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from liaisonbot.receptions import BookingState, ReceptionState
from liaisonbot.services import roles
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, MONDAY, Office, Sent

ALICE, BOB, WANG, LI, STAFF, ELSEWHERE = 101, 102, 11, 12, 21, 22
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return opened(tmp_path)


def opened(folder: Path, now: datetime = MONDAY, **settings: Any) -> Office:
    office = Office(folder, **settings)
    office.now = now
    station, other = office.station(), office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "王芳", WANG, station)
    office.roster(Role.DEPUTY, "李强", LI, station)
    office.roster(Role.STAFF, "赵敏", STAFF, station)
    office.roster(Role.STAFF, "孙伟", ELSEWHERE, other)
    office.bind_group(station)
    for who in (ALICE, BOB, WANG, LI, STAFF, ELSEWHERE):
        office.writes(who, "/start")
    return office


def at(office: Office, day: date, clock: str) -> None:
    """Put the clock to that local time, and let it tick."""
    hour, minute = map(int, clock.split(":"))
    office.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)
    office.ticks()


def confirmed(office: Office, who: int = STAFF) -> None:
    office.presses(who, office.last(who), "确认")


def a_rota(office: Office, words: str = "每月第一个星期一 9-11 | 服务中心二楼 | 王芳、李强 | 15") -> Sent:
    office.writes(STAFF, f"/reception {words}")
    asked = office.last(STAFF)
    confirmed(office)
    return asked


def days(office: Office) -> list[date]:
    with office.unit() as uow:
        return [day.day for day in uow.receptions.between(date(2026, 11, 1), date(2027, 12, 31))]


def booked(office: Office, who: int, word: str = "09:00", about: str | None = "路灯的事") -> Sent:
    """Through the button below the group's notice; the answer."""
    office.writes(who, "/start reception_1")
    office.presses(who, office.last(who, containing="点一个时间"), word)
    if about is None:
        office.presses(who, office.last(who), "先不写")
    else:
        office.writes(who, about)
    return office.last(who)


# --- the rota ---------------------------------------------------------------------------------------------------------


def test_a_rota_in_one_line_is_shown_with_its_next_days_before_it_is_kept(office: Office) -> None:
    """Place, deputies, hours, the days that follow, and what confirming will tell whom."""
    asked = a_rota(office)
    for words in ("每月第一个星期一", "服务中心二楼", "王芳、李强", "12月7日周一 09:00–11:00", "15 分钟", "前 3 天"):
        assert words in asked.text
    assert days(office) == [date(2026, 12, 7), date(2027, 1, 4)]
    assert office.last(STAFF).button("12月7日")
    assert "安排您接待群众" in office.told(WANG)


def test_a_rota_by_buttons_alone(office: Office) -> None:
    """Which week, which day of it, hours, place, several deputies, time for each: nothing is typed."""
    office.writes(STAFF, "/reception")
    office.presses(STAFF, office.last(STAFF), "安排接待日")
    for word in ("每月第一个", "星期一", "9:00–11:00", "阳光联络站", "王芳"):
        office.presses(STAFF, office.last(STAFF), word)
    ticked = office.last(STAFF)
    assert "☑️ 王芳" in ticked.buttons
    office.presses(STAFF, ticked, "李强")
    office.presses(STAFF, ticked, "李强")
    assert "⬜ 李强" in ticked.buttons, "pressed twice, it is as before, in the same message"
    office.presses(STAFF, ticked, "就这几位")
    office.presses(STAFF, office.last(STAFF), "20 分钟")
    assert "每月第一个星期一" in office.told(STAFF)
    confirmed(office)
    assert days(office) == [date(2026, 12, 7), date(2027, 1, 4)]


def test_days_of_their_own(office: Office) -> None:
    """Several dates, each with its hours."""
    a_rota(office, "2026-12-07 9-11；12月15日 下午2点到4点 | 二楼 | 王芳 | 30")
    with office.unit() as uow:
        found = uow.receptions.between(date(2026, 12, 1), date(2026, 12, 31))
    assert [(day.day.day, day.begins.hour, day.rota_id) for day in found] == [(7, 9, None), (15, 14, None)]


def test_what_cannot_be_read_is_said_with_an_example(office: Office) -> None:
    """Nothing is guessed."""
    office.writes(STAFF, "/reception 有空的时候")
    assert "每月第一个星期一 9-11" in office.told(STAFF)
    assert days(office) == []


def test_staff_of_another_station_and_constituents_do_not_see_it(office: Office) -> None:
    """Neither the list nor a forged button shows anything."""
    a_rota(office)
    for data in ("rday:1:show", "rota:1:show", "rday:1:cancel", "rota:1:end"):
        for who in (ELSEWHERE, ALICE):
            before = len(office.chats[who])
            office.presses_data(who, data)
            assert "没有这个接待" in office.toasts[-1]
            assert len(office.chats[who]) == before
    office.writes(ELSEWHERE, "/reception")
    assert "服务中心" not in office.told(ELSEWHERE)


def test_days_are_made_ahead_by_the_clock_and_once(office: Office) -> None:
    """Sixty days ahead, whatever restarts; one that was moved is not made again."""
    a_rota(office)
    office.presses_data(STAFF, "rday:1:moveto:20261208")
    confirmed(office)
    at(office, date(2026, 12, 3), "08:00")
    at(office, date(2026, 12, 4), "08:00")
    assert days(office) == [date(2026, 12, 8), date(2027, 1, 4), date(2027, 2, 1)]


def test_a_holiday_is_told_staff_with_a_button_to_move_it(tmp_path: Path) -> None:
    """The National Day is a Thursday: the day is there, and staff decide. They are asked once."""
    office = opened(tmp_path, datetime(2026, 9, 1, 10, tzinfo=SHANGHAI))
    asked = a_rota(office, "每月第一个星期四 9-11 | 二楼 | 王芳 | 15")
    assert "放假：10月1日" in asked.text
    at(office, date(2026, 9, 2), "10:00")
    (told,) = [sent for sent in office.chats[STAFF] if "放假，但排了接待日" in sent.text]
    office.presses(STAFF, told, "改到 10月8日")
    confirmed(office)
    with office.unit() as uow:
        found = [day.day for day in uow.receptions.between(date(2026, 9, 1), date(2026, 10, 31))]
    assert found == [date(2026, 9, 3), date(2026, 10, 8)]


def test_a_rota_of_saturdays_is_meant(office: Office) -> None:
    """Nobody is asked about each weekend."""
    a_rota(office, "每周六 9-11 | 二楼 | 王芳 | 15")
    assert not any("放假，但排了" in sent.text and "12月5日" in sent.text for sent in office.chats[STAFF])


def test_an_ended_rota_cancels_its_days_and_tells_who_booked(office: Office) -> None:
    """After a question that says how many."""
    a_rota(office)
    booked(office, ALICE)
    office.presses_data(STAFF, "rota:1:end")
    assert "约了的 1 位" in office.told(STAFF)
    confirmed(office)
    assert days(office) == []
    assert "取消了" in office.told(ALICE)
    at(office, date(2026, 12, 4), "08:00")
    assert days(office) == []


# --- telling ----------------------------------------------------------------------------------------------------------


def test_groups_are_told_three_days_ahead_and_on_the_morning(office: Office) -> None:
    """Once each, not at night, with the way to book."""
    a_rota(office)
    at(office, date(2026, 12, 3), "12:00")
    assert not any("接待日" in sent.text for sent in office.chats[GROUP] if "接待日：" in sent.text)
    at(office, date(2026, 12, 4), "00:30")
    assert not office.chats[GROUP] or "代表接待日：" not in office.told(GROUP)
    at(office, date(2026, 12, 4), "07:30")
    ahead = office.last(GROUP, containing="代表接待日：")
    for words in ("12月7日周一 09:00–11:00", "服务中心二楼", "王芳、李强"):
        assert words in ahead.text
    assert ahead.button("预约时间").endswith("start=reception_1")
    at(office, date(2026, 12, 5), "09:00")
    at(office, date(2026, 12, 7), "06:30")
    assert sum("代表接待" in sent.text for sent in office.chats[GROUP]) == 1
    at(office, date(2026, 12, 7), "07:31")
    at(office, date(2026, 12, 7), "08:00")
    assert [("今天" in sent.text) for sent in office.chats[GROUP] if "代表接待" in sent.text] == [False, True]


def test_after_a_long_night_nothing_is_announced_that_is_over(office: Office) -> None:
    """The bot starts at noon: the morning's day is over."""
    a_rota(office)
    at(office, date(2026, 12, 7), "12:00")
    assert not any("代表接待" in sent.text for sent in office.chats[GROUP])


def test_the_list_on_the_morning_has_numbers_and_matters_and_no_account(office: Office) -> None:
    """For each deputy who receives."""
    a_rota(office)
    booked(office, ALICE, "09:15", "三号楼漏水")
    booked(office, BOB, "09:00", None)
    at(office, date(2026, 12, 7), "07:30")
    listed = office.last(WANG, containing="今天您接待群众")
    assert "1. 09:00 没说什么事" in listed.text
    assert "2. 09:15 三号楼漏水" in listed.text
    assert office.last(LI, containing="今天您接待群众").text == listed.text
    office.writes(WANG, "/reception")
    office.presses(WANG, office.last(WANG), "12月7日")
    assert "三号楼漏水" in office.told(WANG), "and on demand"


def test_who_booked_is_reminded_the_day_before(office: Office) -> None:
    """With the place, and buttons to change it."""
    a_rota(office)
    booked(office, ALICE)
    at(office, date(2026, 12, 6), "08:00")
    assert "明天是您约的接待日" in office.told(ALICE)
    assert "服务中心二楼" in office.told(ALICE)
    at(office, date(2026, 12, 6), "09:00")
    assert sum("明天是您约的" in sent.text for sent in office.chats[ALICE]) == 1


def test_a_cancelled_day_is_told_to_everybody_it_concerns(office: Office) -> None:
    """Who booked gets another day to choose; the groups know of it and hear why; the deputies, too."""
    a_rota(office)
    booked(office, ALICE)
    at(office, date(2026, 12, 4), "08:00")
    office.presses_data(STAFF, "rday:1:cancel")
    office.writes(STAFF, "代表去市里开会")
    assert "约了的 1 位" in office.told(STAFF)
    confirmed(office)
    told = office.last(ALICE)
    assert "代表去市里开会" in told.text
    assert "代表去市里开会" in office.told(GROUP)
    assert "取消" in office.told(WANG)
    office.presses(ALICE, told, "1月4日")
    assert "点一个时间" in office.last(ALICE).text
    with office.unit() as uow:
        assert uow.receptions.get(1).state is ReceptionState.CANCELLED  # type: ignore[union-attr]
    at(office, date(2026, 12, 7), "08:00")
    assert not any("今天" in sent.text for sent in office.chats[GROUP])


def test_a_day_that_is_moved_keeps_everybodys_place(office: Office) -> None:
    """The second of the morning is the second of the afternoon."""
    a_rota(office)
    booked(office, ALICE, "09:15")
    booked(office, BOB, "09:00")
    office.writes(STAFF, "/moveday 1 2026-12-08 14:00-16:00")
    confirmed(office)
    assert "12月8日周二 14:15" in office.told(ALICE)
    assert "12月8日周二 14:00" in office.told(BOB)
    assert days(office)[0] == date(2026, 12, 8)


def test_other_deputies_for_one_day(office: Office) -> None:
    """Who comes and who need not come hear of it."""
    a_rota(office, "每月第一个星期一 9-11 | 二楼 | 王芳 | 15")
    office.presses_data(STAFF, "rday:1:receivers")
    asked = office.last(STAFF)
    office.presses(STAFF, asked, "王芳")
    office.presses(STAFF, asked, "李强")
    office.presses(STAFF, asked, "就这几位")
    assert "不用您来了" in office.told(WANG)
    assert "安排您接待" in office.told(LI)
    assert not office.chats[GROUP], "a group that does not know of the day need not know who came before"


def other_receivers(office: Office, data: str = "rday:1:receivers") -> None:
    """Li instead of Wang."""
    office.presses_data(STAFF, data)
    asked = office.last(STAFF)
    for word in ("王芳", "李强", "就这几位"):
        office.presses(STAFF, asked, word)


def test_other_deputies_on_a_day_that_was_announced(office: Office) -> None:
    """The group reads it once, with the way to book; so does whoever booked, with their time."""
    a_rota(office, "每月第一个星期一 9-11 | 二楼 | 王芳 | 15")
    booked(office, ALICE)
    at(office, date(2026, 12, 4), "08:00")
    group, alice = len(office.chats[GROUP]), len(office.chats[ALICE])
    other_receivers(office)
    (told,) = office.chats[GROUP][group:]
    assert "12月7日周一 09:00–11:00 的接待代表换了：李强" in told.text
    assert told.button("预约时间").endswith("start=reception_1")
    (said,) = office.chats[ALICE][alice:]
    for words in ("接待您的代表换了", "12月7日周一 09:00", "李强"):
        assert words in said.text
    assert said.button("不来了")
    office.writes(STAFF, "/receivers 1 李强")
    assert len(office.chats[GROUP]) == group + 1, "the same again is no news"


def test_other_deputies_for_a_whole_rota(office: Office) -> None:
    """Its days and those to come; a day that was given to others by itself stays; each deputy reads one message."""
    a_rota(office, "每周一 9-11 | 二楼 | 王芳 | 15")
    office.writes(STAFF, "/receivers 3 王芳 李强")
    office.presses_data(STAFF, "rlist:0")
    at(office, date(2026, 11, 27), "08:00")
    before = {who: len(office.chats[who]) for who in (GROUP, WANG, LI)}
    other_receivers(office, "rota:1:receivers")
    came = {who: office.chats[who][start:] for who, start in before.items()}
    assert [len(sent) for sent in came.values()] == [1, 1, 1]
    assert "11月30日周一 09:00–11:00 的接待代表换了：李强" in came[GROUP][0].text
    assert came[LI][0].text.count("•") == came[WANG][0].text.count("不用您来了") > 3
    assert "每周星期一" in office.told(STAFF)
    with office.unit() as uow:
        found = uow.receptions.between(date(2026, 11, 24), date(2027, 2, 28))
        (rota,) = uow.receptions.rotas()
        names = {entry.id: entry.name for entry in uow.roster.deputies()}
    assert [names[id_] for id_ in rota.deputy_ids] == ["李强"]
    assert [len(day.deputy_ids) for day in found].count(2) == 1
    at(office, date(2027, 2, 8), "08:00")
    with office.unit() as uow:
        last = uow.receptions.between(date(2027, 3, 1), date(2027, 4, 30))[-1]
    assert [names[id_] for id_ in last.deputy_ids] == ["李强"], "those made later as well"


def test_staff_hear_of_a_deputy_who_cannot_come_before_the_groups_read_the_name(office: Office) -> None:
    """On leave that day; asked once, with the way to let somebody else receive."""
    a_rota(office, "每月第一个星期一 9-11 | 二楼 | 王芳 | 15")
    office.writes(WANG, "/leave 2026-12-06 2026-12-08")
    at(office, date(2026, 12, 3), "08:00")
    told = office.last(STAFF, containing="王芳来不了")
    assert not any("代表接待日" in sent.text for sent in office.chats[GROUP])
    at(office, date(2026, 12, 3), "09:00")
    at(office, date(2026, 12, 4), "08:00")
    assert sum("来不了" in sent.text for sent in office.chats[STAFF]) == 1
    office.presses(STAFF, told, "换接待代表")
    assert "☑️ 王芳" in office.last(STAFF).buttons


def test_the_rota_of_another_station_is_nobodys_business(office: Office) -> None:
    """Neither by the command nor by a forged button."""
    a_rota(office)
    office.writes(ELSEWHERE, "/rotareceivers 1 王芳")
    assert "没有这个接待安排" in office.told(ELSEWHERE)
    office.presses_data(ELSEWHERE, "rota:1:receivers")
    assert "没有这个接待安排" in office.toasts[-1]


def test_who_has_left_the_station_can_be_replaced(office: Office) -> None:
    """What the day has is ticked, as far as they are still there."""
    a_rota(office, "每月第一个星期一 9-11 | 二楼 | 王芳、李强 | 15")
    with office.unit() as uow:
        uow.roster.retire(next(entry.id for entry in uow.roster.deputies() if entry.name == "王芳"), office.now)
    office.presses_data(STAFF, "rday:1:receivers")
    office.presses(STAFF, office.last(STAFF), "就这几位（1）")
    with office.unit() as uow:
        day = uow.receptions.get(1)
        assert [uow.roster.get(id_).name for id_ in day.deputy_ids] == ["李强"]  # type: ignore[union-attr]


# --- booking ----------------------------------------------------------------------------------------------------------


def test_who_was_slower_chooses_another_time_and_writes_nothing_twice(office: Office) -> None:
    """Two looked at the same times, and both wrote what it is about."""
    a_rota(office)
    for who in (ALICE, BOB):
        office.writes(who, "/start reception_1")
        office.presses(who, office.last(who), "09:00")
    office.writes(ALICE, "路灯的事")
    office.writes(BOB, "食堂的事")
    asked = office.last(BOB)
    assert "09:00 刚被别人约了" in asked.text
    assert "09:00" not in asked.buttons
    office.presses(BOB, asked, "09:15")
    assert "约好了" in office.told(BOB)
    assert "食堂的事" in office.told(BOB)


def test_a_visit_that_is_over_is_not_cancelled_any_more(office: Office) -> None:
    """By the button of the day before; nobody ended the day yet. Until then it can be, and the other way is to come."""
    a_rota(office)
    answer = booked(office, ALICE)
    office.presses(ALICE, answer, "不来了")
    office.presses(ALICE, answer, "还是来")
    assert "09:00" in answer.text
    at(office, date(2026, 12, 8), "10:00")
    office.presses(ALICE, answer, "不来了")
    assert "已经过了" in office.toasts[-1]


def test_somebody_without_telegram_hears_of_other_days_through_whoever_entered_them(office: Office) -> None:
    """In words: they have no buttons to press."""
    a_rota(office)
    office.writes(STAFF, "/walkin 1 想问低保")
    office.writes(STAFF, "老李")
    office.presses(STAFF, office.last(STAFF), "09:30")
    confirmed(office)
    office.writes(STAFF, "/cancelday 1 代表去市里开会")
    confirmed(office)
    told = office.last(STAFF, containing="请转告本人")
    for words in ("老李", "代表去市里开会", "1月4日", "/walkin"):
        assert words in told.text


def test_what_they_were_to_tell_is_for_their_colleagues_once_they_have_left(office: Office) -> None:
    """It waits for the morning, and has a name and a number in it, which staff read where they open the visit."""
    office.roster(Role.STAFF, "钱九", 23, 1)
    office.writes(23, "/start")
    a_rota(office)
    office.writes(STAFF, "/walkin 1 想问低保")
    office.writes(STAFF, "老李 13800001111")
    office.presses(STAFF, office.last(STAFF), "09:30")
    confirmed(office)
    office.held = {f"chat:{STAFF}"}
    office.writes(23, "/cancelday 1 代表去市里开会")
    confirmed(office, 23)
    with office.unit() as uow:
        before = roles.held(uow)
        uow.roster.retire(next(each.id for each in uow.roster.staff() if each.telegram_id == STAFF), office.now)
        roles.follow(uow, office.desk, before)
    office.held = set()
    office.ticks()

    assert not any("请转告本人" in sent.text for sent in office.chats[STAFF])
    told = office.last(23, containing="请转告本人")
    assert "代表去市里开会" in told.text
    assert "13800001111" not in told.text
    assert told.buttons


def test_a_time_is_booked_changed_and_cancelled(office: Office) -> None:
    """With buttons alone; the time is free again."""
    a_rota(office)
    answer = booked(office, ALICE)
    assert "约好了" in answer.text
    assert "09:00" in answer.text
    office.presses(ALICE, answer, "改时间")
    assert "09:00" not in answer.buttons
    office.presses(ALICE, answer, "10:00")
    assert "10:00" in answer.text
    office.presses(ALICE, answer, "改事由")
    office.writes(ALICE, "其实是电梯的事")
    assert "电梯" in office.told(ALICE)
    shown = office.last(ALICE)
    office.presses(ALICE, shown, "不来了")
    office.presses(ALICE, shown, "确认")
    assert "已取消" in shown.text
    assert "10:00" in booked(office, BOB, "10:00").text


def test_nobody_has_two_times_on_a_day_and_nobody_has_anothers(office: Office) -> None:
    """A second time moves the first; a taken one is refused."""
    a_rota(office)
    booked(office, ALICE)
    office.writes(BOB, "/book 1 9:00 我也要")
    assert "刚被别人约了" in office.told(BOB)
    office.writes(BOB, "/book 1 9:20 我也要")
    assert "没有 09:20 这个时间" in office.told(BOB)
    office.writes(ALICE, "/book 1 9:30 再约一个")
    assert "一天只能约一个时间" in office.told(ALICE)
    with office.unit() as uow:
        assert len(uow.receptions.bookings(1)) == 1


def test_a_full_day_says_so_and_offers_the_next(office: Office) -> None:
    """Nobody presses in vain."""
    a_rota(office, "每月第一个星期一 9:00-9:15 | 二楼 | 王芳 | 15")
    booked(office, ALICE)
    office.writes(BOB, "/start reception_1")
    full = office.last(BOB)
    assert "约满了" in full.text
    office.presses(BOB, full, "1月4日")
    assert "点一个时间" in full.text


def test_a_booking_in_one_line(office: Office) -> None:
    """As every command."""
    a_rota(office)
    office.writes(ALICE, "/book 1 9:15 楼道灯不亮")
    assert "约好了" in office.told(ALICE)
    office.writes(ALICE, "/book")
    assert "我的预约" in office.told(ALICE)


def test_ones_visits_are_below_ones_cases(office: Office) -> None:
    """The button leads to them."""
    a_rota(office)
    booked(office, ALICE)
    office.writes(ALICE, "/mycases")
    shown = office.last(ALICE)
    office.presses(ALICE, shown, "我的接待预约")
    assert "09:00" in shown.text


def test_what_accuses_a_deputy_is_for_staff(office: Office) -> None:
    """The deputies see that somebody comes; staff read why, and can let others receive."""
    a_rota(office)
    booked(office, ALICE, about="王芳代表收了开发商的红包")
    assert "12388" in office.told(ALICE)
    at(office, date(2026, 12, 7), "07:30")
    office.writes(WANG, "/reception")
    office.presses(WANG, office.last(WANG), "12月7日")
    assert not any("红包" in sent.text for who in (WANG, LI, GROUP) for sent in office.chats[who])
    assert "先由工作人员看" in office.told(WANG)
    assert any("红包" in sent.text for sent in office.chats[STAFF])


def test_who_forgets_themselves_leaves_the_time_to_others(office: Office) -> None:
    """And the words go with them."""
    a_rota(office)
    booked(office, ALICE, about="三号楼漏水")
    office.writes(ALICE, "/forget")
    confirmed(office, ALICE)
    with office.unit() as uow:
        (booking,) = uow.receptions.bookings(1)
    assert (booking.subject, booking.state) == (None, BookingState.CANCELLED)
    assert "09:00" in booked(office, BOB).text


def test_what_one_booked_is_in_ones_data(office: Office) -> None:
    """With the day, the time and the matter."""
    a_rota(office)
    booked(office, ALICE, about="三号楼漏水")
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        (row,) = uow.erasure.everything_of(person)["reception_bookings"]
    assert (row["day"], row["slot"], row["subject"]) == ("2026-12-07", "09:00:00", "三号楼漏水")


def test_today_the_one_who_receives_comes_first(office: Office) -> None:
    """A case that comes in on the reception day goes to whoever receives."""
    a_rota(office, "每月第一个星期一 9-11 | 二楼 | 李强 | 15")
    office.now = datetime(2026, 12, 7, 9, 30, tzinfo=SHANGHAI)
    office.writes(ALICE, "楼下的路灯坏了")
    with office.unit() as uow:
        station = uow.stations.by_code("A")
    assert station is not None
    office.presses(ALICE, office.last(ALICE, containing="#1"), "阳光")
    assert "李强" in office.last(ALICE, containing="#1").text


def test_a_change_on_the_day_is_told_the_deputies(office: Office) -> None:
    """Once they have their list."""
    a_rota(office)
    at(office, date(2026, 12, 7), "07:30")
    office.now += timedelta(minutes=10)
    booked(office, ALICE, "10:00", "漏水")
    assert "今天又约了一位" in office.told(WANG)


def test_where_no_deputy_of_the_day_can_be_told_staff_have_the_list(office: Office) -> None:
    """Both have left, and nobody named others. What changes later on that day reaches staff as well."""
    a_rota(office)
    booked(office, ALICE)
    with office.unit() as uow:
        for entry in uow.roster.deputies():
            uow.roster.retire(entry.id, office.now)
    at(office, date(2026, 12, 7), "07:30")
    told = office.last(STAFF, containing="一位也通知不到")
    assert "09:00 路灯的事" in told.text
    booked(office, BOB, "09:30")
    assert "今天又约了一位" in office.last(STAFF, containing="又约了").text
