"""The yearly cycle of livelihood projects: which phase it is in, what must hold before it moves on, whom that concerns.

What holds is read from the tables each time: nothing has to be ticked off but the announcement of a result, which
leaves no other trace (``cycle_events``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, Group, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.polls import Poll, PollKind, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import LEVELS, Cycle, CycleEvent, Phase, PhaseRow, Project, ProjectState, phases
from liaisonbot.services import readers
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

_S: Final = ProjectState
MOST: Final = 1000


# --- whose it is ------------------------------------------------------------------------------------------------------


def covers(cycle: Cycle, station_id: int | None) -> bool:
    """Whether the cycle is for that station; one that names none is for all of them."""
    return not cycle.station_ids or station_id in cycle.station_ids


def may(actor: Actor, cycle: Cycle) -> bool:
    """Whether the actor moves it: all its stations are theirs. One of all stations is the owners'."""
    stations = cycle.station_ids or (None,)
    return all(may_for_station(actor, Permission.CYCLE_MOVE, station_id) for station_id in stations)


def may_see(actor: Actor, cycle: Cycle) -> bool:
    """Whether it concerns a station at which they work."""
    return may(actor, cycle) or (actor.staff is not None and any(covers(cycle, id_) for id_ in actor.staff.station_ids))


def find(uow: UnitOfWork, actor: Actor, cycle_id: int, *, to_move: bool = True) -> Cycle:
    """The cycle, if the actor may move it (or see it). Nobody else changes it meanwhile."""
    cycle = uow.cycles.get(cycle_id, lock=True)
    allowed = may if to_move else may_see
    if cycle is None or not allowed(actor, cycle):
        raise NotFound("cycle-not-found")
    return cycle


def collecting(uow: UnitOfWork, station_id: int | None) -> Cycle | None:
    """The cycle that takes proposals of that station now."""
    open_ones = uow.cycles.all(open_only=True)
    return next((each for each in open_ones if each.phase is Phase.COLLECTION and covers(each, station_id)), None)


def stations(uow: UnitOfWork, cycle: Cycle) -> list[int]:
    """The stations it is for."""
    return list(cycle.station_ids) or [station.id for station in uow.stations.all()]


def groups(uow: UnitOfWork, cycle: Cycle) -> list[Group]:
    """The groups bound to its stations, each once."""
    found = [group for station_id in stations(uow, cycle) for group in uow.groups.of_station(station_id)]
    return list({group.chat_id: group for group in found}.values())


def deputies(uow: UnitOfWork, cycle: Cycle) -> list[RosterEntry]:
    """The deputies of its stations, each once."""
    found = [entry for station_id in stations(uow, cycle) for entry in uow.roster.deputies(station_id)]
    return list({entry.id: entry for entry in found}.values())


# --- phases -----------------------------------------------------------------------------------------------------------


def row(phase: Phase) -> PhaseRow:
    """The phase as the data file tells it."""
    return phases()[index(phase)]


def index(phase: Phase) -> int:
    return next(place for place, each in enumerate(phases()) if each.key is phase)


def following(phase: Phase) -> Phase | None:
    """The one after it; None after the last."""
    rest = phases()[index(phase) + 1 :]
    return rest[0].key if rest else None


def before(phase: Phase) -> Phase | None:
    place = index(phase)
    return phases()[place - 1].key if place else None


def bar(phase: Phase) -> Text:
    """The steps so far, the phase's name and whose turn it is."""
    place = index(phase)
    dots = "●" * (place + 1) + "○" * (len(phases()) - place - 1)
    return Text.of("phase-bar", dots=dots, place=place + 1, phase=name(phase), turn=Text.of(f"phase-turn-{phase}"))


def level(word: str) -> str | Text:
    """A cycle's level: each reader's word for one of ours, else what staff typed."""
    return Text.of(f"choice-level-{word}") if word in LEVELS else word


def named(cycle: Cycle) -> dict[str, Any]:
    """What sentences call it: its year and its level."""
    return {"year": str(cycle.year), "level": level(cycle.level)}


def name(phase: Phase) -> Text:
    return Text.of(f"phase-{phase}")


