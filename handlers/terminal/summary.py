"""``bot.py summary``: the summary that staff get, as text, JSON, workbook, bulletin or chart."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer

from handlers.terminal.files import written_whole
from handlers.terminal.office import NOBODY, Terminal
from liaisonbot import summary_words, windows
from liaisonbot.desk import Desk
from liaisonbot.figures import Scope
from liaisonbot.reports import bulletins, summary_charts
from liaisonbot.services import figures
from liaisonbot.summaries import Summary
from liaisonbot.summary_json import as_json
from liaisonbot.texts import catalogue
from liaisonbot.windows import Window, WindowKind
from storage.unit_of_work import SqlUnitOfWork

_MARKUP: Final = re.compile(r"</?[bi]>")
_BINARY: Final = frozenset({"xlsx", "docx", "png"})


def summary(
    terminal: Terminal,
    *,
    week: str | None,
    since: datetime | None,
    until: datetime | None,
    station: str | None,
    format: str,
    out: Path | None,
    which: bool,
    language: str | None,
) -> None:
    """Write the summary of the week, or from one day to before another; by default of the last week that is over."""
    desk = terminal.desk(NOBODY)
    window = _window(desk, week, since, until)
    if format in _BINARY and out is None and sys.stdout.isatty():
        raise typer.BadParameter("a file of that kind is nothing for a terminal; say where it goes with --out FILE")
    made = terminal.read(lambda uow: _made(uow, desk, window, station))
    spoken = language or terminal.settings.locale.default_language
    content = _WRITTEN[format](made, spoken, terminal.settings.locale.timezone, which)
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
        return Window.around(WindowKind.WEEK, desk.today).previous()
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
    return Window.around(WindowKind.WEEK, desk.today).previous().label


def _made(uow: SqlUnitOfWork, desk: Desk, window: Window, station: str | None) -> Summary:
    if station is None:
        return Summary(figures.of(uow, desk, window))
    known = uow.stations.by_code(station)
    if known is None:
        codes = ", ".join(each.code for each in uow.stations.all()) or "none yet"
        raise typer.BadParameter(f"there is no station {station!r}; there are: {codes}")
    return Summary(figures.of(uow, desk, window, Scope(frozenset({known.id}))), known.code, known.name)


def _text(made: Summary, language: str, timezone: str, which: bool) -> bytes:
    said = catalogue(language, timezone).plain(summary_words.text(made.figures, made.place))
    return (_MARKUP.sub("", said) + "\n").encode()


def _json(made: Summary, language: str, timezone: str, which: bool) -> bytes:
    told = as_json(made.figures, ZoneInfo(timezone), station=made.code, which=which)
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _png(made: Summary, language: str, timezone: str, which: bool) -> bytes:
    return summary_charts.draw(made, catalogue(language, timezone))


def _docx(made: Summary, language: str, timezone: str, which: bool) -> bytes:
    return bulletins.document(made, catalogue(language, timezone))


def _xlsx(made: Summary, language: str, timezone: str, which: bool) -> bytes:
    from liaisonbot.reports import summary_book  # takes its time; needed by those who want a workbook only

    return summary_book.book(made, catalogue(language, timezone))


_WRITTEN: Final[Mapping[str, Callable[[Summary, str, str, bool], bytes]]] = {
    "text": _text,
    "json": _json,
    "xlsx": _xlsx,
    "docx": _docx,
    "png": _png,
}
