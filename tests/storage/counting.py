"""Units over the table ``counters``, small enough to see through."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from storage.schema import counters

Unit = Callable[[sa.Connection], int]


def note(name: str, value: int = 0) -> Callable[[sa.Connection], None]:
    """A unit that adds one row."""

    def unit(connection: sa.Connection) -> None:
        connection.execute(counters.insert(), {"name": name, "value": value})

    return unit


def count_up(name: str) -> Unit:
    """A unit that reads, thinks, and writes: the kind that loses counts where units interleave."""

    def unit(connection: sa.Connection) -> int:
        value: int = connection.execute(sa.select(counters.c.value).where(counters.c.name == name)).scalar_one() + 1
        connection.execute(counters.update().where(counters.c.name == name).values(value=value))
        return value

    return unit


def value_of(name: str) -> Unit:
    """A unit that reads one row."""
    return lambda connection: connection.execute(
        sa.select(counters.c.value).where(counters.c.name == name)
    ).scalar_one()


def names(connection: sa.Connection) -> set[str]:
    """A unit that reads all rows' names."""
    return set(connection.execute(sa.select(counters.c.name)).scalars())
