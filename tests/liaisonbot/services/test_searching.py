"""/search: the cases one may read, by their words, and nothing of those one may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaisonbot.services import searching
from liaisonbot.vocabulary import Outcome, Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office, Sent


def searched(office: Office, who: int, words: str) -> Sent:
    office.writes(who, f"/search {words}")
    return office.chats[who][-1]


def found(office: Office, who: int, words: str) -> list[int]:
    """The numbers of the cases on the first page."""
    return [int(label[1:]) for label in searched(office, who, words).buttons if label.startswith("#")]


@pytest.fixture
def two(office: Office) -> Office:
    """A case of Alice's with 张三, answered; and one of Bob's with 李四."""
    office.writes(ALICE, "小区东门的路灯坏了，我的电话 13912345678")
    office.writes(STAFF, "/assign 1 张三")
    office.writes(BOB, "西门路灯也不亮，还漏水")
    office.writes(STAFF, "/assign 2 李四")
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/note 1 供电所的老赵说线路老化")
    office.writes(DEPUTY, "/reply 1 A 已经换了新灯泡")
    return office


def test_everybody_finds_what_they_may_read(two: Office) -> None:
    """Constituents their own, deputies those assigned to them, staff their station's, owners all; newest first."""
    assert found(two, ALICE, "路灯") == found(two, DEPUTY, "路灯") == [1]
    assert found(two, BOB, "路灯") == found(two, OTHER_DEPUTY, "路灯") == [2]
    assert found(two, STAFF, "路灯") == found(two, OWNER, "路灯") == [2, 1]
    assert found(two, ALICE, "新灯泡") == [1]


def test_notes_are_found_by_those_who_may_read_them(two: Office) -> None:
    """To the author, and to everybody else, nothing says that they are there."""
    assert found(two, DEPUTY, "老赵") == found(two, STAFF, "老赵") == [1]
    nothing = searched(two, ALICE, "没有这个词").text.replace("没有这个词", "老赵")
    assert searched(two, ALICE, "老赵").text == nothing
    assert "没有找到" in nothing


def test_another_stations_staff_find_nothing(two: Office) -> None:
    """Nor does somebody's case answer otherwise than one that is not there."""
    there = two.station("B", "河畔联络站")
    two.roster(Role.STAFF, "赵六", 22, there)
    assert found(two, 22, "路灯") == []
    assert searched(two, 22, "#1").text.replace("#1", "#999") == searched(two, 22, "#999").text


def test_what_the_guard_holds_is_found_by_staff_and_its_author_only(office: Office) -> None:
    """The deputy learns nothing of it before it is released; who is accused never."""
    office.writes(ALICE, "我要举报张三代表收了开发商的红包，贪污受贿")
    assert office.case(1).held
    assert found(office, ALICE, "红包") == found(office, STAFF, "红包") == [1]
    assert found(office, DEPUTY, "红包") == found(office, OTHER_DEPUTY, "红包") == []


def test_the_hit_is_marked_and_what_must_be_is_masked(two: Office) -> None:
    """In one line, from a little before the words on; a telephone never stands in a list."""
    text = searched(two, STAFF, "東門").text
    assert "小区<b>东门</b>的路灯坏了" in text
    assert "139******78" in text
    assert "13912345678" not in searched(two, STAFF, "13912345678").text
    assert "<b>换了新</b>灯泡" in searched(two, ALICE, "换了新").text


def test_filters_are_read_as_people_type_them(two: Office) -> None:
    """In any width, behind commas and on lines of their own; the beginning of a name is all that begin so."""
    both = [2, 1]
    for words, numbers in (
        ("路灯，阶段：答复", [1]),
        ("路灯\n阶段：答复", [1]),
        ("阶段：答复，代表：张三。类别：教育", []),
        ("阶段：答复、收集，路灯，#2", [2]),
        ("#1、#2", both),
        ("＃1", [1]),
        ("ＳＴＡＧＥ：ｒｅｐｌｙ", [1]),
        ("代表：张，李 路灯", both),
        ("代表：李 漏水", [2]),
        ("stage:re", [1]),
        ("自：本月 路灯", both),
        ("自：上个月以来", both),
        ("自：11月23日起 东门", [1]),
        ("since:last week", both),
        ("since:2026-Q4 lamp", []),
        ("since:2026", both),
        ("since:0001-01-01", both),
    ):
        assert found(two, STAFF, words) == numbers, words
        assert not any(refused in two.told(STAFF) for refused in ("没有「", "看不出")), words


