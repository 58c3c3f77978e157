"""The ladder: a reminder before a limit, after it 提醒 → 催办 → 督办 → 重点督办, each told once to whom the table says.

The rungs stand in ``data/ladder.toml``. What climbs is anything with a limit (:class:`Limited`): a case whose stage has
one, a promise with its date … Whoever has another kind of thing adds a :class:`Source` to :data:`SOURCES` and says
``ladder-KIND-RUNG`` in the catalogues for each rung; the rest is done here:

- Overdue is computed from ``due_at`` at each tick, never stored. Another ``due_at`` (an extension, a pause) is another
  limit, and its ladder begins anew.
- A rung is claimed with its limit in the unit that writes the outbox, so it is told once, whatever restarts. Rungs that
  were missed are claimed together, and the highest is named. Whoever is told of several limits at a time has one
  message that lists them (``services/reminders.py``).
- In quiet hours nothing is claimed and nothing is promised; it is done in the morning, if it is still due then. What
  waits in the outbox is dropped when its case closes or its limit moves, and told after all if it holds again.
- The limit of the first reply climbs while that of the stage has not passed: then that one's ladder speaks.
- Each rung after the limit is in the journal of the case, as an event of the same name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import resources
from itertools import islice
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM, Case
from liaisonbot.outgoing import Due
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, casework, quiet, readers, reminders
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage
from liaisonbot.workflow import Event

AT_ONCE: Final = 100
"""Limits of one tick, so that nobody waits for a long one; the next tick goes on."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A row of ``data/ladder.toml``."""

    key: str
    after: int
    """Working days over the limit when it is reached; below nought: before it."""
    tells: tuple[str, ...]

    @property
    def event(self) -> Event | None:
        """What it is in the journal; a reminder ahead of the limit is none."""
        return Event(self.key) if self.after >= 0 else None


def _read() -> tuple[Rung, ...]:
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "ladder.toml").read_text("utf-8"))
    return tuple(Rung(row["key"], row["after"], tuple(row["tells"])) for row in raw["rung"])


RUNGS: Final = _read()
"""From the lowest to the highest."""
OVER: Final = tuple(rung for rung in RUNGS if rung.after >= 0)
"""Those of what is overdue."""


@dataclass(frozen=True, slots=True)
class Limited:
    """Something with a limit that is still open and whose clock runs: the ladder asks no further."""

    kind: str
    number: int
    """Its number among its kind."""
    since: datetime
    """When its limit began to run; nobody is reminded ahead on that same day."""
    due_at: datetime
    case: Case
    """The case it belongs to, which names who is told, and is on the card below the sentence."""
    unit: str = ""
    """The handling unit that has it."""

    def claim(self, rung: Rung) -> str:
        """The key by which that rung of this limit is told once."""
        return f"ladder:{self.kind}:{self.number}:{self.due_at:%Y-%m-%dT%H%MZ}:{rung.key}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where things of one kind are found: those whose limit ends before a moment, by number, after a number."""

    kind: str
    find: Callable[[UnitOfWork, Desk, datetime, int], list[Limited]]


def climb(uow: UnitOfWork, desk: Desk) -> int:
    """Tell what the ladder owes now; how many limits that were. A step of the clock."""
    if quiet.until(desk) is not None:
        return 0
    due = (one for source in SOURCES for one in _due(uow, desk, source))
    owed: dict[Reader, list[Due]] = {}
    count = 0
    for limited, rung in islice(due, AT_ONCE):
        count += 1
        said = _said(uow, desk, limited, rung)
        for reader in _still_to_tell(uow, desk, limited, rung):
            owed.setdefault(reader, []).append(said)
    for reader, dues in owed.items():
        reminders.of_limits(uow, desk, reader, dues, more_comes=count >= AT_ONCE)
    return count


def reached(desk: Desk, limited: Limited) -> list[Rung]:
    """The rungs that limit has reached, the highest last."""
    return [rung for rung in RUNGS if desk.now >= reached_at(desk, limited.since, limited.due_at, rung)]


def reached_at(desk: Desk, since: datetime, due_at: datetime, rung: Rung) -> datetime:
    """When a limit reaches that rung."""
    days = desk.working_days
    last_day = days.last_day(due_at)
    if rung.after > 0:
        return days.end_of(days.day_after(last_day, rung.after))
    if rung.after == 0:
        return due_at
    ahead = max(days.earlier(last_day, -rung.after), days.day_after(days.local_day(since), 1))
    return min(days.end_of(ahead - timedelta(days=1)), due_at)


def over(desk: Desk, due_at: datetime) -> int:
    """Working days that have passed wholly since the limit did."""
    days = desk.working_days
    return days.count(days.last_day(due_at), desk.today - timedelta(days=1))


def rung_of(desk: Desk, due_at: datetime) -> Rung | None:
    """The highest rung that what is overdue has reached; None while it is not."""
    found = [rung for rung in OVER if desk.now >= reached_at(desk, due_at, due_at, rung)]
    return found[-1] if found else None


def due_between(desk: Desk, rung: Rung) -> tuple[datetime | None, datetime]:
    """After which moment, and until which, the limits ended whose highest rung is that one now."""
    above = OVER[OVER.index(rung) + 1 :]
    return (_reaches(desk, above[0]) if above else None), _reaches(desk, rung)


def _reaches(desk: Desk, rung: Rung) -> datetime:
    """Limits that ended until then have reached that rung."""
    if rung.after == 0:
        return desk.now
    return desk.working_days.end_of(desk.working_days.earlier(desk.today, rung.after) - timedelta(days=1))


