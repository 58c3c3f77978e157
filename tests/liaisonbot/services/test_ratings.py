"""Ratings: what each pair leads to, one reminder, a window, and what becomes of the silent."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from liaisonbot.vocabulary import Outcome, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.office import GROUP, Office

CLASSES = {"A": "A", "B": "B 2026-12-10", "C": "C", "D": "D"}


def replied(office: Office, reply_class: str = "A") -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, f"/reply 1 {CLASSES[reply_class]} 供电所的答复")


@pytest.mark.parametrize(("attitude", "result"), list(product((1, 2, 3), repeat=2)))
@pytest.mark.parametrize("reply_class", CLASSES)
def test_each_pair_leads_where_the_contract_says(office: Office, reply_class: str, attitude: int, result: int) -> None:
    """Dissatisfied in either part: mediation. Else class B waits for its date, and the others are resolved."""
    replied(office, reply_class)
    office.presses_data(ALICE, f"rate:1:result:{result}")
    assert office.case(1).stage is Stage.REPLY
    office.presses_data(ALICE, f"rate:1:attitude:{attitude}")
    case = office.case(1)
    assert (case.attitude, case.result) == (attitude, result)
    if min(attitude, result) == 1:
        assert (case.stage, case.outcome) == (Stage.MEDIATION, None)
    elif reply_class == "B":
        assert (case.stage, case.outcome) == (Stage.FOLLOW_UP, None)
    else:
        assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.RESOLVED)


def reminders(office: Office, who: int) -> int:
    return sum("还满意吗" in sent.text for sent in office.chats[who])


def test_one_reminder_after_three_days_however_often_the_clock_ticks(office: Office) -> None:
    """And none to whoever has rated."""
    replied(office)
    office.ticks(timedelta(days=2))
    assert reminders(office, ALICE) == 0
    for _ in range(6):
        office.ticks(timedelta(hours=12))
    assert reminders(office, ALICE) == 1
    assert any("满意" in label for label in office.last(ALICE, containing="还满意吗").buttons)


def test_no_reminder_for_whoever_has_rated(office: Office) -> None:
    """They have said what they had to say."""
    replied(office)
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:3")
    for _ in range(10):
        office.ticks(timedelta(days=1))
    assert reminders(office, ALICE) == 0


@pytest.mark.parametrize("reply_class", ["A", "C", "D"])
def test_the_silent_are_unconfirmed_when_the_window_closes(office: Office, reply_class: str) -> None:
    """Not a working day earlier, and with no rating of theirs."""
    replied(office, reply_class)
    before = office.case(1).due_at - timedelta(minutes=1) - office.now
    office.ticks(before)
    assert office.case(1).stage is Stage.REPLY
    office.ticks(timedelta(minutes=2))
    case = office.case(1)
    assert (case.stage, case.outcome, case.attitude, case.result) == (Stage.CLOSED, Outcome.UNCONFIRMED, None, None)
    office.presses_data(ALICE, "rate:1:result:3")
    assert "评价已经结束" in office.toasts[-1]
    assert office.case(1).rated_at is None


def test_half_a_rating_is_no_confirmation(office: Office) -> None:
    """Both parts are the rating."""
    replied(office)
    office.presses_data(ALICE, "rate:1:attitude:3")
    office.ticks(office.case(1).due_at + timedelta(minutes=1) - office.now)
    assert (office.case(1).outcome, office.case(1).rated_at) == (Outcome.UNCONFIRMED, None)


def test_a_correction_moves_no_window(office: Office) -> None:
    """It is the same reply."""
    replied(office)
    due = office.case(1).due_at
    office.ticks(timedelta(days=2))
    office.writes(DEPUTY, "/correct 1 供电所的另一种答复")
    assert office.case(1).due_at == due


def test_a_rating_after_the_end_is_answered_and_its_buttons_go(office: Office) -> None:
    """In a group they stay for the other authors, so that somebody presses them when the case is closed already."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(BOB, "/report 那盏路灯坏了", group=GROUP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/reply 1 供电所的答复")
    replies = [sent for sent in office.chats[GROUP] if "供电所的答复" in sent.text]
    for who, reply in zip((ALICE, BOB), replies, strict=True):
        for part in ("attitude", "result"):
            office.presses_data(who, f"rate:1:{part}:3", reply)
    assert office.case(1).stage is Stage.CLOSED
    assert any("满意" in label for label in replies[0].buttons)
    office.presses_data(103, "rate:1:attitude:1", replies[0])
    assert "只有反映这件事的人能按" in office.toasts[-1]
    assert any("满意" in label for label in replies[0].buttons), "nobody else takes them away"
    office.presses_data(ALICE, "rate:1:attitude:1", replies[0])
    assert "评价已经结束" in office.toasts[-1]
    assert [label for label in replies[0].buttons if "私聊" not in label] == []
    assert "打开私聊" in "".join(replies[0].buttons)


def test_several_authors_each_get_their_own(office: Office) -> None:
    """The reply with its buttons, and the reminder."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "/start")
    with office.unit() as uow:
        person = uow.people.find(BOB)
        assert person is not None
        uow.cases.add_author(1, person.id, None, office.now)
    office.writes(DEPUTY, "/reply 1 供电所的答复")
    for who in (ALICE, BOB):
        assert any("满意" in label for label in office.last(who, containing="供电所的答复").buttons)
    office.presses_data(ALICE, "rate:1:attitude:3")
    assert office.case(1).stage is Stage.REPLY
    office.ticks(timedelta(days=4))
    assert (reminders(office, ALICE), reminders(office, BOB)) == (1, 1)
