"""What every unit may rely on, on both engines."""

from __future__ import annotations

import asyncio
import threading
import traceback

import pytest
import sqlalchemy as sa

from liaisonbot.errors import ConfigurationError
from storage import wakeups
from storage.database import Database, open_database
from storage.errors import DatabaseUnavailable
from storage.schema import counters
from tests.storage.conftest import bare
from tests.storage.counting import count_up, names, note, value_of

Bare = Database[sa.Connection]


class Boom(Exception):
    """What a service raises."""


async def test_what_was_written_is_there_for_the_next_read(database: Bare) -> None:
    """write() returns once it is committed; a read that begins then sees it."""
    for number in range(20):
        await database.write(note(f"n{number}"))
        assert f"n{number}" in await database.read(names)


async def test_a_unit_hands_its_result_to_its_own_caller(database: Bare) -> None:
    """Also when many share a commit."""
    await database.write(note("count"))

    results = await asyncio.gather(*(database.write(count_up("count")) for _ in range(50)))

    assert sorted(results) == list(range(1, 51))


async def test_a_unit_that_raises_leaves_nothing_behind_and_nobody_else_hears_of_it(database: Bare) -> None:
    """Its neighbours in the same commit are kept, it is undone, and its caller gets its exception."""

    def half(number: int) -> None:
        raise Boom(number)

    def unit(number: int) -> None:
        def run(connection: sa.Connection) -> int:
            note(f"n{number}")(connection)
            if number % 3 == 0:
                half(number)
            return number

        return run

    results = await asyncio.gather(*(database.write(unit(n)) for n in range(30)), return_exceptions=True)

    for number, result in enumerate(results):
        assert isinstance(result, Boom) if number % 3 == 0 else result == number
    assert await database.read(names) == {f"n{n}" for n in range(30) if n % 3}


async def test_counting_up_at_the_same_time_loses_no_count(database: Bare) -> None:
    """Units run as if one after the other, also those that read first and write then."""
    await database.write(note("count"))

    await asyncio.gather(*(database.write(count_up("count")) for _ in range(100)))

    assert await database.read(value_of("count")) == 100


async def test_two_bots_on_one_database_lose_no_count(database: Bare, database_url: str) -> None:
    """The same with the units spread over two connections' worth of workers (on SQLite: a bot and a command)."""
    await database.write(note("count"))

    async with await open_database(database_url, unit_of_work=bare) as other:
        await asyncio.gather(*((database, other)[n % 2].write(count_up("count")) for n in range(60)))

    assert await database.read(value_of("count")) == 60


async def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Bare) -> None:
    """A summary's figures fit each other, and the writer is not held up by it."""
    await database.write(note("first"))
    looked_once, written = threading.Event(), threading.Event()

    def look_twice(connection: sa.Connection) -> tuple[set[str], set[str]]:
        before = names(connection)
        looked_once.set()
        assert written.wait(10)
        return before, names(connection)

    reading = asyncio.create_task(database.read(look_twice))
    await asyncio.to_thread(looked_once.wait, 10)
    await database.write(note("second"))
    written.set()

    assert await reading == ({"first"}, {"first"})
    assert await database.read(names) == {"first", "second"}


async def test_a_read_cannot_write(database: Bare) -> None:
    """Whatever a reading unit tries, the database refuses."""
    with pytest.raises(sa.exc.DBAPIError):
        await database.read(note("sneaked in"))

    assert await database.read(names) == set()


async def test_a_cancelled_caller_leaves_a_whole_unit_or_none(database: Bare) -> None:
    """A handler that is cancelled half-way breaks neither its own unit nor its neighbours'."""

    def pair(number: int) -> None:
        def unit(connection: sa.Connection) -> None:
            note(f"a{number}")(connection)
            note(f"b{number}")(connection)

        return unit

    tasks = [asyncio.create_task(database.write(pair(n))) for n in range(60)]
    await asyncio.sleep(0.002)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await database.write(note("last"))

    stored = await database.read(names)
    assert {name[1:] for name in stored if name[0] == "a"} == {name[1:] for name in stored if name[0] == "b"}
    assert {f"a{n}" for n, result in enumerate(results) if result is None} <= stored


async def test_units_of_one_lane_run_one_after_the_other_in_order(database: Bare) -> None:
    """Order per chat is what people notice first."""
    order: list[int] = []
    inside: list[int] = []

    def unit(number: int) -> None:
        def run(_: sa.Connection) -> None:
            assert not inside
            inside.append(number)
            order.append(number)
            inside.clear()

        return run

    await asyncio.gather(*(database.write(unit(n), lanes=["chat 5", f"person {n % 7}"]) for n in range(80)))

    assert order == list(range(80))


