"""Special inquiries: questions collected for a day, like ones joined by their authors, the most wanted on top."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot.announcements import Asked, Question
from liaisonbot.services import inquiries
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, MONDAY, Office

STAFF, OTHERS_STAFF, NEWCOMER, DEPUTY, LIN, HE, MA = 21, 22, 23, 11, 101, 102, 103


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.roster(Role.STAFF, "赵六", OTHERS_STAFF, office.station("B", "滨河联络站"))
    office.bind_group(station)
    office.writes(STAFF, "/inquiry 2026-12-10 养老服务")
    return office


def top(office: Office) -> str:
    office.writes(STAFF, "/inquiries")
    listed = office.chats[STAFF][-1]
    office.presses(STAFF, listed, "养老服务")
    return listed.text


def test_a_list_without_news_is_said_to_be_up_to_date(office: Office) -> None:
    """Nothing in it changes then: without a word nobody would know that the press arrived."""
    office.presses(STAFF, office.last(STAFF, containing="专题询问"), "刷新")
    assert office.toasts[-1] == "已是最新。"


def test_it_is_called_for_in_groups_and_of_deputies(office: Office) -> None:
    """By an announcement that is confirmed like any other; its button leads to the question."""
    office.presses(STAFF, office.last(STAFF, containing="专题询问"), "向大家征集")
    office.presses(STAFF, office.last(STAFF, containing="通知 1"), "确认")
    link = office.last(GROUP, containing="养老服务").button("我要提问")
    assert "养老服务" in office.last(DEPUTY, containing="专题询问").text
    office.writes(LIN, f"/start {link.partition('start=')[2]}")
    office.writes(LIN, "日间照料中心什么时候开？")
    assert "收到您给「养老服务」的问题" in office.told(LIN)
    assert "日间照料中心什么时候开？（1 人）" in top(office)


def test_the_call_gives_deputies_its_button_too(office: Office) -> None:
    """Its words say "press the button below": it is there before they said that they have read it, and after."""
    office.presses(STAFF, office.last(STAFF, containing="专题询问"), "向大家征集")
    office.presses(STAFF, office.last(STAFF, containing="通知 1"), "确认")
    call = office.last(DEPUTY, containing="点下面的按钮")
    office.presses(DEPUTY, call, "已读")
    assert list(call.buttons) == ["🙋 我要提问"]
    office.writes(DEPUTY, f"/start {call.button('我要提问').partition('start=')[2]}")
    office.writes(DEPUTY, "护理员从哪里来？")
    assert "护理员从哪里来？（1 人）" in top(office)


def test_constituents_and_deputies_hand_in_questions(office: Office) -> None:
    """In one line, where there is one inquiry only."""
    office.writes(LIN, "/question 食堂多大年纪可以去？")
    office.writes(DEPUTY, "/question 护理员从哪里来？")
    assert "2 个问题" in top(office)
    assert any("隐私说明" in sent.text for sent in office.chats[LIN]), "the notice, at first contact"


def test_what_asks_the_same_is_joined_by_its_author(office: Office) -> None:
    """Suggested below the receipt, never done by itself; each person counts once."""
    office.writes(LIN, "/question 日间照料中心什么时候开门？")
    office.writes(MA, "/question 医保能报多少？")
    office.writes(HE, "/question 我们这儿的日间照料中心什么时候开？")
    assert "3 个问题" in top(office)
    receipt = office.last(HE, containing="有人问了差不多的")
    office.presses(HE, receipt, "同问")
    shown = top(office)
    assert "2 个问题，3 人次" in shown
    assert "1. 日间照料中心什么时候开门？（2 人）" in shown


def test_only_its_author_joins_a_question(office: Office) -> None:
    """Others' presses change nothing."""
    office.writes(LIN, "/question 日间照料中心什么时候开门？")
    office.writes(HE, "/question 日间照料中心什么时候开？")
    office.presses_data(MA, "same:2:1")
    office.presses_data(HE, "same:2:2")
    assert "2 个问题" in top(office)


