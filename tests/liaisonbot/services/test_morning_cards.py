"""The card of a case that is due soon says today's day, each working day, and disturbs nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.services import morning_cards
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.office import Office, Sent

DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ten o'clock on a Monday; one deputy, five working days for the mediation."""
    office = Office(tmp_path, cases={"mediation_days": 5}, intake={"messages_per_minute": 1000})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    return office


def accepted(office: Office, text: str = "路灯坏了", *, who: int = ALICE) -> Sent:
    office.writes(who, text)
    card = office.last(DEPUTY, containing=text)
    office.presses(DEPUTY, card, "受理")
    return card


def counted(card: Sent) -> str:
    """The day on it: 2/5."""
    found = re.search(r"第 (\d+/\d+) 个工作日", card.text)
    return found[1] if found else ""


def newest_card(office: Office) -> Sent:
    """That of a reminder, once there is one."""
    return [sent for sent in office.chats[DEPUTY] if "<b>民情 #1</b> ·" in sent.text][-1]


def edits_when(office: Office, after: timedelta) -> list[Outgoing]:
    """What is edited in the deputy's chat when the clock ticks so much later, and in the minutes after that."""
    before = len(office.carried)
    office.ticks(after)
    for _ in range(morning_cards.OF_A_DEPUTY):
        office.now += morning_cards.APART
        office.ticks()
    office.now -= morning_cards.APART * morning_cards.OF_A_DEPUTY
    return [each for each in office.carried[before:] if each.kind is Send.EDIT and each.chat_id == DEPUTY]


def test_each_working_day_near_the_limit_it_says_which_day_it_is(office: Office) -> None:
    """Five working days from Monday: from Wednesday on, when the limit is three working days ahead, to its last day."""
    assert counted(accepted(office)) == ""
    seen = []
    for day in ("tue", "wed", "thu", "fri", "sat", "sun", "mon", "tue"):
        edits = edits_when(office, DAY)
        seen.append((day, len(edits), counted(newest_card(office))))
        assert ("快到期了" in newest_card(office).text) == (day in ("fri", "sat", "sun", "mon"))
    assert seen == [
        ("tue", 0, ""),
        ("wed", 1, "2/5"),
        ("thu", 1, "3/5"),
        ("fri", 0, "4/5"),  # by the card of the reminder
        ("sat", 0, "4/5"),
        ("sun", 0, "4/5"),
        ("mon", 1, "5/5"),
        ("tue", 0, ""),
    ]


def test_when_the_quiet_hours_are_over_and_once(office: Office) -> None:
    """Not at night; by the first tick of the morning; no more that day, whatever restarts."""
    card = accepted(office)
    assert edits_when(office, DAY) == []
    assert edits_when(office, timedelta(hours=20)) == [], "six in the morning on Wednesday"
    assert len(edits_when(office, timedelta(hours=2))) == 1
    assert counted(card) == "2/5"
    assert edits_when(office, timedelta(hours=2)) == []


def test_after_downtime_the_day_it_is_counts(office: Office) -> None:
    """Out of order from Monday to the afternoon of Thursday: one edit, and none for the days before."""
    card = accepted(office)
    edits = edits_when(office, 3 * DAY + timedelta(hours=5))
    assert len(edits) == 1
    assert counted(card) == "3/5"


def test_what_stands_still_or_does_not_count_is_left_alone(office: Office) -> None:
    """A paused case, one whose limit is far, one that was answered."""
    accepted(office, "路灯坏了")
    office.writes(DEPUTY, "/ask 1 在哪一段？")
    accepted(office, "水管裂了", who=BOB)
    office.writes(DEPUTY, "/extend 2 2026-12-25 要等配件")
    accepted(office, "楼道太黑", who=BOB)
    office.writes(DEPUTY, "/reply 3 A 灯装好了")
    for _ in range(4):
        assert edits_when(office, DAY) == []


def test_many_go_one_after_the_other(office: Office) -> None:
    """The most urgent ones only, with room between them; each is silent, since it is an edit."""
    many = morning_cards.OF_A_DEPUTY + 3
    for number in range(many):
        accepted(office, f"第{number}处路灯坏了")
    office.ticks(2 * DAY - timedelta(hours=3))
    before = len(office.carried)
    office.ticks(timedelta(hours=1) + timedelta(minutes=1))
    at_once = [each for each in office.carried[before:] if each.kind is Send.EDIT]
    assert len(at_once) <= 2, "the mailman here takes what is due within seconds, too"
    assert len(at_once) + len(edits_when(office, timedelta())) == morning_cards.OF_A_DEPUTY


def test_a_change_meanwhile_leads(office: Office) -> None:
    """What was made ready in the morning does not come over what happened since."""
    cards = [accepted(office, text) for text in ("路灯坏了", "水管裂了")]
    office.ticks(2 * DAY)
    office.writes(DEPUTY, "/transfer 2 staff 不归我管")
    office.now += timedelta(minutes=5)
    office.ticks()
    assert counted(cards[0]) == "2/5"
    assert "工作日" not in cards[1].text
