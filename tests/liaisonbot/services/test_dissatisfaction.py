"""Whoever is dissatisfied is asked why, and held up by nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.model import Attachment
from liaisonbot.reasons import REASONS
from liaisonbot.vocabulary import MessageKind, Stage
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent


def dissatisfied(office: Office, *, group: bool = False) -> Sent:
    """A reply that did not please; the message that asks why."""
    chat = GROUP if group else ALICE
    office.writes(ALICE, "/report 路灯坏了" if group else "路灯坏了", group=GROUP if group else None)
    office.writes(DEPUTY, "/reply 1 已修好")
    answer = office.last(chat, containing="已修好")
    office.presses_data(ALICE, "rate:1:attitude:3", answer)
    office.presses_data(ALICE, "rate:1:result:1", answer)
    return office.last(chat, containing="哪里不满意")


def test_the_case_goes_back_at_once_and_the_reason_is_asked(office: Office) -> None:
    """Staff and deputy hear of it before anybody gave a reason."""
    asked = dissatisfied(office)
    assert office.case(1).stage is Stage.MEDIATION
    assert "不满意" in office.last(STAFF, containing="#1").text
    assert len(asked.buttons) == len(REASONS)


@pytest.mark.parametrize("key", REASONS)
def test_a_press_says_why(office: Office, key: str) -> None:
    """Deputy and staff read it; it is kept with the case, and in the journal to be counted."""
    asked = dissatisfied(office)
    office.presses(ALICE, asked, REASONS[key].zh)
    for who in (DEPUTY, STAFF):
        assert f"<b>{REASONS[key].zh}</b>" in office.last(who, containing="#1").text
    assert not asked.buttons
    with office.unit() as uow:
        last = uow.messages.of_case(1)[-1]
        assert (last.kind, last.text) == (MessageKind.CONVERSATION, REASONS[key].zh)
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert [one["reason"] for one in exported["dissatisfied"]] == [key]
    assert [step["to"] for step in exported["history"]] == ["collection", "reply", "mediation"]
    assert office.case(1).stage is Stage.MEDIATION


def test_more_can_be_said_right_after_the_press(office: Office) -> None:
    """Without a command and without answering anything; a picture too."""
    office.presses(ALICE, dissatisfied(office), "没解决")
    office.writes(ALICE, "灯又灭了", attachments=(Attachment("photo", "p1"),))
    for who in (DEPUTY, STAFF):
        assert office.told(who).endswith("灯又灭了")
    assert "谢谢" in office.told(ALICE)
    office.writes(ALICE, "另外，楼道也脏")
    assert "民情 #2" in office.told(ALICE)


def test_whoever_has_said_enough_says_so_or_nothing(office: Office) -> None:
    """What is written later is something new."""
    office.presses(ALICE, dissatisfied(office), "没解决")
    office.presses(ALICE, office.last(ALICE, containing="就这些"), "就这些")
    office.writes(ALICE, "楼道也脏")
    assert "民情 #2" in office.told(ALICE)


def test_the_question_expires_quietly(office: Office) -> None:
    """After ten minutes nobody is taken to answer it."""
    office.presses(ALICE, dissatisfied(office), "没解决")
    office.now += timedelta(minutes=11)
    office.writes(ALICE, "楼道也脏")
    assert "民情 #2" in office.told(ALICE)


def test_an_answer_to_the_question_says_why_in_words(office: Office) -> None:
    """No button needs to be pressed."""
    office.writes(ALICE, "根本没人来", answering=dissatisfied(office))
    for who in (DEPUTY, STAFF):
        assert "说了哪里不满意" in office.told(who)
        assert office.told(who).endswith("根本没人来")
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "根本没人来"
        assert "explained" in [entry.event for entry in uow.journal.of_case(1)]


def test_the_deputy_can_answer_what_was_said(office: Office) -> None:
    """As any relayed message."""
    office.presses(ALICE, dissatisfied(office), "没解决")
    office.writes(DEPUTY, "明天再去看", answering=office.last(DEPUTY, containing="没解决"))
    assert office.told(ALICE).endswith("明天再去看")


def test_in_a_group_only_a_press_and_nobody_elses(office: Office) -> None:
    """Nothing of it is said aloud there."""
    asked = dissatisfied(office, group=True)
    said = len(office.chats[GROUP])
    office.presses(BOB, asked, "没解决")
    assert "只有反映这件事的人能按" in office.toasts[-1]
    office.presses(ALICE, asked, "没解决")
    assert len(office.chats[GROUP]) == said
    assert "没解决" in office.told(DEPUTY)


def test_a_reason_is_kept_once_and_not_after_the_case_moved_on(office: Office) -> None:
    """Old buttons answer in words."""
    asked = dissatisfied(office)
    data = asked.button("没解决")
    office.presses_data(ALICE, data, asked)
    office.presses_data(ALICE, data, asked)
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)].count("explained") == 1
    office.writes(ALICE, "/withdraw 1")
    office.presses_data(ALICE, data, asked)
    assert "不用再说明" in office.toasts[-1]
    office.presses_data(OTHER_DEPUTY, "why:1:nonsense")
    assert "过时" in office.toasts[-1]


def test_forgetting_takes_the_words_and_leaves_the_count(office: Office) -> None:
    """The reason's key says nothing about a person."""
    office.presses(ALICE, dissatisfied(office), "没解决")
    office.writes(ALICE, "根本没人来")
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        uow.erasure.erase(person, office.now)
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert [one["reason"] for one in exported["dissatisfied"]] == ["not_solved"]
    assert {one["text"] for one in exported["messages"]} == {None}
