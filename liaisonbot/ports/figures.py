"""What the office needs of its memory for its figures: how things stood at a moment, whatever happened since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from liaisonbot.facts import (
    CaseFact,
    DeputyFact,
    DutyFact,
    EventFact,
    GatheringFact,
    PollFact,
    ProjectFact,
    PromiseFact,
)
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


class OfficeFacts(Protocol):
    """Duty logs, roster, polls and projects as they stood at the end of a window.

    Windows end at a local midnight; what happened at exactly ``end`` does not count. Asked again later, the answer is
    the same, names and titles aside, which are today's.
    """

    def duty(self, first: date, last: date, start: datetime, end: datetime) -> list[DutyFact]:
        """Entries dated in [first, last] or filed in [start, end), by number. Drafts are nobody's business."""

    def deputies(self, end: datetime) -> list[DeputyFact]:
        """Those in the roster then, by name."""

    def polls(self, start: datetime, end: datetime) -> list[PollFact]:
        """Those that were open in the window, at least for a while, by number; a cancelled one was none."""

    def projects(self, end: datetime) -> list[ProjectFact]:
        """Those that had been proposed, by number."""
