"""What is typed behind ``/search``: words, and filters such as ``stage:reply`` or ``自:上周一``, in any order.

A filter is a row of ``FILTERS``: its names in both languages, and what reads its value. A wrong value is answered with
those that are possible.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from liaisonbot import categories, dates, masking
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.finding import Facet, Phrase, Wanted, facet, phrases
from liaisonbot.model import Case
from liaisonbot.services import cards, export_arguments
from liaisonbot.services.visit import Visit
from liaisonbot.texts import LANGUAGES, Text, catalogue
from liaisonbot.vocabulary import Stage

Answers = Mapping[str, Any]

LONGEST: Final = 200
"""Characters of what is looked for."""
_MOST_NAMED: Final = 12
"""Deputies who are named where one is not known."""
_LONGEST_VALUE: Final = 6
"""Words of a name at most."""
LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all the phrases, and one of each kind of filter that is given."""

    phrases: tuple[Phrase, ...] = ()
    chosen: Mapping[Facet, frozenset[int | str]] = field(default_factory=dict)
    since: date | None = None
    numbers: frozenset[int] | None = None

    @property
    def wanted(self) -> Wanted:
        """The same, as the index knows it."""
        facets = {kind: frozenset(facet(kind, value) for value in values) for kind, values in self.chosen.items()}
        return Wanted(self.phrases, facets, self.numbers)

    @property
    def only_numbers(self) -> bool:
        """Whether nothing is looked for but certain cases."""
        return self == Query(numbers=self.numbers)

    @property
    def bare_number(self) -> int | None:
        """The one figure that was typed, and nothing else: it may be meant as the number of a case."""
        if len(self.phrases) != 1 or self != Query(self.phrases):
            return None
        typed = _NUMBER.fullmatch(f"#{self.phrases[0].typed}")
        return int(typed[1]) if typed else None

    def fits(self, case: Case, since: datetime | None) -> bool:
        """Whether the case, as it is now, is one that the filters ask for."""
        has: Mapping[Facet, int | str | None] = {
            Facet.STAGE: case.stage.value,
            Facet.CATEGORY: case.category,
            Facet.DEPUTY: case.deputy_id,
        }
        if self.numbers is not None and case.number not in self.numbers:
            return False
        if since is not None and case.created_at < since:
            return False
        return all(has[kind] in values for kind, values in self.chosen.items())

    def since_moment(self, visit: Visit) -> datetime | None:
        """When its first day begins."""
        return datetime.combine(self.since, time(), visit.desk.timezone) if self.since else None


def read(visit: Visit, typed: str) -> Query:
    """What was typed, understood. Raises Refused for a value that is none, and where nothing is looked for."""
    query, words, rest = Query(), [], _in_one_line(typed)
    while rest:
        named = _FILTER.match(rest)
        if named is not None:
            query, rest = FILTERS[_NAMES[named[1].lower()]](visit, query, rest[named.end() :].strip())
        else:
            word, _, rest = rest.partition(" ") if " " in rest else (rest, "", "")
            number = _NUMBER.fullmatch(word)
            if number is not None:
                query = replace(query, numbers=(query.numbers or frozenset()) | {int(number[1])})
            else:
                words.append(word)
        rest = rest.lstrip()
    query = replace(query, phrases=phrases(" ".join(words)))
    if query == Query():
        raise Refused("search-need-words" if not words else "search-only-signs")
    return query


_NUMBER: Final = re.compile(r"#([0-9]{1,15})[,、.。]?")


def _in_one_line(typed: str) -> str:
    """As it is read: one width, and a blank for what stands before a filter or the number of a case."""
    plain = " ".join(unicodedata.normalize("NFKC", typed).split())
    return _BEFORE_A_FILTER.sub(" ", plain)[: 2 * LONGEST]


def _shortened(typed: str) -> str:
    """Its beginning, without a word or a figure that would be cut in two."""
    kept = typed[:LONGEST]
    return kept if len(typed) <= LONGEST else _CUT.sub("", kept)


_CUT: Final = re.compile(r"(?:[A-Za-z]+|\d+)$")


