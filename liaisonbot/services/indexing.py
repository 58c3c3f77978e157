"""Keeps by what cases are found: what is owed an entry gets one, once those who wait for an answer have theirs.

Two parts each time, so that nobody who writes waits for the reading: first the words are read and taken apart, then the
entries are written. What was there before there was an index comes into it a block at a time, the newest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from liaisonbot import finding
from liaisonbot.finding import BLOCK, Facet, facet
from liaisonbot.model import Case
from liaisonbot.ports import Entry, Owed, UnitOfWork

AT_ONCE: Final = 16
"""Changes that are worked off in one unit: some milliseconds for which others may have to wait."""
ROWS_AT_ONCE: Final = 400
"""Rows of a block that are written in one unit."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What has been owed for the longest time, and the entries for it."""

    owed: Owed
    entries: Mapping[int, Entry]


@dataclass(frozen=True, slots=True)
class Block:
    """The cases of a block that were there before the index: its number, and bits of its cases by term."""

    number: int
    entries: Mapping[int, int]

    def parts(self) -> Iterator[Mapping[int, int]]:
        """As many of the entries as are written in one unit."""
        terms = sorted(self.entries)
        for start in range(0, len(terms), ROWS_AT_ONCE):
            yield {term: self.entries[term] for term in terms[start : start + ROWS_AT_ONCE]}


def prepare(uow: UnitOfWork, *, one_case: bool = False) -> Prepared | None:
    """Read what is owed an entry, a few changes or all of one case; None where nothing is. It changes nothing."""
    owed = uow.finding.owed_first() if one_case else uow.finding.owed(AT_ONCE)
    return Prepared(owed, _entries(uow, owed.cases)) if owed is not None else None


def enter(uow: UnitOfWork, prepared: Prepared) -> None:
    """Make the entries that were prepared."""
    uow.finding.settle(prepared.owed, prepared.entries)


def prepare_block(uow: UnitOfWork) -> Block | None:
    """Read the newest block of those that are not in the index yet; None where all are."""
    last = uow.finding.indexed_from() - 1
    if last < 1:
        return None
    number = last // BLOCK
    bits: dict[int, int] = defaultdict(int)
    for case, entry in _entries(uow, range(max(1, number * BLOCK), last + 1)).items():
        for term in (*entry.terms, *entry.facets):
            bits[term] |= 1 << case % BLOCK
    return Block(number, bits)


def fill(uow: UnitOfWork, block: Block, part: Mapping[int, int]) -> None:
    """Write a part of the block."""
    uow.finding.fill(block.number, part)


def filled(uow: UnitOfWork, block: Block) -> None:
    """The whole block is written: the one before is next."""
    uow.finding.set_indexed_from(block.number * BLOCK)


def forgo_change(uow: UnitOfWork) -> bool:
    """Let the case that comes next go without an entry until it changes again; False where none is owed one."""
    owed = uow.finding.owed_first()
    if owed is not None:
        uow.finding.settle(owed, {})
    return owed is not None


def forgo_block(uow: UnitOfWork) -> bool:
    """Let the block that comes next go without entries; False where all are in the index."""
    last = uow.finding.indexed_from() - 1
    if last > 0:
        uow.finding.set_indexed_from(last // BLOCK * BLOCK)
    return last > 0


def all_at_once(uow: UnitOfWork) -> None:
    """Everything that is owed, in this one unit: for whoever does not mind how long it takes."""
    while (prepared := prepare(uow)) is not None:
        enter(uow, prepared)
    while (block := prepare_block(uow)) is not None:
        fill(uow, block, block.entries)
        filled(uow, block)


def _entries(uow: UnitOfWork, numbers: Collection[int]) -> dict[int, Entry]:
    """A case that is not there is found by nothing."""
    wanted = list(numbers)
    words, cases = uow.finding.words(wanted), uow.finding.cases(wanted)
    return {
        number: Entry(finding.terms(words[number]), _facets(cases[number]) if number in cases else frozenset())
        for number in wanted
    }


def _facets(case: Case) -> frozenset[int]:
    named = {
        Facet.STATION: case.station_id,
        Facet.DEPUTY: case.deputy_id,
        Facet.STAGE: case.stage.value,
        Facet.CATEGORY: case.category,
    }
    return frozenset(facet(kind, value) for kind, value in named.items() if value is not None)
