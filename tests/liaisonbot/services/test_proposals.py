"""Proposals of livelihood projects: made, joined, supported, changed, withdrawn; their public story."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot import masking
from liaisonbot.model import Group
from liaisonbot.projects import Project, ProjectEvent, ProjectState
from liaisonbot.services import proposals
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office

IDEA = "给3号楼加装电梯。老人上下楼很吃力"
LIKE = "3号楼加装电梯，老人上下楼吃力"
FOREIGN = 22


def project(office: Office, number: int = 1) -> Project:
    with office.unit() as uow:
        found = uow.projects.get(number)
    assert found is not None
    return found


def supporters(office: Office, number: int) -> list[int]:
    with office.unit() as uow:
        people = [uow.people.get(person_id) for person_id in uow.projects.supporters(number)]
    return [person.telegram_id for person in people if person]


@pytest.fixture
def office(office: Office) -> Office:
    for who in (ALICE, BOB, DEPUTY, STAFF):
        office.writes(who, "/start")
    return office


# --- proposing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("给3号楼加装电梯。老人上下楼很吃力", "给3号楼加装电梯"),
        ("Lifts for block 3. The old cannot climb", "Lifts for block 3"),
        ("路灯不亮！快修", "路灯不亮"),
        ("修路\n从东门到西门", "修路"),
        ("3.5米宽的路加宽", "3.5米宽的路加宽"),
        ("。", "。"),
    ],
)
def test_the_title_is_the_first_sentence(text: str, title: str) -> None:
    """What comes behind it is the text."""
    assert proposals.title_of(text) == title


def test_a_long_title_is_shortened() -> None:
    """To what fits a list."""
    assert len(proposals.title_of("长" * 200)) == proposals.LONGEST_TITLE


def test_a_proposal_is_kept_answered_with_its_number_and_told_to_staff(office: Office) -> None:
    """In private: of the only station there is; it waits in the reserve."""
    office.writes(ALICE, f"/propose {IDEA}")
    found = project(office)
    assert (found.title, found.text, found.by) == ("给3号楼加装电梯", IDEA, Role.CONSTITUENT)
    assert found.station_id is not None
    assert found.cycle_id is None
    assert "1 号项目" in office.told(ALICE)
    assert "储备库" in office.told(ALICE)
    assert "1 号项目" in office.told(STAFF)
    assert not any("1 号项目" in sent.text for sent in office.chats[DEPUTY])


def test_without_words_it_asks_for_them(office: Office) -> None:
    """A dialogue, like every command."""
    office.writes(ALICE, "/propose")
    assert "想提什么项目" in office.told(ALICE)
    office.writes(ALICE, IDEA)
    assert project(office).title == "给3号楼加装电梯"


def test_from_a_group_it_is_of_the_groups_station_and_nobody_is_named(office: Office) -> None:
    """Answered there, in reply to their message."""
    office.writes(ALICE, f"/propose {IDEA}，电话13812345678", group=GROUP)
    assert "1 号项目" in office.told(GROUP)
    assert "13812345678" not in office.told(GROUP)
    assert office.last(GROUP).outgoing.reply_to is not None


def test_in_a_group_without_a_station_nothing_is_proposed(office: Office) -> None:
    """It says what to do instead."""
    with office.unit() as uow:
        uow.groups.save(Group(-500, "别的群", "supergroup", None, None, present=True))
    office.writes(ALICE, f"/propose {IDEA}", group=-500)
    assert "还没有绑定联络站" in office.told(-500)
    with office.unit() as uow:
        assert not uow.projects.count()


def test_during_the_collection_it_takes_part_in_the_cycle(office: Office) -> None:
    """Otherwise it waits in the reserve."""
    with office.unit() as uow:
        cycle = uow.cycles.add(
            year=2027, level="镇级", station_ids=[], places=1, dates={}, person_id=None, now=office.now
        )
    office.writes(DEPUTY, f"/propose {IDEA}")
    assert project(office).cycle_id == cycle.id
    assert project(office).by is Role.DEPUTY
    assert "2027 年" in office.told(DEPUTY)


def test_where_several_stations_are_its_proposer_says_which(office: Office) -> None:
    """Its staff hear of it then."""
    with office.unit() as uow:
        other = uow.stations.save("B", "河边联络站", "城西")
    office.roster(Role.STAFF, "赵六", FOREIGN, other.id)
    office.writes(ALICE, f"/propose {IDEA}")
    assert project(office).station_id is None
    office.presses(ALICE, office.last(ALICE), "河边联络站")
    assert project(office).station_id == other.id
    assert "1 号项目" in office.told(FOREIGN)
    office.presses_data(BOB, "project:1:station:1")
    assert project(office).station_id == other.id
    office.presses_data(ALICE, "project:1:station:99")
    assert project(office).station_id == other.id


# --- from a case ------------------------------------------------------------------------------------------------------


def test_a_case_becomes_a_proposal_of_its_author(office: Office) -> None:
    """By a button of its deputy, in the deputy's words; its author is told, the kind follows, once."""
    office.writes(ALICE, "建议给小区加几张长椅")
    office.presses(DEPUTY, office.last(DEPUTY, containing="#1"), "项目点子")
    assert "民情 #1" in office.told(DEPUTY)
    assert "建议给小区加几张长椅" in office.told(DEPUTY)
    assert "别写出反映人" in office.told(DEPUTY)
    office.writes(DEPUTY, "在小区中心花园加十张长椅")
    found = project(office)
    assert (found.case, found.by, found.title) == (1, Role.CONSTITUENT, "在小区中心花园加十张长椅")
    with office.unit() as uow:
        alice = uow.people.find(ALICE)
        assert alice is not None
        assert found.person_id == alice.id
        (entry,) = uow.projects.story(1)
        assert entry.by is Role.DEPUTY
    assert office.case(1).kind == "project_idea"
    assert "已转为 1 号项目" in office.told(ALICE)
    office.presses_data(DEPUTY, "idea:1")
    assert "已经转为 1 号项目" in office.toasts[-1]