def _chosen(query: Query, kind: Facet, values: frozenset[int | str]) -> Query:
    return replace(query, chosen={**query.chosen, kind: query.chosen.get(kind, frozenset()) | values})


Values = Mapping[str, frozenset[int | str]]
"""By a folded name: what it stands for."""


def _value(rest: str, known: Values, otherwise: Callable[[str], Refused]) -> tuple[frozenset[int | str], str]:
    """What the words begin with, the longest name first, and what comes behind; several with a comma between. The
    beginning of a name stands for all that begin so. Raises ``otherwise`` where there is none; behind a comma, what is
    none belongs to the words.
    """
    value, rest, more = _one_value(rest, known) or (None, rest, False)
    if value is None:
        raise otherwise(masking.shorten(rest.partition(" ")[0], 40))
    while more and (another := _one_value(rest, known)) is not None:
        others, rest, more = another
        value |= others
    return value, rest


def _one_value(rest: str, known: Values) -> tuple[frozenset[int | str], str, bool] | None:
    words = rest.split(" ")
    for count in range(min(len(words), _LONGEST_VALUE), 0, -1):
        first, left, more = _up_to_comma(words, count)
        value = known.get(_folded(first))
        if value is not None:
            return value, left, more
    begins = _folded(first)
    begun = [value for name, value in known.items() if begins and name.startswith(begins)]
    return (frozenset[int | str]().union(*begun), left, more) if begun else None


def _up_to_comma(words: Sequence[str], count: int) -> tuple[str, str, bool]:
    """So many words, or those before a comma; what is left; whether that goes on with another value."""
    first, *behind = _COMMA.split(" ".join(words[:count]), maxsplit=1)
    left = " ".join([*behind, *words[count:]]).strip()
    return first, left, bool(behind and left)


_COMMA: Final = re.compile("[,、]")


def _folded(name: str) -> str:
    return re.sub(r"[\s&_@]+", "", unicodedata.normalize("NFKC", name).lower())


UNFINISHED: Final = "open"
"""In the place of a stage: every one but the last."""


@cache
def _stages() -> Values:
    words = [catalogue(language, "UTC") for language in LANGUAGES]
    known: dict[str, frozenset[int | str]] = {}
    for stage in Stage:
        for name in (stage.value, *(each.plain(Text.of(f"stage-{stage}")) for each in words)):
            known[_folded(name)] = frozenset({stage.value})
    unfinished = frozenset[int | str](stage.value for stage in Stage if stage is not Stage.CLOSED)
    for name in (UNFINISHED, *(each.plain(Text.of("search-unfinished")) for each in words)):
        known[_folded(name)] = unfinished
    return known


def _stage(visit: Visit, query: Query, rest: str) -> tuple[Query, str]:
    def unknown(typed: str) -> Refused:
        known = [Text.of("search-unfinished"), *(Text.of(f"stage-{stage}") for stage in Stage)]
        return Refused("search-unknown-stage", typed=typed, known=cards.listed(known))

    values, left = _value(rest, _stages(), unknown)
    return _chosen(query, Facet.STAGE, values), left


@cache
def _categories() -> Values:
    return {
        _folded(name): frozenset({key})
        for key, entry in categories.CATEGORIES.items()
        for name in (key, entry.zh, entry.en)
    }


def _category(visit: Visit, query: Query, rest: str) -> tuple[Query, str]:
    def unknown(typed: str) -> Refused:
        known = cards.listed([Text.of(f"category-{key}") for key in categories.CATEGORIES])
        return Refused("search-unknown-category", typed=typed, known=known)

    values, left = _value(rest, _categories(), unknown)
    return _chosen(query, Facet.CATEGORY, values), left


def _deputy(visit: Visit, query: Query, rest: str) -> tuple[Query, str]:
    entries = [*visit.uow.roster.deputies(), *visit.uow.roster.former_deputies()]
    known: dict[str, frozenset[int | str]] = {}
    for entry in entries:
        # Constituents know deputies by their names: nobody shall find out by trying whose account is whose.
        for name in filter(None, (entry.name, entry.username if visit.actor.works_here else None)):
            known[_folded(name)] = known.get(_folded(name), frozenset()) | {entry.id}

    def unknown(typed: str) -> Refused:
        names = [entry.name for entry in visit.uow.roster.deputies()]
        return Refused("search-unknown-deputy", typed=typed, known=cards.names(names, _MOST_NAMED))

    values, left = _value(rest, known, unknown)
    return _chosen(query, Facet.DEPUTY, values), left


