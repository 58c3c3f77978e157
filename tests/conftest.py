"""What all tests share. None of them knows which day it is outside: the suite is the same next year."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers import running
from liaisonbot import texts
from liaisonbot.clock import MovableClock

pytest_plugins = [
    "tests.support.databases",
    "tests.support.units",
    "tests.support.office",
    "tests.support.terminal",
    "tests.support.town",
    "tests.support.cities",
    "tests.support.spoken",
]


@pytest.fixture(autouse=True, scope="session")
def what_a_bot_spares() -> Iterator[None]:
    """Nothing, in a process with hundreds of bots one after the other: going through all that they and the tests have
    left, a gigabyte and more, took a second and more for each that begins.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "spare_what_stays", lambda: None)
        yield


@pytest.fixture(autouse=True)
def the_year() -> None:
    """Sentences are said in the year in which the tests play, until an office or a bot brings its own clock."""
    from tests.support.town import MONDAY

    clock = MovableClock()
    clock.set(MONDAY)
    texts.go_by(clock)
