"""A command offers the cases it would accept, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import pytest

from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office

CAROL: Final = 103
LAMP, SAME_LAMP, LITTER = "小区东门的路灯坏了好几天了", "东门的路灯坏了，好几天没人修", "楼道里的垃圾没人清"


def offered(office: Office, who: int, command: str) -> set[int]:
    """The numbers of the cases below the question that the command asks."""
    office.writes(who, f"/{command}")
    return offered_below(office, who)


def offered_below(office: Office, who: int) -> set[int]:
    """The numbers of the cases below the newest question."""
    return {int(label.split(" ")[0].lstrip("#")) for label in office.last(who).buttons if label.startswith("#")}


@pytest.fixture
def left(office: Office) -> Office:
    """Bob reported the lamp as well, and has withdrawn from it since; the litter is his."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(DEPUTY, "/accept 1")
    office.writes(BOB, "/withdraw 1")
    office.writes(BOB, LITTER)
    return office


@pytest.mark.parametrize("command", ["withdraw", "chase", "sort", "name"])
def test_what_somebody_has_left_is_not_offered_to_them(left: Office, command: str) -> None:
    """It goes on for the others; a button that leads to "you have left it" helps nobody."""
    assert offered(left, BOB, command) == {3}


@pytest.mark.parametrize("command", ["case", "add"])
def test_what_they_may_do_with_it_still_is(left: Office, command: str) -> None:
    assert {1, 3} <= offered(left, BOB, command)


def test_a_case_handed_to_another_deputy_is_offered_to_that_one_only(office: Office) -> None:
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/transfer 1 李四 他更熟悉")
    office.writes(DEPUTY, "/accept")
    assert "现在没有可以用 /accept 的民情" in office.told(DEPUTY)


def test_staff_are_not_offered_a_case_of_their_own(office: Office) -> None:
    """Nobody handles what they reported themselves."""
    office.writes(ALICE, LAMP)
    office.writes(STAFF, f"/report {LITTER}")
    assert office.case(2).station_id == office.case(1).station_id
    assert offered(office, STAFF, "assign") == {1}


