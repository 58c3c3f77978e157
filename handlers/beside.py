"""Work that is done beside the answers: owed in the database, made one by one once nobody waits for an answer."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

import structlog

from handlers.office import Office
from handlers.traces import place_of
from liaisonbot.errors import MemoryUnavailable

log = structlog.get_logger()

GLANCE: Final = 0.01
"""Seconds between looks whether somebody still waits for an answer."""
GLANCES: Final = 10
"""After so many looks one thing is done all the same: under a load that never ends none waits for ever."""
PAUSE_WITHOUT_MEMORY: Final = 1.0


class Beside(ABC):
    """Runs until ``stop``; what was not done by then stands in the database.

    ``somebody_waits``: whether an answer is still to be made out. ``wake_up``: the channel that rings when something is
    owed.
    """

    wake_up: str
    failed: str
    """What the log says where one could not be done."""
    look_every = 30.0
    """Seconds between looks without any wake-up: a hint can get lost."""
    patience = 1
    """So many times as long as usual it lets answers go first."""

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        self._office = office
        self._somebody_waits = somebody_waits
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        bell: Any = await self._office.memory.wake(self.wake_up)
        bell.set()  # what an earlier run left behind
        while not self._stopped.is_set():
            bell.clear()
            await self._until_nothing_is_owed()
            await self._either(bell, self.look_every)

    def stop(self) -> None:
        self._stopped.set()

    @abstractmethod
    async def do_one(self) -> bool:
        """Do the next thing; whether there was one."""

    @abstractmethod
    async def give_up_one(self) -> bool:
        """Let go of the one that failed: the others must not wait behind it. Whether there was one."""

    async def _until_nothing_is_owed(self) -> None:
        more = True
        while more and not self._stopped.is_set():
            await self._let_others_go_first()
            try:
                more = await self._do_one()
            except MemoryUnavailable as exc:
                log.warning("no database", why=str(exc))
                await self._either(asyncio.Event(), PAUSE_WITHOUT_MEMORY)

    async def _let_others_go_first(self) -> None:
        """Until nobody waits for an answer, or for a while."""
        await asyncio.sleep(0)  # the answer that is on its way goes to its loop first
        for _ in range(self.patience * GLANCES):
            if self._stopped.is_set() or not self._somebody_waits():
                return
            await asyncio.sleep(GLANCE)

    async def _do_one(self) -> bool:
        try:
            return await self.do_one()
        except MemoryUnavailable:
            raise
        except Exception as exc:
            log.error(self.failed, error=place_of(exc), exc_info=exc)
            return await self.give_up_one()

    async def _either(self, other: asyncio.Event | asyncio.Task[Any], seconds: float) -> None:
        """Wait until the bell rings or the task is done, we are to stop, or the time is over."""
        events = [self._stopped, *([other] if isinstance(other, asyncio.Event) else [])]
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait()) for event in events]
        tasks = [other] if isinstance(other, asyncio.Task) else []
        try:
            await asyncio.wait([*waits, *tasks], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
