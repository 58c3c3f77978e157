"""The figures of a window, computed from its facts (``facts.py``). Pure: what is read, ``services/figures.py`` reads.

What is counted stands here as the numbers of the cases counted, so that every figure can say which they are;
``len`` is the figure. A case that counts twice, such as one chased twice, stands there twice. Everything is as of the
window's end: the same facts give the same figures whenever they are computed. Definitions in both languages:
``data/figures.toml``. Working days are whole: nought is the same day (``working_days.py``).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar

from liaisonbot.categories import TAGS
from liaisonbot.common_words import typical
from liaisonbot.facts import (
    CaseFact,
    DeputyFact,
    DutyFact,
    EventFact,
    GatheringFact,
    PollFact,
    ProjectFact,
    PromiseFact,
)
from liaisonbot.model import Handing, Station
from liaisonbot.projects import ProjectState
from liaisonbot.unit_figures import UnitFigure, below, of_units
from liaisonbot.vocabulary import Delivery, Outcome, Rating, Stage
from liaisonbot.windows import Window
from liaisonbot.workflow import STEPS, Event
from liaisonbot.working_days import WorkingDays

Cases = tuple[int, ...]
"""Numbers of the cases that a figure counts, ascending."""
K = TypeVar("K")

RATED: Final = frozenset({Event.RATED_WELL, Event.PROMISE_RATED_WELL, Event.RATED_BADLY, Event.RATED_ANEW})
"""Events by which the ratings of a case are given, or given anew."""
CHECKED: Final = frozenset({Event.FIXED, Event.NOT_FIXED, Event.CHECKED})
"""Events by which a check of delivery is answered."""
BACK: Final = frozenset(row.on for row in STEPS if row.when is Stage.CLOSED and row.becomes is Stage.MEDIATION)
"""Events by which a closed case is in mediation again: reopened, split off, or its end was a slip."""
WANTED: Final = frozenset(
    RATED
    | CHECKED
    | BACK
    | {row.on for row in STEPS if row.outcome}
    | {Event.ANSWERED, Event.CHASED, Event.URGED, Event.ENTERED, Event.HANDED}
)
"""The events of the journal that figures ask for."""
AGES: Final = (2, 5, 10, 15)
"""Working days since a case was received: the upper ends of the classes of ageing; what is older is the last class."""
BUSINESS: Final = "business_climate"
PARTS: Final = ("attitude", "result")
CHANNELS: Final = ("group", "private", "on_behalf")
"""How a case came: written in a group, in private, or entered by deputy or staff for somebody (代录)."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that was read for a window. ``cases`` has every case that any of the rest names, in scope."""

    window: Window
    start: datetime
    until: datetime
    """The window's last midnight."""
    end: datetime
    """The same, or earlier: of a window that is not over, when the figures were asked for."""
    received: Sequence[CaseFact]
    received_previous: Cases
    cases: Mapping[int, CaseFact]
    events: Sequence[EventFact]
    open: Sequence[CaseFact]
    closed_by: int
    """How many cases were closed at the end."""
    promised: Sequence[PromiseFact]
    rated_well: frozenset[tuple[int, datetime]]
    """Case and moment of the checks of delivery before which both ratings of that reply were satisfied or fair."""
    gatherings: Sequence[GatheringFact]
    duty: Sequence[DutyFact]
    deputies: Sequence[DeputyFact]
    polls: Sequence[PollFact]
    projects: Sequence[ProjectFact]
    stations: Sequence[Station]
    names: Mapping[int, str]
    """Of every deputy that is named anywhere, as the roster calls them today."""
    handings: Sequence[Handing] = ()
    """Of the cases, as they stood at the end."""
    unit_minimum: int = 0
    """Per cent on time below which a handling unit is named."""
    duty_elsewhere: Sequence[DutyFact] = ()
    """Entries that are out of scope because they were made for another station."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Working days. ``p90`` is the nearest rank; both are None where nothing was counted."""

    n: int
    median: float | None
    p90: int | None

    @classmethod
    def of(cls, days: Iterable[int]) -> Spread:
        ranked = sorted(days)
        n = len(ranked)
        if not n:
            return cls(0, None, None)
        middle = ranked[n // 2] if n % 2 else (ranked[n // 2 - 1] + ranked[n // 2]) / 2
        return cls(n, middle, ranked[math.ceil(0.9 * n) - 1])


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The last rating given for each case in the window. Who was silent is not in ``n``."""

    satisfied: Cases
    fair: Cases
    dissatisfied: Cases

    @property
    def n(self) -> int:
        return len(self.satisfied) + len(self.fair) + len(self.dissatisfied)

    @property
    def rate(self) -> float | None:
        """Satisfied and fair out of all; None where nobody rated."""
        return (len(self.satisfied) + len(self.fair)) / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Gathering:
    """A matter that several people told of."""

    case: int
    cases: Cases
    words: tuple[str, ...]
    """What their texts have in common, as they read now."""
    satisfied: bool | None
    """How the result of the case was rated last: fair counts as satisfied; None: not rated."""


@dataclass(frozen=True, slots=True)
class Figures:
    """See the module, and ``data/figures.toml`` for what each means."""

    window: Window
    start: datetime
    until: datetime
    end: datetime
    """As of when; earlier than ``until`` where the window is not over."""
    received: Cases
    received_previous: Cases
    by_channel: Mapping[str, Cases]
    """By ``CHANNELS``."""
    by_kind: Mapping[str, Cases]
    by_category: Mapping[str, Cases]
    by_station: Mapping[int, Cases]
    """By the station's id; 0: of none."""
    by_deputy: Mapping[int, Cases]
    """By the deputy's id; 0: without one."""
    received_by_day: Mapping[date, Cases]
    closed_by_day: Mapping[date, Cases]
    """By local days, those on which there were any; together they are ``received`` and ``closed``."""
    business: Mapping[str, Cases]
    """The nine tags of the business climate, and ``""`` for every case of that category."""
    stages: Mapping[Stage, int]
    open: Cases
    ageing: Mapping[Stage, tuple[Cases, ...]]
    """Of the open ones: by classes of ``AGES``, the last one older."""
    answered: Cases
    answered_on_time: Cases
    open_overdue: Cases
    first_answer_days: Spread
    days_to_answer: Mapping[int, int] = field(repr=False)
    """Working days of each answered case, by its number."""
    closed: Cases
    outcomes: Mapping[Outcome, Cases]
    closing_days: Spread
    days_to_close: Mapping[int, int] = field(repr=False)
    """The same of each closed one."""
    satisfaction: Mapping[str, Satisfaction]
    """By part: attitude, result."""
    delivery: Mapping[Delivery, Cases]
    answered_well_not_delivered: Cases
    promises_due: Cases
    promises_kept: Cases
    promises: Sequence[PromiseFact] = field(repr=False)
    """Those that were due, with their days."""
    reopened: Cases
    chased: Cases
    urged: Cases
    unassigned: Cases
    overdue: Cases
    gatherings: tuple[Gathering, ...]
    duty: Sequence[DutyFact]
    duty_late: Sequence[DutyFact]
    deputies_without: Sequence[DeputyFact]
    polls: Sequence[PollFact]
    projects: Mapping[ProjectState, tuple[int, ...]]
    """Numbers of projects, those that were joined to others left out."""
    phases: Mapping[str, tuple[int, ...]]
    """The same by the phase of their cycle; ``""``: in the reserve pool."""
    cases: Mapping[int, CaseFact] = field(repr=False)
    """Every case that is counted anywhere, as it stood at the end."""
    deputies: Sequence[DeputyFact] = field(repr=False)
    """Those who were in the roster at the end."""
    stations: Sequence[Station] = field(repr=False)
    """All of them."""
    names: Mapping[int, str] = field(repr=False)
    """Of every deputy that is named anywhere, as the roster calls them today."""
    units: tuple[UnitFigure, ...] = ()
    """The handling units that had anything to do."""
    unit_minimum: int = 0
    """Per cent on time below which a unit is named."""
    kept: frozenset[int] = frozenset()
    """Cases that are counted, and not named to whoever reads it: they accuse them."""

    def named(self, cases: Cases) -> Cases:
        """Each once, but for those that are kept from whoever reads it."""
        return tuple(number for number in dict.fromkeys(cases) if number not in self.kept)

    @property
    def units_below(self) -> list[UnitFigure]:
        """The units below the minimum, the lowest first."""
        return below(self.units, self.unit_minimum)

    @property
    def so_far(self) -> bool:
        """The window is not over yet."""
        return self.end < self.until

    @property
    def on_time_rate(self) -> float | None:
        """Answered on time out of the answered ones and the open overdue ones; None where there were neither."""
        all_of_them = len(self.answered) + len(self.open_overdue)
        return len(self.answered_on_time) / all_of_them if all_of_them else None

    @property
    def promises_broken(self) -> Cases:
        return _sorted((Counter(self.promises_due) - Counter(self.promises_kept)).elements())

    @property
    def empty(self) -> bool:
        """Nothing came in, nothing was done or said, and nothing was due."""
        happened = (
            *(self.received, self.answered, self.closed, self.reopened, self.chased, self.urged, self.gatherings),
            *(self.delivery_checks, self.promises_due, self.duty, self.duty_late, self.polls),
        )
        return not any(happened) and not any(said.n for said in self.satisfaction.values())

    @property
    def delivery_checks(self) -> Cases:
        return _sorted(number for numbers in self.delivery.values() for number in numbers)


def compute(material: Material, days: WorkingDays) -> Figures:
    """The figures of that material."""
    closed = _closed(material)
    answered = [material.cases[event.case] for event in material.events if _first_answer(material, event)]
    ends = _ends(material)
    entered = {event.case for event in material.events if event.event is Event.ENTERED}
    checks = [(event, _level(event)) for event in material.events if event.event in CHECKED]
    to_answer = {fact.number: _working_days(days, fact.created_at, fact.first_replied_at) for fact in answered}
    to_close = {fact.number: _working_days(days, fact.created_at, ends[fact.number]) for fact in closed}
    return Figures(
        window=material.window,
        start=material.start,
        until=material.until,
        end=material.end,
        received=_numbers(material.received),
        received_previous=material.received_previous,
        by_channel=_grouped(material.received, lambda fact: _channel(fact, entered)),
        by_kind=_grouped(material.received, lambda fact: fact.kind),
        by_category=_grouped(material.received, lambda fact: fact.category),
        by_station=_grouped(material.received, lambda fact: fact.station_id or 0),
        by_deputy=_grouped(material.received, lambda fact: fact.deputy_id or 0),
        received_by_day=_by_day((fact.number, days.local_day(fact.created_at)) for fact in material.received),
        closed_by_day=_by_day((fact.number, days.local_day(ends[fact.number])) for fact in closed),
        business=_business(material),
        stages=_stages(material),
        open=_numbers(material.open),
        ageing=_ageing(material, days),
        answered=_numbers(answered),
        answered_on_time=_numbers(filter(_on_time, answered)),
        open_overdue=_numbers(fact for fact in material.open if _unanswered_too_long(fact, material.end)),
        first_answer_days=Spread.of(to_answer.values()),
        days_to_answer=to_answer,
        closed=_numbers(closed),
        outcomes=_grouped(closed, lambda fact: fact.outcome or Outcome.UNCONFIRMED),
        closing_days=Spread.of(to_close.values()),
        days_to_close=to_close,
        satisfaction=_satisfaction(material),
        delivery={
            level: _sorted(event.case for event, said in checks if said is level) for level in reversed(Delivery)
        },
        answered_well_not_delivered=_sorted(
            {
                event.case
                for event, said in checks
                if said is not Delivery.FIXED and (event.case, event.at) in material.rated_well
            }
        ),
        promises_due=_sorted(promise.case for promise in material.promised),
        promises_kept=_sorted(promise.case for promise in material.promised if promise.kept),
        promises=material.promised,
        reopened=_happened(material, BACK),
        chased=_happened(material, {Event.CHASED}),
        urged=_happened(material, {Event.URGED}),
        unassigned=_numbers(fact for fact in material.open if fact.deputy_id is None),
        overdue=_numbers(fact for fact in material.open if overdue(fact, material.end, days)),
        gatherings=tuple(_gathering(material, found) for found in material.gatherings),
        duty=[entry for entry in material.duty if entry.day in material.window],
        duty_late=[entry for entry in material.duty if _late(material, entry)],
        deputies_without=_without_a_log(material),
        polls=material.polls,
        projects=_projects(material, lambda project: project.state),
        phases=_projects(material, lambda project: project.phase or ""),
        cases=material.cases,
        deputies=material.deputies,
        stations=material.stations,
        names=material.names,
        units=of_units(material.handings, material.cases, material.start, material.end, days),
        unit_minimum=material.unit_minimum,
    )


def _numbers(facts: Iterable[CaseFact]) -> Cases:
    return _sorted(fact.number for fact in facts)


def _sorted(numbers: Iterable[int]) -> Cases:
    return tuple(sorted(numbers))


def _grouped(facts: Iterable[CaseFact], by: Callable[[CaseFact], K]) -> dict[K, Cases]:
    """By what they are, what is most frequent first."""
    found: dict[K, list[int]] = defaultdict(list)
    for fact in facts:
        found[by(fact)].append(fact.number)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), str(item[0])))
    return {value: _sorted(numbers) for value, numbers in ordered}


