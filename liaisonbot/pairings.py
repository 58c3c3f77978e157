"""Paired assistance (结对帮扶): a deputy and a household, known by a code alone, visited in a rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pairing:
    """A deputy and a household. The office knows the household by its code; who lives there stands nowhere here."""

    id: int
    code: str
    deputy_id: int
    station_id: int
    every_days: int
    since: date
    ended_at: datetime | None

    @property
    def origin(self) -> str:
        """What entries of the duty log about it are made from."""
        return f"pairing:{self.id}"

    def due(self, last: date | None) -> date:
        """The day by which the next visit is to be, after the last one (None: there was none yet)."""
        return (last or self.since) + timedelta(days=self.every_days)


@dataclass(frozen=True, slots=True)
class Handover:
    """What one deputy had went to another. ``moved``: what, and how many of each."""

    id: int
    from_id: int
    to_id: int
    person_id: int | None
    moved: dict[str, int]
    made_at: datetime
    acknowledged_at: datetime | None
