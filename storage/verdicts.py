"""What each author said of the newest reply to their case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select

from liaisonbot.model import Verdict
from liaisonbot.vocabulary import Delivery, Rating
from storage.ready import Ready
from storage.schema import case_verdicts
from storage.statements import AnyRow, plain

_SAID: Final = (case_verdicts.c.attitude, case_verdicts.c.result, case_verdicts.c.delivery)
_OF: Final = Ready(
    select(case_verdicts.c.person_id, *_SAID)
    .where(case_verdicts.c.case_number == bindparam("case"))
    .order_by(case_verdicts.c.person_id)
)
_RENEW: Final = Ready(delete(case_verdicts).where(case_verdicts.c.case_number == bindparam("case")))


@lru_cache(maxsize=16)
def _give(columns: frozenset[str]) -> Ready:
    def build(insert: Any) -> Any:
        statement = insert(case_verdicts)
        renewed = {name: getattr(statement.excluded, name) for name in (*sorted(columns), "at")}
        return statement.on_conflict_do_update(
            index_elements=[case_verdicts.c.case_number, case_verdicts.c.person_id], set_=renewed
        ).returning(*_SAID)

    return Ready(build)


class SqlVerdicts:
    """See ``ports.Verdicts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, case: int) -> Mapping[int, Verdict]:
        return {row.person_id: _verdict(row) for row in _OF.all(self._connection, {"case": case})}

    def give(self, case: int, person_id: int, now: datetime, **said: int | None) -> Verdict:
        values = {"case_number": case, "person_id": person_id, "at": now}
        values |= {name: plain(value) for name, value in said.items()}
        return _verdict(_give(frozenset(said)).first(self._connection, values))

    def renew(self, case: int) -> None:
        _RENEW.run(self._connection, {"case": case})


def _verdict(row: AnyRow) -> Verdict:
    return Verdict(
        attitude=Rating(row.attitude) if row.attitude else None,
        result=Rating(row.result) if row.result else None,
        delivery=Delivery(row.delivery) if row.delivery else None,
    )
