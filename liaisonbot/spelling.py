"""One spelling for what means the same: simplified for traditional characters, small letters, the usual width."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

_ROWS: Final = [
    row
    for row in (resources.files("liaisonbot") / "data" / "traditional.txt").read_text("utf-8").splitlines()
    if not row.startswith("#")
]
_SIMPLIFIED: Final = str.maketrans("".join(_ROWS[::2]), "".join(_ROWS[1::2]))
_TRADITIONAL: Final = frozenset("".join(_ROWS[::2]))


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones, as long as before."""
    return text if _TRADITIONAL.isdisjoint(text) else text.translate(_SIMPLIFIED)


def folded(text: str) -> tuple[str, Sequence[int]]:
    """The text in the one spelling, and where each of its characters stands in the text itself."""
    letters = [_folded(letter) for letter in text]
    plain = "".join(letters)
    if len(plain) == len(text) and all(map(len, letters)):
        return plain, range(len(text))
    return plain, [place for place, letter in enumerate(letters) for _ in letter]


@lru_cache(maxsize=4096)
def _folded(letter: str) -> str:
    """What stands for it; nothing for what is not seen."""
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""
    return simplified(unicodedata.normalize("NFKC", letter).lower())
