"""Days as people write them, in Chinese and in English."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import dates

WEDNESDAY = date(2026, 11, 25)

WRITTEN = (
    ("2026-12-03", date(2026, 12, 3)),
    ("2026/12/3", date(2026, 12, 3)),
    ("2026.12.3", date(2026, 12, 3)),
    ("20261203", date(2026, 12, 3)),
    ("２０２６－１２－０３", date(2026, 12, 3)),
    ("2026年12月3日", date(2026, 12, 3)),
    ("2026年12月3号", date(2026, 12, 3)),
    ("12月3日", date(2026, 12, 3)),
    ("12月3号", date(2026, 12, 3)),
    ("12月3日前", date(2026, 12, 3)),
    ("十二月三日", date(2026, 12, 3)),
    ("12.3", date(2026, 12, 3)),
    ("12/3", date(2026, 12, 3)),
    ("1月5日", date(2027, 1, 5)),
    ("2月29日", date(2028, 2, 29)),
    ("11月25日", WEDNESDAY),
    ("3号", date(2026, 12, 3)),
    ("28号", date(2026, 11, 28)),
    ("三十号", date(2026, 11, 30)),
    ("下个月3号", date(2026, 12, 3)),
    ("今天", WEDNESDAY),
    ("明天", date(2026, 11, 26)),
    ("后天", date(2026, 11, 27)),
    ("大后天", date(2026, 11, 28)),
    ("3天后", date(2026, 11, 28)),
    ("三天后", date(2026, 11, 28)),
    ("两周后", date(2026, 12, 9)),
    ("十五天内", date(2026, 12, 10)),
    ("一个月后", date(2026, 12, 25)),
    ("半个月后", date(2026, 12, 10)),
    ("周五", date(2026, 11, 27)),
    ("周三", WEDNESDAY),
    ("周一", date(2026, 11, 30)),
    ("星期天", date(2026, 11, 29)),
    ("这周五", date(2026, 11, 27)),
    ("下周五", date(2026, 12, 4)),
    ("下个星期五", date(2026, 12, 4)),
    ("下下周一", date(2026, 12, 7)),
    ("月底", date(2026, 11, 30)),
    ("下月底", date(2026, 12, 31)),
    ("年底", date(2026, 12, 31)),
    ("today", WEDNESDAY),
    ("Tomorrow", date(2026, 11, 26)),
    ("the day after tomorrow", date(2026, 11, 27)),
    ("in 3 days", date(2026, 11, 28)),
    ("2 weeks", date(2026, 12, 9)),
    ("Friday", date(2026, 11, 27)),
    ("next Friday", date(2026, 12, 4)),
    ("this Friday", date(2026, 11, 27)),
    ("3 Dec", date(2026, 12, 3)),
    ("3rd of December", date(2026, 12, 3)),
    ("Dec 3", date(2026, 12, 3)),
    ("December 3rd, 2027", date(2027, 12, 3)),
    ("end of the month", date(2026, 11, 30)),
)


@pytest.mark.parametrize(("written", "day"), WRITTEN)
def test_a_day_is_understood(written: str, day: date) -> None:
    """Alone, and before other words, which are left as they were."""
    assert dates.read(written, WEDNESDAY) == (day, "")
    assert dates.read(f"{written} 单位 修好", WEDNESDAY) == (day, "单位 修好")


@pytest.mark.parametrize(
    "written", ["2026-13-40", "2026-02-30", "13月1日", "20261399", "2月30日", "十二十月三日", "0.0"]
)
def test_a_day_that_does_not_exist_is_known_as_a_mistake(written: str) -> None:
    """So that it can be asked about, and is never taken for words."""
    assert dates.read(f"{written} 修好", WEDNESDAY) == (None, "修好")


@pytest.mark.parametrize(
    "words", ["明天修好", "单位正在修", "12月", "周五下午修", "3号楼的灯", "Fridays are best", "may be", ""]
)
def test_words_are_not_taken_for_a_day(words: str) -> None:
    """A word that only begins like a day goes on."""
    assert dates.read(words, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("昨天", date(2026, 11, 24)),
        ("上周五", date(2026, 11, 20)),
        ("周五", date(2026, 11, 20)),
        ("12月3日", date(2025, 12, 3)),
        ("11.20", date(2026, 11, 20)),
        ("三天前", date(2026, 11, 22)),
        ("28号", date(2026, 10, 28)),
        ("yesterday", date(2026, 11, 24)),
        ("last Friday", date(2026, 11, 20)),
        ("2 days ago", date(2026, 11, 23)),
    ],
)
def test_a_day_that_was(written: str, day: date) -> None:
    """Asked for something that happened, a day without a year is the last there was."""
    assert dates.read(written, WEDNESDAY, past=True) == (day, "")


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 360))
def test_a_day_of_the_coming_year_needs_no_year(today: date, ahead: int) -> None:
    """Whatever day it is today."""
    day = today + timedelta(days=ahead)
    for written in (f"{day.month}月{day.day}日", f"{day.month}.{day.day}", day.isoformat(), f"{ahead}天后"):
        assert dates.read(written, today) == (day, "")


@given(st.text(max_size=40))
def test_whatever_is_typed_raises_nothing(typed: str) -> None:
    """It is a day with the rest, or none."""
    found = dates.read(typed, WEDNESDAY)
    assert found is None or typed.endswith(found[1])