def test_a_complaint_stays_a_complaint(office: Office) -> None:
    """Although an idea came of it."""
    office.writes(ALICE, "投诉物业乱收费")
    kind = office.case(1).kind
    office.presses_data(STAFF, "idea:1")
    office.writes(STAFF, "物业收费公示栏")
    assert project(office).case == 1
    assert office.case(1).kind == (kind if kind not in proposals.BECOME_IDEAS else "project_idea")


def test_an_answer_to_a_cases_card_is_about_that_case(office: Office) -> None:
    """By its author as well; a stranger's proposal is of no case."""
    office.writes(ALICE, "/report 路口没有路灯", group=GROUP)
    card = office.last(GROUP, containing="#1")
    office.writes(BOB, "/propose 路口装路灯", group=GROUP, answering=card)
    office.writes(ALICE, "/propose 路口装太阳能路灯", group=GROUP, answering=card)
    assert [project(office, number).case for number in (1, 2)] == [None, 1]


def test_a_case_becomes_a_project_once(office: Office) -> None:
    """Whoever comes second, by its card or by a question that was open, is led to the one there is."""
    office.writes(ALICE, "3号楼想加装电梯")
    card = office.last(DEPUTY, containing="#1")
    office.presses_data(STAFF, "idea:1")
    office.writes(DEPUTY, f"/propose {IDEA}", answering=card)
    office.writes(DEPUTY, "/propose 给3号楼装两部电梯", answering=card)
    assert "已经转为 1 号项目" in office.told(DEPUTY)
    office.writes(STAFF, "三号楼电梯")
    assert "已经转为 1 号项目" in office.told(STAFF)
    with office.unit() as uow:
        assert uow.projects.count() == 1
    assert sum("已转为" in sent.text for sent in office.chats[ALICE]) == 1


