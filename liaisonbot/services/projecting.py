"""The one door of projects: every change of a project's state goes through :func:`advance`, and nowhere else.

Right, record and change come together: the table ``projects.STEPS`` says whether it can happen, the table of rights who
may, and the journal keeps it. Whom to tell is the business of whoever lets it happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from liaisonbot import facts, permissions, projects
from liaisonbot.announcements import Sources
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent, ProjectState
from liaisonbot.services import accused, duty_drafts, project_people
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

NEEDS: Final[Mapping[ProjectEvent, Permission]] = {row.event: row.needs for row in projects.STEPS}
"""The permission each event needs; the same in every state."""


def find(
    uow: UnitOfWork, actor: Actor, number: int, permission: Permission | None = None, *, lock: bool = False
) -> Project:
    """The project, if it exists and the actor may do that to it; else :class:`NotFound`, the same for both.

    No permission: anybody may know of it, and reads its public part (``project_views``).
    """
    project = uow.projects.get(number, lock=lock)
    if project is None or (permission is not None and not may(uow, actor, permission, project)):
        raise NotFound("project-not-found", number=number)
    return project


def may(uow: UnitOfWork, actor: Actor, permission: Permission, project: Project) -> bool:
    """Whether the actor has the permission for this project. What accuses them is in nobody's hands but others'."""
    return permissions.may_for_project(actor, permission, project, _supervised(uow, actor)) and not _accuses(
        uow, actor, project
    )


def _accuses(uow: UnitOfWork, actor: Actor, project: Project) -> bool:
    """Whether the guard holds it for what it says of the actor; owners keep it all the same, and its proposer."""
    own = actor.person is not None and project.person_id == actor.person.id
    if project.guard is None or actor.owner or own:
        return False
    whom = project_people.accused(uow, project)
    return bool(whom) and not accused.deputies(uow, actor).isdisjoint(whom)


def role_of(uow: UnitOfWork, actor: Actor, permission: Permission, project: Project) -> Role:
    """The narrowest role in which the actor may do that to the project: the one that is meant."""
    role = permissions.role_for_project(actor, permission, project, _supervised(uow, actor))
    if role is None:
        raise NotFound("project-not-found", number=project.number)
    return role


def _supervised(uow: UnitOfWork, actor: Actor) -> list[int]:
    return uow.projects.supervised_by(actor.deputy.id) if actor.deputy is not None else []


def advance(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    number: int,
    event: ProjectEvent,
    *,
    changes: Mapping[str, Any] | None = None,
    text: str | None = None,
    day: date | None = None,
    details: Mapping[str, Any] | None = None,
    sources: Sources | None = None,
    public: bool = True,
) -> Project:
    """Let ``event`` happen to the project; as it is afterwards. ``changes`` are further fields of it, the rest goes
    into its journal; ``public``: anybody may read that line.

    Raises NotFound when it is not the actor's to do, Refused (naming the state) when the table has no such row.
    Nothing is changed then.
    """
    before = find(uow, actor, number, NEEDS[event], lock=True)
    row = projects.step(before.state, event)
    if row is None:
        raise refusal(before)
    after = uow.projects.update(number, now=desk.now, **_moved(before, row), **(changes or {}))
    if facts.project_figured(before) != facts.project_figured(after):
        uow.projects.keep_past(before, desk.now)
    uow.projects.record(
        number,
        event,
        at=desk.now,
        by=role_of(uow, actor, row.needs, before),
        person_id=actor.person.id if actor.person else None,
        text=text,
        day=day,
        details=details,
        sources=sources,
        public=public,
    )
    duty_drafts.after_project(uow, desk, actor, after, event)
    return after


def _moved(project: Project, row: projects.Step) -> dict[str, Any]:
    """Another state, and none of what belongs to the former one only."""
    if row.becomes is None:
        return {}
    left: dict[str, Any] = {"state": row.becomes}
    if project.state is ProjectState.EXCLUDED:
        left["ground"] = None
    if project.state is ProjectState.JOINED:
        left["joined_to"] = None
    return left


def refusal(project: Project) -> Refused:
    """That it cannot happen to the project as it stands."""
    return Refused("project-not-now", number=project.number, state=Text.of(f"project-state-{project.state}"))
