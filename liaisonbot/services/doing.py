"""What every command needs to do its work: what it was given, and how it says that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from liaisonbot.errors import Refused
from liaisonbot.model import Attachment, Case, RosterEntry
from liaisonbot.outgoing import Button
from liaisonbot.services import cards
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

FILES: Final = "_files"
"""Where a dialogue keeps which messages held files, among its answers."""
Answers = Mapping[str, Any]
"""What a command needs to know, by the names of its arguments."""


def confirm(
    visit: Visit, case: Case, key: str, *, in_words: bool = False, also: Sequence[Button] = (), **params: Any
) -> None:
    """Say that it is done. A command is also given the way to the case; a button's card is renewed by itself.

    ``in_words``: as to a command in any case. A dialogue that ends with a button has left the card far above.
    ``also``: buttons for what can be done about what was just said.
    """
    if in_words:
        visit.toast()
        visit = replace(visit, press=None)
    rows = (*cards.in_pairs(also), (cards.opening(case.number),))
    stage = Text.of(f"stage-{case.stage}")
    visit.done(Text.of(key, case=case.number, stage=stage, **params), rows=rows, case=case.number, purpose="notice")


def files_of(visit: Visit, answers: Answers) -> Files | None:
    """The files that go along: those of the dialogue, or of the command's own message."""
    kept = answers.get(FILES)
    if kept:
        attachments = tuple(Attachment(**attachment) for attachment in kept["attachments"])
        return Files(kept["chat"], tuple(kept["ids"]), attachments, kept["album"])
    return Files.of(visit.message) if visit.message is not None else None


def number_in(word: str) -> int:
    """A number in a button's data; anything else was forged, or is of another time."""
    if not (word.isascii() and word.isdecimal()) or len(word) > 15:
        raise Refused("old-button")
    return int(word)


def of_reply(rest: Sequence[str], count: int) -> tuple[Sequence[str], int]:
    """What a button says in ``count`` parts, and the reply of which it speaks; see ``cards.of_its_reply``."""
    if len(rest) not in (count, count + 1):
        raise Refused("old-button")
    return rest[:count], number_in(rest[count]) if len(rest) > count else 0


def entry_of(visit: Visit, entry_id: int) -> RosterEntry:
    entry = visit.uow.roster.get(entry_id)
    if entry is None:
        raise Refused("deputy-unknown")
    return entry
