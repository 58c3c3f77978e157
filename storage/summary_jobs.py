"""Summaries that are to be made: see ``liaisonbot/summaries.py``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, not_, or_, select, true, update

from liaisonbot.summaries import CHAT, EVERYBODYS, WAKE_UP, WHICH, SummaryJob, Whose, files_behind
from storage import wakeups
from storage.ready import Ready
from storage.schema.base import UtcDateTime
from storage.schema.summaries import summary_jobs
from storage.statements import AnyRow

_LOOKED_AT: Final = 300
_ALL: Final = select(*summary_jobs.c)
_WORDS: Final = or_(summary_jobs.c.what == CHAT, summary_jobs.c.what.startswith(f"{WHICH}:"))
_next: Final = (
    _ALL.where(
        or_(
            summary_jobs.c.scheduled == true(),
            summary_jobs.c.message_id.isnot(None),
            summary_jobs.c.asked_at <= bindparam("long_ago", type_=UtcDateTime()),
        )
    )
    # Who looks at the screen goes first; what is owed on a day comes when nobody does.
    .order_by(summary_jobs.c.scheduled, summary_jobs.c.id)
    .limit(1)
)
_NEXT: Final = {drawn: Ready(_next.where(not_(_WORDS) if drawn else _WORDS)) for drawn in (False, True)}
_OWED_AFTER: Final = Ready(
    _ALL.where(
        summary_jobs.c.scheduled == true(),
        summary_jobs.c.window == bindparam("window"),
        summary_jobs.c.id > bindparam("job"),
    )
    .order_by(summary_jobs.c.id)
    .limit(_LOOKED_AT)
)
_GET: Final = Ready(_ALL.where(summary_jobs.c.id == bindparam("job")))
_PATIENCE: Final = timedelta(seconds=5)
"""So long the message that says that it is being made may take to be there."""


class SqlSummaryJobs:
    """See ``ports.SummaryJobs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        window: str,
        whose: Whose = EVERYBODYS,
        station_ids: Collection[int] | None,
        what: str,
        now: datetime,
        scheduled: bool = False,
        message_id: int | None = None,
    ) -> SummaryJob:
        values = {
            "person_id": person_id,
            "chat_id": chat_id,
            "language": language,
            "window": window,
            "station_id": whose.station_id,
            "area_of": whose.area_of,
            "deputy_id": whose.deputy_id,
            "station_ids": None if station_ids is None else sorted(station_ids),
            "what": what,
            "scheduled": scheduled,
            "message_id": message_id,
            "asked_at": now,
        }
        row = self._connection.execute(insert(summary_jobs).returning(*summary_jobs.c), values).one()
        if scheduled or message_id is not None:
            wakeups.notify(self._connection, WAKE_UP)
        return _job(row)

    def get(self, job: int) -> SummaryJob | None:
        return _job_or_none(_GET.first(self._connection, {"job": job}))

    def next(self, now: datetime, *, drawn: bool = False) -> SummaryJob | None:
        return _job_or_none(_NEXT[drawn].first(self._connection, {"long_ago": now - _PATIENCE}))

    def owed_after(self, job: SummaryJob) -> list[SummaryJob]:
        rows = _OWED_AFTER.all(self._connection, {"job": job.id, "window": job.window})
        return [_job(row) for row in rows]

    def shown(self, job: int, message_id: int) -> None:
        changed = update(summary_jobs).where(summary_jobs.c.id == job).values(message_id=message_id)
        self._connection.execute(changed)
        wakeups.notify(self._connection, WAKE_UP)

    def left(self, job: int, forms: Sequence[str]) -> None:
        changed = update(summary_jobs).where(summary_jobs.c.id == job).values(what=files_behind(forms))
        self._connection.execute(changed)
        wakeups.notify(self._connection, WAKE_UP)

    def remove(self, job: int) -> bool:
        gone = delete(summary_jobs).where(summary_jobs.c.id == job).returning(summary_jobs.c.id)
        return self._connection.execute(gone).first() is not None


def _job_or_none(row: AnyRow | None) -> SummaryJob | None:
    return None if row is None else _job(row)


def _job(row: Any) -> SummaryJob:
    names = SummaryJob.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    stations = values.pop("station_ids")
    return SummaryJob(**values, station_ids=None if stations is None else tuple(stations))
