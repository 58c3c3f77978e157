"""Projects that are carried out: confirmed, watched, told of, and said to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from liaisonbot.duty import EntryState
from liaisonbot.errors import RecipientGone
from liaisonbot.model import Attachment, Group
from liaisonbot.outgoing import Send
from liaisonbot.projects import Project, ProjectEvent, ProjectState
from liaisonbot.services import project_names, works_views
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office

RIVER, CAROL, OTHER_STAFF = -200, 103, 22
PHOTOS = (Attachment("photo", "p1"), Attachment("photo", "p2"))
DAY = timedelta(days=1)
CARRY = "/carry 1 区住建局 | 加装电梯三部 | 2027-10-31"


@pytest.fixture
def office(office: Office) -> Office:
    """A project that the deputies chose: Alice proposed it, Bob and Carol joined it. A second group."""
    for who in (ALICE, BOB, CAROL, DEPUTY, OTHER_DEPUTY, STAFF):
        office.writes(who, "/start")
    with office.unit() as uow:
        (station,) = uow.stations.all()
        uow.groups.save(Group(RIVER, "河边群", "supergroup", station.id, None, present=True))
        person = uow.people.find(ALICE)
        assert person is not None
        project = uow.projects.propose(
            title="老楼加装电梯",
            text="五楼的老人下不来",
            station_id=station.id,
            category="municipal_facilities",
            person_id=person.id,
            by=Role.CONSTITUENT,
            cycle_id=None,
            now=office.now,
        )
        for who in (BOB, CAROL):
            other = uow.people.find(who)
            assert other is not None
            uow.projects.support(project.number, other.id, office.now)
        uow.projects.update(project.number, now=office.now, state=ProjectState.CHOSEN)
    return office


def project(office: Office, number: int = 1) -> Project:
    with office.unit() as uow:
        found = uow.projects.get(number)
    assert found is not None
    return found


def carried(office: Office) -> Office:
    """It is confirmed, with two milestones."""
    office.writes(STAFF, CARRY)
    office.writes(STAFF, "2027-03-31 完成设计\n2027-06-30 开工")
    office.presses(STAFF, office.last(STAFF), "确认")
    return office


def with_group(office: Office) -> Office:
    """… and its supervision group is confirmed: 张三 alone."""
    carried(office)
    office.presses(STAFF, office.last(STAFF, containing="实施中"), "监督小组")
    office.presses(STAFF, office.last(STAFF, containing="监督小组"), "李四")
    office.presses(STAFF, office.last(STAFF, containing="监督小组"), "确认")
    return office


def story(office: Office, language: str = "zh") -> str:
    """Its part of the public story."""
    with office.unit() as uow:
        lines = works_views.lines(uow, office.desk, project(office))
    return catalogue(language, "Asia/Shanghai").plain(Text.lines(*lines)) if lines else ""


def heard(office: Office, chat: int, words: str) -> int:
    return sum(words in sent.text for sent in office.chats[chat])


# --- confirmed --------------------------------------------------------------------------------------------------------


def test_one_line_asks_for_the_milestones_and_once_more_before_everybody_is_told(office: Office) -> None:
    """Unit, target and date are shown; nothing is changed before 确认."""
    office.writes(STAFF, CARRY)
    office.writes(STAFF, "2027-03-31 完成设计\n2027-06-30 开工")
    shown = office.told(STAFF)
    for words in ("区住建局", "加装电梯三部", "10月31日", "完成设计", "2 个群、提出和支持的 3 位群众"):
        assert words in shown
    assert project(office).state is ProjectState.CHOSEN
    office.presses(STAFF, office.last(STAFF), "确认")
    found = project(office)
    assert (found.state, found.unit, found.target, found.due) == (
        ProjectState.RUNNING,
        "区住建局",
        "加装电梯三部",
        date(2027, 10, 31),
    )
    assert "完成设计" in story(office)


def test_step_by_step_the_roster_of_units_is_offered(office: Office) -> None:
    """Typed without arguments it asks with buttons; a name that is in no roster can be typed."""
    with office.unit() as uow:
        uow.units.save("城管局", "", ["municipal_facilities"])
        uow.units.save("教育局", "", [])
    office.writes(STAFF, "/carry")
    office.presses(STAFF, office.last(STAFF), "老楼加装电梯")
    assert list(office.last(STAFF).buttons)[:2] == ["城管局", "教育局"]
    office.presses(STAFF, office.last(STAFF), "城管局")
    office.writes(STAFF, "三部电梯")
    office.presses(STAFF, office.last(STAFF), "12月31日")
    office.presses(STAFF, office.last(STAFF), "先不写节点")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert project(office).unit == "城管局"


def test_proposer_supporters_groups_and_deputies_are_told_once_each(office: Office) -> None:
    """Those who stand behind it read that it is theirs."""
    carried(office)
    for who in (ALICE, BOB, CAROL):
        assert heard(office, who, "您提的或支持的 1 号项目") == 1
    for chat in (GROUP, RIVER, DEPUTY, OTHER_DEPUTY):
        assert heard(office, chat, "确定实施") == 1


def test_said_again_it_is_changed_and_told(office: Office) -> None:
    """The unit changes: the same people hear of it."""
    carried(office)
    office.writes(STAFF, "/carry 1 区城投公司 | 加装电梯三部 | 2027-12-31")
    office.presses(STAFF, office.last(STAFF), "先不写节点")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert project(office).unit == "区城投公司"
    assert heard(office, ALICE, "安排有变") == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/carry 1 区住建局 | 电梯 | 2026-01-01", "已经过去"),
        ("/carry 99 区住建局 | 电梯 | 2027-10-31", "没有找到 99 号项目"),
        ("/carry 老楼", "不是项目编号"),
        ("/carry 1 | 电梯 | 2027-10-31", "还没写承办单位"),
        ("/milestone 1 2027-03-31 完成设计", "票决选中"),
        ("/progress 1 开工了", "票决选中"),
        ("/inspect 1 2027-03-31 有裂缝", "票决选中"),
        ("/carriedout 1 好了", "票决选中"),
        ("/appraise 1 deputies zhenhai 7d", "票决选中"),
    ],
)
def test_bad_input_is_a_sentence_and_changes_nothing(office: Office, line: str, says: str) -> None:
    """Past dates, unknown numbers, a project in the wrong state."""
    office.writes(STAFF, line)
    assert any(says in sent.text for sent in office.chats[STAFF][-2:])
    assert project(office).state is ProjectState.CHOSEN
    with office.unit() as uow:
        assert uow.projects.story(1) == []


@pytest.mark.parametrize("who", [ALICE, DEPUTY])
@pytest.mark.parametrize("line", [CARRY, "/milestone 1 2027-03-31 完成设计", "/carriedout 1 好了", "/appraise 1"])
def test_only_staff_confirm_and_end_it(office: Office, who: int, line: str) -> None:
    """Neither constituents nor deputies; for them there is no such command."""
    office.writes(who, line)
    assert project(office).state is ProjectState.CHOSEN
    assert "没有这个命令" in office.told(who) or "/help" in office.told(who)


def test_staff_of_another_station_do_not_find_it(office: Office) -> None:
    """The same answer as for a number that does not exist."""
    with office.unit() as uow:
        other = uow.stations.save("B", "河边联络站", "城西").id
    office.roster(Role.STAFF, "赵六", OTHER_STAFF, other)
    for line in (CARRY, "/milestone 1 2027-03-31 完成设计", "/appraise 1"):
        office.writes(OTHER_STAFF, line)
        assert "没有找到 1 号项目" in office.told(OTHER_STAFF)


# --- milestones -------------------------------------------------------------------------------------------------------


def test_a_milestone_is_added_reached_moved_and_struck_out(office: Office) -> None:
    """Each by its button; the story shows them as they stand."""
    carried(office)
    office.writes(STAFF, "/milestone 1 2027-08-31 通电")
    assert "通电" in story(office)
    office.presses(STAFF, office.last(STAFF), "节点")
    office.presses(STAFF, office.last(STAFF), "完成设计")
    office.presses(STAFF, office.last(STAFF), "已完成")
    office.presses(STAFF, office.last(STAFF), "11月23日")
    assert "✅ 完成设计" not in story(office)
    office.presses(STAFF, office.last(STAFF), "确认")
    assert "✅ 完成设计" in story(office)
    office.presses(STAFF, office.last(STAFF), "节点")
    office.presses(STAFF, office.last(STAFF), "开工")
    office.presses(STAFF, office.last(STAFF), "改期")
    office.writes(STAFF, "2027-07-15")
    assert "7月15日" in story(office)
    office.presses(STAFF, office.last(STAFF), "节点")
    office.presses(STAFF, office.last(STAFF), "通电")
    office.presses(STAFF, office.last(STAFF), "删除")
    assert "通电" in story(office)
    office.presses(STAFF, office.last(STAFF), "确认")
    assert "通电" not in story(office)


def test_what_is_reached_is_not_reached_again(office: Office) -> None:
    """A sentence, and nothing is changed."""
    carried(office)
    office.writes(STAFF, "/reached 1 2026-11-20")
    office.writes(STAFF, "/reached 1 2026-11-23")
    assert "已经完成了" in office.told(STAFF)
    office.writes(STAFF, "/movemilestone 1 2027-11-23")
    assert "已经完成了" in office.told(STAFF)
    office.writes(STAFF, "/reached 99 2026-11-23")
    assert "没有找到这个节点" in office.told(STAFF)
    office.writes(STAFF, "/reached 2 2026-11-24")
    assert "还没有到" in office.told(STAFF)


def test_a_milestone_noted_by_mistake_is_open_again(office: Office) -> None:
    """From the answer at once, or later from the list; a second press finds nothing to undo."""
    with_group(office)
    office.writes(DEPUTY, "/reached 1 2026-11-20")
    assert "✅ 完成设计" in story(office)
    noted = office.last(DEPUTY)
    office.presses(DEPUTY, noted, "记错了")
    assert "✅ 完成设计" not in story(office)
    assert "「完成设计」还没完成，计划" in office.told(DEPUTY)
    office.presses(DEPUTY, noted, "记错了")
    assert "不用撤销" in office.toasts[-1]
    office.writes(STAFF, "/reached 1 2026-11-20")
    office.presses_data(STAFF, "work:1:steps", screen := office.last(STAFF))
    office.presses(STAFF, screen, "✅ 完成设计")
    office.presses(STAFF, screen, "记错了")
    assert "✅ 完成设计" not in story(office)
    with office.unit() as uow:
        assert [entry.public for entry in uow.projects.story(1) if entry.event is ProjectEvent.UNNOTED] == [False] * 2


def test_nobody_undoes_what_is_not_theirs(office: Office) -> None:
    """A deputy outside the group finds no such project."""
    with_group(office)
    office.writes(STAFF, "/reached 1 2026-11-20")
    office.presses_data(OTHER_DEPUTY, "work:1:unreached:1")
    assert "没有找到" in office.toasts[-1]
    assert "✅ 完成设计" in story(office)


def test_staff_and_group_are_reminded_once_and_by_day_of_a_milestone_that_is_late(office: Office) -> None:
    """Its day has come; the story shows how late it is."""
    with_group(office)
    office.now = office.now.replace(year=2027, month=3, day=30, hour=20)  # four in the morning of its day
    office.ticks()
    assert heard(office, STAFF, "到日子了") == 0
    office.ticks(timedelta(hours=5))
    for who in (STAFF, DEPUTY):
        assert heard(office, who, "到日子了") == 1
    assert heard(office, OTHER_DEPUTY, "到日子了") == 0
    office.ticks(2 * DAY)
    assert heard(office, STAFF, "到日子了") == 1
    assert "已晚 2 天" in story(office)
    office.writes(STAFF, "/movemilestone 1 2027-04-10")
    office.ticks(9 * DAY)
    assert heard(office, STAFF, "到日子了") == 2


# --- the supervision group --------------------------------------------------------------------------------------------


def supervisors(office: Office) -> list[tuple[str, bool]]:
    with office.unit() as uow:
        rows = uow.projects.supervisors(1)
        return [(entry.name, row.confirmed) for row in rows if (entry := uow.roster.get(row.entry_id))]


def test_those_who_know_the_trade_are_proposed_and_those_of_the_unit_passed_over(office: Office) -> None:
    """Specialty first, then who has the fewest; whoever works for the unit is not offered at all."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
        uow.roster.save(
            Role.DEPUTY,
            "钱七",
            telegram_id=13,
            username=None,
            language="zh",
            station_ids=[station.id],
            specialties=["municipal_facilities"],
            employer="区住建局",
            now=office.now,
        )
    for n in range(3):
        office.roster(Role.DEPUTY, f"甲{n}", 50 + n, station.id)
    carried(office)
    names = [name for name, confirmed in supervisors(office) if not confirmed]
    assert "张三" in names
    assert "钱七" not in names
    assert len(names) == 3
    office.presses(STAFF, office.last(STAFF, containing="实施中"), "监督小组")
    shown = office.last(STAFF, containing="监督小组")
    assert "回避：钱七" in shown.text
    assert not any("钱七" in label for label in shown.buttons)


