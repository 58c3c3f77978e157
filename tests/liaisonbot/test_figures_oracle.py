"""The figures of random histories, equal in every field to those that the exports of the same moments give."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from liaisonbot.services import figures
from liaisonbot.services.figures import scope_of
from liaisonbot.summary_json import as_json
from liaisonbot.vocabulary import Role, Stage
from liaisonbot.windows import Window
from tests.support.figures_history import (
    ACTS,
    BEGIN,
    DEPUTY,
    MIDNIGHT,
    ONE,
    OTHER,
    STAFF,
    THREE,
    TWO,
    History,
    first_day_before,
)
from tests.support.office import GROUP

ZONES: Final = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
BEYOND: Final = {"window", "as_of", "business_climate", "ageing", "urged", "gatherings", "projects"}
"""Keys that the contract does not know, and the two that say which window it is."""


def told(history: History, window: Any, station: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the program says of that window, and what the exports of its end say."""
    office = history.office
    with office.unit() as uow:
        ids = {each.code: each.id for each in uow.stations.all()}
        scope = scope_of(None if station is None else [ids[station]])
        found = as_json(figures.of(uow, office.desk, window, scope), history.zone, station=station)
    expected = history.oracle().summary(window.first, window.last, first_day_before(window), office.now, station)
    return {key: value for key, value in found.items() if key not in BEYOND}, expected


def agrees(history: History) -> None:
    for window in history.windows():
        for station in (None, "A", "B"):
            found, expected = told(history, window, station)
            for key, value in expected.items():
                assert found[key] == value, (window.label, station, key)
            assert set(found) == set(expected)


EXAMPLES: Final = 3
"""A history costs a second, and making a failing one smaller minutes: it is said as it is."""
number = st.integers(1, 4)
act = st.tuples(st.integers(0, len(ACTS) - 1), number, st.integers(1, 5), st.integers(1, 3), st.integers(0, MIDNIGHT))


@given(zone=st.sampled_from(ZONES), acts=st.lists(act, min_size=5, max_size=16))
@settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_window_says_what_the_exports_said_at_its_end(zone: str, acts: list[tuple[int, int, int, int, int]]) -> None:
    history = History.begun(zone)
    for one in acts:
        history.does(*one)
    agrees(history)


@pytest.mark.drill
@pytest.mark.parametrize("zone", ZONES)
def test_a_long_history_does_so_too(zone: str) -> None:
    history = History.begun(zone)
    happens(history, random.Random(zone), 110)
    agrees(history)


def test_a_case_in_mediation_again_was_reopened_however_it_got_there() -> None:
    """The contract's words: moves back to mediation from closed. A merge undone is one, too."""
    history = History.begun("Asia/Shanghai")
    office = history.office
    deputy = DEPUTY if office.case(1).deputy_id == 1 else OTHER
    for who, line in ((TWO, "/report 路灯坏了"), (deputy, "/accept 1"), (STAFF, "/merge 1 4"), (STAFF, "/split 1")):
        office.writes(who, line, group=GROUP if who == TWO else None)
        history.noted()
        office.now += timedelta(minutes=1)
    assert office.case(1).stage is Stage.MEDIATION
    with office.unit() as uow:
        (week, *_) = history.windows()
        assert figures.of(uow, office.desk, week).reopened == (1,)
    agrees(history)


def everything(history: History) -> dict[str, Any]:
    """As JSON, with the numbers behind the figures: of every week that is over, for all and for each station."""
    office = history.office
    with office.unit() as uow:
        scopes = {None: scope_of(None)} | {each.code: scope_of([each.id]) for each in uow.stations.all()}
        return {
            f"{window.label} {code}": json.dumps(
                as_json(figures.of(uow, office.desk, window, scope), history.zone, station=code, which=True)
            )
            for window in weeks(history)
            for code, scope in scopes.items()
        }


def weeks(history: History) -> list[Window]:
    over = [window for window in history.windows() if window.last < BEGIN.date() + timedelta(days=40)]
    return [window for window in over if figures.over(history.office.desk, window)]


def test_a_past_week_never_changes() -> None:
    """Whatever happens to its cases and its people afterwards: forty more acts, somebody forgotten, a station under
    another name, a deputy who left the roster, another one with other stations.
    """
    history, chance = History.begun("Europe/Berlin"), random.Random(7)
    happens(history, chance, 40)
    history.office.ticks(timedelta(days=8))
    before = everything(history)
    assert len(before) >= 9

    happens(history, chance, 40)
    office = history.office
    for who in (ONE, THREE):
        office.writes(who, "/forget")
        office.presses(who, office.last(who), "确认")
    with office.unit() as uow:
        uow.stations.save("A", "改了名的联络站", "城西")
        deputies = {entry.name: entry.id for entry in uow.roster.deputies()}
        uow.roster.retire(deputies["张三"], office.now)
    office.roster(Role.DEPUTY, "李四", OTHER, 1)
    office.ticks(timedelta(days=40))

    after = everything(history)
    for label, told in before.items():
        assert apart_from_words(after[label]) == apart_from_words(told), label


def apart_from_words(told: str) -> Any:
    """The words that reports have in common are as they read now: what was forgotten is not among them."""
    found = json.loads(told)
    for gathering in found["gatherings"]:
        del gathering["words"]
    return found


def happens(history: History, chance: random.Random, times: int) -> None:
    for _ in range(times):
        history.does(
            chance.randrange(len(ACTS)),
            chance.randint(1, 6),
            chance.randint(1, 6),
            chance.choice((1, 2, 3, 3)),
            chance.choice((0, 1, 2, 2, 3, 3, 4, MIDNIGHT)),
        )
