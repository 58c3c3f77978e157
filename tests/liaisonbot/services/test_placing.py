"""What is said in private without answering a message goes where its author means it, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.model import Attachment
from liaisonbot.vocabulary import Delivery, Stage
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office, Sent

APART = "这是另一件事"
PHOTO = Attachment("photo", "p1")
VOICE = Attachment("voice", "v1")


def asked_for_details(office: Office, who: int = ALICE, words: str = "路灯坏了", number: int = 1) -> None:
    office.writes(who, words)
    details_wanted(office, number)


def details_wanted(office: Office, number: int = 1) -> None:
    deputy = DEPUTY if office.case(number).deputy_id == 1 else OTHER_DEPUTY
    office.writes(deputy, f"/ask {number} 是哪一盏？")
    assert office.case(number).paused_since


def dissatisfied(office: Office, number: int = 1) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, f"/reply {number} 已修好")
    answer = office.last(ALICE, containing="已修好")
    office.presses_data(ALICE, f"rate:{number}:attitude:3", answer)
    office.presses_data(ALICE, f"rate:{number}:result:1", answer)


def checked(office: Office, level: int | None) -> None:
    """The deputy says that it is done; the constituent is asked, and answers (None: not yet)."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    answer = office.last(ALICE, containing="会修好")
    office.presses_data(ALICE, "rate:1:attitude:3", answer)
    office.presses_data(ALICE, "rate:1:result:3", answer)
    office.writes(DEPUTY, "/done 1")
    if level is not None:
        office.presses_data(ALICE, f"check:1:{level}", office.last(ALICE, containing="说已经办好了"))


def said_in(office: Office, number: int) -> list[str | None]:
    with office.unit() as uow:
        return [message.text for message in uow.messages.of_case(number)]


def events_of(office: Office, number: int) -> list[str]:
    with office.unit() as uow:
        return [entry.event for entry in uow.journal.of_case(number)]


# --- details ----------------------------------------------------------------------------------------------------------


def test_a_plain_answer_to_the_deputys_question_goes_to_that_case(office: Office) -> None:
    """No reply function is needed; the clock goes on, the deputy reads it, and it is said where it went."""
    asked_for_details(office)
    office.writes(ALICE, "三号楼门口那盏")
    assert office.case(2) is None
    assert office.case(1).paused_since is None
    assert office.told(DEPUTY).endswith("三号楼门口那盏")
    told = office.last(ALICE, containing="已记到")
    assert "民情 #1" in told.text
    assert "路灯坏了" in told.text
    assert told.button(APART)


@pytest.mark.parametrize("what", [PHOTO, VOICE])
def test_a_photo_or_a_voice_is_an_answer_too(office: Office, what: Attachment) -> None:
    asked_for_details(office)
    office.writes(ALICE, None, attachments=(what,))
    assert office.case(2) is None
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].attachments == (what,)


def test_of_a_case_without_words_its_number_is_said(office: Office) -> None:
    """No empty brackets stand where its beginning would."""
    office.writes(ALICE, None, attachments=(PHOTO,))
    details_wanted(office)
    office.writes(ALICE, "三号楼门口")
    told = office.last(ALICE, containing="已记到")
    assert "民情 #1" in told.text
    assert "（）" not in told.text


def test_an_album_is_one_answer(office: Office) -> None:
    """Said once, and taken off as one."""
    asked_for_details(office)
    office.writes(ALICE, "看照片", attachments=(PHOTO,), album="a")
    office.writes(ALICE, None, attachments=(Attachment("photo", "p2"),), album="a")
    assert sum("已记到" in sent.text for sent in office.chats[ALICE]) == 1
    assert office.case(2) is None
    office.presses(ALICE, office.last(ALICE, containing="已记到"), APART)
    assert len(said_in(office, 2)) == 2
    assert said_in(office, 1) == ["路灯坏了", "是哪一盏？"]


def test_what_is_written_in_bits_goes_on_in_the_same_case(office: Office) -> None:
    """For a few minutes; later it is something new."""
    asked_for_details(office)
    office.writes(ALICE, "三号楼")
    office.writes(ALICE, "靠路口那盏")
    assert said_in(office, 1)[-2:] == ["三号楼", "靠路口那盏"]
    office.now += timedelta(minutes=6)
    office.writes(ALICE, "楼道脏")
    assert office.case(2).text == "楼道脏"


