"""Files that staff ask for in the chat: which there are, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

WAKE_UP: Final = "exports"
"""The name of the wake-up for whoever makes them: it rings after a commit that asked for one."""
SUBJECTS: Final = ("cases", "duty", "polls")
FORMATS: Final = ("xlsx", "csv", "jsonl")
PACKED: Final = frozenset({"csv", "jsonl"})
"""What is text: where it is too large to be sent, it is packed (a workbook is packed already)."""
WITHOUT_PERSONS: Final = frozenset({"polls"})
"""There is nothing about anybody in these, so nobody is asked."""


class JobState(StrEnum):
    """``MADE``: on its way to whoever asked."""

    WAITING = "waiting"
    RUNNING = "running"
    MADE = "made"


class Ending(StrEnum):
    """How the program that makes a file ends."""

    MADE = "made"
    TOO_LARGE = "too-large"
    TOO_MANY_ROWS = "too-many-rows"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ExportJob:
    """A file somebody asked for.

    ``first`` and ``last``: both days belong to it; None: all days. ``station_ids`` None: all stations, and none.
    """

    id: int
    person_id: int
    chat_id: int
    language: str
    what: str
    first: date | None
    last: date | None
    format: str
    personal: bool
    station_ids: tuple[int, ...] | None
    state: JobState
    attempt: int
    """A file that was begun before somebody was forgotten is not sent: it is made anew, under another number."""
    message_id: int | None
    asked_at: datetime
    file_id: int | None
