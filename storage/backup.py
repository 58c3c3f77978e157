"""Backups: a consistent copy while the bot runs, and the way back.

The two engines' halves are ``sqlite_backup`` (a SQLite file) and ``postgres_backup`` (a zip of COPY streams, since no
client program of PostgreSQL need be installed where the bot runs).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage.migrate import OURS, Migrations
from storage.urls import dialect_of, sqlite_path


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    kept: Path | None
    """Where the database that was replaced is kept; None when there was none."""
    migrated: list[str]
    """The revisions that brought the backup up to date."""
    forgotten: int
    """How many erasures the backup knew nothing of."""


def backup(url: str, target: Path) -> None:
    """Write the database, as it is at one moment, to a new file of mode 0600. The bot may go on writing meanwhile.

    Raises TargetExists rather than overwrite a file, TargetUnusable where none can be written, and DatabaseUnavailable
    when the database cannot be read. After an error there is no file.
    """
    if dialect_of(url) == "sqlite":
        from storage import sqlite_backup

        sqlite_backup.backup(sqlite_path(url), target.absolute())
    else:
        from storage import postgres_backup

        postgres_backup.backup(url, target.absolute())


def restore(
    url: str,
    source: Path,
    *,
    after_restore: Callable[[sa.Connection], None] = lambda _: None,
    keep_in: Path | None = None,
    migrations: Migrations = OURS,
) -> Restored:
    """Put the backup in the database's place, all of it or nothing, and bring it up to date.

    What it replaces is kept: beside a SQLite file, as a backup in ``keep_in`` (default: beside ``source``) for
    PostgreSQL. Those who asked for erasure since the backup are entered in its table ``forgotten`` again; then
    ``after_restore`` is called, before anybody can see the result, to erase what the backup has of them.

    Changes nothing and raises: NotABackup or BackupNewer when the file cannot be used here, AlreadyRunning while a
    bot is at work on the database.
    """
    if dialect_of(url) == "sqlite":
        from storage import sqlite_backup

        return sqlite_backup.restore(sqlite_path(url), source.absolute(), after_restore, migrations)
    from storage import postgres_restore

    return postgres_restore.restore(
        url, source.absolute(), after_restore, keep_in or source.absolute().parent, migrations
    )


def remove_kept_copies(url: str, made_before: datetime | None = None) -> list[Path]:
    """Remove the copies that upgrades and restores left beside a SQLite file: they hold what was erased since.

    Those made later than ``made_before`` stay: they no longer held it. Returns those removed. On PostgreSQL nothing is
    kept beside the database.
    """
    if dialect_of(url) != "sqlite":
        return []
    from storage import sqlite_backup

    return sqlite_backup.remove_kept_copies(sqlite_path(url), made_before)
