"""What happens on a reception day: walking in, the record of each visitor, the five exits, the end."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from liaisonbot import receptions
from liaisonbot.duty import EntryState
from liaisonbot.receptions import BookingState, ReceptionState
from liaisonbot.vocabulary import MessageKind, Outcome, ReplyClass, Role, RoutingRule, Stage
from tests.liaisonbot.services.test_reception_days import (
    ALICE,
    BOB,
    ELSEWHERE,
    LI,
    STAFF,
    WANG,
    a_rota,
    at,
    booked,
    confirmed,
    opened,
)
from tests.support.office import GROUP, Office, Sent

DAY = date(2026, 12, 7)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Alice booked 09:00 about the lamp, and the day has come."""
    office = opened(tmp_path)
    a_rota(office)
    booked(office, ALICE)
    at(office, DAY, "08:50")
    return office


def heard(office: Office, exit_: str, who: int = WANG, words: str = "已记下，马上联系市政。") -> Sent:
    """The visitor's button, the exit, the words, the confirmation; what they are told is in their chat."""
    office.presses_data(who, "visitor:1:show")
    office.presses_data(who, "visitor:1:hear")
    office.presses(who, office.last(who), exit_)
    office.writes(who, words)
    confirmed(office, who)
    return office.last(who)


def walked_in(office: Office, who: int = STAFF, contact: str = "王大爷 13800001111") -> str:
    """Somebody without Telegram; their code."""
    office.presses_data(who, "rday:1:walkin")
    office.writes(who, "门口的路坑坑洼洼")
    office.writes(who, contact)
    office.presses(who, office.last(who), "不约时间")
    assert "本人同意" in office.told(who)
    confirmed(office, who)
    found = re.search(r"[A-Z]{4}-[A-Z]{4}", office.told(who))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("exit_", [key for key, each in receptions.exits().items() if each.answer is None])
def test_an_exit_makes_a_case_the_visitors_own(office: Office, exit_: str) -> None:
    """At the station, with the deputy who heard it; linked both ways; the visitor is told and answered like any."""
    office.writes(WANG, f"/hear 1 {exit_} 路灯三周没亮，请街道来修")
    confirmed(office, WANG)
    case = office.case(1)
    with office.unit() as uow:
        booking = uow.receptions.booking(1)
        wang = uow.roster.get(case.deputy_id)
        notes = [m.text for m in uow.messages.of_case(1) if m.kind is MessageKind.NOTE]
        (entered,) = [line for line in uow.journal.of_case(1) if line.event == "entered"]
    assert wang is not None
    assert wang.name == "王芳"
    assert entered.rule is RoutingRule.NAMED
    assert entered.details["reception"] == 1
    assert booking is not None
    assert (booking.case, booking.exit, booking.state) == (1, exit_, BookingState.HEARD)
    assert "路灯的事" in case.text
    assert "请街道来修" in case.text
    assert "接待日" in notes[0]
    assert "#1" in office.last(ALICE, containing="接待日上您说的事").text
    office.writes(WANG, "/reply 1 A 路灯修好了")
    assert "路灯修好了" in office.told(ALICE), "and answered like any other"


@pytest.mark.parametrize(
    ("said", "exit_"), [("街道 请街道来修", "street"), ("上级代表 请转告", "higher"), ("当场 说清楚了", "solved")]
)
def test_an_exit_has_short_names(office: Office, said: str, exit_: str) -> None:
    """Nobody looks up how it is called."""
    office.writes(WANG, f"/hear 1 {said}")
    asked = office.last(WANG)
    assert "09:00 路灯的事" in asked.text, "a number is soon mistaken"
    confirmed(office, WANG)
    with office.unit() as uow:
        booking = uow.receptions.booking(1)
    assert booking is not None
    assert (booking.exit, booking.minutes) == (exit_, said.split()[1])


