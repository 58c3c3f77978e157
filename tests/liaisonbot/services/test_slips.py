"""Nothing is sent by a slip: what a line says unclearly is asked about, with the words kept."""

from __future__ import annotations

from datetime import date

import pytest

from liaisonbot.model import Attachment
from liaisonbot.outgoing import Send
from liaisonbot.vocabulary import Rating, ReplyClass, Stage
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import Office


@pytest.fixture
def asked(office: Office) -> Office:
    """A case that waits for its reply. Monday the 23rd of November 2026."""
    office.writes(ALICE, "路灯坏了")
    return office


@pytest.mark.parametrize(
    "line",
    [
        "Z 已修好",
        "z 已修好",
        "E类 已修好",
        "Ｚ 已修好",
        "类E 已修好",
        "Б 已修好",
        "X Street is mended",
        "B 2026-13-40 已修好",
        "B 2026-02-30 已修好",
        "B 已修好",
        "Ｂ 已修好",
        "b 已修好",
        "B类：已修好",
        "B 2020-01-01 已修好",
        "B",
        "Z",
    ],
)
def test_an_unclear_class_or_date_is_asked_about_and_nothing_goes_out(asked: Office, line: str) -> None:
    """Neither by the line itself nor by anything but 确认."""
    before = len(asked.chats[ALICE])
    asked.writes(DEPUTY, f"/reply 1 {line}")
    assert asked.case(1).stage is Stage.COLLECTION
    assert len(asked.chats[ALICE]) == before
    assert asked.last(DEPUTY).button("取消")


@pytest.mark.parametrize(
    ("line", "reply_class", "words"),
    [
        ("已修好", "A", "已修好"),
        ("A 已修好", "A", "已修好"),
        ("Ａ 已修好", "A", "已修好"),
        ("a 已修好", "A", "已修好"),
        ("A类：已修好", "A", "已修好"),
        ("A、B两栋楼都修好了", "A", "A、B两栋楼都修好了"),
        ("A类 已修好", "A", "已修好"),
        ("(C) 已列入计划", "C", "已列入计划"),
        ("Class D it cannot be done", "D", "it cannot be done"),
        ("d 办不了", "D", "办不了"),
        ("a lamp was mended", "A", "a lamp was mended"),
        ("I asked the unit", "A", "I asked the unit"),
        ("A4纸已经发了", "A", "A4纸已经发了"),
        ("B12路公交站已修好", "A", "B12路公交站已修好"),
        ("好 的", "A", "好 的"),
    ],
)
def test_what_is_plain_goes_out_at_once(asked: Office, line: str, reply_class: str, words: str) -> None:
    """Scripts rely on one line."""
    asked.writes(DEPUTY, f"/reply 1 {line}")
    assert asked.case(1).reply_class == reply_class
    assert asked.last(ALICE, containing="有答复了").outgoing.body == words


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-03",
        "B20261203",
        "12月3日",
        "12.3",
        "下周四",
        "10天后",
        "2026/12/3",
        "next Thursday",
        "3 Dec",
        "12月3日前",
    ],
)
def test_a_promise_names_its_day_as_people_do(asked: Office, written: str) -> None:
    """And is said back with its weekday."""
    line = written if written.startswith("B") else f"B {written}"
    asked.writes(DEPUTY, f"/reply 1 {line} 单位正在修")
    assert asked.case(1).promise_date == date(2026, 12, 3)
    assert "B类：正在解决，12月3日周四前完成" in asked.last(DEPUTY, containing="答复已发出").text
    assert asked.last(ALICE, containing="有答复了").outgoing.body == "单位正在修"


def test_words_are_kept_while_the_class_is_asked(asked: Office) -> None:
    """Two presses and it goes, as a reply whose line can be edited afterwards."""
    mine = asked.writes(DEPUTY, "/reply 1 Z 已修好")
    assert "「Z」不是答复类别" in asked.told(DEPUTY)
    asked.presses(DEPUTY, asked.last(DEPUTY), "A ")
    preview = asked.last(DEPUTY)
    assert preview.text.endswith("已修好")
    asked.presses(DEPUTY, preview, "确认")
    read = asked.last(ALICE, containing="有答复了")
    assert read.outgoing.body == "已修好"
    asked.writes(DEPUTY, "/reply 1 Z 已全部修好", message_id=mine, edit=True)
    assert read.text.endswith("已全部修好")


