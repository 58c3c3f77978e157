"""Statements that SQLAlchemy compiles once: the same rows, values and errors as by the usual way, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.ready import Numbered, Ready
from storage.schema import UtcDateTime
from storage.unit_of_work import SqlUnitOfWork
from tests.support.units import a_unit

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20), nullable=False, unique=True),
    sa.Column("at", UtcDateTime),
    sa.Column("day", sa.Date),
    sa.Column("details", sa.JSON),
    sa.Column("whole", sa.Boolean),
    sa.Column("state", sa.String(8), server_default="new"),
)

ADD = Ready(sa.insert(things))
ADD_UNLESS_THERE = Ready(lambda insert: insert(things).on_conflict_do_nothing().returning(things.c.id))
NUMBERED = Numbered(lambda insert: insert(things).on_conflict_do_nothing(), things.c.id)
ALL = Ready(sa.select(things).order_by(things.c.id))
NAMED = Ready(sa.select(things.c.id, things.c.day).where(things.c.name == bindparam("wanted")))
WHOLE = Ready(sa.select(things.c.name).where(things.c.whole == sa.true(), things.c.state == "new"))
RENAME = Ready(
    sa.update(things).where(things.c.name == bindparam("wanted")).values(name=bindparam("fresh"), state="done")
)

AT = datetime(2026, 11, 23, 18, 30, tzinfo=timezone(timedelta(hours=8)))
VALUES: dict[str, Any] = {"name": "a", "at": AT, "day": date(2026, 11, 23), "details": {"名": [1, None]}, "whole": True}


@pytest.fixture
def connection(uow: SqlUnitOfWork) -> Iterator[sa.Connection]:
    """A connection in a transaction, with an empty table of things."""
    things.create(uow.connection)
    yield uow.connection
    things.drop(uow.connection)


def test_what_goes_in_comes_out(connection: sa.Connection) -> None:
    """Times keep their moment and come back in UTC, days are days, JSON is JSON, true is true."""
    ADD.run(connection, VALUES)

    [row] = ALL.all(connection)

    assert (row.name, row.at, row.day) == ("a", AT.astimezone(UTC), date(2026, 11, 23))
    assert (row.details, row.whole, row.state) == ({"名": [1, None]}, True, "new")
    assert row.at.tzinfo is UTC
    assert row.whole is True


def test_a_new_row_has_its_number(connection: sa.Connection) -> None:
    """None where one with that name was there."""
    numbers = [NUMBERED.add(connection, {**VALUES, "name": name}) for name in ("a", "b", "a", "c")]

    assert [number for number in numbers if number] == [row.id for row in ALL.all(connection)]
    assert numbers[2] is None


def test_rows_are_those_that_sqlalchemy_would_give(connection: sa.Connection) -> None:
    """Going past it must not be noticed, in either direction."""
    ADD.run(connection, VALUES)
    connection.execute(sa.insert(things), {**VALUES, "name": "b"})

    usual = connection.execute(sa.select(things).order_by(things.c.id)).all()

    assert [tuple(row) for row in ALL.all(connection)] == [tuple(row) for row in usual]
    assert list(usual[0])[2:] == list(usual[1])[2:]


def test_values_that_stand_in_the_statement_count(connection: sa.Connection) -> None:
    """A comparison or a new value written into the statement needs no parameter."""
    ADD.run_each(connection, [VALUES, {**VALUES, "name": "b", "whole": False}])

    assert WHOLE.scalars(connection) == ["a"]
    assert RENAME.run(connection, {"wanted": "a", "fresh": "c"}) == 1
    assert WHOLE.scalars(connection) == []


def test_what_is_not_there(connection: sa.Connection) -> None:
    """None for a row or a value, nought for changes, nothing for rows."""
    assert NAMED.first(connection, {"wanted": "x"}) is None
    assert NAMED.scalar(connection, {"wanted": "x"}) is None
    assert NAMED.all(connection, {"wanted": "x"}) == []
    assert RENAME.run(connection, {"wanted": "x", "fresh": "y"}) == 0


def test_columns_left_out_of_an_insert_have_their_defaults(connection: sa.Connection) -> None:
    """One INSERT serves rows with more columns and with fewer."""
    ADD.run(connection, VALUES)
    ADD.run(connection, {"name": "b"})
    ADD.run(connection, {"name": "c", "state": "done"})

    assert [(row.name, row.day, row.state) for row in ALL.all(connection)] == [
        ("a", date(2026, 11, 23), "new"),
        ("b", None, "new"),
        ("c", None, "done"),
    ]


def test_a_statement_can_be_made_for_each_engine(connection: sa.Connection) -> None:
    """INSERT … ON CONFLICT, and the id it returns."""
    made = ADD_UNLESS_THERE.scalar(connection, {"name": "a"})

    assert NAMED.first(connection, {"wanted": "a"}).id == made
    assert ADD_UNLESS_THERE.scalar(connection, {"name": "a"}) is None


def test_errors_are_those_of_sqlalchemy(connection: sa.Connection) -> None:
    """Whoever catches one need not know which way a statement went."""
    ADD.run(connection, VALUES)

    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        ADD.run(connection, VALUES)


def test_errors_hide_the_values(sqlite_uow: SqlUnitOfWork) -> None:
    """They get into logs."""
    connection = sqlite_uow.connection
    things.create(connection)

    with pytest.raises(sa.exc.IntegrityError) as caught, connection.begin_nested():
        ADD.run_each(connection, [VALUES, {**VALUES, "details": "what somebody said"}])

    assert "what somebody said" not in str(caught.value)


def test_a_naive_time_is_refused_here_as_well(connection: sa.Connection) -> None:
    """The types of the schema are asked, whichever way a statement goes."""
    with pytest.raises((ValueError, sa.exc.StatementError), match="without a zone"):
        ADD.run(connection, {**VALUES, "at": AT.replace(tzinfo=None)})


def test_a_statement_whose_sql_depends_on_its_values_is_refused(sqlite_uow: SqlUnitOfWork) -> None:
    """A list of unknown length has to go the usual way; that is noticed at its first use, not one day."""
    several = Ready(sa.select(things).where(things.c.id.in_(bindparam("ids", expanding=True))))

    with pytest.raises(TypeError):
        several.all(sqlite_uow.connection, {"ids": [1]})


@pytest.fixture
def sqlite_uow(sqlite_url: str) -> Iterator[SqlUnitOfWork]:
    """A unit of work on SQLite."""
    with a_unit(sqlite_url) as unit:
        yield unit