def test_this_is_something_else_makes_it_a_case_of_its_own(office: Office) -> None:
    """Taken off the first, which waits again as before; journalled; nothing of it is lost, and once is enough."""
    asked_for_details(office)
    office.writes(ALICE, "楼道里堆满垃圾", attachments=(PHOTO,))
    told = office.last(ALICE, containing="已记到")
    office.presses(ALICE, told, APART)

    new = office.case(2)
    assert new.text == "楼道里堆满垃圾"
    with office.unit() as uow:
        (opening,) = uow.messages.of_case(2)
        assert opening.attachments == (PHOTO,)
        assert uow.messages.opening_files(2)
    assert "楼道里堆满垃圾" not in said_in(office, 1)
    assert events_of(office, 1)[-1] == "taken_off"
    assert office.case(1).paused_since is not None
    assert "民情 #2" in told.text
    assert "还在等您回答" in told.text
    assert any("已收到，民情 #2" in sent.text.replace("<b>", "") for sent in office.chats[ALICE])
    assert "已另立民情 #2" in office.last(DEPUTY, containing="另一件事").text
    office.presses_data(ALICE, told.buttons.get(APART, "words:1:0"), told)
    assert office.case(3) is None
    assert "民情 #2" in office.toasts[-1]

    office.writes(ALICE, "三号楼那盏")
    assert said_in(office, 1)[-1] == "三号楼那盏"
    with office.unit() as uow:
        cases = {case["number"]: case for case in read_cases(uow.connection, since=None, until=None)}
    assert [message["text"] for message in cases[2]["messages"]] == ["楼道里堆满垃圾"]


def test_nobody_else_can_press_it(office: Office) -> None:
    asked_for_details(office)
    office.writes(ALICE, "三号楼")
    told = office.last(ALICE, containing="已记到")
    office.presses_data(BOB, told.button("另一件事"))
    office.presses_data(ALICE, "words:999:0")
    office.presses_data(ALICE, "words:1:1")
    assert office.case(2) is None
    assert said_in(office, 1)[-1] == "三号楼"


def test_while_nothing_is_waited_for_a_message_is_a_case_as_ever(office: Office) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "楼道脏")
    office.writes(BOB, "井盖坏了")
    assert [office.case(number).text for number in (1, 2, 3)] == ["路灯坏了", "楼道脏", "井盖坏了"]


# --- several ----------------------------------------------------------------------------------------------------------


def two_wait(office: Office) -> Sent:
    """Two cases wait for the same person, who writes; the question which one it is about."""
    asked_for_details(office)
    asked_for_details_too = "井盖坏了"
    office.now += timedelta(minutes=10)
    office.writes(ALICE, "/report " + asked_for_details_too)
    deputy = DEPUTY if office.case(2).deputy_id == 1 else OTHER_DEPUTY
    office.writes(deputy, "/ask 2 在哪条路？")
    office.writes(ALICE, "靠学校那边")
    return office.last(ALICE, containing="哪一件")


def test_with_several_waiting_they_are_asked_which(office: Office) -> None:
    """The words are kept; a press puts them where they belong, and only that case goes on."""
    question = two_wait(office)
    assert office.case(3) is None
    assert "靠学校那边" not in said_in(office, 1) + said_in(office, 2)
    assert [data.split(":")[2] for data in question.buttons.values()] == ["2", "1", "0"]
    office.presses(ALICE, question, "井盖坏了")
    assert said_in(office, 2)[-1] == "靠学校那边"
    assert office.case(2).paused_since is None
    assert office.case(1).paused_since is not None
    assert "民情 #2" in question.text
    office.presses(ALICE, question, APART)
    assert office.case(3).text == "靠学校那边"
    assert office.case(2).paused_since is not None


def test_what_comes_in_bits_meanwhile_goes_along(office: Office) -> None:
    """Pressed once for all of it; none of them is a case of its own."""
    question = two_wait(office)
    office.writes(ALICE, None, attachments=(PHOTO,), album="a")
    office.writes(ALICE, None, attachments=(Attachment("photo", "p2"),), album="a")
    office.presses(ALICE, question, "路灯坏了")
    assert office.case(3) is None
    assert said_in(office, 1)[-3:] == ["靠学校那边", None, None]


