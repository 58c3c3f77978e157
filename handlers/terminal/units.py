"""``bot.py units import|export``."""

from __future__ import annotations

from pathlib import Path

import typer

from handlers.terminal.counts import counted
from handlers.terminal.files import written_whole
from handlers.terminal.office import Terminal
from handlers.terminal.roster import say_changes, say_problems
from liaisonbot.errors import ImportRefused
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import unit_files
from liaisonbot.services.unit_files import Plan


def bring_in(terminal: Terminal, path: Path, *, dry_run: bool, replacing: bool) -> None:
    """Import the file, or say what importing it would do."""
    try:
        file = unit_files.read(path)
    except ImportRefused as exc:
        say_problems(exc)
        raise
    for warning in file.warnings:
        typer.echo(f"note: {warning}", err=True)
    if dry_run:
        planned = terminal.peek(lambda uow: unit_files.plan(uow, file, replacing=replacing))
        say_changes(planned.changes, len(planned.rows), "nothing was imported; it would be ")
        return

    def unit(uow: UnitOfWork) -> Plan:
        planned = unit_files.plan(uow, file, replacing=replacing)
        unit_files.apply(uow, planned)
        return planned

    planned = terminal.write(unit)
    say_changes(planned.changes, len(planned.rows))


def take_out(terminal: Terminal, path: Path) -> None:
    """Write the units to a file, as they can be imported again."""
    table = terminal.read(unit_files.units_table)
    with written_whole(path) as unfinished:
        unit_files.write(unfinished, table)
    typer.echo(f"{counted(len(table), 'unit')} written to {path}")
