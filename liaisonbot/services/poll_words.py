"""A poll's question and options as somebody reads them: an appraisal's words are ours, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import project_names
from liaisonbot.texts import Catalogue, Text, catalogue

LEVELS: Final = ("satisfied", "fair", "dissatisfied", "abstained")
"""The options of every appraisal, in their order."""


def read_in(uow: UnitOfWork, desk: Desk, poll: Poll, language: str) -> Poll:
    """The same poll in that language. What staff typed reads as they typed it, whatever the language."""
    project = uow.projects.get(poll.project) if poll.project is not None else None
    if project is None or poll.kind is not PollKind.APPRAISAL:
        return poll
    question, options = of_appraisal(project, catalogue(language, desk.settings.locale.timezone))
    return replace(poll, question=question, options=options)


def of_appraisal(project: Project, words: Catalogue) -> tuple[str, tuple[str, ...]]:
    """What is asked about a project, and the levels to choose from."""
    asked = Text.of("appraisal-question", number=project.number, title=project_names.title(project))
    return words.plain(asked), tuple(words.plain(Text.of(f"appraisal-level-{level}")) for level in LEVELS)
