"""The duty log (履职登记): its types, what can happen to an entry, the norms. Values and tables; nothing counts here.

Types, groups, roles and places are rows of ``data/duty_types.toml``; what is expected of deputies, of
``data/duty_norms.toml``. An entry changes in ``services/duty_log.advance`` and nowhere else, by the table
:data:`STEPS`. Recording what deputies do is law (代表法 2025 §58).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from liaisonbot.announcements import Sources
from liaisonbot.permissions import Permission
from liaisonbot.vocabulary import Role
from liaisonbot.windows import Window, WindowKind


def _raw(file: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("liaisonbot") / "data" / file).read_text("utf-8"))


_FILE: Final = _raw("duty_types.toml")


@dataclass(frozen=True, slots=True)
class Named:
    """A group of types, one of a deputy's four roles, or a kind of place."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DutyType(Named):
    """A type of entry. ``group`` and ``role`` are keys of :data:`GROUPS` and :data:`ROLES`."""

    group: str
    role: str
    also: tuple[str, ...]


def _named(part: str) -> Mapping[str, Named]:
    return MappingProxyType({key: Named(key, row["zh"], row["en"]) for key, row in _FILE[part].items()})


GROUPS: Final = _named("group")
"""Key → group, in the order in which they are shown."""
ROLES: Final = _named("role")
"""Key → role of a deputy: 宣传员, 联络员, 调解员, 服务员."""
PLACES: Final = _named("place")
"""Key → kind of place."""
TYPES: Final[Mapping[str, DutyType]] = MappingProxyType(
    {
        key: DutyType(key, row["zh"], row["en"], row["group"], row["role"], tuple(row["also"]))
        for key, row in _FILE["type"].items()
    }
)
"""Key → type, in the order in which they are shown."""


def _folded(words: str) -> str:
    return "".join(words.split()).casefold()


_NAMES: Final = {
    _folded(name): type_.key for type_ in TYPES.values() for name in (*type_.also, type_.key, type_.zh, type_.en)
}


def by_name(words: str) -> DutyType | None:
    """The type with that key, or that name in either language; case and blanks do not matter."""
    key = _NAMES.get(_folded(words))
    return TYPES[key] if key else None


def at_start(words: str) -> tuple[DutyType, str] | None:
    """The type whose name the words begin with, the longest that fits, and what comes behind it; None: no type's.

    Chinese needs no blank behind a name: 走访三户 is a visit, and its words are all of them.
    """
    for end in range(min(len(words), _LONGEST), 0, -1):
        name, left = words[:end], words[end:]
        found = by_name(name) if not name[-1].isspace() else None
        if found is None or (name[-1].isascii() and left[:1].isalnum()):
            continue
        return found, left.lstrip(_BETWEEN)
    return None


_BETWEEN: Final = " \t\n,，、:：·"
_LONGEST: Final = 60


class EntryState(StrEnum):
    """Where an entry stands, as the export spells it."""

    DRAFT = "draft"
    """Offered by the bot from what the deputy did; nobody but the deputy sees it."""
    FILED = "filed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class EntryEvent(StrEnum):
    """What happens to an entry."""

    DRAFTED = "drafted"
    FILED = "filed"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    """Staff take a confirmation back."""
    RETURNED = "returned"
    DELETED = "deleted"
    """By the deputy, or a draft that was not wanted. The row goes, the line in the journal stays."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in these states (none: there is no entry yet) this can happen; the entry becomes that (None: it stays,
    or is no more); that right is needed.
    """

    when: tuple[EntryState | None, ...]
    event: EntryEvent
    becomes: EntryState | None
    needs: Permission


_S, _E, _P = EntryState, EntryEvent, Permission

STEPS: Final[tuple[Step, ...]] = (
    # when in                                 on               becomes       needs
    Step((None,), _E.DRAFTED, _S.DRAFT, _P.DUTY_FILE),
    Step((None, _S.DRAFT, _S.RETURNED), _E.FILED, _S.FILED, _P.DUTY_FILE),
    Step((_S.DRAFT, _S.FILED, _S.RETURNED), _E.CHANGED, None, _P.DUTY_FILE),
    Step((_S.FILED,), _E.CONFIRMED, _S.CONFIRMED, _P.DUTY_REVIEW),
    Step((_S.FILED,), _E.RETURNED, _S.RETURNED, _P.DUTY_REVIEW),
    Step((_S.CONFIRMED,), _E.UNCONFIRMED, _S.FILED, _P.DUTY_REVIEW),
    Step((_S.DRAFT, _S.FILED, _S.RETURNED), _E.DELETED, None, _P.DUTY_FILE),
)


