"""Time limits by name, as ``data/presets.toml`` lists them, and which of them hold for a case.

A key ``cases.*_days`` that somebody wrote into the configuration leads; then the preset of the case's category
(``cases.preset_by_category``); then ``cases.preset``.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from liaisonbot.settings import CaseSettings
from liaisonbot.working_days import WorkingDays


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"


class Part(StrEnum):
    """What a limit is for; see the head of ``data/presets.toml``."""

    ACCEPT = "accept"
    MEDIATION = "mediation"
    REPLY = "reply"
    EXTENDED = "extended"
    RATING = "rating"
    CHECK = "check"


_WRITTEN: Final[Mapping[Part, str]] = {
    Part.ACCEPT: "accept_days",
    Part.MEDIATION: "mediation_days",
    Part.REPLY: "reply_days",
    Part.RATING: "rating_days",
    Part.CHECK: "follow_up_check_days",
}
"""The key of the configuration that leads over the presets."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many working days, days, months, or hours."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS

    @classmethod
    def read(cls, text: str) -> Limit:
        amount, unit = text.split()
        return cls(int(amount), Unit(unit))

    def ends(self, days: WorkingDays, start: datetime) -> datetime:
        """When it is over (UTC): with the end of its last day, hours to the minute."""
        match self.unit:
            case Unit.WORKING_DAYS:
                return days.limit(start, self.amount)
            case Unit.DAYS:
                return days.end_of(days.local_day(start) + timedelta(days=self.amount))
            case Unit.MONTHS:
                return days.end_of(_months_after(days.local_day(start), self.amount))
            case Unit.HOURS:
                return start + timedelta(hours=self.amount)


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Preset:
    """Limits by name, with where they come from."""

    key: str
    zh: str
    en: str
    source: str
    limits: Mapping[Part, Limit]
    by_category: Mapping[str, Mapping[Part, Limit]]

    def limit(self, part: Part, category: str) -> Limit:
        return self.by_category.get(category, {}).get(part) or self.limits[part]


def _limits(row: Mapping[str, Any]) -> Mapping[Part, Limit]:
    return MappingProxyType({part: Limit.read(row[part]) for part in Part if part in row})


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name."""
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "presets.toml").read_text("utf-8"))
    return {
        key: Preset(
            key,
            row["zh"],
            row["en"],
            row["source"],
            _limits(row),
            {category: _limits(special) for category, special in row.get("category", {}).items()},
        )
        for key, row in raw.items()
    }


def limit(settings: CaseSettings, part: Part, category: str) -> Limit:
    """The limit that holds for a case of that category."""
    written = _WRITTEN.get(part)
    if written in settings.model_fields_set:
        return Limit(getattr(settings, written))
    name = settings.preset_by_category.get(category, settings.preset)
    return presets()[name].limit(part, category)
