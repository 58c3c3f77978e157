"""``bot.py export cases``, ``bot.py export polls`` and ``bot.py export duty``."""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zoneinfo import ZoneInfo

import typer

from handlers.terminal.files import written_whole
from handlers.terminal.office import Terminal
from liaisonbot import scoring
from liaisonbot.reports import tables
from liaisonbot.reports.case_files import CASES
from liaisonbot.reports.duty_files import DUTY
from liaisonbot.reports.poll_files import BALLOTS, POLLS
from liaisonbot.reports.tables import Row, Table
from liaisonbot.services import scores
from storage.duty_export import read_duty
from storage.export import read_cases
from storage.poll_export import read_ballots, read_polls
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Window:
    """Days in the office's time zone: from the first on, before the second."""

    since: datetime | None
    until: datetime | None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise typer.BadParameter(f"--until {self.until:%Y-%m-%d} is before --since {self.since:%Y-%m-%d}")

    def in_utc(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        return _midnight(self.since, zone), _midnight(self.until, zone)


@dataclass(frozen=True, slots=True)
class Export:
    """What is written: as which table, and where its rows come from, between two moments."""

    table: Table
    read: Callable[[SqlUnitOfWork, datetime | None, datetime | None], Iterable[Row]]


def _midnight(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    try:
        return day and day.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # at an end of the calendar: it is another day there in UTC, and there is none
        return day and day.replace(tzinfo=UTC)


def export_cases(terminal: Terminal, window: Window, format: str, out: Path | None) -> None:
    """Write the cases opened in the window, to the file or to standard output."""
    cases = Export(CASES, lambda uow, since, until: read_cases(uow.connection, since=since, until=until))
    _export(terminal, cases, window, format, out)


def export_polls(terminal: Terminal, window: Window, format: str, out: Path | None, *, ballots: bool) -> None:
    """Write the polls opened in the window, or their ballots. Nobody's number there says anything elsewhere."""
    polls = Export(POLLS, lambda uow, since, until: read_polls(uow.connection, since=since, until=until))
    key = secrets.token_bytes(32)
    each = Export(BALLOTS, lambda uow, since, until: read_ballots(uow.connection, key, since=since, until=until))
    _export(terminal, each if ballots else polls, window, format, out)


def export_duty(terminal: Terminal, window: Window, format: str, out: Path | None) -> None:
    """Write the entries of the duty logs dated in the window; drafts that a deputy has not filed among them."""

    def read(uow: SqlUnitOfWork, since: datetime | None, until: datetime | None) -> Iterable[Row]:
        zone = terminal.settings.locale.zone
        first, end = (at and at.astimezone(zone).date() for at in (since, until))
        rule = scoring.rules()[terminal.settings.duty.scoring]
        return read_duty(uow.connection, scores.points_of(uow, rule), since=first, until=end)

    _export(terminal, Export(DUTY, read), window, format, out)


def _export(terminal: Terminal, export: Export, window: Window, format: str, out: Path | None) -> None:
    if out is not None:
        with written_whole(out) as unfinished:
            _write(terminal, export, window, format, unfinished)
        typer.echo(f"written: {out}", err=True)
    elif format == "xlsx":
        if sys.stdout.isatty():
            raise typer.BadParameter("a workbook is nothing for a terminal; say where it goes with --out FILE")
        with TemporaryDirectory() as folder:
            workbook = Path(folder) / "export.xlsx"
            _write(terminal, export, window, format, workbook)
            with workbook.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
    else:
        _stream(terminal, export, window, format, sys.stdout.buffer)
    sys.stdout.flush()


def _write(terminal: Terminal, export: Export, window: Window, format: str, path: Path) -> None:
    if format == "xlsx":
        terminal.read(lambda uow: tables.write_xlsx(export.table, _rows(terminal, export, window, uow), path))
        return
    with path.open("wb") as file:
        _stream(terminal, export, window, format, file)


def _stream(terminal: Terminal, export: Export, window: Window, format: str, file: BinaryIO) -> None:
    def written(uow: SqlUnitOfWork) -> None:
        rows = _rows(terminal, export, window, uow)
        if format == "csv":
            tables.write_csv(export.table, rows, file)
        else:
            tables.write_jsonl(rows, file)

    terminal.read(written)
    file.flush()


def _rows(terminal: Terminal, export: Export, window: Window, uow: SqlUnitOfWork) -> Iterable[Row]:
    since, until = window.in_utc(terminal.settings.locale.zone)
    return export.read(uow, since, until)
