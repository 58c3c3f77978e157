"""What stands in a bulletin, part by part, without its looks (``bulletins.py``): sentences and tables of texts.

The layout is that of the weekly reports of the 12345 hotlines (一周情况通报): ① what was received, ② how it was
handled, ③ what keeps coming back and what people say of it; then what somebody has to look after; attached, every
station and every deputy. A part that has nothing to tell says so: whoever reads it knows that it was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from liaisonbot import definitions, figure_rows, summary_words
from liaisonbot.figure_rows import FigureRow
from liaisonbot.figures import Cases, Figures
from liaisonbot.polls import PollState
from liaisonbot.summary_words import MOST_NUMBERS, TOP, percent
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage

MOST_ROWS: Final = 50
"""Cases in one table; of more, how many there are."""
Cell = Text | str | int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns (``bulletin-column-*``, or sentences of their own), and its rows."""

    columns: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    """How wide the columns are, one to the other."""

    @property
    def worded(self) -> list[bool]:
        """Which columns hold words; the others hold figures, which stand in the middle."""
        return [column.key.removeprefix("bulletin-column-") in _WORDED for column in self.columns]


_WORDED: Final = frozenset(
    {"unit", "case", "category", "station", "deputy", "stage", "words", "verdict", "poll", "question", "closes"}
)


@dataclass(frozen=True, slots=True)
class Term:
    """A figure, and what it means."""

    name: Text
    meaning: Sequence[Text]


