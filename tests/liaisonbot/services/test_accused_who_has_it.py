"""Whoever has a case and turns out to be whom it accuses has it no longer, whatever the roster calls them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.services import roles
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office

NEWCOMER = 41
LAMP = "楼道的灯坏了"
AGAINST = "工作人员孙伟收红包，贪污受贿"


@pytest.fixture
def released(office: Office) -> Office:
    """张三 has a case that accuses somebody whom the roster does not know, released by staff."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, OWNER, NEWCOMER):
        office.writes(who, "/start")
    office.writes(ALICE, LAMP)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(ALICE, AGAINST, answering=office.last(ALICE, containing="#1"))
    office.writes(STAFF, "/release 1")
    assert holder(office) == DEPUTY
    return office


def holder(office: Office, number: int = 1) -> int | None:
    with office.unit() as uow:
        case = uow.cases.get(number)
        entry = uow.roster.get(case.deputy_id) if case is not None and case.deputy_id is not None else None
        return entry.telegram_id if entry is not None else None


def roster(office: Office, role: Role, name: str, account: int) -> None:
    """The row of a roster file, and what follows from it."""
    with office.unit() as uow:
        before, station = roles.held(uow), uow.stations.all()[0].id
    office.roster(role, name, account, station)
    with office.unit() as uow:
        roles.follow(uow, office.desk, before)
    office.writes(account, "/start")


CAME = {
    "the deputy works here under that name": (Role.STAFF, "孙伟", DEPUTY, DEPUTY),
    "the deputy's role goes to whoever works here under that name": (Role.DEPUTY, "张三", NEWCOMER, NEWCOMER),
}


@pytest.mark.parametrize("part", [False, True], ids=["its own words", "those of a part"])
@pytest.mark.parametrize("came", CAME)
def test_a_case_is_taken_from_whom_it_turns_out_to_accuse(released: Office, came: str, *, part: bool) -> None:
    """It waits for staff, who are told what to do; no word that comes later reaches the one it accuses."""
    office = released
    role, name, account, them = CAME[came]
    if part:
        office.writes(BOB, LAMP)
        office.writes(STAFF, "/assign 2 张三")
        office.writes(STAFF, "/merge 1 2")
    number = 2 if part else 1
    if role is Role.DEPUTY:
        roster(office, Role.STAFF, "孙伟", NEWCOMER)
    seen = len(office.chats[them])
    roster(office, role, name, account)

    assert office.case(number).held
    assert holder(office, number) is None
    assert "等工作人员看" in office.last(STAFF, containing=f"#{number}").text
    office.writes(ALICE, "孙伟上个月又收了", answering=office.last(ALICE, containing="#"))
    for line in (f"/case {number}", "/inbox", "/held", "/search 红包", f"/note {number} 看过", f"/accept {number}"):
        office.writes(them, line)
    assert not any("收红包" in sent.text or "又收了" in sent.text for sent in office.chats[them][seen:])
    office.writes(STAFF, "/held")
    assert f"#{number}" in office.told(STAFF)
    office.writes(STAFF, f"/release {number}")
    assert holder(office, number) == OTHER_DEPUTY
    office.writes(STAFF, f"/assign {number} 张三")
    assert "不能交给本人" in office.told(STAFF)


def test_who_is_somebody_else_keeps_it(released: Office) -> None:
    """A new colleague of that name takes nothing from the deputy, who was not meant."""
    roster(released, Role.STAFF, "孙伟", NEWCOMER)
    assert holder(released) == DEPUTY
    assert not released.case(1).held


@pytest.mark.parametrize("way", ["assign", "release"])
def test_who_is_a_deputy_under_another_name_now_does_not_get_it(released: Office, way: str) -> None:
    """They are known by the account that had the former role."""
    office = released
    office.writes(BOB, "举报李四代表收开发商的好处")
    if way == "assign":
        office.writes(STAFF, "/release 2")
        assert holder(office, 2) == DEPUTY
    with office.unit() as uow:
        before = roles.held(uow)
        uow.roster.retire(next(entry.id for entry in uow.roster.deputies() if entry.name == "李四"), office.now)
        uow.roster.retire(next(entry.id for entry in uow.roster.deputies() if entry.name == "张三"), office.now)
        roles.follow(uow, office.desk, before)
    roster(office, Role.DEPUTY, "李思", OTHER_DEPUTY)
    office.writes(STAFF, "/assign 2 李思" if way == "assign" else "/release 2")
    assert holder(office, 2) != OTHER_DEPUTY
    assert not any("开发商" in sent.text for sent in office.chats[OTHER_DEPUTY])