def test_a_day_that_does_not_exist_is_asked_for_and_the_words_are_kept(asked: Office) -> None:
    """Then the plan, then the preview."""
    asked.writes(DEPUTY, "/reply 1 B 2026-13-40 单位正在修")
    assert "没有这一天" in asked.told(DEPUTY)
    asked.writes(DEPUTY, "下周五")
    asked.writes(DEPUTY, "无")
    preview = asked.last(DEPUTY)
    assert "12月4日周五" in preview.text
    assert "无" not in preview.outgoing.body
    asked.presses(DEPUTY, preview, "确认")
    assert asked.case(1).promise_date == date(2026, 12, 4)


def test_a_promise_on_a_day_off_is_said_and_moved_with_a_button(asked: Office) -> None:
    """In the preview before it goes; after a line, with the reason told."""
    asked.writes(DEPUTY, "/reply 1 B 2026-12-05 单位正在修")
    sent = asked.last(DEPUTY, containing="答复已发出")
    assert "12月5日周六是周末，不是工作日" in sent.text
    assert asked.case(1).promise_date == date(2026, 12, 5)
    asked.presses(DEPUTY, sent, "改到 12月7日周一")
    assert asked.case(1).promise_date == date(2026, 12, 7)
    assert "12月7日周一" in asked.told(ALICE)
    asked.presses_data(DEPUTY, sent.button("改到"), sent)
    assert asked.case(1).promise_date == date(2026, 12, 7)


def test_a_day_off_in_the_preview_is_changed_before_it_goes(asked: Office) -> None:
    """The constituent never reads the Saturday."""
    asked.presses_data(DEPUTY, "do:reply:1")
    asked.presses(DEPUTY, asked.last(DEPUTY), "B ")
    asked.writes(DEPUTY, "12月5日")
    asked.writes(DEPUTY, "单位正在修")
    asked.writes(DEPUTY, "没有")
    preview = asked.last(DEPUTY)
    assert "周末" in preview.text
    asked.presses(DEPUTY, preview, "改到 12月7日")
    preview = asked.last(DEPUTY)
    assert "周末" not in preview.text
    asked.presses(DEPUTY, preview, "确认")
    assert asked.case(1).promise_date == date(2026, 12, 7)


def test_a_limit_on_a_day_off_is_asked_about_in_a_line_and_in_a_dialogue(asked: Office) -> None:
    """Others are to be done by then; whoever wants that day keeps it."""
    asked.writes(DEPUTY, "/accept 1")
    asked.writes(DEPUTY, "/extend 1 2026-12-12 等材料")
    assert "不是工作日" in asked.told(DEPUTY)
    assert asked.case(1).extended_to is None
    asked.presses(DEPUTY, asked.last(DEPUTY), "改到 12月14日周一")
    assert asked.case(1).extended_to == date(2026, 12, 14)


def test_the_day_off_itself_can_be_kept(asked: Office) -> None:
    """It is a question, not a refusal."""
    asked.writes(DEPUTY, "/accept 1")
    asked.writes(DEPUTY, "/extend 1")
    asked.writes(DEPUTY, "12月12日")
    asked.presses(DEPUTY, asked.last(DEPUTY), "就定 12月12日周六")
    asked.writes(DEPUTY, "等材料")
    assert asked.case(1).extended_to == date(2026, 12, 12)


def test_the_check_is_moved_to_a_day_in_words(asked: Office) -> None:
    """A mistake keeps the reason that was typed."""
    asked.writes(DEPUTY, "/reply 1 B 12月3日 单位正在修")
    asked.writes(DEPUTY, "/followup 1 12月32日 等零件")
    asked.writes(DEPUTY, "下下周五")
    assert asked.case(1).promise_date == date(2026, 12, 11)
    assert "等零件" in asked.told(ALICE)


# --- a correction keeps what was promised
# -------------------------------------------------------------------------


def promised(office: Office) -> None:
    """A reply of class B with its plan."""
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    office.writes(DEPUTY, "2026-12-10")
    office.writes(DEPUTY, "单位正在修")
    office.writes(DEPUTY, "先装临时灯")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")


