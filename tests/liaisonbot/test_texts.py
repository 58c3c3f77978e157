"""Sentences say dates as people do, and show what people typed as they typed it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from liaisonbot.texts import Text, catalogue, pick_language


@pytest.mark.parametrize(("language", "year"), [("zh", "年"), ("en", str(datetime.now(UTC).year + 1))])
def test_a_day_of_another_year_names_it(language: str, year: str) -> None:
    """A promise for next January must not be read as this one's."""
    words = catalogue(language, "Asia/Shanghai")
    now = datetime.now(UTC)
    near, far = date(now.year, 6, 15), date(now.year + 1, 6, 15)
    assert year not in words.render(Text.of("card-promise", date=near))
    assert year in words.render(Text.of("card-promise", date=far))


def test_markup_that_people_type_is_shown_and_ours_is_markup() -> None:
    """Escaped once, where it is rendered; a button's label is plain."""
    text = Text.of("card-text", text="<b>&</b>")
    words = catalogue("zh", "Asia/Shanghai")
    assert words.render(text) == "<blockquote>&lt;b&gt;&amp;&lt;/b&gt;</blockquote>"
    assert "<b>&</b>" in words.plain(Text.of("choice-case", case=1, text="<b>&</b>"))


def test_a_text_becomes_json_and_back_without_loss() -> None:
    """What stands in the outbox is what was promised, dates and nested sentences included."""
    when = datetime(2026, 11, 23, 2, 0, tzinfo=UTC) + timedelta(seconds=1)
    text = Text.lines(
        Text.of("card-promise", date=date(2026, 12, 1)), None, Text.of("x", at=when, n=1, inner=Text.of("y"))
    )
    assert Text.from_json(text.to_json()) == text


@pytest.mark.parametrize(
    ("wishes", "chosen"), [(("zh-hans", None), "zh"), ((None, "de"), "en"), (("en", "zh"), "en"), ((None, ""), "zh")]
)
def test_the_language_is_the_first_wish(wishes: tuple[str | None, ...], chosen: str) -> None:
    """zh… is Chinese, anything else English, nothing the default."""
    assert pick_language(*wishes, default="zh") == chosen
