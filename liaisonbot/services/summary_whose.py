"""Whose figures a summary shows: everybody's, one station's, an area's, one deputy's; and choosing among them.

Staff see their own stations, and of areas and deputies what belongs to these; owners, and staff of no station, all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.facts import Scope
from liaisonbot.model import Actor, RosterEntry, Station
from liaisonbot.outgoing import Button, Rows
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, figures, paging
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import CHAT, EVERYBODYS, Summary, SummaryJob, Whose, stations_of
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role
from liaisonbot.windows import Window

NAMED: Final = 3
"""Stations whose names stand in the heading."""
PAGE: Final = 8
"""Stations, areas or deputies on one page of the choice."""
PLACES, DEPUTIES = "stations", "deputies"
"""The pages, as buttons name them."""


def of(uow: UnitOfWork, desk: Desk, window: Window, job: SummaryJob) -> Summary:
    """The summary that the job asks for."""
    own = None if job.station_ids is None else frozenset(job.station_ids)
    if job.deputy_id is not None:
        deputy = uow.roster.get(job.deputy_id)
        if deputy is None:
            raise Refused("deputy-unknown")
        return Summary(figures.of(uow, desk, window, Scope(own, job.deputy_id)), place=deputy.name, deputy=deputy.name)
    if job.area_of is not None:
        area, inside = _area(uow, job.area_of)
        seen = inside if own is None else inside & own
        part = _places(uow, sorted(seen)) if seen < inside else None
        return Summary(
            figures.of(uow, desk, window, Scope(seen)), place=f"{area} · {part}" if part else area, area=area
        )
    only = job.station_id if job.station_id is not None else next(iter(own)) if own and len(own) == 1 else None
    station = uow.stations.get(only) if only is not None else None
    if station is not None:
        return Summary(figures.of(uow, desk, window, Scope(frozenset({station.id}))), station.code, station.name)
    return Summary(figures.of(uow, desk, window, Scope(own)), place=_places(uow, job.station_ids))


def _area(uow: UnitOfWork, station_id: int) -> tuple[str, frozenset[int]]:
    """The name of the area that the station is in, and the stations of it."""
    stations = uow.stations.all()
    area = next((station.area for station in stations if station.id == station_id), "")
    if not area:
        raise Refused("old-button")
    return area, frozenset(station.id for station in stations if station.area == area)


def _places(uow: UnitOfWork, station_ids: Sequence[int] | None) -> str | None:
    """The names of several stations, of many the first ones; None for all there are."""
    known = {station.id: station.name for station in uow.stations.all()}
    if station_ids is None or set(station_ids) >= known.keys():
        return None
    names = [known[station_id] for station_id in station_ids if station_id in known]
    return " · ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


# --- what is one's own ------------------------------------------------------------------------------------------------


def require(uow: UnitOfWork, actor: Actor, whose: Whose) -> None:
    """Raises Refused where none of it is one's own, or there is no such thing."""
    own = {station.id for station in stations(uow, actor)}
    deputy = uow.roster.get(whose.deputy_id) if whose.deputy_id is not None else None
    ours = (
        whose == EVERYBODYS
        or whose.station_id in own
        or (whose.area_of is not None and bool(_area(uow, whose.area_of)[1] & own))
        or (deputy is not None and deputy.role is Role.DEPUTY and _is_ours(actor, deputy))
    )
    if not ours:
        raise Refused("summary-not-yours")


def stations(uow: UnitOfWork, actor: Actor) -> list[Station]:
    """Those whose figures are theirs."""
    own = stations_of(actor)
    return [station for station in uow.stations.all() if own is None or station.id in own]


def _deputies(visit: Visit) -> list[RosterEntry]:
    """Those of one's own stations, by name; whoever has left the roster last."""
    entries = (*visit.uow.roster.deputies(), *visit.uow.roster.former_deputies())
    return [entry for entry in entries if _is_ours(visit.actor, entry)]


def _is_ours(actor: Actor, deputy: RosterEntry) -> bool:
    own = stations_of(actor)
    return own is None or bool(deputy.station_ids & own)


def called(visit: Visit, words: str) -> Whose | None:
    """The station, area or deputy of theirs that is called so; None: there is none."""
    wanted, own = words.casefold(), stations(visit.uow, visit.actor)
    for station in own:
        if wanted in (station.code.casefold(), station.name.casefold()):
            return Whose(station_id=station.id)
    for station in own:
        if wanted == station.area.casefold():
            return Whose(area_of=station.id)
    deputy = next((entry for entry in _deputies(visit) if entry.name.casefold() == wanted), None)
    return Whose(deputy_id=deputy.id) if deputy else None


# --- choosing ---------------------------------------------------------------------------------------------------------


def button(job: SummaryJob, window: Window) -> Button:
    """Below a summary: to another station, or, for who has but one, to its deputies."""
    if job.station_ids is None or len(job.station_ids) > 1:
        return Button(Text.of("button-summary-station"), data=f"summary:{PLACES}:{window.label}:0:0")
    return Button(Text.of("button-summary-deputies"), data=f"summary:{DEPUTIES}:{window.label}:0:0")


def choose(visit: Visit, what: str, window: Window, offset: int) -> None:
    """A page of the stations with their areas, or of the deputies."""
    if what == PLACES:
        found = [
            *_areas(visit),
            *((station.name, Whose(station_id=station.id)) for station in stations(visit.uow, visit.actor)),
        ]
        others = Button(Text.of("button-summary-deputies"), data=f"summary:{DEPUTIES}:{window.label}:0:0")
    else:
        found = [(deputy.name, Whose(deputy_id=deputy.id)) for deputy in _deputies(visit)]
        others = Button(Text.of("button-summary-all"), data=_data(window, EVERYBODYS))
    text = Text.of(f"summary-which-{what}" if found else "summary-no-deputies")
    visit.toast()
    visit.say(text, rows=_rows(visit, what, window, found, offset, others))


def _rows(
    visit: Visit, what: str, window: Window, found: Sequence[tuple[str, Whose]], offset: int, others: Button
) -> Rows:
    each = [
        Button(Text.of("choice-station", station=name), data=_data(window, whose))
        for name, whose in found[offset : offset + PAGE]
    ]
    everybody = Button(Text.of("button-summary-all"), data=_data(window, EVERYBODYS))
    first = ((everybody,),) if what == PLACES else ()
    turns = paging.turns(f"summary:{what}:{window.label}:0", offset, PAGE, len(found))
    return (*first, *cards.in_pairs(each), *turns, (others,))


def _areas(visit: Visit) -> list[tuple[str, Whose]]:
    """Where there are several: by any station of theirs."""
    areas = {station.area: station.id for station in reversed(stations(visit.uow, visit.actor)) if station.area}
    return [(area, Whose(area_of=areas[area])) for area in sorted(areas)] if len(areas) > 1 else []


def _data(window: Window, whose: Whose) -> str:
    return f"summary:{CHAT}:{window.label}:{whose.data}"
