"""The end of an appraisal: the verdict stands on the project, and everybody concerned is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.polls import Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent
from liaisonbot.services import appraisal_results, electors, project_names, project_people, projecting
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Rating


def publish(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """The verdict stands on the project; groups, those who stand behind it and whoever opened it are told at once."""
    project = uow.projects.get(poll.project or 0)
    result = poll.result
    if project is None or result is None:
        return
    if result["verdict"] is None:
        _tell_opener(
            uow,
            desk,
            poll,
            Outgoing(
                Send.TEXT,
                0,
                text=Text.of("appraisal-nobody", number=project.number, title=project_names.title(project)),
            ),
        )
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
    _tell_result(uow, desk, poll, project, result)


def _tell_result(uow: UnitOfWork, desk: Desk, poll: Poll, project: Project, result: Mapping[str, Any]) -> None:
    file = uow.files.add(appraisal_results.chart(poll, project, result), desk.now)
    rows = project_people.way(desk, project)
    told = Outgoing(Send.PHOTO, 0, text=appraisal_results.text(project, result), file=file, rows=rows)
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
            here = replace(here, text=appraisal_results.text(project, result, "appraisal-result-behind"))
        uow.outbox.add(here, desk.now)


def _in_private(uow: UnitOfWork, desk: Desk, poll: Poll, project: Project) -> dict[Reader, bool]:
    """Those behind the project (True), then the deputies who were asked, then whoever opened it: each chat once."""
    asked = [each.reader for each in electors.of_poll(uow, desk, poll) if each.reader is not None]
    opener = [Reader(poll.chat_id, poll.language)] if poll.chat_id is not None else []
    found: dict[int, tuple[Reader, bool]] = {}
    for reader in project_people.people_readers(uow, desk, project):
        found.setdefault(reader.chat_id, (reader, True))
    for reader in (*asked, *opener):
        found.setdefault(reader.chat_id, (reader, False))
    return dict(found.values())


def _tell_opener(uow: UnitOfWork, desk: Desk, poll: Poll, told: Outgoing) -> None:
    if poll.chat_id is not None:
        uow.outbox.add(replace(told, chat_id=poll.chat_id, language=poll.language), desk.now)
