"""New cases are compared with others, and like ones offered, once those who wait for an answer have theirs."""

from __future__ import annotations

from functools import partial

from handlers.beside import Beside
from liaisonbot.desk import Desk
from liaisonbot.likeness import WAKE_UP
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import similar


class Comparing(Beside):
    """What is alike is looked for beside everything else; what is found is offered in a short unit."""

    wake_up = WAKE_UP
    failed = "a case could not be compared"

    async def do_one(self) -> bool:
        compared = await self._office.memory.read(similar.compare_next, unhurried=True)
        if compared is not None:
            await self._office.write(partial(similar.offer_compared, compared=compared))
        return compared is not None

    async def give_up_one(self) -> bool:
        return await self._office.write(_forgo)


def _forgo(uow: UnitOfWork, desk: Desk) -> bool:
    return uow.terms.forgo()
