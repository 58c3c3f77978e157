"""What every update asks for and what seldom changes: the stations, deputies and staff, who is away,
who receives today, how many open cases a deputy has, which number the newest case has.

On SQLite one connection writes. What it has read of these it knows until something of them is written: by itself, which
whoever writes says by emptying what is kept; by another process, which SQLite tells at the beginning of each
transaction (``PRAGMA data_version``); or until a unit is undone that wrote of it, and may have read what it wrote.
Everywhere else, on readers' connections and on PostgreSQL, nothing is kept for longer than a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from storage.sqlite_connection import by_hand


class Known(dict[Any, Any]):
    """What was read of one thing. ``doubtful``: something of it was written in this unit, so that what is known of it
    holds only if the unit does.
    """

    doubtful = False

    def clear(self) -> None:
        super().clear()
        self.doubtful = True


def keep_from_now_on(connection: Connection) -> None:
    """For the one connection that writes. Its owner says when a unit begins, and when to ``undo`` and to ``forget``."""
    raw = by_hand(connection)
    assert raw is not None
    raw.kept = defaultdict(Known)


def lasts(connection: Connection) -> bool:
    """Whether what is kept there outlives the unit: then it is worth reading more than the unit asks for."""
    raw = by_hand(connection)
    return raw is not None and raw.kept is not None


def of(connection: Connection, what: str, *, counting: bool = False) -> dict[Any, Any]:
    """What is known of that. Whoever reads fills it, whoever writes clears it before; its keys must be few.

    ``counting``: for whoever writes and does not clear it, but puts there what it comes to.
    """
    raw = by_hand(connection)
    if raw is None or raw.kept is None:
        return {}
    known: Known = raw.kept[what]
    known.doubtful |= counting
    return known


def unit_begins(connection: Connection) -> None:
    """What was written before is not undone with this unit."""
    for known in _all(connection).values():
        known.doubtful = False


def undo(connection: Connection) -> None:
    """The unit, or part of it, is undone: what it may have read of its own changes is to be read anew."""
    for known in _all(connection).values():
        if known.doubtful:
            known.clear()


def forget(connection: Connection) -> None:
    """Everything is to be read anew."""
    for known in _all(connection).values():
        known.clear()


def _all(connection: Connection) -> Mapping[str, Known]:
    raw = by_hand(connection)
    return (raw.kept if raw is not None else None) or {}
