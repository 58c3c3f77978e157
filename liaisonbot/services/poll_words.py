"""A poll's question and options as somebody reads them: an appraisal's words are ours, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.polls import Poll, PollKind
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import appraisal_subjects
from liaisonbot.services.appraisal_subjects import Subject
from liaisonbot.texts import Catalogue, Text, catalogue

LEVELS: Final = ("satisfied", "fair", "dissatisfied", "abstained")
"""The options of every appraisal, in their order."""


def read_in(uow: UnitOfWork, desk: Desk, poll: Poll, language: str) -> Poll:
    """The same poll in that language. What staff typed reads as they typed it, whatever the language."""
    subject = appraisal_subjects.find(uow, poll) if poll.kind is PollKind.APPRAISAL else None
    if subject is None:
        return poll
    question, options = of_appraisal(subject, catalogue(language, desk.settings.locale.timezone))
    return replace(poll, question=question, options=options)


def of_appraisal(subject: Subject, words: Catalogue) -> tuple[str, tuple[str, ...]]:
    """What is asked about it, and the levels to choose from."""
    return words.plain(subject.say("question")), tuple(
        words.plain(Text.of(f"appraisal-level-{level}")) for level in LEVELS
    )
