"""The edges over a sandbox: real HTTP, a real SQLite file, and as much of the bot as a test is about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.api import BotApi
from handlers.backend import Backend
from handlers.office import Office
from liaisonbot.clock import MovableClock
from liaisonbot.incoming import Bot
from liaisonbot.settings import Settings
from sandbox import Person, Room, Sandbox
from storage.database import Database, open_database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.office import MONDAY

OWNER = 9_000_000_001
QUICK = 2.0
"""Seconds after which a call counts as unanswered."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """It is a working Monday there, whatever day it is outside."""
    clock = MovableClock()
    clock.set(MONDAY)
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[BotApi]:
    async with an_api(sandbox.url, sandbox.token) as calling:
        yield calling


@pytest.fixture
def alice(sandbox: Sandbox) -> Person:
    """Somebody who has opened the private chat; nothing waits to be fetched."""
    alice = sandbox.user("Alice", language="en")
    alice.starts()
    sandbox.world.updates.clear()
    return alice


@pytest.fixture
def group(sandbox: Sandbox, alice: Person) -> Room:
    group = sandbox.supergroup("阳光小区", [alice], bot=True)
    sandbox.world.updates.clear()
    return group


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database[SqlUnitOfWork]]:
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as opened:
        yield opened


@pytest.fixture
def settings(sandbox: Sandbox, sqlite_url: str) -> Settings:
    return the_settings(sandbox.url, sqlite_url)


@pytest.fixture
def office(database: Database[SqlUnitOfWork], sandbox: Sandbox, settings: Settings) -> Office:
    return Office(database, sandbox.clock, settings, Bot(sandbox.bot.id, sandbox.bot.username or ""))


@asynccontextmanager
async def an_api(url: str, token: str = "42:TEST", *, read_seconds: float = QUICK) -> AsyncIterator[BotApi]:
    """Calls to the server at that address."""
    backend = Backend(read_seconds=read_seconds, connect_seconds=QUICK)
    await backend.initialize()
    try:
        yield BotApi(backend, url, token)
    finally:
        await backend.shutdown()


def the_settings(url: str, database_url: str, **telegram: Any) -> Settings:
    sections = {
        "telegram": {"token": "42:TEST", "api_base_url": url, **telegram},
        "database": {"url": database_url},
        "access": {"owner_ids": [OWNER]},
    }
    return Settings.model_validate(sections)


@asynccontextmanager
async def going(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Let it run while the test looks on; an error of its own is raised at the end."""
    task = asyncio.create_task(work)
    try:
        yield task
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])


async def eventually(condition: Callable[[], Any | Awaitable[Any]], what: str, seconds: float = 10.0) -> Any:
    """Wait until the condition gives something true, and return that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        assert loop.time() < end, f"{what} did not come within {seconds:g} s"
        await asyncio.sleep(0.01)


class FixedClock(MovableClock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        return self._at + self.ahead
