"""What must not be handled like any other message: emergencies, accusations, court matters, numbers, minors.

``data/guard.toml`` is the whole policy: topics, their rules, and what is said in both languages. Here it is found.

An Aho-Corasick automaton goes through each sentence once for all words together (decision 0017); a rule then only asks
which of its words are there. The time grows with the text, and not faster.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import ahocorasick

from liaisonbot import masking


class Does(StrEnum):
    """What the guard does about a topic."""

    NUMBERS = "numbers"
    """The numbers to call are said first; then the case goes its way."""
    HOLD = "hold"
    """Kept from the group, and from the deputy until staff release it."""
    QUIET = "quiet"
    """Kept from the group; the deputy reads it."""
    MASK = "mask"
    """The numbers are hidden in the group, and the case goes its way."""


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
    source: str

    @property
    def said(self) -> Mapping[str, Mapping[str, str]]:
        """What the catalogues say of it: ``guard-name-…``, ``guard-say-…``, ``guard-why-…``."""
        return {"name": self.names, "say": self.say, "why": self.why}

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


# --- words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the data file. All its ``parts`` are in a text that has it; where that is not enough, ``pattern``
    decides.
    """

    parts: tuple[str, ...]
    pattern: re.Pattern[str] | None


def _word(word: str) -> _Word:
    if word.startswith("re:"):
        return _Word((), re.compile(word[3:]))
    parts = tuple(part.strip() for part in word.lower().split("…"))
    if not word.replace("…", "").isascii():
        return _Word(parts, None if len(parts) == 1 else re.compile(r".{0,8}?".join(map(re.escape, parts))))
    return _Word(parts, re.compile(rf"(?<![a-z]){'.{0,30}?'.join(map(re.escape, parts))}(?![a-z])"))


class _Sentence:
    """A piece of a text, and which parts of words are in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = frozenset(part for _, part in _AUTOMATON.iter(text))


class _Words:
    """Some words of the data file, to be looked for together."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_part: dict[str, list[_Word]] = {}
        self._patterns: list[re.Pattern[str]] = []
        for word in map(_word, words):
            if word.parts:
                self._by_part.setdefault(word.parts[0], []).append(word)
            elif word.pattern is not None:
                self._patterns.append(word.pattern)

    @property
    def parts(self) -> Iterator[str]:
        return (part for words in self._by_part.values() for word in words for part in word.parts)

    def __bool__(self) -> bool:
        return bool(self._by_part or self._patterns)

    def may_be_in(self, parts: frozenset[str]) -> bool:
        """Whether a text with these parts can have one of them."""
        return not self._by_part.keys().isdisjoint(parts)

    def in_(self, sentence: _Sentence) -> Iterator[_Word]:
        """Those that the sentence has; patterns without a part of their own are left to ``any_in``."""
        for part in self._by_part.keys() & sentence.parts:
            for word in self._by_part[part]:
                if sentence.parts.issuperset(word.parts) and (
                    word.pattern is None or word.pattern.search(sentence.text)
                ):
                    yield word

    def any_in(self, sentence: _Sentence) -> bool:
        """Whether the sentence has one of them."""
        return any(True for _ in self.in_(sentence)) or any(pattern.search(sentence.text) for pattern in self._patterns)


@dataclass(frozen=True, slots=True)
class _Rule:
    finding: Finding
    words: _Words
    company: _Words
    """One of these must stand near; empty: the word is enough."""
    names_deputy: bool
    """A deputy's name is company, too."""
    unless: _Words

    @property
    def alone(self) -> bool:
        return not self.company and not self.names_deputy


# --- the data file ----------------------------------------------------------------------------------------------------


