"""What an appraisal judges, a project or a deputy's report to voters, and how its sentences name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import project_names
from liaisonbot.texts import Text
from liaisonbot.voter_reports import VoterReport


class SubjectKind(StrEnum):
    PROJECT = "project"
    REPORT = "report"


SAYS: Final[Mapping[str, Mapping[SubjectKind, str]]] = {
    name: {SubjectKind.PROJECT: of_project, SubjectKind.REPORT: of_report}
    for name, of_project, of_report in (
        # what is said    of a project                 of a deputy's report
        ("question", "appraisal-question", "report-question"),
        ("open", "appraisal-card-open", "report-card-open"),
        ("closing", "appraisal-card-closing", "report-card-closing"),
        ("cancelled", "appraisal-card-cancelled", "report-card-cancelled"),
        ("nobody", "appraisal-nobody", "report-nobody"),
        ("over", "appraisal-over", "report-over"),
        ("result", "appraisal-result", "report-result"),
        ("chart", "appraisal-chart-title", "report-chart-title"),
    )
}
"""The sentence for each thing that is said of what is judged."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged; ``named``: how its sentences name it."""

    kind: SubjectKind
    named: Mapping[str, str | int | Text]

    def key(self, name: str) -> str:
        return SAYS[name][self.kind]

    def say(self, name: str, **more: str | int | None) -> Text:
        """That sentence (a row of :data:`SAYS`) of it."""
        return Text(self.key(name), {**self.named, **more})


def of_project(project: Project) -> Subject:
    return Subject(SubjectKind.PROJECT, {"number": project.number, "title": project_names.title(project)})


def of_report(uow: UnitOfWork, report: VoterReport) -> Subject:
    deputy = uow.roster.get(report.deputy_id)
    named = {
        "deputy": deputy.name if deputy else "",
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
    }
    return Subject(SubjectKind.REPORT, named)


def _judged_project(uow: UnitOfWork, poll: Poll) -> Subject | None:
    project = uow.projects.get(poll.project) if poll.project is not None else None
    return of_project(project) if project is not None else None


def _judged_report(uow: UnitOfWork, poll: Poll) -> Subject | None:
    report = uow.voter_reports.of_poll(poll.number)
    return of_report(uow, report) if report is not None else None


_FINDERS: Final = (_judged_project, _judged_report)


def find(uow: UnitOfWork, poll: Poll) -> Subject | None:
    """What that poll judges; None: it is no appraisal."""
    return next((found for finder in _FINDERS if (found := finder(uow, poll)) is not None), None)


def of(uow: UnitOfWork, poll: Poll) -> Subject:
    """What that appraisal judges. An appraisal is never without something."""
    found = find(uow, poll)
    if found is None:
        raise ValueError(f"P{poll.number} is an appraisal of nothing")
    return found
