"""The duty logs as other programs get them: ``bot.py export duty``, one object an entry, drafts included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Date, bindparam, select, tuple_

from liaisonbot import duty
from storage.schema import roster, stations
from storage.schema.duty import duty_entries
from storage.statements import AnyRow, AnySelect

PAGE: Final = 500
_HOUR: Final = 60

_ENTRIES: Final = (
    select(duty_entries, roster.c.name.label("deputy"), stations.c.code.label("station"))
    .join(roster, roster.c.id == duty_entries.c.deputy_id)
    .join(stations, stations.c.id == duty_entries.c.station_id, isouter=True)
    .order_by(duty_entries.c.day, duty_entries.c.id)
    .limit(PAGE)
)
_FROM: Final = duty_entries.c.day >= bindparam("since", type_=Date())
_TO: Final = duty_entries.c.day < bindparam("until", type_=Date())
_AFTER: Final = tuple_(duty_entries.c.day, duty_entries.c.id) > tuple_(
    bindparam("last_day", type_=Date()), bindparam("last_id")
)


def read_duty(
    connection: Connection, points: Callable[[int, date, int], float], *, since: date | None, until: date | None
) -> Iterator[dict[str, Any]]:
    """One object for each entry dated in [since, until), oldest first, as the contract describes it.

    ``points``: what a confirmed entry scores, by its deputy, day and number; the others have none (null). Reads page
    by page as it is consumed; the pages fit together as long as the connection stays in one transaction.
    """
    statement, values = _window(since, until)
    page = connection.execute(statement, values).all()
    while page:
        for row in page:
            yield _entry(row, points(row.deputy_id, row.day, row.id) if row.state == "confirmed" else None)
        last = {"last_day": page[-1].day, "last_id": page[-1].id}
        page = connection.execute(statement.where(_AFTER), values | last).all()


def _window(since: date | None, until: date | None) -> tuple[AnySelect, dict[str, Any]]:
    statement: AnySelect = _ENTRIES
    values: dict[str, Any] = {}
    if since is not None:
        statement, values = statement.where(_FROM), values | {"since": since}
    if until is not None:
        statement, values = statement.where(_TO), values | {"until": until}
    return statement, values


def _entry(row: AnyRow, points: float | None) -> dict[str, Any]:
    type_ = duty.TYPES.get(row.type)
    return {
        "id": row.id,
        "deputy": row.deputy,
        "station": row.station,
        "type": row.type,
        "group": type_.group if type_ else None,
        "date": row.day.isoformat(),
        "hours": None if row.minutes is None else round(row.minutes / _HOUR, 2),
        "place": row.place,
        "place_kind": row.place_kind,
        "participants": row.participants,
        "text": row.text,
        "effect": row.effect,
        "case": row.case_number,
        "project": row.project_number,
        "status": row.state,
        "filed_at": _moment(row.filed_at),
        "confirmed_by": row.confirmed_by,
        "points": points,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
