"""The reply templates that deputies have saved for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from liaisonbot.model import OwnTemplate
from liaisonbot.vocabulary import ReplyClass
from storage.ready import Ready
from storage.schema import reply_templates
from storage.statements import AnyRow, clipped

_COLUMNS: Final = (
    reply_templates.c.id,
    reply_templates.c.name,
    reply_templates.c.reply_class,
    reply_templates.c.category,
    reply_templates.c.text,
)
_THEIRS = reply_templates.c.deputy_id == bindparam("deputy")
_THIS = (_THEIRS, reply_templates.c.id == bindparam("template"))
_OF: Final = Ready(select(*_COLUMNS).where(_THEIRS).order_by(reply_templates.c.id))
_GET: Final = Ready(select(*_COLUMNS).where(*_THIS))
_ADD: Final = Ready(insert(reply_templates).returning(reply_templates.c.id))
_RENAME: Final = Ready(update(reply_templates).where(*_THIS).values(name=bindparam("new_name")))
_REMOVE: Final = Ready(delete(reply_templates).where(*_THIS))


class SqlReplyTemplates:
    """See ``ports.ReplyTemplates``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, deputy_id: int) -> list[OwnTemplate]:
        return [_template(row) for row in _OF.all(self._connection, {"deputy": deputy_id})]

    def get(self, deputy_id: int, template_id: int) -> OwnTemplate | None:
        row = _GET.first(self._connection, {"deputy": deputy_id, "template": template_id})
        return None if row is None else _template(row)

    def add(
        self,
        deputy_id: int,
        *,
        name: str,
        reply_class: ReplyClass,
        category: str,
        text: str,
        case: int | None,
        now: datetime,
    ) -> OwnTemplate:
        short = clipped(name, reply_templates.c.name) or ""
        values = {
            "deputy_id": deputy_id,
            "name": short,
            "reply_class": reply_class.value,
            "category": category,
            "text": text,
            "case_number": case,
            "saved_at": now,
        }
        added: int = _ADD.scalar(self._connection, values)
        return OwnTemplate(added, short, reply_class, category, text)

    def rename(self, deputy_id: int, template_id: int, name: str) -> None:
        short = clipped(name, reply_templates.c.name)
        _RENAME.run(self._connection, {"deputy": deputy_id, "template": template_id, "new_name": short})

    def remove(self, deputy_id: int, template_id: int) -> bool:
        return _REMOVE.run(self._connection, {"deputy": deputy_id, "template": template_id}) > 0


def _template(row: AnyRow) -> OwnTemplate:
    return OwnTemplate(row.id, row.name, ReplyClass(row.reply_class), row.category, row.text)
