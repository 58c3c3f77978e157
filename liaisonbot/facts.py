"""What the figures of a window are computed from, as it stood at the window's end. Read by ``storage/facts_*.py``.

Moments are UTC; a window is half open, [start, end): what happened at exactly ``end`` does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from liaisonbot.duty import DutyEntry, EntryState
from liaisonbot.model import Case
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import Phase, Project, ProjectState
from liaisonbot.vocabulary import Outcome, Rating, ReplyClass, Stage
from liaisonbot.workflow import Event

FIGURED: Final = (
    "stage",
    "stage_since",
    "outcome",
    "station_id",
    "deputy_id",
    "category",
    "kind",
    "tags",
    "due_at",
    "reply_due_at",
    "first_replied_at",
    "reply_class",
    "promise_date",
    "attitude",
    "result",
    "paused_since",
    "closed_at",
)
"""The fields of a case that figures go by: what they were before is kept (``case_pasts``)."""
figured: Final[Callable[[Case], tuple[Any, ...]]] = attrgetter(*FIGURED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: what was some stations', or one deputy's, at the window's end; by default everybody's."""

    station_ids: frozenset[int] | None = None
    deputy_id: int | None = None


EVERYBODY: Final = Scope()


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case as it stood at the end of a window."""

    number: int
    created_at: datetime
    chat_type: str
    stage: Stage
    stage_since: datetime
    outcome: Outcome | None
    station_id: int | None
    deputy_id: int | None
    category: str
    kind: str
    tags: tuple[str, ...]
    due_at: datetime | None
    reply_due_at: datetime | None
    first_replied_at: datetime | None
    reply_class: ReplyClass | None
    promise_date: date | None
    attitude: Rating | None
    result: Rating | None
    """The ratings of its newest reply."""
    paused_since: datetime | None
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.stage is not Stage.CLOSED


@dataclass(frozen=True, slots=True)
class EventFact:
    """A line of the journal, written in the window."""

    case: int
    at: datetime
    event: Event
    from_stage: Stage | None
    to_stage: Stage
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise whose day lies in the window, and which was neither moved nor let go on or before that day."""

    case: int
    day: date
    kept: bool
    """The constituent said *fixed* before the window's end."""


@dataclass(frozen=True, slots=True)
class GatheringFact:
    """A matter that several people told of: cases merged into one, by the window's end. It grew in the window."""

    case: int
    """Into which they were merged."""
    cases: tuple[int, ...]
    """All of them, that one included, by number."""
    texts: tuple[str, ...]
    """Their words as they read now; those that were forgotten are not there."""


# --- the office -------------------------------------------------------------------------------------------------------

DUTY_FIGURED: Final = ("deputy_id", "station_id", "type", "day", "minutes", "filed_at", "state")
"""The fields of an entry that figures go by: what they were before is kept (``duty_pasts``)."""
duty_figured: Final[Callable[[DutyEntry], tuple[Any, ...]]] = attrgetter(*DUTY_FIGURED)
PROJECT_FIGURED: Final = ("state", "station_id", "cycle_id")
"""The same of a project (``project_pasts``)."""
project_figured: Final[Callable[[Project], tuple[Any, ...]]] = attrgetter(*PROJECT_FIGURED)


@dataclass(frozen=True, slots=True)
class DutyFact:
    """An entry of a duty log as it stood at the end of a window. It was no draft."""

    id: int
    deputy_id: int
    deputy: str
    """As the roster calls them today."""
    station_id: int | None
    type: str
    """A key of ``duty.TYPES``."""
    day: date
    minutes: int | None
    filed_at: datetime
    """When it was last filed."""
    state: EntryState


@dataclass(frozen=True, slots=True)
class DeputyFact:
    """A deputy who was in the roster at the end of a window."""

    id: int
    name: str
    """As the roster calls them today."""
    station_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class PollFact:
    """A poll that was open in a window, as it stood at the window's end."""

    number: int
    kind: PollKind
    question: str
    status: PollState
    """``OPEN`` or ``CLOSED``."""
    voters: int
    """Of one that was closed: as published. Counts are nobody's business here: sealed stays sealed."""
    station_ids: tuple[int, ...]
    """None named: it was for all of them."""
    sealed: bool
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    """None while it was open."""


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """A livelihood project as it stood at the end of a window."""

    number: int
    title: str
    """As it reads today; empty where its proposer was forgotten before it was taken up."""
    state: ProjectState
    station_id: int | None
    cycle_id: int | None
    """None: it was in the reserve pool."""
    cycle_year: int | None
    phase: Phase | None
    """Where its cycle stood."""
