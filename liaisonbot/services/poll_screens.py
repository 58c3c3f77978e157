"""The one message in which a poll is watched, whichever kind it is: its words and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Rows
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import appraisal_views, poll_views, vote_views
from liaisonbot.texts import Text

CARDS: Final[Mapping[PollKind, Callable[[UnitOfWork, Desk, Poll], Text]]] = {
    PollKind.VOTE: vote_views.card,
    PollKind.APPRAISAL: appraisal_views.card,
}
"""Kinds with a card of their own; the others have that of ``poll_views``."""
ROWS: Final[Mapping[PollKind, Callable[[UnitOfWork, Desk, Poll], Rows]]] = {
    PollKind.VOTE: vote_views.card_rows,
    PollKind.APPRAISAL: appraisal_views.card_rows,
}
BELOW: Final[Mapping[PollKind, Callable[[Poll], Text]]] = {PollKind.APPRAISAL: appraisal_views.below}
"""What stands below a native poll."""


def card(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    """What stands in it now."""
    return CARDS.get(poll.kind, poll_views.card)(uow, desk, poll)


def card_rows(uow: UnitOfWork, desk: Desk, poll: Poll) -> Rows:
    """What can be done with the poll now."""
    return ROWS.get(poll.kind, poll_views.card_rows)(uow, desk, poll)


def below(poll: Poll) -> Text:
    """What stands below the question of a native poll."""
    return BELOW.get(poll.kind, poll_views.below)(poll)
