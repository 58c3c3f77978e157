"""/score: each point with its entry; the table of a station; missed meetings; the quarterly post."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from liaisonbot.duty import EntryEvent
from liaisonbot.incoming import GroupMoved
from liaisonbot.model import Actor
from liaisonbot.services import duty_log, groups, scores
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office

DEPUTIES_OWN = -900


def filed(office: Office, who: int, type_: str, day: date, *, confirmed: bool = True) -> int:
    """An entry of that deputy's, confirmed by staff."""
    with office.unit() as uow:
        deputy = next(each for each in uow.roster.deputies() if each.telegram_id == who)
        staff = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
        mine = Actor(uow.people.meet(who, "zh", office.now), deputy=deputy)
        entry = duty_log.make(uow, office.desk, mine, deputy, EntryEvent.FILED, type=type_, day=day)
        if confirmed:
            reviewer = Actor(uow.people.meet(STAFF, "zh", office.now), staff=staff)
            duty_log.advance(uow, office.desk, reviewer, entry.id, EntryEvent.CONFIRMED)
        return entry.id


def test_each_point_shows_the_entry_it_came_from(office: Office) -> None:
    """What waits for confirmation is said, and does not count."""
    proposal = filed(office, DEPUTY, "proposal", date(2026, 11, 3))
    filed(office, DEPUTY, "visit", date(2026, 11, 4))
    filed(office, DEPUTY, "visit", date(2026, 11, 4))
    filed(office, DEPUTY, "research", date(2026, 11, 5), confirmed=False)

    office.writes(DEPUTY, "/score")

    told = office.last(DEPUTY).text
    assert "2026 年第 4 季度：<b>4 分</b>，履职 2 天" in told
    assert "还有 1 条等工作人员确认" in told
    assert "提出建议：3 分（1 条）" in told
    assert f"提出建议 +3（第 {proposal} 条）" in told
    assert "走访 0，这一项已到上限或当天已计" in told
    assert "仅工作人员" not in told


def test_another_part_of_the_calendar(office: Office) -> None:
    """By a button or typed; a year has its grade where the rule has grades."""
    filed(office, DEPUTY, "proposal", date(2026, 2, 3))
    office.writes(DEPUTY, "/score")
    assert "还没有确认过" in office.last(DEPUTY).text
    office.presses(DEPUTY, office.last(DEPUTY), "看年")
    assert "2026 年：<b>3 分</b>" in office.last(DEPUTY).text
    office.writes(DEPUTY, "/score 2026年第一季度")
    assert "第 1 季度：<b>3 分</b>" in office.last(DEPUTY).text
    office.presses(DEPUTY, office.last(DEPUTY), "后一段")
    assert "第 2 季度" in office.last(DEPUTY).text


def test_grades_of_a_year(tmp_path: Path) -> None:
    """By the rule that the configuration names."""
    office = Office(tmp_path, access={"owner_ids": [OWNER]}, duty={"scoring": "hundred"})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    for n in range(5):
        filed(office, DEPUTY, "congress", date(2026, 3, 2) + timedelta(days=n))
    office.writes(DEPUTY, "/score 2026")
    assert "<b>25 分</b>（较差）" in office.last(DEPUTY).text


def test_staff_see_their_deputies_and_each_of_them(office: Office) -> None:
    """By name, not by rank; a workbook with a column for each item; facts for staff only."""
    filed(office, DEPUTY, "proposal", date(2026, 11, 3))
    filed(office, DEPUTY, "visit", date(2026, 7, 3))

    office.writes(STAFF, "/score")

    table = office.last(STAFF)
    assert "张三：3 分 · 1 天 · 1 条" in table.text
    assert "李四：0 分 · 0 天 · 0 条" in table.text
    office.presses(STAFF, table, "张三")
    one = office.last(STAFF).text
    assert "仅工作人员可见的事实" in one
    assert "没有履职记录的月份：2026 年 8 月、2026 年 9 月、2026 年 10 月" in one
    office.presses(STAFF, office.last(STAFF), "全部代表")
    office.presses(STAFF, office.last(STAFF), "下载表格")
    with office.unit() as uow:
        staff_window = scores.windows.read("2026-Q4")
        assert staff_window is not None
        made = scores.sheets.made(
            scores.sheet(uow, office.desk, uow.roster.deputies(), staff_window).content,
            catalogue("zh", "Asia/Shanghai"),
        )
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("代表", "履职天数", "已确认条数", "积分")
    assert {row[0]: row[3] for row in rows[1:]} == {"张三": 3, "李四": 0}


