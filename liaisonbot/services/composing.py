"""What is written, or looked at once more, when its turn to be sent has come: first cards, searches, exports,
summaries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    exports,
    first_cards,
    intake,
    muted,
    searching,
    similar,
    standing_cards,
    summary_making,
)

Compose = Callable[[UnitOfWork, Desk, Outgoing], Outgoing | None]


def _in_private(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """What its group did not take: as it is composed there, below why it is read here."""
    group, composed = muted.parts(outgoing.composed or "")
    plain = replace(outgoing, composed=composed)
    made = compose(uow, desk, plain) if composed is not None else plain
    return muted.with_reason(uow, group, made) if made is not None else None


COMPOSE: Final[Mapping[str, Compose]] = {
    **dict.fromkeys(first_cards.FIRST, first_cards.compose),
    standing_cards.FOR_GROUP: standing_cards.compose_for_group,
    intake.THEIRS: intake.compose_theirs,
    muted.IN_PRIVATE: _in_private,
    similar.COMPOSED: similar.compose,
    searching.COMPOSED: searching.compose,
    exports.COMPOSED: exports.compose,
    summary_making.COMPOSED: summary_making.compose,
}
"""By what ``Outgoing.composed`` begins with, up to a colon."""


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The promise with its words and buttons; None where nothing is to be said any more. Reads only."""
    return COMPOSE[(outgoing.composed or "").partition(":")[0]](uow, desk, outgoing)
