"""Which deputy a case goes to, and by which rule. The rule is stored with the assignment.

Named by the constituent → at the station, with the category as specialty → at the station → of these the one with
the fewest open
cases → the staff's queue. Nobody is given a case of their own, and nobody whom we have no way to reach.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from liaisonbot.model import RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import RoutingRule


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes; ``deputy`` is None for a queue."""

    deputy: RosterEntry | None
    rule: RoutingRule


def route(
    uow: UnitOfWork,
    station_id: int | None,
    category: str,
    text: str,
    *,
    not_to: Collection[int] = (),
    named: int | None = None,
) -> Route:
    """The deputy for a case. ``not_to`` are Telegram ids that must not get it; ``named`` a roster id chosen by a
    button.
    """
    if station_id is None:
        return Route(None, RoutingRule.OWNER_QUEUE)
    candidates = [
        deputy
        for deputy in uow.roster.deputies(station_id)
        if deputy.telegram_id is not None and deputy.telegram_id not in not_to
    ]
    wanted = [deputy for deputy in candidates if deputy.id == named] or [d for d in candidates if names(text, d)]
    if len(wanted) == 1:
        return Route(wanted[0], RoutingRule.NAMED)
    if not candidates:
        return Route(None, RoutingRule.STAFF_QUEUE)
    specialists = [deputy for deputy in candidates if category in deputy.specialties]
    if len(specialists) == 1:
        return Route(specialists[0], RoutingRule.SPECIALTY)
    rule = RoutingRule.SPECIALTY if specialists else RoutingRule.FEWEST_OPEN
    return Route(_least_busy(uow, specialists or candidates), rule)


def names(text: str, deputy: RosterEntry) -> bool:
    """Whether the words name that deputy: by @username, or by the full name (a Latin one as words of its own)."""
    if deputy.username and re.search(rf"@{re.escape(deputy.username)}(?!\w)", text, re.IGNORECASE):
        return True
    if len(deputy.name) < 2:
        return False
    name = re.escape(deputy.name)
    whole = rf"(?<!\w){name}(?!\w)" if deputy.name.isascii() else name
    return re.search(whole, text, re.IGNORECASE) is not None


def _least_busy(uow: UnitOfWork, deputies: Collection[RosterEntry]) -> RosterEntry:
    counts = uow.roster.open_counts([deputy.id for deputy in deputies])
    return min(deputies, key=lambda deputy: (counts.get(deputy.id, 0), deputy.id))
