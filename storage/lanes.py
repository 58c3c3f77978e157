"""Lanes: units that name one in common never overlap, and keep their order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final


def lock_number(name: str) -> int:
    """The number PostgreSQL's advisory locks know this name by: 64 bits, the same in every process."""
    digest = hashlib.blake2b(f"liaisonbot:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


ROAD: Final = lock_number("road")
"""On PostgreSQL every unit that writes holds it, shared, or alone; see ``storage/postgres.py``."""


class Lanes:
    """The lanes within one process: first come, first served, and nobody occupies a thread while waiting."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def hold(self, lanes: Iterable[str]) -> AsyncIterator[None]:
        """Hold all of them; always taken in the same order, so that no two wait for each other."""
        async with AsyncExitStack() as held:
            for lane in sorted(set(lanes)):
                await held.enter_async_context(self._one(lane))
            yield

    @asynccontextmanager
    async def _one(self, lane: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(lane, asyncio.Lock())
        self._wanted[lane] = self._wanted.get(lane, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[lane] -= 1
            if not self._wanted[lane]:
                del self._wanted[lane], self._locks[lane]
