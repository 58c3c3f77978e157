"""What a case is about (category) and what somebody wants with it (kind), as ``data/*.toml`` list them.

A first proposal is made from the words of a text; people change it. Names are understood in Chinese and English.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Entry:
    """A category or a kind: its key, its names, and the words that speak for it."""

    key: str
    zh: str
    en: str
    words: frozenset[str]
    """Lower case."""

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def _read(file: str) -> Mapping[str, Entry]:
    raw: dict[str, Any] = tomllib.loads((resources.files("liaisonbot") / "data" / file).read_text("utf-8"))
    entries = (
        Entry(row["key"], row["zh"], row["en"], frozenset(word.lower() for word in row["words_zh"] + row["words_en"]))
        for row in raw["entry"]
    )
    return MappingProxyType({entry.key: entry for entry in entries})


CATEGORIES: Final = _read("categories.toml")
"""Key → category, in the order in which they are shown."""

KINDS: Final = _read("kinds.toml")
"""Key → kind."""

DEFAULT_CATEGORY: Final = "other"
DEFAULT_KIND: Final = "help"


def by_name(text: str) -> Entry | None:
    """The category with that key, or that name in either language; case, blanks and ``&`` do not matter."""
    return _CATEGORY_NAMES.get(_folded(text))


def kind_by_name(text: str) -> Entry | None:
    """The kind with that key, or that name in either language."""
    return _KIND_NAMES.get(_folded(text))


def propose_category(text: str) -> str:
    """The key of the category that most of the text's words speak for; ``other`` if none does."""
    return _CATEGORY_WORDS.best(text) or DEFAULT_CATEGORY


def propose_kind(text: str) -> str:
    """The key of the kind that most of the text's words speak for; ``help`` if none does."""
    return _KIND_WORDS.best(text) or DEFAULT_KIND


class _Words:
    """All words of a table in one pattern for each script, so that a text is gone through once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entry_of = {word: entry.key for entry in entries for word in entry.words}
        self._rank = {key: rank for rank, key in enumerate(dict.fromkeys(self._entry_of.values()))}
        # Longest first: of two words at the same place the more telling one is found.
        ordered = sorted(self._entry_of, key=lambda word: (-len(word), word))
        latin = "|".join(re.escape(word) for word in ordered if word.isascii())
        # Letters border on letters, but not on Chinese: "坐bus上学" holds the word bus.
        self._latin = re.compile(rf"(?<![a-z])({latin})(?:e?s)?(?![a-z])")
        # On its own, since a pattern that begins with plain characters is skipped through much faster.
        self._chinese = re.compile("|".join(re.escape(word) for word in ordered if not word.isascii()))

    def best(self, text: str) -> str | None:
        """The entry whose words, each counted once and by its weight, come to the most; the first in a tie."""
        lower = text.lower()
        found = {*self._latin.findall(lower), *self._chinese.findall(lower)}
        scores: Counter[str] = Counter()
        for word in found:
            scores[self._entry_of[word]] += _weight(word)
        return min(scores, key=lambda key: (-scores[key], self._rank[key]), default=None)


def _weight(word: str) -> int:
    """How telling a word is: its characters in Chinese, two for each English word."""
    return 2 * len(word.split()) if word.isascii() else len(word)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]|\band\b", "", text.casefold())


def _names(table: Mapping[str, Entry]) -> dict[str, Entry]:
    return {_folded(name): entry for entry in table.values() for name in (entry.key, entry.zh, entry.en)}


_CATEGORY_NAMES: Final = _names(CATEGORIES)
_KIND_NAMES: Final = _names(KINDS)
_CATEGORY_WORDS: Final = _Words(CATEGORIES.values())
_KIND_WORDS: Final = _Words(KINDS.values())
