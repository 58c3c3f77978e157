"""What a distrustful reader of the issue found, each as a sentence that holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot import guard
from liaisonbot.texts import LANGUAGES
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import Office


def a_closed_case(office: Office) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/reply 1 修好了")
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:3")
    assert not office.case(1).open


def test_a_false_alarm_can_be_said_of_a_closed_case(office: Office) -> None:
    """Its author seems to accuse the deputy after it closed: locked out, until staff say that it was none."""
    a_closed_case(office)
    office.writes(ALICE, "/again 1 张三代表收了开发商的钱，我要举报他")
    office.writes(DEPUTY, "/case 1")
    assert "没有找到民情 #1" in office.told(DEPUTY)
    office.writes(STAFF, "/case 1")
    office.presses(STAFF, office.chats[STAFF][-1], "误报")
    office.writes(DEPUTY, "/case 1")
    assert "路灯坏了" in office.told(DEPUTY)
    assert office.case(1).guard is None
    assert not office.case(1).open


def test_whom_a_false_alarm_accused_has_the_case_back(office: Office) -> None:
    """It was taken from the deputy by mistake; nobody else need take it."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    deputy = office.case(1).deputy_id
    office.writes(ALICE, "/add 1 张三代表收了开发商的钱，我要举报他")
    assert office.case(1).deputy_id is None
    office.writes(STAFF, "/falsealarm 1")
    assert office.case(1).deputy_id == deputy


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_the_guard_has_a_name_for_people(language: str) -> None:
    """Staff read names, not keys of a file; no two rules of a topic are called the same."""
    for rule in guard.RULES:
        assert guard.rule_name(*(rule.finding.topic, rule.finding.rule), language)
    for finding in guard.find_numbers("身份证号 110101199003070070"):
        assert guard.rule_name(finding.topic, finding.rule, language) != finding.rule
    names = [
        (rule.finding.topic, guard.rule_name(rule.finding.topic, rule.finding.rule, language)) for rule in guard.RULES
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_staff_read_names_of_rules_and_no_paths(office: Office) -> None:
    office.writes(ALICE, "有人落水了，快来人，救命")
    office.writes(STAFF, "/held")
    office.presses(STAFF, office.chats[STAFF][-1], "规则准不准")
    assert "toml" not in office.told(STAFF)
    assert not any(
        character.isascii() and character.isalpha()
        for line in office.told(STAFF).splitlines()[2:]
        for character in line
    )


@pytest.mark.parametrize(
    "words",
    [
        "和兴小区2号楼路灯坏了好几天，老人晚上不敢出门",
        "路灯不亮，老人不敢出门",
        "小区野狗多，孩子不敢出门",
        "门口结冰，老人不敢出门",
        "楼下烧烤摊油烟大，呛得喘不过气",
    ],
)
def test_what_everybody_says_of_a_dark_street_is_no_emergency(words: str) -> None:
    """Who is told to call the police about a street lamp takes the next warning less seriously."""
    assert guard.find(words) == []


@pytest.mark.parametrize("words", ["他堵在我家门口要打我，我不敢出门，快来", "前夫又在砸门，我不敢出门"])
def test_whoever_is_threatened_is_told_whom_to_call(words: str) -> None:
    assert [finding.topic for finding in guard.find(words)][:1] == ["emergency"]


def test_after_the_days_for_reopening_nothing_offers_it(office: Office) -> None:
    """Neither the buttons of a closed case nor the list of what can be done from there."""
    a_closed_case(office)
    office.writes(ALICE, "/case 1")
    assert any("还没解决" in label for label in office.chats[ALICE][-1].buttons)
    office.now += timedelta(days=60)
    office.writes(ALICE, "/case 1")
    assert not any("还没解决" in label for label in office.chats[ALICE][-1].buttons)
    office.writes(ALICE, "/withdraw 1")
    assert "还没解决" not in office.told(ALICE)
    assert "新" in office.told(ALICE)
    office.writes(STAFF, "/case 1")
    assert not any("重新办理" in label or "恢复" in label for label in office.chats[STAFF][-1].buttons)


def test_a_line_with_an_open_blank_of_a_template_does_not_go_out(office: Office) -> None:
    """Somebody copied a template and forgot a blank: it is asked for, then the whole is shown before it goes."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    before = len(office.chats[ALICE])
    office.writes(DEPUTY, "/reply 1 C 您反映的事已列入【年份】年计划，由【单位】办理。")
    assert len(office.chats[ALICE]) == before
    assert "年份" in office.told(DEPUTY)
    office.writes(DEPUTY, "2027")
    office.writes(DEPUTY, "路灯所")
    assert "已列入2027年计划，由路灯所办理" in office.told(DEPUTY)
    assert len(office.chats[ALICE]) == before
    office.presses(DEPUTY, office.chats[DEPUTY][-1], "确认")
    assert "已列入2027年计划，由路灯所办理" in "".join(sent.text for sent in office.chats[ALICE][before:])


def test_question_typed_shows_what_others_ask(office: Office) -> None:
    """As the button below the announcement does; asking that, too, is one press."""
    office.writes(STAFF, "/inquiry 2026-12-10 校车")
    office.writes(ALICE, "/question 为什么校车总是晚点？")
    office.writes(ALICE + 1, "/question")
    assert "为什么校车总是晚点" in office.told(ALICE + 1)
    office.presses(ALICE + 1, office.chats[ALICE + 1][-1], "校车总是晚点")
    office.writes(ALICE + 1, "校车为什么没有空调？")
    assert "收到" in office.told(ALICE + 1)


def test_a_time_that_was_set_is_said_with_its_weekday(office: Office) -> None:
    """The day of the month alone says nothing to most."""
    office.bind_group(1)
    office.writes(STAFF, "/announce 2026-11-27 10:00 明天停水")
    assert "时间：11月27日周五 10:00" in office.told(STAFF)


def test_no_day_is_offered_to_which_the_limit_cannot_be_extended(office: Office) -> None:
    """Pressing any of them works; the last that a deputy may choose is among them. Staff may go further."""
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/accept 1")
    office.writes(STAFF, "/extend 1")
    days = [data.rpartition(":")[2] for data in office.last(STAFF).buttons.values() if data.startswith("ans:")]
    assert days
    assert all(office.case(1).due_at.date().isoformat() < day for day in days)
    office.writes(STAFF, "/cancel")
    office.writes(DEPUTY, "/extend 1")
    offered = [data for data in office.last(DEPUTY).buttons.values() if data.startswith("ans:")]
    assert offered
    office.presses_data(DEPUTY, offered[-1], office.last(DEPUTY))
    office.writes(DEPUTY, "要等配件")
    assert "最晚可以延到" not in office.told(DEPUTY)
    assert office.case(1).extended_to is not None
