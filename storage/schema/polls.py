"""Polls and ballots. Who voted by secret ballot, and what was voted, stand in tables that nothing joins.

``poll_registers`` and ``urns`` hold one row for each poll: who has voted, sorted by number, and the ballots, sorted by
their receipt codes, which are random. A row is written anew with every vote, so neither has an order, a time or a key
that says which ballot came with whom.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.base import UtcDateTime, key, metadata

polls = Table(
    "polls",
    metadata,
    Column("number", key().type, primary_key=True, autoincrement=True),
    Column("kind", String(10), nullable=False),
    Column("question", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("multiple", Boolean, nullable=False),
    Column("most", SmallInteger),
    Column("sealed", Boolean, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("eligible", String(8), nullable=False),
    Column("station_ids", JSON, nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("chat_id", BigInteger),
    Column("card_id", BigInteger),
    Column("shown_at", UtcDateTime),
    Column("language", String(8), nullable=False),
    Column("state", String(10), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("day_ends", UtcDateTime),  # the local midnight behind its last act: what stood before it is kept then
    Column("rule", JSON),
    Column("result", JSON),  # as it was published
    Column("cycle_id", ForeignKey("cycles.id")),
    Column("project", ForeignKey("projects.number")),
    Column("subjects", JSON, nullable=False, server_default=text("'[]'")),
    Column("round_of", ForeignKey("polls.number")),
    CheckConstraint("kind IN ('quick', 'ballot', 'vote', 'appraisal')", name="kind"),
    CheckConstraint("eligible IN ('anyone', 'members', 'listed')", name="eligible"),
    CheckConstraint("state IN ('draft', 'open', 'closed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'draft') = (opened_at IS NULL) OR state = 'cancelled'", name="opened"),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL) OR state = 'cancelled'", name="closed"),
    sqlite_autoincrement=True,  # people type its number, and buttons name it
)
Index("ix_polls_state", polls.c.state, polls.c.closes_at)
Index("ix_polls_closed_at", polls.c.closed_at)
Index("ix_polls_cycle_id", polls.c.cycle_id)
Index("ix_polls_project", polls.c.project)
Index("ix_polls_round_of", polls.c.round_of)

poll_posts = Table(
    "poll_posts",
    metadata,
    key(),
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("station_id", ForeignKey("stations.id")),
    Column("title", String(255), nullable=False),
    Column("state", String(8), nullable=False),
    Column("failure", Text),  # why it could not be sent: Telegram's reason, never words
    Column("telegram_poll_id", String(32)),
    Column("message_id", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("result_at", UtcDateTime),
    UniqueConstraint("poll", "chat_id"),
    UniqueConstraint("telegram_poll_id"),
    CheckConstraint("state IN ('waiting', 'promised', 'sent', 'failed', 'left')", name="state"),
)
Index("ix_poll_posts_chat_id", poll_posts.c.chat_id)

poll_twins = Table(
    "poll_twins",
    metadata,
    # Native polls that stand beside the one on record: a call that was cut off may have posted one nobody told us of.
    Column("telegram_poll_id", String(32), primary_key=True),
    Column("post", ForeignKey("poll_posts.id", ondelete="CASCADE"), nullable=False),
)
Index("ix_poll_twins_post", poll_twins.c.post)

unplaced_votes = Table(
    "unplaced_votes",
    metadata,
    # Votes in a native poll of ours as long as it is not known which one that is; the last of each person.
    Column("telegram_poll_id", String(32), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("options", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_unplaced_votes_person_id", unplaced_votes.c.person_id)

poll_answers = Table(
    "poll_answers",
    metadata,
    # One person, one vote, across all groups: the latest counts. No options: it was taken back.
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("options", JSON, nullable=False),
    Column("chat_id", BigInteger),  # the group in which it was said; null: in the private chat
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_poll_answers_person_id", poll_answers.c.person_id)
Index("ix_poll_answers_chat_id", poll_answers.c.chat_id)
Index("ix_poll_answers_at", poll_answers.c.poll, poll_answers.c.at)

poll_turnouts = Table(
    "poll_turnouts",
    metadata,
    # How many had voted at a local midnight, after which somebody did something. No hour: ballots may be secret.
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), primary_key=True),
    Column("until", UtcDateTime, primary_key=True),
    Column("voters", Integer, nullable=False),
)

poll_electors = Table(
    "poll_electors",
    metadata,
    # Who may vote, where that is a list. It is made before the first vote.
    key(),
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), nullable=False),
    Column("entry_id", ForeignKey("roster.id")),
    Column("person_id", ForeignKey("persons.id")),
    UniqueConstraint("poll", "entry_id"),
    UniqueConstraint("poll", "person_id"),
    CheckConstraint("(entry_id IS NULL) <> (person_id IS NULL)", name="one_of_both"),
)
Index("ix_poll_electors_person_id", poll_electors.c.person_id)
Index("ix_poll_electors_entry_id", poll_electors.c.entry_id)

poll_registers = Table(
    "poll_registers",
    metadata,
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("voted", JSON, nullable=False),  # numbers of those who have voted, ascending
)

urns = Table(
    "urns",
    metadata,
    Column("poll", ForeignKey("polls.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ballots", JSON, nullable=False),  # receipt code → ballot, by the code
)
