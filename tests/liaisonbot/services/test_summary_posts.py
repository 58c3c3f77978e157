"""Summaries that come by themselves: on which day, to whom, once, and what happens when something is in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from liaisonbot.errors import RecipientGone
from liaisonbot.outgoing import Send
from liaisonbot.services import clockwork, summary_making, summary_posts, summary_whose
from liaisonbot.vocabulary import Role
from tests.support.office import Office

STAFF, OTHER, BOTH, HEAD, COLLEAGUE, RESIDENT, OWNER = 21, 22, 23, 24, 25, 1001, 9
CRONS = {"send_at": "0 9 * * mon", "two_monthly_at": "0 9 1 */2 *", "yearly_at": "0 9 5 1 *"}

Make = Callable[..., Office]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes an office with two stations and their staff; it runs since Wednesday, 25 November 2026."""

    def made(zone: str = "Asia/Shanghai", **more: Any) -> Office:
        crons = {**CRONS, **more}
        office = Office(tmp_path, access={"owner_ids": [OWNER]}, summary=crons, locale={"timezone": zone})
        here, there = office.station(), office.station("B", "河边联络站")
        office.roster(Role.STAFF, "王五", STAFF, here)
        office.roster(Role.STAFF, "孙七", OTHER, there)
        office.roster(Role.STAFF, "周八", BOTH, here, there)
        office.roster(Role.STAFF, "赵六", HEAD)
        on(office, "2026-11-25 10:00")
        return office

    return made


@pytest.fixture
def office(make: Make) -> Office:
    return make()


def on(office: Office, local: str) -> None:
    """The clock stands at that local time and ticks."""
    office.now = datetime.fromisoformat(local).replace(tzinfo=office.desk.timezone).astimezone(ZoneInfo("UTC"))
    office.ticks()


def summaries_of(office: Office, who: int) -> list[str]:
    """The heads of those that came to them."""
    return [sent.text.splitlines()[0].removeprefix("📊 ") for sent in office.chats[who] if "📊 <b>" in sent.text]


def weeks_of(office: Office, who: int) -> list[str]:
    """Of which windows."""
    return [head.removeprefix("<b>").split(" · ")[0] for head in summaries_of(office, who)]


# --- to whom, when ----------------------------------------------------------------------------------------------------


def test_at_its_time_everybody_gets_the_week_that_is_over_of_their_own_stations(office: Office) -> None:
    office.writes(RESIDENT, "/report 三号楼路灯坏了")
    on(office, "2026-11-30 08:59")
    assert not summaries_of(office, STAFF)
    on(office, "2026-11-30 09:00")

    assert summaries_of(office, STAFF) == ["<b>2026 年第 48 周 · 阳光联络站</b>"]
    assert summaries_of(office, OTHER) == ["<b>2026 年第 48 周 · 河边联络站</b>"]
    assert summaries_of(office, HEAD) == ["<b>2026 年第 48 周 · 全部联络站</b>"]
    assert weeks_of(office, BOTH) == ["2026 年第 48 周"]
    assert not summaries_of(office, OWNER)  # owners look when they want


def test_an_owner_who_is_staff_too_gets_it_as_staff(office: Office) -> None:
    office.roster(Role.STAFF, "周平", OWNER, 2)
    on(office, "2026-11-30 09:00")

    assert summaries_of(office, OWNER) == ["<b>2026 年第 48 周 · 河边联络站</b>"]


def test_an_empty_week_is_reported_as_such(office: Office) -> None:
    on(office, "2026-11-30 09:00")

    assert "没有新的民情" in office.told(STAFF)


def test_it_comes_in_the_readers_language(office: Office) -> None:
    office.writes(STAFF, "/language en")
    on(office, "2026-11-30 09:00")

    assert "week 48 of 2026" in office.told(STAFF)
    assert "⏰ When it comes" in office.last(STAFF, containing="📊 <b>").buttons
    assert summaries_of(office, OTHER) == ["<b>2026 年第 48 周 · 河边联络站</b>"]


