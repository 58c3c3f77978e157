"""What somebody who works here wants otherwise than everybody."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, delete, select

from storage.schema.duty import preferences
from storage.statements import PerEngine


def _upsert(insert: Any) -> Any:
    statement = insert(preferences)
    return statement.on_conflict_do_update(
        index_elements=[preferences.c.person_id, preferences.c.key], set_={"value": statement.excluded.value}
    )


_SET: Final = PerEngine(_upsert)


class SqlPreferences:
    """See ``ports.Preferences``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: int, key: str) -> Any:
        statement = select(preferences.c.value).where(preferences.c.person_id == person_id, preferences.c.key == key)
        return self._connection.execute(statement).scalar()

    def set(self, person_id: int, key: str, value: Any) -> None:
        if value is None:
            gone = delete(preferences).where(preferences.c.person_id == person_id, preferences.c.key == key)
            self._connection.execute(gone)
        else:
            self._connection.execute(_SET.on(self._connection), {"person_id": person_id, "key": key, "value": value})
