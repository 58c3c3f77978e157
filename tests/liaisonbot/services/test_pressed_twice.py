"""A button pressed twice asks once: fingers slip, and a slow line makes people press again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import Office, Sent


def a_card(office: Office) -> Sent:
    office.writes(ALICE, "路灯坏了")
    return office.last(DEPUTY, containing="有新民情")


def questions(office: Office, who: int, since: int) -> list[Sent]:
    return [sent for sent in office.chats[who][since:] if sent.outgoing.prompt_for is not None]


@pytest.mark.parametrize("command", ["reply", "decline", "transfer", "ask", "note", "mediate"])
def test_what_is_pressed_twice_is_asked_once(office: Office, command: str) -> None:
    """Whoever pressed is told that the question stands below; each press is answered once."""
    card = a_card(office)
    if command == "mediate":
        office.writes(DEPUTY, "/accept 1")
    count, toasts = len(office.chats[DEPUTY]), len(office.toasts)
    for _ in range(3):
        office.presses_data(DEPUTY, f"do:{command}:1", card)
    asked = questions(office, DEPUTY, count)
    assert len(asked) == 1
    assert len(office.toasts) == toasts + 3
    assert "已经问了" in office.toasts[-1]
    office.presses(DEPUTY, asked[0], "取消")
    assert "没有正在进行" not in office.toasts[-1], "the one question's buttons work"


def test_presses_that_come_together_ask_once(office: Office) -> None:
    """Also where the first question has not gone out when the second press comes."""
    card = a_card(office)
    count = len(office.chats[DEPUTY])
    office.cut_off = True
    office.presses_data(DEPUTY, "do:reply:1", card)
    office.presses_data(DEPUTY, "do:reply:1", card)
    office.cut_off = False
    office.ticks()
    assert len(questions(office, DEPUTY, count)) == 1
    office.presses(DEPUTY, questions(office, DEPUTY, count)[0], "取消")
    assert "没有正在进行" not in office.toasts[-1]


def test_what_is_pressed_again_later_is_asked_again(office: Office) -> None:
    """The question may stand far above by then."""
    card = a_card(office)
    count = len(office.chats[DEPUTY])
    office.presses_data(DEPUTY, "do:reply:1", card)
    office.ticks(timedelta(minutes=5))
    office.presses_data(DEPUTY, "do:reply:1", card)
    assert len(questions(office, DEPUTY, count)) == 2


def test_another_case_or_another_purpose_is_asked_about(office: Office) -> None:
    """Only what would be the same question is not asked again; and what was left is asked anew."""
    card = a_card(office)
    office.writes(ALICE, "/report 楼道也脏")
    count = len(office.chats[DEPUTY])
    for pressed in ("do:reply:1", "do:decline:1", "do:reply:1"):
        office.presses_data(DEPUTY, pressed, card)
    assert len(questions(office, DEPUTY, count)) == 3
    office.presses(DEPUTY, office.last(DEPUTY), "取消")
    office.presses_data(DEPUTY, "do:reply:1", card)
    assert len(questions(office, DEPUTY, count)) == 4


def test_what_was_answered_in_part_is_begun_anew(office: Office) -> None:
    """Whoever presses the card's button while they are asked something else means to begin again."""
    card = a_card(office)
    office.presses_data(DEPUTY, "do:reply:1", card)
    office.presses(DEPUTY, office.last(DEPUTY), "A")
    count = len(office.chats[DEPUTY])
    office.presses_data(DEPUTY, "do:reply:1", card)
    assert len(questions(office, DEPUTY, count)) == 1


def test_a_reason_pressed_twice_is_asked_about_once(office: Office) -> None:
    """Whoever says why is asked once whether there is more to say."""
    a_card(office)
    office.writes(DEPUTY, "/reply 1 已修好")
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:1", office.last(ALICE, containing="已修好"))
    why = office.last(ALICE, containing="哪里不满意")
    data = why.button("没解决")
    count = len(office.chats[ALICE])
    office.presses_data(ALICE, data, why)
    office.presses_data(ALICE, data, why)
    assert len(questions(office, ALICE, count)) == 1


@pytest.mark.parametrize("pressed", ["editunit", "rota:0:new"])
def test_so_it_is_with_questions_about_no_case(office: Office, pressed: str) -> None:
    """The rule stands where questions are begun, whatever the button."""
    count = len(office.chats[STAFF])
    for _ in range(2):
        office.presses_data(STAFF, pressed)
    assert len(questions(office, STAFF, count)) == 1
