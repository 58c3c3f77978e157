"""What the office needs of its memory to find cases by their words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from liaisonbot.finding import Among, Wanted
from liaisonbot.model import Case


@dataclass(frozen=True, slots=True)
class Owed:
    """Rows of the list of what is owed an entry: the cases, and whether some of their words are no longer there."""

    rows: tuple[int, ...]
    cases: Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """By what a case is found."""

    terms: frozenset[int]
    facets: frozenset[int]


class Finding(Protocol):
    """Cases by their words. What is found is a candidate: whoever shows it looks at the case itself.

    What changes a case's words owes it an entry; until that was made it is among ``unindexed``.
    """

    def candidates(
        self, wanted: Wanted, among: Among | None, *, beyond: int | None = None, first: int = 1, rising: bool = False
    ) -> Iterator[list[int]]:
        """Numbers of cases that may be what is wanted, the newest first, or the oldest when ``rising``; a part at a
        time. ``beyond``: only those past this number, in that direction. ``first``: none below it.
        """

    def numbers_of(self, person_id: int) -> frozenset[int]:
        """The cases of which they are an author, or which they entered for somebody else."""

    def first_since(self, moment: datetime) -> int | None:
        """The first case from that moment on; None where there is none yet."""

    def cases(self, numbers: Sequence[int]) -> dict[int, Case]:
        """Those that there are, by number."""

    def words(self, numbers: Sequence[int]) -> Mapping[int, list[str]]:
        """Everything that is said in each of these cases, whoever may read it."""

    def unindexed(self, limit: int) -> list[int]:
        """The newest cases that are owed an entry."""

    def indexed_from(self) -> int:
        """Cases with smaller numbers than this were there before the index, and are still to come into it; 0: none."""

    def owe(self, number: int, *, anew: bool = False) -> None:
        """The case's words have changed. ``anew``: some of them are no longer there."""

    def owed(self, limit: int) -> Owed | None:
        """What has been owed for the longest time; None where nothing is."""

    def owed_first(self) -> Owed | None:
        """All that is owed to the case that has waited longest; None where nothing is."""

    def settle(self, owed: Owed, entries: Mapping[int, Entry]) -> None:
        """Make these entries, and owe nothing more for them, unless something has changed since they were read."""

    def drop(self, numbers: Collection[int]) -> None:
        """These cases are found by nothing."""

    def fill(self, block: int, entries: Mapping[int, int]) -> None:
        """Add to the entries of a block of cases: bits of its cases, by term."""

    def set_indexed_from(self, number: int) -> None:
        """All from this number on have their entries."""


class Searches(Protocol):
    """What people looked for, so that they can turn its pages."""

    def add(self, person_id: int, words: str, now: datetime) -> int:
        """Keep it; its number."""

    def get(self, search_id: int, person_id: int) -> str | None:
        """The words of that search of theirs; None where it is not kept, or somebody else's."""

    def purge(self, before: datetime) -> None: ...
