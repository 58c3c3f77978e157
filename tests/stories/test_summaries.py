"""/summary over HTTP: one message says that it is being counted and becomes the answer; the cases behind a figure."""

from __future__ import annotations

from tests.stories.steps import pressed
from tests.support.town import Town


async def test_a_week_is_asked_for_and_looked_into(town: Town) -> None:
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, "/report 三号楼的路灯坏了")
    await town.settled()
    deputy = next(person for person in (town.wang, town.li) if any("路灯" in m.text for m in person.chat.messages))
    deputy.says("/reply 1 灯泡换好了")
    await town.settled()
    await town.later(days=8)

    asked = town.zhao.says("/summary")
    told = await town.sees(town.zhao.chat, "📊", after=asked)
    await town.settled()
    assert "收到民情 1 件" in told.text
    assert any("正在统计" in version for version in told.versions), "it has become the answer"
    assert not [m for m in town.zhao.chat.messages if m.by_bot and m.text.startswith("⏳")]

    await pressed(town, town.zhao.presses(told, "是哪些"))
    choice = await town.sees(town.zhao.chat, "哪个数字", after=told)
    await pressed(town, town.zhao.presses(choice, "首次答复"))
    await town.shows(choice, "#1")
    await town.settled()
    await pressed(town, town.zhao.presses(choice, "#1"))
    await town.settled()
    assert any("灯泡换好了" in m.text for m in town.zhao.chat.messages if m.by_bot)

    await pressed(town, town.zhao.presses(told, "前一段"))
    before = await town.sees(town.zhao.chat, "没有新的民情", after=choice)
    assert before is not told
