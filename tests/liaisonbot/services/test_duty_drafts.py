"""Drafts from real acts: one tap files, one corrects; one draft for each case and day; no word of a constituent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot import duty
from liaisonbot.duty import DutyEntry, EntryState
from liaisonbot.outgoing import Outgoing, Receipt, Send
from liaisonbot.services import duty_drafts
from liaisonbot.vocabulary import Role, Stage
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office, Sent

WORDS = "人民路12号井盖坏了，我是王阿姨"


def a_case(office: Office) -> int:
    office.writes(ALICE, WORDS)
    with office.unit() as uow:
        case = uow.cases.for_choice(stages=tuple(Stage), person_id=uow.people.meet(ALICE, "zh", office.now).id)
    return case[0].number


def entries(office: Office, who: int = DEPUTY) -> list[DutyEntry]:
    with office.unit() as uow:
        deputy = next(each for each in uow.roster.deputies() if each.telegram_id == who)
        return uow.duty.of_deputy(deputy.id, office.desk.today, office.desk.today, states=tuple(EntryState))


def card(office: Office, who: int = DEPUTY) -> Sent:
    return office.last(who, containing="记进履职")


def test_one_tap_files_what_was_done(office: Office) -> None:
    """Its words are ours: number, category, what was done; nothing that the constituent wrote."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")

    offered = card(office)
    assert offered.outgoing.silent
    assert "线上联系" in offered.text
    assert f"民情 #{number}（市政设施）：受理" in offered.text
    assert "王阿姨" not in offered.text
    assert "人民路" not in offered.text

    office.presses(DEPUTY, offered, "记一笔")

    (entry,) = entries(office)
    assert (entry.state, entry.type, entry.case) == (EntryState.FILED, "online", number)
    assert "已记" in office.toasts[-1]
    office.presses_data(DEPUTY, f"draft:{entry.id}:file", offered)
    assert [each.state for each in entries(office)] == [EntryState.FILED]


def test_acts_of_one_day_for_one_case_are_one_draft(office: Office) -> None:
    """Its card is edited; the weightiest act gives the type; the next day is another draft."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    office.writes(DEPUTY, f"/mediate {number} 已联系路灯所")
    office.writes(DEPUTY, f"/reply {number} 已修好")

    (entry,) = entries(office)
    assert entry.acts == ("accepted", "mediated", "answered")
    assert entry.type == "deed"
    assert len([sent for sent in office.chats[DEPUTY] if "记进履职" in sent.text]) == 1
    assert "受理、调处、答复" in card(office).text

    office.ticks(timedelta(days=1))
    office.writes(DEPUTY, f"/note {number} 内部记一笔")
    office.writes(DEPUTY, f"/close {number} 已办好")
    (other,) = entries(office)
    assert other.acts == ("closed",)


def test_what_was_filed_is_only_the_deputys_to_change(office: Office) -> None:
    """Another act of that day is told on the card, with the way to add it."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    office.presses(DEPUTY, card(office), "记一笔")
    (before,) = entries(office)

    office.writes(DEPUTY, f"/reply {number} 已修好")

    (entry,) = entries(office)
    assert (entry.state, entry.text) == (EntryState.FILED, before.text)
    told = office.last(DEPUTY, containing="后来又做了")
    assert "后来又做了：答复" in told.text
    office.presses(DEPUTY, told, "补进去")
    (added,) = entries(office)
    assert (added.state, added.text) == (EntryState.FILED, f"民情 #{number}（市政设施）：受理；答复")
    office.presses_data(DEPUTY, f"draft:{added.id}:add", told)
    office.writes(DEPUTY, f"/close {number} 已办好")
    assert "后来又做了：办结" in office.last(DEPUTY, containing="后来又做了").text


