"""New cases are compared with others, and like ones offered, once those who wait for an answer have theirs."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog

from handlers.traces import place_of
from handlers.unhurried import Unhurried
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.likeness import WAKE_UP
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import similar

log = structlog.get_logger()


class Comparing(Unhurried):
    """Compares one case after the other."""

    async def _bell(self) -> Any:
        return await self._office.memory.wake(WAKE_UP)

    async def _do_one(self) -> bool:
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


def _give_up_one(uow: UnitOfWork, desk: Desk) -> bool:
    return uow.terms.forgo()
