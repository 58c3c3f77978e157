"""Webhook mode, end to end: Telegram delivers, we say 200 when it is on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.ports import a_port
from tests.support.town import Town, a_town

SECRET = "a-secret-for-tests"


@pytest.fixture
async def town(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    """An office to which updates are delivered."""
    port = a_port()
    telegram = {
        "mode": "webhook",
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_listen": f"127.0.0.1:{port}",
        "webhook_secret": SECRET,
    }
    async with a_town(tmp_path, sqlite_url, telegram=telegram) as made:
        await made.until(lambda: made.sandbox.called("setWebhook"), "the webhook")
        yield made


def an_update(town: Town, number: int, text: str) -> dict[str, object]:
    message = {
        "message_id": 900_000 + number,
        "date": int(town.clock.now().timestamp()),
        "chat": {"id": town.lin.id, "type": "private", "first_name": "小林"},
        "from": {"id": town.lin.id, "is_bot": False, "first_name": "小林", "language_code": "zh-hans"},
        "text": text,
    }
    return {"update_id": number, "message": message}


async def deliver(town: Town, update: object, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with aiohttp.ClientSession() as session:
        url = town.settings.telegram.webhook_url or ""
        async with session.post(url, json=update, headers=headers) as answer:
            return answer.status


async def test_a_case_by_webhook(town: Town) -> None:
    """The same as by polling; a restart is not noticed."""
    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
    await town.stop_bot()
    town.lin.says("下水道堵了")
    await town.start_bot()
    await town.lin.told("民情 #2")
    assert not town.sandbox.called("getUpdates")


@pytest.mark.parametrize("secret", [None, "", "another-secret", "密"])
async def test_nobody_delivers_without_the_secret(town: Town, secret: str | None) -> None:
    """403, and nothing of it is kept."""
    if secret == "密":
        secret = "%E5%AF%86"
    assert await deliver(town, an_update(town, 1, "我不是 Telegram"), secret) == 403
    await town.settled()
    assert not town.lin.chat.messages
    assert await town.read(lambda uow: uow.cases.get(1)) is None


async def test_nonsense_is_refused(town: Town) -> None:
    """What has no update id cannot be kept."""
    assert await deliver(town, ["no update"]) == 400
    assert await deliver(town, {"message": {}}) == 400


async def test_200_means_it_is_stored(town: Town, tmp_path: Path) -> None:
    """As long as the database cannot be written there is no answer; after the answer a repetition changes nothing."""
    town.lin.chat.started = True
    await town.settled()
    held = sqlite3.connect(tmp_path / "liaison.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    delivery = asyncio.create_task(deliver(town, an_update(town, 5, "路灯坏了")))
    _, waiting = await asyncio.wait({delivery}, timeout=0.3)
    assert waiting, "it was not stored yet"
    held.execute("ROLLBACK")
    held.close()
    assert await delivery == 200
    await town.lin.told("民情 #1")

    assert await deliver(town, an_update(town, 5, "路灯坏了")) == 200
    assert await deliver(town, an_update(town, 6, "下水道堵了")) == 200
    await town.lin.told("民情 #2")
    await town.settled()
    assert await town.read(lambda uow: uow.cases.get(3)) is None
