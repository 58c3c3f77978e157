"""The figures of a made-up week, one by one where it is easy to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from liaisonbot.figures import AGES
from liaisonbot.summary_json import as_json
from liaisonbot.vocabulary import Stage
from liaisonbot.workflow import Event
from tests.support.figures import SAN, SI, THERE, ZONE, _event, a_duty, a_fact, an_empty_week, at, computed, the_week


@pytest.mark.parametrize(("received", "age"), [(20, 0), (18, 2), (17, 3), (13, 5), (12, 6)])
def test_nothing_grows_older_over_a_weekend(received: int, age: int) -> None:
    """The week ends on Sunday the 22nd: what came on Wednesday is two working days old, as on Friday."""
    case = a_fact(9, at(received))
    ages = computed(open=[case]).ageing[Stage.MEDIATION]

    assert [place for place, cases in enumerate(ages) if cases == (9,)] == [sum(age > oldest for oldest in AGES)]


def test_who_made_an_entry_for_another_station_has_one() -> None:
    """A deputy of two stations is not said to have done nothing."""
    elsewhere = a_duty(9, date(2026, 11, 18), deputy_id=SI, deputy="李四", station_id=THERE.id)
    here = [entry for entry in computed().duty if entry.deputy_id == SAN]

    assert SI in {deputy.id for deputy in computed(duty=here).deputies_without}
    assert SI not in {deputy.id for deputy in computed(duty=here, duty_elsewhere=[elsewhere]).deputies_without}
    assert len(computed(duty=here, duty_elsewhere=[elsewhere]).duty) == len(computed(duty=here).duty)


def test_a_week_in_which_somebody_was_only_chased_is_not_empty() -> None:
    chased = [_event(3, at(18), Event.CHASED, Stage.COLLECTION, Stage.COLLECTION)]
    nothing: dict[str, Any] = dict.fromkeys(("received", "promised", "gatherings", "duty", "polls"), ())

    assert an_empty_week().figures.empty
    assert the_week(**nothing, events=[]).figures.empty
    assert not the_week(**nothing, events=chased).figures.empty


def test_every_number_of_cases_says_which_they_are() -> None:
    """By the same name; what is a list of cases there has that many here."""
    told = as_json(computed(), ZONE, which=True)
    cases = told.pop("cases")
    assert {"stages", "on_time", "promises", "satisfaction", "gatherings", "closing_days"} <= set(cases)

    def agree(said: Any, which: Any, where: str) -> None:
        if isinstance(which, Mapping):
            for name in which:
                agree(said[name], which[name], f"{where}.{name}")
        elif isinstance(said, Mapping):
            assert said["n"] == len(which), where
        elif isinstance(said, int):
            assert said == len(which), where
        elif which and isinstance(which[0], list):
            each = [one["cases"] if isinstance(one, Mapping) else one for one in said]
            assert [len(one) if isinstance(one, list) else one for one in each] == [len(one) for one in which], where
        else:
            assert said == which, where

    for name in cases:
        agree(told[name], cases[name], name)