def test_what_is_added_accuses_a_deputy_of_another_station_by_their_name_as_staff(released: Office) -> None:
    """They have the case; there they are staff as well, under another name."""
    office = released
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", 13, river)
    office.roster(Role.STAFF, "陈晓静", 13, river)
    office.writes(13, "/start")
    with office.unit() as uow:
        uow.people.set_station(uow.people.meet(BOB, "zh", office.now).id, 1)
    office.writes(BOB, LAMP)
    office.writes(STAFF, "/assign 2 陈静")
    assert holder(office, 2) == 13
    office.writes(BOB, "陈晓静收了开发商的钱", answering=office.last(BOB, containing="#2"))
    assert holder(office, 2) is None
    assert not any("开发商" in sent.text for sent in office.chats[13])


# --- what waits for them ----------------------------------------------------------------------------------------------


def turns_out(office: Office, role: Role, name: str, account: int, then: str | None = None) -> None:
    """The post waits while Alice adds ``then``; before it goes out the roster has that row."""
    office.cut_off = True
    if then is not None:
        office.writes(ALICE, then, answering=office.last(ALICE, containing="#1"))
    roster(office, role, name, account)
    office.cut_off = False
    office.ticks()


def test_what_waited_for_the_former_account_is_told_to_staff(released: Office) -> None:
    """It had not reached the deputy, whose role goes to whoever is accused: somebody reads it all the same, once."""
    office = released
    roster(office, Role.STAFF, "孙伟", NEWCOMER)
    turns_out(office, Role.DEPUTY, "张三", NEWCOMER, "灯泡在物业那里")
    assert [who for who in office.chats for sent in office.chats[who] if "灯泡" in sent.text] == [STAFF]


def closed(office: Office) -> None:
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 修好了")
    office.writes(STAFF, "/close 1 办结了")
    assert not office.case(1).open


def test_what_is_added_to_a_closed_case_waits_for_nobody_it_accuses(released: Office) -> None:
    """The deputy had it, and keeps it; staff read what accuses them in their place."""
    closed(released)
    turns_out(released, Role.STAFF, "孙伟", DEPUTY, "孙伟上个月又收了")
    assert [who for who in released.chats for sent in released.chats[who] if "又收了" in sent.text] == [STAFF]
    told = released.last(STAFF, containing="又收了").text
    assert "/reopen 1" in told
    assert "/assign" not in told


@pytest.mark.parametrize("left", [False, True], ids=["accused", "left"])
def test_staff_read_of_a_closed_case_what_they_can_do(released: Office, *, left: bool) -> None:
    """It cannot be assigned: they take it up again."""
    office = released
    closed(office)
    with office.unit() as uow:
        before = roles.held(uow)
        if left:
            uow.roster.retire(next(entry.id for entry in uow.roster.deputies() if entry.name == "张三"), office.now)
        roles.follow(uow, office.desk, before)
    said = office.writes(ALICE, "张三代表收了红包", answering=office.last(ALICE, containing="#1"))
    assert "/reopen 1" in office.last(STAFF, containing="收了红包").text
    office.writes(ALICE, "张三代表收了大红包", message_id=said, edit=True)
    assert "/assign" not in office.last(STAFF, containing="大红包").text
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/reopen 1 再看看")
    assert office.case(1).open


def test_what_is_added_to_a_closed_case_before_it_accuses_is_not_lost(released: Office) -> None:
    """The one and the other wait for the post at once; both are read by staff."""
    office = released
    closed(office)
    office.cut_off = True
    for words in ("灯泡又坏了", "张三代表收了红包"):
        office.writes(ALICE, words, answering=office.last(ALICE, containing="#1"))
    office.cut_off = False
    office.ticks()
    for words in ("灯泡又坏了", "收了红包"):
        assert [who for who in office.chats for sent in office.chats[who] if words in sent.text] == [STAFF]


