"""After somebody was forgotten, the bytes go too: from the database's files, within seconds.

The erasure itself is a unit of work like any other. What it leaves outside the tables (SQLite's write-ahead log) is
removed here, more than once: the farewell that is sent afterwards carries the person's chat id for a moment too.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog

from storage import erasure, forgotten
from storage.database import Database
from storage.errors import StorageError
from storage.unit_of_work import SqlUnitOfWork

PAUSES_SECONDS: Final = (1.0, 3.0)
"""Traces are removed at once, and after each of these pauses; well within the ten seconds that are promised."""

log = structlog.get_logger()


class Erasing:
    """Waits for erasures. At start it looks whether one was cut short."""

    def __init__(self, database: Database[SqlUnitOfWork], url: str) -> None:
        self._database = database
        self._url = url

    async def run(self) -> None:
        asked: asyncio.Event = await self._database.wake(erasure.CHANNEL)
        pauses: list[float] = [0.0]
        while True:
            if pauses:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), pauses.pop(0))
            else:
                await asked.wait()
            if asked.is_set():
                asked.clear()
                pauses = list(PAUSES_SECONDS)  # whoever asks meanwhile is not kept waiting for a pause of others
            await self._remove_traces()

    async def _remove_traces(self) -> None:
        """Note the digests beside the database (a lost file must undo no erasure), and empty what was left behind."""
        people = await self._database.read(lambda uow: forgotten.stored(uow.connection))
        if not people:
            return
        # Only here, since Alembic comes along with it; see storage/revision.py.
        from storage import backup

        await asyncio.to_thread(forgotten.note_missing, self._url, people)
        await asyncio.to_thread(backup.remove_kept_copies, self._url, max(people.values()))
        try:
            await self._database.erase_traces(within=2.0)
        except StorageError as exc:
            log.warning("traces remain, trying again with the next erasure", why=type(exc).__name__)
