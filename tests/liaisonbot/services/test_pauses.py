"""The clock stands still while a case waits for its constituent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.working_days import working_days
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.makers import a_photo
from tests.support.office import GROUP, Office

DAYS = working_days("Asia/Shanghai")


def last_day(office: Office) -> date:
    return DAYS.last_day(office.case(1).due_at)


def asked(office: Office) -> None:
    """Opened on Monday, due on Wednesday; asked for details at once."""
    office.writes(ALICE, "路灯坏了")
    assert last_day(office) == date(2026, 11, 25)
    office.writes(DEPUTY, "/ask 1 哪一盏？请拍张照片")


def test_the_question_reaches_the_constituent_and_the_card_shows_the_pause(office: Office) -> None:
    """The reply box opens, so that what is written next is the answer."""
    asked(office)
    question = office.last(ALICE, containing="哪一盏")

    assert question.outgoing.force_reply
    assert "张三" in question.text
    assert "⏸" in office.last(DEPUTY, containing="<b>民情 #1</b>").text
    assert office.case(1).paused_since == office.now


@pytest.mark.parametrize("photo", [False, True])
def test_the_answer_resumes_and_the_limit_moves_by_the_working_days(office: Office, photo: bool) -> None:
    """Asked on Monday, answered on Friday, words or a photo: four working days later than it was."""
    asked(office)
    office.now += timedelta(days=4)
    question = office.last(ALICE, containing="哪一盏")
    attachments = (a_photo(),) if photo else ()
    office.writes(ALICE, None if photo else "三号楼门口", answering=question, attachments=attachments)

    assert last_day(office) == date(2026, 12, 1)
    assert office.case(1).paused_since is None
    assert "继续办理" in office.told(ALICE)
    assert "12月1日" in office.told(ALICE)
    office.writes(DEPUTY, "/case 1")
    assert "⏸" not in office.told(DEPUTY)


def test_a_weekend_of_waiting_moves_nothing(office: Office) -> None:
    """Only working days count, either way."""
    office.now += timedelta(days=4)
    office.writes(ALICE, "路灯坏了")
    before = last_day(office)
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.now += timedelta(days=2)
    office.writes(ALICE, "三号楼", answering=office.last(ALICE, containing="哪一盏"))

    assert last_day(office) == before


def test_nobody_is_reminded_of_a_case_that_waits(office: Office) -> None:
    """No rung of the ladder while the clock stands still; the constituent is reminded once, after three days."""
    asked(office)
    for _ in range(6 * 24):
        office.ticks(timedelta(hours=1))

    assert not [text for text in office.all_texts() if "到期了" in text or "已到期" in text or "催办" in text]
    reminders = [sent for sent in office.chats[ALICE] if "还在等您补充" in sent.text]
    assert len(reminders) == 1
    assert reminders[0].outgoing.force_reply


def test_after_the_configured_days_the_clock_goes_on_and_the_deputy_is_told(office: Office) -> None:
    """Ten working days are added, however late the bot notices; the ladder holds again."""
    asked(office)
    office.ticks(timedelta(days=20))

    assert office.case(1).paused_since is None
    assert last_day(office) == date(2026, 12, 9)
    assert "已继续计时" in "".join(sent.text for sent in office.chats[DEPUTY])
    assert not [sent for sent in office.chats[ALICE] if "还在等您补充" in sent.text], "late ones are merged"


def test_the_deputy_can_go_on_without(office: Office) -> None:
    """By button; a second time there is nothing to resume."""
    asked(office)
    office.now += timedelta(days=1)
    office.presses(DEPUTY, office.last(DEPUTY, containing="<b>民情 #1</b>"), "继续计时")

    assert office.case(1).paused_since is None
    assert last_day(office) == date(2026, 11, 26)
    office.writes(DEPUTY, "/resume 1")
    assert office.case(1).paused_since is None


def test_another_stage_ends_the_pause(office: Office) -> None:
    """Who accepts, answers or closes does not wait any more."""
    asked(office)
    office.writes(DEPUTY, "/accept 1")

    case = office.case(1)
    assert (case.paused_since, case.paused_days, case.extended_to) == (None, 0, None)
    assert last_day(office) == date(2026, 12, 7)


def test_only_the_deputy_asks(office: Office) -> None:
    """Staff never speak in a deputy's name."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/ask 1 哪一盏？")

    assert office.case(1).paused_since is None


def test_a_question_to_somebody_in_a_group_stands_there_masked(office: Office) -> None:
    """They never opened the private chat; their answer to that message resumes."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/ask 1 是不是 13812345678 留的？")
    question = office.last(GROUP, containing="想再了解")
    assert "13812345678" not in question.text

    office.writes(ALICE, "是的", group=GROUP, answering=question)
    assert office.case(1).paused_since is None


def test_a_second_question_keeps_the_first_pause(office: Office) -> None:
    """Both reach the constituent; the clock has stood still since the first."""
    asked(office)
    since = office.case(1).paused_since
    office.now += timedelta(hours=3)
    office.writes(DEPUTY, "/ask 1 什么时候坏的？")

    assert office.case(1).paused_since == since
    assert "什么时候坏的" in office.told(ALICE)