def test_something_new_is_a_case_with_all_its_bits(office: Office) -> None:
    question = two_wait(office)
    office.writes(ALICE, "还有个水管", attachments=(PHOTO,))
    office.presses(ALICE, question, APART)
    assert said_in(office, 3) == ["靠学校那边", "还有个水管"]
    assert office.case(4) is None


def test_who_never_says_which_has_a_case_of_its_own(office: Office) -> None:
    """After an hour, with a receipt; the words as they were edited meanwhile. Forgotten they are forgotten."""
    two_wait(office)
    office.writes(ALICE, "靠学校南门", message_id=3, edit=True)
    message_id = office.writes(ALICE, "第二句")
    office.writes(ALICE, "第二句，改过", message_id=message_id, edit=True)
    office.ticks(timedelta(minutes=30))
    assert office.case(3) is None
    office.ticks(timedelta(minutes=31))
    assert office.case(3).text.startswith("靠学校")
    assert said_in(office, 3)[-1] == "第二句，改过"
    assert "单独作为" in office.told(ALICE)
    office.ticks(timedelta(hours=2))
    assert office.case(4) is None


def test_in_danger_nobody_is_asked_which(office: Office) -> None:
    """It is a case at once, with the numbers, and staff hear of it."""
    two_wait(office)
    office.writes(ALICE, "三号楼着火了，火苗窜出来了，快来人")
    assert "着火" in office.case(3).text
    assert any("119" in sent.text for sent in office.chats[ALICE])


def test_what_waits_is_told_and_forgotten(office: Office) -> None:
    """/mydata shows what is kept, /forget erases it, and no case comes of it later."""
    two_wait(office)
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert "靠学校那边" in str(uow.erasure.everything_of(person))
        uow.erasure.erase(person, office.now)
        assert not uow.loose_words.waiting(person.id)
    office.ticks(timedelta(hours=2))
    assert office.case(3) is None


# --- why not satisfied ------------------------------------------------------------------------------------------------


def test_words_after_a_bad_rating_say_why(office: Office) -> None:
    """Deputy and staff read them as the reason; the next message is something new again."""
    dissatisfied(office)
    office.writes(ALICE, "根本没人来看过")
    for who in (DEPUTY, STAFF):
        assert "说了哪里不满意" in office.told(who)
    assert "explained" in events_of(office, 1)
    assert office.case(2) is None
    told = office.last(ALICE, containing="为什么不满意")
    office.now += timedelta(minutes=6)
    office.writes(ALICE, "楼道脏")
    assert office.case(2).text == "楼道脏"
    office.presses(ALICE, told, APART)
    assert office.case(3).text == "根本没人来看过"
    assert "根本没人来看过" not in said_in(office, 1)


def test_a_day_later_words_are_no_reason_any_more(office: Office) -> None:
    dissatisfied(office)
    office.now += timedelta(hours=25)
    office.writes(ALICE, "楼道脏")
    assert office.case(2).text == "楼道脏"


# --- the check of delivery --------------------------------------------------------------------------------------------


def test_words_instead_of_a_press_are_kept_and_the_buttons_come_again(office: Office) -> None:
    checked(office, None)
    office.writes(ALICE, "只修了一半，另一盏还黑着")
    assert office.case(2) is None
    assert office.told(DEPUTY).endswith("另一盏还黑着")
    told = office.last(ALICE, containing="已记到")
    office.presses(ALICE, told, "部分落实")
    assert office.case(1).stage is Stage.MEDIATION
    assert office.case(1).delivery is Delivery.PARTLY


@pytest.mark.parametrize("level", [1, 2])
def test_more_can_be_said_after_partly_or_not(office: Office, level: int) -> None:
    """In words and with a photo, both; deputy and staff have it."""
    checked(office, level)
    office.writes(ALICE, "东边那盏还黑着")
    assert office.told(STAFF).endswith("东边那盏还黑着")
    office.writes(ALICE, None, attachments=(PHOTO,))
    assert office.case(2) is None
    with office.unit() as uow:
        check = uow.promises.checked_by(1, uow.people.find(ALICE).id, office.now)
        assert check.message is not None
    photo = office.last(ALICE, containing="照片已附在")
    office.presses(ALICE, photo, APART)
    with office.unit() as uow:
        check = uow.promises.checked_by(1, uow.people.find(ALICE).id, office.now)
        assert check.message is None
        assert uow.messages.of_case(2)[0].attachments == (PHOTO,)