@pytest.mark.parametrize("in_one_line", [True, False])
def test_a_correction_keeps_date_and_plan(asked: Office, in_one_line: bool) -> None:
    """As one line and as a dialogue; the preview shows what is done."""
    promised(asked)
    read = asked.last(ALICE, containing="先装临时灯")
    if in_one_line:
        asked.writes(DEPUTY, "/correct 1 单位换了整盏灯")
    else:
        asked.writes(DEPUTY, "/correct 1")
        asked.writes(DEPUTY, "单位换了整盏灯")
        preview = asked.last(DEPUTY)
        asked.presses(DEPUTY, preview, "确认")
        assert read.text in preview.text
    assert "单位换了整盏灯\n\n⏳ 完成之前：先装临时灯" in read.text
    assert "12月10日" in read.text
    assert asked.case(1).promise_date == date(2026, 12, 10)


def test_plan_date_and_class_can_be_changed_in_the_preview(asked: Office) -> None:
    """Only what is said anew becomes different; the ledger has the new day."""
    promised(asked)
    asked.writes(DEPUTY, "/correct 1")
    asked.writes(DEPUTY, "单位换了整盏灯")
    asked.presses(DEPUTY, asked.last(DEPUTY), "修改")
    asked.presses(DEPUTY, asked.last(DEPUTY), "完成日期")
    asked.writes(DEPUTY, "12月11日")
    asked.presses(DEPUTY, asked.last(DEPUTY), "修改")
    asked.presses(DEPUTY, asked.last(DEPUTY), "完成之前")
    asked.writes(DEPUTY, "晚上有人巡查")
    asked.presses(DEPUTY, asked.last(DEPUTY), "确认")
    read = asked.last(ALICE, containing="晚上有人巡查")
    assert "临时灯" not in read.text
    assert "12月11日周五" in read.text
    with asked.unit() as uow:
        waiting = uow.promises.open_of(1)
        assert waiting is not None
        assert (waiting.day, waiting.moves) == (date(2026, 12, 11), 1)


def test_a_reply_sent_in_the_wrong_class_is_put_right(asked: Office) -> None:
    """From A to B with a date, and back: the promise begins and ends with it."""
    asked.writes(DEPUTY, "/reply 1 单位正在修")
    asked.writes(DEPUTY, "/correct 1 B 12月10日 单位正在修")
    read = asked.last(ALICE, containing="单位正在修")
    assert "12月10日周四" in read.text
    assert asked.case(1).reply_class is ReplyClass.B
    with asked.unit() as uow:
        assert uow.promises.open_of(1) is not None
    asked.writes(DEPUTY, "/correct 1 A 单位修好了")
    assert "12月10日" not in read.text
    assert (asked.case(1).reply_class, asked.case(1).promise_date) == (ReplyClass.A, None)
    with asked.unit() as uow:
        assert uow.promises.open_of(1) is None


def test_once_it_was_rated_only_the_words_are_open(asked: Office) -> None:
    """The case goes by the class; the date has its own command, which tells the author."""
    promised(asked)
    with asked.unit() as uow:
        assert uow.cases.get(1).stage is Stage.REPLY
    read = asked.last(ALICE, containing="先装临时灯")
    asked.presses(ALICE, read, "😊 满意")
    asked.presses(ALICE, read, "😊 满意")
    assert asked.case(1).stage is Stage.FOLLOW_UP
    assert asked.case(1).attitude is Rating.SATISFIED
    asked.writes(DEPUTY, "/correct 1 C 列入计划")
    assert "/followup 1" in asked.told(DEPUTY)
    asked.writes(DEPUTY, "/correct 1 单位换了整盏灯")
    assert "单位换了整盏灯" in read.text
    assert "先装临时灯" in read.text


# --- a moment, and nothing
# -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("明天9点", "11月24日周二 09:00"),
        ("明天 下午3点", "11月24日周二 15:00"),
        ("下周五 10:30", "12月4日周五 10:30"),
        ("12月3日晚上7点30分", "12月3日周四 19:30"),
        ("tomorrow 9:00", "11月24日周二 09:00"),
        ("next Friday 3 pm", "12月4日周五 15:00"),
        ("2026-12-03 09:00", "12月3日周四 09:00"),
    ],
)
def test_a_moment_is_written_as_people_do(office: Office, written: str, said: str) -> None:
    """Where one is asked for. (In the line of an announcement: see test_announcing.)"""
    office.writes(STAFF, "/announce 停水")
    assert "确认后马上发" in office.told(STAFF)
    office.writes(STAFF, "/schedule 1")
    office.writes(STAFF, written)
    assert said in office.told(STAFF)


