"""Cases, what was said in them, and the journal."""

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
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.schema.base import Key, UtcDateTime, metadata, salt
from storage.schema.base import key as _key

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("stage", String(12), nullable=False),
    Column("outcome", String(12)),
    Column("deputy_id", ForeignKey("roster.id")),
    Column("category", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text),
    Column("chat_type", String(12), nullable=False),
    Column("anonymous", Boolean, nullable=False, server_default=true()),
    Column("created_at", UtcDateTime, nullable=False),
    Column("stage_since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),  # keys of business_tags.toml, in its order
    Column("replied_at", UtcDateTime),
    Column("reply_class", String(1)),
    Column("promise_date", Date),
    Column("attitude", SmallInteger),
    Column("result", SmallInteger),
    Column("rated_at", UtcDateTime),
    Column("delivery", SmallInteger),
    Column("closed_at", UtcDateTime),
    Column("guard", String(20)),  # the topic the guard found in it, the strictest of several
    Column("held", Boolean, nullable=False, server_default=false()),  # no deputy gets it before staff release it
    Column("standing_in_for", ForeignKey("roster.id")),  # the absent deputy in whose place the case's deputy has it
    Column("paused_since", UtcDateTime),
    Column("paused_days", SmallInteger, nullable=False, server_default=text("0")),
    Column("extended_to", Date),
    Column("announcement_id", ForeignKey("announcements.id")),  # what it asks about
    Column("reply_due_at", UtcDateTime),  # the limit of the first formal reply; it stays when that was given
    Column("first_replied_at", UtcDateTime),  # ``replied_at`` is the newest reply's
    CheckConstraint("(stage = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
    CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
    CheckConstraint("stage IN ('collection', 'mediation', 'reply', 'follow_up', 'closed')", name="stage"),
    CheckConstraint("outcome IN ('resolved', 'unconfirmed', 'declined', 'withdrawn', 'merged')", name="outcome"),
    CheckConstraint("reply_class IN ('A', 'B', 'C', 'D')", name="reply_class"),
    CheckConstraint("attitude BETWEEN 1 AND 3", name="attitude"),
    CheckConstraint("result BETWEEN 1 AND 3", name="result"),
    CheckConstraint("delivery BETWEEN 1 AND 3", name="delivery"),
)

_still_open = cases.c.stage != "closed"
Index("ix_cases_deputy_open", cases.c.deputy_id, cases.c.number, sqlite_where=_still_open, postgresql_where=_still_open)
Index(
    "ix_cases_station_open", cases.c.station_id, cases.c.number, sqlite_where=_still_open, postgresql_where=_still_open
)

_over = cases.c.stage == "closed"
Index(
    "ix_cases_closed_at",
    cases.c.closed_at,
    cases.c.station_id,
    cases.c.deputy_id,
    sqlite_where=_over,
    postgresql_where=_over,
)
Index("ix_cases_station_closed", cases.c.station_id, cases.c.number, sqlite_where=_over, postgresql_where=_over)
Index(
    "ix_cases_due_open",
    cases.c.stage,
    cases.c.due_at,
    cases.c.number,
    sqlite_where=_still_open,
    postgresql_where=_still_open,
)
Index(
    "ix_cases_since_open",
    cases.c.stage,
    cases.c.stage_since,
    cases.c.number,
    sqlite_where=_still_open,
    postgresql_where=_still_open,
)
Index(
    "ix_cases_reply_due",
    cases.c.reply_due_at,
    cases.c.number,
    sqlite_where=text("stage <> 'closed' AND replied_at IS NULL"),
    postgresql_where=text("stage <> 'closed' AND replied_at IS NULL"),
)

_followed_up = cases.c.stage == "follow_up"
Index(
    "ix_cases_promised",
    cases.c.promise_date,
    cases.c.number,
    sqlite_where=_followed_up,
    postgresql_where=_followed_up,
)
Index(
    "ix_cases_held",
    cases.c.station_id,
    cases.c.number,
    sqlite_where=text("held"),
    postgresql_where=text("held"),
)

_paused = cases.c.paused_since.isnot(None)
Index("ix_cases_paused", cases.c.number, sqlite_where=_paused, postgresql_where=_paused)
Index("ix_cases_created_at", cases.c.created_at, cases.c.number)

case_authors = Table(
    "case_authors",
    metadata,
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("chat_id", BigInteger),
    Column("chat_type", String(12), nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    Column("name", String(120)),
    Column("phone", String(40)),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("entered_by", ForeignKey("persons.id")),  # who speaks for an author without Telegram (代录)
    Column("consent_at", UtcDateTime),  # when they said that the author agrees
    Column(
        "by_merge", Boolean, nullable=False, server_default=false()
    ),  # theirs by a merge only: a split takes it back
    Column("left_at", UtcDateTime),  # they withdrew, and others stayed: they are not told any more
)
Index("ix_case_authors_person_id", case_authors.c.person_id, case_authors.c.case_number)
_entered = case_authors.c.entered_by.isnot(None)
Index(
    "ix_case_authors_entered_by",
    case_authors.c.entered_by,
    case_authors.c.case_number,
    sqlite_where=_entered,
    postgresql_where=_entered,
)

receipt_codes = Table(
    "receipt_codes",
    metadata,
    Column("digest", String(64), primary_key=True),  # the code itself is known to its holder only
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("persons.id"), nullable=False),  # the author without Telegram
)
Index("ix_receipt_codes_person_id", receipt_codes.c.person_id)

case_messages = Table(
    "case_messages",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("kind", String(12), nullable=False),
    Column("text", Text),
    Column("attachments", JSON, nullable=False, server_default=text("'[]'")),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("media_group_id", String(64)),
    Column("opening", Boolean, nullable=False, server_default=false()),
    Column("edited_at", UtcDateTime),
    Column("edit_told", Boolean, nullable=False, server_default=false()),
    Column("delivered_at", UtcDateTime),
    UniqueConstraint("chat_id", "message_id"),
)
Index("ix_case_messages_case_number", case_messages.c.case_number, case_messages.c.id)
Index("ix_case_messages_person_id", case_messages.c.person_id)  # whose words go when they are forgotten
Index(
    "ix_case_messages_album",
    case_messages.c.chat_id,
    case_messages.c.media_group_id,
    sqlite_where=case_messages.c.media_group_id.isnot(None),
    postgresql_where=case_messages.c.media_group_id.isnot(None),
)

message_deliveries = Table(
    "message_deliveries",
    metadata,
    # To each author by themselves: a case that was merged has several.
    Column("case_message_id", ForeignKey("case_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("arrived", Boolean, nullable=False),
)
Index(
    "ix_message_deliveries_missed",
    message_deliveries.c.person_id,
    sqlite_where=message_deliveries.c.arrived == false(),
    postgresql_where=message_deliveries.c.arrived == false(),
)

case_verdicts = Table(
    "case_verdicts",
    metadata,
    # What each author said of the newest reply, and of its delivery. ``cases`` has the worst of them.
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("attitude", SmallInteger),
    Column("result", SmallInteger),
    Column("delivery", SmallInteger),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("attitude BETWEEN 1 AND 3", name="attitude"),
    CheckConstraint("result BETWEEN 1 AND 3", name="result"),
    CheckConstraint("delivery BETWEEN 1 AND 3", name="delivery"),
)

case_merges = Table(
    "case_merges",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number"), nullable=False),
    Column("into_number", ForeignKey("cases.number"), nullable=False),
    Column("stage", String(12), nullable=False),  # in which it was, and is again once it is split off
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    CheckConstraint("case_number <> into_number", name="not_into_itself"),
)

_in_force = case_merges.c.undone_at.is_(None)
Index(
    "uq_case_merges_in_force",
    case_merges.c.case_number,
    unique=True,
    sqlite_where=_in_force,
    postgresql_where=_in_force,
)
Index("ix_case_merges_into_number", case_merges.c.into_number)

case_terms = Table(
    "case_terms",
    metadata,
    # Of open cases only, kept by storage/cases.py: which of them share a term is found without reading their texts.
    Column("station_id", BigInteger, primary_key=True, autoincrement=False),
    Column("term", BigInteger, primary_key=True, autoincrement=False),  # see liaisonbot/likeness.py
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,  # the rows are found by their key, and are nothing else
)
Index("ix_case_terms_case_number", case_terms.c.case_number)

comparisons = Table(
    "comparisons",
    metadata,
    # Cases that are still to be compared with others: done once those who wait for an answer have theirs.
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
)

message_versions = Table(
    "message_versions",
    metadata,
    _key(),
    Column("case_message_id", ForeignKey("case_messages.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text),
    Column("replaced_at", UtcDateTime, nullable=False),
    Column("attachments", JSON(none_as_null=True)),  # files that were replaced; NULL where they stayed
)
Index("ix_message_versions_case_message_id", message_versions.c.case_message_id)

loose_album_parts = Table(
    "loose_album_parts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("media_group_id", String(64), nullable=False),
    Column("attachment", JSON, nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_loose_album_parts_album", loose_album_parts.c.chat_id, loose_album_parts.c.media_group_id)

loose_words = Table(
    "loose_words",
    metadata,
    # What somebody said in private without naming a case. Its words stand here only until it is known which.
    _key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("media_group_id", String(64)),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text),
    Column("attachments", JSON, nullable=False, server_default=text("'[]'")),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE")),
    Column("put_with", BigInteger),  # the first of those that one press put there
    UniqueConstraint("chat_id", "message_id"),
)
Index("ix_loose_words_put_with", loose_words.c.put_with)
Index("ix_loose_words_person_id", loose_words.c.person_id, loose_words.c.at)
Index(
    "ix_loose_words_waiting",
    loose_words.c.at,
    sqlite_where=loose_words.c.case_number.is_(None),
    postgresql_where=loose_words.c.case_number.is_(None),
)
Index("ix_loose_words_case_number", loose_words.c.case_number)
Index("ix_loose_words_album", loose_words.c.chat_id, loose_words.c.media_group_id)

journal = Table(
    "journal",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("event", String(24), nullable=False),
    Column("from_stage", String(12)),
    Column("to_stage", String(12), nullable=False),
    Column("outcome", String(12)),
    Column("note", Text),
    Column("details", JSON, nullable=False, server_default=text("'{}'")),
    Column("deputy_id", ForeignKey("roster.id")),
    Column("rule", String(16)),
    salt(),
)
Index("ix_journal_case_number", journal.c.case_number, journal.c.id)
Index("ix_journal_at", journal.c.at)
Index("ix_journal_person_id", journal.c.person_id)  # whose words go when they are forgotten
