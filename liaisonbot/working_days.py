"""Working days with the official holidays and make-up days (调休) of the People's Republic of China.

The first working day is the one after; a limit ends when its last working day ends, local time. The calendar is that
of the ``holidays`` library, which follows the yearly notices of the State Council (国务院办公厅关于节假日安排的通知),
and of what the office entered itself (``files.calendar``), which leads.
A year whose notice neither knows is not guessed at: there Monday to Friday count, and whoever shows a limit that
reaches into such a year says so (:meth:`WorkingDays.unknown_year`).
"""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo


def _china_alone() -> ModuleType:
    """The library's module of China, without those of 260 other countries: its package loads them all, 9 MB."""
    package, module = "holidays.countries", "holidays.countries.china"
    spec = None if package in sys.modules else find_spec(package)
    if spec is None:
        return importlib.import_module(module)
    sys.modules[package] = module_from_spec(spec)  # knows where its modules stand, and has not been run
    try:
        return importlib.import_module(module)
    finally:
        del sys.modules[package]  # whoever asks for the package gets it as it is


_CHINA: Final = _china_alone()
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
        self._entered = dict(entered)
        self._noticed = _years_with_a_notice()
        off = Counter(day.year for day, works in entered if not works)
        added = {year for year, days in off.items() if days >= _DAYS_OFF_OF_A_NOTICE}
        self.known_years = frozenset({*self._noticed, *added})
        """The years whose holidays and make-up days were published and are known here."""
        # All at once: a make-up day can stand in the notice for the year after.
        self._calendar = _CHINA.China(years=self._noticed)

    def is_working_day(self, day: date) -> bool:
        entered = self._entered.get(day)
        if entered is not None:
            return entered
        if day.year not in self._noticed:
            return day.weekday() < _SATURDAY
        return bool(self._calendar.is_working_day(day))

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
        return datetime.combine(day + timedelta(days=1), time(), self._timezone).astimezone(UTC)

    def last_day(self, limit: datetime) -> date:
        """The local day at whose end that limit falls."""
        return (limit.astimezone(self._timezone) - timedelta(microseconds=1)).date()

    def local_day(self, moment: datetime) -> date:
        """The day it is then where the stations are."""
        return moment.astimezone(self._timezone).date()


def _years_with_a_notice() -> range:
    years = _CHINA.ChinaStaticHolidays.special_public_holidays
    return range(min(years), max(years) + 1)


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
