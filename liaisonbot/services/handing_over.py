"""``/handover FROM TO``: at the end of a term, what one deputy had goes to another, who acknowledges it.

Open cases with their promises, livelihood projects to supervise, reception days, and paired households. A case that
must not be the successor's (their own, one that accuses them, one of their employer) goes to the staff's queue.
:data:`PARTS` says what there is to hand over; the constituents hear of it as of any transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from liaisonbot import permissions
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import SYSTEM, Actor, Case, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Send
from liaisonbot.pairings import Handover
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import ProjectEvent
from liaisonbot.receptions import ReceptionState
from liaisonbot.services import casework, project_names, projecting, quiet, readers, routing
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import RoutingRule
from liaisonbot.workflow import Event

REMIND_AFTER: Final = timedelta(days=3)
"""Who has not acknowledged by then is asked once more, and staff hear of it."""
_FAR: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who hands over to whom, and who says so."""

    actor: Actor
    old: RosterEntry
    new: RosterEntry


Counts = Callable[[UnitOfWork, Desk, RosterEntry], int]
Moves = Callable[[UnitOfWork, Desk, Exchange], None]


@dataclass(frozen=True, slots=True)
class Part:
    """Something a deputy has: how many of it, and how it goes to somebody else."""

    count: Counts
    move: Moves


# --- cases ------------------------------------------------------------------------------------------------------------


def _open_cases(uow: UnitOfWork, deputy_id: int) -> list[Case]:
    found: list[Case] = []
    total = 1
    while len(found) < total:
        page, total = uow.cases.of_deputy(deputy_id, offset=len(found), limit=100)
        if not page:
            break
        found += page
    return found


