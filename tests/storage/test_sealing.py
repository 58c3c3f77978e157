"""While the bot runs, what was committed is sealed by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage import sealing as module
from storage.database import Database, open_database
from storage.schema.sealing import seal_heads
from storage.sealing import Sealing
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.histories import OF_KEY, a_history, audited
from tests.support.makers import NOW


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database[SqlUnitOfWork]]:
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as opened:
        yield opened


async def waiting(database: Database[SqlUnitOfWork]) -> int:
    audit = await database.read(audited)
    return sum(counts.waiting for counts in audit.counts.values())


async def test_it_seals_until_nothing_waits_and_ends_at_once(
    database: Database[SqlUnitOfWork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what comes later, and while somebody always waits for an answer."""
    monkeypatch.setattr(module, "EVERY", 0.02)
    sealing = Sealing(database, lambda: NOW, lambda: True)
    running = asyncio.create_task(sealing.run())
    for _ in range(2):
        await database.write(a_history)
        async with asyncio.timeout(20):
            while await waiting(database):
                await asyncio.sleep(0.02)
    sealing.stop()
    await asyncio.wait_for(running, 5)

    assert not (await database.read(audited)).findings
    assert (await database.read(audited)).counts["cases"].sealed == 12


async def test_a_chain_that_cannot_be_gone_on_with_stops_nothing_else(
    database: Database[SqlUnitOfWork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot runs on, and the log says where to look; it is tried again later."""
    monkeypatch.setattr(module, "EVERY", 0.02)
    sealing = Sealing(database, lambda: NOW, lambda: False)
    running = asyncio.create_task(sealing.run())
    await database.write(a_history)
    async with asyncio.timeout(20):
        while await waiting(database):
            await asyncio.sleep(0.02)
    gone = sa.delete(seal_heads).where(seal_heads.c.journal == OF_KEY["cases"].key)
    await database.write(lambda uow: uow.connection.execute(gone))
    await asyncio.sleep(0.2)

    assert not running.done()
    sealing.stop()
    await asyncio.wait_for(running, 5)
