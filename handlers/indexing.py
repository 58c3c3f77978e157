"""By what cases are found is kept up to date beside everything else."""

from __future__ import annotations

from functools import partial

from handlers.beside import Beside
from liaisonbot.services import indexing


class Indexing(Beside):
    """Works off a few changes after the other; then, a block at a time, what was there before the index."""

    # Nobody rings: a search looks at what is owed an entry itself, and a ring would cost each report something.
    wake_up = "finding"
    look_every = 2.0
    failed = "a case could not be indexed"

    async def do_one(self) -> bool:
        return await self._changes() or await self._block()

    async def give_up_one(self) -> bool:
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
