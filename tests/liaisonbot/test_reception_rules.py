"""When a station receives, as people write it, becomes a rule; and a rule has its days."""

from __future__ import annotations

from datetime import date, time

import pytest

from liaisonbot import reception_rules

WEDNESDAY = date(2026, 11, 25)
MORNING, AFTERNOON = (time(9), time(11)), (time(14), time(16))

WRITTEN = (
    ("每月第一个星期一 9-11", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("每月第一个星期一9-11", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("每个月第1个周一上午9点到11点", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("第一个周一 9–11", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("每月最后一个星期五 14:00-16:00", "FREQ=MONTHLY;BYDAY=-1FR", AFTERNOON),
    ("每月第一、三个星期二 9:00-11:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", MORNING),
    ("每周三下午2点到4点", "FREQ=WEEKLY;BYDAY=WE", AFTERNOON),
    ("每星期三 下午2点至4点", "FREQ=WEEKLY;BYDAY=WE", AFTERNOON),
    ("每周一、三 9-11", "FREQ=WEEKLY;BYDAY=MO,WE", MORNING),
    ("每两周的周二 9-11", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", MORNING),
    ("隔周周二 9-11", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", MORNING),
    ("每月5日、20日 9-11", "FREQ=MONTHLY;BYMONTHDAY=5,20", MORNING),
    ("first Monday 9–11", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("First Monday of the month, 9am-11am", "FREQ=MONTHLY;BYDAY=1MO", MORNING),
    ("every second Tuesday 9-11", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", MORNING),
    ("every other Tuesday 9-11", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", MORNING),
    ("second Tuesday 9-11", "FREQ=MONTHLY;BYDAY=2TU", MORNING),
    ("every second Tuesday of the month 9-11", "FREQ=MONTHLY;BYDAY=2TU", MORNING),
    ("first and third Thursday 2-4pm", "FREQ=MONTHLY;BYDAY=1TH,3TH", AFTERNOON),
    ("every Wednesday 2 pm to 4 pm", "FREQ=WEEKLY;BYDAY=WE", AFTERNOON),
    ("Wednesdays 14:00 to 16:00", "FREQ=WEEKLY;BYDAY=WE", AFTERNOON),
    ("last Friday 14-16", "FREQ=MONTHLY;BYDAY=-1FR", AFTERNOON),
    ("the 5th and 20th of each month 9-11", "FREQ=MONTHLY;BYMONTHDAY=5,20", MORNING),
    ("9-11 每周三", "FREQ=WEEKLY;BYDAY=WE", MORNING),
    ("每周三", "FREQ=WEEKLY;BYDAY=WE", None),
)


@pytest.mark.parametrize(("line", "rule", "hours"), WRITTEN)
def test_a_rule_in_words(line: str, rule: str, hours: tuple[time, time] | None) -> None:
    """The few forms that people use, with the hours before or behind."""
    meant = reception_rules.read(line, WEDNESDAY)
    assert meant is not None
    assert (meant.rule, meant.hours) == (rule, hours)
    assert reception_rules.occurrences(rule, WEDNESDAY, WEDNESDAY, date(2027, 2, 28))
    assert reception_rules.parts(rule).key in ("weekly", "fortnightly", "monthly", "dates")


DAYS = (
    ("2026-12-07 9-11", [(date(2026, 12, 7), MORNING)]),
    ("12月7日 9-11", [(date(2026, 12, 7), MORNING)]),
    ("2026-12-07 9-11; 2026-12-14 14:00-16:00", [(date(2026, 12, 7), MORNING), (date(2026, 12, 14), AFTERNOON)]),
    ("12月7日、12月14日 9点到11点", [(date(2026, 12, 7), MORNING), (date(2026, 12, 14), MORNING)]),
    ("7 Dec, 14 Dec 9-11", [(date(2026, 12, 7), MORNING), (date(2026, 12, 14), MORNING)]),
    ("2026-12-07", [(date(2026, 12, 7), None)]),
    ("下周一 9-11", [(date(2026, 11, 30), MORNING)]),
)


@pytest.mark.parametrize(("line", "days"), DAYS)
def test_days_in_words(line: str, days: list[tuple[date, tuple[time, time] | None]]) -> None:
    """One or several, each with its hours, or all with those behind the last."""
    meant = reception_rules.read(line, WEDNESDAY)
    assert meant is not None
    assert list(meant.days) == days
    assert meant.rule is None


@pytest.mark.parametrize("line", ["", "好的", "9-11", "每月", "2026-11-20 9-11", "每月第九个星期一", "2026-13-01 9-11"])
def test_what_is_neither_a_rule_nor_days(line: str) -> None:
    """Is not guessed at; nor is a day that is over."""
    assert reception_rules.read(line, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("9-11", MORNING),
        ("上午9点到11点", MORNING),
        ("9:00–11:00", MORNING),
        ("下午2点半到4点", (time(14, 30), time(16))),
        ("9am to 2pm", (time(9), time(14))),
        ("11-9", None),
        ("25-26", None),
    ],
)
def test_hours_in_words(line: str, hours: tuple[time, time] | None) -> None:
    """Afternoon is understood of both where it is said of one."""
    assert reception_rules.hours_of(line) == hours


def test_every_other_week_is_counted_from_the_first() -> None:
    """Not from the day on which somebody looks."""
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    all_days = reception_rules.occurrences(rule, date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 31))
    later = reception_rules.occurrences(rule, date(2026, 12, 1), date(2026, 12, 9), date(2027, 1, 31))
    assert later == all_days[1:]


def test_a_month_without_that_day_is_left_out() -> None:
    """The 31st is not in every month, and the last Friday is."""
    until = date(2027, 2, 28)
    assert reception_rules.occurrences("FREQ=MONTHLY;BYMONTHDAY=31", WEDNESDAY, WEDNESDAY, until) == [
        date(2026, 12, 31),
        date(2027, 1, 31),
    ]
    last = reception_rules.occurrences("FREQ=MONTHLY;BYDAY=-1FR", WEDNESDAY, WEDNESDAY, until)
    assert last == [date(2026, 11, 27), date(2026, 12, 25), date(2027, 1, 29), date(2027, 2, 26)]
