"""Reception days (接待日): the rota of a station, its days, who books them, and where the matters go. Values only.

Notice goes out some days ahead with place, time and deputies; minutes are kept; what people bring takes one of the five
exits of ``data/reception_exits.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from importlib import resources

from liaisonbot.vocabulary import ReplyClass


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a matter goes, as a case. ``answer``: what was said on the spot is the formal reply, of that class."""

    key: str
    zh: str
    en: str
    answer: ReplyClass | None = None
    also: tuple[str, ...] = ()
    """Other names under which it is understood."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them in small letters, the longest first: a short one may begin a long one."""
        found = (self.zh, self.en.casefold(), self.key, *self.also)
        return tuple(sorted(found, key=len, reverse=True))


@cache
def exits() -> dict[str, Exit]:
    """Key → exit, in the order in which they are offered."""
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "reception_exits.toml").read_text("utf-8"))
    return {
        key: Exit(
            key,
            row["zh"],
            row["en"],
            ReplyClass(row["answer"]) if "answer" in row else None,
            tuple(row.get("also", ())),
        )
        for key, row in raw.items()
    }


@dataclass(frozen=True, slots=True)
class Rota:
    """When a station receives people, again and again."""

    id: int
    station_id: int
    rule: str
    """A recurrence rule (RFC 5545), as ``FREQ=MONTHLY;BYDAY=1MO``; of local days."""
    begins: time
    """Local time."""
    ends: time
    place: str
    slot_minutes: int
    deputy_ids: tuple[int, ...]
    """Roster ids of those who receive, all of them on each day."""
    first: date
    """Days before it are not meant."""
    ended_at: datetime | None


class ReceptionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reception:
    """One reception day at a station."""

    id: int
    rota_id: int | None
    """None: a day of its own."""
    station_id: int
    day: date
    begins: time
    ends: time
    place: str
    slot_minutes: int
    deputy_ids: tuple[int, ...]
    state: ReceptionState
    minutes: str | None
    """The record (纪要)."""
    made_at: datetime

    def slots(self) -> list[time]:
        """When each slot begins."""
        first = self.begins.hour * 60 + self.begins.minute
        last = self.ends.hour * 60 + self.ends.minute
        starts = range(first, last - self.slot_minutes + 1, self.slot_minutes)
        return [time(start // 60, start % 60) for start in starts]


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    HEARD = "heard"
    """They came, and were heard."""
    ABSENT = "absent"
    """They did not come."""


@dataclass(frozen=True, slots=True)
class Booking:
    """Somebody who wants to come, or came."""

    id: int
    reception_id: int
    slot: time | None
    """None: they came without one."""
    person_id: int
    entered_by: int | None
    """The person number of whoever entered it for somebody without Telegram."""
    subject: str | None
    """In the constituent's words; None once forgotten, or never said."""
    minutes: str | None
    """What was said, in the office's words."""
    exit: str | None
    case: int | None
    state: BookingState
    made_at: datetime
    guard: str | None = None
    """The topic for which the deputies do not read the subject before they hear it; None: they may."""
    name: str | None = None
    """As they gave it to whoever entered them."""
    phone: str | None = None
    code: str | None = None
    """Digest of the receipt code of somebody without Telegram."""
