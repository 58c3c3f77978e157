"""A closed case is taken up again for a reason, within its days; and its author can ask for it with a button."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.model import Attachment
from liaisonbot.vocabulary import MessageKind, Outcome, Stage
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office, Sent

CAROL = 103


def closed(office: Office) -> Sent:
    """A case closed by the office; the message that tells its author."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 已修好")
    office.writes(DEPUTY, "/close 1 超过期限没有反馈")
    return office.last(ALICE, containing="已办结")


def asked(office: Office, words: str = "晚上还是黑的") -> Sent:
    """Its author asked for it to be reopened; what staff got."""
    office.presses(ALICE, closed(office), "还没解决")
    office.writes(ALICE, words)
    return office.last(STAFF, containing="请求重新办理")


def test_staff_reopen_with_a_reason_and_everybody_hears_it(office: Office) -> None:
    """Author, deputy, and the other staff."""
    closed(office)
    office.writes(STAFF, "/reopen 1")
    assert office.case(1).stage is Stage.CLOSED
    office.writes(STAFF, "现场还有两盏不亮")
    assert office.case(1).stage is Stage.MEDIATION
    assert office.last(ALICE, containing="重新办理").text.endswith("现场还有两盏不亮")
    assert "原因：现场还有两盏不亮" in office.last(DEPUTY, containing="<b>民情 #1 重新办理").text
    office.writes(DEPUTY, "/reply 1 又修好")
    office.writes(DEPUTY, "/close 1 没有反馈")
    office.writes(OWNER, "/reopen 1 还要看")
    assert office.told(STAFF).endswith("还要看")


def test_the_author_asks_with_a_button_and_says_why(office: Office) -> None:
    """No command; staff get the case, the words and two buttons; the deputy reads it too."""
    told = asked(office)
    assert "工作人员已经收到" in office.told(ALICE)
    assert told.text.endswith("晚上还是黑的")
    assert [label[2:] for label in told.buttons] == ["重新办理", "不重新办理", "查看经过"]
    assert office.told(DEPUTY).endswith("晚上还是黑的")
    case = office.case(1)
    assert (case.stage, case.outcome) == (Stage.CLOSED, Outcome.UNCONFIRMED)
    with office.unit() as uow:
        assert (uow.messages.of_case(1)[-1].kind, uow.messages.of_case(1)[-1].text) == (
            MessageKind.CONVERSATION,
            "晚上还是黑的",
        )
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert [step["to"] for step in exported["history"]] == ["collection", "reply", "closed"]


def test_one_press_reopens(office: Office) -> None:
    """What the author said is the reason; a second press finds nothing to decide."""
    told = asked(office)
    office.presses(STAFF, told, "重新办理")
    assert office.case(1).stage is Stage.MEDIATION
    assert "应群众请求" in office.told(ALICE)
    office.presses_data(STAFF, "reopennow:1", told)
    assert "没有待定" in office.toasts[-1]


def test_the_program_s_own_reason_is_read_in_ones_own_language(office: Office) -> None:
    """By the author and in the course, whatever language the one who pressed reads."""
    office.writes(CAROL, "The lamp is broken", language="en")
    office.writes(DEPUTY, "/reply 1 mended")
    office.writes(DEPUTY, "/close 1 no word for long")
    office.presses(CAROL, office.last(CAROL), "Not solved")
    office.writes(CAROL, "still dark", language="en")
    office.presses(STAFF, office.last(STAFF, containing="请求重新办理"), "重新办理")
    told = office.last(CAROL, containing="reopened")
    assert told.text.endswith("Taken up again at the constituent's request.")
    assert "应群众请求" in office.last(DEPUTY, containing="重新办理").text
    office.writes(CAROL, "/case 1", language="en")
    assert "at the constituent's request" in office.told(CAROL)
    assert "应群众请求" not in "".join(sent.text for sent in office.chats[CAROL])
    office.writes(STAFF, "/case 1")
    assert "应群众请求" in office.told(STAFF)
    with office.unit() as uow:
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert "reopened-on-request" in [step["note"] for step in exported["history"]]


