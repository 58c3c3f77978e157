"""One SQLite connection on a thread of its own, where whole functions run."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Final, Self, TypeVar

import aiosqlite

PATIENCE: Final = 0.020
"""Seconds. SQLite lets go of Python's lock at every statement. A busy event loop takes it each time and keeps it for as
long as it has something to do: a unit of thirty statements took 35 ms beside one, and 1 ms alone. So the loop waits for
a unit, which costs it nothing that it would not have lost anyway; but it does not wait for a long one.
"""

T = TypeVar("T")


class ConnectionThread:
    """An aiosqlite connection whose thread runs whole functions.

    aiosqlite's public calls run one statement each. A unit of work spread over several of them could be cancelled
    half-way, could interleave with another, and would hop between threads for each statement.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, connect: Callable[[], sqlite3.Connection]) -> Self:
        """Start the thread and call ``connect`` on it."""
        connection = aiosqlite.Connection(connect, iter_chunk_size=64)
        thread = connection._thread
        # It must never keep a finished process alive, should somebody forget to close.
        thread.daemon = True
        try:
            return cls(await connection)
        except BaseException:
            # aiosqlite has told it to stop and waits no further; it would speak to our loop when that is gone.
            await asyncio.to_thread(thread.join)
            raise

    async def run(self, function: Callable[[], T]) -> T:
        """Run the function on the connection's thread, after those handed in before.

        A caller that is cancelled does not stop it.
        """
        # This class is the one place that reaches behind aiosqlite's public interface;
        # tests/storage/test_connection_thread.py fails should an upgrade move or change what is there.
        result: T = await self._connection._execute(function)  # type: ignore[no-untyped-call]
        return result

    async def run_undisturbed(self, function: Callable[[Callable[[], None]], T]) -> T:
        """The same, while the event loop's thread stands still, for ``PATIENCE`` at most.

        ``function`` is given what it calls when the loop may go on, such as before it waits for the disk.
        """
        loop = asyncio.get_running_loop()
        enough = threading.Event()

        def whole() -> T:
            try:
                return function(enough.set)
            finally:
                enough.set()

        running = loop.create_task(self.run(whole))
        # Right after the task's first step, which hands the function over.
        loop.call_soon(enough.wait, PATIENCE)
        return await running

    async def close(self) -> None:
        """Run what was handed in, close the connection, end the thread."""
        await self._connection.close()
