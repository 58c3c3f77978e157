"""The tables. What must never be false is a constraint here as well as a line of Python.

Times are UTC, stored without zone (:class:`UtcDateTime` gives them back aware). Telegram ids are 64-bit. Rows that hold
people's words are named in ``storage/words.py``, so that /forget finds every one of them.
"""

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
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.schema.base import Key
from storage.schema.base import UtcDateTime as UtcDateTime
from storage.schema.base import key as _key
from storage.schema.base import metadata as metadata

# --- what came in, what goes out --------------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", Key, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, nullable=False),  # the chat, else the person: handled in order within it
    Column("payload", Text),  # raw JSON; emptied once handled
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False, server_default="new"),
    Column("not_before", UtcDateTime),  # slowed down until then
    Column("error", Text),  # why it was set aside: type and place, never words
    Column("handled_at", UtcDateTime),
    CheckConstraint("state IN ('new', 'done', 'aside')", name="state"),
)
Index("ix_inbox_new", inbox.c.update_id, sqlite_where=inbox.c.state == "new", postgresql_where=inbox.c.state == "new")
Index(
    "ix_inbox_aside",
    inbox.c.update_id,
    sqlite_where=inbox.c.state == "aside",
    postgresql_where=inbox.c.state == "aside",
)
Index(
    "ix_inbox_deferred",
    inbox.c.not_before,
    sqlite_where=inbox.c.not_before.isnot(None),
    postgresql_where=inbox.c.not_before.isnot(None),
)
Index(
    "ix_inbox_handled_at",
    inbox.c.handled_at,
    sqlite_where=inbox.c.handled_at.isnot(None),
    postgresql_where=inbox.c.handled_at.isnot(None),
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("lane", String(80), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("promised_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("retry_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("state", String(8), nullable=False, server_default="due"),
    Column("error", Text),
    Column("chat_id", BigInteger, nullable=False),
    Column("case_number", BigInteger),
    Column("dedupe_key", String(120)),
    Column("file_id", Key),  # it is kept as long as a row names it
    CheckConstraint("state IN ('due', 'aside')", name="state"),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbox_lane",
    outbox.c.lane,
    outbox.c.id,
    sqlite_where=outbox.c.state == "due",
    postgresql_where=outbox.c.state == "due",
)
Index(
    "ix_outbox_turn",
    outbox.c.priority,
    outbox.c.id,
    sqlite_where=outbox.c.state == "due",
    postgresql_where=outbox.c.state == "due",
)
Index(  # few rows wait for a retry, and each holds those behind it
    "ix_outbox_retry",
    outbox.c.lane,
    outbox.c.id,
    outbox.c.retry_at,
    sqlite_where=outbox.c.retry_at.isnot(None),
    postgresql_where=outbox.c.retry_at.isnot(None),
)
Index(
    "ix_outbox_planned",
    outbox.c.not_before,
    sqlite_where=outbox.c.not_before.isnot(None),
    postgresql_where=outbox.c.not_before.isnot(None),
)
Index("ix_outbox_case_number", outbox.c.case_number)
Index(
    "ix_outbox_dedupe",
    outbox.c.chat_id,
    outbox.c.dedupe_key,
    sqlite_where=outbox.c.dedupe_key.isnot(None),
    postgresql_where=outbox.c.dedupe_key.isnot(None),
)

Index(  # one for each reader at most: reminders that gather what else falls due
    "ix_outbox_limits",
    outbox.c.id,
    sqlite_where=text("dedupe_key = 'limits' AND state = 'due'"),
    postgresql_where=text("dedupe_key = 'limits' AND state = 'due'"),
)

Index(
    "ix_outbox_file",
    outbox.c.file_id,
    sqlite_where=outbox.c.file_id.isnot(None),
    postgresql_where=outbox.c.file_id.isnot(None),
)

files = Table(
    "files",
    metadata,
    _key(),
    Column("name", String(120), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("maker", String(20)),  # it is made from the content when its turn comes
    Column("content", LargeBinary, nullable=False),
    Column("case_number", BigInteger),
    Column("made_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a number is never used again: a row that waits must not find another file
)
Index("ix_files_made_at", files.c.made_at)

links = Table(
    "links",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("shows", ForeignKey("case_messages.id", ondelete="SET NULL")),  # the formal reply that can be read there
)
Index("ix_links_case", links.c.case_number, links.c.purpose)

# --- who is who -------------------------------------------------------------------------------------------------------

stations = Table(
    "stations",
    metadata,
    _key(),
    Column("code", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("area", String(120), nullable=False, server_default=""),
    Column("reception", String(200), nullable=False, server_default=""),
    UniqueConstraint("code"),
)

persons = Table(
    "persons",
    metadata,
    _key(),
    Column("telegram_id", BigInteger),  # null once forgotten
    Column("language_code", String(16)),
    Column("language", String(8)),
    Column("reachable", Boolean, nullable=False, server_default=false()),
    Column("notice_shown_at", UtcDateTime),
    Column("station_id", ForeignKey("stations.id")),
    Column("pace_until", UtcDateTime),  # when the last accepted message is paid for, at the allowed pace
    Column("pace_told", Boolean, nullable=False, server_default=false()),
    Column("first_seen_at", UtcDateTime, nullable=False),
    UniqueConstraint("telegram_id"),
)

roster = Table(
    "roster",
    metadata,
    _key(),
    Column("role", String(12), nullable=False),
    Column("name", String(120), nullable=False),
    Column("telegram_id", BigInteger),
    Column("username", String(64)),  # lower case, without @
    Column("language", String(8)),
    Column("employer", String(240)),  # where a deputy works; several with ;
    Column("active", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("role", "name"),
    UniqueConstraint("role", "telegram_id"),
    UniqueConstraint("role", "username"),
    CheckConstraint("role IN ('deputy', 'staff')", name="role"),
)
Index("ix_roster_telegram_id", roster.c.telegram_id)
Index("ix_roster_username", roster.c.username)

roster_stations = Table(
    "roster_stations",
    metadata,
    Column("roster_id", ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True),
    Column("station_id", ForeignKey("stations.id"), primary_key=True),
)
Index("ix_roster_stations_station_id", roster_stations.c.station_id)

roster_specialties = Table(
    "roster_specialties",
    metadata,
    Column("roster_id", ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True),
    Column("category", String(40), primary_key=True),
)

deputy_loads = Table(
    "deputy_loads",
    metadata,
    # Kept by storage/cases.py with each change of a case: routing asks for it at every opening, and counting costs more
    # the more cases there are. Apart from the roster, which every update reads.
    Column("deputy_id", ForeignKey("roster.id", ondelete="CASCADE"), primary_key=True),
    Column("open_cases", Integer, nullable=False),
)

leaves = Table(
    "leaves",
    metadata,
    _key(),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("delegate_id", ForeignKey("roster.id")),
    Column("lends", Boolean, nullable=False, server_default=false()),  # the open cases go to the delegate, too
    Column("made_at", UtcDateTime, nullable=False),
    Column("lent_at", UtcDateTime),
    Column("over_at", UtcDateTime),  # it was cancelled, or its end was told
    CheckConstraint("first <= last", name="days"),
    CheckConstraint("delegate_id <> deputy_id", name="delegate"),
)
_not_over = leaves.c.over_at.is_(None)
Index("ix_leaves_first", leaves.c.first, sqlite_where=_not_over, postgresql_where=_not_over)
Index("ix_leaves_deputy_id", leaves.c.deputy_id)
Index("ix_leaves_delegate_id", leaves.c.delegate_id)

invitations = Table(
    "invitations",
    metadata,
    _key(),
    Column("code_digest", String(64), nullable=False),  # the code itself is known to its holder only
    Column("role", String(12), nullable=False),
    Column("name", String(120), nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    UniqueConstraint("code_digest"),
)

groups = Table(
    "groups",
    metadata,
    Column("chat_id", Key, primary_key=True, autoincrement=False),
    Column("title", String(255), nullable=False, server_default=""),
    Column("type", String(12), nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("language", String(8)),
    Column("present", Boolean, nullable=False, server_default=true()),
)
Index("ix_groups_station_id", groups.c.station_id)

# --- cases ------------------------------------------------------------------------------------------------------------

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
)
Index("ix_message_versions_case_message_id", message_versions.c.case_message_id)

reopen_requests = Table(
    "reopen_requests",
    metadata,
    # Closed cases whose author has asked for them to be taken up again, until staff have decided.
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)

reply_templates = Table(
    "reply_templates",
    metadata,
    _key(),
    Column("deputy_id", ForeignKey("roster.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("reply_class", String(1), nullable=False),
    Column("category", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("case_number", ForeignKey("cases.number", ondelete="SET NULL")),  # from whose reply it was saved
    Column("saved_at", UtcDateTime, nullable=False),
    CheckConstraint("reply_class IN ('A', 'B', 'C', 'D')", name="reply_class"),
    sqlite_autoincrement=True,  # a number is typed by people: it must not come to mean another template
)
Index("ix_reply_templates_deputy_id", reply_templates.c.deputy_id, reply_templates.c.id)
Index("ix_reply_templates_case_number", reply_templates.c.case_number)

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
)
Index("ix_journal_case_number", journal.c.case_number, journal.c.id)
Index("ix_journal_at", journal.c.at)
Index("ix_journal_person_id", journal.c.person_id)  # whose words go when they are forgotten

held = Table(
    "held",
    metadata,
    # What the guard, or somebody in its place, found in a case. A row stays when the case was released: marks are
    # counted by rule, so that the words can be improved.
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("topic", String(20), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("deputy_id", ForeignKey("roster.id")),  # who had the case before it was held
    Column("accused", JSON, nullable=False, server_default=text("'[]'")),  # deputies who must not get it: roster ids
    Column("released_at", UtcDateTime),
    Column("released_by", ForeignKey("persons.id")),
    Column("mark", String(12)),
    CheckConstraint("mark IN ('right', 'false_alarm', 'missed')", name="mark"),
)
Index("ix_held_case_number", held.c.case_number, held.c.id)

promises = Table(
    "promises",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("deputy_id", ForeignKey("roster.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("moves", SmallInteger, nullable=False, server_default="0"),
    Column("reported_at", UtcDateTime),
    Column("asked_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ended_on", Date),  # the local day of ended_at: a promise let go on its day was not broken
    Column("ending", String(12)),
    CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
    CheckConstraint("(ended_at IS NULL) = (ended_on IS NULL)", name="ended_on_a_day"),
)
Index(
    "uq_promises_open",
    promises.c.case_number,
    unique=True,
    sqlite_where=promises.c.ended_at.is_(None),
    postgresql_where=promises.c.ended_at.is_(None),
)
Index(
    "ix_promises_waiting",
    promises.c.day,
    promises.c.case_number,
    sqlite_where=promises.c.ended_at.is_(None),
    postgresql_where=promises.c.ended_at.is_(None),
)
Index("ix_promises_case_number", promises.c.case_number, promises.c.id)
Index("ix_promises_day", promises.c.day)

delivery_checks = Table(
    "delivery_checks",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("promise_id", ForeignKey("promises.id", ondelete="CASCADE")),
    Column("at", UtcDateTime, nullable=False),
    Column("result", SmallInteger, nullable=False),
    Column("message_id", ForeignKey("case_messages.id", ondelete="SET NULL")),  # with the photo they sent for it
    CheckConstraint("result BETWEEN 1 AND 3", name="result"),
)
Index("ix_delivery_checks_case_number", delivery_checks.c.case_number)
Index("ix_delivery_checks_person_id", delivery_checks.c.person_id, delivery_checks.c.at)
# --- announcements, special inquiries, station cards -----------------------------------------------------------------

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

# --- handling units ---------------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    _key(),
    Column("name", String(120), nullable=False),
    Column("contact", String(240), nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("name"),
)

unit_categories = Table(
    "unit_categories",
    metadata,
    Column("unit_id", ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("category", String(40), primary_key=True),
)

handings = Table(
    "handings",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number"), nullable=False),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("due", Date, nullable=False),
    Column("returned_at", UtcDateTime),  # not theirs, they said; why stands in the journal
)
Index("ix_handings_case_number", handings.c.case_number)
Index("ix_handings_unit_id", handings.c.unit_id)
lookbacks = Table(
    "lookbacks",
    metadata,
    _key(),
    Column("made_at", UtcDateTime, nullable=False),
    Column("by_name", String(120), nullable=False),
    Column("station_ids", JSON, nullable=False),  # empty: all of them
    Column("seed", String(24), nullable=False),
    Column("size", Integer, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("pool", Integer, nullable=False),
)

lookback_questions = Table(
    "lookback_questions",
    metadata,
    _key(),
    Column("lookback_id", ForeignKey("lookbacks.id", ondelete="CASCADE"), nullable=False),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("rated", SmallInteger),  # the result as it was rated then
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answer", SmallInteger),
    Column("answered_at", UtcDateTime),
    Column("words", Text),
    UniqueConstraint("lookback_id", "case_number", "person_id"),
    CheckConstraint("rated BETWEEN 1 AND 3", name="rated"),
    CheckConstraint("answer BETWEEN 1 AND 3", name="answer"),
)
Index("ix_lookback_questions_person_id", lookback_questions.c.person_id, lookback_questions.c.asked_at)
Index("ix_lookback_questions_case_number", lookback_questions.c.case_number)

dispute_parties = Table(
    "dispute_parties",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("persons.id")),  # an author of the case; null for the other side
    Column("name", String(120)),  # of the other side, as somebody typed it
    Column("asked_at", UtcDateTime),
    Column("consents", Boolean),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("case_number", "person_id"),
)

dispute_sessions = Table(
    "dispute_sessions",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("place", String(200), nullable=False),
    Column("present", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)
Index("ix_dispute_sessions_case_number", dispute_sessions.c.case_number)

dispute_agreements = Table(
    "dispute_agreements",
    metadata,
    _key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("agreed_on", Date, nullable=False),
    Column("terms", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_dispute_agreements_case_number", dispute_agreements.c.case_number)

# --- dialogues, and what is done once ---------------------------------------------------------------------------------

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

import storage.schema.polls  # noqa: E402  (they refer to the tables above)
import storage.schema.projects  # noqa: E402, F401
