"""Announcements: drafted, confirmed, sent a few at a time, undone; read by deputies; asked about."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaisonbot.announcements import Audience, PostState, State
from liaisonbot.errors import OurMistake, RecipientGone
from liaisonbot.model import Attachment, Group
from liaisonbot.outgoing import Priority, Receipt, Send
from liaisonbot.services import announcement_posts, delivery
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, Office

STAFF, OTHERS_STAFF, OWNER, DEPUTY, SECOND, CONSTITUENT = 21, 22, 31, 11, 12, 101


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, access={"owner_ids": [OWNER]})
    sun, river = office.station(), office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, sun)
    office.roster(Role.DEPUTY, "李四", SECOND, sun)
    office.roster(Role.DEPUTY, "无号", None, sun)
    office.roster(Role.STAFF, "王五", STAFF, sun)
    office.roster(Role.STAFF, "赵六", OTHERS_STAFF, river)
    for number in range(3):
        bound(office, sun, GROUP - number)
    bound(office, river, -500)
    office.ticks()
    return office


def bound(office: Office, station: int, chat_id: int) -> None:
    with office.unit() as uow:
        uow.groups.save(Group(chat_id, f"小区{-chat_id}", "supergroup", station, None, present=True))


def confirmed(office: Office, who: int = STAFF) -> None:
    office.presses(who, office.last(who, containing="通知"), "确认")


def state(office: Office, number: int = 1) -> State:
    with office.unit() as uow:
        announcement = uow.announcements.get(number)
        assert announcement is not None
        return announcement.state


def posted(office: Office, words: str) -> list[int]:
    """The chats in which it stands."""
    return sorted(chat for chat, sent in office.chats.items() if chat != STAFF and any(words in s.text for s in sent))


def test_nothing_goes_out_before_it_is_confirmed(office: Office) -> None:
    """One line shows the preview and asks; a slip hurts nobody."""
    office.writes(STAFF, "/announce 周三停水，请提前储水")
    assert posted(office, "停水") == []
    preview, control = office.chats[STAFF][-2:]
    assert "周三停水" in preview.text
    assert "3 个群" in control.text
    confirmed(office)
    assert posted(office, "停水") == [GROUP - 2, GROUP - 1, GROUP]
    assert "送到 3" in office.last(STAFF, containing="通知 1").text
    assert state(office) is State.DONE


def test_cancelled_it_is_gone(office: Office) -> None:
    """A draft that nobody wants leaves nothing, and its buttons say so."""
    office.writes(STAFF, "/announce 周三停水")
    control = office.last(STAFF, containing="通知 1")
    data = control.button("确认")
    office.presses(STAFF, control, "取消")
    office.presses_data(STAFF, data, control)
    assert posted(office, "停水") == []
    assert "没有找到" in office.toasts[-1]


def test_confirmed_twice_it_goes_out_once(office: Office) -> None:
    """The second press is answered in words."""
    office.writes(STAFF, "/announce 周三停水")
    data = office.last(STAFF, containing="通知 1").button("确认")
    confirmed(office)
    office.presses_data(STAFF, data, office.last(STAFF, containing="通知 1"))
    assert "做不了" in office.toasts[-1]
    assert sum("停水" in sent.text for sent in office.chats[GROUP]) == 1


def test_only_staff_of_all_its_stations_touch_it(office: Office) -> None:
    """For everybody else it does not exist."""
    office.writes(STAFF, "/announce 周三停水")
    control = office.last(STAFF, containing="通知 1")
    for who in (OTHERS_STAFF, DEPUTY, CONSTITUENT):
        office.presses_data(who, control.button("确认"), control)
        assert "没有找到" in office.toasts[-1]
    assert state(office) is State.DRAFT


def test_an_owner_chooses_among_all_stations(office: Office) -> None:
    """All at first; each can be left out, but not the last one."""
    office.writes(OWNER, "/announce 全街道通知")
    control = office.last(OWNER, containing="通知 1")
    assert "4 个群" in control.text
    office.presses(OWNER, control, "选联络站")
    office.presses(OWNER, control, "阳光联络站")
    office.presses(OWNER, control, "滨河联络站")
    assert "至少要留一个" in office.toasts[-1]
    office.presses(OWNER, control, "返回")
    assert "1 个群" in control.text
    office.presses(OWNER, control, "确认")
    assert posted(office, "全街道") == [-500, OWNER]


def test_one_group_s_refusal_does_not_stop_the_others(office: Office) -> None:
    """403 and 400 alike: the chat is listed with its reason, nobody else is bothered."""
    office.refuses = {GROUP: RecipientGone("kicked"), GROUP - 1: OurMistake("Bad Request: TOO_BAD")}
    office.writes(STAFF, "/announce 周三停水")
    confirmed(office)
    report = office.last(STAFF, containing="通知 1").text
    assert posted(office, "停水") == [GROUP - 2]
    assert "送到 1 个，没送到 2 个" in report
    assert "小区100：机器人不在群里" in report
    assert "小区101：Telegram 不接受（Bad Request: TOO_BAD）" in report


def test_many_failures_are_listed_in_a_file(office: Office) -> None:
    """The screen shows ten of them, the file all."""
    for number in range(20):
        bound(office, 1, -1000 - number)
        office.refuses[-1000 - number] = RecipientGone("kicked")
    office.writes(STAFF, "/announce 周三停水")
    confirmed(office)
    report = office.last(STAFF, containing="通知 1")
    assert "还有 10 个" in report.text
    office.presses(STAFF, report, "全部名单")
    document = office.chats[STAFF][-1].outgoing.document
    assert document is not None
    assert len(document[1].splitlines()) == 20


def test_a_picture_goes_along_with_its_words(office: Office) -> None:
    """As one message, by the file we know already."""
    office.writes(STAFF, "/announce 停水通知", attachments=(Attachment("photo", "photo-7"),))
    confirmed(office)
    sent = office.last(GROUP, containing="停水通知").outgoing
    assert sent.kind is Send.MEDIA
    assert sent.attachment == Attachment("photo", "photo-7")
    assert sent.priority is Priority.ANNOUNCEMENT


def test_where_a_group_forbids_pictures_the_words_of_an_announcement_arrive(office: Office) -> None:
    """With a sentence about the attachment; whoever announced it hears so once, and it counts as delivered."""
    office.takes_no_files |= {GROUP, GROUP - 1}
    office.writes(STAFF, "/announce 停水通知", attachments=(Attachment("photo", "photo-7"),))
    confirmed(office)
    for chat in (GROUP, GROUP - 1):
        sent = office.last(chat, containing="停水通知")
        assert sent.outgoing.kind is Send.TEXT
        assert "附件" in sent.text
    assert office.last(GROUP - 2, containing="停水通知").outgoing.kind is Send.MEDIA
    assert sum("不收这种附件" in sent.text for sent in office.chats[STAFF]) == 1
    assert "送到 3 个" in office.last(STAFF, containing="通知 1").text


def test_a_picture_without_words_is_an_announcement_too(office: Office) -> None:
    """The command alone is its caption."""
    office.writes(STAFF, "/announce", attachments=(Attachment("document", "file-7"),))
    confirmed(office)
    assert office.last(GROUP, containing="阳光联络站").outgoing.attachment == Attachment("document", "file-7")


def test_the_dialogue_asks_for_what_the_line_lacks(office: Office) -> None:
    """The command alone asks, and takes a picture with its caption."""
    office.writes(STAFF, "/announce")
    assert "先给您看一遍" in office.told(STAFF)
    office.writes(STAFF, "看图", attachments=(Attachment("photo", "photo-8"),))
    confirmed(office)
    assert posted(office, "看图") == [GROUP - 2, GROUP - 1, GROUP]


def test_an_album_is_announced_whole(office: Office) -> None:
    """Its further pictures come as messages of their own."""
    first = office.writes(STAFF, "/announce 三张图", attachments=(Attachment("photo", "a"),), album="7")
    second = office.writes(STAFF, None, attachments=(Attachment("photo", "b"),), album="7")
    confirmed(office)
    sent = office.last(GROUP, containing="三张图").outgoing
    assert (sent.kind, sent.copy_from, sent.copy_ids) == (Send.COPY, STAFF, (first, second))


def test_of_an_album_that_is_not_whole_any_more_whoever_announced_it_hears_once(office: Office) -> None:
    """Planned, and parts of it deleted meanwhile: the groups read nothing of that, and what can be done is said."""
    for picture in "ab":
        words = "/announce 两张图" if picture == "a" else None
        office.writes(STAFF, words, attachments=(Attachment("photo", picture),), album="7")
    office.cut_off = True
    confirmed(office)
    with office.unit() as uow:
        for promise in uow.outbox.turn(office.now, ()):
            if promise.outgoing.kind is Send.COPY and promise.outgoing.chat_id < 0:
                delivery.record(uow, office.desk, promise, Receipt((77,), missing=1))
    office.cut_off = False
    office.ticks()
    told = [sent.text for sent in office.chats[STAFF] if "被删除了" in sent.text]
    assert len(told) == 1
    assert "重新发一次通知" in told[0]
    assert not any("被删除了" in sent.text for sent in office.chats[GROUP])


@pytest.mark.parametrize(("went_out", "becomes"), [((77,), PostState.SENT), ((), PostState.FAILED)])
def test_an_album_of_which_nothing_is_left(office: Office, went_out: tuple[int, ...], becomes: PostState) -> None:
    """Telegram refuses it after its words went out: these stand there, can be taken back, and whoever announced it
    hears what is missing. Where nothing went out it counts as not delivered.
    """
    for picture in "ab":
        words = "/announce 两张图" if picture == "a" else None
        office.writes(STAFF, words, attachments=(Attachment("photo", picture),), album="7")
    office.cut_off = True
    confirmed(office)
    refused = Receipt(went_out, OurMistake("message to copy not found"))
    with office.unit() as uow:
        for promise in uow.outbox.turn(office.now, ()):
            if promise.outgoing.kind is Send.COPY and promise.outgoing.chat_id == GROUP:
                delivery.record(uow, office.desk, promise, refused)
    office.cut_off = False
    office.ticks()
    with office.unit() as uow:
        posts = uow.announcements.posts(1, becomes, limit=9)
    assert [(post.message_ids or ()) for post in posts if post.chat_id == GROUP] == [went_out]
    told = [sent.text for sent in office.chats[STAFF] if "2 个附件在发出之前被删除" in sent.text]
    assert len(told) == bool(went_out)


# --- at a time --------------------------------------------------------------------------------------------------------


def test_it_waits_for_its_time(office: Office) -> None:
    """Local time; it goes out with the first tick after it, once."""
    office.writes(STAFF, "/announce 2026-11-24 09:00 明天停电")
    assert "明天停电" in office.chats[STAFF][-2].text
    confirmed(office)
    assert state(office) is State.PLANNED
    office.ticks(timedelta(hours=22, minutes=59))
    assert posted(office, "停电") == []
    office.ticks(timedelta(minutes=1))
    office.ticks(timedelta(minutes=1))
    assert posted(office, "停电") == [GROUP - 2, GROUP - 1, GROUP]
    assert sum("停电" in sent.text for sent in office.chats[GROUP]) == 1
    assert "送到 3" in office.last(STAFF, containing="通知 1").text


@pytest.mark.parametrize(
    ("line", "at", "words"),
    [
        ("明天9点 停水半天", "11月24日周二 09:00", "停水半天"),
        ("下周五下午3点半前 停水", None, "下周五下午3点半前 停水"),
        ("下周五 下午3点 停水半天", "12月4日周五 15:00", "停水半天"),
        ("tomorrow at 9am the water is off", "11月24日周二 09:00", "the water is off"),
        ("明天9点停水，请储水", None, "明天9点停水，请储水"),
        ("昨天 9点 开了会", None, "昨天 9点 开了会"),
        ("明天停水，9点 恢复", None, "明天停水，9点 恢复"),
        ("12月1日 25:00 停水", None, "12月1日 25:00 停水"),
    ],
)
def test_the_time_in_front_is_read_as_people_write_it(office: Office, line: str, at: str | None, words: str) -> None:
    """And stands in the preview; what goes on without a blank, or has passed, is a part of the words."""
    office.writes(STAFF, f"/announce {line}")
    look, control = office.chats[STAFF][-2:]
    assert look.text.endswith(words)
    assert line == words or at is not None
    assert at is None or at in control.text
    with office.unit() as uow:
        announcement = uow.announcements.get(1)
    assert announcement is not None
    assert (announcement.at is None) is (at is None)


def test_planned_it_can_be_moved_or_cancelled(office: Office) -> None:
    """Before its time nothing was sent; afterwards there is nothing to cancel."""
    office.writes(STAFF, "/announce 明天停电")
    control = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, control, "定时发")
    office.writes(STAFF, "下午")
    assert "看不出是什么时间" in office.told(STAFF)
    office.writes(STAFF, "2026-11-01 09:00")
    assert "已经过了" in office.told(STAFF)
    office.writes(STAFF, "2026-11-24 09:00")
    confirmed(office)
    planned = office.last(STAFF, containing="通知 1")
    assert "到时自动发" in planned.text
    office.presses(STAFF, planned, "取消不发")
    office.ticks(timedelta(days=2))
    assert posted(office, "停电") == []
    assert state(office) is State.CANCELLED


# --- while it goes out ------------------------------------------------------------------------------------------------


def test_few_are_promised_at_a_time(office: Office) -> None:
    """The outbox stays short, whatever the number of groups; each end brings the next."""
    for number in range(200):
        bound(office, 1, -2000 - number)
    with office.unit() as uow:
        announcement = uow.announcements.draft(
            person_id=uow.people.meet(STAFF, "zh", office.now).id,
            chat_id=STAFF,
            language="zh",
            text="大家好",
            sources=None,
            station_ids=[1],
            audience=Audience.GROUPS,
            at=None,
            now=office.now,
        )
        announcement_posts.start(uow, office.desk, announcement)
        assert len(uow.outbox.turn(office.now, (), lanes=500)) == announcement_posts.AT_ONCE
    office.ticks()
    assert len(posted(office, "大家好")) == 203
    assert state(office) is State.DONE


def test_stopped_what_was_not_promised_is_not_sent(office: Office) -> None:
    """The few on their way arrive; the report says how many did not go."""
    for number in range(100):
        bound(office, 1, -2000 - number)
    office.writes(STAFF, "/announce 大家好")
    control = office.last(STAFF, containing="通知 1")
    with office.unit() as uow:
        announcement = uow.announcements.update(1, chat_id=STAFF, progress_id=control.message_id)
        announcement_posts.start(uow, office.desk, announcement)
    office.presses_data(STAFF, "announce:1:stop", control)
    assert len(posted(office, "大家好")) == announcement_posts.AT_ONCE
    assert "63 个没有发" in office.last(STAFF, containing="通知 1").text


def test_what_was_lost_on_the_way_is_noted(office: Office) -> None:
    """A promise that stands in no outbox any more does not keep the announcement open for ever."""
    office.writes(STAFF, "/announce 大家好")
    with office.unit() as uow:
        announcement = uow.announcements.update(1, chat_id=STAFF, progress_id=1)
        announcement_posts.start(uow, office.desk, announcement)
        uow.outbox.drop_for(GROUP)
    office.ticks()
    with office.unit() as uow:
        assert uow.announcements.tally(1)[PostState.FAILED] == 1
    assert state(office) is State.DONE


def test_drafts_that_nobody_confirmed_are_dropped(office: Office) -> None:
    """After a week."""
    office.writes(STAFF, "/announce 大家好")
    office.ticks(timedelta(days=8))
    with office.unit() as uow:
        assert uow.announcements.get(1) is None


# --- taken back -------------------------------------------------------------------------------------------------------


def test_it_can_be_taken_back(office: Office) -> None:
    """After one more question it is deleted everywhere it stands."""
    office.writes(STAFF, "/announce 写错了")
    confirmed(office)
    report = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, report, "撤回")
    assert posted(office, "写错了") != []
    office.presses(STAFF, report, "确认")
    assert posted(office, "写错了") == []
    assert "已撤回 3" in report.text
    assert state(office) is State.UNDONE


def test_after_two_days_it_cannot(office: Office) -> None:
    """Telegram deletes no message of a bot that is older; that is said, and nothing is promised."""
    office.writes(STAFF, "/announce 写错了")
    confirmed(office)
    report = office.last(STAFF, containing="通知 1")
    office.now += timedelta(hours=48)
    office.presses_data(STAFF, "announce:1:undo-now", report)
    assert "48 小时" in office.toasts[-1]
    assert len(posted(office, "写错了")) == 3


def test_what_could_not_be_deleted_is_listed(office: Office) -> None:
    """Undone elsewhere all the same."""
    office.writes(STAFF, "/announce 写错了")
    confirmed(office)
    office.refuses = {GROUP: OurMistake("Bad Request: message can't be deleted")}
    report = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, report, "撤回")
    office.presses(STAFF, report, "确认")
    assert "已撤回 2 个，没能撤回 1 个" in report.text
    assert "小区100" in report.text


# --- deputies ---------------------------------------------------------------------------------------------------------


def to_deputies(office: Office, words: str = "周五开会") -> None:
    office.writes(STAFF, f"/announce {words}")
    control = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, control, "发给：群")
    assert "还没有账号、收不到：无号" in control.text
    office.presses(STAFF, control, "确认")


def test_deputies_say_that_they_have_read_it(office: Office) -> None:
    """Staff see who has and who has not, and remind the others once."""
    to_deputies(office)
    assert posted(office, "周五开会") == [DEPUTY, SECOND]
    office.presses(DEPUTY, office.last(DEPUTY, containing="周五开会"), "已读")
    report = office.last(STAFF, containing="通知 1")
    assert "已读 1/2" in report.text
    office.presses(STAFF, report, "谁看了")
    shown = office.last(STAFF, containing="未读 1 位：李四")
    assert "已读 1 位：张三" in shown.text
    office.presses(STAFF, shown, "提醒未读的")
    office.presses_data(STAFF, "announce:1:remind", shown)
    assert "已经提醒过一次" in office.toasts[-1]
    assert "请您看一下" in office.told(SECOND)
    assert "请您看一下" not in office.told(DEPUTY)
    office.presses(SECOND, office.chats[SECOND][-1], "已读")
    assert "已读 2/2" in report.text


def test_who_is_reminded_of_an_announcement_without_words_reads_what_it_is(office: Office) -> None:
    """Of pictures only it is said so; a list and a choice have no gap there either."""
    office.writes(STAFF, "/announce", attachments=(Attachment("photo", "p1"),))
    office.presses(STAFF, office.last(STAFF, containing="通知 1"), "发给：群")
    confirmed(office)
    office.presses(STAFF, office.last(STAFF, containing="通知 1"), "谁看了")
    office.presses(STAFF, office.last(STAFF, containing="未读 2 位"), "提醒未读的")
    assert "请您看一下：（见附件）" in office.told(SECOND)
    office.writes(STAFF, "/announcements")
    assert "（见附件）" in office.told(STAFF)


def test_nobody_reads_for_another(office: Office) -> None:
    """The button is checked like anything typed."""
    to_deputies(office)
    data = office.last(DEPUTY, containing="周五开会").button("已读")
    for who in (SECOND, STAFF, CONSTITUENT):
        office.presses_data(who, data)
    with office.unit() as uow:
        assert uow.announcements.tally(1).read == 0


# --- asked about ------------------------------------------------------------------------------------------------------


def test_a_question_about_a_post_becomes_an_enquiry(office: Office) -> None:
    """The button in the group opens the private chat; the case says which post it is about, and has its station."""
    office.writes(STAFF, "/announce 老年食堂下周开张")
    confirmed(office)
    link = office.last(GROUP, containing="老年食堂").button("问一问")
    office.writes(CONSTITUENT, f"/start {link.partition('start=')[2]}")
    assert "老年食堂" in office.told(CONSTITUENT)
    office.writes(CONSTITUENT, "多大年纪可以去？")
    case = office.case(1)
    assert (case.kind, case.announcement_id, case.station_id) == ("enquiry", 1, 1)
    for deputy in (DEPUTY, SECOND):
        if office.chats[deputy]:
            assert "问的是通知 1：老年食堂下周开张" in office.last(deputy, containing="多大年纪").text


def test_without_the_button_nobody_asks(office: Office) -> None:
    """Where staff switched it off the link leads nowhere."""
    office.writes(STAFF, "/announce 老年食堂下周开张")
    control = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, control, "可提问")
    office.presses(STAFF, control, "确认")
    assert office.last(GROUP, containing="老年食堂").buttons == {}
    office.writes(CONSTITUENT, "/askabout 1 多大年纪可以去？")
    assert "没有找到通知 1" in office.told(CONSTITUENT)


def test_one_line_asks_too(office: Office) -> None:
    """/askabout N TEXT."""
    office.writes(STAFF, "/announce 老年食堂下周开张")
    confirmed(office)
    office.writes(CONSTITUENT, "/askabout 1 多大年纪可以去？")
    assert office.case(1).text == "多大年纪可以去？"


def test_the_list_opens_each(office: Office) -> None:
    """Staff find what was announced earlier; other stations' staff do not."""
    office.writes(STAFF, "/announce 老年食堂下周开张")
    confirmed(office)
    office.writes(STAFF, "/announcements")
    listed = office.chats[STAFF][-1]
    assert "老年食堂" in listed.text
    office.presses(STAFF, listed, "通知 1")
    assert "送到 3" in listed.text
    office.writes(OTHERS_STAFF, "/announcements")
    assert "还没有通知" in office.told(OTHERS_STAFF)


