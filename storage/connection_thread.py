"""One SQLite connection on a thread of its own, where whole functions run."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Self, TypeVar

import aiosqlite

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

    async def close(self) -> None:
        """Run what was handed in, close the connection, end the thread."""
        await self._connection.close()