def test_a_case_whose_project_was_withdrawn_can_become_one_again(office: Office) -> None:
    office.writes(ALICE, "3号楼想加装电梯")
    card = office.last(DEPUTY, containing="#1")
    office.writes(DEPUTY, f"/propose {IDEA}", answering=card)
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, state=ProjectState.WITHDRAWN)
    office.writes(DEPUTY, "/propose 给3号楼装两部电梯", answering=card)
    assert (project(office, 2).case, project(office, 2).title) == (1, "给3号楼装两部电梯")
    office.presses_data(STAFF, "idea:1")
    assert "已经转为 2 号项目" in office.told(STAFF) + office.toasts[-1]


@pytest.mark.parametrize("who", [ALICE, BOB, OTHER_DEPUTY])
def test_nobody_makes_an_idea_of_what_is_not_theirs(office: Office, who: int) -> None:
    """A forged button answers in words."""
    office.writes(ALICE if who != ALICE else BOB, "路灯坏了")
    office.presses_data(who, "idea:1")
    assert office.toasts[-1]
    with office.unit() as uow:
        assert not uow.projects.count()
    for data in ("idea:x", "idea:1:2", "idea:"):
        office.presses_data(STAFF, data)
        assert "按钮" in office.toasts[-1]


# --- the guard --------------------------------------------------------------------------------------------------------


def test_what_the_guard_holds_is_read_by_staff_who_let_others_read_it(office: Office) -> None:
    """Nowhere public before: not in the list, the story, the group, or what is alike."""
    office.writes(ALICE, "/propose 张三代表收了开发商的红包，请公开电梯招标")
    assert "12388" in office.told(ALICE)
    assert project(office).guard == "accusation"
    for who, line in ((BOB, "/project 1"), (BOB, "/projects"), (DEPUTY, "/project 1")):
        office.writes(who, line)
        assert "暂不公开" in office.told(who)
        assert "红包" not in office.told(who)
    office.writes(ALICE, "/project 1", group=GROUP)
    assert "红包" not in office.told(GROUP)
    office.writes(BOB, "/propose 请公开电梯招标，张三代表")
    assert not any("红包" in label for label in office.last(BOB).buttons)
    office.presses_data(BOB, "project:1:support")
    assert "做不了" in office.toasts[-1]
    office.writes(STAFF, "/project 1")
    assert "红包" in office.told(STAFF)
    office.presses_data(DEPUTY, office.last(STAFF).button("让大家看到"))
    assert project(office).guard is not None
    office.presses(STAFF, office.last(STAFF), "让大家看到")
    office.writes(BOB, "/project 1")
    assert "招标" in office.told(BOB)


def test_only_what_staff_have_read_is_let_go(office: Office) -> None:
    """Its proposer may change the title between their reading and their pressing: then they read it again first."""
    office.writes(ALICE, "/propose 张三代表收了开发商的红包，请公开电梯招标")
    office.writes(STAFF, "/project 1")
    read = office.last(STAFF)
    office.writes(ALICE, "/setproject 1 标题 李四代表也收了红包")
    office.presses(STAFF, read, "让大家看到")
    assert "先看一遍 1 号项目现在的内容" in office.toasts[-1]
    assert project(office).guard is not None
    assert "李四代表也收了红包" in read.text
    office.presses_data(STAFF, "project:1:show-all")
    assert project(office).guard is not None, "a button of before says of no words that they were read"
    office.presses(STAFF, read, "让大家看到")
    assert project(office).guard is None


def test_a_title_that_is_held_is_told_to_staff_and_its_author(office: Office) -> None:
    """Who lets it go has to hear of it; who gave it learns where that belongs."""
    office.writes(ALICE, f"/propose {IDEA}")
    before = len(office.chats[STAFF])
    office.writes(ALICE, "/setproject 1 标题 张三代表收了红包")
    assert "12388" in office.told(ALICE)
    assert "暂不公开" in office.told(ALICE)
    (told,) = office.chats[STAFF][before:]
    assert "张三代表收了红包" in told.text
    office.presses(STAFF, told, "看项目")
    office.presses(STAFF, told, "让大家看到")
    assert project(office).guard is None