def test_what_the_deputy_wrote_down_already_is_not_offered_again(office: Office) -> None:
    """Whoever corrected the entry has said it in their own words."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    (entry,) = entries(office)
    with office.unit() as uow:
        uow.duty.update(entry.id, state=EntryState.FILED, filed_at=office.now, text="受理，当面答复")
    office.writes(DEPUTY, f"/reply {number} 已修好")
    assert not [sent for sent in office.chats[DEPUTY] if "后来又做了" in sent.text]


def test_several_are_filed_with_one_tap(office: Office) -> None:
    """The newest card says how many wait; each of the others says afterwards that it is filed."""
    first, second = a_case(office), a_case(office)
    office.writes(DEPUTY, f"/accept {first}")
    assert "都记" not in " ".join(card(office).buttons)
    office.writes(DEPUTY, f"/accept {second}")
    offered = card(office)

    office.presses(DEPUTY, offered, "2 条都记")

    assert [entry.state for entry in entries(office)] == [EntryState.FILED] * 2
    assert "等工作人员确认" in office.last(DEPUTY, containing="已记 2 条").text
    assert not [sent for sent in office.chats[DEPUTY] if "记进履职" in sent.text]
    office.presses_data(DEPUTY, f"drafts:{office.desk.today}", offered)
    assert "没有要记的草稿" in office.toasts[-1]
    for forged in ("drafts", "drafts:x", "drafts:2026-11-23:1"):
        office.presses_data(DEPUTY, forged, offered)
    office.presses_data(OTHER_DEPUTY, f"drafts:{office.desk.today}", offered)


def test_a_card_on_its_way_when_it_is_written_anew_is_taken_back(office: Office) -> None:
    """Of two cards of one draft the later one stays."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    (entry,) = entries(office)
    sent = card(office)
    again = Outgoing(Send.TEXT, DEPUTY, noted_as=("draft-card", entry.id))
    with office.unit() as uow:
        duty_drafts.NOTED["draft-card"](uow, office.desk, again, Receipt((sent.message_id + 1000,)))
    office.ticks()
    assert not [each for each in office.chats[DEPUTY] if each.message_id == sent.message_id]


def test_one_tap_corrects_it(office: Office) -> None:
    """The dialogue begins at its preview, with everything the draft says."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    office.presses(DEPUTY, card(office), "改一改")
    asked = office.last(DEPUTY)
    assert f"{asked.text}{asked.outgoing.body or ''}".count(f"民情 #{number}（市政设施）：受理") == 1
    office.presses(DEPUTY, asked, "确认")
    (entry,) = entries(office)
    assert (entry.state, entry.case) == (EntryState.FILED, number)


def test_what_is_not_wanted_is_not_offered_again_that_day(office: Office) -> None:
    """And can be switched off, and on again."""
    number, other = a_case(office), a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    office.presses(DEPUTY, card(office), "不用记")
    dropped = office.last(DEPUTY, containing="没有记")
    office.writes(DEPUTY, f"/reply {number} 已修好")
    assert entries(office) == []

    office.presses(DEPUTY, dropped, "以后都不用提示")
    office.writes(DEPUTY, f"/accept {other}")
    assert entries(office) == []
    office.writes(DEPUTY, "/offers")
    assert "已关闭" in office.last(DEPUTY).text
    office.presses(DEPUTY, office.last(DEPUTY), "打开提示")
    office.writes(DEPUTY, f"/reply {other} 已修好")
    assert [entry.acts for entry in entries(office)] == [("answered",)]


def test_nobody_else_sees_or_takes_a_draft(office: Office) -> None:
    """Neither the other deputy nor staff; staff's own acts make none."""
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    (entry,) = entries(office)
    for who in (OTHER_DEPUTY, STAFF, OWNER, ALICE):
        for action in ("file", "no"):
            office.presses_data(who, f"draft:{entry.id}:{action}")
        assert all("民情" not in sent.text or "履职" not in sent.text for sent in office.chats[who])
    assert entries(office) == [entry]
    assert entries(office, OTHER_DEPUTY) == []


def test_old_drafts_go(tmp_path: Path) -> None:
    """When nothing can be filed for their day any more."""
    office = Office(tmp_path, duty={"latest_days": 7})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    number = a_case(office)
    office.writes(DEPUTY, f"/accept {number}")
    (draft,) = entries(office)
    for days, there in ((7, True), (1, False)):
        office.ticks(timedelta(days=days))
        with office.unit() as uow:
            assert (uow.duty.get(draft.id) is not None) is there


def test_a_dispute_is_mediation(office: Office) -> None:
    """The kind of the case says what working on it is."""
    number = a_case(office)
    with office.unit() as uow:
        uow.cases.update(number, kind="dispute")
    office.writes(DEPUTY, f"/accept {number}")
    office.writes(DEPUTY, f"/mediate {number} 约了双方")
    (entry,) = entries(office)
    assert entry.type == "mediation"
    assert "调处纠纷" in (entry.text or "")


@pytest.mark.parametrize("act", duty_drafts.ACTS)
def test_every_act_makes_a_type_there_is(act: str) -> None:
    """And each of them is somebody's: of a case, a project, a poll, or offered by its own part."""
    assert duty_drafts.ACTS[act].type in duty.TYPES
    offered = {
        *duty_drafts.OF_CASES.values(),
        *duty_drafts.IN_A_DISPUTE.values(),
        *duty_drafts.OF_PROJECTS.values(),
        *duty_drafts.OF_POLLS.values(),
        *("received", "visited", "reported"),
    }
    assert act in offered
