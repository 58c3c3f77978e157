"""By what cases are found: for each term, which cases of each block of neighbouring numbers have it.

A row holds the cases of one block as bits, so that what has all of several terms is found by putting integers together,
the newest first, and as much is read as is shown. A common word costs a row for every thousand cases, a rare one a few
rows in all. Both engines keep it alike, and what is taken out is gone with its bytes. Decision 0038.

Whoever changes words owes the case an entry (``owe``), which costs one row; ``services/indexing.py`` makes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from struct import pack, unpack
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    insert,
    select,
    union_all,
)

from liaisonbot.finding import BLOCK, FIRST_FACET, Among, Wanted
from liaisonbot.model import Case
from liaisonbot.ports.finding import Entry, Owed
from storage.case_lists import COLUMNS, case_from
from storage.ready import Ready
from storage.schema import case_authors, case_messages, cases, counters, found_by, journal, unindexed

_AS_BITS: Final = BLOCK // 8
_FIRST_BLOCKS: Final = 4
"""Looked at first; then four times as many, and so on: what is common is found in the newest."""
_AT_ONCE: Final = 400
"""Rows asked for in one statement."""
_BELOW: Final = "unindexed_below"
"""The counter that says which cases were there before the index: those of smaller numbers are still to come."""

_OWE: Final = Ready(insert(unindexed))
_OWED: Final = Ready(
    select(unindexed.c.id, unindexed.c.case_number, unindexed.c.anew).order_by(unindexed.c.id).limit(bindparam("limit"))
)
_first_owed = unindexed.alias("first_owed")
_OWED_FIRST: Final = Ready(
    select(unindexed.c.id, unindexed.c.case_number, unindexed.c.anew)
    .where(
        unindexed.c.case_number
        == select(_first_owed.c.case_number).order_by(_first_owed.c.id).limit(1).scalar_subquery()
    )
    .order_by(unindexed.c.id)
)
_NEWEST_OWED: Final = Ready(
    select(unindexed.c.case_number).distinct().order_by(unindexed.c.case_number.desc()).limit(bindparam("limit"))
)
_CHANGED: Final = (
    select(unindexed.c.case_number)
    .where(unindexed.c.case_number.in_(bindparam("numbers", expanding=True)), unindexed.c.id > bindparam("last"))
    .distinct()
)
_DONE: Final = delete(unindexed).where(unindexed.c.id.in_(bindparam("ids", expanding=True)))

_LO: Final[BindParameter[int]] = bindparam("lo", type_=found_by.c.block.type)
_HI: Final[BindParameter[int]] = bindparam("hi", type_=found_by.c.block.type)
_TERM: Final[BindParameter[int]] = bindparam("which", type_=found_by.c.term.type)
_WITH_TERM: Final = Ready(
    select(found_by.c.block, found_by.c.cases).where(found_by.c.term == _TERM, found_by.c.block.between(_LO, _HI))
)
_THESE: Final = select(found_by.c.term, found_by.c.cases).where(
    found_by.c.block == bindparam("in_block"), found_by.c.term.in_(bindparam("terms", expanding=True))
)
_OF_BLOCK: Final = Ready(
    select(found_by.c.term, found_by.c.cases).where(
        found_by.c.block == bindparam("in_block"), found_by.c.term >= bindparam("first", type_=found_by.c.term.type)
    )
)
_PUT: Final = Ready(
    lambda insert: (
        insert(found_by)
        .values(term=bindparam("new_term"), block=bindparam("new_block"), cases=bindparam("new_cases"))
        .on_conflict_do_update(
            index_elements=[found_by.c.term, found_by.c.block], set_={"cases": bindparam("new_cases")}
        )
    )
)
_REMOVE: Final = Ready(delete(found_by).where(found_by.c.term == _TERM, found_by.c.block == bindparam("in_block")))

_THEIRS: Final = union_all(
    select(case_authors.c.case_number).where(case_authors.c.person_id == bindparam("person")),
    select(case_authors.c.case_number).where(case_authors.c.entered_by == bindparam("person")),
)
_NUMBERS: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)
_CASES: Final = select(*COLUMNS).where(cases.c.number.in_(_NUMBERS))
_TEXTS: Final = (
    select(cases.c.number, cases.c.text).where(cases.c.number.in_(_NUMBERS), cases.c.text.isnot(None)),
    select(case_messages.c.case_number, case_messages.c.text).where(
        case_messages.c.case_number.in_(_NUMBERS), case_messages.c.text.isnot(None)
    ),
    select(journal.c.case_number, journal.c.note).where(
        journal.c.case_number.in_(_NUMBERS), journal.c.note.isnot(None)
    ),
)
_COUNTER: Final = Ready(select(counters.c.value).where(counters.c.name == bindparam("counter")))
_SET_COUNTER: Final = Ready(
    lambda insert: (
        insert(counters)
        .values(name=bindparam("counter"), value=bindparam("number"))
        .on_conflict_do_update(index_elements=[counters.c.name], set_={"value": bindparam("number")})
    )
)
_FIRST_SINCE: Final = Ready(
    select(cases.c.number)
    .where(cases.c.created_at >= bindparam("moment", type_=cases.c.created_at.type))
    .order_by(cases.c.created_at, cases.c.number)
    .limit(1)
)


def owe(connection: Connection, number: int, *, anew: bool = False) -> None:
    """The case's words or what else it is found by have changed. ``anew``: some of them are no longer there."""
    _OWE.run(connection, {"case_number": number, "anew": anew})


