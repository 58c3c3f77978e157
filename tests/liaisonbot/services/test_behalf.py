"""Somebody without Telegram is heard like anybody else: entered, told through others, and known to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from liaisonbot.model import Attachment
from liaisonbot.services import receipt_codes
from liaisonbot.vocabulary import Outcome, Role, Stage
from liaisonbot.workflow import Event
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office, Sent

LAMP = "三号楼的路灯坏了"
WHO = "王大爷 138 0000 1111"
PHOTO = Attachment("photo", "file-1")


def entered(office: Office, who: int = STAFF, contact: str | None = WHO, text: str = LAMP) -> str:
    """Somebody of the office enters a case for a constituent without Telegram; the receipt code."""
    office.writes(who, f"/behalf {text}")
    if contact is None:
        office.presses(who, office.last(who), "不留姓名电话")
    else:
        office.writes(who, contact)
    office.presses(who, office.last(who), "确认")
    return code_on(office.last(who, containing="凭证码"))


def code_on(receipt: Sent) -> str:
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", receipt.text)
    assert found, receipt.text
    return found[0]


def answered(office: Office, who: int = STAFF) -> Sent:
    office.writes(DEPUTY, "/reply 1 已请供电所修好，王大爷请看")
    return office.last(who, containing="已请供电所修好")


def test_a_dialogue_asks_for_everything_and_ends_with_a_code(office: Office) -> None:
    """Words, name and phone, consent; the case is routed as usual and the deputy hears of it."""
    office.writes(STAFF, "/behalf")
    office.writes(STAFF, LAMP)
    office.writes(STAFF, WHO)
    assert office.case(1) is None
    consent = office.last(STAFF)
    assert "本人同意吗" in consent.text
    assert LAMP in consent.text
    office.presses(STAFF, consent, "确认")
    case = office.case(1)
    assert (case.stage, case.text, case.category) == (Stage.COLLECTION, LAMP, "municipal_facilities")
    assert "有新民情" in office.last(DEPUTY, containing="民情 #1").text
    assert code_on(office.last(STAFF, containing="凭证码"))


def test_without_consent_nothing_is_kept(office: Office) -> None:
    """The question is asked in any case, and nothing happens before it is answered."""
    office.writes(STAFF, f"/behalf {LAMP}")
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    office.presses(STAFF, office.last(STAFF), "取消")
    assert office.case(1) is None
    with office.unit() as uow:
        assert not uow.connection.exec_driver_sql("SELECT count(*) FROM case_authors").scalar_one()


def test_what_was_said_can_be_changed_before_it_is_kept(office: Office) -> None:
    """Words, name and phone: each is asked for anew."""
    office.writes(STAFF, f"/behalf {LAMP}")
    office.writes(STAFF, WHO)
    office.presses(STAFF, office.last(STAFF), "修改")
    office.presses(STAFF, office.last(STAFF, containing="要改哪里"), "姓名电话")
    office.writes(STAFF, "李奶奶")
    office.presses(STAFF, office.last(STAFF), "确认")
    with office.unit() as uow:
        (author,) = uow.cases.authors(1)
    assert (author.name, author.phone) == ("李奶奶", None)


def test_the_consent_is_kept_with_time_and_by_whom(office: Office) -> None:
    """In the row of the author; the journal says who entered it, and in which role."""
    entered(office)
    with office.unit() as uow:
        entry = uow.journal.of_case(1)[0]
        row = uow.connection.exec_driver_sql(
            "SELECT consent_at, e.telegram_id FROM case_authors a JOIN persons e ON e.id = a.entered_by"
        ).one()
    assert (entry.event, entry.by) == (Event.ENTERED, Role.STAFF)
    assert (str(row[0])[:16], row[1]) == (f"{office.now:%Y-%m-%d %H:%M}", STAFF)


def test_only_the_digest_of_the_code_is_stored(office: Office) -> None:
    """And the code has no digits: it cannot be taken for a case's number."""
    code = entered(office)
    plain = code.replace("-", "")
    dump = office.dump()
    assert plain not in dump
    assert code not in dump
    assert receipt_codes.digest(plain) in dump
    assert not any(char.isdigit() for char in code)


def test_name_and_phone_are_seen_by_the_deputy_of_the_case_and_whoever_entered_it(office: Office) -> None:
    """Nobody else: not another deputy, not an owner, not the holder of the code."""
    code = entered(office)
    assert "王大爷 138 0000 1111" in office.last(DEPUTY, containing="民情 #1").text
    for who, sees in ((STAFF, True), (DEPUTY, True), (OWNER, False)):
        office.writes(who, "/case 1")
        assert ("王大爷" in office.told(who)) is sees, who
        assert "代录" in office.told(who)
    office.writes(ALICE, f"/case {code}")
    assert "王大爷" not in office.told(ALICE)
    assert office.case(1).anonymous is False


def test_no_name_is_needed(office: Office) -> None:
    """The case is anonymous then, and its card says so."""
    entered(office, contact=None)
    assert office.case(1).anonymous
    assert "代录，没有 Telegram" in office.last(DEPUTY, containing="民情 #1").text


def test_files_go_along(office: Office) -> None:
    """A picture with the command's own words, and a picture in answer to the question."""
    office.writes(STAFF, f"/behalf {LAMP}", attachments=(PHOTO,))
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(STAFF, "/behalf")
    office.writes(STAFF, None, attachments=(PHOTO,))
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    office.presses(STAFF, office.last(STAFF), "确认")
    with office.unit() as uow:
        for number in (1, 2):
            (message,) = uow.messages.of_case(number)
            assert message.attachments == (PHOTO,)
    assert len([sent for who in (DEPUTY, OTHER_DEPUTY) for sent in office.chats[who] if sent.outgoing.copy_ids]) == 2


