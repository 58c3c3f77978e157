"""How many, in words that agree with the number."""

from __future__ import annotations


def counted(number: int, noun: str, many: str | None = None) -> str:
    """*1 row*, *2 rows*; ``many``: the plural, where it takes more than an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {many or noun + 's'}"
