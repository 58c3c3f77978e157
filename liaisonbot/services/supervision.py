"""The supervision group (监督小组): proposed by what deputies know, confirmed by staff, named in public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot.errors import Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Priority
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent
from liaisonbot.services import project_names, project_people, projecting, routing, works_views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

SIZE: Final = 3
"""So many are proposed; staff may have more or fewer."""


def propose(uow: UnitOfWork, project: Project) -> list[RosterEntry]:
    """Those who know the trade first, then those who supervise the fewest projects. Nobody of the unit itself."""
    ranked = sorted(candidates(uow, project), key=lambda entry: _rank(uow, project, entry))
    chosen = ranked[:SIZE]
    uow.projects.set_supervisors(project.number, [entry.id for entry in chosen], confirmed=False)
    return chosen


def _rank(uow: UnitOfWork, project: Project, entry: RosterEntry) -> tuple[bool, int, int]:
    return not knows(project, entry), len(uow.projects.supervised_by(entry.id)), entry.id


def knows(project: Project, entry: RosterEntry) -> bool:
    """Whether the project is in the deputy's field."""
    return project.category in entry.specialties


def candidates(uow: UnitOfWork, project: Project) -> list[RosterEntry]:
    """The deputies of its stations, but those who work for the unit that carries it out (conflict of interest)."""
    return [entry for entry in project_people.deputies_of(uow, project) if employer(project, entry) is None]


def passed_over(uow: UnitOfWork, project: Project) -> list[RosterEntry]:
    return [entry for entry in project_people.deputies_of(uow, project) if employer(project, entry) is not None]


def employer(project: Project, entry: RosterEntry) -> str | None:
    """The unit they work for that carries the project out, or is named in it."""
    said = f"{project.title}\n{project.target or ''}"
    return routing.employer_concerned(entry, said, [project.unit] if project.unit else [])


# --- staff change and confirm it --------------------------------------------------------------------------------------


def members(uow: UnitOfWork, project: Project) -> tuple[list[int], bool]:
    """Who is in it (roster ids), and whether that is confirmed."""
    rows = uow.projects.supervisors(project.number)
    return [row.entry_id for row in rows], bool(rows) and all(row.confirmed for row in rows)


def toggle(visit: Visit, project: Project, entry_id: int) -> None:
    """In, or out. In a group that is confirmed it holds at once, and the one concerned is told."""
    if entry_id not in {entry.id for entry in candidates(visit.uow, project)}:
        raise Refused("supervisor-not-possible")
    now, confirmed = members(visit.uow, project)
    joins = entry_id not in now
    after = [*now, entry_id] if joins else [id_ for id_ in now if id_ != entry_id]
    if not after:
        raise Refused("supervisors-need-one")
    if confirmed:
        _settle(visit, project, after)
        _tell(visit, project, [entry_id], "works-you-supervise" if joins else "works-you-supervise-no-more")
        return
    projecting.find(visit.uow, visit.actor, project.number, Permission.PROJECT_KEEP)
    visit.uow.projects.set_supervisors(project.number, after, confirmed=False)


def confirm(visit: Visit, project: Project) -> None:
    """From now on they may post and inspect; each is told, and the story names them."""
    chosen, confirmed = members(visit.uow, project)
    if not chosen:
        raise Refused("supervisors-need-one")
    if confirmed:
        raise Refused("supervisors-confirmed-already")
    possible = {entry.id for entry in candidates(visit.uow, project)}
    if not possible.issuperset(chosen):
        raise Refused("supervisor-not-possible")
    _settle(visit, project, chosen)
    _tell(visit, project, chosen, "works-you-supervise")


def _settle(visit: Visit, project: Project, chosen: Sequence[int]) -> None:
    entries = [entry for id_ in chosen if (entry := visit.uow.roster.get(id_))]
    projecting.advance(
        visit.uow,
        visit.desk,
        visit.actor,
        project.number,
        ProjectEvent.SUPERVISORS,
        text=project_names.for_the_journal(visit.desk, entries),
        details={"entries": list(chosen)},
    )
    visit.uow.projects.set_supervisors(project.number, chosen, confirmed=True)


def _tell(visit: Visit, project: Project, entry_ids: Sequence[int], key: str) -> None:
    uow, desk = visit.uow, visit.desk
    entries = [entry for id_ in entry_ids if (entry := uow.roster.get(id_))]
    text = Text(key, works_views.blanks(project))
    rows = works_views.panel_way(project) if key == "works-you-supervise" else ()
    told = project_people.entry_readers(uow, desk, entries)
    project_people.tell(uow, desk, told, text, rows=rows, priority=Priority.NOTICE)
