"""Who has the case: staff give it to a deputy, deputies hand it over, whoever leaves gives back theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaisonbot import guard, permissions
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case, RosterEntry
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accusations, accused, cards, casework, routing
from liaisonbot.services.routing import Matter
from liaisonbot.texts import Text
from liaisonbot.vocabulary import RoutingRule
from liaisonbot.workflow import Event


def assign(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, to: RosterEntry) -> Case:
    """Staff give the case to a deputy. The one who had it, the new one and the constituent are told."""
    case = casework.find(uow, actor, number, Permission.CASE_ASSIGN)
    _can_take(uow, desk, actor, case, to)
    if to.id == case.deputy_id:
        raise Refused("has-it-already", case=number, deputy=to.name)
    changes: dict[str, Any] = {"deputy_id": to.id, "standing_in_for": None}
    if case.station_id is None and to.station_ids:
        changes["station_id"] = min(to.station_ids)
    return casework.advance(uow, desk, actor, number, Event.ASSIGNED, changes=changes, rule=RoutingRule.ASSIGNED)


def transfer(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, to: RosterEntry | None, text: str) -> Case:
    """Hand the case over, to a deputy or (None) to the staff's queue, with the reason."""
    case = casework.find(uow, actor, number, Permission.CASE_TRANSFER)
    if to is not None and to.id == case.deputy_id:
        raise Refused("has-it-already", case=number, deputy=to.name)
    if to is not None:
        _can_take(uow, desk, actor, case, to)
    rule = RoutingRule.TRANSFERRED if to else RoutingRule.STAFF_QUEUE
    changes = {"deputy_id": to.id if to else None, "standing_in_for": None}
    return casework.advance(
        uow, desk, actor, number, Event.TRANSFERRED, note=text, changes=changes, rule=rule, reason=text
    )


def matter(uow: UnitOfWork, case: Case) -> Matter:
    """What the choice of a deputy for it goes by, and the question whether it is one's own or one's employer's: also
    by the words of what became part of it.
    """
    authors = _authors(uow, case)
    units = tuple(handing.unit for handing in uow.handings.of_case(case.number) if handing.open)
    whom = accused.all_of(uow, uow.guarded.accused(case.number) | accusations.anywhere(uow, case))
    texts = [case.text, *(part.text for number in cards.parts_of(uow, case.number) if (part := uow.cases.get(number)))]
    words = "\n".join(text for text in texts if text)
    return Matter(case.station_id, case.category, words, authors, units, accused=whom)


_NOT_THEIRS: Mapping[str, str] = {"own": "own-case", "accused": "accused-deputy", "employer": "employer-case"}


def is_author(uow: UnitOfWork, case: Case, entry: RosterEntry) -> bool:
    """Whether it is a case of that deputy's own. Who has no account is nobody of the roster."""
    return entry.telegram_id is not None and entry.telegram_id in _authors(uow, case)


def _authors(uow: UnitOfWork, case: Case) -> tuple[int, ...]:
    return tuple(author.telegram_id for author in uow.cases.authors(case.number) if author.telegram_id is not None)


def not_theirs(uow: UnitOfWork, actor: Actor, why: str, case: Case, deputy: RosterEntry) -> Refused:
    """Why they cannot have the case; with what to type where a namesake is meant, for those who may."""
    authors = uow.cases.author_ids(case.number)
    if why != "accused" or not permissions.may_for_case(actor, Permission.CASE_RELEASE, case, authors):
        return Refused(_NOT_THEIRS[why], case=case.number, deputy=deputy.name)
    lines = [
        line
        for number, on_record in accusations.where(uow, case, deputy)
        for line in (*(() if on_record else (f"/missed {number} {guard.ACCUSATION}",)), f"/falsealarm {number}")
    ]
    ways = Text.lines(*(Text.of("type-this", line=line) for line in lines))
    return Refused("accused-deputy-but", case=case.number, deputy=deputy.name, ways=ways)


def _can_take(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, to: RosterEntry) -> None:
    """Nobody is given a case that is a conflict of interest, or one that could not reach them."""
    if to.telegram_id is None:
        raise Refused("deputy-without-account", deputy=to.name)
    why = routing.conflict(to, matter(uow, case))
    if why is not None:
        raise not_theirs(uow, actor, why, case, to)
    routing.require_here(uow, desk, to)


def release_deputy(uow: UnitOfWork, desk: Desk, entry: RosterEntry) -> list[int]:
    """Somebody is a deputy no longer: their open cases go to the staff's queue. The numbers of those cases."""
    numbers: list[int] = []
    while True:
        page, _ = uow.cases.of_deputy(entry.id, limit=50)
        if not page:
            return numbers
        for case in page:
            changes = {"deputy_id": None, "standing_in_for": None}
            casework.advance(
                uow, desk, SYSTEM, case.number, Event.TRANSFERRED, changes=changes, rule=RoutingRule.STAFF_QUEUE
            )
            numbers.append(case.number)
