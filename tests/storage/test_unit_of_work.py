"""One transaction over everything the office remembers."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from liaisonbot.model import Case
from storage import wakeups
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import a_case, a_person


async def test_a_unit_runs_on_the_engine(database_url: str) -> None:
    """All repositories share the unit's connection: what one wrote the others see, and later units too."""

    def open_one(uow: SqlUnitOfWork) -> Case:
        return a_case(uow)

    async with await open_database(
        database_url, unit_of_work=partial(SqlUnitOfWork, default_language="en")
    ) as database:
        case = await database.write(open_one, lanes=["chat:1"])

        assert await database.read(lambda uow: uow.cases.get(case.number)) == case
        assert await database.read(lambda uow: len(uow.messages.of_case(case.number))) == 1


async def test_what_fails_inside_a_savepoint_is_undone_alone(database_url: str) -> None:
    """The unit goes on and keeps the rest."""

    def half(uow: SqlUnitOfWork) -> tuple[int, int]:
        kept = a_person(uow)
        with suppress(RuntimeError), uow.savepoint():
            lost = a_person(uow)
            raise RuntimeError
        return kept.telegram_id, lost.telegram_id

    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as database:
        kept, lost = await database.write(half)

        assert await database.read(lambda uow: uow.people.find(kept)) is not None
        assert await database.read(lambda uow: uow.people.find(lost)) is None


def test_nobody_is_woken_for_what_was_undone(uow: SqlUnitOfWork) -> None:
    """What was told before stays; a channel that was first rung in what is undone can be rung again."""
    connection = uow.connection
    wakeups.notify(connection, "outbox", 1)
    with suppress(RuntimeError), uow.savepoint():
        wakeups.notify(connection, "outbox", 2)
        wakeups.notify(connection, "summaries")
        raise RuntimeError
    with uow.savepoint():
        wakeups.notify(connection, "outbox", 3)

    assert wakeups.take(connection) == {"outbox": [1, 3]}


def test_a_repository_is_made_once(uow: SqlUnitOfWork) -> None:
    assert uow.cases is uow.cases
    assert {name for name in vars(uow) if not name.startswith("_")} == {"connection", "cases", "finding"}
