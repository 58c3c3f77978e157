"""What came in, what goes out."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from storage.schema.base import Key, UtcDateTime, metadata
from storage.schema.base import key as _key

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
