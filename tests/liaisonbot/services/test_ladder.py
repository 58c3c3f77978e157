"""The ladder of an overdue case: told once each, to whom the table says, never at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.services import ladder
from liaisonbot.workflow import RUNGS
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office

HOUR = timedelta(hours=1)
SAID = {
    "ahead": "快到期了",
    "reminded": "已到期",
    "pressed": "催办：",
    "supervised": "督办：",
    "key_supervised": "重点督办：",
}


def rungs_told(office: Office, who: int) -> list[str]:
    """What the ladder told somebody, in order."""
    texts = (sent.text.splitlines()[0] for sent in office.chats[who])
    by_length = sorted(SAID, key=lambda rung: -len(SAID[rung]))
    return [rung for text in texts if (rung := next((rung for rung in by_length if SAID[rung] in text), None))]


def test_the_table_is_climbed_from_top_to_bottom() -> None:
    """Its rungs stand in order, and those after the limit are events of the case."""
    assert [rung.after for rung in ladder.RUNGS] == sorted(rung.after for rung in ladder.RUNGS)
    assert tuple(rung.event for rung in ladder.OVER) == RUNGS
    assert all(rung.tells for rung in ladder.RUNGS)


def test_a_case_climbs_rung_by_rung(office: Office) -> None:
    """Opened on Monday, due on Wednesday: ahead on Tuesday, then over from Thursday on; each to whom the table says."""
    office.writes(ALICE, "路灯坏了")
    heard = {}
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon2", "tue2", "wed2", "thu2", "fri2"):
        for _ in range(24):
            office.ticks(HOUR)
        heard[day] = {who: rungs_told(office, who) for who in (DEPUTY, STAFF, OWNER)}
    assert heard["mon"][DEPUTY] == ["ahead"], "by ten on Tuesday"
    assert heard["tue"][DEPUTY] == ["ahead"]
    assert heard["wed"][DEPUTY] == ["ahead", "reminded"], "by ten on Thursday, the day after the limit"
    assert heard["thu"][DEPUTY] == ["ahead", "reminded", "pressed"]
    assert heard["mon2"][DEPUTY] == ["ahead", "reminded", "pressed", "supervised"]
    assert heard["fri2"][DEPUTY] == ["ahead", "reminded", "pressed", "supervised", "key_supervised"]
    assert heard["fri2"][STAFF] == ["pressed", "supervised", "key_supervised"]
    assert heard["fri2"][OWNER] == ["key_supervised"]
    with office.unit() as uow:
        events = [entry.event for entry in uow.journal.of_case(1)]
    assert events == ["opened", "reminded", "pressed", "supervised", "key_supervised"]


def test_after_downtime_one_message_names_the_highest(office: Office) -> None:
    """Nobody gets yesterday's three reminders; they are not made up for later, either."""
    office.writes(ALICE, "路灯坏了")
    office.ticks(timedelta(days=30))
    office.ticks(timedelta(days=1))

    assert rungs_told(office, DEPUTY) == ["key_supervised"]
    assert rungs_told(office, STAFF) == ["key_supervised"]


def test_after_downtime_one_message_lists_all_cases(office: Office) -> None:
    """A deputy and staff each read one message with a line for each case, the most urgent first; not one for each."""
    for number, words in enumerate(("路灯坏了", "井盖没了", "垃圾没人收", "水管爆了"), 1):
        office.writes(ALICE, words)
        office.writes(STAFF, f"/assign {number} 张三")
    office.writes(DEPUTY, "/accept 4")
    before = {who: len(office.chats[who]) for who in (DEPUTY, STAFF)}
    office.ticks(timedelta(days=9))

    for who in (DEPUTY, STAFF):
        (sent,) = [sent for sent in office.chats[who][before[who] :] if sent.outgoing.due]
        assert sent.text.splitlines() == [
            "⏰ <b>3 项快到期或已到期</b>（急的在前）",
            "🔴 <b>督办 #1</b> 受理 · 张三 · 超期 4 个工作日",
            "🔴 <b>督办 #2</b> 受理 · 张三 · 超期 4 个工作日",
            "🔴 <b>督办 #3</b> 受理 · 张三 · 超期 4 个工作日",
        ]
        office.presses(who, sent, "#2")
        assert "井盖没了" in office.told(who)
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(2)][-1] == "supervised"


def test_a_hundred_cases_and_more_are_one_message(office: Office) -> None:
    """More than one tick takes: still one message, which names every case."""
    office.comparing = False
    for number in range(1, 131):
        office.writes(1000 + number, f"第{number}件事，路灯坏了")
        office.writes(STAFF, f"/assign {number} 张三")
    before = len(office.chats[DEPUTY])
    office.ticks(timedelta(days=9))
    (sent,) = [sent for sent in office.chats[DEPUTY][before:] if sent.outgoing.due]
    assert all(f"#{number}" in sent.text for number in range(1, 131))
    assert len(sent.text) < 4096


