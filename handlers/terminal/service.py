"""``bot.py run`` and ``bot.py demo``: what stays until it is told to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import typer

from handlers.terminal import memory
from handlers.terminal.counts import counted
from handlers.terminal.office import NOBODY, Terminal
from liaisonbot.clock import SystemClock
from liaisonbot.errors import ImportRefused
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import roster_files, roster_import


def run(terminal: Terminal) -> None:
    """Run the bot until it is told to end. Raises what stopped it otherwise."""
    from handlers import running

    memory.of_one_heap()
    _first_roster(terminal)
    _live(running.run(terminal.settings, SystemClock()))


def _first_roster(terminal: Terminal) -> None:
    """Import ``files.roster`` where nobody is in the roster yet: a new office, or one whose staff have all left."""
    path = terminal.settings.files.roster
    if path is None:
        return

    def unit(uow: UnitOfWork) -> int:
        if not uow.roster.is_empty():
            return 0
        try:
            planned = roster_import.plan(uow, roster_files.read(path))
        except ImportRefused as exc:
            first, *others = exc.problems
            raise ImportRefused([f"files.roster: {first}", *others]) from None
        roster_import.apply(uow, terminal.desk(NOBODY), planned)
        return len(planned.rows)

    if rows := terminal.write(unit):
        typer.echo(f"{path}: {counted(rows, 'row')} imported into the empty roster", err=True)


def demo(port: int, data: Path | None) -> None:
    """Run server, page and bot on this machine until told to end."""
    from sandbox import demo

    _live(demo.demo(port, data))


def _live(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end. Who presses Ctrl-C once more while the program leaves has nothing left to end."""
    asyncio.run(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
