"""Backup and restore of a SQLite file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage import forgotten, traces
from storage.backup import Restored
from storage.errors import BackupNewer, DatabaseNewer, DatabaseUnavailable, NotABackup, reason
from storage.instance_lock import sole_use
from storage.migrate import Migrations, copies, copy_name, current, lacking, sqlite_transaction
from storage.sqlite_connection import connect, overlay
from storage.sqlite_copy import copy, flush, remove

_MAGIC = b"SQLite format 3\0"


def backup(path: Path, target: Path) -> None:
    """See ``storage.backup.backup``."""
    try:
        copy(path, target)
    except (sqlite3.Error, OSError) as exc:
        raise DatabaseUnavailable(str(path), reason(exc)) from exc


def restore(
    path: Path, source: Path, after_restore: Callable[[sa.Connection], None], migrations: Migrations
) -> Restored:
    """See ``storage.backup.restore``. All the work is done on a copy, which takes the database's place at the end."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.restoring")
    with sole_use(path), _removed_after(fresh):
        revisions = _take_in(source, fresh, migrations)
        added = _bring_up_to_date(fresh, source, _forgotten_here(path), after_restore, migrations)
        kept = _keep(path)
        _remove_log(path)
        fresh.replace(path)
        flush(path.parent)
    return Restored(kept, revisions, added)


def remove_kept_copies(path: Path, made_before: datetime | None = None) -> list[Path]:
    """See ``storage.backup.remove_kept_copies``."""
    kept = [
        file
        for file in [*copies(path, "before"), *copies(path, "replaced")]
        if made_before is None or file.stat().st_mtime <= made_before.timestamp()
    ]
    for file in kept:
        remove(file)
    return kept


@contextmanager
def _removed_after(path: Path) -> Iterator[None]:
    remove(path)
    try:
        yield
    finally:
        remove(path)


def _take_in(source: Path, fresh: Path, migrations: Migrations) -> list[str]:
    """Copy the backup, so that the original is never touched, and check the copy; the revisions it lacks."""
    try:
        with source.open("rb") as file:
            magic = file.read(len(_MAGIC))
        if magic != _MAGIC:
            raise NotABackup(source, "not a SQLite file")
        copy(source, fresh)
        return _require_usable(fresh, source, migrations)
    except (sqlite3.DatabaseError, OSError) as exc:
        raise NotABackup(source, reason(exc)) from exc


def _require_usable(fresh: Path, source: Path, migrations: Migrations) -> list[str]:
    with closing(connect(fresh)) as raw:
        verdict = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise NotABackup(source, f"damaged: {' '.join(verdict.split())}")
        connection = overlay(raw)
        if current(connection) is None:
            raise NotABackup(source, "LiaisonBot did not write it")
        try:
            return migrations.pending(connection, str(source))
        except DatabaseNewer as exc:
            raise BackupNewer(source, exc.found, exc.known) from exc


def _bring_up_to_date(
    fresh: Path,
    source: Path,
    erased: dict[str, datetime],
    after_restore: Callable[[sa.Connection], None],
    migrations: Migrations,
) -> int:
    """Migrate it and forget in it whom we have forgotten; how many it did not know of."""
    try:
        with sqlite_transaction(fresh) as connection:
            migrations.apply(connection)
            if missing := lacking(connection, migrations):
                raise NotABackup(source, f"tables are missing: {', '.join(missing)}")
            added = forgotten.carry_over(connection, erased)
            after_restore(connection)
        with closing(connect(fresh)) as raw:
            rewritten = overlay(raw)
            if traces.noted(rewritten) is not None:
                traces.rewrite_file(rewritten)
        _fold_log(fresh)
        flush(fresh)
    except (sqlite3.Error, sa.exc.DBAPIError) as exc:
        cause = exc.orig if isinstance(exc, sa.exc.DBAPIError) else exc
        raise NotABackup(source, f"it cannot be brought up to date: {cause}") from exc
    return added


def _forgotten_here(path: Path) -> dict[str, datetime]:
    """Who was forgotten here; from the file beside it alone when the database cannot be read any more."""
    found = forgotten.noted_beside(path)
    if path.exists():
        with contextlib.suppress(sqlite3.Error, sa.exc.DBAPIError), closing(connect(path, read_only=True)) as raw:
            found = forgotten.latest(forgotten.stored(overlay(raw)), found)
    return found


def _keep(path: Path) -> Path | None:
    """Give the database that is replaced a second name, its log folded in."""
    if not path.exists():
        return None
    kept = copy_name(path, "replaced")
    try:
        _fold_log(path)
    except sqlite3.Error:
        # Damaged: keep what there is, the log with it.
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}-wal").replace(kept.with_name(f"{kept.name}-wal"))
    try:
        os.link(path, kept)
    except OSError:  # a file system without hard links
        path.rename(kept)
    return kept


def _fold_log(path: Path) -> None:
    with closing(connect(path)) as raw:
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise DatabaseUnavailable(str(path), "somebody is reading it")


def _remove_log(path: Path) -> None:
    """Remove what would otherwise be taken for the log of the file that comes in its place."""
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
