"""The cycle of projects: what must hold before it moves on, and whom a phase concerns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor
from liaisonbot.polls import PollKind, PollState
from liaisonbot.projects import Cycle, CycleEvent, Phase, ProjectState, phases
from liaisonbot.services import cycles
from liaisonbot.vocabulary import Rating, Role
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, STAFF
from tests.support.office import GROUP, Office


def staff(uow: SqlUnitOfWork, office: Office) -> Actor:
    person = uow.people.meet(STAFF, "zh", office.now)
    return Actor(person, staff=uow.roster.staff()[0])


def cycle_in(uow: SqlUnitOfWork, office: Office, phase: Phase = Phase.COLLECTION) -> Cycle:
    station = uow.stations.all()[0].id
    made = uow.cycles.add(
        year=2027, level="镇级", station_ids=[station], places=1, dates={}, person_id=None, now=office.now
    )
    closed_at = office.now if phase is Phase.CLOSED else None
    return uow.cycles.update(made.id, phase=phase, closed_at=closed_at)


def project_in(uow: SqlUnitOfWork, office: Office, cycle: Cycle, state: ProjectState, **more: object) -> int:
    project = uow.projects.propose(
        title="加装电梯",
        text="给3号楼加装电梯",
        station_id=cycle.station_ids[0],
        category="housing",
        person_id=None,
        by=Role.STAFF,
        cycle_id=cycle.id,
        now=office.now,
    )
    uow.projects.update(project.number, now=office.now, state=state, **more)
    return project.number


def poll_in(uow: SqlUnitOfWork, office: Office, cycle: Cycle, kind: PollKind, state: PollState, **more: object) -> int:
    poll = uow.polls.draft(
        kind=kind,
        question="?",
        options=["a", "b"],
        person_id=None,
        chat_id=None,
        language="zh",
        minutes=60,
        cycle_id=cycle.id,
        subjects=[1, 2],
        round_of=more.pop("round_of", None),  # type: ignore[arg-type]
    )
    opened = office.now - timedelta(hours=1)
    closed_at = office.now if state is PollState.CLOSED else None
    result = more or {}
    uow.polls.update(
        poll.number,
        state=state,
        opened_at=opened,
        closes_at=office.now + timedelta(hours=1),
        closed_at=closed_at,
        result=result if state is PollState.CLOSED else None,
    )
    return poll.number


def lacking(uow: SqlUnitOfWork, cycle: Cycle) -> list[str]:
    return [text.key for text in cycles.missing(uow, cycle)]


def test_every_condition_of_the_data_file_is_a_function() -> None:
    """And none of them is there for nothing."""
    assert {each for phase in phases() for each in phase.conditions} == set(cycles.CONDITIONS)


def test_the_dates_are_the_usual_ones_around_the_year_of_the_vote() -> None:
    """It begins in the autumn before."""
    planned = cycles.proposed_days(2028)
    assert planned["collection"] == ("2027-09-01", "2027-09-30")
    assert planned["vote"] == ("2028-01-01", "2028-02-29")
    assert planned["appraisal"] == ("2028-12-01", "2028-12-31")


def test_a_cycle_that_begins_late_is_moved_on_until_it_is_in_time_again() -> None:
    """Phase behind phase, none of them over before it began."""
    planned = cycles.proposed_days(2027, date(2026, 11, 23))
    assert planned["collection"] == ("2026-11-23", "2026-12-22")
    assert planned["screening"] == ("2026-12-23", "2027-01-22")
    assert planned["vote"] == ("2027-02-22", "2027-02-28")
    assert planned["appraisal"] == ("2027-12-01", "2027-12-31")
    days = [day for each in planned.values() for day in each]
    assert days == sorted(days)
    early = cycles.proposed_days(2028, date(2026, 11, 23))
    assert early["collection"] == ("2027-09-01", "2027-09-30")


def test_collection_and_screening_end_when_all_is_screened(office: Office) -> None:
    """A proposal at all, nothing left to screen, a candidate among them."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office)
        assert lacking(uow, cycle) == ["cycle-needs-proposals"]
        number = project_in(uow, office, cycle, ProjectState.PROPOSED)
        assert lacking(uow, cycle) == []
        cycle = uow.cycles.update(cycle.id, phase=Phase.SCREENING)
        assert lacking(uow, cycle) == ["cycle-needs-screened", "cycle-needs-candidates"]
        uow.projects.update(number, now=office.now, state=ProjectState.EXCLUDED, ground="burden")
        assert lacking(uow, cycle) == ["cycle-needs-candidates"]
        project_in(uow, office, cycle, ProjectState.CANDIDATE)
        assert lacking(uow, cycle) == []


def test_residents_are_polled_before_the_deputies_vote(office: Office) -> None:
    """A poll that is open, or of something else, does not count."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office, Phase.OPINIONS)
        assert lacking(uow, cycle) == ["cycle-needs-polled"]
        number = poll_in(uow, office, cycle, PollKind.BALLOT, PollState.OPEN)
        assert lacking(uow, cycle) == ["cycle-needs-closed"]
        uow.polls.update(number, state=PollState.CLOSED, closed_at=office.now, result={})
        assert lacking(uow, cycle) == []


def test_a_vote_without_quorum_or_with_a_tie_is_not_the_end(office: Office) -> None:
    """A second round breaks the tie, and may tie again."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office, Phase.VOTE)
        assert lacking(uow, cycle) == ["cycle-needs-voted"]
        poll_in(uow, office, cycle, PollKind.VOTE, PollState.CLOSED, quorate=False)
        assert lacking(uow, cycle) == ["cycle-needs-quorum"]
        first = poll_in(uow, office, cycle, PollKind.VOTE, PollState.CLOSED, quorate=True, tied=[0, 1])
        assert lacking(uow, cycle) == ["cycle-needs-no-tie"]
        second = poll_in(uow, office, cycle, PollKind.VOTE, PollState.CLOSED, tied=[0, 1], round_of=first)
        assert lacking(uow, cycle) == ["cycle-needs-no-tie"]
        poll_in(uow, office, cycle, PollKind.VOTE, PollState.CLOSED, tied=[], round_of=second)
        assert lacking(uow, cycle) == []


