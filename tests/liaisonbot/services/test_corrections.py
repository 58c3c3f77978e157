"""A reply that was sent is put right: edited where it was read, marked, the old words kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaisonbot.errors import MessageGone
from liaisonbot.outgoing import Promise, Receipt, Send
from liaisonbot.services import delivery
from liaisonbot.vocabulary import MessageKind, Outcome, Rating, Stage
from storage.export import read_cases
from storage.schema import message_versions
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office


def replied(office: Office, words: str = "A 周五修好", *, group: bool = False) -> int:
    """A case with a reply; the id of the deputy's own message that holds it."""
    office.writes(ALICE, "/report 路灯坏了" if group else "路灯坏了", group=GROUP if group else None)
    return office.writes(DEPUTY, f"/reply 1 {words}")


def rated(office: Office, attitude: str = "😊 满意", result: str = "😊 满意") -> None:
    read = office.last(ALICE, containing="的答复" if "已更正" in office.told(ALICE) else "有答复了")
    office.presses(ALICE, read, attitude)
    office.presses(ALICE, read, result)


def test_a_correction_edits_the_message_the_constituent_read(office: Office) -> None:
    """In place, marked, with the buttons; a short word says that there is something new to read."""
    replied(office)
    read = office.last(ALICE, containing="周五修好")
    office.writes(DEPUTY, "/correct 1 周六修好")
    assert "周六修好" in read.text
    assert "周五" not in read.text
    assert "已更正" in read.text
    assert any("满意" in label for label in read.buttons)
    assert "有更正" in office.told(ALICE)
    assert office.case(1).stage is Stage.REPLY


def test_the_old_words_are_kept_and_the_export_has_the_new(office: Office) -> None:
    """What was said is never unsaid; what counts is what was put right."""
    replied(office)
    office.writes(DEPUTY, "/correct 1 周六修好")
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "周六修好"
        assert "corrected" in [entry.event for entry in uow.journal.of_case(1)]
        (exported,) = read_cases(uow.connection, since=None, until=None)
        assert uow.connection.execute(sa.select(message_versions.c.text)).scalars().all() == ["周五修好"]
    assert [one["text"] for one in exported["messages"] if one["kind"] == MessageKind.REPLY] == ["周六修好"]
    assert [step["to"] for step in exported["history"]] == ["collection", "reply"]


def test_by_the_button_on_the_confirmation(office: Office) -> None:
    """Asked for the words, shown what will be read, then done."""
    replied(office)
    office.presses(DEPUTY, office.last(DEPUTY, containing="答复已发出"), "更正")
    office.writes(DEPUTY, "周六修好")
    preview = office.last(DEPUTY)
    assert "已更正" in preview.text
    read = office.last(ALICE, containing="周五修好")
    office.presses(DEPUTY, preview, "确认")
    assert read.text in preview.text


def test_by_editing_ones_own_message(office: Office) -> None:
    """Of a one-line command only the words count; the same words again change nothing."""
    mine = replied(office, "B 2026-12-10 周五修好")
    read = office.last(ALICE, containing="周五修好")
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 周五修好", message_id=mine, edit=True)
    assert "已更正" not in read.text
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 周六修好", message_id=mine, edit=True)
    assert read.text.endswith("周六修好")
    assert "已更正：#1" in office.told(DEPUTY)


def test_an_edited_line_gives_the_class_too(office: Office) -> None:
    """Whoever edits A into B has promised a day; nothing of the line is left out in silence."""
    mine = replied(office, "A 周五修好")
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 周五修好", message_id=mine, edit=True)
    assert office.case(1).reply_class == "B"
    assert str(office.case(1).promise_date) == "2026-12-10"
    office.writes(DEPUTY, "/reply 1 B 2020-12-10 周五修好", message_id=mine, edit=True)
    assert "看不出" in office.last(DEPUTY).text
    assert str(office.case(1).promise_date) == "2026-12-10"


def test_editing_words_typed_in_the_dialogue_keeps_the_plan(office: Office) -> None:
    """What happens until the day was said in another message."""
    office.writes(ALICE, "路灯坏了")
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    office.writes(DEPUTY, "2026-12-10")
    mine = office.writes(DEPUTY, "周五修好")
    office.writes(DEPUTY, "先装临时灯")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    read = office.last(ALICE, containing="周五修好")
    office.writes(DEPUTY, "周六修好", message_id=mine, edit=True)
    assert read.text.endswith("周六修好\n\n⏳ 完成之前：先装临时灯")


