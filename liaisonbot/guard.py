"""What must not be handled like any other message: emergencies, accusations, court matters, numbers, minors.

``data/guard.toml`` is the whole policy: topics, their rules, and what is said in both languages. Here it is found.

An Aho-Corasick automaton goes through each sentence once for all words together (decisions 0017, 0042). That says of
most sentences that no rule has everything it asks for, and they are done with. Where one has, it is asked where its
words stand, whether its company is near enough, and whether something near excuses it. Spellings are folded first:
traditional characters, slips of the keyboard, "cant". The time grows with the text, and not faster.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, reduce
from importlib import resources
from itertools import chain
from operator import or_
from types import MappingProxyType
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, Implementation

from liaisonbot import masking, spelling


class Does(StrEnum):
    """What the guard does about a topic."""

    NUMBERS = "numbers"
    """The numbers to call are said first; then the case goes its way."""
    HOLD = "hold"
    """Kept from the group, and from the deputy until staff release it."""
    QUIET = "quiet"
    """Kept from the group; the deputy reads it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A topic, and the rule of it that spoke."""

    topic: str
    rule: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the data file, without its rules."""

    key: str
    names: Mapping[str, str]
    does: Does
    later: Does
    say: Mapping[str, str]
    """What to do now, with the right channel; language → HTML."""
    why: Mapping[str, str]
    """The reason; language → HTML."""
    then: Mapping[str, str]
    """What happens to it while it is held; language → HTML. Empty where it never is."""
    source: str

    @property
    def said(self) -> Mapping[str, Mapping[str, str]]:
        """What the catalogues say of it: ``guard-name-…``, ``guard-say-…``, ``guard-why-…``, ``guard-then-…``."""
        said = {"name": self.names, "say": self.say, "why": self.why}
        return said | {"then": self.then} if self.then else said

    @property
    def hides(self) -> bool:
        """Whether nothing of the words may stand in a group."""
        return self.does in (Does.HOLD, Does.QUIET)


MARKS: Final = ("right", "false_alarm", "missed")
"""What people say of a finding afterwards."""
MISSED: Final = "missed"
"""The rule of a finding that somebody made whom the guard should have been quicker than."""
_DEPUTY: Final = "<deputy>"
_SENTENCE_END: Final = re.compile(r"[。！？!?;；\n]|\.(?=\s|$)")
_LONGEST: Final = 120
"""Characters after which a sentence ends in any case."""
_EXCUSES_WITHIN: Final = 16
"""Chinese characters between a word and what excuses it: who speaks without stops says several things in one breath."""
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
"""What English words are made of, once their letters are small."""
_LATIN_FOR_CHINESE: Final = 4
"""Letters of English that say about as much as one Chinese character."""
_IDENTITY: Final = frozenset(
    {
        "identity number",
        "bank card",
        "bank card, identity number",
        "bank account",
        "IBAN",
        "passport or permit",
    }
)
"""Rules of masking whose numbers lead to an identity or an account."""


# --- spelling ---------------------------------------------------------------------------------------------------------

_FILES: Final = resources.files("liaisonbot") / "data"
_DATA: Final[Mapping[str, Any]] = tomllib.loads((_FILES / "guard.toml").read_text("utf-8"))
_MEANT: Final[Mapping[str, str]] = _DATA["slips"]
_SHORT: Final = 3
"""So few letters stand in codes, links and names by chance: alone they mean something, within more letters nothing."""


def _slip(slip: str) -> str:
    short = len(slip) <= _SHORT and slip.isascii() and slip.isalnum()
    return rf"(?<![a-z0-9]){slip}(?![a-z0-9])" if short else re.escape(slip)


_SLIPS: Final = tuple((re.compile(_slip(slip)), meant) for slip, meant in _MEANT.items())
_SLIP: Final = re.compile("|".join(map(_slip, _MEANT)))
_BLANK_BETWEEN: Final = re.compile(r"(?<=[\u4e00-\u9fff])[^\S\n]+(?=[\u4e00-\u9fff])")


