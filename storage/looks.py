"""Units that read for minutes let go of the database between two pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection

Pause = Callable[[Connection], None]
"""What is done between two pages."""

_LET_GO: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": ("COMMIT", "BEGIN"),
    "postgresql": ("COMMIT AND CHAIN",),
}


def let_go(connection: Connection) -> None:
    """End the look a unit has at the database; what it reads from now on is as it is then. For ``Database.read`` only.

    As long as one look lasts, what /forget erases meanwhile stays in SQLite's log, and PostgreSQL clears nothing away.
    """
    for statement in _LET_GO[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def hold_on(connection: Connection) -> None:
    """All pages are of one state of the database."""
