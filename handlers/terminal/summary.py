"""``bot.py summary``: the summary that staff get, as text, JSON, workbook, bulletin or chart."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer

from handlers.terminal.files import written_whole
from handlers.terminal.office import NOBODY, Terminal
from liaisonbot import summary_json, summary_words, windows
from liaisonbot.desk import Desk
from liaisonbot.facts import Scope
from liaisonbot.reports import bulletins, summary_charts
from liaisonbot.services import figures
from liaisonbot.summaries import Summary
from liaisonbot.texts import Catalogue, Text, catalogue
from liaisonbot.windows import Window
from storage.unit_of_work import SqlUnitOfWork

_MARKUP: Final = re.compile(r"</?[bi]>")
_BINARY: Final = frozenset({"xlsx", "docx", "png"})


def summary(
    terminal: Terminal,
    *,
    week: str | None,
    since: datetime | None,
    until: datetime | None,
    whose: Mapping[str, str],
    format: str,
    out: Path | None,
    which: bool,
    language: str | None,
) -> None:
    """Write the summary of the week, or from one day to before another; by default of the last week that is over.

    ``whose``: of one ``station`` (its code), ``area`` or ``deputy`` (by name); empty: everybody's.
    """
    if len(whose) > 1:
        raise typer.BadParameter(f"name one of {' and '.join(f'--{each}' for each in whose)}, not both")
    desk = terminal.desk(NOBODY)
    window = _window(desk, week, since, until)
    if format in _BINARY and out is None and sys.stdout.isatty():
        raise typer.BadParameter("a file of that kind is nothing for a terminal; say where it goes with --out FILE")
    told = terminal.read(lambda uow: made(uow, desk, window, whose))
    locale = terminal.settings.locale
    asked = Asked(language or locale.default_language, locale.timezone, which=which, file=out is not None)
    content = WRITTEN[format](told, asked)
    if out is not None:
        with written_whole(out) as unfinished:
            unfinished.write_bytes(content)
        typer.echo(f"written: {out}", err=True)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _window(desk: Desk, week: str | None, since: datetime | None, until: datetime | None) -> Window:
    if week is not None and (since or until):
        raise typer.BadParameter("name a week, or two days, not both")
    if week is None and since is None and until is None:
        return windows.last_week(desk.today)
    window = windows.read(week) if week is not None else _span(since, until)
    if window is None:
        raise typer.BadParameter(
            f"{week!r} is no part of the calendar; write a week like {_last_week(desk)}, or 2026-11, 2026-Q4, 2026"
        )
    if window.first > desk.today:
        raise typer.BadParameter(f"{window.label} has not begun yet; the last week that is over is {_last_week(desk)}")
    return window


def _span(since: datetime | None, until: datetime | None) -> Window:
    if since is None or until is None:
        raise typer.BadParameter("both days are needed: --from the first, --to the day after the last")
    first, last = since.date(), until.date() - timedelta(days=1)
    if last < first:
        raise typer.BadParameter("--to has to be later than --from: it is the day after the last one")
    return Window.span(first, last)


def _last_week(desk: Desk) -> str:
    return windows.last_week(desk.today).label


def made(uow: SqlUnitOfWork, desk: Desk, window: Window, whose: Mapping[str, str]) -> Summary:
    """The summary of the window; ``whose`` as in :func:`summary`. Raises BadParameter where nobody is called so."""
    for kind, name in whose.items():
        scope, called = _SCOPES[kind](uow, name)
        return Summary(figures.of(uow, desk, window, scope), **called)
    return Summary(figures.of(uow, desk, window))


Scoped = tuple[Scope, dict[str, str]]
"""Whose figures, and what a :class:`Summary` calls them."""


def _station(uow: SqlUnitOfWork, code: str) -> Scoped:
    known = uow.stations.by_code(code)
    if known is None:
        raise _unknown("station", code, [each.code for each in uow.stations.all()])
    return Scope(frozenset({known.id})), {"code": known.code, "place": known.name}


def _area(uow: SqlUnitOfWork, name: str) -> Scoped:
    inside = [station.id for station in uow.stations.all() if station.area == name]
    if not inside:
        raise _unknown("area", name, sorted({station.area for station in uow.stations.all() if station.area}))
    return Scope(frozenset(inside)), {"area": name, "place": name}


def _deputy(uow: SqlUnitOfWork, name: str) -> Scoped:
    deputies = (*uow.roster.deputies(), *uow.roster.former_deputies())
    known = next((deputy for deputy in deputies if deputy.name == name), None)
    if known is None:
        raise _unknown("deputy", name, [deputy.name for deputy in uow.roster.deputies()])
    return Scope(deputy_id=known.id), {"deputy": known.name, "place": known.name}


def _unknown(kind: str, name: str, known: Sequence[str]) -> typer.BadParameter:
    shown = ", ".join(known[:_MOST_NAMES]) + (" …" if len(known) > _MOST_NAMES else "")
    return typer.BadParameter(f"there is no {kind} {name!r}; there are: {shown or 'none yet'}")


_MOST_NAMES: Final = 20
_SCOPES: Final[Mapping[str, Callable[[SqlUnitOfWork, str], Scoped]]] = {
    "station": _station,
    "area": _area,
    "deputy": _deputy,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a summary is to be written. ``which``: with the numbers of the cases; ``file``: it goes into one, at whose
    end stands what each figure means.
    """

    language: str
    timezone: str
    which: bool = False
    file: bool = False

    @property
    def words(self) -> Catalogue:
        return catalogue(self.language, self.timezone)


def _text(made: Summary, asked: Asked) -> bytes:
    said = summary_words.text(made.figures, made.place)
    if asked.file:
        said = Text.lines(said, summary_words.definitions())
    return (_MARKUP.sub("", asked.words.plain(said)) + "\n").encode()


def _json(made: Summary, asked: Asked) -> bytes:
    of = {"station": made.code, "area": made.area, "deputy": made.deputy}
    told = summary_json.as_json(made.figures, ZoneInfo(asked.timezone), **of, which=asked.which)
    if asked.file:
        told["definitions"] = summary_json.definitions()
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _png(made: Summary, asked: Asked) -> bytes:
    return summary_charts.draw(made, asked.words)


def _docx(made: Summary, asked: Asked) -> bytes:
    return bulletins.document(made, asked.words)


def _xlsx(made: Summary, asked: Asked) -> bytes:
    from liaisonbot.reports import summary_book  # takes its time; needed by those who want a workbook only

    return summary_book.book(made, asked.words)


WRITTEN: Final[Mapping[str, Callable[[Summary, Asked], bytes]]] = {
    "text": _text,
    "json": _json,
    "xlsx": _xlsx,
    "docx": _docx,
    "png": _png,
}
"""By ``bot.SummaryFormat``."""
