"""After an erasure the bytes go from the files beside the database, too."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta

from storage import forgotten
from storage.database import open_database
from storage.erasing import Erasing
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
        erasing = asyncio.create_task(Erasing(database, sqlite_url).run())
        async with asyncio.timeout(10):
            while old.exists():
                await asyncio.sleep(0.02)
        erasing.cancel()
    assert new.exists()
    assert "d" in forgotten.noted_beside(database_file)
