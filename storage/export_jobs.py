"""Files that are asked for in the chat: see ``liaisonbot/exporting.py``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from liaisonbot.exporting import WAKE_UP, ExportJob, JobState
from storage import wakeups
from storage.schema import export_jobs
from storage.statements import AnyRow

_ALL: Final = select(export_jobs).order_by(export_jobs.c.id)


class SqlExportJobs:
    """See ``ports.ExportJobs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        what: str,
        first: date | None,
        last: date | None,
        format: str,
        personal: bool,
        station_ids: Collection[int] | None,
        message_id: int | None,
        now: datetime,
    ) -> ExportJob:
        values = {
            "person_id": person_id,
            "chat_id": chat_id,
            "language": language,
            "what": what,
            "first": first,
            "last": last,
            "format": format,
            "personal": personal,
            "station_ids": None if station_ids is None else sorted(station_ids),
            "state": JobState.WAITING.value,
            "message_id": message_id,
            "asked_at": now,
        }
        row = self._connection.execute(insert(export_jobs).returning(*export_jobs.c), values).one()
        wakeups.notify(self._connection, WAKE_UP)
        return _job(row)

    def get(self, job: int) -> ExportJob | None:
        return self._first(export_jobs.c.id == job)

    def of(self, person_id: int) -> ExportJob | None:
        return self._first(export_jobs.c.person_id == person_id)

    def next(self) -> ExportJob | None:
        return self._first(export_jobs.c.state == JobState.WAITING.value)

    def before(self, job: int) -> int:
        statement = (
            select(func.count())
            .select_from(export_jobs)
            .where(export_jobs.c.id < job, export_jobs.c.state != JobState.MADE.value)
        )
        return int(self._connection.execute(statement).scalar_one())

    def update(self, job: int, **changes: Any) -> None:
        if changes:
            self._connection.execute(update(export_jobs).where(export_jobs.c.id == job).values(**changes))

    def start_over(self) -> None:
        again = update(export_jobs).where(export_jobs.c.state == JobState.RUNNING.value)
        self._connection.execute(again.values(state=JobState.WAITING.value))

    def remove(self, job: int) -> None:
        self._connection.execute(delete(export_jobs).where(export_jobs.c.id == job))

    def _first(self, condition: Any) -> ExportJob | None:
        row = self._connection.execute(_ALL.where(condition).limit(1)).first()
        return None if row is None else _job(row)


def _job(row: AnyRow) -> ExportJob:
    values = dict(row._mapping)
    stations = values.pop("station_ids")
    state = JobState(values.pop("state"))
    return ExportJob(**values, state=state, station_ids=None if stations is None else tuple(stations))
