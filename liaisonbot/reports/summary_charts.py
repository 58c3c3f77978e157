"""The picture of a summary: what came in and was closed by day, how old the open cases are, what people say of it.

Made to be read on a phone, as ``charts.py`` has it. Nothing is told by colour alone: the numbers stand in and above the
bars, the second of two things is hatched, and ages go from light to dark, in the order of the legend.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from liaisonbot import summary_words, window_names
from liaisonbot.figures import Cases, Figures, Satisfaction
from liaisonbot.reports.charts import COLOURS, DOTS, LINE, MEDIA_TYPE, WIDTH, as_drawn, broken, columns, font
from liaisonbot.summaries import Summary, unpacked
from liaisonbot.texts import Catalogue, Text
from liaisonbot.vocabulary import Stage
from liaisonbot.windows import Window, WindowKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MAKER", "MEDIA_TYPE", "Stretch", "draw", "made", "stretches"]

MAKER: Final = "summary-chart"

SMALLEST, LABEL, HEADING, LARGEST = 11, 12, 13, 17
"""Points. A phone shows the picture some 350 of its own points wide: the smallest letters are ten of those."""
_DIGIT: Final = 0.098
"""Inches of one of the smallest."""
_LEFT: Final = 0.25
_RIGHT: Final = WIDTH - 0.25
_LABELS: Final = 1.0
"""Inches of the labels before horizontal bars."""
_NOTES: Final = 0.75
"""Inches of what stands behind them."""
_TALL: Final = 5.5 * LINE
"""Of the longest upright bar."""
_NUMBERS: Final = 1.4 * LINE
"""Room for the numbers above it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of bar looks."""

    colour: str
    hatch: str = ""
    ink: str = COLOURS["ink"]
    """Of a number that stands in it."""


RECEIVED: Final = Look(COLOURS["first"])
CLOSED: Final = Look(COLOURS["second"], "////")
YOUNG_TO_OLD: Final = (
    Look("#BFE0F2"),
    Look("#86BEDF"),
    Look("#4A98C9"),
    Look("#1F6FA5", ink="white"),
    Look("#0B3C5D", ink="white"),
)
SATISFIED: Final = Look(COLOURS["first"], ink="white")
FAIR: Final = Look("#C9D0D6")
DISSATISFIED: Final = Look(COLOURS["line"], "////")


# --- which days stand together ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that are counted together: one, a week, a month, a year, cut off at the window's ends."""

    first: date
    last: date
    unit: str

    def label(self, locale: str) -> str:
        return format_date(self.first, _LABELLED[self.unit][locale], locale=locale)


_LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en_GB"}
_LABELLED: Final[Mapping[str, Mapping[str, str]]] = {
    "day": {"zh_Hans_CN": "EEE\nM/d", "en_GB": "EEE\nd MMM"},
    "week": {"zh_Hans_CN": "M/d", "en_GB": "d\nMMM"},
    "month": {"zh_Hans_CN": "M月", "en_GB": "MMM"},
    "year": {"zh_Hans_CN": "y", "en_GB": "y"},
}
_UNITS: Final = ((10, "day"), (70, "week"), (400, "month"))
"""Windows of at most so many days, and what their bars stand for; longer ones have a bar for each year."""
_AROUND: Final = {"week": WindowKind.WEEK, "month": WindowKind.MONTH, "year": WindowKind.YEAR}


def stretches(window: Window) -> list[Stretch]:
    """The window cut into days, weeks, months or years, so that a phone has room for them."""
    length = (window.last - window.first).days + 1
    unit = next((unit for most, unit in _UNITS if length <= most), "year")
    found: list[Stretch] = []
    day = window.first
    while day <= window.last:
        end = Window.around(_AROUND[unit], day).last if unit in _AROUND else day
        found.append(Stretch(day, min(end, window.last), unit))
        day = end + timedelta(days=1)
    return found


def counted(by_day: Mapping[date, Cases], parts: Sequence[Stretch]) -> list[int]:
    """How many there were in each stretch."""
    return [sum(len(cases) for day, cases in by_day.items() if part.first <= day <= part.last) for part in parts]


# --- the picture ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the picture: how high it is in inches, and how it is drawn below a line."""

    height: float
    draw: Callable[[Axes, float], None]


