"""Summaries that somebody asked for, or is owed on a day, until they have been made."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, String, Table, false

from storage.schema.base import UtcDateTime, key, metadata

summary_jobs = Table(
    "summary_jobs",
    metadata,
    key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("window", String(24), nullable=False),  # its name, as liaisonbot/windows.py reads it
    Column("station_id", ForeignKey("stations.id")),  # one only
    Column("area_of", ForeignKey("stations.id")),  # the area that it is in only
    Column("deputy_id", ForeignKey("roster.id")),  # one only; none of the three: all that are theirs
    Column("station_ids", JSON(none_as_null=True)),  # which those are; none: all there are
    Column("what", String(40), nullable=False),  # the chat's text, a file, or the cases behind a figure
    Column("scheduled", Boolean, nullable=False, server_default=false()),
    Column("message_id", BigInteger),  # where it says that it is being made
    Column("asked_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # buttons name it
)
Index("ix_summary_jobs_person_id", summary_jobs.c.person_id)
