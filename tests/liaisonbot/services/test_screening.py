"""The initial selection: candidate, or not taken up on a ground that everybody behind the proposal reads."""

from __future__ import annotations

import pytest

from liaisonbot.projects import Phase, Project, ProjectEvent, ProjectState
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.numbers import numbers
from tests.support.office import GROUP, Office, Sent

IDEA = "给3号楼加装电梯。老人上下楼很吃力"


def project(office: Office, number: int = 1) -> Project:
    with office.unit() as uow:
        found = uow.projects.get(number)
    assert found is not None
    return found


def at(office: Office, data: str) -> Sent:
    """The staff's screen, after a button on it."""
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    office.presses_data(STAFF, data, shown)
    return shown


@pytest.fixture
def office(office: Office) -> Office:
    """A cycle in its screening, with one proposal that two people stand behind."""
    for who in (ALICE, BOB, STAFF):
        office.writes(who, "/start")
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        uow.cycles.add(
            year=2027, level="镇级", station_ids=[station], places=1, dates={}, person_id=None, now=office.now
        )
    office.writes(ALICE, f"/propose {IDEA}")
    office.presses_data(BOB, "project:1:support")
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.SCREENING)
    return office


def test_an_exclusion_keeps_its_ground_and_by_whom_and_is_told(office: Office) -> None:
    """In plain words, to its proposer and everybody behind it; what they will read is shown before."""
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    office.presses(STAFF, shown, "初定筛选 0/1")
    office.presses_data(STAFF, "screen:1:look", shown)
    office.presses(STAFF, shown, "不纳入")
    office.presses(STAFF, shown, "增加群众负担")
    assert "会看到这条理由" in shown.text
    assert project(office).state is ProjectState.PROPOSED
    office.presses(STAFF, shown, "确认")
    found = project(office)
    assert (found.state, found.ground) == (ProjectState.EXCLUDED, "burden")
    with office.unit() as uow:
        entry = uow.projects.story(1)[-1]
        staff = uow.people.find(STAFF)
    assert staff is not None
    assert (entry.event, entry.by, entry.person_id) == (ProjectEvent.EXCLUDED, Role.STAFF, staff.id)
    for who in (ALICE, BOB):
        assert "会增加群众负担或形成新的债务" in office.told(who)
    office.writes(BOB, "/project 1")
    assert "会增加群众负担" in office.told(BOB)


def test_it_is_taken_back_and_that_is_told_likewise(office: Office) -> None:
    """The ground goes; it waits to be screened again."""
    office.presses_data(STAFF, "screen:1:exclude:burden")
    office.presses_data(STAFF, "screen:1:back")
    assert (project(office).state, project(office).ground) == (ProjectState.PROPOSED, None)
    for who in (ALICE, BOB):
        assert "重新筛选" in office.told(who)
    office.presses_data(STAFF, "screen:1:candidate")
    assert project(office).state is ProjectState.CANDIDATE
    assert "候选项目" in office.told(ALICE)
    office.presses_data(STAFF, "screen:1:back")
    assert project(office).state is ProjectState.PROPOSED


def test_the_way_leads_from_one_to_the_next(office: Office) -> None:
    """With how many are screened."""
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.COLLECTION)
    for number in range(8):
        office.writes(ALICE, f"/propose 第{number}件：{chr(0x4E00 + number * 7) * 6}")
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.SCREENING)
    shown = at(office, "screening:1")
    assert "已筛 0 / 9" in shown.text
    office.presses(STAFF, shown, "下一页")
    office.presses_data(STAFF, "screen:9:look", shown)
    office.presses(STAFF, shown, "列为候选")
    assert "已筛 1 / 9" in shown.text
    office.presses(STAFF, shown, "下一个（1）")
    assert "1 号项目" in shown.text


def test_staff_join_two_that_are_the_same(office: Office) -> None:
    """Its proposer is told; each counts once."""
    office.writes(BOB, "/propose 3号楼加装电梯，老人上下楼吃力")
    with office.unit() as uow:
        uow.projects.update(2, now=office.now, cycle_id=1)
    shown = at(office, "screen:2:look")
    office.presses(STAFF, shown, "并入")
    office.presses(STAFF, shown, "我也支持 1 号")
    assert project(office, 2).joined_to == 1
    assert "已并入 1 号" in office.told(BOB)


def test_what_the_guard_holds_is_no_candidate(office: Office) -> None:
    """Before staff let everybody see it."""
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, guard="accusation")
    office.presses_data(STAFF, "screen:1:candidate")
    assert "暂不公开" in office.toasts[-1]
    office.presses_data(STAFF, "screen:1:exclude:burden")
    assert "电梯" not in office.told(BOB)
    assert "1 号" in office.told(BOB)


# --- grounds ----------------------------------------------------------------------------------------------------------


