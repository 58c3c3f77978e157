"""Arguments that concern livelihood projects and their cycles; see ``arguments``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from liaisonbot import dates, masking
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.model import Station
from liaisonbot.projects import LEVELS, phases
from liaisonbot.services import cycles, project_names, project_views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import LANGUAGES, Text, catalogue

Answers = Mapping[str, Any]
Read = tuple[Any, str]
Choices = list[tuple[Text, str]]
_NUMBER: Final = re.compile(r"#?([0-9]{1,15})号?$")
_FIELDS: Final[Mapping[str, str]] = {
    **{field: field for field in project_views.EDITED},
    **{"标题": "title", "内容": "text", "预算": "cost", "经费": "cost", "单位": "unit", "责任单位": "unit"},
}
EVERYWHERE: Final = "all"
_ALL_WORDS: Final = frozenset({EVERYWHERE, "全部", "所有"})
_YEARS: Final = (2000, 2100)
MOST_PLACES: Final = 99


def _first_word(rest: str) -> tuple[str, str]:
    word, _, left = unicodedata.normalize("NFKC", rest).partition(" ")
    return word, left.strip()


def _numbered(key: str) -> Callable[[Visit, Answers, str], Read | None]:
    def read(visit: Visit, answers: Answers, rest: str) -> Read | None:
        if not rest:
            return None
        word, _, left = rest.partition(" ")
        number = _NUMBER.match(unicodedata.normalize("NFKC", word))
        if number is None:
            raise Refused(key, typed=masking.shorten(word, 40))
        return int(number[1]), left.strip()

    return read


def _field(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    field = _FIELDS.get(word.lower().strip(":："))
    if field is None:
        raise Refused("need-project-field", typed=masking.shorten(word, 40))
    return field, left.strip()


def _offer_fields(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(Text.of(f"button-project-edit-{field}"), field) for field in project_views.EDITED]


def _year(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = _first_word(rest)
    typed = word.removesuffix("年度").removesuffix("年")
    if not (typed.isascii() and typed.isdecimal() and _YEARS[0] <= int(typed[:9]) <= _YEARS[1]):
        raise Refused("need-year", typed=masking.shorten(word, 40))
    return int(typed), left


def _offer_years(visit: Visit, command: Command, answers: Answers) -> Choices:
    this = visit.desk.today.year
    return [(Text.of("choice-year", year=str(year)), str(year)) for year in (this, this + 1)]


def _level(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """One word in a line; in answer to the question all of it. One of ours is known in every language."""
    if not rest:
        return None
    if visit.message is None or visit.message.command is None:
        return _known(masking.shorten(rest, 60)), ""
    word, _, left = rest.partition(" ")
    return _known(masking.shorten(word, 60)), left.strip()


def _known(word: str) -> str:
    return _level_words().get(word.casefold(), word)


@cache
def _level_words() -> dict[str, str]:
    said = [(catalogue(language, "UTC"), level) for language in LANGUAGES for level in LEVELS]
    return {words.plain(Text.of(f"choice-level-{level}")).casefold(): level for words, level in said}


def _offer_levels(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(Text.of(f"choice-level-{level}"), level) for level in LEVELS]


def _places(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    word, left = _first_word(rest)
    typed = word.removesuffix("个")
    if not (typed.isascii() and typed.isdecimal() and 0 < int(typed[:9]) <= MOST_PLACES):
        raise Refused("need-places", typed=masking.shorten(word, 40), most=MOST_PLACES)
    return int(typed), left


def _offer_places(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(Text.of("choice-places", n=n), str(n)) for n in (3, 5, 10, 15)]


def _stations(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """Codes, several with ``;``, or *all*; of those at which one works. An owner's *all* are all there ever are."""
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    if word.lower() in _ALL_WORDS:
        return [] if visit.actor.owner else [station.id for station in _own(visit)], left.strip()
    own = {station.code.lower(): station.id for station in _own(visit)}
    codes = [code for code in re.split("[;；,，]", word) if code]
    unknown = next((code for code in codes if code.lower() not in own), None)
    if unknown is not None or not codes:
        raise Refused("station-unknown-code", typed=masking.shorten(unknown or word, 40))
    return [own[code.lower()] for code in codes], left.strip()


