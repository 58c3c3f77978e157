"""A case is handed to a unit, chased, returned, handed on; and what becomes of the figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.vocabulary import Role, RoutingRule, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office


@pytest.fixture
def accepted(office: Office) -> Office:
    """A case of ALICE's about a street lamp, in mediation with 张三; three units."""
    with office.unit() as uow:
        uow.units.save("路灯所", "老周 8888", ["municipal_facilities"])
        uow.units.save("供电所", "", ["utilities"])
        uow.units.save("城管局", "", [])
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    return office


def units_of(office: Office, number: int = 1) -> list[tuple[str, bool, str]]:
    with office.unit() as uow:
        return [(one.unit, one.lead, one.due.isoformat()) for one in uow.handings.of_case(number) if one.open]


def test_handed_to_two_units_in_one_line(accepted: Office) -> None:
    """The first leads; the constituent reads whom it was handed to and until when, and not what the unit was told; no
    sentence says that the deputy repairs anything.
    """
    office = accepted
    assert "可以交给：路灯所" in office.last(DEPUTY, containing="路灯坏了").text
    office.writes(DEPUTY, "/hand 1 路灯所;供电所 2026-12-01 三号门的灯，请查线路")
    assert units_of(office) == [("路灯所", True, "2026-12-01"), ("供电所", False, "2026-12-01")]
    told = office.told(ALICE)
    assert "已交给路灯所（主办）、供电所办理" in told
    assert "12月1日" in told
    assert "张三代表会跟着催" in told
    assert "查线路" not in told
    assert "老周 8888" in office.told(DEPUTY)
    card = office.last(DEPUTY, containing="路灯坏了").text
    assert "主办：路灯所 · 12月1日" in card
    assert "协办：供电所" in card
    assert "可以交给" not in card
    assert office.case(1).stage is Stage.MEDIATION


def test_handed_step_by_step_with_buttons(accepted: Office) -> None:
    """The unit whose business it is comes first; then others, the day, the words."""
    office = accepted
    office.presses(DEPUTY, office.last(DEPUTY, containing="路灯坏了"), "交办")
    asked = office.last(DEPUTY)
    assert next(iter(asked.buttons)) == "⭐ 路灯所"
    office.presses(DEPUTY, asked, "路灯所")
    also = office.last(DEPUTY)
    assert "路灯所" not in "".join(also.buttons)
    office.presses(DEPUTY, also, "供电所")
    office.presses(DEPUTY, office.last(DEPUTY), "7天后")
    office.writes(DEPUTY, "请查线路")
    assert units_of(office) == [("路灯所", True, "2026-11-30"), ("供电所", False, "2026-11-30")]


def test_returned_and_handed_to_another(accepted: Office) -> None:
    """Each step is a line of the journal with its units; the reason is for those who work on it."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    office.writes(DEPUTY, "/case 1")
    office.presses(DEPUTY, office.last(DEPUTY, containing="经过"), "路灯所退回了")
    office.writes(DEPUTY, "灯杆是供电所的")
    assert units_of(office) == []
    assert "可以交给" not in office.last(DEPUTY, containing="路灯坏了").text, "it said that this is not its business"
    assert "路灯所退回" in office.told(STAFF)
    assert "灯杆是供电所的" in office.told(STAFF)
    office.writes(STAFF, "/hand 1 供电所 2026-12-04 灯杆归你们")
    assert "工作人员已把民情 #1 交给供电所" in office.told(DEPUTY)
    assert units_of(office) == [("供电所", True, "2026-12-04")]

    office.writes(DEPUTY, "/case 1")
    story = office.told(DEPUTY)
    assert "交办：路灯所，12月1日" in story
    assert "单位退回：路灯所" in story
    assert "灯杆是供电所的" in story
    office.writes(ALICE, "/case 1")
    theirs = office.told(ALICE)
    assert "交办：供电所，12月4日" in theirs
    assert "主办：供电所" in theirs
    assert "灯杆" not in theirs


def test_handed_again_changes_part_and_day(accepted: Office) -> None:
    """It is one handing still; who led before takes part from now on."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    office.writes(DEPUTY, "/hand 1 供电所；路灯所 2026年12月9日 一起看")
    assert units_of(office) == [("供电所", True, "2026-12-09"), ("路灯所", False, "2026-12-09")]