def test_of_those_who_know_equally_much_the_ones_with_fewest_projects_are_proposed(office: Office) -> None:
    """Nobody gets all of them."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
    first = [office.roster(Role.DEPUTY, f"甲{n}", 50 + n, station.id) for n in range(3)]
    with office.unit() as uow:
        other = uow.projects.propose(
            title="修路",
            text="修路",
            station_id=station.id,
            category="roads_transport",
            person_id=None,
            by=Role.STAFF,
            cycle_id=None,
            now=office.now,
        )
        (li,) = [entry for entry in uow.roster.deputies() if entry.name == "李四"]
        uow.projects.set_supervisors(other.number, [first[0], li.id], confirmed=True)
    carried(office)
    assert [name for name, _ in supervisors(office)] == ["张三", "甲1", "甲2"]


def test_a_deputy_who_left_the_group_meanwhile_sends_nothing(office: Office) -> None:
    """The right is asked when the draft is confirmed, not when it is written."""
    with_group(office)
    office.writes(DEPUTY, "/progress 1 井道打好了")
    with office.unit() as uow:
        uow.projects.set_supervisors(1, [], confirmed=True)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "没有找到 1 号项目" in office.toasts[-1]
    assert heard(office, GROUP, "井道打好了") == 0


def test_staff_change_and_confirm_the_group_and_each_member_is_told(office: Office) -> None:
    """Named in public from then on; not before."""
    carried(office)
    assert "监督小组" not in story(office)
    with_group_pressed = office.last(STAFF, containing="实施中")
    office.presses(STAFF, with_group_pressed, "监督小组")
    office.presses(STAFF, office.last(STAFF, containing="监督小组"), "李四")
    office.presses(STAFF, office.last(STAFF, containing="监督小组"), "确认")
    assert supervisors(office) == [("张三", True)]
    assert heard(office, DEPUTY, "请您参加 1 号项目") == 1
    assert heard(office, OTHER_DEPUTY, "请您参加 1 号项目") == 0
    assert "监督小组：张三" in story(office)
    office.presses(STAFF, office.last(STAFF, containing="实施中"), "监督小组")
    office.presses(STAFF, office.last(STAFF, containing="已确认"), "李四")
    assert heard(office, OTHER_DEPUTY, "请您参加 1 号项目") == 1
    office.presses(STAFF, office.last(STAFF, containing="已确认"), "张三")
    assert heard(office, DEPUTY, "不再参加") == 1
    office.presses(STAFF, office.last(STAFF, containing="已确认"), "李四")
    assert "至少要有一位" in office.toasts[-1]


@pytest.mark.parametrize(("language", "mark"), [("zh", "、"), ("en", ", ")])
def test_the_journal_strings_their_names_together_as_its_office_does(office: Office, language: str, mark: str) -> None:
    """It is kept in one language, the office's own."""
    settings = office.desk.settings
    locale = settings.locale.model_copy(update={"default_language": language})
    desk = replace(office.desk, settings=settings.model_copy(update={"locale": locale}))
    with office.unit() as uow:
        entries = uow.roster.deputies()
    assert project_names.for_the_journal(desk, entries) == mark.join(entry.name for entry in entries)
    assert project_names.for_the_journal(desk, []) is None


