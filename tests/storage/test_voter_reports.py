"""Reports to voters, and the cases that stand in them, on each engine."""

from __future__ import annotations

from datetime import date, timedelta

from liaisonbot.projects import ProjectEvent
from liaisonbot.vocabulary import Outcome, Rating, Role, Stage
from liaisonbot.voter_reports import CaseCount, ReportState
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_a_report_reads_as_it_was_written(uow: SqlUnitOfWork) -> None:
    """Changed, listed newest first, found by its poll, removed."""
    deputy = a_deputy(uow)
    made = uow.voter_reports.add(deputy.id, FIRST, LAST, "一\n\n二", None, NOW)
    assert uow.voter_reports.get(made.id) == made == uow.voter_reports.get(made.id, lock=True)
    assert (made.state, made.paragraphs, made.published_at) == (ReportState.DRAFT, ["一", "二"], None)

    changed = uow.voter_reports.update(made.id, text="三", state=ReportState.READY)
    assert (changed.text, changed.state) == ("三", ReportState.READY)
    assert changed.wording != made.wording
    newer = uow.voter_reports.add(deputy.id, FIRST, LAST, "四", None, NOW)
    assert [report.id for report in uow.voter_reports.of_deputy(deputy.id)] == [newer.id, made.id]
    assert uow.voter_reports.of_poll(7) is None

    uow.voter_reports.remove(made.id)
    assert uow.voter_reports.get(made.id) is None


def test_cases_by_how_they_ended_and_were_judged(uow: SqlUnitOfWork) -> None:
    """Of that deputy, that came in then: the end of the span does not belong to it."""
    deputy, other = a_deputy(uow), a_deputy(uow)
    for _ in range(2):
        case = a_case(uow, deputy=deputy)
        closed = {"stage": Stage.CLOSED, "outcome": Outcome.RESOLVED, "closed_at": NOW}
        uow.cases.update(case.number, result=Rating.SATISFIED, **closed)
    a_case(uow, deputy=deputy)
    a_case(uow, deputy=other)

    found = uow.voter_reports.cases(deputy.id, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert sorted(found, key=lambda count: count.n) == [
        CaseCount(None, None, 1),
        CaseCount(Outcome.RESOLVED, Rating.SATISFIED, 2),
    ]
    assert uow.voter_reports.cases(deputy.id, NOW - timedelta(days=2), NOW - timedelta(days=1)) == []


def test_what_happened_to_any_project_is_found_by_its_kind(uow: SqlUnitOfWork) -> None:
    """In order, with its details; nothing else."""
    common = {"text": "", "station_id": None, "category": "other", "person_id": None, "by": Role.STAFF}
    lift, road = (uow.projects.propose(title=title, cycle_id=None, now=NOW, **common) for title in ("电梯", "路"))  # type: ignore[arg-type]
    for number, event in (
        (road.number, ProjectEvent.SUPERVISORS),
        (lift.number, ProjectEvent.PROGRESS),
        (lift.number, ProjectEvent.SUPERVISORS),
        (road.number, ProjectEvent.CARRIED_OUT),
    ):
        uow.projects.record(number, event, at=NOW, by=Role.STAFF, person_id=None, details={"entries": [number]})
    found = uow.projects.happened(ProjectEvent.SUPERVISORS, ProjectEvent.CARRIED_OUT)
    assert [(line.project, line.event, line.details["entries"]) for line in found] == [
        (road.number, ProjectEvent.SUPERVISORS, [road.number]),
        (lift.number, ProjectEvent.SUPERVISORS, [lift.number]),
        (road.number, ProjectEvent.CARRIED_OUT, [road.number]),
    ]


def test_handovers_since_a_moment(uow: SqlUnitOfWork) -> None:
    """In the order in which they were made, that moment included."""
    old, new = a_deputy(uow, name="王一"), a_deputy(uow, name="李二")
    for hours, (from_, to) in enumerate(((old, new), (new, old), (old, new))):
        uow.handovers.add(from_.id, to.id, None, {}, NOW + timedelta(hours=hours))  # type: ignore[arg-type]
    assert [made.from_id for made in uow.handovers.since(NOW + timedelta(hours=1))] == [new.id, old.id]
