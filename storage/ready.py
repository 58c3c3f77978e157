"""Statements made once, and on SQLite compiled once as well.

SQLAlchemy says what a statement means: the SQL, and how each value is stored and read. For a statement that never
changes it need say so only once. Having it say so at every execution costs five to ten times what SQLite takes to
carry the statement out, and an update of the inbox takes some thirty statements; ``benchmarks/README.md`` has the
figures. On PostgreSQL, where the way to the server costs more than that, statements go the usual way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import Column, Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from storage.json_columns import AS_JSON
from storage.sqlite_connection import by_hand
from storage.statements import Insert, PerEngine

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]

_SQLITE: Final[Dialect] = sqlite.dialect(paramstyle="qmark", **AS_JSON)


class Ready:
    """A constant statement, or what builds one from the engine's ``insert`` (see ``PerEngine``).

    What varies is a ``bindparam``, or a column of an INSERT; each call gives the same names. Rows have their columns as
    attributes, and can be unpacked.
    """

    def __init__(self, statement: Executable | Callable[[Insert], Executable]) -> None:
        self._statement = statement if isinstance(statement, Executable) else PerEngine(statement)
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def all(self, connection: Connection, values: Values | None = None) -> Sequence[Any]:
        """Every row."""
        raw = by_hand(connection)
        if raw is None:
            return connection.execute(self._for(connection), values or {}).all()
        plan, given = self._bound(values)
        return plan.rows(carried_out(raw, plan.sql, given).fetchall())

    def first(self, connection: Connection, values: Values | None = None) -> Any:
        """The first row; None if there is none."""
        raw = by_hand(connection)
        if raw is None:
            return connection.execute(self._for(connection), values or {}).first()
        plan, given = self._bound(values)
        # All of them are fetched: what a statement returns must not keep it open.
        found = carried_out(raw, plan.sql, given).fetchall()
        return plan.rows(found[:1])[0] if found else None

    def scalar(self, connection: Connection, values: Values | None = None) -> Any:
        """The first column of the first row; None if there is none."""
        row = self.first(connection, values)
        return None if row is None else row[0]

    def scalars(self, connection: Connection, values: Values | None = None) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.all(connection, values)]

    def run(self, connection: Connection, values: Values | None = None) -> int:
        """How many rows it changed."""
        raw = by_hand(connection)
        if raw is None:
            return connection.execute(self._for(connection), values or {}).rowcount
        plan, given = self._bound(values)
        return carried_out(raw, plan.sql, given).rowcount

    def run_each(self, connection: Connection, many: Sequence[Values]) -> None:
        """Once for each of them; all give the same names. For none it does nothing."""
        if not many:
            return
        raw = by_hand(connection)
        if raw is None:
            connection.execute(self._for(connection), many)
        else:
            bound = [self._bound(values) for values in many]
            carried_out(raw, bound[0][0].sql, [given for _, given in bound], each=True)

    def _for(self, connection: Connection) -> Executable:
        return self._statement.on(connection) if isinstance(self._statement, PerEngine) else self._statement

    def _bound(self, values: Values | None) -> tuple[_Plan, tuple[Any, ...]]:
        names = tuple(values) if values else ()
        plan = self._plans.get(names)
        if plan is None:
            statement = self._statement
            plain = statement.build(sqlite.insert) if isinstance(statement, PerEngine) else statement
            plan = self._plans[names] = _Plan.of(plain, names)
        return plan, plan.bind(values or {})


class Numbered:
    """An INSERT into a table that counts its rows up by ``key``, and tells the new row's number.

    SQLite knows the number without being asked: RETURNING would take as long as half of the insert.
    """

    def __init__(self, build: Callable[[Insert], sqlite.Insert], key: Column[int]) -> None:
        self._plain = Ready(build)
        self._returning = Ready(lambda insert: build(insert).returning(key))

    def add(self, connection: Connection, values: Values) -> int | None:
        """The number; None where nothing was put in, because of a conflict that is to be let be."""
        raw = by_hand(connection)
        if raw is None:
            number: int | None = self._returning.scalar(connection, values)
            return number
        plan, given = self._plain._bound(values)
        cursor = carried_out(raw, plan.sql, given)
        return cursor.lastrowid if cursor.rowcount else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as SQLite takes it, and how its values go in and come out."""

    sql: str
    fixed: Values
    """What stands in the statement itself."""
    in_order: Callable[[Values], tuple[Any, ...]]
    """The values by the places of the question marks: SQLite's module is slower to find them by their names."""
    stored: tuple[tuple[int, Processor], ...]
    """By place: the values that are stored in another form than we have them in."""
    row: Callable[[Any], Any] | None
    read: tuple[tuple[int, Processor], ...]
    """By place in the row: the columns that are read in another form."""

    @classmethod
    def of(cls, statement: Executable, names: tuple[str, ...]) -> _Plan:
        compiled = cast(SQLCompiler, statement.compile(dialect=_SQLITE, column_keys=list(names)))  # type: ignore[attr-defined]
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError(f"SQL that depends on its values cannot be made ready: {compiled}")
        into = {name: processor for name, bind in compiled.binds.items() if (processor := _into(bind.type)) is not None}
        own = {name: value for name, value in compiled.params.items() if name not in names}
        places = compiled.positiontup or []
        columns = _columns(statement)
        read = [(place, _out_of(column.type)) for place, column in enumerate(columns.values())]
        return cls(
            sql=str(compiled),
            fixed={name: into[name](value) if name in into else value for name, value in own.items()},
            in_order=_in_order(places),
            stored=tuple((place, into[name]) for place, name in enumerate(places) if name in into and name in names),
            row=_row(columns) if columns else None,
            read=tuple((place, processor) for place, processor in read if processor is not None),
        )

    def bind(self, values: Values) -> tuple[Any, ...]:
        taken = self.in_order({**self.fixed, **values} if self.fixed else values)
        if not self.stored:
            return taken
        given = list(taken)
        for place, processor in self.stored:
            given[place] = processor(given[place])
        return tuple(given)

    def rows(self, found: list[Any]) -> list[Any]:
        """The rows as the caller knows them."""
        assert self.row is not None
        if not self.read:
            return [self.row(values) for values in found]
        made = []
        for values in found:
            fields = list(values)
            for place, processor in self.read:
                fields[place] = processor(fields[place])
            made.append(self.row(fields))
        return made


