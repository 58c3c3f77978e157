"""One process leads; when it is gone, another one does, and the first cannot act any more."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.errors import LeadershipLost
from storage.leadership import leadership, require_epoch
from storage.postgres_leadership import PostgresLeadership
from tests.storage.connections import connected
from tests.storage.counting import names, note

_BEAT = 0.05


def hang_up_on_the_leader(url: str) -> None:
    with connected(url) as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid"
            " WHERE a.datname = current_database() AND l.locktype = 'advisory'"
            " AND application_name = 'liaisonbot leading'"
        )


async def test_on_sqlite_whoever_runs_leads(sqlite_url: str) -> None:
    """The file's lock sees to it that there is only one."""
    async with leadership(sqlite_url) as lead:
        assert await lead.acquired() == 0
        assert lead.is_leader


async def test_only_one_of_two_leads_and_the_other_takes_over(postgres_url: str) -> None:
    """Within about a second, with a higher epoch."""
    async with PostgresLeadership(postgres_url, lambda: None, beat=_BEAT) as second:
        async with PostgresLeadership(postgres_url, lambda: None, beat=_BEAT) as first:
            leader, follower = await settled(first, second)
            assert not follower.is_leader
            epoch = leader.epoch
            if leader is first:
                taking_over = asyncio.create_task(second.acquired())
        if leader is first:
            assert await asyncio.wait_for(taking_over, 5) > epoch
        else:
            assert second.is_leader


async def test_losing_the_connection_is_losing_the_lead(postgres_url: str) -> None:
    """The leader hears of it, stops, and strives again."""
    lost = asyncio.Event()
    async with PostgresLeadership(postgres_url, lost.set, beat=_BEAT) as lead:
        first = await asyncio.wait_for(lead.acquired(), 5)

        hang_up_on_the_leader(postgres_url)

        await asyncio.wait_for(lost.wait(), 5)
        assert await asyncio.wait_for(lead.acquired(), 5) == first + 1


async def test_an_old_leader_cannot_write_as_one(postgres_url: str, postgres_database: Database[sa.Connection]) -> None:
    """It may not have noticed yet; the epoch tells, and its unit leaves nothing behind."""

    def leads(epoch: int, name: str) -> None:
        def unit(connection: sa.Connection) -> None:
            note(name)(connection)
            require_epoch(connection, epoch)

        return unit

    async with leadership(postgres_url) as first:
        old = await asyncio.wait_for(first.acquired(), 5)
        await postgres_database.write(leads(old, "as leader"))
    async with leadership(postgres_url) as second:
        new = await asyncio.wait_for(second.acquired(), 5)
        with pytest.raises(LeadershipLost, match="goes on as a worker"):
            await postgres_database.write(leads(old, "as old leader"))

    assert new > old
    assert await postgres_database.read(names) == {"as leader"}


async def test_a_server_that_is_away_at_first_is_waited_for(postgres_url: str) -> None:
    """No crash, no leader, and still striving."""
    async with PostgresLeadership("postgresql://x@127.0.0.1:1/x", lambda: None, beat=_BEAT) as lead:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lead.acquired(), 0.3)
        assert not lead.is_leader


async def settled(one: PostgresLeadership, other: PostgresLeadership) -> tuple[PostgresLeadership, PostgresLeadership]:
    """Leader and follower, once there is a leader."""
    waits = [asyncio.create_task(lead.acquired()) for lead in (one, other)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=5)
    for wait in waits:
        wait.cancel()
    return (one, other) if one.is_leader else (other, one)