class SqlFinding:
    """See ``ports.Finding``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._owed: dict[int, bool] = {}
        """By case, what this unit owes already, and whether anew: one row is enough for all that happens in it."""

    # --- looking ------------------------------------------------------------------------------------------------------

    def candidates(
        self, wanted: Wanted, among: Among | None, *, beyond: int | None = None, first: int = 1, rising: bool = False
    ) -> Iterator[list[int]]:
        top = self._last_number()
        lowest, highest = max(first, 1), top
        if beyond is not None:
            lowest, highest = (max(lowest, beyond + 1), top) if rising else (lowest, min(highest, beyond - 1))
        asked = _as_blocks(wanted.numbers) if wanted.numbers is not None else None
        own = _as_blocks(among.numbers) if among is not None else {}
        for lo, hi in _chunks(lowest // BLOCK, highest // BLOCK, rising=rising):
            blocks = self._with_all(wanted, asked, lo, hi)
            if among is not None and blocks:
                blocks = _both(blocks, self._with_any(among.facets, min(blocks), max(blocks), blocks), own)
            for block in sorted(blocks, reverse=not rising):
                numbers = [
                    number
                    for offset in _offsets(blocks[block])
                    if lowest <= (number := block * BLOCK + offset) <= highest
                ]
                if numbers:
                    yield numbers if rising else numbers[::-1]

    def _with_all(self, wanted: Wanted, asked: Mapping[int, int] | None, lo: int, hi: int) -> dict[int, int]:
        """Of those blocks the cases that have one term of each group. ``asked``: and are among these."""
        found = {block: bits for block, bits in asked.items() if lo <= block <= hi} if asked is not None else None
        for group in wanted.groups:
            if found is not None:
                if not found:
                    return {}
                lo, hi = min(found), max(found)
            theirs = self._with_any(group, lo, hi, found)
            found = _both(found, theirs) if found is not None else theirs
        return found if found is not None else dict.fromkeys(range(lo, hi + 1), (1 << BLOCK) - 1)

    def _with_any(
        self, terms: Collection[int], lo: int, hi: int, within: Collection[int] | None = None
    ) -> dict[int, int]:
        """Of those blocks the cases that have one of the terms. ``within``: others need not be looked at."""
        found: dict[int, int] = defaultdict(int)
        for term in terms:
            for block, kept in _WITH_TERM.all(self._connection, {"which": term, "lo": lo, "hi": hi}):
                if within is None or block in within:
                    found[block] |= _bits(kept)
        return found

    def numbers_of(self, person_id: int) -> frozenset[int]:
        return frozenset(self._connection.execute(_THEIRS, {"person": person_id}).scalars())

    def first_since(self, moment: Any) -> int | None:
        number: int | None = _FIRST_SINCE.scalar(self._connection, {"moment": moment})
        return number

    def cases(self, numbers: Sequence[int]) -> dict[int, Case]:
        rows = self._connection.execute(_CASES, {"numbers": list(numbers)})
        return {row.number: case_from(row) for row in rows}

    def words(self, numbers: Sequence[int]) -> Mapping[int, list[str]]:
        found: dict[int, dict[str, None]] = {number: {} for number in numbers}
        for statement in _TEXTS:
            for number, text in self._connection.execute(statement, {"numbers": list(numbers)}):
                found[number][text] = None  # the opening stands on the case and among its messages
        return {number: list(texts) for number, texts in found.items()}

    def unindexed(self, limit: int) -> list[int]:
        return _NEWEST_OWED.scalars(self._connection, {"limit": limit})

    def indexed_from(self) -> int:
        return _COUNTER.scalar(self._connection, {"counter": _BELOW}) or 0

    # --- keeping ------------------------------------------------------------------------------------------------------

    def owe(self, number: int, *, anew: bool = False) -> None:
        if number not in self._owed or (anew and not self._owed[number]):
            owe(self._connection, number, anew=anew)
            self._owed[number] = anew

    def owed(self, limit: int) -> Owed | None:
        return _owed(_OWED.all(self._connection, {"limit": limit}))

    def owed_first(self) -> Owed | None:
        return _owed(_OWED_FIRST.all(self._connection))

    def settle(self, owed: Owed, entries: Mapping[int, Entry]) -> None:
        """What changed since it was read is owed still, and done then."""
        changed = self._connection.execute(_CHANGED, {"numbers": list(owed.cases), "last": owed.rows[-1]}).scalars()
        later = set(changed)
        self._connection.execute(_DONE, {"ids": list(owed.rows)})
        self._owed.clear()
        for number in sorted(number for number in later if owed.cases[number]):
            owe(self._connection, number, anew=True)
        self.enter({number: entry for number, entry in entries.items() if number not in later}, owed.cases)

    def enter(self, entries: Mapping[int, Entry], anew: Mapping[int, bool]) -> None:
        """Let the cases be found by these. ``anew``: and, of words, by no other."""
        blocks: dict[int, dict[int, Entry]] = defaultdict(dict)
        for number, entry in entries.items():
            blocks[number // BLOCK][number] = entry
        for block, theirs in blocks.items():
            self._enter(block, theirs, {number for number in theirs if anew.get(number)})

    def _enter(self, block: int, entries: Mapping[int, Entry], anew: Collection[int]) -> None:
        wanted: dict[int, int] = defaultdict(int)
        for number, entry in entries.items():
            for term in (*entry.terms, *entry.facets):
                wanted[term] |= _bit(number)
        if anew:
            before = self._rows(block, 0)
        else:
            of_words = [term for term in wanted if term < FIRST_FACET]
            before = self._rows(block, FIRST_FACET) | self._these(block, of_words)
        whole, words_too = _mask(entries), _mask(anew)
        after = {term: bits & ~(whole if term >= FIRST_FACET else words_too) for term, bits in before.items()}
        for term, bits in wanted.items():
            after[term] = after.get(term, 0) | bits
        self._write(block, before, after)

    def drop(self, numbers: Collection[int]) -> None:
        for block, bits in _as_blocks(numbers).items():
            before = {term: found for term, found in self._rows(block, 0).items() if found & bits}
            self._write(block, before, {term: found & ~bits for term, found in before.items()})

    def fill(self, block: int, entries: Mapping[int, int]) -> None:
        """Add these bits, by term: for whoever indexes a whole block. What is owed by itself is left out."""
        owed = self._connection.execute(
            select(unindexed.c.case_number).where(
                unindexed.c.case_number.between(block * BLOCK, (block + 1) * BLOCK - 1)
            )
        )
        without = ~_mask(set(owed.scalars()))
        before = self._these(block, list(entries))
        self._write(block, before, {term: before.get(term, 0) | bits & without for term, bits in entries.items()})

    def set_indexed_from(self, number: int) -> None:
        _SET_COUNTER.run(self._connection, {"counter": _BELOW, "number": number})

    def _these(self, block: int, terms: Sequence[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for start in range(0, len(terms), _AT_ONCE):
            part = terms[start : start + _AT_ONCE]
            rows = self._connection.execute(_THESE, {"in_block": block, "terms": part})
            found |= {row.term: _bits(row.cases) for row in rows}
        return found

    def _rows(self, block: int, first: int) -> dict[int, int]:
        rows = _OF_BLOCK.all(self._connection, {"in_block": block, "first": first})
        return {term: _bits(kept) for term, kept in rows}

    def _write(self, block: int, before: Mapping[int, int], after: Mapping[int, int]) -> None:
        changed = sorted((term, bits) for term, bits in after.items() if bits != before.get(term, 0))
        put = [{"new_term": term, "new_block": block, "new_cases": _bytes(bits)} for term, bits in changed if bits]
        _PUT.run_each(self._connection, put)
        _REMOVE.run_each(self._connection, [{"which": term, "in_block": block} for term, bits in changed if not bits])

    def _last_number(self) -> int:
        return _COUNTER.scalar(self._connection, {"counter": "case"}) or 0


def _owed(rows: Sequence[Any]) -> Owed | None:
    anew: dict[int, bool] = {}
    for row in rows:
        anew[row.case_number] = anew.get(row.case_number, False) or row.anew
    return Owed(tuple(row.id for row in rows), anew) if rows else None


# --- bits -------------------------------------------------------------------------------------------------------------


def _bit(number: int) -> int:
    return 1 << number % BLOCK


def _mask(numbers: Collection[int]) -> int:
    """The bits of numbers of one block."""
    bits = 0
    for number in numbers:
        bits |= _bit(number)
    return bits


def _as_blocks(numbers: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for number in numbers:
        found[number // BLOCK] |= _bit(number)
    return found


def _offsets(bits: int) -> list[int]:
    """Which bits are set, the lowest first."""
    written = f"{bits:b}"[::-1]  # looked through by C: with integers each bit would cost several new ones
    found = []
    place = written.find("1")
    while place >= 0:
        found.append(place)
        place = written.find("1", place + 1)
    return found


def _bytes(bits: int) -> bytes:
    """As a list of places where they are few, else as they are."""
    count = bits.bit_count()
    if count * 2 < _AS_BITS:
        return pack(f">{count}H", *_offsets(bits))
    return bits.to_bytes(_AS_BITS)


def _bits(kept: bytes) -> int:
    if len(kept) == _AS_BITS:
        return int.from_bytes(kept)
    return sum(map(_BITS.__getitem__, unpack(f">{len(kept) // 2}H", kept)))


_BITS: Final = tuple(1 << place for place in range(BLOCK))


def _both(found: Mapping[int, int], *others: Mapping[int, int]) -> dict[int, int]:
    """The cases that are also in one of the others."""
    both: dict[int, int] = {}
    for block, bits in found.items():
        bits &= reduce(or_, (other.get(block, 0) for other in others))
        if bits:
            both[block] = bits
    return both


def _chunks(lowest: int, highest: int, *, rising: bool) -> Iterator[tuple[int, int]]:
    """Ranges of blocks from one end to the other, each four times as long as the one before."""
    length = _FIRST_BLOCKS
    while lowest <= highest:
        if rising:
            yield lowest, min(highest, lowest + length - 1)
            lowest += length
        else:
            yield max(lowest, highest - length + 1), highest
            highest -= length
        length *= 4
