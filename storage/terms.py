"""Open cases by the terms of their texts: which of a hundred thousand are worth being compared with a new one.

A case is found by its rarest terms, and the rarer they are the more they weigh. How rare one is, is counted no further
than ``_COMMON``, and of a common one only the youngest cases are looked at, so a search takes as long for many cases as
for few.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    union_all,
)

from liaisonbot import likeness
from liaisonbot.likeness import WAKE_UP
from liaisonbot.model import Case
from storage import wakeups
from storage.case_lists import COLUMNS, case_from
from storage.ready import Ready
from storage.schema import case_terms, cases, comparisons
from storage.statements import STILL_OPEN

_COMMON: Final = 200
_RAREST: Final = 10
_NONE: Final = -1
"""In place of a term that is not there: the numbers of terms are positive."""

_KEEP: Final = Ready(insert(case_terms))
_DROP: Final = Ready(delete(case_terms).where(case_terms.c.case_number == bindparam("case")))
_OWE: Final = Ready(lambda insert: insert(comparisons).on_conflict_do_nothing())
_oldest = select(func.min(comparisons.c.case_number)).scalar_subquery()
_TAKE: Final = Ready(
    delete(comparisons).where(comparisons.c.case_number == bindparam("case")).returning(comparisons.c.case_number)
)
_FORGO: Final = Ready(
    delete(comparisons).where(comparisons.c.case_number == _oldest).returning(comparisons.c.case_number)
)
_GET: Final = Ready(select(*COLUMNS).where(cases.c.number == bindparam("case")))
_NEXT: Final = Ready(select(*COLUMNS).where(cases.c.number == _oldest))
_STATION: Final[BindParameter[int]] = bindparam("station", type_=case_terms.c.station_id.type)


def _term(place: int) -> BindParameter[int]:
    return bindparam(f"term_{place}", type_=case_terms.c.term.type)


def _with_term(place: int) -> Any:
    """The youngest cases with that term."""
    return (
        select(case_terms.c.case_number)
        .where(case_terms.c.station_id == _STATION, case_terms.c.term == _term(place))
        .order_by(case_terms.c.case_number.desc())
        .limit(literal_column(str(_COMMON)))
        .subquery()
    )


def _how_common(place: int) -> Any:
    counted = select(func.count()).select_from(_with_term(place)).scalar_subquery()
    return select(literal_column(str(place)).label("place"), counted.label("cases"))


_HOW_COMMON: Final = Ready(union_all(*(_how_common(place) for place in range(likeness.MOST_TERMS))))


def _weighed(place: int) -> Any:
    found = _with_term(place)
    return select(found.c.case_number, bindparam(f"weight_{place}", type_=Integer()).label("weight"))


_shared = union_all(*(_weighed(place) for place in range(_RAREST))).subquery()
_weight = func.sum(_shared.c.weight)
_most = (
    select(_shared.c.case_number, _weight.label("weight"))
    .group_by(_shared.c.case_number)
    .order_by(_weight.desc(), _shared.c.case_number.desc())
    .limit(bindparam("limit"))
    .subquery()
)
_CANDIDATES: Final = Ready(
    select(cases.c.number, cases.c.text)
    .join(_most, _most.c.case_number == cases.c.number)
    .where(STILL_OPEN)
    .order_by(_most.c.weight.desc(), cases.c.number.desc())
)


class SqlTerms:
    """See ``ports.Terms``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, case: Case) -> None:
        """Let the case be found by its words as they are now, if it is open and somebody can look for it."""
        _DROP.run(self._connection, {"case": case.number})
        if case.open and case.station_id is not None and case.text:
            _keep(self._connection, case.number, case.station_id, case.text)

    def owe(self, number: int) -> None:
        _OWE.run(self._connection, {"case_number": number})
        wakeups.notify(self._connection, WAKE_UP)

    def next(self) -> Case | None:
        row = _NEXT.first(self._connection)
        return case_from(row) if row is not None else None

    def forgo(self) -> bool:
        return _FORGO.scalar(self._connection) is not None

    def take(self, number: int) -> Case | None:
        if _TAKE.scalar(self._connection, {"case": number}) is None:
            return None
        case = case_from(_GET.first(self._connection, {"case": number}))
        self.keep(case)
        return case

    def candidates(self, station_id: int, terms: Sequence[int], limit: int = 16) -> list[tuple[int, str]]:
        rarest = self._rarest(station_id, terms)
        if not rarest:
            return []
        weights = [_weight_of(count) for count, _ in rarest] + [0] * (_RAREST - len(rarest))
        values = _placed(station_id, [term for _, term in rarest], _RAREST) | {"limit": limit}
        values |= {f"weight_{place}": weight for place, weight in enumerate(weights)}
        return [(row.number, row.text or "") for row in _CANDIDATES.all(self._connection, values)]

    def _rarest(self, station_id: int, terms: Sequence[int]) -> list[tuple[int, int]]:
        """In how many cases each is, and the term."""
        values = _placed(station_id, terms[: likeness.MOST_TERMS], likeness.MOST_TERMS)
        counts = [(row.cases, row.place) for row in _HOW_COMMON.all(self._connection, values) if row.cases]
        return [(count, terms[place]) for count, place in sorted(counts)[:_RAREST]]


def _weight_of(count: int) -> int:
    """Two that only few cases have weigh more than all those that everybody uses."""
    return round(100 * log(1 + 2 * _COMMON / count))


def _placed(station_id: int, terms: Sequence[int], places: int) -> dict[str, int]:
    filled = [*terms, *[_NONE] * (places - len(terms))]
    return {"station": station_id, **{f"term_{place}": term for place, term in enumerate(filled)}}


def _keep(connection: Connection, number: int, station_id: int, text: str) -> None:
    rows = [{"station_id": station_id, "term": term, "case_number": number} for term in sorted(likeness.numbers(text))]
    if rows:
        _KEEP.run_each(connection, rows)


_AT_ONCE: Final = 500
_TO_BE_FOUND: Final = (
    select(cases.c.number, cases.c.station_id, cases.c.text)
    .where(STILL_OPEN, cases.c.station_id.isnot(None), cases.c.text.isnot(None), cases.c.number > bindparam("after"))
    .order_by(cases.c.number)
    .limit(_AT_ONCE)
)


def keep_all_anew(connection: Connection) -> None:
    """The terms of every open case: for whoever has put cases into the table without ``SqlCases``, or none before."""
    connection.execute(delete(case_terms))
    after = 0
    while page := connection.execute(_TO_BE_FOUND, {"after": after}).all():
        for row in page:
            _keep(connection, row.number, row.station_id, row.text)
        after = page[-1].number
