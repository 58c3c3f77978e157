"""What an export of the duty logs takes from the assessment."""

from __future__ import annotations

from collections.abc import Mapping

from liaisonbot.ports import UnitOfWork


def points(uow: UnitOfWork) -> Mapping[int, float]:
    """Points by the number of the entry they come from; entries that bring none are not in it."""
    return {}
