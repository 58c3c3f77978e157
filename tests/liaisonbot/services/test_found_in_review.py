"""What a distrustful reader found, and must not come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.incoming import QuotedMessage, Sender
from liaisonbot.model import Attachment
from liaisonbot.vocabulary import ReplyClass, Role, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office

PHOTO = Attachment("photo", "file-1")


def test_the_picture_of_a_reply_goes_without_its_command_and_number(office: Office) -> None:
    """A caption is typed text like any other: in a group it is masked, and the command never shows."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/reply 1 A 修好了 13812345678", attachments=(PHOTO,))
    copies = [sent.outgoing for sent in office.chats[GROUP] if sent.outgoing.copy_ids]
    assert len(copies) == 1
    assert copies[0].text is not None, "words of ours take the caption's place"
    assert not copies[0].body
    assert copies[0].reply_to is not None
    assert not any("13812345678" in sent.text or "/reply" in sent.text for sent in office.chats[GROUP])


def test_a_transfer_is_the_deputys_act_and_its_reason_is_for_the_next_one(office: Office) -> None:
    """The receiver reads why; the constituent does not; the journal says who did it."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/transfer 1 李四 此人难缠")
    assert "此人难缠" in office.told(OTHER_DEPUTY)
    office.writes(ALICE, "/case 1")
    assert "转交" in office.told(ALICE)
    assert "难缠" not in office.told(ALICE)
    with office.unit() as uow:
        assert uow.journal.of_case(1)[-1].by is Role.DEPUTY


def test_assigning_somebody_elses_case_tells_nothing(office: Office) -> None:
    """Not even that it exists, or whose it is."""
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "外站", 29, elsewhere)
    office.writes(DEPUTY, "/report 我家漏水")
    office.writes(29, "/assign 1 张三")
    theirs = office.told(29)
    office.writes(29, "/assign 99 张三")
    assert office.told(29).replace("99", "1") == theirs


def test_a_case_that_comes_back_says_so_and_keeps_saying_so(office: Office) -> None:
    """The news is not overwritten by the card's renewal."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 修好了")
    answer = office.last(ALICE, containing="修好了")
    office.presses(ALICE, answer, "🙁 不满意")
    office.presses(ALICE, answer, "🙁 不满意")
    assert any("退回调处" in sent.text for sent in office.chats[DEPUTY])


def test_nobody_is_given_a_case_that_cannot_reach_them(office: Office) -> None:
    """A deputy without an account would never hear of it."""
    office.roster(Role.DEPUTY, "周杰", None, 1)
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 周杰")
    assert "/invite" in office.told(STAFF)
    assert office.case(1).deputy_id == 1


@pytest.mark.parametrize("command", ["mediate", "note"])
def test_files_with_an_entry_are_kept_and_passed_on(office: Office, command: str) -> None:
    """What was said to be recorded is recorded, pictures included."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, f"/{command} 1 现场照片", attachments=(PHOTO,))
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].attachments == (PHOTO,)
    passed = [sent for sent in office.chats[ALICE] if sent.outgoing.copy_ids]
    assert bool(passed) == (command == "mediate")


def test_a_picture_in_the_reply_dialogue_waits_for_its_words(office: Office) -> None:
    """It is not lost, and goes along."""
    office.writes(ALICE, "路灯坏了")
    office.presses(DEPUTY, office.last(DEPUTY, containing="#1"), "答复")
    office.presses(DEPUTY, office.last(DEPUTY), "A ")
    office.writes(DEPUTY, None, attachments=(PHOTO,))
    assert "附件" in office.told(DEPUTY)
    office.writes(DEPUTY, "修好了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert any(sent.outgoing.copy_ids for sent in office.chats[ALICE])


@pytest.mark.parametrize(
    "typed", ["b 2026-12-01 将修", "B类 2026-12-01 将修", "Ｂ 2026-12-01 将修", "B 2026年12月1日 将修"]
)
def test_the_class_letter_is_understood_as_people_write_it(office: Office, typed: str) -> None:
    """A promise must not become something solved."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, f"/reply 1 {typed}")
    case = office.case(1)
    assert case.reply_class is ReplyClass.B
    assert str(case.promise_date) == "2026-12-01"
    assert office.last(ALICE, containing="将修")


def test_a_mention_in_answer_registers_the_others_message(office: Office) -> None:
    """Like /report in answer to it."""
    quoted = QuotedMessage(77, Sender(BOB, None, "zh"), False, "水管漏水")
    office.writes(ALICE, "@liaison_bot", group=GROUP, mention="", answering=quoted)
    with office.unit() as uow:
        assert [author.telegram_id for author in uow.cases.authors(1)] == [BOB]


