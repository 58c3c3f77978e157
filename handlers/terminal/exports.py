"""``bot.py export cases``, ``bot.py export polls`` and ``bot.py export duty``.

JSON lines are for programs: the contract's keys to the letter, times in UTC. CSV and workbooks are for people: times as
the office's clock shows them. Who somebody is stands in none, nor do the telephone and identity numbers among the
words, unless ``--personal`` asks for it; that it was asked for stands in the journal.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typer

from handlers.terminal import export_files
from handlers.terminal.counts import counted
from handlers.terminal.export_files import Wanted
from handlers.terminal.files import written_whole
from handlers.terminal.interrupts import until_interrupted
from handlers.terminal.office import Terminal
from liaisonbot import windows
from liaisonbot.clock import SystemClock
from liaisonbot.office_journal import PERSONAL_EXPORT
from liaisonbot.reports import tables
from liaisonbot.reports.tables import Reader
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork

NAMES: Final = {
    "cases": ("case", "cases"),
    "duty": ("entry", "entries"),
    "polls": ("poll", "polls"),
    "ballots": ("ballot", "ballots"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """Days where the office is, as they were given: from one on, before another, or a part of the calendar by name."""

    since: datetime | None
    until: datetime | None
    week: str | None = None

    def read(self) -> tuple[date | None, date | None]:
        """The first day, and the first that does not belong to it any more. Raises BadParameter."""
        first, end = (self.since and self.since.date(), self.until and self.until.date())
        if self.week is not None:
            if first or end:
                raise typer.BadParameter("give either --week, or --since and --until")
            window = windows.read(self.week)
            if window is None:
                raise typer.BadParameter(f"there is no week {self.week}; write it like 2026-W47, a month like 2026-11")
            first, end = window.first, window.last + timedelta(days=1)
        if first and end and end <= first:
            raise typer.BadParameter(f"--until {end} is not after --since {first}; the day of --until is not included")
        return first, end


def export(
    terminal: Terminal,
    what: str,
    days: Days,
    format: str,
    out: Path | None,
    *,
    personal: bool = False,
) -> None:
    """Write what is dated in these days, to the file or to standard output."""
    locale = terminal.settings.locale
    first, end = days.read()
    if out is None and format == "xlsx" and sys.stdout.isatty():
        raise typer.BadParameter("a workbook is nothing for a terminal; say where it goes with --out FILE")
    wanted = Wanted(
        what,
        locale.zone,
        first,
        end,
        personal=personal,
        scoring=terminal.settings.duty.scoring,
    )
    if personal:
        _note(terminal, wanted, format)
    if out is not None:
        with written_whole(out) as unfinished:
            written = _write(terminal, wanted, format, unfinished)
        typer.echo(f"written: {out}, {counted(written, *NAMES[what])}", err=True)
    elif format == "xlsx":
        with TemporaryDirectory() as folder:
            workbook = Path(folder) / "export.xlsx"
            written = _write(terminal, wanted, format, workbook)
            with workbook.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
    else:
        written = _write(terminal, wanted, format, None)
    if written == 0:
        typer.echo(f"there are no {NAMES[what][1]}{_between(first, end)}", err=True)
    sys.stdout.flush()


def _write(terminal: Terminal, wanted: Wanted, format: str, path: Path | None) -> int:
    reader = Reader(wanted.zone)

    with until_interrupted() as passing:

        def unit(uow: SqlUnitOfWork) -> int:
            if format == "xlsx":
                tables.require_room(export_files.count(uow, wanted))
            rows = passing(export_files.rows(uow, wanted))
            return export_files.write(wanted, rows, format, path or sys.stdout.buffer, reader)

        written = terminal.read(unit)
    sys.stdout.flush()
    return written


def _note(terminal: Terminal, wanted: Wanted, format: str) -> None:
    """Before anything is written: who asks for personal data does so on record."""
    terminal.require_newest()
    details = {
        "what": wanted.what,
        "format": format,
        "first": wanted.first and wanted.first.isoformat(),
        "last": wanted.end and (wanted.end - timedelta(days=1)).isoformat(),
    }
    terminal.write(lambda uow: uow.office_journal.add(SystemClock().now(), None, Role.SYSTEM, PERSONAL_EXPORT, details))


def _between(first: date | None, end: date | None) -> str:
    """The days in words; nothing where there is no window."""
    from_, before = f" from {first} on" if first else "", f" before {end}" if end else ""
    return from_ + before
