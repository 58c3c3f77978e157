"""Summaries that somebody asked for, or is owed, are computed beside everything else; what is sent is a short unit."""

from __future__ import annotations

from functools import partial

from handlers.beside import Beside
from liaisonbot.services import summaries
from liaisonbot.summaries import WAKE_UP


class Summarising(Beside):
    """Makes one after the other; files are made when their turn to be sent comes (``workshop.py``)."""

    wake_up = WAKE_UP
    failed = "a summary could not be made"

    async def do_one(self) -> bool:
        desk = self._office.desk()
        made = await self._office.memory.read(lambda uow: summaries.make_next(uow, desk), unhurried=True)
        if made is not None:
            await self._office.write(partial(summaries.tell, made=made))
        return made is not None

    async def give_up_one(self) -> bool:
        return await self._office.write(summaries.give_up)