def _plain(text: str) -> str:
    """Small letters, simplified characters, full-width signs as the usual ones, no blanks between Chinese characters,
    and the usual slips put right.
    """
    text = spelling.usual(text).lower().replace("’", "'").replace("n't", "nt")
    text = spelling.simplified(text)
    text = _BLANK_BETWEEN.sub("", text)
    if _SLIP.search(text):
        for slip, meant in _SLIPS:
            text = slip.sub(meant, text)
    return text


# --- words ------------------------------------------------------------------------------------------------------------


_GAPS: Final = re.compile("([…*])")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the data file. All its ``parts`` are in a text that has it; where there is a ``pattern``, it decides.
    Where there is none, the one part is the word, which must stand by itself if it is English.
    """

    parts: tuple[str, ...]
    pattern: str | None


@cache  # emptied once the file is read: many words stand in several rules
def _word(word: str) -> _Word:
    if word.startswith("re:"):
        return _Word((), word[3:])
    ascii_only = word.replace("…", "").isascii()
    gap = ".{0,30}?" if ascii_only else ".{0,8}?"
    pieces = [piece if piece in ("…", "*") else _plain(piece) for piece in _GAPS.split(re.sub(" *… *", "…", word))]
    parts = tuple(sys.intern(piece.strip()) for piece in pieces if piece.strip("…* "))
    if len(parts) == 1 and (len(pieces) == 1 or not ascii_only):
        return _Word(parts, None)
    pattern = "".join({"…": gap, "*": "[a-z]*"}.get(piece, re.escape(piece)) for piece in pieces)
    return _Word(parts, rf"(?<![a-z]){pattern}(?![a-z])" if ascii_only else pattern)


_compiled = cache(re.compile)
"""Made when it is first needed: most of them never are."""


class _Words:
    """Some words of the data file, to be looked for together."""

    __slots__ = ("by_part", "patterns", "plain")

    def __init__(self, words: Iterable[str]) -> None:
        plain: set[str] = set()
        by_part: dict[str, tuple[_Word, ...]] = {}
        patterns: list[str] = []
        for word in map(_word, words):
            if word.pattern is None:
                plain.update(word.parts)
            elif word.parts:
                by_part[word.parts[0]] = (*by_part.get(word.parts[0], ()), word)
            else:
                patterns.append(word.pattern)
        self.plain = frozenset(plain)
        """Words that are there when they stand in the text: by far the most."""
        self.by_part = by_part
        """Those that a pattern decides of, by the first of their parts."""
        self.patterns = tuple(patterns)

    @property
    def first_parts(self) -> Iterator[str]:
        """Without one of these none of the words is there, but for those that are patterns only."""
        return chain(self.plain, self.by_part)

    @property
    def whole(self) -> Iterator[str]:
        """The first parts of those without a gap."""
        single = (part for part, words in self.by_part.items() if any(len(word.parts) == 1 for word in words))
        return chain(self.plain, single)

    @property
    def gapped(self) -> Iterator[tuple[str, ...]]:
        """The parts of those with a gap: all of them are there, or the word is not."""
        return (word.parts for words in self.by_part.values() for word in words if len(word.parts) > 1)

    @property
    def parts(self) -> Iterator[str]:
        return chain(self.plain, (part for words in self.by_part.values() for word in words for part in word.parts))


_Place = int
"""Where something stands in a sentence: bit n is set where its character n belongs to it. So "near" is a shift."""


class _Sentence:
    """A piece of a text, and where words are in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = frozenset(_AUTOMATON.find_matches_as_strings(text, overlapping=True))
        """The parts of words that are in it."""
        self.hints = reduce(or_, map(_HINTS.__getitem__, self.parts), 0)
        """What is there of what rules ask for."""
        self._parts: dict[str, _Place] = {}
        self._words: dict[_Words, _Place] = {}

    def where(self, *words: _Words) -> _Place:
        """Where one of them is; 0 where none is."""
        place = 0
        for one in words:
            if one not in self._words:
                self._words[one] = self._find(one)
            place |= self._words[one]
        return place

    def _find(self, words: _Words) -> _Place:
        place = 0
        for part in words.plain & self.parts:
            if part not in self._parts:
                self._parts[part] = self._find_part(part)
            place |= self._parts[part]
        for part in words.by_part.keys() & self.parts:
            for word in words.by_part[part]:
                if word.pattern and self.parts.issuperset(word.parts):
                    place |= self._match(word.pattern)
        for pattern in words.patterns:
            place |= self._match(pattern)
        return place

    def _find_part(self, part: str) -> _Place:
        """Where it stands; an English one by itself."""
        text, place, start, english = self.text, 0, self.text.find(part), part.isascii()
        while start >= 0:
            end = start + len(part)
            if not english or (text[start - 1 : start] not in _LETTERS and text[end : end + 1] not in _LETTERS):
                place |= _between(start, end)
            start = text.find(part, start + 1)
        return place

    def _match(self, pattern: str) -> _Place:
        place = 0
        for match in _compiled(pattern).finditer(self.text):
            place |= _between(*match.span())
        return place

    def without(self, harmless: _Words) -> _Sentence:
        """The sentence with nothing in it that only looks like one of the topic's words."""
        place = self.where(harmless)
        if not place:
            return self
        return _Sentence("".join(" " if place >> i & 1 else character for i, character in enumerate(self.text)))


