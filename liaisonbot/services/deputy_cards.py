"""What a constituent may know of a deputy: name, station, specialties, reception days. And choosing one by it.

Never an account, a phone number, or how busy they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import categories
from liaisonbot.errors import Refused
from liaisonbot.model import Case, RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.services import asked, assigning, cards, casework, duty_logs, intake, paging, routing
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage

PAGE: Final = 8
_OWN_CASES: Final = 3
"""Cases of one's own that a card offers to give to that deputy."""


def _show(visit: Visit, answers: Answers) -> None:
    """/deputy NAME: the card, and a button for each new case of one's own that they could have."""
    deputy = entry_of(visit, answers["deputy"])
    waiting = visit.uow.cases.for_choice(stages=(Stage.COLLECTION,), person_id=visit.person_id)
    mine = [case for case in waiting if deputy in choosable(visit, case)]
    visit.toast()
    choosing = [_choose(case, deputy) for case in mine[:_OWN_CASES]]
    visit.say(card(visit, deputy), rows=(*choosing, *duty_logs.public_rows(visit, deputy)))


def card(visit: Visit, deputy: RosterEntry) -> Text:
    """The card itself."""
    stations = [station.name for id_ in sorted(deputy.station_ids) if (station := visit.uow.stations.get(id_))]
    specialties = [Text.of(f"category-{key}") for key in categories.CATEGORIES if key in deputy.specialties]
    days = visit.uow.receptions.days_of(deputy.id, visit.desk.today)
    return Text.lines(
        Text.of("deputy-card", name=deputy.name),
        *(Text.of("deputy-card-station", station=name) for name in stations),
        Text.of("deputy-card-specialties", specialties=cards.listed(specialties)) if specialties else None,
        *(Text.of("deputy-card-reception", date=day) for day in days),
        *duty_logs.public_lines(visit, deputy),
    )


def choosable(visit: Visit, case: Case) -> list[RosterEntry]:
    """The deputies of the case's station whom its author could choose instead of the one it is with."""
    if case.station_id is None or asked.shared(visit.uow, case):
        return []
    found = routing.choosable(visit.uow, visit.desk, assigning.matter(visit.uow, case))
    return [deputy for deputy in found if deputy.id not in (case.deputy_id, case.standing_in_for)]


def _choose(case: Case, deputy: RosterEntry) -> tuple[Button, ...]:
    label = Text.of("button-choose-this", name=deputy.name, case=case.number)
    return (Button(label, data=f"deputy:{case.number}:{deputy.id}"),)


# --- another deputy for a new case
# -------------------------------------------------------------------------------------


def _list(visit: Visit, rest: Sequence[str]) -> None:
    """The station's deputies, a page at a time; each opens their card. Turning the page edits the message."""
    if len(rest) not in (1, 2):
        raise Refused("old-button")
    case = _of_mine(visit, rest[0])
    others = choosable(visit, case)
    if not others:
        raise Refused("no-other-deputy")
    offset = number_in(rest[1]) if len(rest) == 2 else 0
    page = others[offset : offset + PAGE]
    chosen = [(Button(_label(deputy), data=f"deputycard:{case.number}:{deputy.id}:{offset}"),) for deputy in page]
    rows = (*chosen, *_turning(case, offset, len(others)))
    visit.toast()
    answer = visit.show if len(rest) == 2 else visit.say
    answer(Text.of("ask-deputy", case=case.number), rows=rows, case=case.number)


def _turning(case: Case, offset: int, total: int) -> Rows:
    return paging.turns(f"deputies:{case.number}", offset, PAGE, total)


def _label(deputy: RosterEntry) -> Text:
    if not deputy.specialties:
        return Text.of("choice-deputy-plain", name=deputy.name)
    specialty = Text.of(f"category-{min(deputy.specialties)}")
    return Text.of("choice-deputy-specialty", name=deputy.name, specialty=specialty)


def _open(visit: Visit, rest: Sequence[str]) -> None:
    """One deputy's card in the list's place, to choose them or to go back."""
    if len(rest) != 3:
        raise Refused("old-button")
    case, offset = _of_mine(visit, rest[0]), number_in(rest[2])
    deputy = next((entry for entry in choosable(visit, case) if entry.id == number_in(rest[1])), None)
    if deputy is None:
        raise Refused("deputy-unknown")
    back = Button(Text.of("button-back-to-deputies"), data=f"deputies:{case.number}:{offset}")
    rows: Rows = (_choose(case, deputy), (back,))
    visit.toast()
    visit.show(card(visit, deputy), rows=rows, case=case.number)


def _of_mine(visit: Visit, number: str) -> Case:
    """A new case of one's own: nobody has accepted it yet."""
    case = casework.find(visit.uow, visit.actor, number_in(number), Permission.CASE_CHOOSE)
    if case.stage is not Stage.COLLECTION:
        raise Refused("deputy-fixed", case=case.number, deputy=cards.deputy_name(visit.uow, case))
    intake.require_not_shared(visit.uow, case)
    return case


def _take(visit: Visit, rest: Sequence[str]) -> None:
    """This one it is."""
    if len(rest) != 2:
        raise Refused("old-button")
    case = intake.choose_deputy(visit.uow, visit.desk, visit.actor, number_in(rest[0]), number_in(rest[1]))
    visit.toast()
    intake.show_receipt(visit, case)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"deputy": _show}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "deputies": _list,
    "deputycard": _open,
    "deputy": _take,
}
