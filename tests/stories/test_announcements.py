"""Announcements, special inquiries and the station's card, as people see them."""

from __future__ import annotations

import re

from sandbox.model import Message
from tests.stories.steps import answered, pressed, rated
from tests.support.town import Town

CHINESE = re.compile(r"[\u4e00-\u9fff]")


async def drafted(town: Town, line: str) -> Message:
    """Staff write it; the message with which they are asked."""
    asked = town.zhao.says(line)
    return await town.sees(town.zhao.chat, "点「确认」", after=asked)


async def test_from_the_draft_to_the_end_and_back(towns: Town) -> None:
    """Shown first; sent to the groups, one of which has thrown the bot out unheard; taken back where it stands."""
    town = towns
    town.refusals |= {"bot was kicked", "can't be deleted"}
    groups = [await town.group(f"小区{n}", [town.lin], kind="supergroup") for n in range(3)]
    lost = await town.group("搬走的群", [town.lin], kind="supergroup")
    pending = town.sandbox.world.updates
    allowed, pending.allowed = pending.allowed, frozenset({"callback_query", "message"})
    lost.kicks_bot()
    pending.allowed = allowed

    control = await drafted(town, "/announce 周三停水，请提前储水")
    assert "4 个群" in control.text
    assert not any("停水" in m.text for group in groups for m in group.messages)
    town.zhao.presses(control, "确认")
    await town.shows(control, "送到 3 个，没送到 1 个")
    assert "搬走的群：机器人不在群里了" in control.text
    posts = [await town.sees(group, "周三停水") for group in groups]
    assert all("问一问" in post.labels[0] for post in posts)

    await pressed(town, town.zhao.presses(control, "撤回"))
    await town.shows(control, "会从 3 个聊天里删掉")
    town.zhao.presses(control, "确认")
    await town.shows(control, "已撤回 3")
    assert all(post.deleted for post in posts)


async def test_a_picture_from_the_dialogue_at_a_time(town: Town) -> None:
    """It arrives as a picture with its words, in the minute that was chosen."""
    group = await town.group("阳光小区", [town.lin])
    asked = town.zhao.says("/announce")
    await town.sees(town.zhao.chat, "先给您看一遍", after=asked)
    sent = town.zhao.sends_photo(town.zhao.chat, "健身器材装好了")
    control = await town.sees(town.zhao.chat, "点「确认」", after=sent)
    town.zhao.presses(control, "定时发")
    question = await town.sees(town.zhao.chat, "什么时候发", after=control)
    assert any("18:00" in label for label in question.labels)
    town.zhao.says("2026-11-23 11:00")
    control = await town.sees(town.zhao.chat, "11:00", after=question)
    town.zhao.presses(control, "确认")
    await town.shows(control, "到时自动发")
    await town.later(minutes=50)
    assert not any("健身器材" in m.text for m in group.messages)
    await town.later(minutes=15)
    post = await town.sees(group, "健身器材装好了")
    assert post.kind == "photo"
    assert post.file_id == sent.file_id
    await town.shows(control, "送到 1")


async def test_a_document_at_a_time_to_a_group_that_throws_the_bot_out_meanwhile(town: Town) -> None:
    """The others get it; staff hear of the group at once, and that after two days nothing can be taken back."""
    groups = [await town.group(f"小区{n}", [town.lin], kind="supergroup") for n in range(2)]
    asked = town.zhao.says("/announce")
    await town.sees(town.zhao.chat, "先给您看一遍", after=asked)
    sent = town.zhao.sends_document(town.zhao.chat, "停水通知")
    control = await town.sees(town.zhao.chat, "发给：2 个群", after=sent)
    town.zhao.presses(control, "定时发")
    question = await town.sees(town.zhao.chat, "什么时候发", after=control)
    town.zhao.says("2026-11-23 11:00")
    control = await town.sees(town.zhao.chat, "11:00", after=question)
    town.zhao.presses(control, "确认")
    await town.shows(control, "到时自动发")
    groups[1].kicks_bot()
    await town.zhao.told("机器人被移出群「小区1」")

    await town.later(hours=1, minutes=5)
    await town.shows(control, "送到 1 个，共 1 个")
    post = await town.sees(groups[0], "停水通知")
    assert (post.kind, post.file_id) == ("document", sent.file_id)

    await town.later(hours=49)
    late = await pressed(town, town.zhao.presses(control, "撤回"))
    assert "48 小时" in late.answer
    assert not post.deleted


