"""Charts as PNG, made to be read on a phone: large letters, few colours, the numbers written out.

Drawing takes its time and its memory (matplotlib), so it happens in a process of its own; see ``reports.HEAVY``. What
is kept of a chart until its turn comes are texts by their keys, so that one chart serves both languages.
"""

from __future__ import annotations

import io
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Self

from liaisonbot import as_json
from liaisonbot.texts import Catalogue, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

MAKER: Final = "bars"
MEDIA_TYPE: Final = "image/png"

COLOURS: Final = {
    "first": "#0072B2",
    "second": "#E69F00",
    "third": "#999999",
    "marked": "#009E73",
    "faint": "#E8ECEF",
    "ink": "#1F2933",
    "quiet": "#616E7C",
    "line": "#D55E00",
}
"""Colours that people who see colours differently can tell apart (Okabe and Ito)."""

WIDTH: Final = 5.4
"""Inches, at :data:`DOTS` an inch: 1080 pixels, a phone's width."""
DOTS: Final = 200
MOST_PIXELS: Final = 10_000
"""Width and height together; of a larger picture Telegram makes no photo."""
LINE: Final = 0.26
"""Inches of a line of text."""
LETTERS: Final = 56
"""Columns in a line; a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar, in one of :data:`COLOURS`."""

    value: float
    colour: str = "first"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label above it and its numbers behind it."""

    label: Text
    parts: tuple[Part, ...]
    note: Text | None = None
    marked: bool = False
    """It won, say: drawn in a colour of its own, with a tick before its label."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars. ``whole``: the value that fills the width; without it the longest bar does."""

    title: Text
    bars: tuple[Bar, ...]
    below: tuple[Text, ...] = ()
    """Sentences below the bars."""
    legend: tuple[tuple[Text, str], ...] = ()
    whole: float | None = None
    threshold: tuple[float, Text] | None = None
    """A line across the bars at that value, and what it means."""