# --- like ones --------------------------------------------------------------------------------------------------------


def test_two_alike_become_one_and_each_person_counts_once(office: Office) -> None:
    """Its proposer hears on; who supported both is one; a slip is undone."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.presses_data(BOB, "project:1:support")
    office.writes(BOB, f"/propose {LIKE}")
    offered = office.last(BOB)
    office.presses(BOB, offered, "我也支持 1 号")
    assert (project(office, 2).state, project(office, 2).joined_to) == (ProjectState.JOINED, 1)
    assert supporters(office, 1) == [BOB]
    office.presses_data(BOB, "alike:2:1")
    assert "做不了" in office.toasts[-1]
    office.presses(BOB, office.last(BOB), "点错了")
    assert project(office, 2).state is ProjectState.PROPOSED
    assert supporters(office, 1) == [BOB], "he had said so before"


def test_undoing_takes_those_along_who_came_with_it(office: Office) -> None:
    """And nobody else."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, f"/propose {LIKE}")
    offered = office.last(BOB)
    office.presses_data(OTHER_DEPUTY, "project:2:support")
    office.presses(BOB, offered, "我也支持 1 号")
    assert set(supporters(office, 1)) == {BOB, OTHER_DEPUTY}
    office.presses(BOB, office.last(BOB), "点错了")
    assert supporters(office, 1) == []
    assert supporters(office, 2) == [OTHER_DEPUTY]


@pytest.mark.parametrize(("first", "then"), [(2, 3), (3, 2)])
def test_who_came_with_two_stays_until_both_have_left(office: Office, first: int, then: int) -> None:
    """In whichever order they are taken apart; each person counts once."""
    office.writes(ALICE, f"/propose {IDEA}")
    for words in (LIKE, f"{IDEA}，请快一点"):
        office.writes(BOB, f"/propose {words}")
        office.presses(BOB, office.last(BOB), "我也支持 1 号")
    assert supporters(office, 1) == [BOB]
    office.presses_data(BOB, f"unjoin:{first}")
    assert supporters(office, 1) == [BOB]
    office.presses_data(BOB, f"unjoin:{then}")
    assert supporters(office, 1) == []


def test_who_came_with_it_leaves_with_it_also_once_its_proposer_is_forgotten(office: Office) -> None:
    """Nobody is counted for both afterwards; who came to the other one by themselves stays."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, f"/propose {LIKE}")
    office.presses_data(OTHER_DEPUTY, "project:2:support")
    office.now += timedelta(minutes=1)
    office.presses(BOB, office.last(BOB, containing="2 号"), "我也支持 1 号")
    office.now += timedelta(minutes=1)
    office.presses_data(DEPUTY, "project:1:support")
    office.writes(BOB, "/forget")
    office.presses(BOB, office.last(BOB), "确认")
    office.presses_data(STAFF, "unjoin:2")
    assert (supporters(office, 1), supporters(office, 2)) == ([DEPUTY], [OTHER_DEPUTY])
    with office.unit() as uow:
        assert len(uow.projects.supporters(1)) == 1


@pytest.mark.parametrize(
    "data", ["alike:2:1", "alike:1:2", "alike:1", "alike:1:1", "alike:9:1", "unjoin:1", "unjoin:x"]
)
def test_a_forged_button_joins_nothing(office: Office, data: str) -> None:
    """What was not offered, or is not one's own."""
    office.writes(ALICE, "/propose 给3号楼加装电梯")
    office.writes(BOB, "/propose 菜场里装空调")
    for who in (ALICE, OTHER_DEPUTY):
        office.presses_data(who, data)
        assert office.toasts[-1]
    assert {project(office, number).state for number in (1, 2)} == {ProjectState.PROPOSED}


