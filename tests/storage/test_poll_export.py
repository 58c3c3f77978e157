"""``export polls``, key by key as the contract has it, and what it never tells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from liaisonbot.polls import Elector, Poll, PollKind, PollState, PostState
from storage import poll_export
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.test_polls import HERE, MOVED, THERE, a_poll
from tests.support.makers import NOW, a_deputy, a_person

KEY = b"k" * 32


def exported(uow: SqlUnitOfWork, since: datetime | None = None, until: datetime | None = None) -> list[dict[str, Any]]:
    return list(poll_export.read_polls(uow.connection, since=since, until=until))


def ballots(uow: SqlUnitOfWork, key: bytes = KEY) -> list[dict[str, Any]]:
    return list(poll_export.read_ballots(uow.connection, key, since=None, until=None))


def answer(uow: SqlUnitOfWork, poll: Poll, *said: tuple[int, tuple[int, ...], int]) -> None:
    for person, options, chat in said:
        uow.polls.answer(poll.number, person, options, chat_id=chat, now=NOW)


def test_a_poll_has_every_key_of_the_contract(uow: SqlUnitOfWork) -> None:
    """Votes by group, also where the bot was removed, and a group's new id after it became a supergroup."""
    poll = a_poll(uow)
    people = [a_person(uow).id for _ in range(4)]
    said = ((people[0], (0,), HERE), (people[1], (2,), HERE), (people[2], (2,), THERE), (people[3], (), THERE))
    answer(uow, poll, *said)
    uow.polls.lost(THERE)
    uow.polls.moved(HERE, MOVED)

    (found,) = exported(uow)

    assert json.loads(json.dumps(found)) == found
    assert found == {
        "number": poll.number,
        "kind": "quick",
        "question": "先办哪一件？",
        "options": ["路灯", "长椅", "菜场"],
        "multiple": False,
        "sealed": False,
        "status": "open",
        "opened_at": "2026-11-23T09:00:00Z",
        "closes_at": "2026-11-23T10:00:00Z",
        "closed_at": None,
        "voters": 3,
        "counts": [1, 0, 2],
        "groups": [
            {"chat_id": MOVED, "title": "阳光小区", "voters": 2, "counts": [1, 0, 1], "left": False},
            {"chat_id": THERE, "title": "河边", "voters": 1, "counts": [0, 0, 1], "left": True},
        ],
    }


def test_of_a_sealed_poll_that_is_open_there_are_no_counts(uow: SqlUnitOfWork) -> None:
    """Nor ballots; once it is closed there are both."""
    poll = uow.polls.update(a_poll(uow).number, sealed=True)
    answer(uow, poll, *[(a_person(uow).id, (1,), HERE) for _ in range(3)])

    (found,) = exported(uow)
    assert (found["voters"], found["counts"]) == (3, None)
    assert [group["counts"] for group in found["groups"]] == [None, None]
    assert ballots(uow) == []

    uow.polls.update(poll.number, state=PollState.CLOSED, closed_at=NOW, result={"voters": 3, "counts": [0, 3, 0]})
    assert exported(uow)[0]["counts"] == [0, 3, 0]
    assert exported(uow)[0]["groups"][0]["counts"] == [0, 3, 0]
    assert len(ballots(uow)) == 3


def test_drafts_and_cancelled_polls_are_left_out(uow: SqlUnitOfWork) -> None:
    """So are those opened before or after the window."""
    uow.polls.update(a_poll_elsewhere(uow, 7).number, state=PollState.CANCELLED, closed_at=NOW)
    uow.polls.draft(
        kind=PollKind.QUICK, question="?", options=("a", "b"), person_id=None, chat_id=5, language="zh", minutes=60
    )
    kept = a_poll_elsewhere(uow, 8)
    later = uow.polls.update(a_poll_elsewhere(uow, 9).number, opened_at=NOW + timedelta(days=1))

    def numbers(*window: datetime | None) -> list[int]:
        return [row["number"] for row in exported(uow, *window)]

    assert numbers() == [kept.number, later.number]
    assert numbers(NOW, NOW + timedelta(days=1)) == [kept.number]
    assert numbers(NOW + timedelta(days=1)) == [later.number]