def test_me_too_without_words_of_one_s_own(office: Office) -> None:
    """Below the question in the private chat; once for each person."""
    office.writes(LIN, "/question 食堂多大年纪可以去？电话13812345678")
    office.writes(HE, "/start question_1")
    asked = office.last(HE, containing="大家在问的")
    assert "13812345678" not in asked.text
    office.presses(HE, asked, "我也问")
    office.presses(HE, asked, "我也问")
    assert "已经点过了" in office.toasts[-1]
    assert "（2 人）" in top(office)


def test_its_day_closes_it(office: Office) -> None:
    """Staff get the list; whoever asks later is told that it is over."""
    office.writes(LIN, "/question 食堂多大年纪可以去？")
    office.now = MONDAY.replace(month=12, day=9, hour=15, minute=59)
    office.ticks()
    assert "征集已结束" not in office.told(STAFF)
    office.ticks(timedelta(minutes=1))
    document = office.chats[STAFF][-1].outgoing.document
    assert document is not None
    assert "1. [1 人] 食堂多大年纪可以去？" in document[1]
    said = len(office.chats[STAFF])
    office.ticks(timedelta(days=1))
    assert len(office.chats[STAFF]) == said
    office.writes(HE, "/question 还收吗？")
    assert "没有征集问题" in office.told(HE)


def test_who_called_for_it_and_works_there_no_more_gets_no_list(office: Office) -> None:
    """What the guard holds, and numbers, stand in it: it is for the staff who are there on that day."""
    office.writes(LIN, "/question 独一无二的问题内容")
    with office.unit() as uow:
        station, _ = uow.stations.all()
        (maker,) = uow.roster.staff(station.id)
        uow.roster.retire(maker.id, office.now)
    office.roster(Role.STAFF, "孙七", NEWCOMER, station.id)
    office.now = MONDAY.replace(month=12, day=9, hour=16)
    office.ticks()
    assert any("独一无二" in sent.text for sent in office.chats[NEWCOMER])
    assert not any("征集已结束" in sent.text or sent.outgoing.document for sent in office.chats[STAFF])


def test_staff_close_it_earlier_and_nobody_else(office: Office) -> None:
    """Other stations' staff do not find it."""
    shown = office.last(STAFF, containing="专题询问")
    office.presses_data(OTHERS_STAFF, "inquiry:1:close", shown)
    assert "没有找到" in office.toasts[-1]
    office.presses(STAFF, shown, "结束征集")
    office.presses(STAFF, shown, "确认")
    assert "征集已结束" in shown.text
    office.writes(HE, "/start question_1")
    assert "已经结束" in office.told(HE)


def test_a_day_that_is_too_near_is_refused(office: Office) -> None:
    """Nobody could hand in anything."""
    office.writes(STAFF, "/inquiry 2026-11-23 今天")
    assert "太近了" in office.told(STAFF)


def test_of_several_one_is_chosen(office: Office) -> None:
    """By a button, after which the words are asked for, or taken if they stood there already."""
    office.writes(STAFF, "/inquiry 2026-12-20 道路交通")
    office.writes(LIN, "/question 公交能不能多一班？")
    office.presses(LIN, office.last(LIN, containing="哪个专题"), "道路交通")
    assert "「道路交通」" in office.told(LIN)


def test_the_press_that_chooses_one_is_answered(office: Office) -> None:
    """What is said then is a message of its own; the circle on the button ends all the same."""
    office.writes(STAFF, "/inquiry 2026-12-20 道路交通")
    office.writes(LIN, "/question 公交能不能多一班？")
    before = len(office.toasts)
    office.presses(LIN, office.last(LIN, containing="哪个专题"), "道路交通")
    assert len(office.toasts) == before + 1


def test_the_forgotten_are_still_counted(office: Office) -> None:
    """Their words go; that somebody asked stays."""
    office.writes(LIN, "/question 独一无二的问题内容")
    with office.unit() as uow:
        person = uow.people.find(LIN)
        assert person is not None
        assert [q["text"] for q in uow.erasure.everything_of(person)["questions"]] == ["独一无二的问题内容"]
        uow.erasure.erase(person, office.now)
    shown = top(office)
    assert "独一无二" not in shown
    assert "（1 人）" in shown


