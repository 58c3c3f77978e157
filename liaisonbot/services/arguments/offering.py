"""How each kind of argument is asked for with buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import nlargest
from typing import Final

from liaisonbot import categories, commands, guard, masking
from liaisonbot.announcements import State
from liaisonbot.commands import Argument, Command, Kind
from liaisonbot.duty import Period
from liaisonbot.errors import Refused
from liaisonbot.model import Case, RosterEntry, Station
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import GRANTS, Permission, Scope, may_for_station
from liaisonbot.services import (
    accused,
    cards,
    duty_arguments,
    export_arguments,
    extensions,
    pairing_arguments,
    project_arguments,
    reception_arguments,
    score_arguments,
    search_arguments,
    similar,
    vote_lines,
    voter_report_arguments,
    works_arguments,
)
from liaisonbot.services.arguments.reading import KEEP, NOBODY_NAMED, STAFF_QUEUE, Answers, working_day_from
from liaisonbot.services.choice_pages import TURN as TURN
from liaisonbot.services.choice_pages import Page as Page
from liaisonbot.services.doing import FILES
from liaisonbot.services.handover_parts import PARTS, Exchange
from liaisonbot.services.visit import Visit
from liaisonbot.texts import LANGUAGES, Text
from liaisonbot.vocabulary import ReplyClass, Role

_CHOICES: Final = 24
"""Buttons a question shows at most; everything else can be typed."""

CASES_OFFERED: Final = 8

_PROMISE_DAYS: Final = (7, 14, 30, 60)

Choice = tuple[Text, str]
"""A button's label, and the value it answers with."""
BACK: Final = "~back"
"""The value of the button that leads to the question before."""
SAME: Final = "~same"
"""… to the question itself, from a page of its choices."""
SKIP: Final = "~skip"
"""… that leaves the answer empty."""


def choices(visit: Visit, command: Command, argument: Argument, answers: Answers) -> list[Choice]:
    """The buttons below the question; empty where only words will do."""
    offer = _OFFERS.get(argument.kind)
    return offer(visit, command, answers)[:_CHOICES] if offer else []


FREE: Final = frozenset({Kind.TEXT, Kind.PART})
"""Kinds that are answered in one's own words, all of which count."""


def has_choices(kind: Kind) -> bool:
    """Whether a question for it can be answered by a button, or by words alone."""
    return kind in _OFFERS


def rows(dialogue_id: int, offered: list[Choice], *, wide: bool, also: Sequence[Choice] = ()) -> Rows:
    """The choices as buttons, and below them Cancel, beside ``also``."""
    width = 1 if wide else 2
    return grid(dialogue_id, [offered[i : i + width] for i in range(0, len(offered), width)], also=also)


def grid(dialogue_id: int, lines: Sequence[Sequence[Choice]], *, also: Sequence[Choice] = ()) -> Rows:
    """The same for choices that stand in lines already."""
    buttons = [
        tuple(Button(label, data=f"ans:{dialogue_id}:{value}") for label, value in line) for line in (*lines, also)
    ]
    cancel = Button(Text.of("button-cancel"), data=f"cancel:{dialogue_id}")
    return (*buttons[:-1], (*buttons[-1], cancel))


def case_label(case: Case) -> Text:
    return Text.of("choice-case", case=case.number, text=cards.excerpt(case, 24))


def _offer_cases(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(case_label(case), str(case.number)) for case in cases_for(visit, command)]


def cases_for(visit: Visit, command: Command) -> list[Case]:
    """The newest cases that the command may be for: of whoever asks, assigned to them, or of their stations. Whether
    it can be used on each of them, ``counter.check_possible`` says.
    """
    stages = commands.stages_for(command)
    grants = GRANTS[command.needs] if command.needs else {Role.CONSTITUENT: Scope.OWN}
    actor, find = visit.actor, partial(visit.uow.cases.for_choice, limit=_CHOICES)
    found: dict[int, Case] = {}
    for role in actor.roles:
        match grants.get(role):
            case Scope.OWN if actor.person:
                cases = find(stages=stages, person_id=actor.person.id)
            case Scope.ASSIGNED if actor.deputy:
                cases = find(stages=stages, deputy_id=actor.deputy.id)
            case Scope.STATION if actor.staff:
                cases = find(stages=stages, station_ids=actor.staff.station_ids)
            case Scope.ANY:
                cases = find(stages=stages)
            case _:
                continue
        found |= {case.number: case for case in cases}
    return nlargest(_CHOICES, accused.without(visit.uow, actor, list(found.values())), key=lambda case: case.number)


