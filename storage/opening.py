"""Opening the office's database for a bot that stays: nobody else has it, its tables are today's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial

from storage import revision
from storage.database import Database, open_database
from storage.instance_lock import sole_use
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, sqlite_path


@asynccontextmanager
async def opened(url: str, default_language: str) -> AsyncIterator[Database[SqlUnitOfWork]]:
    """The database, migrated. Raises AlreadyRunning where another process has the SQLite file, and StorageError.

    On PostgreSQL several processes may have it open; who of them leads is decided by ``storage.leadership``.
    """
    with _sole_use(url):
        # On a thread: a large database takes its time, and whoever waits for us may want to be told so.
        await asyncio.to_thread(revision.bring_up_to_date, url)
        unit_of_work = partial(SqlUnitOfWork, default_language=default_language)
        async with await open_database(url, unit_of_work=unit_of_work) as database:
            yield database


def _sole_use(url: str) -> AbstractContextManager[None]:
    return sole_use(sqlite_path(url)) if dialect_of(url) == "sqlite" else nullcontext()