async def test_planned_and_not_sent_after_all(town: Town) -> None:
    """Cancelled before its time: nobody gets it, and the list says so."""
    group = await town.group("阳光小区", [town.lin])
    control = await drafted(town, "/announce 2026-11-23 11:00 周三停水")
    town.zhao.presses(control, "确认")
    await town.shows(control, "到时自动发")
    await pressed(town, town.zhao.presses(control, "取消不发"))
    await town.shows(control, "已取消，没有发出")
    await town.later(hours=2)
    assert not any("停水" in message.text for message in group.messages)
    town.zhao.says("/announcements")
    await town.zhao.told("1 · 已取消")


async def test_an_album_arrives_whole(town: Town) -> None:
    """Three pictures, one announcement."""
    group = await town.group("阳光小区", [town.lin])
    parts = town.zhao.sends_album(town.zhao.chat, ["photo", "photo", "photo"], "/announce 三张照片")
    control = await town.sees(town.zhao.chat, "点「确认」", after=parts[0])
    await town.settled()
    town.zhao.presses(control, "确认")
    await town.shows(control, "送到 1")
    assert [m.file_id for m in group.messages if m.by_bot and m.kind == "photo"] == [part.file_id for part in parts]
    town.zhao.presses(control, "撤回")
    await town.shows(control, "删掉")
    town.zhao.presses(control, "确认")
    await town.shows(control, "已撤回 1")
    assert not [m for m in group.messages if m.by_bot and m.kind == "photo" and not m.deleted]


async def test_deputies_read_it_and_staff_see_that(town: Town) -> None:
    """In private, with a button; those who have not pressed it are reminded once."""
    control = await drafted(town, "/announce 周五下午视察，请准时")
    town.zhao.presses(control, "发给：群")
    await town.shows(control, "2 位代表")
    town.zhao.presses(control, "确认")
    post = await town.wang.told("周五下午视察")
    await town.li.told("周五下午视察")
    await pressed(town, town.wang.presses(post, "已读"))
    await town.shows(control, "已读 1/2")
    town.zhao.presses(control, "谁看了")
    listed = await town.zhao.told("未读 1 位：李强")
    town.zhao.presses(listed, "提醒未读的")
    reminder = await town.li.told("有一条通知请您看一下")
    town.li.presses(reminder, "已读")
    await town.shows(control, "已读 2/2")


async def test_somebody_asks_about_a_post(town: Town) -> None:
    """From the group into the private chat; the deputy's card says which post it is about."""
    group = await town.group("阳光小区", [town.lin])
    control = await drafted(town, "/announce 老年食堂下周开张")
    town.zhao.presses(control, "确认")
    post = await town.sees(group, "老年食堂")
    link = town.lin.presses(post, "问一问")
    assert isinstance(link, str)
    town.lin.follows(link)
    await town.lin.told("请把您的问题直接发给我")
    asked = town.lin.says("多大年纪可以去？")
    receipt = await town.sees(town.lin.chat, "#1", after=asked)
    assert "阳光联络站" in receipt.text
    await town.until(
        lambda: any(
            "问的是通知 1：老年食堂下周开张" in m.text for who in (town.wang, town.li) for m in who.chat.messages
        ),
        "the deputy's card",
    )

    deputy = town.wang if "王芳" in receipt.text else town.li
    answer = await answered(town, deputy, 1, "六十岁以上都可以")
    await rated(town, town.lin, answer, "满意", "满意")
    await town.lin.told("民情 #1 已办结")
    assert not any("六十岁" in message.text for message in group.messages), "asked in private, answered in private"


