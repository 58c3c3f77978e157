"""Buttons about units that begin a dialogue with something filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot.commands import BY_NAME
from liaisonbot.errors import Refused
from liaisonbot.permissions import Permission, may
from liaisonbot.services import casework, dialogues, units
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit


def _edit(visit: Visit, rest: Sequence[str]) -> None:
    """A new unit, or what is to be changed of one."""
    if len(rest) > 1 or not may(visit.actor, Permission.UNITS_KEEP):
        raise Refused("old-button")
    filled = {"name": units.known(visit, number_in(rest[0])).name} if rest else {}
    dialogues.begin_anew(visit, BY_NAME["setunit"], filled)


def _returned(visit: Visit, rest: Sequence[str]) -> None:
    """That unit returns the case: only the reason is still to be written."""
    if len(rest) != 2:
        raise Refused("old-button")
    case = casework.find(visit.uow, visit.actor, number_in(rest[0]), Permission.CASE_HAND)
    filled = {"case": case.number, "unit": number_in(rest[1])}
    dialogues.begin_anew(visit, BY_NAME["returned"], filled)


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"editunit": _edit, "returned": _returned}
