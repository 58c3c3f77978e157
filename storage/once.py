"""What is done once, whatever restarts in between."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.ready import Ready
from storage.schema import done_once

_CLAIM = Ready(lambda insert: insert(done_once).on_conflict_do_nothing().returning(done_once.c.key))
_CLAIMED = Ready(sa.select(done_once.c.at).where(done_once.c.key == sa.bindparam("key")))

_RELEASE = Ready(sa.delete(done_once).where(done_once.c.key == sa.bindparam("key")))
_UNDER = Ready(
    sa.select(done_once.c.key)
    .where(done_once.c.key.startswith(sa.bindparam("beginning", type_=sa.String())))
    .order_by(done_once.c.key)
)
_CLAIMED_AMONG = sa.select(done_once.c.key).where(done_once.c.key.in_(sa.bindparam("keys", expanding=True)))


class SqlOnce:
    """Keeps the promise of :class:`liaisonbot.ports.Once`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claim(self, key: str, now: datetime) -> bool:
        return _CLAIM.first(self._connection, {"key": key, "at": now}) is not None

    def release(self, key: str) -> None:
        _RELEASE.run(self._connection, {"key": key})

    def claimed_among(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(self._connection.execute(_CLAIMED_AMONG, {"keys": list(keys)}).scalars())

    def claimed_under(self, word: str) -> list[str]:
        return _UNDER.scalars(self._connection, {"beginning": f"{word}:"})

    def claimed(self, key: str) -> bool:
        return _CLAIMED.first(self._connection, {"key": key}) is not None
