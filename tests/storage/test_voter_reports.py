"""Reports to voters, and the cases that stand in them, on each engine."""

from __future__ import annotations

from datetime import date, timedelta

from liaisonbot.vocabulary import Outcome, Rating, Stage
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
