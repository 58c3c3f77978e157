"""What a deputy has that goes to a successor at the end of a term, and how each of it goes: :data:`PARTS`.

Open cases with their promises (those a delegate looks after meanwhile, too), livelihood projects to supervise,
reception days with their rotas, paired households: those of stations that the successor serves and whoever hands over
works for; what is of another station stays for a successor there. What must not be the successor's is not given to
them: such a case goes to the staff's queue, such a project stays with the rest of its group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from liaisonbot import permissions, projects
from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM, Actor, Case, RosterEntry
from liaisonbot.pairings import Pairing
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import ProjectEvent
from liaisonbot.receptions import Reception, ReceptionState, Rota
from liaisonbot.services import (
    absences,
    assigning,
    casework,
    project_names,
    projecting,
    reception_entries,
    reception_notices,
    routing,
    supervision,
)
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import RoutingRule
from liaisonbot.workflow import Event

_FAR: Final = date(9999, 12, 31)
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who hands over to whom, and who says so."""

    actor: Actor
    old: RosterEntry
    new: RosterEntry


@dataclass(frozen=True, slots=True)
class Part:
    """Something a deputy has: how many of it, and how it goes to somebody else."""

    count: Callable[[UnitOfWork, Desk, Exchange], int]
    move: Callable[[UnitOfWork, Desk, Exchange], None]


def _concerns(exchange: Exchange, station_id: int | None) -> bool:
    """Whether what is of that station goes along (None: of no station yet)."""
    if station_id is None:
        return True
    theirs = station_id in exchange.new.station_ids
    return theirs and permissions.may_for_station(exchange.actor, Permission.HANDOVER_MAKE, station_id)


# --- cases ------------------------------------------------------------------------------------------------------------


def cases(uow: UnitOfWork, exchange: Exchange) -> list[Case]:
    """The open cases that are the old deputy's: theirs now, lent to a delegate, or in the queue since they left the
    roster.
    """
    old = exchange.old
    found = _held_by(uow, old.id)
    delegates = {leave.delegate_id for leave in uow.leaves.of_deputy(old.id) if leave.delegate_id}
    if delegates:
        theirs = uow.cases.stood_in_for(old.id)
        found += [case for case in theirs if case.deputy_id in delegates or absences.lent_by(uow, case, old.id)]
    if old.telegram_id is None:
        queue = _all(lambda offset: uow.cases.unassigned(old.station_ids, offset=offset, limit=_PAGE))
        theirs = [case for case in queue if not case.held and _had_it(uow, case) == old.id]
        found += [case for case in theirs if _fits(uow, exchange, case)]
    return [case for case in found if _concerns(exchange, case.station_id)]


def _fits(uow: UnitOfWork, exchange: Exchange, case: Case) -> bool:
    """Whether the case may be the successor's: not their own, nor about them or their employer."""
    return routing.conflict(exchange.new, assigning.matter(uow, case)) is None


def _held_by(uow: UnitOfWork, deputy_id: int) -> list[Case]:
    return _all(lambda offset: uow.cases.of_deputy(deputy_id, offset=offset, limit=_PAGE))


def _all(page: Callable[[int], tuple[list[Case], int]]) -> list[Case]:
    found, total = page(0)
    while len(found) < total and (more := page(len(found))[0]):
        found += more
    return found


def _had_it(uow: UnitOfWork, case: Case) -> int | None:
    """The deputy from whom the case came into the queue when they left the roster; else None."""
    *_, before, last = [None, None, *(line for line in uow.journal.of_case(case.number) if line.rule is not None)]
    if before is None or last is None or last.person_id is not None or last.rule is not RoutingRule.STAFF_QUEUE:
        return None
    return before.deputy_id


