"""Who watches a poll: whoever holds it, as long as it is theirs to hold; after that the staff whose it is.

What only they read is asked of here each time: a role may end while a poll is open.
"""

from __future__ import annotations

from liaisonbot.desk import Desk
from liaisonbot.model import Actor
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import actors, cycle_votes, poll_views, readers
from liaisonbot.services.readers import Reader


def watched(uow: UnitOfWork, desk: Desk, poll: Poll) -> bool:
    """Whether its card stands with somebody who may still hold it."""
    return poll.chat_id is not None and _may_hold(uow, actors.known(uow, desk, poll.chat_id), poll)


def _may_hold(uow: UnitOfWork, actor: Actor, poll: Poll) -> bool:
    """As its buttons ask: a cycle's vote is for whoever has all stations of the cycle."""
    cycle = uow.cycles.get(poll.cycle_id) if poll.kind is PollKind.VOTE and poll.cycle_id is not None else None
    return poll_views.may_hold(actor, poll) if cycle is None else cycle_votes.may_hold(actor, cycle)


def of(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[Reader]:
    """Who is told what became of it; each once. Where none of the staff may hold it, that is for the owners."""
    if poll.chat_id is not None and watched(uow, desk, poll):
        return [Reader(poll.chat_id, poll.language)]
    staff = [reader for station in poll.station_ids or (None,) for reader in readers.staff_of(uow, desk, station)]
    here = [reader for reader in staff if _may_hold(uow, actors.known(uow, desk, reader.chat_id), poll)]
    return list({reader.chat_id: reader for reader in here or readers.owners(uow, desk)}.values())