def test_an_edit_that_says_nothing_is_answered(office: Office) -> None:
    """And one of a reply that another has followed."""
    mine = replied(office)
    office.writes(DEPUTY, "/reply 1", message_id=mine, edit=True)
    assert "看不出" in office.told(DEPUTY)
    rated(office, result="不满意")
    office.writes(DEPUTY, "/reply 1 重新修好")
    office.writes(DEPUTY, "/reply 1 周日修好", message_id=mine, edit=True)
    assert "后来有了新的答复" in office.told(DEPUTY)


def test_in_a_group_the_copy_there_is_edited_and_masked(office: Office) -> None:
    """Whoever never opened the private chat read it in the group."""
    replied(office, "A 周五修好", group=True)
    read = office.last(GROUP, containing="周五修好")
    office.writes(DEPUTY, "/correct 1 周六修好，急事打 13812345678")
    assert "周六修好" in read.text
    assert "13812345678" not in read.text


def test_each_author_has_theirs_edited(office: Office) -> None:
    """Several authors each got their own message."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "/start")
    with office.unit() as uow:
        person = uow.people.find(BOB)
        assert person is not None
        uow.cases.add_author(1, person.id, None, office.now)
    office.writes(DEPUTY, "/reply 1 周五修好")
    both = [office.last(who, containing="周五修好") for who in (ALICE, BOB)]
    office.writes(DEPUTY, "/correct 1 周六修好")
    for read in both:
        assert "已更正" in read.text
        assert read.text.endswith("周六修好")


def test_what_cannot_be_edited_any_more_is_sent_anew(office: Office) -> None:
    """The constituent may have deleted it."""
    replied(office)
    office._deliver = lambda: None  # type: ignore[method-assign]
    office.writes(DEPUTY, "/correct 1 周六修好")
    with office.unit() as uow:
        edit = next(one for one in uow.outbox.of_lanes(office.now, [f"chat:{ALICE}"]) if one.outgoing.kind is Send.EDIT)
        assert isinstance(edit, Promise)
        delivery.record(uow, office.desk, edit, Receipt((), MessageGone("message to edit not found")))
        waiting = [one.outgoing for one in uow.outbox.of_lanes(office.now, [f"chat:{ALICE}"])]
    assert (waiting[0].kind, waiting[0].body) == (Send.TEXT, "周六修好")
    assert waiting[0].purpose == "reply"


def test_a_reply_that_waits_still_goes_out_corrected_only(office: Office) -> None:
    """Nobody reads what was put right before it left."""
    office.writes(ALICE, "路灯坏了")
    deliver, office._deliver = office._deliver, lambda: None  # type: ignore[method-assign]
    office.writes(DEPUTY, "/reply 1 周五修好")
    office.writes(DEPUTY, "/correct 1 周六修好")
    deliver()
    assert not any("周五修好" in sent.text for sent in office.chats[ALICE])
    assert "已更正" in office.last(ALICE, containing="周六修好").text


def test_half_a_rating_is_not_lost(office: Office) -> None:
    """And can be given anew until both are."""
    replied(office)
    read = office.last(ALICE, containing="周五修好")
    office.presses_data(ALICE, "rate:1:attitude:1", read)
    office.writes(DEPUTY, "/correct 1 周六修好")
    assert office.case(1).attitude is Rating.DISSATISFIED
    office.presses(ALICE, read, "点此重选")
    office.presses(ALICE, read, "😊 满意")
    office.presses(ALICE, read, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_a_closed_case_keeps_its_rating_and_may_be_rated_anew(office: Office) -> None:
    """It stays closed, as it was and since it was; the deputy hears of the other rating."""
    replied(office)
    read = office.last(ALICE, containing="周五修好")
    rated(office)
    closed = office.case(1)
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/correct 1 周六修好")
    corrected = office.case(1)
    assert corrected == closed
    assert any("现在是满意" in label for label in read.buttons)
    office.presses_data(ALICE, "rateanew:1:result:2", read)
    after = office.case(1)
    assert (after.stage, after.outcome, after.closed_at) == (Stage.CLOSED, Outcome.RESOLVED, closed.closed_at)
    assert (after.attitude, after.result) == (Rating.SATISFIED, Rating.FAIR)
    assert "评价改为" in office.told(DEPUTY)


def test_dissatisfied_anew_sends_a_case_in_follow_up_back(office: Office) -> None:
    """As it would have at first."""
    replied(office, "B 2026-12-10 正在修")
    rated(office)
    assert office.case(1).stage is Stage.FOLLOW_UP
    office.writes(DEPUTY, "/correct 1 不修了")
    office.presses_data(ALICE, "rateanew:1:result:1", office.last(ALICE, containing="不修了"))
    assert office.case(1).stage is Stage.MEDIATION
    assert "#1" in office.told(STAFF)


def test_no_rating_anew_without_a_correction(office: Office) -> None:
    """The button is checked like anything typed; and one's own rating only."""
    replied(office)
    rated(office)
    office.presses_data(ALICE, "rateanew:1:result:1")
    assert "评价已经结束" in office.toasts[-1]
    office.writes(DEPUTY, "/correct 1 周六修好")
    office.presses_data(BOB, "rateanew:1:result:1")
    assert office.case(1).result is Rating.SATISFIED
    office.now += timedelta(days=60)
    office.presses_data(ALICE, "rateanew:1:result:1")
    assert office.case(1).result is Rating.SATISFIED


