"""A card that waits for a group while Telegram is out of reach shows the case as it is when it gets there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from liaisonbot.errors import FilesRefused, OurMistake, RecipientGone, TryLater
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Receipt
from liaisonbot.services import delivery
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office

WORDS = "三号楼的路灯坏了"


@pytest.fixture
def cut_off(office: Office) -> Office:
    """What is owed to the group waits from now on."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, ALICE):
        office.writes(who, "/start")
    office.held = {f"chat:{GROUP}"}
    return office


def shown(office: Office) -> list[str]:
    """All that ever stood in the group, in its order."""
    before = len(office.carried)
    office.held = set()
    office.ticks()
    told = [each for each in office.carried[before:] if each.chat_id == GROUP]
    return [office._render(each) for each in told if each.case is not None]


def _is_put_right(office: Office, message: int) -> None:
    office.writes(ALICE, "/report 五号楼的水管坏了", group=GROUP, message_id=message, edit=True)


def _accuses(office: Office, message: int) -> None:
    office.writes(ALICE, "/report 代表李四收了开发商的钱", group=GROUP, message_id=message, edit=True)


def _is_found_by_staff(office: Office, message: int) -> None:
    office.writes(STAFF, "/missed 1 accusation")


@pytest.mark.parametrize("becomes", [_is_put_right, _accuses, _is_found_by_staff])
def test_what_it_said_before_never_stands_there(cut_off: Office, becomes: Callable[[Office, int], None]) -> None:
    message = cut_off.writes(ALICE, f"/report {WORDS}", group=GROUP)
    becomes(cut_off, message)
    told = shown(cut_off)

    assert told
    assert not any(WORDS in text for text in told), told
    assert any("#1" in text for text in told)


def test_where_nothing_changes_it_is_the_receipt(cut_off: Office) -> None:
    cut_off.writes(BOB, f"/report {WORDS}", group=GROUP)
    told = shown(cut_off)

    assert len(told) == 1
    assert WORDS in told[0]
    assert "您的信息如何保管" in told[0]


def test_what_was_said_below_it_is_said_all_the_same(cut_off: Office) -> None:
    """The notice of privacy comes once; the card has its button, and is edited from then on."""
    cut_off.writes(BOB, f"/report {WORDS}", group=GROUP)
    cut_off.writes(STAFF, "/assign 1 李四")
    told = shown(cut_off)

    assert "您的信息如何保管" in told[0]
    assert "李四" in told[0]
    assert len([sent for sent in cut_off.chats[GROUP] if WORDS in sent.text]) == 1


def test_of_a_forgotten_case_nothing_is_said(cut_off: Office) -> None:
    cut_off.writes(ALICE, f"/report {WORDS}", group=GROUP)
    cut_off.writes(ALICE, "/forget")
    cut_off.presses(ALICE, cut_off.last(ALICE), "确认")
    assert cut_off.case(1).text is None

    told = shown(cut_off)
    assert not any("#1" in text for text in told), told


@pytest.mark.parametrize("who", [ALICE, BOB])
@pytest.mark.parametrize("line", ["", "/mediate 1 要查的是开发商", "/reply 1 已经查了开发商"])
def test_words_that_wait_do_not_stand_there_once_it_belongs_into_private(office: Office, who: int, line: str) -> None:
    """Be it on its way to the group, as to who has never opened the private chat; or as its way out, where they have
    blocked the bot meanwhile.
    """
    for each in (DEPUTY, OTHER_DEPUTY, STAFF, ALICE):
        office.writes(each, "/start")
    office.writes(who, f"/report {WORDS}", group=GROUP)
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.held = {f"chat:{GROUP}", f"chat:{ALICE}"}
    card = office.last(OTHER_DEPUTY, containing="#1")
    office.writes(OTHER_DEPUTY, line or "我们问一下开发商", answering=None if line else card)
    office.writes(STAFF, "/missed 1 accusation")
    office.blocked.add(ALICE)
    told = shown(office)

    assert not any("开发商" in text for text in told), told
    assert any("#1" in text for text in told)


def test_words_on_their_way_do_not_take_the_way_out_once_it_belongs_into_private(office: Office) -> None:
    """They were taken to be sent already when staff found it: that their author blocked the bot is heard after that."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, ALICE):
        office.writes(who, "/start")
    office.writes(ALICE, f"/report {WORDS}", group=GROUP)
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.held = {f"chat:{GROUP}", f"chat:{ALICE}"}
    office.writes(OTHER_DEPUTY, "/reply 1 已经查了开发商")
    with office.unit() as uow:
        taken = uow.outbox.of_lanes(office.now, [f"chat:{ALICE}"])
    office.writes(STAFF, "/missed 1 accusation")
    with office.unit() as uow:
        for promise in taken:
            delivery.record(uow, office.desk, promise, Receipt(failure=RecipientGone("bot was blocked by the user")))
    told = shown(office)

    assert not any("开发商" in text for text in told), told
    assert any("#1" in text for text in told)


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(failure=FilesRefused("not enough rights to send photos")),
        Receipt(failure=OurMistake("message to copy not found")),
        Receipt((77,), failure=TryLater("flood", after=1)),
    ],
)
def test_words_on_their_way_to_the_group_are_not_tried_again_once_it_belongs_into_private(
    office: Office, receipt: Receipt
) -> None:
    """A group that takes no pictures is told the words of them, and what came to a halt goes on where it was: not so
    what staff have found in between.
    """
    for who in (DEPUTY, OTHER_DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, f"/report {WORDS}", group=GROUP)
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.held = {f"chat:{GROUP}"}
    photo = Attachment("photo", "file-1") if not receipt.message_ids else None
    card = office.last(OTHER_DEPUTY, containing="#1")
    answer = "已经查了开发商" * (1 if photo else 1000)
    office.writes(OTHER_DEPUTY, answer, answering=card, attachments=(photo,) if photo else ())
    with office.unit() as uow:
        (taken,) = uow.outbox.of_lanes(office.now, [f"chat:{GROUP}"])
    office.writes(STAFF, "/missed 1 accusation")
    with office.unit() as uow:
        delivery.record(uow, office.desk, taken, receipt)
    office.now += timedelta(seconds=2)
    told = shown(office)

    assert not any("开发商" in text for text in told), told
    assert any("民情 #1 有新消息" in text for text in told)


@pytest.mark.parametrize("group", [GROUP, None])
def test_an_offer_that_waits_quotes_nothing_that_is_private_by_then(office: Office, group: int | None) -> None:
    """Somebody is offered what is like their own case; meanwhile staff find that it is not for others to read."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, ALICE):
        office.writes(who, "/start")
    report = "/report " if group else ""
    office.writes(BOB, f"{report}三号楼路灯坏了三天，开发商没人修", group=group)
    office.held = {f"chat:{GROUP}", "chat:103"}
    office.writes(103, f"{report}三号楼路灯坏了三天，开发商没人管", group=group)
    office.writes(STAFF, "/missed 1 accusation")
    office.held = set()
    office.ticks()

    told = [sent.text for chat in (GROUP, 103) for sent in office.chats[chat]]
    assert any("#2" in text for text in told)
    assert not any("没人修" in text for text in told), told
