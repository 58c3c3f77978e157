"""Entries of the journals are sealed soon after they were committed, in the order of their numbers.

Numbers are taken before the commit. On PostgreSQL an entry may therefore appear below one that stands there already; it
is told from one that somebody put in later by waiting: an entry is sealed once every unit has ended that was under way
when the entry was there to be seen. From then on nothing can come below it any more, and what does was put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, literal, select, type_coerce, union_all, update
from sqlalchemy.types import NullType

from storage.lanes import ROAD
from storage.schema.sealing import restores, seal_heads, seals
from storage.sealed import JOURNALS, Content, SealedJournal, link, new_salt
from storage.statements import PerEngine, whatever_stands

AT_ONCE: Final = 500
"""So many entries of each journal one call seals: a few milliseconds."""

_HEADS: Final = select(
    seal_heads.c.journal,
    seal_heads.c.entries,
    seal_heads.c.last,
    type_coerce(seal_heads.c.link, NullType()).label("link"),
)
_LOCKED_HEADS: Final = _HEADS.with_for_update()
_BEGIN: Final = PerEngine(lambda insert: insert(seal_heads).on_conflict_do_nothing())
_SEAL: Final = insert(seals)
_MOVE: Final = (
    update(seal_heads)
    .where(seal_heads.c.journal == bindparam("which"))
    .values(entries=bindparam("count"), last=bindparam("entry"), link=bindparam("ends"), at=bindparam("now"))
)
_NEWEST: Final = union_all(
    *(select(literal(sealed.key).label("key"), func.max(sealed.id).label("newest")) for sealed in JOURNALS)
)
_MARKS: Final = {
    sealed.key: select(
        func.max(
            select(sealed.id)
            .where(sealed.id > bindparam("last"))
            .order_by(sealed.id)
            .limit(bindparam("limit"))
            .subquery()
            .c.id
        )
    )
    for sealed in JOURNALS
}
_ENTRIES: Final = {
    sealed.key: sealed.columns.where(sealed.id > bindparam("last"), sealed.id <= bindparam("mark")).order_by(sealed.id)
    for sealed in JOURNALS
}
_UNSALTED: Final = {
    sealed.key: select(sealed.id)
    .where(sealed.id.in_(bindparam("entries", expanding=True)), sealed.salt.is_(None))
    .with_for_update()
    for sealed in JOURNALS
    if sealed.erasable
}
_SALTED: Final = {
    sealed.key: update(sealed.table).where(sealed.id == bindparam("entry")).values(salt=bindparam("grain"))
    for sealed in JOURNALS
    if sealed.erasable
}
# Every unit that writes holds this lock. Behind the stroke stands the number of its transaction, if it is in one.
_UNDER_WAY: Final = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (
        SELECT oid FROM pg_database WHERE datname = current_database()
    ) AND (classid::bigint << 32 | objid::bigint) = %(road)s AND virtualtransaction NOT LIKE '%%/0'
      AND pid <> pg_backend_pid()"""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal's chain ends."""

    entries: int
    last: int
    link: bytes


class Sealer:
    """Seals what was committed. Any process may; of two at a time one waits for the other."""

    def __init__(self) -> None:
        self._marks: Mapping[str, int] = {}
        self._under_way: frozenset[str] = frozenset()

    def anything(self, connection: Connection) -> bool:
        """Whether there are entries without a seal. Cheap: it is asked every second or so."""
        heads = read_heads(connection)
        newest = {row.key: row.newest or 0 for row in connection.execute(_NEWEST)}
        return any(newest[sealed.key] > _last_of(heads, sealed) for sealed in JOURNALS)

    def seal(self, connection: Connection, now: datetime, at_once: int = AT_ONCE) -> int:
        """Seal what can be sealed now, and return how much that was.

        Nothing, where units are under way that were so the last time: ask again in a moment. On PostgreSQL for READ
        COMMITTED, where each statement sees what was committed by then.
        """
        heads = _locked(connection, now)
        if not self._marks:
            # Looked at in this order: whoever has a number up to the marks is seen under way, or has ended.
            self._marks = _marks(connection, heads, at_once)
            self._under_way = under_way(connection)
        marks, waited_for = self._marks, self._under_way
        if waited_for and waited_for & under_way(connection):
            return 0
        self._marks = {}
        return sum(_seal(connection, sealed, heads[sealed.key], marks[sealed.key], now) for sealed in JOURNALS)


