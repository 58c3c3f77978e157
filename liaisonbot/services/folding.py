"""*More…* and *Less* below a message: its keyboard unfolds in place, and folds back.

Nothing is remembered: the button says which keyboard it stands on, and that is made anew, for whoever pressed it and
as the case is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot.errors import Refused
from liaisonbot.keyboards import Screen
from liaisonbot.outgoing import Rows
from liaisonbot.permissions import Permission
from liaisonbot.services import cards, casework, intake, lists
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit


def _card(visit: Visit, numbers: Sequence[int], *, unfolded: bool) -> Rows:
    (number,) = numbers
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_READ)
    return cards.rows(visit.uow, visit.desk, visit.actor, case, unfolded=unfolded)


def _case(visit: Visit, numbers: Sequence[int], *, unfolded: bool) -> Rows:
    number, offset = numbers
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_READ)
    return lists.case_rows(visit, case, offset, unfolded=unfolded)


def _receipt(visit: Visit, numbers: Sequence[int], *, unfolded: bool) -> Rows:
    (number,) = numbers
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_CHOOSE)
    return intake.receipt_rows(visit.uow, visit.desk, visit.actor, case, unfolded=unfolded)


MADE_BY: Final[Mapping[str, tuple[int, Callable[..., Rows]]]] = {
    Screen.CARD: (1, _card),
    Screen.CASE: (2, _case),
    Screen.RECEIPT: (1, _receipt),
}
"""How many numbers a keyboard is made by, and how."""


def _renew(visit: Visit, rest: Sequence[str], *, unfolded: bool) -> None:
    screen, *numbers = rest or ("",)
    count, make = MADE_BY.get(screen, (-1, None))
    if make is None or len(numbers) != count:
        raise Refused("old-button")
    rows = make(visit, [number_in(number) for number in numbers], unfolded=unfolded)
    visit.toast()
    visit.renew_buttons(rows)


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "more": lambda visit, rest: _renew(visit, rest, unfolded=True),
    "less": lambda visit, rest: _renew(visit, rest, unfolded=False),
}
