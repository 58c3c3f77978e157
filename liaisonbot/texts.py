"""Sentences by key, to be said later in the reader's language.

A part between ⟦ and ⟧ is left out where its first blank is nothing: nobody reads of *0 photos*.
The office never builds a sentence: it names one (:class:`Text`) with its blanks. The words stand in
``liaisonbot/locales/LANGUAGE/*.po``, one file for each part of the work; :class:`Catalogue` fills them in, and escapes
what people typed exactly once, there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from liaisonbot import categories, definitions, duty, guard, projects, reasons, receptions, scoring, voting
from liaisonbot.clock import Clock, SystemClock
from liaisonbot.written_dates import format_date

LANGUAGES: Final = ("zh", "en")

Param = Any
"""A blank's filling: str (typed by somebody; escaped), int, date, datetime (aware), Text, a sequence of Text, None."""

_LINES: Final = "lines"

_clock: Clock = SystemClock()


def go_by(clock: Clock) -> None:
    """Which year is this one, and need not be named with a day of it, that clock tells: in this process, from now on.

    Until then it is the machine's. Sentences are said in many places, and all of them in the same year.
    """
    global _clock
    _clock = clock


def now() -> datetime:
    """The moment by that clock."""
    return _clock.now()


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence's key and what goes into its blanks. Becomes JSON and back without loss."""

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)

    @classmethod
    def of(cls, key: str, **params: Param) -> Text:
        return cls(key, params)

    @classmethod
    def counted(cls, what: str, n: int | str) -> Text:
        """So many of something, with its noun: for the blanks of a sentence that counts more than one thing."""
        return cls(f"counted-{what}", {"n": n})

    @classmethod
    def lines(cls, *texts: Text | None) -> Text:
        """Several texts one below the other; ``None`` leaves its line out."""
        return cls(_LINES, {"lines": [text for text in texts if text is not None]})

    def to_json(self) -> dict[str, Any]:
        return {
            "k": self.key,
            "p": {
                name: value if type(value) in _PLAIN else _param_to_json(value) for name, value in self.params.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Text:
        return cls(data["k"], {name: _param_from_json(value) for name, value in data["p"].items()})


_PLAIN: Final = frozenset({str, int, type(None)})
"""Most blanks: JSON has them as they are."""


def _param_to_json(value: Param) -> Any:
    match value:
        case str() | int() | float() | None:
            return value
        case Text():
            return {"t": value.to_json()}
        case datetime():
            return {"dt": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case list() | Sequence():  # by itself, the second takes five times as long to say so
            return {"l": [item.to_json() for item in value]}
    raise TypeError(f"a text's blank cannot hold {type(value).__name__}")


def _param_from_json(value: Any) -> Param:
    if not isinstance(value, dict):
        return value
    if "t" in value:
        return Text.from_json(value["t"])
    if "dt" in value:
        return datetime.fromisoformat(value["dt"])
    if "d" in value:
        return date.fromisoformat(value["d"])
    return [Text.from_json(item) for item in value["l"]]


_OPTIONAL: Final = re.compile(r"⟦([^⟦⟧|]*?\{(\w+)\}[^⟦⟧|]*)(?:\|([^⟦⟧|]*))?⟧")
"""``⟦, not delivered {failed}⟧``: said only where there is something to fill in. ``⟦{n} open|none⟧``: else that."""


def _if_there(part: re.Match[str], params: Mapping[str, Param]) -> str:
    there = params.get(part[2]) not in (None, 0, "")
    return part[1] if there else part[3] or ""


class Catalogue:
    """All sentences in one language. ``render`` gives Telegram HTML, ``plain`` gives what a button can show."""

    def __init__(self, language: str, timezone: tzinfo) -> None:
        self.language = language
        self._timezone = timezone
        self._sentences = _sentences(language)

    @property
    def zone(self) -> tzinfo:
        """Where its readers are: moments are said in their time."""
        return self._timezone

    @property
    def keys(self) -> Set[str]:
        """Everything it can say, what stands in the data files included; for tests and tools."""
        return self._sentences.keys()

    def render(self, text: Text) -> str:
        """The sentence as HTML: markup from the catalogue, everything people typed escaped."""
        return self._fill(text, escape=True)

    def plain(self, text: Text) -> str:
        """The sentence without markup, for buttons, alerts and file names."""
        return self._fill(text, escape=False)

    def _fill(self, text: Text, *, escape: bool) -> str:
        if text.key == _LINES:
            return "\n".join(self._fill(line, escape=escape) for line in text.params["lines"])
        try:
            forms = self._sentences[text.key]
        except KeyError:
            raise LookupError(f"no sentence {text.key!r} in {self.language}") from None
        form = forms[0 if len(forms) == 1 or text.params.get("n") == 1 else 1]
        if "{" not in form:
            return form
        if "⟦" in form:
            form = _OPTIONAL.sub(lambda part: _if_there(part, text.params), form)
        shown = {name: self._show(value, escape=escape) for name, value in text.params.items()}
        try:
            return form.format_map(shown)
        except KeyError as exc:
            raise LookupError(f"nothing for the blank {exc} of {text.key!r}") from None

    def _show(self, value: Param, *, escape: bool) -> str:
        match value:
            case Text():
                return self._fill(value, escape=escape)
            case str():
                return html.escape(value, quote=False) if escape else value
            case datetime():
                return format_date(value.astimezone(self._timezone), "datetime", self.language)
            case date():
                this_year = value.year == now().astimezone(self._timezone).year
                return format_date(value, "date" if this_year else "date_and_year", self.language)
            case None:
                return ""
            case int() | float():
                return str(value)
        return "\n".join(self._fill(item, escape=escape) for item in value)


_NAMED_BY_DATA: Final[Mapping[str, Mapping[str, categories.Entry | categories.Tag | reasons.Reason]]] = {
    "category": categories.CATEGORIES,
    "kind": categories.KINDS,
    "reason": reasons.REASONS,
    "tag": categories.TAGS,
}


def _named_in_data() -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the data files about projects, votes, duty logs and reception days name, with its key."""
    named: dict[str, Mapping[str, duty.Named | duty.Norm | receptions.Exit | scoring.Item | scoring.Grade]] = {
        "duty-type": duty.TYPES,
        "duty-group": duty.GROUPS,
        "duty-role": duty.ROLES,
        "duty-place": duty.PLACES,
        "duty-norm": duty.norms(),
        "reception-exit": receptions.exits(),
    }
    for rule in scoring.rules().values():
        named |= {f"score-item-{rule.key}": {item.key: item for item in rule.items}}
        named |= {f"score-grade-{rule.key}": {grade.key: grade for grade in rule.grades}}
    for prefix, entries in named.items():
        for key, entry in entries.items():
            yield f"{prefix}-{key}", {"zh": entry.zh, "en": entry.en}
    for phase in projects.phases():
        yield f"phase-{phase.key}", {"zh": phase.zh, "en": phase.en}
        yield f"phase-turn-{phase.key}", {"zh": phase.turn_zh, "en": phase.turn_en}
    for definition in definitions.DEFINITIONS.values():
        yield from definition.said().items()
    for ground in projects.shipped_grounds():
        yield f"ground-{ground.key}", {"zh": ground.zh, "en": ground.en}
    rules = {
        "vote-rule": voting.rules(),
        "appraisal-rule": voting.appraisal_rules(),
        "index-rule": voting.index_rules(),
    }
    for prefix, table in rules.items():
        for key, row in table.items():
            yield f"{prefix}-{key}", {"zh": row["zh"], "en": row["en"]}


def _group_line(group: categories.TagGroup, language: str) -> str:
    """A group of tags with its meaning."""
    if language == "zh":
        return f"<b>{group.zh}</b>：{group.meaning_zh}"
    return f"<b>{group.en}</b>: {group.meaning_en}"


@cache
def _sentences(language: str) -> Mapping[str, tuple[str, ...]]:
    catalog = read_catalogue(language)
    forms: dict[str, tuple[str, ...]] = {}
    for prefix, table in _NAMED_BY_DATA.items():
        forms |= {f"{prefix}-{key}": (getattr(entry, language),) for key, entry in table.items()}
    forms |= {f"tag-group-{key}": (_group_line(group, language),) for key, group in categories.TAG_GROUPS.items()}
    for topic in guard.TOPICS.values():
        forms |= {f"guard-{part}-{topic.key}": (said[language],) for part, said in topic.said.items()}
    forms |= {key: (said[language],) for key, said in _named_in_data()}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            forms[key] = tuple(str(string) for string in strings)
    return forms


def read_catalogue(language: str) -> Catalog:
    """The catalogue files of that language, parsed; for tests and tools. ``Catalogue`` is what says sentences.

    Raises ValueError where two files say the same key.
    """
    together = Catalog(locale=language)
    for path in sorted(catalogue_files(language), key=lambda path: path.name):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.id in together:
                    raise ValueError(f"{path.name} in {language} says {message.id!r} a second time")
                together[message.id] = message
    return together


def catalogue_files(language: str) -> list[Traversable]:
    """The files of one language: one for each part of the work."""
    folder = resources.files("liaisonbot") / "locales" / language
    return [path for path in folder.iterdir() if path.name.endswith(".po")]


@cache
def catalogue(language: str, timezone: str) -> Catalogue:
    """The catalogue for a language (``zh`` or ``en``) and an IANA time zone; made once."""
    return Catalogue(language, ZoneInfo(timezone))


def pick_language(*wishes: str | None, default: str) -> str:
    """The first wish that is a language code: ``zh…`` is Chinese, any other code English; else the default."""
    for wish in wishes:
        if wish:
            return "zh" if wish.lower().startswith("zh") else "en"
    return default
