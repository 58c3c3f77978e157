"""The journals are compared with their seals: page by page, each a short look, beside everything else.

Up to the last seal nothing changes any more but for words that /forget empties, so that pages read one after the other
fit together whatever is written meanwhile.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, type_coerce
from sqlalchemy.types import NullType

from liaisonbot.audit import Counts, Finding, Wrong
from storage.schema.sealing import erasures, seal_heads, seals
from storage.sealed import JOURNALS, Content, SealedJournal, link
from storage.seals import Head, read_heads
from storage.statements import whatever_stands

PAGE: Final = 1000
_REMEMBERED: Final = 1000
"""So many entries that are not as they were sealed are compared with each other, to find those that changed places."""
_FROM_BEFORE_ALL: Final = -(2**63)
_NAME: Final = re.compile(r"(\d+(?:\.\d+)*)-([0-9a-f]{16})", re.ASCII)

_SEALS: Final = (
    select(
        seals.c.entry,
        seals.c.subject,
        *(type_coerce(digest, NullType()) for digest in (seals.c.content, seals.c.words, seals.c.link)),
    )
    .where(
        seals.c.journal == bindparam("which"), seals.c.entry > bindparam("after"), seals.c.entry <= bindparam("last")
    )
    .order_by(seals.c.entry)
    .limit(bindparam("limit"))
)
_ENTRIES: Final = {
    sealed.key: sealed.columns.where(sealed.id > bindparam("after"), sealed.id <= bindparam("last"))
    .order_by(sealed.id)
    .limit(bindparam("limit"))
    for sealed in JOURNALS
}
_ERASED: Final = select(erasures.c.entry).where(
    erasures.c.journal == bindparam("which"),
    erasures.c.entry > bindparam("after"),
    erasures.c.entry <= bindparam("last"),
)
_WAITING: Final = {
    sealed.key: select(func.count()).select_from(sealed.table).where(sealed.id > bindparam("last"))
    for sealed in JOURNALS
}
_BEYOND: Final = select(func.max(seals.c.entry)).where(seals.c.journal == bindparam("which"))
_TOTAL: Final = select(func.sum(seal_heads.c.entries))


class NotAHead(ValueError):
    """What was given is not what an audit prints as the head."""


@dataclass(frozen=True, slots=True)
class NotedHead:
    """A head that somebody noted down: how many entries each journal had, and a digest of the links there."""

    counts: tuple[int, ...]
    digest: str

    @classmethod
    def of(cls, written: str) -> NotedHead:
        """Raises NotAHead."""
        found = _NAME.fullmatch(written.strip())
        counts = tuple(map(int, found[1].split("."))) if found else ()
        if found is None or len(counts) > len(JOURNALS):
            raise NotAHead(written)
        return cls(counts, found[2])

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.counts))}-{self.digest}"


def head_of(links: Sequence[tuple[int, bytes]]) -> NotedHead:
    """The head that says so many entries, and these last links."""
    digest = blake2b(b"".join(end for _, end in links), digest_size=8).hexdigest()
    return NotedHead(tuple(count for count, _ in links), digest)


def current_head(connection: Connection) -> NotedHead:
    """Where the chains end, as the database says; nothing is checked."""
    heads = read_heads(connection)
    found = [(sealed, heads.get(sealed.key)) for sealed in JOURNALS]
    return head_of([(head.entries, head.link) if head else (0, sealed.beginning) for sealed, head in found])


def total(connection: Connection) -> int:
    """How many entries are sealed, as the database says."""
    return int(connection.execute(_TOTAL).scalar() or 0)


class Audit:
    """One audit: ``page`` is called until it says there is no more. ``noted``: a head that must be passed through."""

    def __init__(self, noted: NotedHead | None = None) -> None:
        self.counts: dict[str, Counts] = {}
        self._found: dict[tuple[str, Wrong], Finding] = {}
        self._noted = noted
        self._links: list[tuple[int, bytes]] = []
        self._noted_links: list[tuple[int, bytes]] = []
        self._left = list(JOURNALS)
        self._at: _Chain | None = None

    def page(self, connection: Connection, limit: int = PAGE) -> bool:
        """Look at the next so many entries; whether there are more."""
        if self._at is None:
            sealed = self._left.pop(0)
            counts = self._noted.counts if self._noted else ()
            place = len(self._links)
            self._at = _Chain(connection, sealed, counts[place] if place < len(counts) else None)
        if not self._at.page(connection, limit):
            self._finish(connection, self._at)
            self._at = None
        return bool(self._left or self._at)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, the first of each kind in each journal."""
        return list(self._found.values())

    @property
    def head(self) -> NotedHead:
        """The head of what was gone through."""
        return head_of(self._links)

    @property
    def looked_at(self) -> int:
        """How many seals were compared so far."""
        return sum(counts.sealed for counts in self.counts.values()) + (self._at.counts.sealed if self._at else 0)

    def _finish(self, connection: Connection, chain: _Chain) -> None:
        chain.end(connection)
        self.counts[chain.sealed.key] = chain.counts
        self._links.append((chain.counts.sealed, chain.stored))
        if chain.noted is not None and chain.noted_link is not None:
            self._noted_links.append((chain.noted, chain.noted_link))
        for finding in chain.findings:
            self._find(finding)
        if not self._left and self._noted is not None:
            self._compare(self._noted)

    def _find(self, finding: Finding) -> None:
        kind = (finding.journal, finding.wrong)
        before = self._found.get(kind)
        self._found[kind] = finding if before is None else replace(before, more=before.more + 1 + finding.more)

    def _compare(self, noted: NotedHead) -> None:
        short = [
            (sealed, wanted - here)
            for sealed, wanted, (here, _) in zip(JOURNALS, noted.counts, self._links, strict=False)
            if here < wanted
        ]
        for sealed, lacking in short:
            self._find(Finding(sealed.key, Wrong.OLDER, other=lacking))
        if not short and head_of(self._noted_links) != noted:
            self._find(Finding("", Wrong.NOT_THE_SAME))


