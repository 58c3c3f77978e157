"""What the office needs of its memory for livelihood projects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from liaisonbot.announcements import Sources
from liaisonbot.projects import (
    Cycle,
    CycleEntry,
    CycleEvent,
    Inspection,
    Milestone,
    Project,
    ProjectEntry,
    ProjectEvent,
    ProjectState,
    StaffGround,
    Supervisor,
)
from liaisonbot.vocabulary import Role


class Cycles(Protocol):
    """Cycles of projects."""

    def add(
        self,
        *,
        year: int,
        level: str,
        station_ids: Collection[int],
        places: int,
        dates: Mapping[str, tuple[str, str]],
        person_id: int | None,
        now: datetime,
    ) -> Cycle:
        """A new cycle, in its first phase."""

    def get(self, cycle_id: int, *, lock: bool = False) -> Cycle | None: ...
    def update(self, cycle_id: int, **changes: Any) -> Cycle: ...
    def all(self, *, open_only: bool = False) -> list[Cycle]:
        """Newest first."""

    def record(
        self,
        cycle_id: int,
        event: CycleEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int: ...

    def story(self, cycle_id: int) -> list[CycleEntry]:
        """What happened to it, in order."""


class Projects(Protocol):
    """Projects, who stands behind them, and what happened to them."""

    def propose(
        self,
        *,
        title: str,
        text: str,
        station_id: int | None,
        category: str,
        person_id: int | None,
        by: Role,
        cycle_id: int | None,
        now: datetime,
        case: int | None = None,
        cost: str | None = None,
        unit: str | None = None,
    ) -> Project: ...

    def get(self, number: int, *, lock: bool = False) -> Project | None: ...
    def update(self, number: int, *, now: datetime, **changes: Any) -> Project: ...
    def keep_past(self, before: Project, until: datetime) -> None:
        """Keep what the project was until that moment, at which something changed that figures go by."""

    def find(
        self,
        *states: ProjectState,
        cycle_id: int | None = None,
        station_ids: Collection[int] | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> list[Project]:
        """Of those states (none named: any), newest first; of one cycle, of these stations."""

    def count(
        self, *states: ProjectState, cycle_id: int | None = None, station_ids: Collection[int] | None = None
    ) -> int: ...

    def of_case(self, case: int) -> Project | None:
        """The newest one that came from that case, and was not withdrawn."""

    def of_person(self, person_id: int) -> list[Project]:
        """Those the person proposed or joined, newest first."""

    def joined_to(self, number: int) -> list[Project]:
        """Those that go on in it."""

    # --- people

    def support(self, number: int, person_id: int, now: datetime) -> bool:
        """The person stands behind it too. False: they did before."""

    def unsupport(self, number: int, person_id: int) -> bool: ...
    def supporters(self, number: int, *, at: datetime | None = None) -> list[int]:
        """Person numbers of those who joined it, in the order they came; its proposer is not among them. ``at``: those
        who came at that very moment.
        """

    # --- journal

    def record(
        self,
        number: int,
        event: ProjectEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        day: date | None = None,
        details: Mapping[str, Any] | None = None,
        sources: Sources | None = None,
        public: bool = True,
    ) -> int: ...

    def story(self, number: int, *, public_only: bool = False) -> list[ProjectEntry]:
        """What happened to it, in order."""

    def entry(self, entry: int) -> ProjectEntry | None: ...
    def happened(self, *events: ProjectEvent) -> list[ProjectEntry]:
        """Each time one of these happened to any project, in order."""

    # --- carrying out

    def add_milestone(self, number: int, day: date, text: str) -> Milestone: ...
    def milestone(self, milestone: int) -> Milestone | None: ...
    def reached(self, milestone: int, on: date | None) -> None: ...
    def move_milestone(self, milestone: int, day: date) -> None: ...
    def strike_milestone(self, milestone: int) -> None: ...
    def milestones(self, number: int) -> list[Milestone]:
        """By their days."""

    def milestones_due(self, until: date) -> list[Milestone]:
        """Of running projects, not reached yet, their day not after that."""

    def add_inspection(self, number: int, on: date, finding: str, fix_by: date | None) -> Inspection: ...
    def inspection(self, inspection: int) -> Inspection | None: ...
    def put_right(self, inspection: int, on: date | None) -> None: ...
    def inspections(self, number: int) -> list[Inspection]:
        """By their days."""

    def to_be_put_right(self, until: date) -> list[Inspection]:
        """Findings not put right, whose day is not after that."""

    def set_supervisors(self, number: int, entry_ids: Sequence[int], *, confirmed: bool) -> None:
        """These and no others."""

    def supervisors(self, number: int) -> list[Supervisor]: ...
    def supervised_by(self, entry_id: int) -> list[int]:
        """Projects whose supervision group that deputy is in, confirmed."""

    # --- grounds

    def grounds(self) -> Mapping[str, StaffGround]:
        """Grounds that staff added, or struck out, by key, in the order they were made."""

    def set_ground(self, key: str, text: str, now: datetime, *, struck: bool = False) -> None:
        """Add one, or change it. No text: it is one of the program's."""