def _between(start: int, end: int) -> _Place:
    return (1 << end) - (1 << start)


def _around(place: _Place, far: int) -> _Place:
    """The place with as many characters more on either side."""
    reached = 0
    while place and reached < far:
        step = min(reached + 1, far - reached)
        place |= place << step | place >> step
        reached += step
    return place


@dataclass(frozen=True, slots=True)
class _Rule:
    finding: Finding
    words: tuple[_Words, ...]
    """Its own and those of its groups: any of them, here and below."""
    company: tuple[tuple[_Words, ...], ...]
    """Of each of these one must stand near; empty: the word is enough."""
    within: int | None
    """How near, in Chinese characters; None: in the same sentence or a neighbouring one."""
    names_deputy: bool
    """A deputy's name is company, too."""
    unless: tuple[_Words, ...]
    """What excuses the word when it stands near it (see ``_EXCUSES_WITHIN``)."""


# --- the data file ----------------------------------------------------------------------------------------------------


def _both(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (*row.get(f"{name}_zh", ()), *row.get(f"{name}_en", ()))


def _topic(row: Mapping[str, Any]) -> Topic:
    def said(name: str) -> Mapping[str, str]:
        found = {language: row.get(f"{name}_{language}") for language in ("zh", "en")}
        return MappingProxyType({language: words for language, words in found.items() if words})

    names = MappingProxyType({"zh": row["zh"], "en": row["en"]})
    does = Does(row["does"])
    later = Does(row.get("later", does))
    return Topic(row["key"], names, does, later, said("say"), said("why"), said("then"), row["source"])


def _words(row: Mapping[str, Any], own: str, groups: str) -> tuple[_Words, ...]:
    """The row's own words and those of the groups it names; nothing where it has neither."""
    words = [word for word in (*row.get(own, ()), *_both(row, own)) if word != _DEPUTY]
    return (*([_Words(words)] if words else ()), *(_GROUPS[name] for name in row.get(groups, ())))


def _rule(topic: str, row: Mapping[str, Any]) -> _Rule:
    return _Rule(
        Finding(topic, row["key"]),
        _words(row, "words", "words_of"),
        tuple(filter(None, (_words(row, "with", "near"), _words(row, "and_with", "and_near")))),
        row.get("within"),
        _DEPUTY in row.get("with", ()) or any(name in _NAMING for name in row.get("near", ())),
        _words(row, "unless", "excused_by"),
    )


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({row["key"]: _topic(row) for row in _DATA["topic"]})
"""Key → topic, the most urgent first."""

_GROUPS: Final = {
    name: _Words(word for word in _both(group, "words") if word != _DEPUTY) for name, group in _DATA["groups"].items()
}
_NAMING: Final = frozenset(name for name, group in _DATA["groups"].items() if _DEPUTY in _both(group, "words"))
"""Groups that a deputy's name belongs to."""

_RULE_NAMES: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    (row["key"], rule["key"]): {"zh": rule["zh"], "en": rule["en"]}
    for row in _DATA["topic"]
    for rule in (*row.get("rule", ()), *row.get("number", ()))
}
RULES: Final = tuple(_rule(row["key"], rule) for row in _DATA["topic"] for rule in row.get("rule", ()))
_HARMLESS: Final = {row["key"]: _Words(_both(row, "harmless")) for row in _DATA["topic"]}


