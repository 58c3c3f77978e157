"""How many open cases each deputy has: counted on with every change of a case, so that nobody counts cases.

Every case that is routed asks. The writer keeps the numbers it has read (``storage/kept.py``), and counts on with them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select

from storage import kept
from storage.ready import Ready
from storage.schema import cases, deputy_loads
from storage.statements import STILL_OPEN

_SLOTS: Final = tuple(f"deputy_{i}" for i in range(16))
_NOBODY: Final[Mapping[str, int | None]] = MappingProxyType(dict.fromkeys(_SLOTS))
_COUNTS: Final = Ready(
    select(deputy_loads.c.deputy_id, deputy_loads.c.open_cases).where(
        deputy_loads.c.deputy_id.in_([bindparam(slot, type_=BigInteger) for slot in _SLOTS])
    )
)
_SHIFT: Final = Ready(
    lambda insert: (
        insert(deputy_loads)
        .values(deputy_id=bindparam("deputy"), open_cases=bindparam("by"))
        .on_conflict_do_update(
            index_elements=[deputy_loads.c.deputy_id], set_={"open_cases": deputy_loads.c.open_cases + bindparam("by")}
        )
    )
)


def of(connection: Connection, deputy_ids: Collection[int]) -> dict[int, int]:
    """Those deputies' numbers, by roster id; 0 for whoever never had a case."""
    known = kept.of(connection, "loads")
    asked = [deputy for deputy in deputy_ids if deputy not in known]
    for start in range(0, len(asked), len(_SLOTS)):
        some = asked[start : start + len(_SLOTS)]
        known |= dict.fromkeys(some, 0)
        places = dict(zip(_SLOTS, some, strict=False))
        known |= {row.deputy_id: row.open_cases for row in _COUNTS.all(connection, {**_NOBODY, **places})}
    return {deputy: known[deputy] for deputy in deputy_ids}


def shift(connection: Connection, before: int | None, after: int | None) -> None:
    """A case that is open went from one deputy to another; None: to or from nobody, or it is not open there."""
    if before == after:
        return
    known = kept.of(connection, "loads", counting=True)
    shifts = [(before, -1), (after, 1)]
    for deputy, by in sorted((deputy, by) for deputy, by in shifts if deputy is not None):
        _SHIFT.run(connection, {"deputy": deputy, "by": by})
        if deputy in known:
            known[deputy] += by


def recount(connection: Connection) -> None:
    """Count anew: for whoever has put cases into the table without ``SqlCases``."""
    counted = (
        select(cases.c.deputy_id, func.count())
        .where(STILL_OPEN, cases.c.deputy_id.isnot(None))
        .group_by(cases.c.deputy_id)
    )
    connection.execute(delete(deputy_loads))
    connection.execute(insert(deputy_loads).from_select(["deputy_id", "open_cases"], counted))
    kept.of(connection, "loads").clear()
