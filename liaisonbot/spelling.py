"""One spelling for what means the same: simplified for traditional characters, small letters, the usual width."""

from __future__ import annotations

import re
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
_TRADITIONAL: Final = re.compile(f"[{''.join(_ROWS[::2])}]")


@lru_cache(maxsize=1)  # what is looked at once is looked at several times in a row
def usual(text: str) -> str:
    """The text with the usual signs for wide, narrow and composed ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones, as long as before."""
    return text.translate(_SIMPLIFIED) if _TRADITIONAL.search(text) else text


def folded(text: str) -> tuple[str, Sequence[int]]:
    """The text in the one spelling, and where each of its characters stands in the text itself."""
    plain = text.translate(_LETTERS)
    if _LETTERS.uneven.isdisjoint(text):
        return plain, range(len(text))
    return plain, [place for place, letter in enumerate(text) for _ in _LETTERS[ord(letter)]]


class _Letters(dict[int, str]):
    """What stands for a letter, by its code: worked out when the letter is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Letters for which nothing stands, or several."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        found = _folded(letter)
        if len(found) != 1:
            self.uneven.add(letter)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[code] = found
        return found


_REMEMBERED: Final = 8192
"""Letters that are in use; somebody may send all there are."""
_LETTERS: Final = _Letters()


def _folded(letter: str) -> str:
    """What stands for it; nothing for what is not seen."""
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""
    return simplified(unicodedata.normalize("NFKC", letter).lower())
