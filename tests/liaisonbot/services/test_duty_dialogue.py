"""/duty step by step: with a thumb, back and forth, every wrong kind of answer, everything optional filled or left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.duty import DutyEntry
from liaisonbot.model import Attachment
from liaisonbot.services import dialogue_trail
from liaisonbot.services.duty_arguments import minutes_of
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY
from tests.liaisonbot.services.test_duty_filing import TODAY, entries, the_entry
from tests.support.office import Office, Sent

PHOTOS = [Attachment("photo", f"photo-{n}") for n in range(3)]
STICKER = (Attachment("sticker", "sticker-1"),)
PLACE = (Attachment("location", "", {"latitude": 1.0, "longitude": 2.0}),)


def begun(office: Office) -> Sent:
    office.writes(DEPUTY, "/duty")
    return office.last(DEPUTY)


def press(office: Office, word: str) -> Sent:
    """Press it below the newest message; the newest message then."""
    office.presses(DEPUTY, office.last(DEPUTY), word)
    return office.last(DEPUTY)


def at_the_preview(office: Office, text: str = "走访三户") -> Sent:
    begun(office)
    press(office, "走访")
    press(office, "今天")
    office.writes(DEPUTY, text)
    return office.last(DEPUTY)


def added(office: Office, what: str, *answers: str | Attachment) -> Sent:
    """A detail, from the preview: pressed where there is such a button, else typed or sent."""
    press(office, "补充")
    press(office, what)
    for answer in answers:
        if isinstance(answer, Attachment):
            office.writes(DEPUTY, None, attachments=(answer,))
        elif any(answer in label for label in office.last(DEPUTY).buttons):
            press(office, answer)
        else:
            office.writes(DEPUTY, answer)
    return office.last(DEPUTY)


def test_type_day_content_and_it_is_filed(office: Office) -> None:
    """Three answers and a confirmation."""
    at_the_preview(office)
    press(office, "确认")
    entry = the_entry(office)
    assert (entry.type, entry.day, entry.text) == ("visit", TODAY, "走访三户")
    assert "登记好了" in office.told(DEPUTY)


def test_ones_most_used_types_come_first(office: Office) -> None:
    """The others stand by group behind *more*; turning these pages answers nothing, and leads back."""
    for line in ("志愿 今天 扫街", "志愿服务 昨天 扫街", "培训 今天 听课"):
        office.writes(DEPUTY, f"/duty {line}")
    asked = begun(office)
    assert list(asked.buttons)[:2] == ["志愿服务", "履职培训"]
    messages = len(office.chats[DEPUTY])
    press(office, "更多类型")
    press(office, "监督")
    assert "执法检查" in asked.buttons
    press(office, "其他类别")
    assert "会议" in asked.buttons
    press(office, "上一步")
    assert next(iter(asked.buttons)) == "志愿服务"
    assert len(office.chats[DEPUTY]) == messages, "all in the same message"
    press(office, "更多类型")
    press(office, "监督")
    assert "是哪一天" in press(office, "执法检查").text


def test_the_calendar_can_be_paged_back_as_far_as_one_can_file(office: Office) -> None:
    """Days that are to come or too long ago are dots, and say why when pressed."""
    begun(office)
    press(office, "走访")
    shown = press(office, "日历")
    assert "2026年11月" in shown.text
    assert not any("12月" in label for label in shown.buttons)
    to_come = shown.outgoing.rows  # the screen as it was sent first; the buttons below are those of now
    assert to_come
    dotted = [data for data in shown.buttons.values() if data.endswith("2026-11-30")]
    office.presses_data(DEPUTY, dotted[0], shown)
    assert "还没有到" in office.toasts[-1]
    press(office, "‹ 2026年10月")
    press(office, "‹ 2026年9月")
    assert not any("8月" in label for label in shown.buttons)
    office.presses_data(DEPUTY, next(data for data in shown.buttons.values() if data.endswith("2026-09-30")), shown)
    press(office, "跳过")
    press(office, "确认")
    assert (the_entry(office).day, the_entry(office).text) == (date(2026, 9, 30), None)


def test_everything_can_be_filled_in(office: Office) -> None:
    """From the preview, one at a time; it shows what is there and marks what is not."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/accept 1")
    at_the_preview(office)
    press(office, "补充")
    empty = ("地点", "用时", "参加的人", "成效", "照片、语音", "关联民情、项目")
    assert {f"➕ {what}" for what in empty} <= set(office.last(DEPUTY).buttons)
    press(office, "上一步")
    added(office, "地点", "社区", "阳光小区")
    added(office, "用时", "半天")
    added(office, "参加的人", "街道办两人")
    added(office, "成效", "当场解决一件")
    added(office, "照片", PHOTOS[0])
    added(office, "照片", PHOTOS[1])
    shown = added(office, "关联", "#1")
    assert shown.text.count("走访三户") == 1
    for words in ("社区 · 阳光小区", "4 小时", "街道办两人", "当场解决一件", "照片", "民情 #1"):
        assert words in shown.text
    press(office, "确认")
    entry = the_entry(office)
    assert (entry.place_kind, entry.place, entry.minutes, entry.case) == ("community", "阳光小区", 240, 1)
    assert (entry.participants, entry.effect) == ("街道办两人", "当场解决一件")
    assert entry.sources is not None
    assert entry.sources.attachments == tuple(PHOTOS[:2])


