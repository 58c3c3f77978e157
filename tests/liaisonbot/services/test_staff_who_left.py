"""Staff who leave the station, or lose the role, while Telegram is out of reach: what waits shows them nothing then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from liaisonbot.services import roles
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office

COLLEAGUE = 22
WORDS = "代表李四收了开发商的钱，贪污受贿"


@pytest.fixture
def cut_off(office: Office) -> Office:
    """The post waits from now on; 王五 and 钱九 work at the station, and have read one case of Alice's."""
    office.roster(Role.STAFF, "钱九", COLLEAGUE, 1)
    office.station("B", "滨河联络站")
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, COLLEAGUE, OWNER):
        office.writes(who, "/start")
    with office.unit() as uow:
        for who in (ALICE, BOB, STAFF):
            uow.people.set_station(uow.people.meet(who, "zh", office.now).id, 1)
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 张三")
    for who in (STAFF, COLLEAGUE):
        office.writes(who, "/case 1")
    office.cut_off = True
    return office


def speaks_again(office: Office) -> None:
    office.cut_off = False
    office.ticks()


def _changed(office: Office, change: Callable[[Office], object]) -> None:
    with office.unit() as uow:
        before = roles.held(uow)
    change(office)
    with office.unit() as uow:
        roles.follow(uow, office.desk, before)


def _moves(office: Office) -> None:
    office.roster(Role.STAFF, "王五", STAFF, 2)


def _retires(office: Office) -> None:
    with office.unit() as uow:
        entry = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
        uow.roster.retire(entry.id, office.now)


def _gives_up_the_account(office: Office) -> None:
    office.roster(Role.STAFF, "王五", 23, 1)


LEAVES = pytest.mark.parametrize("leaves", [_moves, _retires, _gives_up_the_account])


def _a_new_case_is_held(office: Office) -> None:
    office.writes(BOB, WORDS)


def _words_are_added_to_one_without_a_deputy(office: Office) -> None:
    office.writes(BOB, WORDS)
    office.writes(BOB, "开发商还请他吃饭", answering=None)


def _a_case_that_a_deputy_had_is_held(office: Office) -> None:
    office.writes(ALICE, "/add 1 代表张三收了开发商的钱，贪污受贿")


def _a_case_is_handed_back(office: Office) -> None:
    office.writes(ALICE, "/add 1 开发商的路灯")
    office.writes(DEPUTY, "/transfer 1 staff 开发商的事")


def _a_long_one(office: Office) -> None:
    office.writes(BOB, f"{WORDS}，{'开发商' * 200}")


def _its_author_edits_what_the_card_says(office: Office) -> None:
    office.writes(ALICE, "开发商的路灯坏了", message_id=_opening(office), edit=True)


def _opening(office: Office) -> int:
    with office.unit() as uow:
        return next(id_ for id_ in range(1, 50) if (m := uow.messages.by_chat(ALICE, id_)) is not None and m.opening)


@LEAVES
@pytest.mark.parametrize(
    "happens",
    [
        _a_new_case_is_held,
        _words_are_added_to_one_without_a_deputy,
        _a_case_that_a_deputy_had_is_held,
        _a_case_is_handed_back,
        _a_long_one,
        _its_author_edits_what_the_card_says,
    ],
)
def test_what_waited_for_them_does_not_reach_them(
    cut_off: Office, leaves: Callable[[Office], object], happens: Callable[[Office], None]
) -> None:
    """Their colleague reads it."""
    happens(cut_off)
    _changed(cut_off, leaves)
    speaks_again(cut_off)

    assert not any("开发商" in sent.text for sent in cut_off.chats[STAFF])
    assert any("开发商" in sent.text for sent in cut_off.chats[COLLEAGUE])


def test_what_waited_for_a_deputy_goes_along_to_their_new_account(cut_off: Office) -> None:
    """Nothing of it reaches the account that was theirs."""
    cut_off.writes(BOB, "开发商的路灯坏了")
    with cut_off.unit() as uow:
        assert uow.cases.get(2).deputy_id == uow.cases.get(1).deputy_id  # type: ignore[union-attr]
    cut_off.writes(ALICE, "开发商说修不了", answering=cut_off.last(ALICE, containing="#1"))
    _changed(cut_off, lambda office: office.roster(Role.DEPUTY, "张三", 15, 1))
    speaks_again(cut_off)

    assert not any("开发商" in sent.text for sent in cut_off.chats[DEPUTY])
    assert any("开发商的路灯坏了" in sent.text for sent in cut_off.chats[15])
    assert any("开发商说修不了" in sent.text for sent in cut_off.chats[15])


