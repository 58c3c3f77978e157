"""Who stands behind a project, and how they hear of what becomes of it."""

from __future__ import annotations

from collections.abc import Collection

from liaisonbot.desk import Desk
from liaisonbot.model import Actor
from liaisonbot.outgoing import Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import project_views, readers, works_readers
from liaisonbot.texts import Text


def tell(uow: UnitOfWork, desk: Desk, project: Project, text: Text, *, but: Collection[int] = ()) -> None:
    """Everybody behind it, in private. Where its proposer has never opened the private chat, the groups of its station
    read it instead: they know the project's public story, and nobody is named.

    ``but``: persons who know already.
    """
    people = [person for person in works_readers.all_behind(uow, project) if person.id not in but]
    rows = project_views.told_rows(desk, project)
    for person in people:
        if person.telegram_id and person.reachable:
            _promise(uow, desk, person.telegram_id, readers.language_of(desk, person), text, rows)
    proposer = next((person for person in people if person.id == project.person_id), None)
    if proposer is not None and proposer.telegram_id and not proposer.reachable and project.guard is None:
        for group in uow.groups.of_station(project.station_id) if project.station_id is not None else []:
            _promise(uow, desk, group.chat_id, readers.group_language(desk, group), text, rows)


def to_person(uow: UnitOfWork, desk: Desk, person_id: int, text: Text, rows: Rows = ()) -> None:
    """One of them, in private; nothing where they cannot be reached there."""
    person = uow.people.get(person_id)
    if person is not None and person.telegram_id and person.reachable:
        _promise(uow, desk, person.telegram_id, readers.language_of(desk, person), text, rows)


def tell_staff(uow: UnitOfWork, desk: Desk, project: Project, text: Text, rows: Rows, *, but: Actor) -> None:
    """The staff of its station, or the owners; not whoever did it."""
    own = but.person.telegram_id if but.person else None
    for reader in readers.staff_of(uow, desk, project.station_id):
        if reader.chat_id != own:
            _promise(uow, desk, reader.chat_id, reader.language, text, rows)


def _promise(uow: UnitOfWork, desk: Desk, chat_id: int, language: str, text: Text, rows: Rows) -> None:
    told = Outgoing(Send.TEXT, chat_id, language=language, text=text, rows=rows, priority=Priority.NOTICE)
    uow.outbox.add(told, desk.now)
