"""``bot.py roster import|export``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer

from handlers.terminal import telegram
from handlers.terminal.counts import counted
from handlers.terminal.files import written_whole
from handlers.terminal.office import NOBODY, Terminal
from liaisonbot.errors import ImportRefused
from liaisonbot.incoming import Bot
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import roster_files, roster_import
from liaisonbot.services.roster_files import RosterFile
from liaisonbot.services.roster_import import Change, Plan


def bring_in(terminal: Terminal, path: Path, *, dry_run: bool, replacing: bool) -> None:
    """Import the file, or say what importing it would do."""
    try:
        file = roster_files.read(path)
    except ImportRefused as exc:
        say_problems(exc)
        raise
    for warning in file.warnings:
        typer.echo(f"note: {warning}", err=True)
    planned, leaves_cases = terminal.peek(lambda uow: _looked_ahead(uow, file, replacing=replacing))
    if dry_run:
        say_changes(planned.changes, len(planned.rows), "nothing was imported; it would be ")
        return
    bot = _who_we_are(terminal) if leaves_cases else NOBODY

    def unit(uow: UnitOfWork) -> Plan:
        planned = roster_import.plan(uow, file, replacing=replacing)
        roster_import.apply(uow, terminal.desk(bot), planned)
        return planned

    planned = terminal.write(unit)
    say_changes(planned.changes, len(planned.rows))


def take_out(terminal: Terminal, path: Path) -> None:
    """Write the roster to a file, as it can be imported again."""
    table = terminal.read(roster_files.roster_table)
    with written_whole(path) as unfinished:
        roster_files.write(unfinished, table)
    typer.echo(f"{len(table)} people written to {path}")


def _looked_ahead(uow: UnitOfWork, file: RosterFile, *, replacing: bool) -> tuple[Plan, bool]:
    """What would be done; and whether somebody leaves open cases: those go to staff, and cards are written anew."""
    planned = roster_import.plan(uow, file, replacing=replacing)
    return planned, any(uow.roster.open_counts([entry.id for entry in planned.leaving]).values())


def _who_we_are(terminal: Terminal) -> Bot:
    return asyncio.run(telegram.who_we_are(terminal.settings))


def say_problems(refusal: ImportRefused) -> None:
    """One line each, where there are several: the file's maker works through them."""
    if len(refusal.problems) > 1:
        for problem in refusal.problems:
            typer.echo(problem)


def say_changes(changes: Sequence[Change], rows: int, mood: str = "") -> None:
    """One line each, and how many there are of each kind."""
    for change in changes:
        typer.echo(change.sentence)
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.what] = counts.get(change.what, 0) + 1
    summary = ", ".join(f"{what} {n}" for what, n in counts.items()) or "no changes"
    typer.echo(f"{counted(rows, 'row')}: {mood}{summary}")
