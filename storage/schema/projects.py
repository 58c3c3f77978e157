"""Livelihood projects and their cycles."""

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
    false,
    text,
)

from storage.schema.base import UtcDateTime, key, metadata, salt

cycles = Table(
    "cycles",
    metadata,
    key(),
    Column("year", SmallInteger, nullable=False),
    Column("level", String(60), nullable=False),
    Column("station_ids", JSON, nullable=False),  # empty: all of them
    Column("places", SmallInteger, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("phase_since", UtcDateTime, nullable=False),
    Column("dates", JSON, nullable=False, server_default=text("'{}'")),
    Column("person_id", ForeignKey("persons.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    CheckConstraint("places > 0", name="places"),
    CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name="closed_in_the_end"),
    sqlite_autoincrement=True,  # buttons name its number
)

cycle_events = Table(
    "cycle_events",
    metadata,
    # The journal of the cycles.
    key(),
    Column("cycle_id", ForeignKey("cycles.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("event", String(20), nullable=False),
    Column("text", Text),
    Column("details", JSON, nullable=False, server_default=text("'{}'")),
)
Index("ix_cycle_events_cycle_id", cycle_events.c.cycle_id, cycle_events.c.id)
Index("ix_cycle_events_person_id", cycle_events.c.person_id)

projects = Table(
    "projects",
    metadata,
    Column("number", key().type, primary_key=True, autoincrement=True),
    Column("cycle_id", ForeignKey("cycles.id")),
    Column("title", String(200), nullable=False),
    Column("text", Text),  # null once forgotten
    Column("station_id", ForeignKey("stations.id")),
    Column("category", String(40), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("by_role", String(12), nullable=False),
    Column("case_number", ForeignKey("cases.number", ondelete="SET NULL")),
    Column("cost", String(120)),
    Column("unit", String(120)),
    Column("state", String(12), nullable=False),
    Column("guard", String(40)),
    Column("joined_to", ForeignKey("projects.number")),
    Column("ground", String(40)),
    Column("stars", SmallInteger),
    Column("support", Integer),
    Column("target", Text),
    Column("due", Date),
    Column("verdict", SmallInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint("joined_to <> number", name="not_joined_to_itself"),
    CheckConstraint("(state = 'joined') = (joined_to IS NOT NULL)", name="joined_somewhere"),
    CheckConstraint("(state = 'excluded') = (ground IS NOT NULL)", name="excluded_for_a_reason"),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    CheckConstraint("verdict BETWEEN 1 AND 3", name="verdict"),
    sqlite_autoincrement=True,  # people type its number
)
Index("ix_projects_cycle_id", projects.c.cycle_id, projects.c.state)
Index("ix_projects_state", projects.c.state, projects.c.station_id)
Index("ix_projects_person_id", projects.c.person_id)
Index("ix_projects_case_number", projects.c.case_number)
Index("ix_projects_joined_to", projects.c.joined_to)

project_pasts = Table(
    "project_pasts",
    metadata,
    # What a project was in (since, until]; the row as it is now is the rest.
    key(),
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("cycle_id", ForeignKey("cycles.id")),
)
Index("ix_project_pasts_project_number", project_pasts.c.project_number, project_pasts.c.until)

project_supporters = Table(
    "project_supporters",
    metadata,
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_project_supporters_person_id", project_supporters.c.person_id)

project_events = Table(
    "project_events",
    metadata,
    # The journal of the projects.
    key(),
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by_role", String(12), nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("event", String(20), nullable=False),
    Column("text", Text),
    Column("day", Date),
    Column("details", JSON, nullable=False, server_default=text("'{}'")),
    Column("sources", JSON),
    Column("public", Boolean, nullable=False),
    salt(),
)
Index("ix_project_events_project_number", project_events.c.project_number, project_events.c.id)
Index("ix_project_events_person_id", project_events.c.person_id)

milestones = Table(
    "milestones",
    metadata,
    key(),
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("reached_on", Date),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_milestones_project_number", milestones.c.project_number, milestones.c.day)
Index("ix_milestones_day", milestones.c.day)

inspections = Table(
    "inspections",
    metadata,
    key(),
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("finding", Text, nullable=False),
    Column("fix_by", Date),
    Column("fixed_on", Date),
    sqlite_autoincrement=True,  # buttons name its number
)
Index("ix_inspections_project_number", inspections.c.project_number, inspections.c.held_on)
Index("ix_inspections_fix_by", inspections.c.fix_by)

project_supervisors = Table(
    "project_supervisors",
    metadata,
    Column("project_number", ForeignKey("projects.number", ondelete="CASCADE"), primary_key=True),
    Column("entry_id", ForeignKey("roster.id"), primary_key=True),
    Column("confirmed", Boolean, nullable=False, server_default=false()),
)
Index("ix_project_supervisors_entry_id", project_supervisors.c.entry_id)

grounds = Table(
    "grounds",
    metadata,
    # Grounds of exclusion that staff added to the ones that come with the program, or struck out.
    Column("key", String(40), primary_key=True),
    Column("text", String(240), nullable=False),  # empty: a ground of the program
    Column("struck", Boolean, nullable=False, server_default=false()),
    Column("added_at", UtcDateTime, nullable=False),
)
