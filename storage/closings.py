"""How many cases are closed, by whose they are and the month in which they were closed.

Kept at the door of the cases (``SqlCases.update``), so that how many were closed by a moment long after the first one
is a short sum, and not a count from the beginning.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    cast,
    delete,
    extract,
    func,
    insert,
    literal_column,
    select,
)

from liaisonbot.facts import Scope
from storage.pasts import in_scope
from storage.ready import Ready
from storage.schema import cases
from storage.schema.pasts import closings
from storage.statements import CLOSED

NOBODY: Final = 0
"""Stands in the key for no station, and for no deputy."""
Key = tuple[int, int, int]
"""Station, deputy, month."""

_SHIFT: Final = Ready(
    lambda insert: (
        insert(closings)
        .values(
            station_id=bindparam("station"),
            deputy_id=bindparam("deputy"),
            month=bindparam("when"),
            cases=bindparam("by"),
        )
        .on_conflict_do_update(
            index_elements=[closings.c.station_id, closings.c.deputy_id, closings.c.month],
            set_={"cases": closings.c.cases + bindparam("by")},
        )
    )
)
_BEFORE_MONTH: Final = select(func.coalesce(func.sum(closings.c.cases), 0)).where(
    closings.c.month < bindparam("when", type_=Integer)
)
_IN_MONTH: Final = select(func.count()).where(
    cases.c.stage == CLOSED,
    cases.c.closed_at >= bindparam("begin", type_=cases.c.closed_at.type),
    cases.c.closed_at < bindparam("end", type_=cases.c.closed_at.type),
)


def key_of(case: Any) -> Key | None:
    """Where the case, or the row of one, is counted; None: it is open."""
    if case.closed_at is None:
        return None
    return (case.station_id or NOBODY, case.deputy_id or NOBODY, _month(case.closed_at))


def shift(connection: Connection, before: Key | None, after: Key | None) -> None:
    """A case that was counted at the one is counted at the other."""
    if before == after:
        return
    shifts = [(key, by) for key, by in ((before, -1), (after, 1)) if key is not None]
    for (station, deputy, month), by in sorted(shifts):
        _SHIFT.run(connection, {"station": station, "deputy": deputy, "when": month, "by": by})


def closed_before(connection: Connection, end: datetime, scope: Scope) -> int:
    """How many of the cases that are closed now, and are the scope's now, were closed before that moment."""
    month = _month(end)
    whole = connection.execute(_BEFORE_MONTH.where(*in_scope(closings.c, scope)), {"when": month})
    rest = connection.execute(_IN_MONTH.where(*in_scope(cases.c, scope)), {"begin": _begin(month), "end": end})
    return int(whole.scalar_one()) + int(rest.scalar_one())


def recount(connection: Connection) -> None:
    """Count them all anew: for whoever has put cases into the table without ``SqlCases``."""
    year, month = (cast(extract(part, cases.c.closed_at), Integer) for part in ("year", "month"))
    nobody: ColumnElement[int] = literal_column(str(NOBODY))
    whose = (cases.c.station_id, cases.c.deputy_id)
    each = select(
        *(func.coalesce(column, nobody).label(column.name) for column in whose), (year * 12 + month - 1).label("month")
    )
    closed = each.where(cases.c.stage == CLOSED).subquery()
    counted = select(*closed.c, func.count()).group_by(*closed.c)
    connection.execute(delete(closings))
    connection.execute(insert(closings).from_select([column.name for column in closings.c], counted))


def _month(moment: datetime) -> int:
    """Months since the year 0, in UTC."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def _begin(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
