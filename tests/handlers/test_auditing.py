"""Every night the journals are checked, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.auditing import Auditing
from handlers.office import Office as HandlersOffice
from liaisonbot.audit import Finding, Wrong
from liaisonbot.clock import SystemClock
from storage.audit import Audit
from storage.database import Database, open_database
from storage.schema import outbox
from storage.unit_of_work import SqlUnitOfWork
from tests.storage import histories
from tests.storage.histories import OF_KEY, a_history, ids, sealed_up

OWNER = 900


class Broken:
    """An audit of three pages that finds something."""

    def __init__(self) -> None:
        self.pages = 0
        self.head = "3-0"
        self.looked_at = 3
        self.findings = [Finding("cases", Wrong.CHANGED, 7, 12)]

    def page(self, connection: Any, limit: int) -> bool:
        self.pages += 1
        return self.pages < 3


def _auditing(database: Database[SqlUnitOfWork], new_audit: Callable[[], Any]) -> Auditing:
    from liaisonbot.incoming import Bot
    from liaisonbot.settings import Settings

    settings = Settings(telegram={"token": "42:TEST"}, access={"owner_ids": [OWNER]})
    return Auditing(HandlersOffice(database, SystemClock(), settings, Bot(42, "liaison_bot")), new_audit)


async def _owed(database: Database[SqlUnitOfWork]) -> list[Any]:
    return await database.read(lambda uow: list(uow.connection.execute(outbox.select()).all()))


async def test_it_goes_through_every_page_and_tells_the_owners_what_is_wrong(sqlite_url: str) -> None:
    """Nobody hears of what is in order."""
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        await database.write(a_history)
        await database.write(sealed_up)
        auditing = _auditing(database, Audit)
        await auditing.audit()
        assert await _owed(database) == []

        entry = await database.read(lambda uow: ids(uow, OF_KEY["cases"])[1])
        await database.write(lambda uow: histories.change(uow, OF_KEY["cases"], entry, by_role="staff"))
        await auditing.audit()
        assert [row.chat_id for row in await _owed(database)] == [OWNER]


async def test_it_reads_page_after_page(sqlite_url: str) -> None:
    """Each in a unit of its own."""
    broken = Broken()
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        await _auditing(database, lambda: broken).audit()

    assert broken.pages == 3