@pytest.mark.parametrize("who", [OTHER_DEPUTY, STAFF, ALICE])
def test_only_the_deputy_of_the_case_corrects(office: Office, who: int) -> None:
    """Staff never reply in a deputy's name."""
    replied(office)
    read = office.last(ALICE, containing="周五修好")
    office.writes(who, "/correct 1 周六修好")
    assert "周五修好" in read.text


def test_there_is_a_time_for_it(office: Office) -> None:
    """Before a reply, after the time for reopening, and with the same words there is nothing to correct."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/correct 1 周六修好")
    assert "没有可以更正" in office.told(DEPUTY)
    office.writes(DEPUTY, "/reply 1 周五修好")
    office.writes(DEPUTY, "/correct 1 周五修好")
    assert "不用更正" in office.told(DEPUTY)
    rated(office)
    office.now += timedelta(days=90)
    office.writes(DEPUTY, "/correct 1 周六修好")
    assert "不能再更正" in office.told(DEPUTY)


@pytest.mark.parametrize("letter", ["A", "b", "Ｃ", "D."])
def test_a_letter_by_itself_is_the_class(office: Office, letter: str) -> None:
    """Nobody's reply is one letter: the words are asked for, and until they come the old ones stand."""
    replied(office)
    read = office.last(ALICE, containing="周五修好")
    office.writes(DEPUTY, f"/correct 1 {letter}")
    assert "周五修好" in read.text
    asked = "B 类要写哪天完成" if letter == "b" else "请把答复重新写一遍"
    assert asked in office.told(DEPUTY)


def test_a_class_with_its_sign_is_not_part_of_the_words(office: Office) -> None:
    """A bare *A* may begin an English sentence; *A:* does not."""
    replied(office)
    office.writes(DEPUTY, "/correct 1 A lamp was ordered")
    assert office.last(ALICE, containing="lamp").text.endswith("A lamp was ordered")
    office.writes(DEPUTY, "/correct 1 A: New lamp on Friday")
    assert office.last(ALICE, containing="Friday").text.endswith("\nNew lamp on Friday")


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_what_is_read_is_what_is_kept(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """The message, the record and the export agree after each correction; each old version is kept once."""
    from liaisonbot.vocabulary import Role

    office = Office(tmp_path_factory.mktemp("office"))
    office.roster(Role.DEPUTY, "张三", DEPUTY, office.station())
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 A 开始")
    read = office.last(ALICE, containing="开始")
    said = ["开始"]
    for text in texts:
        office.writes(DEPUTY, f"/correct 1 A： {text}")
        if text != said[-1]:
            said.append(text)
        assert read.text.endswith(said[-1])
        with office.unit() as uow:
            assert [one.text for one in uow.messages.of_case(1)][-1] == said[-1]
            kept = uow.connection.execute(sa.select(message_versions.c.text).order_by(message_versions.c.id)).scalars()
            assert list(kept) == said[:-1]


def test_whose_case_was_merged_reads_the_number_they_know(office: Office) -> None:
    """In the reply and in its correction, older than two days: a bot's own messages can be edited at any time."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "广场的路灯不亮")
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/reply 1 周五修好")
    reads = {who: office.last(who, containing="周五修好") for who in (ALICE, BOB)}
    assert "您的 #2 已并入 #1" in reads[BOB].text
    assert "并入" not in reads[ALICE].text
    office.now += timedelta(days=3)
    office.writes(DEPUTY, "/correct 1 周六修好")
    for read in reads.values():
        assert read.text.endswith("周六修好")
    assert "您的 #2 已并入 #1" in reads[BOB].text
    assert "并入" not in reads[ALICE].text