def test_signs_mean_nothing(two: Office) -> None:
    """Neither those of SQL nor those of a search engine."""
    for words in ("%", "_", "*", '"', "路* OR 东*", "'; DROP TABLE cases; --", "\\", "NEAR(路灯 东门)"):
        assert found(two, STAFF, words) == [], words
    for words in ("路灯 🔥", "路灯%", "“路灯”", "_路灯_"):
        assert found(two, STAFF, words) == [2, 1], words


def test_what_is_typed_is_shown_as_it_was_typed(two: Office) -> None:
    """Markup is no markup, a telephone is masked."""
    text = searched(two, STAFF, "<b>路灯</b> & 13912345678").text
    assert "&lt;b&gt;路灯&lt;/b&gt; &amp; 139******78" in text
    assert "表情和标点找不了" in searched(two, STAFF, "🔥").text


def test_long_words_are_shortened_between_words(two: Office) -> None:
    """The half of a word would be found nowhere."""
    two.writes(ALICE, "lamps " * 40 + "everywhere")
    assert 3 in found(two, ALICE, "lamp " * 39 + "xx lamplights"[3:])


def test_a_constituent_cannot_try_out_whose_account_is_whose(two: Office) -> None:
    """Deputies are known to them by name; those who work here know their usernames."""
    with two.unit() as uow:
        uow.connection.exec_driver_sql("UPDATE roster SET username = 'li_si_private' WHERE name = '李四'")
    for words in ("deputy:@li_si_private", "deputy:li_s"):
        assert found(two, STAFF, words) == [2]
        assert "名册里没有" in searched(two, BOB, words).text
    assert found(two, BOB, "代表：李四") == [2]


def test_filters_stand_among_words_in_both_languages(two: Office) -> None:
    """Several of a kind are either, several kinds are both."""
    for words in ("stage:reply", "阶段：答复", "路灯 stage:Reply", "deputy:张三", "代表:张三 路灯", "#1", "路灯 #1"):
        assert found(two, STAFF, words) == [1], words
    for words in ("stage:open", "阶段:未办结", "阶段:答复,收集", "since:yesterday", "自:30天", "自：今天 路灯"):
        assert found(two, STAFF, words) == [2, 1], words
    assert found(two, STAFF, "阶段:答复 代表:李四") == []
    with two.unit() as uow:
        uow.cases.update(2, category="education")
    assert found(two, STAFF, "类别:education") == found(two, STAFF, "漏水 category:教育") == [2]


def test_a_wrong_value_is_answered_with_what_is_possible(two: Office) -> None:
    """Nobody has to guess."""
    for words, said in (
        ("stage:somewhere", "未办结、收集、调处、答复、督办、办结"),
        ("类别:鬼怪", "教育"),
        ("代表:王二麻子", "张三、李四"),
        ("since:whenever", "自：上周一"),
        ("since:tomorrow", "还没到"),
        ("stage:", "「阶段」后面可以写：未办结"),
        ("路灯 代表:", "「代表」后面可以写：张三、李四"),
        ("，。！", "请写要找的字词"),
        ("自：", "可以写：<code>自：2026-11-01"),
    ):
        assert said in searched(two, STAFF, words).text, words


def test_without_words_it_asks(two: Office) -> None:
    """And offers the usual filters; what is typed then is looked for, and what is wrong can be typed again."""
    two.writes(STAFF, "/search")
    assert "想找什么" in two.told(STAFF)
    two.presses(STAFF, two.chats[STAFF][-1], "未办结")
    assert "「阶段：未办结」" in two.told(STAFF)
    assert "#2" in two.told(STAFF)
    two.writes(STAFF, "/search")
    two.presses(STAFF, two.chats[STAFF][-1], "最近 30 天")
    assert "「自：2026-10-24」" in two.told(STAFF)
    assert "#2" in two.told(STAFF)
    two.presses(STAFF, two.chats[STAFF][-1], "再找")
    two.writes(STAFF, "stage:nowhere")
    assert "可以写" in two.told(STAFF)
    two.writes(STAFF, "漏水")
    assert list(two.chats[STAFF][-1].buttons)[:1] == ["#2"]


