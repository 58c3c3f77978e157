"""Projects and their cycles, on each engine."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from liaisonbot.announcements import Sources
from liaisonbot.model import Attachment
from liaisonbot.projects import CycleEvent, Phase, Project, ProjectEvent, ProjectState, StaffGround
from liaisonbot.vocabulary import Rating, Role
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_person, a_station

DAY = date(2027, 3, 1)


def a_project(uow: SqlUnitOfWork, *, station_id: int | None = None, cycle_id: int | None = None) -> Project:
    return uow.projects.propose(
        title="给老楼加装扶手",
        text="三号楼到七号楼的楼梯没有扶手",
        station_id=station_id,
        category="housing",
        person_id=a_person(uow).id,
        by=Role.CONSTITUENT,
        cycle_id=cycle_id,
        now=NOW,
    )


def test_a_cycle_begins_with_the_collection(uow: SqlUnitOfWork) -> None:
    """And is found as long as it is open."""
    station = a_station(uow)
    dates = {Phase.COLLECTION.value: ("2026-09-01", "2026-09-30")}
    made = uow.cycles.add(
        year=2027, level="街道", station_ids=[station.id], places=10, dates=dates, person_id=None, now=NOW
    )
    assert made.phase is Phase.COLLECTION
    assert uow.cycles.get(made.id) == made == uow.cycles.get(made.id, lock=True)
    moved = uow.cycles.update(made.id, phase=Phase.CLOSED, closed_at=NOW)
    assert uow.cycles.all() == [moved]
    assert uow.cycles.all(open_only=True) == []


def test_a_project_reads_as_it_was_written_and_is_found(uow: SqlUnitOfWork) -> None:
    """By state, cycle, station, and by those who stand behind it."""
    station = a_station(uow)
    made, other = a_project(uow, station_id=station.id), a_project(uow)
    neighbour = a_person(uow)
    assert uow.projects.get(made.number) == made
    assert uow.projects.find(ProjectState.PROPOSED) == [other, made]
    assert uow.projects.find(station_ids=[station.id]) == [made]
    assert uow.projects.count(ProjectState.PROPOSED) == 2
    assert uow.projects.count(ProjectState.DONE) == 0

    assert uow.projects.support(made.number, neighbour.id, NOW)
    assert not uow.projects.support(made.number, neighbour.id, NOW)
    assert uow.projects.supporters(made.number) == [neighbour.id]
    assert uow.projects.supporters(made.number, at=NOW) == [neighbour.id]
    assert uow.projects.supporters(made.number, at=NOW + timedelta(microseconds=1)) == []
    assert uow.projects.of_person(neighbour.id) == [made]
    assert uow.projects.unsupport(made.number, neighbour.id)
    assert uow.projects.supporters(made.number) == []

    later = NOW + timedelta(days=1)
    joined = uow.projects.update(other.number, now=later, state=ProjectState.JOINED, joined_to=made.number)
    assert uow.projects.joined_to(made.number) == [joined]
    assert joined.changed_at == later
    judged = uow.projects.update(made.number, now=later, verdict=Rating.FAIR, due=DAY)
    assert (judged.verdict, judged.due) == (Rating.FAIR, DAY)


def test_its_story_is_told_in_order_and_its_public_part_by_itself(uow: SqlUnitOfWork) -> None:
    """With photos, days and details as they were given."""
    number = a_project(uow).number
    photos = Sources(5, (1,), (Attachment("photo", "f"),))
    public = uow.projects.record(
        number, ProjectEvent.PROGRESS, at=NOW, by=Role.STAFF, person_id=None, text="扶手到了", sources=photos
    )
    hidden = uow.projects.record(
        number, ProjectEvent.EDITED, at=NOW, by=Role.STAFF, person_id=None, day=DAY, details={"a": 1}, public=False
    )
    assert [entry.id for entry in uow.projects.story(number)] == [public, hidden]
    assert [entry.id for entry in uow.projects.story(number, public_only=True)] == [public]
    entry = uow.projects.entry(public)
    assert entry is not None
    assert (entry.sources, entry.text) == (photos, "扶手到了")


def test_milestones_and_findings_are_due_until_they_are_done(uow: SqlUnitOfWork) -> None:
    """Milestones of running projects only."""
    number = a_project(uow).number
    late = uow.projects.add_milestone(number, DAY + timedelta(days=9), "装完")
    early = uow.projects.add_milestone(number, DAY, "进场")
    finding = uow.projects.add_inspection(number, DAY, "螺丝松了", DAY + timedelta(days=3))
    assert uow.projects.milestones(number) == [early, late]
    assert uow.projects.milestones_due(DAY) == []
    uow.projects.update(number, now=NOW, state=ProjectState.RUNNING)
    assert uow.projects.milestones_due(DAY) == [early]
    uow.projects.reached(early.id, DAY)
    assert uow.projects.milestones_due(DAY) == []
    assert uow.projects.to_be_put_right(DAY) == []
    assert uow.projects.to_be_put_right(DAY + timedelta(days=3)) == [finding] == uow.projects.inspections(number)
    uow.projects.put_right(finding.id, DAY)
    assert uow.projects.to_be_put_right(DAY + timedelta(days=3)) == []


def test_a_supervision_group_is_proposed_and_then_confirmed(uow: SqlUnitOfWork) -> None:
    """Only then does it count."""
    station = a_station(uow)
    number = a_project(uow).number
    first, second = (a_deputy(uow, station=station).id for _ in range(2))
    uow.projects.set_supervisors(number, [first, second], confirmed=False)
    assert uow.projects.supervised_by(first) == []
    uow.projects.set_supervisors(number, [second], confirmed=True)
    assert uow.projects.supervised_by(second) == [number]
    assert [(each.entry_id, each.confirmed) for each in uow.projects.supervisors(number)] == [(second, True)]


def test_grounds_are_added_and_struck_out(uow: SqlUnitOfWork) -> None:
    """The later word counts."""
    uow.projects.set_ground("own", "不在辖区", NOW)
    uow.projects.set_ground("burden", "", NOW + timedelta(seconds=1), struck=True)
    uow.projects.set_ground("own", "不在本辖区", NOW + timedelta(seconds=2))
    assert dict(uow.projects.grounds()) == {
        "own": StaffGround("own", "不在本辖区", struck=False),
        "burden": StaffGround("burden", "", struck=True),
    }


def test_a_cycle_has_its_journal(uow: SqlUnitOfWork) -> None:
    """In the order in which things happened."""
    cycle = uow.cycles.add(year=2027, level="镇级", station_ids=[], places=2, dates={}, person_id=None, now=NOW)
    for event, why in ((CycleEvent.MOVED, None), (CycleEvent.BACK, "还有项目没筛完")):
        uow.cycles.record(cycle.id, event, at=NOW, by=Role.STAFF, person_id=None, text=why, details={"to": "screening"})
    assert [(entry.event, entry.text) for entry in uow.cycles.story(cycle.id)] == [
        (CycleEvent.MOVED, None),
        (CycleEvent.BACK, "还有项目没筛完"),
    ]


async def test_the_project_of_a_case_is_found_by_the_running_program(database: Database[sa.Connection]) -> None:
    """Its database reads a statement made ready in another way than a connection of its own does."""

    def unit(connection: sa.Connection) -> tuple[int, Project | None, Project | None]:
        uow = SqlUnitOfWork(connection, "zh")
        case = a_case(uow)
        made = uow.projects.propose(
            title="长椅",
            text="长椅",
            station_id=None,
            category="other",
            person_id=None,
            by=Role.STAFF,
            cycle_id=None,
            now=NOW,
            case=case.number,
        )
        return made.number, uow.projects.of_case(case.number), uow.projects.get(made.number)

    number, found, same = await database.write(unit)
    assert found is not None
    assert found.number == number
    assert found == same
