"""Leave: a deputy is away for some days, and may name who takes new cases meanwhile.

New cases go to the delegate, or past the deputy where there is none (``routing``). Open ones stay theirs unless they
say that they shall go to the delegate for that time; those come back when the leave is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM, Actor, Case, Leave, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import assigning, casework, duty_owed, readers, routing
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import RoutingRule
from liaisonbot.workflow import Event

LONGEST: Final = timedelta(days=366)
MORNING: Final = 9
"""Local hour from which the clock hands cases over and back: nobody is woken by it."""


# --- asking for it
# -----------------------------------------------------------------------------------------------------


def show_own(visit: Visit) -> None:
    """Before the questions of a new one: what one has asked for already, each with its buttons."""
    for leave in visit.uow.leaves.of_deputy(_myself(visit).id):
        visit.say(_about(visit.uow, "leave-yours", leave), rows=_rows(visit.uow, leave))


def _leave(visit: Visit, answers: Answers) -> None:
    """What leaves cases without anybody for some days is asked about once more, with the days named."""
    first, last = date.fromisoformat(answers["first"]), date.fromisoformat(answers["last"])
    delegate = entry_of(visit, answers["delegate"]) if answers.get("delegate") else None
    _check_days(visit.uow, _myself(visit), first, last)
    if delegate is not None:
        _check_delegate(_myself(visit), delegate)
    gaps = _gaps(visit.uow, _myself(visit), delegate, max(first, visit.desk.today), last)
    if not gaps:
        _note(visit, first, last, delegate)
        return
    sure = f"leavesure:{first}:{last}:{delegate.id if delegate else 0}"
    rows = ((Button(Text.of("button-confirm"), data=sure), Button(Text.of("button-cancel"), data="leavesure:no")),)
    visit.toast()
    visit.say(Text.lines(*gaps, Text.of("leave-sure", first=first, last=last)), rows=rows)


def _gaps(uow: UnitOfWork, myself: RosterEntry, delegate: RosterEntry | None, first: date, last: date) -> list[Text]:
    """Where somebody would be away who stands in: the delegate themselves, or whoever asks, for others."""
    theirs = uow.leaves.of_deputy(delegate.id) if delegate else []
    away = [
        Text.of("delegate-away", deputy=delegate.name if delegate else "", first=other.first, last=other.last)
        for other in theirs
        if _overlap(other, first, last)
    ]
    stood_in = [
        Text.of("leave-stands-in", deputy=_name(uow, other.deputy_id), first=other.first, last=other.last)
        for other in uow.leaves.for_delegate(myself.id)
        if _overlap(other, first, last)
    ]
    return [*away, *stood_in]


def _sure(visit: Visit, rest: Sequence[str]) -> None:
    """The leave all the same, or not. Everything is looked at anew: the button may be old."""
    visit.toast()
    if list(rest) == ["no"]:
        visit.show(Text.of("leave-not-noted"))
        return
    try:
        first, last = (date.fromisoformat(day) for day in rest[:2])
    except ValueError:
        raise Refused("old-button") from None
    if len(rest) != 3:
        raise Refused("old-button")
    delegate = entry_of(visit, number_in(rest[2])) if rest[2] != "0" else None
    _check_days(visit.uow, _myself(visit), first, last)
    if delegate is not None:
        _check_delegate(_myself(visit), delegate)
    _note(visit, first, last, delegate)


def _note(visit: Visit, first: date, last: date, delegate: RosterEntry | None) -> None:
    uow, desk, myself = visit.uow, visit.desk, _myself(visit)
    standing_in = delegate.id if delegate and last >= desk.today else None
    leave = uow.leaves.add(myself.id, first, last, standing_in, desk.now)
    visit.toast()
    duty_owed.leave_noted(uow, desk, leave)
    if last < desk.today:
        # Nobody comes back tomorrow, and no case goes elsewhere: it is on record, and staff know.
        uow.leaves.over(leave.id, desk.now)
        visit.show(_about(uow, "leave-was-noted", leave))
        _tell_others(uow, desk, leave, "leave-was-told-staff", "leave-told-delegate")
        return
    visit.show(_about(uow, "leave-noted", leave), rows=_rows(uow, leave))
    _tell_others(uow, desk, leave, "leave-told-staff", "leave-told-delegate")
    _tell_those_stood_in_for(uow, desk, leave)


def _tell_those_stood_in_for(uow: UnitOfWork, desk: Desk, leave: Leave) -> None:
    """A delegate goes away: whoever counts on them hears of it, and so do the staff of their stations."""
    for other in uow.leaves.for_delegate(leave.deputy_id):
        absent = uow.roster.get(other.deputy_id)
        if absent is None or not _overlap(other, leave.first, leave.last):
            continue
        own = readers.of_entry(uow, desk, absent)
        told = {
            reader.chat_id: (reader, "leave-delegate-gone-staff")
            for station in sorted(absent.station_ids)
            for reader in readers.staff_of(uow, desk, station)
        }
        if own is not None:
            told[own.chat_id] = (own, "leave-delegate-gone")
        for reader, key in told.values():
            text = Text.of(
                key,
                delegate=_name(uow, leave.deputy_id),
                deputy=absent.name,
                first=max(other.first, leave.first),
                last=min(other.last, leave.last),
            )
            uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


def _name(uow: UnitOfWork, entry_id: int) -> str:
    entry = uow.roster.get(entry_id)
    return entry.name if entry else ""


def _myself(visit: Visit) -> RosterEntry:
    if visit.actor.deputy is None:
        raise Refused("unknown-command")
    return visit.actor.deputy


def _check_days(uow: UnitOfWork, deputy: RosterEntry, first: date, last: date) -> None:
    if last < first:
        raise Refused("leave-ends-before", first=first, last=last)
    if last - first > LONGEST:
        raise Refused("leave-too-long", n=LONGEST.days)
    for other in uow.leaves.of_deputy(deputy.id):
        if _overlap(other, first, last):
            raise Refused("leave-overlaps", first=other.first, last=other.last)


def _check_delegate(deputy: RosterEntry, delegate: RosterEntry) -> None:
    """Somebody else of the same station, whom we can reach."""
    if delegate.id == deputy.id:
        raise Refused("delegate-oneself")
    if not delegate.station_ids & deputy.station_ids:
        raise Refused("delegate-elsewhere", deputy=delegate.name)
    if delegate.telegram_id is None:
        raise Refused("deputy-without-account", deputy=delegate.name)


def _overlap(leave: Leave, first: date, last: date) -> bool:
    return leave.first <= last and first <= leave.last


def _about(uow: UnitOfWork, key: str, leave: Leave, **more: object) -> Text:
    """A sentence about the leave; ``new`` says what becomes of new cases, ``open`` what of the open ones."""
    deputy, delegate = uow.roster.get(leave.deputy_id), _delegate(uow, leave)
    name = delegate.name if delegate else ""
    return Text.of(
        key,
        deputy=deputy.name if deputy else "",
        first=leave.first,
        last=leave.last,
        new=Text.of("leave-new-to-delegate", delegate=name) if delegate else Text.of("leave-new-past"),
        open=Text.of("leave-open-lent", delegate=name) if leave.lends and delegate else Text.of("leave-open-stay"),
        **more,
    )


def _delegate(uow: UnitOfWork, leave: Leave) -> RosterEntry | None:
    return uow.roster.get(leave.delegate_id) if leave.delegate_id is not None else None


def _rows(uow: UnitOfWork, leave: Leave) -> Rows:
    buttons = []
    delegate = _delegate(uow, leave)
    if delegate is not None and not leave.lends and _held(uow, leave.deputy_id):
        buttons.append(Button(Text.of("button-lend", delegate=delegate.name), data=f"lend:{leave.id}"))
    buttons.append(Button(Text.of("button-cancel-leave"), data=f"endleave:{leave.id}"))
    return tuple((button,) for button in buttons)


def _tell_others(uow: UnitOfWork, desk: Desk, leave: Leave, to_staff: str, to_delegate: str) -> None:
    """The staff of the deputy's stations, and the delegate."""
    deputy, delegate = uow.roster.get(leave.deputy_id), _delegate(uow, leave)
    told = {
        reader.chat_id: (reader, to_staff)
        for station in sorted(deputy.station_ids if deputy else ())
        for reader in readers.staff_of(uow, desk, station)
    }
    standing_in = readers.of_entry(uow, desk, delegate) if delegate else None
    if standing_in is not None:
        told[standing_in.chat_id] = (standing_in, to_delegate)
    for reader, key in told.values():
        text = _about(uow, key, leave)
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)


