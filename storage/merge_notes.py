"""Of which other case a merge or a split speaks, where the words of that step were emptied: the number is nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, select

from liaisonbot.workflow import SPLITS, Event
from storage.grouping import grouped
from storage.schema import case_merges
from storage.statements import AnyRow

_merges = select(case_merges.c.case_number, case_merges.c.into_number, case_merges.c.undone_at)
_WENT: Final = _merges.where(case_merges.c.case_number.in_(bindparam("numbers", expanding=True))).order_by(
    case_merges.c.id
)
_CAME: Final = _merges.where(case_merges.c.into_number.in_(bindparam("numbers", expanding=True))).order_by(
    case_merges.c.id
)


def of(connection: Connection, entries: Iterable[AnyRow]) -> Mapping[int, str]:
    """By the entry's id, in the words in which ``merging`` notes it. Only of entries that lost theirs."""
    steps = [entry for entry in entries if entry.event in _NUMBER]
    numbers = {"numbers": sorted({entry.case_number for entry in steps if entry.note is None})}
    if not numbers["numbers"]:
        return {}
    went = grouped(connection.execute(_WENT, numbers), "case_number")
    came = grouped(connection.execute(_CAME, numbers), "into_number")
    found: dict[int, str] = {}
    for number, its in grouped(steps, "case_number").items():
        found |= _of_case(its, went.get(number, []), came.get(number, []))
    return found


def _of_case(steps: Iterable[AnyRow], went: Sequence[AnyRow], came: Sequence[AnyRow]) -> Iterator[tuple[int, str]]:
    """Each merge made one entry here, and one more when it was undone: they come in the same order."""
    notes = {
        "went": iter([f"→ #{merge.into_number}" for merge in went]),
        "came": iter([f"← #{merge.case_number}" for merge in came]),
        "back": iter([f"← #{merge.into_number}" for merge in went if merge.undone_at is not None]),
    }
    for entry in steps:
        note = next(notes[_NUMBER[entry.event]], None)
        if note is not None and entry.note is None:
            yield entry.id, note


_NUMBER: Final[Mapping[str, str]] = {
    Event.MERGED.value: "went",
    Event.JOINED.value: "came",
    **{event.value: "back" for event in SPLITS},
}