def test_a_matter_for_a_proposal_says_what_is_to_be_done(office: Office) -> None:
    """So that it is not lost among cases."""
    heard(office, "转为代表建议")
    with office.unit() as uow:
        (note,) = [m.text for m in uow.messages.of_case(1) if m.kind is MessageKind.NOTE]
    assert "提出正式建议" in (note or "")


def test_what_is_settled_there_is_a_case_answered_on_the_spot(office: Office) -> None:
    """Of class A, with the minutes as its words; the visitor reads them once, and rates; contentment closes it."""
    before = len(office.chats[ALICE])
    answer = heard(office, "现场办结", words="当场打电话，今天就修")
    for words in ("现场办结，民情 #1", "已作为答复发出"):
        assert words in answer.text
    case = office.case(1)
    assert (case.stage, case.reply_class) == (Stage.REPLY, ReplyClass.A)
    (told,) = office.chats[ALICE][before:]
    for words in ("12月7日周一 接待日上说的事，当场办了", "民情 #1 有答复了", "今天就修"):
        assert words in told.text, words
    assert told.button("满意")
    office.presses_data(ALICE, "rate:1:attitude:3")
    office.presses_data(ALICE, "rate:1:result:3")
    assert (office.case(1).stage, office.case(1).outcome) == (Stage.CLOSED, Outcome.RESOLVED)
    with office.unit() as uow:
        booking = uow.receptions.booking(1)
        events = [line.event for line in uow.journal.of_case(1)]
    assert booking is not None
    assert (booking.exit, booking.minutes, booking.case) == ("solved", "当场打电话，今天就修", 1)
    assert events[:2] == ["entered", "answered"], "through the one door"


def test_who_is_not_content_with_what_was_settled_has_the_case_go_on(office: Office) -> None:
    """The table of stages says so, of this answer as of any other."""
    heard(office, "现场办结")
    office.presses_data(ALICE, "rate:1:attitude:3")
    office.presses_data(ALICE, "rate:1:result:1")
    assert office.case(1).stage is Stage.MEDIATION


def test_nobody_rates_what_was_settled_and_it_closes_unconfirmed(office: Office) -> None:
    """After the window, as any other answer."""
    heard(office, "现场办结")
    at(office, date(2027, 2, 8), "10:00")
    assert (office.case(1).stage, office.case(1).outcome) == (Stage.CLOSED, Outcome.UNCONFIRMED)


def test_what_staff_write_down_as_settled_the_deputy_answers_with_one_press(office: Office) -> None:
    """Nobody replies in a deputy's name: the visitor is told that it is a case, then reads the deputy's answer."""
    answer = heard(office, "现场办结", STAFF, "当场打电话，今天就修")
    assert "已请 王芳 代表点一下" in answer.text
    assert office.case(1).stage is Stage.COLLECTION
    assert "今天就修" not in office.told(ALICE)
    asked = office.last(WANG, containing="就这样答复本人")
    for words in ("民情 #1", "路灯的事", "今天就修"):
        assert words in asked.text
    assert not any("有新民情" in sent.text for sent in office.chats[WANG]), "one message about it"
    office.presses_data(LI, "visitor:1:answer")
    assert office.case(1).stage is Stage.COLLECTION, "another deputy does not"
    office.presses(WANG, asked, "就这样答复")
    assert office.case(1).stage is Stage.REPLY
    assert "今天就修" in office.last(ALICE, containing="有答复了").text
    told = len(office.chats[ALICE])
    office.presses_data(WANG, "visitor:1:answer")
    assert "答复" in office.toasts[-1], "it says where the case stands"
    assert len(office.chats[ALICE]) == told, "pressed again, nothing goes out twice"


def test_somebody_without_telegram_is_asked_through_whoever_entered_them(office: Office) -> None:
    """The words and the question what they think of them; with the code anybody can say it for them."""
    code = walked_in(office)
    office.presses_data(WANG, "visitor:2:hear")
    office.presses(WANG, office.last(WANG), "现场办结")
    office.writes(WANG, "社区明天就补")
    confirmed(office, WANG)
    asked = office.last(STAFF, containing="请问问本人")
    for words in ("社区明天就补", "王大爷", "有答复了"):
        assert words in asked.text
    assert asked.button("满意")
    office.writes(BOB, f"/case {code}")
    assert "社区明天就补" in office.told(BOB)
    assert office.last(BOB).button("满意")


