"""Workbooks of several sheets, made for people: real numbers, days and times, headings that stay, filters, widths that
fit what stands in the columns (a Chinese character counts double).

Rows are written one after the other and gone from memory as soon as the next begins. Whatever somebody typed is words:
no cell can be taken for a formula.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Final

from liaisonbot.reports.charts import COLOURS
from liaisonbot.spreadsheets import neutralised
from liaisonbot.texts import Catalogue, Text

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST: Final = 8
WIDEST: Final = 60
"""Columns of letters; what is longer goes on in the next line."""
_RIGHT: Final = {"align": "right", "indent": 1}
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "text_wrap": True, "align": "center", "bg_color": COLOURS["faint"], "bottom": 1},
    "line": {},
    "words": {"text_wrap": True},
    "number": {**_RIGHT, "num_format": "0"},
    "decimal": {**_RIGHT, "num_format": "0.0"},
    "share": {**_RIGHT, "num_format": "0%"},
    "moment": {"align": "left", "num_format": "yyyy-mm-dd hh:mm"},
    "day": {"align": "left", "num_format": "yyyy-mm-dd"},
    "month": {"align": "left", "num_format": "yyyy-mm"},
}
_TOTAL: Final[Mapping[bool, Mapping[str, Any]]] = {False: {}, True: {"bold": True, "top": 1}}
_ON_PAPER: Final = 16
"""Columns that can still be read side by side on a sheet of paper."""
_LINE: Final = 15
"""Points of a line's height."""
_HEADING: Final = 16
"""Columns of letters that a heading makes its column wide for; a longer one goes on in the next line."""


class Share(float):
    """A number between nought and one, shown in per cent."""


@dataclass(frozen=True, slots=True)
class Month:
    """A day that stands for its month."""

    first: date


@dataclass(frozen=True, slots=True)
class Until:
    """When a limit ends. One that ends with a day is shown as that day, not as the midnight behind it."""

    moment: datetime


Cell = Text | str | bool | int | float | Share | datetime | date | Month | Until | None
"""``True`` is a yes, ``False`` nothing at all, as is None. A moment is aware, and shown in the reader's time."""


class Book:
    """The workbook that is being written. ``say``: in whose language, and in whose time."""

    def __init__(self, book: Any, say: Catalogue) -> None:
        self._book = book
        self.say = say
        self._looks = {
            (name, bold): book.add_format({"valign": "top", **look, **more})
            for name, look in _LOOKS.items()
            for bold, more in _TOTAL.items()
        }

    def sheet(self, name: Text, columns: Sequence[Text], *, above: Iterable[Text] = ()) -> Sheet:
        """A sheet with these headings. ``above``: lines before them, the first one large."""
        return Sheet(self, self._book.add_worksheet(_sheet_name(self.say.plain(name))), columns, tuple(above))

    def chart(self, kind: str, subtype: str | None = None) -> Any:
        """A native chart, to be put on a sheet. It shows what a filter hides, too."""
        chart = self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        chart.show_hidden_data()
        return chart

    def look(self, name: str, *, bold: bool = False) -> Any:
        return self._looks[name, bold]


@contextmanager
def writing(file: BinaryIO, say: Catalogue, title: Text) -> Iterator[Book]:
    """A workbook; it is whole when the context ends."""
    from xlsxwriter import Workbook  # takes its time; needed by those who want a workbook only

    with Workbook(file, {"constant_memory": True}) as book:
        book.set_properties({"title": say.plain(title)})
        yield Book(book, say)