@dataclass(frozen=True, slots=True)
class _Seal:
    entry: int
    subject: int
    content: bytes
    words: bytes | None
    link: bytes


class _Chain:
    """One journal's entries beside its seals, both in the order of their numbers."""

    def __init__(self, connection: Connection, sealed: SealedJournal, noted: int | None) -> None:
        self.sealed = sealed
        self.counts = Counts()
        self.noted = noted
        self.noted_link = sealed.beginning if noted == 0 else None
        self.stored = self._reckoned = sealed.beginning
        self._head: Head | None = read_heads(connection).get(sealed.key)
        self._last = self._head.last if self._head else 0
        self._after = _FROM_BEFORE_ALL
        self._last_at: str | None = None
        self._loose: list[Content] = []
        self._found: dict[Wrong, Finding] = {}
        self._altered: list[tuple[Wrong, _Seal, Content]] = []

    @property
    def findings(self) -> list[Finding]:
        return list(self._found.values())

    # --- a page -------------------------------------------------------------------------------------------------------

    def page(self, connection: Connection, limit: int) -> bool:
        """Whether there are more. A page ends with the last seal, or entry, up to which both were read."""
        values = {"which": self.sealed.key, "after": self._after, "last": self._last, "limit": limit}
        marks = [
            _Seal(entry, subject, *map(_digest_in, digests))
            for entry, subject, *digests in whatever_stands(connection, _SEALS, values)
        ]
        rows = whatever_stands(connection, _ENTRIES[self.sealed.key], values)
        found = [self.sealed.content_of(row) for row in rows]
        ends = [full[-1].entry for full in (marks, found) if len(full) == limit]
        upto = min(ends, default=self._last)
        marks = marks[: bisect_right(marks, upto, key=_number)]
        found = found[: bisect_right(found, upto, key=_number)]
        # Read last: whoever was forgotten since the entries were read is in it.
        erased = frozenset(row.entry for row in whatever_stands(connection, _ERASED, {**values, "last": upto}))
        for seal, content in _side_by_side(marks, found):
            self._compare(seal, content, erased)
        self._after = upto
        return upto < self._last

    def _compare(self, seal: _Seal | None, content: Content | None, erased: frozenset[int]) -> None:
        if seal is None:
            assert content is not None
            self._loose.append(content)
            return
        if content is None:
            self._find(Wrong.MISSING, seal, self._last_at)
        else:
            self._compare_content(seal, content, erased)
            self._last_at = content.at
        self._follow(seal)

    def _compare_content(self, seal: _Seal, content: Content, erased: frozenset[int]) -> None:
        wrong = _wrong(seal, content)
        if wrong is Wrong.EMPTIED and seal.entry in erased:
            self.counts.emptied += 1
        elif wrong is not None and len(self._altered) < _REMEMBERED:
            self._altered.append((wrong, seal, content))
        elif wrong is not None:
            self._find(wrong, seal, content.at)

    def _follow(self, seal: _Seal) -> None:
        """Whether the seal follows from the one before, as that stands there or as it should."""
        self.counts.sealed += 1
        loose, self._loose = self._loose, []
        before = next((end for end in (self.stored, self._reckoned) if _next(end, seal) == seal.link), None)
        if before is not None:
            self._put_in(loose)
        elif loose and _next(_through(self.stored, loose), seal) == seal.link:
            for content in loose:
                self._find(Wrong.UNSEALED, content, content.at)
        else:
            self._put_in(loose)
            self._find(Wrong.BROKEN, seal, self._last_at)
        self._reckoned = _next(self.stored if before is None else before, seal)
        self.stored = seal.link
        if self.counts.sealed == self.noted:
            self.noted_link = seal.link

    def _put_in(self, loose: Sequence[Content]) -> None:
        for content in loose:
            self._find(Wrong.PUT_IN, content, content.at)

    # --- the end ------------------------------------------------------------------------------------------------------

    def end(self, connection: Connection) -> None:
        """What can be said only when all was read."""
        self._name_the_altered()
        ((newest,),) = whatever_stands(connection, _BEYOND, {"which": self.sealed.key})
        # In this order: what is sealed meanwhile is in the head when it is among the seals.
        head = read_heads(connection).get(self.sealed.key)
        last = head.last if head else 0
        sealed_up_to = self._head.entries if self._head else 0
        if self._loose or self.counts.sealed != sealed_up_to or not _is_within(newest, last):
            self._missing_at_the_end(sealed_up_to)
        elif self._head is not None and self._head.link != self.stored:
            self._found.setdefault(
                Wrong.BROKEN, Finding(self.sealed.key, Wrong.BROKEN, self._head.last, None, self._last_at)
            )
        waiting = connection.execute(_WAITING[self.sealed.key], {"last": max(last, self._last)}).scalar()
        self.counts.waiting = int(waiting or 0)

    def _missing_at_the_end(self, wanted: int) -> None:
        before = set(self._found)  # who lacks a seal in the middle is missed here as well
        for content in self._loose:
            self._find(Wrong.UNSEALED, content, content.at)
        if self.counts.sealed >= wanted:
            self._found[Wrong.END] = Finding(self.sealed.key, Wrong.END, at=self._last_at)
            return
        lacking = wanted - self.counts.sealed - len(self._loose)
        if lacking > 0 and not {Wrong.UNSEALED, Wrong.BROKEN} & before:
            self._found[Wrong.CUT] = Finding(self.sealed.key, Wrong.CUT, at=self._last_at, other=lacking)

    def _name_the_altered(self) -> None:
        """Those that were changed, and those that have only changed places."""
        places: dict[bytes, list[_Seal]] = defaultdict(list)
        for _, seal, _ in self._altered:
            places[seal.content].append(seal)
        for wrong, seal, content in self._altered:
            homes = [] if wrong is Wrong.EMPTIED else places.get(content.content, [])
            fits = (home.entry for home in homes if home is not seal and content.words in (home.words, None))
            home = next(fits, None)
            self._find(wrong if home is None else Wrong.MOVED, seal, content.at, home)

    def _find(self, wrong: Wrong, what: _Seal | Content, at: str | None, other: int | None = None) -> None:
        before = self._found.get(wrong)
        if before is not None:
            self._found[wrong] = replace(before, more=before.more + 1)
        else:
            subject = what.subject if isinstance(what.subject, int) else None  # else: who knows what stands there
            self._found[wrong] = Finding(self.sealed.key, wrong, what.entry, subject, at, other)