def test_what_they_wrote_themselves_is_answered(cut_off: Office) -> None:
    """They are a constituent like others to their own case."""
    cut_off.writes(STAFF, "/report 楼道的灯坏了")
    cut_off.writes(STAFF, "/case 2")
    _changed(cut_off, _retires)
    speaks_again(cut_off)

    assert any("已收到，民情 #2" in sent.text for sent in cut_off.chats[STAFF])
    assert any("楼道的灯坏了" in sent.text for sent in cut_off.chats[STAFF])


def test_who_stays_at_the_station_reads_it(cut_off: Office) -> None:
    cut_off.writes(BOB, WORDS)
    _changed(cut_off, lambda office: office.roster(Role.STAFF, "王五", STAFF, 1, 2))
    speaks_again(cut_off)

    assert any("开发商" in sent.text for sent in cut_off.chats[STAFF])


def test_whom_it_accuses_does_not_get_what_waited_for_them_before(cut_off: Office) -> None:
    """A case comes back to the staff, one of whom its words accuse, as their colleague sees."""
    cut_off.writes(ALICE, "/add 1 王五拿了开发商的东西")
    cut_off.writes(DEPUTY, "/transfer 1 staff 开发商的事")
    cut_off.writes(COLLEAGUE, "/missed 1 accusation")
    speaks_again(cut_off)

    assert not any("开发商" in sent.text for sent in cut_off.chats[STAFF])
    assert any("开发商" in sent.text for sent in cut_off.chats[COLLEAGUE])


def test_what_went_to_another_station_does_not_reach_the_staff_of_the_first(cut_off: Office) -> None:
    cut_off.roster(Role.STAFF, "孙伟", 72, 2)
    cut_off.writes(72, "/start")
    cut_off.writes(BOB, f"{WORDS}，{'开发商' * 200}")
    cut_off.presses_data(BOB, "station:2:2")
    assert cut_off.case(2).station_id == 2
    speaks_again(cut_off)

    assert not any("开发商" in sent.text for sent in cut_off.chats[STAFF])
    assert any("开发商" in sent.text for sent in cut_off.chats[72])


# --- nobody of the station is left who has got it --------------------------------------------------------------------


@pytest.fixture
def alone(office: Office) -> Office:
    """王五 is all the staff there is; the post waits from now on."""
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, COLLEAGUE, OWNER):
        office.writes(who, "/start")
    with office.unit() as uow:
        uow.people.set_station(uow.people.meet(BOB, "zh", office.now).id, 1)
    office.writes(BOB, f"{WORDS[:4]}收了人家的红包")
    office.cut_off = True
    return office


def _has_a_successor(office: Office) -> None:
    _retires(office)
    office.roster(Role.STAFF, "钱九", COLLEAGUE, 1)


def _has_another_account(office: Office) -> None:
    office.roster(Role.STAFF, "王五", COLLEAGUE, 1)


@pytest.mark.parametrize(
    ("leaves", "reader"),
    [(_retires, OWNER), (_has_a_successor, COLLEAGUE), (_has_another_account, COLLEAGUE)],
)
@pytest.mark.parametrize("words", [WORDS, "/add 1 开发商还请他吃饭", "开发商的楼着火了，有人被困，救命"])
def test_what_waited_for_the_only_one_goes_to_whoever_has_their_place(
    alone: Office, words: str, leaves: Callable[[Office], object], reader: int
) -> None:
    """A card, words that were added, an emergency: told to nobody else, they are owed to the station all the same."""
    alone.writes(BOB, words)
    _changed(alone, leaves)
    speaks_again(alone)

    assert not any("开发商" in sent.text for sent in alone.chats[STAFF])
    assert any("开发商" in sent.text for sent in alone.chats[reader])


def test_of_two_who_leave_together_it_comes_once(alone: Office) -> None:
    """Each of them had it; their successor does not get it twice."""
    alone.roster(Role.STAFF, "钱九", COLLEAGUE, 1)
    alone.writes(BOB, WORDS)
    alone.writes(BOB, "/add 2 开发商还请他吃饭")

    def both(office: Office) -> None:
        with office.unit() as uow:
            for entry in uow.roster.staff():
                uow.roster.retire(entry.id, office.now)

    _changed(alone, both)
    speaks_again(alone)
    assert len([sent for sent in alone.chats[OWNER] if "请他吃饭" in sent.text]) == 1


