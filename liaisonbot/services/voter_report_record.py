"""A deputy's report to voters, drawn from the record: the public part of it, in numbers.

No constituent's word or name stands in it: cases by how they ended and how they were judged, entries on record by type
and by the four roles, livelihood projects, reception days held. The deputy says the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.duty import EntryState
from liaisonbot.model import RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project, ProjectEvent, ProjectState
from liaisonbot.receptions import BookingState, ReceptionState
from liaisonbot.services import cards, duty_log, duty_views
from liaisonbot.services.duty_views import Totals
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Outcome, Rating, Role
from liaisonbot.voter_reports import CaseCount, joined
from liaisonbot.written_dates import format_date

_DAY: Final = timedelta(days=1)
_ELSEWHERE: Final = (Outcome.MERGED,)
"""Cases that go on in another one are counted there."""
ENDS: Final = tuple(outcome for outcome in Outcome if outcome not in _ELSEWHERE)
_NOT_PUT_FORWARD: Final = (ProjectState.WITHDRAWN, ProjectState.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Record:
    """What a deputy did in a span of days."""

    deputy: str
    first: date
    last: date
    outcomes: Mapping[Outcome | None, int]
    """Cases that came in then, by how they ended; None: still open."""
    results: Mapping[Rating, int]
    """The same cases, by how those who brought them judged the result; those who did not are left out."""
    entries: Totals
    unconfirmed: int
    """So many of them wait for staff."""
    days: int
    """Days on which there is an entry."""
    proposed: int
    proposed_done: int
    supervised: int
    supervised_done: int
    receptions: int
    """Reception days held."""
    visitors: int

    @property
    def cases(self) -> int:
        return sum(self.outcomes.values())

    @property
    def closed(self) -> int:
        return sum(n for outcome, n in self.outcomes.items() if outcome is not None)


# --- looked up --------------------------------------------------------------------------------------------------------


def look_up(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, first: date, last: date) -> Record:
    """The record of that deputy from the first to the last day."""
    counts = _cases(uow, desk, deputy, first, last)
    outcomes, results = Counter[Outcome | None](), Counter[Rating]()
    for count in counts:
        outcomes[count.outcome] += count.n
        if count.result is not None:
            results[count.result] += count.n
    entries = uow.duty.count(deputy.id, first, last, states=duty_log.ON_RECORD)
    proposed, supervised = _proposed(uow, desk, deputy, first, last), _supervised(uow, desk, deputy, first, last)
    receptions, visitors = _receptions(uow, deputy, first, last)
    return Record(
        deputy.name,
        first,
        last,
        outcomes,
        results,
        duty_views.totals(entries),
        sum(uow.duty.count(deputy.id, first, last, states=(EntryState.FILED,)).values()),
        uow.duty.days(deputy.id, first, last, states=duty_log.ON_RECORD),
        len(proposed),
        _done(proposed),
        len(supervised),
        _done(supervised),
        receptions,
        visitors,
    )


def _cases(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, first: date, last: date) -> list[CaseCount]:
    since, until = (datetime.combine(day, time(), desk.timezone) for day in (first, last + _DAY))
    return [each for each in uow.voter_reports.cases(deputy.id, since, until) if each.outcome not in _ELSEWHERE]


def _proposed(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, first: date, last: date) -> list[Project]:
    """What they proposed as a deputy in those days."""
    person = uow.people.find(deputy.telegram_id) if deputy.telegram_id is not None else None
    return [
        project
        for project in (uow.projects.of_person(person.id) if person else [])
        if project.by is Role.DEPUTY
        and project.state not in _NOT_PUT_FORWARD
        and first <= project.created_at.astimezone(desk.timezone).date() <= last
    ]


def _supervised(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, first: date, last: date) -> list[Project]:
    """Those in whose supervision group they were on one of those days, until the project was carried out."""
    since: dict[int, date] = {}
    found: set[int] = set()
    for line in uow.projects.happened(ProjectEvent.SUPERVISORS, ProjectEvent.CARRIED_OUT):
        day = line.at.astimezone(desk.timezone).date()
        if line.event is ProjectEvent.SUPERVISORS and deputy.id in line.details.get("entries", ()):
            since.setdefault(line.project, day)
        elif (begun := since.pop(line.project, None)) is not None and begun <= last and day >= first:
            found.add(line.project)
    found |= {number for number, begun in since.items() if begun <= last}
    return [project for number in sorted(found) if (project := uow.projects.get(number))]


def _done(projects: Iterable[Project]) -> int:
    return sum(project.state is ProjectState.DONE for project in projects)


def _receptions(uow: UnitOfWork, deputy: RosterEntry, first: date, last: date) -> tuple[int, int]:
    """Days held on which they received, and how many visitors were heard on them."""
    held = uow.receptions.between(first, last, states=(ReceptionState.HELD,))
    own = [day for day in held if deputy.id in day.deputy_ids]
    heard = sum(visit.state is BookingState.HEARD for day in own for visit in uow.receptions.bookings(day.id))
    return len(own), heard


# --- in words ---------------------------------------------------------------------------------------------------------


def written(record: Record, desk: Desk, language: str) -> str:
    """The report's paragraphs, in that language."""
    say = catalogue(language, desk.settings.locale.timezone)
    return joined([say.plain(part(record, language)) for part in PARTS])


