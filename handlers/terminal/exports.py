"""``bot.py export cases``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final
from zoneinfo import ZoneInfo

import typer

from handlers.terminal.files import written_whole
from handlers.terminal.office import Terminal
from liaisonbot.reports import case_files
from storage.export import read_cases
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Window:
    """Days in the office's time zone: from the first on, before the second."""

    since: datetime | None
    until: datetime | None

    def in_utc(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        return _midnight(self.since, zone), _midnight(self.until, zone)


def _midnight(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    return day and day.replace(tzinfo=zone).astimezone(UTC)


def export_cases(terminal: Terminal, window: Window, format: str, out: Path | None) -> None:
    """Write the cases opened in the window, to the file or to standard output."""
    if out is not None:
        with written_whole(out) as unfinished:
            _write(terminal, window, format, unfinished)
        typer.echo(f"written: {out}", err=True)
    elif format == "xlsx":
        if sys.stdout.isatty():
            raise typer.BadParameter("a workbook is nothing for a terminal; say where it goes with --out FILE")
        with TemporaryDirectory() as folder:
            workbook = Path(folder) / "cases.xlsx"
            _write(terminal, window, format, workbook)
            with workbook.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
    else:
        _stream(terminal, window, format, sys.stdout.buffer)
    sys.stdout.flush()


def _write(terminal: Terminal, window: Window, format: str, path: Path) -> None:
    if format == "xlsx":
        terminal.read(lambda uow: case_files.write_xlsx(_read(terminal, window, uow), path))
        return
    with path.open("wb") as file:
        _stream(terminal, window, format, file)


def _stream(terminal: Terminal, window: Window, format: str, file: BinaryIO) -> None:
    terminal.read(lambda uow: _WRITERS[format](_read(terminal, window, uow), file))
    file.flush()


_WRITERS: Final[Mapping[str, Callable[..., None]]] = {"jsonl": case_files.write_jsonl, "csv": case_files.write_csv}


def _read(terminal: Terminal, window: Window, uow: SqlUnitOfWork) -> Iterable[case_files.Case]:
    since, until = window.in_utc(terminal.settings.locale.zone)
    return read_cases(uow.connection, since=since, until=until)
