"""The deputies' duty log, its reminders, reception days, and what a deputy's term brings with it."""

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
    Time,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.base import UtcDateTime, key, metadata

duty_entries = Table(
    "duty_entries",
    metadata,
    key(),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("type", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("minutes", SmallInteger),
    Column("place", String(120)),
    Column("place_kind", String(20)),
    Column("participants", Text),
    Column("text", Text),
    Column("effect", Text),
    Column("sources", JSON),
    Column("case_number", ForeignKey("cases.number", ondelete="SET NULL")),
    Column("project_number", ForeignKey("projects.number", ondelete="SET NULL")),
    Column("origin", String(40)),
    Column("acts", JSON, nullable=False, server_default=text("'[]'")),
    Column("state", String(12), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("filed_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("confirmed_by", String(12)),
    Column("reason", Text),
    Column("chat_id", BigInteger),
    Column("card_id", BigInteger),
    UniqueConstraint("deputy_id", "day", "origin"),
    CheckConstraint("(state = 'draft') = (filed_at IS NULL)", name="filed"),
    CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="confirmed"),
    CheckConstraint("(state = 'returned') = (reason IS NOT NULL)", name="returned"),
    CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    sqlite_autoincrement=True,  # buttons and exports name its number
)
Index("ix_duty_entries_deputy_id", duty_entries.c.deputy_id, duty_entries.c.day)
Index("ix_duty_entries_day", duty_entries.c.day)
Index("ix_duty_entries_filed_at", duty_entries.c.filed_at)
_waiting = duty_entries.c.state == "filed"
Index(
    "ix_duty_entries_waiting",
    duty_entries.c.station_id,
    duty_entries.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_draft = duty_entries.c.state == "draft"
Index("ix_duty_entries_drafts", duty_entries.c.day, sqlite_where=_draft, postgresql_where=_draft)
Index("ix_duty_entries_chat_id", duty_entries.c.chat_id)  # asked for when somebody is forgotten
Index("ix_duty_entries_origin", duty_entries.c.origin)
Index("ix_duty_entries_case_number", duty_entries.c.case_number)
Index("ix_duty_entries_project_number", duty_entries.c.project_number)

duty_events = Table(
    "duty_events",
    metadata,
    # The journal of the entries; its lines outlive them.
    key(),
    Column("duty_id", BigInteger, nullable=False),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("event", String(16), nullable=False),
    Column("text", Text),
    Column("details", JSON, nullable=False, server_default=text("'{}'")),
)
Index("ix_duty_events_duty_id", duty_events.c.duty_id, duty_events.c.id)
Index("ix_duty_events_deputy_id", duty_events.c.deputy_id)
Index("ix_duty_events_person_id", duty_events.c.person_id)

duty_pasts = Table(
    "duty_pasts",
    metadata,
    # What an entry was in (since, until], from its first filing on; the row as it is now is the rest. It stays when the
    # entry is deleted.
    key(),
    Column("duty_id", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("type", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("minutes", SmallInteger),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
)
Index("ix_duty_pasts_duty_id", duty_pasts.c.duty_id, duty_pasts.c.until)
Index("ix_duty_pasts_day", duty_pasts.c.day)
Index("ix_duty_pasts_filed_at", duty_pasts.c.filed_at)

missed_meetings = Table(
    "missed_meetings",
    metadata,
    key(),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("type", String(20), nullable=False),
    Column("excused", Boolean, nullable=False),
    Column("text", Text),
    Column("person_id", ForeignKey("persons.id")),
    Column("noted_at", UtcDateTime, nullable=False),
    UniqueConstraint("deputy_id", "day", "type"),
    sqlite_autoincrement=True,  # buttons name its number
)

duty_reminders = Table(
    "duty_reminders",
    metadata,
    # One for each deputy, month and rung: whatever restarts, none is made or sent twice.
    key(),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("month", Date, nullable=False),
    Column("rung", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    UniqueConstraint("deputy_id", "month", "rung"),
    sqlite_autoincrement=True,  # buttons name its number
)
_due = duty_reminders.c.state.in_(("waiting", "snoozed"))
Index("ix_duty_reminders_due", duty_reminders.c.due_at, sqlite_where=_due, postgresql_where=_due)
Index("ix_duty_reminders_chat_id", duty_reminders.c.chat_id)
Index("ix_duty_reminders_month", duty_reminders.c.month, duty_reminders.c.rung)

duty_lists = Table(
    "duty_lists",
    metadata,
    # Staff's list of deputies who are behind: one message for each staff member and month.
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("month", Date, primary_key=True),
    Column("message_id", BigInteger),
    Column("promised", Boolean, nullable=False, server_default=false()),
    Column("stale", Boolean, nullable=False),  # what it says is not what holds any more
)
Index("ix_duty_lists_stale", duty_lists.c.stale)

preferences = Table(
    "preferences",
    metadata,
    # What somebody who works here wants otherwise than everybody.
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

rotas = Table(
    "rotas",
    metadata,
    key(),
    Column("station_id", ForeignKey("stations.id"), nullable=False),
    Column("rule", String(120), nullable=False),
    Column("begins", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("place", String(120), nullable=False),
    Column("slot_minutes", SmallInteger, nullable=False),
    Column("deputy_ids", JSON, nullable=False),
    Column("first", Date, nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("begins < ends", name="hours"),
    CheckConstraint("slot_minutes > 0", name="slots"),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_rotas_station_id", rotas.c.station_id)

receptions = Table(
    "receptions",
    metadata,
    key(),
    Column("rota_id", ForeignKey("rotas.id")),
    Column("station_id", ForeignKey("stations.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("begins", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("place", String(120), nullable=False),
    Column("slot_minutes", SmallInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("minutes", Text),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("begins < ends", name="hours"),
    UniqueConstraint("rota_id", "day"),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_receptions_station_id", receptions.c.station_id, receptions.c.day)
Index("ix_receptions_day", receptions.c.day)

reception_deputies = Table(
    "reception_deputies",
    metadata,
    Column("reception_id", ForeignKey("receptions.id", ondelete="CASCADE"), primary_key=True),
    Column("deputy_id", ForeignKey("roster.id"), primary_key=True),
)
Index("ix_reception_deputies_deputy_id", reception_deputies.c.deputy_id)

bookings = Table(
    "bookings",
    metadata,
    key(),
    Column("reception_id", ForeignKey("receptions.id", ondelete="CASCADE"), nullable=False),
    Column("slot", Time),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("entered_by", ForeignKey("persons.id")),
    Column("subject", Text),  # null once forgotten
    Column("guard", String(20)),  # the topic for which not everybody reads the subject
    Column("name", String(120)),  # as they told it to whoever entered it; null once forgotten
    Column("phone", String(40)),
    Column("code", String(64)),  # digest of the receipt code of somebody without Telegram
    Column("minutes", Text),  # null once forgotten
    Column("exit", String(16)),
    Column("case_number", ForeignKey("cases.number", ondelete="SET NULL")),
    Column("state", String(12), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # buttons name its number
)
_taken = bookings.c.state != "cancelled"
Index(  # nobody has a slot that somebody else has
    "uq_bookings_slot",
    bookings.c.reception_id,
    bookings.c.slot,
    unique=True,
    sqlite_where=_taken,
    postgresql_where=_taken,
)
Index("ix_bookings_person_id", bookings.c.person_id)
Index("uq_bookings_code", bookings.c.code, unique=True)
Index("ix_bookings_entered_by", bookings.c.entered_by)
Index("ix_bookings_case_number", bookings.c.case_number)

voter_reports = Table(
    "voter_reports",
    metadata,
    # A deputy's report to voters (述职).
    key(),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("poll_number", ForeignKey("polls.number")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    CheckConstraint("first <= last", name="days"),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_voter_reports_deputy_id", voter_reports.c.deputy_id)
Index("ix_voter_reports_poll_number", voter_reports.c.poll_number)

handovers = Table(
    "handovers",
    metadata,
    # What one deputy had goes to another at the end of a term.
    key(),
    Column("from_id", ForeignKey("roster.id"), nullable=False),
    Column("to_id", ForeignKey("roster.id"), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("moved", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    CheckConstraint("from_id <> to_id", name="two"),
    sqlite_autoincrement=True,  # buttons name its number
)

pairings = Table(
    "pairings",
    metadata,
    # A deputy and a household (结对帮扶). The household has a code here and no name.
    key(),
    Column("code", String(20), nullable=False),
    Column("deputy_id", ForeignKey("roster.id"), nullable=False),
    Column("station_id", ForeignKey("stations.id"), nullable=False),
    Column("every_days", SmallInteger, nullable=False),
    Column("since", Date, nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("every_days > 0", name="rhythm"),
    UniqueConstraint("code"),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_pairings_deputy_id", pairings.c.deputy_id)
