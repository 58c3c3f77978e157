"""Every way in which a constituent's words can come to a group, another constituent or a deputy passes the guard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from liaisonbot import commands
from liaisonbot.commands import Kind
from liaisonbot.incoming import QuotedMessage, Sender
from liaisonbot.model import Attachment
from liaisonbot.projects import Phase
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, Office, Sent

AUTHOR, NEIGHBOUR, DEPUTY, STAFF = 101, 102, 11, 21
HARMLESS = "3号楼的路灯坏了"
ACCUSATION = "张敏代表收了开发商的红包"
EMERGENCY = "厨房着火了，浓烟很大，老人还在里面"
PHOTO = Attachment("photo", "p1")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    station = office.station()
    office.roster(Role.DEPUTY, "张敏", DEPUTY, station)
    office.roster(Role.STAFF, "王芳", STAFF, station)
    office.bind_group(station)
    for who in (AUTHOR, NEIGHBOUR, DEPUTY, STAFF):
        office.writes(who, "/start")
    return office


# --- the ways ---------------------------------------------------------------------------------------------------------


def _in_private(office: Office, words: str) -> None:
    office.writes(AUTHOR, words)


def _reported_in_the_group(office: Office, words: str) -> None:
    office.writes(AUTHOR, f"/report {words}", group=GROUP)


def _mentioned_in_the_group(office: Office, words: str) -> None:
    office.writes(AUTHOR, f"@liaison_bot {words}", group=GROUP, mention=words)


def _registered_by_a_neighbour(office: Office, words: str) -> None:
    quoted = QuotedMessage(900, Sender(AUTHOR, None, "zh"), False, words)
    office.writes(NEIGHBOUR, "/report", group=GROUP, answering=quoted)


def _said_about_what_a_neighbour_wrote(office: Office, words: str) -> None:
    quoted = QuotedMessage(900, Sender(NEIGHBOUR, None, "zh"), False, HARMLESS)
    office.writes(AUTHOR, f"/report {words}", group=GROUP, answering=quoted)


def _caption_that_comes_late(office: Office, words: str) -> None:
    office.writes(AUTHOR, "/report", group=GROUP, attachments=(PHOTO,), album="a1")
    office.writes(AUTHOR, words, group=GROUP, attachments=(Attachment("photo", "p2"),), album="a1")


def _edited(office: Office, words: str) -> None:
    message = office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    office.writes(AUTHOR, f"/report {words}", group=GROUP, message_id=message, edit=True)


def _edited_after_it_closed(office: Office, words: str) -> None:
    message = _close(office)
    office.writes(AUTHOR, words, message_id=message, edit=True)


def _talk_edited_after_it_closed(office: Office, words: str) -> None:
    _close(office)
    message = office.writes(AUTHOR, "谢谢", answering=office.last(AUTHOR, containing="已修好"))
    office.writes(AUTHOR, words, message_id=message, edit=True)


def _added_in_the_group(office: Office, words: str) -> None:
    office.writes(AUTHOR, f"/report {HARMLESS}", group=GROUP)
    office.writes(AUTHOR, words, group=GROUP, answering=office.last(GROUP, containing="#1"))


def _added_in_private(office: Office, words: str) -> None:
    office.writes(AUTHOR, HARMLESS)
    office.writes(AUTHOR, words, answering=office.last(AUTHOR, containing="#1"))


def _added_by_a_command(office: Office, words: str) -> None:
    office.writes(AUTHOR, HARMLESS)
    office.writes(AUTHOR, f"/add 1 {words}")


def _when_details_were_asked(office: Office, words: str) -> None:
    office.writes(AUTHOR, HARMLESS)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/ask 1 是哪一盏？")
    office.writes(AUTHOR, words, answering=office.last(AUTHOR, containing="是哪一盏"))


def _added_to_a_closed_case(office: Office, words: str) -> None:
    _close(office)
    office.writes(AUTHOR, words, answering=office.last(AUTHOR, containing="已修好"))


def _asked_for_again(office: Office, words: str) -> None:
    _close(office)
    office.writes(AUTHOR, f"/again 1 {words}")


def _why_dissatisfied(office: Office, words: str) -> None:
    _dissatisfied(office)
    office.writes(AUTHOR, f"/explain 1 {words}")


def _why_dissatisfied_in_a_dialogue(office: Office, words: str) -> None:
    office.presses(AUTHOR, _dissatisfied(office), "没解决")
    office.writes(AUTHOR, words)


def _asked_about_an_announcement(office: Office, words: str) -> None:
    office.writes(STAFF, "/announce 老年食堂开了")
    office.presses(STAFF, office.last(STAFF, containing="通知 1"), "确认")
    office.writes(AUTHOR, f"/askabout 1 {words}")


def _question_for_an_inquiry(office: Office, words: str) -> None:
    office.writes(STAFF, "/inquiry 2026-12-10 养老服务")
    office.writes(AUTHOR, f"/question {words}")
    office.writes(NEIGHBOUR, "/start question_1")
    office.writes(NEIGHBOUR, f"/question {words[:-2]}？")


def _proposed(office: Office, words: str) -> None:
    office.writes(AUTHOR, f"/propose {words}")
    _others_look_at_the_project(office)


def _proposed_in_the_group(office: Office, words: str) -> None:
    office.writes(AUTHOR, f"/propose {words}", group=GROUP)
    _others_look_at_the_project(office)


def _proposal_retitled(office: Office, words: str) -> None:
    office.writes(AUTHOR, "/propose 给3号楼加装电梯")
    office.writes(AUTHOR, f"/setproject 1 标题 {words}")
    _others_look_at_the_project(office)


def _candidate_retitled(office: Office, words: str) -> None:
    """Between the screening and the votes: neither the residents' poll nor the deputies' ballot says it."""
    office.writes(STAFF, "/newcycle 2027 镇级 1 A")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(AUTHOR, "/propose 给3号楼加装电梯")
    office.writes(NEIGHBOUR, "/propose 沿河修一条步道")
    office.presses_data(STAFF, "cycle:1:go:0")
    for number in (1, 2):
        office.presses_data(STAFF, f"screen:{number}:candidate")
    office.presses_data(STAFF, "cycle:1:go:1")
    office.writes(AUTHOR, f"/setproject 1 标题 {words}")
    for phase, action in ((Phase.OPINIONS, "opinions"), (Phase.VOTE, "vote")):
        with office.unit() as uow:
            uow.cycles.update(1, phase=phase)
        office.presses_data(STAFF, f"votes:1:{action}")
        if any("确认" in label for label in office.last(STAFF).buttons):
            office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(DEPUTY, "/ballot")
    _others_look_at_the_project(office)


def _others_look_at_the_project(office: Office) -> None:
    for who in (NEIGHBOUR, DEPUTY):
        office.writes(who, "/project 1")
        office.writes(who, "/projects")
    office.writes(NEIGHBOUR, "/project 1", group=GROUP)


def _looked_back(office: Office, words: str) -> None:
    _close(office)
    office.now = office.now.replace(month=12, day=28)
    office.writes(STAFF, "/lookback 1")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(AUTHOR, words, answering=office.last(AUTHOR, containing="#1"))


def _entered_on_behalf(office: Office, words: str) -> None:
    office.writes(STAFF, f"/behalf {words}")
    office.presses(STAFF, office.last(STAFF), "不留姓名电话")
    office.presses(STAFF, office.last(STAFF), "确认")


def _booked(office: Office, words: str) -> None:
    office.writes(STAFF, "/reception 2026-12-07 9-11 | 二楼 | 张敏 | 15")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(AUTHOR, f"/book 1 9:15 {words}")
    _the_deputy_looks(office)


def _booked_in_a_dialogue(office: Office, words: str) -> None:
    office.writes(STAFF, "/reception 2026-12-07 9-11 | 二楼 | 张敏 | 15")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(AUTHOR, f"/bookslot 1 9:15 {words}")
    _the_deputy_looks(office)


def _booking_reworded(office: Office, words: str) -> None:
    _booked(office, HARMLESS)
    office.writes(AUTHOR, f"/aboutvisit 1 {words}")
    _the_deputy_looks(office)


def _the_deputy_looks(office: Office) -> None:
    office.writes(DEPUTY, "/reception")
    office.presses(DEPUTY, office.last(DEPUTY), "12月7日")


def _close(office: Office) -> int:
    message = office.writes(AUTHOR, HARMLESS)
    office.writes(DEPUTY, "/reply 1 已修好")
    office.writes(DEPUTY, "/close 1 没有反馈")
    return message


def _dissatisfied(office: Office) -> Sent:
    office.writes(AUTHOR, HARMLESS)
    office.writes(DEPUTY, "/reply 1 已修好")
    answer = office.last(AUTHOR, containing="已修好")
    office.presses_data(AUTHOR, "rate:1:attitude:3", answer)
    office.presses_data(AUTHOR, "rate:1:result:1", answer)
    return office.last(AUTHOR, containing="哪里不满意")


WAYS: dict[str, tuple[Callable[[Office, str], None], int, str | None]] = {
    # way                              how                                 the chat where it is said, and its command
    "private message": (_in_private, AUTHOR, "report"),
    "report in a group": (_reported_in_the_group, GROUP, "report"),
    "mention in a group": (_mentioned_in_the_group, GROUP, None),
    "registered by a neighbour": (_registered_by_a_neighbour, GROUP, None),
    "said about a neighbour's words": (_said_about_what_a_neighbour_wrote, GROUP, None),
    "caption that comes late": (_caption_that_comes_late, GROUP, None),
    "edited": (_edited, GROUP, None),
    "edited after it closed": (_edited_after_it_closed, AUTHOR, None),
    "talk edited after it closed": (_talk_edited_after_it_closed, AUTHOR, None),
    "added in the group": (_added_in_the_group, GROUP, None),
    "added in private": (_added_in_private, AUTHOR, None),
    "added by a command": (_added_by_a_command, AUTHOR, "add"),
    "details that were asked for": (_when_details_were_asked, AUTHOR, None),
    "added to a closed case": (_added_to_a_closed_case, AUTHOR, None),
    "asked for again": (_asked_for_again, AUTHOR, "again"),
    "why dissatisfied": (_why_dissatisfied, AUTHOR, "explain"),
    "why dissatisfied, in a dialogue": (_why_dissatisfied_in_a_dialogue, AUTHOR, "explain"),
    "asked about an announcement": (_asked_about_an_announcement, AUTHOR, "askabout"),
    "question for an inquiry": (_question_for_an_inquiry, AUTHOR, "question"),
    "proposed": (_proposed, AUTHOR, "propose"),
    "proposed in the group": (_proposed_in_the_group, GROUP, "propose"),
    "proposal retitled": (_proposal_retitled, AUTHOR, "setproject"),
    "candidate retitled": (_candidate_retitled, AUTHOR, "setproject"),
    "answer to a look-back": (_looked_back, AUTHOR, None),
    "booked": (_booked, AUTHOR, "book"),
    "booked in a dialogue": (_booked_in_a_dialogue, AUTHOR, "bookslot"),
    "booking reworded": (_booking_reworded, AUTHOR, "aboutvisit"),
    "entered on behalf": (_entered_on_behalf, STAFF, "behalf"),
}
"""Whoever adds a way adds a row."""
HARMLESS_COMMANDS = {"name": "a name, for the deputy of the case"}
"""Commands of everybody that take words which need no look, and why."""


def test_every_command_that_takes_words_of_everybody_is_a_way() -> None:
    """Or stands among those that need no look."""
    taking = {
        command.name
        for command in commands.COMMANDS
        if Role.CONSTITUENT in command.roles and any(argument.kind is Kind.TEXT for argument in command.arguments)
    }
    assert taking <= {command for _, _, command in WAYS.values()} | HARMLESS_COMMANDS.keys()


@pytest.mark.parametrize("way", WAYS)
def test_an_accusation_comes_to_nobody_but_the_office(office: Office, way: str) -> None:
    """Not to the group, not to another constituent, and least of all to the deputy it accuses, who does not find it
    afterwards either.
    """
    how, _, _ = WAYS[way]
    how(office, ACCUSATION)
    office.writes(DEPUTY, "/case 1")
    for chat in (GROUP, NEIGHBOUR, DEPUTY):
        assert not any("红包" in sent.text or "红包" in "".join(sent.buttons) for sent in office.chats[chat]), chat
    assert any("红包" in sent.text for sent in office.chats[STAFF]) or _staff_find_it(office)


def _staff_find_it(office: Office) -> bool:
    for command in ("/case 1", "/project 1", "/inquiries"):
        office.writes(STAFF, command)
    if any("养老服务" in label for label in office.last(STAFF).buttons):
        office.presses(STAFF, office.last(STAFF), "养老服务")
    return any("红包" in sent.text for sent in office.chats[STAFF])


@pytest.mark.parametrize("way", WAYS)
def test_in_an_emergency_the_numbers_are_said_where_it_was_written(office: Office, way: str) -> None:
    """Whatever the words were meant for."""
    how, chat, _ = WAYS[way]
    how(office, EMERGENCY)
    said = [sent.text for sent in office.chats[chat]]
    assert any("119" in text and "120" in text for text in said)


def test_a_question_that_is_kept_from_others_is_read_and_shown_by_staff(office: Office) -> None:
    """Its author knows the channel and the reason; staff see that others do not see it, and let them."""
    office.writes(STAFF, "/inquiry 2026-12-10 养老服务")
    office.writes(AUTHOR, f"/question {ACCUSATION}，养老院怎么还不开？")
    assert "12388" in office.told(AUTHOR)
    assert "先不给别人看" in office.told(AUTHOR)
    office.writes(NEIGHBOUR, "/start question_1")
    assert "养老院" not in office.told(NEIGHBOUR)
    office.writes(STAFF, "/inquiries")
    office.presses(STAFF, office.last(STAFF), "养老服务")
    shown = office.last(STAFF, containing="养老院怎么还不开")
    assert "别人看不到" in shown.text
    office.presses_data(DEPUTY, shown.button("让大家看到"))
    office.presses(STAFF, shown, "让大家看到")
    assert "别人看不到" not in shown.text
    office.writes(NEIGHBOUR, "/cancel")
    office.writes(NEIGHBOUR, "/start question_1")
    assert "养老院怎么还不开" in office.told(NEIGHBOUR)