def _in_order(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """What takes the values of these names, in their order."""
    match names:
        case ():
            return lambda _: ()
        case (name,):
            return lambda values: (values[name],)
    return itemgetter(*names)


def _columns(statement: Executable) -> Mapping[str, Any]:
    """What it selects or returns."""
    columns = getattr(statement, "exported_columns", None)
    return {} if columns is None else dict(columns.items())


def _row(columns: Mapping[str, Any]) -> Callable[[Any], Any]:
    """What makes a named tuple out of a row's values."""
    made: Any = namedtuple("Row", columns)  # type: ignore[misc]
    return partial(tuple.__new__, made)  # what its ``_make`` comes to, but for a count that SQLite has made


def _into(type_: TypeEngine[Any]) -> Processor | None:
    return cast("Processor | None", type_.dialect_impl(_SQLITE).bind_processor(_SQLITE))


def _out_of(type_: TypeEngine[Any]) -> Processor | None:
    return cast("Processor | None", type_.dialect_impl(_SQLITE).result_processor(_SQLITE, None))


def carried_out(raw: sqlite3.Connection, sql: str, given: Sequence[Any], *, each: bool = False) -> sqlite3.Cursor:
    """Everything that goes past SQLAlchemy goes through here. ``each``: once with each of what is given."""
    try:
        return raw.executemany(sql, given) if each else raw.execute(sql, given)
    except sqlite3.Error as exc:
        raise _as_usual(sql, exc) from exc


def _as_usual(sql: str, error: sqlite3.Error) -> BaseException:
    """The error as SQLAlchemy raises it; without the values, which are people's words."""
    return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True, dialect=_SQLITE)
