"""The one door of projects: the table says what can happen, the table of rights who may, the journal keeps it."""

from __future__ import annotations

import itertools

import pytest

from liaisonbot import projects
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import SYSTEM, Actor
from liaisonbot.projects import Project, ProjectEvent, ProjectState
from liaisonbot.services import projecting
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, BOB, OWNER, STAFF
from tests.support.office import Office


def proposed(uow: SqlUnitOfWork, office: Office, **more: object) -> Project:
    station = uow.stations.all()[0]
    author = uow.people.meet(ALICE, "zh", office.now)
    values = {"title": "加装电梯", "text": "给3号楼加装电梯", "station_id": station.id, "category": "housing", **more}
    return uow.projects.propose(
        person_id=author.id,
        by=Role.CONSTITUENT,
        cycle_id=None,
        now=office.now,
        **values,  # type: ignore[arg-type]
    )


def actor(uow: SqlUnitOfWork, office: Office, who: int) -> Actor:
    person = uow.people.meet(who, "zh", office.now)
    staff = next((entry for entry in uow.roster.staff() if entry.telegram_id == who), None)
    return Actor(person, staff=staff, owner=who == OWNER)


def test_each_event_needs_the_same_right_in_every_state() -> None:
    """Otherwise a right could not be asked before the state is known."""
    for event in projecting.NEEDS:
        assert len({row.needs for row in projects.STEPS if row.event is event}) == 1
    pairs = [(state, row.event) for row in projects.STEPS for state in row.when]
    assert len(pairs) == len(set(pairs))


def test_what_happens_is_kept_and_changes_the_project(office: Office) -> None:
    """State, fields, journal; the actor in the narrowest role that may."""
    with office.unit() as uow:
        number = proposed(uow, office).number
        after = projecting.advance(
            uow,
            office.desk,
            actor(uow, office, STAFF),
            number,
            ProjectEvent.EXCLUDED,
            changes={"ground": "burden"},
            text="要业主集资",
        )
        (entry,) = uow.projects.story(number)
    assert (after.state, after.ground) == (ProjectState.EXCLUDED, "burden")
    assert (entry.event, entry.by, entry.text) == (ProjectEvent.EXCLUDED, Role.STAFF, "要业主集资")


def test_what_belongs_to_the_former_state_only_goes_with_it(office: Office) -> None:
    """The ground of an exclusion; the project another one was joined to."""
    with office.unit() as uow:
        one, other = proposed(uow, office).number, proposed(uow, office).number
        staff = actor(uow, office, STAFF)
        projecting.advance(uow, office.desk, staff, one, ProjectEvent.EXCLUDED, changes={"ground": "burden"})
        assert projecting.advance(uow, office.desk, staff, one, ProjectEvent.TAKEN_BACK).ground is None
        projecting.advance(uow, office.desk, staff, one, ProjectEvent.JOINED, changes={"joined_to": other})
        assert projecting.advance(uow, office.desk, staff, one, ProjectEvent.PARTED).joined_to is None


@pytest.mark.parametrize(("state", "event"), list(itertools.product(ProjectState, projecting.NEEDS)))
def test_what_the_table_does_not_know_is_refused_in_words(
    office: Office, state: ProjectState, event: ProjectEvent
) -> None:
    """And changes nothing."""
    if projects.step(state, event) is not None:
        return
    with office.unit() as uow:
        number = proposed(uow, office).number
        if state is not ProjectState.PROPOSED:
            other = proposed(uow, office).number if state is ProjectState.JOINED else None
            ground = "burden" if state is ProjectState.EXCLUDED else None
            uow.projects.update(number, now=office.now, state=state, joined_to=other, ground=ground)
        before = uow.projects.get(number)
        system = projecting.NEEDS[event] == "project:count"
        with pytest.raises(Refused) as refused:
            projecting.advance(
                uow, office.desk, SYSTEM if system else actor(uow, office, OWNER), number, event, changes={}
            )
        assert refused.value.key in ("project-not-now", "project-not-found")
        assert uow.projects.get(number) == before
        assert not uow.projects.story(number)


def test_who_may_not_is_answered_as_if_it_did_not_exist(office: Office) -> None:
    """A neighbour withdraws nobody's proposal, and staff of another station screen nothing here."""
    with office.unit() as uow:
        elsewhere = uow.stations.save("B", "河边联络站", "城西")
        number = proposed(uow, office, station_id=elsewhere.id).number
        for who, event in ((BOB, ProjectEvent.WITHDRAWN), (BOB, ProjectEvent.JOINED), (STAFF, ProjectEvent.SCREENED)):
            with pytest.raises(NotFound):
                projecting.advance(uow, office.desk, actor(uow, office, who), number, event)
        assert (
            projecting.advance(uow, office.desk, actor(uow, office, ALICE), number, ProjectEvent.WITHDRAWN).state
            is ProjectState.WITHDRAWN
        )
