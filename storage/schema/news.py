"""Announcements, special inquiries, station cards."""

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
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.base import Key, UtcDateTime, metadata
from storage.schema.base import key as _key

inquiries = Table(
    "inquiries",
    metadata,
    _key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("station_ids", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,  # links in old posts name its number
)
Index(
    "ix_inquiries_open",
    inquiries.c.day,
    sqlite_where=inquiries.c.closed_at.is_(None),
    postgresql_where=inquiries.c.closed_at.is_(None),
)

questions = Table(
    "questions",
    metadata,
    _key(),
    Column("inquiry_id", ForeignKey("inquiries.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("text", Text),  # null once forgotten
    Column("joined_to", ForeignKey("questions.id")),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("guard", String(20)),  # the topic for which only staff read it; null: anybody may
    CheckConstraint("joined_to <> id", name="not_joined_to_itself"),
)
Index("ix_questions_inquiry_id", questions.c.inquiry_id, questions.c.id)
Index("ix_questions_person_id", questions.c.person_id)
Index("ix_questions_joined_to", questions.c.joined_to)

question_supports = Table(
    "question_supports",
    metadata,
    Column("question_id", ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_question_supports_person_id", question_supports.c.person_id)

announcements = Table(
    "announcements",
    metadata,
    _key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("chat_id", BigInteger),  # where its progress is shown
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("sources", JSON),
    Column("station_ids", JSON, nullable=False),
    Column("audience", String(8), nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("inquiry_id", ForeignKey("inquiries.id")),
    Column("poll", Integer),  # no foreign key: polls name projects, those cases, and those announcements
    Column("project", Key),  # no foreign key: projects come from cases, and cases from announcements
    Column("project_event", String(20)),
    Column("at", UtcDateTime),
    Column("state", String(10), nullable=False),
    Column("progress_id", BigInteger),
    Column("shown_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    CheckConstraint("audience IN ('groups', 'deputies', 'both')", name="audience"),
    CheckConstraint("state IN ('draft', 'planned', 'running', 'done', 'cancelled', 'undoing', 'undone')", name="state"),
    CheckConstraint("(state IN ('draft', 'planned', 'cancelled')) = (started_at IS NULL)", name="started"),
    sqlite_autoincrement=True,  # links in old posts, and buttons, name its number
)
Index("ix_announcements_state", announcements.c.state, announcements.c.at)
Index("ix_announcements_poll", announcements.c.poll)
Index("ix_announcements_project", announcements.c.project)

announcement_posts = Table(
    "announcement_posts",
    metadata,
    _key(),
    Column("announcement_id", ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger),
    Column("entry_id", ForeignKey("roster.id")),  # the deputy whose private chat it is
    Column("station_id", ForeignKey("stations.id"), nullable=False),
    Column("title", String(255), nullable=False),
    Column("state", String(8), nullable=False),
    Column("failure", Text),  # why it could not be sent: Telegram's reason, never words
    Column("message_ids", JSON, nullable=False, server_default=text("'[]'")),
    Column("sent_at", UtcDateTime),
    Column("read_at", UtcDateTime),
    UniqueConstraint("announcement_id", "chat_id"),
    CheckConstraint(
        "state IN ('waiting', 'promised', 'sent', 'failed', 'skipped', 'deleting', 'deleted', 'stuck')", name="state"
    ),
)
Index(
    "ix_announcement_posts_state",
    announcement_posts.c.announcement_id,
    announcement_posts.c.state,
    announcement_posts.c.id,
)
Index("ix_announcement_posts_chat_id", announcement_posts.c.chat_id)

station_cards = Table(
    "station_cards",
    metadata,
    Column("chat_id", Key, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger),
    Column("wording", String(64)),  # a digest of what it says
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("checked_at", UtcDateTime, nullable=False),
)
