"""Reports to voters, and what of the cases stands in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from liaisonbot.vocabulary import Outcome, Rating
from liaisonbot.voter_reports import CaseCount, ReportState, VoterReport
from storage.ready import Ready
from storage.schema import cases
from storage.schema.duty import voter_reports

_REPORT: Final = tuple(voter_reports.c[name] for name in VoterReport.__dataclass_fields__)
_one = select(*_REPORT).where(voter_reports.c.id == bindparam("wanted"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_OF_POLL: Final = Ready(select(*_REPORT).where(voter_reports.c.poll_number == bindparam("poll")))
_OF_DEPUTY: Final = Ready(
    select(*_REPORT).where(voter_reports.c.deputy_id == bindparam("deputy")).order_by(voter_reports.c.id.desc())
)
_CASES: Final = Ready(
    select(cases.c.outcome, cases.c.result, func.count().label("n"))
    .where(
        cases.c.deputy_id == bindparam("deputy"),
        cases.c.created_at >= bindparam("since", type_=cases.c.created_at.type),
        cases.c.created_at < bindparam("until", type_=cases.c.created_at.type),
    )
    .group_by(cases.c.outcome, cases.c.result)
)


class SqlVoterReports:
    """See ``ports.VoterReports``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, deputy_id: int, first: date, last: date, text: str, person_id: int | None, now: datetime
    ) -> VoterReport:
        values = {
            "deputy_id": deputy_id,
            "first": first,
            "last": last,
            "text": text,
            "state": ReportState.DRAFT.value,
            "person_id": person_id,
            "made_at": now,
        }
        return _report(self._connection.execute(insert(voter_reports).returning(*_REPORT), values).one())

    def get(self, report_id: int, *, lock: bool = False) -> VoterReport | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"wanted": report_id})
        return None if row is None else _report(row)

    def update(self, report_id: int, **changes: Any) -> VoterReport:
        if "state" in changes:
            changes["state"] = changes["state"].value
        this = update(voter_reports).where(voter_reports.c.id == report_id).values(**changes)
        return _report(self._connection.execute(this.returning(*_REPORT)).one())

    def remove(self, report_id: int) -> None:
        self._connection.execute(delete(voter_reports).where(voter_reports.c.id == report_id))

    def of_poll(self, number: int) -> VoterReport | None:
        row = _OF_POLL.first(self._connection, {"poll": number})
        return None if row is None else _report(row)

    def of_deputy(self, deputy_id: int) -> list[VoterReport]:
        return [_report(row) for row in _OF_DEPUTY.all(self._connection, {"deputy": deputy_id})]

    def cases(self, deputy_id: int, since: datetime, until: datetime) -> list[CaseCount]:
        span = {"deputy": deputy_id, "since": since, "until": until}
        return [
            CaseCount(
                Outcome(row.outcome) if row.outcome is not None else None,
                Rating(row.result) if row.result is not None else None,
                row.n,
            )
            for row in _CASES.all(self._connection, span)
        ]


def _report(row: Any) -> VoterReport:
    id_, deputy_id, first, last, text, state, *others = row
    return VoterReport(id_, deputy_id, first, last, text, ReportState(state), *others)
