"""New cases are compared with others, and like ones offered, once those who wait for an answer have theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog

from handlers.office import Office
from handlers.traces import place_of
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.likeness import WAKE_UP
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import similar

log = structlog.get_logger()

GLANCE: Final = 0.01
"""Seconds between looks whether somebody still waits for an answer."""
GLANCES: Final = 10
"""After so many looks one case is compared all the same: under a load that never ends none waits for ever."""
LOOK_EVERY: Final = 30.0
"""Seconds between looks without any wake-up: a hint can get lost."""
PAUSE_WITHOUT_MEMORY: Final = 1.0


class Comparing:
    """Runs until ``stop``; what was not compared by then stands in the database."""

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        self._office = office
        self._somebody_waits = somebody_waits
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        bell: Any = await self._office.memory.wake(WAKE_UP)
        bell.set()  # what an earlier run left behind
        while not self._stopped.is_set():
            bell.clear()
            await self._until_nothing_is_owed()
            await self._either(bell, LOOK_EVERY)

    def stop(self) -> None:
        self._stopped.set()

    async def _until_nothing_is_owed(self) -> None:
        more = True
        while more and not self._stopped.is_set():
            await self._let_others_go_first()
            try:
                more = await self._compare_one()
            except MemoryUnavailable as exc:
                log.warning("no database", why=type(exc).__name__)
                await self._either(asyncio.Event(), PAUSE_WITHOUT_MEMORY)

    async def _let_others_go_first(self) -> None:
        """Until nobody waits for an answer, or for a while."""
        await asyncio.sleep(0)  # the answer that came with the case goes to its loop first
        for _ in range(GLANCES):
            if self._stopped.is_set() or not self._somebody_waits():
                return
            await asyncio.sleep(GLANCE)

    async def _compare_one(self) -> bool:
        """Whether there was one. One that fails is given up: the others must not wait behind it."""
        try:
            compared = await self._office.memory.read(similar.compare_next, unhurried=True)
            if compared is not None:
                await self._office.write(partial(similar.offer_compared, compared=compared))
            return compared is not None
        except MemoryUnavailable:
            raise
        except Exception as exc:
            log.error("a case could not be compared", error=place_of(exc), exc_info=exc)
            return await self._office.write(_give_up_one)

    async def _either(self, bell: asyncio.Event, seconds: float) -> None:
        """Wait until the bell rings, we are to stop, or the time is over."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (bell, self._stopped)]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()


def _give_up_one(uow: UnitOfWork, desk: Desk) -> bool:
    return uow.terms.forgo()
