"""A deputy is away, with a delegate and without one."""

from __future__ import annotations

from tests.stories.steps import pressed, reported_privately
from tests.support.town import Town


async def test_leave_with_a_delegate(towns: Town) -> None:
    """The case somebody names them for goes to the delegate, and both sides read so; the open ones follow for that
    time and come back.
    """
    town = towns
    await reported_privately(town, town.lin, "王芳代表，路灯坏了")
    town.wang.says("/accept 1")
    await town.lin.told("民情 #1 已受理")

    town.wang.says("/leave 2026-11-23 2026-11-24 李强")
    noted = await town.wang.told("已记下")
    assert "新民情由 李强代表代办" in noted.text
    await town.zhao.told("王芳代表请假")
    await town.li.told("王芳代表请您代办")

    card = await reported_privately(town, town.lin, "王芳代表，井盖也没了", to=town.li)
    assert "王芳代表请假，由 李强代表代办" in card.text
    receipt = await town.lin.told("已收到，民情 #2")
    assert "王芳代表请假，由 李强代表代办" in receipt.text

    await pressed(town, town.wang.presses(noted, "手上的也请李强代办"))
    await town.lin.told("民情 #1 由 李强代表代办")
    town.li.says("/mediate 1 已联系路灯所")
    await town.lin.told("已联系路灯所")

    await town.later(days=2)
    back = await town.wang.told("欢迎回来")
    assert "1 件" in back.text
    await town.lin.told("民情 #1 现在由 王芳代表跟进")
    await town.li.told("王芳代表回来了")
    town.wang.says("/reply 1 A 修好了")
    await town.lin.told("修好了")
    owner = await town.read(lambda uow: uow.roster.get((uow.cases.get(2) or missing()).deputy_id or 0))
    assert owner is not None
    assert owner.name == "李强"


async def test_leave_without_a_delegate(towns: Town) -> None:
    """Cases go past; when all are away they wait for staff, who assign no one that is not here; cancelled, they come
    again.
    """
    town = towns
    town.wang.says("/leave 2026-11-23 2026-11-27")
    noted = await town.wang.told("先转给站里其他代表")
    card = await reported_privately(town, town.lin, "王芳代表，路灯坏了", to=town.li)
    assert "代办" not in card.text

    town.li.says("/leave 2026-11-23 2026-11-23")
    await town.li.told("已记下")
    town.lin.says("井盖没了")
    await town.zhao.told("待分派的民情")
    town.zhao.says("/assign 2 王芳")
    await town.zhao.told("王芳代表请假到")
    await pressed(town, town.wang.presses(noted, "取消这次请假"))
    await town.zhao.told("王芳代表取消了")
    town.zhao.says("/assign 2 王芳")
    await town.wang.told("有新民情")


async def test_back_before_its_end(towns: Town) -> None:
    """Leave is cancelled from /leave: what was looked after comes back at once, and everybody hears of it."""
    town = towns
    await reported_privately(town, town.lin, "王芳代表，路灯坏了")
    town.wang.says("/leave 2026-11-23 2026-12-04 李强")
    await pressed(town, town.wang.presses(await town.wang.told("已记下"), "手上的也请李强代办"))
    await town.lin.told("民情 #1 由 李强代表代办")
    await town.later(days=3)

    asked = town.wang.says("/leave")
    leave = await town.sees(town.wang.chat, "您的请假", after=asked)
    await pressed(town, town.wang.presses(leave, "取消这次请假"))

    await town.shows(leave, "已取消")
    await town.lin.told("民情 #1 现在由 王芳代表跟进")
    await town.li.told("王芳代表取消了")
    await town.zhao.told("王芳代表取消了")
    town.wang.says("/inbox")
    assert "#1" in (await town.wang.told("待办民情")).text
    town.li.says("/inbox")
    await town.li.told("现在没有待办民情")
    await reported_privately(town, town.he, "王芳代表，井盖也没了", to=town.wang)


def missing() -> None:
    raise AssertionError("there is no such case")
