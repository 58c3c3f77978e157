"""The numbered changes of the world, so that a page or a test can follow along and catch up.

A change refers to what changed rather than describing it; it is described when somebody reads it. So nobody pays
for what nobody reads, and the oldest changes are forgotten.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, frozen=True)
class Change:
    """One change: its number, its kind, and the record it is about."""

    seq: int
    kind: str
    subject: Any


class Feed:
    """The latest changes. Numbers go on from ``seq`` and never repeat."""

    def __init__(self, keep: int = 10_000, seq: int = 0) -> None:
        self.seq = seq
        self._changes: deque[Change] = deque(maxlen=keep)
        self._waiting: list[asyncio.Future[None]] = []
        self.closed = False

    def add(self, kind: str, subject: Any) -> int:
        """Note a change and wake who waits for one."""
        self.seq += 1
        self._changes.append(Change(self.seq, kind, subject))
        if self._waiting:
            self.wake()
        return self.seq

    def wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def after(self, seq: int) -> list[Change] | None:
        """The changes after that number; None if some of them are already forgotten, or it is not one of ours."""
        missing = self.seq - seq
        if missing < 0 or missing > len(self._changes):
            return None
        if missing == 0:
            return []
        changes: list[Change] = []
        for change in reversed(self._changes):
            if change.seq <= seq:
                break
            changes.append(change)
        return changes[::-1]

    async def next(self, seconds: float) -> None:
        """Wait until something changes, or so many seconds have passed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await asyncio.wait((future,), timeout=seconds)
        if future in self._waiting:
            self._waiting.remove(future)

    def close(self) -> None:
        """Let those who follow go."""
        self.closed = True
        self.wake()
