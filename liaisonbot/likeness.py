"""Whether two texts seem to tell of the same thing: for suggestions only, never to decide it.

Opposites (修好了, 没修好) are as alike as paraphrases, so whatever is found here is shown to somebody who knows.

A text is taken apart into terms: pairs of neighbouring characters in Chinese, which has no blanks between words; words
in Latin script, without the most frequent ones; figures. Terms have numbers, which ``storage/terms.py`` keeps.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

WAKE_UP: Final = "comparisons"
"""The name of the wake-up for whoever compares new cases: it rings after a commit that owes a comparison."""
MOST_TERMS: Final = 48
"""Of a longer text only the beginning is compared: it says what the matter is."""
ALIKE: Final = 62.0
"""From this score on a case is offered; tuned with ``tests/liaisonbot/data/alike.tsv``."""
FEWEST_SHARED: Final = 2
"""One term in common is chance, unless a text has no more."""
A_TELEPHONE: Final = 7
"""Figures from which a number names no place, but somebody."""
OTHER_PLACE: Final = 0.6
"""What remains of a score where both texts name numbers (of a house, a gate, a bus) and none of them is the same."""

_RUNS: Final = re.compile(r"[㐀-鿿]+|[a-z]+|[0-9]+")
_COUNTED: Final = (
    r"[个部台盏条张件套块处间只辆座根位名户家人天日周月年次回遍遭小分点岁米度元万吨斤]"
    r"|(?:times?|years?|months?|weeks?|days?|hours?|minutes?|people|families|met(?:er|re)s?|yuan|[ap]m)\b"
)
"""What follows a number that counts, and names no place: three lifts, two days."""
_NAMED: Final = "[号栋幢楼单门弄室层路街巷期区组村线]"
"""What follows a Chinese number that names a place; in 一直, 统一 and 一部电梯 it names none."""
_NUMBERS: Final = re.compile(
    rf"(?<![0-9])[0-9]+(?![0-9]|\s*(?:{_COUNTED}))|[一二三四五六七八九](?={_NAMED})",
)
_CHINESE_NUMBERS: Final = str.maketrans("一二三四五六七八九", "123456789")
_SILENT: Final = frozenset("的了是在我们你他她它这那有和就都也很不没吗呢啊吧请把被个着过到要会能还又")
"""Characters that are in every text; a pair of two of them says nothing."""
_STOP: Final = frozenset(
    re.findall(
        "[a-z]+",
        "a about after again all also am an and any are as at be been by can could do does for from had has have he "
        "her here his how i if in into is it its just me my no not now of off on or our out please she so some "
        "still that the their them there they this to too up us very was we were what when which who "
        "will with would you your",
    )
)


def terms(text: str) -> list[str]:
    """What the text is made of, each once, in the order of the text; at most MOST_TERMS."""
    return _terms(_plain(text))


def _terms(plain: str) -> list[str]:
    found: dict[str, None] = {}
    for run in _RUNS.findall(plain):
        found.update(dict.fromkeys(_of_run(run)))
        if len(found) >= MOST_TERMS:
            break
    return list(found)[:MOST_TERMS]


def numbers(text: str) -> list[int]:
    """The terms as numbers, for an index: 32 bits, the same on every machine."""
    return list(dict.fromkeys(zlib.crc32(term.encode()) for term in terms(text)))


def score(one: str, other: str) -> float:
    """How alike the texts are, 0 to 100."""
    return compared_with(one)(other)


def compared_with(text: str) -> Callable[[str], float]:
    """What gives the score of another text; this one is taken apart only once."""
    plain = _plain(text)
    mine, places = _terms(plain), _places(plain)
    joined, own = " ".join(mine), frozenset(mine)

    def of(other: str) -> float:
        plain = _plain(other)
        theirs = _terms(plain)
        if not mine or len(own.intersection(theirs)) < min(FEWEST_SHARED, len(mine), len(theirs)) or not theirs:
            return 0.0
        alike = fuzz.token_set_ratio(joined, " ".join(theirs))
        elsewhere = bool(places) and bool(there := _places(plain)) and places.isdisjoint(there)
        return alike * (OTHER_PLACE if elsewhere else 1.0)

    return of


def _places(plain: str) -> set[str]:
    found = _NUMBERS.findall(plain)
    return {number.translate(_CHINESE_NUMBERS) for number in found if len(number) < A_TELEPHONE}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _of_run(run: str) -> list[str]:
    if run[0].isdigit():
        return [run] if len(run) < A_TELEPHONE else []
    if run.isascii():
        return [] if run in _STOP else [_stem(run)]
    if len(run) == 1:
        return [] if run in _SILENT else [run]
    return [one + other for one, other in pairwise(run) if one not in _SILENT or other not in _SILENT]


def _stem(word: str) -> str:
    """The word without the endings that make lamp and lamps, leak and leaking different words."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
