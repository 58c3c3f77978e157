"""Files of our own making, until all who get them have them: documents, charts, workbooks.

A promise names a file by its number, and the file is read when the promise's turn comes. So a file that goes to twenty
people is kept once, and the outbox's rows stay small.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from liaisonbot.outgoing import MOST_BYTES, StoredFile
from storage.ready import Ready
from storage.schema import files, outbox
from storage.statements import clipped

_ADD: Final = insert(files).returning(files.c.id)
_GET: Final = Ready(
    select(files.c.name, files.c.media_type, files.c.content, files.c.maker).where(files.c.id == bindparam("file"))
)
_PURGE: Final = Ready(
    delete(files).where(files.c.made_at < bindparam("before"), ~exists().where(outbox.c.file_id == files.c.id))
)


class SqlFiles:
    """See ``ports.Files``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, file: StoredFile, now: datetime, *, case: int | None = None) -> int:
        """Raises ValueError for one that is too large to be sent about."""
        if len(file.content) > MOST_BYTES:
            raise ValueError(f"a file of {len(file.content):,} bytes; {MOST_BYTES:,} is the most that is kept")
        values = {
            "name": clipped(file.name, files.c.name),
            "media_type": file.media_type,
            "content": file.content,
            "maker": file.maker,
            "case_number": case,
            "made_at": now,
        }
        return int(self._connection.execute(_ADD, values).scalar_one())

    def get(self, file: int) -> StoredFile | None:
        row = _GET.first(self._connection, {"file": file})
        return None if row is None else StoredFile(row.name, row.media_type, bytes(row.content), row.maker)

    def drop(self, file: int) -> None:
        self._connection.execute(delete(files).where(files.c.id == file))

    def purge(self, before: datetime) -> int:
        return _PURGE.run(self._connection, {"before": before})
