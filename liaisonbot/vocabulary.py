"""The words of the field, as the database and other people's scripts spell them (see README, "Words")."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody is to the office. One person can hold several; everybody is a constituent."""

    CONSTITUENT = "constituent"
    DEPUTY = "deputy"
    STAFF = "staff"
    OWNER = "owner"
    SYSTEM = "system"
    """The clock: what happens because time passed, not because somebody acted."""


class Stage(StrEnum):
    """Where a case stands. The four mechanisms, and the end."""

    COLLECTION = "collection"
    MEDIATION = "mediation"
    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed case ended. A case has one exactly when it is closed."""

    RESOLVED = "resolved"
    UNCONFIRMED = "unconfirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class ReplyClass(StrEnum):
    """Result class of a formal reply: A solved or adopted, B being solved, C planned, D not possible."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Rating(IntEnum):
    """Three levels, for attitude and for result."""

    DISSATISFIED = 1
    FAIR = 2
    SATISFIED = 3


class Delivery(IntEnum):
    """Answer to the check of delivery: was it really done?"""

    NOT_FIXED = 1
    PARTLY = 2
    FIXED = 3


class PledgeEnd(StrEnum):
    """How a promise to the constituent (a reply of class B) came to its end."""

    FIXED = "fixed"
    PARTLY = "partly"
    NOT_FIXED = "not_fixed"
    MOVED = "moved"
    """Another date took its place."""
    REPLACED = "replaced"
    """Another formal reply took its place."""
    UNANSWERED = "unanswered"
    """The check of delivery was asked, and nobody answered in time."""
    CLOSED = "closed"
    """The office closed the case."""
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class PledgeState(StrEnum):
    """Where a promise stands on a day. What was let go before its day is in none of them."""

    DUE = "due"
    OVERDUE = "overdue"
    """Its day has passed and nobody said *fixed*."""
    KEPT = "kept"
    BROKEN = "broken"


class OverdueKind(StrEnum):
    """Which limit of a case is over."""

    ACCEPT = "accept"
    MEDIATION = "mediation"
    REPLY = "reply"
    """The first formal reply."""
    PROMISE = "promise"
    """The day of a promise has passed without *fixed*."""
    UNIT = "unit"
    """The day has passed by which something should have come of a handing; the case's own limits may still run."""


class OverdueBy(StrEnum):
    """By what overdue limits can be counted."""

    KIND = "kind"
    STATION = "station"
    DEPUTY = "deputy"
    UNIT = "unit"


class MessageKind(StrEnum):
    """What a message of a case is: talk, the formal reply, an internal note, a mediation entry."""

    CONVERSATION = "conversation"
    REPLY = "reply"
    NOTE = "note"
    MEDIATION = "mediation"


class RoutingRule(StrEnum):
    """Why a case went to whom it went to; stored with every assignment."""

    NAMED = "named"
    RECEPTION = "reception"
    """On reception duty at the station that day."""
    SPECIALTY = "specialty"
    FEWEST_OPEN = "fewest_open"
    STAFF_QUEUE = "staff_queue"
    OWNER_QUEUE = "owner_queue"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    RELEASED = "released"
    """Back to the deputy who had it before the guard held it."""
    DELEGATE = "delegate"
    """In the place of a deputy who is on leave."""
    LEAVE_OVER = "leave_over"
    """Back from the delegate, now that the leave is over."""
