"""Dialogues, what is done once, who was forgotten, and who leads."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.schema.base import UtcDateTime, metadata
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
