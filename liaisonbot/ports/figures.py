"""What the office needs of its memory for its figures: how things stood at a moment, whatever happened since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from liaisonbot.facts import DeputyFact, DutyFact, PollFact, ProjectFact


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