def _by_day(dated: Iterable[tuple[int, date]]) -> dict[date, Cases]:
    found: dict[date, list[int]] = defaultdict(list)
    for number, day in dated:
        found[day].append(number)
    return {day: _sorted(found[day]) for day in sorted(found)}


def _happened(material: Material, wanted: Set[Event]) -> Cases:
    return _sorted(event.case for event in material.events if event.event in wanted)


def _channel(fact: CaseFact, entered: Set[int]) -> str:
    """A case is entered for somebody in the moment in which it is opened."""
    if fact.number in entered:
        return "on_behalf"
    return "private" if fact.chat_type == "private" else "group"


def _business(material: Material) -> dict[str, Cases]:
    whole = [fact for fact in material.received if fact.category == BUSINESS or fact.tags]
    return {"": _numbers(whole)} | {key: _numbers(fact for fact in whole if key in fact.tags) for key in TAGS}


# --- stages and ages --------------------------------------------------------------------------------------------------


def _stages(material: Material) -> dict[Stage, int]:
    counted = Counter(fact.stage for fact in material.open)
    return {stage: counted[stage] for stage in Stage if stage is not Stage.CLOSED} | {Stage.CLOSED: material.closed_by}


def _ageing(material: Material, days: WorkingDays) -> dict[Stage, tuple[Cases, ...]]:
    today = days.last_day(material.end)
    if not days.is_working_day(today):  # weeks end on a Sunday: nothing grows older on a day off
        today = days.earlier(today, 1)
    ends = [days.earlier(today, age) for age in AGES]
    classes: dict[Stage, list[list[int]]] = {
        stage: [[] for _ in range(len(AGES) + 1)] for stage in Stage if stage is not Stage.CLOSED
    }
    for fact in material.open:
        received = days.local_day(fact.created_at)
        place = next((place for place, oldest in enumerate(ends) if received >= oldest), len(AGES))
        classes[fact.stage][place].append(fact.number)
    return {stage: tuple(map(_sorted, found)) for stage, found in classes.items()}


