"""After somebody was forgotten, or a secret ballot was cast, the bytes go too: from the database's files, in seconds.

The erasure itself is a unit of work like any other. What it leaves outside the tables (SQLite's write-ahead log) is
removed here, more than once: the farewell that is sent afterwards carries the person's chat id for a moment too.

A ballot and the register of voters change together, so the log, which holds pages as they were after each commit, would
tell whose ballot it is; so would the voter's own press, and the receipt that waited to be sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from storage import erasure, forgotten, urns
from storage.database import Database
from storage.errors import StorageError
from storage.unit_of_work import SqlUnitOfWork

PAUSES_SECONDS: Final = (1.0, 3.0)
"""Traces are removed at once, and after each of these pauses; well within the ten seconds that are promised."""

AGAIN_SECONDS: Final = 5.0
"""What could not be removed, since somebody was reading the database, is tried again so soon, until it is."""

log = structlog.get_logger()


class Erasing:
    """Waits for erasures and ballots. At start it looks whether anything was cut short."""

    def __init__(self, database: Database[SqlUnitOfWork], url: str) -> None:
        self._database = database
        self._url = url

    async def run(self) -> None:
        await self._whenever(erasure.CHANNEL, self._remove_traces)

    async def run_for_ballots(self) -> None:
        await self._whenever(urns.CHANNEL, self._remove_traces_of_ballots)

    async def _whenever(self, channel: str, remove: Callable[[], Awaitable[bool]]) -> None:
        asked: asyncio.Event = await self._database.wake(channel)
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
            if not await remove() and not pauses:
                pauses = [AGAIN_SECONDS]

    async def _remove_traces_of_ballots(self) -> bool:
        if not await self._database.read(lambda uow: uow.urns.in_use()):
            return True
        return await self._empty(of=urns.TABLES)

    async def _remove_traces(self) -> bool:
        """Note the digests beside the database (a lost file must undo no erasure), and empty what was left behind.
        Whether nothing remains.
        """
        people = await self._database.read(lambda uow: forgotten.stored(uow.connection))
        if not people:
            return True
        # Only here, since Alembic comes along with it; see storage/revision.py.
        from storage import backup

        await asyncio.to_thread(forgotten.note_missing, self._url, people)
        await asyncio.to_thread(backup.remove_kept_copies, self._url, max(people.values()))
        return await self._empty()

    async def _empty(self, of: Sequence[str] = ()) -> bool:
        try:
            await self._database.erase_traces(within=2.0, of=of)
        except StorageError as exc:
            log.warning("traces remain, trying again in a moment", why=str(exc))
            return False
        return True
