"""/cycle: making a cycle, its dates and places, moving it on and back, the reserve, the reminder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.projects import Cycle, CycleEvent, Phase, ProjectState
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office


def cycle(office: Office, cycle_id: int = 1) -> Cycle:
    with office.unit() as uow:
        found = uow.cycles.get(cycle_id)
    assert found is not None
    return found


def made(office: Office) -> None:
    office.writes(STAFF, "/newcycle 2027 镇级 2 全部")
    office.presses(STAFF, office.last(STAFF), "确认")


def state(office: Office, number: int) -> ProjectState:
    with office.unit() as uow:
        found = uow.projects.get(number)
    assert found is not None
    return found.state


@pytest.fixture
def office(office: Office) -> Office:
    for who in (ALICE, BOB, DEPUTY, STAFF):
        office.writes(who, "/start")
    return office


# --- making one -------------------------------------------------------------------------------------------------------


def test_without_a_cycle_one_is_made_with_buttons(office: Office) -> None:
    """Year, level, places, stations; asked once more before anybody hears of it."""
    office.writes(STAFF, "/cycle")
    office.presses(STAFF, office.last(STAFF), "新建一轮")
    office.presses(STAFF, office.last(STAFF), "2027")
    office.presses(STAFF, office.last(STAFF), "镇街级")
    office.presses(STAFF, office.last(STAFF), "10 个")
    office.presses(STAFF, office.last(STAFF), "阳光联络站")
    asked = office.last(STAFF)
    assert "2027 年（镇街级）" in asked.text
    assert "选 10 个" in asked.text
    assert not any("征集" in sent.text for sent in office.chats[GROUP])
    office.presses(STAFF, asked, "确认")
    found = cycle(office)
    assert (found.year, found.level, found.places, found.phase) == (2027, "township", 10, Phase.COLLECTION)
    assert "●○○○○○○○" in office.told(STAFF)
    assert found.dates["collection"] == ("2026-11-23", "2026-12-22"), "it begins later than usual"
    assert found.dates["appraisal"] == ("2027-12-01", "2027-12-31")
    assert len([sent for sent in office.chats[GROUP] if "项目征集" in sent.text]) == 1
    assert len([sent for sent in office.chats[DEPUTY] if "项目征集" in sent.text]) == 1


def test_one_line_asks_too_and_cancel_makes_nothing(office: Office) -> None:
    """What is told to everybody is not begun by a slip."""
    office.writes(STAFF, "/newcycle 2027 镇级 2 全部")
    office.presses(STAFF, office.last(STAFF), "取消")
    with office.unit() as uow:
        assert not uow.cycles.all()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/newcycle 27 镇级 2 全部", "不是年份"),
        ("/newcycle 2027 镇级 0 全部", "1 到 99"),
        ("/newcycle 2027 镇级 很多 全部", "1 到 99"),
        ("/newcycle 2027 镇级 2 ZZ", "ZZ"),
        ("/cycledates 1 票决 2027-02-10 2027-02-01", "早于开始"),
        ("/cycledates 1 睡觉 2027-02-10 2027-02-20", "不是有日期的步骤"),
        ("/cycledates 9 票决 2027-02-10 2027-02-20", "没有找到这一轮"),
        ("/cycleplaces x 3", "不是哪一轮的编号"),
    ],
)
def test_what_cannot_be_read_is_said(office: Office, line: str, why: str) -> None:
    """And nothing is changed."""
    made(office)
    before = cycle(office)
    office.writes(STAFF, line)
    assert why in office.told(STAFF)
    assert cycle(office) == before


def test_the_same_cycle_is_not_made_twice(office: Office) -> None:
    """Of that year and level, for the same stations."""
    made(office)
    made(office)
    assert "已经有一轮" in office.toasts[-1]
    with office.unit() as uow:
        assert len(uow.cycles.all()) == 1


def test_dates_places_and_level_are_changed_and_kept(office: Office) -> None:
    """Each with a button or a line."""
    made(office)
    office.writes(STAFF, "/cycledates 1 票决 2027-02-10 2027-02-20")
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    office.presses(STAFF, shown, "日期、名额")
    office.presses(STAFF, shown, "名额")
    office.presses(STAFF, office.last(STAFF), "5 个")
    office.writes(STAFF, "/cyclelevel 1 街道级")
    found = cycle(office)
    assert found.dates["vote"] == ("2027-02-10", "2027-02-20")
    assert (found.places, found.level) == (5, "街道级")
    office.presses(STAFF, shown, "记录")
    assert shown.text.count("改了设置") == 3


# --- moving it --------------------------------------------------------------------------------------------------------


def test_moving_on_names_what_is_missing_and_asks(office: Office) -> None:
    """Two presses move it once."""
    made(office)
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    office.presses(STAFF, shown, "进入「项目初定」")
    assert "还没有一个项目" in shown.text
    assert cycle(office).phase is Phase.COLLECTION
    office.writes(ALICE, "/propose 给3号楼加装电梯")
    office.presses(STAFF, shown, "返回")
    office.presses(STAFF, shown, "进入「项目初定」")
    go = shown.button("确认")
    office.presses(STAFF, shown, "取消")
    assert cycle(office).phase is Phase.COLLECTION
    office.presses_data(STAFF, go, shown)
    office.presses_data(STAFF, go, shown)
    assert "已经走到" in office.toasts[-1]
    assert cycle(office).phase is Phase.SCREENING
    assert "●●○○○○○○" in shown.text


def test_one_back_with_its_reason(office: Office) -> None:
    """Asked for; told to those who were told of the phase; not from the first one."""
    made(office)
    office.presses_data(STAFF, "cycle:1:back")
    assert "第一步" in office.toasts[-1]
    office.writes(ALICE, "/propose 给3号楼加装电梯")
    office.presses_data(STAFF, "cycle:1:go:0")
    office.presses_data(STAFF, "cycle:1:back")
    office.writes(STAFF, "漏通知了一个村")
    assert cycle(office).phase is Phase.COLLECTION
    assert "漏通知了一个村" in office.told(GROUP)
    with office.unit() as uow:
        assert [entry.event for entry in uow.cycles.story(1)][-1] is CycleEvent.BACK
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    office.presses_data(STAFF, "cycle:1:history", shown)
    assert "漏通知了一个村" in shown.text


@pytest.mark.parametrize("action", ["next", "go:0", "settings", "back", "history", "reserve:0", "take:1", "take-all"])
def test_a_cycle_is_moved_by_those_whose_stations_it_is_for(office: Office, action: str) -> None:
    """Nobody else, however they come by the button."""
    with office.unit() as uow:
        other = uow.stations.save("B", "河边联络站", "城西")
    office.roster(Role.STAFF, "赵六", 22, other.id)
    made(office)
    before = cycle(office)
    for who in (ALICE, DEPUTY, 22):
        office.presses_data(who, f"cycle:1:{action}")
        assert "没有找到这一轮" in office.toasts[-1]
    assert cycle(office) == before


@pytest.mark.parametrize(
    "data", ["cycle:1", "cycle:9:show", "cycle:1:bogus", "cycle:x:show", "cycle:1:go:9", "cycle:1:go"]
)
def test_forged_buttons_are_answered(office: Office, data: str) -> None:
    """In words; the cycle stays."""
    made(office)
    before = cycle(office)
    office.presses_data(STAFF, data)
    assert office.toasts[-1]
    assert cycle(office) == before


def test_the_command_is_not_for_everybody(office: Office) -> None:
    """It looks like what does not exist."""
    for who in (ALICE, DEPUTY):
        office.writes(who, "/cycle")
        assert "没有这个命令" in office.told(who) or "/help" in office.told(who)


def test_an_owner_makes_one_for_all_stations(office: Office) -> None:
    """Staff of one station see it, and do not move it."""
    with office.unit() as uow:
        uow.stations.save("B", "河边联络站", "城西")
    office.writes(OWNER, "/newcycle 2027 县级 2 all")
    office.presses(OWNER, office.last(OWNER), "确认")
    assert cycle(office).station_ids == ()
    office.writes(STAFF, "/cycle")
    assert "全部联络站" in office.told(STAFF)
    assert not any("进入" in label for label in office.last(STAFF).buttons)


# --- the reserve ------------------------------------------------------------------------------------------------------


def test_the_reserve_is_taken_in_one_by_one_or_all_new_ones(office: Office) -> None:
    """What was not chosen elsewhere is taken one by one."""
    for number in range(4):
        office.writes(ALICE, f"/propose 第{number}件：{chr(0x4E00 + number * 7) * 6}")
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        old = uow.cycles.add(
            year=2026, level="镇级", station_ids=[station], places=1, dates={}, person_id=None, now=office.now
        )
        uow.cycles.update(old.id, phase=Phase.CLOSED, closed_at=office.now)
        uow.projects.update(1, now=office.now, cycle_id=old.id, state=ProjectState.NOT_CHOSEN, stars=2, support=3)
    office.writes(STAFF, "/newcycle 2027 镇级 2 全部")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(STAFF, "/cycle")
    shown = office.last(STAFF)
    assert "储备库里有 4 个" in shown.text
    office.presses(STAFF, shown, "📄 项目")
    office.presses(STAFF, shown, "从储备库列入")
    office.presses(STAFF, shown, "📥 2")
    office.presses(STAFF, shown, "新提的全部列入（2）")
    with office.unit() as uow:
        assert uow.projects.count(cycle_id=2) == 3
    office.presses_data(STAFF, "cycle:2:take:2")
    assert "不在储备库里" in office.toasts[-1]
    office.presses(STAFF, shown, "📥 1")
    with office.unit() as uow:
        again = uow.projects.get(1)
    assert again is not None
    assert (again.cycle_id, again.state, again.stars, again.support) == (2, ProjectState.PROPOSED, None, None)


def test_after_the_screening_nothing_is_taken_in(office: Office) -> None:
    """The residents are asked about what was screened."""
    made(office)
    with office.unit() as uow:
        uow.cycles.update(1, phase=Phase.OPINIONS)
    office.writes(ALICE, "/propose 给3号楼加装电梯")
    for action in ("reserve:0", "take:1", "take-all"):
        office.presses_data(STAFF, f"cycle:1:{action}")
        assert "不再列入" in office.toasts[-1]
    office.presses_data(STAFF, "project:1:enter")
    assert "做不了" in office.toasts[-1]


# --- the clock --------------------------------------------------------------------------------------------------------


def test_a_phase_whose_time_is_over_is_told_to_staff_once(office: Office) -> None:
    """Again only if the plan is changed and passes again."""
    made(office)
    office.writes(STAFF, "/cycledates 1 项目征集 2026-11-20 2026-11-27")
    office.ticks(timedelta(days=4))
    assert not any("该往下走了" in sent.text for sent in office.chats[STAFF])
    for _ in range(3):
        office.ticks(timedelta(days=1))
    assert len([sent for sent in office.chats[STAFF] if "该往下走了" in sent.text]) == 1
    office.writes(STAFF, "/cycledates 1 项目征集 2026-11-20 2026-12-02")
    office.ticks(timedelta(days=7))
    assert len([sent for sent in office.chats[STAFF] if "该往下走了" in sent.text]) == 2


def test_a_plan_that_was_over_before_the_phase_began_is_not_told(office: Office) -> None:
    """Dates that were written down late are no news."""
    made(office)
    office.writes(STAFF, "/cycledates 1 项目征集 2026-09-01 2026-09-30")
    office.ticks(timedelta(days=2))
    assert not any("该往下走了" in sent.text for sent in office.chats[STAFF])


@pytest.mark.parametrize("typed", ["township", "镇街级"])
def test_a_level_of_ours_is_read_in_each_readers_language(office: Office, typed: str) -> None:
    """Whichever language it was chosen in; what staff call it otherwise stays as they typed it."""
    office.writes(STAFF, f"/newcycle 2027 {typed} 2 A")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert "（镇街级）" in office.told(STAFF)
    office.writes(STAFF, "/language en")
    office.writes(STAFF, "/cycle")
    assert "(township)" in office.told(STAFF)
