"""Who is who."""

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
    false,
    true,
)

from storage.schema.base import Key, UtcDateTime, metadata
from storage.schema.base import key as _key

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

roster_pasts = Table(
    "roster_pasts",
    metadata,
    # What an entry was in (since, until]; the row as it is now is the rest. One that is new was none before.
    _key(),
    Column("roster_id", ForeignKey("roster.id", ondelete="CASCADE"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("station_ids", JSON, nullable=False),
)
Index("ix_roster_pasts_roster_id", roster_pasts.c.roster_id, roster_pasts.c.until)
Index("ix_roster_pasts_until", roster_pasts.c.until, roster_pasts.c.roster_id)

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
    Column("scores", JSON(none_as_null=True)),  # the deputies' own group: of which stations, the last quarter posted
)
Index("ix_groups_station_id", groups.c.station_id)