def test_what_waited_together_is_taken_out_one_by_one(office: Office) -> None:
    """Of a list that waits for Telegram, what was done meanwhile is gone; the last of it comes with its card."""
    for number, words in enumerate(("路灯坏了", "井盖没了", "垃圾没人收"), 1):
        office.writes(ALICE, words)
        office.writes(STAFF, f"/assign {number} 张三")
    before = len(office.chats[DEPUTY])
    office.cut_off = True
    office.ticks(timedelta(days=3))
    office.ticks(timedelta(days=1))
    office.writes(ALICE, "/withdraw 1")
    office.writes(DEPUTY, "/accept 3")
    office.cut_off = False
    office.ticks()
    (said,) = [sent for sent in office.chats[DEPUTY][before:] if sent.outgoing.due]
    assert said.text.splitlines()[0] == "📣 <b>催办：民情 #2</b>"
    assert any("更多" in label for label in said.buttons)


def test_a_pause_and_resume_on_one_day_loses_no_reminder(office: Office) -> None:
    """What waited was taken back by the pause; the limit has not moved, so it is said after all, once to each."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.now += timedelta(days=3, hours=24)
    office.cut_off = True
    office.ticks()
    office.writes(DEPUTY, "/ask 1 在哪里？")
    office.writes(DEPUTY, "/resume 1")
    office.ticks(HOUR)
    office.cut_off = False
    office.ticks(HOUR)
    office.ticks(HOUR)

    assert rungs_told(office, DEPUTY) == ["pressed"]
    assert rungs_told(office, STAFF) == ["pressed"]
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)].count("pressed") == 1


def test_what_one_has_read_is_not_told_again_because_of_a_pause(office: Office) -> None:
    """Told and read is told: the pause of an hour brings nothing up again."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.ticks(timedelta(days=4))
    office.writes(DEPUTY, "/ask 1 在哪里？")
    office.writes(DEPUTY, "/resume 1")
    office.ticks(HOUR)

    assert sorted(outgoing.chat_id for outgoing in office.carried if outgoing.due) == [DEPUTY, STAFF]


def test_the_first_reply_has_a_ladder_of_its_own(office: Office) -> None:
    """Accepted late, the case has time left in its stage when its first reply is due: that is said."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.ticks(timedelta(days=15))
    office.writes(DEPUTY, "/accept 1")
    case = office.case(1)
    assert case.reply_due_at < case.due_at
    office.now = case.reply_due_at - timedelta(hours=14)
    office.ticks()
    assert office.last(DEPUTY, containing="该给首次答复了")
    office.ticks(timedelta(days=1))
    assert "首次答复已到期" in office.told(DEPUTY)
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)][-1] == "reminded"
    office.writes(DEPUTY, "/reply 1 修好了")
    before = len(office.chats[STAFF])
    office.ticks(timedelta(days=5))
    assert not any("首次答复" in sent.text for sent in office.chats[STAFF][before:])


@pytest.mark.parametrize("line", ["/returned 1 路灯所 不归我们", "/hand 1 路灯所 2026-12-21 再等等"])
def test_what_waits_about_a_unit_goes_with_it(office: Office, line: str) -> None:
    """The unit gave the case back, or has got more time, while the reminder waited: it holds no longer."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/accept 1")
    office.writes(STAFF, "/setunit 路灯所 | 8888 | municipal_facilities")
    office.writes(STAFF, "/hand 1 路灯所 2026-11-25 请修")
    office.now += timedelta(days=3)
    office.cut_off = True
    office.ticks()
    office.writes(STAFF, line)
    office.cut_off = False
    office.ticks()
    assert "办理期限已过" not in "".join(sent.text for sent in office.chats[DEPUTY])


def test_at_night_nobody_is_told(office: Office) -> None:
    """The limit passes at midnight; it is said when the quiet hours end."""
    office.writes(ALICE, "路灯坏了")
    office.ticks(timedelta(days=2, hours=15))
    assert "reminded" not in rungs_told(office, DEPUTY)
    office.ticks(timedelta(hours=6, minutes=29))
    assert "reminded" not in rungs_told(office, DEPUTY)
    office.ticks(timedelta(minutes=1))
    assert rungs_told(office, DEPUTY)[-1] == "reminded"


@pytest.mark.parametrize("line", ["/decline 1 请找街道", "/reply 1 修好了"])
def test_what_is_done_is_not_reminded_of(office: Office, line: str) -> None:
    """Declined or answered at night, after the limit: the morning says nothing of it."""
    office.writes(ALICE, "路灯坏了")
    office.ticks(timedelta(days=2, hours=15))
    office.writes(DEPUTY, line)
    office.ticks(timedelta(hours=12))

    assert "reminded" not in rungs_told(office, DEPUTY)


