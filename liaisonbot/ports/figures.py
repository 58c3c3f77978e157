"""What the office needs of its memory for its figures: how things stood at a moment, whatever happened since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from liaisonbot.facts import (
    EVERYBODY,
    CaseFact,
    DeputyFact,
    DutyFact,
    EventFact,
    GatheringFact,
    PollFact,
    ProjectFact,
    PromiseFact,
    Scope,
)
from liaisonbot.model import Handing
from liaisonbot.workflow import Event


class CaseFacts(Protocol):
    """Cases of a scope are those that belonged to it at ``end``, whoever has them now."""

    def received(self, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> list[CaseFact]:
        """The cases created in [start, end), by number."""

    def numbers_received(self, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> tuple[int, ...]:
        """Their numbers only."""

    def as_of(self, numbers: Collection[int], end: datetime, scope: Scope = EVERYBODY) -> dict[int, CaseFact]:
        """Those cases by number; what was created later is not among them."""

    def open_at(self, end: datetime, scope: Scope = EVERYBODY) -> list[CaseFact]:
        """What was open then, by number."""

    def closed_by(self, end: datetime, scope: Scope = EVERYBODY) -> int:
        """How many were closed then."""

    def events(
        self, start: datetime, end: datetime, wanted: Collection[Event], scope: Scope = EVERYBODY
    ) -> list[EventFact]:
        """The journal's lines of these kinds in [start, end), in their order."""

    def handings(self, numbers: Collection[int], end: datetime) -> list[Handing]:
        """What of these cases was handed to units before ``end``, by id; ratings, and who had it next, are left out."""

    def promised(self, first: date, last: date, end: datetime) -> list[PromiseFact]:
        """The promises for a day from first to last, made before ``end``."""

    def gatherings(self, start: datetime, end: datetime) -> list[GatheringFact]:
        """The matters that grew in [start, end) because cases were merged into one."""


class OfficeFacts(Protocol):
    """Duty logs, roster, polls and projects as they stood at the end of a window.

    Windows end at a local midnight; what happened at exactly ``end`` does not count. Asked again later, the answer is
    the same, names and titles aside, which are today's.
    """

    def duty(self, first: date, last: date, start: datetime, end: datetime, scope: Scope = EVERYBODY) -> list[DutyFact]:
        """Entries dated in [first, last] or filed in [start, end), by number. Drafts are nobody's business."""

    def deputies(self, end: datetime) -> list[DeputyFact]:
        """Those in the roster then, by name."""

    def polls(self, start: datetime, end: datetime) -> list[PollFact]:
        """Those that were open in the window, at least for a while, by number; a cancelled one was none."""

    def projects(self, end: datetime) -> list[ProjectFact]:
        """Those that had been proposed, by number."""
