"""What rows were before: kept when something changes that figures go by.

A table of pasts has a row for each span (since, until] that is over, with the fields as they were in it. At a moment a
thing was what the past around the moment says; where there is none, it was what its row says now. Of a thing that never
changed nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Table, bindparam, exists, insert, not_, select

from liaisonbot.facts import Scope
from storage.ready import Ready
from storage.schema import UtcDateTime
from storage.statements import plain


def in_scope(columns: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions that keep what belongs to it; none where that is everybody's. ``columns``: by their names."""
    conditions: list[ColumnElement[bool]] = []
    if scope.station_ids is not None:
        conditions.append(columns["station_id"].in_(sorted(scope.station_ids)))
    if scope.deputy_id is not None:
        conditions.append(columns["deputy_id"] == scope.deputy_id)
    return conditions


MOMENT: Final[BindParameter[Any]] = bindparam("moment", type_=UtcDateTime())


class Pasts:
    """The pasts in one table; ``key``: its column that names the thing."""

    def __init__(self, table: Table, key: str) -> None:
        self._key = table.c[key]
        self._until = table.c.until
        self._last = Ready(
            select(self._until).where(self._key == bindparam("wanted")).order_by(self._until.desc()).limit(1)
        )
        self._keep = Ready(insert(table))
        self._by_length = "span" in table.c
        self.around: Final = (table.c.since < MOMENT) & (self._until >= MOMENT)
        """Of the table's rows: those that tell how it was at :data:`MOMENT`."""

    def keep(
        self, connection: Connection, thing: int, was: Mapping[str, Any], *, born: datetime, until: datetime
    ) -> None:
        """The thing was so until now; since its last change, or since it was born."""
        since = self._last.scalar(connection, {"wanted": thing}) or born
        if since < until:  # else it was so for no time at all
            fields = {name: plain(value) for name, value in was.items()}
            length = {"span": (until - since).days.bit_length()} if self._by_length else {}
            self._keep.run(connection, {self._key.name: thing, "since": since, "until": until, **length, **fields})

    def unchanged(self, thing: Any) -> ColumnElement[bool]:
        """Of the things' rows (``thing`` is what names them there): those that are as they were at :data:`MOMENT`."""
        return not_(exists().where(self._key == thing, self._until >= MOMENT))
