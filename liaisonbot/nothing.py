"""How people write that there is nothing to say."""

from __future__ import annotations

from typing import Final

from liaisonbot import dates

NOTHING: Final = frozenset({"none", "nobody", "nothing", "no", "-", "无", "没有", "不用", "不填", "没", "跳过", "skip"})
"""What one may write to leave something empty."""


def is_nothing(typed: str) -> bool:
    """Whether the words say that there is nothing to say."""
    return dates.usual(typed).strip(" .。!！") in NOTHING
