"""What a staff member wishes about the summaries that come by themselves: another day, none, or those of everybody.

``/summary friday`` asks for another day of the week, ``/summary off`` for none; both stand behind a button below each
summary that came by itself. The day is for the weekly one; who wants none gets neither roll-ups nor yearly sheets. The
week that is over is not lost by that: where its day has passed and it was never sent, it comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import reception_rules
from liaisonbot.errors import Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards, summary_days, summary_posts
from liaisonbot.services.summary_days import DAYS, OFF, WISH, wish_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

ON: Final = "on"
ASK: Final = "when"
_SAID: Final[Mapping[str, str]] = {
    **dict.fromkeys(("off", "stop", "none", "关", "关闭", "不要", "不用", "不用发", "停"), OFF),
    **dict.fromkeys(("on", "开", "开启", "恢复"), ON),
    **dict.fromkeys(("when", "day", "时间", "发送时间", "哪天"), ASK),
}


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
    at_once = False
    if wish in (*DAYS, OFF, ON):
        visit.uow.preferences.set(visit.person_id, WISH, None if wish == ON else wish)
        at_once = summary_posts.catch_up(visit.uow, visit.desk, staff)
    elif wish != ASK:
        raise Refused("old-button")
    visit.toast()
    tell = visit.say if wish == ASK else visit.show
    tell(_holds(visit, staff, at_once=at_once), rows=_choice(wish_of(visit.uow, visit.person_id)))


def button() -> Button:
    return Button(Text.of("button-sumday"), data=f"sumday:{ASK}")


def _holds(visit: Visit, staff: RosterEntry, *, at_once: bool) -> Text:
    wish = wish_of(visit.uow, visit.person_id)
    if wish == OFF:
        return Text.of("sumday-off")
    at = summary_days.next_for(visit.uow, visit.desk, staff, wish)
    coming = visit.desk.moment(at) if at else None
    return Text.lines(
        Text.of("sumday-all", next=coming)
        if wish is None
        else Text.of("sumday-own", weekday=Text.of(f"weekday-{DAYS.index(wish)}"), next=coming),
        Text.of("sumday-at-once") if at_once else None,
        Text.of("sumday-look"),
    )


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