def _own(visit: Visit) -> list[Station]:
    stations = visit.uow.stations.all()
    if visit.actor.owner:
        return stations
    own = visit.actor.staff.station_ids if visit.actor.staff else frozenset()
    return [station for station in stations if station.id in own]


def _offer_stations(visit: Visit, command: Command, answers: Answers) -> Choices:
    own = _own(visit)
    whole = [(Text.of("choice-all-stations", n=len(own)), EVERYWHERE)] if len(own) != 1 else []
    return [*whole, *((Text.of("choice-station", station=station.name), station.code) for station in own)]


def _phase(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """By its key, its name or a part of it that no other has, or its place in the order."""
    if not rest:
        return None
    word, left = _first_word(rest)
    names = {name: phase.key for phase in phases() for name in (phase.key.value, phase.zh, phase.en.lower())}
    names |= {str(place): phase.key for place, phase in enumerate(phases(), start=1)}
    part = [phase.key for phase in phases() if word.lower() in phase.zh or word.lower() in phase.en.lower()]
    found = names.get(word.lower()) or (part[0] if len(part) == 1 else None)
    if found is None or cycles.row(found).months is None:
        raise Refused("need-phase", typed=masking.shorten(word, 40))
    return found.value, left


def _offer_phases(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(cycles.name(phase.key), phase.key.value) for phase in phases() if phase.months is not None]


def _day(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """Any day, a past one too: a plan is written down late."""
    if not rest:
        return None
    found = dates.read(rest, visit.desk.today)
    if found is None or found[0] is None:
        raise Refused("need-date", typed=masking.shorten(rest.split()[0], 40))
    return found[0].isoformat(), found[1]


def _last_day(visit: Visit, answers: Answers, rest: str) -> Read | None:
    read = _day(visit, answers, rest)
    first = answers.get("first")
    if read is not None and first is not None and read[0] < first:
        raise Refused("cycle-days-reversed", first=date.fromisoformat(first), last=date.fromisoformat(read[0]))
    return read


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], Read | None]]] = {
    Kind.PROJECT: _numbered("need-project-number"),
    Kind.PROJECT_FIELD: _field,
    Kind.CYCLE: _numbered("need-cycle-number"),
    Kind.YEAR: _year,
    Kind.LEVEL: _level,
    Kind.PLACES: _places,
    Kind.CYCLE_STATIONS: _stations,
    Kind.PHASE: _phase,
    Kind.PHASE_FIRST: _day,
    Kind.PHASE_LAST: _last_day,
}


def _offer_projects(visit: Visit, command: Command, answers: Answers) -> Choices:
    """The newest ones of the visitor's station, or of all."""
    person = visit.actor.person
    stations = [person.station_id] if person is not None and person.station_id is not None else None
    found = visit.uow.projects.find(station_ids=stations, limit=8) or visit.uow.projects.find(limit=8)
    if not found:
        raise Refused("projects-none")
    return [
        (
            Text.of("choice-project-title", number=each.number, title=project_names.title(each, 24)),
            str(each.number),
        )
        for each in found
    ]


def _offer_cycles(visit: Visit, command: Command, answers: Answers) -> Choices:
    own = [cycle for cycle in visit.uow.cycles.all() if cycles.may(visit.actor, cycle)][:8]
    if not own:
        raise Refused("cycle-not-found")
    return [(Text.of("choice-cycle", **cycles.named(each)), str(each.id)) for each in own]


OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], Choices]]] = {
    Kind.PROJECT: _offer_projects,
    Kind.PROJECT_FIELD: _offer_fields,
    Kind.CYCLE: _offer_cycles,
    Kind.YEAR: _offer_years,
    Kind.LEVEL: _offer_levels,
    Kind.PLACES: _offer_places,
    Kind.CYCLE_STATIONS: _offer_stations,
    Kind.PHASE: _offer_phases,
}
WIDE: Final = frozenset({Kind.PROJECT, Kind.CYCLE, Kind.CYCLE_STATIONS})
