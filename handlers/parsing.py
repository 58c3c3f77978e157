"""Updates as python-telegram-bot's objects.

Reading one with ``Update.de_json`` is half of what the loop does for a message: it asks for a hundred fields which few
messages have, and at each field it sets whether the object may still be changed. Most messages are words and nothing
else. Those are put together here, and come out the same; every other update is read by the library.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from telegram import Bot, Chat, Message, Update, User

_ALL_OF: Final = frozenset({"message_id", "date", "chat", "from", "text"})
"""The fields of a message that is words and nothing else. One with any other, or without one of these, is none."""


class _Words(Message):
    """A message without the guard against being changed: it is looked at for a moment, by ``inbound.py`` alone."""

    __slots__ = ()
    __setattr__ = object.__setattr__


def update_of(raw: dict[str, Any], bot: Bot) -> Update:
    """What ``Update.de_json`` gives. Raises what that raises for an update that cannot be read."""
    said = raw.get("message")
    if len(raw) != 2 or "update_id" not in raw or not _is_words(said):
        return Update.de_json(raw, bot)
    made = Update(raw["update_id"], message=_words(said, bot))
    made.set_bot(bot)
    return made


def _is_words(said: Any) -> TypeGuard[Mapping[str, Any]]:
    if not isinstance(said, dict) or said.keys() != _ALL_OF:
        return False
    return bool(said["date"]) and isinstance(said["from"], dict) and isinstance(said["chat"], dict)


def _words(said: Mapping[str, Any], bot: Bot) -> Message:
    made = _Words(
        said["message_id"],
        datetime.fromtimestamp(said["date"], UTC),
        Chat.de_json(said["chat"], bot),
        from_user=User.de_json(said["from"], bot),
        text=said["text"],
    )
    made.set_bot(bot)
    return made