def test_the_pages_fit_together(uow: SqlUnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each poll once, also where many were opened at the same moment."""
    monkeypatch.setattr(poll_export, "_POLLS", poll_export._POLLS.limit(2))
    numbers = [a_poll_elsewhere(uow, place).number for place in range(5)]
    assert [row["number"] for row in exported(uow)] == numbers


def a_poll_elsewhere(uow: SqlUnitOfWork, place: int) -> Poll:
    draft = uow.polls.draft(
        kind=PollKind.QUICK, question="?", options=("a", "b"), person_id=None, chat_id=5, language="zh", minutes=60
    )
    uow.polls.address(draft.number, [(-10 - place, None, "x")])
    return uow.polls.update(draft.number, state=PollState.OPEN, opened_at=NOW, closes_at=NOW)


def test_a_ballot_names_nobody(uow: SqlUnitOfWork) -> None:
    """The number of a person is the same in all polls of one export, and another one in the next; so is the order."""
    polls = [a_poll_elsewhere(uow, place) for place in range(2)]
    people = [a_person(uow).id for _ in range(12)]
    for poll in polls:
        answer(uow, poll, *[(person, (place % 2,), -10) for place, person in enumerate(people)])
    answer(uow, polls[0], (people[0], (), -10))

    found = ballots(uow)
    first = {row["person"] for row in found if row["poll"] == polls[0].number}
    second = {row["person"] for row in found if row["poll"] == polls[1].number}
    assert set(found[0]) == {"poll", "options", "receipt", "person"}
    assert (len(first), len(second)) == (11, 12)
    assert first < second
    assert not second & set(people)

    again = ballots(uow, b"another key" * 3)
    assert not {row["person"] for row in again} & second
    assert [row["options"] for row in again] != [row["options"] for row in found]
    assert sorted(row["options"] for row in again) == sorted(row["options"] for row in found)


def a_vote(uow: SqlUnitOfWork) -> Poll:
    deputies = [a_deputy(uow, name=f"代表{n}") for n in range(3)]
    poll = uow.polls.draft(
        kind=PollKind.VOTE,
        question="票决",
        options=("路灯", "长椅"),
        secret=True,
        person_id=None,
        chat_id=5,
        language="zh",
        minutes=60,
    )
    uow.polls.enrol(poll.number, [Elector(entry_id=deputy.id) for deputy in deputies])
    for deputy, code in zip(deputies, ("ZZ", "AA"), strict=False):
        uow.urns.cast(poll.number, deputy.id, code, {"options": [0], "against": [1]})
    return uow.polls.update(poll.number, state=PollState.OPEN, opened_at=NOW, closes_at=NOW)


def test_a_secret_ballot_has_its_code_and_nothing_of_a_person(uow: SqlUnitOfWork) -> None:
    """In the order of the codes. While the vote is open there is the turnout, and nothing else."""
    poll = a_vote(uow)
    (found,) = exported(uow)
    assert (found["voters"], found["counts"]) == (2, None)
    assert ballots(uow) == []

    uow.polls.update(poll.number, state=PollState.CLOSED, closed_at=NOW, result={"voters": 2, "counts": [2, 0]})
    assert exported(uow)[0]["counts"] == [2, 0]
    assert ballots(uow) == [
        {"poll": poll.number, "options": [0], "against": [1], "receipt": code} for code in ("AA", "ZZ")
    ]


def test_a_poll_nobody_answered_has_zeros(uow: SqlUnitOfWork) -> None:
    """And a group that it could not be sent to is in its list all the same."""
    poll = a_poll(uow)
    post = uow.polls.posts(poll.number)[0]
    uow.polls.note_post(post.id, state=PostState.FAILED)
    (found,) = exported(uow)
    assert (found["voters"], found["counts"]) == (0, [0, 0, 0])
    assert [group["voters"] for group in found["groups"]] == [0, 0]
