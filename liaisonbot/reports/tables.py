"""What the office remembers, as a file: one JSON object a line for programs, a table for people with a spreadsheet.

What is written takes no more memory for a million rows than for one. Programs read times in UTC; in a table they stand
as the office's clock shows them, and as times, so that a spreadsheet can sort and filter by them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from liaisonbot import masking
from liaisonbot.errors import LiaisonError
from liaisonbot.spreadsheets import neutralised
from liaisonbot.texts import Catalogue, Text

Row = Mapping[str, Any]
"""An object as the contract describes it."""

MOST_SHEET_ROWS: Final = 1_048_576
_LONGEST_CELL: Final = 32_000
"""A spreadsheet's cell holds a little more; what is longer is cut and marked."""


class TooManyForASheet(LiaisonError):
    """A worksheet has an end."""

    def __init__(self) -> None:
        super().__init__(
            f"a worksheet holds {MOST_SHEET_ROWS - 1:,} rows and there are more; take fewer days, or another format"
        )


def require_room(rows: int) -> None:
    """For whoever knows how many there will be: raise TooManyForASheet before the first is written."""
    if rows >= MOST_SHEET_ROWS:
        raise TooManyForASheet


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, its columns, and what stands in each. Lists are several lines in one cell."""

    name: str
    columns: Mapping[str, Callable[[Row], Any]]
    headings: str = "*"
    """The sentences above its columns: the star stands for a column's key, or for ``title``."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Keys of the office that a reader is told in words: by where they stand (``stage``, ``history.by``), the
    catalogue's sentences for them, in which the star stands for the key."""
    widths: Mapping[str, float] = field(default_factory=dict)
    """Of columns that need more or less room than most."""
    typed: frozenset[str] = frozenset()
    """Where words stand that somebody typed: telephone and identity numbers may be among them."""
    personal: frozenset[str] = frozenset()
    """Keys, and columns, that say who somebody is."""

    def without_personal(self) -> Table:
        """The same table for those who have not asked for personal data."""
        kept = {name: column for name, column in self.columns.items() if name not in self.personal}
        return replace(self, columns=kept)


def withheld(table: Table, row: Row) -> Row:
    """The row without who somebody is, and without the telephone, identity and bank-card numbers among the words that
    somebody typed. Words stay as long as they were.
    """
    return {key: None if key in table.personal else _masked(table, key, value) for key, value in row.items()}


def _masked(table: Table, place: str, value: Any) -> Any:
    match value:
        case str() if place in table.typed:
            return _mask(value)
        case list():
            return [_masked(table, place, each) for each in value]
        case dict():
            return {name: _masked(table, f"{place}.{name}", each) for name, each in value.items()}
    return value


@lru_cache(maxsize=256)
def _mask(text: str) -> str:
    """What a case was opened with stands in it twice."""
    return masking.mask(text)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a table is: where they are, and in which language. Without one, keys stay keys."""

    zone: ZoneInfo
    say: Catalogue | None = None

    def heading(self, table: Table, column: str) -> str:
        """What stands above the column."""
        return self.say.plain(Text.of(table.headings.replace("*", column))) if self.say else column

    def row(self, table: Table, row: Row) -> Row:
        """The row as they read it: times are theirs, days are days, keys of the office are words."""
        return {key: self._value(table, key, key, value) for key, value in row.items()}

    def _value(self, table: Table, key: str, place: str, value: Any) -> Any:
        match value:
            case dict():
                return {name: self._value(table, name, f"{place}.{name}", each) for name, each in value.items()}
            case list():
                return [self._value(table, key, place, each) for each in value]
            case str() if key in _TIMES or key.endswith("_at"):
                return _read(datetime.fromisoformat, value, self.zone)
            case str() if key in _DAYS:
                return _read(date.fromisoformat, value, None)
            case str() if self.say and place in table.named:
                return self._word(table.named[place], value)
            case bool() if self.say and place in table.named:
                return self._word(table.named[place], value) if value else None
            case bool() if self.say:
                return self.say.plain(Text.of("cell-yes" if value else "cell-no"))
            case int() if self.say and place in table.named:
                return self._word(table.named[place], value)
        return value

    def _word(self, sentence: str, value: Any) -> Any:
        assert self.say is not None
        key = sentence.replace("*", str(value))
        return self.say.plain(Text.of(key)) if key in self.say.keys else value


_TIMES: Final = frozenset({"at", "chased"})
_DAYS: Final = frozenset({"date", "promise_date", "due"})


def _read(parse: Callable[[str], Any], value: str, zone: ZoneInfo | None) -> Any:
    try:
        found = parse(value)
    except ValueError:
        return value
    # Excel knows no zones, and no parts of a second worth showing.
    return found.astimezone(zone).replace(microsecond=0, tzinfo=None) if zone else found


def write_jsonl(rows: Iterable[Row], file: BinaryIO) -> int:
    """One object a line, UTF-8. How many there were."""
    return sum(1 for row in rows if file.write(_line(row)))


def _line(row: Row) -> bytes:
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    for sign, escaped in _BREAKS:
        text = text.replace(sign, escaped)
    return text.encode() + b"\n"


_BREAKS: Final = (("\u0085", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
"""JSON lets them stand among words, and some who read line by line take them for the end of one."""


def write_csv(table: Table, rows: Iterable[Row], file: BinaryIO, reader: Reader) -> int:
    """UTF-8 with the mark by which Excel knows it, lines that end as RFC 4180 has them; no cell can be taken for a
    formula. How many rows there were.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text)
        writer.writerow(reader.heading(table, name) for name in table.columns)
        written = sum(1 for cells in _cells(table, rows, reader) if writer.writerow([_as_text(cell) for cell in cells]))
        text.flush()
    finally:
        text.detach()
    return written