def test_the_group_may_post_and_inspect_and_nobody_else_among_the_deputies(office: Office) -> None:
    """A deputy who is none of it is answered as if there were no such project."""
    with_group(office)
    for line in ("/progress 1 开工了", "/inspect 1 2027-03-31 有裂缝"):
        office.writes(OTHER_DEPUTY, line)
        assert "没有找到 1 号项目" in office.told(OTHER_DEPUTY)
    office.writes(OTHER_DEPUTY, "/reached 1 2026-11-23")
    assert "没有找到这个节点" in office.told(OTHER_DEPUTY)
    office.presses_data(OTHER_DEPUTY, "work:1:show")
    assert "没有找到 1 号项目" in office.toasts[-1]
    office.writes(DEPUTY, "/inspect 1 2027-03-31 有裂缝")
    assert "有裂缝" in story(office)


# --- progress ---------------------------------------------------------------------------------------------------------


def test_progress_is_shown_first_and_goes_to_groups_and_to_all_who_stand_behind_it(office: Office) -> None:
    """Once each; one that blocked the bot is skipped; the story has it."""
    with_group(office)
    with office.unit() as uow:
        uow.people.set_reachable(CAROL, False)
    office.writes(DEPUTY, "/progress 1 井道打好了")
    assert "2 个群，和提出、支持的 2 位群众" in office.told(DEPUTY)
    assert heard(office, GROUP, "井道打好了") == 0
    assert "井道" not in story(office)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    for chat in (GROUP, RIVER, ALICE, BOB):
        assert heard(office, chat, "井道打好了") == 1
    assert heard(office, CAROL, "井道打好了") == 0
    assert "井道打好了" in story(office)