class Sheet:
    """A table, written from above to below."""

    def __init__(self, book: Book, sheet: Any, columns: Sequence[Text], above: Sequence[Text]) -> None:
        self._book, self._sheet = book, sheet
        self._widths = [NARROWEST] * len(columns)
        self._lines = 1
        """Of the row that is being written."""
        for row, line in enumerate(above):
            sheet.write_string(row, 0, neutralised(book.say.plain(line)), book.look("line" if row else "title"))
        self.top = len(above) + bool(above)
        """The row of the headings."""
        self.next = self.top
        """The row that is written next; rows are counted from nought."""
        self._headings(columns)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(math.ceil(len(columns) / _ON_PAPER), 0)
        sheet.repeat_rows(self.top)

    @property
    def name(self) -> str:
        return str(self._sheet.name)

    def headings(self, columns: Sequence[Text]) -> None:
        """Other headings, for another table below the one before and an empty line; these are the ones that stay."""
        self._widths += [NARROWEST] * (len(columns) - len(self._widths))
        self.next += 1
        self.top = self.next
        self._headings(columns)

    def _headings(self, columns: Sequence[Text]) -> None:
        for column, words in enumerate(columns):
            self._write(column, words, self._book.look("heading"))
        self._end_row()
        self._columns = len(columns)
        self._sheet.freeze_panes(self.next, 1)

    def add(self, cells: Sequence[Cell], *, total: bool = False) -> None:
        """A row. ``total``: it sums up those above it."""
        for column, cell in enumerate(cells):
            self._write(column, cell, None, total=total)
        self._end_row()

    def filter(self) -> None:
        """What was written below the headings up to now can be filtered."""
        self._sheet.autofilter(self.top, 0, max(self.next - 1, self.top), self._columns - 1)

    def put(self, chart: Any, row: int, column: int) -> None:
        """The chart, with its corner there, and as wide as it is; it does not grow with the cells below it."""
        self._sheet.insert_chart(row, column, chart, {"object_position": 3})

    def fit(self) -> None:
        """The columns are as wide as what stands in them."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(width + 2, WIDEST))

    def _write(self, column: int, cell: Cell, look: Any, *, total: bool = False) -> None:
        say, sheet, row = self._book.say, self._sheet, self.next
        cell = _ended(cell, say) if isinstance(cell, Until) else cell
        words: str | None = None

        def seen(name: str) -> Any:
            return look or self._book.look(name, bold=total)

        match cell:
            case Text():
                words = neutralised(say.plain(cell))
            case str():
                words = neutralised(cell)
            case True:
                words = say.plain(Text.of("cell-yes"))
            case None | False:
                pass
            case Share():
                sheet.write_number(row, column, float(cell), seen("share"))
            case int():
                sheet.write_number(row, column, cell, seen("number"))
            case float():
                sheet.write_number(row, column, cell, seen("decimal"))
            case datetime():  # a spreadsheet knows no zones, and no parts of a second worth showing
                local = cell.astimezone(say.zone).replace(microsecond=0, tzinfo=None)
                sheet.write_datetime(row, column, local, seen("moment"))
                self._needs(column, 16)
            case Month():
                sheet.write_datetime(row, column, cell.first, seen("month"))
            case date():
                sheet.write_datetime(row, column, cell, seen("day"))
                self._needs(column, 10)
        if words is not None:
            sheet.write_string(row, column, words, seen("words"))
            widths, most = [width(line) for line in words.splitlines()], _HEADING if look else WIDEST - 2
            self._needs(column, min(max(widths, default=0), most))
            self._lines = max(self._lines, sum(math.ceil(each / most) or 1 for each in widths))
        elif total and cell in (None, False):
            sheet.write_blank(row, column, None, seen("words"))

    def _end_row(self) -> None:
        """Not every program finds out by itself how high a row of several lines is."""
        if self._lines > 1:
            self._sheet.set_row(self.next, self._lines * _LINE)
        self._lines = 1
        self.next += 1

    def _needs(self, column: int, letters: int) -> None:
        self._widths[column] = max(self._widths[column], letters)


def width(words: str) -> int:
    """How many columns of letters the words take: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def _ended(limit: Until, say: Catalogue) -> datetime | date:
    local = limit.moment.astimezone(say.zone)
    return limit.moment if local.time() != time.min else local.date() - timedelta(days=1)


def _sheet_name(words: str) -> str:
    """Excel takes 31 characters, and none of these."""
    return "".join(letter for letter in words if letter not in "[]:*?/\\'")[:31]