def test_what_the_guard_holds_is_not_answered_on_the_spot(office: Office) -> None:
    """Staff look at it first; whoever wrote it down is told so."""
    answer = heard(office, "现场办结", words="他举报王芳代表收了物业的钱")
    assert "先由工作人员看" in answer.text
    assert office.case(1).held
    assert "收了物业的钱" not in office.told(ALICE)
    for who, theirs in ((WANG, False), (STAFF, True)):
        office.presses_data(who, "visitor:1:show", office.last(who))
        assert ("do:case:1" in office.last(who).buttons.values()) is theirs, who


def test_what_was_settled_there_is_one_entry_of_the_log_with_the_day(office: Office) -> None:
    """Not one more for each visitor."""
    heard(office, "现场办结")
    with office.unit() as uow:
        assert uow.duty.of_origin(office.case(1).deputy_id, DAY, "case:1") is None
    at(office, date(2026, 12, 8), "10:00")
    office.presses_data(ALICE, "rate:1:attitude:3")
    office.presses_data(ALICE, "rate:1:result:1")
    office.writes(WANG, "/mediate 1 今天又去看了")
    with office.unit() as uow:
        assert uow.duty.of_origin(office.case(1).deputy_id, date(2026, 12, 8), "case:1") is not None


def test_who_had_everything_erased_is_not_written_down_again(office: Office) -> None:
    """By an account or by a code; that somebody came stays."""
    code = walked_in(office)
    for id_ in (1, 2):
        office.presses_data(WANG, f"visitor:{id_}:absent")
    office.writes(ALICE, "/forget")
    confirmed(office, ALICE)
    office.writes(BOB, f"/case {code}")
    office.presses(BOB, office.last(BOB), "删除本人信息")
    office.presses(BOB, office.last(BOB), "确认")
    for id_ in (1, 2):
        office.presses_data(WANG, f"visitor:{id_}:hear")
        assert "已要求删除" in office.toasts[-1]


def test_staff_write_the_record_as_well(office: Office) -> None:
    """The case goes to the first of those who receive."""
    heard(office, "转街道", STAFF)
    with office.unit() as uow:
        case = uow.cases.get(1)
    assert case is not None
    assert case.stage is Stage.COLLECTION
    assert case.deputy_id is not None


def test_nobody_else_reads_or_writes_it(office: Office) -> None:
    """Neither staff of another station nor a constituent, by button or by command."""
    for who in (ELSEWHERE, BOB, ALICE):
        for data in ("visitor:1:show", "visitor:1:absent", "visitor:1:hear", "rday:1:minutes", "rday:1:held"):
            before = len(office.chats[who])
            office.presses_data(who, data)
            assert len(office.chats[who]) == before, data
    office.writes(ELSEWHERE, "/hear 1 转街道 内容")
    confirmed_buttons = office.last(ELSEWHERE).buttons
    assert not any("确认" in label for label in confirmed_buttons)


def test_before_the_day_nothing_is_recorded(tmp_path: Path) -> None:
    """And it is said when."""
    office = opened(tmp_path)
    a_rota(office)
    booked(office, ALICE)
    office.presses_data(WANG, "visitor:1:hear")
    assert "还没到" in office.toasts[-1]
    office.presses_data(STAFF, "rday:1:held")
    office.writes(STAFF, "没什么")
    assert "还没到" in office.told(STAFF)


def test_who_did_not_come_is_noted_and_may_come_after_all(office: Office) -> None:
    """A slip is put right by writing the record."""
    office.presses_data(WANG, "visitor:1:absent")
    with office.unit() as uow:
        assert uow.receptions.booking(1).state is BookingState.ABSENT  # type: ignore[union-attr]
    heard(office, "现场办结")
    with office.unit() as uow:
        assert uow.receptions.booking(1).state is BookingState.HEARD  # type: ignore[union-attr]


