"""The first sheet of a summary's workbook: every figure in a line, with the cases it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from liaisonbot import summary_words, window_names
from liaisonbot.figures import AGES, Cases, Figures, Spread
from liaisonbot.reports.summary_sheets import heads, share
from liaisonbot.reports.workbooks import Book, Cell, Sheet
from liaisonbot.summaries import Summary
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Outcome, PledgeState, Stage


def title(summary: Summary) -> Text:
    """Of the workbook."""
    window = window_names.named(summary.figures.window)
    return Text.of("book-title", window=window, place=summary_words.whose(summary.place))


@dataclass(frozen=True, slots=True)
class Line:
    """A figure. ``key``: of its definition; ``which``: the cases it counts, or names."""

    key: str
    value: Cell
    detail: Text | None = None
    which: Cases | Text | None = None


def _received(figures: Figures) -> Iterator[Line]:
    yield Line("received", len(figures.received), which=figures.received)
    yield Line("received_previous", len(figures.received_previous))
    for key, grouped, names in (
        ("by_channel", figures.by_channel, "channel-{}"),
        ("by_kind", figures.by_kind, "kind-{}"),
        ("by_category", figures.by_category, "category-{}"),
    ):
        for name, cases in grouped.items():
            yield Line(key, len(cases), Text.of(names.format(name)), cases)


def _business(figures: Figures) -> Iterator[Line]:
    for tag, cases in figures.business.items():
        yield Line("business_climate", len(cases), Text.of(f"tag-{tag}") if tag else None, cases)


def _handling(figures: Figures) -> Iterator[Line]:
    yield Line("answered", len(figures.answered), which=figures.answered)
    yield Line("answered_on_time", len(figures.answered_on_time), which=figures.answered_on_time)
    yield Line("open_overdue", len(figures.open_overdue), which=figures.open_overdue)
    yield Line("on_time_rate", share(figures.on_time_rate))
    yield from _spread("first_answer_days", figures.first_answer_days)
    yield Line("closed", len(figures.closed), which=figures.closed)
    for outcome in Outcome:
        cases = figures.outcomes.get(outcome, ())
        yield Line("outcomes", len(cases), Text.of(f"summary-outcome-{outcome}"), cases)
    yield from _spread("closing_days", figures.closing_days)
    yield Line("open", len(figures.open), which=figures.open)
    for stage in Stage:
        yield Line("stages", figures.stages[stage], Text.of(f"stage-{stage}"))
    for place, said in enumerate(_classes()):
        cases = tuple(sorted(number for ages in figures.ageing.values() for number in ages[place]))
        yield Line("ageing", len(cases), said, cases)
    yield Line("overdue", len(figures.overdue), which=figures.overdue)
    yield Line("unassigned", len(figures.unassigned), which=figures.unassigned)
    for unit in figures.units:
        yield Line("units", share(unit.rate), Text.of("summary-word", word=unit.name), unit.overdue)


def _spread(key: str, spread: Spread) -> Iterator[Line]:
    yield Line(key, None if spread.median is None else float(spread.median), Text.of("book-median"))
    yield Line(key, spread.p90, Text.of("book-p90"))


def _classes() -> Iterator[Text]:
    youngest = 0
    for oldest in AGES:
        yield Text.of("book-age", first=youngest, last=oldest)
        youngest = oldest + 1
    yield Text.of("book-older", days=AGES[-1])


def _said(figures: Figures) -> Iterator[Line]:
    for part, said in figures.satisfaction.items():
        yield Line("satisfaction", share(said.rate), Text.of(part))
        rated = tuple(sorted((*said.satisfied, *said.fair, *said.dissatisfied)))
        yield Line("satisfaction", said.n, Text.of("book-rated", part=Text.of(part)), rated)
    for level in reversed(Delivery):
        yield Line(
            "delivery", len(figures.delivery[level]), Text.of(f"cell-delivery-{int(level)}"), figures.delivery[level]
        )
    well = figures.answered_well_not_delivered
    yield Line("answered_well_not_delivered", len(well), which=well)
    yield Line("promises", len(figures.promises_due), which=figures.promises_due)
    for state, cases in ((PledgeState.KEPT, figures.promises_kept), (PledgeState.BROKEN, figures.promises_broken)):
        yield Line("promises", len(cases), Text.of(f"promises-{state}"), cases)
    for key, cases in (("reopened", figures.reopened), ("chased", figures.chased), ("urged", figures.urged)):
        yield Line(key, len(cases), which=cases)


def _again(figures: Figures) -> Iterator[Line]:
    for found in figures.gatherings:
        if found.case in figures.kept:
            continue
        words = summary_words.joined([Text.of("summary-word", word=word) for word in found.words])
        yield Line("gatherings", len(found.cases), words, found.cases)


def _duty(figures: Figures) -> Iterator[Line]:
    yield Line("duty", len(figures.duty))
    for key, n in Counter(entry.type for entry in figures.duty).most_common():
        yield Line("duty_by_type", n, Text.of(f"duty-type-{key}"))
    yield Line("duty_late", len(figures.duty_late))
    without = [Text.of("summary-word", word=deputy.name) for deputy in figures.deputies_without]
    yield Line("deputies_without", len(without), which=summary_words.joined(without))


def _projects(figures: Figures) -> Iterator[Line]:
    yield Line("polls", len(figures.polls))
    for phase, found in figures.phases.items():
        yield Line("projects", len(found), Text.of(f"phase-{phase}") if phase else Text.of("summary-reserve"))


LINES: Final[Mapping[str, Callable[[Figures], Iterable[Line]]]] = {
    "received": _received,
    "business": _business,
    "handling": _handling,
    "said": _said,
    "again": _again,
    "duty": _duty,
    "projects": _projects,
}
"""The parts of a summary, as ``summary_words.SECTIONS`` has them."""


@dataclass(slots=True)
class Overview:
    """The first sheet: every figure in a line."""

    book: Book
    summary: Summary
    sheet: Sheet = field(init=False)
    places: dict[str, tuple[Sheet, int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        figures = self.summary.figures
        above = (
            title(self.summary),
            Text.of("summary-days", first=figures.window.first, last=figures.window.last),
            Text.of("summary-so-far", moment=figures.end) if figures.so_far else None,
            Text.of("summary-empty") if figures.empty else None,
        )
        self.sheet = self.book.sheet(
            Text.of("book-sheet-overview"), heads("overview"), above=[line for line in above if line]
        )
        for part, lines in LINES.items():
            for line in lines(figures):
                self._add(Text.of(f"summary-part-{part}"), line)
        self.sheet.filter()
        self.sheet.fit()

    def _add(self, part: Text, line: Line) -> None:
        first = self.places[line.key][1] if line.key in self.places else self.sheet.next
        self.places[line.key] = (self.sheet, first, self.sheet.next)
        which = summary_words.numbers(self.summary.figures, line.which) if isinstance(line.which, tuple) else line.which
        self.sheet.add((part, Text.of(f"figure-{line.key}"), line.detail, line.value, which or None))
