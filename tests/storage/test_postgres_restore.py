"""Restoring into a PostgreSQL database that holds something already."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from storage import backup as backups
from tests.storage.connections import connected


def test_what_hangs_together_is_cleared_away_in_any_order(postgres_url: str, tmp_path: Path) -> None:
    """A sequence goes with the table that owns it, also where it stands far behind it in the catalogue."""
    backups.backup(postgres_url, tmp_path / "backup.zip")
    with connected(postgres_url) as connection:
        for number in range(80):
            connection.exec_driver_sql(f"CREATE TABLE extra_{number} (id bigint)")
        connection.exec_driver_sql("CREATE SEQUENCE extra_numbers OWNED BY extra_0.id")

    backups.restore(postgres_url, tmp_path / "backup.zip")

    with connected(postgres_url) as connection:
        assert not [name for name in sa.inspect(connection).get_table_names() if name.startswith("extra_")]
