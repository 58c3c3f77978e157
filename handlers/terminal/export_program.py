"""Make one file for ``/export``: ``python -m handlers.terminal.export_program``, the order on standard input.

A program of its own, so that the bot needs neither its time nor its memory, and can end it at any moment. On standard
output it says how far it is: a JSON object a line, the last one with how it ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from handlers.terminal import export_files
from handlers.terminal.export_files import Wanted
from handlers.traces import place_of
from liaisonbot import as_json
from liaisonbot.exporting import PACKED, Ending
from liaisonbot.reports import tables
from liaisonbot.reports.tables import Reader, Row, TooManyForASheet
from liaisonbot.texts import catalogue
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork

SAY_EVERY: Final = 0.5
"""Seconds."""
SQUEEZED: Final = 15
"""So many times smaller our texts become at most when they are packed: what is larger need not be written first."""


class TooLarge(Exception):
    """It could not be sent."""


class Watch:
    """Lets rows pass, counts them, and says so now and then. Raises TooLarge as soon as it is sure to be."""

    def __init__(self, total: int, folder: Path, most: int) -> None:
        self.done, self.total = 0, total
        self._folder, self._most = folder, most
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
        """A workbook is put together at the end: until then its rows lie beside it."""
        if sum(file.stat().st_size for file in self._folder.iterdir()) > SQUEEZED * self._most:
            raise TooLarge

    def say(self, **more: Any) -> None:
        say(done=self.done, total=max(self.total, self.done), **more)


def say(**what: Any) -> None:
    """To whoever ordered."""
    sys.stdout.write(as_json.text(what) + "\n")
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
        drafts=order["drafts"],
        scoring=order["scoring"],
    )
    async with await open_database(order["url"], unit_of_work=SqlUnitOfWork, read_only=True) as database:
        await database.read(lambda uow: _write(uow, wanted, order))


def _write(uow: SqlUnitOfWork, wanted: Wanted, order: Mapping[str, Any]) -> None:
    path = Path(order["path"])
    watch = Watch(export_files.count(uow, wanted), path.parent, order["most"])
    try:
        packed = _written(uow, wanted, order, path, watch)
    except TooLarge:
        watch.say(ending=Ending.TOO_LARGE)
    except TooManyForASheet:
        watch.say(ending=Ending.TOO_MANY_ROWS)
    else:
        watch.say(ending=Ending.MADE, packed=packed)


def _written(uow: SqlUnitOfWork, wanted: Wanted, order: Mapping[str, Any], path: Path, watch: Watch) -> bool:
    """Whether it was packed."""
    reader = Reader(wanted.zone, catalogue(order["language"], order["zone"]))
    format, rows = order["format"], watch.passing(export_files.rows(uow, wanted))
    if format == "xlsx":
        tables.require_room(watch.total)
    export_files.write(wanted, rows, format, path, reader, workplace=path.parent)
    packed = format in PACKED and path.stat().st_size > order["most"]
    if packed:
        path = _packed(path, order["name"])
    if path.stat().st_size > order["most"]:
        raise TooLarge
    return packed


def _packed(path: Path, name: str) -> Path:
    """A file beside it in which it lies, packed, under that name."""
    target = path.with_name(f"{path.name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(path, name)
    return target


def main() -> None:
    """Whatever goes wrong is said by its place alone: the words of an error may be somebody's."""
    os.nice(10)  # whoever waits for an answer comes first
    try:
        asyncio.run(make(as_json.read(sys.stdin.buffer.read())))
    except Exception as exc:
        say(done=0, total=0, ending=Ending.FAILED, error=place_of(exc))
        sys.exit(1)


if __name__ == "__main__":
    main()
