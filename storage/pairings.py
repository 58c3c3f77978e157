"""Deputies paired with households, and what was handed over at the end of a term."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from liaisonbot.pairings import Handover, Pairing
from storage.ready import Ready
from storage.schema.duty import handovers, pairings

_PAIRING: Final = tuple(pairings.c[name] for name in Pairing.__dataclass_fields__)
_HANDOVER: Final = tuple(handovers.c[name] for name in Handover.__dataclass_fields__)
_standing = select(*_PAIRING).where(pairings.c.ended_at.is_(None)).order_by(pairings.c.code)
_GET: Final = Ready(select(*_PAIRING).where(pairings.c.id == bindparam("wanted")))
_BY_CODE: Final = Ready(_standing.where(pairings.c.code == bindparam("wanted")))
_OF_DEPUTY: Final = Ready(_standing.where(pairings.c.deputy_id == bindparam("deputy")))
_STANDING: Final = Ready(_standing)
_GET_HANDOVER: Final = Ready(select(*_HANDOVER).where(handovers.c.id == bindparam("wanted")))
_HANDOVERS_SINCE: Final = Ready(
    select(*_HANDOVER)
    .where(handovers.c.made_at >= bindparam("moment", type_=handovers.c.made_at.type))
    .order_by(handovers.c.id)
)
_OPEN: Final = Ready(
    select(*_HANDOVER)
    .where(handovers.c.acknowledged_at.is_(None), handovers.c.made_at <= bindparam("before"))
    .order_by(handovers.c.id)
)


class SqlPairings:
    """See ``ports.Pairings``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, code: str, deputy_id: int, station_id: int, every_days: int, since: date, person_id: int, now: datetime
    ) -> Pairing:
        values = {
            "code": code,
            "deputy_id": deputy_id,
            "station_id": station_id,
            "every_days": every_days,
            "since": since,
            "person_id": person_id,
            "made_at": now,
        }
        return Pairing(*self._connection.execute(insert(pairings).returning(*_PAIRING), values).one())

    def get(self, pairing_id: int) -> Pairing | None:
        row = _GET.first(self._connection, {"wanted": pairing_id})
        return None if row is None else Pairing(*row)

    def by_code(self, code: str) -> Pairing | None:
        row = _BY_CODE.first(self._connection, {"wanted": code})
        return None if row is None else Pairing(*row)

    def of_deputy(self, deputy_id: int) -> list[Pairing]:
        return [Pairing(*row) for row in _OF_DEPUTY.all(self._connection, {"deputy": deputy_id})]

    def all(self, station_ids: Collection[int] | None = None) -> list[Pairing]:
        found = [Pairing(*row) for row in _STANDING.all(self._connection)]
        return [each for each in found if station_ids is None or each.station_id in station_ids]

    def move(self, pairing_id: int, deputy_id: int) -> None:
        self._connection.execute(update(pairings).where(pairings.c.id == pairing_id).values(deputy_id=deputy_id))

    def end(self, pairing_id: int, now: datetime) -> None:
        self._connection.execute(update(pairings).where(pairings.c.id == pairing_id).values(ended_at=now))


class SqlHandovers:
    """See ``ports.Handovers``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, from_id: int, to_id: int, person_id: int, moved: Mapping[str, int], now: datetime) -> Handover:
        values = {"from_id": from_id, "to_id": to_id, "person_id": person_id, "moved": dict(moved), "made_at": now}
        return Handover(*self._connection.execute(insert(handovers).returning(*_HANDOVER), values).one())

    def get(self, handover_id: int) -> Handover | None:
        row = _GET_HANDOVER.first(self._connection, {"wanted": handover_id})
        return None if row is None else Handover(*row)

    def acknowledge(self, handover_id: int, now: datetime) -> None:
        this = update(handovers).where(handovers.c.id == handover_id)
        self._connection.execute(this.values(acknowledged_at=now))

    def unacknowledged(self, before: datetime) -> list[Handover]:
        return [Handover(*row) for row in _OPEN.all(self._connection, {"before": before})]

    def since(self, moment: datetime) -> list[Handover]:
        return [Handover(*row) for row in _HANDOVERS_SINCE.all(self._connection, {"moment": moment})]