def _working_days(days: WorkingDays, start: datetime, end: datetime | None) -> int:
    return days.count(days.local_day(start), days.local_day(end or start))


# --- answers ----------------------------------------------------------------------------------------------------------


def _first_answer(material: Material, event: EventFact) -> bool:
    return event.event is Event.ANSWERED and material.cases[event.case].first_replied_at == event.at


def _on_time(fact: CaseFact) -> bool:
    """Answered within the limit of the first reply, as pauses and extensions had moved it."""
    replied, due = fact.first_replied_at, fact.reply_due_at
    return replied is not None and (due is None or replied <= due)


def _unanswered_too_long(fact: CaseFact, end: datetime) -> bool:
    """Its limit of the first reply has passed; while the clock stands still none does."""
    waits = fact.first_replied_at is None and fact.paused_since is None
    return waits and fact.reply_due_at is not None and fact.reply_due_at <= end


def overdue(fact: CaseFact, end: datetime, days: WorkingDays) -> bool:
    """Whether the open case was over a limit of its stage: acceptance, mediation, first reply, or a promised day."""
    if fact.stage in (Stage.REPLY, Stage.FOLLOW_UP):
        return fact.promise_date is not None and days.end_of(fact.promise_date) <= end
    if _unanswered_too_long(fact, end):
        return True
    return fact.paused_since is None and fact.due_at is not None and fact.due_at <= end


