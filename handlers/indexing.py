"""By what cases are found is kept up to date beside everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from handlers.beside import Beside
from handlers.office import Office
from liaisonbot.services import indexing


class Indexing(Beside):
    """Works off a few changes after the other; then, a block at a time, what was there before the index."""

    # Nobody rings: a search looks at what is owed an entry itself, and a ring would cost each report something.
    wake_up = "finding"
    look_every = 2.0
    # Nor does anybody miss an entry that comes a second later.
    patience = 10
    failed = "a case could not be indexed"

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        super().__init__(office, somebody_waits)
        self._one_case = False
        """Only one at a time: one of several has failed."""
        self._forgo = indexing.forgo_change
        """Lets go of what is in hand."""

    async def do_one(self) -> bool:
        self._forgo = indexing.forgo_change
        if await self._changes():
            return True
        self._forgo = indexing.forgo_block
        return await self._block()

    async def give_up_one(self) -> bool:
        """Of several cases only the one that fails: they are tried one by one first."""
        if self._forgo is indexing.forgo_change and not self._one_case:
            self._one_case = True
            return True
        return await self._office.memory.write(self._forgo)

    async def _changes(self) -> bool:
        look = partial(indexing.prepare, one_case=self._one_case)
        prepared = await self._office.memory.read(look, unhurried=True)
        if prepared is not None:
            await self._office.memory.write(partial(indexing.enter, prepared=prepared))
        self._one_case = False
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
