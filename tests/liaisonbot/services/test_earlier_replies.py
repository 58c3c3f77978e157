"""Buttons that speak of an earlier reply say nothing of the newest one: a copy of them stands in a reminder, in /case,
in a group, and Telegram lets anybody press it as long as it stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from liaisonbot.vocabulary import Delivery, Stage
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

LEVELS = {"attitude": "办理态度", "result": "办理结果"}
HOLDER = 777


def rated(office: Office, reply: Sent, level: int, *parts: str) -> None:
    """By what its buttons say as it stands there."""
    for part in parts or LEVELS:
        office.presses_data(ALICE, rating(reply, part, level), reply)


def rating(reply: Sent, part: str, level: int) -> str:
    return next(data for data in data_of(reply) if data.startswith(f"rate:1:{part}:{level}"))


def data_of(reply: Sent) -> Iterator[str]:
    """Of a reply and of a copy of it alike: equal labels hide each other among ``buttons``."""
    return (button.data or "" for row in reply.outgoing.rows for button in row)


def copy_of(sent: Sent) -> Sent:
    """The same as it stood there first."""
    return replace(sent, buttons=dict(sent.buttons))


def twice(office: Office, text: str = "路灯坏了", group: int | None = None) -> tuple[Sent, Sent]:
    """A reply that did not satisfy, and another one."""
    chat = group or ALICE
    office.writes(ALICE, f"/report {text}", group=group)
    office.writes(DEPUTY, "/reply 1 已派人")
    first = copy_of(office.last(chat, containing="已派人"))
    rated(office, first, 1)
    assert office.case(1).stage is Stage.MEDIATION
    office.writes(DEPUTY, "/reply 1 已修好")
    return first, office.last(chat, containing="已修好")


@pytest.mark.parametrize("level", [0, 1, 3])
@pytest.mark.parametrize("group", [None, GROUP])
def test_what_rates_an_earlier_reply_rates_no_newer_one(office: Office, group: int | None, level: int) -> None:
    """Whoever presses is told so, and where the newest can be rated; also where the clock stood still in between."""
    first, newest = twice(office, group=group)
    rated(office, newest, 3, "attitude")
    count = len(office.toasts)
    office.presses_data(ALICE, f"rate:1:attitude:{level}" if level == 0 else rating(first, "attitude", level), first)
    assert len(office.toasts) == count + 1
    assert "之前的一次答复" in office.toasts[-1]
    assert "/case 1" in office.toasts[-1]
    assert (office.case(1).attitude, office.case(1).result) == (3, None)
    rated(office, newest, 3, "result")
    assert office.case(1).stage is Stage.CLOSED


def test_the_buttons_of_the_earlier_reply_go(office: Office) -> None:
    """They have nothing to say any more, and lead to the case; those of the newest stay, and /case has them, too."""
    first, newest = twice(office)
    there = next(sent for sent in office.chats[ALICE] if sent.message_id == first.message_id)
    there.buttons = first.buttons  # as if it had not been renewed
    office.presses_data(ALICE, rating(first, "result", 3), first)
    assert list(there.buttons.values()) == ["do:case:1"]
    assert any("满意" in label for label in newest.buttons)
    office.writes(ALICE, "/case 1")
    shown = office.last(ALICE, containing="已修好")
    rated(office, shown, 3)
    assert office.case(1).stage is Stage.CLOSED


def test_a_button_from_before_replies_were_told_apart_leads_to_those_that_count(office: Office) -> None:
    """Below the newest reply there may stand buttons that an earlier LiaisonBot made: they do not say of which they
    are. Nobody reads that they are of an earlier one for sure, and the way on is one press.
    """
    _, newest = twice(office)
    office.presses_data(ALICE, "rate:1:result:3", newest)
    assert "可能属于之前的一次答复" in office.toasts[-1]
    assert office.case(1).result is None
    there = next(sent for sent in office.chats[ALICE] if sent.message_id == newest.message_id)
    assert list(there.buttons.values()) == ["do:case:1"]
    office.presses_data(ALICE, "do:case:1")
    rated(office, office.last(ALICE, containing="经过"), 3)
    assert office.case(1).stage is Stage.CLOSED


def test_nobody_else_learns_that_there_is_a_newer_reply(office: Office) -> None:
    """Whose case it is not is answered as before."""
    first, _ = twice(office)
    office.presses_data(HOLDER, rating(first, "result", 3))
    assert "之前的一次答复" not in office.toasts[-1]
    assert "没有找到民情 #1" in office.toasts[-1]


def test_a_reminder_and_a_renewed_keyboard_rate_the_newest(office: Office) -> None:
    """Every keyboard that is made anew speaks of the reply that counts then."""
    twice(office)
    office.ticks(timedelta(days=4))
    reminder = office.last(ALICE, containing="还满意吗")
    rated(office, reminder, 2, "attitude")
    assert office.case(1).attitude == 2
    office.presses_data(ALICE, reminder.button("办理态度"), reminder)
    assert office.case(1).attitude is None
    rated(office, reminder, 2)
    assert office.case(1).stage is Stage.CLOSED


def test_a_reason_for_an_earlier_rating_explains_no_newer_one(office: Office) -> None:
    """Why the first reply did not satisfy is no reason why the second did not."""
    _, newest = twice(office)
    old = copy_of(office.last(ALICE, containing="哪里不满意"))
    rated(office, newest, 1)
    asked = office.last(ALICE, containing="哪里不满意")
    assert asked.message_id != old.message_id
    office.presses(ALICE, old, "没解决")
    assert "之前的一次答复" in office.toasts[-1]
    office.presses(ALICE, asked, "没解决")
    assert "没解决" in office.told(DEPUTY)


def test_the_check_of_an_earlier_promise_says_nothing_of_a_newer_one(office: Office) -> None:
    """*Not fixed* was said of the first promise; the second is checked on its own day."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 B 2026-11-25 月底修")
    office.ticks(timedelta(days=3))
    check = copy_of(office.last(ALICE, containing="#1"))
    assert any("未落实" in label for label in check.buttons), check.text
    office.presses(ALICE, check, "未落实")
    assert office.case(1).stage is Stage.MEDIATION
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 换了厂家再修")
    rated(office, office.last(ALICE, containing="换了厂家"), 3)
    assert office.case(1).stage is Stage.FOLLOW_UP
    for word in ("未落实", "部分落实", "已落实"):
        office.presses(ALICE, check, word)
        assert "之前的一次答复" in office.toasts[-1]
    assert (office.case(1).stage, office.case(1).delivery) == (Stage.FOLLOW_UP, None)
    office.ticks(timedelta(days=20))
    newer = next(sent for sent in reversed(office.chats[ALICE]) if any("部分落实" in label for label in sent.buttons))
    office.presses(ALICE, newer, "已落实")
    assert (office.case(1).stage, office.case(1).delivery) == (Stage.CLOSED, Delivery.FIXED)


def test_another_rating_below_an_earlier_correction_changes_no_newer_rating(office: Office) -> None:
    """The correction was of the first reply."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 已派人")
    rated(office, office.last(ALICE, containing="已派人"), 3)
    office.writes(DEPUTY, "/correct 1 明天派人")
    corrected = copy_of(office.last(ALICE, containing="明天派人"))
    old = corrected.button("不满意")
    assert old.startswith("rateanew:")
    office.writes(STAFF, "/reopen 1 还没修")
    office.writes(DEPUTY, "/reply 1 已修好")
    office.presses_data(ALICE, old, corrected)
    assert "之前的一次答复" in office.toasts[-1]
    rated(office, office.last(ALICE, containing="已修好"), 3)
    office.writes(DEPUTY, "/correct 1 都修好了")
    office.presses_data(ALICE, old, corrected)
    assert "之前的一次答复" in office.toasts[-1]
    assert office.case(1).result == 3
    newer = next(sent for sent in reversed(office.chats[ALICE]) if "都修好了" in sent.text)
    office.presses_data(ALICE, newer.button("不满意"), newer)
    assert office.case(1).result == 1
