"""``bot.py export polls`` and ``bot.py polls recount``."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.polls import Elector, Poll, PollKind, PollState
from liaisonbot.services import poll_closing
from liaisonbot.settings import Settings
from liaisonbot.voting import Rule
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.test_polls import HERE, THERE, a_poll
from tests.support.makers import NOW, a_deputy, a_person
from tests.support.terminal import Place
from tests.support.units import a_unit

DESK = Desk(NOW + timedelta(minutes=30), Settings(telegram={"token": "42:TEST"}), Bot(42, "liaison_bot"))


def a_closed_poll(place: Place) -> int:
    """Three people in two groups, one of them taken back."""
    with a_unit(place.database) as uow:
        poll = a_poll(uow)
        for options, chat in (((0,), HERE), ((2,), THERE), ((), HERE)):
            uow.polls.answer(poll.number, a_person(uow).id, options, chat_id=chat, now=NOW)
        poll_closing.close(uow, DESK, poll)
    return poll.number


def a_closed_vote(uow: SqlUnitOfWork) -> Poll:
    deputies = [a_deputy(uow, name=f"代表{n}") for n in range(3)]
    poll = uow.polls.draft(
        kind=PollKind.VOTE,
        question="票决",
        options=("路灯", "长椅"),
        sealed=True,
        secret=True,
        person_id=None,
        chat_id=None,
        language="zh",
        minutes=60,
        rule=Rule.preset("half_of_all", 1).to_json(),
    )
    uow.polls.enrol(poll.number, [Elector(entry_id=deputy.id) for deputy in deputies])
    for place, deputy in enumerate(deputies[:2]):
        uow.urns.cast(poll.number, deputy.id, f"K{place}", {"options": [0], "against": [1]})
    poll = uow.polls.update(poll.number, state=PollState.OPEN, opened_at=NOW, closes_at=NOW)
    return poll_closing.close(uow, DESK, poll)


def test_polls_and_ballots_are_one_object_a_line(furnished: Place) -> None:
    """On standard output; with ``--ballots`` the ballots instead."""
    a_closed_poll(furnished)
    (poll,) = map(json.loads, furnished.call("export", "polls").out.splitlines())
    assert (poll["number"], poll["voters"], poll["counts"]) == (1, 2, [1, 0, 1])
    ballots = [json.loads(line) for line in furnished.call("export", "polls", "--ballots").out.splitlines()]
    assert sorted(ballot["options"] for ballot in ballots) == [[0], [2]]


def test_tables_have_a_line_for_each(furnished: Place) -> None:
    """As CSV and as a workbook, in a window of whole local days."""
    a_closed_poll(furnished)
    told = furnished.call("export", "polls", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(told.raw.decode("utf-8-sig")))
    assert (row["number"], row["options"]) == ("1", "路灯 1\n长椅 0\n菜场 1")
    assert row["groups"] == "阳光小区 1 1/0/0\n河边 1 0/0/1"
    assert furnished.call("export", "polls", "--format", "xlsx").raw.startswith(b"PK")
    assert furnished.call("export", "polls", "--since", "2026-11-24").out == ""
    ballots = furnished.call("export", "polls", "--ballots", "--format", "csv", "--until", "2026-11-24").raw
    assert sorted(line.split(",")[1] for line in ballots.decode("utf-8-sig").splitlines()[1:]) == ["0", "2"]


def test_a_recount_that_gives_the_same_says_so_in_a_line(furnished: Place) -> None:
    """With or without the letter; of a secret vote from its urn."""
    with a_unit(furnished.database) as uow:
        a_closed_vote(uow)
    a_closed_poll(furnished)
    for number in ("1", "p1", "P2", "2"):
        told = furnished.call("polls", "recount", number)
        assert (told.code, told.err) == (0, "")
        assert told.out == f"P{number[-1]}: 2 ballots counted anew, the same as published\n"


def test_a_group_that_became_a_supergroup_since_changes_nothing(furnished: Place) -> None:
    """The published result has its old id."""
    number = a_closed_poll(furnished)
    with a_unit(furnished.database) as uow:
        uow.polls.moved(HERE, -1_000_000_000_700)
    assert furnished.call("polls", "recount", str(number)).code == 0


def test_a_recount_that_gives_something_else_prints_both(furnished: Place) -> None:
    """And ends with 1."""
    number = a_closed_poll(furnished)
    with a_unit(furnished.database) as uow:
        uow.polls.answer(number, a_person(uow).id, [1], chat_id=HERE, now=NOW)
    told = furnished.call("polls", "recount", str(number))
    assert told.code == 1
    assert "voters:\n  published 2\n  recounted 3\n" in told.out
    assert "counts:\n  published [1, 0, 1]\n  recounted [1, 1, 1]\n" in told.out
    assert "by group:\n  published [[1, 0, 0, 1], [1, 1, 0, 0]]\n  recounted [[1, 0, 0, 1], [2, 1, 1, 0]]" in told.out
    assert told.err == "P1: the ballots do not give the published result\n"


def test_a_ballot_more_or_less_in_the_urn_is_found(furnished: Place) -> None:
    """By the result, and by the number of those who have voted."""
    with a_unit(furnished.database) as uow:
        poll = a_closed_vote(uow)
        uow.urns._put(poll.number, {"K0": {"options": [0], "against": [1]}})  # type: ignore[attr-defined]
    told = furnished.call("polls", "recount", "P1")
    assert told.code == 1
    assert "present:\n  published 2\n  recounted 1\n" in told.out
    assert "voters in the register and ballots in the urn:\n  published 2\n  recounted 1\n" in told.out


def _opened(uow: SqlUnitOfWork) -> None:
    a_poll(uow)


def _cancelled(uow: SqlUnitOfWork) -> None:
    uow.polls.update(a_poll(uow).number, state=PollState.CANCELLED, closed_at=datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("make", "number", "said"),
    [
        (None, "7", "there is no poll P7"),
        (_opened, "1", "still open"),
        (_cancelled, "P1", "was cancelled"),
    ],
)
def test_what_cannot_be_recounted_is_said_in_a_sentence(
    furnished: Place, make: partial[None] | None, number: str, said: str
) -> None:
    """Nothing is printed but that."""
    if make is not None:
        with a_unit(furnished.database) as uow:
            make(uow)
    told = furnished.call("polls", "recount", number)
    assert (told.code, told.out) == (1, "")
    assert said in told.err


def test_what_is_no_number_is_wrong_usage(furnished: Place) -> None:
    """Exit code 2, as for every call."""
    assert furnished.call("polls", "recount", "abc").code == 2
