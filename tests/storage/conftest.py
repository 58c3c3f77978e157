from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage.database import Database, open_database


def bare(connection: sa.Connection) -> sa.Connection:
    """A unit of work that is the connection itself: these tests are about the engine."""
    return connection


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database[sa.Connection]]:
    """An open database, once on each engine."""
    async with await open_database(database_url, unit_of_work=bare) as opened:
        yield opened


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database[sa.Connection]]:
    """An open SQLite database."""
    async with await open_database(sqlite_url, unit_of_work=bare) as opened:
        yield opened


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database[sa.Connection]]:
    """An open PostgreSQL database."""
    async with await open_database(postgres_url, unit_of_work=bare) as opened:
        yield opened
