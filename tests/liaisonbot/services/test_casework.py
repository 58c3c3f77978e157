"""One case from its first words to its end, by command and by button."""

from __future__ import annotations

from liaisonbot.vocabulary import Outcome, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office


def test_a_private_message_is_answered_with_number_station_deputy_and_limit(office: Office) -> None:
    """The receipt names everything a constituent wants to know."""
    office.writes(ALICE, "路灯坏了")
    receipt = office.told(ALICE)
    assert "#1" in receipt
    assert "阳光联络站" in receipt
    assert "张三" in receipt  # street lamps are his specialty
    assert "11月25日周三" in receipt
    assert "隐私" in office.chats[ALICE][0].text


def test_a_whole_way_by_buttons(office: Office) -> None:
    """Accept, reply by dialogue, rate: the case closes as resolved, and both sides see each step."""
    office.writes(ALICE, "路灯坏了")
    office.presses(DEPUTY, office.last(DEPUTY, containing="#1"), "受理")
    assert "已受理" in office.told(ALICE)
    office.presses(DEPUTY, office.last(DEPUTY, containing="路灯坏了"), "答复")
    office.presses(DEPUTY, office.last(DEPUTY), "A ")
    office.writes(DEPUTY, "已请供电所修好")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    answer = office.last(ALICE, containing="已请供电所修好")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    case = office.case(1)
    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.RESOLVED)
    assert "办结" in office.told(ALICE)
    assert any("办结" in sent.text for sent in office.chats[DEPUTY])


def test_dissatisfied_sends_it_back_and_staff_are_told(office: Office) -> None:
    """A bad rating in either part reopens the work."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 已修好")
    answer = office.last(ALICE, containing="已修好")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "不满意")
    assert office.case(1).stage is Stage.MEDIATION
    assert "#1" in office.told(STAFF)
    office.writes(DEPUTY, "/reply #1 C 明年改造")
    answer = office.last(ALICE, containing="明年改造")
    office.presses(ALICE, answer, "基本满意")
    office.presses(ALICE, answer, "基本满意")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_a_promise_is_checked_on_its_day(office: Office) -> None:
    """Class B: rating moves to follow-up; on the promised day the constituent is asked; fixed closes."""
    from datetime import timedelta

    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 B 2026-11-30 正在修")
    answer = office.last(ALICE, containing="正在修")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    assert office.case(1).stage is Stage.FOLLOW_UP
    office.ticks(timedelta(days=6))
    assert "真的落实了吗" not in office.told(ALICE)
    office.ticks(timedelta(days=1))
    question = office.last(ALICE, containing="真的落实了吗")
    office.presses(ALICE, question, "部分落实")
    assert office.case(1).stage is Stage.MEDIATION
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 再修")
    answer = office.last(ALICE, containing="再修")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    office.ticks(timedelta(days=20))
    office.presses(ALICE, office.last(ALICE, containing="真的落实了吗"), "已落实")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_somebody_elses_case_looks_like_none(office: Office) -> None:
    """What is not yours and what does not exist are answered alike."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "/case 1")
    theirs = office.told(BOB)
    office.writes(BOB, "/case 999")
    assert office.told(BOB).replace("999", "1") == theirs
    office.writes(OTHER_DEPUTY, "/accept 1")
    assert office.told(OTHER_DEPUTY).splitlines()[0] == theirs.splitlines()[0]


def test_conversation_goes_both_ways_without_names(office: Office) -> None:
    """Answering a card or a relayed message is talking."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "哪一盏？", answering=office.last(DEPUTY, containing="#1"))
    asked = office.last(ALICE, containing="哪一盏？")
    assert "张三" in asked.text
    office.writes(ALICE, "三号楼门口", answering=asked)
    relayed = office.last(DEPUTY, containing="三号楼门口")
    assert "匿名" not in relayed.text
    assert str(ALICE) not in relayed.text
    office.writes(DEPUTY, "好的", answering=relayed)
    assert "好的" in office.told(ALICE)


def test_a_group_report_is_a_redacted_card_that_is_edited(office: Office) -> None:
    """No name, masked numbers, one card that changes with the stage; a stranger to the private chat is answered in
    the group.
    """
    office.writes(ALICE, "/report 路灯坏了，打 13812345678", group=GROUP)
    card = office.last(GROUP)
    assert "13812345678" not in card.text
    assert "138" in card.text
    assert "<b>收集</b>" in card.text
    office.writes(DEPUTY, "/accept 1")
    assert "<b>调处</b>" in card.text
    assert "已受理" in office.told(GROUP)
    assert not office.chats[ALICE]
    office.writes(DEPUTY, "/reply 1 修好了，问题请打 021-12345678")
    answer = office.last(GROUP, containing="修好了")
    assert "12345678" not in answer.text
    office.presses(BOB, answer, "😊 满意")
    assert office.case(1).attitude is None
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_lists_help_and_everyday_commands_say_something(office: Office) -> None:
    """Nothing is met with silence."""
    office.writes(ALICE, "路灯坏了")
    for who in (ALICE, DEPUTY, STAFF):
        for command in (
            "/start",
            "/help",
            "/mycases",
            "/case 1",
            "/privacy",
            "/language en",
            "/language zh",
            "/inbox",
            "/unassigned",
            "/roster",
            "/nonsense",
            "/report",
            "/cancel",
            "/cancel",
            "/withdraw",
            "/accept abc",
            "/name",
            "/invite",
            "/invite deputy 赵六 A",
        ):
            before = len(office.chats[who])
            office.writes(who, command)
            assert len(office.chats[who]) > before, command


def test_chasing_does_not_shorten_the_time_to_answer_a_check(office: Office) -> None:
    """Only what a limit depends on moves it: else the case would close unconfirmed at the next tick."""
    from datetime import timedelta

    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 B 2026-11-30 正在修")
    answer = office.last(ALICE, containing="正在修")
    office.presses(ALICE, answer, "😊 满意")
    office.presses(ALICE, answer, "😊 满意")
    office.ticks(timedelta(days=7))
    answer_by = office.case(1).due_at
    office.ticks(timedelta(days=1))
    office.writes(STAFF, "/urge 1")
    office.ticks(timedelta(hours=1))
    assert (office.case(1).stage, office.case(1).due_at) == (Stage.FOLLOW_UP, answer_by)
