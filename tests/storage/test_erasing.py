"""After an erasure the bytes go from the files beside the database, too."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from storage import erasing, forgotten
from storage.database import open_database
from storage.erasing import Erasing
from storage.errors import TracesRemain
from storage.migrate import copy_name, upgrade
from storage.schema import forgotten as forgotten_table
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_path


async def test_copies_made_before_an_erasure_are_removed_and_later_ones_stay(sqlite_url: str) -> None:
    """A copy that upgrades or restores left holds what was erased since; one made afterwards does not."""
    await asyncio.to_thread(upgrade, sqlite_url)
    database_file = sqlite_path(sqlite_url)
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    old, new = copy_name(database_file, "before-0001"), copy_name(database_file, "before-0001")
    for file, moment in ((old, at - timedelta(days=1)), (new, at + timedelta(hours=1))):
        file.write_bytes(b"words")
        os.utime(file, (moment.timestamp(), moment.timestamp()))
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        row = forgotten_table.insert().values(digest="d", forgotten_at=at)
        await database.write(lambda uow: uow.connection.execute(row) and None)
        going = asyncio.create_task(Erasing(database, sqlite_url).run())
        async with asyncio.timeout(10):
            while old.exists():
                await asyncio.sleep(0.02)
        going.cancel()
    assert new.exists()
    assert "d" in forgotten.noted_beside(database_file)


async def test_traces_that_could_not_be_removed_are_removed_as_soon_as_they_can(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads for long holds up the ten seconds; nobody has to be forgotten after that for it to go on."""
    monkeypatch.setattr(erasing, "AGAIN_SECONDS", 0.05)
    database = Read(3)
    going = asyncio.create_task(Erasing(database, sqlite_url).run_for_ballots())  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while database.tries < 4:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    going.cancel()
    assert database.tries == 4


class Read:
    """A database that somebody reads so many times when traces are to be removed."""

    def __init__(self, times: int) -> None:
        self.tries = 0
        self._times = times
        self._bell = asyncio.Event()

    async def wake(self, channel: str) -> asyncio.Event:
        return self._bell

    async def read(self, unit: object) -> bool:
        return True

    async def erase_traces(self, *, within: float, of: object) -> None:
        self.tries += 1
        if self.tries <= self._times:
            raise TracesRemain(within)