def _both(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return (*row.get(f"{name}_zh", ()), *row.get(f"{name}_en", ()))


def _topic(row: Mapping[str, Any]) -> Topic:
    def said(name: str) -> Mapping[str, str]:
        return MappingProxyType({language: row[f"{name}_{language}"] for language in ("zh", "en")})

    names = MappingProxyType({"zh": row["zh"], "en": row["en"]})
    does = Does(row["does"])
    return Topic(row["key"], names, does, Does(row.get("later", does)), said("say"), said("why"), row["source"])


def _rule(topic: str, row: Mapping[str, Any]) -> _Rule:
    near = [
        word for name in row.get("near", ()) for language in ("zh", "en") for word in _DATA["groups"][name][language]
    ]
    company = (*row.get("with", ()), *_both(row, "with"), *near)
    return _Rule(
        Finding(topic, row["key"]),
        _Words(_both(row, "words")),
        _Words(word for word in company if word != _DEPUTY),
        _DEPUTY in company,
        _Words(_both(row, "unless")),
    )


def _automaton(words: Iterable[_Words]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for part in {part for group in words for part in group.parts}:
        automaton.add_word(part, part)
    automaton.make_automaton()
    return automaton


_DATA: Final[Mapping[str, Any]] = tomllib.loads(
    (resources.files("liaisonbot") / "data" / "guard.toml").read_text("utf-8")
)

TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({row["key"]: _topic(row) for row in _DATA["topic"]})
"""Key → topic, the most urgent first."""

RULES: Final = tuple(_rule(row["key"], rule) for row in _DATA["topic"] for rule in row.get("rule", ()))
_HARMLESS: Final = {row["key"]: _Words(_both(row, "harmless")) for row in _DATA["topic"]}
_AUTOMATON: Final = _automaton(
    [*_HARMLESS.values(), *(words for rule in RULES for words in (rule.words, rule.company, rule.unless))]
)
IDENTITY: Final = "identity"
ACCUSATION: Final = "accusation"


def topic_of(key: str | None) -> Topic | None:
    """The topic with that key; None for None, and for one that the data file has no more."""
    return TOPICS.get(key) if key is not None else None


def by_name(text: str) -> Topic | None:
    """The topic with that key, or that name in either language."""
    wanted = text.strip().casefold()
    for topic in TOPICS.values():
        if wanted in {topic.key, *(name.casefold() for name in topic.names.values())}:
            return topic
    return None


# --- finding ----------------------------------------------------------------------------------------------------------


def find(text: str, deputies: Collection[str] = ()) -> list[Finding]:
    """The topics of that text, each once, in the order of the data file. ``deputies`` are names of those who might be
    accused. Numbers are looked for by :func:`find_numbers`.
    """
    plain = _plain(text)
    named = [name for name in map(_plain, deputies) if len(name) > 1 and name in plain]
    sentences = [_Sentence(piece) for piece in _pieces(plain)]
    parts = frozenset().union(*(sentence.parts for sentence in sentences))
    found = {}
    for topic, rules in _RULES_OF.items():
        rules = [rule for rule in rules if rule.words.may_be_in(parts)]
        seen = sentences
        if rules and _HARMLESS[topic].may_be_in(parts):
            seen = [_without(sentence, _HARMLESS[topic]) for sentence in sentences]
        speaking = next((rule for rule in rules if _speaks(rule, seen, named)), None)
        if speaking is not None:
            found[topic] = speaking.finding
    return [found[topic] for topic in TOPICS if topic in found]


def find_numbers(text: str) -> list[Finding]:
    """Numbers that lead to an identity or an account: at most one finding."""
    return [Finding(IDENTITY, rule.replace(" ", "-")) for rule in masking.found(text) if rule in _IDENTITY][:1]


_RULES_OF: Final = {topic: [rule for rule in RULES if rule.finding.topic == topic] for topic in TOPICS}


def _pieces(text: str) -> Iterator[str]:
    for whole in _SENTENCE_END.split(text):
        for i in range(0, len(whole), _LONGEST):
            yield whole[i : i + _LONGEST]


def _without(sentence: _Sentence, harmless: _Words) -> _Sentence:
    """The sentence with nothing in it that only looks like one of the topic's words."""
    text = sentence.text
    for word in harmless.in_(sentence):
        text = word.pattern.sub(" ", text) if word.pattern else text.replace(word.parts[0], " ")
    return sentence if text is sentence.text else _Sentence(text)


def _speaks(rule: _Rule, sentences: Sequence[_Sentence], named: Sequence[str]) -> bool:
    for place, sentence in enumerate(sentences):
        if not rule.words.may_be_in(sentence.parts):
            continue
        if rule.words.any_in(sentence) and not rule.unless.any_in(sentence):
            near = sentences[max(0, place - 1) : place + 2]
            if rule.alone or any(_accompanied(rule, other, named) for other in near):
                return True
    return False


def _accompanied(rule: _Rule, sentence: _Sentence, named: Sequence[str]) -> bool:
    return rule.company.any_in(sentence) or (rule.names_deputy and any(name in sentence.text for name in named))


_BLANK_BETWEEN: Final = re.compile(r"(?<=[\u4e00-\u9fff])[^\S\n]+(?=[\u4e00-\u9fff])")


def _plain(text: str) -> str:
    """Small letters, full-width signs as the usual ones, no blanks between Chinese characters."""
    return _BLANK_BETWEEN.sub("", unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
