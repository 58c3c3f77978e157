"""What every table is made of: the catalogue of tables, the columns' types, the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts only INTEGER primary keys up by itself; they are 64-bit there, and the row itself is found by them."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC. A naive one is refused: nobody could say which hour it means."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        # The form in which SQLAlchemy keeps times in SQLite, written by C instead of Python: several in each row.
        return _kept_in_sqlite if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _read_in_sqlite if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _without_zone(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _without_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _kept_in_sqlite(value: datetime | None) -> str | None:
    return None if value is None else _without_zone(value).isoformat(" ", "microseconds")


def _read_in_sqlite(text: str | None) -> datetime | None:
    # With the zone in the text: ``replace(tzinfo=UTC)`` takes five times as long as reading it.
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def key() -> Column[Any]:
    """A number of our own, counted up."""
    return Column("id", Key, primary_key=True, autoincrement=True)


def salt() -> Column[Any]:
    """Of a sealed entry that holds words: it goes with them, and then nobody can try out what they were."""
    return Column("salt", String(32))
