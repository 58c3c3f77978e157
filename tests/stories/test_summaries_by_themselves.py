"""Monday morning: staff find the week that is over in their chats, one asks for another day, one has left the bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.stories.steps import pressed, reported
from tests.support.town import Town

MONDAY_AT_NINE = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
FRIDAY_AT_NINE = datetime(2026, 12, 11, 1, 0, tzinfo=UTC)


async def test_a_week_comes_on_monday_and_from_then_on_on_fridays(town: Town) -> None:
    town.configure("summary", send_at="0 9 * * mon")
    await town.restart_bot()
    await town.sees(town.zhao.chat, "第 47 周")  # it is ten on a Monday: that week's is due since nine
    room = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "三号楼前的路灯坏了", room)
    await town.settled()
    town.sun.blocks()
    town.refusals |= {"bot was blocked by the user"}

    town.clock.set(MONDAY_AT_NINE)
    told = await town.sees(town.zhao.chat, "收到民情 1 件")  # the words of the chart below do not say it so
    assert "第 48 周" in told.text
    town.clock.move(timedelta(minutes=11))
    unreached = await town.sees(town.owner.chat, "没有发到")
    assert "孙伟" in unreached.text
    assert "第 48 周" in unreached.text

    before = town.zhao.chat.last
    await pressed(town, town.zhao.presses(told, "发送时间"))
    choice = await town.sees(town.zhao.chat, "按统一时间", after=before)
    await pressed(town, town.zhao.presses(choice, "星期五"))
    await town.shows(choice, "12月11日")

    before = town.zhao.chat.last
    town.clock.set(FRIDAY_AT_NINE)
    await town.sees(town.zhao.chat, "第 49 周", after=before)
    heads = [message.text.splitlines()[0] for message in town.zhao.chat.messages if "收件" in message.text]
    assert heads == [f"📊 2026 年第 {week} 周 · 阳光联络站" for week in (47, 48, 49)]
