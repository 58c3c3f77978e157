"""The end of an appraisal: everybody concerned is told; the verdict on a project stands on the project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.polls import Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent
from liaisonbot.services import (
    appraisal_results,
    appraisal_subjects,
    electors,
    poll_holders,
    project_names,
    project_people,
    projecting,
    readers,
)
from liaisonbot.services.appraisal_subjects import Subject, SubjectKind
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Rating


def publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """The verdict is told at once to everybody whom that concerns; without a verdict, to who waits for one."""
    subject = appraisal_subjects.find(uow, poll)
    if subject is not None and poll.result is not None:
        PUBLISHED[subject.kind](uow, desk, poll, subject, poll.result)


# --- of a project -----------------------------------------------------------------------------------------------------


def _of_project(uow: UnitOfWork, desk: Desk, poll: Poll, subject: Subject, result: Mapping[str, Any]) -> None:
    """The verdict stands on the project; groups, those who stand behind it and whoever opened it are told."""
    project = uow.projects.get(poll.project or 0)
    if project is None:
        return
    if result["verdict"] is None:
        _tell_opener(uow, desk, poll, Outgoing(Send.TEXT, 0, text=subject.say("nobody")))
        return
    project = projecting.advance(
        uow,
        desk,
        SYSTEM,
        project.number,
        ProjectEvent.APPRAISED,
        changes={"verdict": Rating(result["verdict"])},
        details={"poll": poll.number, "result": {**result, "groups": []}},
    )
    _tell_result(uow, desk, poll, project, subject, result)


def _tell_result(
    uow: UnitOfWork, desk: Desk, poll: Poll, project: Project, subject: Subject, result: Mapping[str, Any]
) -> None:
    file = uow.files.add(appraisal_results.chart(poll, subject, result), desk.now)
    rows = project_people.way(desk, project)
    told = Outgoing(Send.PHOTO, 0, text=appraisal_results.text(subject, result), file=file, rows=rows)
    head = Text.of("appraisal-result-behind", number=project.number, title=project_names.title(project))
    posts = {post.chat_id: post for post in uow.polls.posts(poll.number, PostState.SENT, PostState.PROMISED)}
    for reader in project_people.group_readers(uow, desk, project):
        post = posts.get(reader.chat_id)
        here = replace(told, chat_id=reader.chat_id, language=reader.language)
        if post is not None:
            here = replace(here, reply_to=post.message_id, noted_as=("poll-result", post.id))
        uow.outbox.add(here, desk.now)
    for reader, behind in _in_private(uow, desk, poll, project).items():
        here = replace(told, chat_id=reader.chat_id, language=reader.language, priority=Priority.ANNOUNCEMENT)
        if behind:
            here = replace(here, text=appraisal_results.text(subject, result, head))
        uow.outbox.add(here, desk.now)


def _in_private(uow: UnitOfWork, desk: Desk, poll: Poll, project: Project) -> dict[Reader, bool]:
    """Those behind the project (True), then the deputies who were asked, then whoever opened it: each chat once."""
    asked = [each.reader for each in electors.of_poll(uow, desk, poll) if each.reader is not None]
    opener = poll_holders.of(uow, desk, poll)
    found: dict[int, tuple[Reader, bool]] = {}
    for reader in project_people.people_readers(uow, desk, project):
        found.setdefault(reader.chat_id, (reader, True))
    for reader in (*asked, *opener):
        found.setdefault(reader.chat_id, (reader, False))
    return dict(found.values())


def _tell_opener(uow: UnitOfWork, desk: Desk, poll: Poll, told: Outgoing) -> None:
    for reader in poll_holders.of(uow, desk, poll):
        uow.outbox.add(replace(told, chat_id=reader.chat_id, language=reader.language), desk.now)


# --- of a deputy's report ---------------------------------------------------------------------------------------------


def _of_report(uow: UnitOfWork, desk: Desk, poll: Poll, subject: Subject, result: Mapping[str, Any]) -> None:
    """The groups that judged it, the deputy, the staff of the stations and whoever published it are told."""
    if result["verdict"] is None:
        told = Outgoing(Send.TEXT, 0, text=subject.say("nobody"), priority=Priority.NOTICE)
    else:
        file = uow.files.add(appraisal_results.chart(poll, subject, result), desk.now)
        text = appraisal_results.text(subject, result)
        told = Outgoing(Send.PHOTO, 0, text=text, file=file, priority=Priority.NOTICE)
        for post in uow.polls.posts(poll.number, PostState.SENT, PostState.PROMISED):
            language = readers.group_language(desk, uow.groups.get(post.chat_id))
            here = replace(told, chat_id=post.chat_id, language=language, reply_to=post.message_id)
            uow.outbox.add(replace(here, noted_as=("poll-result", post.id)), desk.now)
    for reader in _who_stand_behind(uow, desk, poll):
        uow.outbox.add(replace(told, chat_id=reader.chat_id, language=reader.language), desk.now)


def _who_stand_behind(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[Reader]:
    """The deputy, whoever published it, the staff: each chat once."""
    report = uow.voter_reports.of_poll(poll.number)
    deputy = uow.roster.get(report.deputy_id) if report is not None else None
    own = readers.of_entry(uow, desk, deputy) if deputy is not None else None
    opener = poll_holders.of(uow, desk, poll)
    staff = [reader for station_id in poll.station_ids for reader in readers.staff_of(uow, desk, station_id)]
    return list({reader.chat_id: reader for reader in ([own] if own else []) + opener + staff}.values())


def cancelled(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """Who was promised a result hears that there will be none."""
    report = uow.voter_reports.of_poll(poll.number)
    deputy = uow.roster.get(report.deputy_id) if report is not None else None
    own = readers.of_entry(uow, desk, deputy) if deputy is not None else None
    if report is not None and own is not None:
        said = Text("report-yours-cancelled", appraisal_subjects.of_report(uow, report).named)
        uow.outbox.add(Outgoing(Send.TEXT, own.chat_id, language=own.language, text=said), desk.now)


PUBLISHED: Final[Mapping[SubjectKind, Callable[[UnitOfWork, Desk, Poll, Subject, Mapping[str, Any]], None]]] = {
    SubjectKind.PROJECT: _of_project,
    SubjectKind.REPORT: _of_report,
}
"""Who hears of a verdict, and what follows from it, by what was judged."""
