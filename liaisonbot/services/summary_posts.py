"""Summaries that come by themselves: when their moment has come, the staff are gone through, some at a time.

Each is owed a job, claimed in the unit that makes it, so that nobody gets a window twice, whatever restarts and however
many work on one database; ``handlers/summarising.py`` makes them when nobody waits for an answer. Staff of a station
get its summary, of several stations theirs together, of none all. Owners get one if they are staff too: they look when
they want, with ``/summary``. They hear who could not be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Outgoing, Receipt, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, readers, summary_days
from liaisonbot.services.summary_days import Round
from liaisonbot.summaries import CHAT
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

AT_ONCE: Final = 100
"""What the step answers where there is more: the clock ticks again at once."""
LOOKED_AT: Final = 20
"""Staff that are gone through in one unit."""
GATHERED: Final = timedelta(minutes=10)
"""So long those who could not be reached are gathered for one message."""
_BEGUN: Final = "summary-rounds"
_UNREACHED: Final = "summary-unreached"


def work(uow: UnitOfWork, desk: Desk) -> int:
    """The next part of what is due. What was due before the bot's first day was never promised."""
    due = summary_days.rounds(desk)
    known = uow.once.claimed_among([_BEGUN, *(each.name for each in due)])
    left = [each for each in due if each.name not in known]
    if _BEGUN not in known:
        _begin(uow, desk, left)
        return 0
    for each in left:
        if not summary_days.asleep(desk, each.at):
            _go_on(uow, desk, each)
            return AT_ONCE
    return 0


def _begin(uow: UnitOfWork, desk: Desk, due: list[Round]) -> None:
    if uow.once.claim(_BEGUN, desk.now):
        for each in due:
            uow.once.claim(each.name, desk.now)


def _go_on(uow: UnitOfWork, desk: Desk, each: Round) -> None:
    """The first part of the staff that nobody has gone through; where there is none, the round is done."""
    staff = uow.roster.staff()
    parts = {f"{each.name}:{entry.id // LOOKED_AT}": entry.id // LOOKED_AT for entry in staff}
    done = uow.once.claimed_among(list(parts))
    for name, part in sorted(parts.items(), key=lambda pair: pair[1]):
        if name not in done and uow.once.claim(name, desk.now):
            for entry in staff:
                if entry.id // LOOKED_AT == part:
                    _owe(uow, desk, each, entry)
            return
    uow.once.claim(each.name, desk.now)


def _owe(uow: UnitOfWork, desk: Desk, each: Round, entry: RosterEntry) -> bool:
    """A job, if that is the day on which they want it; whether there is one now.

    Somebody who has never written to us is tried. Who is known by a username only cannot be: the owners hear of it.
    """
    reader = readers.of_entry(uow, desk, entry)
    person = uow.people.meet(reader.chat_id, None, desk.now) if reader else None
    if not each.is_for(summary_days.wish_of(uow, person.id) if person else None):
        return False
    if reader is None or person is None:
        _unreached(uow, desk, each.window, entry)
        return False
    if not uow.once.claim(summary_days.sent(each.window, entry.id), desk.now):
        return False
    uow.summary_jobs.ask(
        person_id=person.id,
        chat_id=reader.chat_id,
        language=reader.language,
        window=each.window.label,
        station_ids=sorted(entry.station_ids) or None,
        what=CHAT,
        now=desk.now,
        scheduled=True,
    )
    return True


def catch_up(uow: UnitOfWork, desk: Desk, entry: RosterEntry) -> bool:
    """They wish otherwise from now on: the week that is over comes at once where its moment has passed by that, and it
    was never sent. Whether it does.
    """
    last = summary_days.last_week(desk)
    return any(_owe(uow, desk, each, entry) for each in summary_days.rounds(desk) if each.window == last)


# --- who could not be reached -----------------------------------------------------------------------------------------


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt, *, kind: WindowKind) -> None:
    """How the text of a summary went; what comes with it goes the same way."""
    entry = next((each for each in uow.roster.of(outgoing.chat_id, None) if each.role is Role.STAFF), None)
    if outgoing.noted_as is None or entry is None:
        return
    if receipt.failure is None:
        uow.once.release(_known_to_owners(entry))
    else:
        _unreached(uow, desk, Window.around(kind, date.fromordinal(outgoing.noted_as[1])), entry)


def _known_to_owners(entry: RosterEntry) -> str:
    """What is claimed from when the owners hear that nothing reaches somebody, until something has."""
    return f"{_UNREACHED}:e{entry.id}"


def _unreached(uow: UnitOfWork, desk: Desk, window: Window, entry: RosterEntry) -> None:
    """The owners hear of it once, not each week: all of one day in one message."""
    if not uow.once.claim(_known_to_owners(entry), desk.now):
        return
    key = f"{_UNREACHED}:{window.label}:{desk.today.isoformat()}"
    uow.once.claim(f"{key}:e{entry.id}", desk.now)
    staff = uow.roster.staff()
    claimed = uow.once.claimed_among([f"{key}:e{each.id}" for each in staff])
    names = cards.names([each.name for each in staff if f"{key}:e{each.id}" in claimed])
    text = Text.of("summary-unreached", window=named(window), names=names)
    for owner in readers.owners(uow, desk):
        told = Outgoing(
            Send.TEXT,
            owner.chat_id,
            language=owner.language,
            text=text,
            key=key,
            not_before=desk.now + GATHERED,
            daytime=True,
        )
        uow.outbox.add(told, desk.now)


STEPS: Final = (work,)
NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    summary_days.noted_as(kind): partial(_note, kind=kind) for kind in summary_days.EDITIONS
}