def test_somebody_who_walks_in_gets_a_code_and_follows_their_case_by_it(office: Office) -> None:
    """Entered by staff with their consent; a name only where it was given; the same code before and after."""
    code = walked_in(office)
    office.writes(WANG, "/reception")
    office.presses(WANG, office.last(WANG), "12月7日")
    assert "门口的路坑坑洼洼（王大爷）" in office.told(WANG)
    assert "13800001111" not in office.told(WANG), "a list has no numbers"
    office.writes(BOB, f"/case {code}")
    assert "接待日" in office.told(BOB)
    assert "王大爷" not in office.told(BOB)
    office.writes(WANG, "/hear 2 转社区 请社区补路面")
    confirmed(office, WANG)
    assert "请转告本人" in office.told(STAFF)
    office.writes(BOB, f"/case {code}")
    assert "民情 #1" in office.told(BOB)
    assert "王大爷" not in office.told(BOB)
    with office.unit() as uow:
        (author,) = uow.cases.authors(1)
    assert (author.name, author.phone) == ("王大爷", "13800001111")


def test_by_the_code_a_visit_is_erased(office: Office) -> None:
    """Also while no case came of it; then the code is void."""
    code = walked_in(office)
    office.writes(BOB, f"/case {code}")
    shown = office.last(BOB)
    office.presses(BOB, shown, "删除本人信息")
    office.presses(BOB, shown, "确认")
    assert "已全部删除" in shown.text
    with office.unit() as uow:
        booking = uow.receptions.booking(2)
    assert booking is not None
    assert (booking.subject, booking.name, booking.phone, booking.code) == (None, None, None, None)
    office.writes(BOB, f"/case {code}")
    assert "没有这个凭证码" in office.told(BOB)


def test_whoever_is_entered_on_another_day_is_not_typed_twice(office: Office) -> None:
    """Where there is no day today the day is asked for; a time that somebody else took meanwhile, too."""
    at(office, date(2026, 12, 8), "10:00")
    office.writes(STAFF, "/walkin 楼道里堆东西")
    asked = office.last(STAFF)
    assert "您今天没有接待日" in asked.text
    office.presses(STAFF, asked, "1月4日")
    office.writes(STAFF, "王大爷 13800001111")
    office.presses(STAFF, office.last(STAFF), "09:00")
    office.writes(BOB, "/book 2 9:00 食堂")
    confirmed(office)
    assert "09:00 刚被别人约了" in office.told(STAFF)
    assert "09:00" not in office.last(STAFF).buttons
    office.presses(STAFF, office.last(STAFF), "09:15")
    confirmed(office)
    with office.unit() as uow:
        entered = uow.receptions.bookings(2)[-1]
    assert (entered.subject, entered.name, f"{entered.slot:%H:%M}") == ("楼道里堆东西", "王大爷", "09:15")


def test_a_deputy_who_receives_enters_somebody_too(office: Office) -> None:
    """In one line as well: of today's day its number need not be said."""
    office.writes(WANG, "/walkin 楼道里堆东西")
    assert "怎么称呼本人" in office.told(WANG)
    office.presses(WANG, office.last(WANG), "不留姓名电话")
    office.presses(WANG, office.last(WANG), "不约时间")
    confirmed(office, WANG)
    with office.unit() as uow:
        assert [each.subject for each in uow.receptions.bookings(1)] == ["路灯的事", "楼道里堆东西"]