def made(content: bytes, say: Catalogue) -> bytes:
    """The PNG of a packed summary, in that language."""
    return draw(unpacked(content), say)


def draw(summary: Summary, say: Catalogue) -> bytes:
    """The bytes of a PNG."""
    from matplotlib.figure import Figure  # 0.5 s and 60 MB: only in the process that draws

    figures = summary.figures
    panels = [_title(summary, say), _by_day(figures, say), _ageing(figures, say), _satisfaction(figures, say)]
    height = sum(panel.height for panel in panels) + LINE
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    y = 0.5 * LINE
    for panel in panels:
        panel.draw(axes, y)
        y += panel.height
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _title(summary: Summary, say: Catalogue) -> Panel:
    window = summary.figures.window
    place = summary_words.whose(summary.place)
    title = broken(as_drawn(say, Text.of("chart-title", window=window_names.named(window), place=place)), 40)
    lines = [as_drawn(say, line) for line in summary_words.days(summary.figures)]
    below = [line for words in lines for line in broken(words, 54)]

    def draw(axes: Axes, y: float) -> None:
        for line in title:
            y += 1.4 * LINE
            _write(axes, _LEFT, y - 0.35 * LINE, line, size=LARGEST)
        for line in below:
            y += LINE
            _write(axes, _LEFT, y - 0.2 * LINE, line, size=LABEL, ink=COLOURS["quiet"])

    return Panel((1.4 * len(title) + len(below)) * LINE, draw)


def _heading(axes: Axes, y: float, words: str, legend: Sequence[tuple[str, Look]]) -> None:
    """What the panel is about, and what its bars mean. It takes :data:`_HEADED`."""
    _write(axes, _LEFT, y + 1.5 * LINE, words, size=HEADING)
    x = _LEFT
    for name, look in legend:
        _box(axes, x, y + 1.95 * LINE, 0.2, 0.6 * LINE, look)
        _write(axes, x + 0.26, y + 2.5 * LINE, name, size=SMALLEST, ink=COLOURS["quiet"])
        x += 0.42 + 0.086 * columns(name)


_HEADED: Final = 2.9 * LINE


def _by_day(figures: Figures, say: Catalogue) -> Panel:
    parts = stretches(figures.window)
    locale = _LOCALES[say.language]
    labels = [part.label(locale) for part in parts]
    both = ((RECEIVED, counted(figures.received_by_day, parts)), (CLOSED, counted(figures.closed_by_day, parts)))
    heading = as_drawn(say, Text.of(f"chart-by-{parts[0].unit}"))
    legend = [
        (as_drawn(say, Text.of("chart-received", n=len(figures.received))), RECEIVED),
        (as_drawn(say, Text.of("chart-closed", n=len(figures.closed))), CLOSED),
    ]
    most = max((n for _, counts in both for n in counts), default=0) or 1

    def draw(axes: Axes, y: float) -> None:
        _heading(axes, y, heading, legend)
        ground = y + _HEADED + _NUMBERS + _TALL
        axes.plot([_LEFT, _RIGHT], [ground, ground], color=COLOURS["quiet"], linewidth=1)
        room = (_RIGHT - _LEFT) / len(parts)
        wide = min(0.42 * room, 0.5)
        for place, label in enumerate(labels):
            middle = _LEFT + (place + 0.5) * room
            for side, (look, counts) in zip((-wide, 0.0), both, strict=True):
                _upright(axes, middle + side, ground, wide, counts[place], most, look)
            for line, words in enumerate(label.splitlines(), start=1):
                _write(
                    axes,
                    middle,
                    ground + line * 0.95 * LINE,
                    words,
                    size=SMALLEST,
                    ink=COLOURS["quiet"],
                    flush="center",
                )

    return Panel(_HEADED + _NUMBERS + _TALL + 2.6 * LINE, draw)


def _upright(axes: Axes, x: float, ground: float, wide: float, n: int, most: int, look: Look) -> None:
    """A bar with its number above it; where it is too narrow for the number, that stands upright, too."""
    if not n:
        return
    top = ground - _TALL * n / most
    _box(axes, x, top, wide, ground - top, look)
    words = str(n)
    turned = 90 if _DIGIT * len(words) > wide else 0
    axes.text(
        *(x + wide / 2, top - 0.04),
        words,
        fontproperties=font(SMALLEST),
        color=COLOURS["ink"],
        ha="center",
        va="bottom",
        rotation=turned,
    )