def _due(uow: UnitOfWork, desk: Desk, source: Source) -> Iterator[tuple[Limited, Rung]]:
    """Limits with a rung that nobody told of, each with its highest; all it has reached are claimed by then."""
    days = desk.working_days
    before = days.end_of(days.day_after(desk.today, 1)) + timedelta(seconds=1)
    after = 0
    while page := source.find(uow, desk, before, after):
        climbed = [(limited, rungs) for limited in page if (rungs := reached(desk, limited))]
        told = uow.once.claimed_among([limited.claim(rungs[-1]) for limited, rungs in climbed])
        for limited, rungs in climbed:
            if limited.claim(rungs[-1]) not in told:
                for rung in rungs:
                    uow.once.claim(limited.claim(rung), desk.now)
                yield limited, rungs[-1]
        after = page[-1].number


def _said(uow: UnitOfWork, desk: Desk, limited: Limited, rung: Rung) -> Due:
    case = limited.case
    text = Text.of(
        f"ladder-{_sentence(limited.kind, rung)}",
        case=case.number,
        deputy=cards.deputy_name(uow, case),
        date=desk.working_days.last_day(limited.due_at),
        n=over(desk, limited.due_at),
        unit=limited.unit,
        what=_what(limited),
    )
    thing = f"{limited.kind}-{limited.number}"
    return Due(case.number, thing, limited.claim(rung), rung.key, RUNGS.index(rung), text)


def said_ahead(uow: UnitOfWork, desk: Desk, case: Case, due_at: datetime) -> Text | None:
    """What the ladder has said ahead of the limit of the case's stage, while that is still to come."""
    limited = Limited("case", case.number, case.stage_since, due_at, case)
    rungs = reached(desk, limited)
    if not rungs or rungs[-1].after >= 0 or not uow.once.claimed(limited.claim(rungs[-1])):
        return None
    return _said(uow, desk, limited, rungs[-1]).text


def _what(limited: Limited) -> Text:
    name = limited.case.stage if limited.kind == "case" else limited.kind
    return Text.of(f"due-of-{name}", unit=limited.unit)


def _still_to_tell(uow: UnitOfWork, desk: Desk, limited: Limited, rung: Rung) -> list[Reader]:
    """To whom the table says and who was not told: everybody, or, where some of it was taken back unread, those whom
    it was taken back from, and whoever has the case in their place by now.
    """
    claim = limited.claim(rung)
    keys = {reminders.told(claim, reader.chat_id): reader for reader in _told(uow, desk, limited.case, rung)}
    told = uow.once.claimed_among(keys)
    if rung.event is not None and uow.once.claim(f"record:{claim}", desk.now):
        casework.advance(uow, desk, SYSTEM, limited.case.number, rung.event)
    return [reader for key, reader in keys.items() if key not in told and uow.once.claim(key, desk.now)]


def _sentence(kind: str, rung: Rung) -> str:
    return f"{kind}-{rung.key}"


def _told(uow: UnitOfWork, desk: Desk, case: Case, rung: Rung) -> list[Reader]:
    """Everybody once; staff stand in for a deputy who is not there."""
    deputy = readers.deputy_of(uow, desk, case)
    staff = partial(readers.staff_for, uow, desk, case)
    who: dict[str, Callable[[], list[Reader]]] = {
        "deputy": lambda: [deputy] if deputy else staff(),
        "staff": staff,
        "owners": lambda: readers.owners(uow, desk),
    }
    return list({reader.chat_id: reader for name in rung.tells for reader in who[name]()}.values())


def _cases(stage: Stage, uow: UnitOfWork, desk: Desk, before: datetime, after: int) -> list[Limited]:
    return [
        Limited("case", case.number, case.stage_since, case.due_at, case)
        for case in uow.cases.due(stage, before, after=after)
        if case.due_at is not None
    ]


def _unanswered(uow: UnitOfWork, desk: Desk, before: datetime, after: int) -> list[Limited]:
    """Cases whose first reply is due and whose stage has time left: else its own ladder speaks."""
    return [
        Limited("reply", case.number, case.created_at, case.reply_due_at, case)
        for case in uow.cases.unanswered(before, after=after)
        if case.reply_due_at is not None and (case.due_at is None or case.due_at > max(case.reply_due_at, desk.now))
    ]


def _promises(uow: UnitOfWork, desk: Desk, before: datetime, after: int) -> list[Limited]:
    """What was promised for a day and is neither confirmed nor reported as done: whoever reported it waits, too."""
    return [
        Limited("promise", pledge.id, pledge.made_at, desk.working_days.end_of(pledge.day), case)
        for pledge in uow.promises.unreported(desk.working_days.last_day(before), after)
        if (case := uow.cases.get(pledge.case)) is not None
    ]


def _handings(uow: UnitOfWork, desk: Desk, before: datetime, after: int) -> list[Limited]:
    """What a handling unit has, by the day that was set for it: the deputy chases the unit."""
    return [
        Limited("unit", handing.id, handing.at, desk.working_days.end_of(handing.due), case, handing.unit)
        for handing in uow.handings.due(desk.working_days.last_day(before), after)
        if (case := uow.cases.get(handing.case)) is not None
    ]


SOURCES: Final[tuple[Source, ...]] = (
    Source("case", partial(_cases, Stage.COLLECTION)),
    Source("case", partial(_cases, Stage.MEDIATION)),
    Source("reply", _unanswered),
    Source("promise", _promises),
    Source("unit", _handings),
)
