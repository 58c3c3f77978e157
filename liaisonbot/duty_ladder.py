"""The ladder of reminders to file in the duty log, and its times. Values only; what is due stands in the database.

All times are said in local hours: where summer time skips the hour it is the one after, where an hour comes twice it
counts once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from liaisonbot.duty import Period
from liaisonbot.settings import DutySettings

_LOOK_BACK: Final = tuple(timedelta(hours=hours) for hours in (1, 25, 8 * 24, 32 * 24, 367 * 24))
"""How far back the last fire time is sought, step by step: few that lie in between are gone through."""


class Tells(StrEnum):
    """Who hears of it."""

    DEPUTY = "deputy"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Rung:
    """A row of ``data/duty_ladder.toml``."""

    key: str
    tells: Tells
    days: str
    in_month: bool
    lasts: int

    def after(self, settings: DutySettings) -> timedelta:
        """How long after the first rung it is due."""
        return timedelta(days=getattr(settings, self.days)) if self.days else timedelta()

    def day(self, settings: DutySettings, month: date, base: date) -> date | None:
        """The day on which it is due where the first one is due on ``base``; None: that month has no room for it."""
        due, end = base + self.after(settings), last_of(month)
        if not self.in_month or due <= end:
            return due
        return end if self.days and base < end else None

    def ends(self, month: date) -> date:
        """The last day on which it is owed."""
        return last_of(month) + timedelta(days=self.lasts)


def _read() -> Mapping[str, Rung]:
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "duty_ladder.toml").read_text("utf-8"))
    return MappingProxyType({key: Rung(key, **{**row, "tells": Tells(row["tells"])}) for key, row in raw.items()})


RUNGS: Final[Mapping[str, Rung]] = _read()
"""By key, the lowest first."""
FIRST: Final = next(iter(RUNGS))
TO_DEPUTIES: Final = tuple(rung.key for rung in RUNGS.values() if rung.tells is Tells.DEPUTY)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    return Period.MONTH.around(month)[1]


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """That local hour as a moment, in UTC."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Fire:
    """A time at which deputies are looked through, in the local hours of the stations."""

    at: datetime
    """With the stations' zone."""

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def hour(self) -> time:
        return self.at.time()

    @property
    def name(self) -> str:
        """The same for both where the hour comes twice."""
        return f"{self.at:%Y-%m-%dT%H%M}"


@dataclass(slots=True)
class Schedule:
    """When a cron text fires. What was computed last is kept: as long as no fire time passes nothing is computed."""

    cron: str
    zone: ZoneInfo
    _last: Fire | None = None
    _from: datetime | None = None
    _until: datetime | None = None
    _trigger: Any = field(default=None, repr=False)

    def last(self, now: datetime) -> Fire | None:
        """The newest fire time that is not in the future; None where there was none within a year."""
        if self._from is None or not (self._from <= now and (self._until is None or now < self._until)):
            found = next((fires for back in _LOOK_BACK if (fires := list(self._between(now - back, now)))), [])
            at = found[-1] if found else None
            self._last, self._from = Fire(at.astimezone(self.zone)) if at else None, at or now
            self._until = self._next(now)
        return self._last

    def following(self, now: datetime) -> datetime | None:
        """The next fire time (UTC) after that moment."""
        return self._next(now)

    def _between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        at = self._next(first)
        while at is not None and at <= last:
            yield at
            at = self._next(at)

    def _next(self, after: datetime) -> datetime | None:
        if self._trigger is None:
            from apscheduler.triggers.cron import CronTrigger  # it takes its time to import

            self._trigger = CronTrigger.from_crontab(self.cron, timezone=self.zone)
        found = self._trigger.get_next_fire_time(None, after.astimezone(UTC) + timedelta(microseconds=1))
        return None if found is None else found.astimezone(UTC)


@cache
def schedule(cron: str, zone: ZoneInfo) -> Schedule:
    return Schedule(cron, zone)
