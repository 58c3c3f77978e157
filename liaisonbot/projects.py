"""Livelihood projects (民生实事项目): proposals, the yearly cycle they go through, and what becomes of the chosen ones.

The two tables of this subject are :data:`PHASES`, read from ``data/project_phases.toml``, and :data:`STEPS`. A project
changes its state in ``services/projecting.advance`` and nowhere else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from liaisonbot.announcements import Sources
from liaisonbot.permissions import Permission
from liaisonbot.vocabulary import Rating, Role


class Phase(StrEnum):
    """Where a cycle stands."""

    COLLECTION = "collection"
    SCREENING = "screening"
    OPINIONS = "opinions"
    VOTE = "vote"
    ANNOUNCEMENT = "announcement"
    IMPLEMENTATION = "implementation"
    APPRAISAL = "appraisal"
    CLOSED = "closed"


class ProjectState(StrEnum):
    """Where a project stands."""

    PROPOSED = "proposed"
    CANDIDATE = "candidate"
    """It came through the screening."""
    EXCLUDED = "excluded"
    JOINED = "joined"
    """It goes on in another one; see ``Project.joined_to``."""
    CHOSEN = "chosen"
    """The deputies voted for it."""
    NOT_CHOSEN = "not_chosen"
    """It stays in the reserve pool."""
    RUNNING = "running"
    """It has a unit, a target and a date."""
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ProjectEvent(StrEnum):
    """What happens to a project."""

    PROPOSED = "proposed"
    EDITED = "edited"
    RETITLED = "retitled"
    JOINED = "joined"
    PARTED = "parted"
    """Joining it to another one was a mistake."""
    ENTERED = "entered"
    """Taken into a cycle, from the reserve pool."""
    SCREENED = "screened"
    EXCLUDED = "excluded"
    TAKEN_BACK = "taken_back"
    """What the screening said of it was a mistake."""
    SHOWN = "shown"
    """Staff read what the guard held, and let anybody read it."""
    INDEXED = "indexed"
    """The residents' poll gave it its stars."""
    ELECTED = "elected"
    NOT_ELECTED = "not_elected"
    CONFIRMED = "confirmed"
    PROGRESS = "progress"
    MILESTONE = "milestone"
    MILESTONE_REACHED = "milestone_reached"
    INSPECTED = "inspected"
    PUT_RIGHT = "put_right"
    UNNOTED = "unnoted"
    """That a milestone was reached, or a finding put right, was noted by mistake."""
    SUPERVISORS = "supervisors"
    APPRAISED = "appraised"
    CARRIED_OUT = "carried_out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in these states this can happen; the project becomes that (None: it stays); that right is needed."""

    when: tuple[ProjectState, ...]
    event: ProjectEvent
    becomes: ProjectState | None
    needs: Permission


_S, _E, _P = ProjectState, ProjectEvent, Permission
_POOL: Final = (_S.PROPOSED, _S.NOT_CHOSEN)

STEPS: Final[tuple[Step, ...]] = (
    # when in                        on                      becomes        needs
    Step((*_POOL, _S.CANDIDATE), _E.EDITED, None, _P.PROJECT_KEEP),
    Step((*_POOL, _S.CANDIDATE), _E.RETITLED, None, _P.PROJECT_RETITLE),
    Step(tuple(_S), _E.SHOWN, None, _P.PROJECT_KEEP),
    Step(_POOL, _E.JOINED, _S.JOINED, _P.PROJECT_JOIN),
    Step((_S.JOINED,), _E.PARTED, _S.PROPOSED, _P.PROJECT_JOIN),
    Step(_POOL, _E.ENTERED, _S.PROPOSED, _P.PROJECT_KEEP),
    Step((_S.PROPOSED,), _E.SCREENED, _S.CANDIDATE, _P.PROJECT_KEEP),
    Step((*_POOL, _S.CANDIDATE), _E.EXCLUDED, _S.EXCLUDED, _P.PROJECT_KEEP),
    Step((_S.CANDIDATE, _S.EXCLUDED), _E.TAKEN_BACK, _S.PROPOSED, _P.PROJECT_KEEP),
    Step((*_POOL, _S.CANDIDATE), _E.WITHDRAWN, _S.WITHDRAWN, _P.PROJECT_WITHDRAW),
    Step((_S.CANDIDATE,), _E.INDEXED, None, _P.PROJECT_COUNT),
    Step((_S.CANDIDATE,), _E.ELECTED, _S.CHOSEN, _P.PROJECT_COUNT),
    Step((_S.CANDIDATE,), _E.NOT_ELECTED, _S.NOT_CHOSEN, _P.PROJECT_COUNT),
    Step((_S.CHOSEN, _S.RUNNING), _E.CONFIRMED, _S.RUNNING, _P.PROJECT_KEEP),
    Step((_S.CHOSEN, _S.RUNNING), _E.SUPERVISORS, None, _P.PROJECT_KEEP),
    Step((_S.RUNNING,), _E.MILESTONE, None, _P.PROJECT_KEEP),
    Step((_S.RUNNING,), _E.MILESTONE_REACHED, None, _P.PROJECT_SUPERVISE),
    Step((_S.RUNNING,), _E.PROGRESS, None, _P.PROJECT_SUPERVISE),
    Step((_S.RUNNING, _S.DONE), _E.INSPECTED, None, _P.PROJECT_SUPERVISE),
    Step((_S.RUNNING, _S.DONE), _E.PUT_RIGHT, None, _P.PROJECT_SUPERVISE),
    Step((_S.RUNNING, _S.DONE), _E.UNNOTED, None, _P.PROJECT_SUPERVISE),
    Step((_S.RUNNING,), _E.CARRIED_OUT, _S.DONE, _P.PROJECT_KEEP),
    Step((_S.RUNNING, _S.DONE), _E.APPRAISED, None, _P.PROJECT_COUNT),
)


