"""Announcements that tell of a project: to the groups of its stations, and to everybody who stands behind it.

They are drafted, shown, confirmed, sent and taken back like any other (``announcing``). What is different stands here:
who gets them, what stands above the words, and that the project's journal keeps them once they are confirmed.
"""

from __future__ import annotations

from typing import Final

from liaisonbot.announcements import Announcement, Sources, State
from liaisonbot.desk import Desk
from liaisonbot.model import Actor
from liaisonbot.outgoing import Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEntry, ProjectEvent
from liaisonbot.services import project_names, project_people, projecting
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

POST: Final = "announcement"
"""Under this name the journal's line keeps which announcement told of it."""
_TAKEN_BACK: Final = (State.UNDOING, State.UNDONE)


def project_of(uow: UnitOfWork, announcement: Announcement) -> Project | None:
    """The project of which it tells; None for any other announcement."""
    return uow.projects.get(announcement.project) if announcement.project is not None else None


def recipients(uow: UnitOfWork, announcement: Announcement) -> list[tuple[int, int | None, int, str]]:
    """Those who stand behind its project. They have no name here: it is nobody's business who they are."""
    project = project_of(uow, announcement)
    if project is None:
        return []
    station = announcement.station_ids[0]
    return [(person.telegram_id, None, station, "") for person in project_people.behind(uow, project)]


def heading(uow: UnitOfWork, announcement: Announcement) -> Text | None:
    """What stands above the words; None for an announcement of no project."""
    project = project_of(uow, announcement)
    if project is None:
        return None
    return Text.of(
        f"works-post-{announcement.project_event}", number=project.number, title=project_names.title(project)
    )


def rows(desk: Desk, uow: UnitOfWork, announcement: Announcement) -> Rows:
    """Below it: the way to the project's story."""
    project = project_of(uow, announcement)
    return project_people.way(desk, project) if project is not None else ()


def record(visit: Visit, announcement: Announcement) -> None:
    """It was confirmed: from now on it stands in the project's story, with its pictures."""
    if announcement.project is None or announcement.project_event != ProjectEvent.PROGRESS:
        return
    projecting.advance(
        visit.uow,
        visit.desk,
        visit.actor,
        announcement.project,
        ProjectEvent.PROGRESS,
        text=announcement.text or None,
        details={POST: announcement.id},
        sources=kept(announcement.sources),
    )


def kept(sources: Sources | None) -> Sources | None:
    """The pictures as the story keeps them: by what Telegram calls them, not by whose chat they came from."""
    return Sources(0, (), sources.attachments) if sources is not None else None


def may_see(uow: UnitOfWork, actor: Actor, announcement: Announcement) -> bool:
    """Whoever made it, besides those whose stations it concerns: once it has gone out, as long as they watch over the
    project. To confirm a draft takes that right anyway.
    """
    project = project_of(uow, announcement)
    if project is None or actor.person is None or actor.person.id != announcement.person_id:
        return False
    own_draft = announcement.state is State.DRAFT
    return own_draft or projecting.may(uow, actor, Permission.PROJECT_SUPERVISE, project)


def taken_back(uow: UnitOfWork, entry: ProjectEntry) -> bool:
    """Whether what the line tells was taken back out of the chats."""
    post = entry.details.get(POST)
    announcement = uow.announcements.get(int(post)) if post is not None else None
    return announcement is not None and announcement.state in _TAKEN_BACK
