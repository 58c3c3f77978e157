"""A unit of work for tests that need no event loop: the repositories over one plain connection.

``uow`` is one on each engine, over an empty database; ``a_unit(url)`` makes one over a given database, ``a_look(url)``
one that only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

import pytest
import sqlalchemy as sa

from storage.sqlite_connection import connect, overlay
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, postgres_url, sqlite_path


@pytest.fixture
def uow(database_url: str) -> Iterator[SqlUnitOfWork]:
    """A unit of work over an empty database, once on each engine."""
    with a_unit(database_url) as unit:
        yield unit


@contextmanager
def a_unit(url: str, *, default_language: str = "zh") -> Iterator[SqlUnitOfWork]:
    """One unit of work, run the way the engine runs it; committed at the end, undone if the test raises inside."""
    with _postgres(url) if dialect_of(url) == "postgresql" else _sqlite(url) as connection:
        yield SqlUnitOfWork(connection, default_language)


@contextmanager
def a_look(url: str, *, default_language: str = "zh") -> Iterator[SqlUnitOfWork]:
    """One consistent state of a database that a bot is using; nothing can be written."""
    with _postgres(url, **_LOOKING) if dialect_of(url) == "postgresql" else _sqlite_read(url) as connection:
        yield SqlUnitOfWork(connection, default_language)


_LOOKING: Final[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def _sqlite_read(url: str) -> Iterator[sa.Connection]:
    with closing(connect(sqlite_path(url), read_only=True)) as raw:
        connection = overlay(raw)
        raw.execute("BEGIN")
        yield connection


@contextmanager
def _postgres(url: str, **options: Any) -> Iterator[sa.Connection]:
    engine = sa.create_engine(postgres_url(url), poolclass=sa.NullPool)
    with engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def _sqlite(url: str) -> Iterator[sa.Connection]:
    with closing(connect(sqlite_path(url))) as raw:
        connection = overlay(raw)
        raw.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            raw.execute("ROLLBACK")
            raise
        raw.execute("COMMIT")