def test_what_waits_in_the_outbox_is_dropped_when_it_holds_no_longer(office: Office) -> None:
    """A reminder that could not be sent yet is not sent after the case was closed."""
    office.writes(ALICE, "路灯坏了")
    office.now += timedelta(days=3)
    with office.unit() as uow:
        ladder.climb(uow, office.desk)
    office.writes(ALICE, "/withdraw 1")

    assert rungs_told(office, DEPUTY) == []
    assert "撤回" in office.told(DEPUTY)


def test_without_a_deputy_staff_are_told(office: Office) -> None:
    """Who can assign it stands in for who would handle it."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/transfer 1 staff 不归我")
    office.ticks(timedelta(days=3))

    assert rungs_told(office, STAFF) == ["reminded"]
    assert rungs_told(office, DEPUTY) == []


def test_an_hours_limit_is_told_when_it_passes(office: Office) -> None:
    """Two hours for what is a matter of safety, by the hotline's preset; nobody is reminded ahead on the same day."""
    office.settings = office.settings.model_copy(
        update={"cases": type(office.settings.cases)(preset_by_category={"public_safety": "hotline"})}
    )
    office.writes(ALICE, "小区消防通道被堵，着火怎么办，消防隐患")
    assert office.case(1).category == "public_safety"
    office.ticks(timedelta(hours=1, minutes=59))
    assert rungs_told(office, DEPUTY) == []
    office.ticks(timedelta(minutes=1))
    assert rungs_told(office, DEPUTY) == ["reminded"]


def test_a_transfer_in_the_middle_takes_nothing_from_staff(office: Office) -> None:
    """What waits for the former deputy is void; what waits for staff is still true, and comes once."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.now += timedelta(days=4)  # Friday, a working day over
    office.cut_off = True
    office.ticks()
    office.writes(STAFF, "/assign 1 李四")
    office.cut_off = False
    office.ticks()
    told = {who: [sent for sent in office.chats[who] if "催办：民情 #1" in sent.text] for who in (DEPUTY, STAFF)}
    assert len(told[DEPUTY]) == 0
    assert len(told[STAFF]) == 1


def test_what_a_unit_has_climbs_by_the_day_set_for_it(office: Office) -> None:
    """Two units of one case are told of by themselves; not one that was returned, nor after the answer."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/accept 1")
    for unit in ("路灯所", "市政公司", "供电公司"):
        office.writes(STAFF, f"/setunit {unit} | 8888 | municipal_facilities")
    office.writes(STAFF, "/hand 1 路灯所;市政公司;供电公司 2026-11-25 请修")
    office.writes(STAFF, "/returned 1 供电公司 不归我们")
    office.ticks(timedelta(days=3))
    said = "".join(sent.text for sent in office.chats[DEPUTY])
    assert "#1</b> 承办单位 路灯所 · 张三 · 11月25日周三到期" in said
    assert "#1</b> 承办单位 市政公司 · 张三 · 11月25日周三到期" in said
    assert "承办单位 供电公司" not in said
    office.writes(STAFF, "/returned 1 市政公司 不归我们")
    office.ticks(timedelta(days=1))
    assert "催办：民情 #1，路灯所已超期 1 个工作日" in "".join(sent.text for sent in office.chats[STAFF])
    office.writes(DEPUTY, "/reply 1 A 修好了")
    before = len(office.chats[STAFF])
    office.ticks(timedelta(days=3))
    assert len(office.chats[STAFF]) == before


def test_who_takes_the_case_over_unread_is_told_and_nobody_else_again(office: Office) -> None:
    """Staff have read it, the deputy's message still waits, the case changes hands: the new deputy is told, once."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.held.add(f"chat:{DEPUTY}")
    office.ticks(timedelta(days=4))
    office.writes(STAFF, "/assign 1 李四")
    office.held.clear()
    for _ in range(3):
        office.ticks(timedelta(minutes=1))

    readers = (DEPUTY, OTHER_DEPUTY, STAFF)
    told = {who: sum(bool(sent.outgoing.due) for sent in office.chats[who]) for who in readers}
    assert told == {DEPUTY: 0, OTHER_DEPUTY: 1, STAFF: 1}
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)].count("pressed") == 1


def test_what_came_too_late_in_the_evening_comes_with_the_mornings(office: Office) -> None:
    """A reminder that could not go before the quiet hours, and a limit that passed in them: one message has both."""
    office.writes(ALICE, "路灯坏了")
    office.ticks(timedelta(days=1))
    office.writes(ALICE, "井盖没了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/assign 2 张三")
    office.held.add(f"chat:{DEPUTY}")
    office.ticks(timedelta(days=1, hours=1))
    before = len(office.chats[DEPUTY])
    office.held.clear()
    office.ticks(timedelta(hours=12))
    assert len(office.chats[DEPUTY]) == before, "at night"
    office.ticks(timedelta(hours=11))

    (sent,) = [sent for sent in office.chats[DEPUTY][before:] if sent.outgoing.due]
    assert {due.case for due in sent.outgoing.due} == {1, 2}
