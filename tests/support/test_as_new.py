"""A database that was used again cannot be told from a new one."""

from __future__ import annotations

import psycopg
import pytest

from storage.urls import libpq_url
from tests.support.databases import Copies
from tests.support.makers import a_case, a_deputy, a_station
from tests.support.units import a_unit

ESTIMATES = """
    SELECT relname, relpages, reltuples, (SELECT count(*) FROM pg_statistic WHERE starelid = oid)
      FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'i') ORDER BY 1
"""


def test_what_one_test_wrote_the_next_does_not_find(postgres_copies: Copies) -> None:
    """No rows, numbers from 1 again, and a planner that has heard of nothing."""
    seen = []
    for _ in range(2):
        with postgres_copies.lent() as url, psycopg.connect(libpq_url(url), autocommit=True) as connection:
            estimates = connection.execute(ESTIMATES).fetchall()
            with a_unit(url) as uow:
                station = a_station(uow)
                case = a_case(uow, station=station, deputy=a_deputy(uow, station=station))
            connection.execute("ANALYZE")
            seen.append((url, case.number, station.id, estimates))

    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "done",
    [
        "ALTER TABLE cases ADD COLUMN later text",
        "DROP TABLE outbox CASCADE",
        "CREATE TABLE made (by text)",
        "UPDATE alembic_version SET version_num = '9999'",
        "DELETE FROM secrets",
    ],
)
def test_one_that_is_not_what_it_was_is_not_used_again(postgres_copies: Copies, done: str) -> None:
    """Another table, another revision: the next test gets one that was copied anew."""
    with postgres_copies.lent() as url, psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute(done)
    with postgres_copies.lent() as other:
        assert other != url


def test_whoever_holds_on_to_it_is_cut_off(postgres_copies: Copies) -> None:
    """A test that left a connection behind, even within a transaction, disturbs nobody."""
    with postgres_copies.lent() as url:
        forgotten = psycopg.connect(libpq_url(url))
        forgotten.execute("LOCK TABLE cases")
    with postgres_copies.lent() as again:
        assert again == url
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
