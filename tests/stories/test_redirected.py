"""What the guard holds and staff redirect: the constituent reads where to turn, also who comes to the chat later."""

from __future__ import annotations

from tests.stories.steps import pressed
from tests.support.town import Town

CHANNEL = "12388"


async def test_an_accusation_is_redirected_to_its_end(towns: Town) -> None:
    """Held, redirected by button; nothing of it stays in the group, and behind its button stands the channel."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    town.lin.writes(group, "/report 我举报城管局的张队长收钱不办事")
    card = await town.sees(group, "转到私聊处理")
    assert CHANNEL not in card.text, "the group need not know that somebody is accused"
    held = await town.zhao.told("等工作人员看")
    await pressed(town, town.zhao.presses(held, "告知渠道"))
    question = await town.zhao.told("群众会收到")
    assert CHANNEL in question.text
    await pressed(town, town.zhao.presses(question, "确认"))
    await town.zhao.told("已告诉群众该找谁")
    await town.shows(card, "不予受理")
    assert "代表待分派" not in card.text, "nobody is waited for any more"
    news = await town.sees(group, "有新消息")
    assert "张队长" not in "".join(message.text for message in group.messages if message.by_bot)

    link = town.lin.presses(news, "打开私聊")
    assert isinstance(link, str)
    town.lin.follows(link)
    course = await town.lin.told("告知法定渠道")
    assert CHANNEL in course.text
    town.he.follows(link)
    await town.he.told("只有反映人自己能看")
    town.zhao.says("/held")
    await town.zhao.told("没有等着看的")
    assert not town.wang.sees()
    assert not town.li.sees()


async def test_who_is_in_the_chat_reads_it_there(town: Town) -> None:
    """In their own language, with what staff added."""
    await town.opens(town.alice)
    asked = town.alice.says("The court has decided against me and I want to appeal the judgment")
    receipt = await town.sees(town.alice.chat, "Received", after=asked)
    if "阳光联络站" in receipt.labels:
        await pressed(town, town.alice.presses(receipt, "阳光联络站"))
    await town.zhao.told("等工作人员看")

    asked = town.zhao.says("/redirect 1 Please take the judgment with you")
    question = await town.sees(town.zhao.chat, "告诉群众该找谁？", after=asked)
    await pressed(town, town.zhao.presses(question, "确认"))

    told = await town.alice.told("is not for a deputy")
    assert "Please take the judgment with you" in told.text
