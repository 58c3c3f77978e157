"""In a town where anything may happen in any order, nobody reads what is not for them, and nobody meets with silence.

Who may read what is a table in ``tests/support/who_may_read.py``; what may happen, in ``tests/support/random_town.py``.
Where this fails, it says what happened last, and to whom; the seed gives the same town again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.outgoing import Outgoing, Send
from tests.support.random_town import CLERK, CONSTITUENTS, RandomTown, name_of, phone_of
from tests.support.who_may_read import Seen

ALICE, BOB = CONSTITUENTS[:2]
GROUP = -1001


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens(tmp_path: Path, seed: int) -> None:
    town = RandomTown(tmp_path, seed)
    town.lives(120)

    assert not town.wrong, town.story()


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(100, 104))
def test_whatever_happens_for_long(tmp_path: Path, seed: int) -> None:
    town = RandomTown(tmp_path, seed)
    town.lives(400)

    assert not town.wrong, town.story()


# --- what would be noticed --------------------------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> RandomTown:
    return RandomTown(tmp_path)


def shown(town: RandomTown, reader: int, words: str) -> list[str]:
    """What is wrong when somebody reads that."""
    town.oracle.begins()
    town.oracle.sees(Seen(reader, words, Outgoing(Send.TEXT, reader)))
    town.oracle.ends()
    return town.wrong


def said(town: RandomTown, who: int, words: str) -> str:
    """Their own word in what they write."""
    mark = "zqxwordq"
    town.marks[mark] = who
    town.writes(who, f"{mark} {words}")
    return mark


def test_a_word_in_a_strangers_chat_would_be_noticed(town: RandomTown) -> None:
    mark = said(town, ALICE, "/mydata")

    assert shown(town, BOB, mark)


def test_a_word_that_its_staff_may_read_is_none(town: RandomTown) -> None:
    """Alice's case has no station yet: it is the owner's."""
    mark = said(town, ALICE, "路灯坏了")

    assert not shown(town, town.owner, mark)
    assert shown(town, CLERK, mark)


@pytest.mark.parametrize("what", [str(ALICE), f"@uname{ALICE}", name_of(ALICE)])
def test_who_somebody_is_would_be_noticed(town: RandomTown, what: str) -> None:
    assert shown(town, CLERK, what)


def test_a_phone_number_in_a_group_would_be_noticed(town: RandomTown) -> None:
    assert shown(town, GROUP, phone_of(ALICE))


def test_silence_would_be_noticed(town: RandomTown) -> None:
    town.oracle.told(ALICE, ())

    assert town.wrong