_WORD, _COMPANY, _SECOND, _BEGINS, _GOES_ON = (row * len(RULES) for row in range(5))
"""What a part of a word may be to a rule: a word, its company, its second company, the beginning or the rest of a word
with a gap. Each is a row of bits, one for each rule, and begins at that bit.
"""
_ALL: Final = (1 << len(RULES)) - 1


def _hints_to(rule: _Rule) -> Iterator[tuple[int, str]]:
    for words in rule.words:
        yield from ((_WORD, part) for part in words.whole)
        for begins, *rest in words.gapped:
            yield from ((_BEGINS, begins), *((_GOES_ON, part) for part in rest))
    for row, lists in zip((_COMPANY, _SECOND), rule.company, strict=False):
        yield from ((row, part) for words in lists for part in words.first_parts)


def _hints() -> dict[str, int]:
    """Every part of a word of the file → the bits of what it may be; 0 for what excuses, or is harmless."""
    lists = (words for rule in RULES for words in (*rule.words, *chain(*rule.company), *rule.unless))
    hints = dict.fromkeys((part for words in (*lists, *_HARMLESS.values()) for part in words.parts), 0)
    for place, rule in enumerate(RULES):
        for row, part in _hints_to(rule):
            hints[part] |= 1 << row + place
    same: dict[int, int] = {}  # some hundred different ones for thousands of parts
    return {part: same.setdefault(bits, bits) for part, bits in hints.items()}


def _given(*, named: bool) -> int:
    """What needs no part: company that is not asked for or may be a pattern, and what a deputy's name stands for."""

    def is_given(rule: _Rule, number: int) -> bool:
        if rule.names_deputy and (named or not rule.company):
            return named
        lists = rule.company[number : number + 1]
        return not lists or any(words.patterns for words in lists[0])

    rows = enumerate((_COMPANY, _SECOND))
    return sum(1 << row + place for n, row in rows for place, rule in enumerate(RULES) if is_given(rule, n))


_HINTS: Final = _hints()
_AUTOMATON: Final = AhoCorasick(_HINTS, implementation=Implementation.ContiguousNFA, store_patterns=True)
_GIVEN: Final = (_given(named=False), _given(named=True))
# What was made of it is kept, the file itself is not.
del _DATA
_word.cache_clear()

IDENTITY: Final = "identity"
ACCUSATION: Final = "accusation"


def topic_of(key: str | None) -> Topic | None:
    """The topic with that key; None for None, and for one that the data file has no more."""
    return TOPICS.get(key) if key is not None else None


def rule_name(topic: str, rule: str, language: str) -> str:
    """What people read of a rule; of one that the data file has no more, its key."""
    return _RULE_NAMES.get((topic, rule), {}).get(language, rule)


def by_name(text: str) -> Topic | None:
    """The topic with that key, or that name in either language."""
    wanted = text.strip().casefold()
    for topic in TOPICS.values():
        if wanted in {topic.key, *(name.casefold() for name in topic.names.values())}:
            return topic
    return None