# --- its buttons
# -------------------------------------------------------------------------------------------------------


def _own(visit: Visit, rest: Sequence[str]) -> Leave:
    """The leave a button speaks of; it has to be one's own, and not over."""
    leave = visit.uow.leaves.get(number_in(rest[0])) if len(rest) == 1 else None
    if leave is None or visit.actor.deputy is None or leave.deputy_id != visit.actor.deputy.id:
        raise Refused("old-button")
    return leave


def _lend(visit: Visit, rest: Sequence[str]) -> None:
    """The open cases go to the delegate: now, or on the first day."""
    leave = _own(visit, rest)
    if leave.lends or leave.delegate_id is None:
        raise Refused("old-button")
    uow, desk = visit.uow, visit.desk
    uow.leaves.lend(leave.id)
    if leave.first <= desk.today:
        _hand_over(uow, desk, leave, visit.actor)
    leave = _own(visit, rest)
    visit.toast()
    visit.show(_about(uow, "leave-yours", leave), rows=_rows(uow, leave))


def _cancel(visit: Visit, rest: Sequence[str]) -> None:
    """It does not take place, or ends today; what was lent comes back."""
    leave = _own(visit, rest)
    visit.uow.leaves.over(leave.id, visit.desk.now)
    _take_back(visit.uow, visit.desk, leave)
    visit.toast()
    visit.show(_about(visit.uow, "leave-cancelled", leave))
    _tell_others(visit.uow, visit.desk, leave, "leave-cancelled-staff", "leave-cancelled-delegate")