def test_the_day_is_ended_with_a_summary_and_each_deputy_is_offered_an_entry(office: Office) -> None:
    """Who was not recorded did not come; staff read everything back; the draft says where, how long, how many."""
    walked_in(office)
    heard(office, "转街道")
    office.presses_data(WANG, "rday:1:held")
    office.writes(WANG, "来的人不多，主要是路灯")
    asked = office.last(WANG)
    assert "转街道：1" in asked.text
    assert "还有 1 位没记" in asked.text
    confirmed(office, WANG)
    with office.unit() as uow:
        day = uow.receptions.get(1)
        drafts = [uow.duty.of_origin(id_, DAY, "reception:1") for id_ in day.deputy_ids]  # type: ignore[union-attr]
        assert uow.receptions.booking(2).state is BookingState.ABSENT  # type: ignore[union-attr]
    assert day is not None
    assert (day.state, day.minutes) == (ReceptionState.HELD, "来的人不多，主要是路灯")
    assert [(draft.type, draft.minutes, draft.state) for draft in drafts if draft] == [
        ("reception", 120, EntryState.DRAFT)
    ] * 2
    assert "接待日（来了 1 位）" in office.last(LI, containing="接待群众").text, "one tap files it"
    assert "来的人不多" in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "纪要")
    for words in ("路灯的事", "马上联系市政", "转街道", "没来", "来的人不多"):
        assert words in office.told(STAFF), words
    office.presses_data(STAFF, "rday:1:held")
    assert "已经结束" in office.toasts[-1]


def test_a_day_that_nobody_ended_is_asked_about_once(office: Office) -> None:
    """On the next morning, with the way to it."""
    at(office, date(2026, 12, 8), "08:00")
    at(office, date(2026, 12, 9), "08:00")
    assert sum("还没有结束" in sent.text for sent in office.chats[WANG]) == 1
    office.presses(WANG, office.last(WANG, containing="还没有结束"), "打开接待日")
    assert office.last(WANG, containing="路灯的事").button("结束")


def test_what_was_said_reaches_no_group(office: Office) -> None:
    """Neither the matter nor the record."""
    heard(office, "转街道", words="他家住三号楼 402")
    assert not any("402" in sent.text or "路灯的事" in sent.text for sent in office.chats[GROUP])
    assert not any("402" in sent.text for sent in office.chats[LI])


def test_who_forgets_themselves_leaves_no_words_in_the_record(office: Office) -> None:
    """That somebody came is counted."""
    heard(office, "现场办结", words="当场打电话")
    office.writes(ALICE, "/forget")
    confirmed(office, ALICE)
    office.presses_data(STAFF, "rday:1:minutes")
    assert "路灯的事" not in office.told(STAFF)
    assert "当场打电话" not in office.told(STAFF)
    assert "现场办结" in office.told(STAFF)


# --- whom a matter accuses, who has left ------------------------------------------------------------------------------

ACCUSING = "我要举报王芳代表收了物业的钱"
LOOKS = ("rday:1:show", "visitor:1:show", "rday:1:minutes")


def looks(office: Office, who: int, *others: str) -> str:
    """Everything that one reads of the day by its buttons."""
    read = []
    for data in (*LOOKS, *others):
        on = office.last(who)
        office.presses_data(who, data, on)
        read += [on.text, office.told(who)]
    return "\n".join(read)


def test_whom_a_visitor_accuses_reads_neither_the_words_nor_the_minutes(tmp_path: Path) -> None:
    """Heard by staff, no deputy who receives reads it; released, only those whom it does not accuse."""
    office = opened(tmp_path)
    a_rota(office)
    booked(office, ALICE, about=ACCUSING)
    at(office, DAY, "08:50")
    heard(office, "转街道", STAFF, "她说有三千元的收据")
    for who in (WANG, LI):
        read = looks(office, who)
        assert "三千元" not in read
        assert "物业的钱" not in read
        assert "先由工作人员看" in read
    assert "三千元" in looks(office, STAFF)
    office.presses_data(STAFF, "do:release:1")
    if not office.case(1).held:
        assert "三千元" in looks(office, LI)
    assert "三千元" not in looks(office, WANG)


