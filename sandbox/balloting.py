"""Votes in native polls, and polls that close when their time is over."""

from typing import TYPE_CHECKING

from sandbox.errors import Impossible
from sandbox.model import Poll, User

if TYPE_CHECKING:
    from sandbox.world import World


def vote(world: "World", poll: Poll, user: User, options: list[int]) -> None:
    """Cast or change a vote; no options take it back. The bot hears of votes in its own polls."""
    close_due(world)
    _check(poll, user, options)
    if options:
        poll.votes[user.id] = sorted(set(options))
    else:
        poll.votes.pop(user.id, None)
    _show(world, poll)
    if not poll.by_bot:
        return
    key = _key(world, poll)
    if not poll.anonymous:
        chosen = poll.votes.get(user.id, [])
        answer = {"poll_id": poll.id, "user": user.wire, "option_ids": chosen}
        world.updates.add("poll_answer", answer | {"option_persistent_ids": [str(one) for one in chosen]}, key)
    world.updates.add("poll", poll.wire, key)


def close(world: "World", poll: Poll) -> None:
    """End a poll; the bot hears of it."""
    if poll.closed:
        return
    poll.closed = True
    _show(world, poll)
    world.updates.add("poll", poll.wire, _key(world, poll))


def close_due(world: "World") -> None:
    """End the polls whose time is over."""
    now = world.timestamp()
    for poll in [p for p in world.polls.values() if not p.closed and p.close_date is not None]:
        if poll.close_date is not None and poll.close_date <= now:
            close(world, poll)


def next_close(world: "World") -> int | None:
    """When the next poll ends by itself, as a timestamp."""
    return min((p.close_date for p in world.polls.values() if not p.closed and p.close_date is not None), default=None)


def _check(poll: Poll, user: User, options: list[int]) -> None:
    if poll.closed:
        raise Impossible(f"the poll {poll.question!r} is closed")
    if any(not 0 <= option < len(poll.options) for option in options):
        raise Impossible(f"the poll {poll.question!r} has the options {poll.options}")
    if len(options) > 1 and not poll.multiple:
        raise Impossible(f"the poll {poll.question!r} takes one answer")
    if user.id in poll.votes and not poll.revoting:
        raise Impossible(f"votes in the poll {poll.question!r} are final")


def _show(world: "World", poll: Poll) -> None:
    for message in world.poll_messages.get(poll.id, ()):
        world.changed(message)


def _key(world: "World", poll: Poll) -> int:
    """The chat with whose updates those of the poll keep their order."""
    messages = world.poll_messages.get(poll.id)
    return messages[0].chat.id if messages else 0
