"""``bot.py backup FILE`` and ``bot.py restore FILE``."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from handlers.terminal.office import Terminal
from liaisonbot.errors import LiaisonError
from storage import backup as backups


def back_up(terminal: Terminal, target: Path) -> None:
    """Write a consistent copy, while the bot runs or not; also where this program is too old to put it back."""
    from storage import migrate

    terminal.require_database()
    backups.backup(terminal.settings.database.url, target)
    typer.echo(f"written: {target} ({target.stat().st_size:,} bytes)")
    found = terminal.read_revision()
    if found is not None and not migrate.OURS.knows(found):
        known = migrate.OURS.head
        typer.echo(
            f"note: the database is at revision {found}, this LiaisonBot knows no further than {known}; "
            "only the newer LiaisonBot can restore this copy, install it",
            err=True,
        )


def put_back(terminal: Terminal, source: Path) -> None:
    """Restore the copy; who asked to be forgotten since is forgotten again."""
    from storage import audit, erasure, seals

    replaced: str | None = None
    with contextlib.suppress(LiaisonError):  # what it replaces may be damaged, or from another release
        replaced = terminal.read(lambda uow: str(audit.current_head(uow.connection)))

    def finish(connection: Any) -> None:
        erasure.forget_again(connection)
        if replaced is not None:
            seals.note_restored(connection, replaced, datetime.now(UTC))

    restored = backups.restore(terminal.settings.database.url, source, after_restore=finish)
    if restored.kept is not None:
        typer.echo(f"what was there before is kept in {restored.kept}")
    if restored.migrated:
        typer.echo(f"brought up to date: {', '.join(restored.migrated)}")
    if restored.forgotten:
        typer.echo(f"{restored.forgotten} erasures since the backup were carried out again")
    typer.echo(f"restored: {source}")
