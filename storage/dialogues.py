"""The guided commands that people are in the middle of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from liaisonbot.model import Dialogue
from storage.ready import Ready
from storage.schema import dialogues

_OF = (dialogues.c.chat_id == bindparam("chat"), dialogues.c.person_id == bindparam("person"))
_CURRENT: Final = Ready(
    select(
        dialogues.c.chat_id,
        dialogues.c.person_id,
        dialogues.c.id,
        dialogues.c.command,
        dialogues.c.answers,
        dialogues.c.asking,
        dialogues.c.prompt_id,
        dialogues.c.expires_at,
    ).where(*_OF, dialogues.c.expires_at > bindparam("now"))
)
_END: Final = Ready(delete(dialogues).where(*_OF))
_PURGE: Final = delete(dialogues).where(dialogues.c.expires_at <= bindparam("now"))
_START: Final = insert(dialogues).returning(dialogues.c.id)
_THIS = dialogues.c.id == bindparam("dialogue")
_ADVANCE: Final = (
    update(dialogues)
    .where(_THIS)
    .values(answers=bindparam("given"), asking=bindparam("next_one"), expires_at=bindparam("until"), prompt_id=None)
)
_PROMPTED: Final = update(dialogues).where(_THIS).values(prompt_id=bindparam("message"))


class SqlDialogues:
    """See ``ports.Dialogues``. A dialogue's id is never given to another one, so an old button cannot fit a new one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, chat_id: int, person_id: int, now: datetime) -> Dialogue | None:
        row = _CURRENT.first(self._connection, {"chat": chat_id, "person": person_id, "now": now})
        return None if row is None else Dialogue(*row)

    def start(
        self, chat_id: int, person_id: int, command: str, answers: Mapping[str, Any], asking: str, expires_at: datetime
    ) -> Dialogue:
        self.end(chat_id, person_id)
        values = {
            "chat_id": chat_id,
            "person_id": person_id,
            "command": command,
            "answers": dict(answers),
            "asking": asking,
            "expires_at": expires_at,
        }
        made = self._connection.execute(_START, values).scalar_one()
        return Dialogue(chat_id, person_id, made, command, dict(answers), asking, None, expires_at)

    def advance(self, dialogue: Dialogue, answers: Mapping[str, Any], asking: str, expires_at: datetime) -> Dialogue:
        """The question is another one now; the message in which it stands is not known until it was sent."""
        values = {"dialogue": dialogue.id, "given": dict(answers), "next_one": asking, "until": expires_at}
        self._connection.execute(_ADVANCE, values)
        return replace(dialogue, answers=dict(answers), asking=asking, prompt_id=None, expires_at=expires_at)

    def prompted(self, dialogue_id: int, message_id: int) -> None:
        self._connection.execute(_PROMPTED, {"dialogue": dialogue_id, "message": message_id})

    def end(self, chat_id: int, person_id: int) -> bool:
        return _END.run(self._connection, {"chat": chat_id, "person": person_id}) > 0

    def purge(self, now: datetime) -> None:
        self._connection.execute(_PURGE, {"now": now})
