"""What must not be handled like a broken lamp, over HTTP: danger, accusations, children; what staff make of it."""

from __future__ import annotations

from sandbox import Room
from sandbox.model import Message
from tests.stories.steps import pressed, reported
from tests.support.numbers import numbers
from tests.support.town import Town

ACCUSED = "王芳代表收了开发商的红包，谁都知道"
CHILD = "我儿子在学校被老师打了，耳朵都肿了"


def seen(room: Room) -> str:
    """Everything the bot ever let be read there, edits and buttons included."""
    messages = [message for message in room.messages if message.by_bot]
    return "\n".join(text for message in messages for text in (message.text, *message.labels))


async def held(town: Town, group: Room, words: str) -> Message:
    """Somebody said in the group what the guard holds; what staff get."""
    before = town.zhao.chat.last
    town.lin.writes(group, f"/report {words}")
    return await town.sees(town.zhao.chat, "等工作人员看", after=before)


async def test_in_an_emergency_the_numbers_come_first(towns: Town) -> None:
    """In the group, in answer to the words, before the card; staff hear of it at once, and the case goes its way."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    said = town.lin.writes(group, "/report 有人坐在楼顶边上要跳，怎么劝都不下来")
    card = await town.sees(group, "#1")
    ours = [message for message in group.messages if message.by_bot and message.reply_to is said]
    assert all(number in ours[0].text for number in ("110", "119", "120", "122"))
    assert ours.index(card) > 0
    assert "没有人昼夜值守" in card.text
    assert "楼顶" in (await town.zhao.told("可能是紧急情况")).text
    await town.wang.told("有新民情")

    alone = town.alice.says("strong gas smell in the corridor, I feel dizzy")
    first = await town.alice.chat.next_message(after=alone, containing="119", by_bot=True)
    assert "call now" in first.text


async def test_an_accusation_is_held_and_redirected(towns: Town) -> None:
    """Nothing of it stands in the group or reaches a deputy; its author reads channel and reason in private; staff send
    them there, and that is the end.
    """
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)
    waiting = await held(town, group, ACCUSED)
    card = await town.sees(group, "#1")
    assert "转到私聊处理" in card.text
    advice = await town.lin.told("12388")
    assert "代表没有调查权" in advice.text
    assert "开发商" in waiting.text
    assert [label.split()[-1] for label in waiting.labels[:3]] == ["放行", "告知渠道", "误报"]

    town.zhao.says("/held")
    listed = await town.zhao.told("先由工作人员看的民情")
    assert "对公职人员的举报" in listed.text
    town.zhao.presses(waiting, "告知渠道")
    asked = await town.zhao.told("不由代表办，告诉群众该找谁")
    assert "12388" in asked.text
    town.zhao.presses(asked, "确认")
    end = await town.lin.told("不由代表办理")
    assert "12388" in end.text
    await town.zhao.told("不予受理，已告诉群众该找谁")
    await town.settled()
    for room in (group, town.wang.chat, town.li.chat, town.he.chat):
        assert "开发商" not in seen(room)


async def test_released_it_goes_to_a_deputy_it_does_not_accuse(towns: Town) -> None:
    """And the group goes on seeing nothing of it."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    waiting = await held(town, group, ACCUSED)
    town.zhao.presses(waiting, "放行")
    inbox = await town.li.told("有新民情")
    assert "开发商" in inbox.text
    town.li.presses(inbox, "受理")
    await town.lin.told("民情 #1 已受理")
    town.li.says("/reply 1 A 已经核实，请放心")
    await town.lin.told("请放心")
    await town.settled()
    assert "开发商" not in seen(group)
    assert "请放心" not in seen(group)
    assert "开发商" not in seen(town.wang.chat)


async def test_a_false_alarm_and_a_miss_are_marked(towns: Town) -> None:
    """A false alarm brings the words back to the group; what was missed disappears from it; both are counted."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)
    await town.opens(town.he)
    waiting = await held(town, group, "法院判决书送达太慢")
    card = await town.sees(group, "#1")
    town.zhao.presses(waiting, "误报")
    await town.shows(card, "判决书")

    before = group.last
    await reported(town, town.he, "隔壁那家天天夜里有动静", group, to=town.li)
    other = await town.sees(group, "#2", after=before)
    assert "动静" in other.text
    town.zhao.says("/missed 2 minors")
    await town.zhao.told("漏了「")
    await town.shows(other, "转到私聊处理")
    assert "12355" in (await town.he.told("12355")).text
    town.zhao.says("/held")
    town.zhao.presses(await town.zhao.told("先由工作人员看的民情"), "准不准")
    counted = await town.zhao.told("识别得准不准")
    assert "误报 1" in counted.text
    assert "漏报 1" in counted.text


async def test_a_child_is_not_named_in_the_group(town: Town) -> None:
    """Somebody who never opened the private chat is led there, and reads there what to do."""
    group = await town.group("阳光小区", [town.lin])
    waiting = await held(town, group, CHILD)
    assert "老师" in waiting.text
    told = await town.sees(group, "转到私聊处理")
    assert "长按" in told.text
    link = town.lin.presses(told, "打开私聊")
    assert isinstance(link, str)
    town.lin.follows(link)
    course = await town.lin.told("12355")
    assert "保护孩子" in course.text
    await town.settled()
    assert "儿子" not in seen(group)
    assert "老师" not in seen(group)
    assert "12355" not in numbers(seen(group)), "the number would tell what it is about"
    assert "老师" not in seen(town.wang.chat)


async def test_an_edit_can_make_it_a_matter_for_the_guard(towns: Town) -> None:
    """The card in the group forgets the words, and the deputy whom they accuse does not see them."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    await reported(town, town.lin, "三号楼的灯坏了", group)
    card = await town.sees(group, "#1")
    own = next(message for message in group.messages if message.sender is town.lin)
    town.lin.edits(own, f"/report {ACCUSED}")
    await town.shows(card, "转到私聊处理")
    waiting = await town.zhao.told("等工作人员看")
    assert "开发商" in waiting.text
    await town.lin.told("12388")
    await town.settled()
    for room in (group, town.wang.chat):
        assert "开发商" not in seen(room)


async def test_a_question_for_an_inquiry_is_looked_at_too(towns: Town) -> None:
    """What accuses somebody is kept from the others who ask, until staff let everybody see it."""
    town = towns
    await town.opens(town.lin)
    await town.opens(town.alice)
    town.zhao.says("/inquiry 2026-12-10 养老服务")
    await town.zhao.told("养老服务")
    town.lin.says("/question 养老院的院长收了老板的回扣，护理员怎么招的？")
    received = await town.lin.told("先不给别人看")
    assert "12388" in received.text
    town.alice.says("/question how are the carers hired?")
    await town.alice.told("养老服务")
    assert "回扣" not in seen(town.alice.chat)
    asked = town.zhao.says("/inquiries")
    town.zhao.presses(await town.sees(town.zhao.chat, "养老服务", after=asked), "养老服务")
    shown = await town.zhao.told("别人看不到")
    query = town.zhao.presses(shown, "让大家看到")
    await pressed(town, query)
    await town.until(lambda: "别人看不到" not in shown.text, "that everybody sees it")
