"""Leadership by an advisory lock, held by a session of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Self

import psycopg

from storage.lanes import lock_number
from storage.leadership import Leadership
from storage.postgres_connection import KEEPALIVE, SERVER_KEEPALIVE
from storage.urls import libpq_url

_LEADER_LOCK = lock_number("leader")
_BEAT_SECONDS = 1.0

_TRY = b"SELECT pg_try_advisory_lock(%s)"
_COUNT_UP = b"""
    INSERT INTO leader (id, epoch) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET epoch = leader.epoch + 1
    RETURNING epoch"""


class PostgresLeadership(Leadership):
    """On PostgreSQL: whose session holds the lock, leads. Losing the session is losing the lead."""

    def __init__(self, url: str, on_lost: Callable[[], None], *, beat: float = _BEAT_SECONDS) -> None:
        self._url = url
        self._on_lost = on_lost
        self._beat = beat
        self._won = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def acquired(self) -> int:
        while self.epoch is None:
            await self._won.wait()
        return self.epoch

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await _connect(self._url) as connection:
                    await self._lead(connection)
            await asyncio.sleep(self._beat)

    async def _lead(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Returns never; raises when the connection breaks."""
        while not await _scalar(connection, _TRY, [_LEADER_LOCK]):  # noqa: ASYNC110 - another process decides
            # Not a blocking lock: its statement would run for weeks and keep the server from clearing old rows.
            await asyncio.sleep(self._beat)
        try:
            self.epoch = await _scalar(connection, _COUNT_UP)
            self._won.set()
            while True:
                # Waiting for word from the server notices at once when it hangs up; asking, when it is silent.
                async for _ in connection.notifies(timeout=self._beat):
                    pass
                await connection.execute(b"SELECT 1")
        finally:
            led, self.epoch = self.epoch, None
            self._won.clear()
            if led is not None:
                self._on_lost()


async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
    connection = await psycopg.AsyncConnection.connect(
        libpq_url(url), autocommit=True, application_name="liaisonbot leading", **KEEPALIVE
    )
    for name, value in SERVER_KEEPALIVE.items():
        await connection.execute(b"SELECT set_config(%s, %s, false)", [name, value])
    return connection


async def _scalar(
    connection: psycopg.AsyncConnection[Any], statement: bytes, parameters: list[Any] | None = None
) -> Any:
    row = await (await connection.execute(statement, parameters)).fetchone()
    return row[0] if row else None
