"""Working days with the official holidays and make-up days (调休) of the People's Republic of China.

The first working day is the one after; a limit ends when its last working day ends, local time. The calendar is
``data/holidays.toml``, taken from the ``holidays`` library, which follows the yearly notices of the State Council
(国务院办公厅关于节假日安排的通知), and what the office entered itself (``files.calendar``), which leads.
A year whose notice neither knows is not guessed at: there Monday to Friday count, and whoever shows a limit that
reaches into such a year says so (:meth:`WorkingDays.unknown_year`).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

TABLE: Final = Path(__file__).parent / "data" / "holidays.toml"
_SATURDAY = 5
_DAYS_OFF_OF_A_NOTICE = 10
"""A notice has thirteen or more; a year of which the office entered fewer is not known by these."""

Entered: TypeAlias = frozenset[tuple[date, bool]]
"""Days, each with whether it is a working day."""
NONE_ENTERED: Final[Entered] = frozenset()


class WorkingDays:
    """The working-day clock of one time zone."""

    def __init__(self, timezone: str, entered: Entered = NONE_ENTERED) -> None:
        self._timezone = ZoneInfo(timezone)
        published = _published()
        off = Counter(day.year for day, works in entered if not works)
        added = {year for year, days in off.items() if days >= _DAYS_OFF_OF_A_NOTICE}
        self.known_years = frozenset({*published, *added})
        """The years whose holidays and make-up days were published and are known here."""
        self._differing = dict.fromkeys((day for days in published.values() for day in days["off"]), False)
        self._differing |= dict.fromkeys((day for days in published.values() for day in days["worked"]), True)
        self._differing |= dict(entered)

    def is_working_day(self, day: date) -> bool:
        return self._differing.get(day, day.weekday() < _SATURDAY)

    def unknown_year(self, start: date, end: date) -> int | None:
        """The first year from one day to the other that has no published calendar; None where all have."""
        return next((year for year in range(start.year, end.year + 1) if year not in self.known_years), None)

    def limit(self, start: datetime, days: int) -> datetime:
        """When a limit of that many working days from ``start`` ends (UTC). Nought days end with the same day."""
        return self.end_of(self.day_after(self.local_day(start), days))

    def day_after(self, start: date, days: int) -> date:
        """The last day of a limit of that many working days."""
        return _day_after(self, start, days)

    def earlier(self, end: date, days: int) -> date:
        """The working day that is so many working days earlier."""
        day = end
        while days > 0:
            day -= timedelta(days=1)
            days -= self.is_working_day(day)
        return day

    def count(self, start: date, end: date) -> int:
        """The working days after ``start``, up to ``end`` and with it; nought where ``end`` is not after ``start``."""
        return _count(self, start, end)

    def after_pause(self, limit: datetime, since: datetime, until: datetime) -> datetime:
        """A limit moved by a pause: by its working days, or to the minute where the limit is one of hours."""
        last = self.last_day(limit)
        if limit != self.end_of(last):
            return limit + (until - since)
        return self.end_of(self.day_after(last, self.count(self.local_day(since), self.last_day(until))))

    def end_of(self, day: date) -> datetime:
        """The moment that local day ends, as UTC."""
        return _end_of(self._timezone, day)

    def last_day(self, limit: datetime) -> date:
        """The local day at whose end that limit falls."""
        return (limit.astimezone(self._timezone) - timedelta(microseconds=1)).date()

    def local_day(self, moment: datetime) -> date:
        """The day it is then where the stations are."""
        return moment.astimezone(self._timezone).date()


@lru_cache(maxsize=1)
def _published() -> dict[int, dict[str, list[date]]]:
    """By year, the days that are not what their weekday says."""
    return {int(year): days for year, days in tomllib.loads(TABLE.read_text("utf-8")).items()}


@lru_cache(maxsize=512)
def _end_of(timezone: ZoneInfo, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), timezone).astimezone(UTC)


@lru_cache(maxsize=512)
def _day_after(calendar: WorkingDays, start: date, days: int) -> date:
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


@lru_cache(maxsize=2048)
def _count(calendar: WorkingDays, start: date, end: date) -> int:
    days = (start + timedelta(days=ahead) for ahead in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


@lru_cache(maxsize=8)
def working_days(timezone: str, entered: Entered = NONE_ENTERED) -> WorkingDays:
    """The calendar of that IANA time zone, with the days that the office entered; made once."""
    return WorkingDays(timezone, entered)
