"""The migrations lead to the schema, on both engines."""

import sqlalchemy as sa

from storage import migrate
from tests.storage.connections import connected


def test_the_migrations_make_what_the_schema_says(database_url: str) -> None:
    """Who changes a table writes a migration: ``python -m storage.migrate new "what changes"``."""
    with connected(database_url) as connection:
        assert migrate.differences(connection) == []


def test_every_table_of_the_schema_is_there(database_url: str) -> None:
    """The comparison above would also be content with nothing on either side."""
    with connected(database_url) as connection:
        found = set(sa.inspect(connection).get_table_names())

    assert set(migrate.OURS.metadata.tables) <= found
    assert "inbox" in found
