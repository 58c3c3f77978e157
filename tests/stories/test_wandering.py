"""A random walk through the bot, the same each time: whoever speaks is answered, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.town import Town
from tests.support.wanderers import Wanderers

STEPS = 90


async def wandered(town: Town, seed: int, steps: int) -> list[str]:
    """What was wrong on a walk of so many steps."""
    walk = Wanderers(town, seed)
    try:
        await walk.gather()
        await walk.walk(steps)
    finally:
        await town.close()
    return [*walk.wrong, *(["on the way:", *walk.done] if walk.wrong else [])]


async def test_everybody_is_answered(tmp_path: Path, sqlite_url: str) -> None:
    """In their own language, by buttons that work; no update and no message is set aside."""
    assert await wandered(Town(tmp_path, sqlite_url), 1, STEPS) == []


@pytest.mark.drill
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [2, 3])
async def test_on_longer_walks(tmp_path: Path, sqlite_url: str, seed: int) -> None:
    """The same on ways that nobody has thought of."""
    assert await wandered(Town(tmp_path, sqlite_url), seed, 250) == []
