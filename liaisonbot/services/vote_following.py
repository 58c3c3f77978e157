"""What follows from a deputies' vote: who was chosen and who was not goes into the projects, whoever held it hears what
is next.

Without its quorum a vote decides nothing. Who tied at the cut-off waits for the next round.
"""

from __future__ import annotations

from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import ProjectEvent, step
from liaisonbot.services import poll_holders, projecting, vote_publishing, vote_views

DECIDES: Final = ("approved", "against", "abstained")


def publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """The result goes out, what it decides is written into the projects, and whoever held it is told what is next."""
    vote_publishing.publish(uow, desk, poll)
    apply(uow, desk, poll)
    for reader in poll_holders.of(uow, desk, poll):
        told = Outgoing(
            Send.TEXT,
            reader.chat_id,
            language=reader.language,
            text=vote_views.what_next(uow, poll),
            rows=vote_views.card_rows(uow, desk, poll),
        )
        uow.outbox.add(told, desk.now)


def apply(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """Each candidate becomes chosen or not; one that is no candidate any more is left as it is."""
    result = poll.result or {}
    if not result.get("quorate"):
        return
    counts = {row["index"]: row for row in result["candidates"]}
    elected, tied = set(result["elected"]), set(result["tied"])
    for index, number in enumerate(poll.subjects):
        if index in tied:
            continue
        event = ProjectEvent.ELECTED if index in elected else ProjectEvent.NOT_ELECTED
        project = uow.projects.get(number)
        if project is not None and step(project.state, event) is not None:
            details = _details(uow, poll, counts[index])
            projecting.advance(uow, desk, SYSTEM, number, event, details=details)


def _details(uow: UnitOfWork, poll: Poll, row: dict[str, Any]) -> dict[str, Any]:
    result = poll.result or {}
    told = {name: result[name] for name in ("electors", "present", "valid", "needed")}
    return {
        "poll": poll.number,
        "round": vote_views.round_number(uow, poll),
        **{name: row[name] for name in DECIDES},
        **told,
    }
