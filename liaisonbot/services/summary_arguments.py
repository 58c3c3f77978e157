"""What stands behind ``/summary``; see ``arguments``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import masking, windows
from liaisonbot.commands import Kind
from liaisonbot.errors import Refused
from liaisonbot.services import summary_days, summary_whose
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import EVERYBODYS
from liaisonbot.windows import Window, WindowKind

Answers = Mapping[str, Any]

_THIS: Final[Mapping[WindowKind, tuple[str, ...]]] = {
    WindowKind.WEEK: ("this", "this week", "本周", "这周"),
    WindowKind.MONTH: ("this month", "本月", "这个月"),
    WindowKind.QUARTER: ("this quarter", "本季度"),
    WindowKind.YEAR: ("this year", "今年"),
}
_LAST: Final[Mapping[WindowKind, tuple[str, ...]]] = {
    WindowKind.WEEK: ("last", "last week", "上周"),
    WindowKind.MONTH: ("last month", "上月", "上个月"),
    WindowKind.QUARTER: ("last quarter", "上季度"),
    WindowKind.YEAR: ("last year", "去年"),
}
"""Parts of the calendar as people call them."""


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``/summary``: a part of the calendar, whose figures (a station, an area, a deputy), in any order.

    Or a wish about the days on which it comes by itself.
    """
    words = rest.split()
    if not words:
        return None
    if wish := summary_days.read(rest):
        return {"wish": wish}, ""
    for cut in range(len(words), -1, -1):
        for part, others in ((words[:cut], words[cut:]), (words[-cut:] if cut else [], words[: len(words) - cut])):
            window = _window(visit, " ".join(part)) if part else None
            whose = summary_whose.called(visit, " ".join(others)) if others else EVERYBODYS
            if (window or not part) and whose:
                return {"window": window.label if window else None, "whose": whose.data}, ""
    raise Refused("summary-not-understood", typed=masking.shorten(rest, 40))


def _window(visit: Visit, words: str) -> Window | None:
    wanted = words.casefold()
    for kind in _THIS:
        if wanted in _THIS[kind]:
            return Window.around(kind, visit.desk.today)
        if wanted in _LAST[kind]:
            return Window.around(kind, visit.desk.today).previous()
    return windows.read(words)


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {Kind.SUMMARY_LINE: _line}