def test_what_they_would_be_told_goes_to_whoever_entered_it(office: Office) -> None:
    """Acceptance, answer, end: with "please tell them", name and phone."""
    entered(office)
    office.writes(DEPUTY, "/accept 1")
    told = office.told(STAFF)
    assert "请转告本人" in told
    assert "已受理" in told
    assert "王大爷 138 0000 1111" in told
    reply = answered(office)
    assert "请问问本人" in reply.text
    assert any("满意" in label for label in reply.buttons)


def test_ratings_are_passed_on_and_on_record_as_such(office: Office) -> None:
    """They count like any rating; the journal says who passed them on, on whose word."""
    entered(office)
    reply = answered(office)
    office.presses(STAFF, reply, "😊 满意")
    office.presses(STAFF, reply, "😊 满意")
    assert (office.case(1).stage, office.case(1).outcome) == (Stage.CLOSED, Outcome.RESOLVED)
    with office.unit() as uow:
        entry = uow.journal.of_case(1)[-1]
    assert (entry.event, entry.by, entry.details["on_word"]) == (Event.RATED_WELL, Role.STAFF, True)
    office.writes(STAFF, "/case 1")
    assert "工作人员按本人的话代办" in office.told(STAFF)


def test_the_check_of_delivery_is_passed_on(office: Office) -> None:
    """The date comes, whoever entered it is asked to ask them."""
    entered(office)
    office.writes(DEPUTY, "/reply 1 B 2026-11-30 已请供电所修好")
    reply = office.last(STAFF, containing="供电所")
    office.presses(STAFF, reply, "😊 满意")
    office.presses(STAFF, reply, "😊 满意")
    office.ticks(timedelta(days=7))
    office.presses(STAFF, office.last(STAFF, containing="真的落实了吗"), "已落实")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_a_deputy_does_not_rate_their_own_answer(office: Office) -> None:
    """Entered by the deputy who has the case: staff are asked to ask; a forged press is refused."""
    entered(office, DEPUTY)
    assert office.case(1).deputy_id == 1
    office.writes(DEPUTY, "/reply 1 已修好")
    assert not any("满意" in label for sent in office.chats[DEPUTY] for label in sent.buttons)
    office.presses_data(DEPUTY, "rate:1:attitude:3")
    assert office.case(1).attitude is None
    reply = office.last(STAFF, containing="已修好")
    assert "王大爷" not in reply.text
    office.presses(STAFF, reply, "😊 满意")
    office.presses(STAFF, reply, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED


def test_talk_goes_through_whoever_entered_it(office: Office) -> None:
    """The deputy's question is passed on, and so is the answer: as their word, not as staff's own."""
    entered(office)
    office.writes(DEPUTY, "是哪一盏灯？", answering=office.last(DEPUTY, containing="民情 #1"))
    question = office.last(STAFF, containing="是哪一盏灯")
    assert "请转告本人" in question.text
    office.writes(STAFF, "楼门口那盏", answering=question)
    passed_on = office.last(DEPUTY, containing="楼门口那盏")
    assert "转达本人的话" in passed_on.text


def test_the_clock_stands_still_for_them_too(office: Office) -> None:
    """Asked for details, the case waits; whoever entered it passes on the answer, and may chase for them."""
    entered(office)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/ask 1 是哪一盏灯？")
    question = office.last(STAFF, containing="是哪一盏灯")
    assert "请转告本人" in question.text
    assert office.case(1).paused_since is not None
    office.writes(STAFF, "楼门口那盏", answering=question)
    assert office.case(1).paused_since is None
    office.writes(STAFF, "/chase 1")
    with office.unit() as uow:
        entry = uow.journal.of_case(1)[-1]
    assert (entry.event, entry.by, entry.details.get("on_word")) == (Event.CHASED, Role.STAFF, True)


def test_whoever_left_the_office_is_not_asked_any_more(office: Office) -> None:
    """What is owed goes to the station's staff; name and phone stay with the deputy."""
    entered(office, OTHER_DEPUTY)
    with office.unit() as uow:
        uow.roster.retire(2, office.now)
    office.writes(DEPUTY, "/accept 1")
    assert "已受理" not in office.told(OTHER_DEPUTY)
    assert "请转告本人" in office.told(STAFF)
    assert "王大爷" not in office.told(STAFF)
    office.writes(OTHER_DEPUTY, "/case 1")
    assert "没有找到" in office.told(OTHER_DEPUTY)


def test_nobody_enters_for_a_station_they_do_not_work_at(office: Office) -> None:
    """A station's code typed, or a button forged; and no constituent enters for anybody."""
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.DEPUTY, "钱七", 13, elsewhere)
    office.writes(STAFF, f"/behalf {LAMP}")
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    assert "同意" in office.told(STAFF), "one station: it is not asked for"
    office.writes(STAFF, "/cancel")
    office.writes(OWNER, f"/behalf {LAMP}")
    office.presses(OWNER, office.last(OWNER), "不留姓名电话")
    office.presses(OWNER, office.last(OWNER), "滨江")
    office.presses(OWNER, office.last(OWNER), "确认")
    assert office.case(1).station_id == elsewhere
    office.roster(Role.DEPUTY, "李四", OTHER_DEPUTY, 1, office.station("C", "东门联络站"))
    office.writes(OTHER_DEPUTY, f"/behalf {LAMP}")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "不留姓名电话")
    office.writes(OTHER_DEPUTY, "B")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "确认")
    assert office.case(2) is None
    office.writes(ALICE, f"/behalf {LAMP}")
    assert "没有这个命令" in office.told(ALICE)


