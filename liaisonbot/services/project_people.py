"""Who hears of a project: those who stand behind it, groups, deputies, its supervision group, staff; and how.

Whoever tells somebody of a project asks here whom that concerns. Each chat hears once, whoever it is there as.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from liaisonbot.desk import Desk
from liaisonbot.incoming import Place
from liaisonbot.model import Actor, Group, Person, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import accusations, readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

# --- who they are -----------------------------------------------------------------------------------------------------


def stations_of(uow: UnitOfWork, project: Project) -> list[int]:
    """Its own station; of a project without one, those of its cycle (none named: all)."""
    if project.station_id is not None:
        return [project.station_id]
    cycle = uow.cycles.get(project.cycle_id) if project.cycle_id is not None else None
    if cycle is not None and cycle.station_ids:
        return list(cycle.station_ids)
    return [station.id for station in uow.stations.all()]


def all_behind(uow: UnitOfWork, project: Project) -> list[Person]:
    """Its proposer and who joined or supports it, also by a proposal that goes on in it. Each once."""
    numbers = [project, *uow.projects.joined_to(project.number)]
    ids = [id_ for each in numbers for id_ in (each.person_id, *uow.projects.supporters(each.number)) if id_]
    return [person for id_ in dict.fromkeys(ids) if (person := uow.people.get(id_))]


def behind(uow: UnitOfWork, project: Project) -> list[Person]:
    """Those of them who can be reached in private."""
    return [person for person in all_behind(uow, project) if person.telegram_id and person.reachable]


def groups_of(uow: UnitOfWork, project: Project) -> list[Group]:
    """The bound groups of its stations, each once."""
    found = {group.chat_id: group for id_ in stations_of(uow, project) for group in uow.groups.of_station(id_)}
    return list(found.values())


def deputies_of(uow: UnitOfWork, project: Project) -> list[RosterEntry]:
    """The deputies of its stations, each once."""
    found = {entry.id: entry for id_ in stations_of(uow, project) for entry in uow.roster.deputies(id_)}
    return list(found.values())


def supervisors(uow: UnitOfWork, project: Project, *, confirmed: bool = True) -> list[RosterEntry]:
    """Its supervision group, as staff confirmed it, or as it is proposed. Who is a deputy no more is not in it."""
    rows = [each for each in uow.projects.supervisors(project.number) if each.confirmed is confirmed]
    there = {entry.id: entry for entry in uow.roster.deputies()} if rows else {}
    return [there[each.entry_id] for each in rows if each.entry_id in there]


# --- where they read --------------------------------------------------------------------------------------------------


def group_readers(uow: UnitOfWork, desk: Desk, project: Project) -> list[Reader]:
    return [Reader(group.chat_id, readers.group_language(desk, group)) for group in groups_of(uow, project)]


def people_readers(uow: UnitOfWork, desk: Desk, project: Project) -> list[Reader]:
    people = behind(uow, project)
    return [Reader(person.telegram_id, readers.language_of(desk, person)) for person in people if person.telegram_id]


def entry_readers(uow: UnitOfWork, desk: Desk, entries: Iterable[RosterEntry]) -> list[Reader]:
    return [reader for entry in entries if (reader := readers.of_entry(uow, desk, entry))]


def staff_readers(uow: UnitOfWork, desk: Desk, project: Project) -> list[Reader]:
    """Staff of its stations, or the owners."""
    return [reader for id_ in stations_of(uow, project) for reader in readers.staff_of(uow, desk, id_)] or (
        readers.owners(uow, desk)
    )


def way(desk: Desk, project: Project) -> Rows:
    """The way to its public story, from wherever one reads of it."""
    return ((Button(Text.of("button-project-story"), url=desk.bot.deep_link(f"project_{project.number}")),),)


def accused(uow: UnitOfWork, project: Project) -> frozenset[int]:
    """The roster ids of the deputies and staff whom a proposal accuses that the guard holds."""
    if project.guard is None:
        return frozenset()
    words = "\n".join(filter(None, (project.title, project.text)))
    verdict = accusations.look(uow, project.station_id, Place(0, "private"), words)
    return frozenset(entry.id for entry in verdict.accused)


# --- telling them -----------------------------------------------------------------------------------------------------


def tell(
    uow: UnitOfWork, desk: Desk, told: Iterable[Reader], text: Text, *, but: int | None = None, **more: Any
) -> set[int]:
    """Each chat once. ``but``: the one who did it reads it on their own screen."""
    chats: set[int] = set()
    for reader in told:
        if reader.chat_id not in (but, *chats):
            chats.add(reader.chat_id)
            fields: dict[str, Any] = {"priority": Priority.ANNOUNCEMENT, **more}
            uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, **fields), desk.now)
    return chats


def tell_those_behind(uow: UnitOfWork, desk: Desk, project: Project, text: Text, *, but: Collection[int] = ()) -> None:
    """Everybody behind it, in private. Where its proposer has never opened the private chat, the groups of its station
    read it instead: they know the project's public story, and nobody is named.

    ``but``: persons who know already.
    """
    people = [person for person in all_behind(uow, project) if person.id not in but]
    told = [
        Reader(person.telegram_id, readers.language_of(desk, person))
        for person in people
        if person.telegram_id and person.reachable
    ]
    proposer = next((person for person in people if person.id == project.person_id), None)
    if proposer is not None and proposer.telegram_id and not proposer.reachable and project.guard is None:
        told += group_readers(uow, desk, project) if project.station_id is not None else []
    tell(uow, desk, told, text, rows=way(desk, project), priority=Priority.NOTICE)


def tell_person(uow: UnitOfWork, desk: Desk, person_id: int, text: Text, *, rows: Rows = ()) -> None:
    """One of them, in private; nothing where they cannot be reached there."""
    person = uow.people.get(person_id)
    if person is not None and person.telegram_id and person.reachable:
        reader = Reader(person.telegram_id, readers.language_of(desk, person))
        tell(uow, desk, [reader], text, rows=rows, priority=Priority.NOTICE)


def tell_staff(uow: UnitOfWork, desk: Desk, project: Project, text: Text, rows: Rows, *, but: Actor) -> None:
    """The staff of its station but for whom it accuses, or the owners; not whoever did it."""
    own = but.person.telegram_id if but.person else None
    told = readers.staff_but(uow, desk, project.station_id, accused(uow, project))
    tell(uow, desk, told, text, but=own, rows=rows, priority=Priority.NOTICE)
