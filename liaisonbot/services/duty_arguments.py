"""Arguments of the duty log's commands; see ``arguments``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from liaisonbot import dates, duty, masking
from liaisonbot.commands import Command, Kind
from liaisonbot.desk import Desk
from liaisonbot.errors import Doubtful
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]
Read = tuple[Any, str]
Choices = list[tuple[Text, str]]

MOST_USED: Final = 6
USUAL: Final = ("reception", "visit", "forum", "research", "mediation", "group")
"""What is offered first to a deputy who has filed nothing yet."""
_A_DATE: Final = re.compile(r"\d{4}\s?[-/.年]")
"""How a day begins that is meant as one, whether or not it can be read."""


def _answering(visit: Visit) -> bool:
    """Whether a question is answered, rather than a whole line read."""
    return visit.message is None or visit.message.command is None


# --- type -------------------------------------------------------------------------------------------------------------


def _type(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """A type by its name at the beginning of the line. Where there is none, the line may be words alone: it is asked
    for; before a day it was meant as one.
    """
    if not rest:
        return None
    found = duty.at_start(rest)
    if found is not None:
        type_, left = found
        return type_.key, left if _apart(visit, rest, left) else rest
    word, *behind = rest.split(maxsplit=1)
    left = "".join(behind)
    if _answering(visit) or dates.read(left, visit.desk.today, past=True) or _A_DATE.match(left):
        raise Doubtful("duty-type-unknown", left, typed=masking.shorten(word, 40))
    return None


def _apart(visit: Visit, rest: str, left: str) -> bool:
    """Whether the name stands by itself: in 走访三户, it is a part of the words."""
    before = rest[: len(rest) - len(left)]
    separated = not left or not before[-1:].isalnum()
    return separated or dates.read(left, visit.desk.today, past=True) is not None


def offer_types(visit: Visit, command: Command, answers: Answers) -> Choices:
    """The deputy's most used ones first."""
    deputy = visit.actor.deputy
    used = visit.uow.duty.most_used(deputy.id, MOST_USED) if deputy else []
    keys = [key for key in dict.fromkeys((*used, *USUAL, *duty.TYPES)) if key in duty.TYPES]
    return [(Text.of(f"duty-type-{key}"), key) for key in keys]


# --- day --------------------------------------------------------------------------------------------------------------


def earliest(desk: Desk) -> date:
    """The first day for which an entry can still be filed (``duty.latest_days``)."""
    return desk.today - timedelta(days=desk.settings.duty.latest_days)


def check_day(desk: Desk, day: date, left: str = "") -> None:
    """Raises Doubtful for a day that is to come, or too long ago."""
    if day > desk.today:
        raise Doubtful("duty-day-to-come", left, date=day)
    if day < earliest(desk):
        raise Doubtful("duty-day-too-old", left, date=day, n=desk.settings.duty.latest_days, first=earliest(desk))


def _day(visit: Visit, answers: Answers, rest: str) -> Read | None:
    """The day at the beginning of the line. In a line that has none, all of it is words, and the day is asked for."""
    if not rest:
        return None
    found = dates.read(rest, visit.desk.today, past=True)
    if found is None:
        if _answering(visit) or _A_DATE.match(rest):
            raise Doubtful("need-date", rest, typed=masking.shorten(rest.split()[0], 40))
        return None
    day, left = found
    if day is None:
        raise Doubtful("no-such-date", left, typed=masking.shorten(rest[: len(rest) - len(left)].strip(), 40))
    check_day(visit.desk, day, left)
    return day.isoformat(), left


def offer_days(visit: Visit, command: Command, answers: Answers) -> Choices:
    """Today and the days before it."""
    days = [visit.desk.today - timedelta(days=ago) for ago in range(4)]
    return [(Text.of("choice-past-date", date=day), day.isoformat()) for day in days]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], Read | None]]] = {
    Kind.DUTY_TYPE: _type,
    Kind.DUTY_DAY: _day,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], Choices]]] = {
    Kind.DUTY_TYPE: offer_types,
    Kind.DUTY_DAY: offer_days,
}
AFTER_A_DOUBT: Final = frozenset({Kind.DUTY_DAY})
"""Read in a line even where the type before it is not known: nobody types a day twice."""
