"""The charts of a summary's workbook: native ones, drawn from its cells."""

from __future__ import annotations

from typing import Any, Final

from liaisonbot.figures import PARTS, Figures
from liaisonbot.reports.charts import COLOURS
from liaisonbot.reports.summary_charts import DISSATISFIED, FAIR, SATISFIED
from liaisonbot.reports.summary_sheets import COLUMNS, LEVELS, MOMENTS, Places, by_month, figure, per_step, steps
from liaisonbot.reports.workbooks import Book, Sheet
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage

_SIZE: Final = {"width": 560, "height": 290}
_SAID: Final = (SATISFIED.colour, FAIR.colour, DISSATISFIED.colour)
"""As in the picture: dark, light, dark, so that they are told apart without seeing colours."""


def draw(book: Book, overview: Sheet, figures: Figures, places: Places) -> None:
    """Beside the overview's table: received and closed, open cases by stage, satisfaction."""
    column = len(COLUMNS["overview"]) + 1
    drawn = (_received_chart(book, figures, places), _stages_chart(book, figures, places))
    for place, chart in enumerate((*drawn, _satisfaction_chart(book, figures, places))):
        chart.set_size(_SIZE)
        overview.put(chart, overview.top + 1 + place * 16, column)


def _received_chart(book: Book, figures: Figures, places: Places) -> Any:
    sheet, first, last = places["days"]
    found = steps(figures, book.say.zone)
    days = [step.isoformat() for step in found]
    chart = book.chart("column")
    for place, name, colour in ((0, "received", "first"), (2, "closed", "second")):
        counted = per_step(figures, MOMENTS[place], book.say.zone)
        chart.add_series(
            {
                "name": book.say.plain(figure(name)),
                "categories": [sheet.name, first, 0, last, 0],
                "categories_data": days,
                "values": [sheet.name, first, place + 1, last, place + 1],
                "values_data": [counted[step] for step in found],
                "fill": {"color": COLOURS[colour]},
                "gap": 60,
            }
        )
    chart.set_title(_heading(book, Text.of("book-chart-received")))
    chart.set_x_axis({"num_format": "yyyy-mm" if by_month(figures) else "m-d", "text_axis": True})
    chart.set_y_axis({"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": COLOURS["faint"]}}})
    chart.set_legend({"position": "bottom"})
    return chart


def _stages_chart(book: Book, figures: Figures, places: Places) -> Any:
    sheet, first, _ = places["stages"]
    stages = [stage for stage in Stage if stage is not Stage.CLOSED]
    chart = book.chart("bar")
    chart.add_series(
        {
            "name": book.say.plain(figure("open")),
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
    for column, ((name, rating), colour) in enumerate(zip(LEVELS, _SAID, strict=True), start=1):
        chart.add_series(
            {
                "name": book.say.plain(Text.of(f"rating-{int(rating)}")),
                "categories": [sheet.name, first, 0, last, 0],
                "categories_data": [book.say.plain(Text.of(part)) for part in PARTS],
                "values": [sheet.name, first, column, last, column],
                "values_data": [len(getattr(figures.satisfaction[part], name)) for part in PARTS],
                "fill": {"color": colour},
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",  # no nought in the midst of nothing
                    "font": {"color": COLOURS["ink"] if colour == FAIR.colour else "#FFFFFF", "bold": True},
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
