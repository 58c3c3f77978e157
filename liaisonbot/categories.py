"""What a case is about (category), what somebody wants with it (kind), and what it says of the business climate (tags),
as ``data/*.toml`` list them.

A first proposal is made from the words of a text; people change it. Names are understood in Chinese and English.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, MatchKind


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


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags that are of one kind. ``private``: said of people in office; not shown in group chats."""

    key: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    private: bool


@dataclass(frozen=True, slots=True)
class Tag(Entry):
    """One of the tags of the business climate (营商环境)."""

    group: str


def _raw(file: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("liaisonbot") / "data" / file).read_text("utf-8"))


def _words(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(word.lower() for word in row["words_zh"] + row["words_en"])


def _read(file: str) -> Mapping[str, Entry]:
    entries = (Entry(row["key"], row["zh"], row["en"], _words(row)) for row in _raw(file)["entry"])
    return MappingProxyType({entry.key: entry for entry in entries})


CATEGORIES: Final = _read("categories.toml")
"""Key → category, in the order in which they are shown."""

KINDS: Final = _read("kinds.toml")
"""Key → kind."""

_TAGS_FILE: Final = _raw("business_tags.toml")
TAG_GROUPS: Final[Mapping[str, TagGroup]] = MappingProxyType(
    {row["key"]: TagGroup(**row) for row in _TAGS_FILE["group"]}
)
"""Key → group of tags, in the order in which they are shown."""
TAGS: Final[Mapping[str, Tag]] = MappingProxyType(
    {row["key"]: Tag(row["key"], row["zh"], row["en"], _words(row), row["group"]) for row in _TAGS_FILE["entry"]}
)
"""Key → tag of the business climate."""

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


def tag_by_name(text: str) -> Entry | None:
    """The tag with that key, or that name in either language."""
    return _TAG_NAMES.get(_folded(text))


def propose_tags(text: str) -> tuple[str, ...]:
    """The keys of the tags that words of the text speak for, in the table's order; none unless the text speaks of the
    business climate at all.
    """
    return _tags(text, _CATEGORY_WORDS.scores(text))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a text seems to be: the keys of its category, its kind and its tags."""

    category: str
    kind: str
    tags: tuple[str, ...]


def propose(text: str) -> Proposal:
    """All three proposals at once."""
    scores = _CATEGORY_WORDS.scores(text)
    return Proposal(_CATEGORY_WORDS.first(scores) or DEFAULT_CATEGORY, propose_kind(text), _tags(text, scores))


def _tags(text: str, scores: Counter[str]) -> tuple[str, ...]:
    return in_order(_TAG_WORDS.scores(text)) if scores[_TAGS_FILE["only_with"]] else ()


def in_order(tags: Collection[str]) -> tuple[str, ...]:
    """Those tags as they are kept and shown: each once, in the table's order."""
    return tuple(tag for tag in TAGS if tag in tags)


def is_private(tag: str) -> bool:
    """Whether the tag is of a group that is not shown in group chats."""
    return TAG_GROUPS[TAGS[tag].group].private


_LATIN: Final = re.compile("[a-z]")


class _Words:
    """All words of a table, so that a text is gone through once for each script.

    Of two words at the same place the longer, more telling one is found.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        every = {word: entry.key for entry in entries for word in entry.words}
        self._rank = {key: rank for rank, key in enumerate(dict.fromkeys(every.values()))}
        self._beginnings = [(_beginning(word), key) for word, key in every.items() if _GAP in word]
        self._any_beginning = re.compile("|".join(begins.pattern for begins, _ in self._beginnings) or r"(?!)")
        self._speaks_for = {word: (key, _weight(word)) for word, key in every.items() if _GAP not in word}
        ordered = sorted(self._speaks_for, key=lambda word: (-len(word), word))
        latin = "|".join(re.escape(word) for word in ordered if word.isascii())
        # Letters border on letters, but not on Chinese: "坐bus上学" holds the word bus.
        self._latin = re.compile(rf"(?<![a-z])({latin})(?:e?s)?(?![a-z])")
        chinese = [word for word in ordered if not word.isascii()]
        self._chinese = AhoCorasick(chinese, matchkind=MatchKind.LeftmostLongest, store_patterns=True)

    def best(self, text: str) -> str | None:
        """The entry whose words come to the most; the first in a tie."""
        return self.first(self.scores(text))

    def first(self, scores: Counter[str]) -> str | None:
        """The entry with most of these; the first in a tie."""
        return min(scores, key=lambda key: (-scores[key], self._rank[key]), default=None)

    def scores(self, text: str) -> Counter[str]:
        """What the words of each entry come to, each counted once and by its weight."""
        lower = text.lower()
        found = set(self._chinese.find_matches_as_strings(lower))
        if _LATIN.search(lower):  # most texts have none, and looking for it takes most of the time
            found.update(self._latin.findall(lower))
        scores: Counter[str] = Counter()
        for key, weight in map(self._speaks_for.__getitem__, found):
            scores[key] += weight
        if self._any_beginning.match(lower):
            for key in {key for begins, key in self._beginnings if begins.match(lower)}:
                scores[key] += 1
        return scores


_GAP: Final = "…"


def _beginning(word: str) -> re.Pattern[str]:
    """What a text begins like: the second part in the clause of the first, and nothing asked for in between."""
    first, _, second = word.partition(_GAP)
    if word.replace(_GAP, "").isascii():
        return re.compile(rf"\s*{first}\b(?:(?!please)[^,.!?;\n]){{1,60}}\b{second}\b")
    return re.compile(rf"\s*{first}[^，。！？；,.!?;\s请能望可想]{{1,12}}{second}")


def _weight(word: str) -> int:
    """How telling a word is: its characters in Chinese, two for each English word."""
    return 2 * len(word.split()) if word.isascii() else len(word)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]|\band\b", "", text.casefold())


def _names(table: Mapping[str, Entry] | Mapping[str, Tag]) -> dict[str, Entry]:
    return {_folded(name): entry for entry in table.values() for name in (entry.key, entry.zh, entry.en)}


_CATEGORY_NAMES: Final = _names(CATEGORIES)
_KIND_NAMES: Final = _names(KINDS)
_CATEGORY_WORDS: Final = _Words(CATEGORIES.values())
_KIND_WORDS: Final = _Words(KINDS.values())
_TAG_NAMES: Final = _names(TAGS)
_TAG_WORDS: Final = _Words(TAGS.values())
