"""What was handed to the handling units, as it stood at the end of a window.

When a case was returned, answered or closed has its moment, and the day until which a unit has it stands in the journal
each time it is set: so what it was at a moment can be told from the rows and the journal as they are now.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from liaisonbot.model import Handing
from liaisonbot.workflow import Event
from storage.schema import UtcDateTime, handings, journal, units
from storage.statements import AnyRow
from storage.units import finished_at

_AT_ONCE: Final = 500
"""Numbers in one statement."""
_moment: Final = bindparam("moment", type_=UtcDateTime())
_numbers: Final[Any] = bindparam("numbers", expanding=True)
_MADE: Final = (
    select(
        handings.c.id,
        handings.c.case_number,
        handings.c.unit_id,
        units.c.name,
        handings.c.lead,
        handings.c.at,
        handings.c.due,
        handings.c.returned_at,
        finished_at(_moment).label("finished_at"),
    )
    .join(units, units.c.id == handings.c.unit_id)
    .where(handings.c.case_number.in_(_numbers), handings.c.at < _moment)
    .order_by(handings.c.id)
)
_SET: Final = (
    select(journal.c.case_number, journal.c.at, journal.c.details)
    .where(journal.c.case_number.in_(_numbers), journal.c.event == Event.HANDED.value, journal.c.at < _moment)
    .order_by(journal.c.id)
)


def as_of(connection: Connection, numbers: Collection[int], end: datetime) -> list[Handing]:
    """Those of these cases, by id. How they were rated and handed on is left out."""
    asked = sorted(numbers)
    found: list[Handing] = []
    for n in range(0, len(asked), _AT_ONCE):
        rows = connection.execute(_MADE, {"numbers": asked[n : n + _AT_ONCE], "moment": end}).all()
        if rows:
            said = connection.execute(_SET, {"numbers": sorted({row.case_number for row in rows}), "moment": end}).all()
            found += [_handing(row, _set_for(row, rows, said), end) for row in rows]
    return sorted(found, key=lambda handing: handing.id)


def _handing(row: AnyRow, days: Collection[date], end: datetime) -> Handing:
    *_, due = (row.due, *days)
    return Handing(
        id=row.id,
        case=row.case_number,
        unit_id=row.unit_id,
        unit=row.name,
        lead=row.lead,
        at=row.at,
        due=due,
        returned_at=row.returned_at if row.returned_at is not None and row.returned_at < end else None,
        finished_at=row.finished_at,
    )


def _set_for(row: AnyRow, rows: Collection[AnyRow], said: Collection[AnyRow]) -> list[date]:
    """The days that were set for it, one after the other; once the unit has the case anew, they are for that."""
    whose = (row.case_number, row.unit_id)
    anew = min(
        (each.at for each in rows if each.id > row.id and (each.case_number, each.unit_id) == whose), default=None
    )
    return [
        date.fromisoformat(entry.details["due"])
        for entry in said
        if entry.case_number == row.case_number
        and row.at <= entry.at
        and (anew is None or entry.at < anew)
        and row.unit_id in (entry.details or {}).get("units", ())
    ]
