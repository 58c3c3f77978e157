"""How each message of ours looks now, so that none is edited into what it is already.

Telegram refuses such an edit, and counts the call. Several things that happen to a case at once may leave its card as
it was, a button may be pressed twice: whoever promises an edit need not know how the message reads by then. It is kept
by the one who sends, in memory, as digests: after a restart the first edit of a message goes out whatever it says.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.calls import Call
from liaisonbot import as_json

REMEMBERED: Final = 2_000
"""So many messages, those used last: not a megabyte. What is edited was mostly sent or pressed a short while ago; of a
message that is not known any more one edit goes out in vain.
"""

_WORDS: Final[Mapping[str, str]] = {
    "sendMessage": "text",
    "editMessageText": "text",
    "editMessageCaption": "caption",
}
"""The calls after which we know what a message says, and where they have it."""
_BUTTONS_ONLY: Final = frozenset({"editMessageReplyMarkup"})


@dataclass(frozen=True, slots=True)
class _Face:
    words: bytes | None
    """None: not known."""
    buttons: bytes


class Faces:
    """Asked before an edit, told after each call."""

    def __init__(self, room: int = REMEMBERED) -> None:
        self._room = room
        self._known: OrderedDict[tuple[Any, Any], _Face] = OrderedDict()

    def is_so_already(self, call: Call) -> bool:
        """Whether the call would leave its message as it is. False where that is not known."""
        place = _place(call)
        known = self._known.get(place) if place is not None else None
        if known is None or known.buttons != _buttons(call):
            return False
        return call.method in _BUTTONS_ONLY or (call.method in _WORDS and known.words == _words(call))

    def went(self, call: Call, made: Sequence[int] = ()) -> None:
        """It was carried out, and made these messages."""
        place = _place(call)
        if place is None:
            for message_id in made if call.method in _WORDS else ():
                self._remember((call.parameters["chat_id"], message_id), _Face(_words(call), _buttons(call)))
        elif call.method in _BUTTONS_ONLY:
            before = self._known.get(place)
            self._remember(place, _Face(before.words if before else None, _buttons(call)))
        elif call.method in _WORDS:
            self._remember(place, _Face(_words(call), _buttons(call)))
        elif call.method.startswith(("edit", "stop", "delete")):
            self._known.pop(place, None)

    def failed(self, call: Call) -> None:
        """It may have been carried out all the same: how the message looks is not known any more."""
        place = _place(call)
        if place is not None:
            self._known.pop(place, None)

    def _remember(self, place: tuple[Any, Any], face: _Face) -> None:
        self._known[place] = face
        self._known.move_to_end(place)
        if len(self._known) > self._room:
            self._known.popitem(last=False)


def _place(call: Call) -> tuple[Any, Any] | None:
    """The chat and the message of ours that the call is about; None for one that makes a message."""
    if call.makes_a_message or "message_id" not in call.parameters:
        return None
    return call.parameters.get("chat_id"), call.parameters["message_id"]


def _words(call: Call) -> bytes:
    return _digest(call.parameters[_WORDS[call.method]])


def _buttons(call: Call) -> bytes:
    markup = call.parameters.get("reply_markup") or {}
    return _digest(markup.get("inline_keyboard") or [])


def _digest(said: Any) -> bytes:
    return hashlib.blake2b(as_json.data(said), digest_size=16).digest()
