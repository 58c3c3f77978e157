"""What is particular to a server: neighbours, conflicts, lost connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from liaisonbot.outgoing import TakenBack
from storage import wakeups
from storage.database import Database, open_database
from storage.errors import DatabaseUnavailable
from storage.postgres_connection import IN_USE_LOCK
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import libpq_url
from storage.urns import TABLES
from tests.storage.conftest import bare
from tests.storage.connections import connected
from tests.storage.counting import count_up, names, note, value_of

Bare = Database[sa.Connection]

_HANG_UP = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_a_row_that_everybody_wants_starves_nobody(postgres_database: Bare, postgres_url: str) -> None:
    """Two bots, eight threads, one counter: every unit arrives, none is counted twice."""
    await postgres_database.write(note("count"))

    async with await open_database(postgres_url, unit_of_work=bare) as other:
        counted = await asyncio.gather(
            *((postgres_database, other)[n % 2].write(count_up("count")) for n in range(150))
        )

    assert sorted(counted) == list(range(1, 151))


async def test_lanes_hold_between_processes(postgres_database: Bare, postgres_url: str) -> None:
    """Two bots never handle the same chat at the same time, and each sees what the other has just done."""
    inside: list[int] = []

    def unit(number: int) -> None:
        def run(connection: sa.Connection) -> int:
            assert not inside
            inside.append(number)
            time.sleep(0.002)
            inside.clear()
            note(f"n{number}")(connection)
            return len(names(connection))

        return run

    async with await open_database(postgres_url, unit_of_work=bare) as other:
        seen = await asyncio.gather(
            *((postgres_database, other)[n % 2].write(unit(n), lanes=["chat 5"]) for n in range(40))
        )

    assert sorted(seen) == list(range(1, 41))


async def test_lanes_taken_in_any_order_do_not_lock_each_other_out(postgres_database: Bare) -> None:
    """Units name their lanes as it suits them."""
    lanes = (["a", "b"], ["b", "a"], ["b", "c", "a"])

    await asyncio.wait_for(
        asyncio.gather(*(postgres_database.write(note(f"n{n}"), lanes=lanes[n % 3]) for n in range(60))), 20
    )


async def test_a_connection_that_breaks_before_the_commit_costs_nothing(postgres_database: Bare) -> None:
    """The server restarts: the unit is run again on a new connection, and takes effect once."""
    attempts: list[int] = []

    def unit(connection: sa.Connection) -> None:
        note("once")(connection)
        attempts.append(1)
        if len(attempts) == 1:
            connection.execute(_HANG_UP)

    await postgres_database.write(unit)

    assert len(attempts) == 2
    assert await postgres_database.read(names) == {"once"}


async def test_one_that_breaks_inside_a_savepoint_costs_nothing_either(postgres_url: str) -> None:
    """What is undone with it is gone with the connection: nothing is asked of that any more."""
    attempts: list[int] = []

    def unit(uow: SqlUnitOfWork) -> None:
        attempts.append(1)
        with uow.savepoint():
            note("once")(uow.connection)
            if len(attempts) == 1:
                uow.connection.execute(_HANG_UP)

    async with await open_database(postgres_url, unit_of_work=SqlUnitOfWork) as database:
        await database.write(unit)

        assert len(attempts) == 2
        assert await database.read(lambda uow: names(uow.connection)) == {"once"}


async def test_a_connection_that_breaks_during_the_commit_is_not_guessed_about(
    postgres_database: Bare, postgres_url: str
) -> None:
    """Whether it was kept, only the server knows: it is not run a second time, and the caller is told so."""
    with connected(postgres_url) as connection:
        connection.exec_driver_sql(
            """
            CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON counters
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hang_up()"""
        )
    attempts: list[int] = []

    def unit(connection: sa.Connection) -> None:
        attempts.append(1)
        note("perhaps")(connection)

    with pytest.raises(DatabaseUnavailable) as told:
        await postgres_database.write(unit)

    assert told.value.outcome_unknown
    assert len(attempts) == 1


async def test_a_server_that_is_away_is_told_in_a_sentence_and_found_again(
    postgres_database: Bare, postgres_url: str, postgres_server_url: str
) -> None:
    """No unit is half there, and nobody need restart the bot."""
    await postgres_database.write(note("before"))

    with turned_away(postgres_server_url, postgres_url):
        with pytest.raises(DatabaseUnavailable, match="cannot be used now"):
            await postgres_database.write(note("meanwhile"))
        with pytest.raises(DatabaseUnavailable):
            await postgres_database.read(names)
        with pytest.raises(DatabaseUnavailable):
            await open_database(postgres_url, unit_of_work=bare)

    await postgres_database.write(note("after"))
    assert await postgres_database.read(names) == {"before", "after"}


async def test_the_password_is_in_no_message() -> None:
    """Messages get into logs and onto screens."""
    with pytest.raises(DatabaseUnavailable) as told:
        await open_database("postgresql://me:open-sesame@127.0.0.1:1/liaison", unit_of_work=bare)

    assert "open-sesame" not in str(told.value)


async def test_a_unit_that_swallows_a_database_error_is_not_taken_for_done(postgres_database: Bare) -> None:
    """PostgreSQL answers its COMMIT with a silent rollback; the caller must not believe it was kept."""
    await postgres_database.write(note("once"))

    def swallows(connection: sa.Connection) -> str:
        try:
            note("once")(connection)
        except sa.exc.IntegrityError:
            return "never mind"
        return "done"

    with pytest.raises(RuntimeError, match="after a database error"):
        await postgres_database.write(swallows)


async def test_a_row_a_neighbour_has_just_made_is_seen_at_the_second_look(
    postgres_database: Bare, postgres_url: str
) -> None:
    """Look, find nothing, make it: whoever loses that race finds it made, as on SQLite."""

    def ensure(connection: sa.Connection) -> str:
        if "station" in names(connection):
            return "found"
        time.sleep(0.02)
        note("station")(connection)
        return "made"

    async with await open_database(postgres_url, unit_of_work=bare) as other:
        results = await asyncio.gather(*((postgres_database, other)[n % 2].write(ensure) for n in range(8)))

    assert sorted(results) == ["found"] * 7 + ["made"]


async def test_a_hint_reaches_other_processes(postgres_database: Bare, postgres_url: str) -> None:
    """A worker's promise wakes the leader's deliver loop."""
    async with await open_database(postgres_url, unit_of_work=bare) as leader:
        event = await leader.wake("outbox")
        event.clear()

        await postgres_database.write(lambda connection: wakeups.notify(connection, "outbox"))

        await asyncio.wait_for(event.wait(), 5)


async def test_what_was_taken_back_is_told_in_this_process(postgres_database: Bare) -> None:
    """What is new has to be looked up, since others write as well; what is void is let go of at once."""
    bell = await postgres_database.wake("outbox")
    bell.clear()
    bell.take()

    def taken_back(connection: sa.Connection) -> None:
        wakeups.notify(connection, "outbox", "new")
        wakeups.notify(connection, "outbox", TakenBack("chat:1"))

    await postgres_database.write(taken_back)

    assert {*bell.take()} == {TakenBack("chat:1"), None}


async def test_hints_come_again_after_the_connection_was_lost(postgres_database: Bare, postgres_url: str) -> None:
    """And the loss itself wakes everybody: something may have been missed."""
    event = await postgres_database.wake("outbox")
    event.clear()

    with connected(postgres_url) as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'liaisonbot listening' AND datname = current_database()"
        )

    await asyncio.wait_for(event.wait(), 5)


async def test_a_cancelled_caller_keeps_its_lane_until_the_unit_is_done(postgres_database: Bare) -> None:
    """Else the next message of the chat would overtake the one that is being handled."""
    order: list[str] = []

    def slow(_: sa.Connection) -> None:
        time.sleep(0.1)
        order.append("first")

    first = asyncio.create_task(postgres_database.write(slow, lanes=["chat 5"]))
    await asyncio.sleep(0.02)
    first.cancel()
    await postgres_database.write(lambda _: order.append("second"), lanes=["chat 5"])

    assert order == ["first", "second"]


async def test_while_the_bot_has_it_open_a_restore_cannot_have_it(postgres_database: Bare, postgres_url: str) -> None:
    """The lock is held as long as the bot is there, and by nobody afterwards."""
    await postgres_database.write(note("count"))
    await postgres_database.write(count_up("count"), lanes=["a"])
    assert await postgres_database.read(value_of("count")) == 1

    assert not free_for_restore(postgres_url)
    await postgres_database.close()
    assert free_for_restore(postgres_url)


async def test_erased_rows_are_vacuumed(postgres_database: Bare, postgres_url: str) -> None:
    """Best effort: the dead rows at least are cleared."""
    await postgres_database.erase_traces()

    with connected(postgres_url) as connection:
        vacuumed = "SELECT vacuum_count FROM pg_stat_all_tables WHERE relname = 'counters'"
        assert connection.exec_driver_sql(vacuumed).scalar() == 1


async def test_after_a_ballot_only_its_tables_are_vacuumed(postgres_database: Bare, postgres_url: str) -> None:
    """Earlier states of the urn are dead rows, with the transaction that wrote them. Other tables are left alone."""
    await postgres_database.erase_traces(of=TABLES)

    with connected(postgres_url) as connection:
        vacuumed = "SELECT relname FROM pg_stat_all_tables WHERE vacuum_count > 0 AND schemaname = 'public'"
        assert set(connection.exec_driver_sql(vacuumed).scalars()) == set(TABLES)


def free_for_restore(url: str) -> bool:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [IN_USE_LOCK]).fetchone()
        return bool(row and row[0])


@contextmanager
def turned_away(server: str, url: str) -> Iterator[None]:
    """The server hangs up on everybody in this database and takes no new connections to it."""
    name = sql.Identifier(str(sa.make_url(url).database))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [sa.make_url(url).database]
        )
        yield
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
