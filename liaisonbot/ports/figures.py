"""What the figures of a window are computed from. Everything is as it stood at ``end``, which does not belong to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from liaisonbot.facts import CaseFact, EventFact, GatheringFact, PromiseFact
from liaisonbot.workflow import Event


class CaseFacts(Protocol):
    def received(self, start: datetime, end: datetime) -> list[CaseFact]:
        """The cases created in [start, end)."""

    def as_of(self, numbers: Collection[int], end: datetime) -> dict[int, CaseFact]:
        """Those cases by number; what was created later is not among them."""

    def open_at(
        self, end: datetime, *, station_ids: Collection[int] | None = None, deputy_id: int | None = None
    ) -> list[CaseFact]:
        """What was open then, by number; of those stations and that deputy, by whom it belonged to then."""

    def closed_by(
        self, end: datetime, *, station_ids: Collection[int] | None = None, deputy_id: int | None = None
    ) -> int:
        """How many were closed then."""

    def events(self, start: datetime, end: datetime, wanted: Collection[Event]) -> list[EventFact]:
        """The journal's lines of these kinds in [start, end), in their order."""

    def entered_for_others(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of them that were entered on behalf of somebody (代录)."""

    def promised(self, first: date, last: date, end: datetime) -> list[PromiseFact]:
        """The promises for a day from first to last, made before ``end``."""

    def gatherings(self, start: datetime, end: datetime) -> list[GatheringFact]:
        """The matters that grew in [start, end) because cases were merged into one."""
