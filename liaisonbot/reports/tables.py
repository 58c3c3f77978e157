"""What the office remembers, as a file: one JSON object a line for programs, a table for people with a spreadsheet.

What is written takes no more memory for a million rows than for one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from liaisonbot.errors import LiaisonError
from liaisonbot.spreadsheets import neutralised

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


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, its columns, and what stands in each. Lists are several lines in one cell."""

    name: str
    columns: Mapping[str, Callable[[Row], Any]]


def write_jsonl(rows: Iterable[Row], file: BinaryIO) -> None:
    """One object a line, UTF-8."""
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def write_csv(table: Table, rows: Iterable[Row], file: BinaryIO) -> None:
    """UTF-8 with the mark by which Excel knows it; no cell can be taken for a formula."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text)
        writer.writerow(table.columns)
        writer.writerows([_cell(column(row)) for column in table.columns.values()] for row in rows)
        text.flush()
    finally:
        text.detach()


def write_xlsx(table: Table, rows: Iterable[Row], path: Path) -> None:
    """A workbook with one sheet. Raises TooManyForASheet."""
    from xlsxwriter import Workbook  # takes its time; needed by those who want a workbook only

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(table.name)
        heading = book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(table.columns) - 1, 18)
        for index, name in enumerate(table.columns):
            sheet.write_string(0, index, name, heading)
        last = 0
        for last, row in enumerate(rows, start=1):
            if last >= MOST_SHEET_ROWS:
                raise TooManyForASheet
            for index, column in enumerate(table.columns.values()):
                value = _cell(column(row))
                if isinstance(value, str):
                    sheet.write_string(last, index, value)
                elif value is not None:
                    sheet.write(last, index, value)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cut = value if len(value) <= _LONGEST_CELL else f"{value[:_LONGEST_CELL]}…"
    return neutralised(cut)


def plain(key: str) -> Callable[[Row], Any]:
    """A column with what stands under that key."""
    return lambda row: row[key]


def several(key: str, line: Callable[[Mapping[str, Any]], str]) -> Callable[[Row], str]:
    """A column with a list: each of its things in a line."""
    return lambda row: "\n".join(line(item) for item in row[key])


def joined(*parts: Any) -> str:
    """What is there of it, with blanks between."""
    return " ".join(str(part) for part in parts if part is not None and part != "")