def test_staff_decline_with_a_reason(office: Office) -> None:
    """The author reads it; the case stays as it was, and can be asked for again."""
    told = asked(office)
    before = office.case(1)
    office.presses(STAFF, told, "不重新办理")
    office.writes(STAFF, "已派人去看过，是新的线路故障，请另报")
    assert office.case(1) == before
    assert office.told(ALICE).endswith("是新的线路故障，请另报")
    office.writes(STAFF, "/keepclosed 1 再说一次")
    assert "没有待定" in office.told(STAFF)
    office.presses_data(ALICE, "do:again:1")
    office.writes(ALICE, "还是黑的")
    assert "请求重新办理" in office.last(STAFF, containing="还是黑的").text


def test_requests_wait_in_a_list(office: Office) -> None:
    """Until they are decided, by whomever."""
    office.writes(STAFF, "/reopenings")
    assert "没有待定" in office.told(STAFF)
    asked(office)
    office.writes(STAFF, "/reopenings")
    assert "#1" in office.told(STAFF)
    office.writes(OWNER, "/reopen 1 再看看")
    office.writes(STAFF, "/reopenings")
    assert "没有待定" in office.told(STAFF)


def test_a_picture_is_reason_enough(office: Office) -> None:
    """And goes to those who decide."""
    office.presses(ALICE, closed(office), "还没解决")
    office.writes(ALICE, None, attachments=(Attachment("photo", "p1"),))
    assert any(sent.outgoing.copy_ids for sent in office.chats[STAFF])
    assert any(sent.outgoing.copy_ids for sent in office.chats[DEPUTY])


def test_asked_once_until_it_is_decided(office: Office) -> None:
    """Patience is asked for in words."""
    asked(office)
    office.writes(ALICE, "/again 1 还是黑的")
    assert "工作人员还在看" in office.told(ALICE)


def test_not_after_its_days(office: Office) -> None:
    """Neither by its author, who hears of it before they have written anything, nor by staff; what they write then is
    a new case.
    """
    told = closed(office)
    office.now += timedelta(days=60)
    office.presses(ALICE, told, "还没解决")
    assert "另立一件" in office.toasts[-1]
    office.writes(ALICE, "晚上还是黑的")
    assert office.case(2).text == "晚上还是黑的"
    office.writes(STAFF, "/reopen 1 再看看")
    assert office.case(1).stage is Stage.CLOSED


@pytest.mark.parametrize("who", [BOB, DEPUTY, STAFF])
def test_only_its_author_asks(office: Office, who: int) -> None:
    """Somebody else's case looks like none."""
    closed(office)
    office.writes(who, "/again 1 还没好")
    assert "没有找到" in office.told(who)
    office.writes(ALICE, "/keepclosed 1 不办")
    assert "没有这个命令" in office.told(ALICE)
    office.presses_data(ALICE, "reopennow:1")
    assert office.case(1).stage is Stage.CLOSED


def test_what_is_written_to_a_closed_case_offers_the_button(office: Office) -> None:
    """Nobody has to know how to ask."""
    office.writes(ALICE, "晚上还是黑的", answering=closed(office))
    office.presses(ALICE, office.last(ALICE), "还没解决")
    assert "哪里还没解决" in office.told(ALICE)


def test_in_a_group_it_leads_to_the_private_chat(office: Office) -> None:
    """What is not solved is nobody else's business."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(DEPUTY, "/reply 1 已修好")
    office.writes(DEPUTY, "/close 1 没有反馈")
    office.presses(ALICE, office.last(GROUP, containing="已办结</b>"), "还没解决")
    assert "私聊" in office.toasts[-1]


def test_who_is_forgotten_asks_no_more(office: Office) -> None:
    """The request goes with them."""
    asked(office)
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        assert [one["case_number"] for one in uow.erasure.everything_of(person)["reopen_requests"]] == [1]
        uow.erasure.erase(person, office.now)
        assert uow.reopenings.page(None) == ([], 0)
