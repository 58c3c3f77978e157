"""Reminders to file in the duty log: when they are owed, to whom, and when not any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from liaisonbot.duty import EntryEvent, EntryState, RemindedState
from liaisonbot.errors import RecipientGone
from liaisonbot.model import SYSTEM, Actor
from liaisonbot.services import duty_log
from liaisonbot.vocabulary import Role
from tests.support.office import Office, Sent

WANG, LI, ZHAO = 11, 12, 21
REMINDER, AGAIN, LIST = "这个月的履职登记还差", "再提醒一下", "位代表还没登记够"


class Station(Office):
    """A station with two deputies and a staff member, from the last Friday of October on."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.here = self.station()
        self.wang = self.roster(Role.DEPUTY, "王芳", WANG, self.here)
        self.li = self.roster(Role.DEPUTY, "李强", LI, self.here)
        self.roster(Role.STAFF, "赵敏", ZHAO, self.here)
        self.at("2026-10-30 10:00")

    def at(self, local: str) -> None:
        """It is that moment where the station is, and everything due is done."""
        self.now = datetime.fromisoformat(local).replace(tzinfo=self.desk.timezone).astimezone(UTC)
        self.ticks()

    def files(self, deputy: int, day: str, **more: Any) -> int:
        with self.unit() as uow:
            entry = uow.roster.get(deputy)
            assert entry is not None
            made = duty_log.make(
                uow, self.desk, SYSTEM, entry, EntryEvent.FILED, type="visit", day=date.fromisoformat(day), **more
            )
        self._deliver()
        return made.id

    def away(self, deputy: int, first: str, last: str) -> None:
        with self.unit() as uow:
            uow.leaves.add(deputy, date.fromisoformat(first), date.fromisoformat(last), None, self.now)

    def reminders(self, chat: int) -> list[Sent]:
        return [sent for sent in self.chats[chat] if sent.outgoing.key == "duty-reminder"]

    def heard(self, chat: int) -> list[str]:
        """The first line of every reminder to file, and of every list."""
        return [text.splitlines()[0] for sent in self.chats[chat] if "履职登记" in (text := sent.text)]

    def states(self, deputy: int, month: str = "2026-11-01") -> dict[str, RemindedState]:
        with self.unit() as uow:
            return {row.rung: row.state for row in uow.duty_reminders.of_deputy(deputy, date.fromisoformat(month))}


@pytest.fixture
def office(tmp_path: Path) -> Station:
    return Station(tmp_path)


def test_a_month_climbs_the_ladder(office: Station) -> None:
    """Two messages to the deputy, a week apart; then the staff's list. What is there and what is missing is said."""
    office.files(office.wang, "2026-11-01")
    office.at("2026-11-02 08:59")
    assert office.reminders(WANG) == []
    office.at("2026-11-02 09:00")
    (first,) = office.reminders(WANG)
    assert "还差 1 条" in first.text
    assert "已登记 1 条：\n· 走访 1" in first.text
    assert "到2026年11月16日" in first.text or "到11月16日" in first.text
    office.at("2026-11-08 20:00")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-09 09:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)] == [False, True]
    assert office.heard(ZHAO) == []
    office.at("2026-11-16 09:00")
    listed = office.last(ZHAO, containing=LIST)
    assert "2026年11月履职登记：2 位代表" in listed.text
    assert "· 王芳：1/2 条" in listed.text
    office.at("2026-11-30 12:00")
    assert len(office.reminders(WANG)) == 2
    assert len(office.heard(ZHAO)) == 1
    office.at("2026-12-07 09:00")
    assert len(office.reminders(WANG)) == 3


def test_who_has_filed_hears_nothing(office: Station) -> None:
    """Also where it was filed between the hour and the message; what was sent says that it is done."""
    for day in ("2026-11-01", "2026-11-01"):
        office.files(office.wang, day)
    office.at("2026-11-02 09:00")
    assert office.reminders(WANG) == []
    (reminder,) = office.reminders(LI)
    office.files(office.li, "2026-11-02")
    assert REMINDER in reminder.text
    office.files(office.li, "2026-11-03")
    assert "够了，谢谢" in reminder.text
    assert reminder.buttons == {}
    office.at("2026-11-25 10:00")
    assert len(office.reminders(LI)) == 1
    assert office.heard(ZHAO) == []