def test_a_place_may_be_written_at_once(office: Office) -> None:
    """Then it has no kind; a detail is emptied again by a button."""
    at_the_preview(office)
    assert "滨河公园" in added(office, "地点", "滨河公园").text
    press(office, "补充")
    press(office, "地点")
    assert "滨河公园" not in press(office, "清空").text
    press(office, "确认")
    assert (the_entry(office).place_kind, the_entry(office).place) == (None, None)


def test_one_can_go_back_at_every_step(office: Office) -> None:
    """To the question before, with everything as it was; the first one has no such button."""
    assert "‹ 上一步" not in begun(office).buttons
    press(office, "走访")
    press(office, "上一步")
    press(office, "座谈")
    press(office, "昨天")
    assert "是哪一天" in press(office, "上一步").text
    press(office, "今天")
    office.writes(DEPUTY, "座谈会")
    press(office, "上一步")
    assert "座谈会" in office.told(DEPUTY), "what was written is shown"
    office.writes(DEPUTY, "座谈会，五人")
    added(office, "用时", "2 小时")
    press(office, "上一步")
    press(office, "3 小时")
    press(office, "确认")
    entry = the_entry(office)
    assert (entry.type, entry.day, entry.text, entry.minutes) == ("forum", TODAY, "座谈会，五人", 180)


def test_going_back_from_a_change_keeps_what_was_there(office: Office) -> None:
    """The day asked for anew, and not said: it is the one it was."""
    at_the_preview(office)
    press(office, "补充")
    press(office, "日期")
    press(office, "上一步")
    press(office, "确认")
    assert the_entry(office).day == TODAY


@pytest.mark.parametrize(
    ("step", "wrong", "why"),
    [
        (0, "乱写的", "没有「乱写的」这个类型"),
        (0, PHOTOS[0], "点"),
        (1, "某一天", "看不出是哪一天"),
        (1, "2027-01-01", "还没有到"),
        (1, PHOTOS[0], "点"),
        (2, STICKER[0], "照片、视频、语音"),
        (2, PLACE[0], "照片、视频、语音"),
        (3, "好的", "点"),
        (3, STICKER[0], "照片、视频、语音"),
    ],
)
def test_a_wrong_kind_of_answer_is_told_and_asked_again(
    office: Office, step: int, wrong: str | Attachment, why: str
) -> None:
    """Nothing is lost by it."""
    begun(office)
    for answer in ("走访", "今天", "三户")[:step]:
        office.writes(DEPUTY, answer)
    if isinstance(wrong, Attachment):
        office.writes(DEPUTY, None, attachments=(wrong,))
    else:
        office.writes(DEPUTY, wrong)
    assert why in office.told(DEPUTY)
    for answer in ("走访", "今天", "三户")[step:]:
        office.writes(DEPUTY, answer)
    office.presses(DEPUTY, office.last(DEPUTY, containing="看一遍"), "确认")
    assert the_entry(office).text == "三户"


