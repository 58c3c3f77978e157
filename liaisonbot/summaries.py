"""A summary: the figures of a window and whose they are, as whoever makes a text, a chart or a file of it is given it.

It becomes bytes and back without loss, since files are made when their turn comes, some by a program of their own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from liaisonbot.figures import Figures
from liaisonbot.model import Actor


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
"""The words, with what belongs to them behind."""
CHART: Final = "png"
WHICH: Final = "which"
"""Of the cases behind a figure, before a colon."""
_BEHIND: Final = "+"


@dataclass(frozen=True, slots=True)
class Whose:
    """Of one station, of the area that a station is in, of one deputy; or of all that the reader may see."""

    station_id: int | None = None
    area_of: int | None = None
    deputy_id: int | None = None

    @property
    def data(self) -> str:
        """As it stands in a button: 7, a7, d12; 0 for all."""
        found = ((mark, getattr(self, name)) for mark, name in _MARKS.items())
        return next((f"{mark}{number}" for mark, number in found if number is not None), "0")

    @classmethod
    def read(cls, data: str) -> Whose | None:
        """None: no button of ours."""
        found = _WHOSE.fullmatch(data)
        if found is None:
            return None
        return cls() if data == "0" else cls(**{_MARKS[found[1]]: int(found[2])})


_MARKS: Final = {"": "station_id", "a": "area_of", "d": "deputy_id"}
_WHOSE: Final = re.compile(r"([ad]?)([0-9]{1,15})")
EVERYBODYS: Final = Whose()


@dataclass(frozen=True, slots=True)
class SummaryJob:
    """A summary that is to be made. ``station_ids``: those of the reader; None: all stations, and what has none."""

    id: int
    person_id: int
    chat_id: int
    language: str
    window: str
    station_id: int | None
    area_of: int | None
    deputy_id: int | None
    station_ids: tuple[int, ...] | None
    what: str
    """``CHAT``; ``which:FIGURE:OFFSET``, the cases behind a figure; ``xlsx``, a file somebody asked for; ``+png+xlsx``,
    files that belong to words which were told already."""
    scheduled: bool
    message_id: int | None
    """The message that says that it is being made, once it is there."""
    asked_at: datetime

    @property
    def whose(self) -> Whose:
        return Whose(self.station_id, self.area_of, self.deputy_id)

    @property
    def kind(self) -> str:
        """Without what stands behind a colon."""
        return self.what.partition(":")[0]

    @property
    def behind(self) -> bool:
        """The words were told, its files follow."""
        return self.what.startswith(_BEHIND)

    @property
    def forms(self) -> tuple[str, ...]:
        """The files that are to be made, in their order."""
        return () if is_told(self.what) else tuple(self.what.removeprefix(_BEHIND).split(_BEHIND))


def is_told(what: str) -> bool:
    """Whether that is words, and no file."""
    return what == CHAT or what.startswith(f"{WHICH}:")


def files_behind(forms: Iterable[str]) -> str:
    """``SummaryJob.what`` of files that belong to words which were told."""
    return "".join(f"{_BEHIND}{form}" for form in forms)
