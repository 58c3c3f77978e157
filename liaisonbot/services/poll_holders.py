"""Who watches a poll: whoever holds it, as long as they work at one of its stations; after that the staff there.

What only they read is asked of here each time: a role may end while a poll is open.
"""

from __future__ import annotations

from liaisonbot.desk import Desk
from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import people, poll_views, readers
from liaisonbot.services.readers import Reader


def watched(uow: UnitOfWork, desk: Desk, poll: Poll) -> bool:
    """Whether its card stands with somebody who may still hold it."""
    return poll.chat_id is not None and poll_views.may_hold(people.known(uow, desk, poll.chat_id), poll)


def of(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[Reader]:
    """Who is told what became of it; each once."""
    if poll.chat_id is not None and watched(uow, desk, poll):
        return [Reader(poll.chat_id, poll.language)]
    found = [reader for station in poll.station_ids or (None,) for reader in readers.staff_of(uow, desk, station)]
    return list({reader.chat_id: reader for reader in found}.values())
