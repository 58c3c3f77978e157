"""Groups change: they become supergroups, they remove the bot, they change their name."""

from __future__ import annotations

from sandbox.model import ChatType
from tests.stories.steps import answered, pressed, reported
from tests.support.town import Town


async def test_a_group_becomes_a_supergroup_in_the_middle(towns: Town) -> None:
    """Binding and cases are kept, what is owed arrives in the new one, and there is a card there that keeps up."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "路灯坏了", group)
    await town.sees(group, "民情 #1")

    new = group.upgrades()
    await town.settled()
    town.wang.presses(card, "受理")
    await town.sees(new, "民情 #1 已受理")
    renewed = await town.sees(new, "✅ 收集 › 🔵 调处")
    assert any("打开私聊" in label for label in renewed.labels)

    town.wang.says("是哪一盏？", reply_to=card)
    asked = await town.sees(new, "是哪一盏？")
    town.lin.writes(new, "左边那盏", reply_to=asked)
    await town.wang.told("左边那盏")

    reply = await answered(town, town.wang, 1, "修好了", to=new)
    await pressed(town, town.lin.presses_at(reply, 1, 0))
    await town.until(lambda: any("点此重选" in label for label in reply.labels), "the first rating")
    await pressed(town, town.lin.presses(reply, "满意"))
    await town.sees(new, "民情 #1 已办结")
    await town.shows(renewed, "已办结：群众确认")

    await reported(town, town.lin, "下水道堵了", new)
    second = await town.sees(new, "民情 #2")
    assert "阳光联络站" in second.text, "still bound"
    case = await town.read(lambda uow: uow.cases.get(2))
    assert case is not None
    assert case.chat_type == ChatType.SUPERGROUP.value


async def test_the_upgrade_is_learnt_from_a_refused_call_too(town: Town) -> None:
    """Telegram may refuse the old chat before it has told us of the new one."""
    town.refusals.add("upgraded to a supergroup")
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "路灯坏了", group)
    pending = town.sandbox.world.updates
    allowed, pending.allowed = pending.allowed, frozenset({"callback_query"})
    new = group.upgrades()
    pending.allowed = allowed

    town.wang.presses(card, "受理")
    await town.sees(new, "民情 #1 已受理")
    await town.sees(new, "🔵 调处")


async def test_a_group_that_removes_the_bot_is_unbound(town: Town) -> None:
    """Staff are told; its cases go on with their authors in private; added again, it has to be bound again."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "路灯坏了", group)

    group.kicks_bot(by=town.zhao)
    lost = await town.zhao.told("机器人被移出群「阳光小区」")
    assert "解绑" in lost.text
    town.wang.presses(card, "受理")
    await town.lin.told("民情 #1 已受理")
    await town.settled()

    group.adds_bot(by=town.zhao)
    await town.sees(group, "请联络站工作人员在这里发 /bind")
    town.lin.writes(group, "/report 下水道堵了")
    await town.sees(group, "还没有绑定联络站")


async def test_only_a_station_s_own_staff_bind_and_unbind(town: Town) -> None:
    """Deputies, constituents and other stations' staff do not."""
    group = town.sandbox.group("阳光小区", [town.lin, town.wang, town.zhao, town.sun], bot=True)
    asked = town.lin.writes(group, "/bind SUN")
    await town.sees(group, "没有这个命令", after=asked)
    asked = town.sun.writes(group, "/bind SUN")
    await town.sees(group, "这不是您的联络站", after=asked)
    asked = town.zhao.writes(group, "/bind moon")
    await town.sees(group, "没有代码为「moon」的联络站", after=asked)
    asked = town.zhao.writes(group, "/bind sun")
    await town.sees(group, "本群已绑定", after=asked)

    asked = town.sun.writes(group, "/unbind")
    await town.sees(group, "另一个联络站", after=asked)
    asked = town.sun.writes(group, "/bind RIVER")
    await town.sees(group, "另一个联络站", after=asked)
    asked = town.zhao.writes(group, "/unbind")
    await town.sees(group, "已解绑", after=asked)


async def test_joining_a_group_the_bot_says_what_it_lacks(town: Town) -> None:
    """In words, and when it changes; made an administrator, it has nothing to complain of."""
    group = town.sandbox.supergroup("阳光小区", [town.zhao, town.lin])
    group.adds_bot(by=town.zhao)
    hello = await town.sees(group, "大家好")
    assert "我只看得到命令" in hello.text
    assert "不能发图片和文件" not in hello.text
    group.restricts(town.sandbox.bot, by=town.zhao, can_send_photos=False)
    await town.sees(group, "不能发图片和文件")
    await town.settled()

    group.promotes_bot(by=town.zhao)
    await town.settled()
    assert len([m for m in group.messages if m.by_bot]) == 2


async def test_a_group_in_which_the_bot_may_not_write_is_told_of_in_private(town: Town) -> None:
    """In the group nobody would read it: who added the bot hears so, or, where that one never wrote to it, the owners;
    of a bound group its station's staff.
    """
    town.zhao.starts()
    await town.zhao.told("待分派的民情会送到这里")
    quiet = town.sandbox.supergroup("安静小区", [town.zhao, town.lin])
    quiet.permissions["can_send_messages"] = False
    quiet.adds_bot(by=town.zhao)
    await town.zhao.told("我在群「安静小区」里不能发消息")
    town.zhao.says("/language en")
    await town.zhao.told("English from now on")

    other = town.sandbox.supergroup("另一个小区", [town.he])
    other.permissions["can_send_messages"] = False
    other.adds_bot(by=town.he)
    await town.owner.told("我在群「另一个小区」里不能发消息")

    bound = await town.group("阳光小区", [town.he], kind="supergroup")
    bound.restricts(town.sandbox.bot, by=town.he, can_send_messages=False)
    await town.zhao.told("I may not write in the group “阳光小区”")
    await town.settled()
    assert not any(message.by_bot for room in (quiet, other) for message in room.messages)


async def test_what_the_group_forbids_everybody_is_said_too(town: Town) -> None:
    """Telegram's note of our joining does not name the group's own permissions; the bot asks for them."""
    group = town.sandbox.supergroup("阳光小区", [town.zhao, town.lin])
    group.permissions["can_send_photos"] = False
    group.adds_bot(by=town.zhao)
    hello = await town.sees(group, "大家好")
    assert "不能发图片和文件" in hello.text
