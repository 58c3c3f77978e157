"""What is over its limit, of every kind: computed at each question, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    ColumnClause,
    ColumnElement,
    Connection,
    Date,
    Select,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from liaisonbot.model import OverLimit
from liaisonbot.ports import Overdue
from liaisonbot.vocabulary import OverdueBy, OverdueKind, Stage
from liaisonbot.workflow import Event
from storage.case_lists import COLUMNS, case_from
from storage.schema import cases, handings, journal, promises, units
from storage.statements import CLOSED, STILL_OPEN

_Found: TypeAlias = "Select[*tuple[Any, ...]]"
_NOBODY: Final[ColumnClause[Any]] = literal_column("0")


class SqlOverdue:
    """See ``ports.OverdueLimits``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, wanted: Overdue, *, offset: int = 0, limit: int = 8) -> list[OverLimit]:
        found = _found(wanted)
        page = (
            select(found.c.kind, found.c.day, found.c.unit_id, units.c.name, *COLUMNS)
            .join(cases, cases.c.number == found.c.number)
            .join(units, units.c.id == found.c.unit_id, isouter=True)
            .order_by(found.c.day, found.c.number, found.c.kind)
            .limit(limit)
            .offset(offset)
        )
        return [OverLimit(OverdueKind(row[0]), case_from(row[4:]), *row[1:4]) for row in self._connection.execute(page)]

    def count(self, wanted: Overdue) -> tuple[int, int]:
        found = _found(wanted)
        counted = select(func.count(), func.count(found.c.number.distinct())).select_from(found)
        limits, in_cases = self._connection.execute(counted).one()
        return limits, in_cases

    def counts(self, wanted: Overdue, by: OverdueBy) -> list[tuple[Any, int]]:
        found = _found(wanted)
        value, many = found.c[_COLUMN[by]], func.count()
        counted = select(value, many).where(value.isnot(None)).group_by(value)
        return [(row[0], row[1]) for row in self._connection.execute(counted.order_by(many.desc(), value))]


_COLUMN: Final[Mapping[OverdueBy, str]] = {
    OverdueBy.KIND: "kind",
    OverdueBy.STATION: "station_id",
    OverdueBy.DEPUTY: "deputy_id",
    OverdueBy.UNIT: "unit_id",
}


def _found(wanted: Overdue) -> Any:
    kinds = [kind for kind in OverdueKind if kind in wanted.kinds]
    if wanted.unit_id is not None:
        kinds = [kind for kind in kinds if kind is OverdueKind.UNIT]
    if not kinds:
        return _BY_KIND[OverdueKind.ACCEPT](wanted).where(literal_column("1") == _NOBODY).subquery()
    return union_all(*(_BY_KIND[kind](wanted) for kind in kinds)).subquery()


def _limits(
    kind: OverdueKind, day: ColumnElement[Any], wanted: Overdue, *, unit: Any = None, join: Any = cases
) -> _Found:
    """What each kind gives of its own: which, whose, and on which day it ended."""
    named: ColumnElement[Any] = literal_column(f"'{kind.value}'")
    whose = func.coalesce(cases.c.deputy_id, _NOBODY)
    # Aliases of columns, in the same order for all, so that they can be put one below the other.
    rows: Any = select(
        named.label("kind"),
        cases.c.number.label("number"),
        day.label("day"),
        cases.c.station_id.label("station_id"),
        whose.label("deputy_id"),
        (unit if unit is not None else func.nullif(_NOBODY, _NOBODY)).label("unit_id"),
    ).select_from(join)
    made: _Found = rows.where(*_whose(wanted))
    return made


def _whose(wanted: Overdue) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [STILL_OPEN]
    if wanted.station_ids is not None:
        conditions.append(cases.c.station_id.in_(list(wanted.station_ids)))
    if wanted.station_id is not None:
        conditions.append(cases.c.station_id == wanted.station_id)
    if wanted.deputy_id is not None:
        whose = cases.c.deputy_id
        conditions.append(whose == wanted.deputy_id if wanted.deputy_id else whose.is_(None))
    return conditions


def _ended_at(column: Column[Any], wanted: Overdue) -> list[ColumnElement[bool]]:
    """It ended in the wanted span, and its clock runs."""
    after = [column > wanted.since] if wanted.since is not None else []
    return [column <= wanted.until, *after, cases.c.paused_since.is_(None)]


def _ended_on(column: Column[Any], wanted: Overdue) -> list[ColumnElement[bool]]:
    after = [column >= wanted.since_day] if wanted.since_day is not None else []
    return [column < wanted.until_day, *after]


def _in_stage(kind: OverdueKind, stage: Stage) -> Callable[[Overdue], _Found]:
    def found(wanted: Overdue) -> _Found:
        rows = _limits(kind, func.date(cases.c.due_at, type_=Date()), wanted)
        return rows.where(cases.c.stage == stage.value, *_ended_at(cases.c.due_at, wanted))

    return found


def _unanswered(wanted: Overdue) -> _Found:
    rows = _limits(OverdueKind.REPLY, func.date(cases.c.reply_due_at, type_=Date()), wanted)
    return rows.where(cases.c.replied_at.is_(None), *_ended_at(cases.c.reply_due_at, wanted))


def _promised(wanted: Overdue) -> _Found:
    """Its day has passed and nobody said *fixed*: the same as the ledger's."""
    with_case = promises.join(cases, cases.c.number == promises.c.case_number)
    rows = _limits(OverdueKind.PROMISE, promises.c.day, wanted, join=with_case)
    return rows.where(promises.c.ended_at.is_(None), *_ended_on(promises.c.day, wanted))


def _handed(wanted: Overdue) -> _Found:
    """A unit still has it: it was neither returned nor answered since. Only a case in mediation is with a unit."""
    with_case = cases.join(handings, handings.c.case_number == cases.c.number)
    rows = _limits(OverdueKind.UNIT, handings.c.due, wanted, unit=handings.c.unit_id, join=with_case)
    answered = exists().where(
        journal.c.case_number == handings.c.case_number,
        journal.c.at > handings.c.at,
        or_(journal.c.event == Event.ANSWERED.value, journal.c.to_stage == CLOSED),
    )
    conditions = [cases.c.stage == Stage.MEDIATION.value, handings.c.returned_at.is_(None), ~answered]
    if wanted.unit_id is not None:
        conditions.append(handings.c.unit_id == wanted.unit_id)
    return rows.where(*conditions, *_ended_on(handings.c.due, wanted))


_BY_KIND: Final[Mapping[OverdueKind, Callable[[Overdue], _Found]]] = {
    OverdueKind.ACCEPT: _in_stage(OverdueKind.ACCEPT, Stage.COLLECTION),
    OverdueKind.MEDIATION: _in_stage(OverdueKind.MEDIATION, Stage.MEDIATION),
    OverdueKind.REPLY: _unanswered,
    OverdueKind.PROMISE: _promised,
    OverdueKind.UNIT: _handed,
}
