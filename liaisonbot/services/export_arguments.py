"""Arguments that concern exports; see ``arguments``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from liaisonbot import masking, window_names, windows
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.exporting import FORMATS, SUBJECTS
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.windows import Window, WindowKind

Answers = Mapping[str, Any]

ALL: Final = "all"
"""In the place of a window: whatever there is."""
WITH, WITHOUT = "with", "without"
_SUBJECTS: Final[Mapping[str, str]] = {
    **{key: key for key in SUBJECTS},
    **dict.fromkeys(("case", "民情", "案件"), "cases"),
    **dict.fromkeys(("duties", "履职", "履职记录"), "duty"),
    **dict.fromkeys(("poll", "投票"), "polls"),
}
_FORMATS: Final[Mapping[str, str]] = {
    **{key: key for key in FORMATS},
    **dict.fromkeys(("excel", "表格"), "xlsx"),
    "json": "jsonl",
}
_PERSONAL: Final[Mapping[str, str]] = {
    **dict.fromkeys((WITH, "personal", "--personal", "含", "含姓名和电话", "要"), WITH),
    **dict.fromkeys((WITHOUT, "不含", "不要"), WITHOUT),
}
NEAR: Final[Mapping[str, tuple[WindowKind, int]]] = {
    "this-week": (WindowKind.WEEK, 0),
    "last-week": (WindowKind.WEEK, 1),
    "this-month": (WindowKind.MONTH, 0),
    "last-month": (WindowKind.MONTH, 1),
    "this-quarter": (WindowKind.QUARTER, 0),
    "this-year": (WindowKind.YEAR, 0),
}
"""What is offered: which part of the calendar, and how many back."""
_SAID: Final[Mapping[str, str]] = {
    **{name.replace("-", ""): name for name in NEAR},
    **dict.fromkeys(("本周", "这周", "week", "this"), "this-week"),
    **dict.fromkeys(("上周", "last"), "last-week"),
    **dict.fromkeys(("本月", "这个月", "month"), "this-month"),
    **dict.fromkeys(("上月", "上个月"), "last-month"),
    **dict.fromkeys(("本季度", "quarter"), "this-quarter"),
    **dict.fromkeys(("今年", "year"), "this-year"),
}
_EVERYTHING: Final = frozenset({ALL, "everything", "全部", "所有"})


def near(name: str, today: date) -> Window:
    """The window that is called this or last something."""
    kind, back = NEAR[name]
    window = Window.around(kind, today)
    for _ in range(back):
        window = window.previous()
    return window


def _subject(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    found = _SUBJECTS.get(word.casefold())
    if found is None:
        raise Refused("export-no-subject", typed=masking.shorten(word, 40))
    return found, left.strip()


def _window(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """As many of the words as name a window; none where the file's kind comes first, and in a line without any."""
    words = rest.split()
    if not words or words[0].casefold() in {**_FORMATS, **_PERSONAL}:
        return None
    for cut in range(len(words), 0, -1):
        found = _named(visit, "".join(words[:cut]))
        if found is not None:
            return found, " ".join(words[cut:])
    raise Refused("export-no-window", typed=masking.shorten(rest, 40))


def _named(visit: Visit, typed: str) -> str | None:
    plain = typed.casefold()
    if plain in _EVERYTHING:
        return ALL
    window = window_called(plain, visit.desk.today)
    if window is not None and window.first > visit.desk.today:
        raise Refused("export-window-ahead", window=named(window))
    return window.label if window else None


def window_called(typed: str, today: date) -> Window | None:
    """What is called so, without blanks: lastweek, 上个月, 2026-Q3; None: nothing is."""
    plain = typed.casefold()
    return near(_SAID[plain], today) if plain in _SAID else windows.read(plain)


def named(window: Window | None) -> Text:
    """A window as people say it; None: all there is."""
    return window_names.named(window) if window else Text.of("export-all-time")


def _format(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    word, _, left = rest.partition(" ")
    if not rest or word.casefold() in _PERSONAL:
        return None
    found = _FORMATS.get(word.casefold().lstrip("."))
    if found is None:
        raise Refused("export-no-format", typed=masking.shorten(word, 40))
    return found, left.strip()


def _personal(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    found = _PERSONAL.get(rest.casefold().replace(" ", ""))
    if found is None:
        raise Refused("export-no-choice")
    return found, ""


def _offer_windows(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    today = visit.desk.today
    offered = [(Text.of(f"choice-window-{name}"), near(name, today).label) for name in NEAR]
    return [*offered, (Text.of("choice-window-all"), ALL)]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.EXPORT_SUBJECT: _subject,
    Kind.EXPORT_WINDOW: _window,
    Kind.EXPORT_FORMAT: _format,
    Kind.EXPORT_PERSONAL: _personal,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {
    Kind.EXPORT_SUBJECT: lambda visit, command, answers: [(Text.of(f"export-{key}"), key) for key in SUBJECTS],
    Kind.EXPORT_WINDOW: _offer_windows,
    Kind.EXPORT_FORMAT: lambda visit, command, answers: [(Text.of(f"export-{key}"), key) for key in FORMATS],
    Kind.EXPORT_PERSONAL: lambda visit, command, answers: [
        (Text.of("choice-export-without"), WITHOUT),
        (Text.of("choice-export-with"), WITH),
    ],
}
WIDE: Final = frozenset({Kind.EXPORT_SUBJECT, Kind.EXPORT_FORMAT, Kind.EXPORT_PERSONAL})
