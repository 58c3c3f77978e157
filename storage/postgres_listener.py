"""Listens for hints from other processes (LISTEN/NOTIFY) on a connection of its own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import psycopg

from storage.postgres_connection import KEEPALIVE
from storage.urls import libpq_url
from storage.wakeups import POSTGRES_CHANNEL, Wakeups

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


class Listener:
    """Rings the events of this process when another one commits. A lost connection is taken up again."""

    def __init__(self, url: str, events: Wakeups) -> None:
        self._url = url
        self._events = events
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Returns once it listens, or has found that for now it cannot."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), timeout=5)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await self._connect() as connection:
                    pause = _FIRST_PAUSE
                    # Whatever came while nobody listened is missed: better one look too many.
                    self._events.ring_all()
                    self._listening.set()
                    async for hint in connection.notifies():
                        self._events.ring([hint.payload])
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(
            libpq_url(self._url), autocommit=True, application_name="liaisonbot listening", **KEEPALIVE
        )
        await connection.execute(f"LISTEN {POSTGRES_CHANNEL}".encode())
        return connection
