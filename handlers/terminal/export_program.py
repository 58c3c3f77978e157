"""Make one file for ``/export``: ``python -m handlers.terminal.export_program``, the order on standard input.

A program of its own, so that the bot needs neither its time nor its memory, and can end it at any moment. On standard
output it says how far it is: a JSON object a line, the last one with how it ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from handlers.terminal import export_files
from handlers.terminal.export_files import Wanted
from liaisonbot.exporting import Ending
from liaisonbot.reports.tables import Reader, Row, TooManyForASheet
from liaisonbot.texts import catalogue
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork

SAY_EVERY: Final = 0.5
"""Seconds."""


class TooLarge(Exception):
    """Nobody could open it on a telephone."""


class Watch:
    """Lets rows pass, counts them, and says so now and then. Raises TooLarge as soon as the file is."""

    def __init__(self, total: int, path: Path, most: int) -> None:
        self.done, self._total, self._path, self._most = 0, total, path, most
        self._said_at = 0.0

    def passing(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.done += 1
            if time.monotonic() - self._said_at >= SAY_EVERY:
                self._said_at = time.monotonic()
                self.say()
                self.look()

    def look(self) -> None:
        if self._path.exists() and self._path.stat().st_size > self._most:
            raise TooLarge

    def say(self, ending: Ending | None = None) -> None:
        said = {"done": self.done, "total": max(self._total, self.done)} | ({"ending": ending} if ending else {})
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


async def make(order: Mapping[str, Any]) -> None:
    """Write the file that is ordered, and say how that ended."""
    first, end = (day and date.fromisoformat(day) for day in (order["first"], order["end"]))
    wanted = Wanted(
        order["what"],
        ZoneInfo(order["zone"]),
        first,
        end,
        stations=order["stations"],
        reader=order["reader"],
        personal=order["personal"],
        scoring=order["scoring"],
    )
    async with await open_database(order["url"], unit_of_work=SqlUnitOfWork, read_only=True) as database:
        await database.read(lambda uow: _write(uow, wanted, order))


def _write(uow: SqlUnitOfWork, wanted: Wanted, order: Mapping[str, Any]) -> None:
    path = Path(order["path"])
    watch = Watch(export_files.count(uow, wanted), path, order["most"])
    reader = Reader(wanted.zone, catalogue(order["language"], order["zone"]))
    ending = Ending.MADE
    try:
        export_files.write(
            wanted, watch.passing(export_files.rows(uow, wanted)), order["format"], path, reader, workplace=path.parent
        )
        watch.look()
    except TooLarge:
        ending = Ending.TOO_LARGE
    except TooManyForASheet:
        ending = Ending.TOO_MANY_ROWS
    watch.say(ending)


if __name__ == "__main__":
    os.nice(10)  # whoever waits for an answer comes first
    asyncio.run(make(json.loads(sys.stdin.buffer.read())))
