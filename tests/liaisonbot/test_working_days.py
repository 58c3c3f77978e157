"""The working-day clock against the published tables of holidays and make-up days."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs import holidays_table
from liaisonbot.working_days import TABLE, WorkingDays, working_days
from tests.support.source import ROOT

CALENDAR: Final = working_days("Asia/Shanghai")
NOTICES: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    (ROOT / "tests" / "data" / "china_working_days.toml").read_text("utf-8")
)
PUBLISHED: Final = [int(year) for year in NOTICES]
days = st.dates(date(min(PUBLISHED), 1, 1), date(max(PUBLISHED), 12, 31))


def worked(day: date) -> bool:
    """What the notice of that year says."""
    notice = NOTICES[str(day.year)]
    if any(first <= day <= last for first, last in notice["off"]):
        return False
    return day in notice["worked"] or day.weekday() < 5


@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_is_what_the_notice_says(year: int) -> None:
    """All of them, holidays, make-up days and plain weekends alike."""
    first = date(year, 1, 1)
    every = [first + timedelta(days=n) for n in range(366) if (first + timedelta(days=n)).year == year]

    assert [day for day in every if CALENDAR.is_working_day(day) != worked(day)] == []
    assert year in CALENDAR.known_years


def test_the_table_is_what_the_library_says() -> None:
    """A newer library that knows another year is noticed; ``make docs`` writes the table anew."""
    assert holidays_table.table() == TABLE.read_text("utf-8")


def test_the_running_program_does_without_the_library() -> None:
    """It takes 11 MB for that one table."""
    asked = "import sys, handlers.running; print([name for name in sys.modules if name.startswith('holidays')])"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["[]"]


@given(start=days, wanted=st.integers(0, 60))
def test_a_limit_is_so_many_published_working_days_later(start: date, wanted: int) -> None:
    """Between the start and the last day lie exactly so many working days, the last one being one of them."""
    last = CALENDAR.day_after(start, wanted)
    if last.year > max(PUBLISHED):
        return
    passed = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]

    assert sum(map(worked, passed)) == wanted == CALENDAR.count(start, last)
    assert last == start if wanted == 0 else worked(last)


@given(start=days, wanted=st.integers(0, 40), hour=st.integers(0, 23))
def test_a_limit_ends_with_its_last_day(start: date, wanted: int, hour: int) -> None:
    """At midnight where the stations are, whatever hour it began; the day is found again from the moment."""
    begun = datetime(start.year, start.month, start.day, hour, tzinfo=UTC) - timedelta(hours=8)
    limit = CALENDAR.limit(begun, wanted)

    assert CALENDAR.local_day(begun) == start
    assert CALENDAR.last_day(limit) == CALENDAR.day_after(start, wanted)
    assert limit.astimezone(UTC).hour == 16


@given(end=days, wanted=st.integers(0, 40))
def test_the_way_back_is_the_way_there(end: date, wanted: int) -> None:
    """From a working day so many working days back, and so many forth again."""
    if not worked(end):
        return
    start = CALENDAR.earlier(end, wanted)

    assert CALENDAR.is_working_day(start)
    assert CALENDAR.day_after(start, wanted) == end


def test_a_year_without_a_notice_is_not_guessed() -> None:
    """Monday to Friday count there, holidays that everybody expects included; and the year can be named."""
    year = max(CALENDAR.known_years) + 1
    october = date(year, 10, 1)
    while october.weekday() > 4:
        october += timedelta(days=1)

    assert CALENDAR.is_working_day(october)
    assert CALENDAR.unknown_year(date(year - 1, 12, 30), date(year, 1, 5)) == year
    assert CALENDAR.unknown_year(date(year - 1, 1, 1), date(year - 1, 12, 31)) is None


def test_make_up_days_of_a_year_that_stand_in_the_next_notice_are_known() -> None:
    """Saturday, 31 December 2011, was worked for New Year's Day 2012."""
    assert CALENDAR.is_working_day(date(2011, 12, 31))


def test_what_the_office_entered_leads_and_makes_a_year_known() -> None:
    """Days off and make-up days of a year the program does not know; a few of them are no calendar yet."""
    year = max(CALENDAR.known_years) + 1
    off = frozenset((date(year, 2, day), False) for day in range(1, 11))
    make_up = date(year, 2, 14) + timedelta(days=(5 - date(year, 2, 14).weekday()) % 7)
    entered = WorkingDays("Asia/Shanghai", off | {(make_up, True)})

    assert make_up.weekday() == 5
    assert entered.is_working_day(make_up)
    assert not any(entered.is_working_day(day) for day, _ in off)
    assert entered.unknown_year(date(year, 1, 1), date(year, 12, 31)) is None
    few = WorkingDays("Asia/Shanghai", frozenset(list(off)[:3]))
    assert few.unknown_year(date(year, 1, 1), date(year, 12, 31)) == year
    local = WorkingDays("Asia/Shanghai", frozenset({(date(2026, 11, 25), False)}))
    assert not local.is_working_day(date(2026, 11, 25))
    assert local.known_years == CALENDAR.known_years


@pytest.mark.parametrize("hour", [0, 8, 15, 16, 23])
def test_the_day_is_counted_in_local_time_across_midnight(hour: int) -> None:
    """16:00 UTC is midnight in Shanghai: what comes a second before it and a second after are a day apart."""
    before = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    after = before + timedelta(seconds=1)
    assert CALENDAR.limit(after, 2) - CALENDAR.limit(before, 2) == timedelta(days=1)
    moment = datetime(2026, 11, 23, hour, tzinfo=UTC)
    assert CALENDAR.last_day(CALENDAR.limit(moment, 0)) == CALENDAR.local_day(moment)