# --- whatever happens -------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(st.sampled_from(["gets it", "refuses", "is lost"]), min_size=1, max_size=60),
    presses=st.lists(st.sampled_from(["stop", "undo-now", "show", "confirm", "drop"]), max_size=4),
)
def test_it_comes_to_an_end_and_nobody_gets_it_twice(
    tmp_path_factory: pytest.TempPathFactory, fates: list[str], presses: list[str]
) -> None:
    """Whatever groups refuse it or throw the bot out, and whatever is pressed meanwhile."""
    office = Office(tmp_path_factory.mktemp("office"))
    station = office.station()
    office.roster(Role.STAFF, "王五", STAFF, station)
    for number, fate in enumerate(fates):
        bound(office, station, -3000 - number)
        if fate == "refuses":
            office.refuses[-3000 - number] = RecipientGone("kicked")
    office.writes(STAFF, "/announce 大家好")
    control = office.last(STAFF, containing="通知 1")
    with office.unit() as uow:
        announcement = uow.announcements.update(1, chat_id=STAFF, progress_id=control.message_id)
        announcement_posts.start(uow, office.desk, announcement)
        for number, fate in enumerate(fates):
            if fate == "is lost":
                uow.outbox.drop_for(-3000 - number)
                announcement_posts.chat_lost(uow, office.desk, -3000 - number)
    for action in presses:
        office.presses_data(STAFF, f"announce:1:{action}", control)
    office.ticks(timedelta(minutes=1))

    assert state(office) in (State.DONE, State.UNDONE)
    with office.unit() as uow:
        tally = uow.announcements.tally(1)
        assert tally.total == len(fates)
        assert tally.on_the_way == tally[PostState.WAITING] == 0
    for number in range(len(fates)):
        got = sum("大家好" in sent.text for sent in office.chats[-3000 - number])
        assert got <= (fates[number] == "gets it")