@pytest.mark.parametrize(
    ("what", "wrong", "why"),
    [
        ("用时", "很久", "看不出是多长时间"),
        ("用时", PHOTOS[0], "点"),
        ("照片", "没有图", "请发照片"),
        ("照片", STICKER[0], "请发照片"),
        ("关联", "那件事", "看不出是哪件民情"),
        ("关联", "#99", "没有找到"),
        ("关联", "项目 9", "没有"),
        ("参加的人", PHOTOS[0], "文字"),
        ("地点", PHOTOS[0], "点"),
    ],
)
def test_so_it_is_with_every_detail(office: Office, what: str, wrong: str | Attachment, why: str) -> None:
    """And from there one still gets back."""
    at_the_preview(office)
    press(office, "补充")
    question = press(office, what)
    if isinstance(wrong, Attachment):
        office.writes(DEPUTY, None, attachments=(wrong,))
    else:
        office.writes(DEPUTY, wrong)
    assert why in office.told(DEPUTY)
    office.presses(DEPUTY, question, "上一步")
    office.presses(DEPUTY, office.last(DEPUTY, containing="看一遍"), "确认")
    assert the_entry(office).text == "走访三户"


def test_an_album_is_one_entry(office: Office) -> None:
    """Its parts come one by one, as an answer, or behind an entry that one line has filed already."""
    begun(office)
    press(office, "走访")
    press(office, "今天")
    for n, photo in enumerate(PHOTOS):
        office.writes(DEPUTY, "三户" if n == 0 else None, attachments=(photo,), album="album-1")
    press(office, "确认")
    for n, photo in enumerate(PHOTOS):
        office.writes(DEPUTY, "/duty 走访 今天 四户" if n == 0 else None, attachments=(photo,), album="album-2")
    found = entries(office)
    assert [sources_of(entry) for entry in found] == [tuple(PHOTOS)] * 2
    assert len(office.chats[DEPUTY][-1].text) > 0
    assert "登记好了" in office.told(DEPUTY), "its further parts are not answered"


def test_photos_sent_at_the_preview_go_along(office: Office) -> None:
    """Nobody looks for a button who has just taken a picture."""
    at_the_preview(office)
    for photo in PHOTOS:
        office.writes(DEPUTY, None, attachments=(photo,), album="album-1")
    assert "附件" in office.told(DEPUTY)
    press(office, "确认")
    assert sources_of(the_entry(office)) == tuple(PHOTOS)


@pytest.mark.parametrize(("before", "text"), [("走访三户", "走访三户\n王家门前"), ("跳过", "王家门前")])
@pytest.mark.parametrize("where", ["the preview", "the question for photos"])
def test_words_below_such_a_photo_go_along_as_well(office: Office, before: str, text: str, where: str) -> None:
    """The first picture of an album carries them: neither it nor they are lost. They join what was written before."""
    begun(office)
    press(office, "走访")
    press(office, "今天")
    press(office, before) if before == "跳过" else office.writes(DEPUTY, before)
    if where != "the preview":
        press(office, "补充")
        press(office, "照片")
    for n, photo in enumerate(PHOTOS):
        office.writes(DEPUTY, "王家门前" if n == 0 else None, attachments=(photo,), album="album-1")
    press(office, "确认")
    assert (sources_of(the_entry(office)), the_entry(office).text) == (tuple(PHOTOS), text)


def sources_of(entry: DutyEntry) -> tuple[Attachment, ...]:
    return entry.sources.attachments if entry.sources else ()


def test_leaving_changes_nothing(office: Office) -> None:
    """/cancel, or the button, at the preview."""
    at_the_preview(office)
    office.writes(DEPUTY, "/cancel")
    assert entries(office) == []


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1.5", 90), ("2小时", 120), ("一个半小时", 90), ("两个小时", 120), ("90分钟", 90), ("90 min", 90),
        ("1:30", 90), ("半天", 240), ("一天", 480), ("half a day", 240), ("1 hour 20 minutes", 80), ("2h", 120),
        ("24", 1440), ("25", None), ("0", None), ("很久", None), ("", None), ("30m", 30), ("半小时", 30),
    ],
)  # fmt: skip
def test_how_long_is_read_as_people_write_it(typed: str, minutes: int | None) -> None:
    """Up to a day and a night."""
    assert minutes_of(typed) == minutes