def test_one_who_blocked_the_bot_unnoticed_is_named_as_nobody(office: Office) -> None:
    """Whoever posts learns that somebody was not reached, never who."""
    with_group(office)
    office.refuses[BOB] = RecipientGone(BOB)
    office.writes(DEPUTY, "/progress 1 井道打好了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    shown = office.last(DEPUTY, containing="没送到")
    assert "一位提出或支持的群众" in shown.text
    assert str(BOB) not in shown.text


def test_photos_come_as_an_album_with_the_command_as_its_caption(office: Office) -> None:
    """Every picture goes along, and stands in the story."""
    with_group(office)
    office.writes(STAFF, "/progress 1 井道打好了", attachments=PHOTOS[:1], album="a1")
    office.writes(STAFF, None, attachments=PHOTOS[1:], album="a1")
    office.presses(STAFF, office.last(STAFF, containing="项目的进展"), "确认")
    copies = [sent for sent in office.carried if sent.kind is Send.COPY and sent.chat_id in (GROUP, ALICE)]
    assert {sent.chat_id: len(sent.copy_ids) for sent in copies} == {GROUP: 2, ALICE: 2}
    assert "照片 2 张" in story(office)
    office.presses(STAFF, office.last(STAFF, containing="实施中"), "更多…")
    office.presses_data(STAFF, "work:1:photos")
    sent = [each.attachment for each in office.carried if each.kind is Send.MEDIA and each.chat_id == STAFF]
    assert sent[-2:] == list(PHOTOS)


def test_progress_is_taken_back_out_of_the_chats_and_the_story(office: Office) -> None:
    """Within the time that Telegram gives."""
    with_group(office)
    office.writes(STAFF, "/progress 1 写错了的进展")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.presses(STAFF, office.last(STAFF, containing="发完了"), "撤回")
    office.presses(STAFF, office.last(STAFF, containing="撤回"), "确认")
    assert heard(office, GROUP, "写错了的进展") == 0
    assert heard(office, ALICE, "写错了的进展") == 0
    assert "写错了的进展" not in story(office)


def test_who_is_a_deputy_no_more_is_not_named_as_watching_over_it(office: Office) -> None:
    """The story that anybody reads says who does now."""
    with_group(office)
    assert "监督小组：张三" in story(office)
    with office.unit() as uow:
        deputy = next(entry for entry in uow.roster.deputies() if entry.telegram_id == DEPUTY)
        uow.roster.retire(deputy.id, office.now)
    assert "监督小组" not in story(office)


@pytest.mark.parametrize("leaves", ["the roster", "the group"])
def test_who_watches_over_it_no_more_neither_tells_of_it_nor_takes_back(office: Office, leaves: str) -> None:
    """What a deputy posted is theirs as long as the project is."""
    with_group(office)
    office.writes(DEPUTY, "/progress 1 井道打好了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    posted = office.last(DEPUTY, containing="发完了")
    office.writes(DEPUTY, "/progress 1 电梯到了")
    draft = office.last(DEPUTY, containing="项目的进展")
    with office.unit() as uow:
        deputy = next(entry for entry in uow.roster.deputies() if entry.telegram_id == DEPUTY)
        if leaves == "the roster":
            uow.roster.retire(deputy.id, office.now)
        uow.projects.set_supervisors(1, [], confirmed=True)
    for data in ("announce:1:undo", "announce:1:undo-now"):
        office.presses_data(DEPUTY, data, posted)
        assert "没有找到" in office.toasts[-1]
    office.presses(DEPUTY, draft, "确认")
    assert "没有找到" in office.toasts[-1]
    assert (heard(office, GROUP, "井道打好了"), heard(office, GROUP, "电梯到了")) == (1, 0)


def test_numbers_in_what_is_told_of_it_are_masked(office: Office) -> None:
    """Also in the name of the unit, in groups and to those who stand behind it."""
    office.writes(STAFF, "/carry 1 区住建局13812345678 | 三部，找13912345678 | 2027-10-31")
    office.writes(STAFF, "-")
    office.presses(STAFF, office.last(STAFF), "确认")
    for chat in (GROUP, ALICE, DEPUTY):
        assert heard(office, chat, "区住建局138******78") == 1
        assert not any("13812345678" in sent.text or "13912345678" in sent.text for sent in office.chats[chat])


def test_a_draft_of_progress_needs_something_to_say(office: Office) -> None:
    """Neither words nor pictures: it is asked for."""
    carried(office)
    office.writes(STAFF, "/progress 1")
    assert "有什么进展" in office.told(STAFF)


# --- inspections ------------------------------------------------------------------------------------------------------


def test_a_finding_is_told_to_staff_and_group_reminded_of_and_put_right(office: Office) -> None:
    """The day for it passes; then it is put right, with its day; both stand in the story."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 2026-11-30 三号楼围挡没有警示灯")
    assert heard(office, STAFF, "三号楼围挡没有警示灯") == 1
    assert "限11月30日" in story(office)
    office.ticks(7 * DAY)
    assert heard(office, STAFF, "过了整改日期（") == 0
    office.ticks(DAY)
    for who in (STAFF, DEPUTY):
        assert heard(office, who, "过了整改日期（") == 1
    assert "还没整改好" in story(office)
    office.ticks(DAY)
    assert heard(office, STAFF, "过了整改日期（") == 1
    office.presses(STAFF, office.last(STAFF, containing="过了整改日期（"), "实施与监督")
    office.presses(STAFF, office.last(STAFF, containing="实施中"), "问题整改")
    office.presses(STAFF, office.last(STAFF), "三号楼围挡")
    office.presses(STAFF, office.last(STAFF), "12月1日")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert heard(office, DEPUTY, "12月1日周二整改好了") == 1
    assert "12月1日周二整改好" in story(office)
    office.writes(STAFF, "/putright 1 2026-12-02")
    assert "已经整改好了" in office.told(STAFF)


def test_a_number_in_the_units_name_is_masked_where_a_finding_is_told(office: Office) -> None:
    """As in the public story."""
    with_group(office)
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, unit="区住建局13812345678")
    office.writes(DEPUTY, "/inspect 1 2026-11-30 三号楼围挡没有警示灯")
    told = office.last(STAFF, containing="三号楼围挡没有警示灯").text
    assert "区住建局138******78" in told
    assert "13812345678" not in told


def test_an_inspection_offers_an_entry_of_the_duty_log(office: Office) -> None:
    """Not with the words of the finding; staff's inspections offer none, nor those of whoever wants no offers."""
    with_group(office)
    office.writes(STAFF, "/inspect 1 无 进度正常")
    assert heard(office, DEPUTY, "记进履职") == 0
    office.writes(DEPUTY, "/inspect 1 2026-11-30 三号楼围挡没有警示灯")
    offered = office.last(DEPUTY, containing="记进履职")
    assert "项目监督" in offered.text
    assert "老楼加装电梯」：视察" in offered.text
    assert "警示灯" not in offered.text
    office.presses(DEPUTY, offered, "记一笔")
    with office.unit() as uow:
        (deputy,) = [each for each in uow.roster.deputies() if each.telegram_id == DEPUTY]
        entry = uow.duty.of_origin(deputy.id, office.desk.today, "project:1")
    assert entry is not None
    assert (entry.type, entry.project, entry.state) == ("project", 1, EntryState.FILED)
    office.writes(DEPUTY, "/offers")
    office.presses(DEPUTY, office.last(DEPUTY), "以后都不用提示")
    office.ticks(DAY)
    office.writes(DEPUTY, "/inspect 1 无 进度正常")
    assert heard(office, DEPUTY, "记进履职") == 0


def test_a_finding_noted_as_put_right_by_mistake_is_open_again(office: Office) -> None:
    """All who heard that it was put right hear that it is not."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 2026-12-31 三号楼围挡没有警示灯")
    office.writes(STAFF, "/putright 1 2026-11-23")
    assert heard(office, DEPUTY, "整改好了") == 1
    noted = office.last(STAFF)
    office.presses(STAFF, noted, "记错了")
    assert heard(office, DEPUTY, "是记错了。还没整改好，限12月31日") == 1
    assert "还没整改好，限12月31日" in office.told(STAFF)
    assert "限12月31日" in story(office)
    office.presses(STAFF, noted, "记错了")
    assert "不用撤销" in office.toasts[-1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/inspect 1 2026-01-01 有裂缝", "已经过去"),
        ("/inspect 1 有裂缝", "没看出整改日期"),
        ("/putright 1 2026-11-22", "不能更早"),
        ("/putright 9 2026-11-23", "没有找到这条视察记录"),
    ],
)
def test_bad_input_about_inspections(office: Office, line: str, says: str) -> None:
    """A sentence each; nothing is noted."""
    carried(office)
    office.writes(STAFF, "/inspect 1 2026-12-31 有裂缝")
    office.writes(STAFF, line)
    assert says in office.told(STAFF)
    with office.unit() as uow:
        assert [each.fixed_on for each in uow.projects.inspections(1)] == [None]


def test_an_inspection_may_find_that_all_is_well(office: Office) -> None:
    """Nothing to put right, nothing to remind of."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 无 进度正常，施工规范")
    assert "👍" in story(office)
    office.ticks(90 * DAY)
    assert heard(office, STAFF, "过了整改日期（") == 0


# --- the end ----------------------------------------------------------------------------------------------------------


def test_staff_say_that_it_is_carried_out_with_photos_and_everybody_is_told(office: Office) -> None:
    """What is still open is named first; it asks once."""
    carried(office)
    office.writes(STAFF, "/carriedout 1 三部电梯都通了", attachments=PHOTOS[:1], album="a2")
    office.writes(STAFF, None, attachments=PHOTOS[1:], album="a2")
    assert "还有 2 个节点没完成" in office.last(STAFF, containing="登记为办结").text
    assert project(office).state is ProjectState.RUNNING
    office.presses(STAFF, office.last(STAFF, containing="登记为办结"), "确认")
    assert project(office).state is ProjectState.DONE
    for chat in (GROUP, RIVER, ALICE, BOB, CAROL):
        assert heard(office, chat, "1 号项目办结了") == 1
    copies = {sent.chat_id: len(sent.copy_ids) for sent in office.carried if sent.kind is Send.COPY}
    assert copies[ALICE] == 2
    assert "三部电梯都通了" in story(office)
    office.writes(STAFF, "/progress 1 还在办")
    assert "已完成" in office.told(STAFF)


def test_the_story_says_the_same_in_english(office: Office) -> None:
    """Everything but what people typed."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 2026-11-30 no light")
    said = story(office, "en")
    for words in ("Unit: 区住建局", "Supervision group: 张三", "0 of 2 reached", "to be put right by"):
        assert words in said


def test_phone_numbers_in_public_words_are_masked(office: Office) -> None:
    """Every match of them."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 2026-11-30 工头电话13812345678")
    assert "13812345678" not in story(office)