def test_the_cases_of_a_station_stand_in_its_summary_only(office: Office) -> None:
    office.bind_group(1)
    office.writes(RESIDENT, "/report 三号楼路灯坏了", group=-100)
    on(office, "2026-11-30 09:00")

    assert "收到民情 1 件" in office.last(STAFF, containing="📊").text
    assert "收到民情 1 件" in office.last(HEAD, containing="📊").text
    assert "收到民情 1 件" not in office.last(OTHER, containing="📊").text


# --- made once --------------------------------------------------------------------------------------------------------


def test_staff_of_the_same_stations_get_what_was_made_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in their own language; and what is drawn is drawn once for all who read one language."""
    made: list[Any] = []
    of = summary_whose.of
    monkeypatch.setattr(summary_whose, "of", lambda *given: made.append(given) or of(*given))
    office.roster(Role.STAFF, "郑十", COLLEAGUE + 1, 1)
    office.roster(Role.STAFF, "吴九", COLLEAGUE, 1)
    office.writes(COLLEAGUE, "/language en")
    office.bind_group(1)
    office.writes(RESIDENT, "/report 三号楼路灯坏了", group=-100)
    on(office, "2026-11-30 09:00")

    assert summaries_of(office, STAFF) == ["<b>2026 年第 48 周 · 阳光联络站</b>"]
    assert summaries_of(office, COLLEAGUE) == ["<b>Summary · week 48 of 2026 · 阳光联络站</b>"]
    charts = {
        who: [s.outgoing.content for s in office.chats[who] if s.outgoing.kind is Send.PHOTO] for who in office.chats
    }
    assert charts[STAFF] == charts[COLLEAGUE + 1] != charts[HEAD]
    assert [len(charts[who]) for who in (STAFF, COLLEAGUE, COLLEAGUE + 1)] == [1, 1, 1]
    words, files = ([job for *_, job in made if bool(job.forms) is drawn] for drawn in (False, True))
    assert len(words) == 4  # one station, the other, both, all: for six staff
    assert sum(job.station_ids == (1,) for job in files) == 2  # in Chinese, for two, and in English


def test_who_does_not_want_it_any_more_is_left_out_of_those_who_get_the_same(office: Office) -> None:
    office.roster(Role.STAFF, "吴九", COLLEAGUE, 1)
    with office.unit() as uow:
        jobs = [
            uow.summary_jobs.ask(
                person_id=uow.people.meet(who, None, office.now).id,
                chat_id=who,
                language="zh",
                window="2026-W47",
                station_ids=stations,
                what="chat",
                now=office.now,
                scheduled=True,
            )
            for who, stations in ((STAFF, [1]), (HEAD, None), (COLLEAGUE, [1]))
        ]
        made = summary_making.make_next(uow, office.desk)
        assert made is not None
        assert [job.chat_id for job in (made.job, *made.alike)] == [STAFF, COLLEAGUE]
        uow.summary_jobs.remove(jobs[2].id)
        assert summary_making.tell(uow, office.desk, made)
    office.ticks()

    assert [bool(summaries_of(office, who)) for who in (STAFF, HEAD, COLLEAGUE)] == [True, True, False]


# --- once -------------------------------------------------------------------------------------------------------------


def test_each_week_comes_once_however_often_the_clock_ticks(office: Office) -> None:
    for moment in ("11-30 09:00", "11-30 09:01", "12-02 12:00", "12-07 09:00", "12-07 23:00"):
        on(office, f"2026-{moment}")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周", "2026 年第 49 周"]


def test_a_cron_text_that_fires_daily_sends_a_week_once(make: Make) -> None:
    office = make(send_at="0 9 * * *")
    for day in ("11-30", "12-01", "12-02"):
        on(office, f"2026-{day} 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


def test_after_downtime_it_comes_late_once(office: Office) -> None:
    on(office, "2026-12-03 10:00")
    on(office, "2026-12-03 10:01")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


@pytest.mark.parametrize(
    ("back", "week"),
    [("12-07 08:00", 48), ("12-08 10:00", 49), ("12-30 10:00", 52)],
)
def test_of_what_was_missed_for_longer_only_the_newest_comes(office: Office, back: str, week: int) -> None:
    """A week down, and a month: each stays owed until the next one is due."""
    on(office, f"2026-{back}")
    office.ticks(timedelta(minutes=1))

    assert weeks_of(office, STAFF) == [f"2026 年第 {week} 周"]


@pytest.mark.parametrize(
    ("cron", "asleep", "back"),
    [("0 17 * * fri", "11-27 16:59", "11-30 10:00"), ("0 9 * * sun", "11-29 08:00", "12-01 10:00")],
)
def test_what_is_sent_late_in_the_week_is_not_lost_over_the_weekend(
    make: Make, cron: str, asleep: str, back: str
) -> None:
    """The next week is over by then, but nobody is owed it yet."""
    office = make(send_at=cron)
    on(office, f"2026-{asleep}")
    assert not summaries_of(office, STAFF)
    on(office, f"2026-{back}")
    assert weeks_of(office, STAFF) == ["2026 年第 47 周"]
    on(office, "2026-12-06 17:00")

    assert weeks_of(office, STAFF) == ["2026 年第 47 周", "2026 年第 48 周"]


def test_a_day_of_ones_own_that_was_missed_is_brought_the_day_after(office: Office) -> None:
    office.writes(STAFF, "/summary sunday")
    on(office, "2026-11-29 08:00")
    on(office, "2026-11-30 10:00")
    on(office, "2026-12-06 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 47 周", "2026 年第 48 周"]


def owed(office: Office, local: str) -> None:
    """It is that local time, and whoever owes something owes it; nothing is made yet."""
    office.now = datetime.fromisoformat(local).replace(tzinfo=office.desk.timezone).astimezone(ZoneInfo("UTC"))
    with office.unit() as uow:
        while clockwork.tick(uow, office.desk):
            pass


def test_what_was_owed_but_never_made_is_dropped_when_the_next_is_owed(office: Office) -> None:
    """It was killed right then, and starts a week later."""
    owed(office, "2026-11-30 09:00")
    on(office, "2026-12-07 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 49 周"]


def test_what_is_owed_a_minute_before_the_next_week_comes_all_the_same(make: Make) -> None:
    office = make(send_at="59 23 * * sun")
    owed(office, "2026-11-29 23:59")
    on(office, "2026-11-30 00:01")

    assert weeks_of(office, STAFF) == ["2026 年第 47 周"]


def test_who_lost_the_role_while_it_was_owed_gets_none(office: Office) -> None:
    owed(office, "2026-11-30 09:00")
    with office.unit() as uow:
        entry = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
        uow.roster.retire(entry.id, office.now)
    office.ticks()

    assert not office.chats[STAFF]
    assert weeks_of(office, OTHER)


def test_who_went_to_another_station_while_it_was_owed_gets_that_ones(office: Office) -> None:
    owed(office, "2026-11-30 09:00")
    office.roster(Role.STAFF, "王五", STAFF, 2)
    office.ticks()

    assert summaries_of(office, STAFF) == ["<b>2026 年第 48 周 · 河边联络站</b>"]


def test_who_wants_none_while_it_is_owed_gets_none(office: Office) -> None:
    owed(office, "2026-11-30 09:00")
    office.writes(STAFF, "/summary off")

    assert not summaries_of(office, STAFF)


def test_what_could_not_be_sent_for_weeks_comes_as_the_newest_only(office: Office) -> None:
    office.cut_off = True
    for day in ("11-30", "12-07"):
        on(office, f"2026-{day} 09:00")
    office.cut_off = False
    office.ticks()

    assert weeks_of(office, STAFF) == ["2026 年第 49 周"]


def test_a_new_office_and_one_that_is_brought_up_to_date_owe_nothing_of_the_past(office: Office) -> None:
    on(office, "2026-11-29 20:00")

    assert not summaries_of(office, STAFF)


def test_two_workers_owe_each_of_the_staff_one(office: Office) -> None:
    for number in range(60):
        office.roster(Role.STAFF, f"员{number}", 3000 + number, 1)
    office.now = datetime(2026, 11, 30, 1, 0, tzinfo=ZoneInfo("UTC"))
    desk, more = office.desk, True
    while more:  # in turns, each with the same view of the hour
        more = False
        for _ in range(2):
            with office.unit() as uow:
                more = bool(summary_posts.work(uow, desk)) or more
    office.ticks()

    assert [len(weeks_of(office, who)) for who in (STAFF, OTHER, HEAD, *range(3000, 3060))] == [1] * 63


def test_many_are_gone_through_in_parts(office: Office) -> None:
    for number in range(60):
        office.roster(Role.STAFF, f"员{number}", 3000 + number, 1)
    office.now = datetime(2026, 11, 30, 1, 0, tzinfo=ZoneInfo("UTC"))
    with office.unit() as uow:
        summary_posts.work(uow, office.desk)
        owed = 0
        while (job := uow.summary_jobs.next(office.now)) is not None:
            uow.summary_jobs.remove(job.id)
            owed += 1

    assert 0 < owed <= summary_posts.LOOKED_AT


# --- at night, summer time --------------------------------------------------------------------------------------------


def test_what_is_late_does_not_come_at_night(office: Office) -> None:
    on(office, "2026-12-01 02:00")
    assert not summaries_of(office, STAFF)
    on(office, "2026-12-01 09:30")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


def test_at_night_it_comes_where_the_cron_text_says_so(make: Make) -> None:
    office = make(send_at="30 23 * * mon")
    on(office, "2026-11-30 23:30")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


@pytest.mark.parametrize(
    ("cron", "before", "at"),
    [
        ("30 9 * * sun", "2027-03-28 09:29", "2027-03-28 09:30"),  # the hour is skipped that night
        ("30 9 * * sun", "2026-10-25 09:29", "2026-10-25 09:30"),  # it comes twice that night
        ("30 2 * * sun", "2027-03-28 01:59", "2027-03-28 03:30"),  # that very hour is skipped
    ],
)
def test_local_hours_hold_through_summer_time(make: Make, cron: str, before: str, at: str) -> None:
    office = make("Europe/Berlin", send_at=cron)
    began = datetime.fromisoformat(before) - timedelta(days=3)
    with office.unit() as uow:
        uow.once.release("summary-rounds")
    on(office, began.isoformat(" "))
    came = len(summaries_of(office, STAFF))
    on(office, before)
    assert len(summaries_of(office, STAFF)) == came
    on(office, at)
    on(office, (datetime.fromisoformat(at) + timedelta(hours=1)).isoformat(" "))

    assert len(summaries_of(office, STAFF)) == came + 1


# --- two months, the year ---------------------------------------------------------------------------------------------


def test_roll_ups_and_yearly_sheets_come_on_their_own_days(make: Make) -> None:
    office = make(send_at="0 9 29 2 *")
    for moment in ("12-31 12:00", "2027-01-01 09:00", "2027-01-04 09:00", "2027-01-05 09:00", "2027-02-28 12:00"):
        on(office, moment if moment.startswith("2027") else f"2026-{moment}")
    on(office, "2027-03-01 09:00")

    assert weeks_of(office, STAFF) == ["2026 年 11–12 月", "2026 年", "2027 年 1–2 月"]


def test_their_workbook_comes_with_them(make: Make) -> None:
    office = make()
    office.bind_group(1)
    office.writes(RESIDENT, "/report 三号楼路灯坏了", group=-100)
    on(office, "2026-11-30 09:00")
    assert not [sent for sent in office.carried if sent.kind is Send.DOCUMENT]
    on(office, "2027-01-01 09:00")

    files = [sent.chat_id for sent in office.carried if sent.kind is Send.DOCUMENT]
    assert sorted(files) == [STAFF, BOTH, HEAD]  # nothing to count at the other station


def test_with_the_year_come_the_sheets_of_the_deputies(make: Make) -> None:
    """The points and days of each deputy of theirs, also where nothing else was in the year."""
    office = make()
    office.roster(Role.DEPUTY, "张三", 11, 1)
    on(office, "2027-01-05 09:00")

    came = [sent for sent in office.carried if sent.kind is Send.DOCUMENT]
    assert sorted(sent.chat_id for sent in came) == [STAFF, BOTH, HEAD]
    assert {sent.content.name for sent in came if sent.content is not None} == {"duty-2026.xlsx"}
    assert "履职积分表 · 2026 年" in office.told(STAFF)


# --- what somebody wishes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["/summary off", "/summary 不用"])
def test_who_wants_none_gets_none(office: Office, words: str) -> None:
    office.writes(STAFF, words)
    assert "不再自动发给您" in office.told(STAFF)
    for moment in ("2026-11-30 09:00", "2027-01-01 09:00", "2027-01-05 09:00"):
        on(office, moment)

    assert not summaries_of(office, STAFF)
    assert weeks_of(office, OTHER)
    office.presses(STAFF, office.last(STAFF, containing="不再自动发给您"), "按统一时间")
    assert weeks_of(office, STAFF) == ["2026 年第 53 周"]  # of two months and the year there was enough time to look
    on(office, "2027-01-11 09:00")
    assert weeks_of(office, STAFF) == ["2026 年第 53 周", "2027 年第 1 周"]


@pytest.mark.parametrize("words", ["friday", "周五", "星期五", "Fri", "每周五"])
def test_another_day_of_the_week(office: Office, words: str) -> None:
    office.writes(STAFF, f"/summary {words}")
    assert "星期五" in office.told(STAFF)
    for moment in ("11-27 09:00", "11-30 09:00", "12-04 08:59"):
        on(office, f"2026-{moment}")
        assert weeks_of(office, STAFF) == ["2026 年第 47 周"]
    on(office, "2026-12-04 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 47 周", "2026 年第 48 周"]


def test_it_is_chosen_with_buttons_and_said_when_the_next_one_comes(office: Office) -> None:
    on(office, "2026-11-30 09:00")
    office.presses(STAFF, office.last(STAFF, containing="📊 <b>"), "发送时间")
    choice = office.last(STAFF, containing="按统一时间")
    assert "12 月 7 日" in choice.text.replace("12月7日", "12 月 7 日")
    office.presses(STAFF, choice, "星期三")
    assert "12月9日" in choice.text.replace(" ", "")  # the week that came today is not sent again
    on(office, "2026-12-02 09:00")
    assert len(summaries_of(office, STAFF)) == 1
    on(office, "2026-12-09 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周", "2026 年第 49 周"]


def test_a_day_that_has_passed_this_week_loses_no_week(office: Office) -> None:
    """Whose day was still to come chooses one that has been: the week that is over comes at once."""
    on(office, "2026-11-30 08:00")
    office.writes(STAFF, "/summary friday")
    on(office, "2026-12-03 10:00")
    assert not summaries_of(office, STAFF)
    office.writes(STAFF, "/summary monday")
    assert "马上就到" in office.last(STAFF, containing="星期一").text
    assert "12月7日" in office.last(STAFF, containing="星期一").text
    office.writes(STAFF, "/summary tuesday")
    office.writes(STAFF, "/summary monday")
    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]
    on(office, "2026-12-04 09:00")
    on(office, "2026-12-07 09:00")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周", "2026 年第 49 周"]


def test_who_pressed_off_by_a_slip_has_lost_nothing(office: Office) -> None:
    on(office, "2026-11-30 08:59")
    office.writes(STAFF, "/summary off")
    on(office, "2026-11-30 09:00")
    assert not summaries_of(office, STAFF)
    office.presses(STAFF, office.last(STAFF, containing="不再自动发给您"), "按统一时间")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


def test_a_day_of_ones_own_keeps_the_hour_of_the_others_also_at_night(make: Make) -> None:
    office = make(send_at="30 23 * * mon")
    on(office, "2026-11-30 10:00")
    office.writes(STAFF, "/summary 周五")
    on(office, "2026-12-04 23:29")
    assert not summaries_of(office, STAFF)
    on(office, "2026-12-04 23:30")

    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]


def test_when_the_next_one_comes_is_said_however_often_the_cron_text_fires(make: Make) -> None:
    office = make(send_at="*/10 8-17 * * *")
    on(office, "2026-11-30 08:00")
    assert weeks_of(office, STAFF) == ["2026 年第 48 周"]
    office.writes(STAFF, "/summary when")

    assert "12月7日" in office.told(STAFF)
    assert "08:00" in office.told(STAFF)


def test_who_is_no_staff_cannot_ask_for_a_day(office: Office) -> None:
    office.writes(OWNER, "/summary friday")
    assert "只给工作人员" in office.told(OWNER)
    office.presses_data(RESIDENT, "sumday:friday")
    with office.unit() as uow:
        person = uow.people.find(RESIDENT)
        assert person is not None
        assert uow.preferences.get(person.id, "summary_day") is None


@pytest.mark.parametrize("data", ["sumday", "sumday:", "sumday:someday", "sumday:friday:1"])
def test_buttons_that_nobody_made_change_nothing(office: Office, data: str) -> None:
    office.presses_data(STAFF, data)
    with office.unit() as uow:
        person = uow.people.find(STAFF)
        assert person is not None
        assert uow.preferences.get(person.id, "summary_day") is None


# --- what cannot be delivered -----------------------------------------------------------------------------------------


def test_owners_hear_once_who_could_not_be_reached(office: Office) -> None:
    office.refuses = {STAFF: RecipientGone(STAFF), OTHER: RecipientGone(OTHER)}
    on(office, "2026-11-30 09:00")
    on(office, "2026-11-30 09:11")
    on(office, "2026-11-30 12:00")

    assert [sent.text for sent in office.chats[OWNER]] == [office.told(OWNER)]
    assert "2026 年第 48 周" in office.told(OWNER)
    assert "王五" in office.told(OWNER)
    assert "孙七" in office.told(OWNER)
    assert "周八" not in office.told(OWNER)


def test_owners_hear_once_of_each_until_something_has_reached_them(office: Office) -> None:
    """Who stays away for a year is not told of each week."""
    for moment, reached in (("11-30", False), ("12-07", False), ("12-14", True), ("12-21", False)):
        office.refuses = {} if reached else {STAFF: RecipientGone(STAFF)}
        on(office, f"2026-{moment} 09:00")
        on(office, f"2026-{moment} 09:11")

    told = [sent.text for sent in office.chats[OWNER] if "没有发到" in sent.text]
    assert ["第 48 周" in text for text in told] == [True, False]
    assert "第 51 周" in told[-1]


def test_who_is_known_by_a_username_only_is_named_to_the_owners(office: Office) -> None:
    """There is no chat to write to before they have written; from then on they get theirs."""
    with office.unit() as uow:
        uow.roster.save(
            Role.STAFF,
            "吴九",
            telegram_id=None,
            username="@wujiu",
            language="zh",
            station_ids={1},
            specialties=(),
            now=office.now,
        )
    for moment in ("11-30 09:00", "11-30 09:11", "12-07 09:00", "12-07 09:11"):
        on(office, f"2026-{moment}")
    told = [sent.text for sent in office.chats[OWNER] if "吴九" in sent.text]
    assert ["/start" in text for text in told] == [True]
    with office.unit() as uow:
        uow.roster.of(26, "wujiu")  # as with the first message
    on(office, "2026-12-14 09:00")

    assert weeks_of(office, 26) == ["2026 年第 50 周"]


def test_who_left_the_staff_gets_no_more(office: Office) -> None:
    with office.unit() as uow:
        entry = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
        uow.roster.retire(entry.id, office.now)
    on(office, "2026-11-30 09:00")

    assert not summaries_of(office, STAFF)
    assert weeks_of(office, OTHER)
