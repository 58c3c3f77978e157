"""The end of a poll: nobody can vote any more, it is counted, and the result goes where the poll went.

It closes at its time by the clock, and by whoever looks at it later than that; also when the bot was down at that
moment. All of it is one unit of work, so there is one result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.polls import Poll, PollKind, PollState, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    appraisal_results,
    appraisal_telling,
    duty_drafts,
    electors,
    opinions,
    poll_holders,
    poll_results,
    polling,
    readers,
    vote_following,
    vote_results,
)

AT_ONCE: Final = 20


def close(uow: UnitOfWork, desk: Desk, poll: Poll) -> Poll:
    """Close an open poll now. What it came to is kept as it is published."""
    result = COUNTED[poll.kind](uow, poll)
    poll = uow.polls.update(poll.number, state=PollState.CLOSED, closed_at=desk.now, result=result)
    polling.withdraw_reminders(uow, poll)
    electors.let_go(uow, poll)
    if poll.secret:
        uow.urns.clear_traces(thoroughly=True)
    for post in uow.polls.posts(poll.number, PostState.SENT):
        polling.take_down(uow, desk, poll, post)
    PUBLISHED[poll.kind](uow, desk, poll)
    duty_drafts.after_poll(uow, desk, poll)
    polling.show_card(uow, desk, poll, at_once=True)
    return poll


def if_over(uow: UnitOfWork, desk: Desk, poll: Poll) -> Poll:
    """The poll as it stands: one whose time is over is closed by whoever looks at it first."""
    over = poll.open and poll.closes_at is not None and poll.closes_at <= desk.now
    locked = uow.polls.get(poll.number, lock=True) if over else None
    return close(uow, desk, locked) if locked is not None and locked.open else poll


def close_those_over(uow: UnitOfWork, desk: Desk) -> int:
    """Polls whose time is over, at most :data:`AT_ONCE`."""
    over = uow.polls.over(desk.now, AT_ONCE)
    for poll in over:
        if_over(uow, desk, poll)
    return 100 if len(over) == AT_ONCE else 0


def _publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """To every group that has the poll: the result in words below its chart. One message for each."""
    result = poll.result or {}
    file = uow.files.add(poll_results.chart(poll, result), desk.now)
    told = Outgoing(Send.PHOTO, 0, text=poll_results.text(poll, result), file=file, priority=Priority.NOTICE)
    for post in uow.polls.posts(poll.number, PostState.SENT, PostState.PROMISED):
        language = readers.group_language(desk, uow.groups.get(post.chat_id))
        here = replace(told, chat_id=post.chat_id, language=language, reply_to=post.message_id)
        uow.outbox.add(replace(here, noted_as=("poll-result", post.id)), desk.now)
    for reader in poll_holders.of(uow, desk, poll):
        uow.outbox.add(replace(told, chat_id=reader.chat_id, language=reader.language), desk.now)
    opinions.store(uow, desk, poll)


COUNTED: Final[Mapping[PollKind, Callable[[UnitOfWork, Poll], dict[str, Any]]]] = {
    PollKind.QUICK: poll_results.counted,
    PollKind.BALLOT: poll_results.counted,
    PollKind.APPRAISAL: appraisal_results.counted,
    PollKind.VOTE: vote_results.counted,
}
"""How each kind becomes a result: plain JSON, kept with the poll."""

PUBLISHED: Final[Mapping[PollKind, Callable[[UnitOfWork, Desk, Poll], None]]] = {
    PollKind.QUICK: _publish,
    PollKind.BALLOT: _publish,
    PollKind.VOTE: vote_following.publish,
    PollKind.APPRAISAL: appraisal_telling.publish,
}
"""Who hears of the result of each kind, and what follows from it."""

STEPS: Final = (close_those_over,)
