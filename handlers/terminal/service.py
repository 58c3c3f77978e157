"""``bot.py run`` and ``bot.py demo``: what stays until it is told to end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from handlers.terminal import memory
from handlers.terminal.counts import counted
from handlers.terminal.office import NOBODY, Terminal
from liaisonbot.clock import SystemClock
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import roster_files, roster_import


def run(terminal: Terminal) -> None:
    """Run the bot until it is told to end. Raises what stopped it otherwise."""
    from handlers import running

    memory.of_one_heap()
    _first_roster(terminal)
    asyncio.run(running.run(terminal.settings, SystemClock()))


def _first_roster(terminal: Terminal) -> None:
    """Import ``files.roster`` where nobody is in the roster yet: a new office, or one whose staff have all left."""
    path = terminal.settings.files.roster
    if path is None:
        return

    def unit(uow: UnitOfWork) -> int:
        if not uow.roster.is_empty():
            return 0
        planned = roster_import.plan(uow, roster_files.read(path))
        roster_import.apply(uow, terminal.desk(NOBODY), planned)
        return len(planned.rows)

    if rows := terminal.write(unit):
        typer.echo(f"{path}: {counted(rows, 'row')} imported into the empty roster", err=True)


def demo(port: int, data: Path | None) -> None:
    """Run server, page and bot on this machine until told to end."""
    from sandbox import demo

    asyncio.run(demo.demo(port, data))
