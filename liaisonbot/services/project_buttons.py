"""The buttons below projects and cycles: what they do, and which of them ask for words first.

What a command does is elsewhere (``project_desk``, ``cycle_desk``, ``screening``): a dialogue ends in a command, so
none of these can begin one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from liaisonbot.commands import BY_NAME
from liaisonbot.errors import NotFound, Refused
from liaisonbot.permissions import Permission, may
from liaisonbot.projects import Cycle, Project, ProjectEvent, possible
from liaisonbot.services import (
    casework,
    cycle_desk,
    cycles,
    dialogues,
    project_desk,
    project_views,
    projecting,
    proposals,
    screening,
)
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit


def _begin(visit: Visit, name: str, answers: Mapping[str, Any]) -> None:
    """Ask for what that command still needs, in the place of whatever was asked before."""
    dialogues.begin_anew(visit, BY_NAME[name], answers)


def _exactly(rest: Sequence[str], count: int) -> None:
    if len(rest) != count or any(not each for each in rest):
        raise Refused("old-button")


# --- projects ---------------------------------------------------------------------------------------------------------


def _ask_field(field: str) -> Callable[[Visit, Project, int], None]:
    def ask(visit: Visit, project: Project, _: int) -> None:
        event = ProjectEvent.RETITLED if field == "title" else ProjectEvent.EDITED
        projecting.find(visit.uow, visit.actor, project.number, projecting.NEEDS[event])
        if event not in possible(project.state):
            raise projecting.refusal(project)
        proposals.require_not_voted_on(visit.uow, project.number)
        _begin(visit, "setproject", {"project": project.number, "field": field})

    return ask


OF_A_PROJECT: Final[Mapping[str, tuple[bool, Callable[[Visit, Project, int], None]]]] = {
    **project_desk.ACTIONS,
    **{field: (False, _ask_field(field)) for field in project_views.EDITED},
}


def _project(visit: Visit, rest: Sequence[str]) -> None:
    """``project:N:ACTION[:ARGUMENT]``."""
    if len(rest) not in (2, 3) or rest[1] not in OF_A_PROJECT:
        raise Refused("old-button")
    in_group, act = OF_A_PROJECT[rest[1]]
    if not visit.place.private and not in_group:
        raise Refused("private-please")
    number = number_in(rest[0])
    act(visit, projecting.find(visit.uow, visit.actor, number), number_in(rest[2]) if len(rest) == 3 else 0)


def _idea(visit: Visit, rest: Sequence[str]) -> None:
    """``idea:CASE``: the case becomes a proposal, in words by which its author need not be known."""
    if len(rest) != 1 or not visit.place.private:
        raise Refused("old-button")
    case = casework.find(visit.uow, visit.actor, number_in(rest[0]), Permission.CASE_PROPOSE)
    proposals.require_no_project(visit.uow, case.number)
    _begin(visit, "propose", {proposals.OF_CASE: case.number})


# --- cycles -----------------------------------------------------------------------------------------------------------


def _ask(name: str) -> Callable[[Visit, Cycle, int], None]:
    return lambda visit, cycle, _: _begin(visit, name, {"cycle": cycle.id})


def _ask_back(visit: Visit, cycle: Cycle, _: int) -> None:
    if cycles.before(cycle.phase) is None:
        raise Refused("cycle-at-the-start")
    _begin(visit, "cycleback", {"cycle": cycle.id})


OF_A_CYCLE: Final[Mapping[str, tuple[bool, Callable[[Visit, Cycle, int], None]]]] = {
    **cycle_desk.ACTIONS,
    "days": (True, _ask("cycledates")),
    "places": (True, _ask("cycleplaces")),
    "level": (True, _ask("cyclelevel")),
    "back": (True, _ask_back),
}


def _cycle(visit: Visit, rest: Sequence[str]) -> None:
    """``cycle:N:ACTION[:ARGUMENT]``."""
    if len(rest) not in (2, 3) or rest[1] not in OF_A_CYCLE or not visit.place.private:
        raise Refused("old-button")
    to_move, act = OF_A_CYCLE[rest[1]]
    cycle = cycles.find(visit.uow, visit.actor, number_in(rest[0]), to_move=to_move)
    act(visit, cycle, number_in(rest[2]) if len(rest) == 3 else 0)


def _new_cycle(visit: Visit, rest: Sequence[str]) -> None:
    _exactly(rest, 0)
    if not visit.place.private:
        raise Refused("private-please")
    if not may(visit.actor, Permission.CYCLE_MOVE):
        raise NotFound("cycle-not-found")
    _begin(visit, "newcycle", {})


def _new_ground(visit: Visit, rest: Sequence[str]) -> None:
    _exactly(rest, 0)
    screening.require_staff(visit)
    _begin(visit, "ground", {})


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    **project_desk.VERBS,
    **screening.VERBS,
    "project": _project,
    "idea": _idea,
    "cycle": _cycle,
    "newcycle": _new_cycle,
    "newground": _new_ground,
}
