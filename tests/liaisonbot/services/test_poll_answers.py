"""Answers in native polls."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.incoming import PollAnswer, Sender
from liaisonbot.polls import PollKind, PollState, PostState
from liaisonbot.services import frontdesk
from tests.support.office import Office

HERE, THERE = -700, -701
ALICE, BOB = 5_000_000_901, 5_000_000_902


def an_open_poll(office: Office, *, multiple: bool = False) -> int:
    """In two groups, for an hour."""
    with office.unit() as uow:
        poll = uow.polls.draft(
            kind=PollKind.QUICK,
            question="先办哪一件？",
            options=["路灯", "长椅", "菜场"],
            multiple=multiple,
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=60,
        )
        uow.polls.address(poll.number, [(HERE, None, "阳光小区"), (THERE, None, "河边")])
        for post in uow.polls.posts(poll.number):
            uow.polls.note_post(post.id, state=PostState.SENT, telegram_poll_id=f"t{post.chat_id}", message_id=9)
        ends = office.now + timedelta(hours=1)
        uow.polls.update(poll.number, state=PollState.OPEN, opened_at=office.now, closes_at=ends)
    return poll.number


def votes(office: Office, who: int, *options: int, chat: int = HERE) -> None:
    """Telegram tells of it."""
    answer = PollAnswer(1, f"t{chat}", Sender(who, None, "zh"), options)
    with office.unit() as uow:
        frontdesk.poll_answer(uow, office.desk, answer)


def counts(office: Office, poll: int) -> tuple[int, tuple[int, ...]]:
    with office.unit() as uow:
        counted = uow.polls.count(poll)
    return counted.voters, counted.counts


def test_a_person_has_one_vote_in_all_groups(office: Office) -> None:
    """The later one counts; taking it back anywhere voids it."""
    poll = an_open_poll(office)
    votes(office, ALICE, 0)
    votes(office, BOB, 0)
    votes(office, ALICE, 2, chat=THERE)
    assert counts(office, poll) == (2, (1, 0, 1))
    votes(office, ALICE, chat=HERE)
    assert counts(office, poll) == (1, (1, 0, 0))


@pytest.mark.parametrize("minutes", [60, 61, 6000])
def test_who_comes_too_late_is_not_counted(office: Office, minutes: int) -> None:
    """Whether or not the clock has come round to closing it."""
    poll = an_open_poll(office)
    votes(office, ALICE, 0)
    office.now += timedelta(minutes=minutes)
    votes(office, ALICE, 1)
    votes(office, BOB, 1)
    assert counts(office, poll) == (1, (1, 0, 0))


def test_a_forged_answer_counts_for_no_more_than_it_may(office: Office) -> None:
    """Options there are not, more of them than may be chosen, polls of somebody else."""
    poll = an_open_poll(office)
    votes(office, ALICE, 7, 1, 2, -1)
    votes(office, BOB, 0, chat=-999)
    assert counts(office, poll) == (1, (0, 1, 0))


def test_several_may_be_chosen_where_the_poll_says_so(office: Office) -> None:
    """Each of them once."""
    poll = an_open_poll(office, multiple=True)
    votes(office, ALICE, 2, 0, 2)
    assert counts(office, poll) == (1, (1, 0, 1))


def test_who_was_forgotten_meanwhile_has_voted_already(office: Office) -> None:
    """Their vote counts, and is nobody's: they do not get a second one."""
    poll = an_open_poll(office)
    votes(office, ALICE, 0)
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        uow.erasure.erase(person, office.now + timedelta(minutes=1))
    votes(office, ALICE, 1)
    assert counts(office, poll) == (1, (1, 0, 0))
