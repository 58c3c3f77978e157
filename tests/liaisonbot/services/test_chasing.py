"""催一下: once a day for a case and a person."""

from __future__ import annotations

from datetime import timedelta

from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.office import Office


def chases(office: Office, who: int) -> int:
    return sum("群众在催" in sent.text for sent in office.chats[who])


def test_the_cards_button_reaches_the_deputy_once_a_day(office: Office) -> None:
    """The second press of the day is answered in words; the next day counts anew; the export has each."""
    office.writes(ALICE, "路灯坏了")
    office.now += timedelta(days=1)
    office.writes(ALICE, "/case 1")
    card = office.last(ALICE, containing="#1")
    office.presses(ALICE, card, "催一下")
    assert "已经提醒 张三代表" in office.toasts[-1]
    office.presses(ALICE, card, "催一下")
    assert "今天已经催过" in office.toasts[-1]
    assert chases(office, DEPUTY) == 1

    office.now += timedelta(days=1)
    office.writes(ALICE, "/chase 1")
    assert chases(office, DEPUTY) == 2
    with office.unit() as uow:
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert exported["chased"] == ["2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"]


def test_at_night_it_waits_for_the_morning_and_comes_once(office: Office) -> None:
    """Noted at ten at night; the deputy hears of it when the quiet hours end, if the case still waits then."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "井盖坏了")
    office.now += timedelta(hours=12, minutes=30)
    office.writes(ALICE, "/chase 1")
    office.writes(BOB, "/chase 2")
    assert "明早" in office.told(ALICE)
    office.writes(BOB, "/withdraw 2")
    office.ticks(timedelta(hours=8))
    assert chases(office, DEPUTY) == 0
    office.ticks(timedelta(hours=1))
    office.ticks(timedelta(hours=1))
    assert chases(office, DEPUTY) == 1


def test_without_a_deputy_staff_hear_of_it(office: Office) -> None:
    """Somebody always does."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/transfer 1 staff 不归我")
    office.writes(ALICE, "/chase 1")

    assert chases(office, STAFF) == 1
    assert "工作人员" in office.told(ALICE)


def test_an_answered_case_is_to_be_rated_instead(office: Office) -> None:
    """And somebody else's looks like none."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 修好了")
    office.writes(ALICE, "/chase 1")
    assert "已经有答复了" in office.told(ALICE)
    office.writes(BOB, "/chase 1")
    theirs = office.told(BOB)
    office.writes(BOB, "/chase 999")
    assert office.told(BOB).replace("999", "1") == theirs
    assert chases(office, DEPUTY) == 0
