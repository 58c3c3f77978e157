"""Dialogues, what is done once, who was forgotten, and who leads."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.schema.base import Key, UtcDateTime, metadata
from storage.schema.base import key as _key

dialogues = Table(
    "dialogues",
    metadata,
    _key(),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("command", String(32), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("asking", String(32), nullable=False),
    Column("prompt_id", BigInteger),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("chat_id", "person_id"),
    sqlite_autoincrement=True,  # an id is never used again: a button of an old dialogue must not fit a new one
)

done_once = Table(
    "done_once",
    metadata,
    Column("key", String(120), primary_key=True),  # what for: case + rung, person + month …
    Column("at", UtcDateTime, nullable=False),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the Telegram id; a restored backup forgets them again
    Column("forgotten_at", UtcDateTime, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),  # hexadecimal; made once with the database, and in each of its backups
)

leader = Table(
    "leader",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
)

office_journal = Table(
    "office_journal",
    metadata,
    # What somebody here asked for that others should be able to look up. Keys and days, never words.
    _key(),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", ForeignKey("persons.id")),  # none: somebody at the terminal
    Column("by_role", String(12), nullable=False),
    Column("what", String(24), nullable=False),
    Column("details", JSON, nullable=False),
)
Index("ix_office_journal_person_id", office_journal.c.person_id)

export_jobs = Table(
    "export_jobs",
    metadata,
    # Files asked for in the chat, until they have arrived; then nothing is left of them here.
    _key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("what", String(8), nullable=False),
    Column("first", Date),  # none: all days
    Column("last", Date),
    Column("format", String(8), nullable=False),
    Column("personal", Boolean, nullable=False),
    Column("station_ids", JSON),  # none: all of them, and what has no station
    Column("state", String(8), nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("message_id", BigInteger),  # where its progress is shown
    Column("asked_at", UtcDateTime, nullable=False),
    Column("file_id", Key),
    UniqueConstraint("person_id"),  # one after the other
    CheckConstraint("state IN ('waiting', 'running', 'made')", name="state"),
    CheckConstraint("(state = 'made') = (file_id IS NOT NULL)", name="made_has_a_file"),
    sqlite_autoincrement=True,  # buttons name it
)
Index("ix_export_jobs_state", export_jobs.c.state, export_jobs.c.id)
