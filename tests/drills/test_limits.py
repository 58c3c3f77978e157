"""Telegram's sending limits, kept by the sandbox to the second: a busy evening in one group."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.drills.crowd import Crowd
from tests.support.town import Town

pytestmark = [pytest.mark.drill, pytest.mark.timeout(180)]


async def test_a_busy_group_is_answered_without_one_refusal(sqlite_url: str, tmp_path: Path) -> None:
    """Two dozen reports at once: twenty cards in the first minute, the others after it, in order; nobody is flooded.

    A group takes 20 messages a minute and a private chat about one a second. The bot waits by itself; whoever has to be
    told to wait (429) waits longer.
    """
    town = Town(tmp_path, sqlite_url, telegram={"flood_limits": True})
    town.sandbox.flood.on = True
    try:
        await town.open()
        crowd = await Crowd.gather(town, people=24, groups=1)
        await crowd.report(24, random.Random("limits"))
        await town.settled(within=120)

        assert town.sandbox.flood.refused == 0
        await crowd.check_nothing_lost_nothing_twice()
        assert crowd.repeated() == 0
        town.examine()
    finally:
        await town.close()