def test_overdue_is_computed(accepted: Office) -> None:
    """The day after its day the card says so, whatever ran in between."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-11-24 请修")
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/case 1")
    assert "已到期" not in office.told(DEPUTY)
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/case 1")
    assert "主办：路灯所 · 11月24日周二已到期" in office.told(DEPUTY)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/hand 1 路灯局 2026-12-01 请修", "没有叫「路灯局」的承办单位"),
        ("/hand 1 路灯所 2026-11-01 请修", "已经过去了"),
        ("/hand 1 路灯所 请修", "看不出是哪一天"),
        ("/returned 1 供电所 不归我们", "现在不在供电所"),
        ("/hand 2 路灯所 2026-12-01 请修", "这一步做不了"),
        ("/hand 9 路灯所 2026-12-01 请修", "没有找到民情 #9"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(accepted: Office, line: str, words: str) -> None:
    """With what to do instead."""
    office = accepted
    office.writes(BOB, "我家的路灯坏了")
    office.writes(STAFF, "/assign 2 张三")
    office.writes(DEPUTY, line)
    assert words in office.told(DEPUTY)
    assert units_of(office) == []
    assert units_of(office, 2) == []


@pytest.mark.parametrize("who", [OTHER_DEPUTY, ALICE])
def test_only_its_deputy_and_staff_hand_it_over(accepted: Office, who: int) -> None:
    """A case that is not theirs answers like one that does not exist."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    office.writes(who, "/hand 1 供电所 2026-12-01 请修")
    office.presses_data(who, "returned:1:1")
    assert units_of(office) == [("路灯所", True, "2026-12-01")]


def test_a_deputy_who_works_for_the_unit_is_passed_over(accepted: Office) -> None:
    """Handed to their employer the case goes on to another, by the rules; it stands in the journal."""
    office = accepted
    with office.unit() as uow:
        (deputy,) = uow.roster.of(DEPUTY, None)
        uow.roster.save(
            Role.DEPUTY,
            "张三",
            telegram_id=DEPUTY,
            username=None,
            language="zh",
            station_ids=deputy.station_ids,
            specialties=deputy.specialties,
            employer="路灯所",
            now=office.now,
        )
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    assert office.case(1).deputy_id == 2
    assert "已转给 李四" in office.last(DEPUTY, containing="要回避").text
    assert "路灯所在办，原来的代表在那里工作" in office.last(OTHER_DEPUTY, containing="有新民情").text
    assert "现在由 <b>李四</b>代表跟进" in office.told(ALICE)
    with office.unit() as uow:
        last = uow.journal.of_case(1)[-1]
    assert (last.by, last.rule, last.details) == (
        Role.SYSTEM,
        RoutingRule.FEWEST_OPEN,
        {"passed": {"employer": [deputy.id]}},
    )
    office.writes(STAFF, "/assign 1 张三")
    assert "要回避" in office.told(STAFF)


