"""*More…* and *Less* below a message: its keyboard unfolds in place, and folds back.

Nothing is remembered: the button says which keyboard it stands on, and that is made anew, for whoever pressed it and
as the case is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import commands, permissions, workflow
from liaisonbot.errors import Refused
from liaisonbot.keyboards import Screen
from liaisonbot.model import Case
from liaisonbot.outgoing import CARD, COURSE, RECEIPT, Rows
from liaisonbot.permissions import Permission
from liaisonbot.services import cards, casework, lists, receipts
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
    return receipts.rows(visit.uow, visit.desk, visit.actor, case, unfolded=unfolded)


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


def renew_where_impossible(visit: Visit, refusal: Refused) -> None:
    """A button was refused because the case has moved on: below its message stands what is possible now."""
    press, place = visit.press, visit.place
    if refusal.key in _LEFT:
        number = int(str(refusal.params["case"]))
        visit.renew_buttons(_LEFT[refusal.key](number) if place.private else cards.group_rows(visit.desk, number))
        return
    verb, *rest = press.data.split(":") if press is not None else [""]
    command = commands.BY_NAME.get(rest[0]) if verb == "do" and len(rest) == 2 else None
    link = visit.uow.links.case_of(place.chat_id, press.message_id) if press and press.message_id else None
    case = visit.uow.cases.get(link.case) if link is not None and place.private else None
    if link is None or case is None or command is None or command.event is None:
        return
    authors = visit.uow.cases.author_ids(case.number)
    over = rest[1] == str(case.number) and workflow.applies(case, command.event) is None
    if over and permissions.may_for_case(visit.actor, Permission.CASE_READ, case, authors):
        visit.renew_buttons(_BELOW.get(link.purpose, _the_case)(visit, case))


_LEFT: Final[Mapping[str, Callable[[int], Rows]]] = {
    "rating-over": lambda _: (),
    "earlier-reply": lambda number: ((cards.opening(number),),),
}
"""Why a button that says what one thinks was refused, and what stays below its message in private. In a group such
buttons stay below one author's message when another's rating ends it; older copies of a reply keep theirs.
"""


def _the_case(visit: Visit, case: Case) -> Rows:
    return ((cards.opening(case.number),),)


_BELOW: Final[Mapping[str, Callable[[Visit, Case], Rows]]] = {
    CARD: lambda visit, case: cards.rows(visit.uow, visit.desk, visit.actor, case),
    COURSE: lambda visit, case: lists.course(visit, case)[1],
    RECEIPT: lambda visit, case: receipts.rows(visit.uow, visit.desk, visit.actor, case),
}
"""By the purpose of the message's link; news of other kinds lead to the case."""

VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "more": lambda visit, rest: _renew(visit, rest, unfolded=True),
    "less": lambda visit, rest: _renew(visit, rest, unfolded=False),
}
