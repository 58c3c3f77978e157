"""``/handover FROM TO``: at the end of a term, what one deputy had goes to another, who acknowledges it.

``handover_parts.PARTS`` says what there is to hand over. The constituents hear of it as of any transfer; the two
deputies in one message each, however much it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from liaisonbot import permissions
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.pairings import Handover
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, handover_parts, lists, pairings, quiet, readers
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.handover_parts import PARTS, Exchange
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

REMIND_AFTER: Final = timedelta(days=3)
"""Who has not acknowledged by then is asked once more, and staff hear of it."""
NAMED: Final = 12
"""So many cases are named by number in the summary; the inbox has all of them."""


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


def _counts(uow: UnitOfWork, desk: Desk, exchange: Exchange) -> dict[str, int]:
    return {name: part.count(uow, desk, exchange) for name, part in PARTS.items()}


def _lines(moved: Mapping[str, int], cases: Sequence[int] = ()) -> list[Text]:
    """What goes, a line each; ``cases``: their numbers, of which the first are named."""
    which = " ".join(f"#{number}" for number in cases[:NAMED]) + (" …" if len(cases) > NAMED else "")
    return [Text.of(f"handover-{name}", n=moved[name], which=which) for name in PARTS if moved.get(name)]


def preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What goes, and that people will be told."""
    exchange = _exchange(visit, answers)
    moved = _counts(visit.uow, visit.desk, exchange)
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
    moved = _counts(uow, desk, exchange)
    if not any(moved.values()):
        raise Refused("handover-nothing", deputy=exchange.old.name)
    theirs = [case.number for case in handover_parts.cases(uow, exchange)]
    for part in PARTS.values():
        part.move(uow, desk, exchange)
    kept = _kept(uow, exchange.new, theirs)
    made = uow.handovers.add(exchange.old.id, exchange.new.id, visit.person_id, moved, desk.now)
    arrived = {**moved, "cases": len(kept)}
    _ask(uow, desk, made, _lines(arrived, kept))
    gone = Text.of("handover-gone", deputy=exchange.new.name)
    _tell(uow, desk, exchange.old, Text.lines(gone, *_lines(moved, theirs)))
    hidden = accused.numbers(uow, visit.actor)
    lines = _lines(moved, [number for number in theirs if number not in hidden])
    to_staff = len(theirs) - len(kept)
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("handover-done", old=exchange.old.name, new=exchange.new.name),
            *lines,
            Text.of("handover-to-staff", n=to_staff) if to_staff else None,
        )
    )


def _kept(uow: UnitOfWork, new: RosterEntry, numbers: Sequence[int]) -> list[int]:
    """Those that are the successor's now; the others wait for staff."""
    return [number for number in numbers if (case := uow.cases.get(number)) is not None and case.deputy_id == new.id]


def _ask(uow: UnitOfWork, desk: Desk, made: Handover, lines: Sequence[Text], *, again: bool = False) -> None:
    """The successor: what came, and a button to say that it arrived."""
    old, new = uow.roster.get(made.from_id), uow.roster.get(made.to_id)
    if old is None or new is None:
        return
    text = Text.lines(Text.of("handover-again" if again else "handover-yours", deputy=old.name), *lines)
    _tell(uow, desk, new, text, _ways(made, open_=True), daytime=again)


def _ways(made: Handover, *, open_: bool) -> Rows:
    """To say that it arrived, and to look at what came."""
    taken = (Button(Text.of("button-handover-taken"), data=f"handover:{made.id}"),)
    inbox = (
        Button(Text.of("button-handover-inbox"), data=f"handover:{made.id}:inbox") if made.moved.get("cases") else None
    )
    pairs = (
        Button(Text.of("button-handover-pairings"), data=f"handover:{made.id}:pairings")
        if made.moved.get("pairings")
        else None
    )
    look = tuple(button for button in (inbox, pairs) if button is not None)
    return tuple(row for row in (taken if open_ else (), look) if row)


def _tell(
    uow: UnitOfWork, desk: Desk, entry: RosterEntry, text: Text, rows: Rows = (), *, daytime: bool = False
) -> None:
    reader = readers.of_entry(uow, desk, entry)
    if reader is not None:
        promised = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows, daytime=daytime)
        uow.outbox.add(promised, desk.now)


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``handover:N``, ``handover:N:inbox`` or ``handover:N:pairings``, by the successor. What they look at comes as a
    message of its own: the summary stays, with the button that acknowledges it.
    """
    made = visit.uow.handovers.get(number_in(rest[0])) if rest else None
    if made is None or visit.actor.deputy is None or visit.actor.deputy.id != made.to_id:
        raise NotFound("old-button")
    if rest[1:] and rest[1] not in _LOOK:
        raise Refused("old-button")
    if rest[1:]:
        visit.toast()
        _LOOK[rest[1]](replace(visit, press=None))
    else:
        _acknowledge(visit, made)


_LOOK: Final[Mapping[str, Callable[[Visit], None]]] = {
    "inbox": lambda visit: lists.show_list(visit, "inbox"),
    "pairings": pairings.show_list,
}


def _acknowledge(visit: Visit, made: Handover) -> None:
    """The successor has it; whoever made the handover hears of that."""
    if made.acknowledged_at is None:
        visit.uow.handovers.acknowledge(made.id, visit.desk.now)
        _tell_staff(visit.uow, visit.desk, made, "handover-acknowledged")
    visit.toast(Text.of("toast-handover-taken"))
    old = visit.uow.roster.get(made.from_id)
    text = Text.lines(Text.of("handover-taken", deputy=old.name if old else ""), *_lines(made.moved))
    visit.show(text, rows=_ways(made, open_=False))


def _tell_staff(uow: UnitOfWork, desk: Desk, made: Handover, key: str) -> None:
    """Whoever made it; where that one has gone, the staff of the successor's stations."""
    old, new = uow.roster.get(made.from_id), uow.roster.get(made.to_id)
    if old is None or new is None:
        return
    maker = readers.still_staff(uow, desk, made.person_id, old.station_ids | new.station_ids)
    staff = (reader for id_ in sorted(new.station_ids) for reader in readers.staff_of(uow, desk, id_))
    for reader in [maker] if maker else dict.fromkeys(staff):
        text = Text.of(key, old=old.name, new=new.name)
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


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
        _ask(uow, desk, made, _lines(made.moved), again=True)
        _tell_staff(uow, desk, made, "handover-waits")
    return len(due)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"handover": _handover}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"handover": preview}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"handover": _press}
STEPS: Final = (ask_again,)
