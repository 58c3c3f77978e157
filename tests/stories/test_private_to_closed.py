"""Somebody simply writes to the bot, without any command; it ends closed."""

from __future__ import annotations

from tests.stories.steps import answered, pressed, rated, reported_privately, unfolded
from tests.support.town import Town


async def test_from_a_private_chat_to_closed(towns: Town) -> None:
    """A first message is a case at once; the station is asked with buttons; every step arrives in the same chat."""
    town = towns
    report = town.lin.says("小区东门的下水道堵了，一下雨就积水")
    receipt = await town.lin.told("已收到，民情 #1")
    assert receipt.reply_to is report
    assert "您住在哪个联络站附近？" in receipt.text
    assert {"阳光联络站", "滨河联络站"} <= set(receipt.labels)
    queued = await town.owner.told("待分派的民情")
    assert "下水道" in queued.text

    await pressed(town, town.lin.presses(receipt, "滨河联络站"))
    await town.shows(receipt, "滨河联络站的陈静代表会跟进")
    assert "11月25日" in receipt.text, "two working days to accept"
    assert "12月14日" in receipt.text, "fifteen working days to answer"
    card = await town.chen.told("有新民情")
    assert "下水道" in card.text

    town.chen.presses(card, "受理")
    accepted = await town.lin.told("民情 #1 已受理")
    reply = await answered(town, town.chen, 1, "管道已经疏通")
    await rated(town, town.lin, reply, "满意", "满意")

    closed = await town.lin.told("民情 #1 已办结")
    assert closed.id > reply.id > accepted.id > receipt.id
    await town.shows(card, "已办结：群众确认")
    timeline = town.lin.says("/case 1")
    story = (await town.sees(town.lin.chat, "经过", after=timeline)).text
    for word in ("提交民情", "受理", "管道已经疏通", "群众评价满意，办结"):
        assert word in story


async def test_the_station_is_asked_only_once(town: Town) -> None:
    """The next case goes to the station the person chose last."""
    await reported_privately(town, town.lin, "路口的红绿灯坏了", to=town.chen)
    second = await reported_privately(town, town.lin, "公园的椅子坏了", to=town.chen)

    assert "公园的椅子" in second.text
    receipt = await town.lin.told("民情 #2")
    assert "您住在哪个联络站附近" not in receipt.text


async def test_what_was_forgotten_is_added_by_answering(town: Town) -> None:
    """An answer to any message about a case adds to that case, and opens no other."""
    card = await reported_privately(town, town.lin, "路口的红绿灯坏了")
    town.lin.says("在人民路口", reply_to=town.lin.chat.stands("民情 #1"))

    added = await town.wang.told("在人民路口")
    assert "民情 #1" in added.text
    assert added.id > card.id
    assert await town.read(lambda uow: uow.cases.get(2)) is None


async def test_the_author_chooses_another_deputy_gives_a_name_and_withdraws(town: Town) -> None:
    """The buttons of the receipt: until the case is accepted another deputy can be chosen; a name is given only
    freely.
    """
    await reported_privately(town, town.lin, "路口的红绿灯坏了")
    receipt = await town.lin.told("王芳代表会跟进")

    town.lin.presses(receipt, "换一位代表")
    choice = await town.lin.told("想请哪位代表")
    await pressed(town, town.lin.presses(choice, "李强"))
    introduced = await town.shows(choice, "阳光联络站")
    assert "+86" not in introduced.text
    await pressed(town, town.lin.presses(introduced, "请李强代表跟进 #1"))
    card = await town.li.told("有新民情")
    left = await town.wang.told("已转给 李强")
    assert "不用再跟进" in left.text
    assert "群众（匿名）" in card.text

    town.lin.presses(await unfolded(town, town.lin, receipt), "留下称呼")
    await town.lin.told("怎么称呼您")
    town.lin.says("林女士")
    await town.shows(card, "林女士")

    town.lin.presses(receipt, "撤回")
    sure = await town.lin.told("真的要撤回民情 #1 吗")
    town.lin.presses(sure, "确认")
    await town.lin.told("已按您的要求撤回")
    await town.li.told("已由群众撤回")
    await town.shows(card, "已办结：群众撤回")
