"""What people looked for, until its pages are not turned any more."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.ready import Ready
from storage.schema import searches

_ADD: Final = Ready(insert(searches).returning(searches.c.id))
_GET: Final = Ready(
    select(searches.c.words).where(searches.c.id == bindparam("search"), searches.c.person_id == bindparam("person"))
)
_PURGE: Final = delete(searches).where(searches.c.at < bindparam("before"))


class SqlSearches:
    """See ``ports.Searches``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person_id: int, words: str, now: datetime) -> int:
        made: int = _ADD.scalar(self._connection, {"person_id": person_id, "words": words, "at": now})
        return made

    def get(self, search_id: int, person_id: int) -> str | None:
        words: str | None = _GET.scalar(self._connection, {"search": search_id, "person": person_id})
        return words

    def purge(self, before: datetime) -> None:
        self._connection.execute(_PURGE, {"before": before})