def test_who_comes_with_an_accusation_is_not_named_to_the_deputies(office: Office) -> None:
    """Entered by staff with name and phone: the list and the card of a deputy have neither."""
    office.presses_data(STAFF, "rday:1:walkin")
    office.writes(STAFF, ACCUSING)
    office.writes(STAFF, "王大爷 13800001111")
    office.presses(STAFF, office.last(STAFF), "不约时间")
    confirmed(office)
    for who in (WANG, LI):
        read = looks(office, who, "visitor:2:show")
        assert "王大爷" not in read
        assert "13800001111" not in read
    assert "13800001111" in looks(office, STAFF, "visitor:2:show")


@pytest.mark.parametrize("receives", ["王芳、李强", "李强"])
def test_who_is_staff_as_well_does_not_read_what_a_visitor_says_against_them(tmp_path: Path, receives: str) -> None:
    """Nothing of it is sent to them, and no list, card or record has it; their colleague has all of it."""
    office = opened(tmp_path)
    with office.unit() as uow:
        station = uow.stations.all()[0].id
    office.roster(Role.STAFF, "王芳", WANG, station)
    a_rota(office, f"每月第一个星期一 9-11 | 服务中心二楼 | {receives} | 15")
    booked(office, ALICE, about=ACCUSING)
    at(office, DAY, "08:50")
    looks(office, WANG)
    assert "物业的钱" in looks(office, STAFF)
    heard(office, "转街道", STAFF, "她说有三千元的收据")
    office.writes(STAFF, "/heldday 1 有人举报王芳代表收了物业的钱")
    confirmed(office)
    looks(office, WANG)
    assert "三千元" in looks(office, STAFF)
    everything = "\n".join(sent.text for sent in office.chats[WANG])
    assert "物业的钱" not in everything
    assert "三千元" not in everything


def test_where_nobody_else_works_there_the_owners_hear_of_it(tmp_path: Path) -> None:
    """The only one on the staff is whom a visitor accuses."""
    owner = 31
    office = opened(tmp_path, access={"owner_ids": [owner]})
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        (entry,) = uow.roster.staff(station)
        uow.roster.retire(entry.id, office.now)
    office.roster(Role.STAFF, "王芳", WANG, station)
    office.writes(WANG, "/reception 每月第一个星期一 9-11 | 服务中心二楼 | 李强 | 15")
    confirmed(office, WANG)
    booked(office, ALICE, about=ACCUSING)
    assert "物业的钱" in office.told(owner)
    assert "物业的钱" not in "\n".join(sent.text for sent in office.chats[WANG])


def test_a_summary_that_accuses_a_deputy_is_not_read_by_them(office: Office) -> None:
    """The others who received read it."""
    heard(office, "转街道", STAFF)
    office.writes(STAFF, "/heldday 1 有人举报王芳代表收了物业的钱")
    confirmed(office)
    assert "物业的钱" not in looks(office, WANG)
    assert "物业的钱" in looks(office, LI)


@pytest.mark.parametrize("gone", [True, False])
def test_who_has_left_is_not_asked_to_pass_on_what_concerns_a_visitor(office: Office, gone: bool) -> None:
    """Staff are, without name and phone, and with the way to the visit; who works here still is asked as before."""
    office.presses_data(WANG, "rday:1:walkin")
    office.writes(WANG, "门口的路坑坑洼洼")
    office.writes(WANG, "王大爷 13800001111")
    office.presses(WANG, office.last(WANG), "不约时间")
    confirmed(office, WANG)
    if gone:
        with office.unit() as uow:
            uow.roster.retire(next(entry.id for entry in uow.roster.deputies() if entry.name == "王芳"), office.now)
    before = {who: len(office.chats[who]) for who in (WANG, STAFF)}
    office.presses_data(STAFF, "rday:1:moveto:20261208")
    confirmed(office)
    read = {who: "\n".join(sent.text for sent in office.chats[who][before[who] :]) for who in before}
    assert ("13800001111" in read[WANG]) is not gone
    assert ("请转告本人" in read[STAFF]) is gone
    assert "13800001111" not in read[STAFF]
    if gone:
        assert "王大爷" not in read[WANG]
        asked = office.last(STAFF, containing="请转告本人")
        office.presses(STAFF, asked, "打开")
        assert "13800001111" in asked.text