def test_the_list_of_grounds_is_the_staffs(office: Office) -> None:
    """Added, struck out, restored; used ones stay readable."""
    office.presses(STAFF, at(office, "grounds:0"), "加一条")
    office.writes(STAFF, "三个不纳入：已列入上级计划的不纳入")
    shown = at(office, "screen:1:grounds:0")
    office.presses(STAFF, shown, "三个不纳入")
    office.presses(STAFF, shown, "确认")
    assert "三个不纳入" in office.told(ALICE)
    shown = at(office, "grounds:0")
    office.presses(STAFF, shown, "停用 6")
    office.presses(STAFF, shown, "停用 1")
    office.writes(BOB, "/project 1")
    assert "三个不纳入" in office.told(BOB)
    office.presses_data(STAFF, "screen:1:back")
    office.presses_data(STAFF, "screen:1:exclude:own1")
    assert "已经停用" in office.toasts[-1]
    office.presses_data(STAFF, "screen:1:exclude:not_ready")
    assert project(office).state is ProjectState.PROPOSED
    office.presses(STAFF, shown, "恢复 6")
    office.writes(STAFF, "/ground 三个不纳入：已列入上级计划的不纳入")
    with office.unit() as uow:
        assert [key for key, each in uow.projects.grounds().items() if each.text] == ["own1"]
    office.presses_data(STAFF, "screen:1:exclude:own1")
    assert project(office).ground == "own1"


def test_one_ground_stays(office: Office) -> None:
    """Without any nothing could be excluded with a reason."""
    for key in ("not_ready", "burden", "ordered", "not_own_money"):
        office.presses_data(STAFF, f"ground:{key}:0")
    office.presses_data(STAFF, "ground:not_for_all:0")
    assert "至少要留一条" in office.toasts[-1]


def test_a_ground_has_room_for_a_sentence(office: Office) -> None:
    """It is read on a button."""
    office.writes(STAFF, f"/ground {'长' * 121}")
    assert "最多 120" in office.told(STAFF)


# --- what is not possible ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action", ["look", "candidate", "grounds:0", "exclude:burden", "ground:burden", "back", "same"]
)
def test_nobody_but_staff_of_the_station_screens(office: Office, action: str) -> None:
    """However they come by the button."""
    with office.unit() as uow:
        other = uow.stations.save("B", "河边联络站", "城西")
    office.roster(Role.STAFF, "赵六", 22, other.id)
    before = project(office)
    for who in (ALICE, BOB, DEPUTY, 22):
        office.presses_data(who, f"screen:1:{action}")
        assert "没有找到" in office.toasts[-1]
    assert project(office) == before


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.SCREENING])
def test_only_in_the_phase_of_screening(office: Office, phase: Phase) -> None:
    """Before and after it says which phase it is."""
    with office.unit() as uow:
        uow.cycles.update(1, phase=phase, closed_at=office.now if phase is Phase.CLOSED else None)
    before = project(office)
    for action in ("candidate", "exclude:burden", "back"):
        office.presses_data(STAFF, f"screen:1:{action}")
        assert "只在「项目初定」" in office.toasts[-1]
    assert project(office) == before


@pytest.mark.parametrize(
    "data",
    [
        *(
            "screen:1",
            "screen:9:look",
            "screen:1:bogus",
            "screen:1:exclude:bogus",
            "screen:1:exclude",
            "screen:1:ground",
        ),
        *("screen:x:look", "screening:9", "screening:x", "ground:bogus:0", "ground:burden", "screen:1:grounds:x"),
    ],
)
def test_forged_buttons_are_answered(office: Office, data: str) -> None:
    """In words; nothing is changed."""
    before = project(office)
    office.presses_data(STAFF, data)
    assert office.toasts[-1]
    assert project(office) == before


def test_twice_is_once(office: Office) -> None:
    """A second press finds it done."""
    office.presses_data(STAFF, "screen:1:candidate")
    office.presses_data(STAFF, "screen:1:candidate")
    assert "做不了" in office.toasts[-1]
    assert len([sent for sent in office.chats[ALICE] if "候选项目" in sent.text]) == 1


def test_what_is_in_the_reserve_is_taken_in_first(office: Office) -> None:
    """It says where."""
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, cycle_id=None)
    office.presses_data(STAFF, "screen:1:candidate")
    assert "/cycle" in office.toasts[-1]


def test_a_proposer_who_never_opened_the_private_chat_is_told_in_the_group(office: Office) -> None:
    """Nobody is named there."""
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.COLLECTION)
    office.writes(105, "/propose 菜场里装空调", group=GROUP)
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.SCREENING)
    office.presses_data(STAFF, "screen:2:exclude:ordered")
    assert "上级已经部署安排" in office.told(GROUP)
    assert "105" not in numbers(office.told(GROUP))
