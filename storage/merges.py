"""Which cases became part of which others.

A case that was merged keeps its authors, messages and journal; the one it was merged into has its authors as well, each
marked ``by_merge``. So nothing is lost, and a split need only take away those whom no other merge brings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, delete, exists, insert, literal, null, select, true, update

from liaisonbot.model import Case, Merge
from liaisonbot.vocabulary import Stage
from storage.case_lists import COLUMNS, case_from
from storage.ready import Ready
from storage.schema import case_authors, case_merges, cases
from storage.statements import PerEngine

_IN_FORCE: Final = case_merges.c.undone_at.is_(None)
_ADD: Final = Ready(insert(case_merges))
_INTO: Final = Ready(select(case_merges.c.into_number).where(case_merges.c.case_number == bindparam("case"), _IN_FORCE))
_WHOLES: Final = select(case_merges.c.into_number).where(
    case_merges.c.case_number.in_(bindparam("parts", expanding=True)), _IN_FORCE
)
_PARTS: Final = Ready(
    select(case_merges.c.case_number)
    .where(case_merges.c.into_number == bindparam("into"), _IN_FORCE)
    .order_by(case_merges.c.case_number)
)
_EVER: Final = Ready(
    select(case_merges.c.case_number, case_merges.c.at, case_merges.c.undone_at)
    .where(case_merges.c.into_number == bindparam("into"))
    .order_by(case_merges.c.id)
)
_UNDO: Final = Ready(
    update(case_merges)
    .where(case_merges.c.case_number == bindparam("case"), _IN_FORCE)
    .values(undone_at=bindparam("now", type_=case_merges.c.undone_at.type))
    .returning(case_merges.c.into_number, case_merges.c.stage)
)
_NEWEST: Final = (
    select(*COLUMNS)
    .join(case_merges, case_merges.c.case_number == cases.c.number)
    .where(_IN_FORCE)
    .order_by(case_merges.c.id.desc())
    .limit(bindparam("limit"))
)
_AT_STATIONS: Final = cases.c.station_id.in_(bindparam("stations", expanding=True))

_source = case_authors.alias("source")


def _join(insert: Any) -> Any:
    theirs = select(
        bindparam("into", type_=case_authors.c.case_number.type),
        _source.c.person_id,
        _source.c.chat_id,
        _source.c.chat_type,
        _source.c.thread_id,
        _source.c.message_id,
        bindparam("now", type_=case_authors.c.joined_at.type),
        true(),
        _source.c.entered_by,
        _source.c.consent_at,
        # Whoever tells somebody without Telegram has to know whom.
        case((_source.c.entered_by.isnot(None), _source.c.name)),
        case((_source.c.entered_by.isnot(None), _source.c.phone)),
    ).where(_source.c.case_number == bindparam("case"), _source.c.left_at.is_(None))
    columns = ["case_number", "person_id", "chat_id", "chat_type", "thread_id", "message_id", "joined_at", "by_merge"]
    columns += ["entered_by", "consent_at", "name", "phone"]
    return (
        insert(case_authors)
        .from_select(columns, theirs)
        .on_conflict_do_update(
            index_elements=[case_authors.c.case_number, case_authors.c.person_id], set_={"left_at": null()}
        )
    )


_JOIN: Final = PerEngine(_join)
_brought = exists(literal(1)).where(
    case_merges.c.into_number == case_authors.c.case_number,
    _IN_FORCE,
    _source.c.case_number == case_merges.c.case_number,
    _source.c.person_id == case_authors.c.person_id,
)
_PART: Final = delete(case_authors).where(
    case_authors.c.case_number == bindparam("case"), case_authors.c.by_merge == true(), ~_brought
)
_LEFT: Final = (
    update(case_authors)
    .where(
        case_authors.c.case_number == bindparam("case"),
        case_authors.c.left_at.is_(None),
        exists(literal(1)).where(
            _source.c.case_number == bindparam("into"),
            _source.c.person_id == case_authors.c.person_id,
            _source.c.left_at.isnot(None),
        ),
    )
    .values(left_at=bindparam("now", type_=case_authors.c.left_at.type))
)


def parts(connection: Connection, into: int) -> list[int]:
    """See ``ports.Merges.parts``."""
    return _PARTS.scalars(connection, {"into": into})


def into(connection: Connection, case: int) -> int | None:
    """See ``ports.Merges.into``."""
    number: int | None = _INTO.scalar(connection, {"case": case})
    return number


def wholes(connection: Connection, parts: Collection[int]) -> set[int]:
    """The cases of which any of these became part."""
    return set(connection.execute(_WHOLES, {"parts": list(parts)}).scalars())


class SqlMerges:
    """See ``ports.Merges``."""

    def __init__(self, connection: Connection, authors_changed: Callable[[], None]) -> None:
        self._connection = connection
        self._authors_changed = authors_changed

    def add(self, case: int, into: int, stage: Stage, now: datetime) -> None:
        _ADD.run(self._connection, {"case_number": case, "into_number": into, "stage": stage.value, "at": now})
        self._connection.execute(_JOIN.on(self._connection), {"case": case, "into": into, "now": now})
        self._authors_changed()

    def into(self, case: int) -> int | None:
        return into(self._connection, case)

    def target(self, case: int) -> int:
        while (further := self.into(case)) is not None:
            case = further
        return case

    def parts(self, into: int) -> list[int]:
        return parts(self._connection, into)

    def ever(self, into: int) -> list[Merge]:
        return [Merge(*row) for row in _EVER.all(self._connection, {"into": into})]

    def undo(self, case: int, now: datetime) -> Stage:
        """Who left the whole while it was one has left the part as well."""
        row = _UNDO.first(self._connection, {"case": case, "now": now})
        if row is None:
            raise LookupError(f"case {case} is part of no other")
        self._connection.execute(_LEFT, {"case": case, "into": row.into_number, "now": now})
        further: int | None = row.into_number
        while further is not None:
            self._connection.execute(_PART, {"case": further})
            further = self.into(further)
        self._authors_changed()
        return Stage(row.stage)

    def newest(self, station_ids: Collection[int] | None, limit: int = 8) -> list[Case]:
        statement = _NEWEST if station_ids is None else _NEWEST.where(_AT_STATIONS)
        values: dict[str, Any] = {"limit": limit}
        if station_ids is not None:
            values["stations"] = list(station_ids)
        return [case_from(row) for row in self._connection.execute(statement, values)]