# --- a day that changes once it has begun -----------------------------------------------------------------------------


def test_hours_that_change_put_nobody_where_somebody_was_heard(office: Office) -> None:
    """Bob would have had Alice's time: he gets the next that is free. Who was heard is not counted as told."""
    booked(office, BOB, "09:15")
    heard(office, "转街道", STAFF)
    office.writes(STAFF, "/moveday 1 2026-12-07 8:45-11:00")
    assert "约了的 1 位" in office.told(STAFF)
    confirmed(office)
    with office.unit() as uow:
        slots = [f"{each.slot:%H:%M}" for each in uow.receptions.bookings(1) if each.slot]
    assert slots == ["09:00", "09:15"]
    assert "09:15" in office.last(BOB, containing="改期").text


def test_a_day_on_which_somebody_was_heard_stays_that_day(office: Office) -> None:
    """It is on record; what can be done instead is said."""
    heard(office, "转街道", STAFF)
    office.writes(STAFF, "/moveday 1 2026-12-09 9:00-11:00")
    assert "取消这一天" in office.told(STAFF)
    with office.unit() as uow:
        assert uow.receptions.get(1).day == DAY  # type: ignore[union-attr]


def test_a_day_that_ends_early_was_held(office: Office) -> None:
    """Who was heard stays on record, who is still to come is offered another day, who received can file what it was."""
    booked(office, BOB, "09:15")
    heard(office, "转街道", STAFF)
    at(office, DAY, "10:10")
    office.writes(STAFF, "/cancelday 1 临时有会")
    assert "已经接待过的 1 位留在记录里" in office.told(STAFF)
    confirmed(office)
    assert "1 位约了的已通知" in office.told(STAFF)
    assert "已经接待过的 1 位留在记录里" in office.told(STAFF)
    assert "可以改约" in office.last(BOB, containing="取消").text
    with office.unit() as uow:
        day = uow.receptions.get(1)
        assert day is not None
        assert day.state is ReceptionState.HELD
        assert [each.state for each in uow.receptions.bookings(1)] == [BookingState.HEARD, BookingState.CANCELLED]
        drafts = [uow.duty.of_origin(id_, DAY, "reception:1") for id_ in day.deputy_ids]
    assert [draft.minutes for draft in drafts if draft] == [70] * len(day.deputy_ids)


@pytest.mark.parametrize(
    ("clock", "somebody", "early"), [("08:30", False, False), ("09:30", False, True), ("08:55", True, True)]
)
def test_a_day_that_had_begun_is_not_called_cancelled(office: Office, clock: str, somebody: bool, early: bool) -> None:
    """Groups and deputies read that it ended early; one that had not begun is cancelled. Who did it reads the same."""
    at(office, DAY, "08:00")
    if somebody:
        heard(office, "转街道", STAFF)
    at(office, DAY, clock)
    office.writes(STAFF, "/cancelday 1 临时有会")
    confirmed(office)
    word, not_said = ("提前结束", "取消") if early else ("取消", "提前结束")
    for chat in (GROUP, WANG):
        told = office.last(chat, containing="临时有会").text
        assert word in told
        assert not_said not in told
    assert word in office.last(STAFF, containing="已通知").text


def test_who_received_until_another_came_has_an_entry_of_it(office: Office) -> None:
    heard(office, "转街道", STAFF)
    with office.unit() as uow:
        before = uow.receptions.get(1)
    assert before is not None
    at(office, DAY, "09:40")
    office.writes(STAFF, "/receivers 1 李强")
    with office.unit() as uow:
        after = uow.receptions.get(1)
        assert after is not None
        gone = set(before.deputy_ids) - set(after.deputy_ids)
        drafts = [uow.duty.of_origin(id_, DAY, "reception:1") for id_ in gone]
    assert gone
    assert [draft.minutes for draft in drafts if draft] == [40] * len(gone)


