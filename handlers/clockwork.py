"""What happens because time passes. APScheduler only ticks; what is due, and what was done, stands in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from handlers.office import Office
from handlers.traces import place_of
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.services import clockwork

log = structlog.get_logger()

TICK_SECONDS: Final = 30
KEEP_HANDLED: Final = timedelta(days=6)
"""So long the ids of handled updates are kept: Telegram repeats an update within a day, and begins anywhere after a
week.
"""
PURGE_HOURS: Final = 24
KEEP_LOOSE_PARTS: Final = timedelta(hours=1)
LOOSE_PARTS_MINUTES: Final = 10
"""How often parts of albums that nobody claimed are forgotten; first so long after the start, when the rest of an album
that a crash cut in two has been handled.
"""
LONGEST_REST_SECONDS: Final = 0.05
"""Between two ticks of which the first was not enough the writer is free as long as the first one took, or so long."""

# The default drops a run that is a second late; one late run stands for all that were missed.
_NEVER_DROPPED: Final[dict[str, Any]] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class Clockwork:
    """Ticks until ``stop``."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_NEVER_DROPPED)
        self._one_at_a_time = asyncio.Lock()
        self._soon: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        self._scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS)
        self._scheduler.add_job(self.purge, "interval", hours=PURGE_HOURS)
        self._scheduler.add_job(self.purge_loose_parts, "interval", minutes=LOOSE_PARTS_MINUTES)
        self._scheduler.start()
        try:
            await self.purge()
            await self.tick()
            await self._stopped.wait()
        finally:
            self._scheduler.shutdown(wait=False)
            async with self._one_at_a_time:
                pass

    def stop(self) -> None:
        self._stopped.set()

    def tick_soon(self) -> None:
        """The clock was moved: something may be due now."""
        task = asyncio.get_running_loop().create_task(self.tick())
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def tick(self) -> None:
        """Do all that is due."""
        async with self._one_at_a_time:
            await self._survive(self._until_done)

    async def purge(self) -> None:
        """Forget updates that cannot come again."""
        await self._survive(
            lambda: self._office.write(lambda uow, desk: uow.inbox.purge(desk.now - KEEP_HANDLED)),
        )

    async def purge_loose_parts(self) -> None:
        """Forget what was seen in groups and belongs to no case."""
        await self._survive(
            lambda: self._office.write(lambda uow, desk: uow.messages.purge_loose_parts(desk.now - KEEP_LOOSE_PARTS)),
        )

    async def _until_done(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while await self._office.write(clockwork.tick) and not self._stopped.is_set():
            # Whoever writes meanwhile is not made to share the next tick's commit.
            await asyncio.sleep(min(loop.time() - began, LONGEST_REST_SECONDS))
            began = loop.time()

    async def _survive(self, work: Callable[[], Awaitable[Any]]) -> None:
        """What fails now is due still, and is tried with the next tick."""
        try:
            await work()
        except MemoryUnavailable as exc:
            log.warning("no database", why=str(exc))
        except Exception as exc:
            log.error("the clock's work failed", error=place_of(exc), exc_info=exc)