def _offer_wholes(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those that seem to tell of the same thing first, then the newest of the same station."""
    case = visit.uow.cases.get(answers["case"])
    if case is None:
        return []
    alike = [found.case for found in similar.search(visit.uow, case, private_too=True)]
    station = frozenset({case.station_id}) if case.station_id is not None else None
    newest = visit.uow.cases.for_choice(stages=commands.stages_for(command), station_ids=station, limit=_CHOICES)
    others = accused.without(visit.uow, visit.actor, [*alike, *newest])
    found = {other.number: other for other in others}
    return [(case_label(other), str(other.number)) for other in found.values()]


def _offer_merged(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    stations = None if visit.actor.owner or visit.actor.staff is None else visit.actor.staff.station_ids
    found = accused.without(visit.uow, visit.actor, visit.uow.merges.newest(stations, _CHOICES))
    return [(case_label(case), str(case.number)) for case in found]


def _offer_classes(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"button-class-{reply_class}"), reply_class.value) for reply_class in ReplyClass]


def _offer_past_dates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    days = [visit.desk.today - timedelta(days=ago) for ago in range(4)]
    return [(Text.of("choice-past-date", date=day), day.isoformat()) for day in days]


def _offer_dates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    days = [working_day_from(visit, visit.desk.today + timedelta(days=ahead)) for ahead in _PROMISE_DAYS]
    if command.name == "extend" and "case" in answers:  # nobody is offered what would be refused
        days = extensions.possible_days(visit, answers["case"], days)
    return [(Text.of("choice-date", date=day, n=(day - visit.desk.today).days), day.isoformat()) for day in days]


def instead(visit: Visit, why: Text) -> list[Choice]:
    """The buttons below the question about a doubt, where it has its own: for a day off, that day or the next one."""
    if why.key != "date-off":
        return []
    day = why.params["date"]
    working = working_day_from(visit, day)
    return [
        (Text.of("choice-next-working-day", date=working), working.isoformat()),
        (Text.of("choice-keep-day", date=day), f"{KEEP}{day.isoformat()}"),
    ]


def _offer_units(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those whose business the case's category is come first."""
    case = visit.uow.cases.get(answers["case"]) if "case" in answers else None
    units = visit.uow.units.all()
    if not units:
        raise Refused("no-units")
    fitting = cards.fitting_units(visit.uow, case) if case else []
    rest = [unit for unit in units if unit not in fitting]
    return [
        *((Text.of("choice-unit-fitting", name=unit.name), f"id:{unit.id}") for unit in fitting),
        *((Text.of("unit-name", name=unit.name), f"id:{unit.id}") for unit in rest),
    ]


def _offer_more_units(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    chosen = {f"id:{unit_id}" for unit_id in answers["units"]}
    others = [choice for choice in _offer_units(visit, command, answers) if choice[1] not in chosen]
    return [(Text.of("choice-no-more-units"), "none"), *others]


def _offer_units_with_case(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    having = [handing for handing in visit.uow.handings.of_case(answers["case"]) if handing.open]
    if not having:
        raise Refused("no-unit-has-it", case=answers["case"])
    return [(Text.of("unit-name", name=handing.unit), f"id:{handing.unit_id}") for handing in having]


def _offer_categories(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"category-{key}"), key) for key in categories.CATEGORIES]


_LEAVE_BEGINS_IN: Final = (0, 1, 2, 7)

_LEAVE_LASTS: Final = (1, 3, 7, 14)


def _offer_first_days(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    if "reminded" in answers:
        return [(Text.of("choice-day", date=day), day.isoformat()) for day in _days_away(visit.desk.today)]
    days = [visit.desk.today + timedelta(days=ahead) for ahead in _LEAVE_BEGINS_IN]
    return [(Text.of("choice-day", date=day), day.isoformat()) for day in days]


def _days_away(today: date) -> list[date]:
    """For a leave that has begun, or is over: today, yesterday, this Monday and the one before, the month's first."""
    monday = today - timedelta(days=today.weekday())
    days = {today, today - timedelta(days=1), monday, monday - timedelta(days=7), today.replace(day=1)}
    return sorted(days, reverse=True)


def _last_days_away(today: date, first: date) -> list[date]:
    """Yesterday, today, tomorrow, this Sunday, the month's last; not before the first."""
    ahead = [timedelta(days=days) for days in (-1, 0, 1, 6 - today.weekday())]
    days = {today + each for each in ahead} | {Period.MONTH.around(today)[1]}
    return sorted(day for day in days if day >= first)


def _offer_last_days(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    first = date.fromisoformat(answers["first"])
    if "reminded" in answers:
        ends = _last_days_away(visit.desk.today, first)
        return [(Text.of("choice-last-day", date=day, n=(day - first).days + 1), day.isoformat()) for day in ends]
    lasts = [(first + timedelta(days=days - 1), days) for days in _LEAVE_LASTS]
    return [(Text.of("choice-last-day", date=day, n=days), day.isoformat()) for day, days in lasts]


def _offer_delegates(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """The other deputies of one's own stations, or nobody."""
    me = visit.actor.deputy
    others = [
        entry
        for entry in visit.uow.roster.deputies()
        if me and entry.id != me.id and entry.telegram_id is not None and entry.station_ids & me.station_ids
    ]
    counts = visit.uow.roster.open_counts([entry.id for entry in others])
    offered = [(_deputy_label(entry, counts.get(entry.id, 0)), f"id:{entry.id}") for entry in others]
    return [*offered[: _CHOICES - 1], (Text.of("choice-no-delegate"), "none")]


def _offer_deputy_cards(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those of the person's station, else all, by name alone."""
    station = visit.actor.person.station_id if visit.actor.person else None
    entries = visit.uow.roster.deputies(station)
    return [(Text.of("choice-deputy-plain", name=entry.name), f"id:{entry.id}") for entry in entries]


def _offer_our_deputies(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those of one's stations, by name alone."""
    stations = {station.id for station in stations_of(visit)}
    entries = [entry for entry in visit.uow.roster.deputies() if visit.actor.owner or entry.station_ids & stations]
    return [(Text.of("choice-deputy-plain", name=entry.name), f"id:{entry.id}") for entry in entries]


def _offer_parting(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """Those, and whoever has left the roster and still has something to hand over."""
    uow, desk = visit.uow, visit.desk
    stations = {station.id for station in stations_of(visit)}
    left = [
        entry
        for entry in uow.roster.former_deputies()
        if (visit.actor.owner or entry.station_ids & stations)
        and any(part.count(uow, desk, Exchange(visit.actor, entry, entry)) for part in PARTS.values())
    ]
    gone = [(Text.of("choice-deputy-former", name=entry.name), f"id:{entry.id}") for entry in left]
    return [*gone, *_offer_our_deputies(visit, command, answers)]


def _offer_deputies(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    case = visit.uow.cases.get(answers["case"]) if "case" in answers else None
    entries = visit.uow.roster.deputies(case.station_id if case else None)
    authors = {author.telegram_id for author in visit.uow.cases.authors(case.number)} if case else set()
    counts = visit.uow.roster.open_counts([entry.id for entry in entries])
    away = visit.uow.leaves.on(visit.desk.today)
    return [
        (_deputy_label(entry, counts.get(entry.id, 0)), f"id:{entry.id}")
        for entry in entries
        if (case is None or entry.id != case.deputy_id) and entry.telegram_id not in {None, *authors}
        if entry.id not in away
    ]


def _deputy_label(entry: RosterEntry, open_cases: int) -> Text:
    return Text.of("choice-deputy", name=entry.name, n=open_cases)


def _offer_deputies_or_staff(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [*_offer_deputies(visit, command, answers), (Text.of("choice-staff"), STAFF_QUEUE)]


def _offer_stations(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    own = stations_of(visit)
    if not own:
        raise Refused("station-none-yet" if visit.actor.owner else "station-none-yours")
    return [(Text.of("choice-station", station=station.name), station.code) for station in own]


def stations_of(visit: Visit) -> list[Station]:
    """An owner's are all of them; a staff member's their own."""
    stations = visit.uow.stations.all()
    if visit.actor.owner:
        return stations
    own = visit.actor.staff.station_ids if visit.actor.staff else frozenset()
    return [station for station in stations if station.id in own]


def _offer_served_stations(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of("choice-station", station=station.name), station.code) for station in stations_served(visit)]


def stations_served(visit: Visit) -> list[Station]:
    """Those at which a case may be entered for somebody else: an owner's are all, a deputy's and staff's their own."""
    return [
        station
        for station in visit.uow.stations.all()
        if may_for_station(visit.actor, Permission.CASE_ENTER, station.id)
    ]


def _offer_languages(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"language-{language}"), language) for language in LANGUAGES]


def _offer_roles(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    offered = (Role.DEPUTY, Role.STAFF) if visit.actor.owner else (Role.DEPUTY,)
    return [(Text.of(f"role-{role}"), role.value) for role in offered]


def _offer_topics(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [(Text.of(f"guard-name-{topic}"), topic) for topic in guard.TOPICS]


_HOURS: Final = ((0, 18), (1, 9), (1, 18), (2, 9))
"""Days from today, and the local hour, at which an announcement may wish to go out."""


def _offer_moments(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    zone = visit.desk.timezone
    moments = [
        datetime.combine(visit.desk.today + timedelta(days=days), time(hour), zone).astimezone(UTC)
        for days, hour in _HOURS
    ]
    later = [moment for moment in moments if moment > visit.desk.now]
    local = [moment.astimezone(zone) for moment in later]
    return [
        (Text.of("choice-moment", at=visit.desk.moment(moment)), here.strftime("%Y-%m-%d %H:%M"))
        for moment, here in zip(later, local, strict=True)
    ]


def _offer_announcements(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    """To ask about: what was announced lately. To schedule: one's own drafts."""
    states = (State.RUNNING, State.DONE) if command.needs is None else (State.DRAFT, State.PLANNED)
    found = visit.uow.announcements.latest(states=states, asks=command.needs is None)
    return [
        (
            Text.of("choice-announcement", id=entry.id, text=cards.in_one_line(entry.text, 24)),
            str(entry.id),
        )
        for entry in found
        if command.needs is None or (entry.person_id == visit.person_id and entry.project is None)
    ]


def _offer_inquiries(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    return [
        (Text.of("choice-inquiry", topic=masking.shorten(inquiry.topic, 30)), f"id:{inquiry.id}")
        for inquiry in visit.uow.inquiries.open()
    ]


CHANGE: Final = "change"

MOVE: Final = "move"


def _offer_confirmation(visit: Visit, command: Command, answers: Answers) -> list[Choice]:
    label = "button-more-details" if any(argument.detail for argument in command.arguments) else "button-change"
    change = [(Text.of(label), CHANGE)] if changeable(command, answers) else []
    return [(Text.of("button-confirm"), "yes"), *_another_day(visit, answers), *change]


def _another_day(visit: Visit, answers: Answers) -> list[Choice]:
    """The next working day, where a day off is about to be promised."""
    day = date.fromisoformat(answers["date"]) if answers.get("date") else None
    if day is None or visit.desk.working_days.is_working_day(day):
        return []
    working = working_day_from(visit, day)
    return [(Text.of("choice-next-working-day", date=working), f"{MOVE}:{working.isoformat()}")]


def changeable(command: Command, answers: Answers) -> list[Argument]:
    """What may be said anew before it goes out: everything but the case; and what has not been said so far."""
    return [
        argument
        for argument in command.arguments
        if (argument.name in answers or argument.detail)
        and argument.kind not in (Kind.CASE, Kind.MERGED_CASE, Kind.CONFIRM)
    ]


def offer_changes(command: Command, answers: Answers) -> list[Choice]:
    """What is empty so far is marked as such."""
    return [
        (_change_label(argument, answers), f"{CHANGE}:{argument.name}") for argument in changeable(command, answers)
    ]


def _change_label(argument: Argument, answers: Answers) -> Text:
    label = Text.of(f"change-{argument.name}")
    return Text.of("choice-to-add", what=label) if argument.detail and not filled(argument, answers) else label


def filled(argument: Argument, answers: Answers) -> bool:
    """Whether something was said there."""
    return bool(answers.get(FILES if argument.kind is Kind.FILES else argument.name))


_OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[Choice]]]] = {
    Kind.CASE: _offer_cases,
    Kind.CASE_OR_CODE: _offer_cases,
    Kind.CASE_INTO: _offer_wholes,
    Kind.MERGED_CASE: _offer_merged,
    Kind.REPLY_CLASS: _offer_classes,
    Kind.NEW_CLASS: _offer_classes,
    Kind.DATE: _offer_dates,
    Kind.WORKING_DATE: _offer_dates,
    Kind.PAST_DATE: _offer_past_dates,
    Kind.DEPUTY: _offer_deputies,
    Kind.DEPUTY_OR_STAFF: _offer_deputies_or_staff,
    Kind.DEPUTY_CARD: _offer_deputy_cards,
    Kind.OUR_DEPUTY: _offer_our_deputies,
    Kind.PARTING_DEPUTY: _offer_parting,
    Kind.DELEGATE: _offer_delegates,
    Kind.UNITS: _offer_units,
    Kind.MORE_UNITS: _offer_more_units,
    Kind.UNIT: _offer_units,
    Kind.UNIT_WITH_CASE: _offer_units_with_case,
    Kind.CATEGORIES: _offer_categories,
    Kind.FIRST_DAY: _offer_first_days,
    Kind.LAST_DAY: _offer_last_days,
    Kind.STATION: _offer_stations,
    Kind.SERVED_STATION: _offer_served_stations,
    Kind.CONTACT: lambda visit, command, answers: [(Text.of("choice-nobody-named"), NOBODY_NAMED)],
    Kind.LANGUAGE: _offer_languages,
    Kind.INVITED_ROLE: _offer_roles,
    Kind.TOPIC: _offer_topics,
    Kind.MOMENT: _offer_moments,
    Kind.ANNOUNCEMENT: _offer_announcements,
    Kind.INQUIRY: _offer_inquiries,
    Kind.CONFIRM: _offer_confirmation,
    **duty_arguments.OFFERS,
    **project_arguments.OFFERS,
    **vote_lines.OFFERS,
    **works_arguments.OFFERS,
    **reception_arguments.OFFERS,
    **score_arguments.OFFERS,
    **search_arguments.OFFERS,
    **pairing_arguments.OFFERS,
    **voter_report_arguments.OFFERS,
    **export_arguments.OFFERS,
}

PAGES: Final[Mapping[Kind, Callable[[Visit, Answers, str], Page | None]]] = {**duty_arguments.PAGES}
"""Kinds whose choices stand on several pages: the page that a value leads to (empty: the first one); None: there is
none such. Turning them does not answer anything.
"""

CASES: Final = frozenset({Kind.CASE, Kind.CASE_OR_CODE})

STATIONS: Final = frozenset({Kind.STATION, Kind.SERVED_STATION, Kind.RECEPTION_STATION})

PEOPLE: Final = frozenset(
    {Kind.DEPUTY, Kind.DEPUTY_OR_STAFF, Kind.DEPUTY_CARD, Kind.DELEGATE, Kind.OUR_DEPUTY, Kind.PARTING_DEPUTY}
)

UNITS: Final = frozenset({Kind.UNITS, Kind.MORE_UNITS, Kind.UNIT, Kind.UNIT_WITH_CASE})

WIDE: Final = (
    CASES
    | STATIONS
    | PEOPLE
    | UNITS
    | project_arguments.WIDE
    | vote_lines.WIDE
    | works_arguments.WIDE
    | duty_arguments.WIDE
    | reception_arguments.WIDE
    | voter_report_arguments.WIDE
    | export_arguments.WIDE
    | {Kind.CASE_INTO, Kind.MERGED_CASE, Kind.REPLY_CLASS, Kind.NEW_CLASS, Kind.ANNOUNCEMENT, Kind.INQUIRY}
)
"""Kinds whose buttons stand one below the other, since their labels are long."""