def test_pages_are_turned_in_place(office: Office) -> None:
    """On and back again; what was opened meanwhile stands on the first page of a new search."""
    for place in range(12):
        office.writes(ALICE if place % 2 else BOB, f"路灯坏了，第{place}盏")
        office.now += timedelta(minutes=2)
    first = searched(office, STAFF, "路灯")
    assert [label for label in first.buttons if label[0] == "#"] == ["#12", "#11", "#10", "#9", "#8"]
    office.presses(STAFF, first, "更早的")
    assert [label for label in first.buttons if label[0] == "#"] == ["#7", "#6", "#5", "#4", "#3"]
    office.presses(STAFF, first, "更早的")
    assert [label for label in first.buttons if label[0] == "#"] == ["#2", "#1"]
    assert not any("更早的" in label for label in first.buttons)
    office.presses(STAFF, first, "更新的")
    assert [label for label in first.buttons if label[0] == "#"] == ["#7", "#6", "#5", "#4", "#3"]
    office.presses(STAFF, first, "更新的")
    assert [label for label in first.buttons if label[0] == "#"] == ["#12", "#11", "#10", "#9", "#8"]
    office.presses_data(BOB, first.button("更早的"), None)
    assert "收起来" in office.toasts[-1]


def test_what_has_no_entry_yet_is_found_all_the_same(office: Office) -> None:
    """A search right behind a report must not depend on how busy the bot is."""
    office.indexing = False
    office.writes(ALICE, "小区东门的路灯坏了")
    office.writes(BOB, "水管漏水")
    assert found(office, STAFF, "路灯") == [1]
    assert found(office, OWNER, "stage:open") == [2, 1]
    office.writes(STAFF, "/assign 1 李四")
    assert found(office, OTHER_DEPUTY, "路灯") == [1]


def test_a_bare_number_may_be_meant_as_a_cases(two: Office) -> None:
    """Where the reader may read that one; words with that figure are found all the same."""
    two.writes(ALICE, "2 号楼的灯也坏了")
    sent = searched(two, STAFF, "2")
    assert list(sent.buttons)[:2] == ["#2", "#3"]
    assert "编号是 #2 的那一件" in sent.text
    assert [label for label in searched(two, ALICE, "2").buttons if label[0] == "#"] == ["#3"]
    for words in ("2 号楼", "2 stage:open"):
        assert "编号" not in searched(two, STAFF, words).text
    nothing = searched(two, STAFF, "#99").text
    assert "没有找到" in nothing
    assert "少写几个字" not in nothing


def test_who_may_miss_something_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the index is being made, or is far behind; whose few cases are read one by one misses nothing."""
    office.indexing = False
    for who in (ALICE, BOB, ALICE, BOB):
        office.writes(who, "小区东门的路灯坏了")
    assert "整理" not in searched(office, STAFF, "路灯").text
    monkeypatch.setattr(searching, "_UNINDEXED", 3)
    assert "有的还在整理" in searched(office, STAFF, "路灯").text
    with office.unit() as uow:
        uow.finding.set_indexed_from(3)
    assert "#3 以前的民情还在整理" in searched(office, STAFF, "路灯").text
    assert "整理" not in searched(office, ALICE, "路灯").text
    assert found(office, ALICE, "路灯") == [3, 1]


def test_one_character_is_enough_and_says_what_it_does(two: Office) -> None:
    """Every case that has it is found."""
    sent = searched(two, STAFF, "灯")
    assert [label for label in sent.buttons if label[0] == "#"] == ["#2", "#1"]
    assert "只有一个字" in sent.text
    assert found(two, BOB, "漏") == [2]


def test_after_an_edit_it_is_found_by_the_words_of_now(two: Office) -> None:
    """Not by those that were there before."""
    message = two.writes(ALICE, "楼道里的电梯停了")
    two.writes(ALICE, "楼道里的水龙头坏了", message_id=message, edit=True)
    assert found(two, ALICE, "电梯") == []
    assert found(two, ALICE, "水龙头") != []


def test_a_corrected_reply_is_found_by_the_words_of_now(two: Office) -> None:
    """Whoever reads the case reads those only."""
    two.writes(DEPUTY, "/correct 1 周六来换镇流器")
    for who in (ALICE, DEPUTY, STAFF):
        assert found(two, who, "镇流器") == [1]
        assert found(two, who, "新灯泡") == []


def test_after_a_merge_and_a_split_everybody_finds_their_own(two: Office) -> None:
    """Who joined another's case finds it while they are together, by what they may read there; theirs all the time."""
    two.writes(STAFF, "/merge 2 1")
    assert two.case(2).outcome is Outcome.MERGED
    assert found(two, BOB, "漏水") == [2]
    assert found(two, BOB, "路灯") == [2, 1]
    assert found(two, ALICE, "漏水") == []
    assert found(two, ALICE, "路灯") == found(two, ALICE, "东门") == [1]
    assert found(two, STAFF, "漏水 西门") == [2]
    assert found(two, STAFF, "stage:closed") == [2]

    two.writes(STAFF, "/split 2")
    assert found(two, BOB, "路灯") == found(two, BOB, "stage:open") == [2]
    assert found(two, BOB, "东门") == []
    assert found(two, ALICE, "路灯") == [1]
    assert found(two, STAFF, "stage:closed") == []


