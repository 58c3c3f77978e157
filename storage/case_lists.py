"""Cases by what they wait for: somebody's, a queue's, those over a limit. Each list reads as much as it shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from heapq import nlargest
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnClause,
    ColumnElement,
    Connection,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from liaisonbot.model import Case
from liaisonbot.vocabulary import Delivery, Outcome, Rating, ReplyClass, Stage
from storage.ready import Ready
from storage.schema import case_authors, cases, deputy_loads
from storage.statements import CLOSED, STILL_OPEN, AnySelect

COLUMNS: Final = tuple(cases.c[name] for name in Case.__dataclass_fields__)
"""The columns of a case, in the order of its fields; ``case_from`` takes such a row."""


def case_from(row: Sequence[Any]) -> Case:
    """The case that stands in the row."""
    (
        number,
        station_id,
        stage,
        outcome,
        deputy_id,
        category,
        kind,
        text,
        chat_type,
        anonymous,
        created_at,
        stage_since,
        due_at,
        tags,
        replied_at,
        reply_class,
        promise_date,
        attitude,
        result,
        rated_at,
        delivery,
        closed_at,
        guard,
        held,
        standing_in_for,
        paused_since,
        paused_days,
        extended_to,
        announcement_id,
        reply_due_at,
        first_replied_at,
    ) = row
    return Case(
        number=number,
        station_id=station_id,
        stage=Stage(stage),
        outcome=Outcome(outcome) if outcome else None,
        deputy_id=deputy_id,
        category=category,
        kind=kind,
        text=text,
        chat_type=chat_type,
        anonymous=anonymous,
        created_at=created_at,
        stage_since=stage_since,
        due_at=due_at,
        tags=tuple(tags),
        replied_at=replied_at,
        reply_class=ReplyClass(reply_class) if reply_class else None,
        promise_date=promise_date,
        attitude=Rating(attitude) if attitude else None,
        result=Rating(result) if result else None,
        rated_at=rated_at,
        delivery=Delivery(delivery) if delivery else None,
        closed_at=closed_at,
        guard=guard,
        held=held,
        standing_in_for=standing_in_for,
        paused_since=paused_since,
        paused_days=paused_days,
        extended_to=extended_to,
        announcement_id=announcement_id,
        reply_due_at=reply_due_at,
        first_replied_at=first_replied_at,
    )


def _page(rows: AnySelect) -> AnySelect:
    return rows.limit(bindparam("limit")).offset(bindparam("offset"))


_BY_AUTHOR: Final = case_authors.c.person_id == bindparam("person")
_OF_AUTHOR: Final = _page(
    select(*COLUMNS)
    .join(case_authors, case_authors.c.case_number == cases.c.number)
    .where(_BY_AUTHOR)
    .order_by(cases.c.stage == CLOSED, cases.c.number.desc())
)
_COUNT_OF_AUTHOR: Final = select(func.count()).select_from(case_authors).where(_BY_AUTHOR)

_HELD: Final = (cases.c.deputy_id == bindparam("deputy"), STILL_OPEN)
_OF_DEPUTY: Final = _page(
    select(*COLUMNS).where(*_HELD).order_by(cases.c.due_at.is_(None), cases.c.due_at, cases.c.number)
)
_COUNT_OF_DEPUTY: Final = select(func.coalesce(func.sum(deputy_loads.c.open_cases), 0)).where(
    deputy_loads.c.deputy_id == bindparam("deputy")
)

_STOOD_IN_FOR: Final = Ready(
    select(*COLUMNS)
    .where(cases.c.standing_in_for == bindparam("deputy"), cases.c.deputy_id.is_not(None), STILL_OPEN)
    .order_by(cases.c.number)
)

_NOBODYS: Final = (cases.c.deputy_id.is_(None), STILL_OPEN)
_AT_STATIONS: Final = cases.c.station_id.in_(bindparam("stations", expanding=True))
_UNASSIGNED: Final = _page(select(*COLUMNS).where(*_NOBODYS).order_by(cases.c.number))
_COUNT_UNASSIGNED: Final = select(func.count()).select_from(cases).where(*_NOBODYS)


_NOTHING: Final[ColumnClause[Any]] = literal_column("0")


def _by_number(*alternatives: Sequence[ColumnElement[bool]]) -> AnySelect:
    """Pages by number of what an index finds by a time: first the numbers, from the index alone, then the cases.

    The alternatives exclude each other; each is looked up by itself.
    """
    # The sums keep SQLite from walking all cases by number where it should look up the few that are due.
    further = cases.c.number + _NOTHING > bindparam("after")
    found = union_all(*(select(cases.c.number).where(*conditions, further) for conditions in alternatives)).subquery()
    numbers = select(found.c.number).order_by(found.c.number + _NOTHING).limit(bindparam("limit"))
    return select(*COLUMNS).where(cases.c.number.in_(numbers.scalar_subquery())).order_by(cases.c.number)


_IN_STAGE: Final = cases.c.stage == bindparam("in_stage")
_DUE: Final = _by_number((_IN_STAGE, STILL_OPEN, cases.c.due_at < bindparam("before"), cases.c.paused_since.is_(None)))
_UNANSWERED: Final = _by_number(
    (
        STILL_OPEN,
        cases.c.replied_at.is_(None),
        cases.c.reply_due_at < bindparam("before"),
        cases.c.paused_since.is_(None),
    )
)
_SINCE: Final = _by_number((_IN_STAGE, STILL_OPEN, cases.c.stage_since < bindparam("before")))
_PAUSED: Final = (
    select(*COLUMNS)
    .where(cases.c.paused_since.isnot(None), cases.c.number > bindparam("after"))
    .order_by(cases.c.number)
    .limit(bindparam("limit"))
)
_CLOSED_SINCE: Final = (
    select(*COLUMNS)
    .where(cases.c.stage == CLOSED, cases.c.stage_since < bindparam("before"), cases.c.number > bindparam("after"))
    .order_by(cases.c.number)
    .limit(bindparam("limit"))
)
_FOLLOWED_UP: Final = cases.c.stage == literal_column("'follow_up'")
_PROMISED: Final = _by_number(
    (_FOLLOWED_UP, cases.c.promise_date.is_(None)), (_FOLLOWED_UP, cases.c.promise_date <= bindparam("until"))
)


class CaseLists:
    """The lists among the promises of ``ports.Cases``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_author(self, person_id: int, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        return self._page(_OF_AUTHOR, _COUNT_OF_AUTHOR, {"person": person_id}, offset, limit)

    def of_deputy(self, deputy_id: int, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        return self._page(_OF_DEPUTY, _COUNT_OF_DEPUTY, {"deputy": deputy_id}, offset, limit)

    def stood_in_for(self, deputy_id: int) -> list[Case]:
        return [case_from(row) for row in _STOOD_IN_FOR.all(self._connection, {"deputy": deputy_id})]

    def unassigned(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8
    ) -> tuple[list[Case], int]:
        """Oldest first."""
        if station_ids is None:
            return self._page(_UNASSIGNED, _COUNT_UNASSIGNED, {}, offset, limit)
        stations = {"stations": list(station_ids)}
        return self._page(
            _UNASSIGNED.where(_AT_STATIONS), _COUNT_UNASSIGNED.where(_AT_STATIONS), stations, offset, limit
        )

    def for_choice(
        self,
        *,
        stages: Collection[Stage],
        deputy_id: int | None = None,
        station_ids: Collection[int] | None = None,
        person_id: int | None = None,
        limit: int = 8,
    ) -> list[Case]:
        """Newest first. Of several that are named, any will do; of none named, all cases."""
        sources: list[tuple[str, int | None]] = []
        if deputy_id is not None:
            sources.append(("deputy", deputy_id))
        sources += [("station", station_id) for station_id in station_ids or ()]
        if person_id is not None:
            sources.append(("person", person_id))
        if not sources and station_ids is None:
            sources.append(("anybody", None))
        # A few from each, put together: one statement with ORs would sort all that a station ever had.
        found = {case.number: case for source, whose in sources for case in self._newest(source, whose, stages, limit)}
        return nlargest(limit, found.values(), key=lambda case: case.number)

    def _newest(self, source: str, whose: int | None, stages: Collection[Stage], limit: int) -> Iterable[Case]:
        values = {"whose": whose, "limit": limit} if source in _WHOSE else {"limit": limit}
        rows = _choice(source, frozenset(stages)).all(self._connection, values)
        return [case_from(row) for row in rows]

    def not_left_by(
        self, person_id: int, *, stages: Collection[Stage], paused_too: bool = False, limit: int = 8
    ) -> list[Case]:
        wanted = _choice("staying", frozenset(stages), paused_too=paused_too)
        return [case_from(row) for row in wanted.all(self._connection, {"whose": person_id, "limit": limit})]

    def due(self, stage: Stage, before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        return self._list(_DUE, {"in_stage": stage.value, "before": before, "after": after, "limit": limit})

    def unanswered(self, before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        return self._list(_UNANSWERED, {"before": before, "after": after, "limit": limit})

    def paused(self, after: int = 0, limit: int = 200) -> list[Case]:
        return self._list(_PAUSED, {"after": after, "limit": limit})

    def in_stage(self, stage: Stage, since_before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        if stage is Stage.CLOSED:
            return self._list(_CLOSED_SINCE, {"before": since_before, "after": after, "limit": limit})
        return self._list(_SINCE, {"in_stage": stage.value, "before": since_before, "after": after, "limit": limit})

    def promised(self, until: date, *, after: int = 0, limit: int = 200) -> list[Case]:
        return self._list(_PROMISED, {"until": until, "after": after, "limit": limit})

    def _page(
        self, rows: AnySelect, count: AnySelect, values: Mapping[str, Any], offset: int, limit: int
    ) -> tuple[list[Case], int]:
        page = self._list(rows, {**values, "offset": offset, "limit": limit})
        return page, self._connection.execute(count, values).scalar_one()

    def _list(self, statement: AnySelect, values: Mapping[str, Any]) -> list[Case]:
        return [case_from(row) for row in self._connection.execute(statement, values)]


_WHOSE: Final[Mapping[str, Column[Any]]] = {
    "deputy": cases.c.deputy_id,
    "station": cases.c.station_id,
    "person": case_authors.c.person_id,
    "staying": case_authors.c.person_id,
}


@lru_cache(maxsize=64)
def _choice(source: str, stages: frozenset[Stage], *, paused_too: bool = False) -> Ready:
    """The newest of one source. The condition of the partial index that serves it is written out where it holds.

    The stages are written out, too: SQLite compares a value that is bound with the conditions of partial indexes, and
    prepares the statement anew for each, which takes ten times as long as carrying it out.
    """
    # A person's are found by what made them theirs, and come in that order: by the case's own number they were sorted.
    authored = source in ("person", "staying")
    number = case_authors.c.case_number if authored else cases.c.number
    either = [cases.c.stage == literal_column(f"'{stage.value}'") for stage in sorted(stages)]
    if paused_too:
        either.append(cases.c.paused_since.isnot(None))
    statement = select(*COLUMNS).where(or_(false(), *either)).order_by(number.desc()).limit(bindparam("limit"))
    if stages == {Stage.CLOSED}:
        statement = statement.where(cases.c.stage == CLOSED)
    elif Stage.CLOSED not in stages:
        statement = statement.where(STILL_OPEN)
    if source == "staying":
        statement = statement.where(case_authors.c.left_at.is_(None))
    if authored:
        statement = statement.join(case_authors, case_authors.c.case_number == cases.c.number)
    if source in _WHOSE:
        statement = statement.where(_WHOSE[source] == bindparam("whose"))
    return Ready(statement)
