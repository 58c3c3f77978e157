"""Working days with the official holidays and make-up days (调休) of the People's Republic of China.

The first working day is the one after; a limit ends when its last working day ends, local time. The calendar is that
of the ``holidays`` library, which follows the yearly notices of the State Council (国务院办公厅关于节假日安排的通知).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays


class WorkingDays:
    """The working-day clock of one time zone."""

    def __init__(self, timezone: str) -> None:
        self._timezone = ZoneInfo(timezone)
        self._calendar = holidays.country_holidays("CN")

    def is_working_day(self, day: date) -> bool:
        return bool(self._calendar.is_working_day(day))

    def limit(self, start: datetime, days: int) -> datetime:
        """When a limit of that many working days from ``start`` ends (UTC). Nought days end with the same day."""
        return self.end_of(self.day_after(start.astimezone(self._timezone).date(), days))

    def day_after(self, start: date, days: int) -> date:
        """The last day of a limit of that many working days."""
        return _day_after(self, start, days)

    def between(self, start: datetime, end: datetime) -> int:
        """How many working days passed from one moment to the other: none on the same day."""
        first, last = (moment.astimezone(self._timezone).date() for moment in (start, end))
        days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def end_of(self, day: date) -> datetime:
        """The moment that local day ends, as UTC."""
        return datetime.combine(day + timedelta(days=1), time(), self._timezone).astimezone(UTC)

    def last_day(self, limit: datetime) -> date:
        """The local day at whose end that limit falls."""
        return (limit.astimezone(self._timezone) - timedelta(microseconds=1)).date()


@lru_cache(maxsize=512)
def _day_after(calendar: WorkingDays, start: date, days: int) -> date:
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


@cache
def working_days(timezone: str) -> WorkingDays:
    """The calendar of that IANA time zone; made once."""
    return WorkingDays(timezone)
