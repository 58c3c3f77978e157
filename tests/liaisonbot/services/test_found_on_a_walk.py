"""What a first-time user stumbled over in the office's sentences, and must not come back."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.commands import COMMANDS
from liaisonbot.texts import Text, catalogue
from liaisonbot.workflow import Event
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office


def test_the_ladder_names_no_deputy_where_there_is_none(office: Office) -> None:
    """A held case has no deputy; “deputy deputy not assigned yet” is no sentence."""
    office.writes(ALICE, "/report 城管队长王大明收了摊贩的红包，我有证据", group=GROUP)
    office.ticks(timedelta(days=14))
    escalated = office.last(STAFF, containing="重点督办")
    assert "代表待分派代表" not in escalated.text
    assert "代表待分派" in escalated.text


def test_who_holds_a_receipt_code_learns_where_it_goes(office: Office) -> None:
    """/case without a case of one's own is what somebody with a code begins with."""
    office.writes(BOB, "/case")
    assert "凭证码" in office.told(BOB)
    assert "/case ABCD-EFGH" in office.told(BOB)


def test_what_is_held_before_its_station_is_known_says_who_reads_it(office: Office) -> None:
    """Not “the staff of station not chosen yet”."""
    office.station("B", "滨江联络站")
    office.writes(BOB, "法院判了邻居不赔钱，怎么办")
    receipt = office.last(BOB, containing="已收到")
    assert "先由工作人员看" in receipt.text
    assert "联络站待定" not in receipt.text


def test_a_draw_from_nothing_says_that_nothing_was_closed(office: Office) -> None:
    """Nobody was left alone where nobody was."""
    office.writes(OWNER, "/lookback 3")
    assert "没有办结的民情" in office.told(OWNER)
    assert "不再打扰" not in office.told(OWNER)


def test_a_category_that_is_none_is_answered_with_those_there_are(office: Office) -> None:
    """In one line there are no buttons to press."""
    office.writes(STAFF, "/setunit 路灯所 | 张工 | 市政")
    assert "市政设施" in office.told(STAFF)


def test_a_deputy_is_not_sent_to_a_command_of_the_staff(office: Office) -> None:
    """A unit's name misspelt: choose it instead."""
    office.writes(STAFF, "/setunit 路灯所 | 张工 | 市政设施")
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/hand 1 没有的单位 2026-12-05 请修")
    assert "发 /hand 加民情编号" in office.told(DEPUTY)


def test_a_merge_claims_only_those_were_told_who_were(office: Office) -> None:
    """The authors of the whole hear nothing of it, and the staff are not told they did."""
    office.writes(ALICE, "3号楼门口的路灯坏了")
    office.writes(BOB, "三号楼门口路灯不亮")
    heard = len(office.chats[ALICE])
    office.writes(STAFF, "/merge 2 1")
    assert len(office.chats[ALICE]) == heard
    assert "并过来的已告知" in office.told(STAFF)


def test_english_lists_read_as_one_hand_wrote_them() -> None:
    """In /help each line goes on after a dash; in the history each line begins."""
    texts = catalogue("en", "Asia/Shanghai")
    for command in COMMANDS:
        assert texts.plain(command.about)[0].islower(), command.name
    for event in Event:
        said = texts.plain(Text.of(f"event-{event}"))
        assert not said[0].islower(), said
