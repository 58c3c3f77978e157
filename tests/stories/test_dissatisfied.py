"""An answer that does not satisfy goes back, until it does."""

from __future__ import annotations

import pytest

from tests.stories.steps import answered, rated, reported
from tests.support.town import Town


@pytest.mark.parametrize(("attitude", "result"), [("满意", "不满意"), ("不满意", "满意")])
async def test_dissatisfied_then_again_then_closed(town: Town, attitude: str, result: str) -> None:
    """Dissatisfied in either part sends the case back; deputy and staff hear of it; the second answer closes it."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    card = await reported(town, town.lin, "垃圾三天没人收", group)
    public = await town.sees(group, "#1")

    first = await answered(town, town.wang, 1, "已经收过了")
    await rated(town, town.lin, first, attitude, result)
    sorry = await town.lin.told("退回重新办理")
    back = await town.wang.told("退回调处")
    assert f"态度 {attitude}，结果 {result}" in back.text
    assert any("答复" in label for label in back.labels)
    staff = await town.zhao.told("群众不满意")
    assert "#1" in staff.text
    await town.shows(public, "🔵 调处")

    town.lin.says("我家楼下还堆着", reply_to=sorry)
    await town.wang.told("我家楼下还堆着")
    second = await answered(town, town.wang, 1, "今早全部清走了")
    await rated(town, town.lin, second, "满意", "满意")
    await town.lin.told("民情 #1 已办结")
    await town.shows(public, "已办结：群众确认")
    await town.shows(back, "已办结：群众确认")
    assert card.labels is not None


async def test_a_rating_can_be_changed_until_both_are_given(town: Town) -> None:
    """A slip of the finger costs nothing."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    await reported(town, town.lin, "垃圾三天没人收", group)
    reply = await answered(town, town.wang, 1)

    town.lin.presses_at(reply, 1, 2)
    await town.until(lambda: any("办理态度：不满意" in label for label in reply.labels), "the slip")
    town.lin.presses(reply, "点此重选")
    await town.until(lambda: not any("点此重选" in label for label in reply.labels), "the choice once more")
    await rated(town, town.lin, reply, "满意", "满意")

    await town.lin.told("民情 #1 已办结")
