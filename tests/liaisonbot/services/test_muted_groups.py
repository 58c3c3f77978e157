"""A group in which the bot may not write: nobody who spoke to it there is left without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.incoming import MembershipChange, Place, QuotedMessage, Sender
from liaisonbot.outgoing import Outgoing, Receipt, Send
from liaisonbot.services import delivery, frontdesk
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, Office

LIN, HE, SUN, WANG, ZHAO = 31, 32, 33, 21, 22


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A bound group that is muted. Lin and Sun have opened the private chat, He has not."""
    made = Office(tmp_path)
    station = made.station()
    made.roster(Role.DEPUTY, "王建国", WANG, station)
    made.roster(Role.STAFF, "赵敏", ZHAO, station)
    made.bind_group(station)
    for who in (LIN, SUN, WANG, ZHAO):
        made.writes(who, "/start")
    made.blocked |= {GROUP, HE}
    return made


def allows_writing(office: Office) -> list[str]:
    before = len(office.chats[GROUP])
    office.blocked.remove(GROUP)
    change = MembershipChange(
        9000,
        Place(GROUP, "supergroup", "阳光小区"),
        None,
        present=True,
        was_present=True,
        might_send=False,
        reads_everything=True,
    )
    with office.unit() as uow:
        frontdesk.membership(uow, office.desk, change)
    office.ticks()
    return [sent.text for sent in office.chats[GROUP][before:]]


def test_the_receipt_is_read_in_private(office: Office) -> None:
    """With the reason, and as it reads there; once only."""
    office.writes(LIN, "/report 三号楼电梯坏了", group=GROUP)
    receipt = office.last(LIN)
    assert "不能发消息" in receipt.text
    assert "#1" in receipt.text
    assert receipt.buttons
    assert not any("#1" in text for text in allows_writing(office))


def test_who_has_no_private_chat_is_answered_once_the_bot_may_write_again(office: Office) -> None:
    """In reply to what they wrote, and not again later; the deputy hears meanwhile that they know nothing."""
    asked = office.writes(HE, "/report 三号楼电梯坏了", group=GROUP)
    assert "没有送到" in office.last(WANG, containing="没有送到").text
    assert sum("#1" in text for text in allows_writing(office)) == 1
    assert office.last(GROUP, containing="#1").outgoing.reply_to == asked
    office.blocked.remove(HE)
    office.writes(HE, "/start")
    assert not any("#1" in sent.text for sent in office.chats[HE])


def test_who_opens_the_private_chat_meanwhile_is_told_there(office: Office) -> None:
    """And not once more in the group."""
    office.writes(HE, "/report 三号楼电梯坏了", group=GROUP)
    office.blocked.remove(HE)
    office.writes(HE, "/start")
    assert any("#1" in sent.text for sent in office.chats[HE])
    assert not any("#1" in text for text in allows_writing(office))


def test_who_registered_the_words_of_another_is_answered(office: Office) -> None:
    """Their author has no private chat; whoever pointed the bot to them has one."""
    quoted = QuotedMessage(500, Sender(HE, None, "zh"), False, "楼道灯坏了")
    office.writes(SUN, "/report", group=GROUP, answering=quoted)
    assert "不能发消息" in office.told(SUN)
    assert "#1" in office.told(SUN)


def test_other_answers_are_read_in_private_as_well(office: Office) -> None:
    """A refusal is; instead of a question they are asked to say it there. What accuses names nothing in the group."""
    office.writes(LIN, "/inbox", group=GROUP)
    assert "不能发消息" in office.told(LIN)
    office.writes(LIN, None, group=GROUP, mention="")
    assert "直接发到这里" in office.told(LIN)
    office.writes(LIN, "着火了，快来人", group=GROUP, mention="着火了，快来人")
    assert any("119" in sent.text for sent in office.chats[LIN])


