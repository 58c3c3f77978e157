"""The workbook of a summary: its figures, the cases they count, whose they are, and what each figure means.

Every sheet says what ``figures.Figures`` says, in the reader's language; nothing that a constituent wrote is in it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from liaisonbot import duty, figure_rows, summary_words, window_names
from liaisonbot.definitions import DEFINITIONS
from liaisonbot.facts import CaseFact
from liaisonbot.figure_rows import FigureRow
from liaisonbot.figures import AGES, PARTS, Cases, Figures, Spread
from liaisonbot.reports.charts import COLOURS
from liaisonbot.reports.workbooks import Book, Cell, Month, Share, Sheet, Until, writing
from liaisonbot.summaries import Summary, unpacked
from liaisonbot.texts import Catalogue, Text
from liaisonbot.vocabulary import Delivery, Outcome, PledgeState, Rating, Stage

MAKER: Final = "summary-book"
MOST_DAYS: Final = 62
"""Of a longer window the months are told one by one, not the days."""
_DAY: Final = timedelta(days=1)
_CHART: Final = {"width": 560, "height": 290}


def made(kept: bytes, say: Catalogue) -> bytes:
    """The bytes of an .xlsx of what ``summaries.packed`` kept."""
    return book(unpacked(kept), say)


def book(summary: Summary, say: Catalogue) -> bytes:
    """The bytes of an .xlsx. Takes its time: never inside a unit of work."""
    written = io.BytesIO()
    with writing(written, say, _title(summary)) as open_book:
        overview = _Overview(open_book, summary)
        places: dict[str, tuple[Sheet, int, int]] = dict(overview.places)
        for made_sheet in SHEETS:
            places |= made_sheet(open_book, summary.figures)
        if not summary.figures.empty:
            _charts(open_book, overview.sheet, summary.figures, places)
    return written.getvalue()


def _title(summary: Summary) -> Text:
    return Text.of("book-title", window=window_names.named(summary.figures.window), place=_whose(summary))


def _whose(summary: Summary) -> Text:
    return Text.of("summary-place", name=summary.place) if summary.place else Text.of("summary-all-stations")


Places = Mapping[str, tuple[Sheet, int, int]]
"""What charts are drawn from: the sheet, the first and the last row."""


# --- overview ---------------------------------------------------------------------------------------------------------


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
    yield Line("on_time_rate", _share(figures.on_time_rate))
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
        yield Line("satisfaction", _share(said.rate), Text.of(part))
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
class _Overview:
    """The first sheet: every figure in a line."""

    book: Book
    summary: Summary
    sheet: Sheet = field(init=False)
    places: dict[str, tuple[Sheet, int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        figures = self.summary.figures
        above = (
            _title(self.summary),
            Text.of("summary-days", first=figures.window.first, last=figures.window.last),
            Text.of("summary-so-far", moment=figures.end) if figures.so_far else None,
            Text.of("summary-empty") if figures.empty else None,
        )
        self.sheet = self.book.sheet(
            Text.of("book-sheet-overview"), _heads("overview"), above=[line for line in above if line]
        )
        for part, lines in LINES.items():
            for line in lines(figures):
                self._add(Text.of(f"summary-part-{part}"), line)
        self.sheet.filter()
        self.sheet.fit()

    def _add(self, part: Text, line: Line) -> None:
        first = self.places[line.key][1] if line.key in self.places else self.sheet.next
        self.places[line.key] = (self.sheet, first, self.sheet.next)
        which = summary_words.numbers(line.which) if isinstance(line.which, tuple) else line.which
        self.sheet.add((part, Text.of(f"figure-{line.key}"), line.detail, line.value, which or None))


def _share(rate: float | None) -> Share | None:
    return None if rate is None else Share(rate)


def _heads(sheet: str) -> list[Text]:
    names = (f"{sheet}-{column}" for column in COLUMNS[sheet])
    return [Text.of(f"book-{name}") for name in names]


# --- day by day -------------------------------------------------------------------------------------------------------


def _days(book: Book, figures: Figures) -> Places:
    """Received, answered, closed: per day, or per month."""
    sheet = book.sheet(Text.of("book-sheet-days"), _heads("days"))
    counted = [_per_step(figures, of, book.say.zone) for of in _MOMENTS]
    first = sheet.next
    for step in _steps(figures, book.say.zone):
        sheet.add((Month(step) if _by_month(figures) else step, *(each[step] for each in counted)))
    place = (sheet, first, sheet.next - 1)
    sheet.filter()
    sheet.add(
        (Text.of("book-total"), len(figures.received), len(figures.answered), len(figures.closed)),
        total=True,
    )
    sheet.fit()
    return {"days": place}


_MOMENTS: Final[tuple[Callable[[Figures], Iterable[datetime | None]], ...]] = (
    lambda figures: (figures.cases[number].created_at for number in figures.received),
    lambda figures: (figures.cases[number].first_replied_at for number in figures.answered),
    lambda figures: (figures.cases[number].closed_at for number in figures.closed),
)


def _by_month(figures: Figures) -> bool:
    return (figures.window.last - figures.window.first).days >= MOST_DAYS


def _per_step(figures: Figures, of: Callable[[Figures], Iterable[datetime | None]], zone: tzinfo) -> Counter[date]:
    days = (moment.astimezone(zone).date() for moment in of(figures) if moment is not None)
    return Counter(day.replace(day=1) if _by_month(figures) else day for day in days)


def _steps(figures: Figures, zone: tzinfo) -> list[date]:
    """The days, or the firsts of the months, up to now."""
    first = figures.window.first
    last = min(figures.window.last, (figures.end - timedelta(microseconds=1)).astimezone(zone).date())
    every = [first + place * _DAY for place in range((last - first).days + 1)]
    return list(dict.fromkeys(day.replace(day=1) for day in every)) if _by_month(figures) else every


# --- cases ------------------------------------------------------------------------------------------------------------

_CASES: Final[Mapping[str, Callable[[Figures, CaseFact], Cell]]] = {
    "number": lambda figures, fact: fact.number,
    "created_at": lambda figures, fact: fact.created_at,
    "kind": lambda figures, fact: Text.of(f"kind-{fact.kind}"),
    "category": lambda figures, fact: Text.of(f"category-{fact.category}"),
    "tags": lambda figures, fact: summary_words.joined([Text.of(f"tag-{tag}") for tag in fact.tags]),
    "station": lambda figures, fact: _station(figures, fact.station_id),
    "deputy": lambda figures, fact: figures.names.get(fact.deputy_id or 0),
    "stage": lambda figures, fact: Text.of(f"stage-{fact.stage}"),
    "since": lambda figures, fact: fact.stage_since,
    "outcome": lambda figures, fact: Text.of(f"summary-outcome-{fact.outcome}") if fact.outcome else None,
    "due_at": lambda figures, fact: Until(fact.due_at) if fact.due_at else None,
    "reply_due_at": lambda figures, fact: Until(fact.reply_due_at) if fact.reply_due_at else None,
    "first_replied_at": lambda figures, fact: fact.first_replied_at,
    "days_to_answer": lambda figures, fact: figures.days_to_answer.get(fact.number),
    "reply_class": lambda figures, fact: Text.of(f"class-{fact.reply_class}") if fact.reply_class else None,
    "promise_date": lambda figures, fact: fact.promise_date,
    "attitude": lambda figures, fact: _rating(fact.attitude),
    "result": lambda figures, fact: _rating(fact.result),
    "closed_at": lambda figures, fact: fact.closed_at,
    "days_to_close": lambda figures, fact: figures.days_to_close.get(fact.number),
}
_MARKED: Final = ("received", "answered", "answered_on_time", "closed", "overdue", "open_overdue", "reopened")
"""Figures of which the sheet says whether a case is counted in them."""


def _cases(book: Book, figures: Figures) -> Places:
    marks = [frozenset(getattr(figures, name)) for name in _MARKED]
    heads = [*_heads("cases"), *(Text.of(f"figure-{name}") for name in _MARKED)]
    sheet = book.sheet(Text.of("book-sheet-cases"), heads)
    for number in sorted(figures.cases):
        fact = figures.cases[number]
        sheet.add((*(of(figures, fact) for of in _CASES.values()), *(number in counted for counted in marks)))
    sheet.filter()
    sheet.fit()
    return {}


def _station(figures: Figures, station_id: int | None) -> str | None:
    return next((station.name for station in figures.stations if station.id == station_id), None)


def _rating(rating: int | None) -> Text | None:
    return Text.of(f"rating-{int(rating)}") if rating else None


# --- stations and deputies --------------------------------------------------------------------------------------------


def _row_heads() -> list[Text]:
    said = [Text.of(key, part=Text.of(part)) for part in PARTS for key in ("book-rate", "book-rated")]
    before = ("received", "answered", "answered_on_time", "open_overdue", "on_time_rate", "closed", "open", "overdue")
    return [*map(_figure, before), *said, _figure("duty"), _figure("duty_late")]


def _row(row: FigureRow) -> tuple[Cell, ...]:
    counted = (row.received, row.answered, row.answered_on_time, row.open_overdue)
    stand = (row.closed, row.open, row.overdue)
    said = (cell for part in PARTS for cell in (_share(row.satisfaction[part].rate), row.satisfaction[part].n))
    rate = _share(row.on_time_rate)
    return (*map(len, counted), rate, *map(len, stand), *said, len(row.duty), len(row.duty_late))


def _figure(key: str) -> Text:
    return Text.of(f"figure-{key}")


def _stations(book: Book, figures: Figures) -> Places:
    sheet = book.sheet(Text.of("book-sheet-stations"), [*_heads("stations"), *_row_heads()])
    known = {station.id: station for station in figures.stations}
    for row in figure_rows.by_station(figures):
        station = known.get(row.id or figure_rows.NOBODY)
        name = station.name if station else Text.of("book-no-station")
        sheet.add((name, station.code if station else None, *_row(row)))
    return _summed(sheet, figures, (Text.of("book-total"), None))


def _deputies(book: Book, figures: Figures) -> Places:
    """``without``: neither an entry of the window nor one filed late."""
    heads = [*_heads("deputies"), *_row_heads(), _figure("deputies_without")]
    sheet = book.sheet(Text.of("book-sheet-deputies"), heads)
    stations = {deputy.id: deputy.station_ids for deputy in figures.deputies}
    without = {deputy.id for deputy in figures.deputies_without}
    for row in figure_rows.by_deputy(figures):
        name = figures.names.get(row.id or figure_rows.NOBODY) or Text.of("book-no-deputy")
        own = [station.name for station in figures.stations if station.id in stations.get(row.id or 0, ())]
        sheet.add((name, ", ".join(own) or None, *_row(row), row.id in without))
    return _summed(sheet, figures, (Text.of("book-total"), None))


def _summed(sheet: Sheet, figures: Figures, names: tuple[Cell, ...]) -> Places:
    sheet.filter()
    sheet.add((*names, *_row(figure_rows.whole(figures))), total=True)
    sheet.fit()
    return {}


# --- what people say --------------------------------------------------------------------------------------------------

_LEVELS: Final = (("satisfied", Rating.SATISFIED), ("fair", Rating.FAIR), ("dissatisfied", Rating.DISSATISFIED))


def _satisfaction(book: Book, figures: Figures) -> Places:
    """Both rates with how many rated; below them every case that was rated or asked about."""
    heads = _heads("satisfaction")
    sheet = book.sheet(Text.of("book-sheet-satisfaction"), heads)
    first = sheet.next
    for part, said in figures.satisfaction.items():
        levels = (len(getattr(said, name)) for name, _ in _LEVELS)
        sheet.add((Text.of(part), *levels, said.n, _share(said.rate)))
    place = (sheet, first, sheet.next - 1)
    sheet.headings(_heads("rated"))
    given = {part: _given(figures, part) for part in PARTS}
    checks: dict[int, list[Delivery]] = {}
    for level, cases in figures.delivery.items():
        for number in cases:
            checks.setdefault(number, []).append(level)
    for number in sorted({*checks, *given["attitude"], *given["result"]}):
        answers = [Text.of(f"cell-delivery-{int(level)}") for level in sorted(checks.get(number, ()))]
        sheet.add(
            (
                *_whose_case(figures, number),
                *(_rating(given[part].get(number)) for part in PARTS),
                summary_words.joined(answers),
                number in figures.answered_well_not_delivered,
            )
        )
    sheet.filter()
    sheet.fit()
    return {"satisfaction": place}


def _given(figures: Figures, part: str) -> dict[int, int]:
    """The rating given for each case in the window: its number → the level."""
    said = figures.satisfaction[part]
    return {number: level for name, level in _LEVELS for number in getattr(said, name)}


def _whose_case(figures: Figures, number: int) -> tuple[Cell, Cell, Cell]:
    fact = figures.cases[number]
    return number, _station(figures, fact.station_id), figures.names.get(fact.deputy_id or 0)


def _promises(book: Book, figures: Figures) -> Places:
    """Those that were due, and below them those that stood open at the end for another day."""
    sheet = book.sheet(Text.of("book-sheet-promises"), _heads("promises"))
    due = {(promise.case, promise.day) for promise in figures.promises}
    rows = [
        (promise.day, promise.case, PledgeState.KEPT if promise.kept else PledgeState.BROKEN, True)
        for promise in figures.promises
    ]
    for number in figures.open:
        day = figures.cases[number].promise_date
        if day is not None and (number, day) not in due:
            passed = number in figures.overdue
            rows.append((day, number, PledgeState.OVERDUE if passed else PledgeState.DUE, False))
    for day, number, state, counted in sorted(rows):
        sheet.add((day, *_whose_case(figures, number), Text.of(f"promises-{state}"), counted))
    sheet.filter()
    sheet.fit()
    return {}


# --- duty, polls ------------------------------------------------------------------------------------------------------


def _duty_entries(book: Book, figures: Figures) -> Places:
    sheet = book.sheet(Text.of("book-sheet-duty"), _heads("duty"))
    late = {entry.id for entry in figures.duty_late}
    for entry in sorted((*figures.duty, *figures.duty_late), key=lambda entry: (entry.day, entry.deputy, entry.id)):
        sheet.add(
            (
                entry.day,
                entry.deputy,
                _station(figures, entry.station_id),
                Text.of(f"duty-group-{duty.TYPES[entry.type].group}") if entry.type in duty.TYPES else None,
                Text.of(f"duty-type-{entry.type}"),
                None if entry.minutes is None else entry.minutes / 60,
                entry.filed_at,
                Text.of(f"duty-state-{entry.state}"),
                entry.id in late,
            )
        )
    sheet.filter()
    sheet.fit()
    return {}


def _polls(book: Book, figures: Figures) -> Places:
    sheet = book.sheet(Text.of("book-sheet-polls"), _heads("polls"))
    for poll in figures.polls:
        sheet.add(
            (
                f"P{poll.number}",
                poll.question,
                Text.of(f"cell-poll-{poll.kind}"),
                Text.of(f"cell-poll-{poll.status}"),
                poll.voters,
                poll.sealed,
                poll.opened_at,
                poll.closes_at,
                poll.closed_at,
            )
        )
    sheet.filter()
    sheet.fit()
    return {}


def _definitions(book: Book, figures: Figures) -> Places:
    """What each figure counts, and how."""
    sheet = book.sheet(Text.of("book-sheet-definitions"), _heads("definitions"))
    for key in DEFINITIONS:
        sheet.add((_figure(key), Text.of(f"figure-counts-{key}"), Text.of(f"figure-how-{key}")))
    sheet.fit()
    return {}


COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "overview": ("part", "figure", "detail", "value", "which"),
    "days": ("day", "received", "answered", "closed"),
    "cases": tuple(_CASES),
    "stations": ("station", "code"),
    "deputies": ("deputy", "stations"),
    "satisfaction": ("part", "satisfied", "fair", "dissatisfied", "n", "rate"),
    "rated": ("case", "station", "deputy", "attitude", "result", "delivery", "failed"),
    "promises": ("day", "case", "station", "deputy", "state", "due"),
    "duty": ("day", "deputy", "station", "group", "type", "hours", "filed_at", "state", "late"),
    "polls": ("number", "question", "kind", "status", "voters", "sealed", "opened_at", "closes_at", "closed_at"),
    "definitions": ("figure", "counts", "how"),
}
"""The headings of each table; figures that stand in a column of their own come behind them."""
SHEETS: Final[Sequence[Callable[[Book, Figures], Places]]] = (
    _days,
    _cases,
    _stations,
    _deputies,
    _satisfaction,
    _promises,
    _duty_entries,
    _polls,
    _definitions,
)
"""Those that follow the overview, in their order."""


# --- charts -----------------------------------------------------------------------------------------------------------


def _charts(book: Book, overview: Sheet, figures: Figures, places: Places) -> None:
    """Beside the overview's table: received and closed, open cases by stage, satisfaction."""
    column = len(COLUMNS["overview"]) + 1
    drawn = (_received_chart(book, figures, places), _stages_chart(book, figures, places))
    for place, chart in enumerate((*drawn, _satisfaction_chart(book, figures, places))):
        chart.set_size(_CHART)
        overview.put(chart, overview.top + 1 + place * 16, column)


