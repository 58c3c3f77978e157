"""Units of work from the terminal: the database is opened for one unit, beside a running bot or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from liaisonbot import settings as configuration
from liaisonbot.clock import SystemClock
from liaisonbot.desk import Desk
from liaisonbot.errors import ConfigurationError
from liaisonbot.incoming import Bot
from liaisonbot.services.calendar_files import EnteredDays
from liaisonbot.settings import Settings
from storage import revision
from storage.database import Database, open_database
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, shown, sqlite_path, sqlite_url

T = TypeVar("T")

NOBODY: Final = Bot(0, "")
"""Who we are on Telegram, where that does not matter: it is asked for only where links to the bot are made."""


@dataclass(frozen=True)
class Terminal:
    """What a call was given: where the configuration stands."""

    config: Path
    named: bool
    """The file was named by ``--config``, so it has to be there."""

    @cached_property
    def settings(self) -> Settings:
        """Read when first needed. Raises ConfigurationError."""
        if self.named and not self.config.exists():
            raise ConfigurationError(f"there is no {self.config}; name another with --config")
        return configuration.load(self.config)

    def desk(self, bot: Bot) -> Desk:
        return Desk(SystemClock().now(), self.settings, bot, entered=EnteredDays(self.settings.files.calendar).days())

    def write(self, unit: Callable[[SqlUnitOfWork], T]) -> T:
        """Run the unit in the database, which is made if there is none yet."""
        return asyncio.run(self._run(unit, writing=True))

    def read(self, unit: Callable[[SqlUnitOfWork], T]) -> T:
        """Run the unit on one state of the database. Raises ConfigurationError if there is none."""
        self.require_database()
        return asyncio.run(self._run(unit, writing=False))

    def read_in_parts(self, part: Callable[[SqlUnitOfWork], bool]) -> None:
        """Run the unit again and again, each time on the database as it is then, until it says there is no more."""
        self.require_database()

        async def all_parts(database: Database[SqlUnitOfWork]) -> None:
            while await database.beside(part):
                pass

        asyncio.run(self._with(all_parts, writing=False))

    def peek(self, unit: Callable[[SqlUnitOfWork], T]) -> T:
        """The same, on an empty database of its own where there is none yet."""
        if not revision.is_empty(self.settings.database.url):
            return self.read(unit)
        with TemporaryDirectory() as folder:
            return asyncio.run(self._run(unit, writing=False, url=sqlite_url(Path(folder) / "empty.db")))

    def read_revision(self) -> str | None:
        """The database's revision as it is, whatever it is; None when it has no tables of ours."""
        return revision.of(self.settings.database.url)

    def require_database(self) -> None:
        """Raise ConfigurationError if there is no database yet."""
        if revision.is_empty(self.settings.database.url):
            where = shown(self.settings.database.url)
            raise ConfigurationError(
                f"there is no database {where} yet; `bot.py run` or `bot.py roster import` makes it"
            )

    def require_newest(self) -> None:
        """Raise as ``read`` would, before something is written that must not bring the database up to date."""
        self.require_database()
        revision.require_newest(self.settings.database.url)

    async def _run(self, unit: Callable[[SqlUnitOfWork], T], *, writing: bool, url: str | None = None) -> T:
        return await self._with(
            lambda database: database.write(unit) if writing else database.read(unit), writing=writing, url=url
        )

    async def _with(
        self, work: Callable[[Database[SqlUnitOfWork]], Awaitable[T]], *, writing: bool, url: str | None = None
    ) -> T:
        own = url is not None
        url = url or self.settings.database.url
        if writing or own:
            revision.bring_up_to_date(url)
        else:
            revision.require_newest(url)
        make = partial(SqlUnitOfWork, default_language=self.settings.locale.default_language)
        async with await open_database(url, unit_of_work=make, read_only=not writing) as database:
            return await work(database)


def database_exists(url: str) -> bool:
    """Whether there is something at the URL; a server is taken to be there until it is asked."""
    return dialect_of(url) != "sqlite" or sqlite_path(url).exists()
