"""Polls, their posts and answers, on each engine."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.polls import Elector, Poll, PollKind, PollState, PostState
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_person, a_station

HERE, THERE, MOVED = -700, -701, -1_000_000_000_700


def a_poll(uow: SqlUnitOfWork, *, options: tuple[str, ...] = ("路灯", "长椅", "菜场"), multiple: bool = False) -> Poll:
    """An open one, in two groups."""
    draft = uow.polls.draft(
        kind=PollKind.QUICK,
        question="先办哪一件？",
        options=options,
        multiple=multiple,
        person_id=a_person(uow).id,
        chat_id=5,
        language="zh",
        minutes=60,
    )
    uow.polls.address(draft.number, [(HERE, None, "阳光小区"), (THERE, None, "河边")])
    for post in uow.polls.posts(draft.number):
        uow.polls.note_post(post.id, state=PostState.SENT, telegram_poll_id=f"t{post.chat_id}", message_id=9)
    changes = {"state": PollState.OPEN, "opened_at": NOW, "closes_at": NOW + timedelta(hours=1)}
    return uow.polls.update(draft.number, **changes)


def test_it_reads_as_it_was_written(uow: SqlUnitOfWork) -> None:
    """And can be found by its state, its end, and Telegram's id in a group."""
    poll = a_poll(uow)
    assert uow.polls.get(poll.number) == poll == uow.polls.get(poll.number, lock=True)
    assert uow.polls.in_state(PollState.OPEN) == [poll]
    assert uow.polls.over(NOW, 10) == []
    assert uow.polls.over(NOW + timedelta(hours=1), 10) == [poll]
    post = uow.polls.post_of(f"t{THERE}")
    assert post is not None
    assert (post.poll, post.chat_id, post.title) == (poll.number, THERE, "河边")
    assert uow.polls.post_of("unknown") is None


def test_a_draft_can_be_dropped_and_an_open_one_cannot(uow: SqlUnitOfWork) -> None:
    """What people have seen stays on record."""
    poll = a_poll(uow)
    uow.polls.drop(poll.number)
    assert uow.polls.get(poll.number) is not None


def test_the_last_word_of_each_person_counts_wherever_it_was_said(uow: SqlUnitOfWork) -> None:
    """One vote for each, added up over the groups; a vote taken back is void in all of them."""
    poll = a_poll(uow)
    first, second, third = (a_person(uow).id for _ in range(3))
    for person, options, chat in (
        (first, [0], HERE),
        (second, [0], HERE),
        (first, [1], THERE),
        (third, [2], HERE),
        (third, [], THERE),
    ):
        uow.polls.answer(poll.number, person, options, chat_id=chat, now=NOW)

    counted = uow.polls.count(poll.number)
    assert (counted.voters, counted.counts) == (2, (1, 1, 0))
    assert counted.groups[HERE].counts == (1, 0, 0)
    assert counted.groups[THERE].counts == (0, 1, 0)
    assert uow.polls.answered(poll.number) == {first, second}
    said = uow.polls.answer_of(poll.number, third)
    assert said is not None
    assert said.options == ()


def test_several_choices_count_for_each_option_and_once_for_the_voter(uow: SqlUnitOfWork) -> None:
    """The order in which they were ticked makes no difference."""
    poll = a_poll(uow, multiple=True)
    for options in ([2, 0], [0, 2], [1]):
        uow.polls.answer(poll.number, a_person(uow).id, options, chat_id=None, now=NOW)
    counted = uow.polls.count(poll.number)
    assert (counted.voters, counted.counts) == (3, (2, 1, 2))


def test_a_group_that_moves_keeps_its_poll_and_its_votes(uow: SqlUnitOfWork) -> None:
    """Also where the new chat was addressed already."""
    poll = a_poll(uow)
    uow.polls.answer(poll.number, a_person(uow).id, [1], chat_id=HERE, now=NOW)
    uow.polls.address(poll.number, [(MOVED, None, "阳光小区")])
    uow.polls.moved(HERE, MOVED)

    post = uow.polls.post_of(f"t{HERE}")
    assert post is not None
    assert post.chat_id == MOVED
    assert [each.chat_id for each in uow.polls.posts(poll.number)] == [MOVED, THERE]
    assert set(uow.polls.count(poll.number).groups) == {MOVED}


def test_a_group_that_is_lost_is_marked_in_open_polls(uow: SqlUnitOfWork) -> None:
    """What became of a closed one stays as it was."""
    gone, open_one = a_poll(uow), None
    uow.polls.update(gone.number, state=PollState.CLOSED, closed_at=NOW)
    uow.polls.note_post(uow.polls.posts(gone.number)[0].id, telegram_poll_id="a")
    uow.polls.note_post(uow.polls.posts(gone.number)[1].id, telegram_poll_id="b")
    open_one = a_poll(uow)
    assert uow.polls.lost(HERE) == [open_one.number]
    assert [post.state for post in uow.polls.posts(open_one.number)] == [PostState.LEFT, PostState.SENT]
    assert [post.state for post in uow.polls.posts(gone.number)] == [PostState.SENT, PostState.SENT]


def test_who_is_on_the_list_may_vote(uow: SqlUnitOfWork) -> None:
    """Deputies by their roster entry, others by their person; each once."""
    poll, deputy, person = a_poll(uow), a_deputy(uow, station=a_station(uow)), a_person(uow)
    listed = [Elector(entry_id=deputy.id), Elector(person_id=person.id)]
    uow.polls.enrol(poll.number, listed)
    uow.polls.enrol(poll.number, listed)
    assert uow.polls.electors(poll.number) == listed
    assert uow.polls.is_elector(poll.number, entry_id=deputy.id)
    assert not uow.polls.is_elector(poll.number, entry_id=deputy.id + 1)
    assert uow.polls.open_to(entry_id=deputy.id) == [poll] == uow.polls.open_to(person_id=person.id)
    uow.polls.update(poll.number, state=PollState.CLOSED, closed_at=NOW)
    assert uow.polls.open_to(entry_id=deputy.id) == []


def test_a_secret_ballot_goes_in_once_and_is_changed_by_its_receipt(uow: SqlUnitOfWork) -> None:
    """Who has voted is known; whose ballot it is, is not."""
    poll = a_poll(uow).number
    assert uow.urns.cast(poll, 12, "ZZZZ", {"approved": [0]})
    assert uow.urns.cast(poll, 7, "AAAA", {"approved": [1]})
    assert not uow.urns.cast(poll, 12, "CCCC", {"approved": [2]})
    assert uow.urns.change(poll, "ZZZZ", {"approved": [2]})
    assert not uow.urns.change(poll, "YYYY", {"approved": [2]})

    assert uow.urns.voted(poll) == (7, 12)
    assert uow.urns.turnout(poll) == 2
    assert list(uow.urns.ballots(poll).items()) == [("AAAA", {"approved": [1]}), ("ZZZZ", {"approved": [2]})]
    assert uow.urns.ballot(poll, "AAAA") == {"approved": [1]}
    assert uow.urns.ballot(poll, "none") is None


def test_an_empty_urn_is_empty(uow: SqlUnitOfWork) -> None:
    """Before the first vote."""
    poll = a_poll(uow).number
    assert (uow.urns.voted(poll), dict(uow.urns.ballots(poll)), uow.urns.turnout(poll)) == ((), {}, 0)
