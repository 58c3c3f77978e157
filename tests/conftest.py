"""What all tests share. None of them knows which day it is outside: the suite is the same next year."""

from __future__ import annotations

import pytest

from liaisonbot import texts
from liaisonbot.clock import MovableClock

pytest_plugins = [
    "tests.support.databases",
    "tests.support.units",
    "tests.support.terminal",
    "tests.support.town",
    "tests.support.cities",
    "tests.support.spoken",
]


@pytest.fixture(autouse=True)
def the_year() -> None:
    """Sentences are said in the year in which the tests play, until an office or a bot brings its own clock."""
    from tests.support.town import MONDAY

    clock = MovableClock()
    clock.set(MONDAY)
    texts.go_by(clock)