def test_the_way_back_is_exact() -> None:
    """Whatever a question filled in besides its own answer is as it was before it."""
    first = {"a": 1, "b": 2}
    second = dialogue_trail.onward(first, {"a": 1, "c": 3, "b": 5}, "one")
    third = dialogue_trail.onward(second, {**second, "d": None}, "two")
    assert dialogue_trail.back(third)[0] == "two"
    assert dialogue_trail.back(third)[1] == second
    asked, before = dialogue_trail.back(second)
    assert (asked, {**before}) == ("one", {**first, dialogue_trail.TRAIL: []})
    assert not dialogue_trail.leads_back(before)


@pytest.mark.parametrize("looked_at", ["/mylogs", "/inbox", "/help"])
def test_who_looks_something_up_meanwhile_goes_on_from_there(office: Office, looked_at: str) -> None:
    """The question waits on, with everything said so far: neither is the day chosen twice nor the words typed twice."""
    begun(office)
    press(office, "走访")
    asked = press(office, "今天")
    office.writes(DEPUTY, looked_at)
    office.writes(DEPUTY, "三户")
    office.presses(DEPUTY, office.last(DEPUTY, containing="看一遍"), "确认")
    assert (the_entry(office).day, the_entry(office).text) == (TODAY, "三户")
    assert "做了什么" in asked.text


def test_another_entry_or_question_takes_its_place(office: Office) -> None:
    """One line files another one; a command that asks something is answered, and the entry left is not filed."""
    begun(office)
    office.writes(DEPUTY, "/duty 走访 今天 一户")
    assert "直接回复" in typed_later(office)
    begun(office)
    office.writes(DEPUTY, "/leave")
    assert "看不出是哪一天" in typed_later(office)
    assert len(entries(office)) == 1


def typed_later(office: Office) -> str:
    office.writes(DEPUTY, "座谈")
    return office.told(DEPUTY)


def of_two_stations(office: Office) -> tuple[int, int]:
    """The deputy serves at a second one as well."""
    with office.unit() as uow:
        first = uow.stations.all()[0].id
    second = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, first, second)
    return first, second


def test_a_deputy_of_two_stations_says_for_which_it_is(office: Office) -> None:
    """Shown before it is filed and after, and changed like anything else; of one station it goes without saying."""
    assert "联络站：" not in at_the_preview(office).text
    press(office, "补充")
    assert "联络站" not in office.last(DEPUTY).buttons
    first, second = of_two_stations(office)
    assert "联络站：阳光联络站" in at_the_preview(office).text
    press(office, "补充")
    asked = press(office, "联络站")
    office.writes(DEPUTY, "城南站")
    assert "请点一个按钮" in office.told(DEPUTY)
    office.presses(DEPUTY, asked, "滨河联络站")
    assert "联络站：滨河联络站" in office.told(DEPUTY)
    press(office, "确认")
    assert the_entry(office).station_id == second
    assert "联络站：滨河联络站" in office.told(DEPUTY)
    assert "联络站：滨河联络站" in press(office, "修改").text
    press(office, "补充")
    press(office, "联络站")
    press(office, "阳光联络站")
    press(office, "确认")
    assert the_entry(office).station_id == first


def test_an_entry_about_a_case_is_for_its_station(office: Office) -> None:
    """Unless the deputy says otherwise; one line is for the first, and its card says which that is."""
    _, second = of_two_stations(office)
    office.writes(ALICE, "路灯坏了")
    with office.unit() as uow:
        uow.cases.update(1, station_id=second, deputy_id=uow.roster.of(DEPUTY, None)[0].id)
    office.writes(DEPUTY, "/accept 1")
    at_the_preview(office)
    assert "联络站：滨河联络站" in added(office, "关联", "#1").text
    press(office, "确认")
    assert the_entry(office).station_id == second
    office.writes(DEPUTY, "/duty 走访 今天 三户")
    assert "联络站：阳光联络站" in office.told(DEPUTY)


def test_a_day_may_pass_while_it_is_filled_in(office: Office) -> None:
    """The day that was chosen stays that day."""
    begun(office)
    press(office, "走访")
    press(office, "今天")
    office.now += timedelta(hours=20)
    office.writes(DEPUTY, "三户")
    press(office, "确认")
    assert the_entry(office).day == TODAY
