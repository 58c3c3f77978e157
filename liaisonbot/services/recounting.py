"""A result computed anew from the ballots alone, beside the one that was published: ``bot.py polls recount N``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from liaisonbot.errors import LiaisonError
from liaisonbot.polls import Poll, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import poll_closing

NOT_COUNTED: Final = frozenset({"groups", "stars"})
"""The opinion index stands in a result as it was then, and so do the groups' titles; see :func:`figures`."""


class CannotRecount(LiaisonError):
    """There is no result to be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of which the published result says something else than the ballots do."""

    what: str
    published: Any
    recounted: Any


@dataclass(frozen=True, slots=True)
class Recount:
    """What came out. ``ballots``: how many there are."""

    poll: Poll
    ballots: int
    differences: tuple[Difference, ...]


def recount(uow: UnitOfWork, number: int) -> Recount:
    """Raises CannotRecount, with what to do, for a poll that has no result to compare."""
    poll = uow.polls.get(number)
    if poll is None or poll.state is PollState.DRAFT:
        raise CannotRecount(f"there is no poll P{number}; `bot.py export polls` lists them")
    if poll.open:
        raise CannotRecount(f"poll P{number} is still open, so nothing was published; recount it once it is closed")
    if poll.result is None:
        raise CannotRecount(f"poll P{number} was cancelled: it has no result")
    published, counted = figures(poll.result), figures(poll_closing.COUNTED[poll.kind](uow, poll))
    differences = [
        Difference(what, published.get(what), counted.get(what))
        for what in {**published, **counted}
        if published.get(what) != counted.get(what)
    ]
    if poll.secret:
        differences += _register(uow, poll)
    return Recount(poll, _ballots(uow, poll), tuple(differences))


def _ballots(uow: UnitOfWork, poll: Poll) -> int:
    return len(uow.urns.ballots(poll.number)) if poll.secret else len(uow.polls.answered(poll.number))


def figures(result: Mapping[str, Any]) -> dict[str, Any]:
    """All that was counted. Groups without their ids: one may have become a supergroup since."""
    flat = {name: value for name, value in result.items() if name not in NOT_COUNTED}
    groups = [[group["voters"], *group["counts"]] for group in result.get("groups", ()) if group["voters"]]
    return flat | ({"voters and counts by group": sorted(groups)} if groups else {})


def _register(uow: UnitOfWork, poll: Poll) -> list[Difference]:
    """As many have voted as there are ballots; more than that nobody can compare."""
    voted, ballots = uow.urns.turnout(poll.number), len(uow.urns.ballots(poll.number))
    return [] if voted == ballots else [Difference("voters in the register and ballots in the urn", voted, ballots)]
