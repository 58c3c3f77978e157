"""Parts of the calendar by name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import windows
from liaisonbot.windows import Window, WindowKind

DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
KINDS = [kind for kind in WindowKind if kind is not WindowKind.SPAN]


@given(kind=st.sampled_from(KINDS), day=DAYS)
def test_windows_of_a_kind_follow_each_other(kind: WindowKind, day: date) -> None:
    """No day is in two of them, none in none; each is known by its name."""
    window = Window.around(kind, day)
    assert day in window
    assert window.following().first == window.last + timedelta(days=1)
    assert window.following().previous() == window
    assert window.previous().last == window.first - timedelta(days=1)
    assert windows.read(window.label) == window


@given(first=DAYS, days=st.integers(0, 400))
def test_a_span_is_as_long_as_the_one_before(first: date, days: int) -> None:
    """So that they can be compared."""
    window = Window.span(first, first + timedelta(days=days))
    assert windows.read(window.label) == window
    assert window.previous().following() == window
    assert window.previous().last - window.previous().first == window.last - window.first


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("2026-W47", "2026-W47"),
        ("2026w1", "2026-W01"),
        ("2026年第47周", "2026-W47"),
        ("2026 Q4", "2026-Q4"),
        ("2026年第四季度", "2026-Q4"),
        ("2026年11月", "2026-11"),
        ("2026-3", "2026-03"),
        ("2026-11/12", "2026-11/12"),
        ("2026年", "2026"),
        ("２０２６", "2026"),
        ("2026-11-01至2026-11-15", "2026-11-01/2026-11-15"),
    ],
)
def test_as_people_write_it(words: str, label: str) -> None:
    """In both languages."""
    found = windows.read(words)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    "words", ["", "2026-W54", "2026-13", "2026-Q5", "2026-12/13", "2026-10/11", "2026-11-15/2026-11-01", "上周", "26"]
)
def test_what_the_calendar_does_not_have(words: str) -> None:
    """A week that does not exist is no week."""
    assert windows.read(words) is None


def test_the_first_week_of_a_year_may_begin_in_the_one_before() -> None:
    """ISO 8601: the week belongs to the year its Thursday is in."""
    assert Window.around(WindowKind.WEEK, date(2026, 12, 31)).label == "2026-W53"
    assert Window.around(WindowKind.WEEK, date(2025, 12, 30)).label == "2026-W01"
