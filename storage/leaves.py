"""When deputies are away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, true, update

from liaisonbot.model import Leave
from storage import kept
from storage.ready import Ready
from storage.schema import leaves

_COLUMNS: Final = tuple(leaves.c[name] for name in Leave.__dataclass_fields__)
_standing = select(*_COLUMNS).where(leaves.c.over_at.is_(None)).order_by(leaves.c.first, leaves.c.id)
_begun = _standing.where(leaves.c.first <= bindparam("day", type_=leaves.c.first.type))
_GET: Final = Ready(_standing.where(leaves.c.id == bindparam("leave")))
_ON: Final = Ready(_begun.where(leaves.c.last >= bindparam("day", type_=leaves.c.last.type)))
_OF_DEPUTY: Final = Ready(_standing.where(leaves.c.deputy_id == bindparam("deputy")))
_FOR_DELEGATE: Final = Ready(_standing.where(leaves.c.delegate_id == bindparam("delegate")))
_TO_LEND: Final = Ready(_begun.where(leaves.c.lends == true(), leaves.c.lent_at.is_(None)))
_ENDED: Final = Ready(_begun.where(leaves.c.last < bindparam("day", type_=leaves.c.last.type)))

_ADD: Final = insert(leaves).returning(leaves.c.id)
_this = update(leaves).where(leaves.c.id == bindparam("leave"))
_LEND: Final = Ready(_this.values(lends=true()))
_LENT: Final = Ready(_this.values(lent_at=bindparam("now")))
_STAND_IN: Final = Ready(_this.values(delegate_id=bindparam("delegate", type_=leaves.c.delegate_id.type)))
_OVER: Final = Ready(_this.values(over_at=bindparam("now")))


class SqlLeaves:
    """See ``ports.Leaves``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._away = kept.of(connection, "leaves")
        """By day: every case that is routed asks."""

    def add(self, deputy_id: int, first: date, last: date, delegate_id: int | None, now: datetime) -> Leave:
        values = {"deputy_id": deputy_id, "first": first, "last": last, "delegate_id": delegate_id, "made_at": now}
        self._away.clear()
        made = self._connection.execute(_ADD, values).scalar_one()
        return Leave(made, deputy_id, first, last, delegate_id, lends=False)

    def get(self, leave_id: int) -> Leave | None:
        row = _GET.first(self._connection, {"leave": leave_id})
        return None if row is None else Leave(*row)

    def on(self, day: date) -> Mapping[int, Leave]:
        if day not in self._away:
            self._away.clear()  # a day is asked for as long as it lasts
            self._away[day] = {row.deputy_id: Leave(*row) for row in _ON.all(self._connection, {"day": day})}
        return dict(self._away[day])

    def of_deputy(self, deputy_id: int) -> list[Leave]:
        return [Leave(*row) for row in _OF_DEPUTY.all(self._connection, {"deputy": deputy_id})]

    def for_delegate(self, delegate_id: int) -> list[Leave]:
        return [Leave(*row) for row in _FOR_DELEGATE.all(self._connection, {"delegate": delegate_id})]

    def lend(self, leave_id: int) -> None:
        self._away.clear()
        _LEND.run(self._connection, {"leave": leave_id})

    def lent(self, leave_id: int, now: datetime) -> None:
        self._away.clear()
        _LENT.run(self._connection, {"leave": leave_id, "now": now})

    def to_lend(self, day: date) -> list[Leave]:
        return [Leave(*row) for row in _TO_LEND.all(self._connection, {"day": day})]

    def ended(self, day: date) -> list[Leave]:
        return [Leave(*row) for row in _ENDED.all(self._connection, {"day": day})]

    def stand_in(self, leave_id: int, delegate_id: int | None) -> None:
        self._away.clear()
        _STAND_IN.run(self._connection, {"leave": leave_id, "delegate": delegate_id})

    def over(self, leave_id: int, now: datetime) -> None:
        self._away.clear()
        _OVER.run(self._connection, {"leave": leave_id, "now": now})
