"""How people write that there is nothing to say, and what only looks like words."""

from __future__ import annotations

import unicodedata
from typing import Final

from liaisonbot import dates

NOTHING: Final = frozenset({"none", "nobody", "nothing", "no", "-", "无", "没有", "不用", "不填", "没", "跳过", "skip"})
"""What one may write to leave something empty."""


def is_nothing(typed: str) -> bool:
    """Whether the words say that there is nothing to say."""
    return dates.usual(typed).strip(" .。!！") in NOTHING


_SPACES_AND_SIGNS: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK: Final = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0") | {chr(code) for code in range(0xFE00, 0xFE10)}
"""Letters, marks and symbols of which nothing is seen either."""


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all: spaces, and characters of no width."""
    return all(char in _BLANK or unicodedata.category(char) in _SPACES_AND_SIGNS for char in text)