def test_what_went_to_deputies_alone_is_shown_to_nobody_who_asks_about_it(office: Office) -> None:
    """Its number in a link is soon guessed; neither a constituent nor a deputy is answered with its words."""
    office.writes(STAFF, "/announce 内部：周五议人事")
    control = office.last(STAFF, containing="通知 1")
    office.presses(STAFF, control, "发给：群")
    assert "发给：代表" in "".join(control.buttons)
    office.presses(STAFF, control, "确认")
    assert "议人事" in office.last(DEPUTY, containing="内部").text
    for who in (CONSTITUENT, DEPUTY):
        office.writes(who, "/start ask_1_1")
        assert "没有找到通知" in office.told(who)


@pytest.mark.parametrize("gone", [True, False])
def test_who_is_staff_no_longer_does_not_follow_what_they_announced(office: Office, gone: bool) -> None:
    """It goes out as it was confirmed; how far it is stands in no message of theirs any more."""
    office.writes(STAFF, "/announce 2026-11-25 09:00 周三停水")
    control = office.last(STAFF, containing="通知 1")
    confirmed(office)
    if gone:
        with office.unit() as uow:
            (entry,) = uow.roster.of(STAFF, None)
            uow.roster.retire(entry.id, office.now)
    before = len(office.chats[STAFF])
    office.ticks(timedelta(days=2))
    assert state(office) is State.DONE
    assert ("送到 3 个" in control.text) is not gone
    assert len(office.chats[STAFF]) == before


def test_what_a_colleague_changed_meanwhile_is_shown_before_it_goes_out(office: Office) -> None:
    """Other words, or other recipients: the button means what it stood below."""
    office.roster(Role.STAFF, "周七", 77, 1)
    office.writes(STAFF, "/announce 周三停水")
    control = office.last(STAFF, containing="通知 1")
    office.writes(77, "/reword 1 周四停电")
    office.presses(STAFF, control, "确认")
    assert state(office) is State.DRAFT
    assert "刚被改过" in office.toasts[-1]
    assert "周四停电" in office.last(STAFF, containing="停电").text
    office.presses(STAFF, control, "确认")
    assert state(office) is State.DONE
    assert posted(office, "周四停电")[:3] == [GROUP - 2, GROUP - 1, GROUP]
