"""Points: the sum of their entries, whatever the order; caps hold; the rules in the file make sense."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import duty, scoring
from liaisonbot.scoring import MISSED, Act, Per, Rules

RULES = list(scoring.rules().values())
DAYS = st.dates(date(2025, 11, 1), date(2027, 2, 28))
TYPES = st.sampled_from([*duty.TYPES, MISSED])


@st.composite
def some_acts(draw: st.DrawFn) -> list[Act]:
    several = draw(st.lists(st.tuples(DAYS, TYPES), max_size=60))
    return [Act(day, number, type_) for number, (day, type_) in enumerate(several)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_each_type_has_one_item(rule: Rules) -> None:
    """Every type of entry scores by exactly one item, in every rule; absences take away."""
    for type_ in (*duty.TYPES, MISSED):
        assert len([item for item in rule.items if type_ in item.types]) == 1, type_
    assert {type_ for item in rule.items for type_ in item.types} == {*duty.TYPES, MISSED}
    assert all((item.cap > 0) == (item.points > 0) and abs(item.cap) >= abs(item.points) for item in rule.items)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@given(acts=some_acts(), data=st.data())
def test_points_do_not_depend_on_the_order(rule: Rules, acts: list[Act], data: st.DataObject) -> None:
    """Entries come as they were filed, confirmed, or exported."""
    assert scoring.points(rule, acts) == scoring.points(rule, data.draw(st.permutations(acts)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@given(acts=some_acts())
def test_caps_hold_in_each_part_of_the_calendar(rule: Rules, acts: list[Act]) -> None:
    """And nobody gets more for an entry than its item says; twice on a day counts once where days are counted."""
    by_part: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    by_day: dict[tuple[str, date], int] = defaultdict(int)
    for act, points in scoring.points(rule, acts).items():
        item = rule.item_of(act.type)
        assert item is not None
        assert abs(points) <= abs(item.points)
        assert points == 0 or (points > 0) == (item.points > 0)
        by_part[item.key, item.period.around(act.day)[0]] += points
        by_day[item.key, act.day] += points != 0
    for (key, _), total in by_part.items():
        cap = next(item.cap for item in rule.items if item.key == key)
        assert abs(total) <= abs(cap)
    per_day = {item.key for item in rule.items if item.per is Per.DAY}
    assert all(times <= 1 for (key, _), times in by_day.items() if key in per_day)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
@given(acts=some_acts(), cut=DAYS)
def test_a_span_scores_what_its_entries_score(rule: Rules, acts: list[Act], cut: date) -> None:
    """A year is the sum of its parts, wherever it is cut; a score is that of its lines, and these of their acts."""
    first, last = date(2025, 1, 1), date(2027, 12, 31)
    whole = scoring.score(rule, acts, first, last)
    parts = [scoring.score(rule, acts, first, cut), scoring.score(rule, acts, cut + timedelta(days=1), last)]

    assert whole.total == sum(part.total for part in parts) == sum(scoring.points(rule, acts).values())
    for line in whole.lines:
        assert line.points == sum(points for _, points in line.acts)


def test_the_practice_of_one_district() -> None:
    """A proposal +3, a field research +3, an absence -1; a hundred points have three grades."""
    day = date(2026, 3, 2)
    acts = [Act(day, 1, "proposal"), Act(day, 2, "research"), Act(day, 3, MISSED)]
    assert scoring.score(scoring.rules()["district"], acts, day, day).total == 5

    hundred = scoring.rules()["hundred"]
    grades = [hundred.grade(Decimal(points)) for points in (80, 79, 60, 59, 0)]
    assert [grade.key for grade in grades if grade] == ["good", "fair", "fair", "poor", "poor"]
    assert sum(item.cap for item in hundred.items if item.cap > 0) == 100


def test_the_cap_goes_to_the_earlier_days() -> None:
    """Who looks an entry up sees why it scored less."""
    rule = scoring.rules()["district"]
    acts = [Act(date(2026, 1, 1) + timedelta(days=n), n, "research") for n in range(5)]
    assert list(scoring.points(rule, acts).values()) == [3, 3, 3, 0, 0]
    assert [scoring.shown(number) for number in (Decimal("2.50"), Decimal(100), Decimal(-1))] == ["2.5", "100", "-1"]