def test_what_is_added_to_anothers_case_is_forgotten_with_its_writer(office: Office) -> None:
    """The words of whoever registered it are theirs, not the author's."""
    quoted = QuotedMessage(77, Sender(BOB, None, "zh"), False, "水管漏水")
    office.writes(ALICE, "/report 我补充：秘密暗号", group=GROUP, answering=quoted)
    assert office.case(1).text == "水管漏水"
    assert any("秘密暗号" in sent.text for who in (DEPUTY, OTHER_DEPUTY) for sent in office.chats[who])
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    with office.unit() as uow:
        assert not any("秘密暗号" in (message.text or "") for message in uow.messages.of_case(1))
    assert office.case(1).text == "水管漏水"


def test_a_name_is_for_the_deputy_of_the_case_only(office: Office) -> None:
    """Staff and owners do not see it."""
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "/name 1 林小姐")
    for who in (STAFF, OWNER):
        office.writes(who, "/case 1")
        assert "林小姐" not in office.told(who)
    office.writes(DEPUTY, "/case 1")
    assert "林小姐" in office.told(DEPUTY)


def test_once_the_author_is_forgotten_nobody_pretends(office: Office) -> None:
    """Neither talk nor reopening: there is nobody there."""
    office.writes(ALICE, "路灯坏了")
    card = office.last(DEPUTY, containing="#1")
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    office.writes(DEPUTY, "您好", answering=card)
    assert "删除" in office.told(DEPUTY)
    office.writes(STAFF, "/reopen 1 再看看")
    assert "删除" in office.told(STAFF)
    assert office.case(1).stage is Stage.CLOSED


@pytest.mark.parametrize("payload", ["case_99999999999999999999", "case_١", "case_", "join_x", "nonsense"])
def test_any_start_link_is_answered(office: Office, payload: str) -> None:
    """Made by hand or mistyped: a sentence, never silence."""
    office.writes(ALICE, f"/start {payload}")
    assert office.chats[ALICE]


def test_inviting_by_questions_asks_for_the_station(office: Office) -> None:
    """With several stations it is a question like the others; a mistyped code is no part of a name."""
    office.station("B", "滨江联络站")
    office.writes(OWNER, "/invite")
    office.presses(OWNER, office.last(OWNER), "代表")
    office.writes(OWNER, "刘洋")
    office.presses(OWNER, office.last(OWNER), "滨江")
    assert "start=join_" in office.told(OWNER)
    office.writes(OWNER, "/invite deputy 吴某 XXX")
    assert "XXX" in office.told(OWNER)
    assert "B 滨江联络站" in office.told(OWNER), "the others are sent to the owner for the right code"
    assert "start=join_" not in office.told(OWNER)


def test_where_there_is_no_station_to_choose_it_is_said(office: Office) -> None:
    """Instead of a question without an answer: who keeps no station yet hears who can change that."""
    office.roster(Role.STAFF, "吴某", BOB)
    office.writes(BOB, "/bind", group=GROUP)
    assert "请管理员在名册里给您写上" in office.told(GROUP)


def test_a_longer_name_is_another_person(office: Office) -> None:
    """张三丰 is not 张三."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 李四光")
    assert "没有" in office.told(STAFF)
    assert office.case(1).deputy_id == 1


def test_a_latin_name_is_found_as_a_word_only(office: Office) -> None:
    """Ann is not meant by cannot."""
    office.roster(Role.DEPUTY, "Ann", 13, 1, specialties=("health",))
    office.writes(ALICE, "I cannot sleep, the street lamp is broken")
    with office.unit() as uow:
        assert uow.journal.of_case(1)[0].rule != "named"
    office.writes(ALICE, "Please tell Ann that the lamp is broken")
    with office.unit() as uow:
        assert uow.journal.of_case(2)[0].rule == "named"


def test_follow_up_is_offered_only_where_a_date_was_promised(office: Office) -> None:
    """No questions for nothing."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 修好了")
    office.writes(DEPUTY, "/case 1")
    assert not any("督办" in label for label in office.last(DEPUTY).buttons)
    office.writes(DEPUTY, "/followup 1")
    assert "做不了" in office.told(DEPUTY)


def test_ones_own_contact_as_a_first_message_ends_anonymity(office: Office) -> None:
    """Shared is shared."""
    contact = Attachment("contact", None, {"user_id": ALICE, "first_name": "王秀英", "phone_number": "13812345678"})
    office.writes(ALICE, None, attachments=(contact,))
    assert not office.case(1).anonymous


