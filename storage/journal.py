"""What happened to the cases, and stays so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select

from liaisonbot.model import JournalEntry
from liaisonbot.vocabulary import Outcome, Role, RoutingRule, Stage
from storage.finding import SqlFinding
from storage.ready import Ready
from storage.schema import journal
from storage.sealed import new_salt
from storage.statements import AnyRow, plain

_ADD: Final = Ready(insert(journal))
_ENTRIES: Final = select(
    journal.c.id,
    journal.c.case_number,
    journal.c.at,
    journal.c.by_role,
    journal.c.event,
    journal.c.from_stage,
    journal.c.to_stage,
    journal.c.outcome,
    journal.c.note,
    journal.c.deputy_id,
    journal.c.rule,
    journal.c.person_id,
    journal.c.details,
)
_OF_CASE: Final = Ready(_ENTRIES.where(journal.c.case_number == bindparam("number")).order_by(journal.c.id))
# By time: ordered by the key, SQLite would read the whole journal from its beginning.
_CASES_OF: Final = Ready(
    select(journal.c.case_number).where(
        journal.c.person_id == bindparam("person"),
        journal.c.event == bindparam("wanted"),
        journal.c.at >= bindparam("moment"),
    )
)
_SINCE: Final = _ENTRIES.where(journal.c.at >= bindparam("moment"), journal.c.event == bindparam("wanted")).order_by(
    journal.c.at, journal.c.id
)


class SqlJournal:
    """See ``ports.Journal``."""

    def __init__(self, connection: Connection, finding: SqlFinding) -> None:
        self._connection = connection
        self._finding = finding

    def add(
        self,
        case: int,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        event: str,
        from_stage: Stage | None,
        to_stage: Stage,
        outcome: Outcome | None = None,
        note: str | None = None,
        deputy_id: int | None = None,
        rule: RoutingRule | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        values = {
            "case_number": case,
            "at": at,
            "by_role": str(by),
            "person_id": person_id,
            "event": plain(event),
            "from_stage": plain(from_stage),
            "to_stage": str(to_stage),
            "outcome": plain(outcome),
            "note": note,
            "details": dict(details or {}),
            "deputy_id": deputy_id,
            "rule": plain(rule),
            "salt": new_salt(note, details),
        }
        _ADD.run(self._connection, values)
        self._finding.owe(case)  # also what moves or is sorted is found by something else now

    def since(self, event: str, moment: datetime) -> list[JournalEntry]:
        return [_entry(row) for row in self._connection.execute(_SINCE, {"wanted": plain(event), "moment": moment})]

    def cases_of(self, person_id: int, event: str, moment: datetime) -> frozenset[int]:
        wanted = {"person": person_id, "wanted": plain(event), "moment": moment}
        return frozenset(_CASES_OF.scalars(self._connection, wanted))

    def of_case(self, case: int) -> list[JournalEntry]:
        return [_entry(row) for row in _OF_CASE.all(self._connection, {"number": case})]


def _entry(row: AnyRow) -> JournalEntry:
    return JournalEntry(
        id=row.id,
        case=row.case_number,
        at=row.at,
        by=Role(row.by_role),
        event=row.event,
        from_stage=Stage(row.from_stage) if row.from_stage else None,
        to_stage=Stage(row.to_stage),
        outcome=Outcome(row.outcome) if row.outcome else None,
        note=row.note,
        deputy_id=row.deputy_id,
        rule=RoutingRule(row.rule) if row.rule else None,
        person_id=row.person_id,
        details=row.details,
    )