def long_day(day: date, language: str) -> str:
    """With its year, and without the weekday: what is printed is read for years."""
    return format_date(day, "long", language)


def _opening(record: Record, language: str) -> Text:
    first, last = long_day(record.first, language), long_day(record.last, language)
    return Text.of("report-drawn-opening", deputy=record.deputy, first=first, last=last)


def _case_part(record: Record, language: str) -> Text:
    if not record.cases:
        return Text.of("report-drawn-no-cases")
    ended = [
        Text.of("report-drawn-count", what=Text.of(f"report-outcome-{outcome}"), n=n)
        for outcome in ENDS
        if (n := record.outcomes.get(outcome, 0))
    ]
    judged = [
        Text.of("report-drawn-count", what=Text.of(f"rating-{int(level)}"), n=record.results.get(level, 0))
        for level in reversed(Rating)
    ]
    rated = sum(record.results.values())
    return Text.of(
        "report-drawn-cases",
        n=record.cases,
        closed=record.closed,
        ended=cards.listed(ended) if ended else None,
        open=record.outcomes.get(None, 0),
        judged=Text.of("report-drawn-judged", n=rated, levels=cards.listed(judged)) if rated else None,
    )


def _duty_part(record: Record, language: str) -> Text:
    entries = record.entries
    if not entries.entries:
        return Text.of("report-drawn-no-duty")
    types = [Text.of("report-drawn-count", what=duty_views.type_name(key), n=n) for key, n in entries.types.items()]
    roles = [
        Text.of("report-drawn-count", what=Text.of(f"duty-role-{key}"), n=n) for key, n in entries.roles.items() if n
    ]
    return Text.of(
        "report-drawn-duty",
        n=entries.entries,
        days=record.days,
        types=cards.listed(types),
        roles=cards.listed(roles) if roles else None,
    )


def _project_part(record: Record, language: str) -> Text:
    if not record.proposed and not record.supervised:
        return Text.of("report-drawn-no-projects")
    parts = [
        Text.of("report-drawn-projects-proposed", n=record.proposed, done=record.proposed_done),
        Text.of("report-drawn-projects-supervised", n=record.supervised, done=record.supervised_done),
    ]
    there = [part for part, n in zip(parts, (record.proposed, record.supervised), strict=True) if n]
    return Text.of("report-drawn-projects", parts=cards.listed(there))


def _reception_part(record: Record, language: str) -> Text:
    if not record.receptions:
        return Text.of("report-drawn-no-receptions")
    return Text.of("report-drawn-receptions", n=record.receptions, visitors=record.visitors)


def _close(record: Record, language: str) -> Text:
    return Text.of("report-drawn-close")


PARTS: Final[tuple[Callable[[Record, str], Text], ...]] = (
    _opening,
    _case_part,
    _duty_part,
    _project_part,
    _reception_part,
    _close,
)
"""The paragraphs of a report, in their order."""