# --- finding ----------------------------------------------------------------------------------------------------------


def find(text: str, deputies: Collection[str] = (), staff: Collection[str] = ()) -> list[Finding]:
    """The topics of that text, each once, in the order of the data file. ``deputies`` and ``staff`` are names of those
    who might be accused: staff only where any official would be. People name them in passing, as whom they spoke to,
    and that something "has a problem" near their name accuses nobody. Numbers are looked for by :func:`find_numbers`.
    """
    plain = _plain(text)
    named = _Named(_in(plain, deputies), _in(plain, staff))
    sentences = [_Sentence(piece) for piece in _pieces(plain)]
    found: dict[str, Finding] = {}
    seen: dict[str, list[_Sentence]] = {}
    for place, numbers in sorted(_asked(sentences, named).items()):
        rule, topic = RULES[place], RULES[place].finding.topic
        if topic in found:
            continue
        if topic not in seen:
            seen[topic] = [sentence.without(_HARMLESS[topic]) for sentence in sentences]
        if _speaks(rule, seen[topic], numbers, named):
            found[topic] = rule.finding
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Named:
    """Whose names stand in a text."""

    deputies: tuple[str, ...]
    staff: tuple[str, ...]


def _in(plain: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in map(_plain, names) if len(name) > 1 and name in plain)


def _asked(sentences: Sequence[_Sentence], named: _Named) -> dict[int, list[int]]:
    """The places in ``RULES`` of those that may speak, and in which sentences: something of all they ask for is there,
    be it in a neighbouring one.
    """
    asked: dict[int, list[int]] = {}
    given = _GIVEN[bool(named.deputies or named.staff)]
    for number, sentence in enumerate(sentences):
        own = sentence.hints
        near = reduce(or_, (other.hints for other in sentences[max(0, number - 1) : number + 2]), given)
        words = own >> _WORD | own >> _BEGINS & own >> _GOES_ON
        may = words & near >> _COMPANY & near >> _SECOND & _ALL
        while may:
            asked.setdefault(may.bit_length() - 1, []).append(number)
            may ^= 1 << may.bit_length() - 1
    return asked


def find_numbers(text: str) -> list[Finding]:
    """Numbers that lead to an identity or an account: at most one finding."""
    return [Finding(IDENTITY, rule.replace(" ", "-")) for rule in masking.found(text) if rule in _IDENTITY][:1]


def _pieces(text: str) -> Iterator[str]:
    for whole in _SENTENCE_END.split(text):
        for i in range(0, len(whole), _LONGEST):
            yield whole[i : i + _LONGEST]


def _speaks(rule: _Rule, sentences: Sequence[_Sentence], numbers: Iterable[int], named: _Named) -> bool:
    """Whether it does in one of the sentences of those numbers."""
    for number in numbers:
        sentence = sentences[number]
        place = sentence.where(*rule.words)
        if place:
            place &= ~_around(sentence.where(*rule.unless), _reach(sentence, _EXCUSES_WITHIN))
        if place and _accompanied(rule, place, sentence, sentences[max(0, number - 1) : number + 2], named):
            return True
    return False


def _accompanied(
    rule: _Rule, place: _Place, sentence: _Sentence, neighbours: Sequence[_Sentence], named: _Named
) -> bool:
    names = (*named.deputies, *named.staff) if rule.company else named.deputies
    if rule.names_deputy and any(name in other.text for other in neighbours for name in names):
        return True
    if rule.names_deputy and not rule.company:
        return False
    for words in rule.company:
        if rule.within is not None:
            place &= _around(sentence.where(*words), _reach(sentence, rule.within))
        elif not any(other.where(*words) for other in neighbours):
            return False
    return bool(place)


def _reach(sentence: _Sentence, characters: int) -> int:
    """As many Chinese characters, or as much of a language that needs more of them to say the same."""
    return characters * _LATIN_FOR_CHINESE if sentence.text.isascii() else characters