def step(state: ProjectState, event: ProjectEvent) -> Step | None:
    """The row for that event in that state; None: it cannot happen there."""
    return next((row for row in STEPS if row.event is event and state in row.when), None)


def possible(state: ProjectState) -> frozenset[ProjectEvent]:
    """What can happen to a project in that state."""
    return frozenset(row.event for row in STEPS if state in row.when)


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase of the cycle as ``data/project_phases.toml`` tells it."""

    key: Phase
    zh: str
    en: str
    turn_zh: str
    """Whose turn it is."""
    turn_en: str
    conditions: tuple[str, ...]
    """What must hold before the cycle may move on from here; names of ``services/cycles.CONDITIONS``."""
    months: tuple[int, int] | None
    """In which months it usually is, first and last; only a proposal for the dates."""


@cache
def phases() -> tuple[PhaseRow, ...]:
    """The phases, in their order."""
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "project_phases.toml").read_text("utf-8"))
    return tuple(
        PhaseRow(
            Phase(key),
            row["zh"],
            row["en"],
            row["turn_zh"],
            row["turn_en"],
            tuple(row.get("conditions", ())),
            tuple(row["months"]) if "months" in row else None,
        )
        for key, row in raw.items()
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which a proposal is not taken up (初定筛选)."""

    key: str
    zh: str
    en: str
    source: str


@cache
def shipped_grounds() -> tuple[Ground, ...]:
    """The grounds that come with the program; staff add their own to them (``ports.Projects.grounds``)."""
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "screening.toml").read_text("utf-8"))
    return tuple(Ground(key, row["zh"], row["en"], row["source"]) for key, row in raw.items())


@dataclass(frozen=True, slots=True)
class StaffGround:
    """A ground that staff added (``text``), or one of the program that they struck out."""

    key: str
    text: str
    struck: bool


class CycleEvent(StrEnum):
    """What happens to a cycle."""

    MADE = "made"
    CHANGED = "changed"
    """Its level, places or dates."""
    MOVED = "moved"
    BACK = "back"
    ANNOUNCED = "announced"
    """The result of the deputies' vote was announced (公告)."""


@dataclass(frozen=True, slots=True)
class CycleEntry:
    """A line in a cycle's journal."""

    id: int
    cycle_id: int
    at: datetime
    by: Role
    person_id: int | None
    event: CycleEvent
    text: str | None
    """Why, where that was asked."""
    details: Mapping[str, Any]


LEVELS: Final = ("township", "county")
"""Levels that each reader has in their own language; staff may call a cycle's level anything else."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle of projects: one year, one level, one station or several (none named: all)."""

    id: int
    year: int
    level: str
    """One of :data:`LEVELS`, or what staff call it: that is printed as typed."""
    station_ids: tuple[int, ...]
    places: int
    """So many projects are to be chosen."""
    phase: Phase
    phase_since: datetime
    dates: Mapping[str, tuple[str, str]]
    """By phase: its first and last day (ISO), as planned."""
    person_id: int | None
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Project:
    """A proposal, and what became of it. ``stars``: the opinion index from the residents' poll."""

    number: int
    cycle_id: int | None
    """None: in the reserve pool."""
    title: str
    text: str | None
    """None once its proposer was forgotten."""
    station_id: int | None
    category: str
    person_id: int | None
    by: Role
    """As what its proposer proposed it."""
    case: int | None
    """The case it came from."""
    cost: str | None
    unit: str | None
    state: ProjectState
    guard: str | None
    """The topic for which the guard holds its words: nobody but its proposer and staff reads them."""
    joined_to: int | None
    ground: str | None
    """Why it was excluded: a ground's key."""
    stars: int | None
    support: int | None
    """Votes in the residents' poll."""
    target: str | None
    due: date | None
    verdict: Rating | None
    """Of the appraisal at the end."""
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectEntry:
    """A line in a project's journal. ``public``: it is part of the story that anybody may read."""

    id: int
    project: int
    at: datetime
    by: Role
    person_id: int | None
    event: ProjectEvent
    text: str | None
    day: date | None
    details: Mapping[str, Any]
    sources: Sources | None
    """Photos that go with it."""
    public: bool


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is to be reached by a day."""

    id: int
    project: int
    day: date
    text: str
    reached_on: date | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an inspection found, and by when it is to be put right."""

    id: int
    project: int
    on: date
    finding: str
    fix_by: date | None
    fixed_on: date | None


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A deputy in a project's supervision group; proposed until staff confirm."""

    project: int
    entry_id: int
    confirmed: bool
