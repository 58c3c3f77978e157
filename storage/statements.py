"""Statements made once.

Making a statement costs SQLAlchemy several times what running it does, so the repositories keep theirs as constants
with ``bindparam`` for what varies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import ColumnClause, ColumnElement, Connection, Row, Select, Table, literal_column
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from storage.schema import cases

Insert = Callable[[Table], sqlite.Insert]
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
AnySelect: TypeAlias = "Select[*tuple[Any, ...]]"


class PerEngine:
    """An INSERT … ON CONFLICT: SQLAlchemy spells it once for each engine, we once for both.

    ``build`` gets the engine's ``insert``. The statement is made when it is first asked for.
    """

    def __init__(self, build: Callable[[Insert], Executable]) -> None:
        self.build = build
        self._made: dict[str, Executable] = {}

    def on(self, connection: Connection) -> Executable:
        """The statement for the engine behind that connection."""
        name = connection.dialect.name
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self.build(_insert(name))
        return made


def _insert(engine: str) -> Insert:
    if engine == "sqlite":
        return sqlite.insert
    # Imported here: a bot on SQLite need not spend memory on the other engine.
    from sqlalchemy.dialects import postgresql

    return cast(Insert, postgresql.insert)


CLOSED: Final[ColumnClause[str]] = literal_column("'closed'")
"""Written out, not bound: SQLite uses a partial index only when it can read the condition in the statement."""

STILL_OPEN: Final[ColumnElement[bool]] = cases.c.stage != CLOSED


def plain(value: Any) -> Any:
    """The value as the database keeps it: an enum's member as what it stands for, a tuple as JSON's list."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, StrEnum):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def clipped(value: str | None, column: Any) -> str | None:
    """No longer than the column holds: PostgreSQL refuses what SQLite would take."""
    return None if value is None else value[: column.type.length]


def whatever_stands(connection: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """The rows, for whoever looks for what somebody may have put there by hand: in a SQLite file text can be anything,
    also what is none.
    """
    try:
        return connection.execute(statement, values or {}).all()
    except DBAPIError:
        if connection.dialect.name != "sqlite":
            raise
    raw: Any = connection.connection.driver_connection
    before, raw.text_factory = raw.text_factory, _anyhow
    try:
        return connection.execute(statement, values or {}).all()
    finally:
        raw.text_factory = before


def _anyhow(text: bytes) -> str:
    return text.decode(errors="surrogateescape")
