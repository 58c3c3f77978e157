"""/summary over HTTP: one message says that it is being counted and becomes the answer; the cases behind a figure."""

from __future__ import annotations

import asyncio

import pytest

from handlers import workshop
from liaisonbot.outgoing import StoredFile
from tests.stories.steps import pressed, reported
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


async def test_a_workbook_that_takes_its_time_holds_up_nobody_and_can_be_cancelled(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are answered meanwhile, and so is whoever waits for it; then they do not want it any more."""
    made = slowly(monkeypatch)
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    asked = town.zhao.says("/summary 本周")
    told = await town.sees(town.zhao.chat, "📊", after=asked)
    await pressed(town, town.zhao.presses(told, "数据表"))
    working = await town.sees(town.zhao.chat, "正在做数据表", after=told)

    await reported(town, town.lin, "三号楼的路灯坏了", group)
    helped = town.zhao.says("/overdue")
    await town.sees(town.zhao.chat, "", after=helped)
    assert "正在做数据表" in working.text
    await pressed(town, town.zhao.presses(working, "取消"))
    await town.shows(working, "已取消")

    made.set()
    await town.settled()
    assert not [m for m in town.zhao.chat.messages if m.kind == "document"]


async def test_a_bot_that_ends_in_the_middle_makes_the_file_when_it_is_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = slowly(monkeypatch)
    town.refusals.add("message is not modified")  # how far it is, said once more by the next run
    asked = town.zhao.says("/summary 2026-W30")
    told = await town.sees(town.zhao.chat, "📊", after=asked)
    await pressed(town, town.zhao.presses(told, "通报"))
    working = await town.sees(town.zhao.chat, "正在做情况通报", after=told)
    await town.restart_bot()
    assert "正在做情况通报" in working.text
    made.set()

    await town.shows(working, "情况通报（2026 年第 30 周）做好了")
    document = await town.until(lambda: [m for m in town.zhao.chat.messages if m.kind == "document"], "the bulletin")
    assert len(document) == 1


def slowly(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Files take until that is set."""
    go_on = asyncio.Event()

    async def by_a_program(self: workshop.Workshop, stored: StoredFile, language: str) -> bytes:
        await go_on.wait()
        return b"made"

    monkeypatch.setattr(workshop.Workshop, "_by_a_program", by_a_program)
    return go_on