def test_the_code_shows_the_public_course(office: Office) -> None:
    """To whoever has it, however they type it: stage, steps, the answer; no talk, no notes, no number of a phone."""
    code = entered(office, text=f"{LAMP}，电话 13800001111")
    office.writes(DEPUTY, "内部的话", answering=office.last(DEPUTY, containing="民情 #1"))
    office.writes(STAFF, "/note 1 老人脾气急")
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/mediate 1 联系了供电所 13900002222")
    office.writes(DEPUTY, "/reply 1 王大爷，已修好，电话 13900002222")
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        office.writes(ALICE, f"/case {typed}")
        told = office.told(ALICE)
        assert "民情 #1" in told
        assert "联系了供电所" in told
        assert "已修好" in told
        for private in ("13800001111", "13900002222", "内部的话", "脾气", "王大爷", "王五"):
            assert private not in told
    office.writes(ALICE, f"/start code_{code.replace('-', '')}")
    assert "已修好" in office.told(ALICE)


def test_guessing_codes_is_slowed_down(office: Office) -> None:
    """After a few wrong ones even the right one has to wait, for that person only, and by buttons as well."""
    code = entered(office)
    for wrong in ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", "EEEE-EEEE"):
        office.writes(ALICE, f"/case {wrong}")
        assert "没有这个凭证码" in office.told(ALICE)
    office.writes(ALICE, f"/case {code}")
    assert "过一小时" in office.told(ALICE)
    office.presses_data(ALICE, f"code:erase:{code.replace('-', '')}")
    assert office.case(1).text == LAMP
    office.writes(102, f"/case {code}")
    assert "民情 #1" in office.told(102)
    office.now += timedelta(hours=1)
    office.writes(ALICE, f"/case {code}")
    assert "民情 #1" in office.told(ALICE)


def test_the_code_gives_no_right_by_the_number(office: Office) -> None:
    """What is done in their name needs the code itself, each time."""
    code = entered(office)
    answered(office)
    office.writes(ALICE, f"/case {code}")
    office.presses_data(ALICE, "rate:1:attitude:3")
    assert office.case(1).attitude is None
    office.writes(ALICE, "/case 1")
    assert "没有找到" in office.told(ALICE)
    assert "王大爷" not in "".join(sent.text for sent in office.chats[ALICE])


def test_by_the_code_everything_is_erased(office: Office) -> None:
    """Asked once more; then words, name and phone are gone, the case is withdrawn, and the code is no longer one."""
    code = entered(office)
    office.writes(ALICE, f"/case {code}")
    office.presses(ALICE, office.last(ALICE), "删除本人信息")
    assert office.case(1).text == LAMP
    office.presses(ALICE, office.last(ALICE, containing="不能恢复"), "确认")
    case = office.case(1)
    assert (case.text, case.stage, case.outcome) == (None, Stage.CLOSED, Outcome.WITHDRAWN)
    dump = office.dump()
    for word in ("王大爷", "138 0000 1111", LAMP, receipt_codes.digest(code.replace("-", ""))):
        assert word not in dump
    office.writes(ALICE, f"/case {code}")
    assert "没有这个凭证码" in office.told(ALICE)
    assert "王大爷" not in office.last(DEPUTY, containing="民情 #1").text


def test_whoever_entered_it_can_be_forgotten_and_the_case_stays(office: Office) -> None:
    """It is somebody else's. Staff of the station are asked from then on."""
    entered(office, OTHER_DEPUTY)
    with office.unit() as uow:
        uow.roster.retire(2, office.now)
    office.writes(OTHER_DEPUTY, "/forget")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "确认")
    assert office.case(1).text == LAMP
    assert office.case(1).open
    office.writes(DEPUTY, "/accept 1")
    assert "请转告本人" in office.told(STAFF)


def test_it_can_be_withdrawn_on_their_word(office: Office) -> None:
    """Consent is as easily withdrawn as given."""
    entered(office)
    office.writes(STAFF, "/withdraw 1")
    assert office.case(1).outcome is Outcome.WITHDRAWN
    with office.unit() as uow:
        assert uow.journal.of_case(1)[-1].details["on_word"] is True


def test_the_export_is_true(office: Office) -> None:
    """It says that the case was entered on behalf; no name, no phone, no code is in it."""
    code = entered(office)
    office.writes(ALICE, "路灯坏了")
    with office.unit() as uow:
        first, second = read_cases(uow.connection, since=None, until=None)
    assert (first["on_behalf"], second["on_behalf"]) == (True, False)
    assert first["history"][0]["by"] == "staff"
    for word in ("王大爷", "138 0000 1111", code):
        assert word not in str(first)


def test_a_case_stays_entered_on_behalf_when_its_author_is_erased(office: Office) -> None:
    """The export counts as the summary does: how a case came does not change with what becomes of its author."""
    code = entered(office)
    for data in ("ask", "erase"):
        office.presses_data(ALICE, f"code:{data}:{code.replace('-', '')}")
    with office.unit() as uow:
        (case,) = read_cases(uow.connection, since=None, until=None)
    assert case["text"] is None
    assert case["on_behalf"]


def test_a_case_is_not_entered_on_behalf_because_another_one_became_part_of_it(office: Office) -> None:
    entered(office)
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/merge 1 2")
    with office.unit() as uow:
        part, whole = read_cases(uow.connection, since=None, until=None)
    assert part["outcome"] == "merged"
    assert (part["on_behalf"], whole["on_behalf"]) == (True, False)


def test_reopening_and_handing_over_reach_them_too(office: Office) -> None:
    """An author without an account is an author."""
    entered(office)
    office.writes(DEPUTY, "/decline 1 请找物业")
    assert "请找物业" in office.told(STAFF)
    office.writes(OWNER, "/reopen 1 物业不管")
    assert office.case(1).stage is Stage.MEDIATION
    assert "物业不管" in office.last(STAFF, containing="请转告").text
    office.writes(STAFF, "/assign 1 李四")
    assert office.case(1).deputy_id == 2