async def test_a_special_inquiry_from_the_call_to_the_list(town: Town) -> None:
    """Called for in the group, like questions joined, closed on its day, the list sent to staff."""
    group = await town.group("阳光小区", [town.lin, town.he])
    asked = town.zhao.says("/inquiry 2026-12-01 养老服务")
    shown = await town.sees(town.zhao.chat, "专题询问：养老服务", after=asked)
    town.zhao.presses(shown, "向大家征集")
    control = await town.sees(town.zhao.chat, "点「确认」", after=shown)
    town.zhao.presses(control, "确认")
    post = await town.sees(group, "您最想问什么")
    await town.wang.told("您最想问什么")
    for who in (town.lin, town.he):
        link = who.presses(post, "我要提问")
        assert isinstance(link, str)
        who.follows(link)
        await who.told("看不到是谁问的")
        who.says("日间照料中心什么时候开？" if who is town.lin else "我们的日间照料中心什么时候能开门？")
        await who.told("收到您给「养老服务」的问题")
    town.he.presses(await town.he.told("有人问了差不多的"), "同问")
    await town.he.told("和大家的合在一起了")
    town.zhao.presses(shown, "刷新")
    await town.shows(shown, "1 个问题，2 人次")
    town.wang.says("/question 护理员从哪里来？")
    await town.wang.told("收到您给「养老服务」的问题")

    await town.later(days=8)
    closed = await town.zhao.told("征集已结束")
    assert "1. 日间照料中心什么时候开？（2 人）" in closed.text
    document = await town.until(
        lambda: next((m for m in town.zhao.chat.messages if m.by_bot and m.kind == "document"), None), "the list"
    )
    assert "养老服务" in document.text


async def test_the_station_s_card_hangs_and_keeps_up(towns: Town) -> None:
    """Pinned; edited when the roster changes; a new one in the supergroup; out of use once the group is untied."""
    town = towns
    group = town.sandbox.group("阳光小区", [town.zhao, town.lin], bot=True, admin=True)
    town.zhao.writes(group, "/bind SUN")
    card = await town.sees(group, "怎么反映")
    await town.until(lambda: group.pinned == [card.id], "the pin")
    assert "王芳" in card.text
    town.zhao.says("/receptionday SUN 每周三 9:00–11:00，社区服务中心")
    await town.zhao.told("接待日已写好")
    await town.later(minutes=1)
    await town.shows(card, "每周三 9:00–11:00")

    new = group.upgrades()
    await town.settled()
    await town.later(minutes=1)
    card = await town.sees(new, "怎么反映")
    await town.until(lambda: card.id in new.pinned, "the pin in the new group")
    town.zhao.deletes(card)
    town.refusals.add("message to edit not found")
    await town.later(days=1, minutes=1)
    replaced = await town.sees(new, "怎么反映", after=card)
    await town.until(lambda: replaced.id in new.pinned, "the pin of the new card")
    town.zhao.writes(new, "/unbind")
    await town.shows(replaced, "已停用")
    await town.until(lambda: replaced.id not in new.pinned, "the end of the pin")


async def test_a_card_that_an_admin_unpinned_stays_unpinned_and_goes_on(town: Town) -> None:
    """Whoever runs the group decides what hangs there. What changes of the deputies is edited all the same."""
    group = town.sandbox.group("阳光小区", [town.zhao, town.lin], bot=True, admin=True)
    town.zhao.writes(group, "/bind SUN")
    card = await town.sees(group, "怎么反映")
    await town.until(lambda: group.pinned == [card.id], "the pin")
    group.pinned.remove(card.id)

    town.import_roster(
        "role,name,station,station_name,area,specialties,telegram_id,username,language\n"
        "deputy,王芳,SUN,阳光联络站,城东,道路交通;教育助学,5001,wangfang,zh\n"
        "deputy,周兰,SUN,,,,,,\n"
        "staff,赵敏,SUN,阳光联络站,城东,,6001,,zh\n",
        replacing=True,
    )
    await town.later(days=1, minutes=5)

    await town.shows(card, "周兰")
    assert "李强" not in card.text
    assert "王芳（教育助学、道路交通）" in card.text
    await town.later(days=2)
    assert group.pinned == []
    assert sum("怎么反映" in message.text for message in group.messages if message.by_bot) == 1