def read_heads(connection: Connection) -> dict[str, Head]:
    """Where the chains end; a journal that was never sealed is missing."""
    return _heads(whatever_stands(connection, _HEADS))


def note_restored(connection: Connection, head: str, now: datetime) -> None:
    """A backup was put back in the place of a database whose chains ended at ``head``."""
    connection.execute(insert(restores), {"head": head, "at": now})


def under_way(connection: Connection) -> frozenset[str]:
    """The other units, of all processes, that are writing at this moment; none on SQLite, where we are the one."""
    if connection.dialect.name == "sqlite":
        return frozenset()
    return frozenset(connection.exec_driver_sql(_UNDER_WAY, {"road": ROAD}).scalars())


def _heads(rows: Sequence[Any]) -> dict[str, Head]:
    """Those that say what a head says: what else somebody put there is none."""
    return {row.journal: Head(row.entries, row.last, bytes(row.link)) for row in rows if _is_a_head(row)}


def _is_a_head(row: Any) -> bool:
    return isinstance(row.entries, int) and isinstance(row.last, int) and isinstance(row.link, bytes | memoryview)


def _last_of(heads: Mapping[str, Head], sealed: SealedJournal) -> int:
    head = heads.get(sealed.key)
    return 0 if head is None else head.last


def _locked(connection: Connection, now: datetime) -> dict[str, Head]:
    heads = _heads(connection.execute(_LOCKED_HEADS).all())
    missing = [sealed for sealed in JOURNALS if sealed.key not in heads]
    if missing:
        rows = [
            {"journal": sealed.key, "entries": 0, "last": 0, "link": sealed.beginning, "at": now} for sealed in missing
        ]
        connection.execute(_BEGIN.on(connection), rows)
        heads = _heads(connection.execute(_LOCKED_HEADS).all())
    return heads


def _marks(connection: Connection, heads: Mapping[str, Head], at_once: int) -> dict[str, int]:
    marks = {}
    for sealed in JOURNALS:
        values = {"last": heads[sealed.key].last, "limit": at_once}
        marks[sealed.key] = connection.execute(_MARKS[sealed.key], values).scalar() or 0
    return marks


def _seal(connection: Connection, sealed: SealedJournal, head: Head, mark: int, now: datetime) -> int:
    if mark <= head.last:
        return 0
    ends, rows = head.link, []
    for found in _contents(connection, sealed, head.last, mark):
        ends = link(ends, found.entry, found.subject, found.content, found.words)
        seal = {"content": found.content, "words": found.words, "link": ends}
        rows.append({"journal": sealed.key, "entry": found.entry, "subject": found.subject, **seal})
    if rows:
        connection.execute(_SEAL, rows)
        moved = {"count": head.entries + len(rows), "entry": rows[-1]["entry"], "ends": ends, "now": now}
        connection.execute(_MOVE, {"which": sealed.key, **moved})
    return len(rows)


def _contents(connection: Connection, sealed: SealedJournal, last: int, mark: int) -> list[Content]:
    """The entries up to the mark. Words that were written without a salt, before there were seals, get theirs now."""
    values = {"last": last, "mark": mark}
    found = [sealed.content_of(row) for row in connection.execute(_ENTRIES[sealed.key], values)]
    unsalted = [content.entry for content in found if content.has_words and not content.salted]
    if not unsalted:
        return found
    # Whoever empties them meanwhile has to wait, and finds the salt.
    held = connection.execute(_UNSALTED[sealed.key], {"entries": unsalted}).scalars().all()
    connection.execute(_SALTED[sealed.key], [{"entry": entry, "grain": new_salt(True)} for entry in held])
    return [sealed.content_of(row) for row in connection.execute(_ENTRIES[sealed.key], values)]
