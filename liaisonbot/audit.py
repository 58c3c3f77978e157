"""What an audit of the journals can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """What is not as it was sealed."""

    CHANGED = "changed"
    """An entry says something else than when it was sealed."""
    WORDS = "words"
    """Its words are others, or there were none."""
    EMPTIED = "emptied"
    """Its words are gone, and nobody asked to be forgotten."""
    MISSING = "missing"
    """It was taken out."""
    MOVED = "moved"
    """It stands in the place of another."""
    PUT_IN = "put_in"
    """It was put in among entries that were sealed before."""
    UNSEALED = "unsealed"
    """Its seal was taken away."""
    BROKEN = "broken"
    """Its seal does not follow from the one before: others were taken out between, or seals were changed."""
    CUT = "cut"
    """The seals at the end are missing."""
    END = "end"
    """The chain does not end where it was noted to end."""
    OLDER = "older"
    """There are fewer entries than had been noted: it is an older copy, or the end was cut off."""
    NOT_THE_SAME = "not_the_same"
    """What had been noted is not what was sealed here."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The first of its kind in a journal, and how many more there are."""

    journal: str
    wrong: Wrong
    entry: int | None = None
    subject: int | None = None
    """The number people know it by: of the case, of the project …"""
    at: str | None = None
    """UTC. Of an entry that is missing: of the last one before it."""
    other: int | None = None
    """The entry in whose place it stands; or how many are meant."""
    more: int = 0


@dataclass(slots=True)
class Counts:
    """What an audit went through."""

    sealed: int = 0
    waiting: int = 0
    """Entries so new that they have no seal yet."""
    emptied: int = 0
    """Entries whose words went since somebody asked to be forgotten."""
