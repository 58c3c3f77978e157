"""Updates as Telegram gave them, stored before Telegram may forget them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from liaisonbot.ports import StoredUpdate
from storage.ready import Ready
from storage.schema import inbox

_KNOWN = Ready(sa.select(inbox.c.update_id).where(inbox.c.update_id.between(bindparam("first"), bindparam("last"))))
_STORE = Ready(sa.insert(inbox))
_NEW = inbox.c.state == sa.literal_column("'new'")
_PENDING = (
    sa.select(inbox.c.update_id, inbox.c.lane, inbox.c.payload, inbox.c.not_before)
    .where(_NEW, sa.or_(inbox.c.not_before.is_(None), inbox.c.not_before <= bindparam("now")))
    .where(inbox.c.update_id > bindparam("after"))
    .order_by(inbox.c.update_id)
    .limit(bindparam("most"))
)
_NEXT_DEFERRED = sa.select(sa.func.min(inbox.c.not_before)).where(_NEW, inbox.c.not_before.isnot(None))
_HANDLED = Ready(
    sa.update(inbox)
    .where(inbox.c.update_id == bindparam("id"), _NEW)
    .values(state="done", payload=None, lane=0, not_before=None, handled_at=bindparam("now"))
)
_DEFER = Ready(sa.update(inbox).where(inbox.c.update_id == bindparam("id"), _NEW).values(not_before=bindparam("until")))
_SET_ASIDE = Ready(
    sa.update(inbox)
    .where(inbox.c.update_id == bindparam("id"), _NEW)
    .values(state="aside", error=bindparam("why"), handled_at=bindparam("now"))
)
_EMPTY_ASIDE = Ready(
    sa.update(inbox)
    .where(inbox.c.update_id == bindparam("id"), _NEW)
    .values(state="aside", error=bindparam("why"), handled_at=bindparam("now"), payload=None, lane=0)
)
_PURGE = sa.delete(inbox).where(inbox.c.handled_at < bindparam("before"), inbox.c.state == sa.literal_column("'done'"))

_BEFORE_ALL = -(2**63)


class SqlInbox:
    """Keeps the promises of :class:`liaisonbot.ports.Inbox`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, updates: Iterable[StoredUpdate], now: datetime) -> list[StoredUpdate]:
        by_id = {update.update_id: update for update in updates}
        if not by_id:
            return []
        bounds = {"first": min(by_id), "last": max(by_id)}
        for update_id in _KNOWN.scalars(self._connection, bounds):
            by_id.pop(update_id, None)
        rows = [
            {"update_id": update.update_id, "lane": update.lane, "payload": update.payload, "received_at": now}
            for update in by_id.values()
        ]
        if rows:
            _STORE.run_each(self._connection, rows)
        return list(by_id.values())

    def pending(self, now: datetime, after: int | None = None, limit: int = 500) -> list[StoredUpdate]:
        wanted = {"now": now, "after": _BEFORE_ALL if after is None else after, "most": limit}
        return [
            StoredUpdate(row.update_id, row.lane, row.payload or "", deferred=row.not_before is not None)
            for row in self._connection.execute(_PENDING, wanted)
        ]

    def next_deferred(self) -> datetime | None:
        at: datetime | None = self._connection.execute(_NEXT_DEFERRED).scalar_one()
        return at

    def handled(self, update_id: int, now: datetime) -> bool:
        return _HANDLED.run(self._connection, {"id": update_id, "now": now}) == 1

    def defer(self, update_id: int, until: datetime) -> None:
        _DEFER.run(self._connection, {"id": update_id, "until": until})

    def set_aside(self, update_id: int, error: str, now: datetime, *, emptied: bool = False) -> bool:
        return (_EMPTY_ASIDE if emptied else _SET_ASIDE).run(
            self._connection, {"id": update_id, "why": error, "now": now}
        ) == 1

    def purge(self, before: datetime) -> int:
        return self._connection.execute(_PURGE, {"before": before}).rowcount
