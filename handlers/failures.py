"""What Telegram's refusals mean for a promised message: the library's errors become ours here.

Mind in python-telegram-bot: ``BadRequest`` and ``TimedOut`` are kinds of ``NetworkError``; a 429 without parameters
arrives as a plain ``NetworkError``; an answer 200 with ``ok: false`` raises KeyError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from handlers.backend import ConnectionCut
from liaisonbot.errors import (
    DeliveryError,
    FilesRefused,
    MessageGone,
    OurMistake,
    RecipientGone,
    RecipientMoved,
    TokenRefused,
    TryLater,
)


class Refusal(Enum):
    """What follows from a 400."""

    KEPT = auto()
    """What we wanted is so already, or is past: nothing is owed any more."""
    UNEDITABLE = auto()
    """The message to be edited, or to be pinned, is not there any more."""
    WITHOUT_THREAD = auto()
    """The topic is gone or closed: once more, to the group as a whole."""
    AS_CAPTION = auto()
    """The message to be edited is a picture or a file: its caption is meant."""
    GONE = auto()
    """Nobody is there, or we may not write there."""
    WITHOUT_FILES = auto()
    """We may write there, and may not send what it was."""


REFUSALS: Final[tuple[tuple[str, Refusal], ...]] = (
    # Telegram says                          and that means
    ("message is not modified", Refusal.KEPT),
    ("query is too old", Refusal.KEPT),
    ("query id is invalid", Refusal.KEPT),
    ("message to edit not found", Refusal.UNEDITABLE),
    ("message can't be edited", Refusal.UNEDITABLE),
    ("message to delete not found", Refusal.KEPT),
    ("message to pin not found", Refusal.UNEDITABLE),
    ("message to unpin not found", Refusal.KEPT),
    ("message to react not found", Refusal.KEPT),
    ("message thread not found", Refusal.WITHOUT_THREAD),
    ("topic_closed", Refusal.WITHOUT_THREAD),
    ("topic_deleted", Refusal.WITHOUT_THREAD),
    ("there is no text in the message to edit", Refusal.AS_CAPTION),
    ("chat not found", Refusal.GONE),
    ("user not found", Refusal.GONE),
    ("peer_id_invalid", Refusal.GONE),
    ("not enough rights to send text", Refusal.GONE),
    ("not enough rights to send", Refusal.WITHOUT_FILES),
    ("voice_messages_forbidden", Refusal.WITHOUT_FILES),
    ("have no rights to send", Refusal.GONE),
    ("chat_write_forbidden", Refusal.GONE),
    ("chat_restricted", Refusal.GONE),
    ("user_is_blocked", Refusal.GONE),
)
"""The first row whose words stand in Telegram's description. A 400 without a row is our mistake."""


_REFUSED_AS: Final[Mapping[Refusal | None, type[DeliveryError]]] = {
    Refusal.GONE: RecipientGone,
    Refusal.WITHOUT_FILES: FilesRefused,
    Refusal.WITHOUT_THREAD: RecipientGone,
    Refusal.UNEDITABLE: MessageGone,
}


def refusal(error: Exception) -> Refusal | None:
    """What a 400 means; None for all other errors, and for a 400 that is our mistake."""
    if not isinstance(error, BadRequest):
        return None
    said = error.message.lower()
    return next((meaning for words, meaning in REFUSALS if words in said), None)


def translated(error: TelegramError | KeyError) -> DeliveryError:
    """Our error for one that the library raised."""
    match error:
        case ChatMigrated():
            return RecipientMoved(error.new_chat_id)
        case RetryAfter():
            return TryLater("too many requests", after=_seconds(error.retry_after), flood=True)
        case Forbidden():
            return RecipientGone(without_words(error.message))
        case InvalidToken():
            return TokenRefused(
                "Telegram does not know this token; write the one that @BotFather gave in telegram.token."
            )
        case BadRequest():
            return _REFUSED_AS.get(refusal(error), OurMistake)(without_words(error.message))
        case TimedOut():
            return TryLater("no answer in time", ambiguous=True)
        case ConnectionCut():
            return TryLater("connection cut", ambiguous=True)
        case Conflict():
            return TryLater("conflict")
        case NetworkError():
            return _network(error.message)
    return TryLater("an answer that says nothing", ambiguous=True)


def _network(message: str) -> DeliveryError:
    if message.startswith("not connected"):
        return TryLater(message)
    if "Too Many Requests" in message:
        asked = re.search(r"retry after (\d+)", message)
        return TryLater("too many requests", after=float(asked[1]) if asked else None, flood=True)
    if "Entity Too Large" in message:
        return OurMistake("too large")
    return TryLater("Telegram is in trouble", ambiguous=True)


def without_words(description: str) -> str:
    """Telegram's description without what it quotes: that may be what somebody typed."""
    return re.sub(r'"[^"]*"', '"…"', description)[:120]


def _seconds(after: int | timedelta) -> float:
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
