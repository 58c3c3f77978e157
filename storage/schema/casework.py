"""What is done about cases: held, promised, handed on, looked at again, mediated."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from storage.schema.base import UtcDateTime, metadata
from storage.schema.base import key as _key

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
    Column(
        "accused", JSON, nullable=False, server_default=text("'[]'")
    ),  # deputies and staff who must not read it: roster ids
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