def test_what_the_guard_held_is_found_by_the_deputy_once_it_is_released(office: Office) -> None:
    """And by whoever it went to, no sooner."""
    office.writes(ALICE, "小区东门的路灯坏了")
    office.writes(STAFF, "/assign 1 李四")
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.writes(ALICE, "我要举报副局长李国富收了开发商的红包", answering=office.last(ALICE, containing="受理"))
    assert office.case(1).held
    assert found(office, OTHER_DEPUTY, "红包") == found(office, OTHER_DEPUTY, "路灯") == []
    assert found(office, STAFF, "红包") == found(office, ALICE, "红包") == [1]
    office.presses(STAFF, office.last(STAFF, containing="等工作人员看"), "放行")
    assert found(office, OTHER_DEPUTY, "红包") == found(office, OTHER_DEPUTY, "路灯") == [1]


@pytest.fixture
def pages(office: Office) -> Office:
    """Twelve cases with 张三, of Alice and Bob in turn."""
    for place in range(12):
        office.writes(ALICE if place % 2 else BOB, f"路灯坏了，第{place}盏")
        office.writes(STAFF, f"/assign {place + 1} 张三")
        office.now += timedelta(minutes=2)
    return office


def test_rights_are_those_of_the_moment_when_a_page_is_turned(pages: Office) -> None:
    """What was handed to somebody else, or by whom one left the roster, is gone from the next page."""
    deputys, staffs = searched(pages, DEPUTY, "路灯"), searched(pages, STAFF, "路灯")
    assert "#12" in deputys.buttons
    for number in range(1, 13):
        pages.writes(STAFF, f"/assign {number} 李四")
    pages.presses(DEPUTY, deputys, "更早的")
    assert "没有更早的了" in deputys.text
    assert not any(label.startswith("#") for label in deputys.buttons)

    with pages.unit() as uow:
        uow.connection.exec_driver_sql("UPDATE roster SET active = 0 WHERE role = 'staff'")
    pages.presses(STAFF, staffs, "更早的")
    assert not any(label.startswith("#") for label in staffs.buttons)


def test_who_is_forgotten_takes_every_search_with_them(pages: Office) -> None:
    """Nobody's page shows their words any more, and those who look once more find the others."""
    first = searched(pages, STAFF, "路灯")
    pages.writes(BOB, "/forget")
    pages.presses(BOB, pages.chats[BOB][-1], "确认")
    pages.presses(STAFF, first, "更早的")
    assert "收起来" in pages.toasts[-1]
    assert found(pages, STAFF, "路灯") == [12, 10, 8, 6, 4]


def test_forgotten_words_are_found_by_nobody(two: Office) -> None:
    """Nor by what others said in the case of somebody who is forgotten."""
    two.writes(ALICE, "/forget")
    two.presses(ALICE, two.chats[ALICE][-1], "确认")
    for words in ("东门", "新灯泡", "老赵"):
        assert found(two, STAFF, words) == [], words
    with two.unit() as uow:
        assert uow.connection.exec_driver_sql("SELECT count(*) FROM searches").scalar_one() <= 3


def test_in_a_group_nothing_is_looked_for(two: Office) -> None:
    """What is found is for one reader."""
    two.writes(STAFF, "/search 路灯", group=-100)
    assert "<b>" not in two.told(-100)


def test_a_look_has_an_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where much seems to fit and does not, so many are read, and a button goes on."""
    monkeypatch.setattr(searching, "LOOKED_AT", 2)
    monkeypatch.setattr(searching, "FEW", 0)
    monkeypatch.setattr(searching, "_AT_ONCE", 1)
    office.writes(ALICE, "水管道路")
    for who in (BOB, ALICE, BOB):
        office.writes(who, "水管 管道 道路")
        office.now += timedelta(minutes=2)
    sent: Any = searched(office, STAFF, "水管道路")
    assert "接着往前找" in sent.text
    office.presses(STAFF, sent, "更早的")
    assert "#1" in sent.buttons
    office.presses(STAFF, sent, "更早的")
    assert "没有更早的了" in sent.text
