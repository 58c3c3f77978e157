"""Hints that something new stands in the database, so that a loop need not wait for its next tick.

A hint can get lost (a crash, a broken connection); whoever waits for one also looks by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

_INFO_KEY = "wakeups"
POSTGRES_CHANNEL = "liaisonbot"


def notify(connection: sa.Connection, channel: str) -> None:
    """Called inside a unit: once it is committed, everybody who waits for ``channel`` wakes, in every process."""
    asked: set[str] = connection.info.setdefault(_INFO_KEY, set())
    if channel in asked:
        return
    asked.add(channel)
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(POSTGRES_CHANNEL, channel)))


def take(connection: sa.Connection) -> set[str]:
    """What the unit that has just run asked for; the next one starts afresh."""
    asked: set[str] | None = connection.info.pop(_INFO_KEY, None)
    return asked or set()


class Wakeups:
    """The events of one process, by channel. Used on the event loop's thread only."""

    def __init__(self) -> None:
        self._events: defaultdict[str, list[asyncio.Event]] = defaultdict(list)

    def event(self, channel: str) -> asyncio.Event:
        """A new event that every ring of ``channel`` sets; the one who waits for it clears it."""
        event = asyncio.Event()
        self._events[channel].append(event)
        return event

    def ring(self, channels: Iterable[str]) -> None:
        """Wake those who wait for these channels."""
        for channel in channels:
            for event in self._events.get(channel, ()):
                event.set()

    def ring_all(self) -> None:
        """Wake everybody: a hint may have been missed."""
        self.ring(list(self._events))