def test_the_scorecard_comes_from_the_handings(accepted: Office) -> None:
    """Handed, open, overdue, returned and handed on, on time, the median in working days until the answer, what was
    said of the result – each with its n; of one's own stations only.
    """
    office = accepted
    for text in ("路灯又坏了", "路灯一闪一闪", "路灯歪了"):
        office.writes(BOB, text)
    for number in (2, 3, 4):
        office.writes(DEPUTY, f"/accept {number}")
    for number in (1, 2, 3, 4):
        office.writes(STAFF, f"/hand {number} 路灯所 2026-11-25 请修")
    office.now += timedelta(hours=1)
    office.writes(STAFF, "/returned 2 路灯所 不归我们")
    office.now += timedelta(days=2)
    office.writes(DEPUTY, "/reply 1 A 修好了")
    for part in ("attitude", "result"):
        office.presses_data(ALICE, f"rate:1:{part}:3")
    office.now += timedelta(days=5)  # the Monday after: three working days later
    office.writes(DEPUTY, "/reply 3 A 修好了")

    office.writes(STAFF, "/unit 路灯所")
    card = office.told(STAFF)
    assert "交办 4 件 · 在办 1 · 超期 1" in card
    assert "退回 1 件" in card
    assert "按时 33%（1/3 件；在办超期的算在内）" in card
    assert "中位数 3.5 个工作日（2 件）" in card
    assert "满意、基本满意 100%（1/1 件）" in card
    for part in ("attitude", "result"):
        office.presses_data(BOB, f"rate:3:{part}:1")
    office.writes(STAFF, "/setunit 市政公司 | 010-2 | municipal_facilities")
    office.writes(STAFF, "/hand 2 市政公司 2026-12-04 请修")
    office.writes(STAFF, "/hand 3 市政公司 2026-12-04 还没修好")
    office.writes(STAFF, "/unit 路灯所")
    assert "退回 1 件，其中 1 件已改交" in office.told(STAFF)
    assert "满意、基本满意 50%（1/2 件）" in office.told(STAFF)
    office.writes(STAFF, "/unit 市政公司")
    assert "交办 2 件 · 在办 2" in office.told(STAFF)
    assert "%" not in office.told(STAFF)
    elsewhere = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "钱六", 22, elsewhere)
    office.writes(22, "/unit 路灯所")
    assert "还没有交办过" in office.told(22)


def test_who_took_part_from_the_beginning_is_not_whom_it_was_handed_on_to(accepted: Office) -> None:
    """Returned by the one that led, it waits; made the lead of the one that took part, it was handed on."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所;供电所 2026-12-01 请修")
    office.now += timedelta(hours=1)
    office.writes(DEPUTY, "/returned 1 路灯所 灯杆是供电所的")
    office.writes(STAFF, "/unit 路灯所")
    assert "退回 1 件" in office.told(STAFF)
    assert "已改交" not in office.told(STAFF)
    office.now += timedelta(hours=1)
    office.writes(DEPUTY, "/hand 1 供电所 2026-12-04 请牵头")
    office.writes(STAFF, "/unit 路灯所")
    assert "退回 1 件，其中 1 件已改交" in office.told(STAFF)


def test_a_slip_that_is_taken_back_leaves_the_case_with_its_unit(accepted: Office) -> None:
    """It stands where it stood: handed out, open, overdue on its day; a later end counts as one."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-11-25 请修")
    office.now += timedelta(minutes=1)
    office.writes(ALICE, "/withdraw 1")
    assert units_of(office) == []
    office.now += timedelta(minutes=1)
    office.presses_data(ALICE, "takeback:1")
    assert office.case(1).stage is Stage.MEDIATION
    assert units_of(office) == [("路灯所", True, "2026-11-25")]
    office.now += timedelta(days=3)
    office.writes(STAFF, "/unit 路灯所")
    assert "在办 1 · 超期 1" in office.told(STAFF)
    office.writes(ALICE, "/withdraw 1")
    assert units_of(office) == []


