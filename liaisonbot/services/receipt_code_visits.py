"""What a receipt code shows of a visit to a reception day, as long as no case came of it; and how it is erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.outgoing import Button
from liaisonbot.ports import UnitOfWork
from liaisonbot.receptions import Booking
from liaisonbot.services import receipt_codes, reception_views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text


def find(uow: UnitOfWork, typed: str) -> Booking | None:
    """The visit with that code, whatever came of it."""
    code = receipt_codes.normalised(typed)
    return uow.receptions.by_code(receipt_codes.digest(code)) if code else None


def _show(visit: Visit, booking: Booking, code: str) -> None:
    """When and where, and what became of it: no name, no words but those by which it was settled."""
    day = visit.uow.receptions.get(booking.reception_id)
    if day is None:
        return
    visit.toast()
    became = reception_views.became(booking)
    visit.say(
        Text.lines(
            Text.of("visit-course", **reception_views.blanks(visit.uow, day), slot=reception_views.clock(booking.slot)),
            Text.of("visitor-became", became=became) if became else Text.of("visit-course-open"),
        ),
        rows=((Button(Text.of("button-code-erase"), data=f"code:visit-ask:{code}"),),),
    )


def _ask(visit: Visit, booking: Booking, code: str) -> None:
    visit.toast()
    visit.show(
        Text.of("ask-visit-erase"), rows=((Button(Text.of("button-confirm"), data=f"code:visit-erase:{code}"),),)
    )


def _erase(visit: Visit, booking: Booking, code: str) -> None:
    visit.toast()
    visit.uow.erasure.erase_absent(booking.person_id, receipt_codes.digest(code), visit.desk.now)
    visit.show(Text.of("visit-erased"))


DOING: Final[Mapping[str, Callable[[Visit, Booking, str], None]]] = {
    "show": _show,
    "visit-ask": _ask,
    "visit-erase": _erase,
}