@pytest.mark.parametrize("written", ["哪天", "明天", "明天 25点", "9点"])
def test_what_is_no_moment_is_asked_again(office: Office, written: str) -> None:
    """With examples."""
    office.writes(STAFF, "/announce 停水")
    office.writes(STAFF, "/schedule 1")
    office.writes(STAFF, written)
    assert "看不出是什么时间" in office.told(STAFF)


@pytest.mark.parametrize("nothing", ["无", "没有", "none", "不用", "-", "None."])
def test_nothing_is_written_in_ones_own_language(office: Office, nothing: str) -> None:
    """Wherever something may be left empty."""
    office.writes(STAFF, f"/setunit 路灯所 | {nothing} | {nothing}")
    with office.unit() as uow:
        (unit,) = uow.units.all()
    assert not unit.contact
    assert not unit.categories
    office.writes(DEPUTY, f"/leave 12月1日 12月2日 {nothing}")
    assert "已记下：12月1日周二到12月2日周三" in office.last(DEPUTY, containing="已记下").text


def test_a_picture_stays_while_the_words_beside_it_are_changed(office: Office) -> None:
    """The deputy sees that it goes along before it does; another one takes its place."""
    office.writes(ALICE, "隔壁晚上唱歌")
    office.writes(DEPUTY, "/decline 1")
    office.writes(DEPUTY, None, attachments=(Attachment("photo", "notice"),), message_id=801)
    office.writes(DEPUTY, "请找社区")
    assert "附上 1 个文件" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.writes(DEPUTY, "请打 110")
    assert "附上 1 个文件" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.writes(DEPUTY, "请打 110，见图", attachments=(Attachment("photo", "better"),), message_id=802)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    (passed,) = (sent.outgoing for sent in office.chats[ALICE] if sent.outgoing.kind is Send.COPY)
    assert passed.copy_ids == (802,)
    assert "请打 110，见图" in office.last(ALICE, containing="不予受理").text


def test_where_nobody_can_be_pressed_one_is_asked_to_type(office: Office) -> None:
    """A station whose deputies are not in the roster yet: nobody is told to press a name that is not there, and its
    constituents are offered no other deputy.
    """
    with office.unit() as uow:
        for deputy in uow.roster.deputies(1):
            uow.roster.retire(deputy.id, office.now)
    office.writes(ALICE, "路灯坏了")
    assert "换一位代表" not in "".join(office.last(ALICE, containing="#1").buttons)
    office.writes(STAFF, "/assign 1")
    assert "站里没有可分派的代表" in office.told(STAFF)


def test_a_picture_that_goes_nowhere_is_not_said_to_go_along(office: Office) -> None:
    """Why a case is handed on is words only: whoever sends a picture hears so, and does not believe that it went."""
    photo = Attachment("photo", "house")
    office.writes(ALICE, "隔壁晚上唱歌")
    office.writes(DEPUTY, "/transfer 1 staff")
    office.writes(DEPUTY, None, attachments=(photo,))
    assert "只用文字，附件没有收下" in office.told(DEPUTY)
    before = len(office.chats[DEPUTY])
    office.writes(DEPUTY, "归物业管", attachments=(photo,))
    said = [sent.text for sent in office.chats[DEPUTY][before:]]
    assert sum("附件没有收下" in text for text in said) == 1
    assert office.case(1).deputy_id is None

    office.writes(ALICE, "/propose 修一个凉亭", attachments=(photo,))
    assert any("附件没有收下" in sent.text for sent in office.chats[ALICE])


@pytest.mark.parametrize("words", ["/propose 修一个凉亭", "/mycases", "/withdraw 99", "/nonsense"])
def test_the_other_pictures_of_an_album_go_where_its_first_one_went(office: Office, words: str) -> None:
    """They come by themselves: where the first was left out, no case without words is opened by the second."""
    for n, text in enumerate((words, None, None)):
        office.writes(ALICE, text, attachments=(Attachment("photo", f"house {n}"),), album="a")
    assert office.case(1) is None
    office.writes(ALICE, None, attachments=(Attachment("photo", "alone"),), album="b")
    assert office.case(1) is not None


def test_an_album_that_answers_a_question_for_words_opens_no_case(office: Office) -> None:
    """Its words are the answer; the pictures are left out, all of them."""
    office.writes(ALICE, "/propose")
    for n, text in enumerate(("修一个凉亭", None, None)):
        office.writes(ALICE, text, attachments=(Attachment("photo", f"house {n}"),), album="a")
    assert office.case(1) is None
    with office.unit() as uow:
        assert uow.projects.count() == 1
