"""What every update asks for and what seldom changes: the stations, deputies and staff, who is away,
who receives today, how many open cases a deputy has.

On SQLite one connection writes. What it has read of these it knows until something of them is written: by itself, which
whoever writes says by emptying what is kept; by another process, which SQLite tells at the beginning of each
transaction (``PRAGMA data_version``); or until a unit is undone, which may have read what it wrote. Everywhere else, on
readers' connections and on PostgreSQL, nothing is kept for longer than a unit.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

_INFO_KEY: Final = "kept"


def keep_from_now_on(connection: Connection) -> None:
    """For the one connection that writes, and whose owner calls ``forget`` when it must."""
    connection.info[_INFO_KEY] = {}


def of(connection: Connection, what: str) -> dict[Any, Any]:
    """What is known of that. Whoever reads fills it, whoever writes empties it; its keys must be few."""
    kept: dict[str, dict[Any, Any]] | None = connection.info.get(_INFO_KEY)
    return {} if kept is None else kept.setdefault(what, {})


def forget(connection: Connection) -> None:
    """Everything is to be read anew."""
    for known in connection.info.get(_INFO_KEY, {}).values():
        known.clear()
