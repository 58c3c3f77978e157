"""The cases as they stood at the end of a window, and what happened to them in it.

A case's state at a moment is its past row that lay around the moment (``storage/schema/pasts.py``), else the row as it
is now. Everything here is found by an index on the moment or the window, so that it costs what the window holds, not
what the database does. How many had been closed by then is the sum of what is kept by month (``closings.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from liaisonbot.facts import EVERYBODY, FIGURED, CaseFact, EventFact, GatheringFact, PromiseFact, Scope
from liaisonbot.model import Handing
from liaisonbot.vocabulary import Outcome, PledgeEnd, Rating, ReplyClass, Stage
from liaisonbot.workflow import OPEN, Event
from storage import closings, facts_handings
from storage.cases import PASTS
from storage.pasts import MOMENT, in_scope
from storage.promises import LET_GO
from storage.schema import UtcDateTime, case_merges, cases, journal, promises
from storage.schema.pasts import case_pasts
from storage.statements import CLOSED, STILL_OPEN, AnyRow, AnySelect

_BY_NUMBER: Final = attrgetter("number")
_AT_ONCE: Final = 500
"""Numbers in one statement, and rows that are fetched at a time."""
_CLASSES: Final = range(16)
"""Of how long a past lasted: up to 2**15 days."""
_FIXED_COLUMNS: Final = (cases.c.number, cases.c.created_at, cases.c.chat_type)

_now: Final = [cases.c[name] for name in FIGURED]
_then: Final = [case_pasts.c[name] for name in FIGURED]
_was: Final = case_pasts.c.id.isnot(None)
_either: Final = {name: case((_was, case_pasts.c[name]), else_=cases.c[name]) for name in FIGURED}
"""Its fields as they were at that moment."""
_with_past: Final = cases.outerjoin(case_pasts, and_(case_pasts.c.case_number == cases.c.number, PASTS.around))
_STATE: Final = (
    select(*_FIXED_COLUMNS, *(column.label(name) for name, column in _either.items()))
    .select_from(_with_past)
    .where(cases.c.created_at < MOMENT)
)
_RECEIVED: Final = cases.c.created_at >= bindparam("start", type_=UtcDateTime())
_NUMBERS: Final = select(cases.c.number).where(_RECEIVED, cases.c.created_at < MOMENT)
# The stages are named so that the index of the open ones is used, and not the one of all by when they came in.
_STILL_OPEN: Final = select(*_FIXED_COLUMNS, *_now).where(
    STILL_OPEN, cases.c.stage.in_(OPEN), cases.c.created_at < MOMENT, PASTS.unchanged(cases.c.number)
)


def _around_of(end: datetime) -> dict[str, datetime]:
    """The moment, and since when at the earliest a past around it began, by the class of its length."""
    return {"moment": end} | {f"after_{span}": end - timedelta(days=2**span) for span in _CLASSES}


def _pasts_around(condition: ColumnElement[bool]) -> AnySelect:
    """The pasts around the moment that fit: of each class of length, those that began late enough.

    The classes are written out. From a list of them to join with, PostgreSQL cannot tell how few there are, and reads
    all cases to join those with.
    """
    found = union_all(*(select(case_pasts.c.id).where(_classed(span), PASTS.around, condition) for span in _CLASSES))
    around = found.subquery("around")
    wanted: AnySelect = (
        select(*_FIXED_COLUMNS, *_then)
        .select_from(around)
        .join(case_pasts, case_pasts.c.id == around.c.id)
        .join(cases, cases.c.number == case_pasts.c.case_number)
    )
    return wanted


def _classed(span: int) -> ColumnElement[bool]:
    since = bindparam(f"after_{span}", type_=UtcDateTime())
    return and_(case_pasts.c.span == literal_column(str(span)), case_pasts.c.since >= since)


_WERE_OPEN: Final = _pasts_around(case_pasts.c.stage != CLOSED)
_WERE_CLOSED: Final = _pasts_around(case_pasts.c.stage == CLOSED)
_OF_WINDOW: Final = (
    select(
        journal.c.case_number,
        journal.c.at,
        journal.c.event,
        journal.c.from_stage,
        journal.c.to_stage,
        journal.c.details,
    )
    .where(
        journal.c.at >= bindparam("start", type_=UtcDateTime()),
        journal.c.at < MOMENT,
        journal.c.event.in_(bindparam("events", expanding=True)),
    )
    .order_by(journal.c.at, journal.c.id)
)
_EVENTS_OF_CASES: Final = journal.join(_with_past, cases.c.number == journal.c.case_number)


class SqlCaseFacts:
    """See ``ports.CaseFacts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def received(self, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> list[CaseFact]:
        wanted = _STATE.where(_RECEIVED, *in_scope(_either, scope))
        return sorted(map(_fact, self._rows(wanted, {"start": start, "moment": end})), key=_BY_NUMBER)

    def numbers_received(self, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> tuple[int, ...]:
        theirs = in_scope(_either, scope)
        wanted = _NUMBERS.select_from(_with_past).where(*theirs) if theirs else _NUMBERS
        return tuple(sorted(self._connection.execute(wanted, {"start": start, "moment": end}).scalars()))

    def as_of(self, numbers: Collection[int], end: datetime, scope: Scope = EVERYBODY) -> dict[int, CaseFact]:
        asked = sorted(numbers)
        parts = (asked[n : n + _AT_ONCE] for n in range(0, len(asked), _AT_ONCE))
        of_these = _STATE.where(*in_scope(_either, scope))
        rows = chain.from_iterable(
            self._rows(of_these.where(cases.c.number.in_(part)), {"moment": end}) for part in parts
        )
        return {fact.number: fact for fact in map(_fact, rows)}

    def open_at(self, end: datetime, scope: Scope = EVERYBODY) -> list[CaseFact]:
        still = _STILL_OPEN.where(*in_scope(cases.c, scope))
        then = _WERE_OPEN.where(*in_scope(case_pasts.c, scope))
        moment = _around_of(end)
        rows = chain.from_iterable(self._rows(wanted, moment) for wanted in (still, then))
        return sorted(map(_fact, rows), key=_BY_NUMBER)

    def closed_by(self, end: datetime, scope: Scope = EVERYBODY) -> int:
        """As they are now, and what of that was otherwise then."""
        was_theirs, is_theirs = and_(true(), *in_scope(case_pasts.c, scope)), and_(true(), *in_scope(cases.c, scope))
        counted = and_(cases.c.stage == CLOSED, cases.c.closed_at < MOMENT, is_theirs)
        more = func.sum(case((was_theirs, 1), else_=0) - case((counted, 1), else_=0))
        otherwise = self._connection.execute(_WERE_CLOSED.with_only_columns(more), _around_of(end)).scalar_one()
        return closings.closed_before(self._connection, end, scope) + int(otherwise or 0)

    def events(
        self, start: datetime, end: datetime, wanted: Collection[Event], scope: Scope = EVERYBODY
    ) -> list[EventFact]:
        theirs = in_scope(_either, scope)
        statement = _OF_WINDOW.select_from(_EVENTS_OF_CASES).where(*theirs) if theirs else _OF_WINDOW
        asked = {"start": start, "moment": end, "events": sorted(event.value for event in wanted)}
        return [_event(row) for row in self._rows(statement, asked)]

    def _rows(self, wanted: AnySelect, values: Mapping[str, Any]) -> Iterator[AnyRow]:
        """Some at a time: one by one takes longer, all at once more memory, and a year can be a hundred thousand."""
        return chain.from_iterable(self._connection.execute(wanted, values).partitions(_AT_ONCE))

    def handings(self, numbers: Collection[int], end: datetime) -> list[Handing]:
        return facts_handings.as_of(self._connection, numbers, end)

    def promised(self, first: date, last: date, end: datetime) -> list[PromiseFact]:
        over = and_(promises.c.ended_at.isnot(None), promises.c.ended_at < MOMENT)
        let_go = and_(over, promises.c.ending.in_(LET_GO), promises.c.ended_on <= promises.c.day)
        kept = and_(over, promises.c.ending == PledgeEnd.FIXED.value)
        wanted = (
            select(promises.c.case_number, promises.c.day, case((kept, 1), else_=0).label("kept"))
            .where(promises.c.day >= first, promises.c.day <= last, promises.c.made_at < MOMENT, not_(let_go))
            .order_by(promises.c.day, promises.c.case_number)
        )
        rows = self._connection.execute(wanted, {"moment": end})
        return [PromiseFact(row.case_number, row.day, bool(row.kept)) for row in rows]

    def gatherings(self, start: datetime, end: datetime) -> list[GatheringFact]:
        grown = {self._whole(row.into_number, end) for row in self._merged(case_merges.c.at >= start, end)}
        return [self._gathering(number, end) for number in sorted(grown)]

    def _merged(self, condition: ColumnElement[bool], end: datetime) -> Sequence[AnyRow]:
        """The merges in force at that moment."""
        in_force = or_(case_merges.c.undone_at.is_(None), case_merges.c.undone_at >= MOMENT)
        wanted = select(case_merges.c.case_number, case_merges.c.into_number).where(
            case_merges.c.at < MOMENT, in_force, condition
        )
        return self._connection.execute(wanted, {"moment": end}).all()

    def _whole(self, number: int, end: datetime) -> int:
        """The case that a case is part of in the end."""
        while into := self._merged(case_merges.c.case_number == number, end):
            number = into[0].into_number
        return number

    def _gathering(self, number: int, end: datetime) -> GatheringFact:
        parts, look = [number], [number]
        while look:
            look = [row.case_number for row in self._merged(case_merges.c.into_number.in_(look), end)]
            parts += look
        texts = select(cases.c.text).where(cases.c.number.in_(parts)).order_by(cases.c.number)
        words = [text for text in self._connection.execute(texts).scalars() if text]
        return GatheringFact(number, tuple(sorted(parts)), tuple(words))


# Thousands of rows make a week, so these two take them apart by place and look members up by their values: by name,
# and with a call of each enumeration, they were half of what a summary cost.


def _fact(row: AnyRow) -> CaseFact:
    (
        number,
        created_at,
        chat_type,
        stage,
        stage_since,
        outcome,
        station_id,
        deputy_id,
        category,
        kind,
        tags,
        due_at,
        reply_due_at,
        first_replied_at,
        reply_class,
        promise_date,
        attitude,
        result,
        paused_since,
        closed_at,
    ) = row
    return CaseFact(
        number,
        created_at,
        chat_type,
        _STAGES[stage],
        stage_since,
        _OUTCOMES[outcome],
        station_id,
        deputy_id,
        category,
        kind,
        tuple(tags) if tags else (),
        due_at,
        reply_due_at,
        first_replied_at,
        _REPLIES[reply_class],
        promise_date,
        _RATINGS[attitude],
        _RATINGS[result],
        paused_since,
        closed_at,
    )


def _event(row: AnyRow) -> EventFact:
    case_number, at, event, from_stage, to_stage, details = row
    return EventFact(case_number, at, _EVENTS[event], _STAGES_OR_NONE[from_stage], _STAGES[to_stage], details)


_EVENTS: Final = {event.value: event for event in Event}
_STAGES: Final = {stage.value: stage for stage in Stage}
_STAGES_OR_NONE: Final[dict[str | None, Stage | None]] = {None: None, **{each.value: each for each in Stage}}
_OUTCOMES: Final[dict[str | None, Outcome | None]] = {None: None, **{each.value: each for each in Outcome}}
_REPLIES: Final[dict[str | None, ReplyClass | None]] = {None: None, **{each.value: each for each in ReplyClass}}
_RATINGS: Final[dict[int | None, Rating | None]] = {None: None, 0: None, **{each.value: each for each in Rating}}