def test_who_never_filed_is_not_said_to_have_no_empty_month(office: Office) -> None:
    """The facts begin with the first month in which the deputy was behind, not only with their first entry."""
    office.writes(STAFF, "/score 2026 李四")
    one = office.last(STAFF).text
    assert "至今没有登记过履职" in one
    assert "没有缺席" not in one
    office.ticks()
    office.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    office.ticks()
    for moment in (datetime(2027, 1, 4, 2, tzinfo=UTC), datetime(2027, 2, 3, 2, tzinfo=UTC)):
        office.now = moment
        office.ticks()
    for year, months in (("2026", "2026 年 11 月、2026 年 12 月"), ("2027", "2027 年 1 月")):
        office.writes(STAFF, f"/score {year} 李四")
        assert office.last(STAFF).text.count(f"没有履职记录的月份：{months}\n") == 1


def test_a_first_entry_late_in_the_year_hides_no_empty_month(office: Office) -> None:
    """Behind in November, filed in December: November is without an entry."""
    office.ticks()
    office.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    office.ticks()
    office.now = datetime(2027, 1, 12, 2, tzinfo=UTC)
    filed(office, DEPUTY, "visit", date(2026, 12, 3))
    office.writes(STAFF, "/score 2026 张三")
    assert "没有履职记录的月份：2026 年 11 月\n" in office.last(STAFF).text


def test_whoever_has_left_has_no_empty_months_afterwards(office: Office) -> None:
    """They cannot file any more."""
    filed(office, DEPUTY, "visit", date(2026, 9, 3))
    filed(office, DEPUTY, "visit", date(2026, 11, 3))
    office.now = datetime(2027, 3, 2, 2, tzinfo=UTC)
    with office.unit() as uow:
        uow.connection.exec_driver_sql("UPDATE roster SET active = 0 WHERE name = '张三'")
    office.writes(STAFF, "/score 2026 张三")
    assert "没有履职记录的月份：2026 年 10 月\n" in office.last(STAFF).text
    office.writes(STAFF, "/score 2027 张三")
    assert "没有缺席，也没有空白的月份" in office.last(STAFF).text


@pytest.mark.parametrize("words", ["/score 李四", "/score 王二", "/score 2026-Q4 李四"])
def test_a_deputy_sees_nobody_elses(office: Office, words: str) -> None:
    """What is not theirs answers like what does not exist."""
    office.writes(DEPUTY, words)
    assert "没有找到代表" in office.last(DEPUTY).text


def test_forged_buttons_change_nothing(office: Office) -> None:
    """Neither another's score nor the table, for who may not see them."""
    with office.unit() as uow:
        other = next(each for each in uow.roster.deputies() if each.telegram_id == OTHER_DEPUTY)
    for data in (f"score:{other.id}:2026-Q4:0", "scores:2026-Q4:0", "scoresheet:2026-Q4", "score:1:2026-Q9:0"):
        office.presses_data(DEPUTY, data)
        assert all("李四" not in sent.text for sent in office.chats[DEPUTY])


def test_a_missed_meeting_takes_a_point_and_can_be_undone(office: Office) -> None:
    """The deputy hears of both; one with an excuse takes nothing."""
    office.writes(STAFF, "/absence 张三 出席人代会 2026-11-10 无故")
    noted = office.last(STAFF)
    assert "已登记：张三缺席" in noted.text
    assert "登记您缺席" in office.last(DEPUTY).text
    office.writes(DEPUTY, "/score")
    assert "<b>-1 分</b>" in office.last(DEPUTY).text
    assert "无故缺席 -1" in office.last(DEPUTY).text

    office.presses(STAFF, noted, "撤销")
    assert "没有缺席" in office.last(STAFF).text
    assert "没有缺席" in office.last(DEPUTY).text
    office.writes(STAFF, "/absence 张三 人代会 2026-11-10 请假 住院")
    assert "已请假：住院" in office.last(STAFF).text
    office.writes(DEPUTY, "/score")
    assert "<b>0 分</b>" in office.last(DEPUTY).text


def test_absence_asks_for_what_it_needs(office: Office) -> None:
    """With buttons, one after the other; a day to come is refused."""
    office.writes(STAFF, "/absence")
    office.presses(STAFF, office.last(STAFF), "张三")
    office.presses(STAFF, office.last(STAFF), "出席人代会")
    office.writes(STAFF, "2026-12-24")
    assert (
        "还没有到" in office.last(STAFF).text or "以后" in office.last(STAFF).text or "未来" in office.last(STAFF).text
    )
    office.writes(STAFF, "昨天")
    office.presses(STAFF, office.last(STAFF), "没有请假")
    assert "已登记：张三缺席" in office.last(STAFF).text
    office.writes(STAFF, "/absence 张三 走访 昨天 无故")
    assert "不是会议类的类型" in office.last(STAFF).text


