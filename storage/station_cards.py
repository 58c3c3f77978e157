"""The station's card in each group."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, true, update

from liaisonbot.announcements import StationCard
from storage.schema import groups, station_cards
from storage.statements import AnyRow, PerEngine

_WANTED: Final = (
    select(
        groups.c.chat_id,
        groups.c.station_id,
        groups.c.language,
        station_cards.c.message_id,
        station_cards.c.wording,
        station_cards.c.pinned,
        station_cards.c.checked_at,
    )
    .join(station_cards, station_cards.c.chat_id == groups.c.chat_id, isouter=True)
    .where(groups.c.station_id.isnot(None), groups.c.present == true())
)
_IN_ORDER: Final = _WANTED.order_by(groups.c.chat_id)
_OF_GROUP: Final = _WANTED.where(groups.c.chat_id == bindparam("chat"))
_KEPT: Final = ("message_id", "wording", "pinned", "checked_at")


def _upsert(insert: Any) -> Any:
    statement = insert(station_cards)
    fresh = {name: statement.excluded[name] for name in _KEPT}
    return statement.on_conflict_do_update(index_elements=[station_cards.c.chat_id], set_=fresh)


_SAVE: Final = PerEngine(_upsert)
_DROP: Final = (
    delete(station_cards)
    .where(station_cards.c.chat_id == bindparam("chat"))
    .returning(station_cards.c.chat_id, station_cards.c.message_id, station_cards.c.pinned)
)
_DROP_OLD: Final = delete(station_cards).where(station_cards.c.chat_id == bindparam("new"))
_MOVE: Final = (
    update(station_cards)
    .where(station_cards.c.chat_id == bindparam("old"))
    .values(chat_id=bindparam("new"), message_id=None, wording=None, pinned=False)
)
_THERE: Final = select(station_cards.c.chat_id).where(station_cards.c.chat_id == bindparam("old"))


class SqlStationCards:
    """See ``ports.StationCards``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wanted(self) -> list[StationCard]:
        return [_card(row) for row in self._connection.execute(_IN_ORDER)]

    def get(self, chat_id: int) -> StationCard | None:
        row = self._connection.execute(_OF_GROUP, {"chat": chat_id}).first()
        return None if row is None else _card(row)

    def save(self, card: StationCard) -> None:
        values = {"chat_id": card.chat_id, **{name: getattr(card, name) for name in _KEPT}}
        self._connection.execute(_SAVE.on(self._connection), values)

    def drop(self, chat_id: int) -> StationCard | None:
        row = self._connection.execute(_DROP, {"chat": chat_id}).first()
        return None if row is None else StationCard(row.chat_id, 0, None, row.message_id, None, row.pinned)

    def moved(self, old: int, new: int) -> None:
        """A group became a supergroup: its card stands in the old one, and a new one has to be posted."""
        if self._connection.execute(_THERE, {"old": old}).first() is None:
            return
        for statement in (_DROP_OLD, _MOVE):
            self._connection.execute(statement, {"old": old, "new": new})


def _card(row: AnyRow) -> StationCard:
    values = dict(row._mapping)
    return StationCard(**{**values, "pinned": bool(values["pinned"])})