def days(cycle: Cycle, phase: Phase) -> tuple[date, date] | None:
    """Its first and last day, as planned."""
    planned = cycle.dates.get(phase)
    return (date.fromisoformat(planned[0]), date.fromisoformat(planned[1])) if planned else None


def proposed_days(year: int, today: date | None = None) -> dict[str, tuple[str, str]]:
    """When each phase usually is, in a cycle whose vote is in that year: it begins in the autumn before.

    ``today``: one that begins later than usual is moved on, phase behind phase, until it is in time again.
    """
    found: dict[str, tuple[str, str]] = {}
    free = today
    for key, first, last in _usual(year):
        if free is not None and first < free:
            first, last = free, last if last >= free else free + (last - first)
        free = last + timedelta(days=1) if free is not None else None
        found[key] = (first.isoformat(), last.isoformat())
    return found


def _usual(year: int) -> list[tuple[str, date, date]]:
    found = []
    in_year, month = year - 1, 0
    for phase in phases():
        if phase.months is None:
            continue
        first, last = phase.months
        in_year += first < month
        month = first
        found.append((phase.key.value, date(in_year, first, 1), _last_of(in_year, last)))
    return found


def _last_of(year: int, month: int) -> date:
    following_month = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following_month.toordinal() - 1)


# --- what must hold ---------------------------------------------------------------------------------------------------


