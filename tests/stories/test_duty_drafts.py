"""Drafts of the duty log as a deputy meets them in a day's work."""

from __future__ import annotations

from tests.stories.steps import pressed, reported
from tests.support.town import Town


async def test_the_offer_comes_below_the_answer_and_grows(town: Town) -> None:
    """Once for a case, by command or button; one tap files all that waits."""
    room = await town.group("阳光小区", [town.lin])
    first = await reported(town, town.lin, "王芳代表，路灯坏了", room)
    await reported(town, town.lin, "王芳代表，井盖没了", room)

    await pressed(town, town.wang.presses(first, "受理"))
    offered = await town.wang.told("记进履职")
    answer = town.wang.says("/accept 2")
    said = await town.wang.told("已受理 #2", after=answer)
    second = await town.wang.told("记进履职", after=answer)
    assert offered.id < said.id < second.id

    town.wang.says("/reply 1 修好了")
    await town.shows(offered, "受理、答复")
    await pressed(town, town.wang.presses(second, "2 条都记"))
    await town.shows(second, "已记 2 条")
    await town.shows(offered, "登记好了")
    assert len([m for m in town.wang.chat.messages if "记进履职" in m.text]) == 0
