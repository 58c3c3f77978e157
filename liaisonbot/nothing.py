"""How people write that there is nothing to say, or that they would rather not; and what only looks like words."""

from __future__ import annotations

import unicodedata
from typing import Final

from liaisonbot import dates

NOTHING: Final = frozenset({"none", "nobody", "nothing", "no", "-", "无", "没有", "不用", "不填", "没", "跳过", "skip"})
"""What one may write to leave something empty."""


def is_nothing(typed: str) -> bool:
    """Whether the words say that there is nothing to say."""
    return dates.usual(typed).strip(" .。!！") in NOTHING


_CANCEL: Final = frozenset({"取消", "cancel"})


def is_cancel(typed: str) -> bool:
    """Whether the whole message says no more than the button *Cancel*."""
    return dates.usual(typed).strip(" .。!！") in _CANCEL


_SPACES_AND_SIGNS: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code)
    for codes in (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))  # which form a sign takes
    for code in codes
}
"""Letters, marks and symbols of which nothing is seen either."""
_SEEN: Final = frozenset("\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd") | {
    chr(code) for code in range(0x0600, 0x0606)
}
"""Signs around Arabic and other numbers, which are seen though they count as signs of no width."""


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all: spaces, and characters of no width."""
    return all(_is_blank(char) for char in text)


def _is_blank(char: str) -> bool:
    return char in _BLANK or (unicodedata.category(char) in _SPACES_AND_SIGNS and char not in _SEEN)