def test_the_photo_after_fixed_can_be_something_else(office: Office) -> None:
    """The case is closed by then."""
    checked(office, 3)
    office.writes(ALICE, None, attachments=(PHOTO,))
    assert office.case(2) is None
    office.presses(ALICE, office.last(ALICE, containing="照片已附在"), APART)
    assert office.case(2).stage is Stage.COLLECTION
    assert office.case(1).stage is Stage.CLOSED


# --- 我也一样, and a bare yes ---


def test_what_comes_after_me_too_is_about_the_case_that_was_joined(office: Office) -> None:
    office.writes(BOB, "三号楼门口的路灯坏了，晚上很黑")
    office.writes(ALICE, "三号楼门口路灯坏了，晚上好黑")
    office.presses(ALICE, office.last(ALICE, containing="#1"), "#1")
    office.writes(ALICE, "我家在二单元", attachments=(PHOTO,))
    assert office.case(3) is None
    assert said_in(office, 1)[-1] == "我家在二单元"


@pytest.mark.parametrize("words", ["是的。", "谢谢！", "Thank you", "me too"])
def test_a_bare_yes_is_no_case(office: Office, words: str) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, words)
    assert office.case(2) is None
    assert office.last(ALICE, containing="已记到").button(APART)


# --- still not solved -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["灯还是没修好", "It is still broken"])
def test_still_broken_before_the_rating_is_asked_about(office: Office, words: str) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 已修好")
    office.writes(ALICE, words)
    assert office.case(2) is None
    question = office.last(ALICE, containing="哪一件")
    office.presses(ALICE, question, "#1")
    assert said_in(office, 1)[-1] == words
    assert any("不满意" in label for label in question.buttons)


def closed(office: Office) -> Sent:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 已修好")
    answer = office.last(ALICE, containing="已修好")
    office.presses_data(ALICE, "rate:1:attitude:3", answer)
    office.presses_data(ALICE, "rate:1:result:3", answer)
    assert office.case(1).stage is Stage.CLOSED
    return answer


def test_still_broken_after_closing_asks_staff_to_take_it_up_again(office: Office) -> None:
    """Within the days: asked which, then the staff decide; the words are the reason."""
    closed(office)
    office.now += timedelta(days=3)
    office.writes(ALICE, "路灯又坏了，还是没修好")
    question = office.last(ALICE, containing="哪一件")
    office.presses(ALICE, question, "#1")
    assert "重新办理" in question.text
    with office.unit() as uow:
        assert uow.reopenings.waiting(1)
    assert office.told(STAFF).endswith("路灯又坏了，还是没修好")


def test_or_it_is_a_new_case(office: Office) -> None:
    closed(office)
    office.writes(ALICE, "路灯还是没修好")
    office.presses(ALICE, office.last(ALICE, containing="哪一件"), APART)
    assert office.case(2).text == "路灯还是没修好"
    with office.unit() as uow:
        assert not uow.reopenings.waiting(1)


def test_when_the_days_are_over_it_is_a_new_case_at_once(office: Office) -> None:
    """Plainly written or in answer to the old card."""
    answer = closed(office)
    office.now += timedelta(days=60)
    office.writes(ALICE, "路灯还是没修好")
    assert office.case(2).text == "路灯还是没修好"
    office.writes(ALICE, "你看，又黑了", answering=answer)
    assert office.case(3).text == "你看，又黑了"
    assert any("已经过了 30 个工作日" in sent.text and "#1" in sent.text for sent in office.chats[ALICE])


def test_an_answer_to_an_old_card_within_the_days_offers_to_reopen(office: Office) -> None:
    answer = closed(office)
    office.writes(ALICE, "又黑了", answering=answer)
    assert said_in(office, 1)[-1] == "又黑了"
    assert any("没解决" in label for label in office.last(ALICE, containing="已办结").buttons)
    assert office.case(2) is None