def test_a_merge_that_is_undone_leaves_the_case_with_its_unit(accepted: Office) -> None:
    """While it is part of another case nobody works on it; split off, its unit has it as before."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    office.writes(BOB, "路灯又坏了")
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/merge 1 2")
    assert units_of(office) == []
    office.now += timedelta(days=1)
    office.writes(STAFF, "/split 1")
    assert units_of(office) == [("路灯所", True, "2026-12-01")]


def test_dissatisfied_it_can_be_handed_to_the_same_unit_again(accepted: Office) -> None:
    """The first handing ended with the answer; the second is another."""
    office = accepted
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-01 请修")
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/reply 1 A 修好了")
    answer = office.last(ALICE, containing="修好了")
    office.presses(ALICE, answer, "不满意")
    office.presses(ALICE, answer, "不满意")
    assert units_of(office) == []
    office.now += timedelta(days=1)
    office.writes(DEPUTY, "/hand 1 路灯所 2026-12-03 还没修好")
    assert units_of(office) == [("路灯所", True, "2026-12-03")]
    with office.unit() as uow:
        assert len(uow.handings.of_case(1)) == 2


def test_one_working_day_is_one_day_in_english_too(accepted: Office) -> None:
    """Also where it is a median."""
    accepted.writes(STAFF, "/hand 1 路灯所 2026-11-25 请修")
    accepted.now += timedelta(days=1)
    accepted.writes(DEPUTY, "/reply 1 A 修好了")
    accepted.writes(STAFF, "/language en")
    accepted.writes(STAFF, "/unit 路灯所")
    assert "Until answered or closed: 1 working day in the median (of 1 case)" in accepted.told(STAFF)


def test_units_are_kept_by_staff(office: Office) -> None:
    """Added in one line or step by step, changed, retired; what has gone to a retired one stays with it."""
    office.writes(STAFF, "/units")
    assert "还没有承办单位" in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "新增单位")
    office.writes(STAFF, "路灯所")
    office.writes(STAFF, "老周 8888")
    office.presses(STAFF, office.last(STAFF), "市政设施")
    assert "已保存" in office.told(STAFF)
    office.writes(STAFF, "/setunit 供电所 | 95598 | 水电气热；公共安全")
    office.writes(STAFF, "/units")
    listed = office.last(STAFF)
    assert "老周 8888" in listed.text
    assert "水电气热、公共安全" in listed.text

    office.presses(STAFF, listed, "路灯所")
    office.presses(STAFF, listed, "修改")
    office.writes(STAFF, "老李 6666")
    office.writes(STAFF, "-")
    assert "老李 6666" in office.told(STAFF)
    assert "没有写明类别" in office.told(STAFF)

    office.writes(STAFF, "/units")
    listed = office.last(STAFF)
    office.presses(STAFF, listed, "路灯所")
    office.presses(STAFF, listed, "停用")
    office.presses(STAFF, listed, "确认")
    assert "已停用路灯所" in listed.text
    with office.unit() as uow:
        assert [unit.name for unit in uow.units.all()] == ["供电所"]
        assert uow.units.save("路灯所", "", []).active


@pytest.mark.parametrize("data", ["units:0", "unit:1", "retireunit:1:yes", "editunit", "editunit:1", "unit:x", "unit"])
def test_nobody_else_keeps_units(accepted: Office, data: str) -> None:
    """Neither a constituent nor a deputy; a forged button answers in words."""
    for who in (ALICE, DEPUTY):
        before = len(accepted.toasts)
        accepted.presses_data(who, data)
        assert len(accepted.toasts) == before + 1
        assert accepted.toasts[-1]
    with accepted.unit() as uow:
        assert len(uow.units.all()) == 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/setunit 供电所 | 95598 | 修灯", "没有「修灯」这个类别"),
        (f"/setunit {'很' * 121} | 95598 | -", "最多 120 个字"),
        (f"/setunit 供电所 | {'9' * 241} | -", "最多 240 个字"),
        ("/unit 路灯所", "没有叫「路灯所」的承办单位"),
    ],
)
def test_what_a_unit_cannot_be(office: Office, line: str, words: str) -> None:
    """Said with its limit."""
    office.writes(STAFF, line)
    assert words in office.told(STAFF)
    with office.unit() as uow:
        assert uow.units.all() == []
