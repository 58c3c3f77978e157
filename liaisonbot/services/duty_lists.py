"""Staff's list of deputies whose duty log is behind: a message for each staff member and month, edited from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.duty import Behind, StaffList
from liaisonbot.duty_ladder import RUNGS, Tells, last_of
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Outgoing, Receipt, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import quiet, readers
from liaisonbot.texts import Text

AT_ONCE: Final = 5
"""Lists of one unit; the clock ticks again at once where there are more."""
MORE: Final = 100
LINES: Final = 60
"""Deputies with a line of their own; of the others there is a number."""
NOTED_AS: Final = "duty-list"
_RUNG: Final = next(rung.key for rung in RUNGS.values() if rung.tells is Tells.STAFF)


def renew(uow: UnitOfWork, desk: Desk) -> int:
    """A step of the clock: lists that do not say what holds are sent, or edited."""
    if quiet.until(desk) is not None:
        return 0
    stale = uow.duty_reminders.stale(AT_ONCE)
    for each in stale:
        _renew(uow, desk, each)
    return MORE if len(stale) == AT_ONCE else len(stale)


def _renew(uow: UnitOfWork, desk: Desk, each: StaffList) -> None:
    behind = _behind(uow, desk, each)
    new = each.message_id is None
    uow.duty_reminders.written(each.chat_id, each.month, promised=bool(behind) or not new)
    if new and not behind:
        return
    language = readers.language_of(desk, uow.people.find(each.chat_id), _entry(uow, each.chat_id))
    sent = Outgoing(
        Send.TEXT,
        each.chat_id,
        language=language,
        text=_words(uow, desk, each.month, behind),
        daytime=True,
        noted_as=(NOTED_AS, each.month.year * 100 + each.month.month),
    )
    if not new:
        sent = Outgoing(
            Send.EDIT,
            each.chat_id,
            language=language,
            text=sent.text,
            target=each.message_id,
            key=f"edit:{each.message_id}",
            fallback=sent,
        )
    uow.outbox.add(sent, desk.now)


def _behind(uow: UnitOfWork, desk: Desk, each: StaffList) -> list[Behind]:
    """Those of their stations; for an owner, those of stations that have no staff."""
    staff = _entry(uow, each.chat_id)
    stations: set[int | None] = set(staff.station_ids) if staff else set()
    if desk.is_owner(each.chat_id):
        stations |= {None, *(one.id for one in uow.stations.all() if not uow.roster.staff(one.id))}
    known = None if None in stations else [one for one in stations if one is not None]
    return [line for line in uow.duty_reminders.listed(_RUNG, each.month, known) if line.station_id in stations]


def _entry(uow: UnitOfWork, chat_id: int) -> RosterEntry | None:
    return next((entry for entry in uow.roster.of(chat_id, None) if entry.role == "staff"), None)


def _words(uow: UnitOfWork, desk: Desk, month: date, behind: list[Behind]) -> Text:
    name = Text.of("duty-month", year=month.year, month=month.month)
    if not behind:
        return Text.of("duty-list-empty", month=name)
    people = len({line.deputy_id for line in behind})
    return Text.lines(
        Text.of("duty-list", month=name, n=people, least=desk.settings.duty.required_per_month),
        *_lines(uow, desk, month, behind[:LINES]),
        Text.of("duty-list-more", n=len(behind) - LINES) if len(behind) > LINES else None,
    )


def _lines(uow: UnitOfWork, desk: Desk, month: date, behind: list[Behind]) -> Iterator[Text]:
    away = uow.leaves.on(min(desk.today, last_of(month)))
    for station, lines in groupby(behind, key=lambda line: line.station):
        if station:
            yield Text.of("duty-list-station", station=station)
        for line in lines:
            leave = away.get(line.deputy_id)
            yield Text.of(
                "duty-list-line",
                deputy=line.name,
                n=line.entries,
                least=desk.settings.duty.required_per_month,
                away=leave.last if leave else None,
                closed=Text.of("duty-list-closed") if line.unreached else None,
            )


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """In which message it stands. Who could not be reached has it when it changes next."""
    assert outgoing.noted_as is not None
    month = date(outgoing.noted_as[1] // 100, outgoing.noted_as[1] % 100, 1)
    if receipt.message_ids:
        uow.duty_reminders.shown(outgoing.chat_id, month, receipt.message_ids[-1])
    elif receipt.failure is not None:
        uow.duty_reminders.written(outgoing.chat_id, month, promised=False)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {NOTED_AS: _note}