_AGO: Final = re.compile(
    r"(\d{1,3}) ?(天|日|周|星期|个月|days?|d\b|weeks?|w\b|months?)(?:前|以来|内|之内| ago)?(?=\s|$)"
)
_DAYS: Final[Mapping[str, int]] = {"天": 1, "日": 1, "d": 1, "周": 7, "星": 7, "w": 7, "个": 30, "m": 30}
"""By the first letter of the unit."""


_FROM: Final = re.compile(r"(\S+?)(?:以来|开始|起)(?=[\s,、。]|$)")
"""自：上周以来, 自：11月1日起."""
_EARLIEST: Final = date(1970, 1, 1)
"""Whatever day is named: before it there is no case, and no moment that every engine knows."""


def _since(visit: Visit, query: Query, rest: str) -> tuple[Query, str]:
    today, rest = visit.desk.today, _FROM.sub(r"\1", rest, count=1) if _FROM.match(rest) else rest
    for reads in (_ago, _day, _period):
        found = reads(rest, today)
        if found is not None:
            break
    else:
        raise Refused("search-unknown-day", typed=masking.shorten(rest.partition(" ")[0], 40))
    day, left = found
    if day > today:
        raise Refused("search-day-to-come", date=day)
    return replace(query, since=max(day, query.since or _EARLIEST)), left


def _ago(rest: str, today: date) -> tuple[date, str] | None:
    ago = _AGO.match(rest.lower())
    return None if ago is None else (today - timedelta(days=int(ago[1]) * _DAYS[ago[2][0]]), rest[ago.end() :])


def _day(rest: str, today: date) -> tuple[date, str] | None:
    found = dates.read(rest, today, past=True)
    return None if found is None or found[0] is None else (found[0], found[1])


def _period(rest: str, today: date) -> tuple[date, str] | None:
    """The first day of 上个月, *last week*, 2026-Q3: what ``/export`` calls a window."""
    words = rest.split(" ")
    for count in (2, 1):
        window = export_arguments.window_called("".join(words[:count]).rstrip(",、。"), today)
        if window is not None:
            return window.first, " ".join(words[count:])
    return None


FILTERS: Final[Mapping[str, Callable[[Visit, Query, str], tuple[Query, str]]]] = {
    "stage": _stage,
    "category": _category,
    "deputy": _deputy,
    "since": _since,
}
_NAMES: Final[Mapping[str, str]] = {
    name: key
    for key, names in {
        "stage": "stage 阶段 状态",
        "category": "category 类别 分类",
        "deputy": "deputy 代表",
        "since": "since 自 从",
    }.items()
    for name in names.split()
}
_FILTER: Final = re.compile(rf"({'|'.join(_NAMES)})\s?:", re.IGNORECASE)
_BEFORE_A_FILTER: Final = re.compile(rf"[\s,、;。]+(?={_FILTER.pattern}|#[0-9])", re.IGNORECASE)


def _words(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """The words as they were typed, once they are understood."""
    if not rest:
        return None
    words = _shortened(rest)
    read(visit, words)
    return words, ""


def _offer(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    """The usual filters, each in the words in which the reader would type it: they stand above what is found."""
    words = catalogue(visit.language, visit.desk.settings.locale.timezone)
    since = (visit.desk.today - LATELY).isoformat()
    stages = [Text.of("search-unfinished"), *(Text.of(f"stage-{stage}") for stage in Stage)]
    unfinished, *others = [(stage, words.plain(Text.of("search-typed-stage", stage=stage))) for stage in stages]
    lately = Text.of("search-lately", days=LATELY.days), words.plain(Text.of("search-typed-since", day=since))
    return [unfinished, lately, *others]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {Kind.SEARCH: _words}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {Kind.SEARCH: _offer}