def test_the_ones_it_is_for_are_found_behind_those_it_is_not_for(office: Office) -> None:
    """A deputy with one promise and many answers without: /done is about the promise."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 下个月换新灯")
    for number in range(2, 12):
        office.writes(ALICE, f"{LITTER}，{number} 号楼")
        office.writes(STAFF, f"/assign {number} 张三")
        office.writes(DEPUTY, f"/reply {number} 已经清了")
        office.now += timedelta(hours=1)
    assert offered(office, DEPUTY, "done") == {1}


def _rate_first(office: Office) -> None:
    office.writes(DEPUTY, "/reply 1 修好了")


def _answer_first(office: Office) -> None:
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/ask 1 是哪一盏？")


def _chased(office: Office) -> None:
    office.writes(ALICE, "/chase 1")


def _closed(office: Office) -> None:
    office.writes(DEPUTY, "/reply 1 修好了")
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:3")


def _closed_long_ago(office: Office) -> None:
    _closed(office)
    office.now += timedelta(days=400)


def _asked_again(office: Office) -> None:
    _closed(office)
    office.writes(ALICE, "/again 1 又坏了")


def _accepted(office: Office) -> None:
    office.writes(DEPUTY, "/accept 1")


REFUSED: Final[Mapping[str, tuple[Callable[[Office], None], int, str]]] = {
    "not rated yet": (_rate_first, ALICE, "chase"),
    "asked for details": (_answer_first, ALICE, "chase"),
    "chased today": (_chased, ALICE, "chase"),
    "closed too long": (_closed_long_ago, STAFF, "reopen"),
    "closed too long for its author": (_closed_long_ago, ALICE, "again"),
    "asked again already": (_asked_again, ALICE, "again"),
    "nobody asked": (_closed, STAFF, "keepclosed"),
    "too late to correct": (_closed_long_ago, DEPUTY, "correct"),
    "no unit has it": (_accepted, DEPUTY, "returned"),
    "no dispute": (_accepted, DEPUTY, "dispute"),
    "no pause": (_accepted, DEPUTY, "resume"),
}
"""What happened, and who asks for which command that would be refused then."""


@pytest.mark.parametrize("why", REFUSED)
def test_what_would_be_refused_is_not_offered(office: Office, why: str) -> None:
    happens, who, command = REFUSED[why]
    office.writes(ALICE, LAMP)
    happens(office)
    office.writes(who, f"/{command}")
    assert f"现在没有可以用 /{command} 的民情" in office.told(who)


def test_what_was_asked_for_is_offered(office: Office) -> None:
    office.writes(ALICE, LAMP)
    _asked_again(office)
    assert offered(office, STAFF, "keepclosed") == {1}
    assert offered(office, STAFF, "reopen") == {1}
    assert offered(office, DEPUTY, "correct") == {1}


def _closed_one(office: Office) -> None:
    office.writes(BOB, "/withdraw 2")


def second_station(office: Office) -> int:
    """The staff member works for that one, too."""
    river = office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "王五", STAFF, office.case(1).station_id, river)
    return river


def _of_another_station(office: Office) -> None:
    river = second_station(office)
    with office.unit() as uow:
        uow.cases.update(2, station_id=river)


def _held_one(office: Office) -> None:
    with office.unit() as uow:
        uow.cases.update(2, held=True, guard="official", deputy_id=None)


def _its_deputy_reported_this_one(office: Office) -> None:
    office.writes(STAFF, "/assign 2 李四")
    office.writes(STAFF, "/assign 3 张三")
    office.writes(OTHER_DEPUTY, f"/report {SAME_LAMP}，我也看见了")


def _staffs_own(office: Office) -> None:
    office.writes(STAFF, f"/report {SAME_LAMP}，我也看见了")
    office.writes(BOB, "/withdraw 2")


NOT_INTO: Final[Mapping[str, tuple[Callable[[Office], None], int, set[int]]]] = {
    "closed": (_closed_one, 1, {3}),
    "at another station": (_of_another_station, 1, {3}),
    "held by the guard": (_held_one, 1, {3}),
    "its deputy's own": (_its_deputy_reported_this_one, 4, {1, 3}),
    "one's own": (_staffs_own, 1, {3}),
}
"""What happened, which case is to be merged then, and into which it can be."""


@pytest.mark.parametrize("why", NOT_INTO)
def test_only_what_a_case_can_be_merged_into_is_offered(office: Office, why: str) -> None:
    """A case that the merge would refuse is no choice; typed, it is refused before anything is to be confirmed."""
    happens, number, into = NOT_INTO[why]
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(CAROL, LITTER)
    happens(office)
    office.writes(STAFF, f"/merge {number}")
    assert offered_below(office, STAFF) == into
    for other in {1, 2, 3, 4} - into:
        office.writes(STAFF, f"#{other}")
        assert not any("确认" in label for label in office.last(STAFF).buttons)
    office.writes(STAFF, f"#{min(into)}")
    assert any("确认" in label for label in office.last(STAFF).buttons)


def test_a_case_closed_while_it_is_asked_whether_to_merge_into_it_ends_the_question(office: Office) -> None:
    """It says why, and holds nobody."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2")
    office.presses(STAFF, office.last(STAFF), "#1")
    asked = office.last(STAFF)
    office.writes(ALICE, "/withdraw 1")
    office.presses(STAFF, asked, "确认")
    assert "#1 已经办结" in office.told(STAFF)
    assert office.case(2).open


def test_the_newest_of_the_station_are_found_behind_those_of_others(office: Office) -> None:
    """Who works for several stations is offered what can be merged, however much was reported elsewhere since."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, LITTER)
    river = second_station(office)
    for number in range(3, 29):
        office.writes(CAROL, f"河边{number}号楼的电梯停了")
        with office.unit() as uow:
            uow.cases.update(number, station_id=river)
        office.now += timedelta(hours=1)
    office.writes(STAFF, "/merge 1")
    assert offered_below(office, STAFF) == {2}


def test_only_what_can_be_split_still_is_offered(office: Office) -> None:
    """Too long after its end, and for nobody, a case is not taken out again."""
    office.writes(ALICE, LAMP)
    office.writes(BOB, SAME_LAMP)
    office.writes(STAFF, "/merge 2 1")
    office.writes(ALICE, LITTER)
    office.writes(BOB, LITTER)
    office.writes(STAFF, "/merge 4 3")
    assert offered(office, STAFF, "split") == {2, 4}
    for author in (ALICE, BOB):
        office.writes(author, "/withdraw 3")
    office.now += timedelta(days=100)
    office.writes(STAFF, "/split")
    assert offered_below(office, STAFF) == {2}


@pytest.mark.parametrize("line", ["/merge 1", "/merge"])
def test_where_there_is_nothing_to_merge_into_it_says_so(office: Office, line: str) -> None:
    """At once, and with what it would take."""
    office.writes(ALICE, LAMP)
    office.writes(STAFF, line)
    if line == "/merge":
        office.presses(STAFF, office.last(STAFF), "#1")
    said = office.toasts[-1] if line == "/merge" else office.told(STAFF)
    assert "#1 现在没有可以并进去的：要同一个联络站、还在办的民情" in said
