"""A consistent copy of a SQLite file, also while it is written to.

Made with SQLite's backup interface from a connection that holds one snapshot: the copy is the state of one moment, the
writer is never held up, and steps never start anew because of a change in between (as they do without the snapshot).
``VACUUM INTO`` would build every table and index again, which takes many times as long and helps no one but the disk.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.errors import TargetExists, TargetUnusable, reason
from storage.sqlite_connection import connect

_PAGES_PER_STEP = 4096


def copy(source: Path, target: Path) -> None:
    """Copy the database, whole or not at all, into a new file that stands by itself (no log beside it), mode 0600.

    Raises TargetExists rather than overwrite anything, TargetUnusable where nothing can be written, and sqlite3.Error
    when the source cannot be read.
    """
    with new_file(target) as partial, closing(connect(source, read_only=True)) as original:
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the snapshot is taken here
        with closing(sqlite3.connect(partial, isolation_level=None)) as duplicate:
            duplicate.execute("PRAGMA synchronous = OFF")  # the file is flushed once, when it is whole
            original.backup(duplicate, pages=_PAGES_PER_STEP)
            duplicate.execute("PRAGMA journal_mode = DELETE")
        original.execute("COMMIT")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Lend a private file to write to, then put it in place under the target's name, which must be free.

    Whoever looks sees no file or the whole file; after an error there is none.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        if target.exists():
            raise TargetExists(target)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as exc:
        raise TargetUnusable(target, reason(exc)) from exc
    try:
        yield partial
        flush(partial)
        _publish(partial, target)
        flush(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have the file, or the names in the folder, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(partial: Path, target: Path) -> None:
    """Give the file its name. Unlike a rename, a link never takes the name from another file."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise TargetExists(target) from None
    except OSError:  # a file system without hard links
        if target.exists():
            raise TargetExists(target) from None
        partial.rename(target)


def remove(database: Path) -> None:
    """Remove a database together with its log."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            database.with_name(database.name + suffix).unlink()
