"""The handling units, and which cases were handed to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from liaisonbot.model import Handing, Unit
from liaisonbot.vocabulary import Rating
from liaisonbot.workflow import SPLITS, TAKEN_BACK, Event
from storage.ready import Ready
from storage.schema import cases, handings, journal, unit_categories, units
from storage.statements import CLOSED, STILL_OPEN, AnyRow, clipped

_SPACE: Final[Any] = literal_column("' '")
_CATEGORIES: Final = (
    select(func.aggregate_strings(unit_categories.c.category, _SPACE))
    .where(unit_categories.c.unit_id == units.c.id)
    .scalar_subquery()
)
_units = select(units.c.id, units.c.name, units.c.contact, units.c.active, _CATEGORIES.label("categories"))
_ALL: Final = Ready(_units.where(units.c.active == true()).order_by(units.c.name))
_GET: Final = Ready(_units.where(units.c.id == bindparam("unit")))
_NAMED: Final = Ready(_units.where(units.c.name == bindparam("name")))
_MAKE: Final = insert(units).returning(units.c.id)
_CHANGE: Final = (
    update(units).where(units.c.id == bindparam("unit")).values(contact=bindparam("new_contact"), active=true())
)
_RETIRE: Final = update(units).where(units.c.id == bindparam("unit")).values(active=False)
_NO_CATEGORIES: Final = delete(unit_categories).where(unit_categories.c.unit_id == bindparam("unit"))


class SqlUnits:
    """See ``ports.Units``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Unit]:
        return [_unit(row) for row in _ALL.all(self._connection)]

    def get(self, unit_id: int) -> Unit | None:
        row = _GET.first(self._connection, {"unit": unit_id})
        return None if row is None else _unit(row)

    def save(self, name: str, contact: str, categories: Collection[str]) -> Unit:
        contact = clipped(contact, units.c.contact) or ""
        stored = _NAMED.first(self._connection, {"name": name})
        if stored is None:
            unit_id = int(self._connection.execute(_MAKE, {"name": name, "contact": contact}).scalar_one())
        else:
            unit_id = stored.id
            self._connection.execute(_CHANGE, {"unit": unit_id, "new_contact": contact})
        self._connection.execute(_NO_CATEGORIES, {"unit": unit_id})
        rows = [{"unit_id": unit_id, "category": category} for category in set(categories)]
        if rows:
            self._connection.execute(insert(unit_categories), rows)
        return Unit(unit_id, name, contact, frozenset(categories))

    def retire(self, unit_id: int) -> None:
        self._connection.execute(_RETIRE, {"unit": unit_id})


def _unit(row: AnyRow) -> Unit:
    return Unit(row.id, row.name, row.contact, frozenset((row.categories or "").split()), row.active)


_left, _back = journal.alias("left"), journal.alias("back")
_RATINGS: Final = (Event.RATED_WELL, Event.PROMISE_RATED_WELL, Event.RATED_BADLY)
Moment = Any
"""A bound moment up to which the journal counts; None: all of it."""


def _undone(before: Moment) -> Any:
    """The case ended, and that was taken back: it stands where it stood, and so does what was handed out."""
    return (
        exists()
        .where(
            _left.c.case_number == journal.c.case_number,
            or_(*(_left.c.event == event.value for event in (*TAKEN_BACK, *SPLITS))),
            _left.c.id > journal.c.id,
            *(() if before is None else (_left.c.at < before,)),
            ~exists()
            .where(
                _back.c.case_number == journal.c.case_number,
                _back.c.from_stage == CLOSED,
                _back.c.to_stage != CLOSED,
                _back.c.id > journal.c.id,
                _back.c.id < _left.c.id,
            )
            .correlate(journal, _left),
        )
        .correlate(journal)
    )


def finished_at(before: Moment = None) -> Any:
    """Computed, never stored: the first formal reply after it, or the case's end."""
    return (
        select(func.min(journal.c.at))
        .where(
            journal.c.case_number == handings.c.case_number,
            or_(journal.c.event == Event.ANSWERED.value, and_(journal.c.to_stage == CLOSED, ~_undone(before))),
            journal.c.at > handings.c.at,
            *(() if before is None else (journal.c.at < before,)),
        )
        .correlate(handings)
        .scalar_subquery()
    )


