"""Arguments of the duty log's commands; see ``arguments``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot import dates, duty, masking, workflow
from liaisonbot.commands import Command, Kind
from liaisonbot.commands.duty import REVIEW
from liaisonbot.desk import Desk
from liaisonbot.duty import EntryEvent
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.model import Case, Station
from liaisonbot.permissions import Permission
from liaisonbot.projects import Project, ProjectState
from liaisonbot.services import casework, duty_log, duty_views, project_names, projecting
from liaisonbot.services.choice_pages import TURN, Page, in_lines
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]
Read = tuple[Any, str]
Choices = list[tuple[Text, str]]

MOST_USED: Final = 6
USUAL: Final = ("reception", "visit", "forum", "research", "mediation", "group")
"""What is offered first to a deputy who has filed nothing yet."""
_A_DATE: Final = re.compile(r"\d{4}\s?[-/.年]")
"""How a day begins that is meant as one, whether or not it can be read."""


def _answering(visit: Visit) -> bool:
    """Whether a question is answered, rather than a whole line read."""
    return visit.message is None or visit.message.command is None


# --- type -------------------------------------------------------------------------------------------------------------


def _type(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A type by its name at the beginning of the line. Where there is none, the line may be words alone: it is asked
    for; before a day it was meant as one.
    """
    if not rest:
        return None
    if rest.strip().casefold() in _REVIEW_WORDS and not _answering(visit):
        return REVIEW, ""
    found = duty.at_start(rest)
    if found is not None:
        type_, left = found
        return type_.key, left if _apart(visit, rest, left) else rest
    word, *behind = rest.split(maxsplit=1)
    left = "".join(behind)
    if _answering(visit) or dates.read(left, visit.desk.today, past=True) or _A_DATE.match(left):
        raise Doubtful("duty-type-unknown", left, typed=masking.shorten(word, 40))
    return None


_REVIEW_WORDS: Final = frozenset({REVIEW, "待确认", "审核", "确认"})


def _apart(visit: Visit, rest: str, left: str) -> bool:
    """Whether the name stands by itself: in 走访三户, it is a part of the words."""
    before = rest[: len(rest) - len(left)]
    separated = not left or not before[-1:].isalnum()
    return separated or dates.read(left, visit.desk.today, past=True) is not None


def _types(visit: Visit, answers: Answers, turned: str) -> Page | None:
    """The deputy's most used ones; behind *more* the groups, behind each of these its types."""
    which = turned.removeprefix(TURN)
    if not which:
        more = (Text.of("button-duty-more-types"), f"{TURN}groups")
        return Page([*in_lines(_choices(_most_used(visit)), 2), [more]])
    if which == "groups":
        groups = [(Text.of(f"duty-group-{key}"), f"{TURN}{key}") for key in duty.GROUPS]
        return Page(in_lines(groups, 2), Text.of("ask-duty-group"))
    if which not in duty.GROUPS:
        return None
    types = [key for key, type_ in duty.TYPES.items() if type_.group == which]
    question = Text.of("ask-duty-type-of", group=Text.of(f"duty-group-{which}"))
    back = (Text.of("button-duty-other-groups"), f"{TURN}groups")
    return Page([*in_lines(_choices(types), 2), [back]], question)


def _most_used(visit: Visit) -> list[str]:
    """Their own first, then what is usual."""
    deputy = visit.actor.deputy
    used = visit.uow.duty.most_used(deputy.id, MOST_USED) if deputy else []
    return [key for key in dict.fromkeys((*used, *USUAL)) if key in duty.TYPES][:MOST_USED]


def _choices(keys: Iterable[str]) -> Choices:
    return [(Text.of(f"duty-type-{key}"), key) for key in keys]


# --- day --------------------------------------------------------------------------------------------------------------


def earliest(desk: Desk) -> date:
    """The first day for which an entry can still be filed (``duty.latest_days``)."""
    return desk.today - timedelta(days=desk.settings.duty.latest_days)


def check_day(desk: Desk, day: date, left: str = "") -> None:
    """Raises Doubtful for a day that is to come, or too long ago."""
    if day > desk.today:
        raise Doubtful("duty-day-to-come", left, date=day)
    if day < earliest(desk):
        raise Doubtful("duty-day-too-old", left, date=day, n=desk.settings.duty.latest_days, first=earliest(desk))