async def test_questions_that_most_people_ask_come_first(town: Town) -> None:
    """Somebody joins a question by "me too"; the list staff get ranks it first, and nobody is counted twice."""
    group = await town.group("阳光小区", [town.lin, town.he])
    asked = town.zhao.says("/inquiry 2026-12-01 养老服务")
    shown = await town.sees(town.zhao.chat, "专题询问：养老服务", after=asked)
    await town.opens(town.lin)
    await town.opens(town.he)
    town.lin.says("/question 护理员从哪里来？")
    await town.lin.told("收到您给「养老服务」的问题")
    town.wang.says("/question 老年食堂几点开门？")
    await town.wang.told("收到您给「养老服务」的问题")

    town.zhao.presses(shown, "向大家征集")
    control = await town.sees(town.zhao.chat, "点「确认」", after=shown)
    town.zhao.presses(control, "确认")
    link = town.he.presses(await town.sees(group, "您最想问什么"), "我要提问")
    assert isinstance(link, str)
    town.he.follows(link)
    others = await town.he.told("大家在问的")
    joined = await pressed(town, town.he.presses(others, "老年食堂"))
    assert "算您一个" in joined.answer
    again = await pressed(town, town.he.presses(others, "老年食堂"))
    assert "算上您了" in again.answer
    await town.settled()

    town.zhao.presses(shown, "刷新")
    await town.shows(shown, "1. 老年食堂几点开门？（2 人）")
    assert "2. 护理员从哪里来？（1 人）" in shown.text
    assert not any("护理员" in message.text for message in group.messages), "questions are handed in in private"


async def test_a_bot_that_may_not_pin_says_so(town: Town) -> None:
    """The card stands there all the same; pinned once the bot may."""
    group = town.sandbox.supergroup("阳光小区", [town.zhao, town.lin], bot=True)
    group.permissions["can_pin_messages"] = False
    town.zhao.writes(group, "/bind SUN")
    card = await town.sees(group, "怎么反映")
    await town.sees(group, "请群管理员帮忙置顶")
    group.promotes_bot(by=town.zhao)
    await town.until(lambda: group.pinned == [card.id], "the pin")


async def test_in_english_nothing_is_chinese(town: Town) -> None:
    """Staff who read English, and a group that does."""
    ann = town.sandbox.user("Ann", id=6003, language="en")
    ann.chat.started = True
    town.import_roster(
        "role,name,station,station_name,area,specialties,telegram_id,username,language\n"
        "staff,Ann,HILL,Hill Station,Hill,,6003,,en\n"
        "deputy,Bob,HILL,Hill Station,Hill,,5009,,en\n"
    )
    town.sandbox.user("Bob", id=5009, language="en").chat.started = True
    group = town.sandbox.supergroup("Hill residents", [ann, town.alice], bot=True)
    ann.writes(group, "/bind HILL")
    await town.settled()
    spoken = ann.writes(group, "/language en")
    card = await town.sees(group, "How to report")
    assert not CHINESE.search(card.text)
    asked = ann.says("/announce No water on Wednesday")
    control = await town.sees(ann.chat, "Press Confirm", after=asked)
    ann.presses(control, "To: groups")
    await town.shows(control, "To: 1 deputy in private")
    ann.presses(control, "To: deputies")
    await town.shows(control, "and 1 deputy in private")
    ann.presses(control, "Confirm")
    await town.shows(control, "Done: 2 of 2 delivered")
    town.alice.follows(str(town.alice.presses(await town.sees(group, "No water"), "Ask about this")))
    await town.alice.told("Write your question now")
    asked = ann.says("/inquiry 2026-12-20 Care of the elderly")
    await town.sees(ann.chat, "Special inquiry", after=asked)
    asked = town.alice.says("/question When will the day care centre open?")
    await town.sees(town.alice.chat, "noted", after=asked)
    await town.settled()
    for chat in (ann.chat, town.alice.chat):
        for message in (m for m in chat.messages if m.by_bot):
            assert not CHINESE.search(message.text + "".join(message.labels)), message.text
    for message in (m for m in group.messages if m.by_bot and m.id > spoken.id):
        assert not CHINESE.search(message.text), message.text


async def test_a_restart_in_the_middle(town: Town) -> None:
    """What was not sent yet goes on, and the report comes."""
    groups = [await town.group(f"小区{n}", [town.lin], kind="supergroup") for n in range(4)]
    control = await drafted(town, "/announce 请看")
    town.zhao.presses(control, "确认")
    await town.restart_bot()
    await town.shows(control, "送到 4")
    for group in groups:
        await town.sees(group, "请看")