# --- cases for that time
# -----------------------------------------------------------------------------------------------


def _held(uow: UnitOfWork, deputy_id: int) -> list[Case]:
    return list(_all_held(uow, deputy_id))


def _all_held(uow: UnitOfWork, deputy_id: int) -> Iterator[Case]:
    offset, total = 0, 1
    while offset < total:
        page, total = uow.cases.of_deputy(deputy_id, offset=offset, limit=100)
        offset += 100
        yield from page


def _hand_over(uow: UnitOfWork, desk: Desk, leave: Leave, actor: Actor = SYSTEM) -> None:
    """The open cases of whoever is away go to the delegate, but for those that must not be the delegate's."""
    delegate = _delegate(uow, leave)
    uow.leaves.lent(leave.id, desk.now)
    if delegate is None or delegate.telegram_id is None or delegate.id in uow.leaves.on(desk.today):
        return
    stood_in = uow.leaves.for_delegate(leave.deputy_id)
    for case in _held(uow, leave.deputy_id):
        lent = any(lent_by(uow, case, other.deputy_id) for other in stood_in)
        absent = case.standing_in_for if lent else leave.deputy_id  # what they had been lent goes back to whose it is
        changes = {"deputy_id": delegate.id, "standing_in_for": absent}
        if routing.conflict(delegate, assigning.matter(uow, case)) is None:
            casework.advance(
                uow, desk, actor, case.number, Event.TRANSFERRED, changes=changes, rule=RoutingRule.DELEGATE
            )


def _take_back(uow: UnitOfWork, desk: Desk, leave: Leave) -> int:
    """What was lent comes back, as long as whoever stands in has it still, the delegate or theirs: what must not be the
    deputy's since then goes to staff. How many came back.
    """
    deputy = uow.roster.get(leave.deputy_id)
    if leave.lent_at is None or leave.delegate_id is None or deputy is None or deputy.telegram_id is None:
        return 0
    back = 0
    for case in [case for case in uow.cases.stood_in_for(deputy.id) if lent_by(uow, case, deputy.id)]:
        fits = routing.conflict(deputy, assigning.matter(uow, case)) is None
        changes = {"deputy_id": deputy.id if fits else None, "standing_in_for": None}
        rule = RoutingRule.LEAVE_OVER if fits else RoutingRule.STAFF_QUEUE
        casework.advance(uow, desk, SYSTEM, case.number, Event.TRANSFERRED, changes=changes, rule=rule)
        back += fits
    return back


def lent_by(uow: UnitOfWork, case: Case, deputy_id: int) -> bool:
    """It was theirs before; what was new in that time stays with whom it came to."""
    if case.standing_in_for != deputy_id:
        return False
    last = [entry for entry in uow.journal.of_case(case.number) if entry.rule is not None][-1]
    return last.event == Event.TRANSFERRED


# --- the clock
# ---------------------------------------------------------------------------------------------------------


def _by_morning(desk: Desk) -> date:
    """Today, once the morning has come."""
    local = desk.now.astimezone(desk.timezone)
    return desk.today if local.hour >= MORNING else desk.today - timedelta(days=1)


def lend_cases(uow: UnitOfWork, desk: Desk) -> int:
    """A leave has begun whose open cases were to go to the delegate."""
    due = uow.leaves.to_lend(_by_morning(desk))
    for leave in due:
        _hand_over(uow, desk, leave)
    return len(due)


def end_leaves(uow: UnitOfWork, desk: Desk) -> int:
    """A leave is over: what was lent comes back; the deputy and the delegate are told."""
    due = uow.leaves.ended(_by_morning(desk))
    for leave in due:
        uow.leaves.over(leave.id, desk.now)
        back = _take_back(uow, desk, leave)
        for entry, key in ((uow.roster.get(leave.deputy_id), "leave-over"), (_delegate(uow, leave), "leave-over-for")):
            reader = readers.of_entry(uow, desk, entry) if entry else None
            if reader is not None:
                text = _about(uow, key, leave, n=back)
                uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)
    return len(due)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"leave": _leave}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "lend": _lend,
    "endleave": _cancel,
    "leavesure": _sure,
}
STEPS: Final = (lend_cases, end_leaves)