def test_urging_is_on_record_each_time(office: Office) -> None:
    """催办 is a rung of the ladder."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/urge 1")
    office.writes(STAFF, "/urge 1")
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)][-2:] == ["urged", "urged"]
    assert "催办" in office.told(DEPUTY)


def test_the_station_of_a_new_case_can_be_changed(office: Office) -> None:
    """In private, as long as nobody has accepted it; the next case goes there, too."""
    office.station("B", "滨江联络站")
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(ALICE, "水管漏水")
    assert office.case(2).station_id == 1
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "换联络站")
    office.presses(ALICE, office.last(ALICE), "滨江")
    assert office.case(2).station_id == 2
    office.writes(ALICE, "又漏了")
    assert office.case(3).station_id == 2


def test_a_constituents_question_does_not_wait_a_whole_day(office: Office) -> None:
    """What they write hours later is a new report, not the answer to something forgotten."""
    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "/name 1")
    office.now += timedelta(hours=3)
    office.writes(ALICE, "桥断了")
    assert office.case(2).text == "桥断了"


def test_an_unbound_group_says_so_before_it_asks(office: Office) -> None:
    """Nobody types a report for nothing."""
    office.writes(ALICE, "/report", group=-700)
    assert "绑定" in office.told(-700)


@pytest.fixture
def two_cases(office: Office) -> Office:
    """#1 and #2 are both 张三's."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "路灯也坏了")
    assert office.case(1).deputy_id == office.case(2).deputy_id
    return office


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        *(("/accept", 1), ("/accept 2", 2), ("/accept #2", 2), ("/reply #2 修好了", 2), ("/reply 2 A 修好了", 2)),
        *(("/reply 1 修好了", 1), ("/reply 修好了", 1), ("/reply 2盏灯修好了", 1), ("/transfer 2 李四 归他管", 2)),
    ],
)
def test_a_number_leads_over_the_card_that_is_answered(two_cases: Office, typed: str, moved: int) -> None:
    """Where nothing else can be meant: the number stands alone, has its #, or no words could begin with it."""
    office = two_cases
    untouched = office.case(3 - moved)
    office.writes(DEPUTY, typed, answering=office.last(DEPUTY, containing="#1"))
    assert office.case(moved) != untouched
    assert (office.case(moved).stage, office.case(moved).deputy_id) != (Stage.COLLECTION, untouched.deputy_id)
    assert office.case(3 - moved) == untouched


@pytest.mark.parametrize(
    "typed", ["/reply 2 盏灯修好了", "/mediate 2 盏灯在修", "/mediate 7 盏灯在修", "/decline ２ 楼没有路灯"]
)
def test_words_that_begin_with_another_number_are_asked_about(two_cases: Office, typed: str) -> None:
    """Case #2, or two lamps of case #1? The words would reach the wrong person; nothing is done, and both are named."""
    office = two_cases
    office.writes(DEPUTY, typed, answering=office.last(DEPUTY, containing="#1"))
    assert {office.case(1).stage, office.case(2).stage} == {Stage.COLLECTION}
    told = office.told(DEPUTY)
    assert "#1" in told
    assert "#7" in told if "7" in typed else "#2" in told


def test_the_answer_to_that_question_works(two_cases: Office) -> None:
    """What the refusal proposes: with # the number is the case's, and what follows is words."""
    office = two_cases
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/mediate #1 2 盏灯在修", answering=office.last(DEPUTY, containing="#2"))
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "2 盏灯在修"


@pytest.mark.parametrize(("language", "words"), [("zh", "转到了另一个账号"), ("en", "moved to another account")])
def test_whose_role_moves_to_another_account_is_told(office: Office, language: str, words: str) -> None:
    """By an invitation that somebody else opens: in their language, and their menu is a constituent's again."""
    office.writes(DEPUTY, f"/language {language}")
    office.writes(DEPUTY, "/start")
    assert "deputy" in office.menus[DEPUTY]
    office.writes(OWNER, "/invite deputy 张三")
    office.writes(BOB, "/start " + office.told(OWNER).partition("?start=")[2])
    assert "张三" in office.told(DEPUTY)
    assert words in office.told(DEPUTY)
    assert office.menus[DEPUTY] == "constituent"
    assert set(office.menus[BOB].split("+")) == {"constituent", "deputy"}
    assert not any(words in sent.text for sent in office.chats[BOB])


def test_who_opens_an_invitation_to_what_they_are_loses_nothing(office: Office) -> None:
    """The same account again: nothing moved, and nobody is told that it did."""
    office.writes(OWNER, "/invite deputy 张三")
    office.writes(DEPUTY, "/start " + office.told(OWNER).partition("?start=")[2])
    assert not any("另一个账号" in sent.text for sent in office.chats[DEPUTY])
    assert "deputy" in office.menus[DEPUTY]


