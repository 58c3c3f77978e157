"""What constituents said in private without naming a case: what waits for a case, and where the rest went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Attachment, LooseWords
from liaisonbot.workflow import Event
from storage.messages import attachments_of, attachments_to_json
from storage.ready import Ready
from storage.schema import delivery_checks, journal, loose_words
from storage.statements import AnyRow

_COLUMNS: Final = (
    loose_words.c.id,
    loose_words.c.person_id,
    loose_words.c.chat_id,
    loose_words.c.message_id,
    loose_words.c.media_group_id,
    loose_words.c.at,
    loose_words.c.text,
    loose_words.c.attachments,
    loose_words.c.case_number,
)
_ADD: Final = Ready(
    lambda insert: (
        insert(loose_words)
        .on_conflict_do_nothing(index_elements=[loose_words.c.chat_id, loose_words.c.message_id])
        .returning(loose_words.c.id)
    )
)
_THIS = loose_words.c.id == bindparam("row")
_MINE = loose_words.c.person_id == bindparam("person")
_GET: Final = Ready(select(*_COLUMNS).where(_THIS))
_WAITING: Final = Ready(select(*_COLUMNS).where(_MINE, loose_words.c.case_number.is_(None)).order_by(loose_words.c.id))
_LATEST: Final = Ready(
    select(*_COLUMNS)
    .where(_MINE, loose_words.c.at >= bindparam("since"), loose_words.c.case_number.isnot(None))
    .order_by(loose_words.c.id.desc())
    .limit(1)
)


def _lately(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.person_id == bindparam("person"), table.c.at >= bindparam("since")


_MAY_FOLLOW: Final = Ready(
    select(
        or_(
            exists().where(*_lately(loose_words), loose_words.c.case_number.isnot(None)),
            exists().where(*_lately(delivery_checks)),
            exists().where(*_lately(journal), journal.c.event == literal_column(f"'{Event.JOINED}'")),
        ).label("anything")
    )
)
_SAID: Final = Ready(
    select(loose_words.c.id)
    .where(_MINE, loose_words.c.at >= bindparam("since"), loose_words.c.case_number == bindparam("number"))
    .limit(1)
)
_ALBUM: Final = (
    select(*_COLUMNS)
    .where(loose_words.c.chat_id == bindparam("chat"), loose_words.c.media_group_id == bindparam("album"))
    .order_by(loose_words.c.message_id)
)
_TOGETHER: Final = select(*_COLUMNS).where(loose_words.c.put_with == bindparam("first")).order_by(loose_words.c.id)
_KEPT_LONG: Final = (
    select(*_COLUMNS)
    .where(loose_words.c.case_number.is_(None), loose_words.c.at <= bindparam("before"))
    .order_by(loose_words.c.id)
    .limit(bindparam("limit"))
)
_PUT: Final = (
    update(loose_words)
    .where(_THIS)
    .values(
        case_number=bindparam("number"), put_with=bindparam("first"), at=bindparam("now"), text=None, attachments=[]
    )
)
_EDIT: Final = (
    update(loose_words)
    .where(
        loose_words.c.chat_id == bindparam("chat"),
        loose_words.c.message_id == bindparam("message"),
        loose_words.c.case_number.is_(None),
    )
    .values(text=bindparam("words"), attachments=bindparam("files"))
)
_PURGE: Final = delete(loose_words).where(loose_words.c.case_number.isnot(None), loose_words.c.at < bindparam("before"))


class SqlLooseWords:
    """See ``ports.LooseWords``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person_id: int, message: IncomingMessage, now: datetime, case: int | None) -> int | None:
        waits = case is None
        values = {
            "person_id": person_id,
            "chat_id": message.place.chat_id,
            "message_id": message.message_id,
            "media_group_id": message.media_group_id,
            "at": now,
            "text": message.text if waits else None,
            "attachments": attachments_to_json(message.attachments) if waits else [],
            "case_number": case,
        }
        row_id: int | None = _ADD.scalar(self._connection, values)
        return row_id

    def get(self, row_id: int) -> LooseWords | None:
        row = _GET.first(self._connection, {"row": row_id})
        return None if row is None else _words(row)

    def waiting(self, person_id: int) -> list[LooseWords]:
        return [_words(row) for row in _WAITING.all(self._connection, {"person": person_id})]

    def latest(self, person_id: int, since: datetime) -> LooseWords | None:
        row = _LATEST.first(self._connection, {"person": person_id, "since": since})
        return None if row is None else _words(row)

    def said(self, person_id: int, case: int, since: datetime) -> bool:
        values = {"person": person_id, "number": case, "since": since}
        return _SAID.first(self._connection, values) is not None

    def may_follow(self, person_id: int, since: datetime) -> bool:
        return bool(_MAY_FOLLOW.scalar(self._connection, {"person": person_id, "since": since}))

    def of_album(self, chat_id: int, media_group_id: str) -> list[LooseWords]:
        return self._list(_ALBUM, chat=chat_id, album=media_group_id)

    def kept_since(self, before: datetime, limit: int = 100) -> list[LooseWords]:
        return self._list(_KEPT_LONG, before=before, limit=limit)

    def put(self, row_id: int, case: int, now: datetime, first: int) -> None:
        self._connection.execute(_PUT, {"row": row_id, "number": case, "now": now, "first": first})

    def together(self, words: LooseWords) -> list[LooseWords]:
        return self._list(_TOGETHER, first=words.id) or [words]

    def edited(self, chat_id: int, message_id: int, text: str | None, attachments: Sequence[Attachment]) -> bool:
        values = {
            "chat": chat_id,
            "message": message_id,
            "words": text,
            "files": attachments_to_json(attachments),
        }
        return self._connection.execute(_EDIT, values).rowcount > 0

    def purge(self, before: datetime) -> None:
        self._connection.execute(_PURGE, {"before": before})

    def _list(self, statement: Select[AnyRow], **values: object) -> list[LooseWords]:
        return [_words(row) for row in self._connection.execute(statement, values)]


def _words(row: AnyRow) -> LooseWords:
    return LooseWords(
        id=row.id,
        person_id=row.person_id,
        chat_id=row.chat_id,
        message_id=row.message_id,
        album=row.media_group_id,
        at=row.at,
        text=row.text,
        attachments=attachments_of(row.attachments),
        case=row.case_number,
    )
