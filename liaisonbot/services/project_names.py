"""What a project, and those who look after it, are called where anybody may read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.model import RosterEntry
from liaisonbot.projects import Project
from liaisonbot.services import cards
from liaisonbot.texts import Text, catalogue

LONGEST: Final = 60


def title(project: Project, length: int = LONGEST) -> str | Text:
    """Its title with numbers masked; its proposer may have been forgotten, the guard may hold it."""
    if project.guard is not None:
        return Text.of("project-held-title")
    return masking.shorten(masking.mask(project.title), length) if project.title else Text.of("project-untitled")


def listed(entries: Iterable[RosterEntry]) -> Text | str | None:
    """The names of deputies in a line, as each language lists them; None where there is nobody."""
    return cards.names([entry.name for entry in entries]) or None


def for_the_journal(desk: Desk, entries: Iterable[RosterEntry]) -> str | None:
    """The same, as the journal keeps it: in the office's own language."""
    names = listed(entries)
    words = catalogue(desk.settings.locale.default_language, desk.settings.locale.timezone)
    return words.plain(names) if isinstance(names, Text) else names
