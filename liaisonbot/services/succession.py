"""Whose a case is that was merged while its deputy handed over, and is split off afterwards.

A handover (``handing_over``) takes along what is open at that moment. What comes back later goes the way it would have
gone then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from liaisonbot.model import Case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import assigning, routing


def changes(uow: UnitOfWork, case: Case, since: datetime) -> dict[str, Any]:
    """What is otherwise with the case, had it been open since then: nothing where nobody handed over. A successor who
    must not have it leaves it to staff.
    """
    deputy_id, absent = case.deputy_id, case.standing_in_for
    for made in uow.handovers.since(since):
        new = uow.roster.get(made.to_id)
        if made.from_id not in (deputy_id, absent) or new is None:
            continue
        if case.station_id is not None and case.station_id not in new.station_ids:
            continue  # it stayed where it was, see ``handover_parts``
        if routing.conflict(new, assigning.matter(uow, case)) is not None:
            return {"deputy_id": None, "standing_in_for": None}
        if absent in (made.from_id, made.to_id):
            absent = None
        deputy_id = made.to_id
    if (deputy_id, absent) == (case.deputy_id, case.standing_in_for):
        return {}
    return {"deputy_id": deputy_id, "standing_in_for": absent}
