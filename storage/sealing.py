"""The journals are sealed while the bot runs: a moment after the commit, and after whoever waits for an answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from storage.database import Database
from storage.errors import StorageError
from storage.seals import Sealer
from storage.unit_of_work import SqlUnitOfWork

EVERY: Final = 1.0
"""Seconds between looks whether there is something to seal."""
GLANCE: Final = 0.01
"""Seconds between looks whether somebody still waits for an answer."""
GLANCES: Final = 20
"""After so many looks a batch is sealed all the same: under a load that never ends the seals go on."""
AT_ONCE: Final = 100
"""Entries of each journal in one batch: less than two milliseconds of the writer."""
REST: Final = 4.0
"""Times as long as a batch took nothing is sealed: also where years are to be sealed at the first start."""
LONG_REST: Final = 600.0
"""Seconds until it is tried again where a chain cannot be gone on with."""

log = structlog.get_logger()


class Sealing:
    """Runs until ``stop``. ``somebody_waits``: whether an answer is still to be made out, or under way."""

    def __init__(
        self, database: Database[SqlUnitOfWork], now: Callable[[], datetime], somebody_waits: Callable[[], bool]
    ) -> None:
        self._database = database
        self._now = now
        self._somebody_waits = somebody_waits
        self._sealer = Sealer()
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        while not self._stopped.is_set():
            rest = EVERY
            try:
                await self._seal_all()
            except StorageError as exc:
                log.warning("not sealed, trying again", why=str(exc))
            except Exception as exc:
                # The text of an error may quote an entry.
                log.error("the journals cannot be sealed; see `bot.py audit verify`", error=type(exc).__name__)
                rest = LONG_REST
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), rest)

    def stop(self) -> None:
        self._stopped.set()

    async def _seal_all(self) -> None:
        if not await self._database.beside(lambda uow: self._sealer.anything(uow.connection)):
            return
        while not self._stopped.is_set():
            await self._let_others_go_first()
            now, began = self._now(), time.monotonic()
            if not await self._database.beside(
                lambda uow, now=now: self._sealer.seal(uow.connection, now, AT_ONCE),  # type: ignore[misc]
                writing=True,
            ):
                return
            await asyncio.sleep(REST * (time.monotonic() - began))

    async def _let_others_go_first(self) -> None:
        for _ in range(GLANCES):
            if self._stopped.is_set() or not self._somebody_waits():
                return
            await asyncio.sleep(GLANCE)
