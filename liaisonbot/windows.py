"""Parts of the calendar by name: a week (ISO 8601), a month, two months, a quarter, a year, or any span of days.

Days are where the stations are; both ends belong to a window. Pure: what day it is, the caller says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self


class WindowKind(StrEnum):
    """What part of the calendar a window is."""

    WEEK = "week"
    MONTH = "month"
    TWO_MONTHS = "two_months"
    QUARTER = "quarter"
    YEAR = "year"
    SPAN = "span"


_MONTHS: Final = {WindowKind.MONTH: 1, WindowKind.TWO_MONTHS: 2, WindowKind.QUARTER: 3, WindowKind.YEAR: 12}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the calendar, from its first to its last day."""

    kind: WindowKind
    first: date
    last: date

    @classmethod
    def around(cls, kind: WindowKind, day: date) -> Self:
        """The week, month … that day is in. Raises ValueError for a span, which is around nothing in particular."""
        if kind is WindowKind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
        if kind is WindowKind.SPAN:
            raise ValueError("a span has two ends")
        length = _MONTHS[kind]
        month = (day.month - 1) // length * length + 1
        first = date(day.year, month, 1)
        following = date(day.year + (month + length > 12), (month + length - 1) % 12 + 1, 1)
        return cls(kind, first, following - _DAY)

    @classmethod
    def span(cls, first: date, last: date) -> Self:
        """From one day to another. Raises ValueError if it ends before it begins."""
        if last < first:
            raise ValueError("it ends before it begins")
        return cls(WindowKind.SPAN, first, last)

    @classmethod
    def whole(cls, first: date, last: date) -> Self:
        """From one day to another, as the week, month … that this is, where it is one."""
        kinds = (kind for kind in WindowKind if kind is not WindowKind.SPAN)
        found = (cls.around(kind, first) for kind in kinds)
        return next((each for each in found if (each.first, each.last) == (first, last)), cls.span(first, last))

    @property
    def label(self) -> str:
        """Its name, which :func:`read` understands: 2026-W47, 2026-11, 2026-11/12, 2026-Q4, 2026, or both days."""
        year, month = self.first.year, self.first.month
        match self.kind:
            case WindowKind.WEEK:
                named = self.first.isocalendar()
                return f"{named.year}-W{named.week:02}"
            case WindowKind.MONTH:
                return f"{year}-{month:02}"
            case WindowKind.TWO_MONTHS:
                return f"{year}-{month:02}/{month + 1:02}"
            case WindowKind.QUARTER:
                return f"{year}-Q{(month + 2) // 3}"
            case WindowKind.YEAR:
                return f"{year}"
            case WindowKind.SPAN:
                return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def previous(self) -> Self:
        """The one before it, of the same kind; of a span, as many days."""
        if self.kind is WindowKind.SPAN:
            return type(self)(self.kind, self.first - (self.last - self.first) - _DAY, self.first - _DAY)
        return type(self).around(self.kind, self.first - _DAY)

    def following(self) -> Self:
        """The one after it."""
        if self.kind is WindowKind.SPAN:
            return type(self)(self.kind, self.last + _DAY, self.last + (self.last - self.first) + _DAY)
        return type(self).around(self.kind, self.last + _DAY)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def last_week(today: date) -> Window:
    """The last one that is over."""
    return Window.around(WindowKind.WEEK, today).previous()


def read(words: str) -> Window | None:
    """The window that these words name, in its own spelling or as people write it; None: they name none."""
    for pattern, make in _FORMS:
        found = pattern.fullmatch(_plain(words))
        if found:
            try:
                return make(found)
            except ValueError:  # a month, a week or a day that the calendar does not have
                return None
    return None


def looks_like_one(words: str) -> bool:
    """Whether it is written like one; such as a 60th week, which ``read`` does not find."""
    return any(pattern.fullmatch(_plain(words)) for pattern, _ in _FORMS)


def _plain(words: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).upper()


_CHINESE: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


def _quarter(found: re.Match[str]) -> Window:
    number = _CHINESE.get(found[2]) or int(found[2])
    return Window.around(WindowKind.QUARTER, date(int(found[1]), number * 3, 1))


def _two_months(found: re.Match[str]) -> Window:
    first, second = int(found[2]), int(found[3])
    if first % 2 == 0 or second != first + 1:
        raise ValueError("two months begin with an odd one")
    return Window.around(WindowKind.TWO_MONTHS, date(int(found[1]), first, 1))


_YEAR: Final = r"(20\d\d)"
_DATE: Final = rf"{_YEAR}-(\d\d?)-(\d\d?)"
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Window]], ...]] = (
    (
        re.compile(rf"{_YEAR}(?:-?W|年?第)(\d\d?)周?"),
        lambda found: Window.around(WindowKind.WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1)),
    ),
    (re.compile(rf"{_YEAR}(?:-?Q|年?第?)([1-4一二三四])(?:季度)"), _quarter),
    (re.compile(rf"{_YEAR}-?Q(\d)"), _quarter),
    (re.compile(rf"{_YEAR}[-年](\d\d?)[/-](\d\d?)月?"), _two_months),
    (
        re.compile(rf"{_YEAR}(?:-|年)(\d\d?)月?"),
        lambda found: Window.around(WindowKind.MONTH, date(int(found[1]), int(found[2]), 1)),
    ),
    (re.compile(rf"{_YEAR}年?"), lambda found: Window.around(WindowKind.YEAR, date(int(found[1]), 1, 1))),
    (
        re.compile(rf"{_DATE}(?:/|~|至|到|—|–|-|TO|\.\.)?{_DATE}"),
        lambda found: Window.span(
            date(int(found[1]), int(found[2]), int(found[3])), date(int(found[4]), int(found[5]), int(found[6]))
        ),
    ),
)