def _move_cases(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    say = Text.of("handover-reason", deputy=exchange.old.name)
    for case in _open_cases(uow, exchange.old.id):
        fits = routing.conflict(exchange.new, casework.matter(uow, case)) is None
        changes = {"deputy_id": exchange.new.id if fits else None, "standing_in_for": None}
        rule = RoutingRule.TRANSFERRED if fits else RoutingRule.STAFF_QUEUE
        may = permissions.may_for_case(
            exchange.actor, Permission.CASE_TRANSFER, case, uow.cases.author_ids(case.number)
        )
        actor = exchange.actor if may else SYSTEM  # of another station of theirs
        reason = _in_words(desk, say)
        casework.advance(
            uow, desk, actor, case.number, Event.TRANSFERRED, note=reason, changes=changes, rule=rule, reason=reason
        )


def _in_words(desk: Desk, text: Text) -> str:
    """The sentence as the journal keeps it: in the office's default language."""
    return catalogue(desk.settings.locale.default_language, desk.settings.locale.timezone).plain(text)


def _promises(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> int:
    return sum(uow.promises.open_of(case.number) is not None for case in _open_cases(uow, deputy.id))


def _go_along(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Promises go along with their cases."""


# --- projects, reception days, households -----------------------------------------------------------------------------


def _move_projects(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    for number in uow.projects.supervised_by(exchange.old.id):
        group = [row.entry_id for row in uow.projects.supervisors(number)]
        after = list(dict.fromkeys(exchange.new.id if id_ == exchange.old.id else id_ for id_ in group))
        entries = [entry for id_ in after if (entry := uow.roster.get(id_))]
        projecting.advance(
            uow,
            desk,
            exchange.actor,
            number,
            ProjectEvent.SUPERVISORS,
            text=project_names.for_the_journal(desk, entries),
            details={"entries": after},
        )
        uow.projects.set_supervisors(number, after, confirmed=True)


def _reception_days(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> int:
    days = uow.receptions.between(desk.today, _FAR, states=(ReceptionState.PLANNED,))
    return sum(deputy.id in day.deputy_ids for day in days)


def _move_reception_days(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    """Days that are planned, and the rotas that go on."""
    for day in uow.receptions.between(desk.today, _FAR, states=(ReceptionState.PLANNED,)):
        if exchange.old.id in day.deputy_ids:
            uow.receptions.update(day.id, deputy_ids=_instead(day.deputy_ids, exchange))
    for rota in uow.receptions.rotas():
        if exchange.old.id in rota.deputy_ids:
            uow.receptions.name_rota(rota.id, _instead(rota.deputy_ids, exchange))


def _instead(ids: Sequence[int], exchange: Exchange) -> tuple[int, ...]:
    return tuple(dict.fromkeys(exchange.new.id if id_ == exchange.old.id else id_ for id_ in ids))


def _move_pairings(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> None:
    for pairing in uow.pairings.of_deputy(exchange.old.id):
        uow.pairings.move(pairing.id, exchange.new.id)


PARTS: Final[Mapping[str, Part]] = {
    "cases": Part(lambda uow, desk, deputy: len(_open_cases(uow, deputy.id)), _move_cases),
    "promises": Part(_promises, _go_along),
    "projects": Part(lambda uow, desk, deputy: len(uow.projects.supervised_by(deputy.id)), _move_projects),
    "receptions": Part(_reception_days, _move_reception_days),
    "pairings": Part(lambda uow, desk, deputy: len(uow.pairings.of_deputy(deputy.id)), _move_pairings),
}
"""What there is to hand over, in the order in which it is told; its sentence is ``handover-PART``."""


# --- /handover --------------------------------------------------------------------------------------------------------


def _exchange(visit: Visit, answers: Answers) -> Exchange:
    """Both are of one's stations; the successor is another, can be reached, and serves a station of the first."""
    old, new = entry_of(visit, answers["from"]), entry_of(visit, answers["to"])
    for entry in (old, new):
        if permissions.role_for_deputy(visit.actor, Permission.HANDOVER_MAKE, entry) is None:
            raise Refused("deputy-unknown")
    if old.id == new.id:
        raise Refused("handover-same", deputy=old.name)
    if new.telegram_id is None:
        raise Refused("deputy-without-account", deputy=new.name)
    if not old.station_ids & new.station_ids:
        raise Refused("handover-elsewhere", deputy=new.name, other=old.name)
    return Exchange(visit.actor, old, new)


def _counts(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> dict[str, int]:
    return {name: part.count(uow, desk, deputy) for name, part in PARTS.items()}


def _lines(moved: Mapping[str, int]) -> list[Text]:
    return [Text.of(f"handover-{name}", n=moved[name]) for name in PARTS if moved.get(name)]


def preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What goes, and that people will be told."""
    exchange = _exchange(visit, answers)
    moved = _counts(visit.uow, visit.desk, exchange.old)
    if not any(moved.values()):
        raise Refused("handover-nothing", deputy=exchange.old.name)
    return Text.lines(
        Text.of("ask-sure-handover", old=exchange.old.name, new=exchange.new.name),
        *_lines(moved),
        Text.of("handover-told") if moved["cases"] else None,
    ), None


def _handover(visit: Visit, answers: Answers) -> None:
    """All of it, in one unit of work; the successor is asked to acknowledge, the other one is thanked."""
    exchange = _exchange(visit, answers)
    uow, desk = visit.uow, visit.desk
    moved = _counts(uow, desk, exchange.old)
    if not any(moved.values()):
        raise Refused("handover-nothing", deputy=exchange.old.name)
    for part in PARTS.values():
        part.move(uow, desk, exchange)
    made = uow.handovers.add(exchange.old.id, exchange.new.id, visit.person_id, moved, desk.now)
    _ask(uow, desk, made)
    _tell(uow, desk, exchange.old, Text.lines(Text.of("handover-gone", deputy=exchange.new.name), *_lines(moved)))
    visit.toast()
    visit.say(
        Text.lines(Text.of("handover-done", old=exchange.old.name, new=exchange.new.name), *_lines(moved)),
    )


def _ask(uow: UnitOfWork, desk: Desk, made: Handover, *, again: bool = False) -> None:
    """The successor: what came, and a button to say that it arrived."""
    old, new = uow.roster.get(made.from_id), uow.roster.get(made.to_id)
    if old is None or new is None:
        return
    text = Text.lines(Text.of("handover-again" if again else "handover-yours", deputy=old.name), *_lines(made.moved))
    rows = (
        (Button(Text.of("button-handover-taken"), data=f"handover:{made.id}"),),
        (Button(Text.of("button-handover-inbox"), data="page:inbox:0"),),
    )
    reader = readers.of_entry(uow, desk, new)
    if reader is not None:
        promised = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows, daytime=again)
        uow.outbox.add(promised, desk.now)


def _tell(uow: UnitOfWork, desk: Desk, entry: RosterEntry, text: Text) -> None:
    reader = readers.of_entry(uow, desk, entry)
    if reader is not None:
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


def _acknowledge(visit: Visit, rest: Sequence[str]) -> None:
    """The successor has it; whoever made the handover hears of that."""
    made = visit.uow.handovers.get(number_in(rest[0])) if len(rest) == 1 else None
    if made is None or visit.actor.deputy is None or visit.actor.deputy.id != made.to_id:
        raise NotFound("old-button")
    if made.acknowledged_at is None:
        visit.uow.handovers.acknowledge(made.id, visit.desk.now)
        _tell_staff(visit.uow, visit.desk, made, "handover-acknowledged")
    visit.toast(Text.of("toast-handover-taken"))
    old = visit.uow.roster.get(made.from_id)
    rows = ((Button(Text.of("button-handover-inbox"), data="page:inbox:0"),),)
    visit.show(Text.lines(Text.of("handover-taken", deputy=old.name if old else ""), *_lines(made.moved)), rows=rows)


def _tell_staff(uow: UnitOfWork, desk: Desk, made: Handover, key: str) -> None:
    person = uow.people.get(made.person_id) if made.person_id is not None else None
    old, new = uow.roster.get(made.from_id), uow.roster.get(made.to_id)
    if person is None or person.telegram_id is None or old is None or new is None:
        return
    language = readers.language_of(desk, person)
    text = Text.of(key, old=old.name, new=new.name)
    uow.outbox.add(Outgoing(Send.TEXT, person.telegram_id, language=language, text=text), desk.now)


def ask_again(uow: UnitOfWork, desk: Desk) -> int:
    """Once, three days after: a term should not begin with things that nobody knows of."""
    if quiet.until(desk) is not None:
        return 0
    due = [
        made
        for made in uow.handovers.unacknowledged(desk.now - REMIND_AFTER)
        if uow.once.claim(f"handover:{made.id}", desk.now)
    ]
    for made in due:
        _ask(uow, desk, made, again=True)
        _tell_staff(uow, desk, made, "handover-waits")
    return len(due)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"handover": _handover}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"handover": preview}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"handover": _acknowledge}
STEPS: Final = (ask_again,)