def test_the_journal_keeps_no_chat_of_whoever_sent_the_pictures(office: Office) -> None:
    """Pictures are kept by what Telegram calls them."""
    with_group(office)
    office.writes(DEPUTY, "/progress 1 打好了", attachments=PHOTOS[:1])
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    with office.unit() as uow:
        kept: Sequence[object] = [entry.sources for entry in uow.projects.story(1) if entry.sources]
        (entry,) = [entry for entry in uow.projects.story(1) if entry.event is ProjectEvent.PROGRESS]
    assert len(kept) == 1
    assert entry.sources is not None
    assert (entry.sources.chat_id, entry.sources.ids) == (0, ())
    assert OWNER not in office.chats


def test_anybody_reads_all_of_it_in_project_n(office: Office) -> None:
    """Unit, target, group, milestones, findings, progress with pictures; the buttons that lead on for staff alone."""
    with_group(office)
    office.writes(DEPUTY, "/inspect 1 2026-11-30 没有警示灯")
    office.writes(DEPUTY, "/progress 1 井道打好了", attachments=PHOTOS[:1])
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.writes(CAROL, "/project 1")
    shown = office.last(CAROL)
    for words in ("区住建局", "加装电梯三部", "监督小组：张三", "完成设计", "没有警示灯", "井道打好了（照片 1 张）"):
        assert words in shown.text
    assert not any(data.startswith("work:1:show") for data in shown.buttons.values())
    office.presses(CAROL, shown, "照片")
    assert office.carried[-1].attachment == PHOTOS[0]
    office.writes(STAFF, "/project 1")
    office.presses(STAFF, office.last(STAFF), "实施与监督")
    assert "发进展" in "".join(office.last(STAFF).buttons)


def test_staff_confirm_from_the_projects_own_screen(office: Office) -> None:
    """The button on /project N begins the questions."""
    office.writes(STAFF, "/project 1")
    office.presses(STAFF, office.last(STAFF), "确认实施")
    assert "由哪个单位来办" in office.told(STAFF)
    office.writes(ALICE, "/project 1")
    assert not any(data.startswith("work:") for data in office.last(ALICE).buttons.values())


@pytest.mark.parametrize(
    "data", ["work:1", "work:1:fly", "work:x:show", "work:1:step:9", "work:99:photos", "work:1:show"]
)
def test_forged_and_old_buttons_are_answered_in_words(office: Office, data: str) -> None:
    """Nothing is changed by them."""
    carried(office)
    office.presses_data(BOB, data)
    assert office.toasts[-1]
    assert project(office).state is ProjectState.RUNNING


def test_what_was_never_reached_is_not_counted_late_for_ever(office: Office) -> None:
    """Once the project is over its story says so, without days that go on."""
    carried(office)
    office.writes(STAFF, "/carriedout 1 三部电梯都通了")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.now = office.now.replace(year=2028)
    assert "没有登记完成" in story(office)
    assert "已晚" not in story(office)
