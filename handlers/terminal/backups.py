"""``bot.py backup FILE`` and ``bot.py restore FILE``."""

from __future__ import annotations

from pathlib import Path

import typer

from handlers.terminal.office import Terminal
from storage import backup as backups


def back_up(terminal: Terminal, target: Path) -> None:
    """Write a consistent copy, while the bot runs or not."""
    terminal.require_database()
    backups.backup(terminal.settings.database.url, target)
    typer.echo(f"written: {target} ({target.stat().st_size:,} bytes)")


def put_back(terminal: Terminal, source: Path) -> None:
    """Restore the copy; who asked to be forgotten since is forgotten again."""
    from storage import erasure

    restored = backups.restore(terminal.settings.database.url, source, after_restore=erasure.forget_again)
    if restored.kept is not None:
        typer.echo(f"what was there before is kept in {restored.kept}")
    if restored.migrated:
        typer.echo(f"brought up to date: {', '.join(restored.migrated)}")
    if restored.forgotten:
        typer.echo(f"{restored.forgotten} erasures since the backup were carried out again")
    typer.echo(f"restored: {source}")
