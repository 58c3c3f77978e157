"""What the residents' poll and the deputies' vote of a cycle share: its candidates, its stations, who may hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.polls import Poll, PollKind, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Project, ProjectState
from liaisonbot.services import cycles
from liaisonbot.texts import Text

MOST: Final = 1000


def candidates(uow: UnitOfWork, cycle: Cycle) -> list[Project]:
    """Those that came through the screening, in the order of their numbers: so they stand on every ballot."""
    found = uow.projects.find(ProjectState.CANDIDATE, cycle_id=cycle.id, limit=MOST)
    return sorted(found, key=lambda project: project.number)


def require_shown(candidates: Sequence[Project]) -> None:
    """Raise Refused where the guard holds the words of one of them: nobody votes on what nobody may read."""
    held = next((project.number for project in candidates if project.guard is not None), None)
    if held is not None:
        raise Refused("votes-held", number=held)


def deputies(uow: UnitOfWork, cycle: Cycle) -> list[RosterEntry]:
    """The active deputies of its stations, by name."""
    return sorted(cycles.deputies(uow, cycle), key=lambda entry: (entry.name, entry.id))


def may_hold(actor: Actor, cycle: Cycle) -> bool:
    """Whether every station it is for is one of theirs. One of all stations is the owners'."""
    return all(may_for_station(actor, Permission.VOTE_HOLD, station) for station in cycle.station_ids or (None,))


def held(uow: UnitOfWork, actor: Actor) -> list[Cycle]:
    """The cycles going on that the actor may hold votes in, newest first."""
    return [cycle for cycle in uow.cycles.all(open_only=True) if may_hold(actor, cycle)]


def find(uow: UnitOfWork, actor: Actor, cycle_id: int) -> Cycle:
    """The cycle, if it is the actor's to hold votes in. Nobody else changes it meanwhile."""
    cycle = uow.cycles.get(cycle_id, lock=True)
    if cycle is None or not may_hold(actor, cycle):
        raise NotFound("votes-cycle-not-found")
    return cycle


def name(cycle: Cycle) -> Text:
    """What it is called: its year and its level."""
    return Text.of("votes-cycle-name", **cycles.named(cycle))


def polls_of(uow: UnitOfWork, cycle: Cycle, *kinds: PollKind, states: tuple[PollState, ...]) -> list[Poll]:
    """Its polls of those kinds on candidates, in the order they were made."""
    return [
        poll for poll in uow.polls.of_cycle(cycle.id) if poll.kind in kinds and poll.state in states and poll.subjects
    ]


# --- the deputies' votes, read together -------------------------------------------------------------------------------


def votes(uow: UnitOfWork, cycle: Cycle) -> list[Poll]:
    """The deputies' votes that were counted, in order."""
    return polls_of(uow, cycle, PollKind.VOTE, states=(PollState.CLOSED,))


def result_of(poll: Poll) -> Mapping[str, Any]:
    return poll.result or {}


def chosen(polls: list[Poll]) -> list[int]:
    """The projects that were chosen in all rounds together, in the order in which they won."""
    return [poll.subjects[index] for poll in polls for index in result_of(poll).get("elected", ())]


def tied(poll: Poll) -> list[int]:
    """The projects that tied at the cut-off."""
    return [poll.subjects[index] for index in result_of(poll).get("tied", ())]


def places_left(poll: Poll) -> int:
    """Places that this round left open."""
    result = result_of(poll)
    return int(result.get("places", 0)) - len(result.get("elected", ()))


def decided(uow: UnitOfWork, cycle: Cycle) -> bool:
    """Whether the deputies' vote is over: counted with its quorum, and no tie is left to be broken."""
    counted = votes(uow, cycle)
    open_ones = polls_of(uow, cycle, PollKind.VOTE, states=(PollState.OPEN,))
    return bool(counted) and not open_ones and bool(result_of(counted[-1]).get("quorate")) and not tied(counted[-1])
