"""Who asked to be forgotten, kept so that no backup brings them back: as digests, from which nobody can be known.

They stand in the table ``forgotten`` and, on SQLite, in a file beside the database as well: a lost database must not
undo an erasure.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage.schema import forgotten
from storage.urls import dialect_of, sqlite_path

_ALL = sa.select(forgotten.c.digest, forgotten.c.forgotten_at)


def remember_forgotten(url: str, digest: str, at: datetime) -> None:
    """Note the erasure beside the database, on the disk when this returns. On PostgreSQL the table alone has it."""
    if dialect_of(url) != "sqlite":
        return
    # It begins a line of its own even if a crash has cut the last one off.
    line = f"\n{digest} {at.isoformat()}\n".encode()
    descriptor = os.open(_beside(sqlite_path(url)), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def note_missing(url: str, people: Mapping[str, datetime]) -> None:
    """Note the erasures that do not stand beside the database yet: a crash may have come between table and file."""
    if dialect_of(url) != "sqlite":
        return
    noted = noted_beside(sqlite_path(url))
    for digest, at in people.items():
        if digest not in noted or noted[digest] < at:
            remember_forgotten(url, digest, at)


def noted_beside(database: Path) -> dict[str, datetime]:
    """The erasures noted in the file beside the database. A line cut off by a crash is passed over."""
    try:
        lines = _beside(database).read_text().splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, datetime] = {}
    for line in lines:
        digest, _, at = line.partition(" ")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            continue
        if moment.tzinfo is not None:
            found[digest] = max(moment, found.get(digest, moment))
    return found


def latest(*noted: Mapping[str, datetime]) -> dict[str, datetime]:
    """All of them. Who came back and was forgotten again counts with the last time."""
    found: dict[str, datetime] = {}
    for people in noted:
        for digest, at in people.items():
            found[digest] = max(at, found.get(digest, at))
    return found


def stored(connection: sa.Connection) -> dict[str, datetime]:
    """The erasures in the table; none where a database has no such table yet."""
    if not sa.inspect(connection).has_table(forgotten.name):
        return {}
    return {row.digest: row.forgotten_at for row in connection.execute(_ALL)}


def carry_over(connection: sa.Connection, people: Mapping[str, datetime]) -> int:
    """Put those into the table that it lacks, or knows of an earlier time only; how many."""
    known = stored(connection)
    lacking = {digest: at for digest, at in people.items() if digest not in known or known[digest] < at}
    for digest, at in lacking.items():
        connection.execute(forgotten.delete().where(forgotten.c.digest == digest))
        connection.execute(forgotten.insert(), {"digest": digest, "forgotten_at": at})
    return len(lacking)


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.forgotten")
