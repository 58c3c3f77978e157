"""The clock, as people in town see it: every rung of the ladder, an extension, a pause."""

from __future__ import annotations

from sandbox.model import Message
from tests.stories.steps import pressed, reported_privately, unfolded
from tests.support.town import Town


async def test_one_case_through_every_rung_of_the_ladder(towns: Town) -> None:
    """Reported on Monday, due on Wednesday, and nobody looks after it; a restart on the way changes nothing."""
    town = towns
    await reported_privately(town, town.lin, "人行道的砖松了")
    await town.later(hours=22)  # Tuesday, eight in the morning
    await town.wang.told("快到期了")
    await town.later(days=2)
    await town.wang.told("民情 #1 已到期")
    await town.restart_bot()
    await town.later(days=1)
    await town.wang.told("催办：民情 #1")
    staff = await town.zhao.told("催办：民情 #1")
    assert "👤 王芳" in staff.text
    await town.later(days=4)  # over the weekend
    await town.wang.told("🔴 督办：民情 #1")
    await town.later(days=2)
    await town.owner.told("重点督办：民情 #1")
    await town.later(days=5)
    await town.settled()

    said = [text[0] for text in town.wang.sees() if text[0] in "⏳⏰📣🔴🚨"]
    assert said == list("⏳⏰📣🔴🚨")
    town.zhao.says("/overdue")
    listed = await town.zhao.told("超期清单")
    assert "重点督办" in listed.text
    town.lin.says("/case 1")
    assert "超期督办" in (await town.lin.told("经过")).text


async def test_after_downtime_one_message_lists_what_is_late(towns: Town) -> None:
    """Nothing looked at the clock for nine days: the deputy and staff each read one message with both cases."""
    town = towns
    await reported_privately(town, town.lin, "人行道的砖松了")
    town.lin.says("/report 河边的垃圾没人收")
    await town.lin.told("民情 #2")
    town.zhao.says("/assign 2 王芳")
    await town.settled()
    await town.later(days=9)
    for worker in (town.wang, town.zhao):
        listed = await worker.told("2 项快到期或已到期")
        assert all(f"督办 #{number}" in listed.text for number in (1, 2))
    town.wang.presses(listed_by(town), "#2")
    assert "河边的垃圾" in (await town.wang.told("经过")).text
    await town.settled()
    assert sum("快到期或已到期" in text for text in town.zhao.sees()) == 1


def listed_by(town: Town) -> Message:
    """The newest list that the deputy has."""
    return next(message for message in reversed(town.wang.chat.messages) if "快到期或已到期" in message.text)


async def test_more_time_with_the_reason(town: Town) -> None:
    """The deputy extends by button; the constituent reads until when and why; nobody is reminded of the old day."""
    card = await reported_privately(town, town.lin, "人行道的砖松了")
    town.wang.presses(await unfolded(town, town.wang, card), "延期")
    await town.wang.told("延长到哪一天")
    town.wang.says("2026-12-04")
    await town.wang.told("请写延期的原因")
    town.wang.says("要等厂家送砖")
    told = await town.lin.told("需要多一些时间")
    assert "12月4日" in told.text
    assert "要等厂家送砖" in told.text
    await town.later(days=5)
    assert "已到期" not in "".join(town.wang.sees())


async def test_the_clock_waits_for_the_constituent(towns: Town) -> None:
    """Asked for details on Monday, reminded on Friday, answered then: the limit has moved by the days of the pause."""
    town = towns
    card = await reported_privately(town, town.lin, "人行道的砖松了")
    town.wang.says("/ask 1 在哪一段？请拍张照片")
    question = await town.lin.told("想再了解一下")
    assert "请拍张照片" in question.text
    await town.shows(card, "⏸")
    await town.later(days=4)
    await town.lin.told("还在等您补充")
    assert "到期" not in "".join(text for text in town.wang.sees() if "快到期" in text or "已到期" in text)

    town.lin.says("小学门口那一段", reply_to=question)
    resumed = await town.lin.told("继续办理")
    assert "12月1日" in resumed.text
    relayed = await town.wang.told("小学门口那一段")
    assert "小林" not in relayed.text
    await town.until(lambda: "⏸" not in card.text, "the clock goes on")


async def test_a_nudge_once_a_day(town: Town) -> None:
    """By the card's button, from the next day on; the receipt of a moment ago has none."""
    await reported_privately(town, town.lin, "人行道的砖松了")
    receipt = town.lin.chat.stands("已收到")
    assert not any("催一下" in label for label in receipt.labels)
    await town.later(days=1)
    town.lin.presses(receipt, "查看经过")
    card = await town.lin.told("经过")
    first = await pressed(town, town.lin.presses(card, "催一下"))
    assert "已经提醒" in (first.answer or "")
    await town.wang.told("群众在催民情 #1")
    second = await pressed(town, town.lin.presses(card, "催一下"))
    assert "今天已经催过" in (second.answer or "")
