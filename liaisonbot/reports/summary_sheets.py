"""The sheets of a summary's workbook that follow the overview: a table each, and what each figure means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from liaisonbot import duty, figure_rows, summary_words
from liaisonbot.definitions import DEFINITIONS
from liaisonbot.facts import CaseFact
from liaisonbot.figure_rows import FigureRow
from liaisonbot.figures import PARTS, Figures
from liaisonbot.reports.workbooks import Book, Cell, Month, Share, Sheet, Until
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, PledgeState, Rating

MOST_DAYS: Final = 62
"""Of a longer window the months are told one by one, not the days."""
_DAY: Final = timedelta(days=1)
Places = Mapping[str, tuple[Sheet, int, int]]
"""What charts are drawn from: the sheet, the first and the last row."""


def figure(key: str) -> Text:
    """Its name."""
    return Text.of(f"figure-{key}")


def heads(sheet: str) -> list[Text]:
    """Of the columns of that sheet."""
    names = (f"{sheet}-{column}" for column in COLUMNS[sheet])
    return [Text.of(f"book-{name}") for name in names]


def share(rate: float | None) -> Share | None:
    return None if rate is None else Share(rate)


# --- day by day -------------------------------------------------------------------------------------------------------


def _days(book: Book, figures: Figures) -> Places:
    """Received, answered, closed: per day, or per month."""
    sheet = book.sheet(Text.of("book-sheet-days"), heads("days"))
    counted = [per_step(figures, of, book.say.zone) for of in MOMENTS]
    first = sheet.next
    for step in steps(figures, book.say.zone):
        sheet.add((Month(step) if by_month(figures) else step, *(each[step] for each in counted)))
    place = (sheet, first, sheet.next - 1)
    sheet.filter()
    sheet.add(
        (Text.of("book-total"), len(figures.received), len(figures.answered), len(figures.closed)),
        total=True,
    )
    sheet.fit()
    return {"days": place}


MOMENTS: Final[tuple[Callable[[Figures], Iterable[datetime | None]], ...]] = (
    lambda figures: (figures.cases[number].created_at for number in figures.received),
    lambda figures: (figures.cases[number].first_replied_at for number in figures.answered),
    lambda figures: (figures.cases[number].closed_at for number in figures.closed),
)


def by_month(figures: Figures) -> bool:
    return (figures.window.last - figures.window.first).days >= MOST_DAYS


def per_step(figures: Figures, of: Callable[[Figures], Iterable[datetime | None]], zone: tzinfo) -> Counter[date]:
    days = (moment.astimezone(zone).date() for moment in of(figures) if moment is not None)
    return Counter(day.replace(day=1) if by_month(figures) else day for day in days)


def steps(figures: Figures, zone: tzinfo) -> list[date]:
    """The days, or the firsts of the months, up to now."""
    first = figures.window.first
    last = min(figures.window.last, (figures.end - timedelta(microseconds=1)).astimezone(zone).date())
    every = [first + place * _DAY for place in range((last - first).days + 1)]
    return list(dict.fromkeys(day.replace(day=1) for day in every)) if by_month(figures) else every


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
    columns = [*heads("cases"), *map(figure, _MARKED)]
    sheet = book.sheet(Text.of("book-sheet-cases"), columns)
    for number in sorted(figures.named(tuple(figures.cases))):
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
    return [*map(figure, before), *said, figure("duty"), figure("duty_late")]


def _row(row: FigureRow) -> tuple[Cell, ...]:
    counted = (row.received, row.answered, row.answered_on_time, row.open_overdue)
    stand = (row.closed, row.open, row.overdue)
    said = (cell for part in PARTS for cell in (share(row.satisfaction[part].rate), row.satisfaction[part].n))
    rate = share(row.on_time_rate)
    return (*map(len, counted), rate, *map(len, stand), *said, len(row.duty), len(row.duty_late))


def _stations(book: Book, figures: Figures) -> Places:
    sheet = book.sheet(Text.of("book-sheet-stations"), [*heads("stations"), *_row_heads()])
    known = {station.id: station for station in figures.stations}
    for row in figure_rows.by_station(figures):
        station = known.get(row.id or figure_rows.NOBODY)
        name = station.name if station else Text.of("book-no-station")
        sheet.add((name, station.code if station else None, *_row(row)))
    return _summed(sheet, figures, (Text.of("book-total"), None))


def _deputies(book: Book, figures: Figures) -> Places:
    """``without``: neither an entry of the window nor one filed late."""
    columns = [*heads("deputies"), *_row_heads(), figure("deputies_without")]
    sheet = book.sheet(Text.of("book-sheet-deputies"), columns)
    stations = {deputy.id: deputy.station_ids for deputy in figures.deputies}
    without = {deputy.id for deputy in figures.deputies_without}
    for row in figure_rows.by_deputy(figures):
        name = figures.names.get(row.id or figure_rows.NOBODY) or Text.of("book-no-deputy")
        own = [station.name for station in figures.stations if station.id in stations.get(row.id or 0, ())]
        sheet.add((name, ", ".join(own) or None, *_row(row), row.id in without))
    return _summed(sheet, figures, (Text.of("book-total"), None))


def _units(book: Book, figures: Figures) -> Places:
    """The handling units, those below the minimum marked."""
    sheet = book.sheet(Text.of("book-sheet-units"), heads("units"))
    low = {unit.id for unit in figures.units_below}
    for unit in figures.units:
        counted = (unit.handed, unit.finished, unit.on_time, unit.overdue)
        sheet.add((unit.name, *map(len, counted), share(unit.rate), unit.id in low))
    sheet.filter()
    sheet.fit()
    return {}


def _summed(sheet: Sheet, figures: Figures, names: tuple[Cell, ...]) -> Places:
    sheet.filter()
    sheet.add((*names, *_row(figure_rows.whole(figures))), total=True)
    sheet.fit()
    return {}


# --- what people say --------------------------------------------------------------------------------------------------

LEVELS: Final = (("satisfied", Rating.SATISFIED), ("fair", Rating.FAIR), ("dissatisfied", Rating.DISSATISFIED))


def _satisfaction(book: Book, figures: Figures) -> Places:
    """Both rates with how many rated; below them every case that was rated or asked about."""
    sheet = book.sheet(Text.of("book-sheet-satisfaction"), heads("satisfaction"))
    first = sheet.next
    for part, said in figures.satisfaction.items():
        levels = (len(getattr(said, name)) for name, _ in LEVELS)
        sheet.add((Text.of(part), *levels, said.n, share(said.rate)))
    place = (sheet, first, sheet.next - 1)
    sheet.headings(heads("rated"))
    given = {part: _given(figures, part) for part in PARTS}
    checks: dict[int, list[Delivery]] = {}
    for level, cases in figures.delivery.items():
        for number in cases:
            checks.setdefault(number, []).append(level)
    for number in sorted(figures.named((*checks, *given["attitude"], *given["result"]))):
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
    return {number: level for name, level in LEVELS for number in getattr(said, name)}


def _whose_case(figures: Figures, number: int) -> tuple[Cell, Cell, Cell]:
    fact = figures.cases[number]
    return number, _station(figures, fact.station_id), figures.names.get(fact.deputy_id or 0)


def _promises(book: Book, figures: Figures) -> Places:
    """Those that were due, and below them those that stood open at the end for another day."""
    sheet = book.sheet(Text.of("book-sheet-promises"), heads("promises"))
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
    for day, number, state, counted in sorted(row for row in rows if row[1] not in figures.kept):
        sheet.add((day, *_whose_case(figures, number), Text.of(f"promises-{state}"), counted))
    sheet.filter()
    sheet.fit()
    return {}


# --- duty, polls ------------------------------------------------------------------------------------------------------


def _duty_entries(book: Book, figures: Figures) -> Places:
    sheet = book.sheet(Text.of("book-sheet-duty"), heads("duty"))
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
    sheet = book.sheet(Text.of("book-sheet-polls"), heads("polls"))
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
    sheet = book.sheet(Text.of("book-sheet-definitions"), heads("definitions"))
    for key in DEFINITIONS:
        sheet.add((figure(key), Text.of(f"figure-counts-{key}"), Text.of(f"figure-how-{key}")))
    sheet.fit()
    return {}


COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "overview": ("part", "figure", "detail", "value", "which"),
    "days": ("day", "received", "answered", "closed"),
    "cases": tuple(_CASES),
    "stations": ("station", "code"),
    "deputies": ("deputy", "stations"),
    "units": ("unit", "handed", "finished", "on_time", "overdue", "rate", "below"),
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
    _units,
    _satisfaction,
    _promises,
    _duty_entries,
    _polls,
    _definitions,
)
"""Those that follow the overview, in their order."""