def _wrong(seal: _Seal, content: Content) -> Wrong | None:
    """What of the entry is not as it was sealed."""
    if (content.content, content.subject) != (seal.content, seal.subject):
        return Wrong.CHANGED
    if content.words == seal.words and content.has_words == (seal.words is not None):
        return None
    return Wrong.WORDS if content.has_words else Wrong.EMPTIED


def _digest_in(value: Any) -> Any:
    return value if value is None or isinstance(value, bytes) else repr(value).encode()


def _is_within(newest: Any, last: int) -> bool:
    return newest is None or (isinstance(newest, int) and newest <= last)


def _number(what: _Seal | Content) -> int:
    return what.entry


def _next(before: bytes, what: _Seal | Content) -> bytes:
    return link(before, what.entry, what.subject, what.content, what.words)


def _through(before: bytes, loose: Sequence[Content]) -> bytes:
    for content in loose:
        before = _next(before, content)
    return before


def _side_by_side(marks: list[_Seal], found: list[Content]) -> Iterator[tuple[_Seal | None, Content | None]]:
    """Seal and entry of the same number together, in the order of the numbers; what one side lacks is None."""
    place, end = 0, len(found)
    for seal in marks:
        while place < end and found[place].entry < seal.entry:
            yield None, found[place]
            place += 1
        if place < end and found[place].entry == seal.entry:
            yield seal, found[place]
            place += 1
        else:
            yield seal, None
    for content in found[place:]:
        yield None, content
