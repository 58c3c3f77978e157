"""The figures of random histories, equal in every field to those that the exports of the same moments give."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.terminal import summary as terminal
from liaisonbot.services import figures
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
    label,
)
from tests.support.figures_oracle import Days, Whose, words_hold
from tests.support.office import GROUP

ZONES: Final = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
WHOSE: Final = (
    {},
    {"station": "A"},
    {"station": "B"},
    {"area": "城东"},
    {"deputy": "张三"},
    {"deputy": "李四"},
)
"""As ``bot.py summary`` is asked. Both stations are in that area; some cases are of none."""


def told(history: History, window: Window, whose: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the program says of that window, and what the exports of its end say."""
    office = history.office
    with office.unit() as uow:
        made = terminal.made(uow, office.desk, window, whose)
        found = terminal.WRITTEN["json"](made, terminal.Asked("zh", history.timezone, which=True))
        texts = {number: office_case.text for number in range(1, 40) if (office_case := uow.cases.get(number))}
    days = Days(label(window), first_day_before(window), window.first, window.last)
    stations = {"A", "B"} if "area" in whose else {whose["station"]} if "station" in whose else None
    expected = history.oracle().summary(days, office.now, Whose(stations, whose.get("deputy")))
    said = json.loads(found)
    for gathering in said["gatherings"]:
        assert words_hold(gathering.pop("words"), [texts[number] for number in gathering["cases"]])
    return said, expected | {"station": None, "area": None, "deputy": None} | whose


def agrees(history: History) -> None:
    """In every field, for everybody and for each part of it."""
    for window in history.windows():
        for whose in WHOSE:
            found, expected = told(history, window, whose)
            for key, value in expected.items():
                assert found[key] == value, (window.label, whose, key)
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
    """As JSON, with the numbers behind the figures: of every week that is over, for all, each station and deputies."""
    office, asked = history.office, terminal.Asked("zh", history.timezone, which=True)
    with office.unit() as uow:
        return {
            f"{window.label} {whose}": terminal.WRITTEN["json"](
                terminal.made(uow, office.desk, window, whose), asked
            ).decode()
            for window in weeks(history)
            for whose in WHOSE
            if "area" not in whose  # its stations are those that are in it today
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
    for which, told in before.items():
        assert apart_from_words(after[which]) == apart_from_words(told), which


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