Block = Text | Grid | Term


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, and what stands below it."""

    title: Text
    blocks: Sequence[Block]
    new_page: bool = False


CHART: Final = "chart"
"""The part whose place is that of the picture."""


def parts(figures: Figures) -> Iterator[Part]:
    """All of them, in their order."""
    for key, of in PARTS.items():
        yield Part(Text.of(f"bulletin-part-{key}"), list(of(figures)), new_page=key in _NEW_PAGE)


Blocks = Iterable[Block]


def _columns(*keys: str) -> list[Text]:
    return [Text.of(f"bulletin-column-{key}") for key in keys]


def _lines(figures: Figures, section: str, without: Collection[str]) -> Iterator[Text]:
    """The lines of the summary, without those that a table says better here."""
    made = summary_words.SECTIONS[section](figures)
    return (line for line in made if line is not None and line.key not in without)


# --- received, handled, said ------------------------------------------------------------------------------------------


_BUSINESS: Final = {"summary-business": "bulletin-business", "summary-no-business": "bulletin-no-business"}
"""Here they stand among other figures, and say what they are about."""


def _received(figures: Figures) -> Blocks:
    yield from _lines(figures, "received", {"summary-by-category"})
    if figures.by_category:
        yield Text.of("bulletin-top-categories")
        whole = len(figures.received)
        rows = [
            (Text.of(f"category-{key}"), len(cases), percent(len(cases) / whole) or "")
            for key, cases in list(figures.by_category.items())[:TOP]
        ]
        yield Grid(_columns("category", "cases", "share"), rows, (4, 2, 2))
    yield from (Text(_BUSINESS[line.key], line.params) for line in _lines(figures, "business", ()))


def _handling(figures: Figures) -> Blocks:
    yield from _lines(figures, "handling", {"summary-units-below", "summary-ageing"})
    yield from _lines(figures, "first", {"summary-overdue", "summary-well-not-delivered"})
    yield from _cases(figures, figures.overdue, Text.of("bulletin-overdue", n=len(figures.overdue)))
    if not figures.overdue:
        yield Text.of("bulletin-nothing-overdue")
    yield from _units_below(figures)


def _units_below(figures: Figures) -> Blocks:
    """The handling units that did not reach the minimum; nothing where none is set, or no unit had anything to do."""
    if not figures.unit_minimum or not figures.units:
        return
    minimum, found = f"{figures.unit_minimum}%", figures.units_below
    if not found:
        yield Text.of("bulletin-no-units-below", minimum=minimum)
        return
    yield Text.of("bulletin-units-below", n=len(found), minimum=minimum)
    rows = [
        (unit.name, len(unit.finished), len(unit.on_time), len(unit.overdue), percent(unit.rate) or "")
        for unit in found
    ]
    yield Grid(_columns("unit", "finished", "in_time", "left_over", "on_time"), rows, (6, 3, 3, 3, 3))


def _cases(figures: Figures, numbers: Cases, told: Text) -> Blocks:
    """A sentence, and the cases in a table, each once; of many, the first ones."""
    if not numbers:
        return
    yield told
    found = figures.named(numbers)
    if not found:
        return
    stations = {station.id: station.name for station in figures.stations}
    rows: list[Sequence[Cell]] = []
    for number in found[:MOST_ROWS]:
        fact = figures.cases[number]
        station = stations.get(fact.station_id or 0)
        deputy = figures.names.get(fact.deputy_id or 0)
        rows.append(
            (
                Text.of("bulletin-case", number=number),
                Text.of(f"category-{fact.category}"),
                station or "—",
                deputy or "—",
                Text.of(f"stage-{fact.stage}"),
            )
        )
    yield Grid(_columns("case", "category", "station", "deputy", "stage"), rows, (2, 4, 4, 3, 3))
    if len(found) > MOST_ROWS:
        yield Text.of("bulletin-more", n=len(found) - MOST_ROWS)


def _hot(figures: Figures) -> Blocks:
    matters = (each for each in figures.gatherings if each.case not in figures.kept)
    found = sorted(matters, key=lambda each: (-len(each.cases), each.case))
    if found:
        yield Text.of("bulletin-hot", n=len(found))
        rows = [
            (
                Text.of("bulletin-case", number=each.case),
                len(each.cases),
                _listed(each.words),
                _VERDICTS[each.satisfied],
            )
            for each in found[:MOST_NUMBERS]
        ]
        yield Grid(_columns("case", "cases", "words", "verdict"), rows, (2, 2, 6, 4))
    else:
        yield Text.of("bulletin-nothing-hot")
    yield from _lines(figures, "said", {"summary-promises"})


_VERDICTS: Final[Mapping[bool | None, Cell]] = {
    True: Text.of("summary-again-satisfied"),
    False: Text.of("summary-again-dissatisfied"),
    None: "—",
}


def _listed(words: Sequence[str]) -> Cell:
    """One after the other, all of them."""
    listed: Text | None = None
    for word in words:
        last = Text.of("summary-word", word=word)
        listed = Text.of("bulletin-names", before=listed, last=last) if listed else last
    return listed or "—"


# --- what somebody has to look after ----------------------------------------------------------------------------------


def _ageing(figures: Figures) -> Blocks:
    if not figures.open:
        yield Text.of("bulletin-nothing-open")
        return
    yield Text.of("bulletin-ageing", n=len(figures.open))
    ages = summary_words.ages()
    counts = {stage: [len(cases) for cases in found] for stage, found in figures.ageing.items()}
    rows: list[Sequence[Cell]] = [
        (Text.of(f"stage-{stage}"), *counts[stage], sum(counts[stage])) for stage in Stage if stage in counts
    ]
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    rows.append((Text.of("bulletin-total"), *sums, sum(sums)))
    yield Grid([*_columns("stage"), *ages, *_columns("total")], rows, (4, *[3] * len(ages), 2))


def _promises(figures: Figures) -> Blocks:
    if not figures.promises_due:
        yield Text.of("bulletin-nothing-promised")
    yield from (line for line in _lines(figures, "said", ()) if line.key == "summary-promises")
    yield from _cases(figures, figures.promises_broken, Text.of("bulletin-broken", n=len(figures.promises_broken)))


def _duty(figures: Figures) -> Blocks:
    yield from _lines(figures, "duty", {"summary-without"})
    without = [deputy.name for deputy in figures.deputies_without]
    if without:
        yield Text.of("bulletin-without", n=len(without), names=_listed(without))
    elif figures.deputies:
        yield Text.of("bulletin-all-with-log")


def _polls(figures: Figures) -> Blocks:
    found = [poll for poll in figures.polls if poll.status is PollState.OPEN]
    if found:
        yield Text.of("bulletin-polls", n=len(found))
        rows = [
            (
                Text.of("bulletin-poll", number=poll.number),
                poll.question,
                Text.of("bulletin-moment", moment=poll.closes_at) if poll.closes_at else "—",
                poll.voters,
            )
            for poll in found
        ]
        yield Grid(_columns("poll", "question", "closes", "voters"), rows, (2, 7, 4, 2))
    else:
        yield Text.of("bulletin-no-polls")
    yield from (summary_words.poll_line(poll) for poll in figures.polls if poll.status is not PollState.OPEN)
    yield from (line for line in _lines(figures, "projects", ()) if line.key == "summary-projects")


def _undelivered(figures: Figures) -> Blocks:
    found = figures.answered_well_not_delivered
    yield from _cases(figures, found, Text.of("bulletin-undelivered", n=len(found)))
    if not found:
        yield Text.of("bulletin-nothing-undelivered")


# --- attached ---------------------------------------------------------------------------------------------------------

ATTACHED: Final[Mapping[str, Callable[[FigureRow], Cell]]] = {
    "received": lambda row: len(row.received),
    "answered": lambda row: len(row.answered),
    "on_time": lambda row: percent(row.on_time_rate) or "—",
    "closed": lambda row: len(row.closed),
    "open": lambda row: len(row.open),
    "overdue": lambda row: len(row.overdue),
    "satisfied": lambda row: _rate(row),
    "duty": lambda row: len(row.duty),
}
"""The columns of the tables of stations and deputies, behind the name."""


def _rate(row: FigureRow) -> Cell:
    said = row.satisfaction["result"]
    return Text.of("bulletin-rate", rate=percent(said.rate), n=said.n) if said.n else "—"


def _attached(figures: Figures, column: str, rows: Sequence[FigureRow], names: Mapping[int, str]) -> Grid:
    nobody = Text.of("bulletin-no-station") if column == "station" else Text.of("bulletin-no-deputy")
    said: list[tuple[Cell, FigureRow]] = [(names.get(row.id or 0, nobody), row) for row in rows]
    said.append((Text.of("bulletin-total"), figure_rows.whole(figures)))
    cells = [(name, *(cell(row) for cell in ATTACHED.values())) for name, row in said]
    return Grid(_columns(column, *ATTACHED), cells, (6, *[5 if key == "satisfied" else 4 for key in ATTACHED]))


def _stations(figures: Figures) -> Blocks:
    names = {station.id: station.name for station in figures.stations}
    yield _attached(figures, "station", figure_rows.by_station(figures), names)


def _deputies(figures: Figures) -> Blocks:
    yield _attached(figures, "deputy", figure_rows.by_deputy(figures), figures.names)


def _definitions(figures: Figures) -> Blocks:
    for key in definitions.DEFINITIONS:
        yield Term(Text.of(f"figure-{key}"), (Text.of(f"figure-counts-{key}"), Text.of(f"figure-how-{key}")))


PARTS: Final[Mapping[str, Callable[[Figures], Blocks]]] = {
    "received": _received,
    "handling": _handling,
    "hot": _hot,
    "ageing": _ageing,
    "promises": _promises,
    "duty": _duty,
    "polls": _polls,
    "undelivered": _undelivered,
    "stations": _stations,
    "deputies": _deputies,
    CHART: lambda figures: (),
    "definitions": _definitions,
}
"""In their order; the picture has a part of its own."""
_NEW_PAGE: Final = frozenset({"stations", CHART, "definitions"})
COLUMNS: Final = (
    *(
        "unit",
        "finished",
        "in_time",
        "left_over",
        "case",
        "category",
        "cases",
        "share",
        "station",
        "deputy",
        "stage",
        "words",
        "verdict",
        "total",
    ),
    *("poll", "question", "closes", "voters", *ATTACHED),
)
"""All there are in any table."""
