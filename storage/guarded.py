"""What the guard found in cases, and what staff said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, func, insert, or_, select, text, update

from liaisonbot import guard
from liaisonbot.model import Case, Held
from storage import merges
from storage.case_lists import COLUMNS, case_from
from storage.ready import Ready
from storage.schema import cases, held

_FIELDS: Final = (
    held.c.id,
    held.c.case_number,
    held.c.topic,
    held.c.rule,
    held.c.since,
    held.c.deputy_id,
    held.c.accused,
    held.c.released_at,
    held.c.mark,
)
_ADD: Final = Ready(insert(held))
_OF_CASE: Final = Ready(select(*_FIELDS).where(held.c.case_number == bindparam("case")).order_by(held.c.id))
_SETTLE: Final = Ready(
    update(held)
    .where(held.c.case_number == bindparam("case"), held.c.released_at.is_(None))
    .values(
        released_at=bindparam("now"),
        released_by=bindparam("by"),
        mark=func.coalesce(held.c.mark, bindparam("new_mark", type_=held.c.mark.type)),
    )
)
_MARK: Final = Ready(
    update(held)
    .where(held.c.case_number == bindparam("case"), or_(held.c.mark.is_(None), held.c.mark == "missed"))
    .values(mark=bindparam("new_mark", type_=held.c.mark.type))
)
_MARK_ANEW: Final = Ready(
    update(held)
    .where(held.c.case_number == bindparam("case"), held.c.mark == "right")
    .values(mark=bindparam("new_mark", type_=held.c.mark.type))
)
_ACCUSE: Final = Ready(
    update(held).where(held.c.id == bindparam("row")).values(accused=bindparam("whom", type_=held.c.accused.type))
)
_ACCUSING: Final = Ready(
    select(held.c.case_number, held.c.accused).where(
        held.c.topic == guard.ACCUSATION, func.coalesce(held.c.mark, "") != "false_alarm"
    )
)
_WAITS: Final = text("cases.held")  # as the index has it
_WAITING: Final = (
    select(*COLUMNS).where(_WAITS).order_by(cases.c.number).limit(bindparam("limit")).offset(bindparam("offset"))
)
_COUNT: Final = select(func.count()).select_from(cases).where(_WAITS)
_AT: Final = cases.c.station_id.in_(bindparam("stations", expanding=True))
_MARKS: Final = Ready(
    select(
        held.c.topic,
        held.c.rule,
        func.count().label("found"),
        *(func.sum(case((held.c.mark == mark, 1), else_=0)).label(mark) for mark in ("right", "false_alarm", "missed")),
    )
    .group_by(held.c.topic, held.c.rule)
    .order_by(held.c.topic, held.c.rule)
)


class SqlGuarded:
    """See ``ports.Guarded``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        case: int,
        topic: str,
        rule: str,
        now: datetime,
        *,
        deputy_id: int | None = None,
        accused: Collection[int] = (),
        mark: str | None = None,
    ) -> None:
        values = {"case_number": case, "topic": topic, "rule": rule, "since": now, "deputy_id": deputy_id}
        _ADD.run(self._connection, {**values, "accused": sorted(accused), "mark": mark})

    def of_case(self, case: int) -> list[Held]:
        return [
            Held(id_, number, topic, rule, since, deputy_id, tuple(accused), released_at, mark)
            for id_, number, topic, rule, since, deputy_id, accused, released_at, mark in _OF_CASE.all(
                self._connection, {"case": case}
            )
        ]

    def accused(self, case: int) -> frozenset[int]:
        own = {entry for found in self.of_case(case) if found.mark != "false_alarm" for entry in found.accused}
        return frozenset(own).union(*map(self.accused, merges.parts(self._connection, case)))

    def accusations(self) -> list[int]:
        return sorted({number for number, _ in _ACCUSING.all(self._connection)})

    def accuse(self, case: int, entry_ids: Collection[int]) -> None:
        found = [each for each in self.of_case(case) if each.topic == guard.ACCUSATION and each.mark != "false_alarm"]
        for newest in found[-1:]:
            _ACCUSE.run(self._connection, {"row": newest.id, "whom": sorted({*newest.accused, *entry_ids})})

    def accusing(self, entry_id: int) -> frozenset[int]:
        found = {number for number, accused in _ACCUSING.all(self._connection) if entry_id in accused}
        further = found
        while further:  # what a part accuses, the whole does
            further = merges.wholes(self._connection, further) - found
            found |= further
        return frozenset(found)

    def settle(self, case: int, now: datetime, by: int | None, mark: str | None) -> None:
        _SETTLE.run(self._connection, {"case": case, "now": now, "by": by, "new_mark": mark})

    def mark(self, case: int, mark: str) -> None:
        unsaid = any(found.mark in (None, "missed") for found in self.of_case(case))
        (_MARK if unsaid else _MARK_ANEW).run(self._connection, {"case": case, "new_mark": mark})

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8
    ) -> tuple[list[Case], int]:
        values: dict[str, Any] = {"limit": limit, "offset": offset}
        rows, count = _WAITING, _COUNT
        if station_ids is not None:
            rows, count = rows.where(_AT), count.where(_AT)
            values["stations"] = list(station_ids)
        counted = {name: value for name, value in values.items() if name == "stations"}
        found = [case_from(row) for row in self._connection.execute(rows, values)]
        return found, self._connection.execute(count, counted).scalar_one()

    def marks(self) -> list[tuple[str, str, Mapping[str, int]]]:
        rows = _MARKS.all(self._connection)
        names = ("found", "right", "false_alarm", "missed")
        return [(row[0], row[1], dict(zip(names, map(int, row[2:]), strict=True))) for row in rows]
