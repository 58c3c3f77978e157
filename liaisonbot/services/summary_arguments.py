"""What stands behind ``/summary``; see ``arguments``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from liaisonbot import masking, windows
from liaisonbot.commands import Kind
from liaisonbot.errors import Refused
from liaisonbot.services import cards, summary_days, summary_whose, summary_wishes
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import CHAT, EVERYBODYS
from liaisonbot.windows import Window, WindowKind

Answers = Mapping[str, Any]

_THIS: Final[Mapping[WindowKind, tuple[str, ...]]] = {
    WindowKind.WEEK: ("this", "this week", "本周", "这周"),
    WindowKind.MONTH: ("this month", "本月", "这个月"),
    WindowKind.QUARTER: ("this quarter", "本季度"),
    WindowKind.TWO_MONTHS: ("these two months", "这两个月"),
    WindowKind.YEAR: ("this year", "今年", "本年"),
}
_LAST: Final[Mapping[WindowKind, tuple[str, ...]]] = {
    WindowKind.WEEK: ("last", "last week", "上周"),
    WindowKind.MONTH: ("last month", "上月", "上个月"),
    WindowKind.TWO_MONTHS: ("last two months", "上两个月", "前两个月"),
    WindowKind.QUARTER: ("last quarter", "上季度", "上个季度"),
    WindowKind.YEAR: ("last year", "去年", "上年"),
}
"""Parts of the calendar as people call them."""


FORMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("text", "chart", "png", "文字", "图", "图表"), CHAT),
    **dict.fromkeys(("xlsx", "xls", "excel", "workbook", "数据表", "表格"), "xlsx"),
    **dict.fromkeys(("docx", "doc", "word", "bulletin", "通报", "情况通报"), "docx"),
}
"""In which form: ``SummaryJob.what`` by what people call it."""
_NO_FORMS: Final = frozenset({"pdf", "csv", "json", "jsonl", "txt", "html", "ppt", "pptx", "md", "ods", "odt"})
"""Forms of which there is none."""


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``/summary``: a part of the calendar, a station, an area or a deputy, a kind of file; all, some or none, in any
    order. Or a wish about the days on which it comes by itself.
    """
    if not rest.strip():
        return None
    wish = summary_wishes.read(rest)
    if wish is not None and summary_whose.called(visit, rest.strip()) is None:  # a station's code may be SUN
        return {"wish": wish}, ""
    what, words = _file_in(visit, rest.split())
    if not words:
        return {"what": what}, ""
    for part, others in _cuts(words):
        window = _window(visit, part) if part else None
        whose = summary_whose.called(visit, others) if others else EVERYBODYS
        if (window or not part) and whose:
            return {"window": window.label if window else None, "whose": whose.data, "what": what}, ""
    raise _refusal(visit, words)


def _file_in(visit: Visit, words: Sequence[str]) -> tuple[str, list[str]]:
    """The form that one of the words names, and the other words."""
    plain = [word.casefold().removeprefix(".") for word in words]
    if unknown := next((word for word in plain if word in _NO_FORMS), None):
        raise Refused("summary-no-format", typed=unknown, last=summary_days.last_week(visit.desk).label)
    named = [FORMS[word] for word in plain if word in FORMS]
    return (named or [CHAT])[0], [word for word, asked in zip(words, plain, strict=True) if asked not in FORMS]


def _cuts(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What may be the window, and what the station: the words in front or at the end, the most first."""
    for cut in range(len(words), -1, -1):
        yield " ".join(words[:cut]), " ".join(words[cut:])
        if 0 < cut < len(words):
            yield " ".join(words[-cut:]), " ".join(words[:-cut])


def _refusal(visit: Visit, words: Sequence[str]) -> Refused:
    """What of it cannot be. A station that is not theirs is answered like one that does not exist."""
    last, own = summary_days.last_week(visit.desk).label, summary_whose.stations(visit.uow, visit.actor)
    names = cards.names([f"{station.code} {station.name}" for station in own])
    typed = masking.shorten(" ".join(words), 40)
    for part, others in _cuts(words):
        if part and windows.looks_like_one(part) and windows.read(part) is None:
            return Refused("summary-no-such-window", typed=masking.shorten(part, 40), last=last)
        if part and others and _window(visit, part):
            return Refused("summary-no-station", typed=masking.shorten(others, 40), stations=names)
    return Refused("summary-not-understood", typed=typed, last=last, stations=names)


def _window(visit: Visit, words: str) -> Window | None:
    wanted = words.casefold()
    for kind in _THIS:
        if wanted in _THIS[kind]:
            return Window.around(kind, visit.desk.today)
        if wanted in _LAST[kind]:
            return Window.around(kind, visit.desk.today).previous()
    return windows.read(words) or _without_year(words, visit.desk.today)


def _without_year(words: str, today: date) -> Window | None:
    """``W47``, ``47周``, ``11月``, ``Q4``: the last one that has begun."""
    if words.isdecimal():
        return None
    spelled = (f"{year}{between}{words}" for year in (today.year, today.year - 1) for between in ("", "年", "年第"))
    found = (windows.read(each) for each in spelled)
    return next((window for window in found if window is not None and window.first <= today), None)


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {Kind.SUMMARY_LINE: _line}
