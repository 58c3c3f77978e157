"""A plain look into a database, past our own engine: what does really stand there?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from storage.urls import dialect_of, postgres_url


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A connection whose transaction is committed at the end."""
    engine = sa.create_engine(postgres_url(url) if dialect_of(url) == "postgresql" else url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection
