"""What somebody may read of a case: the same for its timeline, and for what a search finds in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot import masking
from liaisonbot.model import Case, CaseMessage, FormerWords, JournalEntry
from liaisonbot.permissions import Permission, may_for_case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, casework, voices
from liaisonbot.services.visit import Visit
from liaisonbot.vocabulary import MessageKind, Role
from liaisonbot.workflow import Event

INTERNAL: Final = frozenset(
    {
        *(Event.TRANSFERRED, Event.ASSIGNED, Event.URGED, Event.HANDED, Event.RETURNED),
        *(Event.PARTY_NAMED, Event.OTHER_CONSENTED, Event.OTHER_REFUSED),
    }
)
"""Why a case changed hands is between those who work on it, and so are what a unit was asked and what it answered, and
the name of the other side of a dispute."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A case as one reader sees it."""

    opening: str | None
    """The words on its card."""
    messages: Sequence[CaseMessage]
    parts: Sequence[CaseMessage]
    """What the cases that became part of it were opened with, for who works on it; their authors read their own."""
    former: Mapping[int, Sequence[FormerWords]]
    """What those messages (row ids) said before, where talk was edited."""
    entries: Sequence[JournalEntry]
    """All of them; the notes of some are not for this reader (``shows_note``)."""
    with_notes: bool
    hidden: Collection[int]
    """The persons of whom nothing is shown."""
    as_author: bool
    """Whether it is read as its authors do: it is the reader's, or they speak for an author who came later."""
    opened_by_reader: bool
    """Whether the words on the card are their own, or of those for whom they speak."""

    def shows_note(self, entry: JournalEntry) -> bool:
        """Whether what was typed for that event is for this reader."""
        return not _said_by(entry, self.hidden) and (self.with_notes or entry.event not in INTERNAL)

    def said(self) -> Iterator[str]:
        """All words there are for this reader, whole, the opening first."""
        if self.opening:
            yield self.opening
        yield from (message.text for message in self.messages if message.text and message.text != self.opening)
        for entry in self.entries:
            if entry.note and casework.SAID not in entry.details and self.shows_note(entry):
                yield entry.note


def of(visit: Visit, case: Case) -> Readable:
    """The case as the visitor sees it, who may read it."""
    uow, number = visit.uow, case.number
    authors = uow.cases.author_ids(number)
    names = voices.of(uow, visit.actor, case, Permission.CASE_READ)
    messages = uow.messages.of_case(number)
    notes = may_for_case(visit.actor, Permission.CASE_READ_NOTES, case, authors)
    entries = uow.journal.of_case(number)
    hidden = (authors | _came(uow, number)) - names if names else frozenset()
    opened = _opened_by(names, messages)
    own = visit.actor.person is not None and visit.actor.person.id in authors
    as_author = own or (bool(names) and not opened)
    former = uow.messages.former(number)
    if any(author.by_merge and author.person_id in names for author in uow.cases.authors(number)):
        # Some of it was written to somebody else, before they came.
        messages = [replace(message, text=masking.mask(message.text or "")) for message in messages]
        former = {
            id_: [replace(words, text=masking.mask(words.text or "")) for words in each] for id_, each in former.items()
        }
    shown = [message for message in messages if _shown(message, notes=notes, hidden=hidden)]
    parts = cards.parts_of(uow, number) if not as_author and not hidden else ()
    openings = [message for part in parts for message in uow.messages.of_case(part) if message.opening]
    return Readable(
        opening=_opening(visit, case, as_author=as_author, opened=opened),
        messages=shown,
        parts=[message for message in openings if message.text or message.attachments],
        former={m.id: former[m.id] for m in shown if m.kind is MessageKind.CONVERSATION and m.id in former},
        entries=entries,
        with_notes=notes,
        hidden=hidden,
        as_author=as_author,
        opened_by_reader=opened,
    )


def _came(uow: UnitOfWork, number: int) -> set[int]:
    """Whose cases were merged with it, also those that were split off since: what they said stayed."""
    return {person for merge in uow.merges.ever(number) for person in uow.cases.author_ids(merge.part)}


def _opening(visit: Visit, case: Case, *, as_author: bool, opened: bool) -> str | None:
    """The words that ``cards.own_card`` or ``cards.work_card`` shows."""
    if as_author and opened:
        return case.text
    words = cards.speaking(visit.uow, case).text
    return masking.mask(words) if as_author and words else words


def _shown(message: CaseMessage, *, notes: bool, hidden: Collection[int]) -> bool:
    if hidden and message.kind is MessageKind.CONVERSATION and message.by is not Role.CONSTITUENT:
        return False  # talk with one of them; who, is not on record
    return (notes or message.kind is not MessageKind.NOTE) and not _said_by(message, hidden)


def _opened_by(names: Collection[int], messages: Sequence[CaseMessage]) -> bool:
    """Whether the words on the card are one's own: the first thing a constituent wrote in the case."""
    first = next((message for message in messages if message.by is Role.CONSTITUENT), None)
    return first is None or first.person_id is None or first.person_id in names


def _said_by(what: CaseMessage | JournalEntry, persons: Collection[int]) -> bool:
    return what.by is Role.CONSTITUENT and what.person_id in persons