def test_what_waits_is_taken_out_when_it_was_filed(office: Station) -> None:
    """Telegram was out of reach at nine; by the time it is back the entries are there."""
    office.cut_off = True
    office.at("2026-11-02 09:00")
    for _ in range(2):
        office.files(office.wang, "2026-11-02")
    office.cut_off = False
    office.ticks(timedelta(hours=1))
    assert office.reminders(WANG) == []
    assert len(office.reminders(LI)) == 1
    assert set(office.states(office.wang).values()) == {RemindedState.DROPPED}


def test_an_entry_that_was_returned_does_not_count(office: Station) -> None:
    """The month is behind again; the first reminder is not repeated, the second one comes at the next time."""
    office.at("2026-11-02 09:00")
    entries = [office.files(office.wang, "2026-11-02") for _ in range(2)]
    with office.unit() as uow:
        staff = Actor(uow.people.meet(ZHAO, "zh", office.now), staff=uow.roster.of(ZHAO, None)[0])
        duty_log.advance(uow, office.desk, staff, entries[0], EntryEvent.RETURNED, text="哪一天？")
    office.at("2026-11-09 09:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)][1:] == [True]
    assert "有 1 条被退回" in office.reminders(WANG)[1].text


def test_nobody_is_reminded_on_leave(office: Station) -> None:
    """After the return, where the month is not over; whoever is away until its end hears nothing, and is not listed."""
    office.away(office.wang, "2026-11-02", "2026-11-05")
    office.away(office.li, "2026-10-20", "2026-11-30")
    office.at("2026-11-02 09:00")
    office.at("2026-11-05 12:00")
    assert office.reminders(WANG) == []
    office.at("2026-11-06 09:00")
    assert [REMINDER in sent.text for sent in office.reminders(WANG)] == [True]
    office.at("2026-11-12 12:00")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-13 09:00")
    assert len(office.reminders(WANG)) == 2
    office.at("2026-11-30 12:00")
    assert office.reminders(LI) == []
    assert all("李强" not in text for text in (sent.text for sent in office.chats[ZHAO]) if LIST in text)


def test_a_closed_chat_is_named_to_staff(office: Station) -> None:
    """Found out when it was tried; later reminders are not even tried."""
    office.writes(WANG, "/inbox")
    office.refuses[WANG] = RecipientGone("blocked")
    office.roster(Role.DEPUTY, "陈静", None, office.here)
    office.at("2026-11-02 09:00")
    assert office.states(office.wang)["first"] is RemindedState.UNREACHED
    with office.unit() as uow:
        uow.people.set_reachable(WANG, False)  # as delivery notes it
    del office.refuses[WANG]  # whoever is tried now would be told
    office.at("2026-11-09 09:00")
    office.at("2026-11-16 09:00")
    assert office.reminders(WANG) == []
    listed = office.last(ZHAO, containing=LIST)
    assert "· 王芳：0/2 条，机器人联系不上" in listed.text
    assert "· 陈静：0/2 条，机器人联系不上" in listed.text
    assert "· 李强：0/2 条\n" in listed.text + "\n"


def test_the_list_is_edited_not_repeated(office: Station) -> None:
    """Who files disappears from it; when nobody is left it says so."""
    office.at("2026-11-02 09:00")
    office.at("2026-11-16 09:00")
    listed = office.last(ZHAO, containing=LIST)
    office.files(office.wang, "2026-11-16")
    office.ticks()
    assert "· 王芳：1/2 条" in listed.text
    office.files(office.wang, "2026-11-16")
    office.ticks()
    assert "王芳" not in listed.text
    for _ in range(2):
        office.files(office.li, "2026-11-16")
    office.ticks()
    assert listed.text == "✅ <b>2026年11月履职登记：都登记够了。</b>"
    assert len(office.heard(ZHAO)) == 1


def test_in_two_hours_and_tomorrow(office: Station) -> None:
    """Snoozed it comes again then; at night it waits for the morning; the month's last day has no tomorrow."""
    office.at("2026-11-02 09:00")
    office.presses(WANG, office.reminders(WANG)[0], "2 小时后")
    assert "11:00再提醒" in office.reminders(WANG)[0].text
    office.at("2026-11-02 10:59")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-02 21:00")
    office.presses(WANG, office.reminders(WANG)[1], "2 小时后")
    assert "07:30再提醒" in office.reminders(WANG)[1].text
    office.at("2026-11-03 07:29")
    assert len(office.reminders(WANG)) == 2
    office.at("2026-11-03 07:30")
    office.presses(WANG, office.reminders(WANG)[2], "明天")
    office.at("2026-11-04 08:59")
    assert len(office.reminders(WANG)) == 3
    office.at("2026-11-04 09:00")
    assert len(office.reminders(WANG)) == 4
    assert all(REMINDER in sent.text for sent in office.reminders(WANG)[3:])


def test_i_was_on_leave(office: Station) -> None:
    """One record, as /leave makes it; staff hear of it; the ladder goes on from the return."""
    office.at("2026-11-04 09:00")
    office.at("2026-11-09 09:00")
    (reminder,) = office.reminders(WANG)
    office.presses(WANG, reminder, "我请假了")
    asked = office.last(WANG, containing="从哪天开始请假")
    assert any("11月2日" in label for label in asked.buttons), asked.buttons
    office.presses(WANG, asked, "11月2日")
    asked = office.last(WANG, containing="到哪天为止")
    office.writes(WANG, "11月12日")
    assert "11月2日周一到11月12日周四请假" in reminder.text
    assert "王芳代表请假" in office.told(ZHAO)
    with office.unit() as uow:
        (leave,) = uow.leaves.of_deputy(office.wang)
    assert (leave.first, leave.last) == (date(2026, 11, 2), date(2026, 11, 12))
    office.at("2026-11-19 12:00")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-20 09:00")
    assert AGAIN in office.reminders(WANG)[1].text


def test_a_leave_that_is_over_is_only_noted(office: Station) -> None:
    """Nobody is welcomed back who came back last week, and no case went elsewhere."""
    office.at("2026-11-09 09:00")
    office.presses(WANG, office.reminders(WANG)[0], "我请假了")
    office.writes(WANG, "2026-11-02")
    office.writes(WANG, "2026-11-06")
    assert "已补记" in office.told(WANG)
    assert "补记请假" in office.told(ZHAO)
    office.at("2026-11-10 10:00")
    assert "欢迎回来" not in "".join(office.all_texts())


def test_after_downtime(office: Station) -> None:
    """Missed on Monday, sent on Wednesday, once; missed until after the month's end, it is dropped."""
    office.at("2026-11-04 10:00")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-11 08:00")  # the second one counts from what was read
    assert len(office.reminders(WANG)) == 1
    office.at("2027-01-03 10:00")  # nothing looked at the clock for eight weeks
    assert len(office.reminders(WANG)) == 1
    assert office.heard(ZHAO) == []
    office.at("2027-01-04 09:00")
    assert len(office.reminders(WANG)) == 2
    office.at("2027-01-12 09:00")
    assert office.heard(ZHAO) == [], "nobody was reminded in December, so nobody is listed for it"


def test_what_telegram_did_not_take_is_looked_at_anew_the_next_day(office: Station) -> None:
    """Whoever is away by then is not told, nor whoever has enough; the others are, once."""
    chen = office.roster(Role.DEPUTY, "陈静", 13, office.here)
    office.away(office.wang, "2026-11-03", "2026-11-05")
    office.cut_off = True
    office.at("2026-11-02 09:00")
    office.at("2026-11-02 21:00")
    for _ in range(2):
        office.files(chen, "2026-11-02")
    office.at("2026-11-03 08:00")
    office.cut_off = False
    office.at("2026-11-03 12:00")
    assert [len(office.reminders(chat)) for chat in (WANG, LI, 13)] == [0, 1, 0]
    assert REMINDER in office.reminders(LI)[0].text
    office.at("2026-11-06 09:00")
    assert [len(office.reminders(chat)) for chat in (WANG, LI, 13)] == [1, 1, 0]
    office.at("2026-11-10 09:00")
    assert [len(office.reminders(chat)) for chat in (WANG, LI, 13)] == [1, 2, 0]
    office.at("2026-11-13 09:00")
    assert [len(office.reminders(chat)) for chat in (WANG, LI, 13)] == [2, 2, 0]


def test_what_telegram_did_not_take_before_the_months_end_is_dropped(tmp_path: Path) -> None:
    """In December nobody reads that "this month" is behind, when November is meant."""
    office = Station(tmp_path, duty={"remind_at": "0 9 30 * *"})
    office.cut_off = True
    office.at("2026-11-30 09:00")
    office.at("2026-12-01 06:00")
    office.cut_off = False
    office.at("2026-12-01 10:00")
    assert office.reminders(WANG) == []


def test_several_rungs_after_downtime_are_one_message(office: Station) -> None:
    """Of two that are due at a time only the higher one is told."""
    office.at("2026-11-02 09:00")
    office.presses(WANG, office.reminders(WANG)[0], "明天")
    office.at("2026-11-12 10:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)[1:]] == [True]
    for day in ("2026-11-16 09:00", "2026-11-23 09:00", "2026-11-30 12:00"):
        office.at(day)
    assert len(office.reminders(WANG)) == 2, "the lower one came after the higher one"


@pytest.mark.parametrize("taken", [EntryEvent.RETURNED, EntryEvent.DELETED])
def test_behind_again_after_a_reminder_was_put_off(office: Station, taken: EntryEvent) -> None:
    """Told, put off, filed, and then it did not count: the next message is the second one, and the last."""
    office.at("2026-11-02 09:00")
    office.presses(WANG, office.reminders(WANG)[0], "明天")
    entries = [office.files(office.wang, "2026-11-02") for _ in range(2)]
    office.at("2026-11-03 12:00")
    assert len(office.reminders(WANG)) == 1
    with office.unit() as uow:
        staff = Actor(uow.people.meet(ZHAO, "zh", office.now), staff=uow.roster.of(ZHAO, None)[0])
        who = staff if taken is EntryEvent.RETURNED else SYSTEM
        duty_log.advance(uow, office.desk, who, entries[0], taken, text="哪一天？")
    for day in ("09", "16", "23", "30"):
        office.at(f"2026-11-{day} 09:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)] == [False, True]


def test_whoever_opens_the_chat_again_is_told_from_the_first_on(office: Station) -> None:
    """What never arrived was never said: there is no "once more" about it."""
    office.refuses[WANG] = RecipientGone("blocked")
    office.at("2026-11-02 09:00")
    office.at("2026-11-09 09:00")
    assert office.reminders(WANG) == []
    del office.refuses[WANG]
    office.writes(WANG, "/inbox")
    office.at("2026-11-15 12:00")
    assert office.reminders(WANG) == []
    office.at("2026-11-16 09:00")
    office.at("2026-11-23 09:00")
    office.at("2026-11-30 12:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)] == [False, True]


def test_a_leave_noted_between_two_messages(office: Station) -> None:
    """Each message looks on its own day who is away; staff's list waits for the return as well."""
    office.at("2026-11-02 09:00")
    office.away(office.wang, "2026-11-08", "2026-11-17")
    for day in ("09 09:00", "16 09:00", "17 12:00"):
        office.at(f"2026-11-{day}")
    assert len(office.reminders(WANG)) == 1
    assert [text for sent in office.chats[ZHAO] if "王芳" in (text := sent.text)] == []
    office.at("2026-11-18 09:00")
    assert [AGAIN in sent.text for sent in office.reminders(WANG)] == [False, True]
    assert "· 王芳：0/2 条" in office.last(ZHAO, containing=LIST).text


def test_a_bot_that_was_not_there_owed_nothing(tmp_path: Path) -> None:
    """Set up on a Tuesday: Monday's reminders are not made up for."""
    office = Station(tmp_path)
    office.at("2026-10-30 12:00")
    assert office.all_texts() == []


def test_switched_off(tmp_path: Path) -> None:
    office = Station(tmp_path, duty={"required_per_month": 0})
    office.at("2026-11-30 10:00")
    assert office.all_texts() == []


def test_a_late_schedule(tmp_path: Path) -> None:
    """Reminded on the 25th: once more on the month's last day, and staff hear when it is over."""
    office = Station(tmp_path, duty={"remind_at": "0 9 25 * *"})
    office.at("2026-11-25 09:00")
    office.at("2026-11-30 08:59")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-30 09:00")
    assert AGAIN in office.reminders(WANG)[1].text
    office.presses(WANG, office.reminders(WANG)[0], "明天")
    assert "这个月已经过完了" in office.toasts[-1]
    office.at("2026-12-09 09:00")
    assert "2026年11月履职登记：2 位代表" in office.told(ZHAO)


def test_at_night_it_waits_for_the_morning(tmp_path: Path) -> None:
    office = Station(tmp_path, duty={"remind_at": "0 3 * * mon"})
    office.at("2026-11-02 03:00")
    office.at("2026-11-02 07:29")
    assert office.reminders(WANG) == []
    office.at("2026-11-02 07:30")
    assert len(office.reminders(WANG)) == 1
    office.at("2026-11-16 03:00")
    office.at("2026-11-16 07:29")
    assert office.heard(ZHAO) == []
    office.at("2026-11-16 07:30")
    assert len(office.heard(ZHAO)) == 1


@pytest.mark.parametrize(
    ("cron", "before", "at", "after"),
    [
        # In New York the hour from 2:00 is left out on 8 March 2026, and that from 1:00 comes twice on 1 November.
        ("30 2 8 * *", "2026-03-08T06:59", "2026-03-08T07:30", "2026-03-09T12:00"),
        ("30 1 1 * *", "2026-11-01T05:29", "2026-11-01T05:30", "2026-11-01T12:00"),
        ("0 9 9 * *", "2026-03-09T12:59", "2026-03-09T13:00", "2026-03-10T12:00"),
        ("0 9 2 * *", "2026-11-02T13:59", "2026-11-02T14:00", "2026-11-03T12:00"),
    ],
)
def test_summer_time(tmp_path: Path, cron: str, before: str, at: str, after: str) -> None:
    """The local hour counts; where it is left out the reminder comes all the same, where it comes twice, once."""
    duty = {"remind_at": cron, "quiet_hours": "", "second_reminder_after_days": 20}
    office = Station(tmp_path, duty=duty, locale={"timezone": "America/New_York"})
    office.now = datetime.fromisoformat(before).replace(tzinfo=UTC) - timedelta(days=33)
    with office.unit() as uow:  # the bot has been there for a month, and this is a new one
        uow.connection.exec_driver_sql("DELETE FROM duty_reminders")
    office.chats.clear()
    for moment, heard in ((before, 0), (at, 1), (after, 1)):
        office.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        office.ticks()
        assert len(office.reminders(WANG)) == heard, moment


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        # Nine o'clock in Berlin: summer time begins on 28 March 2027, and ends on 31 October.
        ("24", ("2027-03-24T08:00", "2027-03-28T06:59", "2027-03-28T07:00")),
        ("27", ("2027-10-27T07:00", "2027-10-31T07:59", "2027-10-31T08:00")),
    ],
)
def test_the_second_one_comes_at_the_same_local_hour(tmp_path: Path, day: str, moments: tuple[str, ...]) -> None:
    """Four days are days of the calendar, whatever hours they have."""
    duty = {"remind_at": f"0 9 {day} * *", "second_reminder_after_days": 4}
    office = Station(tmp_path, duty=duty, locale={"timezone": "Europe/Berlin"})
    for moment, heard in zip(moments, (1, 1, 2), strict=True):
        office.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        office.ticks()
        assert len(office.reminders(WANG)) == heard, moment


def test_less_is_asked_of_everybody(office: Station) -> None:
    """What was owed by a rule that holds no more is not sent."""
    office.files(office.wang, "2026-11-01")
    office.at("2026-11-02 09:00")
    assert len(office.reminders(WANG)) == 1
    office.settings = office.settings.model_copy(
        update={"duty": office.settings.duty.model_copy(update={"required_per_month": 1})}
    )
    office.at("2026-11-30 12:00")
    assert (len(office.reminders(WANG)), len(office.reminders(LI))) == (1, 2)


def test_the_whole_roster_is_gone_through_in_parts(office: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many deputies there are: a part in each unit, everybody once."""
    monkeypatch.setattr("liaisonbot.services.duty_reminding.LOOKED_AT", 3)
    monkeypatch.setattr("liaisonbot.services.duty_reminding.REMINDED", 2)
    chats = range(100, 110)
    for chat in chats:
        office.roster(Role.DEPUTY, f"代表{chat}", chat, office.here)
    office.at("2026-11-02 09:00")
    office.at("2026-11-02 10:00")
    assert [len(office.reminders(chat)) for chat in chats] == [1] * 10


def test_a_draft_waits(office: Station) -> None:
    """What needs only a tap more is said; it does not count before."""
    with office.unit() as uow:
        for _ in range(2):
            uow.duty.add(
                deputy_id=office.wang,
                station_id=office.here,
                type="visit",
                day=date(2026, 11, 1),
                state=EntryState.DRAFT,
                now=office.now,
            )
    office.at("2026-11-02 09:00")
    assert "还差 2 条" in office.reminders(WANG)[0].text
    assert "还有 2 条草稿" in office.reminders(WANG)[0].text


def test_a_button_of_somebody_else(office: Station) -> None:
    """The number in a button is checked: it has to be one's own reminder."""
    office.at("2026-11-02 09:00")
    data = office.reminders(LI)[0].button("明天")
    office.presses_data(WANG, data, office.reminders(WANG)[0])
    assert office.states(office.li)["first"] is RemindedState.SENT
