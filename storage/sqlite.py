"""The database as a SQLite file: one connection writes, two read."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa

from storage import traces
from storage.connection_thread import ConnectionThread
from storage.database import Database, U
from storage.errors import DatabaseUnavailable, TracesRemain, raise_instead, reason
from storage.group_commit import Entry, GroupCommit, Outcome
from storage.sqlite_connection import BUSY_SECONDS, HandRun, connect, overlay, unavailable
from storage.wakeups import Bell, Rung

T = TypeVar("T")

LISTEN_EVERY = 1.0
"""Seconds between looks whether another process has committed something. One costs as much as a small unit."""
_READERS = 2
_RETRY_SECONDS = 0.05
_REST_AFTER_REWRITING = 4
"""Times as long as the last one took: the writer is kept from its work a fifth of the time, where nobody's ten seconds
ask for more.
"""
_PROMISED_SECONDS = 10.0
_SPARE_SECONDS = 1.0
_BEFORE_THE_END = 2.5
"""Times as long as the last rewriting took: one for the next, one for the one during which somebody may have asked, and
half of one for bad luck.
"""


class SqliteDatabase(Database[U]):
    """See ``Database``. Lanes need no lock: the one writer runs one unit at a time, in the order they came."""

    dialect = "sqlite"

    def __init__(self, path: Path, unit_of_work: Callable[[sa.Connection], U], *, read_only: bool) -> None:
        super().__init__(str(path), unit_of_work, read_only=read_only)
        self._path = path
        self._writer: _Writer | None = None
        self._readers: list[_Reader] = []
        self._rewrite_again_at = 0.0
        self._rewriting_took = 0.0
        self._rewriting = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None
        self._heard = 0

    @classmethod
    async def open(cls, path: Path, unit_of_work: Callable[[sa.Connection], U], *, read_only: bool) -> Self:
        """Open the file, and make it if it is not there."""
        database = cls(path, unit_of_work, read_only=read_only)
        try:
            if not read_only:
                database._writer = await _Writer.open(path, database._wakeups.ring_with)
                database._heard = await database._writer.submit(commits_of_others, alone=True)
            for _ in range(_READERS):
                database._readers.append(await _Reader.open(path))
        except (sqlite3.Error, OSError) as exc:
            await database.close()
            raise DatabaseUnavailable(str(path), reason(exc)) from exc
        return database

    async def write(self, unit: Callable[[U], T], *, lanes: Sequence[str] = ()) -> T:
        self._require_open(writing=True)
        assert self._writer is not None
        return await self._writer.submit(lambda connection: unit(self._unit_of_work(connection)))

    async def read(self, unit: Callable[[U], T], *, unhurried: bool = False) -> T:
        self._require_open(writing=False)
        reader = min(self._readers, key=lambda reader: reader.waiting)
        return await reader.run(lambda connection: unit(self._unit_of_work(connection)), unhurried=unhurried)

    async def beside(self, unit: Callable[[U], T], *, writing: bool = False) -> T:
        return await (self.write(unit) if writing else self.read(unit, unhurried=True))

    async def wake(self, channel: str) -> Bell:
        if self._listening is None and self._writer is not None:
            self._listening = asyncio.create_task(self._listen(self._writer))
        return self._wakeups.bell(channel)

    async def _listen(self, writer: _Writer) -> None:
        """Wake everybody for what other processes commit: they cannot ring here, nor say for whom."""
        while True:
            await asyncio.sleep(LISTEN_EVERY)
            with contextlib.suppress(DatabaseUnavailable):
                commits = await writer.submit(commits_of_others, alone=True)
                if commits != self._heard:
                    self._heard = commits
                    self._wakeups.ring_all()

    async def erase_traces(self, *, within: float = 8.0, of: Sequence[str] = ()) -> None:
        self._require_open(writing=True)
        assert self._writer is not None
        async with self._rewriting:  # whoever comes second finds it done
            await self._rewrite_file(self._writer)
        deadline = time.monotonic() + within
        while not await self._writer.submit(_empty_log, alone=True):
            if time.monotonic() > deadline:
                raise TracesRemain(within)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _rewrite_file(self, writer: _Writer) -> None:
        since = await writer.submit(traces.noted, alone=True)
        if since is None:
            return
        await asyncio.sleep(self._rest(since))
        began = time.monotonic()
        await writer.submit(traces.rewrite_file, alone=True)
        self._rewriting_took = time.monotonic() - began
        self._rewrite_again_at = time.monotonic() + _REST_AFTER_REWRITING * self._rewriting_took

    def _rest(self, since: int) -> float:
        """Seconds until the file may be written anew.

        The writer does nothing else meanwhile, and a large file takes its time: erasures that follow each other must
        not stop the bot, so they gather for the next rewriting, as long as the first of them has not waited too long.
        """
        waited = time.time() - since
        left = _PROMISED_SECONDS - _SPARE_SECONDS - _BEFORE_THE_END * self._rewriting_took - waited
        return max(0.0, min(self._rewrite_again_at - time.monotonic(), left))

    async def close(self) -> None:
        self._closed = True
        if self._listening is not None:
            self._listening.cancel()
        readers, self._readers = self._readers, []
        writer, self._writer = self._writer, None
        for reader in readers:
            await reader.close()
        # Last, so that SQLite folds the log into the file and removes it.
        if writer is not None:
            await writer.close()


class _Writer:
    """The one connection that writes, and the queue before it."""

    def __init__(self, thread: ConnectionThread, ring: Callable[[Rung], None]) -> None:
        self._thread = thread
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Entry] = deque()
        self._group: GroupCommit
        self._working: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path, ring: Callable[[Rung], None]) -> Self:
        raws: list[HandRun] = []

        def connect_here() -> sqlite3.Connection:
            raws.append(connect(path))
            return raws[0]

        thread = await ConnectionThread.open(connect_here)
        writer = cls(thread, ring)
        writer._group = await thread.run(lambda: GroupCommit(raws[0], path, writer._settle_from_thread))
        return writer

    async def submit(self, run: Callable[[sa.Connection], T], *, alone: bool = False) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.append(Entry(run, future, alone))
        if self._working is None or self._working.done():
            self._working = self._loop.create_task(self._work())
        return await future

    async def _work(self) -> None:
        # While one commit waits for the disk, the loop goes on and fills the queue for the next.
        while self._queue:
            await self._thread.run_undisturbed(lambda committing: self._group.work_off(self._queue, committing))

    def _settle_from_thread(self, outcomes: list[Outcome]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._settle, outcomes)

    def _settle(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.wakes:
                self._ring(outcome.wakes)
            future = outcome.entry.future
            if future.done():
                continue
            if outcome.error is None:
                future.set_result(outcome.result)
            else:
                future.set_exception(outcome.error)

    async def close(self) -> None:
        while self._queue or (self._working is not None and not self._working.done()):
            if self._working is None or self._working.done():
                self._working = self._loop.create_task(self._work())
            await self._working
        await self._thread.close()


class _Reader:
    """A connection that cannot write. Each unit sees one state of the database."""

    def __init__(self, thread: ConnectionThread, path: Path) -> None:
        self.waiting = 0
        self._thread = thread
        self._path = path
        self._raw: HandRun
        self._connection: sa.Connection

    @classmethod
    async def open(cls, path: Path) -> Self:
        raws: list[HandRun] = []

        def connect_here() -> sqlite3.Connection:
            raws.append(connect(path, read_only=True))
            return raws[0]

        reader = cls(await ConnectionThread.open(connect_here), path)
        reader._raw = raws[0]
        reader._connection = await reader._thread.run(lambda: overlay(raws[0]))
        return reader

    async def run(self, unit: Callable[[sa.Connection], T], *, unhurried: bool) -> T:
        self.waiting += 1
        try:
            if unhurried:
                return await self._thread.run(lambda: self._run(unit))
            return await self._thread.run_undisturbed(lambda _: self._run(unit))
        finally:
            self.waiting -= 1

    def _run(self, unit: Callable[[sa.Connection], T]) -> T:
        try:
            self._raw.execute("BEGIN")
            return unit(self._connection)
        except (sqlite3.Error, sa.exc.DBAPIError) as exc:
            raise_instead(unavailable(self._path, exc), exc)
        finally:
            if self._raw.in_transaction:
                self._raw.execute("COMMIT")

    async def close(self) -> None:
        await self._thread.close()


def commits_of_others(connection: sa.Connection) -> int:
    """A number that changes with what other connections commit, and never with what this one does."""
    version: int = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    return version


def _empty_log(connection: sa.Connection) -> bool:
    """Write the log into the file and cut it to nothing. False while a reader still needs it."""
    # Without patience: a reader must not hold up the writer's thread for seconds.
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    return not busy
