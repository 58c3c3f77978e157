"""A deputy who loses a case while Telegram is out of reach: what waits for them does not show it to them afterwards."""

from __future__ import annotations

import pytest

from liaisonbot.model import Attachment
from liaisonbot.services import roles
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

CONTACT = Attachment("contact", None, {"phone_number": "13800001234", "first_name": "陈小明", "user_id": ALICE})


@pytest.fixture
def cut_off(office: Office) -> Office:
    """The post waits from now on; 李四 has an open case of Alice's."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 李四")
    office.cut_off = True
    return office


def speaks_again(office: Office) -> None:
    office.cut_off = False
    office.ticks()


def read(office: Office, who: int) -> str:
    return "\n".join(sent.text for sent in office.chats[who])


def test_a_card_goes_to_who_has_it_then(cut_off: Office) -> None:
    cut_off.writes(STAFF, "/assign 1 张三")
    cut_off.writes(STAFF, "/assign 1 李四")
    before = len(cut_off.carried)
    speaks_again(cut_off)

    assert not any(sent.chat_id == DEPUTY and sent.purpose == "card" for sent in cut_off.carried[before:])
    assert "路灯坏了" in read(cut_off, OTHER_DEPUTY)


def test_a_name_that_was_given_does_not_reach_who_has_lost_it(cut_off: Office) -> None:
    """The next deputy of the case reads it on the card."""
    link = cut_off.last(ALICE, containing="#1")
    cut_off.writes(ALICE, None, answering=link, attachments=(CONTACT,))
    cut_off.writes(STAFF, "/assign 1 张三")
    speaks_again(cut_off)

    assert "陈小明" not in read(cut_off, OTHER_DEPUTY)
    assert "陈小明" in read(cut_off, DEPUTY)


def test_who_is_staff_there_as_well_reads_on(cut_off: Office) -> None:
    with cut_off.unit() as uow:
        station = uow.stations.all()[0].id
    cut_off.roster(Role.STAFF, "张三", DEPUTY, station)
    cut_off.writes(STAFF, "/assign 1 张三")
    cut_off.writes(STAFF, "/assign 1 李四")
    before = len(cut_off.chats[DEPUTY])
    speaks_again(cut_off)

    assert any("路灯坏了" in sent.text for sent in cut_off.chats[DEPUTY][before:])


@pytest.mark.parametrize("leaves", [False, True])
def test_name_and_number_of_whom_they_were_to_tell_reach_nobody_else(office: Office, leaves: bool) -> None:
    """They entered the case themselves and have it no more: they tell all the same; once they work here no longer staff
    do, with neither.
    """
    for who in (DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(DEPUTY, "/behalf 三号楼的路灯坏了")
    office.writes(DEPUTY, "陈阿姨 13800001111")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.writes(DEPUTY, "/accept 1")
    office.cut_off = True
    card = office.last(DEPUTY, containing="#1")
    office.writes(DEPUTY, "已经来看了", answering=card)
    office.writes(DEPUTY, "这是照片", answering=card, attachments=(Attachment("photo", "file-1"),))
    office.writes(DEPUTY, "/transfer 1 staff 请分派")
    if leaves:
        with office.unit() as uow:
            before = roles.held(uow)
            uow.roster.retire(next(each.id for each in uow.roster.deputies() if each.telegram_id == DEPUTY), office.now)
            roles.follow(uow, office.desk, before)
    speaks_again(office)

    teller, other = (STAFF, DEPUTY) if leaves else (DEPUTY, STAFF)
    for words in ("已经来看了", "这是照片"):
        assert read(office, teller).count(words) == 1
        assert words not in read(office, other)
    assert "13800001111" not in read(office, STAFF)
