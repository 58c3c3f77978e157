"""Buttons that were used, or have become impossible, do not stay; and nothing is edited where nothing changed."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.outgoing import Send
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import GROUP, Office


def has(labels: list[str], word: str) -> bool:
    return any(word in label for label in labels)


def edits(office: Office, chat: int) -> int:
    """How often a message of that chat was edited."""
    return sum(outgoing.kind is Send.EDIT and outgoing.chat_id == chat for outgoing in office.carried)


def test_reported_as_done_the_button_goes(office: Office) -> None:
    """📣 报告已办好 does not invite to press it again."""
    office.writes(ALICE, "路灯坏了")
    card = office.last(DEPUTY, containing="有新民情")
    office.writes(DEPUTY, f"/reply 1 B {office.desk.today + timedelta(days=20)} 月底修好")
    assert has(list(card.buttons), "报告已办好")

    office.presses(DEPUTY, card, "报告已办好")
    assert not has(list(card.buttons), "报告已办好")
    assert has(list(card.buttons), "督办")


def test_the_receipt_shows_what_is_possible_now(office: Office) -> None:
    """Once a deputy has accepted nobody chooses another; once it is over there is nothing to withdraw."""
    office.writes(ALICE, "路灯坏了")
    receipt = office.last(ALICE, containing="已收到")
    words = receipt.text
    assert has(list(receipt.buttons), "换一位代表")

    office.writes(DEPUTY, "/accept 1")
    assert not has(list(receipt.buttons), "换一位代表")
    assert has(list(receipt.buttons), "撤回")

    office.writes(DEPUTY, "/reply 1 已修好")
    office.writes(DEPUTY, "/close 1 核实过了")
    assert not has(list(receipt.buttons), "撤回")
    assert has(list(receipt.buttons), "查看经过")
    assert receipt.text == words


def test_a_button_of_before_is_refused_and_renewed(office: Office) -> None:
    """An older card of the case: pressed, it says why not, and shows what is possible now."""
    office.writes(ALICE, "路灯坏了")
    old = office.last(DEPUTY, containing="有新民情")
    office.writes(STAFF, "/urge 1")
    office.writes(DEPUTY, "/accept 1")
    assert has(list(old.buttons), "受理"), "only the newest card follows by itself"

    office.presses(DEPUTY, old, "✋ 受理")
    assert "调处" in office.toasts[-1]
    assert not has(list(old.buttons), "✋ 受理")
    assert has(list(old.buttons), "🤝 调处")


def test_the_card_in_the_group_is_left_alone_where_it_reads_the_same(office: Office) -> None:
    """A name for the deputy, a unit that has it: nothing of that is to be seen in the group, so nothing is edited."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/accept 1")
    before = edits(office, GROUP)
    office.writes(ALICE, "/name 1 王大爷")
    office.writes(DEPUTY, "/note 1 打过电话了")
    assert edits(office, GROUP) == before
