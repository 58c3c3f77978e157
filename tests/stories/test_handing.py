"""A case on its way through the handling units, as all sides see it."""

from __future__ import annotations

from tests.stories.steps import answered, pressed, rated, reported
from tests.support.town import Town


async def test_handed_over_returned_and_handed_on(towns: Town) -> None:
    """Staff keep the units; the deputy hands over by buttons; one returns it; staff hand it on; the answer ends it."""
    town = towns
    town.zhao.says("/setunit 路灯所 | 老周 8888 | 市政设施")
    await town.zhao.told("已保存")
    town.zhao.says("/setunit 供电所 | 95598 | 水电气热")
    await town.zhao.told("95598")
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "路灯坏了，三号门", group)
    await pressed(town, town.wang.presses(card, "受理"))
    await town.shows(card, "可以交给：路灯所")

    await pressed(town, town.wang.presses(card, "交办"))
    asked = await town.wang.told("交给哪家单位主办")
    await pressed(town, town.wang.presses(asked, "路灯所"))
    await pressed(town, town.wang.presses(await town.wang.told("还有单位协办吗"), "就这一家"))
    await pressed(town, town.wang.presses(await town.wang.told("哪天前给结果"), "7天后"))
    await town.wang.told("请写明要单位做什么")
    town.wang.says("三号门的灯不亮，请派人看看")
    await town.wang.told("老周 8888")
    told = await town.lin.told("已交给路灯所办理")
    assert "11月30日" in told.text
    assert "派人看看" not in told.text
    await town.shows(card, "主办：路灯所 · 11月30日")

    town.wang.says("/returned 1 路灯所 灯杆归供电所")
    await town.wang.told("路灯所退回，已记下")
    await town.zhao.told("路灯所退回")
    town.zhao.says("/hand 1 供电所;路灯所 2026-12-02 一起去现场")
    await town.zhao.told("已交给供电所（主办）、路灯所")
    await town.lin.told("已交给供电所（主办）、路灯所办理")
    heard = await town.wang.told("工作人员已把民情 #1 交给")
    assert "12月2日" in heard.text
    await town.later(days=11)
    timeline = town.wang.says("/case 1")
    shown = await town.sees(town.wang.chat, "经过", after=timeline)
    assert "主办：供电所 · 12月2日周三已到期" in shown.text

    reply = await answered(town, town.wang, 1, "供电所换了灯", to=town.lin.chat)
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("民情 #1 已办结")
    town.zhao.says("/unit 供电所")
    await town.zhao.told("交办 1 件")