def _move_cases(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """The authors are told; the deputies of all of it at once, see ``handing_over``."""
    reason = _in_words(desk, Text.of("handover-reason", deputy=exchange.old.name))
    found = cases(uow, exchange)
    _end_absences(uow, desk, exchange)
    for case in found:
        fits = _fits(uow, exchange, case)
        casework.advance(
            uow,
            desk,
            _for(uow, exchange.actor, case),
            case.number,
            Event.TRANSFERRED,
            note=reason,
            changes=_to(exchange, case, fits=fits),
            rule=RoutingRule.TRANSFERRED if fits else RoutingRule.STAFF_QUEUE,
            reason=reason,
            summed_up=True,
        )


def _to(exchange: Exchange, case: Case, *, fits: bool) -> dict[str, Any]:
    """Whose the case is afterwards. What the old one looked after for somebody who is away, the new one does."""
    absent = case.standing_in_for
    goes_back = not fits or absent in (exchange.old.id, exchange.new.id)
    return {
        "deputy_id": exchange.new.id if fits else None,
        "standing_in_for": None if goes_back else absent,
    }


def _for(uow: UnitOfWork, actor: Actor, case: Case) -> Actor:
    """Whoever hands over; for a case that is not theirs to transfer (it is their own, or of no station), the office."""
    may = permissions.may_for_case(actor, Permission.CASE_TRANSFER, case, uow.cases.author_ids(case.number))
    return actor if may else SYSTEM


def _end_absences(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Nothing comes back to the old deputy from a leave; for whom they stood in, the new one does."""
    for leave in uow.leaves.of_deputy(exchange.old.id):
        uow.leaves.over(leave.id, desk.now)
    for leave in uow.leaves.for_delegate(exchange.old.id):
        uow.leaves.stand_in(leave.id, exchange.new.id if leave.deputy_id != exchange.new.id else None)


def _in_words(desk: Desk, text: Text) -> str:
    """The sentence as the journal keeps it: in the office's default language."""
    return catalogue(desk.settings.locale.default_language, desk.settings.locale.timezone).plain(text)


def _promises(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> int:
    return sum(uow.promises.open_of(case.number) is not None for case in cases(uow, exchange))


def _go_along(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Promises go along with their cases."""


# --- projects, reception days, households -----------------------------------------------------------------------------


def _groups(uow: UnitOfWork, exchange: Exchange) -> dict[int, list[int]]:
    """The supervision groups as they will be, by the project's number: those that still supervise, of stations of
    whoever hands over.
    """
    found: dict[int, list[int]] = {}
    for number in uow.projects.supervised_by(exchange.old.id):
        project = uow.projects.get(number)
        if project is None or projects.step(project.state, ProjectEvent.SUPERVISORS) is None:
            continue
        fits = exchange.new.id in {entry.id for entry in supervision.candidates(uow, project)}
        group = [row.entry_id for row in uow.projects.supervisors(number)]
        after = _instead(group, exchange) if fits else tuple(id_ for id_ in group if id_ != exchange.old.id)
        if after and projecting.may(uow, exchange.actor, Permission.PROJECT_KEEP, project):
            found[number] = list(after)
    return found


def _move_projects(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    for number, group in _groups(uow, exchange).items():
        entries = [entry for id_ in group if (entry := uow.roster.get(id_))]
        names = project_names.for_the_journal(desk, entries)
        event, details = ProjectEvent.SUPERVISORS, {"entries": group}
        projecting.advance(uow, desk, exchange.actor, number, event, text=names, details=details)
        uow.projects.set_supervisors(number, group, confirmed=True)


def _days(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> list[Reception]:
    days = uow.receptions.between(desk.today, _FAR, states=(ReceptionState.PLANNED,))
    return [day for day in days if exchange.old.id in day.deputy_ids and _concerns(exchange, day.station_id)]


def _move_reception_days(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Days that are planned. Whoever booked is told, and the groups that know of a day."""
    days = _days(uow, desk, exchange)
    after = [reception_entries.received_by(uow, desk, day, _instead(day.deputy_ids, exchange)) for day in days]
    changed = list(zip(days, after, strict=True))
    reception_notices.tell_other_receivers(uow, desk, changed, deputies=False)


def _rotas(uow: UnitOfWork, exchange: Exchange) -> list[Rota]:
    rotas = uow.receptions.rotas()
    return [rota for rota in rotas if exchange.old.id in rota.deputy_ids and _concerns(exchange, rota.station_id)]


def _move_rotas(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Those that go on, also where their next day is so far ahead that it is not planned yet."""
    for rota in _rotas(uow, exchange):
        uow.receptions.name_rota(rota.id, _instead(rota.deputy_ids, exchange))


def _instead(ids: Sequence[int], exchange: Exchange) -> tuple[int, ...]:
    return tuple(dict.fromkeys(exchange.new.id if id_ == exchange.old.id else id_ for id_ in ids))


def _pairings(uow: UnitOfWork, exchange: Exchange) -> list[Pairing]:
    return [each for each in uow.pairings.of_deputy(exchange.old.id) if _concerns(exchange, each.station_id)]


def _move_pairings(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    for pairing in _pairings(uow, exchange):
        uow.pairings.move(pairing.id, exchange.new.id)


PARTS: Final[Mapping[str, Part]] = {
    "cases": Part(lambda uow, desk, exchange: len(cases(uow, exchange)), _move_cases),
    "promises": Part(_promises, _go_along),
    "projects": Part(lambda uow, desk, exchange: len(_groups(uow, exchange)), _move_projects),
    "receptions": Part(lambda uow, desk, exchange: len(_days(uow, desk, exchange)), _move_reception_days),
    "rotas": Part(lambda uow, desk, exchange: len(_rotas(uow, exchange)), _move_rotas),
    "pairings": Part(lambda uow, desk, exchange: len(_pairings(uow, exchange)), _move_pairings),
}
"""What there is to hand over, in the order in which it is told; its sentence is ``handover-PART``."""
