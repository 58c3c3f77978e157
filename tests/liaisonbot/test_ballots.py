"""A ballot as the buttons carry it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import ballots, voting
from liaisonbot.ballots import Mark, Slip
from liaisonbot.polls import MOST_OPTIONS, Eligible, Poll, PollKind, PollState

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


def a_poll(n: int, *, kind: PollKind = PollKind.BALLOT, rule: str | None = None, **changes: Any) -> Poll:
    values: dict[str, Any] = dict.fromkeys(Poll.__dataclass_fields__)
    values |= {
        "number": 999_999_999_999_999,
        "kind": kind,
        "question": "?",
        "options": tuple(f"option {index}" for index in range(n)),
        "multiple": False,
        "sealed": True,
        "secret": True,
        "eligible": Eligible.ANYONE,
        "station_ids": (),
        "language": "zh",
        "state": PollState.OPEN,
        "minutes": 60,
        "closes_at": NOON,
        "rule": voting.Rule.preset(rule, places=2).to_json() if rule else None,
        "subjects": (),
    }
    return Poll(**values | changes)


EACH = {"kind": PollKind.VOTE, "rule": "half_of_all"}
PICK = {"kind": PollKind.VOTE, "rule": "half_of_all_pick"}


@given(st.data(), st.integers(2, MOST_OPTIONS), st.booleans())
def test_every_ballot_fits_a_button_and_is_read_again(data: st.DataObject, n: int, each: bool) -> None:
    """Sixty-four bytes, with the highest number of a poll and a receipt."""
    poll = a_poll(n, **(EACH if each else PICK))
    marks = tuple(map(Mark, data.draw(st.lists(st.integers(0, 2 if each else 1), min_size=n, max_size=n))))
    slip = Slip(poll, marks, page=7, receipt="ABCDEFGH")
    said = slip.data("page")
    assert len(said.encode()) <= 64
    assert ballots.slip_in(poll, said.split(":")[3:]) == slip
    assert ballots.from_json(poll, ballots.to_json(poll, marks)) == marks


@pytest.mark.parametrize(
    "rest", [[], ["0"], ["0", ""], ["x", "1"], ["0", "!"], ["0", "zzz"], ["0", "3"], ["0", "1", "A", "B"]]
)
def test_what_no_button_of_ours_said_is_noticed(rest: list[str]) -> None:
    """Two marks where one may be made, marks beside the ballot, no number."""
    with pytest.raises(ValueError):
        ballots.slip_in(a_poll(3), rest)


def test_a_ballot_with_too_many_is_spoiled_and_one_with_few_is_not() -> None:
    """By the rule of the vote; abstaining from everything counts."""
    for how in (EACH, PICK):
        poll = a_poll(4, **how)
        yes, no = Mark.YES, Mark.NONE
        assert not ballots.spoiled(poll, (yes, yes, no, no))
        assert not ballots.spoiled(poll, (no, no, no, no))
        assert ballots.spoiled(poll, (yes, yes, yes, no))


def test_one_choice_moves_and_several_add_up() -> None:
    """Pressing the same again takes it off."""
    one, several = a_poll(3), a_poll(3, multiple=True)
    first = ballots.marked(one, ballots.blank(one), 0, Mark.YES)
    assert ballots.chosen(ballots.marked(one, first, 2, Mark.YES)) == [2]
    assert ballots.chosen(ballots.marked(one, first, 0, Mark.YES)) == []
    assert ballots.chosen(ballots.marked(several, first, 2, Mark.YES)) == [0, 2]