def test_who_goes_and_comes_back_has_one_entry_of_the_whole_day(office: Office) -> None:
    """What they were offered meanwhile, and did not file, says at the end what there was."""
    heard(office, "转街道", STAFF)
    at(office, DAY, "09:40")
    office.writes(STAFF, "/receivers 1 李强")
    office.writes(STAFF, "/receivers 1 王芳 李强")
    office.writes(STAFF, "/heldday 1")
    office.presses(STAFF, office.last(STAFF), "先不写")
    confirmed(office)
    with office.unit() as uow:
        drafts = [uow.duty.of_origin(entry.id, DAY, "reception:1") for entry in uow.roster.deputies()]
    assert [(draft.minutes, draft.state) for draft in drafts if draft] == [(120, EntryState.DRAFT)] * 2


def test_who_received_until_they_handed_over_has_an_entry_of_it(office: Office) -> None:
    heard(office, "转街道", STAFF)
    at(office, DAY, "09:40")
    office.writes(STAFF, "/handover 王芳 李强")
    confirmed(office)
    with office.unit() as uow:
        day = uow.receptions.get(1)
        assert day is not None
        (old,) = (entry for entry in uow.roster.deputies() if entry.name == "王芳")
        draft = uow.duty.of_origin(old.id, DAY, "reception:1")
        assert old.id not in day.deputy_ids
    assert draft is not None
    assert draft.minutes == 40


def test_a_rota_that_ends_while_people_are_received_says_that_the_day_was_held(office: Office) -> None:
    """Before it is confirmed, and after."""
    heard(office, "转街道", STAFF)
    at(office, DAY, "10:10")
    office.writes(STAFF, "/endrota 1")
    assert "已经接待过的 1 位留在记录里" in office.told(STAFF)
    confirmed(office)
    assert "已经接待过的 1 位留在记录里" in office.told(STAFF)


def test_a_rota_that_ends_after_the_hours_of_a_day_leaves_that_day(office: Office) -> None:
    """It took place: nobody reads that it is cancelled, and what came of it can still be put down."""
    booked(office, BOB, "09:15")
    at(office, DAY, "12:30")
    before = len(office.chats[BOB]), len(office.chats[GROUP])
    office.writes(STAFF, "/endrota 1")
    confirmed(office)
    assert (len(office.chats[BOB]), len(office.chats[GROUP])) == before
    office.writes(STAFF, "/heldday 1")
    office.presses(STAFF, office.last(STAFF), "先不写")
    confirmed(office)
    with office.unit() as uow:
        day = uow.receptions.get(1)
    assert day is not None
    assert day.state is ReceptionState.HELD


def test_who_cannot_be_told_is_not_counted_as_told(office: Office) -> None:
    booked(office, BOB, "09:15")
    with office.unit() as uow:
        uow.people.set_reachable(BOB, False)
    office.writes(STAFF, "/moveday 1 2026-12-07 9:00-10:30")
    confirmed(office)
    assert "约了的 1 位已通知" in office.told(STAFF)
    assert "另有 1 位收不到" in office.told(STAFF)
    office.writes(STAFF, "/cancelday 1 停电")
    confirmed(office)
    assert "1 位约了的已通知" in office.told(STAFF)
    assert "另有 1 位收不到" in office.told(STAFF)


def test_other_words_on_the_day_are_told_as_other_words(office: Office) -> None:
    """The deputies have their list already: nobody is counted twice."""
    before = len(office.chats[WANG])
    office.presses_data(ALICE, "mybook:1:about")
    office.writes(ALICE, "还是楼道的事")
    (told,) = office.chats[WANG][before:]
    assert "改了事由：还是楼道的事" in told.text
    office.presses_data(ALICE, "mybook:1:about")
    office.writes(ALICE, ACCUSING)
    assert "今天又约了一位" not in "".join(sent.text for sent in office.chats[WANG])
    assert "物业的钱" not in "".join(sent.text for sent in office.chats[WANG])