# --- standing behind it -----------------------------------------------------------------------------------------------


def test_anybody_supports_once_and_takes_it_back(office: Office) -> None:
    """Its proposer is counted already."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, "/project 1")
    story = office.last(BOB)
    office.presses(BOB, story, "我也支持")
    assert "2 人支持" in story.text
    office.presses_data(BOB, "project:1:support")
    assert "每人算一次" in office.toasts[-1]
    office.presses(BOB, story, "取消支持")
    assert supporters(office, 1) == []
    office.presses_data(BOB, "project:1:unsupport")
    assert "还没有支持过" in office.toasts[-1]
    office.presses_data(ALICE, "project:1:support")
    assert "是您提的" in office.toasts[-1]


def test_in_a_group_anybody_may_press(office: Office) -> None:
    """The story there is the public one, whoever asked for it."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(ALICE, "/project 1", group=GROUP)
    shown = office.last(GROUP)
    assert list(shown.buttons) == ["🙋 我也支持"]
    office.presses(BOB, shown, "我也支持")
    assert supporters(office, 1) == [BOB]
    office.presses_data(ALICE, "project:1:withdraw", shown)
    assert "私聊" in office.toasts[-1]


# --- changing it ------------------------------------------------------------------------------------------------------


def test_its_proposer_gives_it_another_title(office: Office) -> None:
    """Nothing else of it, and nobody else; a title has room for so much."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(ALICE, "/project 1")
    office.presses(ALICE, office.last(ALICE), "改标题")
    office.writes(ALICE, "老楼加装电梯")
    assert project(office).title == "老楼加装电梯"
    for who, line in ((ALICE, "/setproject 1 预算 5万元"), (BOB, "/setproject 1 标题 别的")):
        office.writes(who, line)
        assert "没有找到" in office.told(who)
    office.writes(ALICE, f"/setproject 1 标题 {'长' * 61}")
    assert "最多 60 个" in office.told(ALICE)
    assert project(office).title == "老楼加装电梯"
    with office.unit() as uow:
        assert [entry.event for entry in uow.projects.story(1, public_only=True)] == [ProjectEvent.PROPOSED]


def test_staff_change_what_is_known_of_it(office: Office) -> None:
    """Title, text, cost, unit, category."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(STAFF, "/setproject 1 预算 300 万元")
    office.writes(STAFF, "/setproject 1 单位 住建局")
    office.writes(STAFF, "/project 1")
    shown = office.last(STAFF)
    office.presses(STAFF, shown, "修改")
    office.presses(STAFF, shown, "类别")
    office.presses(STAFF, shown, "住房")
    found = project(office)
    assert (found.cost, found.unit) == ("300 万元", "住建局")
    assert "住房" in shown.text
    office.writes(BOB, "/project 1")
    assert "300 万元" in office.told(BOB)


def test_withdrawing_asks_once_and_those_behind_it_are_told(office: Office) -> None:
    """Afterwards nothing can be done with it."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.presses_data(BOB, "project:1:support")
    office.writes(ALICE, "/project 1")
    shown = office.last(ALICE)
    office.presses(ALICE, shown, "撤回")
    assert project(office).state is ProjectState.PROPOSED
    office.presses(ALICE, shown, "取消")
    office.presses(ALICE, shown, "撤回")
    office.presses(ALICE, shown, "确认")
    assert project(office).state is ProjectState.WITHDRAWN
    assert "已撤回" in office.told(BOB)
    office.presses_data(ALICE, "project:1:withdraw-now")
    assert "做不了" in office.toasts[-1]
    office.presses_data(BOB, "project:1:withdraw")
    assert "没有找到" in office.toasts[-1]


def test_who_withdraws_a_project_withdraws_nobody_elses(office: Office) -> None:
    """A proposal that was joined to it goes on by itself, by the button that its proposer gets."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, f"/propose {LIKE}")
    office.presses(BOB, office.last(BOB), "我也支持 1 号")
    office.presses_data(OTHER_DEPUTY, "project:1:support")
    before = len(office.chats[BOB])
    office.presses_data(ALICE, "project:1:withdraw-now")
    (told,) = office.chats[BOB][before:]
    assert "1 号项目「给3号楼加装电梯」已撤回" in told.text
    assert "您的 2 号项目没有撤回" in told.text
    office.presses(BOB, told, "分开")
    assert (project(office, 2).state, project(office, 2).joined_to) == (ProjectState.PROPOSED, None)
    office.presses_data(STAFF, "project:1:withdraw-now")
    assert project(office).state is ProjectState.WITHDRAWN