def _day(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """The day at the beginning of the line. In a line that has none, all of it is words, and the day is asked for."""
    if not rest:
        return None
    found = dates.read(rest, visit.desk.today, past=True)
    if found is None:
        if _answering(visit) or _A_DATE.match(rest):
            raise Doubtful("need-date", rest, typed=masking.shorten(rest.split()[0], 40))
        return None
    day, left = found
    if day is None:
        raise Doubtful("no-such-date", left, typed=masking.shorten(rest[: len(rest) - len(left)].strip(), 40))
    check_day(visit.desk, day, left)
    return day.isoformat(), left


def _days(visit: Visit, answers: Answers, turned: str) -> Page | None:
    """Today, the days before it, and a calendar that can be paged back."""
    which = turned.removeprefix(TURN)
    if which:
        return _calendar(visit.desk, which)
    today, yesterday, *others = [visit.desk.today - timedelta(days=ago) for ago in range(4)]
    near = [
        (Text.of("choice-today", date=today), today.isoformat()),
        (Text.of("choice-yesterday", date=yesterday), yesterday.isoformat()),
    ]
    before = [(Text.of("choice-past-date", date=day), day.isoformat()) for day in others]
    return Page([near, before, [(Text.of("button-duty-calendar"), f"{TURN}{today:%Y-%m}")]])


def _calendar(desk: Desk, which: str) -> Page | None:
    """A month with its days. Those for which nothing can be filed are dots, and say why when pressed."""
    first, last = earliest(desk), desk.today
    written = re.fullmatch(r"(\d{4})-(\d{2})", which)
    year, month = (int(written[1]), int(written[2])) if written else (0, 0)
    if not (first.year, first.month) <= (year, month) <= (last.year, last.month):
        return None
    head = [(Text.of(f"calendar-day-{number}"), f"{TURN}{which}") for number in range(7)]
    weeks = [
        [_day_choice(day, month, first, last, which) for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
    turns = [
        (Text.of(key, month=duty_views.month(to)), f"{TURN}{to:%Y-%m}")
        for key, to in (
            ("choice-month-before", date(year, month, 1) - timedelta(days=1)),
            ("choice-month-after", date(year, month, 28) + timedelta(days=7)),
        )
        if (first.year, first.month) <= (to.year, to.month) <= (last.year, last.month)
    ]
    question = Text.of("ask-duty-day-in", month=duty_views.month(date(year, month, 1)))
    return Page([head, *weeks, *([turns] if turns else [])], question)


def _day_choice(day: date, month: int, first: date, last: date, which: str) -> tuple[Text, str]:
    if day.month != month:
        return Text.of("choice-nothing"), f"{TURN}{which}"
    return Text.of("choice-day-of-month" if first <= day <= last else "choice-no-day", n=day.day), day.isoformat()


# --- place, time ------------------------------------------------------------------------------------------------------


def _place(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A kind of place by its name or key, which is followed by the question for its name; else the place itself."""
    words = " ".join(rest.split())
    if not words:
        return None
    named = {name.casefold(): key for key, kind in duty.PLACES.items() for name in (key, kind.zh, kind.en)}
    return named.get(words.casefold(), words), ""


def _offer_places(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(Text.of(f"duty-place-{key}"), key) for key in duty.PLACES]


HALF_DAY, DAY, LONGEST = 4 * 60, 8 * 60, 24 * 60
_TIMES: Final = ((30, 60, 120), (180, HALF_DAY, DAY))
_NAMED_TIMES: Final = {
    **dict.fromkeys(("半天", "half a day", "half day"), HALF_DAY),
    **dict.fromkeys(("一天", "1天", "全天", "a day", "1 day", "day"), DAY),
    **dict.fromkeys(("半小时", "半个小时", "half an hour", "½"), 30),
}
_NUMERALS: Final = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_HOURS: Final = re.compile(
    r"(?:(\d{1,2}(?:\.\d{1,2})?|[一两二三四五六七八九十])\s*个?(半)?\s*(?:小时|钟头|hours?|hrs?|h)(半)?)?"
    r"\s*(?:(\d{1,3})\s*(?:分钟?|minutes?|min|m))?"
)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_BARE: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})?")


def minutes_of(typed: str) -> int | None:
    """How long that is: ``1.5``, ``2小时``, ``一个半小时``, ``90 min``, ``1:30``, ``半天`` (4 hours), ``一天`` (8).

    None: it cannot be read, or is nothing, or more than a day and a night.
    """
    words = dates.usual(typed).strip(" .。")
    minutes = _NAMED_TIMES.get(words) or _counted(words)
    return minutes if minutes and minutes <= LONGEST else None


def _counted(words: str) -> int | None:
    if _BARE.fullmatch(words):
        return round(float(words) * 60)
    clock = _CLOCK.fullmatch(words)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    found = _HOURS.fullmatch(words)
    if found is None:
        return None
    hours = float(_NUMERALS.get(found[1], found[1])) if found[1] else 0.0
    half = 30 if found[2] or found[3] else 0
    return round(hours * 60) + half + int(found[4] or 0)


def _time(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    minutes = minutes_of(rest)
    if minutes is None:
        raise Refused("need-duty-time", typed=masking.shorten(rest, 40))
    return minutes, ""


def _times(visit: Visit, answers: Answers, turned: str) -> Page | None:
    return None if turned else Page([[(_time_label(n), f"{n}m") for n in line] for line in _TIMES])


def _time_label(minutes: int) -> Text:
    special = {30: "choice-half-hour", HALF_DAY: "choice-half-day", DAY: "choice-whole-day"}
    return Text.of(special[minutes]) if minutes in special else Text.of("duty-hours", hours=f"{minutes // 60}")


# --- month, entry -----------------------------------------------------------------------------------------------------

_MONTH: Final = re.compile(r"(?:(\d{4})\s?[-/.年]\s?)?(\d{1,2})\s?月?")
_NEAR_MONTHS: Final = {
    **dict.fromkeys(("本月", "这个月", "this month"), 0),
    **dict.fromkeys(("上月", "上个月", "last month"), 1),
}
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH_MONTH: Final = re.compile(r"([a-z]{3,9})\.?(?: (\d{4}))?")
FIRST_YEAR: Final = 2000
"""No log is older; a year before it is a slip."""


def month_of(typed: str, today: date) -> date | None:
    """Its first day: ``2026-10``, ``10月``, ``上个月``, ``Oct 2026``. Without a year it is the last there was."""
    words = dates.usual(typed).strip()
    if words in _NEAR_MONTHS:
        return (today.replace(day=1) - timedelta(days=_NEAR_MONTHS[words])).replace(day=1)
    english = _ENGLISH_MONTH.fullmatch(words)
    if english:
        named = (n for n, name in enumerate(_MONTH_NAMES, start=1) if name.startswith(english[1]))
        return _first_of(english[2], next(named, 0), today)
    found = _MONTH.fullmatch(words)
    return _first_of(found[1], int(found[2]), today) if found else None


def _first_of(year: str | None, month: int, today: date) -> date | None:
    if not 1 <= month <= len(_MONTH_NAMES) or (year is not None and int(year) < FIRST_YEAR):
        return None
    return date(int(year) if year else today.year - (month > today.month), month, 1)


def _month(visit: Visit, answers: Answers, rest: str) -> Read | None:
    if not rest:
        return None
    first = month_of(rest, visit.desk.today)
    if first is None:
        raise Refused("need-month", typed=masking.shorten(rest, 40))
    if first > visit.desk.today:
        raise Refused("month-to-come", month=duty_views.month(first))
    return first.isoformat(), ""


def _entry(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """One that can be returned: what cannot be done is refused before anybody types why."""
    if not rest:
        return None
    word, *behind = rest.split(maxsplit=1)
    number = re.fullmatch(r"#?(\d{1,15})", dates.usual(word))
    if number is None:
        raise Refused("need-duty-entry", typed=masking.shorten(word, 40))
    entry = duty_log.find(visit.uow, visit.actor, int(number[1]), Permission.DUTY_REVIEW)
    if EntryEvent.RETURNED not in duty.possible(entry.state):
        raise duty_log.refusal(entry)
    return entry.id, "".join(behind)


def _offer_entries(visit: Visit, command: Command, answers: Answers) -> Choices:
    """Those that wait, oldest first."""
    staff = visit.actor.staff
    stations = None if visit.actor.owner else sorted(staff.station_ids if staff else ())
    waiting, _ = visit.uow.duty.waiting(stations, limit=LINKS)
    return [(duty_views.line(entry, deputy=duty_views.name(visit, entry)), str(entry.id)) for entry in waiting]


# --- what it was about ------------------------------------------------------------------------------------------------

CASE, PROJECT = "case", "project"
_LINKED: Final = re.compile(r"(?:(case|民情)\s*|(project|项目)\s*)?[:：]?\s*#?\s*(\d{1,15})号?")


def _link(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """``#12``, or ``项目 3``: one of the deputy's own cases, or a project. What is not theirs is not there."""
    if not rest:
        return None
    found = _LINKED.fullmatch(dates.usual(rest).strip())
    if found is None:
        raise Refused("need-duty-link", typed=masking.shorten(rest, 40))
    number = int(found[3])
    if found[2]:
        return f"{PROJECT}:{projecting.find(visit.uow, visit.actor, number).number}", ""
    return f"{CASE}:{casework.find(visit.uow, visit.actor, number, Permission.INBOX_READ).number}", ""


def _offer_links(visit: Visit, command: Command, answers: Answers) -> Choices:
    """Their own open cases, then the projects that they supervise or that are carried out at their stations."""
    deputy = visit.actor.deputy
    if deputy is None:
        return []
    cases = visit.uow.cases.for_choice(stages=workflow.OPEN, deputy_id=deputy.id)[:LINKS]
    projects = visit.uow.projects.find(ProjectState.RUNNING, station_ids=sorted(deputy.station_ids), limit=LINKS)
    return [
        *((_case_label(case), f"{CASE}:{case.number}") for case in cases),
        *((_project_label(each), f"{PROJECT}:{each.number}") for each in projects),
    ]


LINKS: Final = 6


def _case_label(case: Case) -> Text:
    words = masking.shorten(" ".join(masking.mask(case.text or "").split()), 24)
    return Text.of("choice-case", case=case.number, text=words or Text.of("no-words"))


def _project_label(project: Project) -> Text:
    return Text.of("choice-work", number=project.number, title=project_names.title(project, 24))


# --- for which station ------------------------------------------------------------------------------------------------


def _station(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """One of the deputy's own, by its code or its name."""
    words = " ".join(rest.split()).casefold()
    found = (each.id for each in _own_stations(visit) if words in (each.code.casefold(), each.name.casefold()))
    station_id = next(found, None)
    return (station_id, "") if station_id is not None else None


def _offer_own_stations(visit: Visit, command: Command, answers: Answers) -> Choices:
    return [(Text.of("choice-station", station=each.name), each.code) for each in _own_stations(visit)]


def _own_stations(visit: Visit) -> list[Station]:
    own = visit.actor.deputy.station_ids if visit.actor.deputy else frozenset()
    return [station for station in visit.uow.stations.all() if station.id in own]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], Read | None]]] = {
    Kind.DUTY_TYPE: _type,
    Kind.DUTY_DAY: _day,
    Kind.DUTY_PLACE: _place,
    Kind.DUTY_TIME: _time,
    Kind.DUTY_LINK: _link,
    Kind.DUTY_STATION: _station,
    Kind.DUTY_ENTRY: _entry,
    Kind.MONTH: _month,
    Kind.FILES: lambda visit, answers, rest: None,
}
PAGES: Final[Mapping[Kind, Callable[[Visit, Answers, str], Page | None]]] = {
    Kind.DUTY_TYPE: _types,
    Kind.DUTY_DAY: _days,
    Kind.DUTY_TIME: _times,
}


def _offer(kind: Kind) -> Callable[[Visit, Command, Answers], Choices]:
    def offer(visit: Visit, command: Command, answers: Answers) -> Choices:
        page = PAGES[kind](visit, answers, "")
        return [choice for line in page.lines for choice in line] if page else []

    return offer


OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], Choices]]] = {
    **{kind: _offer(kind) for kind in PAGES},
    Kind.DUTY_PLACE: _offer_places,
    Kind.DUTY_LINK: _offer_links,
    Kind.DUTY_STATION: _offer_own_stations,
    Kind.DUTY_ENTRY: _offer_entries,
}
WIDE: Final = frozenset({Kind.DUTY_LINK, Kind.DUTY_ENTRY, Kind.DUTY_STATION})
AFTER_A_DOUBT: Final = frozenset({Kind.DUTY_DAY})
"""Read in a line even where the type before it is not known: nobody types a day twice."""