async def test_a_unit_cannot_end_the_transaction_it_shares(database: Bare) -> None:
    """A commit or rollback inside a unit would be everybody's; it is refused and the unit undone."""

    def commits(connection: sa.Connection) -> None:
        note("too early")(connection)
        connection.commit()
        note("too late")(connection)

    def rolls_back(connection: sa.Connection) -> None:
        note("before")(connection)
        connection.rollback()
        note("after all")(connection)

    neighbour = asyncio.create_task(database.write(note("neighbour")))
    with pytest.raises(Exception, match=r"commit|transaction"):
        await database.write(commits)
    with pytest.raises(Exception, match=r"commit|transaction"):
        await database.write(rolls_back)
    await neighbour

    assert await database.read(names) == {"neighbour"}


async def test_a_savepoint_inside_a_unit_can_be_undone_by_itself(database: Bare) -> None:
    """A service may try something and go on without it."""

    def tries(connection: sa.Connection) -> None:
        note("kept")(connection)
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
            note("kept")(connection)
        note("also kept")(connection)

    await database.write(tries)

    assert await database.read(names) == {"kept", "also kept"}


async def test_a_constraint_is_the_callers_error_and_stays_what_it_is(database: Bare) -> None:
    """What must never be false is a constraint; who breaks it sees that, not a database out of order."""
    await database.write(note("once"))

    with pytest.raises(sa.exc.IntegrityError):
        await database.write(note("once"))


async def test_an_error_does_not_repeat_what_people_wrote(database: Bare) -> None:
    """It gets into logs and reports; the row that was refused must not."""
    words = "my neighbour beats his dog"

    def unit(connection: sa.Connection) -> None:
        connection.execute(counters.insert(), {"name": words, "value": None})

    with pytest.raises(sa.exc.IntegrityError) as refused:
        await database.write(unit)

    assert "neighbour" not in "".join(traceback.format_exception(refused.value))


async def test_who_waits_for_a_channel_wakes_after_the_commit(database: Bare) -> None:
    """The deliver loop starts at once, and finds what the unit has written."""
    event = await database.wake("outbox")
    event.clear()

    def promises(connection: sa.Connection) -> None:
        note("promise")(connection)
        wakeups.notify(connection, "outbox")

    await database.write(promises)

    await asyncio.wait_for(event.wait(), 5)
    assert "promise" in await database.read(names)


async def test_a_unit_that_fails_wakes_nobody(database: Bare) -> None:
    """There is nothing to be found."""
    event = await database.wake("outbox")
    event.clear()

    def fails(connection: sa.Connection) -> None:
        wakeups.notify(connection, "outbox")
        raise Boom

    with pytest.raises(Boom):
        await database.write(fails)
    await database.write(note("something else"))

    assert not event.is_set()


async def test_closing_finishes_what_was_handed_in_and_then_refuses(database_url: str) -> None:
    """At SIGTERM what is in hand is finished; nothing is taken any more."""
    database = await open_database(database_url, unit_of_work=bare)
    under_way = [asyncio.create_task(database.write(note(f"n{n}"))) for n in range(40)]
    await asyncio.sleep(0)

    await database.close()
    await database.close()

    await asyncio.gather(*under_way)
    with pytest.raises(DatabaseUnavailable):
        await database.write(note("late"))
    with pytest.raises(DatabaseUnavailable):
        await database.read(names)


async def test_a_database_opened_for_reading_is_not_written(database: Bare, database_url: str) -> None:
    """An export beside the running bot cannot change anything."""
    await database.write(note("there"))

    async with await open_database(database_url, unit_of_work=bare, read_only=True) as reading:
        assert await reading.read(names) == {"there"}
        with pytest.raises(DatabaseUnavailable):
            await reading.write(note("refused"))


async def test_a_unit_may_be_executed_with_statements_made_once(database: Bare) -> None:
    """Constants with bindparam, executed with a dict: the fast way, and the same on both engines."""
    statement = counters.update().where(counters.c.name == sa.bindparam("who")).values(value=sa.bindparam("much"))
    await database.write(note("count"))

    await database.write(lambda connection: connection.execute(statement, {"who": "count", "much": 7}).rowcount)

    assert await database.read(value_of("count")) == 7


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "postgresql//user:secret@host"]
)
async def test_an_address_that_cannot_be_meant_is_refused_without_repeating_it(url: str) -> None:
    """The sentence names the key and what to write there; a password in the address does not get into it."""
    with pytest.raises(ConfigurationError, match=r"database\.url") as refused:
        await open_database(url, unit_of_work=bare)

    assert "secret" not in str(refused.value)
