"""Who could not be reached and is here again hears what they missed, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from liaisonbot.incoming import MembershipChange, Place
from liaisonbot.services import frontdesk
from liaisonbot.vocabulary import Role
from tests.support.office import Office

WANG, ZHAO, LIN = 11, 21, 31


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """One station; Lin wrote in private, and blocked the bot before the answer."""
    made = Office(tmp_path)
    station = made.station()
    made.roster(Role.DEPUTY, "王芳", WANG, station)
    made.roster(Role.STAFF, "赵敏", ZHAO, station)
    made.writes(LIN, "三号楼电梯坏了")
    return made


def unblocks(office: Office, who: int) -> None:
    change = MembershipChange(10_000 + who, Place(who, "private"), None, present=True, was_present=False)
    with office.unit() as uow:
        frontdesk.membership(uow, office.desk, change)
    office._deliver()


def writes_again(office: Office, who: int) -> None:
    office.writes(who, "/help")


def presses_an_old_button(office: Office, who: int) -> None:
    office.presses(who, office.last(who, containing="已收到，民情 #1"), "查看经过")


@pytest.mark.parametrize("comes_back", [unblocks, writes_again, presses_an_old_button])
def test_a_constituent_hears_of_the_answer_they_missed(
    office: Office, comes_back: Callable[[Office, int], None]
) -> None:
    """The case with its number to press; behind it stand the answer and the question how it was."""
    office.blocked.add(LIN)
    office.writes(WANG, "/reply 1 A 电梯修好了")
    office.blocked.remove(LIN)

    comes_back(office, LIN)

    told = office.last(LIN, containing="没能送到您这里")
    assert "<b>#1</b>" in told.text
    office.presses(LIN, told, "#1")
    shown = office.last(LIN, containing="电梯修好了")
    assert any("满意" in label for label in shown.buttons)


@pytest.mark.parametrize(
    ("before", "news"),
    [
        ("/inbox", "/accept 1"),
        ("/inbox", "/decline 1 这件事请找物业"),
        ("/accept 1", "/mediate 1 今天去看了"),
        ("/accept 1", "/ask 1 在几号楼？"),
    ],
)
def test_they_hear_of_whatever_else_they_missed(office: Office, before: str, news: str) -> None:
    """Once: what happened to their case, which stands behind its number, and is no answer of the deputy's."""
    office.writes(WANG, before)
    office.blocked.add(LIN)
    office.writes(WANG, news)
    office.blocked.remove(LIN)

    unblocks(office, LIN)

    told = office.last(LIN, containing="没能送到您这里")
    office.presses(LIN, told, "#1")
    assert "经过" in office.last(LIN, containing="民情 #1").text
    unblocks(office, LIN)
    assert sum("没能送到您这里" in sent.text for sent in office.chats[LIN]) == 1


def test_of_the_same_messages_they_hear_once(office: Office) -> None:
    """Blocking and coming back again, with nothing new in between, says nothing."""
    office.blocked.add(LIN)
    office.writes(WANG, "/reply 1 A 电梯修好了")
    office.blocked.remove(LIN)
    unblocks(office, LIN)
    unblocks(office, LIN)
    writes_again(office, LIN)

    assert sum("没能送到您这里" in sent.text for sent in office.chats[LIN]) == 1


def test_what_reached_them_is_not_named(office: Office) -> None:
    """Nobody is told of missing anything who missed nothing; a newcomer least of all."""
    office.writes(WANG, "/reply 1 A 电梯修好了")
    office.blocked.add(LIN)
    office.writes(99, "路灯坏了")
    office.blocked.remove(LIN)

    unblocks(office, LIN)
    writes_again(office, LIN)

    assert not any("没能送到您这里" in sent.text for chat in (LIN, 99) for sent in office.chats[chat])


def test_many_cases_are_named_a_page_of_them_and_counted(office: Office) -> None:
    """The newest first; the others stand in /mycases."""
    for number in range(2, 12):
        office.writes(LIN, f"/report 第{number}件事情")
    office.blocked.add(LIN)
    for number in range(1, 12):
        office.writes(WANG, f"/reply {number} A 办好了")
    office.blocked.remove(LIN)

    unblocks(office, LIN)

    told = office.last(LIN, containing="没能送到您这里")
    assert [f"<b>#{number}</b>" in told.text for number in (11, 4, 3, 1)] == [True, True, False, False]
    assert "另有 3 件" in told.text


def test_whose_words_are_forgotten_missed_nothing(office: Office) -> None:
    """What is erased is not named to whoever has that account later."""
    office.blocked.add(LIN)
    office.writes(WANG, "/reply 1 A 电梯修好了")
    office.blocked.remove(LIN)
    with office.unit() as uow:
        person = uow.people.find(LIN)
        assert person is not None
        uow.erasure.erase(person, office.now)

    unblocks(office, LIN)
    writes_again(office, LIN)

    assert not any("没能送到您这里" in sent.text for sent in office.chats[LIN])


def test_a_deputy_whom_cards_could_not_reach_hears_how_many_wait(office: Office) -> None:
    """Once; and nothing where everything arrived."""
    office.blocked.add(WANG)
    office.writes(LIN, "/report 路灯坏了")
    office.blocked.remove(WANG)

    office.writes(WANG, "/start")
    told = office.last(WANG, containing="等您办，之前的卡片没能送到")
    assert "2 件" in told.text
    office.presses(WANG, told, "待办")
    assert "路灯坏了" in office.told(WANG)

    office.writes(LIN, "/report 水管坏了")
    unblocks(office, WANG)
    assert not any("之前的卡片没能送到" in sent.text for sent in office.chats[WANG]), "the list took its place"
