"""By what cases are found is kept up to date, once those who wait for an answer have theirs."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import structlog

from handlers.traces import place_of
from handlers.unhurried import Unhurried
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.services import indexing

log = structlog.get_logger()


class Indexing(Unhurried):
    """Works off a few changes after the other; then, a block at a time, what was there before the index."""

    # Nobody rings: a search looks at what is owed an entry itself, and a ring would cost each report something.
    look_every = 2.0

    async def _bell(self) -> Any:
        return asyncio.Event()

    async def _do_one(self) -> bool:
        try:
            return await self._changes() or await self._block()
        except MemoryUnavailable:
            raise
        except Exception as exc:
            log.error("a case could not be indexed", error=place_of(exc), exc_info=exc)
            return await self._office.memory.write(indexing.forgo)

    async def _changes(self) -> bool:
        prepared = await self._office.memory.read(indexing.prepare, unhurried=True)
        if prepared is not None:
            await self._office.memory.write(partial(indexing.enter, prepared=prepared))
        return prepared is not None

    async def _block(self) -> bool:
        block = await self._office.memory.read(indexing.prepare_block, unhurried=True)
        if block is None:
            return False
        for part in block.parts():
            await self._let_others_go_first()
            if self._stopped.is_set():
                return False  # begun again from the beginning another time: it only adds
            await self._office.memory.write(partial(indexing.fill, block=block, part=part))
        await self._office.memory.write(partial(indexing.filled, block=block))
        return True