def _cells(table: Table, rows: Iterable[Row], reader: Reader) -> Iterator[list[Any]]:
    """What stands in the table, row by row: words, numbers, times, days."""
    for row in rows:
        read = reader.row(table, row)
        yield [_cell(column(read)) for column in table.columns.values()]


def write_xlsx(table: Table, rows: Iterable[Row], path: Path, reader: Reader, *, workplace: Path | None = None) -> int:
    """A workbook with one sheet: headings that stay, filters, real numbers, days and times. How many rows there were.

    ``workplace``: where rows are kept until the workbook is put together, if not where the system keeps such files.
    Raises TooManyForASheet.
    """
    from xlsxwriter import Workbook  # takes its time; needed by those who want a workbook only

    with Workbook(path, {"constant_memory": True, "tmpdir": workplace and str(workplace)}) as book:
        sheet = book.add_worksheet(reader.heading(table, "title") if reader.say else table.name)
        heading, plain_words, wrapped, moment, day = (
            book.add_format({"valign": "top", **looks})
            for looks in (
                {"bold": True, "text_wrap": True},
                {},
                {"text_wrap": True},
                {"num_format": "yyyy-mm-dd hh:mm"},
                {"num_format": "yyyy-mm-dd"},
            )
        )
        sheet.freeze_panes(1, 1)
        for index, name in enumerate(table.columns):
            # What the cells below need is not known yet: a row is gone as soon as the next begins.
            sheet.set_column(index, index, table.widths.get(name, _WIDTH))
            sheet.write_string(0, index, reader.heading(table, name), heading)
        wide = [wrapped if name in table.typed else plain_words for name in table.columns]
        last = 0
        for last, cells in enumerate(_cells(table, rows, reader), start=1):
            if last >= MOST_SHEET_ROWS:
                raise TooManyForASheet
            for index, cell in enumerate(cells):
                match cell:
                    case str():
                        sheet.write_string(last, index, cell, wide[index])
                    case datetime():
                        sheet.write_datetime(last, index, cell, moment)
                    case date():
                        sheet.write_datetime(last, index, cell, day)
                    case None:
                        continue
                    case _:
                        sheet.write(last, index, cell, plain_words)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
    return last


_WIDTH: Final = 16


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return neutralised(_cut(value))


def _cut(text: str) -> str:
    """Spreadsheets count in units of UTF-16: an emoji is two."""
    if 2 * len(text) <= _LONGEST_CELL:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    most = 2 * _LONGEST_CELL
    return text if len(units) <= most else units[:most].decode("utf-16-le", "ignore") + "…"


def _as_text(value: Any) -> Any:
    """A time as spreadsheets read it back, whatever language they are set to."""
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def plain(key: str) -> Callable[[Row], Any]:
    """A column with what stands under that key."""
    return lambda row: row[key]


def several(key: str, line: Callable[[Any], str]) -> Callable[[Row], str]:
    """A column with a list: each of its things in a line."""
    return lambda row: "\n".join(line(item) for item in row[key])


def joined(*parts: Any) -> str:
    """What is there of it, with blanks between; times to the minute."""
    return " ".join(_in_a_line(part) for part in parts if part is not None and part != "")


def _in_a_line(part: Any) -> str:
    return part.isoformat(sep=" ", timespec="minutes") if isinstance(part, datetime) else str(part)
