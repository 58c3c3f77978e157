"""Hints that something new stands in the database, so that a loop need not wait for its next tick.

A hint can get lost (a crash, a broken connection); whoever waits for one also looks by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from liaisonbot.outgoing import TakenBack
from storage.sqlite_connection import by_hand

_INFO_KEY = "wakeups"
POSTGRES_CHANNEL = "liaisonbot"

Rung = Mapping[str, list[Any]]
"""The channels a unit asked to be rung, each with what it had to tell there."""


def notify(connection: sa.Connection, channel: str, news: Any = None) -> None:
    """Called inside a unit: once it is committed, everybody who waits for ``channel`` wakes, in every process.

    ``news`` is what was written, for those who wait in this process and need not read it again; None where they must.
    """
    raw, asked = by_hand(connection), _asked(connection)
    told = asked.get(channel)
    if told is not None:
        told.append(news)
        return
    asked[channel] = [news]
    if raw is None and connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(POSTGRES_CHANNEL, channel)))


def so_far(connection: sa.Connection) -> Mapping[str, int]:
    """How much was told on each channel until now, for :func:`take_back`."""
    return {channel: len(told) for channel, told in _asked(connection).items()}


def take_back(connection: sa.Connection, so_far: Mapping[str, int]) -> None:
    """What was asked for since then is undone: nobody is woken for it, nor told what does not stand."""
    asked = _asked(connection)
    for channel in list(asked):
        if channel in so_far:
            del asked[channel][so_far[channel] :]
        else:
            del asked[channel]


def _asked(connection: sa.Connection) -> dict[str, list[Any]]:
    raw = by_hand(connection)
    asked: dict[str, list[Any]] = connection.info.setdefault(_INFO_KEY, {}) if raw is None else raw.rung
    return asked


def take(connection: sa.Connection) -> Rung:
    """What the unit that has just run asked for; the next one starts afresh."""
    raw = by_hand(connection)
    if raw is None:
        asked: Rung = connection.info.pop(_INFO_KEY, {})
    else:
        asked, raw.rung = raw.rung, {}
    return asked


def to_look_up(rung: Rung) -> Rung:
    """The same where other processes write as well, and may have written in between: what is new has to be looked up;
    only what was taken back is told.
    """
    return {channel: [*(one for one in news if isinstance(one, TakenBack)), None] for channel, news in rung.items()}


class Bell(asyncio.Event):
    """Set when something new stands in the database. The one who waits for it clears it."""

    def __init__(self) -> None:
        super().__init__()
        self._news: list[Any] = []

    def ring(self, news: Iterable[Any]) -> None:
        self._news += news
        self.set()

    def take(self) -> list[Any]:
        """What was told since the last time, in the order of the commits; a None stands for what must be looked up."""
        news, self._news = self._news, []
        return news


class Wakeups:
    """The events of one process, by channel. Used on the event loop's thread only."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, list[Bell]] = defaultdict(list)

    def bell(self, channel: str) -> Bell:
        """A new bell that every ring of ``channel`` rings."""
        bell = Bell()
        self._bells[channel].append(bell)
        return bell

    def ring(self, channels: Iterable[str]) -> None:
        """Wake those who wait for these channels; what is new there they must look up."""
        self.ring_with({channel: [None] for channel in channels})

    def ring_with(self, rung: Rung) -> None:
        """Wake those who wait for these channels, and tell them the news."""
        for channel, news in rung.items():
            for bell in self._bells.get(channel, ()):
                bell.ring(news)

    def ring_all(self) -> None:
        """Wake everybody: a hint may have been missed."""
        self.ring(list(self._bells))
