"""By what a case is found: the terms of its words, and what else can be asked for (``Facet``).

Chinese has no blanks between words, so its terms are single characters and pairs of neighbours; any two characters that
stand together are found, whether they are a word or not. Of other scripts a term is a word, without the endings that
make house, houses and housing three words; figures are a term as they stand. Terms have numbers, which
``storage/finding.py`` keeps.

What shares all its terms with what is looked for is a candidate and no more: ``Wanted.found_in`` reads the words
themselves.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from liaisonbot import spelling

BLOCK: Final = 1024
"""Cases with neighbouring numbers that are kept together: as bits 128 bytes, so that a row of the index is short."""
MOST_TERMS: Final = 12
"""Of longer words only so many terms are looked up; the rest is read."""
_LONGEST_WORD: Final = 40
"""Of what is longer, and hardly a word, the beginning counts."""

_HAN: Final = "㐀-䶿一-鿿豈-﫿𠀀-𲎯々〇ぁ-ヿ가-힯"
_LETTER: Final = rf"[^\W\d_{_HAN}]"
_RUN: Final = re.compile(rf"([{_HAN}]+)|({_LETTER}+)|(\d+)")
_ENDINGS: Final = tuple(
    (re.compile(ending), instead)
    for ending, instead in (
        ("(?<![su])s$", ""),  # lamps, houses; not glass, bus
        ("(?:ing|(?<!e)ed)$", ""),  # leaking, leaked; not speed
        ("e$", ""),  # house, as housing
        (r"([^aeiou])\1$", r"\1"),  # stop, as stopped
        ("y$", "i"),  # party, as parties
    )
)
"""What is taken off an English word, or stands for its end, one after the other."""
_SHORTEST_STEM: Final = 3
_VOWEL: Final = re.compile("[aeiouy]")


class Facet(IntEnum):
    """What a case is found by besides its words."""

    STATION = 1
    DEPUTY = 2
    STAGE = 3
    CATEGORY = 4


_FACETS: Final = 1 << 40
"""From this number on a term is a facet; those of words have 32 bits."""


def facet(kind: Facet, value: int | str) -> int:
    """The number of that facet: of a row's id, or of a key."""
    number = zlib.crc32(value.encode()) if isinstance(value, str) else value
    return kind * _FACETS + number


FIRST_FACET: Final = _FACETS


def terms(texts: Iterable[str]) -> frozenset[int]:
    """The numbers of all terms of these texts: 32 bits, the same on every machine."""
    found: set[str] = set()
    for text in texts:
        for han, letters, figures in _RUN.findall(spelling.folded(text)[0]):
            if han:
                found.update(han)
                found.update(one + other for one, other in pairwise(han))
            else:
                found.add(_stem(letters) if letters else figures[:_LONGEST_WORD])
    return frozenset(map(_number, found))


def _number(term: str) -> int:
    return zlib.crc32(term.encode())


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    stem = word[:_LONGEST_WORD]
    for ending, instead in _ENDINGS:
        shorter = ending.sub(instead, stem)
        if len(shorter) >= _SHORTEST_STEM and (instead or _VOWEL.search(shorter)):
            stem = shorter
    return stem


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in which text the words stand."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Said:
    """A text that is looked through, for one phrase or for several."""

    text: str

    @cached_property
    def folded(self) -> tuple[str, Sequence[int]]:
        return spelling.folded(self.text)


@dataclass(frozen=True)
class Phrase:
    """Words typed in one piece: in a text they stand in one piece as well."""

    typed: str

    @cached_property
    def _runs(self) -> Sequence[tuple[str, str, str]]:
        return _RUN.findall(spelling.folded(self.typed)[0])

    def __bool__(self) -> bool:
        return bool(self._runs)

    @property
    def one_character(self) -> bool:
        """Whether it is a single Chinese character, which stands in very many words."""
        return len(self._runs) == 1 and len(self._runs[0][0]) == 1

    @property
    def terms(self) -> frozenset[int]:
        """All of these are terms of a text that has the phrase."""
        found: dict[str, None] = {}
        for han, letters, figures in self._runs:
            if len(han) > 1:
                found.update(dict.fromkeys(one + other for one, other in pairwise(han)))
            else:
                found[han or (_stem(letters) if letters else figures[:_LONGEST_WORD])] = None
        return frozenset(map(_number, list(found)[:MOST_TERMS]))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # Between two scripts a blank is a matter of taste; signs are written in many ways.
        return re.compile(r"[\W_]*".join(_run_pattern(*run) for run in self._runs))

    @cached_property
    def _stems(self) -> Sequence[str]:
        """Of its words; the groups of the pattern are words that begin like these."""
        return [_stem(letters) for _, letters, _ in self._runs if letters]

    def found_in(self, text: str) -> Hit | None:
        """The first place in the text where it stands."""
        return self._in(_Said(text))

    def _in(self, said: _Said) -> Hit | None:
        plain, places = said.folded
        begin = 0
        while (found := self._pattern.search(plain, begin)) is not None:
            if all(_stem(word) == stem for word, stem in zip(found.groups(), self._stems, strict=True)):
                return Hit(said.text, places[found.start()], places[found.end() - 1] + 1)
            begin = found.start() + 1
        return None


def _run_pattern(han: str, letters: str, figures: str) -> str:
    if han:
        return re.escape(han)
    if figures:
        return rf"(?<!\d){figures}(?!\d)"
    stem = _stem(letters)
    begins = stem[:-1] if len(stem) >= _SHORTEST_STEM and stem[-1] == "i" else stem  # a y where nothing follows
    return rf"(?<!{_LETTER})({re.escape(begins)}{_LETTER}*)(?!{_LETTER})"


def phrases(words: str) -> tuple[Phrase, ...]:
    """What is looked for, by the blanks and commas between: each once."""
    pieces = re.split(r"[\s,，、;；。]+", words)
    return tuple(phrase for piece in dict.fromkeys(pieces) if (phrase := Phrase(piece)))


@dataclass(frozen=True, slots=True)
class Among:
    """The cases somebody may read: those with one of these facets, and those of these numbers. None: all there are."""

    facets: frozenset[int] = frozenset()
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every phrase, and one of each kind of facet that is named."""

    phrases: tuple[Phrase, ...] = ()
    facets: Mapping[Facet, frozenset[int]] | None = None
    numbers: frozenset[int] | None = None

    @property
    def groups(self) -> list[Collection[int]]:
        """Terms by which it is looked up: a candidate has one of each group."""
        words = {term: None for phrase in self.phrases for term in sorted(phrase.terms)}
        return [*((term,) for term in list(words)[:MOST_TERMS]), *(self.facets or {}).values()]

    def found_in(self, texts: Collection[str]) -> list[Hit] | None:
        """Where each phrase stands; None unless all do."""
        said = [_Said(text) for text in texts]
        hits = [next(_hits(phrase, said), None) for phrase in self.phrases]
        found = [hit for hit in hits if hit is not None]
        return found if len(found) == len(hits) else None


def _hits(phrase: Phrase, texts: Iterable[_Said]) -> Iterator[Hit]:
    return (hit for said in texts if (hit := phrase._in(said)) is not None)