def step(state: EntryState | None, event: EntryEvent) -> Step | None:
    """The row for that event in that state; None: it cannot happen there."""
    return next((row for row in STEPS if row.event is event and state in row.when), None)


def possible(state: EntryState) -> frozenset[EntryEvent]:
    """What can happen to an entry in that state."""
    return frozenset(row.event for row in STEPS if state in row.when)


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """An entry of a deputy's duty log."""

    id: int
    deputy_id: int
    """The deputy's id in the roster."""
    station_id: int | None
    """Whose staff confirm it."""
    type: str
    """A key of :data:`TYPES`."""
    day: date
    """Where the stations are."""
    minutes: int | None
    """How long it took."""
    place: str | None
    place_kind: str | None
    """A key of :data:`PLACES`."""
    participants: str | None
    text: str | None
    effect: str | None
    sources: Sources | None
    """Photos or a voice message that go with it."""
    case: int | None
    project: int | None
    origin: str | None
    """What it was made from, as ``case:123``, ``reception:5``, ``poll:7``, ``inspection:9``, ``pairing:3``: one entry
    for each deputy, day and origin.
    """
    acts: tuple[str, ...]
    """Of a draft: what the deputy did, in the order it was done; keys of ``services/duty_drafts``."""
    state: EntryState
    made_at: datetime
    filed_at: datetime | None
    """When it was last filed. None: it is a draft."""
    decided_at: datetime | None
    """When it was confirmed or returned."""
    confirmed_by: Role | None
    reason: str | None
    """Why it was returned."""
    chat_id: int | None
    """The private chat in which its card stands."""
    card_id: int | None

    @property
    def counts(self) -> bool:
        """Whether it is on record: filed or confirmed. A draft is not, nor what was returned until it is filed anew."""
        return self.state in (EntryState.FILED, EntryState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line in the journal of the duty logs; it stays when the entry is deleted."""

    id: int
    duty_id: int
    deputy_id: int
    at: datetime
    by: Role
    person_id: int | None
    event: EntryEvent
    text: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MissedMeeting:
    """A deputy was not at a meeting (缺席), as staff noted it. For staff's eyes, and the deputy's own."""

    id: int
    deputy_id: int
    day: date
    type: str
    excused: bool
    text: str | None


class Period(StrEnum):
    """A part of the calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def around(self, day: date) -> tuple[date, date]:
        """Its first and last day, for the one that day is in."""
        window = Window.around(WindowKind(self.value), day)
        return window.first, window.last


class Counted(StrEnum):
    """What a norm counts."""

    ENTRIES = "entries"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Norm:
    """What is expected at least, in each period. No types: any of them count."""

    key: str
    zh: str
    en: str
    source: str
    least: int
    count: Counted
    types: frozenset[str]
    period: Period


@cache
def norms() -> Mapping[str, Norm]:
    """The norms of ``data/duty_norms.toml``; ``duty.norms`` in the configuration says which of them hold."""
    return {
        key: Norm(
            key,
            row["zh"],
            row["en"],
            row["source"],
            row["least"],
            Counted(row["count"]),
            frozenset(row["types"]),
            Period(row["period"]),
        )
        for key, row in _raw("duty_norms.toml").items()
    }


class RemindedState(StrEnum):
    """What became of a reminder to file."""

    WAITING = "waiting"
    SENT = "sent"
    SNOOZED = "snoozed"
    """The deputy wants it again at ``due_at``."""
    EXCUSED = "excused"
    """The deputy was on leave."""
    DROPPED = "dropped"
    """It was not needed any more, or its time had passed."""
    UNREACHED = "unreached"
    """The private chat is closed; staff's list names them."""


@dataclass(frozen=True, slots=True)
class DutyReminder:
    """A reminder that is, or was, due: one for each deputy, month and rung."""

    id: int
    deputy_id: int
    month: date
    """Its first day."""
    rung: str
    due_at: datetime
    state: RemindedState
    sent_at: datetime | None
    chat_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """A line of staff's list."""

    deputy_id: int
    name: str
    station_id: int | None
    station: str | None
    """Its name."""
    entries: int
    """How many they have on record in that month."""
    unreached: bool
    """No reminder reached them."""


@dataclass(frozen=True, slots=True)
class StaffList:
    """The message in which a staff member reads who is behind in a month."""

    chat_id: int
    month: date
    message_id: int | None
    """None: it is not sent yet."""
