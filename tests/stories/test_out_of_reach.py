"""People who blocked the bot: reached in the group where possible, else those who wait for it hear why not."""

from __future__ import annotations

from tests.stories.steps import answered, reported, reported_privately
from tests.support.town import Town

BLOCKED = "bot was blocked by the user"


async def test_who_blocked_the_bot_is_answered_in_the_group(town: Town) -> None:
    """Even when we learn of the block only by trying; the deputy still gets the sign that it arrived."""
    town.refusals.add(BLOCKED)
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "电梯坏了，找13812345678", group)
    own = next(m for m in group.messages if m.sender is town.lin)
    town.lin.chat.blocked = True  # Telegram's note of it is still on its way

    said = town.wang.says("师傅在路上了，电话13900001111", reply_to=card)
    relayed = await town.sees(group, "师傅在路上了")
    assert relayed.reply_to is own
    assert "13900001111" not in relayed.text
    await town.until(lambda: said.reactions, "the reaction that it arrived")

    reply = await answered(town, town.wang, 1, "修好了", to=group)
    assert reply.reply_to is own
    await town.settled()
    assert len([c for c in town.sandbox.calls if c.error and BLOCKED in c.error]) == 1, "once is enough to know it"

    town.lin.unblocks()
    asked = town.lin.says("/mycases")
    await town.sees(town.lin.chat, "我的民情", after=asked)
    town.wang.says("还有问题吗", reply_to=card)
    await town.lin.told("还有问题吗")


async def test_in_private_the_deputy_hears_why_it_did_not_arrive(towns: Town) -> None:
    """The deputy's own message is answered with the reason; deputy and staff are told once a day that nobody can be
    reached, and of every formal reply that nobody read.
    """
    town = towns
    town.refusals.add(BLOCKED)
    card = await reported_privately(town, town.lin, "电梯坏了")
    town.lin.blocks()
    await town.settled()

    said = town.wang.says("师傅在路上了", reply_to=card)
    reason = await town.wang.told("没有送到群众")
    await town.zhao.told("没有送到群众")
    await town.settled()
    answer = [m for m in town.wang.chat.messages if m.reply_to is said]
    assert answer, "the message itself is answered"
    assert not said.reactions
    assert "#1" in reason.text

    town.wang.says("喂？", reply_to=card)
    await town.settled()
    for told in (town.wang, town.zhao):
        assert sum("没有送到群众（" in text for text in told.sees()) == 1

    town.wang.says("/reply 1 A 修好了")
    await town.wang.told("答复已发出")
    await town.settled()
    for told in (town.wang, town.zhao):
        assert sum("没有送到群众（" in text for text in told.sees()) == 2


async def test_a_deputy_out_of_reach_is_said_to_staff(town: Town) -> None:
    """Nobody's case lies unseen: staff can give it to another."""
    town.refusals |= {"can't initiate conversation", BLOCKED}
    town.wang.chat.started = False
    town.wang.chat.blocked = True
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, "/report 电梯坏了")
    told = await town.zhao.told("送不到 王芳代表")
    assert "/assign 1" in told.text

    town.zhao.says("/assign 1 李强")
    await town.zhao.told("已分派给 李强")
    await town.li.told("有新民情")
    await town.sees(group, "现在由 李强代表跟进")
