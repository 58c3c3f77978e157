"""What the office tells many at once: announcements and their posts, special inquiries, station cards in groups."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from liaisonbot.model import Attachment
from liaisonbot.vocabulary import Role

UNDO_WITHIN: Final = timedelta(hours=47, minutes=50)
"""Telegram lets a bot delete messages of its own that were sent less than 48 hours ago; the rest is our margin."""


class Audience(StrEnum):
    """Who gets an announcement, in the order in which a button goes through them."""

    GROUPS = "groups"
    DEPUTIES = "deputies"
    BOTH = "both"


class State(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    """Before anything of it was sent."""
    UNDOING = "undoing"
    UNDONE = "undone"
    """What could be taken back was."""


class PostState(StrEnum):
    """What became of it in one chat."""

    WAITING = "waiting"
    PROMISED = "promised"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    """It was stopped before this chat's turn came."""
    DELETING = "deleting"
    DELETED = "deleted"
    STUCK = "stuck"
    """Telegram would not let us take it back."""


ON_THE_WAY: Final = (PostState.PROMISED, PostState.DELETING)


@dataclass(frozen=True, slots=True)
class Sources:
    """Pictures or files that go along, as messages of whoever announces it."""

    chat_id: int
    ids: tuple[int, ...]
    attachments: tuple[Attachment, ...]
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement (通知). ``station_ids``: for whom it is; the groups and deputies are looked up when it begins."""

    id: int
    person_id: int
    chat_id: int | None
    """The private chat of who made it; None once that person was forgotten."""
    language: str
    """What that person reads."""
    text: str
    sources: Sources | None
    station_ids: tuple[int, ...]
    audience: Audience
    asks: bool
    """Below the posts in groups stands the button by which people ask about it."""
    inquiry_id: int | None
    """The special inquiry for which it asks for questions."""
    poll: int | None
    """The deputies' vote whose result it announces: the card of all rounds goes along. Or the appraisal that follows
    it: then it is a report to voters.
    """
    project: int | None
    """The project whose progress it tells; it goes to whoever stands behind that one, too."""
    project_event: str | None
    """What it tells of the project: a ``ProjectEvent``."""
    at: datetime | None
    """When it is to go out; None: as soon as it is confirmed."""
    state: State
    progress_id: int | None
    """The message in which its progress stands."""
    shown_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def wording(self) -> int:
        """A digest of what is shown before it goes out: its words, to whom, when. A button that confirms it says which
        ones it means.
        """
        at = self.at.timestamp() if self.at is not None else None
        shown = (self.text, tuple(self.station_ids), self.audience.value, bool(self.asks), at)
        return zlib.crc32(repr(shown).encode())


@dataclass(frozen=True, slots=True)
class Post:
    """An announcement in one chat: a group's, a deputy's (``entry_id``), or that of somebody who stands behind a
    project (neither; a private chat's id is above 0).
    """

    id: int
    announcement_id: int
    chat_id: int | None
    entry_id: int | None
    station_id: int
    title: str
    state: PostState
    failure: str | None
    message_ids: tuple[int, ...]
    sent_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many posts are in which state, and how many deputies have read theirs."""

    by_state: Mapping[str, int] = field(default_factory=dict)
    deputies: int = 0
    """Deputies who got it."""
    read: int = 0

    def __getitem__(self, state: PostState) -> int:
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def on_the_way(self) -> int:
        return sum(self[state] for state in ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A special inquiry (专题询问): questions for it are collected until its day begins."""

    id: int
    person_id: int
    topic: str
    day: date
    station_ids: tuple[int, ...]
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question for a special inquiry. ``joined_to``: the one that asks the same, as its author said."""

    id: int
    inquiry_id: int
    person_id: int
    by: Role
    text: str | None
    """None once its author was forgotten."""
    joined_to: int | None
    asked_at: datetime
    guard: str | None = None
    """The topic for which other people do not read it, until staff let them; None: anybody may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all who ask the same, for the list."""

    question: Question
    people: int
    same: tuple[str, ...] = ()
    """The other wordings."""


@dataclass(frozen=True, slots=True)
class StationCard:
    """The station's card in one group, or where it should be. ``wording``: a digest of what it says now."""

    chat_id: int
    station_id: int
    language: str | None
    message_id: int | None = None
    wording: str | None = None
    pinned: bool = False
    checked_at: datetime | None = None


def sources_to_json(sources: Sources | None) -> dict[str, Any] | None:
    if sources is None:
        return None
    attachments = [{**asdict(attachment), "details": dict(attachment.details)} for attachment in sources.attachments]
    return {"chat": sources.chat_id, "ids": list(sources.ids), "attachments": attachments, "album": sources.album}


def sources_from_json(raw: Mapping[str, Any] | None) -> Sources | None:
    if not raw:
        return None
    attachments = tuple(Attachment(**attachment) for attachment in raw["attachments"])
    return Sources(raw["chat"], tuple(raw["ids"]), attachments, raw["album"])
