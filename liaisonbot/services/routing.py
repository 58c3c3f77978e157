"""Which deputy a case goes to, and by which rule. The rule is stored with the assignment.

First who may have it at all: at the station, with an account we can write to; not in a matter of their own, one
that accuses them, or one of a unit they work for (conflict of interest), not on leave. Who is on leave and has named a
delegate is stood in for. Then :data:`CHAIN`, from top to bottom: each rule leaves some of the candidates, and the
first that leaves any is the one the case goes by; the rules below it choose among those. Where there is nobody, the
case goes to a queue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Leave, RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import RoutingRule


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a case when a deputy is looked for."""

    station_id: int | None
    category: str
    text: str
    authors: Collection[int] = ()
    """Telegram ids of those whose case it is."""
    units: Collection[str] = ()
    """Names of the units that handle it."""
    named: int | None = None
    """The roster id of a deputy chosen by a button."""
    accused: Collection[int] = ()
    """Roster ids of the deputies whom it accuses."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who would have the case: a deputy, or who stands in for them."""

    deputy: RosterEntry
    meant: RosterEntry
    """The one the rules speak of: the deputy, or the one on leave in whose place the deputy has it."""

    @property
    def stands_in(self) -> bool:
        return self.deputy.id != self.meant.id


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes; ``deputy`` is None for a queue."""

    deputy: RosterEntry | None
    rule: RoutingRule
    standing_in_for: RosterEntry | None = None
    passed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Who was passed over: why → roster ids. Of those at the station, with an account."""

    @property
    def changes(self) -> dict[str, Any]:
        """The columns of the case that say who has it."""
        return {
            "deputy_id": self.deputy.id if self.deputy else None,
            "standing_in_for": self.standing_in_for.id if self.standing_in_for else None,
        }

    @property
    def details(self) -> dict[str, Any]:
        """What the journal keeps of how it was found."""
        passed = {why: list(ids) for why, ids in self.passed.items() if ids}
        return {"passed": passed} if passed else {}


def route(uow: UnitOfWork, desk: Desk, matter: Matter) -> Route:
    """The deputy for a case, by the first rule of the chain that knows one."""
    if matter.station_id is None:
        return Route(None, RoutingRule.OWNER_QUEUE)
    left, passed = _candidates(uow, desk, matter)
    by: RoutingRule | None = None
    for rule in CHAIN:
        narrowed = rule.leaves(uow, desk, matter, left)
        if narrowed:
            left, by = narrowed, by or rule.name
        if by is not None and len(left) == 1:
            break
    if by is None:
        return Route(None, RoutingRule.STAFF_QUEUE, passed=passed)
    found = left[0]
    if found.stands_in:
        return Route(found.deputy, RoutingRule.DELEGATE, found.meant, passed)
    return Route(found.deputy, by, passed=passed)


# --- the chain
# ----------------------------------------------------------------------------------------------------------