def test_who_registered_the_words_of_another_reads_nothing_that_is_for_their_author(office: Office) -> None:
    """Neither whose message it would be to delete, nor a button to a case that is not theirs; but whom to call."""
    quoted = QuotedMessage(500, Sender(HE, None, "zh"), False, "代表王建国收了开发商的钱")
    office.writes(SUN, "/report", group=GROUP, answering=quoted)
    told = office.last(SUN, containing="#1")
    assert "开发商" not in told.text
    assert "您自己那条消息" not in told.text
    assert not told.buttons
    burning = QuotedMessage(501, Sender(HE, None, "zh"), False, "着火了，快来人")
    office.writes(SUN, "/report", group=GROUP, answering=burning)
    assert any("119" in sent.text for sent in office.chats[SUN])


def test_what_is_not_for_a_group_is_explained_in_private_once(office: Office) -> None:
    """The receipt says how far it is; the reason comes by itself, as where the bot may write."""
    office.writes(LIN, "/report 代表王建国收了开发商的钱", group=GROUP)
    assert any("#1" in sent.text and "不能发消息" in sent.text for sent in office.chats[LIN])
    assert sum("12388" in sent.text for sent in office.chats[LIN]) == 1, [sent.text for sent in office.chats[LIN]]


def test_what_changes_before_the_group_refuses_it_is_answered_all_the_same(office: Office) -> None:
    """The card takes the receipt's place in the queue, and its way out."""
    office.held = {f"chat:{GROUP}"}
    office.writes(LIN, "/report 三号楼电梯坏了", group=GROUP)
    office.writes(HE, "/report 五号楼水管坏了", group=GROUP)
    for case in ("1", "2"):
        office.writes(WANG, f"/accept {case}")
    office.held = set()
    office.ticks()
    assert any("#1" in sent.text and "不能发消息" in sent.text for sent in office.chats[LIN])
    assert sum("#2" in text for text in allows_writing(office)) == 1


def test_of_a_case_that_theirs_became_part_of_nothing_is_said_in_their_group(office: Office) -> None:
    """What somebody wrote in private stays there; the group sees what was written in it."""
    office.writes(LIN, "小区路灯不亮，门牌 77 号")
    office.writes(HE, "/report 三号楼路灯坏了", group=GROUP)
    office.writes(ZHAO, "/merge 2 1")
    office.writes(WANG, "/accept 1")
    told = allows_writing(office)
    assert not any("77" in text for text in told), told
    assert any("#2" in text for text in told), told


def test_a_group_that_takes_it_costs_nothing_more(office: Office) -> None:
    """What would be read in private is put into words only where the group refuses it."""
    office.blocked.discard(GROUP)
    office.writes(LIN, "/report 三号楼电梯坏了", group=GROUP)
    card = office.last(GROUP, containing="#1")
    assert not any("#1" in sent.text for sent in office.chats[LIN])
    assert card.outgoing.fallback is not None
    assert card.outgoing.fallback.text is None


def test_that_an_edit_was_not_taken_is_read_in_private(office: Office) -> None:
    """Who made it is known, where only the group does not take the answer."""
    said = office.writes(LIN, "明天谁去", group=GROUP)
    office.writes(LIN, "/report 三号楼电梯坏了", group=GROUP, message_id=said, edit=True)
    assert "不能发消息" in office.told(LIN)
    assert "请重新发一次" in office.told(LIN)


def test_when_everybody_may_write_again_what_is_owed_is_told_once(office: Office) -> None:
    """Nobody tells the bot so: it sees it by a message that arrives."""
    asked = office.writes(HE, "/report 三号楼电梯坏了", group=GROUP)
    office.blocked.remove(GROUP)
    for number in (1, 2):
        with office.unit() as uow:
            uow.outbox.add(Outgoing(Send.TEXT, GROUP, language="zh", text=Text.of("done")), office.now)
            for promise in uow.outbox.turn(office.now, ()):
                delivery.record(uow, office.desk, promise, Receipt((9000 + number,)))
        office.ticks()
    told = [sent for sent in office.chats[GROUP] if "#1" in sent.text]
    assert [sent.outgoing.reply_to for sent in told] == [asked]
