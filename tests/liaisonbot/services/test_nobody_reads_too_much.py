"""In a town where anything may happen in any order, nobody reads what is not for them, and nobody meets with silence;
cases move by the table, what is owed is sent or waits, and figures, lists, counts and seals hold when counted anew.

Who may read what is a table in ``tests/support/who_may_read.py``, what else must hold stands in
``tests/support/always.py``; what may happen, in ``tests/support/random_town.py``, and the courses that by mere chance
nobody would finish in ``tests/support/errands.py``. Where this fails, it says what happened last, and to whom; the seed
gives the same town again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.outgoing import Outgoing, Send
from tests.support.acts import Act
from tests.support.always import Always, reached
from tests.support.errands import ERRANDS
from tests.support.random_town import CLERK, CONSTITUENTS, RandomTown, name_of, phone_of
from tests.support.who_may_read import Seen

ALICE, BOB = CONSTITUENTS[:2]
GROUP = -1001


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens(tmp_path: Path, seed: int) -> None:
    town = RandomTown(tmp_path, seed)
    town.lives(120)

    assert not town.wrong, town.story()


@pytest.mark.parametrize(
    ("errands", "wanted"),
    [
        (("promised", "together"), {"case promise_rated_well", "case reported_done", "case merged"}),
        (("chosen",), {"project screened", "project indexed", "project not_elected"}),
    ],
)
def test_whatever_happens_on_an_errand(tmp_path: Path, errands: tuple[str, ...], wanted: set[str]) -> None:
    """What takes many steps is gone through to its end."""
    town = RandomTown(tmp_path, 11, errands)
    town.lives(160)

    assert not town.wrong, town.story()
    assert not wanted - set(reached(town))


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(100, 104))
def test_whatever_happens_for_long(tmp_path: Path, seed: int) -> None:
    town = RandomTown(tmp_path, seed)
    town.lives(400)

    assert not town.wrong, town.story()


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("errand", [name for name in ERRANDS if not name.endswith(" again")])
def test_whatever_happens_on_every_errand(tmp_path: Path, errand: str) -> None:
    town = RandomTown(tmp_path, 200, (errand,))
    town.lives(80)

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


def looked_at(town: RandomTown) -> list[str]:
    town.always.ends()
    return town.wrong


def changed_by_hand(town: RandomTown, statement: str) -> None:
    with town.unit() as uow:
        uow.connection.exec_driver_sql(statement)


def test_a_case_that_moves_beside_the_table_would_be_noticed(town: RandomTown) -> None:
    said(town, ALICE, "路灯坏了")
    assert not looked_at(town)
    changed_by_hand(town, "UPDATE journal SET to_stage = 'reply' WHERE event = 'opened'")
    town.always = Always(town)

    assert looked_at(town)


def test_a_message_set_aside_would_be_noticed(town: RandomTown) -> None:
    town.cut_off = True
    said(town, ALICE, "路灯坏了")
    changed_by_hand(town, "UPDATE outbox SET state = 'aside'")

    assert looked_at(town)


def test_a_message_that_could_go_would_be_noticed(town: RandomTown) -> None:
    town.cut_off = True
    said(town, ALICE, "路灯坏了")
    town.cut_off = False

    assert looked_at(town)


@pytest.mark.parametrize("words", ["民情 #{n}", "None 件", "「」", "button-confirm"])
def test_what_is_not_whole_would_be_noticed(town: RandomTown, words: str) -> None:
    town.always.shown(Outgoing(Send.TEXT, ALICE), words, [], [])

    assert town.wrong


def test_a_press_that_is_answered_twice_would_be_noticed(town: RandomTown) -> None:
    town.always.answered("cb1")
    assert not town.wrong
    town.always.answered("cb1")

    assert town.wrong


def test_a_seal_that_was_tampered_with_would_be_noticed(town: RandomTown) -> None:
    said(town, ALICE, "路灯坏了")
    town.always.begins(Act("waits"))
    changed_by_hand(town, "UPDATE journal SET by_role = 'owner' WHERE event = 'opened'")
    town.always.over()

    assert any("seal" in sentence for sentence in town.wrong)
