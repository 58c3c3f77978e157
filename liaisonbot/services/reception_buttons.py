"""The buttons of rotas and reception days: ``rota:ROTA:ACTION``, ``rday:DAY:ACTION[:DATE]``, ``rlist:OFFSET``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.permissions import Permission, may
from liaisonbot.services import guided, reception_days, reception_minutes
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

KEEP: Final = Permission.RECEPTION_KEEP


def _list(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    if not may(visit.actor, Permission.RECEPTION_RECORD):
        raise NotFound("reception-not-found", id=0)
    reception_days.show_list(visit, number_in(rest[0]))


def _rota(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 2:
        raise Refused("old-button")
    _private(visit)
    rota_id, action = number_in(rest[0]), rest[1]
    if action == "new" and may(visit.actor, KEEP):
        guided.begin(visit, "newrota", {})
    elif action == "show":
        reception_days.show_rota(visit, rota_id)
    elif action in _OF_ROTAS:
        reception_days.find_rota(visit, rota_id)
        guided.begin(visit, _OF_ROTAS[action], {"rota": rota_id})
    else:
        raise Refused("old-button")


_OF_ROTAS: Final[Mapping[str, str]] = {"end": "endrota", "receivers": "rotareceivers"}
"""The command whose dialogue a button of a rota begins."""


def _private(visit: Visit) -> None:
    if not visit.place.private:
        raise Refused("private-please")


def _records(command: str) -> Callable[[Visit, int, str], None]:
    """The same for what those who receive do as well."""

    def begin(visit: Visit, reception_id: int, _: str) -> None:
        reception_days.planned(reception_days.find(visit, reception_id, Permission.RECEPTION_RECORD))
        guided.begin(visit, command, {"reception": reception_id})

    return begin


def _minutes(visit: Visit, reception_id: int, _: str) -> None:
    reception_minutes.show_minutes(visit, reception_id)


def _more(visit: Visit, reception_id: int, _: str) -> None:
    reception_days.show_day(visit, reception_id, unfolded=True)


def _begins(command: str) -> Callable[[Visit, int, str], None]:
    """The command's dialogue about the day; what is not possible any more is refused before it asks."""

    def begin(visit: Visit, reception_id: int, _: str) -> None:
        reception_days.planned(reception_days.find(visit, reception_id, KEEP))
        guided.begin(visit, command, {"reception": reception_id})

    return begin


def _show(visit: Visit, reception_id: int, _: str) -> None:
    reception_days.show_day(visit, reception_id)


def _keep(visit: Visit, reception_id: int, _: str) -> None:
    """The day stays on the holiday: the question goes."""
    day = reception_days.planned(reception_days.find(visit, reception_id, KEEP))
    reception_days.show_day(visit, reception_id, said=Text.of("toast-day-stays", date=day.day))


def _move_to(visit: Visit, reception_id: int, to: str) -> None:
    reception_days.planned(reception_days.find(visit, reception_id, KEEP))
    try:
        day = datetime.strptime(to, "%Y%m%d").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError:
        raise Refused("old-button") from None
    found = visit.uow.receptions.get(reception_id)
    assert found is not None
    hours = [f"{found.begins:%H:%M}", f"{found.ends:%H:%M}"]
    guided.begin(visit, "moveday", {"reception": reception_id, "date": day.isoformat(), "hours": hours})


ACTIONS: Final[Mapping[str, Callable[[Visit, int, str], None]]] = {
    "show": _show,
    "more": _more,
    "less": _show,
    "walkin": _records("walkin"),
    "held": _records("heldday"),
    "minutes": _minutes,
    "keep": _keep,
    "move": _begins("moveday"),
    "moveto": _move_to,
    "cancel": _begins("cancelday"),
    "receivers": _begins("receivers"),
}


def _day(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) not in (2, 3) or rest[1] not in ACTIONS:
        raise Refused("old-button")
    _private(visit)
    ACTIONS[rest[1]](visit, number_in(rest[0]), rest[2] if len(rest) == 3 else "")


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "rlist": _list,
    "rota": _rota,
    "rday": _day,
}
