"""Which cases a figure of a summary counts: they are listed, a page at a time, and each can be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.facts import CaseFact
from liaisonbot.figures import Cases, Figures
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards, paging
from liaisonbot.summaries import Summary, SummaryJob
from liaisonbot.texts import Text
from liaisonbot.window_names import named
from liaisonbot.windows import Window

WHICH: Final = "which"
PREFIX: Final = f"{WHICH}:"
PAGE: Final = 8

FIGURES: Final[Mapping[str, Callable[[Figures], Cases]]] = {
    "received": lambda found: found.received,
    "answered": lambda found: found.answered,
    "closed": lambda found: found.closed,
    "open": lambda found: found.open,
    "overdue": lambda found: found.overdue,
    "unassigned": lambda found: found.unassigned,
    "dissatisfied": lambda found: tuple(
        sorted({number for said in found.satisfaction.values() for number in said.dissatisfied})
    ),
    "undelivered": lambda found: found.answered_well_not_delivered,
    "broken": lambda found: found.promises_broken,
    "reopened": lambda found: found.reopened,
    "chased": lambda found: found.chased,
    "business": lambda found: found.business[""],
}
"""Those that can be asked for with a button: what each counts."""


def choice(window: Window, station: int | None) -> Rows:
    """A button for each figure."""
    each = [
        Button(Text.of(f"summary-figure-{key}"), data=f"summary:{WHICH}:{window.label}:{station or 0}:{key}:0")
        for key in FIGURES
    ]
    return cards.in_pairs(each)


def lines(desk: Desk, summary: Summary, job: SummaryJob) -> tuple[Text, ...]:
    """The page of cases: number, what it is about, where it stood, whose it was at the end of the window."""
    key, offset = _asked(job)
    found = tuple(dict.fromkeys(FIGURES[key](summary.figures)))
    page = found[offset : offset + PAGE]
    head = Text.of(
        "summary-which-head",
        figure=Text.of(f"summary-figure-{key}"),
        n=len(found),
        window=named(summary.figures.window),
        place=Text.of("summary-place", name=summary.place) if summary.place else Text.of("summary-all-stations"),
    )
    shown = Text.of("page", first=offset + 1, last=offset + len(page), total=len(found)) if len(found) > PAGE else None
    each = [_line(desk, summary.figures, summary.figures.cases[number]) for number in page]
    return tuple(line for line in (head, *each, shown) if line is not None)


def rows(summary: Summary, job: SummaryJob, window: Window) -> Rows:
    """A button that opens each case of the page; the pages; the other figures."""
    key, offset = _asked(job)
    found = tuple(dict.fromkeys(FIGURES[key](summary.figures)))
    place = job.station_id or 0
    openings = [
        Button(Text.of("button-open-case", case=number), data=f"do:case:{number}")
        for number in found[offset : offset + PAGE]
    ]
    turns = paging.turns(f"summary:{WHICH}:{window.label}:{place}:{key}", offset, PAGE, len(found))
    others = ((Button(Text.of("button-summary-which"), data=f"summary:{WHICH}:{window.label}:{place}"),),)
    return (*cards.in_pairs(openings, 4), *turns, *others)


def _asked(job: SummaryJob) -> tuple[str, int]:
    _, key, offset = job.what.split(":")
    return key, int(offset)


def _line(desk: Desk, figures: Figures, fact: CaseFact) -> Text:
    deputy = figures.names.get(fact.deputy_id or 0)
    return Text.of(
        "summary-case",
        case=fact.number,
        date=desk.working_days.local_day(fact.created_at),
        category=Text.of(f"category-{fact.category}"),
        stage=Text.of(f"stage-{fact.stage}"),
        deputy=deputy,
    )
