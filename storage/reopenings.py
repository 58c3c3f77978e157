"""The closed cases whose authors wait for an answer: shall they be taken up again?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select

from liaisonbot.model import Case
from storage.case_lists import COLUMNS, case_from
from storage.ready import Ready
from storage.schema import cases, reopen_requests

_ASK: Final = Ready(
    lambda insert: insert(reopen_requests).on_conflict_do_nothing().returning(reopen_requests.c.case_number)
)
_SETTLE: Final = Ready(delete(reopen_requests).where(reopen_requests.c.case_number == bindparam("number")))
_WAITING: Final = Ready(
    select(reopen_requests.c.case_number).where(reopen_requests.c.case_number == bindparam("number"))
)
_JOINED = reopen_requests.join(cases, cases.c.number == reopen_requests.c.case_number)
_PAGE: Final = (
    select(*COLUMNS)
    .select_from(_JOINED)
    .order_by(reopen_requests.c.asked_at, cases.c.number)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT: Final = select(func.count()).select_from(_JOINED)
_AT_STATIONS: Final = cases.c.station_id.in_(bindparam("stations", expanding=True))


class SqlReopenings:
    """See ``ports.Reopenings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, case: int, person_id: int, now: datetime) -> bool:
        values = {"case_number": case, "person_id": person_id, "asked_at": now}
        return _ASK.first(self._connection, values) is not None

    def waiting(self, case: int) -> bool:
        return _WAITING.first(self._connection, {"number": case}) is not None

    def settle(self, case: int) -> bool:
        return _SETTLE.run(self._connection, {"number": case}) > 0

    def page(self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        rows, count, values = _PAGE, _COUNT, {}
        if station_ids is not None:
            rows, count, values = rows.where(_AT_STATIONS), count.where(_AT_STATIONS), {"stations": list(station_ids)}
        found = self._connection.execute(rows, {**values, "offset": offset, "limit": limit})
        return [case_from(row) for row in found], self._connection.execute(count, values).scalar_one()