Leaves = Callable[[UnitOfWork, Desk, Matter, list[Candidate]], list[Candidate]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the chain: what it is stored as, and which of the candidates it leaves. None: it has nothing to say."""

    name: RoutingRule
    leaves: Leaves


def _named(uow: UnitOfWork, desk: Desk, matter: Matter, left: list[Candidate]) -> list[Candidate]:
    """Chosen by a button, else named in the words."""
    chosen = [candidate for candidate in left if candidate.meant.id == matter.named]
    if chosen:
        return chosen
    named = named_in(matter.text, [candidate.meant for candidate in left])
    return [candidate for candidate in left if candidate.meant in named] if named else []


def _on_reception(uow: UnitOfWork, desk: Desk, matter: Matter, left: list[Candidate]) -> list[Candidate]:
    on_duty = uow.receptions.on_duty(matter.station_id or 0, desk.today)
    return [candidate for candidate in left if candidate.meant.id in on_duty]


def _specialised(uow: UnitOfWork, desk: Desk, matter: Matter, left: list[Candidate]) -> list[Candidate]:
    return [candidate for candidate in left if matter.category in candidate.meant.specialties]


def _fewest_open(uow: UnitOfWork, desk: Desk, matter: Matter, left: list[Candidate]) -> list[Candidate]:
    """One of those with the fewest open cases; rather in their own name than for somebody else."""
    counts = uow.roster.open_counts([candidate.deputy.id for candidate in left])

    def busy(candidate: Candidate) -> tuple[int, bool, int]:
        return counts.get(candidate.deputy.id, 0), candidate.stands_in, candidate.deputy.id

    return sorted(left, key=busy)[:1]


CHAIN: Final[tuple[Rule, ...]] = (
    Rule(RoutingRule.NAMED, _named),
    Rule(RoutingRule.RECEPTION, _on_reception),
    Rule(RoutingRule.SPECIALTY, _specialised),
    Rule(RoutingRule.FEWEST_OPEN, _fewest_open),
)


# --- who may have it
# ----------------------------------------------------------------------------------------------------


def choosable(uow: UnitOfWork, desk: Desk, matter: Matter) -> list[RosterEntry]:
    """Whom the case could go to if its author chose them: those who are there, and those somebody stands in for."""
    return [candidate.meant for candidate in _candidates(uow, desk, matter)[0]]


def _candidates(uow: UnitOfWork, desk: Desk, matter: Matter) -> tuple[list[Candidate], dict[str, list[int]]]:
    """Who is left when all who must not or cannot have it are passed over, and who these are."""
    here = [deputy for deputy in uow.roster.deputies(matter.station_id) if deputy.telegram_id is not None]
    away = uow.leaves.on(desk.today)
    left: list[Candidate] = []
    passed: dict[str, list[int]] = {}
    for deputy in here:
        why = conflict(deputy, matter)
        stands_in = _delegate(here, away, deputy) if deputy.id in away else deputy
        if why is None and stands_in is not None and conflict(stands_in, matter) is None:
            left.append(Candidate(stands_in, deputy))
        else:
            passed.setdefault(why or "leave", []).append(deputy.id)
    return left, passed


def _delegate(here: Sequence[RosterEntry], away: Mapping[int, Leave], absent: RosterEntry) -> RosterEntry | None:
    """Who stands in for them: at the same station, and not away as well."""
    delegate_id = away[absent.id].delegate_id
    return next((entry for entry in here if entry.id == delegate_id and entry.id not in away), None)


def conflict(deputy: RosterEntry, matter: Matter) -> str | None:
    """Why that deputy must not have it: the matter is their ``own``, they are the ``accused``, or it concerns their
    ``employer``; None: they may.
    """
    if deputy.telegram_id in matter.authors:
        return "own"
    if deputy.id in matter.accused:
        return "accused"
    return "employer" if employer_concerned(deputy, matter.text, matter.units) else None


def employer_concerned(deputy: RosterEntry, text: str, units: Collection[str]) -> str | None:
    """The unit they work for that is named in the words, or handles the case."""
    if not deputy.employer:
        return None
    handling = {unit.casefold() for unit in units}
    for employer in re.split("[;；]", deputy.employer):
        employer = employer.strip()
        if employer and (employer.casefold() in handling or mentions(text, employer)):
            return employer
    return None


def require_here(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> None:
    """Refuse to give a case to somebody who is on leave today."""
    leave = uow.leaves.on(desk.today).get(deputy.id)
    if leave is not None:
        raise Refused("deputy-on-leave", deputy=deputy.name, date=leave.last)


def named_in(text: str, deputies: Sequence[RosterEntry]) -> list[RosterEntry]:
    """Those whom the words name."""
    folded, at = text.casefold(), "@" in text  # once for all of a station: most words name nobody
    near = [entry for entry in deputies if entry.name.casefold() in folded or (at and entry.username)]
    return [entry for entry in near if names(text, entry)]


def names(text: str, deputy: RosterEntry) -> bool:
    """Whether the words name that deputy: by @username, or by the full name (a Latin one as words of its own)."""
    if deputy.username and "@" in text and re.search(rf"@{re.escape(deputy.username)}(?!\w)", text, re.IGNORECASE):
        return True
    return mentions(text, deputy.name)


def mentions(text: str, name: str) -> bool:
    """Whether that name stands in the words; a Latin one as words of its own."""
    if len(name) < 2 or name.casefold() not in text.casefold():  # a station may have more names than patterns are kept
        return False
    name = re.escape(name)
    whole = rf"(?<!\w){name}(?!\w)" if name.isascii() else name
    return re.search(whole, text, re.IGNORECASE) is not None
