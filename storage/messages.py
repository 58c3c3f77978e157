"""The messages of the cases, and the parts of albums that are not part of one yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, false, func, insert, or_, select, true, update

from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Attachment, CaseMessage, FormerWords, Replaced
from liaisonbot.vocabulary import MessageKind, Role
from storage.finding import SqlFinding
from storage.grouping import grouped
from storage.ready import Numbered, Ready
from storage.schema import (
    case_authors,
    case_messages,
    delivery_checks,
    loose_album_parts,
    message_deliveries,
    message_versions,
)
from storage.statements import AnyRow, PerEngine

_ADD: Final = Numbered(
    lambda insert: insert(case_messages).on_conflict_do_nothing(
        index_elements=[case_messages.c.chat_id, case_messages.c.message_id]
    ),
    case_messages.c.id,
)
_COLUMNS: Final = (
    case_messages.c.id,
    case_messages.c.case_number,
    case_messages.c.at,
    case_messages.c.by_role,
    case_messages.c.kind,
    case_messages.c.text,
    case_messages.c.attachments,
    case_messages.c.person_id,
    case_messages.c.opening,
    case_messages.c.edited_at,
    case_messages.c.edit_told,
)
_BY_CHAT: Final = Ready(
    select(*_COLUMNS).where(
        case_messages.c.chat_id == bindparam("chat"), case_messages.c.message_id == bindparam("message")
    )
)
_OF_CASE: Final = Ready(
    select(*_COLUMNS)
    .where(case_messages.c.case_number == bindparam("number"))
    .order_by(case_messages.c.at, case_messages.c.id)
)
_OF_ALBUM: Final = (
    select(*_COLUMNS)
    .where(case_messages.c.chat_id == bindparam("chat"), case_messages.c.media_group_id == bindparam("album"))
    .order_by(case_messages.c.id)
    .limit(1)
)
_OPENING: Final = Ready(
    select(case_messages.c.chat_id, case_messages.c.message_id, case_messages.c.attachments)
    .where(
        case_messages.c.case_number == bindparam("number"),
        case_messages.c.opening == true(),
        case_messages.c.chat_id.isnot(None),
    )
    .order_by(case_messages.c.message_id)
)
_THIS = case_messages.c.id == bindparam("row")
_AS_IT_IS: Final = select(case_messages.c.case_number, case_messages.c.text).where(_THIS)
_KEEP_OLD: Final = insert(message_versions)
_REPLACE: Final = update(case_messages).where(_THIS).values(text=bindparam("words"), edited_at=bindparam("now"))
_REPLACE_FILES: Final = update(case_messages).where(_THIS).values(attachments=bindparam("files"))
_WHOLE: Final = select(case_messages).where(_THIS)
_NOT_FROM_CHAT: Final = update(case_messages).where(_THIS).values(chat_id=None, message_id=None, media_group_id=None)
_SAY: Final = insert(case_messages)
_OF_THE_OLD: Final = frozenset({"id", "opening", "edit_told", "delivered_at"})
"""What a message that is said anew does not have from the one before."""
_EDIT_TOLD: Final = update(case_messages).where(_THIS).values(edit_told=true())
_FORMER: Final = (
    select(
        message_versions.c.case_message_id,
        message_versions.c.text,
        message_versions.c.replaced_at,
        message_versions.c.attachments,
    )
    .join(case_messages, case_messages.c.id == message_versions.c.case_message_id)
    .where(case_messages.c.case_number == bindparam("number"))
    .order_by(message_versions.c.id)
)
_MOVED: Final = select(case_messages.c.id, case_messages.c.case_number).where(
    case_messages.c.chat_id == bindparam("chat"),
    or_(
        case_messages.c.message_id == bindparam("message"),
        case_messages.c.media_group_id == bindparam("album"),
    ),
)
_MOVE: Final = (
    update(case_messages)
    .where(case_messages.c.id.in_(bindparam("rows", expanding=True)))
    .values(case_number=bindparam("number"), opening=true())
)
_NO_PHOTO: Final = (
    update(delivery_checks)
    .where(delivery_checks.c.message_id.in_(bindparam("rows", expanding=True)))
    .values(message_id=None)
)
_DELIVERED: Final = update(case_messages).where(_THIS).values(delivered_at=bindparam("delivery"))

_REACHED: Final = Ready(
    lambda insert: (
        insert(message_deliveries)
        .values(case_message_id=bindparam("row"), person_id=bindparam("person"), at=bindparam("now"), arrived=true())
        .on_conflict_do_update(
            index_elements=[message_deliveries.c.case_message_id, message_deliveries.c.person_id],
            set_={"arrived": true(), "at": bindparam("now")},
        )
    )
)
_MISSED: Final = Ready(
    lambda insert: (
        insert(message_deliveries)
        .values(case_message_id=bindparam("row"), person_id=bindparam("person"), at=bindparam("now"), arrived=false())
        .on_conflict_do_nothing()
    )
)
_MISSED_BY: Final = Ready(
    select(case_messages.c.case_number, func.max(case_messages.c.id).label("newest"))
    .join(message_deliveries, message_deliveries.c.case_message_id == case_messages.c.id)
    .join(
        case_authors,
        and_(
            case_authors.c.case_number == case_messages.c.case_number,
            case_authors.c.person_id == message_deliveries.c.person_id,
        ),
    )
    .where(
        message_deliveries.c.person_id == bindparam("person"),
        message_deliveries.c.arrived == false(),
        case_authors.c.left_at.is_(None),
    )
    .group_by(case_messages.c.case_number)
    .order_by(func.max(case_messages.c.id).desc())
)
_DELIVERIES: Final = (
    select(message_deliveries.c.case_message_id, message_deliveries.c.person_id, message_deliveries.c.arrived)
    .join(case_messages, case_messages.c.id == message_deliveries.c.case_message_id)
    .where(case_messages.c.case_number == bindparam("number"))
    .order_by(message_deliveries.c.case_message_id)
)

_EDIT_LOOSE: Final = (
    update(loose_album_parts)
    .where(loose_album_parts.c.chat_id == bindparam("chat"), loose_album_parts.c.message_id == bindparam("message"))
    .values(attachment=bindparam("file"))
)
_KEEP_LOOSE: Final = PerEngine(lambda insert: insert(loose_album_parts).on_conflict_do_nothing())
_TAKE_LOOSE: Final = (
    delete(loose_album_parts)
    .where(
        loose_album_parts.c.chat_id == bindparam("chat"),
        loose_album_parts.c.media_group_id == bindparam("album"),
        loose_album_parts.c.telegram_id == bindparam("telegram"),
    )
    .returning(loose_album_parts.c.message_id, loose_album_parts.c.attachment)
)
_PURGE_LOOSE: Final = delete(loose_album_parts).where(loose_album_parts.c.seen_at < bindparam("before"))


class SqlMessages:
    """See ``ports.Messages``."""

    def __init__(self, connection: Connection, finding: SqlFinding) -> None:
        self._connection = connection
        self._finding = finding

    def add(
        self,
        case: int,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        kind: MessageKind,
        text: str | None,
        attachments: Sequence[Attachment] = (),
        chat_id: int | None = None,
        message_id: int | None = None,
        media_group_id: str | None = None,
        opening: bool = False,
    ) -> int | None:
        values = {
            "case_number": case,
            "at": at,
            "by_role": str(by),
            "person_id": person_id,
            "kind": str(kind),
            "text": text,
            "attachments": attachments_to_json(attachments),
            "chat_id": chat_id,
            "message_id": message_id,
            "media_group_id": media_group_id,
            "opening": opening,
        }
        row_id = _ADD.add(self._connection, values)
        if text and row_id is not None:
            self._finding.owe(case)
        return row_id

    def by_chat(self, chat_id: int, message_id: int) -> CaseMessage | None:
        row = _BY_CHAT.first(self._connection, {"chat": chat_id, "message": message_id})
        return None if row is None else _message(row)

    def first_of_album(self, chat_id: int, media_group_id: str) -> CaseMessage | None:
        row = self._connection.execute(_OF_ALBUM, {"chat": chat_id, "album": media_group_id}).first()
        return None if row is None else _message(row)

    def opening_files(self, case: int) -> list[tuple[int, int]]:
        rows = _OPENING.all(self._connection, {"number": case})
        return [(row.chat_id, row.message_id) for row in rows if row.attachments]

    def public_photo(self, case: int) -> tuple[int, Attachment] | None:
        rows = _OPENING.all(self._connection, {"number": case})
        photos = (
            (row.chat_id, attachment)
            for row in rows
            if row.chat_id < 0
            for attachment in attachments_of(row.attachments)
            if attachment.kind == "photo" and attachment.file_id
        )
        return next(photos, None)

    def of_case(self, case: int) -> list[CaseMessage]:
        return [_message(row) for row in _OF_CASE.all(self._connection, {"number": case})]

    def edit(self, row_id: int, text: str | None, now: datetime, *, files: Replaced | None = None) -> bool:
        """An edit that leaves everything as it is (Telegram reports those too) changes nothing, and is False."""
        row = self._connection.execute(_AS_IT_IS, {"row": row_id}).first()
        if row is None or (row.text == text and files is None):
            return False
        former = None if files is None else attachments_to_json(files.former)
        old = {"case_message_id": row_id, "text": row.text, "replaced_at": now, "attachments": former}
        self._connection.execute(_KEEP_OLD, old)
        self._connection.execute(_REPLACE, {"row": row_id, "words": text, "now": now})
        if files is not None:
            self._connection.execute(_REPLACE_FILES, {"row": row_id, "files": attachments_to_json(files.now)})
        self._finding.owe(row.case_number, anew=True)
        return True

    def former(self, case: int) -> Mapping[int, Sequence[FormerWords]]:
        rows = grouped(self._connection.execute(_FORMER, {"number": case}), "case_message_id")
        return {id_: [_former(row) for row in each] for id_, each in rows.items()}

    def say_anew(self, row_id: int, to: int, text: str | None, now: datetime, *, files: Replaced | None = None) -> None:
        row = self._connection.execute(_WHOLE, {"row": row_id}).mappings().one()
        anew = {name: value for name, value in row.items() if name not in _OF_THE_OLD}
        anew |= {"case_number": to, "at": now, "edited_at": now, "text": text}
        if files is not None:
            anew["attachments"] = attachments_to_json(files.now)
        self._connection.execute(_NOT_FROM_CHAT, {"row": row_id})
        self._connection.execute(_SAY, anew)
        self._finding.owe(to)

    def edit_told(self, row_id: int) -> None:
        self._connection.execute(_EDIT_TOLD, {"row": row_id})

    def move(self, chat_id: int, message_id: int, media_group_id: str | None, to: int) -> None:
        wanted = {"chat": chat_id, "message": message_id, "album": media_group_id}
        found = self._connection.execute(_MOVED, wanted).all()
        rows = [row.id for row in found]
        for number in sorted({to, *(row.case_number for row in found)}):
            self._finding.owe(number, anew=True)
        self._connection.execute(_MOVE, {"rows": rows, "number": to})
        self._connection.execute(_NO_PHOTO, {"rows": rows})

    def delivered(self, row_id: int, at: datetime, person_id: int | None = None) -> None:
        self._connection.execute(_DELIVERED, {"row": row_id, "delivery": at})
        if person_id is not None:
            _REACHED.run(self._connection, {"row": row_id, "person": person_id, "now": at})

    def missed(self, row_id: int, at: datetime, person_id: int) -> None:
        _MISSED.run(self._connection, {"row": row_id, "person": person_id, "now": at})

    def missed_by(self, person_id: int) -> Mapping[int, int]:
        return {row.case_number: row.newest for row in _MISSED_BY.all(self._connection, {"person": person_id})}

    def deliveries(self, case: int) -> Mapping[int, Mapping[int, bool]]:
        rows = grouped(self._connection.execute(_DELIVERIES, {"number": case}), "case_message_id")
        return {message: {row.person_id: row.arrived for row in each} for message, each in rows.items()}

    def keep_loose_part(self, message: IncomingMessage) -> None:
        """Only what its sender can claim later: nothing of those who write as the group or as a channel."""
        if message.media_group_id is None or message.sender is None or not message.attachments:
            return
        values = {
            "chat_id": message.place.chat_id,
            "message_id": message.message_id,
            "media_group_id": message.media_group_id,
            "attachment": _to_json(message.attachments[0]),
            "telegram_id": message.sender.telegram_id,
            "seen_at": message.sent_at,
        }
        self._connection.execute(_KEEP_LOOSE.on(self._connection), values)

    def edit_loose_part(self, message: IncomingMessage) -> None:
        if message.media_group_id is not None and message.attachments:
            where = {"chat": message.place.chat_id, "message": message.message_id}
            self._connection.execute(_EDIT_LOOSE, {**where, "file": _to_json(message.attachments[0])})

    def take_loose_parts(self, chat_id: int, media_group_id: str, telegram_id: int) -> list[tuple[int, Attachment]]:
        wanted = {"chat": chat_id, "album": media_group_id, "telegram": telegram_id}
        taken = self._connection.execute(_TAKE_LOOSE, wanted).all()
        return sorted(((row.message_id, _from_json(row.attachment)) for row in taken), key=lambda part: part[0])

    def purge_loose_parts(self, before: datetime) -> None:
        self._connection.execute(_PURGE_LOOSE, {"before": before})


def _to_json(attachment: Attachment) -> dict[str, Any]:
    return {**asdict(attachment), "details": dict(attachment.details)}


def attachments_to_json(attachments: Sequence[Attachment]) -> list[dict[str, Any]]:
    """How the column holds them."""
    return [_to_json(attachment) for attachment in attachments]


def _from_json(raw: Mapping[str, Any]) -> Attachment:
    return Attachment(raw["kind"], raw.get("file_id"), raw.get("details", {}), raw.get("unique_id"))


def attachments_of(raw: Iterable[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """What the column holds, as the office's values."""
    return tuple(_from_json(one) for one in raw)


def _former(row: AnyRow) -> FormerWords:
    files = None if row.attachments is None else attachments_of(row.attachments)
    return FormerWords(row.text, row.replaced_at, files)


def _message(row: AnyRow) -> CaseMessage:
    return CaseMessage(
        id=row.id,
        case=row.case_number,
        at=row.at,
        by=Role(row.by_role),
        kind=MessageKind(row.kind),
        text=row.text,
        attachments=attachments_of(row.attachments),
        person_id=row.person_id,
        opening=row.opening,
        edited_at=row.edited_at,
        edit_told=row.edit_told,
    )
