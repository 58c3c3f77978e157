"""The cases as they stood at the end of a window, and what happened to them in it.

A case's state at a moment is its past row that lay around the moment (``storage/schema/pasts.py``), else the row as it
is now. Everything here is found by an index on the moment or the window, so that it costs what the window holds, not
what the database does; only how many cases of a station or a deputy had been closed by then is counted in an index
from its beginning, and how many of all were closed from the moment on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from liaisonbot.facts import FIGURED, CaseFact, EventFact, GatheringFact, PromiseFact
from liaisonbot.vocabulary import Outcome, PledgeEnd, Rating, ReplyClass, Stage
from liaisonbot.workflow import OPEN, Event
from storage.cases import PASTS
from storage.pasts import MOMENT
from storage.promises import LET_GO
from storage.schema import UtcDateTime, case_merges, cases, counters, journal, promises
from storage.schema.pasts import case_pasts
from storage.statements import STILL_OPEN, AnyRow, AnySelect

_AT_ONCE: Final = 500
"""Numbers in one statement."""
_CLASSES: Final = range(16)
"""Of how long a past lasted: up to 2**15 days."""
_FIXED_COLUMNS: Final = (cases.c.number, cases.c.created_at, cases.c.chat_type)

_now: Final = [cases.c[name] for name in FIGURED]
_then: Final = [case_pasts.c[name] for name in FIGURED]
_was: Final = case_pasts.c.id.isnot(None)
_either: Final = [case((_was, case_pasts.c[name]), else_=cases.c[name]).label(name) for name in FIGURED]
_STATE: Final = (
    select(*_FIXED_COLUMNS, *_either)
    .select_from(cases)
    .join(case_pasts, and_(case_pasts.c.case_number == cases.c.number, PASTS.around), isouter=True)
    .where(cases.c.created_at < MOMENT)
)
# The stages are named so that the index of the open ones is used, and not the one of all by when they came in.
_STILL_OPEN: Final = select(*_FIXED_COLUMNS, *_now).where(
    STILL_OPEN, cases.c.stage.in_(OPEN), cases.c.created_at < MOMENT, PASTS.unchanged(cases.c.number)
)
_NUMBERED: Final = select(counters.c.value).where(counters.c.name == literal("case"))
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


class SqlCaseFacts:
    """See ``ports.CaseFacts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def received(self, start: datetime, end: datetime) -> list[CaseFact]:
        rows = self._connection.execute(_STATE.where(cases.c.created_at >= start), {"moment": end})
        return [_fact(row) for row in rows]

    def as_of(self, numbers: Collection[int], end: datetime) -> dict[int, CaseFact]:
        asked = sorted(numbers)
        parts = (asked[n : n + _AT_ONCE] for n in range(0, len(asked), _AT_ONCE))
        rows = chain.from_iterable(
            self._connection.execute(_STATE.where(cases.c.number.in_(part)), {"moment": end}) for part in parts
        )
        return {row.number: _fact(row) for row in rows}

    def open_at(
        self, end: datetime, *, station_ids: Collection[int] | None = None, deputy_id: int | None = None
    ) -> list[CaseFact]:
        still = _STILL_OPEN.where(*_whose(cases, station_ids, deputy_id))
        then = _open_then(end).where(*_whose(case_pasts, station_ids, deputy_id))
        rows = chain.from_iterable(self._connection.execute(wanted, {"moment": end}) for wanted in (still, then))
        return sorted((_fact(row) for row in rows), key=lambda fact: fact.number)

    def closed_by(
        self, end: datetime, *, station_ids: Collection[int] | None = None, deputy_id: int | None = None
    ) -> int:
        if station_ids is None and deputy_id is None:
            return self._created_by(end) - self._open_by(end)
        ended: AnySelect = select(func.count()).where(
            cases.c.stage == literal("closed"), cases.c.closed_at < end, *_whose(cases, station_ids, deputy_id)
        )
        reopened: AnySelect = (
            select(func.count())
            .select_from(case_pasts)
            .join(cases, cases.c.number == case_pasts.c.case_number)
            .where(
                case_pasts.c.stage == literal("closed"),
                PASTS.around,
                or_(cases.c.closed_at.is_(None), cases.c.closed_at >= end),
                *_whose(case_pasts, station_ids, deputy_id),
            )
        )
        counts = (self._connection.execute(wanted, {"moment": end}).scalar_one() for wanted in (ended, reopened))
        return sum(counts)

    def _created_by(self, end: datetime) -> int:
        """Cases are numbered without gaps and none is deleted: what came in since is counted, not what was there."""
        later = select(func.count()).select_from(cases).where(cases.c.created_at >= end)
        return (self._connection.execute(_NUMBERED).scalar() or 0) - int(self._connection.execute(later).scalar_one())

    def _open_by(self, end: datetime) -> int:
        counted = (select(func.count()).select_from(wanted.subquery()) for wanted in (_STILL_OPEN, _open_then(end)))
        return sum(self._connection.execute(each, {"moment": end}).scalar_one() for each in counted)

    def events(self, start: datetime, end: datetime, wanted: Collection[Event]) -> list[EventFact]:
        asked = {"start": start, "moment": end, "events": [event.value for event in wanted]}
        return [_event(row) for row in self._connection.execute(_OF_WINDOW, asked)]

    def entered_for_others(self, numbers: Collection[int]) -> frozenset[int]:
        asked = sorted(numbers)
        found: set[int] = set()
        for n in range(0, len(asked), _AT_ONCE):
            entered = select(journal.c.case_number).where(
                journal.c.case_number.in_(asked[n : n + _AT_ONCE]), journal.c.event == Event.ENTERED.value
            )
            found |= set(self._connection.execute(entered).scalars())
        return frozenset(found)

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


