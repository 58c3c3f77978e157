"""A summary waits as bytes until its files are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from liaisonbot.summaries import packed, unpacked, without_cases
from storage.files import MOST_BYTES
from tests.support.figures import START, a_fact, the_week


def test_it_is_the_same_afterwards() -> None:
    summary = the_week()

    assert unpacked(packed(summary)) == summary
    assert unpacked(packed(without_cases(summary))).figures.received == summary.figures.received


def test_a_year_of_a_large_city_is_not_too_large_to_be_kept() -> None:
    """A hundred thousand cases; a tenth of them is packed here."""
    moments = {number: START + timedelta(seconds=7919 * number) for number in range(10_000)}
    facts = {
        number: a_fact(number, at, station_id=number % 20, deputy_id=number % 200, first_replied_at=at, closed_at=at)
        for number, at in moments.items()
    }
    summary = the_week()

    assert len(packed(replace(summary, figures=replace(summary.figures, cases=facts)))) < MOST_BYTES / 10
