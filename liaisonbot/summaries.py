"""A summary: the figures of a window and whose they are, as whoever makes a text, a chart or a file of it is given it.

It becomes bytes and back without loss, since files are made when their turn comes, some by a program of their own.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from liaisonbot.figures import Figures
from liaisonbot.model import Actor

FORMS: Final = ("text", "json", "xlsx", "docx", "png")


@dataclass(frozen=True, slots=True)
class Summary:
    """``code``: the station's, if it is about one only; ``area``, ``deputy``: the same of these, by name. ``place``:
    what the heading calls it.
    """

    figures: Figures
    code: str | None = None
    place: str | None = None
    area: str | None = None
    deputy: str | None = None

    @property
    def name(self) -> str:
        """Of its files, without an extension."""
        window = self.figures.window.label.replace("/", "_")
        return f"summary-{self.code}-{window}" if self.code else f"summary-{window}"


def without_cases(summary: Summary) -> Summary:
    """With the numbers behind each figure, and nothing else of single cases: a hundredth as long in a large city."""
    bare = replace(summary.figures, cases={}, days_to_answer={}, days_to_close={}, promises=())
    return replace(summary, figures=bare)


@cache
def _form() -> TypeAdapter[Summary]:
    return TypeAdapter(Summary)


def packed(summary: Summary) -> bytes:
    """A tenth as long as JSON: a year of a large city is a hundred thousand cases."""
    return zlib.compress(_form().dump_json(summary), level=1)


def unpacked(content: bytes) -> Summary:
    return _form().validate_json(zlib.decompress(content))


def stations_of(actor: Actor) -> frozenset[int] | None:
    """The stations whose figures are theirs; None: all there are, and what belongs to none."""
    if actor.owner or actor.staff is None:
        return None if actor.owner else frozenset()
    return actor.staff.station_ids or None


WAKE_UP: Final = "summaries"
"""The name of the wake-up for whoever makes them: it rings after a commit that asks for one."""
CHAT: Final = "chat"
"""The text with its chart; any other ``SummaryJob.what`` is a file, or ``which:FIGURE:OFFSET``."""


@dataclass(frozen=True, slots=True)
class SummaryJob:
    """A summary that is to be made. ``station_ids`` None: all stations, and what has none."""

    id: int
    person_id: int
    chat_id: int
    language: str
    window: str
    station_id: int | None
    station_ids: tuple[int, ...] | None
    what: str
    scheduled: bool
    message_id: int | None
    """The message that says that it is being made, once it is there."""
    asked_at: datetime
