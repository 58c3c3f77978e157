"""A deputy repairs nothing: a case is handed to a handling unit (承办单位), chased there, and its answer relayed.

One unit leads (主办), others may take part (协办). Each has a day by which something should have come of it; whether
that has passed is computed. A unit may return the case as none of its business, with the reason; then it is handed to
another. Every handing and every return is a line of the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from liaisonbot import workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case, Handing, JournalEntry, Unit
from liaisonbot.outgoing import Button
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import assigning, cards, case_limits, casework, routing, standing_cards
from liaisonbot.services.doing import Answers, confirm
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.workflow import Event


def hand(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, unit_ids: Sequence[int], due: date, text: str) -> Case:
    """Hand the case to these units, the first of which leads. ``text`` is what they are asked to do.

    A unit that has it already keeps it, in its new part and until the new day; one that led before now takes part. A
    deputy who works for one of them must not go on with it: the case goes on to another by the rules.
    """
    case = _possible(uow, desk, actor, number, Event.HANDED)
    case_limits.not_past(desk, due)
    units = [_active(uow, unit_id) for unit_id in dict.fromkeys(unit_ids)]
    having = {handing.unit_id: handing for handing in uow.handings.of_case(number) if handing.open}
    for handing in having.values():
        if handing.lead:
            uow.handings.again(handing.id, lead=False, due=handing.due)
    for unit in units:
        lead = unit is units[0]
        if unit.id in having:
            uow.handings.again(having[unit.id].id, lead=lead, due=due)
        else:
            uow.handings.add(number, unit.id, lead=lead, due=due, now=desk.now)
    case = casework.advance(
        uow,
        desk,
        actor,
        number,
        Event.HANDED,
        note=text,
        body=None,
        details={"units": [unit.id for unit in units], "due": due.isoformat()},
        more={"units": _named(units), "date": due},
    )
    case = _out_of_conflict(uow, desk, case)
    standing_cards.refresh_work_cards(uow, desk, case)
    return case


def _possible(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, event: Event) -> Case:
    case = casework.find(uow, actor, number, Permission.CASE_HAND, lock=True)
    if workflow.applies(case, event) is None:
        raise casework.not_from_here(uow, desk, actor, case)
    return case


def _active(uow: UnitOfWork, unit_id: int) -> Unit:
    unit = uow.units.get(unit_id)
    if unit is None or not unit.active:
        raise Refused("unit-gone", unit=unit.name if unit else "")
    return unit


def _named(units: Sequence[Unit]) -> Text:
    """Their names in a line; where there are several, the first is said to lead."""
    names = [Text.of("unit-name", name=unit.name) for unit in units]
    if len(names) > 1:
        names[0] = Text.of("unit-name-leads", name=units[0].name)
    return cards.listed(names)


def _out_of_conflict(uow: UnitOfWork, desk: Desk, case: Case) -> Case:
    """A deputy who works for a unit that handles the case is passed over from now on."""
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    matter = assigning.matter(uow, case)
    employer = routing.employer_concerned(deputy, matter.text, matter.units) if deputy else None
    if employer is None:
        return case
    route = routing.route(uow, desk, matter)
    return casework.advance(
        uow,
        desk,
        SYSTEM,
        case.number,
        Event.TRANSFERRED,
        changes=route.changes,
        rule=route.rule,
        details=route.details,
        reason=Text.of("because-employer", unit=employer),
    )


def returned(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, unit_id: int, reason: str) -> Case:
    """The unit says that it is not its business, and why. It has the case no longer."""
    _possible(uow, desk, actor, number, Event.RETURNED)
    handing = next((one for one in uow.handings.of_case(number) if one.open and one.unit_id == unit_id), None)
    if handing is None:
        unit = uow.units.get(unit_id)
        raise Refused("unit-has-it-not", case=number, unit=unit.name if unit else "")
    uow.handings.returned(handing.id, desk.now)
    case = casework.advance(
        uow,
        desk,
        actor,
        number,
        Event.RETURNED,
        note=reason,
        body=reason,
        details={"units": [unit_id]},
        more={"unit": handing.unit},
    )
    standing_cards.refresh_work_cards(uow, desk, case)
    return case


def _check_returned(visit: Visit, case: Case) -> None:
    """Refuse where no unit has the case that could return it."""
    if not with_whom(visit.uow, case.number):
        raise Refused("no-unit-has-it", case=case.number)


# --- how it shows
# ------------------------------------------------------------------------------------------------------


def with_whom(uow: UnitOfWork, case: int) -> list[Handing]:
    """The units that have the case now, the one that leads first."""
    return [handing for handing in uow.handings.of_case(case) if handing.open]


def told(uow: UnitOfWork, entry: JournalEntry, what: Text) -> Text:
    """The journal's line with the names of the units, and the day."""
    units = [unit for unit_id in entry.details["units"] if (unit := uow.units.get(unit_id))]
    if not units:
        return what
    if "due" not in entry.details:
        return Text.of("event-of-units", what=what, units=_named(units))
    due = date.fromisoformat(entry.details["due"])
    return Text.of("event-of-units-by", what=what, units=_named(units), date=due)


def buttons(uow: UnitOfWork, case: Case) -> list[Button]:
    """One for each unit that has it, for when it returns the case."""
    if workflow.applies(case, Event.RETURNED) is None:
        return []
    return [
        Button(Text.of("button-returned", unit=one.unit), data=f"returned:{case.number}:{one.unit_id}")
        for one in with_whom(uow, case.number)
    ]


# --- commands
# ----------------------------------------------------------------------------------------------------------


def _hand(visit: Visit, answers: Answers) -> None:
    unit_ids = [*answers["units"], *answers.get("also", [])]
    due = date.fromisoformat(answers["date"])
    before = visit.uow.cases.get(answers["case"])
    case = hand(visit.uow, visit.desk, visit.actor, answers["case"], unit_ids, due, answers["text"])
    units = [unit for unit_id in unit_ids if (unit := visit.uow.units.get(unit_id))]
    contacts = [Text.of("unit-contact", unit=unit.name, contact=unit.contact) for unit in units if unit.contact]
    text = Text.lines(Text.of("done-handed", case=case.number, units=_named(units), date=due), *contacts)
    visit.toast()
    if before is not None and before.deputy_id != case.deputy_id:
        visit.say(Text.lines(text, Text.of("done-handed-on", deputy=cards.deputy_name(visit.uow, case))))
        return
    visit.say(text, rows=((cards.opening(case.number),),), case=case.number)


def _returned(visit: Visit, answers: Answers) -> None:
    unit = visit.uow.units.get(answers["unit"])
    case = returned(visit.uow, visit.desk, visit.actor, answers["case"], answers["unit"], answers["text"])
    confirm(visit, case, "done-returned", in_words=True, unit=unit.name if unit else "")


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {"returned": _check_returned}
"""See ``counter.ALSO_CHECKED``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"hand": _hand, "returned": _returned}