@pytest.mark.parametrize(
    ("button", "asks", "answered"), [("不予受理", "不予受理", False), ("办结", "办结", True)], ids=["decline", "close"]
)
@pytest.mark.parametrize("by_button", [True, False], ids=["button", "dialogue"])
def test_what_ends_a_case_is_shown_once_more_before_it_is_done(
    office: Office, button: str, asks: str, answered: bool, by_button: bool
) -> None:
    """A slip of the thumb must not close somebody's case: the words, Confirm and Cancel; Cancel changes nothing."""
    office.writes(ALICE, "路灯坏了")
    if answered:
        office.writes(DEPUTY, "/reply 1 修好了")
    before = office.case(1)
    for last in ("取消", "确认"):
        if by_button:
            office.writes(DEPUTY, "/case 1")
            office.presses(DEPUTY, office.last(DEPUTY), button)
        else:
            office.writes(DEPUTY, "/close 1" if answered else "/decline 1")
        office.writes(DEPUTY, "这归路政所管")
        assert office.case(1) == before
        asked = office.last(DEPUTY)
        assert asks in asked.text
        assert "这归路政所管" in asked.text
        office.presses(DEPUTY, asked, last)
    assert office.case(1).stage is Stage.CLOSED
    assert "这归路政所管" in office.told(ALICE)
    assert "#1" in office.told(DEPUTY)


@pytest.mark.parametrize("line", ["/decline 1 这归路政所管", "/close 1 这归路政所管"])
def test_a_whole_line_is_carried_out_at_once(office: Office, line: str) -> None:
    """Every command works typed in one line."""
    office.writes(ALICE, "路灯坏了")
    if "close" in line:
        office.writes(DEPUTY, "/reply 1 修好了")
    office.writes(DEPUTY, line)
    assert office.case(1).stage is Stage.CLOSED


def test_a_question_that_was_answered_by_button_loses_its_buttons(office: Office) -> None:
    """Class, confirmation, station: what can do nothing any more is not offered; the words stay."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1")
    classes = office.last(DEPUTY)
    words = classes.text
    office.presses(DEPUTY, classes, "已解决")
    office.writes(DEPUTY, "修好了")
    sure = office.last(DEPUTY)
    office.presses(DEPUTY, sure, "确认")
    assert office.case(1).stage is Stage.REPLY
    assert (classes.text, classes.buttons, sure.buttons) == (words, {}, {})


def test_a_refused_answer_leaves_the_question_its_buttons(office: Office) -> None:
    """Nothing was settled."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1")
    classes = office.last(DEPUTY)
    office.presses_data(DEPUTY, classes.button("已解决").replace(":A", ":X"), classes)
    assert len(classes.buttons) == 5


def test_what_a_press_puts_in_the_questions_place_stays(office: Office) -> None:
    """The language is said where it was asked for; Cancel says so there; neither is emptied afterwards."""
    office.writes(ALICE, "/language")
    asked = office.last(ALICE)
    office.presses(ALICE, asked, "English")
    assert (asked.buttons, "English" in asked.text) == ({}, True)


def test_a_button_pressed_twice_does_not_answer_the_next_question(office: Office) -> None:
    """An impatient thumb on the class must not become the words of the reply."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1")
    classes = office.last(DEPUTY)
    data = classes.button("已解决")
    office.presses_data(DEPUTY, data, classes)
    office.presses_data(DEPUTY, data, classes)
    assert "请写给群众的答复" in office.told(DEPUTY)


@pytest.mark.parametrize("parts", [("attitude",), ("attitude", "result")], ids=["one part", "both"])
def test_a_rated_answer_in_a_group_keeps_the_way_to_the_private_chat(office: Office, parts: tuple[str, ...]) -> None:
    """Who is answered in the group finds the button that opens the private chat below it before and after rating."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/reply 1 修好了")
    answer = office.last(GROUP, containing="修好了")
    assert answer.button("私聊")
    for part in parts:
        office.presses_data(ALICE, f"rate:1:{part}:3", answer)
    assert answer.button("私聊")
    assert ("rate:1:result:3" in answer.buttons.values()) == (parts == ("attitude",))


def test_a_checked_promise_in_a_group_keeps_the_way_to_the_private_chat(office: Office) -> None:
    """The same for the question whether it was really done."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/reply 1 B 2026-11-24 会修")
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:3", office.last(GROUP, containing="会修"))
    office.ticks(timedelta(days=3))
    check = office.last(GROUP, containing="#1")
    office.presses(ALICE, check, "已落实")
    assert office.case(1).stage is Stage.CLOSED
    assert ["私聊" in label for label in check.buttons] == [True]
