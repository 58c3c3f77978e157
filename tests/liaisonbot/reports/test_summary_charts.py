"""The picture of a summary: in both languages, of any window, and its days against the figures."""

from __future__ import annotations

import io
import warnings
from datetime import date, timedelta
from itertools import pairwise

import pytest

from liaisonbot import windows
from liaisonbot.reports import HEAVY, MAKERS, summary_charts
from liaisonbot.reports.charts import WIDTH
from liaisonbot.reports.summary_charts import YOUNG_TO_OLD, counted, stretches
from liaisonbot.summaries import Summary, packed, without_cases
from liaisonbot.summary_words import caption
from liaisonbot.texts import catalogue
from tests.support.figures import an_empty_week, computed, the_week

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("summary", [the_week, an_empty_week])
def test_it_is_as_wide_as_a_phone_and_every_character_has_a_shape(summary: type[Summary], language: str) -> None:
    from PIL import Image

    """It is kept without what a summary knows of single cases."""
    kept = packed(without_cases(summary()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of what the font does not have
        made = MAKERS[summary_charts.MAKER](kept, catalogue(language, ZONE))
    with Image.open(io.BytesIO(made)) as image:
        assert image.format == "PNG"
        assert image.width == round(WIDTH * 200) == 1080
        assert image.height < 2.5 * image.width
    assert summary_charts.MAKER in HEAVY


def test_the_days_of_a_week_come_to_its_figures() -> None:
    figures = computed()
    parts = stretches(figures.window)

    assert [part.first for part in parts] == [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]
    assert counted(figures.received_by_day, parts) == [1, 2, 0, 0, 1, 0, 0]
    assert counted(figures.closed_by_day, parts) == [0, 1, 0, 1, 1, 0, 0]
    assert sum(counted(figures.received_by_day, parts)) == len(figures.received)
    assert sum(counted(figures.closed_by_day, parts)) == len(figures.closed)


@pytest.mark.parametrize(
    ("label", "unit", "n"),
    [
        ("2026-W47", "day", 7),
        ("2026-11", "week", 6),
        ("2026-11/12", "week", 10),
        ("2026-Q4", "month", 3),
        ("2026", "month", 12),
        ("2020-03-05/2026-11-01", "year", 7),
        ("2026-11-22/2026-11-22", "day", 1),
    ],
)
def test_longer_windows_have_longer_stretches(label: str, unit: str, n: int) -> None:
    """As many as a phone has room for; they have every day of the window once."""
    window = windows.read(label)
    assert window is not None
    parts = stretches(window)

    assert (parts[0].unit, len(parts)) == (unit, n)
    assert (parts[0].first, parts[-1].last) == (window.first, window.last)
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(parts))


def test_ages_go_from_light_to_dark() -> None:
    """So they are told apart whatever colours somebody sees."""
    light = [sum(int(look.colour[place : place + 2], 16) for place in (1, 3, 5)) for look in YOUNG_TO_OLD]

    assert light == sorted(light, reverse=True)
    assert min(before - after for before, after in pairwise(light)) > 60


def test_who_does_not_see_it_reads_what_it_shows() -> None:
    chinese = catalogue("zh", ZONE).plain(caption(computed(), None))
    english = catalogue("en", ZONE).plain(caption(computed(), None))

    assert chinese == (
        "2026 年第 47 周 · 全部联络站：收到 4 件，办结 3 件；期末未办结 4 件。态度满意率 100%。结果满意率 67%。"
    )
    assert "4 received, 3 closed; 4 open at the end. Content with the attitude: 100%." in english