def test_the_quarterly_post(office: Office) -> None:
    """Off until staff switch it on in the group; then once a quarter, on its first morning, also after the group's
    upgrade; never for a quarter that was over before.
    """
    filed(office, DEPUTY, "proposal", date(2026, 11, 3))
    office.ticks()
    office.writes(STAFF, "/quarterly", group=DEPUTIES_OWN)
    assert "以后每季度" in office.last(DEPUTIES_OWN).text
    office.ticks()
    assert "履职情况" not in office.told(DEPUTIES_OWN)
    with office.unit() as uow:
        groups.moved(uow, GroupMoved(1, DEPUTIES_OWN, DEPUTIES_OWN - 1))

    office.now = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai
    office.ticks()
    assert not office.chats[DEPUTIES_OWN - 1]
    office.ticks(timedelta(hours=1))
    office.ticks(timedelta(days=1))
    (posted,) = (sent.text for sent in office.chats[DEPUTIES_OWN - 1])
    assert "2026 年第 4 季度履职情况" in posted
    assert "张三：1 天，3 分" in posted
    assert "李四：0 天，0 分" in posted
    office.writes(STAFF, "/quarterly", group=DEPUTIES_OWN - 1)
    assert "已关闭" in office.last(DEPUTIES_OWN - 1).text
    office.now += timedelta(days=90)
    office.ticks()
    assert len(office.chats[DEPUTIES_OWN - 1]) == 2


def test_the_post_stays_among_deputies(office: Office) -> None:
    """Not where residents read, nor after the group was bound to a station; only the station's own staff end it; in a
    forum it stays in the topic in which they asked.
    """
    office.writes(STAFF, "/quarterly", group=GROUP)
    assert "群众也看得到" in office.last(GROUP).text
    office.writes(STAFF, "/quarterly", group=DEPUTIES_OWN)
    office.roster(Role.STAFF, "孙伟", 29, office.station("B", "滨河联络站"))
    office.writes(29, "/quarterly", group=DEPUTIES_OWN)
    assert "别的联络站" in office.last(DEPUTIES_OWN).text
    with office.unit() as uow:
        (posts,) = uow.groups.posting_scores()
        uow.groups.post_scores(DEPUTIES_OWN, replace(posts, thread_id=7))
    office.now = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    office.ticks()
    assert office.last(DEPUTIES_OWN).outgoing.thread_id == 7
    with office.unit() as uow:
        uow.groups.save(replace(posts.group, station_id=uow.stations.all()[0].id))
    office.now = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
    office.ticks()
    assert len([sent for sent in office.chats[DEPUTIES_OWN] if "履职情况" in sent.text]) == 1


def test_constituents_know_nothing_of_it(office: Office) -> None:
    """Neither by command nor in a group."""
    office.writes(ALICE, "/score")
    assert "积分" not in office.told(ALICE)
    office.writes(ALICE, "/quarterly", group=GROUP)
    assert "以后每季度" not in office.told(GROUP)


def test_points_of_entries_for_the_export(office: Office) -> None:
    """Of several years, in whichever order they are asked for."""
    days = (date(2026, 11, 3), date(2026, 11, 3), date(2025, 3, 3))
    types = ("proposal", "visit", "research")
    made = [filed(office, DEPUTY, type_, day) for type_, day in zip(types, days, strict=True)]
    with office.unit() as uow:
        points = scores.points_of(uow, scores.rule_of(office.desk))
        deputy = next(each.id for each in uow.roster.deputies() if each.telegram_id == DEPUTY)
        found = [points(deputy, day, number) for number, day in zip(made, days, strict=True)]
    assert found == [3.0, 1.0, 3.0]


@pytest.mark.parametrize(
    ("days", "points", "zh", "en"),
    [
        (1, "1", "王芳：1 天，1 分", "王芳: 1 day, 1 point"),
        (27, "118.50", "王芳：27 天，118.5 分", "王芳: 27 days, 118.5 points"),
        (0, "-1", "王芳：0 天，-1 分", "王芳: 0 days, -1 points"),
    ],
)
def test_days_and_points_are_counted_as_people_say_it(days: int, points: str, zh: str, en: str) -> None:
    """Of one and of many, of whole points and of halves."""
    line = Text.of("quarterly-line", deputy="王芳", **scores.counted(days, Decimal(points)))
    said = [catalogue(language, "Asia/Shanghai").plain(line) for language in ("zh", "en")]
    assert said == [zh, en]