# --- false alarms -----------------------------------------------------------------------------------------------------


def edited_in_a_part(office: Office) -> None:
    """Case 2 became part of case 1; then its author makes of it what accuses 张三, who has both."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, LAMP)
    said = office.writes(BOB, "楼道的灯不亮")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(STAFF, "/merge 2 1")
    office.now += timedelta(minutes=1)
    office.writes(BOB, "举报张三代表收红包", message_id=said, edit=True)
    assert office.case(1).held
    office.now += timedelta(minutes=1)


def test_a_false_alarm_of_the_whole_is_one_of_the_part_in_which_the_words_stand(office: Office) -> None:
    """They are the same words: whom they named has the case again, and staff read that both are noted."""
    edited_in_a_part(office)
    office.writes(STAFF, "/falsealarm 1")
    assert holder(office) == DEPUTY
    assert office.case(2).guard is None
    assert "/falsealarm" not in office.told(STAFF)
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 1 李四")
    office.writes(STAFF, "/assign 1 张三")
    assert holder(office) == DEPUTY


def test_what_a_part_accused_before_is_decided_by_itself(office: Office) -> None:
    """A false alarm in the whole says nothing of it; the answer names it, with what to type, and so do the refusals."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, LAMP)
    office.writes(STAFF, "/assign 1 张三")
    office.writes(BOB, "举报李四代表收红包")
    office.writes(STAFF, "/release 2")
    office.writes(STAFF, "/merge 2 1")
    office.writes(STAFF, "/falsealarm 1")
    assert "/falsealarm 2" in office.told(STAFF)
    office.writes(ALICE, "局长贪污受贿", answering=office.last(ALICE, containing="#1"))
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/falsealarm 1")
    assert "/falsealarm 2" in office.told(STAFF)
    assert holder(office) == DEPUTY
    office.writes(STAFF, "/assign 1 李四")
    assert "/falsealarm 2" in office.told(STAFF)
    assert holder(office) == DEPUTY

    office.writes(STAFF, "/falsealarm 2")
    assert "/falsealarm" not in office.told(STAFF)
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 1 李四")
    assert holder(office) == OTHER_DEPUTY


@pytest.mark.parametrize("says", ["/falsealarm 1", "/redirect 1 请找 12388"])
def test_what_turned_out_to_accuse_is_decided_as_what_was_found(released: Office, says: str) -> None:
    """A false alarm gives it back to the deputy from whom it was taken, whoever has less to do; and what staff say of
    it counts for the rule.
    """
    office = released
    office.writes(BOB, "幼儿园门口的路灯不亮")  # 张三 has one more now
    roster(office, Role.STAFF, "孙伟", DEPUTY)
    assert office.case(1).held
    office.writes(STAFF, says)
    if says.startswith("/redirect"):
        office.presses(STAFF, office.last(STAFF, containing="不由代表办，告诉群众该找谁"), "确认")
        assert not office.case(1).open
    else:
        assert holder(office) == DEPUTY
    with office.unit() as uow:
        (marks,) = [marks for topic, _, marks in uow.guarded.marks() if topic == "accusation"]
    said = "right" if says.startswith("/redirect") else "false_alarm"
    assert (marks["found"], marks[said]) == (1, 1)


def test_a_false_alarm_of_the_whole_counts_for_a_part_that_has_no_station(office: Office) -> None:
    """Both had none when the owner made them one; the whole has one since, whose staff decide."""
    office.station("B", "滨河联络站")
    for who in (DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, LAMP)
    said = office.writes(BOB, "楼道的灯不亮")
    office.writes(OWNER, "/merge 2 1")
    office.writes(OWNER, "/assign 1 张三")
    office.now += timedelta(minutes=1)
    office.writes(BOB, "举报张三代表收红包", message_id=said, edit=True)
    assert office.case(1).held
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/falsealarm 1")
    assert holder(office) == DEPUTY
    assert office.case(2).guard is None


def test_a_false_alarm_of_the_part_alone_names_the_whole(office: Office) -> None:
    edited_in_a_part(office)
    office.writes(STAFF, "/falsealarm 2")
    assert "/falsealarm 1" in office.told(STAFF)
    office.writes(STAFF, "/falsealarm 1")
    assert holder(office) == DEPUTY
    assert "/falsealarm" not in office.told(STAFF)


