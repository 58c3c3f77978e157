"""Summaries that somebody asked for, or is owed, are made beside everything else; what is sent is a short unit.

Two run side by side: words are there at once, files take their time (``workshop.py``) and hold up no words. A file is
promised when it is there, so nobody's messages wait behind it; one that is cancelled meanwhile is given up at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from handlers.beside import Beside
from handlers.office import Office
from handlers.workshop import Workshop
from liaisonbot.errors import DeliveryError
from liaisonbot.outgoing import StoredFile
from liaisonbot.services import summary_making
from liaisonbot.services.summary_making import Drawn
from liaisonbot.summaries import WAKE_UP

log = structlog.get_logger()

ASK_EVERY: Final = 1.0
"""Seconds between looks whether the file is still wanted."""
SECONDS: Final = 600.0
"""So long a program may take: the workbook of a large city's year has a row for each of its cases."""
ATTEMPTS: Final = 2
"""A program that was killed, or took too long, is begun once more."""


class Summarising(Beside):
    """Makes the words, one after the other."""

    wake_up = WAKE_UP
    failed = "a summary could not be made"

    async def do_one(self) -> bool:
        desk = self._office.desk()
        made = await self._office.memory.read(lambda uow: summary_making.make_next(uow, desk), unhurried=True)
        if made is not None:
            await self._office.write(partial(summary_making.tell, made=made))
        return made is not None

    async def give_up_one(self) -> bool:
        return await self._office.write(summary_making.give_up)


class Drawing(Beside):
    """Makes the files, one after the other."""

    wake_up = WAKE_UP
    failed = "the file of a summary could not be made"

    def __init__(self, office: Office, somebody_waits: Callable[[], bool]) -> None:
        super().__init__(office, somebody_waits)
        self._workshop = Workshop(office.settings.locale.timezone, SECONDS)

    async def do_one(self) -> bool:
        desk = self._office.desk()
        drawn = await self._office.memory.read(lambda uow: summary_making.draw_next(uow, desk), unhurried=True)
        if drawn is None:
            return False
        await self._office.write(partial(summary_making.being_drawn, drawn=drawn))
        file = await self._made(drawn)
        if not self._stopped.is_set():
            await self._office.write(partial(summary_making.hand_out, drawn=drawn, file=file))
        return True

    async def give_up_one(self) -> bool:
        return await self._office.write(partial(summary_making.give_up, drawn=True))

    async def _made(self, drawn: Drawn) -> StoredFile | None:
        """None: it cannot be made, is not wanted any more, or we are to end."""
        if drawn.file is None:
            return None
        for _ in range(ATTEMPTS):
            try:
                return await self._while_wanted(drawn, drawn.file)
            except DeliveryError as exc:
                log.warning(self.failed, form=drawn.form, why=str(exc))
        return None

    async def _while_wanted(self, drawn: Drawn, file: StoredFile) -> StoredFile | None:
        making = asyncio.create_task(self._workshop.finished(file, drawn.job.language))
        try:
            while not making.done():
                await self._either(making, ASK_EVERY)
                if self._stopped.is_set() or not (making.done() or await self._is_wanted(drawn)):
                    return None
            return making.result()
        finally:
            making.cancel()
            await asyncio.wait([making])

    async def _is_wanted(self, drawn: Drawn) -> bool:
        return await self._office.memory.read(lambda uow: summary_making.is_wanted(uow, drawn))
