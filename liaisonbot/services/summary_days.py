"""On which days staff get a summary without asking: the configuration's cron texts, and the day somebody wishes.

A moment of these is a *round*. What it owes stays owed until the next one of its kind comes, so that a bot that was
away brings it late, on whichever days the cron text fires; of what was missed for longer only the newest comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot import duty_ladder
from liaisonbot.desk import Desk
from liaisonbot.duty_ladder import Schedule
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Priority
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import quiet
from liaisonbot.settings import SummarySettings
from liaisonbot.summaries import SummaryJob
from liaisonbot.windows import Window, WindowKind

EDITIONS: Final[Mapping[WindowKind, Callable[[SummarySettings], str]]] = {
    WindowKind.WEEK: lambda settings: settings.send_at,
    WindowKind.TWO_MONTHS: lambda settings: settings.two_monthly_at,
    WindowKind.YEAR: lambda settings: settings.yearly_at,
}
"""What comes by itself, and the cron text that says when."""
ALONG: Final[Mapping[WindowKind, Sequence[str]]] = {
    WindowKind.TWO_MONTHS: ("xlsx",),
    WindowKind.YEAR: ("xlsx",),
}
"""Files that come with it (``summary_making.FORMS``)."""

WISH: Final = "summary_day"
"""The preference of a staff member: one of ``DAYS``, or ``OFF``."""
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFF: Final = "off"
"""In the place of a day: they want none."""
_WEEK: Final = timedelta(days=7)
_MORNING: Final = time(9)
"""The hour where the cron text has not fired within a year."""


# --- the calendar -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Round:
    """A moment from which a window's summary is owed: to those who wish for that day, or (None) to all others."""

    window: Window
    at: datetime
    day: str | None = None

    @property
    def name(self) -> str:
        """The same however often the cron text fires: a window is sent once."""
        return f"summary-round:{self.window.label}:{self.day or 'all'}"

    def is_for(self, wish: str | None) -> bool:
        if self.window.kind is WindowKind.WEEK:
            return wish == self.day
        return wish != OFF


def rounds(desk: Desk) -> list[Round]:
    """The newest of each kind whose moment has come, and of each day of the week."""
    fires = ((kind, _schedule(desk, kind).last(desk.now)) for kind in EDITIONS)
    found = [Round(_before(kind, fire.day), fire.at) for kind, fire in fires if fire is not None]
    return [*found, *(_on(desk, number, day) for number, day in enumerate(DAYS))]


def _on(desk: Desk, number: int, name: str) -> Round:
    """The newest of those that stand on that day of the week."""
    day = Window.around(WindowKind.WEEK, desk.today).first + timedelta(days=number)
    if _moment(desk, day) > desk.now:
        day -= _WEEK
    return Round(_before(WindowKind.WEEK, day), _moment(desk, day), name)


def overtaken(desk: Desk, window: Window, wish: str | None) -> bool:
    """Whether a newer one of its kind is owed to whoever wishes so; or they want none."""
    for_them = (each.window for each in rounds(desk) if each.window.kind is window.kind and each.is_for(wish))
    newest = max((each.first for each in for_them), default=None)
    return newest is None or newest > window.first


def _schedule(desk: Desk, kind: WindowKind) -> Schedule:
    return duty_ladder.schedule(EDITIONS[kind](desk.settings.summary), desk.timezone)


def _before(kind: WindowKind, day: date) -> Window:
    """The last one that was over on that day."""
    return Window.around(kind, day).previous()


def _moment(desk: Desk, day: date) -> datetime:
    """That day at the hour at which the others get theirs."""
    fire = _schedule(desk, WindowKind.WEEK).last(desk.now)
    return duty_ladder.moment(day, fire.hour if fire else _MORNING, desk.timezone)


def last_week(desk: Desk) -> Window:
    """The last one that is over."""
    return _before(WindowKind.WEEK, desk.today)


def asleep(desk: Desk, at: datetime) -> bool:
    """Whether what was due then must wait for the morning: at night comes only what the cron text has that night."""
    morning = quiet.until(desk)
    return morning is not None and quiet.until(replace(desk, now=at)) != morning


def wish_of(uow: UnitOfWork, person_id: int) -> str | None:
    """One of ``DAYS``, ``OFF``; None: when everybody gets it."""
    wish: str | None = uow.preferences.get(person_id, WISH)
    return wish


def sent(window: Window, entry_id: int) -> str:
    """What is claimed once for each window and staff member."""
    return f"summary-sent:{window.label}:e{entry_id}"


def next_for(uow: UnitOfWork, desk: Desk, entry: RosterEntry, wish: str | None) -> datetime | None:
    """When the weekly one comes next; None: not at all."""
    after = desk.now
    for _ in range(2):
        at = _following(desk, after, wish)
        if at is None:
            return None
        window = _before(WindowKind.WEEK, at.astimezone(desk.timezone).date())
        if not uow.once.claimed(sent(window, entry.id)):
            return at
        after = desk.begin(window.last + _WEEK + timedelta(days=1)) - timedelta(microseconds=1)
    return None


def _following(desk: Desk, after: datetime, wish: str | None) -> datetime | None:
    if wish is None:
        return _schedule(desk, WindowKind.WEEK).following(after)
    if wish not in DAYS:
        return None
    monday = Window.around(WindowKind.WEEK, after.astimezone(desk.timezone).date()).first
    day = monday + timedelta(days=DAYS.index(wish))
    moments = (_moment(desk, day + weeks * _WEEK) for weeks in range(3))
    return next((moment for moment in moments if moment > after), None)


# --- how it comes -----------------------------------------------------------------------------------------------------


def noted_as(kind: WindowKind) -> str:
    """The name in ``delivery.NOTED``; the number beside it is the window's first day."""
    return f"summary-{kind}"


def manner(desk: Desk, job: SummaryJob, window: Window, part: str) -> dict[str, Any]:
    """How what nobody asked for just now comes: in its turn, in nobody's night, and as the newest of its kind only."""
    by_night = quiet.until(replace(desk, now=job.asked_at)) is not None
    key = f"{noted_as(window.kind)}:{part}"
    return {"priority": Priority.NOTICE, "daytime": not by_night, "key": key}
