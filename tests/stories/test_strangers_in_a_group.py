"""A neighbour who has never opened the private chat is served in the group, in answer to their own message."""

from __future__ import annotations

from tests.stories.steps import pressed, reported
from tests.support.town import Town


async def test_a_stranger_is_answered_in_the_group(town: Town) -> None:
    """Each step answers their own message; numbers are masked; only they can rate, and nothing is sent in private."""
    group = await town.group("阳光小区", [town.lin, town.he])
    card = await reported(town, town.lin, "楼道灯不亮，请打13812345678找我", group)
    own = group.messages[-2]
    assert own.sender is town.lin

    town.wang.presses(card, "受理")
    accepted = await town.sees(group, "民情 #1 已受理")
    assert accepted.reply_to is own

    town.wang.says("请问几号楼？我的电话是13900001111", reply_to=card)
    asked = await town.sees(group, "请问几号楼")
    assert asked.reply_to is own
    assert "13900001111" not in asked.text

    town.wang.says("/reply 1 A 灯泡换好了，可打13900001111")
    reply = await town.sees(group, "灯泡换好了")
    assert reply.reply_to is own
    assert "13900001111" not in reply.text
    assert any("打开私聊" in label for label in reply.labels)

    # A neighbour cannot rate in the author's place, and learns nothing by trying
    meddling = await pressed(town, town.he.presses_at(reply, 1, 0))
    assert "只有反映这件事的人能按" in meddling.answer
    await pressed(town, town.lin.presses_at(reply, 1, 0))
    await town.until(lambda: any("点此重选" in label for label in reply.labels), "the first rating")
    await pressed(town, town.lin.presses(reply, "满意"))
    done = await town.sees(group, "民情 #1 已办结")
    assert done.reply_to is own

    await town.settled()
    assert not town.lin.chat.messages
    assert "小林" not in "".join(m.text for m in group.messages if m.by_bot)


async def test_the_button_opens_the_private_chat_at_the_case(town: Town) -> None:
    """From then on they are served there; for anybody else it is a welcome and no more."""
    group = await town.group("阳光小区", [town.lin, town.he])
    card = await reported(town, town.lin, "楼道灯不亮", group)
    public = await town.sees(group, "民情 #1")

    url = town.lin.presses(public, "打开私聊")
    assert isinstance(url, str)
    town.lin.follows(url)
    at_case = await town.lin.told("经过")
    assert "楼道灯不亮" in at_case.text
    town.he.follows(url)
    await town.he.told("只有反映人自己能看")
    assert "楼道灯" not in "".join(town.he.sees())

    said = town.wang.says("今天来修", reply_to=card)
    relayed = await town.lin.told("今天来修")
    assert relayed.chat is town.lin.chat
    await town.until(lambda: said.reactions, "the reaction that it arrived")


async def test_an_unbound_group_opens_no_case(town: Town) -> None:
    """It says so and offers the private chat; group talk that is not for the bot is met with silence."""
    group = town.sandbox.group("散步群", [town.lin, town.he], bot=True)
    town.lin.writes(group, "今天天气真好")
    report = town.lin.writes(group, "/report 楼道灯不亮")

    refused = await town.sees(group, "还没有绑定联络站")
    assert refused.reply_to is report
    assert any("打开私聊" in label for label in refused.labels)
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(1)) is None
