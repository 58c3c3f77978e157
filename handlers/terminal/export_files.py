"""The files of ``bot.py export`` and of ``/export``: what is read for each, and how it is written.

Rows are written as they are read: memory does not grow with their number. Cases and duty logs, of which there may be
very many, are read in looks of a page each (``storage.looks``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from liaisonbot import scoring
from liaisonbot.model import Actor
from liaisonbot.reports import tables
from liaisonbot.reports.case_files import CASES
from liaisonbot.reports.duty_files import DUTY
from liaisonbot.reports.poll_files import BALLOTS, POLLS
from liaisonbot.reports.tables import Reader, Row, Table
from liaisonbot.services import accused, scores
from liaisonbot.vocabulary import Role
from storage.duty_export import count_duty, read_duty
from storage.export import count_cases, read_cases
from storage.looks import let_go
from storage.poll_export import count_polls, read_ballots, read_polls
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, and how much of them."""

    what: str
    """``cases``, ``duty``, ``polls`` or ``ballots``."""
    zone: ZoneInfo
    first: date | None = None
    end: date | None = None
    """The first day that does not belong to it any more."""
    stations: Collection[int] | None = None
    """Of these stations only; None: of all, and of none."""
    reader: int | None = None
    """The person who gets it: cases of their own are left out."""
    personal: bool = False
    """With what people gave of themselves, and with the numbers among their words."""
    drafts: bool = True
    """With what a deputy has not filed yet."""
    scoring: str = ""
    """The rule by which duty logs are scored."""

    @property
    def moments(self) -> dict[str, Any]:
        """The window in UTC: its days begin at midnight where the office is."""
        return {"since": self._midnight(self.first), "until": self._midnight(self.end)}

    def _midnight(self, day: date | None) -> datetime | None:
        try:
            return None if day is None else datetime.combine(day, time.min, self.zone).astimezone(UTC)
        except OverflowError:  # the calendar's first day began before UTC has one
            return datetime.min.replace(tzinfo=UTC)


def _cases(uow: SqlUnitOfWork, wanted: Wanted) -> Iterable[Row]:
    found = read_cases(
        uow.connection,
        **wanted.moments,
        stations=wanted.stations,
        reader=wanted.reader,
        personal=wanted.personal,
        between_pages=let_go,
    )
    kept = _kept_from(uow, wanted)
    return (row for row in found if row["number"] not in kept) if kept else found


def _kept_from(uow: SqlUnitOfWork, wanted: Wanted) -> frozenset[int]:
    """What accuses the reader."""
    person = uow.people.get(wanted.reader) if wanted.reader is not None else None
    if person is None or person.telegram_id is None or wanted.stations is None:
        return frozenset()
    entries = {entry.role: entry for entry in uow.roster.of(person.telegram_id, None)}
    return accused.numbers(uow, Actor(person, deputy=entries.get(Role.DEPUTY), staff=entries.get(Role.STAFF)))


def _duty(uow: SqlUnitOfWork, wanted: Wanted) -> Iterable[Row]:
    points = scores.points_of(uow, scoring.rules()[wanted.scoring])
    return read_duty(uow.connection, points, **_days(wanted), between_pages=let_go)


def _days(wanted: Wanted) -> dict[str, Any]:
    return {"since": wanted.first, "until": wanted.end, "stations": wanted.stations, "drafts": wanted.drafts}


def _polls(uow: SqlUnitOfWork, wanted: Wanted) -> Iterable[Row]:
    return read_polls(uow.connection, **wanted.moments, stations=wanted.stations)


def _ballots(uow: SqlUnitOfWork, wanted: Wanted) -> Iterable[Row]:
    return read_ballots(uow.connection, secrets.token_bytes(32), **wanted.moments)


@dataclass(frozen=True, slots=True)
class _Source:
    table: Table
    read: Callable[[SqlUnitOfWork, Wanted], Iterable[Row]]
    count: Callable[[SqlUnitOfWork, Wanted], int] | None = None


SOURCES: Final[Mapping[str, _Source]] = {
    "cases": _Source(
        CASES,
        _cases,
        lambda uow, wanted: count_cases(
            uow.connection, **wanted.moments, stations=wanted.stations, reader=wanted.reader
        ),
    ),
    "duty": _Source(
        DUTY,
        _duty,
        lambda uow, wanted: count_duty(uow.connection, **_days(wanted)),
    ),
    "polls": _Source(
        POLLS,
        _polls,
        lambda uow, wanted: count_polls(uow.connection, **wanted.moments, stations=wanted.stations),
    ),
    "ballots": _Source(BALLOTS, _ballots),
}


def count(uow: SqlUnitOfWork, wanted: Wanted) -> int:
    """How many rows there will be."""
    counted = SOURCES[wanted.what].count
    return counted(uow, wanted) if counted else 0


def rows(uow: SqlUnitOfWork, wanted: Wanted) -> Iterator[Row]:
    """The rows, one after the other, with as much in them as was asked for."""
    source = SOURCES[wanted.what]
    for row in source.read(uow, wanted):
        yield row if wanted.personal else tables.withheld(source.table, row)


def write(
    wanted: Wanted,
    found: Iterable[Row],
    format: str,
    to: Path | BinaryIO,
    reader: Reader,
    *,
    workplace: Path | None = None,
) -> int:
    """Write them; how many there were. A workbook needs a path. Raises TooManyForASheet."""
    table = SOURCES[wanted.what].table
    table = table if wanted.personal else table.without_personal()
    if isinstance(to, Path):
        if format == "xlsx":
            return tables.write_xlsx(table, found, to, reader, workplace=workplace)
        with to.open("wb") as file:
            return write(wanted, found, format, file, reader)
    if format == "csv":
        return tables.write_csv(table, found, to, reader)
    return tables.write_jsonl(found, to)
