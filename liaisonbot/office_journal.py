"""What somebody here asked for that others should be able to look up: who, when, what, in keys and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from liaisonbot.vocabulary import Role

PERSONAL_EXPORT: Final = "personal-export"
"""A file with personal data: ``what``, ``format``, ``first`` and ``last`` day, ``stations`` by their codes."""


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """A line of that journal. ``person_id`` None: somebody at the terminal, whom we cannot know."""

    id: int
    at: datetime
    person_id: int | None
    by: Role
    what: str
    details: Mapping[str, Any]
