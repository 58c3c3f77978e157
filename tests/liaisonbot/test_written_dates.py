"""What the table writes is what Babel writes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import dates

from liaisonbot.written_dates import FORMS, format_date

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
PATTERNS = {
    "zh": {"date": "M月d日EEE", "date_and_year": "y年M月d日EEE", "long": "long", "datetime": "M月d日 HH:mm"},
    "en": {"date": "EEE d MMM", "date_and_year": "EEE d MMM y", "long": "long", "datetime": "d MMM, HH:mm"},
}


@pytest.mark.parametrize("language", FORMS)
@pytest.mark.parametrize("form", ["date", "date_and_year", "long"])
def test_every_day_of_a_leap_year_is_written_as_babel_writes_it(language: str, form: str) -> None:
    """Every name of a month and of a weekday, with each other."""
    for n in range(366):
        day = date(2028, 1, 1) + timedelta(days=n)
        assert format_date(day, form, language) == dates.format_date(
            day, PATTERNS[language][form], locale=LOCALES[language]
        )


@pytest.mark.parametrize("language", FORMS)
def test_so_is_every_hour_of_a_day(language: str) -> None:
    """Midnight included, and minutes of one digit."""
    for n in range(0, 1440, 7):
        when = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=n)
        told = dates.format_datetime(when, PATTERNS[language]["datetime"], locale=LOCALES[language])
        assert format_date(when, "datetime", language) == told


def test_every_form_is_compared() -> None:
    assert {language: set(forms) for language, forms in FORMS.items()} == {
        language: set(patterns) for language, patterns in PATTERNS.items()
    }