def test_who_works_beside_them_gets_it_once(cut_off: Office) -> None:
    cut_off.writes(BOB, WORDS)
    _changed(cut_off, _retires)
    speaks_again(cut_off)

    assert len([sent for sent in cut_off.chats[COLLEAGUE] if "开发商" in sent.text]) == 1
    assert not any("开发商" in sent.text for sent in cut_off.chats[OWNER])


def test_what_they_were_to_tell_somebody_without_telegram_is_for_their_colleagues(office: Office) -> None:
    """With neither name nor number, which only they and the deputy could read; whoever left reads nothing of it."""
    office.roster(Role.STAFF, "钱九", COLLEAGUE, 1)
    for who in (DEPUTY, OTHER_DEPUTY, STAFF, COLLEAGUE):
        office.writes(who, "/start")
    office.writes(STAFF, "/behalf 三号楼的路灯坏了")
    office.writes(STAFF, "陈阿姨 13800001111")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(DEPUTY, "/accept 1")
    office.cut_off = True
    office.writes(DEPUTY, "/reply 1 开发商已经修好了")
    _changed(office, _retires)
    speaks_again(office)

    assert not any("开发商" in sent.text for sent in office.chats[STAFF])
    told = office.last(COLLEAGUE, containing="开发商已经修好了")
    assert "请问问本人" in told.text
    assert not any("13800001111" in sent.text for sent in office.chats[COLLEAGUE])
    office.presses(COLLEAGUE, told, "😊 满意")
    assert "已记下" in office.toasts[-1]


def test_who_was_to_tell_it_for_another_and_works_elsewhere_now_does_not_get_it(office: Office) -> None:
    """Whoever entered the case has left, so its station tells; of that station they are no more."""
    office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "钱九", COLLEAGUE, 1)
    office.roster(Role.STAFF, "孙伟", 72, 1)
    for who in (DEPUTY, STAFF, COLLEAGUE, 72):
        office.writes(who, "/start")
    office.writes(STAFF, "/behalf 三号楼的路灯坏了")
    office.writes(STAFF, "陈阿姨 13800001111")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(DEPUTY, "/accept 1")
    _changed(office, _retires)
    office.cut_off = True
    office.writes(DEPUTY, "/reply 1 开发商已经修好了")
    _changed(office, lambda office: office.roster(Role.STAFF, "钱九", COLLEAGUE, 2))
    speaks_again(office)

    assert not any("开发商" in sent.text for sent in office.chats[COLLEAGUE])
    assert len([sent for sent in office.chats[72] if "开发商" in sent.text]) == 1


@pytest.mark.parametrize("cases", [1, 2])
@pytest.mark.parametrize(("leaves", "reader"), [(_retires, OWNER), (_has_a_successor, COLLEAGUE)])
def test_of_limits_whoever_has_their_place_is_reminded(
    alone: Office, cases: int, leaves: Callable[[Office], object], reader: int
) -> None:
    """Of one as of several, and once; whoever left reads nothing of them."""
    for what in ("路灯坏了", "下水道堵了")[:cases]:
        alone.writes(BOB, f"/report {what}")
    for _ in range(8):
        alone.ticks(timedelta(days=1))
    _changed(alone, leaves)
    speaks_again(alone)
    alone.ticks(timedelta(minutes=1))

    assert not any("#2" in sent.text for sent in alone.chats[STAFF])
    (told,) = (sent for sent in alone.chats[reader] if sent.outgoing.due)
    assert {due.case for due in told.outgoing.due} == {*range(1, 2 + cases)}


def test_what_the_successor_is_reminded_of_themselves_is_not_lost(alone: Office) -> None:
    """One reminder of limits waits for each: the former one's does not take its place."""
    alone.station("B", "滨河联络站")
    alone.roster(Role.STAFF, "钱九", COLLEAGUE, 2)
    with alone.unit() as uow:
        uow.people.set_station(uow.people.meet(ALICE, "zh", alone.now).id, 2)
    alone.writes(ALICE, "/report 路灯坏了")
    alone.writes(BOB, "/report 下水道堵了")
    for _ in range(8):
        alone.ticks(timedelta(days=1))

    def changes_hands(office: Office) -> None:
        _retires(office)
        office.roster(Role.STAFF, "钱九", COLLEAGUE, 1, 2)

    _changed(alone, changes_hands)
    speaks_again(alone)
    alone.ticks(timedelta(minutes=1))

    told = {due.case for sent in alone.chats[COLLEAGUE] for due in sent.outgoing.due}
    assert told >= {2, 3}
