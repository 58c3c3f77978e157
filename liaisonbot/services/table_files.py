"""Tables that offices keep as files: CSV as spreadsheets in China and elsewhere save them, and XLSX.

What a table holds is said by its :class:`Layout`; this reads and writes it, whatever it is. Rows have the numbers a
spreadsheet gives them, so that a person finds what is wrong.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from liaisonbot.errors import ImportRefused
from liaisonbot.spreadsheets import neutralised, unneutralised

MOST_ROWS: Final = 10_000
"""No office has so many people or units; a file with more is something else."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, and how they are found by their headings."""

    name: str
    """Of the worksheet."""
    columns: Mapping[str, tuple[str, ...]]
    """Every column in its order, with the other headings it goes by."""
    required: tuple[str, ...]
    column_of: Callable[[str], str | None]
    """The column that a heading means; None for one that is not ours."""
    one_row_for: str
    """What a row stands for, to be said where there are too many."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says: for each row its number and its cells, by column. ``warnings``: columns that were left out;
    ``problems``: why the file cannot be taken, whatever its rows say.
    """

    rows: Iterable[tuple[int, dict[str, str]]]
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def said(row: int, column: str, sentence: str) -> str:
    """A problem with its place."""
    return f"row {row}, column {column}: {sentence}"


# --- headings and cells -----------------------------------------------------------------------------------------------


def folded(heading: str) -> str:
    """A heading as it is compared: case, blanks and signs do not matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


def within(length: int) -> Callable[[str], str]:
    """A cell that is no longer than that."""

    def check(cell: str) -> str:
        if len(cell) > length:
            raise ValueError(f"it is longer than {length} characters")
        return cell

    return check


Row = TypeVar("Row", bound=BaseModel)


def validated(model: type[Row], number: int, cells: Mapping[str, str], required: Iterable[str]) -> Row | list[str]:
    """The row with that number, or one sentence for each column that is wrong."""
    lacking = [column for column in required if not cells.get(column)]
    problems = [said(number, column, "is empty; every row needs one") for column in lacking]
    given = {column: cell for column, cell in cells.items() if column not in lacking}
    try:
        row = model.model_validate({"row": number, **given})
    except ValidationError as exc:
        faults = [error for error in exc.errors(include_url=False) if error["type"] == "value_error"]
        return problems + [said(number, str(error["loc"][0]), str(error["ctx"]["error"])) for error in faults]
    return problems or row


# --- reading ----------------------------------------------------------------------------------------------------------


def content_of(path: Path) -> bytes:
    """The file's content. Raises ImportRefused where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ImportRefused([f"{path} cannot be read ({exc.strerror}); name another file"]) from exc


def read(content: bytes, layout: Layout) -> Table:
    """The table; what kind of file it is shows in its first bytes, whatever its name. Raises ImportRefused."""
    lines = _numbered(_xlsx(content) if content.startswith(_ZIP) else _csv(content), layout)
    heading_row, headings = next(lines, (1, []))
    columns, warnings = _columns(layout, heading_row, headings)
    rows = list(lines)
    problems = [problem for number, values in rows for problem in _below_no_heading(number, headings, values)]
    cells = ((number, dict(_paired(columns, values))) for number, values in rows)
    return Table(cells, tuple(warnings), tuple(problems))


def _below_no_heading(number: int, headings: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    """A cell that nothing stands above: one comma too many, and everything is in the wrong place."""
    for place, value in enumerate(values):
        if value and not (place < len(headings) and headings[place]):
            yield said(number, letters(place), "no heading stands above it; empty the cell, or write a heading")


def letters(place: int) -> str:
    """What a spreadsheet calls the column in that place: A is the first, AA follows Z."""
    before, this = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + this)


def _csv(content: bytes) -> Iterator[list[str]]:
    if content.startswith(_OLE):
        raise ImportRefused(["the file is in Excel's old format (.xls); save it as .xlsx or .csv"])
    text = _decoded(content)
    # By the headings alone, in which no delimiter stands: cells are full of semicolons, which misleads csv.Sniffer.
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        yield from (
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        )
    except csv.Error as exc:
        raise ImportRefused([f"the file is no CSV: {exc}"]) from exc


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")  # what a Chinese Excel writes when asked for CSV


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as exc:
        raise ImportRefused(["the file is no text that can be read; save it as CSV UTF-8 or as XLSX"]) from exc


def _xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # takes its time; needed by those who import a workbook only

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones
        yield from ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, OSError, EOFError) as exc:
        # openpyxl passes on whatever the parsers below it raise.
        raise ImportRefused(["the file is no XLSX workbook that can be read; save it anew, or as CSV UTF-8"]) from exc


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _numbered(table: Iterable[list[str]], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Rows with the numbers a spreadsheet gives them; empty ones are left out."""
    for number, row in enumerate(table, start=1):
        if number > MOST_ROWS:
            raise ImportRefused(
                [f"the file has more than {MOST_ROWS} rows; it has one row for each {layout.one_row_for}"]
            )
        if any(row):
            yield number, row


def _columns(layout: Layout, number: int, headings: Sequence[str]) -> tuple[list[str | None], list[str]]:
    columns = [layout.column_of(heading) if heading else None for heading in headings]
    problems = [
        f"row {number}: the column {name} is missing; write {name} or {layout.columns[name][0]} above it"
        for name in layout.required
        if name not in columns
    ]
    problems += [
        said(number, name, "stands there twice; take one of them out")
        for name in layout.columns
        if columns.count(name) > 1
    ]
    warnings = []
    for heading, column in zip(headings, columns, strict=True):
        if column is not None or not heading:
            continue
        meant = get_close_matches(heading.casefold(), layout.columns, n=1, cutoff=0.75)
        if meant and meant[0] not in columns:
            problems.append(f"row {number}, column {heading}: did you mean {meant[0]}?")
        else:
            warnings.append(f"the column {heading} is not known and was left out")
    if problems:
        raise ImportRefused(problems)
    return columns, warnings


def _paired(columns: Sequence[str | None], values: Sequence[str]) -> Iterator[tuple[str, str]]:
    padded = [*values, *[""] * (len(columns) - len(values))]
    for column, value in zip(columns, padded, strict=False):
        if column:
            yield column, unneutralised(value)


# --- writing ----------------------------------------------------------------------------------------------------------


def write(path: Path, layout: Layout, table: Iterable[Mapping[str, str]]) -> None:
    """Write the rows: XLSX if the name ends so, else CSV that a spreadsheet opens as it is."""
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, layout, table)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel takes UTF-8 for UTF-8 by its mark only
        writer = csv.writer(file)
        writer.writerow(layout.columns)
        writer.writerows([neutralised(row[column]) for column in layout.columns] for row in table)


def _write_xlsx(path: Path, layout: Layout, table: Iterable[Mapping[str, str]]) -> None:
    from xlsxwriter import Workbook  # as above

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(layout.name)
        as_text = book.add_format({"num_format": "@"})  # else the digits of a long id are rounded
        for number, row in enumerate([dict(zip(layout.columns, layout.columns, strict=True)), *table]):
            for column, name in enumerate(layout.columns):
                sheet.write_string(number, column, neutralised(row[name]), as_text)
