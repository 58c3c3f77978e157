"""The journal of what is asked for in the office: see ``liaisonbot/office_journal.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select

from liaisonbot.office_journal import OfficeEntry
from liaisonbot.vocabulary import Role
from storage.schema import office_journal

_NEWEST: Final = (
    select(office_journal).order_by(office_journal.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
)


class SqlOfficeJournal:
    """See ``ports.OfficeJournal``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, at: datetime, person_id: int | None, by: Role, what: str, details: Mapping[str, Any]) -> None:
        values = {"at": at, "person_id": person_id, "by_role": by.value, "what": what, "details": dict(details)}
        self._connection.execute(insert(office_journal), values)

    def newest(self, *, limit: int, offset: int = 0) -> list[OfficeEntry]:
        rows = self._connection.execute(_NEWEST, {"limit": limit, "offset": offset})
        return [OfficeEntry(row.id, row.at, row.person_id, Role(row.by_role), row.what, row.details) for row in rows]

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(office_journal)).scalar_one())