def _ageing(figures: Figures, say: Catalogue) -> Panel:
    legend = [(as_drawn(say, name), look) for name, look in zip(summary_words.ages(), YOUNG_TO_OLD, strict=True)]
    rows = {stage: [len(cases) for cases in ages] for stage, ages in figures.ageing.items()}
    whole = max(map(sum, rows.values()), default=0)
    heading = as_drawn(say, Text.of("chart-ageing", n=len(figures.open)))
    bars = [
        Row(as_drawn(say, Text.of(f"stage-{stage}")), list(zip(rows[stage], YOUNG_TO_OLD, strict=True)), f"{n}")
        for stage in Stage
        if stage in rows
        for n in [sum(rows[stage])]
    ]
    return _rows(heading, legend, bars, whole)


def _satisfaction(figures: Figures, say: Catalogue) -> Panel:
    legend = [
        (as_drawn(say, Text.of("chart-satisfied")), SATISFIED),
        (as_drawn(say, Text.of("chart-fair")), FAIR),
        (as_drawn(say, Text.of("chart-dissatisfied")), DISSATISFIED),
    ]
    bars = [_said(part, said, say) for part, said in figures.satisfaction.items()]
    rated = any(said.n for said in figures.satisfaction.values())
    heading = Text.of("chart-satisfaction") if rated else Text.of("chart-unrated")
    return _rows(as_drawn(say, heading), legend if rated else [], bars if rated else [], None)


def _said(part: str, said: Satisfaction, say: Catalogue) -> Row:
    levels = ((said.satisfied, SATISFIED), (said.fair, FAIR), (said.dissatisfied, DISSATISFIED))
    return Row(
        as_drawn(say, Text.of(f"chart-{part}")),
        [(len(cases), look) for cases, look in levels],
        summary_words.percent(said.rate) or "—",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A bar from left to right: its label, its parts, and what stands behind it."""

    label: str
    parts: Sequence[tuple[int, Look]]
    note: str


def _rows(heading: str, legend: Sequence[tuple[str, Look]], rows: Sequence[Row], whole: int | None) -> Panel:
    """``whole``: what fills the width; None: each fills it with all it has."""

    def draw(axes: Axes, y: float) -> None:
        _heading(axes, y, heading, legend)
        y += _HEADED
        left, right = _LEFT + _LABELS, _RIGHT - _NOTES
        for row in rows:
            _write(axes, _LEFT, y + 0.87 * LINE, row.label, size=LABEL)
            _write(axes, right + 0.1, y + 0.87 * LINE, row.note, size=LABEL)
            _box(axes, left, y + 0.12 * LINE, right - left, LINE, Look("#F1F3F5"))
            _along(axes, row.parts, left, right - left, y + 0.12 * LINE, whole or sum(n for n, _ in row.parts))
            y += 1.4 * LINE

    return Panel((_HEADED if legend else 1.9 * LINE) + 1.4 * LINE * len(rows), draw)


def _along(axes: Axes, parts: Sequence[tuple[int, Look]], x: float, room: float, y: float, whole: int) -> None:
    """Numbers stand in the parts that have room for them."""
    for n, look in parts:
        wide = room * n / whole if whole else 0
        if not n:
            continue
        _box(axes, x, y, wide, LINE, look)
        if wide > _DIGIT * len(str(n)) + 0.04:
            _write(axes, x + wide / 2, y + 0.72 * LINE, str(n), size=SMALLEST, ink=look.ink, flush="center", on=look)
        x += wide


def _box(axes: Axes, x: float, y: float, wide: float, tall: float, look: Look) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((x, y), wide, tall, facecolor=look.colour, edgecolor="white", linewidth=0.8, hatch=look.hatch)
    )


def _write(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    ink: str = COLOURS["ink"],
    flush: str = "left",
    on: Look | None = None,
) -> None:
    """``on``: what it stands on; a hatched bar is covered below it."""
    behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if on and on.hatch else None
    axes.text(x, y, words, fontproperties=font(size), color=ink, ha=flush, va="baseline", bbox=behind)
