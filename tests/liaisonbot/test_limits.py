"""Time limits by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from liaisonbot import categories, limits
from liaisonbot.limits import Limit, Part, Unit
from liaisonbot.settings import CaseSettings
from liaisonbot.working_days import working_days

DAYS: Final = working_days("Asia/Shanghai")
TEN_ON_A_MONDAY: Final = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_the_presets_are_whole() -> None:
    """Each has every limit, its source, and no category that is none."""
    assert set(limits.presets()) >= {"station", "proposal", "petition", "hotline"}
    for preset in limits.presets().values():
        assert set(preset.limits) == set(Part), preset.key
        assert preset.zh
        assert preset.en
        assert preset.source
        assert set(preset.by_category) <= set(categories.CATEGORIES)


def test_nothing_written_is_the_contracts_defaults() -> None:
    """The preset that holds then gives what the configuration's keys name as their defaults."""
    plain = CaseSettings()
    got = {part: limits.limit(plain, part, "other") for part in Part}

    assert {part: limit.amount for part, limit in got.items() if part is not Part.EXTENDED} == {
        Part.ACCEPT: plain.accept_days,
        Part.MEDIATION: plain.mediation_days,
        Part.REPLY: plain.reply_days,
        Part.RATING: plain.rating_days,
        Part.CHECK: plain.follow_up_check_days,
    }
    assert {limit.unit for limit in got.values()} == {Unit.WORKING_DAYS}


@pytest.mark.parametrize(
    ("written", "category", "expected"),
    [
        ({"preset": "hotline"}, "other", Limit(1)),
        ({"preset": "hotline"}, "public_safety", Limit(2, Unit.HOURS)),
        ({"preset_by_category": {"水电气热": "hotline"}}, "utilities", Limit(24, Unit.HOURS)),
        ({"preset_by_category": {"utilities": "hotline"}}, "other", Limit(2)),
        ({"preset": "petition", "accept_days": 3}, "other", Limit(3)),
    ],
)
def test_what_is_written_leads_then_the_category_then_the_preset(
    written: dict[str, Any], category: str, expected: Limit
) -> None:
    """A key in days over everything; a category's preset over the general one."""
    assert limits.limit(CaseSettings(**written), Part.ACCEPT, category) == expected


@pytest.mark.parametrize(
    ("limit", "ends"),
    [
        (Limit(2), datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
        (Limit(5, Unit.DAYS), datetime(2026, 11, 28, 16, 0, tzinfo=UTC)),
        (Limit(3, Unit.MONTHS), datetime(2027, 2, 23, 16, 0, tzinfo=UTC)),
        (Limit(2, Unit.HOURS), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)),
    ],
)
def test_a_limit_ends_by_its_unit(limit: Limit, ends: datetime) -> None:
    """Days and months with the local day, hours to the minute."""
    assert limit.ends(DAYS, TEN_ON_A_MONDAY) == ends


def test_a_month_that_has_no_such_day_ends_with_its_last() -> None:
    """Three months from 30 November."""
    assert Limit(3, Unit.MONTHS).ends(DAYS, datetime(2026, 11, 30, 2, tzinfo=UTC)) == datetime(
        2027, 2, 28, 16, tzinfo=UTC
    )