def test_handed_to_another_station_it_goes_on_in_the_cycle_of_that_one(office: Office) -> None:
    """Else it waits in the reserve: staff whose cycle it was could neither screen it nor go on without it. A candidate
    stays where it is.
    """
    with office.unit() as uow:
        own, other = uow.stations.all()[0].id, uow.stations.save("B", "河边联络站", "城西").id
        first = _a_cycle(uow, office, own)
    for words in (IDEA, "菜场里装空调", "沿河修步道"):
        office.writes(ALICE, "/propose " + words, group=GROUP)
    assert {project(office, number).cycle_id for number in (1, 2, 3)} == {first}
    office.presses_data(STAFF, f"project:1:station:{other}")
    assert (project(office, 1).station_id, project(office, 1).cycle_id) == (other, None)
    with office.unit() as uow:
        second = _a_cycle(uow, office, other)
        uow.projects.update(3, now=office.now, state=ProjectState.CANDIDATE)
    office.presses_data(STAFF, f"project:2:station:{other}")
    assert (project(office, 2).station_id, project(office, 2).cycle_id) == (other, second)
    office.presses_data(STAFF, f"project:3:station:{other}")
    assert "不能转给别的站" in office.toasts[-1]
    assert (project(office, 3).station_id, project(office, 3).cycle_id) == (own, first)


def _a_cycle(uow: SqlUnitOfWork, office: Office, station: int) -> int:
    """One that collects at that station."""
    return uow.cycles.add(
        year=2027, level="镇级", station_ids=[station], places=1, dates={}, person_id=None, now=office.now
    ).id


@pytest.mark.parametrize("action", ["edit", "show-all", "enter", "category:1", "categories:0", "cost", "text", "bogus"])
def test_the_buttons_of_staff_are_nobody_elses(office: Office, action: str) -> None:
    """Asked again when they are pressed."""
    office.writes(ALICE, f"/propose {IDEA}")
    before = project(office)
    office.presses_data(BOB, f"project:1:{action}")
    assert office.toasts[-1]
    assert project(office) == before


