"""What stands behind ``/summary``; see ``arguments``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import masking, windows
from liaisonbot.commands import Kind
from liaisonbot.errors import Refused
from liaisonbot.services.visit import Visit
from liaisonbot.windows import Window, WindowKind

Answers = Mapping[str, Any]

WORDS: Final[Mapping[str, Callable[[Window], Window]]] = {
    "last": lambda week: week.previous(),
    "上周": lambda week: week.previous(),
    "last week": lambda week: week.previous(),
    "this": lambda week: week,
    "本周": lambda week: week,
    "this week": lambda week: week,
    "上月": lambda week: Window.around(WindowKind.MONTH, week.first).previous(),
    "last month": lambda week: Window.around(WindowKind.MONTH, week.first).previous(),
    "本月": lambda week: Window.around(WindowKind.MONTH, week.last),
    "this month": lambda week: Window.around(WindowKind.MONTH, week.last),
}
"""Parts of the calendar as people call them, from the week that runs."""


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``/summary``: a part of the calendar, a station's code or name, both or nothing, in whichever order."""
    words = rest.split()
    if not words:
        return None
    for cut in range(len(words), -1, -1):
        for part, others in ((words[:cut], words[cut:]), (words[-cut:] if cut else [], words[: len(words) - cut])):
            window = _window(visit, " ".join(part)) if part else None
            station = _station(visit, " ".join(others)) if others else None
            if (window or not part) and (station or not others):
                return {"window": window.label if window else None, "station": station}, ""
    raise Refused("summary-not-understood", typed=masking.shorten(rest, 40))


def _window(visit: Visit, words: str) -> Window | None:
    named = WORDS.get(words.casefold())
    week = Window.around(WindowKind.WEEK, visit.desk.today)
    return named(week) if named else windows.read(words)


def _station(visit: Visit, words: str) -> str | None:
    """The code of the station that is called so."""
    wanted = words.casefold()
    return next(
        (each.code for each in visit.uow.stations.all() if wanted in (each.code.casefold(), each.name.casefold())), None
    )


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {Kind.SUMMARY_LINE: _line}
