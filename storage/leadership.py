"""Who polls Telegram and sends: one process at a time, since Telegram's limits are per bot.

On SQLite that is the one that holds the file. On PostgreSQL it is the one whose session holds an advisory lock; each
taking of it counts up an epoch, so that a leader that has lost its connection without noticing can be told from its
successor: it calls ``require_epoch`` in the units that only a leader may run.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

import sqlalchemy as sa

from storage.errors import LeadershipLost
from storage.schema import leader
from storage.urls import dialect_of

_EPOCH = sa.select(leader.c.epoch).where(leader.c.id == 1)


class Leadership(ABC):
    """Use it as an async context manager: within, it strives for leadership, and takes it up again when it is lost."""

    epoch: int | None = None
    """Counts the takings of leadership; None while another process leads."""

    @property
    def is_leader(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self.epoch is not None

    @abstractmethod
    async def acquired(self) -> int:
        """Wait until this process leads; the epoch."""

    async def __aenter__(self) -> Self:
        return self

    @abstractmethod
    async def __aexit__(self, *_: object) -> None:
        """Give leadership up."""


def leadership(url: str, *, on_lost: Callable[[], None] | None = None) -> Leadership:
    """Strive for leadership of the bots on this database. ``on_lost`` is called when it is lost again."""
    if dialect_of(url) == "sqlite":
        return SoleLeadership()
    from storage.postgres_leadership import PostgresLeadership

    return PostgresLeadership(url, on_lost or (lambda: None))


def require_epoch(connection: sa.Connection, epoch: int) -> None:
    """Inside a unit: raise LeadershipLost, and leave nothing behind, when somebody else has led since this epoch."""
    if connection.dialect.name == "sqlite":
        return  # nobody else can have the file
    # FOR SHARE: a successor's count waits for us, or makes us run again and see it.
    if connection.execute(_EPOCH.with_for_update(read=True)).scalar() != epoch:
        raise LeadershipLost(epoch)


class SoleLeadership(Leadership):
    """On SQLite: whoever runs, leads."""

    epoch = 0

    async def acquired(self) -> int:
        return 0

    async def __aexit__(self, *_: object) -> None:
        pass
