"""A case changes hands, and the conversation with it."""

from __future__ import annotations

import pytest

from tests.stories.steps import reported, reported_privately
from tests.support.town import ROSTER, Town


async def test_the_conversation_goes_on_with_the_next_deputy(towns: Town) -> None:
    """The constituent goes on answering old messages; who handed the case over can no longer speak, nor read on."""
    town = towns
    card = await reported_privately(town, town.lin, "路灯坏了")
    town.wang.says("我先看看", reply_to=card)
    first = await town.lin.told("我先看看")

    town.wang.says("/transfer 1 李强 那条路归他联系")
    await town.wang.told("已转给 李强")
    next_card = await town.li.told("有新民情")
    told = await town.lin.told("现在由 李强代表跟进")
    assert "李强" in told.text

    town.lin.says("还是没亮", reply_to=first)
    heard = await town.li.told("还是没亮")
    assert not any("还是没亮" in text for text in town.wang.sees())
    town.li.says("我去催一下", reply_to=heard)
    second = await town.lin.told("我去催一下")
    assert "李强代表" in second.text

    late = town.wang.says("我也在催", reply_to=card)
    await town.sees(town.wang.chat, "没有找到民情 #1", after=late)
    assert not any("我也在催" in text for text in town.lin.sees())
    stale = town.wang.says("/reply 1 A 好了")
    await town.sees(town.wang.chat, "没有找到民情 #1", after=stale)

    town.li.says("/transfer 1 staff 不是我们这一片")
    await town.zhao.told("待分派的民情")
    town.lin.says("有人吗", reply_to=second)
    await town.zhao.told("有人吗")
    await town.lin.told("工作人员会看到")
    town.zhao.says("/assign 1 王芳")
    await town.wang.told("有新民情")
    town.lin.says("谢谢", reply_to=second)
    await town.wang.told("谢谢")
    assert next_card.text


async def test_staff_do_not_speak_in_a_deputy_s_place(town: Town) -> None:
    """They read, note, assign and chase; an answer of theirs to a card goes nowhere and is told why."""
    group = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "路灯坏了", group)
    town.zhao.says("/case 1")
    card = await town.zhao.told("路灯坏了")
    assert not any("受理" in label or "答复" in label for label in card.labels)
    own = town.zhao.says("我来答", reply_to=card)
    await town.sees(town.zhao.chat, "由代表和群众对话", after=own)
    for line in ("/accept 1", "/mediate 1 看过了", "/reply 1 A 好了", "/decline 1 不行"):
        said = town.zhao.says(line)
        await town.sees(town.zhao.chat, "没有这个命令", after=said)

    town.zhao.says("/note 1 上次也是这盏灯")
    await town.zhao.told("备注已记下")
    town.zhao.says("/urge 1")
    await town.wang.told("催办")
    town.sun.says("/case 1")
    await town.sun.told("没有找到民情 #1")
    timeline = town.wang.says("/case 1")
    assert "上次也是这盏灯" in (await town.sees(town.wang.chat, "经过", after=timeline)).text
    await town.opens(town.lin)
    asked = town.lin.says("/case 1")
    assert "上次也是这盏灯" not in (await town.sees(town.lin.chat, "经过", after=asked)).text


@pytest.mark.parametrize("how", ["assigned", "retired"])
async def test_what_waits_for_a_deputy_goes_to_whoever_has_the_case_next(town: Town, how: str) -> None:
    """While Telegram was out of reach: the next deputy, or staff, read it; who lost the case does not."""
    await reported_privately(town, town.lin, "路灯坏了")
    fault = town.sandbox.faults.add("502", chat_id=town.wang.id, times=None)
    receipt = town.lin.chat.stands("民情 #1")
    town.lin.says("昨晚有人摔了一跤", reply_to=receipt)
    said = town.lin.sends_photo(town.lin.chat, "就在这里", reply_to=receipt)
    await town.eventually(lambda: town.read(lambda uow: len(uow.messages.of_case(1)) == 3), "both on record")
    if how == "assigned":
        town.zhao.says("/assign 1 李强")
        await town.li.told("有新民情")
    else:
        town.import_roster(ROSTER.replace("deputy,王芳,SUN,阳光联络站,城东,,5001,wangfang,zh\n", ""), replacing=True)
        await town.zhao.told("待分派的民情")
    town.sandbox.faults.remove(fault)
    next_one = town.li if how == "assigned" else town.zhao
    told = await next_one.told("昨晚有人摔了一跤")
    assert ("请用 /assign 1" in told.text) is (how == "retired")
    await town.until(lambda: any(m.file_id == said.file_id for m in next_one.chat.messages), "the picture")
    await town.wang.told("您不用再跟进")
    await town.settled()
    assert not any("摔了一跤" in text or "就在这里" in text for text in town.wang.sees())