@pytest.mark.parametrize("data", ["code:ask", "code:erase:1:2", "code:x:ABCDEFGH", "code:erase:ABCDEFGH", "code:ask:"])
def test_forged_buttons_change_nothing(office: Office, data: str) -> None:
    """They are answered in words, and count as guesses where they hold a code."""
    entered(office)
    before = office.case(1)
    office.presses_data(ALICE, data)
    assert office.toasts[-1]
    assert office.case(1) == before


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcd-efgh", "ABCDEFGH"),
        (" ABCD EFGH ", "ABCDEFGH"),
        ("ＡＢＣＤ－ＥＦＧＨ", "ABCDEFGH"),
        ("12", None),
        ("#12", None),
        ("12345678", None),
        ("ABCDEFG", None),
        ("路灯坏了三天没人", None),
        ("", None),
    ],
)
def test_a_code_and_a_number_are_never_taken_for_each_other(typed: str, code: str | None) -> None:
    """Codes are of letters only, numbers of digits."""
    assert receipt_codes.normalised(typed) == code


def test_merged_with_the_case_of_somebody_else_both_are_asked(office: Office) -> None:
    """An author without an account is not lost by a merge: told and asked by themselves, and rated on their word."""
    office.writes(ALICE, LAMP)
    code = entered(office)
    office.writes(STAFF, "/merge 2 1")
    assert office.case(2).outcome is Outcome.MERGED
    office.writes(DEPUTY, "/reply 1 已请供电所修好")
    asked = office.last(STAFF, containing="已请供电所修好")
    assert "王大爷 138 0000 1111" in asked.text
    office.presses(STAFF, asked, "😊 满意")
    office.presses(STAFF, asked, "😊 满意")
    assert office.case(1).stage is Stage.REPLY, "she is waited for"
    hers = office.last(ALICE, containing="已请供电所修好")
    assert "王大爷" not in "".join(sent.text for sent in office.chats[ALICE])
    office.presses(ALICE, hers, "😊 满意")
    office.presses(ALICE, hers, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED
    office.writes(102, f"/case {code}")
    assert "已请供电所修好" in office.told(102)


def test_the_look_back_asks_them_too(office: Office) -> None:
    """Through whoever entered the case, and their answer is noted."""
    entered(office)
    reply = answered(office)
    office.presses(STAFF, reply, "😊 满意")
    office.presses(STAFF, reply, "😊 满意")
    office.now += timedelta(days=40)
    office.writes(OWNER, "/lookback 1")
    office.presses(OWNER, office.last(OWNER), "确认")
    question = office.last(STAFF, containing="请问问本人")
    before = len(office.toasts)
    office.presses(STAFF, question, "😊 满意")
    assert "过时" not in office.toasts[before]


def test_a_corrected_reply_is_told_again(office: Office) -> None:
    """Whoever told the first words is asked to tell the others, and can rate on their word."""
    entered(office)
    answered(office)
    office.writes(DEPUTY, "/correct 1 明天修好")
    told = office.last(STAFF, containing="明天修好")
    assert "请问问本人" in told.text
    office.presses(STAFF, told, "😊 满意")
    office.presses(STAFF, told, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED


# --- whoever holds the code speaks for them ---

HOLDER = 103


def shown(office: Office, code: str, who: int = HOLDER) -> Sent:
    office.writes(who, f"/case {code}")
    return office.last(who, containing="#1")


def test_the_holder_adds_words_and_pictures(office: Office) -> None:
    """In the name of the one whose code it is; the deputy reads them, and they stand on record as passed on."""
    code = entered(office)
    office.presses(HOLDER, shown(office, code), "替本人补充")
    office.writes(HOLDER, "还有四号楼", attachments=(PHOTO,), album="a")
    office.writes(HOLDER, None, attachments=(Attachment("photo", "file-2"),), album="a")
    assert "已补充到民情 #1" in office.told(HOLDER)
    assert "转达本人的话" in office.last(DEPUTY, containing="还有四号楼").text
    with office.unit() as uow:
        said = [(message.by, message.text) for message in uow.messages.of_case(1)[-2:]]
        assert not uow.connection.exec_driver_sql("SELECT count(*) FROM dialogues").scalar_one()
    assert said == [(Role.CONSTITUENT, "还有四号楼"), (Role.CONSTITUENT, None)]
    assert office.case(2) is None


def test_the_code_itself_is_not_kept_while_words_are_asked_for(office: Office) -> None:
    code = entered(office)
    office.presses(HOLDER, shown(office, code), "替本人补充")
    with office.unit() as uow:
        kept = str(uow.connection.exec_driver_sql("SELECT answers FROM dialogues").fetchall())
    assert code.replace("-", "") not in kept


def test_what_the_holder_adds_ends_the_pause(office: Office) -> None:
    """It is the answer to what the deputy asked."""
    code = entered(office)
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.presses(HOLDER, shown(office, code), "替本人补充")
    office.writes(HOLDER, "门口那盏")
    assert office.case(1).paused_since is None


def test_the_holder_rates_in_their_name(office: Office) -> None:
    """Both parts; the journal says on whose word, and the one who entered the case need not ask any more."""
    code = entered(office)
    answered(office)
    course = shown(office, code)
    office.presses(HOLDER, course, "😊 满意")
    assert "已记下" in office.toasts[-1]
    office.presses(HOLDER, course, "😊 满意")
    assert office.case(1).outcome is Outcome.RESOLVED
    with office.unit() as uow:
        closing = uow.journal.of_case(1)[-1]
        assert closing.event == Event.RATED_WELL
        assert closing.details["on_word"] is True
    assert not any("满意" in label for label in course.buttons)


def test_the_holder_answers_the_check(office: Office) -> None:
    code = entered(office)
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    course = shown(office, code)
    office.presses(HOLDER, course, "😊 满意")
    office.presses(HOLDER, course, "😊 满意")
    office.writes(DEPUTY, "/done 1")
    office.presses(HOLDER, shown(office, code), "未落实")
    assert office.case(1).stage is Stage.MEDIATION
    with office.unit() as uow:
        assert uow.journal.of_case(1)[-1].details["on_word"] is True


def test_by_code_nobody_rates_an_earlier_reply(office: Office) -> None:
    """The newest takes its place, with the buttons for that; so it is with the check of an earlier promise."""
    code = entered(office)
    office.writes(DEPUTY, "/reply 1 B 2026-12-01 会修好")
    course = shown(office, code)
    rating = [button.data for row in course.outgoing.rows for button in row if button.label.key == "button-rating-3"]
    for part in ("attitude", "result"):
        office.presses_data(HOLDER, f"code:rate:{code.replace('-', '')}:{part}:1", course)
    office.writes(DEPUTY, "/reply 1 B 2026-12-02 换人去修")
    count = len(office.toasts)
    for pressed in (*rating, f"code:check:{code.replace('-', '')}:3"):
        office.presses_data(HOLDER, pressed, course)
        assert "之前的一次答复" in office.toasts[-1]
        assert "换人去修" in course.text
    assert len(office.toasts) == count + len(rating) + 1
    with office.unit() as uow:
        assert not uow.verdicts.of(1)
    office.presses(HOLDER, course, "😊 满意")
    office.presses(HOLDER, course, "😊 满意")
    assert office.case(1).stage is Stage.FOLLOW_UP


def looked_back(office: Office, *cases: int) -> None:
    """Cases of people without Telegram that were answered, rated and closed are looked back on."""
    for number in cases:
        office.writes(DEPUTY, f"/reply {number} 已修好")
        for _ in range(2):
            office.presses(STAFF, office.last(STAFF, containing="已修好"), "😊 满意")
    office.now += timedelta(days=40)
    office.writes(OWNER, "/lookback 5")
    office.presses(OWNER, office.last(OWNER), "确认")


def said_now(office: Office, number: int = 1) -> list[int | None]:
    with office.unit() as uow:
        return [question.answer for question in uow.lookbacks.questions(1) if question.case == number]


def test_the_holder_answers_the_look_back(office: Office) -> None:
    """Whoever was to ask them may never have done so: with the code they answer themselves, once."""
    code = entered(office)
    looked_back(office, 1)
    course = shown(office, code)
    assert "现在看" in course.text
    office.presses(HOLDER, course, "不满意")
    assert said_now(office) == [1]
    assert "现在不满意" in office.last(STAFF, containing="回头看：民情 #1").text
    assert not any("满意" in label for label in office.last(HOLDER, containing="经过").buttons)


def test_a_code_answers_no_look_back_of_somebody_else(office: Office) -> None:
    """Nor with a level there is none of, nor before there is a question, nor twice."""
    code, other = entered(office).replace("-", ""), entered(office, text="井盖丢了").replace("-", "")
    office.presses_data(HOLDER, f"code:again:{code}:1")
    looked_back(office, 1)
    office.presses_data(HOLDER, f"code:again:{other}:1")
    office.presses_data(HOLDER, f"code:again:{code}:0")
    office.presses_data(HOLDER, f"code:again:{code}:9")
    office.presses_data(HOLDER, f"code:again:{code}")
    office.presses_data(HOLDER, "code:again:ABCDEFGH:1")
    assert said_now(office) == [None]
    office.presses_data(HOLDER, f"code:again:{code}:3")
    office.presses_data(HOLDER, f"code:again:{code}:1")
    assert said_now(office) == [3]


def test_whoever_passes_on_answers_the_look_back_below_the_case(office: Office) -> None:
    """Whose message with the question is gone finds it below the case, which says who is to be asked; the deputy of the
    case is not offered it.
    """
    entered(office)
    looked_back(office, 1)
    office.writes(DEPUTY, "/case 1")
    assert not any(data.startswith("again:") for data in office.last(DEPUTY, containing="经过").buttons.values())
    office.writes(STAFF, "/case 1")
    course = office.last(STAFF, containing="经过")
    assert "请问问本人" in course.text
    office.presses(STAFF, course, "基本满意")
    assert said_now(office) == [2]
    assert "重新" in str(office.last(STAFF, containing="经过").buttons), "the rest of its buttons stays"


def test_by_code_nobody_rates_another_case_s_reply(office: Office) -> None:
    """Once theirs is part of another case, and once it is apart again: they read its reply first, then rate it."""
    code = entered(office, text="楼道的墙皮掉了")
    office.writes(ALICE, "小区东门的路灯坏了")
    office.writes(DEPUTY, "/reply 1 换灯泡")
    alone = rating_by_code(shown(office, code))
    office.writes(DEPUTY, "/reply 2 换电线")
    office.writes(STAFF, "/merge 1 2")
    course = shown(office, code)
    together = rating_by_code(course)
    for pressed in alone:
        office.presses_data(HOLDER, pressed, course)
        assert "之前的一次答复" in office.toasts[-1]
        assert "换电线" in course.text
    with office.unit() as uow:
        assert not uow.verdicts.of(2)
    office.writes(STAFF, "/split 1")
    for pressed in together:
        office.presses_data(HOLDER, pressed, course)
    with office.unit() as uow:
        assert not uow.verdicts.of(1)
    office.writes(STAFF, "/merge 1 2")
    for pressed in together:
        office.presses_data(HOLDER, pressed, course)
    with office.unit() as uow:
        (said,) = uow.verdicts.of(2).values()
    assert (said.attitude, said.result) == (1, 1)


def rating_by_code(course: Sent) -> list[str]:
    """What its buttons say of being dissatisfied."""
    buttons = [button for row in course.outgoing.rows for button in row]
    return [button.data or "" for button in buttons if button.label.key == "button-rating-1"]


def test_the_deputy_of_the_case_does_not_rate_by_code(office: Office) -> None:
    """Nor does a wrong code, or an erased one."""
    code = entered(office)
    answered(office)
    course = shown(office, code, DEPUTY)
    assert not any("满意" in label for label in course.buttons)
    plain = code.replace("-", "")
    office.presses_data(DEPUTY, f"code:rate:{plain}:attitude:3")
    office.presses_data(DEPUTY, f"code:rate:{plain}:result:3")
    office.presses_data(HOLDER, "code:rate:ABCDEFGH:attitude:3")
    office.presses_data(HOLDER, f"code:rate:{plain}:mood:3")
    office.presses_data(HOLDER, f"code:check:{plain}:9")
    assert office.case(1).stage is Stage.REPLY
    with office.unit() as uow:
        assert not uow.verdicts.of(1)


def test_one_can_add_to_ones_own_case_by_its_number(office: Office) -> None:
    office.writes(ALICE, LAMP)
    office.writes(ALICE, "/add 1 四号楼也是")
    assert office.told(DEPUTY).endswith("四号楼也是")
    office.writes(HOLDER, "/add 1 我也说一句")
    assert "没有找到民情 #1" in office.told(HOLDER)


# --- two people of one who entered them ---


def test_each_of_two_is_rated_by_their_own_message(office: Office) -> None:
    """Named, or by what each of them brought; pressing below the second never answers for the first."""
    entered(office, contact="王大爷 138 0000 1111")
    entered(office, contact=None, text="三号楼门口的灯一直不亮")
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/reply 1 已请供电所修好")
    first, second = [sent for sent in office.chats[STAFF] if "请问问本人" in sent.text and "供电所" in sent.text]
    assert "王大爷" in first.text
    assert "民情 #1" in first.text
    assert "#2</b>「三号楼门口的灯一直不亮」" in second.text

    office.presses(STAFF, second, "😞 不满意" if "😞 不满意" in second.buttons else "不满意")
    with office.unit() as uow:
        one, other = sorted(uow.cases.author_ids(1))
        assert (one in uow.verdicts.of(1), other in uow.verdicts.of(1)) == (False, True)
    office.presses(STAFF, first, "😊 满意")
    office.presses(STAFF, first, "😊 满意")
    with office.unit() as uow:
        said = uow.verdicts.of(1)
    assert said[one].rated
    assert not said[other].rated
    office.presses_data(ALICE, f"rate:1:attitude:3@{one}")
    office.presses_data(STAFF, "rate:1:attitude:3@999")
    with office.unit() as uow:
        assert uow.verdicts.of(1) == said


def test_the_card_says_whose_rating_is_below_it(office: Office) -> None:
    entered(office, contact=None)
    entered(office, contact=None, text="三号楼门口的灯一直不亮")
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/reply 1 已请供电所修好")
    office.writes(STAFF, "/case 1")
    assert f"#1</b>「{LAMP}」的那一位" in office.told(STAFF)
    card = office.last(STAFF)
    office.presses(STAFF, card, "😊 满意")
    office.presses(STAFF, card, "😊 满意")
    office.writes(STAFF, "/case 1")
    assert "#2</b>「三号楼门口的灯一直不亮」的那一位" in office.told(STAFF)


def test_whom_the_case_accuses_speaks_for_its_author_no_more(office: Office) -> None:
    """Nor reads it, however they opened it: staff tell the author what there is to tell."""
    code = entered(office, DEPUTY)
    office.writes(DEPUTY, "/case 1")
    office.presses(HOLDER, shown(office, code), "替本人补充")
    office.writes(HOLDER, "举报张三代表收红包，给自己亲戚办低保")
    assert office.case(1).held
    office.writes(DEPUTY, "/case 1")
    office.writes(DEPUTY, "/search 红包")
    office.writes(STAFF, "/release 1")
    office.writes(OTHER_DEPUTY, "/reply 1 张三的事已转给纪委")
    assert "纪委" in office.last(STAFF, containing="请问问本人").text
    assert not [sent.text for sent in office.chats[DEPUTY] if "纪委" in sent.text or "收红包" in sent.text]
    assert not [sent.text for sent in office.chats[DEPUTY] if "举报" in sent.text]


@pytest.mark.parametrize(("who", "words"), [(STAFF, "举报王五收红包，办低保"), (DEPUTY, "举报张三代表收红包，办低保")])
def test_whom_the_words_accuse_gets_no_buttons_that_lead_nowhere(office: Office, who: int, words: str) -> None:
    """They hand over the code, and hear that the case goes on without them."""
    code = entered(office, who, contact=None, text=words)
    receipt = office.last(who, containing=code)
    assert not receipt.buttons
    assert "由别人办" in receipt.text
    assert "回复这条消息" not in receipt.text
    office.writes(who, "/case 1")
    assert "没有找到民情 #1" in office.told(who)
    assert "替本人补充" in "".join(shown(office, code).buttons)
    other = office.last(OWNER if who == STAFF else STAFF, containing="等工作人员看")
    assert "民情 #1" in other.text


def passed_on_in_one_of_two(office: Office) -> str:
    """Case 1 is Alice's, the absent author's case 2 a part of it: staff and the holder of the code speak for them."""
    office.writes(ALICE, "小区东门的路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    code = entered(office)
    office.writes(STAFF, "/assign 2 李四")
    office.writes(STAFF, "/merge 2 1")
    return code


def says(office: Office, who: int, code: str, words: str) -> int:
    if who == STAFF:
        return office.writes(STAFF, words, answering=office.last(STAFF, containing="凭证码"))
    office.writes(who, f"/start code_{code.replace('-', '')}")
    office.presses(who, office.last(who, containing="#1"), "补充")
    return office.writes(who, words)


@pytest.mark.parametrize("who", [STAFF, HOLDER])
def test_what_is_passed_on_for_one_author_is_not_for_the_other(office: Office, who: int) -> None:
    """Neither as it was said, nor as it was edited; it is the absent author's, whoever says it."""
    code = passed_on_in_one_of_two(office)
    said = says(office, who, code, "大爷家在三单元")
    office.writes(who, "大爷家在四单元", message_id=said, edit=True)
    assert "四单元" in office.last(DEPUTY).text
    assert "张三代表修改" not in "".join(sent.text for sent in office.chats[who])
    office.writes(ALICE, "/case 1")
    assert not any("单元" in sent.text for sent in office.chats[ALICE])
    for reader in (DEPUTY, STAFF):
        office.writes(reader, "/case 1")
        assert "四单元" in office.told(reader)


@pytest.mark.parametrize("who", [STAFF, HOLDER])
def test_what_is_passed_on_follows_the_author_and_is_erased_with_them(office: Office, who: int) -> None:
    """After a split an edit of it is for the deputy of their own case; with the code all of it goes."""
    code = passed_on_in_one_of_two(office)
    said = says(office, who, code, "大爷家在三单元")
    office.writes(STAFF, "/split 2")
    before = len(office.chats[DEPUTY])
    office.writes(who, "大爷家在四单元", message_id=said, edit=True)
    assert "四单元" in office.last(OTHER_DEPUTY, containing="#2").text
    assert len(office.chats[DEPUTY]) == before
    office.presses_data(HOLDER, f"code:erase:{code.replace('-', '')}")
    with office.unit() as uow:
        kept = [message.text for number in (1, 2) for message in uow.messages.of_case(number)]
    assert [text for text in kept if text] == ["小区东门的路灯坏了"]


def test_an_author_who_holds_the_code_of_another_speaks_for_that_one(office: Office) -> None:
    """A neighbour with a case of their own in the same whole: what they say with the code is not theirs."""
    code = passed_on_in_one_of_two(office)
    said = says(office, ALICE, code, "大爷家在三单元")
    assert "转达本人的话" in office.last(DEPUTY).text
    office.writes(STAFF, "/split 2")
    office.writes(ALICE, "大爷家在四单元", message_id=said, edit=True)
    assert "四单元" in office.last(OTHER_DEPUTY, containing="#2").text
    office.presses_data(HOLDER, f"code:erase:{code.replace('-', '')}")
    assert "单元" not in office.dump()
    assert "小区东门的路灯坏了" in office.dump()


def test_the_rest_of_an_album_follows_the_author_in_whose_name_it_was_begun(office: Office) -> None:
    """Also where their case was split off between two of its pictures."""
    code = passed_on_in_one_of_two(office)
    office.writes(HOLDER, f"/start code_{code.replace('-', '')}")
    office.presses(HOLDER, office.last(HOLDER, containing="#1"), "补充")
    office.writes(HOLDER, "大爷家在三单元", attachments=(PHOTO,), album="a")
    office.writes(STAFF, "/split 2")
    office.writes(HOLDER, None, attachments=(Attachment("photo", "file-2"),), album="a")
    assert office.last(OTHER_DEPUTY).outgoing.attachment.file_id == "file-2"


def test_who_passed_it_on_and_is_forgotten_leaves_no_trace_of_their_account(office: Office) -> None:
    """The words are the absent author's and stay; the chat they came from was the other one's."""
    code = passed_on_in_one_of_two(office)
    says(office, HOLDER, code, "大爷家在三单元")
    office.writes(HOLDER, "/forget")
    office.presses(HOLDER, office.last(HOLDER), "确认")
    with office.unit() as uow:
        assert "大爷家在三单元" in [message.text for message in uow.messages.of_case(1)]
    assert not re.findall(rf"\b{HOLDER}\b", office.dump())


def test_the_rest_of_an_album_of_a_case_on_behalf_is_its_author_s(office: Office) -> None:
    """Not of whoever entered it: it is erased with the code."""
    office.writes(STAFF, f"/behalf {LAMP}", attachments=(PHOTO,), album="a")
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(STAFF, None, attachments=(Attachment("photo", "file-2"),), album="a")
    with office.unit() as uow:
        whose = {message.person_id for message in uow.messages.of_case(1)}
        assert whose == {author.person_id for author in uow.cases.authors(1)}


def test_an_answer_to_the_word_that_something_was_added_belongs_to_that_case(office: Office) -> None:
    """For who wrote the case, and for who entered it; nothing becomes a case of its own."""
    office.writes(ALICE, LAMP)
    entered(office)
    for who, number in ((ALICE, 1), (STAFF, 2)):
        office.writes(who, f"/add {number} 在东边那一盏")
        office.writes(who, "灯杆也歪了", answering=office.last(who, containing=f"已补充到民情 #{number}"))
        with office.unit() as uow:
            assert uow.messages.of_case(number)[-1].text == "灯杆也歪了"
        assert office.case(3) is None


def test_the_deputy_of_the_case_who_entered_it_passes_words_on(office: Office) -> None:
    """``/add`` is what the author says; an answer to the card is what the deputy says, as for any case."""
    entered(office, DEPUTY)
    office.writes(STAFF, "/assign 1 张三")
    assert office.case(1).deputy_id == 1
    before = len(office.chats[DEPUTY])
    office.writes(DEPUTY, "/add 1 在东边那一盏")
    with office.unit() as uow:
        *_, said = uow.messages.of_case(1)
        (author,) = uow.cases.authors(1)
    assert (said.text, said.by, said.person_id) == ("在东边那一盏", Role.CONSTITUENT, author.person_id)
    told = [sent.text for sent in office.chats[DEPUTY][before:]]
    assert any("已补充到民情 #1" in text for text in told)
    assert not any("在东边那一盏" in text for text in told)


@pytest.mark.parametrize("on", ["凭证码", "已补充到民情 #1"])
@pytest.mark.parametrize("album", [None, "7"])
def test_so_it_is_with_an_answer_to_what_asks_for_the_author_s_words(
    office: Office, on: str, album: str | None
) -> None:
    """The receipt says so, and the word that something was added: nobody is asked to pass on what they passed on."""
    entered(office, DEPUTY)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/add 1 在东边那一盏")
    before = len(office.chats[DEPUTY])
    photos = [(Attachment("photo", "a"),), (Attachment("photo", "b"),)] if album else [()]
    answering: Sent | None = office.last(DEPUTY, containing=on)
    for photo in photos:
        words = "灯杆也歪了" if answering else None
        office.writes(DEPUTY, words, answering=answering, attachments=photo, album=album)
        answering = None
    with office.unit() as uow:
        said = uow.messages.of_case(1)[-len(photos) :]
        (author,) = uow.cases.authors(1)
    assert said[0].text == "灯杆也歪了"
    assert {(each.by, each.person_id) for each in said} == {(Role.CONSTITUENT, author.person_id)}
    assert not any("请转告" in sent.text for sent in office.chats[DEPUTY][before:])
    office.writes(DEPUTY, "明天来修", answering=office.last(DEPUTY, containing="路灯坏了"))
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].by is Role.DEPUTY, "to the card they answer as its deputy"


def test_after_a_merge_it_is_said_for_the_one_whose_receipt_was_answered(office: Office) -> None:
    """Of two whom its deputy entered, each has a receipt."""
    entered(office, DEPUTY, contact=None)
    entered(office, DEPUTY, contact=None, text="三号楼门口的灯一直不亮")
    for number in (1, 2):
        office.writes(STAFF, f"/assign {number} 张三")
    office.writes(STAFF, "/merge 2 1")
    with office.unit() as uow:
        (second,) = uow.cases.author_ids(2)
    office.writes(DEPUTY, "灯杆也歪了", answering=office.last(DEPUTY, containing="已代录，民情 #2"))
    with office.unit() as uow:
        said = uow.messages.of_case(1)[-1]
    assert (said.text, said.by, said.person_id) == ("灯杆也歪了", Role.CONSTITUENT, second)


def test_in_a_group_its_deputy_answers_the_other_author(office: Office) -> None:
    """What says there that words came says so of those who wrote there."""
    office.writes(ALICE, "/report 小区东门的路灯坏了", group=GROUP)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/ask 1 哪一盏？")
    office.writes(ALICE, "东边第二盏", answering=office.last(GROUP), group=GROUP)
    came = office.last(GROUP, containing="收到")
    entered(office, DEPUTY, contact=None, text="楼道的墙皮掉了")
    office.writes(STAFF, "/assign 2 张三")
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "明天派人来看", answering=came, group=GROUP)
    with office.unit() as uow:
        said = uow.messages.of_case(1)[-1]
    assert (said.text, said.by) == ("明天派人来看", Role.DEPUTY)
    assert "明天派人来看" in office.told(GROUP)


@pytest.mark.parametrize("who", [DEPUTY, STAFF])
def test_whoever_passes_words_on_to_a_closed_case_gets_no_dead_button(office: Office, who: int) -> None:
    """Only its author asks for it to be taken up again."""
    entered(office, who, contact=None)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/decline 1 D 不归我们管")
    office.writes(who, "还是没人管", answering=office.last(who, containing="凭证码"))
    assert "已补充到民情 #1" in office.told(who)
    assert not office.last(who).buttons


@pytest.mark.parametrize("entered_it", [True, False])
def test_whoever_has_the_case_no_more_speaks_as_its_deputy_no_more(office: Office, entered_it: bool) -> None:
    """They pass on what the author says where they entered it; else nothing of it is theirs."""
    entered(office, DEPUTY if entered_it else STAFF)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY if entered_it else STAFF, "/add 1 在东边那一盏")
    on = office.last(DEPUTY, containing="已补充到" if entered_it else "在东边那一盏")
    office.writes(STAFF, "/assign 1 李四")
    office.writes(DEPUTY, "灯杆也歪了", answering=on)
    with office.unit() as uow:
        said = uow.messages.of_case(1)[-1]
    if entered_it:
        assert (said.text, said.by) == ("灯杆也歪了", Role.CONSTITUENT)
        assert "转达本人的话" in office.told(OTHER_DEPUTY)
    else:
        assert said.text == "在东边那一盏"
        assert "没有找到民情 #1" in office.told(DEPUTY)


def test_the_whole_album_that_its_deputy_passes_on_is_its_author_s(office: Office) -> None:
    """The deputy would be asked to tell the author what came from them."""
    entered(office, DEPUTY)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/add 1 在东边那一盏", attachments=(Attachment("photo", "a"),), album="7")
    before = len(office.chats[DEPUTY])
    office.writes(DEPUTY, None, attachments=(Attachment("photo", "b"),), album="7")
    with office.unit() as uow:
        *_, first, second = uow.messages.of_case(1)
        (author,) = uow.cases.authors(1)
    assert [each.attachments[0].file_id for each in (first, second)] == ["a", "b"]
    assert {(each.by, each.person_id) for each in (first, second)} == {(Role.CONSTITUENT, author.person_id)}
    assert not any("请转告" in sent.text for sent in office.chats[DEPUTY][before:])


def test_so_does_an_answer_to_the_word_that_a_name_was_noted(office: Office) -> None:
    office.writes(ALICE, LAMP)
    office.writes(ALICE, "/name 1 王大爷")
    office.writes(ALICE, "灯杆也歪了", answering=office.chats[ALICE][-1])
    assert office.case(2) is None
