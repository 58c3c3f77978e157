"""On the promised day: was it really done? Answered with a button, then shown or said in one's own words."""

from __future__ import annotations

import pytest

from sandbox.model import Message
from tests.stories.steps import answered, rated, reported_privately
from tests.support.town import Town

WALK = "人行道的砖松了"


async def asked_whether_done(town: Town) -> Message:
    """A promise whose day has come: the question to the constituent."""
    await reported_privately(town, town.lin, WALK)
    reply = await answered(town, town.wang, 1, "十二月一日前修好", reply_class="B 2026-12-01")
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("转入督办")
    await town.later(days=8)
    return await town.lin.told("真的落实了吗")


@pytest.mark.parametrize("answer", ["未落实", "部分落实"])
async def test_not_done_is_shown_and_said(towns: Town, answer: str) -> None:
    """Photo and words reach the deputy with the case; who reads it is told what the constituent said."""
    town = towns
    check = await asked_whether_done(town)
    town.lin.presses(check, answer)
    sorry = await town.lin.told("退回重新办理")
    assert "没真正办好" in sorry.text
    back = await town.wang.told("退回调处")
    assert f"群众说「{answer}」" in back.text.replace("❌ ", "").replace("🟡 ", "")
    staff = await town.zhao.told("没有完全落实")
    assert "王芳" in staff.text

    await town.lin.told("发张照片")
    town.lin.sends_photo(town.lin.chat, "还是松的")
    await town.lin.told("照片已附在民情 #1")
    await town.wang.told("还是松的")
    await town.zhao.told("还是松的")
    town.lin.says("下雨天一踩就溅水")
    await town.wang.told("下雨天一踩就溅水")
    await town.settled()

    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert (case.stage, await town.read(lambda uow: uow.cases.get(2))) == ("mediation", None)
    town.lin.says("/case 1")
    course = await town.lin.told("下雨天一踩就溅水")
    assert "还是松的 [照片]" in course.text


async def test_done_and_a_word_of_thanks(town: Town) -> None:
    """The case closes; the word is kept with it and opens no case of its own."""
    check = await asked_whether_done(town)
    town.lin.presses(check, "已落实")
    await town.lin.told("民情 #1 已办结")
    await town.lin.told("发张照片")

    town.lin.says("谢谢，修得很平")

    await town.lin.told("已补充到民情 #1")
    await town.wang.told("谢谢，修得很平")
    assert await town.read(lambda uow: uow.cases.get(2)) is None


async def test_what_comes_later_is_something_new(town: Town) -> None:
    """A quarter of an hour after the answer nobody thinks of it any more."""
    check = await asked_whether_done(town)
    town.lin.presses(check, "已落实")
    await town.lin.told("发张照片")
    await town.later(minutes=15)

    town.lin.says("楼道的灯坏了")

    await town.lin.told("已收到，民情 #2")