# --- ends -------------------------------------------------------------------------------------------------------------


def _ends(material: Material) -> dict[int, datetime]:
    """When each case that was closed in the window was closed last."""
    return {
        event.case: event.at
        for event in material.events
        if event.to_stage is Stage.CLOSED and event.from_stage is not Stage.CLOSED
    }


def _closed(material: Material) -> list[CaseFact]:
    """Closed in the window, and still closed at its end."""
    return [material.cases[number] for number in sorted(_ends(material)) if not material.cases[number].open]


# --- what people said of it -------------------------------------------------------------------------------------------


def _satisfaction(material: Material) -> dict[str, Satisfaction]:
    last = {event.case: event.details for event in material.events if event.event in RATED}
    found: dict[str, dict[int, list[int]]] = {part: defaultdict(list) for part in PARTS}
    for number, said in last.items():
        for part in PARTS:
            if said.get(part):
                found[part][said[part]].append(number)
    return {
        part: Satisfaction(
            _sorted(levels[Rating.SATISFIED]), _sorted(levels[Rating.FAIR]), _sorted(levels[Rating.DISSATISFIED])
        )
        for part, levels in found.items()
    }


def _level(event: EventFact) -> Delivery:
    return Delivery(event.details.get("delivery") or (3 if event.event is not Event.NOT_FIXED else 1))


def _gathering(material: Material, found: GatheringFact) -> Gathering:
    result = material.cases[found.case].result
    return Gathering(found.case, found.cases, typical(found.texts), None if result is None else result > 1)


# --- duty, projects ---------------------------------------------------------------------------------------------------


def _late(material: Material, entry: DutyFact) -> bool:
    """Filed in the window, for a day before it."""
    return entry.day < material.window.first and material.start <= entry.filed_at < material.end


def _without_a_log(material: Material) -> list[DeputyFact]:
    """Whoever made theirs for another station has one all the same."""
    entries = (*material.duty, *material.duty_elsewhere)
    with_one = {entry.deputy_id for entry in entries if entry.day in material.window or _late(material, entry)}
    return [deputy for deputy in material.deputies if deputy.id not in with_one]


def _projects(material: Material, by: Callable[[ProjectFact], K]) -> dict[K, tuple[int, ...]]:
    found: dict[K, list[int]] = defaultdict(list)
    for project in material.projects:
        if project.state is not ProjectState.JOINED:
            found[by(project)].append(project.number)
    return {value: _sorted(numbers) for value, numbers in found.items()}
