"""A random walk through the bot, the same each time: whoever speaks is answered, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ports import a_port
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


def webhook() -> dict[str, str]:
    """Telegram delivers, instead of being asked."""
    port = a_port()
    return {
        "mode": "webhook",
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_listen": f"127.0.0.1:{port}",
        "webhook_secret": "a-secret-for-tests",
    }


@pytest.mark.drill
@pytest.mark.timeout(600)
async def test_where_everything_is_kept_in_postgresql_and_delivered(tmp_path: Path, postgres_url: str) -> None:
    """The same on the other engine, and the other way round."""
    assert await wandered(Town(tmp_path, postgres_url, telegram=webhook()), 4, 120) == []