def _received_chart(book: Book, figures: Figures, places: Places) -> Any:
    sheet, first, last = places["days"]
    steps = _steps(figures, book.say.zone)
    days = [step.isoformat() for step in steps]
    chart = book.chart("column")
    for place, name, colour in ((0, "received", "first"), (2, "closed", "second")):
        counted = _per_step(figures, _MOMENTS[place], book.say.zone)
        chart.add_series(
            {
                "name": book.say.plain(_figure(name)),
                "categories": [sheet.name, first, 0, last, 0],
                "categories_data": days,
                "values": [sheet.name, first, place + 1, last, place + 1],
                "values_data": [counted[step] for step in steps],
                "fill": {"color": COLOURS[colour]},
                "gap": 60,
            }
        )
    chart.set_title(_heading(book, Text.of("book-chart-received")))
    chart.set_x_axis({"num_format": "yyyy-mm" if _by_month(figures) else "m-d", "text_axis": True})
    chart.set_y_axis({"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": COLOURS["faint"]}}})
    chart.set_legend({"position": "bottom"})
    return chart


def _stages_chart(book: Book, figures: Figures, places: Places) -> Any:
    sheet, first, _ = places["stages"]
    stages = [stage for stage in Stage if stage is not Stage.CLOSED]
    chart = book.chart("bar")
    chart.add_series(
        {
            "name": book.say.plain(_figure("open")),
            "categories": [sheet.name, first, 2, first + len(stages) - 1, 2],
            "categories_data": [book.say.plain(Text.of(f"stage-{stage}")) for stage in stages],
            "values": [sheet.name, first, 3, first + len(stages) - 1, 3],
            "values_data": [figures.stages[stage] for stage in stages],
            "fill": {"color": COLOURS["first"]},
            "data_labels": {"value": True},
            "gap": 50,
        }
    )
    chart.set_title(_heading(book, Text.of("book-chart-stages")))
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "0", "visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_legend({"none": True})
    return chart


def _satisfaction_chart(book: Book, figures: Figures, places: Places) -> Any:
    """In hundredths of those who rated, the numbers written on it."""
    sheet, first, last = places["satisfaction"]
    chart = book.chart("bar", "percent_stacked")
    for column, ((name, rating), colour) in enumerate(zip(_LEVELS, ("first", "third", "second"), strict=True), start=1):
        chart.add_series(
            {
                "name": book.say.plain(Text.of(f"rating-{int(rating)}")),
                "categories": [sheet.name, first, 0, last, 0],
                "categories_data": [book.say.plain(Text.of(part)) for part in PARTS],
                "values": [sheet.name, first, column, last, column],
                "values_data": [len(getattr(figures.satisfaction[part], name)) for part in PARTS],
                "fill": {"color": COLOURS[colour]},
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",  # no nought in the midst of nothing
                    "font": {"color": "#FFFFFF" if colour == "first" else COLOURS["ink"], "bold": True},
                },
                "gap": 50,
            }
        )
    chart.set_title(_heading(book, Text.of("book-chart-satisfaction")))
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "bottom"})
    return chart


def _heading(book: Book, words: Text) -> dict[str, Any]:
    return {"name": book.say.plain(words), "name_font": {"size": 12}, "overlay": False}
