"""What every update asks for and what seldom changes: the stations, deputies and staff, who is away,
who receives today, how many open cases a deputy has.

On SQLite one connection writes. What it has read of these it knows until something of them is written: by itself, which
whoever writes says by emptying what is kept; by another process, which SQLite tells at the beginning of each
transaction (``PRAGMA data_version``); or until a unit is undone that wrote of it, and may have read what it wrote.
Everywhere else, on readers' connections and on PostgreSQL, nothing is kept for longer than a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

_INFO_KEY: Final = "kept"


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
    connection.info[_INFO_KEY] = defaultdict(Known)


def lasts(connection: Connection) -> bool:
    """Whether what is kept there outlives the unit: then it is worth reading more than the unit asks for."""
    return _INFO_KEY in connection.info


def of(connection: Connection, what: str, *, counting: bool = False) -> dict[Any, Any]:
    """What is known of that. Whoever reads fills it, whoever writes clears it before; its keys must be few.

    ``counting``: for whoever writes and does not clear it, but puts there what it comes to.
    """
    if not lasts(connection):
        return {}
    known = _all(connection)[what]
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
    known: Mapping[str, Known] = connection.info.get(_INFO_KEY, {})
    return known
