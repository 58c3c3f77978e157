"""Arguments that concern reception days and rotas; see ``arguments``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot import masking, reception_rules, receptions
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Doubtful, NotFound, Refused
from liaisonbot.model import RosterEntry, Station
from liaisonbot.nothing import is_nothing
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.receptions import Reception, Rota
from liaisonbot.services import reception_notices, reception_views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]
Choice = tuple[Text, str]
LENGTHS: Final = (10, 15, 20, 30, 60)
SHORTEST, LONGEST = 5, 240
DAYS: Final = 12
_NUMBER: Final = re.compile(r"#?([0-9]{1,15})$")
_EVERY: Final = {
    # button   rule, with the weekday to come
    "weekly": "FREQ=WEEKLY;BYDAY=*",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2;BYDAY=*",
    "first": "FREQ=MONTHLY;BYDAY=1*",
    "second": "FREQ=MONTHLY;BYDAY=2*",
    "third": "FREQ=MONTHLY;BYDAY=3*",
    "last": "FREQ=MONTHLY;BYDAY=-1*",
}
EVERY: Final = tuple(_EVERY)


def _first_word(rest: str) -> tuple[str, str]:
    word, *left = rest.split(maxsplit=1)
    return word, "".join(left)


def _up_to_stroke(rest: str) -> tuple[str, str]:
    piece, _, left = rest.replace("｜", "|").partition("|")
    return piece.strip(), left.strip()


# --- stations, places -------------------------------------------------------------------------------------------------


def stations(visit: Visit) -> list[Station]:
    """Those whose reception days one keeps."""
    return [
        station
        for station in visit.uow.stations.all()
        if may_for_station(visit.actor, Permission.RECEPTION_KEEP, station.id)
    ]


def _station(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """A station's code at the beginning; the only one there is need not be named."""
    own = stations(visit)
    if rest:
        word, left = _first_word(rest)
        named = visit.uow.stations.by_code(word)
        if named is not None:
            if named.id not in {station.id for station in own}:
                raise Refused("station-not-yours")
            return named.id, left
    return (own[0].id, rest) if len(own) == 1 and rest else None


