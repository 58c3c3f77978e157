"""What was set aside, for ``bot.py set-aside``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from liaisonbot import as_json, incoming, outgoing
from liaisonbot.ports import SetAside
from storage import wakeups
from storage.schema import inbox, outbox

_INBOX_ASIDE = inbox.c.state == "aside"
_OUTBOX_ASIDE = outbox.c.state == "aside"
_UPDATES = sa.select(inbox.c.update_id, inbox.c.handled_at, inbox.c.error, inbox.c.payload).where(_INBOX_ASIDE)
_MESSAGES = sa.select(outbox.c.id, outbox.c.promised_at, outbox.c.error, outbox.c.payload).where(_OUTBOX_ASIDE)


class SqlSetAsides:
    """Keeps the promises of :class:`liaisonbot.ports.SetAsides`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def list(self) -> list[SetAside]:
        updates = self._connection.execute(_UPDATES.order_by(inbox.c.update_id)).all()
        messages = self._connection.execute(_MESSAGES.order_by(outbox.c.id)).all()
        return [*map(_update, updates), *map(_message, messages)]

    def get(self, name: str) -> SetAside | None:
        kind, number = _parse(name)
        if kind == "u":
            row = self._connection.execute(_UPDATES.where(inbox.c.update_id == number)).first()
            return None if row is None else _update(row)
        if kind == "m":
            row = self._connection.execute(_MESSAGES.where(outbox.c.id == number)).first()
            return None if row is None else _message(row)
        return None

    def retry(self, name: str) -> bool:
        kind, number = _parse(name)
        if kind == "u":
            wakeups.notify(self._connection, incoming.WAKE_UP)
            return self._change_update(number, state="new", handled_at=None, not_before=None, error=None)
        if kind == "m":
            wakeups.notify(self._connection, outgoing.WAKE_UP)
            fresh = {"state": "due", "attempts": 0, "retry_at": None, "error": None}
            statement = sa.update(outbox).where(outbox.c.id == number, _OUTBOX_ASIDE).values(fresh)
            return self._connection.execute(statement).rowcount == 1
        return False

    def drop(self, name: str) -> bool:
        kind, number = _parse(name)
        if kind == "u":
            # Its id stays until it is purged: should Telegram repeat the update, it is on record.
            return self._change_update(number, state="done", payload=None, not_before=None)
        if kind == "m":
            return self._connection.execute(sa.delete(outbox).where(outbox.c.id == number, _OUTBOX_ASIDE)).rowcount == 1
        return False

    def _change_update(self, update_id: int, **values: Any) -> bool:
        statement = sa.update(inbox).where(inbox.c.update_id == update_id, _INBOX_ASIDE).values(values)
        return self._connection.execute(statement).rowcount == 1


def _parse(name: str) -> tuple[str, int]:
    number = name[1:]
    if name[:1] not in {"u", "m"} or not number.isdecimal() or int(number) >= 2**63:
        return "", 0
    return name[0], int(number)


def _update(row: sa.Row[*tuple[Any, ...]]) -> SetAside:
    return SetAside("update", row.update_id, row.handled_at, row.error or "", row.payload or "")


def _message(row: sa.Row[*tuple[Any, ...]]) -> SetAside:
    return SetAside("message", row.id, row.promised_at, row.error or "", as_json.text(row.payload))
