"""What people answer in native polls: the last word of each person counts, in whichever group it was said.

Telegram tells a vote with the poll's id alone. A call that was cut off may have posted a poll whose id nobody told us;
then another was posted, and both stand in the group. Votes in the first are kept until Telegram shows how that poll
stands, which it does with each vote: the moment at which Telegram itself ends a poll is another one for each post
(``native_end``), so that says where it is. From then on it counts like its twin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.incoming import PollAnswer, PollShown
from liaisonbot.polls import Poll, PollPost, PollState, UnplacedVote
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import electors, turnouts

AFTER_THE_END: Final = 60
"""Seconds after its end at which Telegram ends a poll that we did not stop: ours is the first word."""
ENDS: Final = 600
"""So many posts of polls that end at the same time can be told apart."""
KEPT: Final = timedelta(days=1)
"""How long a vote waits for its poll; Telegram shows the poll within seconds, or with the next vote."""


def native_end(poll: Poll, post: PollPost) -> int | None:
    """When Telegram ends the poll in that group by itself, as a timestamp: soon after its end, each post at another
    second. So it ends too where it cannot be stopped: a twin, or what a group left behind when it moved.
    """
    if poll.closes_at is None:
        return None
    return int(poll.closes_at.timestamp()) + AFTER_THE_END + post.id % ENDS


def take(uow: UnitOfWork, desk: Desk, answer: PollAnswer) -> Poll | None:
    """Count it. None where it does not count: the poll is none of ours, or its time is over, whatever Telegram shows.

    Nor does the vote of somebody who had themselves forgotten while it was open: what they voted before counts still,
    and is nobody's. A vote taken back voids the person's vote, also one given in another group: a person's last act
    counts. Where it is not known yet which poll it is, the vote is kept until that is found out.
    """
    post = uow.polls.post_of(answer.telegram_poll_id)
    if post is None:
        _hold(uow, desk, answer)
        return None
    poll = uow.polls.get(post.poll)
    if poll is None or not _counts_at(poll, desk.now) or _has_spoken(uow, answer.sender.telegram_id, poll):
        return None
    person = uow.people.meet(answer.sender.telegram_id, answer.sender.language_code, desk.now)
    _count(uow, desk, poll, post, person.id, answer.options, desk.now)
    return poll


def place(uow: UnitOfWork, desk: Desk, shown: PollShown) -> Poll | None:
    """Telegram shows a poll of ours. If it is one nobody told us of, it is found out where it stands, and the votes
    that were cast in it count. The poll whose counts changed by that.
    """
    if uow.polls.post_of(shown.telegram_poll_id) is not None:
        return None
    found = [
        (poll, post)
        for poll, post in _open_posts(uow)
        if native_end(poll, post) == shown.ends_at and len(poll.options) == shown.options
    ]
    if len(found) != 1:
        return None
    ((_, post),) = found
    uow.polls.add_twin(post.id, shown.telegram_poll_id)
    return count_held(uow, desk, post, shown.telegram_poll_id)


def count_held(uow: UnitOfWork, desk: Desk, post: PollPost, telegram_poll_id: str) -> Poll | None:
    """It is known now where that native poll stands: votes that waited for it count, if they are still their voters'
    last word. The poll, if there were any.
    """
    waited = uow.polls.held(telegram_poll_id)
    poll = uow.polls.get(post.poll, lock=True) if waited else None
    if poll is None or not poll.open:
        return None
    for vote in waited:
        if _counts_at(poll, vote.at) and _is_last_word(uow, poll, vote):
            _count(uow, desk, poll, post, vote.person_id, vote.options, vote.at)
    return poll


def _hold(uow: UnitOfWork, desk: Desk, answer: PollAnswer) -> None:
    """Only while a poll of ours is open: else it can be none of them."""
    if any(True for _ in _open_posts(uow)):
        person = uow.people.meet(answer.sender.telegram_id, answer.sender.language_code, desk.now)
        uow.polls.hold(answer.telegram_poll_id, person.id, answer.options, now=desk.now)


def _open_posts(uow: UnitOfWork) -> Iterator[tuple[Poll, PollPost]]:
    """Every group's post of every native poll that is open."""
    for poll in uow.polls.in_state(PollState.OPEN, limit=1000):
        if poll.native:
            for post in uow.polls.posts(poll.number):
                yield poll, post


def _is_last_word(uow: UnitOfWork, poll: Poll, vote: UnplacedVote) -> bool:
    said = uow.polls.answer_of(poll.number, vote.person_id)
    person = uow.people.get(vote.person_id)
    if person is None or person.telegram_id is None or _has_spoken(uow, person.telegram_id, poll):
        return False
    return said is None or said.at < vote.at


def _count(
    uow: UnitOfWork, desk: Desk, poll: Poll, post: PollPost, person_id: int, options: Sequence[int], at: datetime
) -> None:
    chosen = sorted({option for option in options if 0 <= option < len(poll.options)})
    if not poll.multiple:
        chosen = chosen[:1]
    turnouts.before_an_act(uow, desk, poll)
    uow.polls.answer(poll.number, person_id, chosen, chat_id=post.chat_id, now=at)


def _counts_at(poll: Poll, at: datetime) -> bool:
    return poll.open and (poll.closes_at is None or at < poll.closes_at)


def _has_spoken(uow: UnitOfWork, telegram_id: int, poll: Poll) -> bool:
    """Whether they had themselves forgotten since it was opened, with that account or as the deputy they are."""
    if poll.opened_at is not None and uow.erasure.forgotten_since(telegram_id, poll.opened_at):
        return True
    return electors.given_by(uow, poll, telegram_id)


def drop_what_nobody_placed(uow: UnitOfWork, desk: Desk) -> int:
    """Votes in polls that turned out to be none of ours."""
    uow.polls.drop_held(desk.now - KEPT)
    return 0


STEPS: Final = (drop_what_nobody_placed,)
