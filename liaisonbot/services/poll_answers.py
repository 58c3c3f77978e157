"""What people answer in native polls: the last word of each person counts, in whichever group it was said."""

from __future__ import annotations

from liaisonbot.desk import Desk
from liaisonbot.incoming import PollAnswer
from liaisonbot.polls import Poll, PollState, PostState
from liaisonbot.ports import UnitOfWork


def take(uow: UnitOfWork, desk: Desk, answer: PollAnswer) -> Poll | None:
    """Count it. None where it does not count: the poll is none of ours, or its time is over, whatever Telegram shows.

    Nor does the vote of somebody who had themselves forgotten while it was open: what they voted before counts still,
    and is nobody's. A vote taken back voids the person's vote, also one given in another group: a person's last act
    counts.
    """
    post = uow.polls.post_of(answer.telegram_poll_id)
    poll = uow.polls.get(post.poll) if post is not None else None
    if post is None or poll is None or not _counts_now(poll, desk):
        return None
    if poll.opened_at is not None and uow.erasure.forgotten_since(answer.sender.telegram_id, poll.opened_at):
        return None
    person = uow.people.meet(answer.sender.telegram_id, answer.sender.language_code, desk.now)
    chosen = sorted({option for option in answer.options if 0 <= option < len(poll.options)})
    if not poll.multiple:
        chosen = chosen[:1]
    uow.polls.answer(poll.number, person.id, chosen, chat_id=post.chat_id, now=desk.now)
    return poll


def comes_too_soon(uow: UnitOfWork, answer: PollAnswer) -> bool:
    """Whether it may be to a poll that has just been sent: Telegram told somebody's vote before we noted its id."""
    if uow.polls.post_of(answer.telegram_poll_id) is not None:
        return False
    return any(uow.polls.posts(poll.number, PostState.PROMISED) for poll in uow.polls.in_state(PollState.OPEN))


def _counts_now(poll: Poll, desk: Desk) -> bool:
    return poll.open and (poll.closes_at is None or desk.now < poll.closes_at)
