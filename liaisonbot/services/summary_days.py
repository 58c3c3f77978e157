"""On which days staff get a summary without asking: the configuration's cron texts, and what each wishes instead.

``/summary friday`` asks for another day of the week, ``/summary off`` for none; both stand behind a button below each
summary that came by itself. The day is for the weekly one; who wants none gets neither roll-ups nor yearly sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from liaisonbot import duty_ladder, reception_rules
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Priority, Rows
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, quiet
from liaisonbot.services.visit import Visit
from liaisonbot.settings import SummarySettings
from liaisonbot.summaries import SummaryJob
from liaisonbot.texts import Text
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
"""A staff member's preference: one of ``DAYS``, or ``OFF``; none: when everybody gets it."""
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFF: Final = "off"
ON: Final = "on"
ASK: Final = "when"
_SAID: Final[Mapping[str, str]] = {
    **dict.fromkeys(("off", "stop", "关", "关闭", "不要", "不用"), OFF),
    **dict.fromkeys(("on", "开", "开启", "恢复"), ON),
    **dict.fromkeys(("when", "day", "时间", "哪天"), ASK),
}
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
    """Those whose moment has come. What is over before the next window is over stays owed; then it is dropped."""
    return [each for each in _begun(desk) if current(desk, each.window)]


def _begun(desk: Desk) -> Iterator[Round]:
    for kind, cron in EDITIONS.items():
        fire = duty_ladder.schedule(cron(desk.settings.summary), desk.timezone).last(desk.now)
        if fire is not None:
            yield Round(_before(kind, fire.day), fire.at)
    this = Window.around(WindowKind.WEEK, desk.today)
    for number, day in enumerate(DAYS):
        at = _moment(desk, this.first + timedelta(days=number))
        if at <= desk.now:
            yield Round(this.previous(), at, day)


def _before(kind: WindowKind, day: date) -> Window:
    """The last one that was over on that day."""
    return Window.around(kind, day).previous()


def _moment(desk: Desk, day: date) -> datetime:
    """That day at the hour at which the others get theirs."""
    fire = duty_ladder.schedule(desk.settings.summary.send_at, desk.timezone).last(desk.now)
    return duty_ladder.moment(day, fire.hour if fire else _MORNING, desk.timezone)


def current(desk: Desk, window: Window) -> bool:
    """Whether the window is the last of its kind that is over."""
    return window == _before(window.kind, desk.today)


def asleep(desk: Desk, at: datetime) -> bool:
    """Whether what was due then must wait for the morning: at night comes only what the cron text has that night."""
    morning = quiet.until(desk)
    return morning is not None and quiet.until(replace(desk, now=at)) != morning


def sent(window: Window, entry_id: int) -> str:
    """What is claimed once for each window and staff member."""
    return f"summary-sent:{window.label}:e{entry_id}"


def next_for(uow: UnitOfWork, desk: Desk, entry: RosterEntry, wish: str | None) -> datetime | None:
    """When the weekly one comes next; None: not at all, or not soon."""
    at = desk.now
    for _ in range(14):
        found = _following(desk, at, wish)
        if found is None:
            return None
        at, day = found, found.astimezone(desk.timezone).date()
        if not uow.once.claimed(sent(_before(WindowKind.WEEK, day), entry.id)):
            return at
    return None


def _following(desk: Desk, after: datetime, wish: str | None) -> datetime | None:
    if wish is None:
        return duty_ladder.schedule(desk.settings.summary.send_at, desk.timezone).following(after)
    if wish not in DAYS:
        return None
    day = after.astimezone(desk.timezone).date()
    near = (day + timedelta(days=ahead) for ahead in range(8))
    moments = (_moment(desk, each) for each in near if each.weekday() == DAYS.index(wish))
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


def button() -> Button:
    return Button(Text.of("button-sumday"), data=f"sumday:{ASK}")


# --- what somebody wishes ---------------------------------------------------------------------------------------------


def wish_of(uow: UnitOfWork, person_id: int) -> str | None:
    wish: str | None = uow.preferences.get(person_id, WISH)
    return wish


def read(words: str) -> str | None:
    """A day of the week, that one wants none, or wants them again; None: something else."""
    typed = words.strip().casefold()
    if typed in _SAID:
        return _SAID[typed]
    ways = (typed, f"每{typed}", f"every {typed}")
    rule = next((rule for way in ways if (rule := reception_rules.rule_of(way)) is not None), None)
    found = reception_rules.parts(rule) if rule else None
    return DAYS[found.weekdays[0]] if found and found.key == "weekly" and len(found.weekdays) == 1 else None


def choose(visit: Visit, wish: str) -> None:
    """One of ``DAYS``, ``OFF``, ``ON``; or ``ASK``: what holds is said, with the choice below."""
    staff = visit.actor.staff
    if staff is None:
        raise Refused("sumday-staff-only")
    if wish in (*DAYS, OFF, ON):
        visit.uow.preferences.set(visit.person_id, WISH, None if wish == ON else wish)
    elif wish != ASK:
        raise Refused("old-button")
    visit.toast()
    tell = visit.say if wish == ASK else visit.show
    tell(_holds(visit, staff), rows=_choice(wish_of(visit.uow, visit.person_id)))


def _holds(visit: Visit, staff: RosterEntry) -> Text:
    wish = wish_of(visit.uow, visit.person_id)
    if wish == OFF:
        return Text.of("sumday-off")
    at = next_for(visit.uow, visit.desk, staff, wish)
    coming = visit.desk.moment(at) if at else None
    if wish is None:
        return Text.of("sumday-all", next=coming)
    return Text.of("sumday-own", weekday=Text.of(f"weekday-{DAYS.index(wish)}"), next=coming)


def _choice(wish: str | None) -> Rows:
    days = [
        Button(Text.of(f"weekday-{number}"), data=f"sumday:{day}") for number, day in enumerate(DAYS) if day != wish
    ]
    on = [Button(Text.of("button-sumday-on"), data=f"sumday:{ON}")] if wish is not None else []
    off = [Button(Text.of("button-sumday-off"), data=f"sumday:{OFF}")] if wish != OFF else []
    return (*cards.in_pairs(days, 3), (*on, *off))


def _press(visit: Visit, rest: Sequence[str]) -> None:
    choose(visit, ":".join(rest))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"sumday": _press}