_FINISHED: Final = finished_at()
_RATED: Final = (
    select(journal.c.details)
    .where(
        journal.c.case_number == handings.c.case_number,
        or_(*(journal.c.event == event.value for event in _RATINGS)),
        journal.c.at > handings.c.at,
    )
    .order_by(journal.c.id)
    .limit(1)
    .scalar_subquery()
)
"""What was said of the reply that ended it; a later reply is that of a later handing."""
_HANDED_ON: Final = (
    exists()
    .where(
        journal.c.case_number == handings.c.case_number,
        journal.c.event == Event.HANDED.value,
        journal.c.at > handings.c.returned_at,
    )
    .correlate(handings)
)
"""Also to a unit that had it already. Who took part from the beginning is nobody it was handed on to."""
_handings = select(
    handings.c.id,
    handings.c.case_number,
    handings.c.unit_id,
    units.c.name,
    handings.c.lead,
    handings.c.at,
    handings.c.due,
    handings.c.returned_at,
    _FINISHED.label("finished_at"),
    _HANDED_ON.label("handed_on"),
    _RATED.label("rated"),
).join(units, units.c.id == handings.c.unit_id)
_OF_CASE: Final = Ready(
    _handings.where(handings.c.case_number == bindparam("case")).order_by(handings.c.lead.desc(), handings.c.id)
)
_of_unit = _handings.where(handings.c.unit_id == bindparam("unit")).order_by(handings.c.id)
_OF_UNIT: Final = Ready(_of_unit)
_OF_UNIT_AT: Final = _of_unit.join(cases, cases.c.number == handings.c.case_number).where(
    cases.c.station_id.in_(bindparam("stations", expanding=True))
)
_OVER: Final = Ready(
    _handings.join(cases, cases.c.number == handings.c.case_number)
    .where(
        STILL_OPEN,
        cases.c.stage == literal_column("'mediation'"),
        cases.c.paused_since.is_(None),
        handings.c.returned_at.is_(None),
        handings.c.due <= bindparam("until", type_=handings.c.due.type),
        # The sum keeps SQLite from walking all that was ever handed out: few cases are in mediation.
        handings.c.id + literal_column("0") > bindparam("after"),
        _FINISHED.is_(None),
    )
    .order_by(handings.c.id)
    .limit(bindparam("limit"))
)
_HAND: Final = insert(handings)
_AGAIN: Final = (
    update(handings)
    .where(handings.c.id == bindparam("handing"))
    .values(lead=bindparam("leads"), due=bindparam("new_due"))
)
_RETURN: Final = update(handings).where(handings.c.id == bindparam("handing")).values(returned_at=bindparam("now"))


class SqlHandings:
    """See ``ports.Handings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case: int, unit_id: int, *, lead: bool, due: date, now: datetime) -> None:
        values = {"case_number": case, "unit_id": unit_id, "lead": lead, "due": due, "at": now}
        self._connection.execute(_HAND, values)

    def again(self, handing_id: int, *, lead: bool, due: date) -> None:
        self._connection.execute(_AGAIN, {"handing": handing_id, "leads": lead, "new_due": due})

    def returned(self, handing_id: int, now: datetime) -> None:
        self._connection.execute(_RETURN, {"handing": handing_id, "now": now})

    def of_case(self, case: int) -> list[Handing]:
        return [_handing(row) for row in _OF_CASE.all(self._connection, {"case": case})]

    def due(self, until: date, after: int = 0, limit: int = 200) -> list[Handing]:
        return [_handing(row) for row in _OVER.all(self._connection, {"until": until, "after": after, "limit": limit})]

    def of_unit(self, unit_id: int, station_ids: Collection[int] | None) -> list[Handing]:
        if station_ids is None:
            return [_handing(row) for row in _OF_UNIT.all(self._connection, {"unit": unit_id})]
        where = {"unit": unit_id, "stations": list(station_ids)}
        return [_handing(row) for row in self._connection.execute(_OF_UNIT_AT, where)]


def _handing(row: AnyRow) -> Handing:
    return Handing(
        id=row.id,
        case=row.case_number,
        unit_id=row.unit_id,
        unit=row.name,
        lead=row.lead,
        at=row.at,
        due=row.due,
        returned_at=row.returned_at,
        finished_at=row.finished_at,
        handed_on=bool(row.handed_on),
        result=Rating(row.rated["result"]) if row.rated and row.rated.get("result") else None,
    )