def test_a_result_is_announced_and_after_another_vote_announced_again(office: Office) -> None:
    """Going back to the vote takes the announcement with it."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office, Phase.ANNOUNCEMENT)
        assert lacking(uow, cycle) == ["cycle-needs-announced"]
        cycles.announced(uow, office.desk, staff(uow, office), cycle)
        assert lacking(uow, cycle) == []
        cycles.move_back(uow, office.desk, staff(uow, office), cycle.id, "票数有误")
        cycle = uow.cycles.update(cycle.id, phase=Phase.ANNOUNCEMENT)
        assert lacking(uow, cycle) == ["cycle-needs-announced"]


def test_the_chosen_ones_are_confirmed_carried_out_and_judged(office: Office) -> None:
    """Each of them."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office, Phase.IMPLEMENTATION)
        assert lacking(uow, cycle) == ["cycle-needs-chosen"]
        number = project_in(uow, office, cycle, ProjectState.CHOSEN)
        assert lacking(uow, cycle) == ["cycle-needs-confirmed"]
        uow.projects.update(number, now=office.now, state=ProjectState.RUNNING)
        assert lacking(uow, cycle) == ["cycle-needs-carried-out"]
        uow.projects.update(number, now=office.now, state=ProjectState.DONE)
        assert lacking(uow, cycle) == []
        cycle = uow.cycles.update(cycle.id, phase=Phase.APPRAISAL)
        assert lacking(uow, cycle) == ["cycle-needs-appraised"]
        uow.projects.update(number, now=office.now, verdict=Rating.SATISFIED)
        assert lacking(uow, cycle) == []


def test_what_is_missing_is_named_and_nothing_moves(office: Office) -> None:
    """Refused, with the sentence of each condition."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office)
        with pytest.raises(Refused) as refused:
            cycles.move_on(uow, office.desk, staff(uow, office), cycle.id)
        assert refused.value.key == "cycle-not-yet"
        assert uow.cycles.get(cycle.id) == cycle
        assert not uow.cycles.story(cycle.id)


def test_moving_on_is_kept_and_told_once_in_each_chat(office: Office) -> None:
    """To the groups of its stations, and the deputies where it is their turn."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office)
        project_in(uow, office, cycle, ProjectState.PROPOSED)
        after = cycles.move_on(uow, office.desk, staff(uow, office), cycle.id)
        assert after.phase is Phase.SCREENING
        (entry,) = uow.cycles.story(cycle.id)
        assert (entry.event, entry.by) == (CycleEvent.MOVED, Role.STAFF)
    office.ticks()
    assert [sent.text for sent in office.chats[GROUP] if "项目初定" in sent.text]
    assert not office.chats[DEPUTY]


def test_one_phase_back_has_its_reason(office: Office) -> None:
    """Kept in the journal, told to those who had been told; not while a poll is open, and not before the first."""
    with office.unit() as uow:
        actor = staff(uow, office)
        cycle = cycle_in(uow, office, Phase.OPINIONS)
        number = poll_in(uow, office, cycle, PollKind.BALLOT, PollState.OPEN)
        with pytest.raises(Refused, match="cycle-poll-open"):
            cycles.move_back(uow, office.desk, actor, cycle.id, "漏了一个")
        uow.polls.update(number, state=PollState.CLOSED, closed_at=office.now, result={})
        assert cycles.move_back(uow, office.desk, actor, cycle.id, "漏了一个").phase is Phase.SCREENING
        assert uow.cycles.story(cycle.id)[-1].text == "漏了一个"
        cycles.move_back(uow, office.desk, actor, cycle.id, "再来")
        with pytest.raises(Refused, match="cycle-at-the-start"):
            cycles.move_back(uow, office.desk, actor, cycle.id, "再来")


def test_a_closed_cycle_is_opened_again_by_going_back(office: Office) -> None:
    """Its last appraisal was forgotten."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office, Phase.CLOSED)
        after = cycles.move_back(uow, office.desk, staff(uow, office), cycle.id, "漏了测评")
        assert (after.phase, after.closed_at) == (Phase.APPRAISAL, None)


def test_whose_it_is(office: Office) -> None:
    """All its stations must be one's own; one of all stations is the owners'."""
    with office.unit() as uow:
        cycle = cycle_in(uow, office)
        nobody = Actor(uow.people.meet(ALICE, "zh", office.now))
        for actor, cycle_id in ((nobody, cycle.id), (staff(uow, office), 99)):
            with pytest.raises(NotFound):
                cycles.move_on(uow, office.desk, actor, cycle_id)
        everywhere = uow.cycles.add(
            year=2027, level="县级", station_ids=[], places=1, dates={}, person_id=None, now=office.now
        )
        with pytest.raises(NotFound):
            cycles.move_on(uow, office.desk, staff(uow, office), everywhere.id)
        assert cycles.may_see(staff(uow, office), everywhere)
