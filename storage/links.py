"""Which message belongs to which case."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from liaisonbot.model import Link
from liaisonbot.outgoing import CARDS, REPLY
from storage.ready import Ready
from storage.schema import links

_ADD = Ready(lambda insert: insert(links).on_conflict_do_nothing())
_OF_MESSAGE = Ready(
    sa.select(links).where(links.c.chat_id == bindparam("chat"), links.c.message_id == bindparam("message"))
)
IS_CARD = sa.or_(*(links.c.purpose == sa.literal(purpose) for purpose in CARDS))
_NEWEST = Ready(
    sa.select(links.c.chat_id, links.c.purpose, sa.func.max(links.c.message_id).label("message_id"))
    .where(
        links.c.case_number == bindparam("number"),
        sa.or_(links.c.purpose == bindparam("one"), links.c.purpose == bindparam("other")),
    )
    .group_by(links.c.chat_id, links.c.purpose)
    .order_by(links.c.chat_id, sa.func.max(links.c.message_id))
)
_SHOWING = Ready(
    sa.select(links)
    .where(
        links.c.case_number == bindparam("number"),
        links.c.purpose == bindparam("purpose"),
        links.c.shows == bindparam("row"),
    )
    .order_by(links.c.chat_id, links.c.message_id)
)
_FORGET_CARDS = Ready(sa.update(links).where(links.c.chat_id == bindparam("chat"), IS_CARD).values(purpose="old_card"))


class SqlLinks:
    """Keeps the promises of :class:`liaisonbot.ports.Links`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, link: Link) -> None:
        values = {
            "chat_id": link.chat_id,
            "message_id": link.message_id,
            "case_number": link.case,
            "purpose": link.purpose,
            "shows": link.shows,
        }
        _ADD.run(self._connection, values)

    def case_of(self, chat_id: int, message_id: int) -> Link | None:
        row = _OF_MESSAGE.first(self._connection, {"chat": chat_id, "message": message_id})
        return None if row is None else Link(*row)

    def cards(self, case: int) -> list[Link]:
        return self._newest(case, *CARDS)

    def receipts(self, case: int) -> list[Link]:
        return self._newest(case, "receipt", "receipt")

    def _newest(self, case: int, one: str, other: str) -> list[Link]:
        rows = _NEWEST.all(self._connection, {"number": case, "one": one, "other": other})
        return list({row.chat_id: Link(row.chat_id, row.message_id, case, row.purpose) for row in rows}.values())

    def showing(self, case: int, row_id: int, purpose: str = REPLY) -> list[Link]:
        wanted = {"number": case, "row": row_id, "purpose": purpose}
        return [Link(*row) for row in _SHOWING.all(self._connection, wanted)]

    def forget_cards(self, chat_id: int) -> None:
        _FORGET_CARDS.run(self._connection, {"chat": chat_id})