def _proposals(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    return None if _count(uow, cycle, _S.PROPOSED, _S.CANDIDATE) else Text.of("cycle-needs-proposals")


def _screened(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    left = _count(uow, cycle, _S.PROPOSED)
    return Text.of("cycle-needs-screened", n=left) if left else None


def _candidates(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    return None if _count(uow, cycle, _S.CANDIDATE) else Text.of("cycle-needs-candidates")


def _polled(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """A residents' poll on the candidates is over, and none is open."""
    held = [poll for poll in uow.polls.of_cycle(cycle.id) if poll.kind is not PollKind.VOTE and poll.subjects]
    return _over(held, "cycle-needs-polled")


def _voted(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """The deputies have voted, enough of them were there, and no vote is open."""
    missing = _over(_votes(uow, cycle), "cycle-needs-voted")
    if missing is not None:
        return missing
    last = next(poll for poll in reversed(_votes(uow, cycle)) if poll.state is PollState.CLOSED)
    return None if (last.result or {}).get("quorate", True) else Text.of("cycle-needs-quorum", poll=last.number)


def _no_tie(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """A tie at the cut-off is broken by a second round."""
    closed = [poll for poll in _votes(uow, cycle) if poll.state is PollState.CLOSED]
    broken = {poll.round_of for poll in closed}
    tied = [poll for poll in closed if (poll.result or {}).get("tied") and poll.number not in broken]
    return Text.of("cycle-needs-no-tie", poll=tied[-1].number) if tied else None


def _announced(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """Since the cycle was last in its vote."""
    since = [entry.event for entry in uow.cycles.story(cycle.id) if _of_announcing(entry.event, entry.details)]
    return None if since and since[-1] is CycleEvent.ANNOUNCED else Text.of("cycle-needs-announced")


def _of_announcing(event: CycleEvent, details: Mapping[str, Any]) -> bool:
    voted_anew = event is CycleEvent.BACK and details.get("to") == Phase.VOTE
    return event is CycleEvent.ANNOUNCED or voted_anew


def _confirmed(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """Every chosen project has its unit, its target and its day."""
    waiting = _numbers(uow, cycle, _S.CHOSEN)
    if waiting:
        return Text.of("cycle-needs-confirmed", numbers=_listed(waiting))
    none = not _count(uow, cycle, _S.RUNNING, _S.DONE)
    return Text.of("cycle-needs-chosen") if none else None


def _carried_out(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    running = _numbers(uow, cycle, _S.RUNNING)
    return Text.of("cycle-needs-carried-out", numbers=_listed(running)) if running else None


def _appraised(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    done = uow.projects.find(_S.DONE, cycle_id=cycle.id, limit=MOST)
    waiting = sorted(project.number for project in done if project.verdict is None)
    return Text.of("cycle-needs-appraised", numbers=_listed(waiting)) if waiting else None


CONDITIONS: Final[Mapping[str, Callable[[UnitOfWork, Cycle], Text | None]]] = {
    "proposals": _proposals,
    "screened": _screened,
    "candidates": _candidates,
    "polled": _polled,
    "voted": _voted,
    "no_tie": _no_tie,
    "announced": _announced,
    "confirmed": _confirmed,
    "carried_out": _carried_out,
    "appraised": _appraised,
}
"""By the names that ``data/project_phases.toml`` uses: what is missing, or None."""


def missing(uow: UnitOfWork, cycle: Cycle) -> list[Text]:
    """What must be done before the cycle moves on from where it is."""
    found = [CONDITIONS[each](uow, cycle) for each in row(cycle.phase).conditions]
    return [text for text in found if text is not None]


def _count(uow: UnitOfWork, cycle: Cycle, *states: ProjectState) -> int:
    return uow.projects.count(*states, cycle_id=cycle.id)


def _numbers(uow: UnitOfWork, cycle: Cycle, state: ProjectState) -> list[int]:
    return sorted(project.number for project in uow.projects.find(state, cycle_id=cycle.id, limit=MOST))


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"{shown} …" if len(numbers) > 10 else shown


def _votes(uow: UnitOfWork, cycle: Cycle) -> list[Poll]:
    return [poll for poll in uow.polls.of_cycle(cycle.id) if poll.kind is PollKind.VOTE]


def _over(held: list[Poll], key: str) -> Text | None:
    """Nothing while one of the polls was held and none is open."""
    open_one = next((poll for poll in held if poll.open), None)
    if open_one is not None:
        return Text.of("cycle-needs-closed", poll=open_one.number)
    return None if any(poll.state is PollState.CLOSED for poll in held) else Text.of(key)


# --- moving it --------------------------------------------------------------------------------------------------------


def make(
    uow: UnitOfWork, desk: Desk, actor: Actor, *, year: int, level: str, places: int, station_ids: list[int]
) -> Cycle:
    """A new cycle, in its first phase, with the usual dates. Whom it concerns is told."""
    stations_meant: list[int | None] = [*station_ids] or [None]
    if not all(may_for_station(actor, Permission.CYCLE_MOVE, station_id) for station_id in stations_meant):
        raise NotFound("cycle-not-found")
    cycle = uow.cycles.add(
        year=year,
        level=level,
        station_ids=station_ids,
        places=places,
        dates=proposed_days(year, desk.today),
        person_id=actor.person.id if actor.person else None,
        now=desk.now,
    )
    record(uow, desk, actor, cycle, CycleEvent.MADE)
    _tell(uow, desk, cycle)
    return cycle


def change(uow: UnitOfWork, desk: Desk, actor: Actor, cycle: Cycle, **changes: Any) -> Cycle:
    """Its level, its places, its dates."""
    after = uow.cycles.update(cycle.id, **changes)
    record(uow, desk, actor, cycle, CycleEvent.CHANGED, details={"what": sorted(changes)})
    return after


def move_on(
    uow: UnitOfWork, desk: Desk, actor: Actor, cycle_id: int, *, concerns: tuple[str, ...] | None = None
) -> Cycle:
    """Into the next phase. Raises Refused, naming what is missing, while the phase's conditions do not hold.

    ``concerns``: who is told, where others have read of it in what led to it; as the table says (:data:`TOLD`) else.
    """
    cycle = find(uow, actor, cycle_id)
    to = following(cycle.phase)
    if to is None:
        raise Refused("cycle-is-over")
    lacking = missing(uow, cycle)
    if lacking:
        raise Refused("cycle-not-yet", phase=name(to), missing=Text.lines(*lacking))
    after = _moved(uow, desk, cycle, to)
    record(uow, desk, actor, cycle, CycleEvent.MOVED, details={"from": cycle.phase, "to": to})
    _tell(uow, desk, after, concerns=concerns)
    return after


def move_back(uow: UnitOfWork, desk: Desk, actor: Actor, cycle_id: int, reason: str) -> Cycle:
    """One phase back, for a reason that is kept; those who were told of the phase are told of that."""
    cycle = find(uow, actor, cycle_id)
    to = before(cycle.phase)
    if to is None:
        raise Refused("cycle-at-the-start")
    open_one = next((poll for poll in uow.polls.of_cycle(cycle.id) if poll.open), None)
    if open_one is not None:
        raise Refused("cycle-poll-open", poll=open_one.number)
    after = _moved(uow, desk, cycle, to)
    record(uow, desk, actor, cycle, CycleEvent.BACK, text=reason, details={"from": cycle.phase, "to": to})
    text = Text.of("cycle-told-back", **_blanks(after), reason=reason)
    _tell(uow, desk, after, text=text, concerns=TOLD.get(cycle.phase, ()))
    return after


def _moved(uow: UnitOfWork, desk: Desk, cycle: Cycle, to: Phase) -> Cycle:
    closed_at = desk.now if to is Phase.CLOSED else None
    return uow.cycles.update(cycle.id, phase=to, phase_since=desk.now, closed_at=closed_at)


def announced(uow: UnitOfWork, desk: Desk, actor: Actor, cycle: Cycle) -> None:
    """The result of its vote was announced."""
    record(uow, desk, actor, cycle, CycleEvent.ANNOUNCED)


def record(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    cycle: Cycle,
    event: CycleEvent,
    *,
    text: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """A line in its journal."""
    role = Role.OWNER if actor.owner else Role.STAFF if actor.staff else actor.roles[0]
    person_id = actor.person.id if actor.person else None
    uow.cycles.record(cycle.id, event, at=desk.now, by=role, person_id=person_id, text=text, details=details)


# --- who is told ------------------------------------------------------------------------------------------------------

GROUPS, DEPUTIES = "groups", "deputies"
TOLD: Final[Mapping[Phase, tuple[str, ...]]] = {
    Phase.COLLECTION: (GROUPS, DEPUTIES),
    Phase.SCREENING: (GROUPS,),
    Phase.OPINIONS: (GROUPS,),
    Phase.VOTE: (GROUPS, DEPUTIES),
    Phase.ANNOUNCEMENT: (),  # the announcement itself is what they read
    Phase.IMPLEMENTATION: (GROUPS, DEPUTIES),
    Phase.APPRAISAL: (GROUPS, DEPUTIES),
    Phase.CLOSED: (GROUPS, DEPUTIES),
}
"""Whom it concerns that a phase begins: one message for each chat."""


def _blanks(cycle: Cycle) -> dict[str, Any]:
    return {**named(cycle), "bar": bar(cycle.phase)}


def _tell(
    uow: UnitOfWork, desk: Desk, cycle: Cycle, *, text: Text | None = None, concerns: tuple[str, ...] | None = None
) -> None:
    planned = days(cycle, cycle.phase)
    text = text or Text.lines(
        Text("cycle-begun" if cycle.phase is Phase.COLLECTION else "cycle-told", _blanks(cycle)),
        Text.of("cycle-until", date=planned[1]) if planned and planned[1] >= desk.today else None,
        Text.of("cycle-how-to-propose") if cycle.phase is Phase.COLLECTION else None,
    )
    told = TOLD[cycle.phase] if concerns is None else concerns
    chats: dict[int, str] = {}
    if GROUPS in told:
        chats |= {group.chat_id: readers.group_language(desk, group) for group in groups(uow, cycle)}
    if DEPUTIES in told:
        reached = [readers.of_entry(uow, desk, entry) for entry in deputies(uow, cycle)]
        chats |= {reader.chat_id: reader.language for reader in reached if reader}
    for chat_id, language in chats.items():
        uow.outbox.add(
            Outgoing(
                Send.TEXT,
                chat_id,
                language=language,
                text=text,
                rows=list_rows(desk),
                priority=Priority.ANNOUNCEMENT,
                daytime=True,
            ),
            desk.now,
        )


def list_rows(desk: Desk) -> Rows:
    """The way to the list of projects, in the private chat."""
    return ((Button(Text.of("button-projects"), url=desk.bot.deep_link("projects_0")),),)


def staff(uow: UnitOfWork, desk: Desk, cycle: Cycle) -> list[readers.Reader]:
    """The staff of its stations, each once."""
    found = [reader for id_ in stations(uow, cycle) for reader in readers.staff_of(uow, desk, id_)]
    return list({reader.chat_id: reader for reader in found or readers.owners(uow, desk)}.values())


def of_project(uow: UnitOfWork, project: Project) -> Cycle | None:
    return uow.cycles.get(project.cycle_id) if project.cycle_id is not None else None
