"""Reading what the figures of a window are computed from, and computing them (``liaisonbot/figures.py``).

One reading for all forms: the text in the chat, the chart, the workbook, the bulletin, ``bot.py summary``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from liaisonbot import figures, window_names
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.facts import EVERYBODY, CaseFact, DeputyFact, DutyFact, EventFact, PollFact, ProjectFact, Scope
from liaisonbot.figures import CHECKED, RATED, WANTED, Figures, Material
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Delivery, Rating, Stage
from liaisonbot.windows import Window
from liaisonbot.workflow import Event

_DAY = timedelta(days=1)


def of(uow: UnitOfWork, desk: Desk, window: Window, scope: Scope = EVERYBODY) -> Figures:
    """The figures of the window, of those stations or that deputy.

    Of a window that is not over: as of now. Raises Refused for one that has not begun.
    """
    return figures.compute(read(uow, desk, window, scope), desk.working_days)


def begins(desk: Desk, window: Window) -> datetime:
    """The moment of its first midnight, where the stations are (UTC)."""
    return desk.working_days.end_of(window.first - _DAY)


def ends(desk: Desk, window: Window) -> datetime:
    """The moment of its last midnight (UTC), which does not belong to it."""
    return desk.working_days.end_of(window.last)


def over(desk: Desk, window: Window) -> bool:
    """Whether its figures do not change any more."""
    return ends(desk, window) <= desk.now


def read(uow: UnitOfWork, desk: Desk, window: Window, scope: Scope = EVERYBODY) -> Material:
    """Everything the figures need; nothing of what happened after the window's end is in it."""
    start, until = begins(desk, window), ends(desk, window)
    end = min(until, desk.now)
    if start >= end:
        raise Refused("window-ahead", window=window_names.named(window))
    facts = uow.case_facts
    received = facts.received(start, end, scope)
    opened = facts.open_at(end, scope)
    happened = facts.events(start, end, WANTED, scope)
    promised = facts.promised(window.first, min(window.last, desk.working_days.last_day(end)), end)
    gathered = facts.gatherings(start, end)
    named = {event.case for event in happened} | {promise.case for promise in promised}
    known = {fact.number: fact for fact in (*received, *opened)}
    known |= facts.as_of((named | {found.case for found in gathered}) - known.keys(), end, scope)
    events = [event for event in happened if event.case in known]
    gathered = [found for found in gathered if found.case in known]
    # What was merged earlier, or was another deputy's, is counted in a matter and in nothing else.
    parts = {number for found in gathered for number in found.cases} - known.keys()
    counted = known | facts.as_of(parts, end, Scope(scope.station_ids))
    deputies = _deputies(uow, end, scope)
    entries = uow.office_facts.duty(window.first, window.last, start, end, scope)
    return Material(
        window=window,
        start=start,
        until=until,
        end=end,
        received=received,
        received_previous=_previous(uow, desk, window, scope),
        cases=counted,
        events=events,
        open=opened,
        closed_by=facts.closed_by(end, scope),
        promised=[promise for promise in promised if promise.case in known],
        rated_well=_rated_well(uow, events),
        gatherings=gathered,
        duty=entries,
        duty_elsewhere=_elsewhere(uow, window, (start, end), scope, _of_several_stations(deputies, entries)),
        deputies=deputies,
        polls=_polls(uow, start, end, scope),
        projects=_projects(uow, end, scope),
        stations=uow.stations.all(),
        names=_names(uow, deputies, counted.values()),
        handings=facts.handings(_may_be_with_units(events, opened), end),
        unit_minimum=desk.settings.summary.unit_minimum,
    )


_CONCERN_UNITS = frozenset({Event.HANDED, Event.ANSWERED})


def _may_be_with_units(events: Iterable[EventFact], opened: Iterable[CaseFact]) -> set[int]:
    """Cases that were handed out, answered or closed in the window, and those that a unit can still have."""
    moved = {event.case for event in events if event.event in _CONCERN_UNITS or event.to_stage is Stage.CLOSED}
    return moved | {fact.number for fact in opened if fact.stage is Stage.MEDIATION}


