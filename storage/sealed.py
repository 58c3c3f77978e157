"""Which tables are journals, and what the seal of an entry covers.

An entry is digested twice over: what stays for good, and the words that /forget may empty. The words enter by a digest
with a salt of their own, which goes with them: what is left of an erased entry is checked as before, and nobody can try
out what its words were. Each link covers the one before it, so that nothing can be put in, taken out or moved.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Date, Table, Text, cast, select, type_coerce
from sqlalchemy.sql import Select
from sqlalchemy.types import NullType

from storage.schema import journal, office_journal
from storage.schema.base import UtcDateTime
from storage.schema.duty import duty_events
from storage.schema.projects import cycle_events, project_events
from storage.schema.sealing import erasures, restores

COUNTED: Final = frozenset(
    {
        *("attitude", "result", "delivery", "class", "promise", "reason"),
        *("category", "kind", "tags", "on_word", "units", "due"),
    }
)
"""What the details of a case's journal entry keep when it is emptied: figures and keys for the statistics, no words."""

DIGEST_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Content:
    """An entry as it is sealed."""

    entry: int
    subject: int
    content: bytes
    words: bytes | None
    """None: there are no words, or none any more."""
    at: str
    has_words: bool
    salted: bool


@dataclass(frozen=True)
class SealedJournal:
    """A table that only grows. ``erasable``: columns that /forget empties, each with the names of JSON that stay."""

    key: str
    table: Table
    subject: Column[Any]
    """The number people know it by."""
    erasable: Mapping[Column[Any], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def beginning(self) -> bytes:
        """Stands where the link before the first one would."""
        return _digest(self.key.encode())

    @property
    def id(self) -> Column[Any]:
        column: Column[Any] = self.table.c.id
        return column

    @property
    def salt(self) -> Column[Any]:
        column: Column[Any] = self.table.c.salt
        return column

    @cached_property
    def _fixed(self) -> list[Column[Any]]:
        left_out = {self.id, *self.erasable} | ({self.salt} if self.erasable else set())
        return [column for column in self.table.columns if column not in left_out]

    @cached_property
    def columns(self) -> Select[Any]:
        """The entries, in the form in which ``content_of`` takes them."""
        words = [self.salt, *self.erasable] if self.erasable else []
        return select(self.id, self.subject.label("subject"), *map(_as_kept, [*self._fixed, *words]))

    @cached_property
    def content_of(self) -> Callable[[Sequence[Any]], Content]:
        """What makes a ``Content`` of a row of ``columns``, on either engine the same."""
        names = [column.name for column in self._fixed]
        forms = [(name, form) for name, form in zip(names, map(_as_text, self._fixed), strict=True) if form is not None]
        stays = [(column.name, isinstance(column.type, JSON), kept) for column, kept in self.erasable.items()]
        end = 2 + len(names)

        def content_of(row: Sequence[Any]) -> Content:
            # What is empty is left out: a column that is added later changes no entry that was sealed before.
            fixed = {name: value for name, value in zip(names, row[2:end], strict=True) if value is not None}
            for name, form in forms:
                if name in fixed:
                    fixed[name] = form(fixed[name])
            moment = str(fixed.get("at", "")).encode(errors="replace").decode()
            if not stays:
                return Content(row[0], row[1], _digest(_json(fixed)), None, moment, has_words=False, salted=False)
            salt, words = row[end], {}
            for (name, is_json, names_kept), value in zip(stays, row[end + 1 :], strict=True):
                kept, gone = _split(names_kept, value) if is_json else (None, value)
                if kept:
                    fixed[name] = kept
                if gone is not None and gone != {}:
                    words[name] = gone
            sealed = _salted(words, salt) if words and salt else None
            content = _digest(_json(fixed))
            return Content(row[0], row[1], content, sealed, moment, has_words=bool(words), salted=bool(salt))

        return content_of


def new_salt(*words: object) -> str | None:
    """The salt of an entry that is being written; None where it has no words."""
    return secrets.token_hex(16) if any(words) else None


def link(before: bytes, entry: int, subject: int, content: bytes, words: bytes | None) -> bytes:
    """The link of that entry's seal."""
    return _digest(before + f"{entry} {subject} ".encode(errors=_ANYHOW) + content + (words or b""))


def _digest(data: bytes, key: bytes = b"") -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=DIGEST_BYTES).digest()


# Whoever tampers may leave in a SQLite file what nobody would write there: it has a digest of its own, and is found.
_ANYHOW: Final = "surrogatepass"
_LONGEST_KEY: Final = hashlib.blake2b.MAX_KEY_SIZE
_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=repr)


def _json(values: Any) -> bytes:
    return _encoder.encode(values).encode(errors=_ANYHOW)


def _salted(words: Mapping[str, Any], salt: Any) -> bytes:
    return _digest(_json(words), str(salt).encode(errors=_ANYHOW)[:_LONGEST_KEY])


def _split(stays: frozenset[str], text: str | None) -> tuple[Any, Any]:
    """What of an erasable column's JSON stays, and what goes."""
    if text == "{}":
        return ({} if stays else None), {}
    try:
        value = None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        value = text
    if not stays or not isinstance(value, dict):
        return None, value
    kept = {name: what for name, what in value.items() if name in stays}
    return kept, {name: what for name, what in value.items() if name not in stays}


def _as_kept(column: Column[Any]) -> Any:
    """As the driver gives it, JSON as it was written: what is read here a million times is not made into objects."""
    if isinstance(column.type, JSON):
        return cast(column, Text).label(column.name)
    return type_coerce(column, NullType()).label(column.name)


def _as_text(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What makes the two engines' forms of a value one; None where they are the same."""
    if isinstance(column.type, UtcDateTime):
        return _moment
    if isinstance(column.type, Date):
        return _day
    return _truth if isinstance(column.type, Boolean) else None


def _moment(value: Any) -> Any:
    return value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _truth(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


JOURNALS: Final = (
    SealedJournal("cases", journal, journal.c.case_number, {journal.c.note: frozenset(), journal.c.details: COUNTED}),
    SealedJournal("duty", duty_events, duty_events.c.duty_id),
    SealedJournal(
        "projects",
        project_events,
        project_events.c.project_number,
        dict.fromkeys((project_events.c.text, project_events.c.sources, project_events.c.details), frozenset()),
    ),
    SealedJournal("cycles", cycle_events, cycle_events.c.cycle_id),
    SealedJournal("office", office_journal, office_journal.c.id),
    SealedJournal("erasures", erasures, erasures.c.entry),
    SealedJournal("restores", restores, restores.c.id),
)
"""In this order they stand in a head that somebody noted down: add at the end."""

BY_TABLE: Final = {sealed.table: sealed for sealed in JOURNALS}
