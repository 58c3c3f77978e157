"""What is typed behind ``/search``: words, and filters such as ``stage:reply`` or ``自:上周一``, in any order.

A filter is a row of ``FILTERS``: its names in both languages, and what reads its value. A wrong value is answered with
those that are possible.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from liaisonbot import categories, dates, masking
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.finding import Facet, Phrase, Wanted, facet, phrases
from liaisonbot.model import Case
from liaisonbot.services import cards
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
    query, words, rest = Query(), [], unicodedata.normalize("NFKC", typed)[:LONGEST].strip()
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
        raise Refused("search-need-words")
    return query


_NUMBER: Final = re.compile(r"#([0-9]{1,15})[,、.。]?")


def _chosen(query: Query, kind: Facet, values: frozenset[int | str]) -> Query:
    return replace(query, chosen={**query.chosen, kind: query.chosen.get(kind, frozenset()) | values})


Values = Mapping[str, frozenset[int | str]]
"""By a folded name: what it stands for."""


def _value(rest: str, known: Values, otherwise: Callable[[str], Refused]) -> tuple[frozenset[int | str], str]:
    """What the words begin with, the longest name first, and what comes behind; several with a comma between. The
    beginning of a name will do where only one begins so.
    """
    found: frozenset[int | str] = frozenset()
    while True:
        value, rest, more = _one_value(rest, known, otherwise)
        found |= value
        if not more:
            return found, rest


def _one_value(rest: str, known: Values, otherwise: Callable[[str], Refused]) -> tuple[frozenset[int | str], str, bool]:
    words = rest.split(" ")
    for count in range(min(len(words), _LONGEST_VALUE), 0, -1):
        name = " ".join(words[:count])
        for first, comma, others in ((name, "", ""), name.partition(",") if "," in name else name.partition("、")):
            value = known.get(_folded(first.rstrip(",、")))
            if value is not None:
                left = " ".join([others, *words[count:]]).strip()
                more = bool(comma or first.endswith((",", "、"))) and bool(left)
                return value, left, more
    begins = _folded(words[0])
    begun = {value for name, value in known.items() if begins and name.startswith(begins)}
    if len(begun) == 1:
        return begun.pop(), " ".join(words[1:]), False
    raise otherwise(masking.shorten(words[0], 40))


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
        for name in filter(None, (entry.name, entry.username)):
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


def _since(visit: Visit, query: Query, rest: str) -> tuple[Query, str]:
    today = visit.desk.today
    ago = _AGO.match(rest.lower())
    if ago is not None:
        day, left = today - timedelta(days=int(ago[1]) * _DAYS[ago[2][0]]), rest[ago.end() :]
    else:
        found = dates.read(rest, today, past=True)
        if found is None or found[0] is None:
            raise Refused("search-unknown-day", typed=masking.shorten(rest.partition(" ")[0], 40))
        day, left = found[0], found[1]
    if day > today:
        raise Refused("search-day-to-come", date=day)
    return replace(query, since=max(day, query.since or day)), left


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


def _words(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """The words as they were typed, once they are understood."""
    if not rest:
        return None
    read(visit, rest)
    return rest[:LONGEST], ""


def _offer(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    since = (visit.desk.today - LATELY).isoformat()
    return [
        (Text.of("search-unfinished"), f"stage:{UNFINISHED}"),
        (Text.of("search-lately", days=LATELY.days), f"since:{since}"),
        *((Text.of(f"stage-{stage}"), f"stage:{stage}") for stage in Stage),
    ]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {Kind.SEARCH: _words}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {Kind.SEARCH: _offer}
