"""One database, two engines: the door through which every unit of work goes.

A *unit* is a plain function over a unit of work. It runs whole on a thread of the database, never waits for
anything but the database, and may be run again (PostgreSQL, after a conflict with another process): whatever it does
outside the database would be done twice.

On SQLite a unit costs what its statements cost SQLAlchemy, and nearly all of that is building them: a statement made
once, as a constant with ``bindparam``, and executed with a dict runs three times as fast as one made for each call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, Self, TypeVar

import sqlalchemy as sa

from storage.errors import DatabaseUnavailable
from storage.urls import Dialect, dialect_of, shown, sqlite_path
from storage.wakeups import Bell, Wakeups

U = TypeVar("U")
T = TypeVar("T")


class Database(ABC, Generic[U]):
    """The same promises on both engines."""

    dialect: ClassVar[Dialect]

    def __init__(self, where: str, unit_of_work: Callable[[sa.Connection], U], *, read_only: bool) -> None:
        self.where = where
        self.read_only = read_only
        self._unit_of_work = unit_of_work
        self._wakeups = Wakeups()
        self._closed = False

    @abstractmethod
    async def write(self, unit: Callable[[U], T], *, lanes: Sequence[str] = ()) -> T:
        """Run the unit in a transaction and return its result once that is committed and on the disk.

        A unit that raises leaves nothing behind, and the caller gets its exception. Units run as if one after the
        other; those that name a lane in common do run one after the other, in the order in which they were handed
        in by this process. When the caller is cancelled, the unit has run whole or not at all.
        Raises DatabaseUnavailable when the database cannot take it.
        """

    @abstractmethod
    async def read(self, unit: Callable[[U], T], *, unhurried: bool = False) -> T:
        """Run the unit on one consistent state of the database, which includes all that was written before.

        The unit cannot change anything, and is not held up by those that do. ``unhurried``: nobody waits for it, so
        everything else goes on meanwhile and may slow it down.
        """

    @abstractmethod
    async def beside(self, unit: Callable[[U], T], *, writing: bool = False) -> T:
        """Run the unit so that it makes no other unit wait, or run again: nobody waits for it.

        On PostgreSQL each of its statements sees what was committed by then, and nothing keeps others from changing
        what it has read (READ COMMITTED): it is for those who only add what nobody else reads, or look at what does
        not change any more. On SQLite it is ``write``, or ``read`` without hurry. It cannot ring a bell.
        """

    @abstractmethod
    async def wake(self, channel: str) -> Bell:
        """A bell that is rung soon after a commit that asked for it with ``wakeups.notify``, in any process.

        Only a hint. On SQLite it tells what this process wrote, in the order of the commits; what another process
        commits is noticed within a second or two, whatever it asked for. On PostgreSQL, where only the database knows
        the order between processes, it tells nothing, and one has to look.
        """

    @abstractmethod
    async def erase_traces(self, *, within: float = 8.0, of: Sequence[str] = ()) -> None:
        """Remove what committed deletions left behind outside the tables, in seconds.

        On SQLite nothing of the deleted remains in the files afterwards; raises TracesRemain when a reader has not
        let go within the time. On PostgreSQL best effort: the dead rows, ``of`` those tables or of all, are vacuumed,
        but the server's write-ahead log and archives are in the hands of who runs it.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish what was handed in, then let go of the database. May be called twice."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _require_open(self, *, writing: bool) -> None:
        if self._closed:
            raise DatabaseUnavailable(self.where, "it was closed")
        if writing and self.read_only:
            raise DatabaseUnavailable(self.where, "it was opened for reading only")


async def open_database(
    url: str, *, unit_of_work: Callable[[sa.Connection], U], read_only: bool = False
) -> Database[U]:
    """Open the database at ``url``; ``unit_of_work`` makes what units are given out of a connection.

    Its tables are expected to be there (``migrate.upgrade``). Raises DatabaseUnavailable when it cannot be opened.
    """
    # Imported here: a bot on SQLite need not spend memory and start-up time on psycopg.
    if dialect_of(url) == "sqlite":
        from storage.sqlite import SqliteDatabase

        return await SqliteDatabase.open(sqlite_path(url), unit_of_work, read_only=read_only)
    from storage.postgres import PostgresDatabase

    return await PostgresDatabase.open(url, unit_of_work, read_only=read_only)


__all__ = ["Database", "open_database", "shown"]
