"""Paired assistance (结对帮扶): ``/pair`` makes a pair, ``/pairings`` lists them; visits are entries of the duty log.

A household is a code: who lives there is not the bot's to know. When a visit is due the deputy is reminded, by day and
not on leave; staff see in the list who is late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from liaisonbot import permissions
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.pairings import Pairing
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import arguments, duty_drafts, paging, quiet, readers
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 8


# --- who --------------------------------------------------------------------------------------------------------------


def _keeps(visit: Visit) -> bool:
    return permissions.may(visit.actor, Permission.PAIRING_KEEP)


def _find(visit: Visit, pairing_id: int) -> Pairing:
    """One's own, or of one's stations; else NotFound, the same for both."""
    pairing = visit.uow.pairings.get(pairing_id)
    mine = visit.actor.deputy is not None and pairing is not None and pairing.deputy_id == visit.actor.deputy.id
    keeps = pairing is not None and permissions.may_for_station(
        visit.actor, Permission.PAIRING_KEEP, pairing.station_id
    )
    if pairing is None or pairing.ended_at is not None or not (mine or keeps):
        raise NotFound("pairing-not-found")
    return pairing


def _those(visit: Visit) -> list[Pairing]:
    mine = visit.uow.pairings.of_deputy(visit.actor.deputy.id) if visit.actor.deputy else []
    if not _keeps(visit):
        return mine
    own = None if visit.actor.owner else {station.id for station in arguments.stations_of(visit)}
    ours = visit.uow.pairings.all(own)
    return [*ours, *(each for each in mine if each not in ours)]


# --- /pair ------------------------------------------------------------------------------------------------------------


def _pair(visit: Visit, answers: Answers) -> None:
    """/pair CODE DEPUTY DAYS: both are told; the first visit is due after that many days."""
    deputy = entry_of(visit, answers["deputy"])
    if permissions.role_for_deputy(visit.actor, Permission.PAIRING_KEEP, deputy) is None:
        raise Refused("deputy-unknown")
    stations = [each.id for each in arguments.stations_of(visit) if each.id in deputy.station_ids]
    if not stations:
        raise Refused("deputy-unknown")
    code = answers["code"]
    if visit.uow.pairings.by_code(code) is not None:
        raise Refused("pairing-there", code=code)
    made = visit.uow.pairings.add(
        code, deputy.id, min(stations), answers["every"], visit.desk.today, visit.person_id, visit.desk.now
    )
    visit.toast()
    undo = ((Button(Text.of("button-pairing-end"), data=f"unpair:{made.id}"),),)
    visit.say(Text.of("pairing-made", code=code, deputy=deputy.name, n=made.every_days), rows=undo)
    told = Text.of("pairing-yours", code=code, n=made.every_days, date=made.due(None))
    _tell(visit.uow, visit.desk, deputy, told, _visited(made))


def _tell(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, text: Text, rows: Rows = (), **more: Any) -> None:
    reader = readers.of_entry(uow, desk, deputy)
    if reader is not None:
        promised = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows, **more)
        uow.outbox.add(promised, desk.now)


def _visited(pairing: Pairing) -> Rows:
    return ((Button(Text.of("button-pairing-visited"), data=f"paired:{pairing.id}"),),)


# --- /pairings --------------------------------------------------------------------------------------------------------


def _pairings(visit: Visit, answers: Answers) -> None:
    show_list(visit)


def show_list(visit: Visit, offset: int = 0) -> None:
    """Each with its last visit and the next; those that are late first."""
    ordered = sorted(_those(visit), key=lambda each: (_due(visit.uow, each), each.code))
    page = ordered[offset : offset + PAGE]
    staff = _keeps(visit)
    empty = "pairings-empty-staff" if staff else "pairings-empty"
    text = Text.lines(
        Text.of("pairings-head" if ordered else empty, n=len(ordered)), *(_line(visit, each, staff) for each in page)
    )
    buttons = [Button(Text.of("choice-pairing", code=each.code), data=f"pairing:{each.id}") for each in page]
    rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    visit.toast()
    visit.show(text, rows=(*rows, *paging.turns("pairings", offset, PAGE, len(ordered))))


def _last(uow: UnitOfWork, pairing: Pairing) -> date | None:
    return uow.duty.last_of_origin(pairing.origin)


def _due(uow: UnitOfWork, pairing: Pairing) -> date:
    return pairing.due(_last(uow, pairing))


def _line(visit: Visit, pairing: Pairing, staff: bool) -> Text:
    last, due = _last(visit.uow, pairing), _due(visit.uow, pairing)
    deputy = visit.uow.roster.get(pairing.deputy_id) if staff else None
    key = "pairings-line-late" if due < visit.desk.today else "pairings-line"
    return Text.of(key, code=pairing.code, deputy=deputy.name if deputy else None, last=last, date=due)


def _show(visit: Visit, rest: Sequence[str]) -> None:
    """One pair: when it was visited, and what can be done."""
    pairing = _find(visit, number_in(rest[0])) if len(rest) == 1 else None
    if pairing is None:
        raise Refused("old-button")
    mine = visit.actor.deputy is not None and visit.actor.deputy.id == pairing.deputy_id
    deputy = visit.uow.roster.get(pairing.deputy_id)
    end = ((Button(Text.of("button-pairing-end"), data=f"unpair:{pairing.id}"),),) if _keeps(visit) else ()
    text = Text.lines(
        Text.of("pairing-card", code=pairing.code, deputy=deputy.name if deputy else "", n=pairing.every_days),
        _line(visit, pairing, staff=False),
    )
    visit.toast()
    visit.show(text, rows=(*(_visited(pairing) if mine else ()), *end))


def _visit_made(visit: Visit, rest: Sequence[str]) -> None:
    """The deputy was there today: a ready entry is offered, to be filed or corrected."""
    pairing = _find(visit, number_in(rest[0])) if len(rest) == 1 else None
    deputy = visit.actor.deputy
    if pairing is None or deputy is None or deputy.id != pairing.deputy_id:
        raise Refused("old-button")
    about = Text.of("draft-pairing", code=pairing.code)
    kept = duty_drafts.offer(visit.uow, visit.desk, deputy, "visited", origin=pairing.origin, about=about, asked=True)
    visit.toast(Text.of("toast-pairing-visited") if kept else None)


def _end(visit: Visit, rest: Sequence[str]) -> None:
    """``unpair:N[:yes]``: asks first; the visits stay in the log."""
    if len(rest) not in (1, 2) or rest[1:] not in ([], ["yes"]):
        raise Refused("old-button")
    pairing = _find(visit, number_in(rest[0]))
    if not permissions.may_for_station(visit.actor, Permission.PAIRING_KEEP, pairing.station_id):
        raise Refused("old-button")
    visit.toast()
    if not rest[1:]:
        sure = Button(Text.of("button-confirm"), data=f"unpair:{pairing.id}:yes")
        back = Button(Text.of("button-cancel"), data=f"pairing:{pairing.id}")
        visit.show(Text.of("ask-sure-unpair", code=pairing.code), rows=((sure, back),))
        return
    visit.uow.pairings.end(pairing.id, visit.desk.now)
    visit.show(Text.of("pairing-ended", code=pairing.code))
    deputy = visit.uow.roster.get(pairing.deputy_id)
    if deputy is not None:
        _tell(visit.uow, visit.desk, deputy, Text.of("pairing-ended", code=pairing.code))


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    show_list(visit, number_in(rest[0]))


# --- the clock --------------------------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, desk: Desk) -> int:
    """A visit is due: the deputy hears of it once, by day, and not while they are on leave; so does a successor."""
    if quiet.until(desk) is not None:
        return 0
    away = uow.leaves.on(desk.today)
    count = 0
    for pairing in uow.pairings.all():
        due = _due(uow, pairing)
        deputy = uow.roster.get(pairing.deputy_id)
        if due > desk.today or pairing.deputy_id in away or deputy is None or deputy.telegram_id is None:
            continue
        if uow.once.claim(f"pairing:{pairing.id}:{deputy.id}:{due.isoformat()}", desk.now):
            text = Text.of("pairing-due", code=pairing.code, last=_last(uow, pairing), n=pairing.every_days)
            _tell(uow, desk, deputy, text, _visited(pairing), daytime=True)
            count += 1
    return count


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"pair": _pair, "pairings": _pairings}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "pairing": _show,
    "pairings": _turn,
    "paired": _visit_made,
    "unpair": _end,
}
STEPS: Final = (remind,)
