"""What rows were before: the ground of every figure that is computed for a moment long ago.

The state of something at a moment is its past row with ``since < moment <= until``, and where there is none, the row as
it is now (if it existed before the moment). Nothing is stored twice, and a case that was opened just now costs nothing.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, ForeignKey, Index, Integer, SmallInteger, String, Table, text

from storage.schema.base import UtcDateTime, key, metadata

case_pasts = Table(
    "case_pasts",
    metadata,
    key(),
    Column("case_number", ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    # How long that was, as a class: 0 for less than a day, else n for 2**(n-1) to 2**n days. What lay around a moment
    # is found in each class by a range of ``since`` that is no longer than the class, however old the moment is.
    Column("span", SmallInteger, nullable=False),
    Column("stage", String(12), nullable=False),
    Column("stage_since", UtcDateTime, nullable=False),
    Column("outcome", String(12)),
    Column("station_id", ForeignKey("stations.id")),
    Column("deputy_id", ForeignKey("roster.id")),
    Column("category", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("tags", JSON, nullable=False, server_default=text("'[]'")),
    Column("due_at", UtcDateTime),
    Column("reply_due_at", UtcDateTime),
    Column("first_replied_at", UtcDateTime),
    Column("reply_class", String(1)),
    Column("promise_date", Date),
    Column("attitude", SmallInteger),
    Column("result", SmallInteger),
    Column("paused_since", UtcDateTime),
    Column("closed_at", UtcDateTime),
)
Index("ix_case_pasts_case_number", case_pasts.c.case_number, case_pasts.c.until)
_was_open = case_pasts.c.stage != "closed"
Index(
    "ix_case_pasts_open",
    case_pasts.c.span,
    case_pasts.c.since,
    case_pasts.c.until,
    sqlite_where=_was_open,
    postgresql_where=_was_open,
)
_was_closed = case_pasts.c.stage == "closed"
Index(
    "ix_case_pasts_closed",
    case_pasts.c.span,
    case_pasts.c.since,
    case_pasts.c.until,
    sqlite_where=_was_closed,
    postgresql_where=_was_closed,
)

closings = Table(
    "closings",
    metadata,
    # How many cases are closed, by whose they are now and when they were closed; 0 stands for no station or deputy.
    Column("station_id", BigInteger, primary_key=True, autoincrement=False),
    Column("deputy_id", BigInteger, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),  # UTC: its year times 12, and 0 for January
    Column("cases", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
