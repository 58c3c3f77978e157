"""A case can be given to a deputy of another station; nobody does so without reading it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

RIVER_DEPUTY = 13


@pytest.fixture
def two_stations(office: Office) -> Office:
    """A second station with a deputy of its own; a case of the first one."""
    river = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "陈静", RIVER_DEPUTY, river)
    for who in (DEPUTY, OTHER_DEPUTY, RIVER_DEPUTY, STAFF):
        office.writes(who, "/start")
    office.writes(ALICE, "楼道的灯坏了")
    with office.unit() as uow:
        uow.cases.update(1, station_id=1)
        uow.people.set_station(uow.people.meet(ALICE, "zh", office.now).id, 1)
    return office


def holder(office: Office) -> int | None:
    with office.unit() as uow:
        case = uow.cases.get(1)
        entry = uow.roster.get(case.deputy_id) if case is not None and case.deputy_id is not None else None
        return entry.telegram_id if entry is not None else None


def test_staff_read_that_the_deputy_is_of_another_station(two_stations: Office) -> None:
    """With the way to give it to somebody else."""
    office = two_stations
    office.writes(STAFF, "/assign 1 陈静")
    assert holder(office) == RIVER_DEPUTY
    told = office.last(STAFF, containing="陈静是滨河联络站的代表")
    assert "不在阳光联络站" in told.text
    assert "仍归阳光联络站" in told.text
    office.presses(STAFF, told, "改派")
    office.presses(STAFF, office.last(STAFF), "李四")
    assert holder(office) == OTHER_DEPUTY
    assert "不在" not in office.told(STAFF)


def test_so_does_a_deputy_who_hands_over(two_stations: Office) -> None:
    office = two_stations
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/transfer 1 陈静 在她那边")
    told = office.last(OTHER_DEPUTY, containing="陈静是滨河联络站的代表")
    assert not told.buttons


# --- whom the words accuse there --------------------------------------------------------------------------------------

AGAINST_THEM = "陈静代表收了开发商的钱"


@pytest.mark.parametrize(
    "words", [(AGAINST_THEM,), ("楼道的灯又坏了", AGAINST_THEM)], ids=["at once", "added afterwards"]
)
def test_who_is_accused_by_it_does_not_get_it_at_another_station(two_stations: Office, words: tuple[str, ...]) -> None:
    """Its own station knew nobody of that name when it was written: neither staff nor a deputy give it to them."""
    office = two_stations
    first, *more = words
    office.writes(ALICE, first)
    for text in more:
        office.writes(ALICE, text, answering=office.last(ALICE, containing="#2"))
    office.writes(STAFF, "/assign 2 李四")
    for who, line in ((STAFF, "/assign 2 陈静"), (OTHER_DEPUTY, "/transfer 2 陈静 在她那边")):
        office.writes(who, line)
        assert "不能交给本人。请选别人" in office.told(who)
    assert not any("开发商" in sent.text or "#2" in sent.text for sent in office.chats[RIVER_DEPUTY])


def test_nor_does_who_came_to_the_roster_since(two_stations: Office) -> None:
    """Whom the words accuse was nobody when they were written."""
    office = two_stations
    office.writes(ALICE, "赵小川代表收了开发商的钱")
    office.roster(Role.DEPUTY, "赵小川", 14, 1)
    office.writes(14, "/start")
    office.writes(STAFF, "/assign 2 赵小川")
    assert "不能交给本人" in office.told(STAFF)
    assert not any("开发商" in sent.text for sent in office.chats[14])


def test_who_is_only_named_gets_it(two_stations: Office) -> None:
    office = two_stations
    office.writes(ALICE, "请陈静代表看看，路灯坏了三天")
    office.writes(STAFF, "/assign 2 陈静")
    assert any("路灯坏了三天" in sent.text for sent in office.chats[RIVER_DEPUTY])


def test_after_a_false_alarm_they_get_it(two_stations: Office) -> None:
    """What the guard did not see at its station staff can say, and take back; what is said after that counts anew."""
    office = two_stations
    office.writes(ALICE, AGAINST_THEM)
    office.writes(STAFF, "/missed 2 accusation")
    office.writes(STAFF, "/falsealarm 2")
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/assign 2 陈静")
    assert any("开发商" in sent.text for sent in office.chats[RIVER_DEPUTY])

    office.writes(STAFF, "/assign 2 李四")
    office.writes(ALICE, "陈静代表又收了人家的红包", answering=office.last(ALICE, containing="#2"))
    office.writes(STAFF, "/assign 2 陈静")
    assert not any("红包" in sent.text for sent in office.chats[RIVER_DEPUTY])


def test_a_case_that_accuses_them_does_not_become_part_of_theirs(two_stations: Office) -> None:
    """They have a case of this station; what accuses them is not merged into it."""
    office = two_stations
    office.writes(STAFF, "/assign 1 陈静")
    office.writes(ALICE, AGAINST_THEM)
    office.writes(STAFF, "/merge 2 1")
    assert office.case(2).outcome is None
    assert not any("开发商" in sent.text for sent in office.chats[RIVER_DEPUTY])


def test_what_is_found_missing_is_looked_for_in_all_that_was_said(two_stations: Office) -> None:
    """Staff see an accusation in what was added, which the guard missed: whom it names has the case no longer."""
    office = two_stations
    office.writes(STAFF, "/assign 1 张三")
    office.writes(ALICE, "张三昨天晚上又拿走了两箱", answering=office.last(ALICE, containing="#1"))
    office.writes(STAFF, "/missed 1 accusation")
    office.writes(STAFF, "/release 1")
    assert holder(office) == OTHER_DEPUTY
    office.writes(STAFF, "/assign 1 张三")
    assert "不能交给本人" in office.told(STAFF)


@pytest.mark.parametrize("way", ["answer", "/add 1 ", "edit", "/again 1 "])
def test_what_is_added_and_accuses_a_deputy_of_another_station_who_has_it(two_stations: Office, way: str) -> None:
    """Whoever has the case is looked for in what is said of it, wherever they work: it is taken from them unread."""
    office = two_stations
    added = office.writes(ALICE, "楼道还有杂物", answering=office.last(ALICE, containing="#1"))
    office.writes(STAFF, "/assign 1 陈静")
    if way == "/again 1 ":
        office.writes(RIVER_DEPUTY, "/reply 1 修好了")
        for part in ("attitude", "result"):
            office.presses_data(ALICE, f"rate:1:{part}:3")
        assert not office.case(1).open
    match way:
        case "answer":
            office.writes(ALICE, AGAINST_THEM, answering=office.last(ALICE, containing="#1"))
        case "edit":
            office.writes(ALICE, AGAINST_THEM, message_id=added, edit=True)
        case _:
            office.writes(ALICE, f"{way}{AGAINST_THEM}")

    assert not any("开发商" in sent.text for sent in office.chats[RIVER_DEPUTY])
    assert any("开发商" in sent.text for sent in office.chats[STAFF])
    office.writes(RIVER_DEPUTY, "/case 1")
    assert "没有找到民情 #1" in office.told(RIVER_DEPUTY)
