"""Work for which nobody waits: done once those who wait for an answer have theirs."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

import structlog

from handlers.office import Office
from liaisonbot.errors import MemoryUnavailable

log = structlog.get_logger()

GLANCE: Final = 0.01
"""Seconds between looks whether somebody still waits for an answer."""
GLANCES: Final = 10
"""After so many looks one piece is done all the same: under a load that never ends none waits for ever."""
PAUSE_WITHOUT_MEMORY: Final = 1.0


class Unhurried(ABC):
    """Runs until ``stop``; what was not done by then stands in the database."""

    look_every = 30.0
    """Seconds between looks without any wake-up: a hint can get lost."""

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        self._office = office
        self._somebody_waits = somebody_waits
        self._stopped = asyncio.Event()

    @abstractmethod
    async def _bell(self) -> Any:
        """What rings when there is something to do."""

    @abstractmethod
    async def _do_one(self) -> bool:
        """Do the next piece; whether there was one. One that fails is given up: the others must not wait behind it."""

    async def run(self) -> None:
        bell = await self._bell()
        bell.set()  # what an earlier run left behind
        while not self._stopped.is_set():
            bell.clear()
            await self._until_nothing_is_owed()
            await self._either(bell, self.look_every)

    def stop(self) -> None:
        self._stopped.set()

    async def _until_nothing_is_owed(self) -> None:
        more = True
        while more and not self._stopped.is_set():
            await self._let_others_go_first()
            try:
                more = await self._do_one()
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

    async def _either(self, bell: asyncio.Event, seconds: float) -> None:
        """Wait until the bell rings, we are to stop, or the time is over."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (bell, self._stopped)]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
