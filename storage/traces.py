"""Whether the database's file may hold copies of what was erased from its tables.

SQLite overwrites what it deletes (``secure_delete``). But when a page gets too full it moves rows to another one, and
the copies they leave behind in the page's unused part are not overwritten, whatever becomes of the rows. Only a file
that is written anew (VACUUM) is sure to have none. That takes about a second for 150 MB, so it is done after an erasure
only; what is still to be done, and since when, stands in the database, so that a crash changes nothing.
"""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from storage.schema import counters
from storage.statements import PerEngine

_NAME: Final = "traces"
_NOTE: Final = PerEngine(
    lambda insert: insert(counters).values(name=_NAME, value=bindparam("since")).on_conflict_do_nothing()
)
_NOTED: Final = select(counters.c.value).where(counters.c.name == _NAME)
_CLEARED: Final = delete(counters).where(counters.c.name == _NAME)


def note(connection: Connection) -> None:
    """Something is being erased in this transaction."""
    connection.execute(_NOTE.on(connection), {"since": int(time.time())})


def noted(connection: Connection) -> int | None:
    """Since when (Unix time) something erased waits for the file to be written anew; None where nothing does."""
    since: int | None = connection.execute(_NOTED).scalar()
    return since


def rewrite_file(connection: Connection) -> None:
    """Write a SQLite file anew. Outside any transaction."""
    # The new file is made beside the old one: not in memory, which we have little of.
    connection.exec_driver_sql("PRAGMA temp_store = FILE")
    try:
        connection.exec_driver_sql("VACUUM")
    finally:
        connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
    connection.execute(_CLEARED)