@pytest.mark.parametrize(
    "data",
    [
        "project:1",
        "project:99:open",
        "project:x:open",
        "project:1:open:y",
        "projects:x:0:0",
        "projects:all:0",
        "project:",
    ],
)
def test_a_forged_button_is_answered(office: Office, data: str) -> None:
    """In words."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.presses_data(ALICE, data)
    assert office.toasts[-1]


# --- the list and the story -------------------------------------------------------------------------------------------


def test_the_list_has_pages_states_and_stations(office: Office) -> None:
    """For anybody; an empty one says what to do."""
    office.writes(BOB, "/projects")
    assert "/propose" in office.told(BOB)
    for number in range(10):
        office.writes(ALICE, f"/propose 第{number}件：{chr(0x4E00 + number * 7) * 6}")
    with office.unit() as uow:
        uow.stations.save("B", "河边联络站", "城西")
    office.writes(BOB, "/projects", group=GROUP)
    shown = office.last(GROUP)
    assert "10 个" in shown.text
    office.presses(BOB, shown, "下一页")
    assert "第1件" in shown.text
    office.presses(BOB, shown, "看：已提出")
    assert "10 个" in shown.text
    office.presses(BOB, shown, "看：候选")
    assert "还没有项目" in shown.text
    office.presses(BOB, shown, "看：河边联络站")
    assert "河边联络站" in shown.text


def test_the_story_shows_everything_public(office: Office) -> None:
    """Milestones, findings, the supervision group, stars, the appraisal; numbers masked, nobody named."""
    office.writes(ALICE, "/propose 加装电梯。联系13812345678")
    with office.unit() as uow:
        deputy = uow.roster.deputies()[0]
        uow.projects.add_milestone(1, office.now.date(), "进场")
        uow.projects.reached(uow.projects.add_milestone(1, office.now.date(), "开工").id, office.now.date())
        uow.projects.add_inspection(1, office.now.date(), "螺丝松了", office.now.date())
        uow.projects.set_supervisors(1, [deputy.id], confirmed=True)
        uow.projects.update(
            1, now=office.now, state=ProjectState.DONE, stars=4, support=12, verdict=3, target="一年内", due=None
        )
    office.writes(BOB, "/project 1")
    told = office.told(BOB)
    for word in ("进场", "开工", "螺丝松了", "张三", "★★★★☆", "12 票", "满意", "一年内", "已完成"):
        assert word in told, word
    assert masking.mask("13812345678") in told
    assert "13812345678" not in told


def test_the_button_below_a_message_leads_to_the_story(office: Office) -> None:
    """By a deep link, for whoever has it."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, "/start project_1")
    assert "1 号项目" in office.told(BOB)
    office.writes(BOB, "/start projects_0")
    assert "民生实事项目" in office.told(BOB)
    office.writes(BOB, "/start project_77")
    assert "没有找到" in office.told(BOB)


def test_the_reserve_is_taken_into_the_cycle_one_by_one(office: Office) -> None:
    """By staff, while it collects or screens."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.presses_data(STAFF, "project:1:enter")
    assert "做不了" in office.toasts[-1]
    with office.unit() as uow:
        cycle = uow.cycles.add(
            year=2027, level="镇级", station_ids=[], places=1, dates={}, person_id=None, now=office.now
        )
    office.writes(STAFF, "/project 1")
    office.presses(STAFF, office.last(STAFF), "列入本轮")
    assert project(office).cycle_id == cycle.id


def test_what_they_proposed_is_in_their_data_and_is_forgotten(office: Office, tmp_path: Path) -> None:
    """With what they support; the number stays, without words."""
    office.writes(ALICE, f"/propose {IDEA}")
    office.writes(BOB, "/propose 菜场里装空调")
    office.presses_data(ALICE, "project:2:support")
    office.writes(ALICE, "/mydata")
    document = next(sent.outgoing.document for sent in reversed(office.chats[ALICE]) if sent.outgoing.document)
    assert "给3号楼加装电梯" in document[1]
    assert "菜场里装空调" in document[1]
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    assert (project(office).title, project(office).text) == ("", None)
    office.writes(BOB, "/project 1")
    assert "标题已删除" in office.told(BOB)


def test_who_supports_a_proposal_reads_of_it_in_their_data_what_anybody_reads(office: Office) -> None:
    """Its title may have become one that the guard holds, or have a number in it."""
    for idea in (IDEA, "菜场里装空调"):
        office.writes(ALICE, f"/propose {idea}")
    for number in (1, 2):
        office.presses_data(BOB, f"project:{number}:support")
    office.writes(ALICE, "/setproject 1 标题 张三代表收了开发商的红包")
    office.writes(ALICE, "/setproject 2 标题 菜场空调找13812345678")
    office.writes(BOB, "/mydata")
    document = next(sent.outgoing.document for sent in reversed(office.chats[BOB]) if sent.outgoing.document)
    supported = [(each["project"], each["title"]) for each in json.loads(document[1])["projects_supported"]]
    assert supported == [(1, None), (2, masking.mask("菜场空调找13812345678"))]
    assert "13812345678" not in document[1]