def _open_then(end: datetime) -> AnySelect:
    """Cases whose past around that moment was an open one: of each class of length, those that began late enough."""
    rows = ((span, end - timedelta(days=2**span)) for span in _CLASSES)
    classes = union_all(
        *(select(literal(span).label("span"), literal(after, UtcDateTime()).label("after")) for span, after in rows)
    ).subquery("classes")
    wanted: AnySelect = (
        select(*_FIXED_COLUMNS, *_then)
        .select_from(classes)
        .join(
            case_pasts,
            and_(
                case_pasts.c.span == classes.c.span,
                case_pasts.c.since >= classes.c.after,
                PASTS.around,
                case_pasts.c.stage != literal("closed"),
            ),
        )
        .join(cases, cases.c.number == case_pasts.c.case_number)
    )
    return wanted


def _whose(table: Any, station_ids: Collection[int] | None, deputy_id: int | None) -> Iterator[ColumnElement[bool]]:
    if station_ids is not None:
        yield table.c.station_id.in_(sorted(station_ids))
    if deputy_id is not None:
        yield table.c.deputy_id == deputy_id


def _fact(row: AnyRow) -> CaseFact:
    return CaseFact(
        number=row.number,
        created_at=row.created_at,
        chat_type=row.chat_type,
        stage=Stage(row.stage),
        stage_since=row.stage_since,
        outcome=Outcome(row.outcome) if row.outcome else None,
        station_id=row.station_id,
        deputy_id=row.deputy_id,
        category=row.category,
        kind=row.kind,
        tags=tuple(row.tags or ()),
        due_at=row.due_at,
        reply_due_at=row.reply_due_at,
        first_replied_at=row.first_replied_at,
        reply_class=ReplyClass(row.reply_class) if row.reply_class else None,
        promise_date=row.promise_date,
        attitude=Rating(row.attitude) if row.attitude else None,
        result=Rating(row.result) if row.result else None,
        paused_since=row.paused_since,
        closed_at=row.closed_at,
    )


def _event(row: AnyRow) -> EventFact:
    return EventFact(
        case=row.case_number,
        at=row.at,
        event=Event(row.event),
        from_stage=Stage(row.from_stage) if row.from_stage else None,
        to_stage=Stage(row.to_stage),
        details=row.details,
    )
