"""How a SQLite file is opened, and SQLAlchemy laid over the open connection."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlalchemy.util import LRUCache

from storage.errors import OTHERS_FILE, DatabaseUnavailable
from storage.json_columns import AS_JSON

BUSY_SECONDS = 5.0

# Negative: KiB. The whole bot has 150 MB; three connections take 12 of them at most. The operating system caches the
# file besides, and memory-mapping it would count as ours.
_WRITER_CACHE = -8_000
_READER_CACHE = -2_000
_KEEP_OF_LOG = 16 * 1024 * 1024

# Codes that speak of the file, the disk or the neighbours, and not of the statement.
_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}

_NEXT_STEPS = {
    sqlite3.SQLITE_CANTOPEN: OTHERS_FILE,
    sqlite3.SQLITE_NOTADB: "name another file in database.url, or `bot.py restore` a backup",
    sqlite3.SQLITE_CORRUPT: "copy it before anything else, then `bot.py restore` the last good backup",
}
"""Where waiting does not help."""


class HandRun(sqlite3.Connection):
    """A connection whose transactions are run with statements, by us; SQLAlchemy cannot end them behind our back."""

    lent = False
    """Whether a unit has it at the moment."""
    kept: Mapping[str, Any] | None = None
    """What its owner has it keep of what was read; see ``storage/kept.py``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rung: dict[str, list[Any]] = {}
        """Whom the unit that has it wants to wake; see ``storage/wakeups.py``."""

    def commit(self) -> None:
        """Does nothing, or refuses."""
        self._refuse_unit()

    def rollback(self) -> None:
        """Does nothing, or refuses."""
        self._refuse_unit()

    def _refuse_unit(self) -> None:
        # It would end the transaction of the whole group.
        if self.lent:
            raise RuntimeError("a unit of work neither commits nor rolls back: raise to undo it, return to keep it")


def connect(path: Path, *, read_only: bool = False) -> HandRun:
    """Open the file the way we want it: WAL, every commit on the disk, deleted bytes overwritten.

    Transactions are ours alone (``isolation_level=None``): the driver's own BEGIN is deferred, and takes no lock until
    it is too late. The connection may be handed to another thread, but used by one at a time.
    """
    if not read_only:
        _create_private(path)
    mode = "ro" if read_only else "rw"
    uri = f"{path.as_uri()}?mode={mode}"
    raw = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=HandRun
    )
    try:
        for pragma in _pragmas(read_only=read_only):
            raw.execute(f"PRAGMA {pragma}")
    except BaseException:
        raw.close()
        raise
    return raw


def _create_private(path: Path) -> None:
    """What people write to us is nobody else's business: the file, and the log SQLite makes after it, are 0600.

    A file that is there is not opened: when it was closed again, the system would take from this process all locks that
    SQLite holds on it, and another program could remove the log into which we still write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path.resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # SQLite would open what it may only read, and refuse when something is to be written.
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _pragmas(*, read_only: bool) -> list[str]:
    common = ["temp_store = MEMORY", "foreign_keys = ON"]
    if read_only:
        return [*common, f"cache_size = {_READER_CACHE}", "query_only = ON"]
    return [
        *common,
        f"cache_size = {_WRITER_CACHE}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        f"journal_size_limit = {_KEEP_OF_LOG}",
    ]


class _ByHand(sa.Connection):
    """SQLAlchemy over a connection whose transactions are run by hand."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self.raw: HandRun | None = None


class _Overlay(sa.Engine):
    """The engine of one connection."""

    def connect(self) -> sa.Connection:
        made = _ByHand(self)
        raw = made.connection.dbapi_connection
        made.raw = raw if isinstance(raw, HandRun) else None
        return made


def by_hand(connection: sa.Connection) -> HandRun | None:
    """The SQLite connection under it, where its transactions are ours: only there may we go past SQLAlchemy."""
    return connection.raw if type(connection) is _ByHand else None


def overlay(raw: sqlite3.Connection) -> sa.Connection:
    """SQLAlchemy over a connection of ``connect``, whose transactions are run by hand.

    What a statement is in SQLite's words is the same on every connection: it is worked out once for the process.
    """

    def the_one() -> Any:
        return raw

    engine = _Overlay(
        StaticPool(the_one, reset_on_return=None),
        _dialect(),
        sa.make_url("sqlite://"),
        query_cache_size=0,
        execution_options={"compiled_cache": _COMPILED},
        hide_parameters=True,  # an error gets into logs; people's words must not
    )
    return engine.connect()


_COMPILED: Final = LRUCache[Any, Any](500)
"""As many as SQLAlchemy keeps for each engine by itself."""


@cache
def _dialect() -> sa.Dialect:
    """SQLite's, once it has looked at the library."""
    first = sa.create_engine("sqlite://", isolation_level="AUTOCOMMIT", **AS_JSON)
    with first.connect():
        return first.dialect


def unavailable(path: Path, error: BaseException) -> DatabaseUnavailable | None:
    """Our error, when this one speaks of the file, the disk or a lock; None when it speaks of the statement."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _UNAVAILABLE:
        return None
    return DatabaseUnavailable(str(path), str(cause), step=_NEXT_STEPS.get(code & 0xFF))
