"""JSON, in and out: the one door for what we keep, send and receive.

Pydantic's own parser and writer, which are loaded anyway, take a third of what the standard library's take. Where they
refuse what that one takes, it takes over, so that both say the same of every text and every value: a half of a
character, which Telegram may deliver and UTF-8 has no bytes for, nests of more than two hundred lists.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json, to_json


def read(text: str | bytes) -> Any:
    """What it says. Raises ValueError where it is not JSON, RecursionError where it is too deep to be read."""
    try:
        # Names come again and again; people's words hardly ever do, and would stay in memory.
        return from_json(text, cache_strings="keys")
    except (ValueError, TypeError):
        return json.loads(text)


def text(value: Any) -> str:
    """The value on one line without spaces, to be kept: both engines take it, NUL is escaped.

    What holds halves of characters is spelled in ASCII, so that they stay what they are.
    """
    try:
        return to_json(value).decode()
    except ValueError:
        return _in_ascii(value)


def data(value: Any) -> bytes:
    """The same, to be sent. A half of a character becomes a question mark: Telegram refuses it."""
    try:
        return to_json(value)
    except ValueError:
        return _as_spelled(value).encode("utf-8", "replace")


def moment(at: datetime | None) -> str | None:
    """How programs read a moment in what we export: in UTC, with a Z."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


_in_ascii: Final = json.JSONEncoder(separators=(",", ":")).encode
_as_spelled: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
