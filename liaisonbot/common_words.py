"""What several short texts have in common, in a few words: how a matter that many tell of is named in a bulletin.

Chinese has no blanks between words, so pieces of two to ten characters are looked for; English by word. Only what more
than half of the texts say is said again, so that nobody's own words or name are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from liaisonbot.likeness import terms

MOST: Final = 3
_CHINESE: Final = re.compile(r"[㐀-鿿]+")
_LATIN: Final = re.compile(r"[a-z]{3,}")
_LONGEST: Final = 10


def typical(texts: Iterable[str], most: int = MOST) -> tuple[str, ...]:
    """The words that most of the texts have in common, the most telling first; none where there are fewer than two."""
    pieces = [frozenset(_pieces(text)) for text in texts]
    if len(pieces) < 2:
        return ()
    shared = Counter(piece for found in pieces for piece in found)
    enough = len(pieces) // 2 + 1
    candidates = [piece for piece, n in shared.items() if n >= enough]
    chosen: list[str] = []
    for piece in sorted(candidates, key=lambda piece: (-_worth(piece, shared[piece]), piece)):
        if not any(_overlaps(piece, other) for other in chosen):
            chosen.append(piece)
        if len(chosen) == most:
            break
    return tuple(chosen)


def _worth(piece: str, texts: int) -> float:
    """Long pieces say more, frequent ones are surer."""
    return texts * (len(piece) - 1) if not piece.isascii() else texts * 2.5


def _overlaps(piece: str, other: str) -> bool:
    """Whether one is part of the other, or they share characters: one at their ends is enough, it is cut from it."""
    if piece.isascii() or other.isascii():
        return piece == other
    touching = piece[0] == other[-1] or piece[-1] == other[0]
    return touching or any(piece[n : n + 2] in other for n in range(len(piece) - 1))


def _pieces(text: str) -> Iterator[str]:
    """Pieces that begin and end with a term: no 的路灯, no 灯坏了吗."""
    known = frozenset(terms(text))
    yield from (word for word in _LATIN.findall(text.lower()) if word in known)
    for run in _CHINESE.findall(text):
        for start in range(len(run) - 1):
            for end in range(start + 2, min(start + _LONGEST, len(run)) + 1):
                piece = run[start:end]
                if piece[:2] in known and piece[-2:] in known:
                    yield piece
