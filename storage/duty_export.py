"""The duty logs as other programs get them: ``bot.py export duty``, one object an entry, drafts included."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Date, bindparam, func, select, tuple_

from liaisonbot import as_json, duty
from liaisonbot.duty import EntryState
from storage.looks import Pause, hold_on
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
_AT: Final = duty_entries.c.station_id.in_(bindparam("stations", expanding=True))
_FILED: Final = duty_entries.c.state != EntryState.DRAFT.value
_AFTER: Final = tuple_(duty_entries.c.day, duty_entries.c.id) > tuple_(
    bindparam("last_day", type_=Date()), bindparam("last_id")
)


def read_duty(
    connection: Connection,
    points: Callable[[int, date, int], float],
    *,
    since: date | None,
    until: date | None,
    stations: Collection[int] | None = None,
    drafts: bool = True,
    between_pages: Pause = hold_on,
) -> Iterator[dict[str, Any]]:
    """One object for each entry dated in [since, until), oldest first, as the contract describes it.

    ``points``: what a confirmed entry scores, by its deputy, day and number; the others have none (null).
    ``stations``: the entries made for these stations only (by id). ``drafts``: a draft is the deputy's own, nobody who
    works here reads it. Reads page by page as it is consumed; ``between_pages``: see ``storage.export.read_cases``.
    """
    conditions, values = _window(since, until, stations, drafts)
    statement: AnySelect = _ENTRIES.where(*conditions)
    page = connection.execute(statement, values).all()
    while page:
        entries = [_entry(row, _scored(points, row)) for row in page]
        between_pages(connection)
        yield from entries
        last = {"last_day": page[-1].day, "last_id": page[-1].id}
        page = connection.execute(statement.where(_AFTER), values | last).all()


def count_duty(
    connection: Connection,
    *,
    since: date | None,
    until: date | None,
    stations: Collection[int] | None = None,
    drafts: bool = True,
) -> int:
    """How many there are to read."""
    conditions, values = _window(since, until, stations, drafts)
    statement = select(func.count()).select_from(duty_entries).where(*conditions)
    return int(connection.execute(statement, values).scalar_one())


def _window(
    since: date | None, until: date | None, stations: Collection[int] | None, drafts: bool
) -> tuple[list[ColumnElement[bool]], dict[str, Any]]:
    given: tuple[tuple[ColumnElement[bool], str, Any], ...] = (
        (_FROM, "since", since),
        (_TO, "until", until),
        (_AT, "stations", None if stations is None else sorted(stations)),
    )
    wanted = [(condition, name, value) for condition, name, value in given if value is not None]
    kept = [] if drafts else [_FILED]
    return [*(condition for condition, _, _ in wanted), *kept], {name: value for _, name, value in wanted}


def _scored(points: Callable[[int, date, int], float], row: AnyRow) -> float | None:
    return points(row.deputy_id, row.day, row.id) if row.state == EntryState.CONFIRMED.value else None


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
        "filed_at": as_json.moment(row.filed_at),
        "confirmed_by": row.confirmed_by,
        "points": points,
    }
