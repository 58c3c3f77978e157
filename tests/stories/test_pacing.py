"""Who writes very much is slowed down, and loses nothing by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.town import Town, a_town


@pytest.fixture
async def town(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    """An office that takes five messages a minute from each."""
    async with a_town(tmp_path, sqlite_url, intake={"messages_per_minute": 5}) as made:
        yield made


async def test_nothing_is_dropped(town: Town) -> None:
    """Told once; what came too fast waits in the inbox, over a restart too, and all of it becomes cases in order. What
    was edited while it waited reads as it was edited.
    """
    group = await town.group("阳光小区", [town.lin, town.he])
    for number in range(12):
        last = town.lin.writes(group, f"/report 第{number + 1}盏路灯坏")
    town.lin.edits(last, "/report 第12盏路灯坏了两天")
    slowed = await town.sees(group, "您发得有点快")
    assert "一条不会丢" in slowed.text
    town.he.writes(group, "/report 别人不用等")
    await town.sees(group, "别人不用等")
    await town.settled()
    assert sum("有点快" in m.text for m in group.messages) == 1

    await town.restart_bot()
    for _ in range(4):
        await town.later(seconds=60)
    await town.sees(group, "第12盏路灯坏了两天")
    texts = await town.read(lambda uow: [case.text for n in range(1, 14) if (case := uow.cases.get(n))])
    own = [text for text in texts if text and "盏" in text]
    assert own == [*(f"第{number + 1}盏路灯坏" for number in range(11)), "第12盏路灯坏了两天"]
    assert not any("重新发一次" in m.text for m in group.messages)
    assert await town.read(lambda uow: uow.cases.get(14)) is None
    assert sum("有点快" in m.text for m in group.messages) == 1


async def test_it_is_said_in_ones_own_language(town: Town) -> None:
    """Whoever reads English is told so in English, and nothing else with it."""
    for _ in range(6):
        town.alice.says("/privacy")
    slowed = await town.alice.told("a little fast")
    assert "at most 5 messages a minute" in slowed.text
    assert "nothing is lost" in slowed.text
    assert slowed.text.isascii()