@pytest.mark.parametrize("more", [False, True], ids=["nothing else", "something else is found later"])
def test_what_was_redirected_can_be_a_false_alarm_later(office: Office, *, more: bool) -> None:
    """It was sent to the right channel, taken up again, and a namesake was meant. What is said of something that was
    found later does not undo it.
    """
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, "举报张三代表收红包")
    office.writes(STAFF, "/redirect 1 请找 12388")
    office.presses(STAFF, office.last(STAFF, containing="不由代表办，告诉群众该找谁"), "确认")
    office.writes(STAFF, "/reopen 1 说的是另一位")
    assert office.case(1).open
    if more:
        office.writes(ALICE, "李四代表也收了红包", answering=office.last(ALICE, containing="#1"))
        assert office.case(1).held
        office.now += timedelta(minutes=1)
        office.writes(STAFF, "/falsealarm 1")
        assert "/falsealarm 1" in office.told(STAFF)
        assert office.case(1).guard == "accusation"
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 1 张三")
    assert "/falsealarm 1" in office.told(STAFF)
    office.writes(STAFF, "/falsealarm 1")
    assert "/falsealarm" not in office.told(STAFF)
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 1 张三")
    assert holder(office) == DEPUTY


# --- a namesake -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_staff_read_how_a_namesake_gets_it(office: Office, language: str) -> None:
    """What to type stands in the refusal, for those who may; it leads there. The deputy who hands over reads nothing
    of it.
    """
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", 13, river)
    for who in (DEPUTY, 13, STAFF):
        office.writes(who, "/start")
    with office.unit() as uow:
        uow.people.set_station(uow.people.meet(ALICE, "zh", office.now).id, 1)
    office.writes(ALICE, "楼上的陈静收了开发商的钱")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(DEPUTY, "/transfer 1 陈静 她熟悉")
    assert "不能交给本人" in office.told(DEPUTY)
    assert "/missed" not in office.told(DEPUTY)
    office.writes(STAFF, f"/language {language}")
    office.writes(STAFF, "/assign 1 陈静")
    told = office.told(STAFF)
    assert told.index("/missed 1 accusation") < told.index("/falsealarm 1")
    for line in ("/missed 1 accusation", "/falsealarm 1"):
        office.now += timedelta(minutes=1)
        office.writes(STAFF, line)
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 1 陈静")
    assert holder(office) == 13


def test_what_the_guard_found_needs_the_false_alarm_only(office: Office) -> None:
    for who in (DEPUTY, OTHER_DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, "举报张三代表收红包")
    office.writes(STAFF, "/release 1")
    office.writes(STAFF, "/assign 1 张三")
    assert "/falsealarm 1" in office.told(STAFF)
    assert "/missed" not in office.told(STAFF)


# --- what waits -------------------------------------------------------------------------------------------------------


def test_a_list_of_limits_that_waits_does_not_name_it_to_staff_whom_it_accuses(office: Office) -> None:
    """Telegram is out of reach; the others of the list still come."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    said = office.writes(ALICE, LAMP)
    office.writes(BOB, "垃圾没人收")
    seen = len(office.chats[STAFF])
    office.cut_off = True
    office.ticks(timedelta(days=9))
    with office.unit() as uow:
        assert {due.case for waiting in uow.outbox.of_limits() if waiting.chat_id == STAFF for due in waiting.due} == {
            1,
            2,
        }
    listed = lists(office)
    office.writes(ALICE, "工作人员王五收红包，贪污受贿", message_id=said, edit=True)
    assert listed.isdisjoint(lists(office)), "the list is in the deliver loop's memory, which lets go of dropped rows"
    office.cut_off = False
    office.ticks(timedelta(hours=1))

    assert not any("#1" in sent.text or "红包" in sent.text for sent in office.chats[STAFF][seen:])
    assert any("#2" in sent.text for sent in office.chats[STAFF][seen:])


def lists(office: Office) -> set[int]:
    """The rows of the lists of limits that wait for staff."""
    with office.unit() as uow:
        return {row for row, waiting in uow.outbox.waiting_for(STAFF).items() if waiting.due}