def _asked(text: str) -> Asked:
    return Asked(Question(1, 1, 1, Role.CONSTITUENT, text, None, MONDAY), 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("日间照料中心什么时候开门？", "我们这儿的日间照料中心啥时候开？"),
        ("小区电梯老坏，什么时候能换？", "电梯经常坏，何时更换电梯？"),
        ("When will the day care centre open?", "when does the day-care centre open"),
    ],
)
def test_the_same_question_is_found(one: str, other: str) -> None:
    """In other words."""
    assert inquiries.alike([_asked(one)], other)


def test_another_question_is_not() -> None:
    """What has hardly a word in common."""
    assert inquiries.alike([_asked("日间照料中心什么时候开门？")], "医保报销比例是多少") == []


@given(st.lists(st.text(), max_size=8), st.text())
def test_whatever_is_asked_can_be_compared(texts: list[str], text: str) -> None:
    """No words make it fail, and only questions that are there are offered."""
    asked = [_asked(words) for words in texts]
    assert all(entry in asked for entry in inquiries.alike(asked, text))


# --- whom a question accuses ------------------------------------------------------------------------------------------

COLLEAGUE, OWNER = 24, 31
AGAINST = "工作人员王五收红包，贪污受贿，谁来管？"


@pytest.fixture
def asked(tmp_path: Path) -> Office:
    """Two work at the station; a question accuses one of them, another does not."""
    office = Office(tmp_path, access={"owner_ids": [OWNER]})
    station = office.station()
    for who, name in ((STAFF, "王五"), (COLLEAGUE, "钱九")):
        office.roster(Role.STAFF, name, who, station)
    for who in (STAFF, COLLEAGUE, OWNER):
        office.writes(who, "/start")
    office.writes(STAFF, "/inquiry 2026-12-10 养老服务")
    for who, words in ((LIN, AGAINST), (HE, "日间照料中心什么时候开？")):
        office.writes(who, f"/question 1 {words}")
    return office


def _reads(office: Office, who: int) -> bool:
    documents = [sent.document[1] for sent in office.carried if sent.chat_id == who and sent.document is not None]
    return any("红包" in text for text in [*documents, *(sent.text for sent in office.chats[who])])


@pytest.mark.parametrize("action", ["show", "renew", "all", "close-now"])
def test_who_is_accused_by_a_question_does_not_read_it(asked: Office, action: str) -> None:
    """Their colleague does, and both the others."""
    asked.presses_data(STAFF, f"inquiry:1:{action}", asked.last(STAFF))
    assert not _reads(asked, STAFF)
    asked.presses_data(COLLEAGUE, f"inquiry:1:{action.replace('close-now', 'show')}", asked.last(COLLEAGUE))
    assert _reads(asked, COLLEAGUE)
    documents = [sent.document[1] for sent in asked.carried if sent.document is not None]
    assert any("日间照料" in text for text in [*documents, asked.last(STAFF).text])


def test_nor_do_they_let_everybody_read_it(asked: Office) -> None:
    asked.presses_data(STAFF, "inquiry:1:free:1", asked.last(STAFF))
    assert not _reads(asked, STAFF)
    with asked.unit() as uow:
        assert uow.inquiries.question(1).guard is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("alone", [False, True])
def test_the_list_at_the_end_is_without_it_for_them(asked: Office, alone: bool) -> None:
    """Where nobody else works there the owners have it."""
    if alone:
        with asked.unit() as uow:
            entry = next(each for each in uow.roster.staff() if each.telegram_id == COLLEAGUE)
            uow.roster.retire(entry.id, asked.now)
    asked.ticks(timedelta(days=20))
    assert any("日间照料" in sent.text for sent in asked.chats[STAFF])
    assert not _reads(asked, STAFF)
    assert _reads(asked, OWNER if alone else COLLEAGUE)