def _names(uow: UnitOfWork, deputies: Iterable[DeputyFact], cases: Iterable[CaseFact]) -> dict[int, str]:
    names = {deputy.id: deputy.name for deputy in deputies}
    for deputy_id in {fact.deputy_id for fact in cases} - names.keys() - {None}:
        entry = uow.roster.get(deputy_id) if deputy_id is not None else None
        if entry is not None:
            names[entry.id] = entry.name
    return names


def _previous(uow: UnitOfWork, desk: Desk, window: Window, scope: Scope) -> tuple[int, ...]:
    """As its own figures say it: whose they were at the end of that window."""
    before = window.previous()
    return uow.case_facts.numbers_received(begins(desk, before), ends(desk, before), scope)


def _rated_well(uow: UnitOfWork, events: Sequence[EventFact]) -> frozenset[tuple[int, datetime]]:
    """The checks that say that it was not delivered, where both ratings of that reply were satisfied or fair."""
    failed = [e for e in events if e.event in CHECKED and e.details.get("delivery") != int(Delivery.FIXED)]
    return frozenset((check.case, check.at) for check in failed if _was_rated_well(uow, check))


def _was_rated_well(uow: UnitOfWork, check: EventFact) -> bool:
    ratings: dict[str, int] = {}
    for entry in uow.journal.of_case(check.case):
        if entry.at > check.at:
            break
        if entry.event == Event.ANSWERED:
            ratings = {}
        elif entry.event in RATED:
            ratings = {part: entry.details[part] for part in figures.PARTS if entry.details.get(part)}
    return len(ratings) == len(figures.PARTS) and min(ratings.values()) >= Rating.FAIR


def _deputies(uow: UnitOfWork, end: datetime, scope: Scope) -> list[DeputyFact]:
    return [
        deputy
        for deputy in uow.office_facts.deputies(end)
        if (scope.station_ids is None or deputy.station_ids & scope.station_ids)
        and (scope.deputy_id is None or deputy.id == scope.deputy_id)
    ]


def _of_several_stations(deputies: Iterable[DeputyFact], entries: Iterable[DutyFact]) -> set[int]:
    """Those without an entry among these, who may have made one for another of their stations."""
    with_one = {entry.deputy_id for entry in entries}
    return {deputy.id for deputy in deputies if len(deputy.station_ids) > 1 and deputy.id not in with_one}


def _elsewhere(
    uow: UnitOfWork, window: Window, times: tuple[datetime, datetime], scope: Scope, deputies: set[int]
) -> list[DutyFact]:
    """Their entries for any station, read once for all of them; of everybody's figures nothing is elsewhere."""
    if scope.station_ids is None or not deputies:
        return []
    entries = uow.office_facts.duty(window.first, window.last, *times)
    return [entry for entry in entries if entry.deputy_id in deputies]


def _polls(uow: UnitOfWork, start: datetime, end: datetime, scope: Scope) -> list[PollFact]:
    """A poll of no station in particular is everybody's; none is one deputy's."""
    if scope.deputy_id is not None:
        return []
    return [
        poll
        for poll in uow.office_facts.polls(start, end)
        if scope.station_ids is None or not poll.station_ids or scope.station_ids & set(poll.station_ids)
    ]


def _projects(uow: UnitOfWork, end: datetime, scope: Scope) -> list[ProjectFact]:
    """The same of projects."""
    if scope.deputy_id is not None:
        return []
    return [
        project
        for project in uow.office_facts.projects(end)
        if scope.station_ids is None or project.station_id is None or project.station_id in scope.station_ids
    ]


def scope_of(station_ids: Collection[int] | None) -> Scope:
    """The scope of those stations; None: everybody's."""
    return EVERYBODY if station_ids is None else Scope(frozenset(station_ids))