def _offer_stations(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    own = stations(visit)
    if not own:
        raise Refused("reception-staff-only")
    return [(Text.of("choice-station", station=station.name), station.code) for station in own]


def _place(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    place, left = _up_to_stroke(rest)
    if not place:
        raise Refused("reception-need-place")
    return place[:120], left


def _offer_places(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """The station itself, and where it received before."""
    found = visit.uow.stations.get(answers["station"]) if "station" in answers else None
    rotas = visit.uow.receptions.rotas([found.id]) if found else []
    names = dict.fromkeys([*(rota.place for rota in rotas), *([found.name] if found else [])])
    return [(Text.of("choice-place", place=place), place) for place in names if len(place.encode()) <= 40][:6]


# --- when -------------------------------------------------------------------------------------------------------------


def _when(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """Days or a rule in words, with hours or without; or which week, from a button."""
    if not rest:
        return None
    if rest.startswith("every:"):
        every = rest.removeprefix("every:")
        if every not in _EVERY:
            raise Refused("old-button")
        return {"every": _EVERY[every]}, ""
    words, left = _up_to_stroke(rest)
    meant = reception_rules.read(words, visit.desk.today)
    if meant is None:
        raise Refused("rota-need-when", typed=masking.shorten(words, 40))
    hours = meant.hours or (meant.days[0][1] if meant.whole else None)
    kept: dict[str, Any] = {"hours": _kept(hours) if hours else None}
    if meant.rule is not None:
        return {**kept, "rule": meant.rule}, left
    return {**kept, "days": [[day.isoformat(), _kept(own) if own else None] for day, own in meant.days]}, left


def _kept(hours: reception_rules.Hours) -> list[str]:
    return [f"{each:%H:%M}" for each in hours]


def _offer_when(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"choice-every-{every}"), f"every:{every}") for every in _EVERY]


def _weekday(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    if rest in "0123456":
        return rest, ""
    rule = reception_rules.rule_of(f"每{rest}") or reception_rules.rule_of(f"every {rest.lower()}")
    weekdays = reception_rules.parts(rule).weekdays if rule else ()
    if len(weekdays) != 1:
        raise Refused("rota-need-weekday", typed=masking.shorten(rest, 40))
    return str(weekdays[0]), ""


def _offer_weekdays(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"weekday-{number}"), str(number)) for number in range(7)]


_HOURS: Final = ("9:00-11:00", "9:00-11:30", "14:00-16:00", "14:30-17:00")


def _hours(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    words, left = _up_to_stroke(rest)
    hours = reception_rules.hours_of(words)
    if hours is None:
        raise Refused("reception-need-hours", typed=masking.shorten(words, 40))
    return _kept(hours), left


def _offer_hours(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """The usual ones; the day's own first, where there is one."""
    day = visit.uow.receptions.get(answers["reception"]) if "reception" in answers else None
    own = [f"{day.begins:%H:%M}-{day.ends:%H:%M}"] if day else []
    return [(Text.of("choice-hours", hours=pair.replace("-", "–")), pair) for pair in dict.fromkeys([*own, *_HOURS])]


# --- who receives -----------------------------------------------------------------------------------------------------

CHOSEN: Final = "_chosen"
"""Where a dialogue keeps those who were pressed so far."""
READY: Final = "ready"


def receivers(visit: Visit, answers: Answers) -> list[RosterEntry]:
    """The deputies among whom those who receive are chosen: those of the station."""
    return visit.uow.roster.deputies(_station_of(visit, answers))


def _station_of(visit: Visit, answers: Answers) -> int | None:
    found = _changed(visit, answers)
    return found.station_id if found else answers.get("station")


def _changed(visit: Visit, answers: Answers) -> Reception | Rota | None:
    """The day or the rota that is given to others; None for one that is new."""
    if "reception" in answers:
        return visit.uow.receptions.get(answers["reception"])
    return visit.uow.receptions.rota(answers["rota"]) if "rota" in answers else None


def chosen_so_far(visit: Visit, answers: Answers) -> list[int]:
    """Those that are ticked: pressed ones, or those it has; who has left the station since can be no more."""
    if CHOSEN in answers:
        return list(answers[CHOSEN])
    found, offered = _changed(visit, answers), {entry.id for entry in receivers(visit, answers)}
    return [id_ for id_ in found.deputy_ids if id_ in offered] if found else []


def offer_receivers(visit: Visit, answers: Answers) -> list[Choice]:
    """Each can be ticked; then they are ready."""
    ticked = chosen_so_far(visit, answers)
    offered = receivers(visit, answers)
    if not offered:
        raise Refused("reception-no-deputies")
    choices = [
        (Text.of("choice-ticked" if entry.id in ticked else "choice-unticked", name=entry.name), f"id:{entry.id}")
        for entry in offered[:20]
    ]
    return [*choices, *([(Text.of("choice-receivers-ready", n=len(ticked)), READY)] if ticked else [])]


def press_receiver(visit: Visit, answers: dict[str, Any], value: str) -> str | None:
    """Tick or untick; None: another question follows. Else those who were ticked."""
    ticked = chosen_so_far(visit, answers)
    if value == READY:
        if not ticked:
            raise Refused("reception-nobody-ticked")
        answers.pop(CHOSEN, None)
        return ",".join(f"id:{id_}" for id_ in ticked)
    which = int(value.removeprefix("id:")) if value.removeprefix("id:").isdecimal() else 0
    if which not in {entry.id for entry in receivers(visit, answers)}:
        raise Refused("old-button")
    answers[CHOSEN] = [id_ for id_ in ticked if id_ != which] if which in ticked else [*ticked, which]
    return None


def _receivers(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """Names, several with 、 or commas, or ``id:7,id:8`` from buttons."""
    if not rest:
        return None
    words, left = _up_to_stroke(rest)
    offered = receivers(visit, answers)
    by_name = {entry.name.casefold(): entry.id for entry in offered}
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[,，、;；]|\s+和\s*|\band\b", words))):
        found += _named(part, by_name, offered)
    if not found:
        raise Refused("deputy-unknown-name", typed=masking.shorten(words, 40))
    return list(dict.fromkeys(found)), left


def _named(part: str, by_name: Mapping[str, int], offered: list[RosterEntry]) -> list[int]:
    """One name with its blanks, or Chinese names with blanks between them."""
    pressed = re.fullmatch(r"id:(\d{1,15})", part)
    if pressed and int(pressed[1]) in by_name.values():
        return [int(pressed[1])]
    if part.casefold() in by_name:
        return [by_name[part.casefold()]]
    words = part.split()
    if len(words) > 1 and all(word.casefold() in by_name for word in words):
        return [by_name[word.casefold()] for word in words]
    raise Refused("deputy-unknown-name", typed=masking.shorten(part, 40))


def _slot_length(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    found = re.match(r"(\d{1,3})\s*(?:分钟|分|minutes?|min)?(?=\s|[|｜]|$)", unicodedata.normalize("NFKC", rest))
    if found is None or not SHORTEST <= int(found[1]) <= LONGEST:
        raise Refused("reception-need-length", typed=masking.shorten(rest, 40), least=SHORTEST, most=LONGEST)
    return int(found[1]), rest[found.end() :].strip(" |｜")


def _offer_lengths(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of("choice-slot-length", n=minutes), str(minutes)) for minutes in LENGTHS]


# --- days, times ------------------------------------------------------------------------------------------------------


def _numbered(otherwise: str) -> Callable[[Visit, Answers, str], tuple[Any, str] | None]:
    def read(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
        if not rest:
            return None
        word, left = _first_word(rest)
        number = _NUMBER.match(unicodedata.normalize("NFKC", word))
        if number is None:
            raise Refused(otherwise, typed=masking.shorten(word, 40))
        return int(number[1]), left

    return read


def _day(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """A day that there is: nobody answers questions about one that there is not."""
    read = _numbered("need-reception-number")(visit, answers, rest)
    if read is not None and visit.uow.receptions.get(read[0]) is None:
        raise NotFound("reception-not-found", id=read[0])
    return read


def _rota(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """One of one's own stations."""
    read = _numbered("rota-by-button")(visit, answers, rest)
    rota = visit.uow.receptions.rota(read[0]) if read is not None else None
    if read is not None and (rota is None or rota.station_id not in {station.id for station in stations(visit)}):
        raise NotFound("rota-not-found", id=read[0])
    return read


def _booking(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """A visit of one's own, or one whose record one keeps."""
    read = _numbered("visit-by-button")(visit, answers, rest)
    booking = visit.uow.receptions.booking(read[0]) if read is not None else None
    day = visit.uow.receptions.get(booking.reception_id) if booking is not None else None
    own = booking is not None and booking.person_id == visit.person_id
    if read is not None and not own and (day is None or not _fits(visit, Permission.RECEPTION_RECORD, day)):
        raise NotFound("visit-not-found")
    return read


def _offer_days(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Coming days that one may do that with."""
    desk, needs = visit.desk, command.needs or Permission.RECEPTION_BOOK
    until = date(desk.today.year + 1, desk.today.month, 1)
    days = [day for day in visit.uow.receptions.between(desk.today, until) if _fits(visit, needs, day)]
    if not days:
        raise Refused("reception-none-here")
    return [(reception_views.label(day), str(day.id)) for day in days[:DAYS]]


def _recorded(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """A number; words that do not begin with one are about today's, where one has one only. Else it is asked."""
    if not rest:
        return None
    if _NUMBER.match(unicodedata.normalize("NFKC", _first_word(rest)[0])):
        return _numbered("need-reception-number")(visit, answers, rest)
    mine = [
        day
        for day in visit.uow.receptions.between(visit.desk.today, visit.desk.today)
        if _fits(visit, Permission.RECEPTION_RECORD, day)
    ]
    if len(mine) != 1:
        raise Doubtful("reception-not-one-today", rest)
    return mine[0].id, rest


LATELY: Final = timedelta(days=14)
"""So long a day that was not ended yet is offered."""


def _offer_recorded(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Today's first, then those that were not ended, then coming ones."""
    today = visit.desk.today
    found = visit.uow.receptions.between(today - LATELY, today + 4 * LATELY)
    mine = [day for day in found if _fits(visit, Permission.RECEPTION_RECORD, day)]
    if not mine:
        raise Refused("reception-none-here")
    mine.sort(key=lambda day: (day.day != today, day.day > today, day.day))
    return [(reception_views.label(day), str(day.id)) for day in mine[:DAYS]]


def _exit(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """One of the five, by its key or its name in either language."""
    typed = rest.casefold()
    for exit_ in receptions.exits().values():
        for name in exit_.names:
            if typed.startswith(name):
                return exit_.key, rest[len(name) :].strip(" ,，、:：")
    if not rest:
        return None
    raise Refused("need-exit", typed=masking.shorten(_first_word(rest)[0], 40))


def _offer_exits(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"reception-exit-{key}"), key) for key in receptions.exits()]


def _fits(visit: Visit, needs: Permission, day: Reception) -> bool:
    return reception_views.may(visit.actor, needs, day)


def _slot(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``9:15``, ``0915`` from a button; a word for nothing: without a time."""
    if not rest:
        return None
    word, left = _first_word(rest)
    if is_nothing(word):
        return "", left
    found = re.fullmatch(r"(\d{1,2})[:：点]?(\d{2})?分?", unicodedata.normalize("NFKC", word))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise Refused("reception-need-slot", typed=masking.shorten(word, 40))
    return f"{hour:02}{minute:02}", left


def _offer_slots(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    day = visit.uow.receptions.get(answers["reception"])
    if day is None:
        raise NotFound("reception-not-found", id=answers["reception"])
    free = reception_notices.free_from_now(visit.uow, visit.desk, day)
    without = [(Text.of("choice-no-slot"), "-")] if command.name == "walkin" else []
    return [*without, *((Text.of("choice-slot", slot=f"{slot:%H:%M}"), f"{slot:%H%M}") for slot in free[:23])]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.RECEPTION_STATION: _station,
    Kind.RECEPTION_PLACE: _place,
    Kind.ROTA: _rota,
    Kind.ROTA_WHEN: _when,
    Kind.ROTA_WEEKDAY: _weekday,
    Kind.RECEPTION_HOURS: _hours,
    Kind.RECEIVERS: _receivers,
    Kind.SLOT_LENGTH: _slot_length,
    Kind.RECEPTION_DAY: _day,
    Kind.RECEPTION_SLOT: _slot,
    Kind.BOOKING: _booking,
    Kind.RECEPTION_RECORDED: _recorded,
    Kind.RECEPTION_EXIT: _exit,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[Choice]]]] = {
    Kind.RECEPTION_STATION: _offer_stations,
    Kind.RECEPTION_PLACE: _offer_places,
    Kind.ROTA_WHEN: _offer_when,
    Kind.ROTA_WEEKDAY: _offer_weekdays,
    Kind.RECEPTION_HOURS: _offer_hours,
    Kind.SLOT_LENGTH: _offer_lengths,
    Kind.RECEPTION_DAY: _offer_days,
    Kind.RECEPTION_SLOT: _offer_slots,
    Kind.RECEPTION_RECORDED: _offer_recorded,
    Kind.RECEPTION_EXIT: _offer_exits,
}
WIDE: Final = frozenset({Kind.RECEPTION_STATION, Kind.RECEPTION_PLACE, Kind.RECEPTION_DAY, Kind.RECEPTION_RECORDED})