_NARROW: Final = str.maketrans("‘’“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart in one language: plain words, ready to be drawn in another process."""

    title: str
    bars: list[dict[str, Any]]
    below: list[str] = field(default_factory=list)
    legend: list[list[str]] = field(default_factory=list)
    whole: float | None = None
    threshold: list[Any] | None = None

    @classmethod
    def of(cls, chart: Chart, say: Catalogue) -> Self:
        return cls(
            as_drawn(say, chart.title),
            [
                {
                    "label": as_drawn(say, bar.label),
                    "parts": [asdict(part) for part in bar.parts],
                    "note": as_drawn(say, bar.note) if bar.note else "",
                    "marked": bar.marked,
                }
                for bar in chart.bars
            ],
            [as_drawn(say, text) for text in chart.below],
            [[as_drawn(say, text), colour] for text, colour in chart.legend],
            chart.whole,
            [chart.threshold[0], as_drawn(say, chart.threshold[1])] if chart.threshold else None,
        )


def as_drawn(say: Catalogue, text: Text) -> str:
    """Our font has the marks of Chinese print, as wide as a character: in English they tear holes."""
    words = say.plain(text)
    return words if say.language == "zh" else words.translate(_NARROW)


def to_be_made(chart: Chart) -> bytes:
    """What is kept of it until its turn comes."""
    raw = {
        "title": chart.title.to_json(),
        "bars": [
            {
                "label": bar.label.to_json(),
                "parts": [asdict(part) for part in bar.parts],
                "note": bar.note.to_json() if bar.note else None,
                "marked": bar.marked,
            }
            for bar in chart.bars
        ],
        "below": [text.to_json() for text in chart.below],
        "legend": [[text.to_json(), colour] for text, colour in chart.legend],
        "whole": chart.whole,
        "threshold": [chart.threshold[0], chart.threshold[1].to_json()] if chart.threshold else None,
    }
    return as_json.text(raw).encode()


def kept(raw: bytes) -> Chart:
    """The chart of what ``to_be_made`` gave."""
    values = as_json.read(raw)
    line = values["threshold"]
    return Chart(
        Text.from_json(values["title"]),
        tuple(
            Bar(
                Text.from_json(bar["label"]),
                tuple(Part(**part) for part in bar["parts"]),
                Text.from_json(bar["note"]) if bar["note"] else None,
                bar["marked"],
            )
            for bar in values["bars"]
        ),
        tuple(Text.from_json(text) for text in values["below"]),
        tuple((Text.from_json(text), colour) for text, colour in values["legend"]),
        values["whole"],
        (line[0], Text.from_json(line[1])) if line else None,
    )


# --- drawing ----------------------------------------------------------------------------------------------------------


def draw(drawing: Drawing) -> bytes:
    """The bytes of a PNG."""
    from matplotlib.figure import Figure  # 0.5 s and 60 MB: only in the process that draws

    title = broken(drawing.title, LETTERS - 14)
    labels = [broken(("✓ " if bar["marked"] else "") + bar["label"], LETTERS) for bar in drawing.bars]
    below = [line for text in drawing.below for line in broken(text, LETTERS + 8)]
    legend = 1 if drawing.legend else 0
    threshold = 1 if drawing.threshold else 0
    lines = 1.5 * len(title) + legend + threshold + sum(len(label) + 1.35 for label in labels) + 0.85 * len(below) + 1.6
    height = lines * LINE
    dots = min(DOTS, MOST_PIXELS // (WIDTH + height))
    figure = Figure(figsize=(WIDTH, height), dpi=dots, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")

    y = 0.5 * LINE
    for line in title:
        y += 1.5 * LINE
        axes.text(0.25, y - 0.45 * LINE, line, fontproperties=font(15), color=COLOURS["ink"], va="baseline")
    if drawing.legend:
        y += LINE
        _legend(axes, y, drawing.legend)
    y += 0.3 * LINE
    left, right = 0.25, WIDTH - 1.35
    longest = max((sum(part["value"] for part in bar["parts"]) for bar in drawing.bars), default=0)
    whole = drawing.whole or longest or 1
    x = left + (right - left) * min(drawing.threshold[0] / whole, 1) if drawing.threshold else None
    for bar, label in zip(drawing.bars, labels, strict=True):
        for line in label:
            y += LINE
            axes.text(left, y - 0.12 * LINE, line, fontproperties=font(11), color=COLOURS["ink"], va="baseline")
        _bar(axes, bar, left, right, y + 0.15 * LINE, whole)
        if x is not None:
            axes.plot([x, x], [y + 0.05 * LINE, y + 0.97 * LINE], color=COLOURS["line"], linewidth=2)
        y += 1.35 * LINE
    if drawing.threshold is not None and x is not None:
        words = f"| {drawing.threshold[1]}" if x < WIDTH / 2 else f"{drawing.threshold[1]} |"
        flush = "left" if x < WIDTH / 2 else "right"
        axes.text(x, y + 0.5 * LINE, words, fontproperties=font(9), color=COLOURS["line"], ha=flush, va="baseline")
        y += LINE
    y += 0.3 * LINE
    for line in below:
        y += 0.85 * LINE
        axes.text(left, y, line, fontproperties=font(9), color=COLOURS["quiet"], va="baseline")
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _bar(axes: Axes, bar: dict[str, Any], left: float, right: float, y: float, whole: float) -> None:
    from matplotlib.patches import Rectangle

    tall = 0.72 * LINE
    axes.add_patch(Rectangle((left, y), right - left, tall, color=COLOURS["faint"], linewidth=0))
    x = left
    for number, part in enumerate(bar["parts"]):
        wide = (right - left) * min(part["value"] / whole, 1)
        colour = COLOURS["marked"] if bar["marked"] and number == 0 else COLOURS[part["colour"]]
        axes.add_patch(Rectangle((x, y), wide, tall, color=colour, linewidth=0))
        x += wide
    if bar["note"]:
        axes.text(
            right + 0.1,
            y + tall - 0.13 * LINE,
            bar["note"],
            fontproperties=font(10),
            color=COLOURS["ink"],
            va="baseline",
        )


def _legend(axes: Axes, y: float, legend: Sequence[Sequence[str]]) -> None:
    from matplotlib.patches import Rectangle

    x = 0.25
    for words, colour in legend:
        axes.add_patch(Rectangle((x, y - 0.55 * LINE), 0.14, 0.14, color=COLOURS[colour], linewidth=0))
        axes.text(x + 0.2, y - 0.05 * LINE, words, fontproperties=font(9), color=COLOURS["quiet"], va="baseline")
        x += 0.45 + 0.075 * columns(words)


def columns(text: str) -> int:
    """How wide it is in columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def broken(text: str, width: int) -> list[str]:
    """Broken into lines of at most so many columns, English between words."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in _words(paragraph):
            if line and columns(line + word.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += word
        lines.append(line.rstrip())
    return lines


def _words(paragraph: str) -> list[str]:
    """Where a line may break: behind every Chinese character but not before its punctuation, and between words."""
    pieces: list[str] = []
    for letter in paragraph:
        glued = letter in "，。；：！？、）》」”%" or (letter.isspace() and pieces)
        alone = unicodedata.east_asian_width(letter) in "WF"
        if pieces and (glued or (not alone and not _breaks_behind(pieces[-1]))):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return [part for piece in pieces for part in textwrap.wrap(piece, 40, drop_whitespace=False) or [piece]]


def _breaks_behind(piece: str) -> bool:
    return piece[-1].isspace() or unicodedata.east_asian_width(piece[-1]) in "WF"


@cache
def font(size: float) -> FontProperties:
    """The font that comes with us: every machine draws the same."""
    from matplotlib.font_manager import FontProperties

    with resources.as_file(resources.files("liaisonbot") / "data" / "fonts" / "NotoSansSC-subset.otf") as path:
        return FontProperties(fname=str(path), size=size)


def made(raw: bytes, say: Catalogue) -> bytes:
    """The PNG of what ``to_be_made`` gave, in that language."""
    return draw(Drawing.of(kept(raw), say))
