"""What stands below the receipt of a new case, from the first moment to the last."""

from __future__ import annotations

from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.keyboards import Screen
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import Button, Rows
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import asked, cards, paging
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome
from liaisonbot.workflow import Event

STATIONS_ON_A_PAGE: Final = 10


def rows(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, *, unfolded: bool = False) -> Rows:
    """Choose the station where it is not known; else look at the case, ask where it is, put right what is wrong."""
    whole = uow.cases.get(uow.merges.target(case.number)) if case.outcome is Outcome.MERGED else None
    case = whole if whole is not None else case  # what its author can do is done to the case it became part of
    number = case.number
    if case.station_id is None and case.open:
        return station_rows(uow, case)
    buttons = [cards.opening(number), *cards.possible(uow, desk, actor, case)]
    if _may_be_routed(uow, case):
        if not case.held and (case.deputy_id is not None or uow.roster.deputies(case.station_id)):
            buttons.append(Button(Text.of("button-choose-deputy"), data=f"deputies:{number}"))
        if _has_others(uow, case):
            buttons.append(Button(Text.of("button-choose-station"), data=f"stations:{number}:0"))
    if case.open:
        buttons.append(Button(Text.of("button-name"), data=f"do:name:{number}"))
    return cards.below(uow, actor, case, Screen.RECEIPT, buttons, unfolded=unfolded)


def may_choose_station(uow: UnitOfWork, case: Case) -> bool:
    """Whether its author can send it to another station."""
    return _has_others(uow, case) and _may_be_routed(uow, case)


def _has_others(uow: UnitOfWork, case: Case) -> bool:
    return case.chat_type == "private" and len(uow.stations.all()) > 1


def _may_be_routed(uow: UnitOfWork, case: Case) -> bool:
    return workflow.applies(case, Event.ROUTED) is not None and not asked.shared(uow, case)


def station_rows(uow: UnitOfWork, case: Case, offset: int = 0) -> Rows:
    """The stations to choose from, a page at a time."""
    stations = uow.stations.all()
    page = stations[offset : offset + STATIONS_ON_A_PAGE]
    rows = [
        (Button(Text.of("button-station", station=station.name), data=f"station:{case.number}:{station.id}"),)
        for station in page
    ]
    return (*rows, *paging.turns(f"stations:{case.number}", offset, STATIONS_ON_A_PAGE, len(stations)))
