"""The database on a PostgreSQL server: a few threads, each unit in a transaction of its own.

Units are SERIALIZABLE, so that they may rely on what they have read just as on SQLite, whichever process runs them; one
that conflicts with a neighbour is run again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any, Self, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from storage import wakeups
from storage.database import Database, U
from storage.errors import raise_instead
from storage.lanes import ROAD, Lanes, lock_number
from storage.postgres_connection import is_conflict, lent_to_unit, make_engine, pause_before_retry, unavailable
from storage.postgres_listener import Listener
from storage.urls import shown
from storage.wakeups import Bell, Rung

T = TypeVar("T")

_THREADS = 4

# Every unit that writes is on the road, together with others. One that has met a conflict gets the road to itself and
# cannot meet another: however hot a row is, everybody arrives. (With random pauses alone, units that all count up one
# row gave up after twenty attempts.) So do the next few, since where one row is wanted it will be wanted again: that
# makes nearly as many units a second as one thread would, where meeting and starting anew makes half.
_ALONE_AFTER_CONFLICT = 25

_LOCK = b"""
    SELECT CASE WHEN alone THEN pg_advisory_lock(n)::text ELSE pg_advisory_lock_shared(n)::text END
    FROM unnest(%s::bigint[], %s::boolean[]) AS lock (n, alone)"""
_UNLOCK = b"""
    SELECT CASE WHEN alone THEN pg_advisory_unlock(n) ELSE pg_advisory_unlock_shared(n) END
    FROM unnest(%s::bigint[], %s::boolean[]) AS lock (n, alone)"""


class PostgresDatabase(Database[U]):
    """See ``Database``."""

    dialect = "postgresql"

    def __init__(self, url: str, unit_of_work: Callable[[sa.Connection], U], *, read_only: bool) -> None:
        super().__init__(shown(url), unit_of_work, read_only=read_only)
        self._url = url
        self._engine = make_engine(url, connections=_THREADS, in_use=not read_only)
        self._writing = self._engine.execution_options(isolation_level="SERIALIZABLE")
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._beside = self._engine.execution_options(isolation_level="READ COMMITTED")
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="database")
        self._lanes = Lanes()
        self._cautious = 0
        self._under_way: set[asyncio.Task[Any]] = set()
        self._listener: Listener | None = None

    @classmethod
    async def open(cls, url: str, unit_of_work: Callable[[sa.Connection], U], *, read_only: bool) -> Self:
        """Connect once, to learn now rather than later whether that is possible."""
        database = cls(url, unit_of_work, read_only=read_only)
        try:
            await database._in_thread(lambda: database._attempt_read(lambda _: None))
        except BaseException as exc:
            await database.close()
            raise_instead(unavailable(url, exc), exc)
        return database

    async def write(self, unit: Callable[[U], T], *, lanes: Sequence[str] = ()) -> T:
        self._require_open(writing=True)
        return await self._whole(self._write(unit, lanes))

    async def read(self, unit: Callable[[U], T], *, unhurried: bool = False) -> T:
        self._require_open(writing=False)
        return await self._in_thread(
            lambda: self._persist(lambda _: self._attempt_read(lambda connection: unit(self._unit_of_work(connection))))
        )

    async def beside(self, unit: Callable[[U], T], *, writing: bool = False) -> T:
        self._require_open(writing=writing)
        return await self._whole(self._in_thread(lambda: self._persist(lambda _: self._attempt_beside(unit))))

    async def wake(self, channel: str) -> Bell:
        self._require_open(writing=False)
        if self._listener is None:
            self._listener = Listener(self._url, self._wakeups)
            await self._listener.start()
        return self._wakeups.bell(channel)

    async def erase_traces(self, *, within: float = 8.0, of: Sequence[str] = ()) -> None:
        self._require_open(writing=True)
        await self._in_thread(lambda: _vacuum(self._engine, within, of))

    async def close(self) -> None:
        self._closed = True
        if self._under_way:
            await asyncio.wait(self._under_way)
        if self._listener is not None:
            await self._listener.stop()
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the work come to its end, even if the caller is cancelled: its lanes stay held until then."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _write(self, unit: Callable[[U], T], lanes: Sequence[str]) -> T:
        async with self._lanes.hold(lanes):
            result, wakes = await self._in_thread(
                lambda: self._persist(lambda number: self._attempt_write(unit, lanes, number))
            )
        self._wakeups.ring_with(wakeups.to_look_up(wakes))
        return result

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    # --- below here: on one of the threads ----------------------------------------------------------------------------

    def _persist(self, attempt: Callable[[int], T]) -> T:
        for number in count(1):
            try:
                return attempt(number)
            except Exception as exc:
                if is_conflict(exc):
                    self._cautious = _ALONE_AFTER_CONFLICT
                pause = pause_before_retry(exc, number)
                if pause is None:
                    raise_instead(unavailable(self._url, exc), exc)
                time.sleep(pause)
        raise AssertionError("count() does not end")

    def _attempt_write(self, unit: Callable[[U], T], lanes: Sequence[str], number: int) -> tuple[T, Rung]:
        alone = number > 1 or self._cautious > 0
        self._cautious = max(0, self._cautious - 1)
        with self._writing.connect() as connection, _right_of_way(connection, lanes, alone=alone):
            wakeups.take(connection)
            transaction = connection.begin()
            try:
                with lent_to_unit(connection):
                    result = unit(self._unit_of_work(connection))
                _require_intact(connection)
            except BaseException:
                transaction.close()
                raise
            self._commit(transaction)
            return result, wakeups.take(connection)

    def _commit(self, transaction: sa.RootTransaction) -> None:
        try:
            transaction.commit()
        except sa.exc.DBAPIError as exc:
            if not exc.connection_invalidated:
                raise
            # Whether it was kept, nobody here can know: it must not be run again.
            raise_instead(unavailable(self._url, exc, outcome_unknown=True), exc)

    def _attempt_beside(self, unit: Callable[[U], T]) -> T:
        with self._beside.connect() as connection, connection.begin():
            return unit(self._unit_of_work(connection))

    def _attempt_read(self, unit: Callable[[sa.Connection], T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return unit(connection)


@contextmanager
def _right_of_way(connection: sa.Connection, lanes: Sequence[str], *, alone: bool) -> Iterator[None]:
    """Hold the lanes' locks while the transaction runs, and keep every other unit out if it must be ``alone``.

    The locks belong to the session and are taken before the transaction begins: under SERIALIZABLE it sees the database
    as it was at its first statement, so one that waited inside would see what stood there before its turn came.
    """
    # The road comes first, then the lanes in order, in every process: nobody waits in a circle.
    locks = [(ROAD, alone), *((number, True) for number in sorted({lock_number(f"lane:{lane}") for lane in lanes}))]
    raw = _driver(connection)
    _outside_transaction(raw, _LOCK, locks)
    try:
        yield
    finally:
        try:
            _outside_transaction(raw, _UNLOCK, locks)
        except psycopg.Error:
            # A session that ends gives its locks back.
            connection.invalidate()


def _outside_transaction(raw: psycopg.Connection[Any], statement: bytes, locks: list[tuple[int, bool]]) -> None:
    raw.autocommit = True
    try:
        raw.execute(statement, [[number for number, _ in locks], [exclusive for _, exclusive in locks]])
    finally:
        raw.autocommit = False


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return raw


def _require_intact(connection: sa.Connection) -> None:
    """PostgreSQL answers COMMIT with a silent rollback when the unit swallowed one of its errors."""
    if _driver(connection).info.transaction_status == TransactionStatus.INERROR:
        raise RuntimeError("the unit went on after a database error: use a savepoint or ON CONFLICT, or let it rise")


def _vacuum(engine: sa.Engine, seconds: float, tables: Sequence[str]) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET statement_timeout = {int(seconds * 1000)}")
        try:
            connection.exec_driver_sql(f"VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON, TRUNCATE OFF) {', '.join(tables)}")
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
