"""Roster files: CSV as spreadsheets in China and elsewhere save them, and XLSX. Reading finds all problems at once."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from liaisonbot.errors import ImportRefused
from liaisonbot.model import RosterEntry, Station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.roster_columns import COLUMNS, REQUIRED, RosterRow, cells_of, column_of, read_row, said
from liaisonbot.spreadsheets import neutralised, unneutralised

MOST_ROWS: Final = 10_000
"""No station has so many people; a file with more is not a roster."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says: its rows, and what its reader should know all the same."""

    rows: tuple[RosterRow, ...]
    warnings: tuple[str, ...] = ()


def read(path: Path) -> RosterFile:
    """The rows of the file. Raises ImportRefused with every problem found, each with its row and column."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise ImportRefused([f"{path} cannot be read ({exc.strerror})"]) from exc
    return read_content(content)


def read_content(content: bytes) -> RosterFile:
    """The same for a file's content; what kind of file it is shows in its first bytes, whatever its name."""
    table = _numbered(_xlsx(content) if content.startswith(_ZIP) else _csv(content))
    heading_row, headings = next(table, (1, []))
    columns, warnings = _columns(heading_row, headings)
    return _rows(columns, table, warnings)


# --- tables -----------------------------------------------------------------------------------------------------------


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


def _numbered(table: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the numbers a spreadsheet gives them; empty ones are left out."""
    for number, row in enumerate(table, start=1):
        if number > MOST_ROWS:
            raise ImportRefused([f"the file has more than {MOST_ROWS} rows; a roster has one row for each person"])
        if any(row):
            yield number, row


# --- rows -------------------------------------------------------------------------------------------------------------


def _columns(number: int, headings: Sequence[str]) -> tuple[list[str | None], list[str]]:
    columns = [column_of(heading) if heading else None for heading in headings]
    problems = [f"row {number}: the column {name} is missing" for name in REQUIRED if name not in columns]
    problems += [said(number, name, "stands there twice") for name in COLUMNS if columns.count(name) > 1]
    warnings = []
    for heading, column in zip(headings, columns, strict=True):
        if column is not None or not heading:
            continue
        meant = get_close_matches(heading.casefold(), COLUMNS, n=1, cutoff=0.75)
        if meant and meant[0] not in columns:
            problems.append(f"row {number}, column {heading}: did you mean {meant[0]}?")
        else:
            warnings.append(f"the column {heading} is not known and was left out")
    if problems:
        raise ImportRefused(problems)
    return columns, warnings


def _rows(columns: Sequence[str | None], table: Iterable[tuple[int, list[str]]], warnings: list[str]) -> RosterFile:
    rows, problems = [], []
    for number, values in table:
        cells = {column: unneutralised(value) for column, value in _paired(columns, values)}
        read = read_row(number, cells)
        if isinstance(read, RosterRow):
            rows.append(read)
        else:
            problems += read
    problems += _said_twice(rows)
    problems += _stations_at_odds(rows)
    if not rows and not problems:
        problems.append("the file has no rows below its headings")
    if problems:
        raise ImportRefused(problems)
    return RosterFile(tuple(rows), tuple(warnings + _worth_knowing(rows)))


def _paired(columns: Sequence[str | None], values: Sequence[str]) -> Iterator[tuple[str, str]]:
    padded = [*values, *[""] * (len(columns) - len(values))]
    for column, value in zip(columns, padded, strict=False):
        if column:
            yield column, value


def _said_twice(rows: Sequence[RosterRow]) -> list[str]:
    """A person, and an account, stands in the file once for each role."""
    problems = []
    for column in ("name", "telegram_id", "username"):
        seen: dict[tuple[str, Any], int] = {}
        for row in rows:
            value = getattr(row, column)
            if value is None:
                continue
            first = seen.setdefault((row.role, value), row.row)
            if first != row.row:
                problems.append(said(row.row, column, f"{value} stands in row {first} already, as {row.role}"))
    return problems


def _stations_at_odds(rows: Sequence[RosterRow]) -> list[str]:
    """A station has one name and one area throughout the file."""
    problems = []
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for row in rows:
        for code, name, area in row.named_stations():
            for column, value in (("station_name", name), ("area", area)):
                if not value:
                    continue
                first, where = seen.setdefault((column, code.casefold()), (value, row.row))
                if first != value:
                    problems.append(said(row.row, column, f"{code} is {value!r} here and {first!r} in row {where}"))
    return problems


def _worth_knowing(rows: Sequence[RosterRow]) -> list[str]:
    warnings = []
    for row in rows:
        if row.telegram_id is None and row.username is None:
            warnings.append(f"row {row.row}: {row.who} has neither telegram_id nor username; send them an /invite link")
        if not row.station and "station" in row.model_fields_set:
            warnings.append(f"row {row.row}: {row.who} belongs to no station and will be given no cases")
    return warnings


# --- writing ----------------------------------------------------------------------------------------------------------


def write(path: Path, table: Iterable[dict[str, str]]) -> None:
    """Write the rows: XLSX if the name ends so, else CSV that a spreadsheet opens as it is."""
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, table)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel takes UTF-8 for UTF-8 by its mark only
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([neutralised(row[column]) for column in COLUMNS] for row in table)


def _write_xlsx(path: Path, table: Iterable[dict[str, str]]) -> None:
    from xlsxwriter import Workbook  # as above

    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("roster")
        as_text = book.add_format({"num_format": "@"})  # else the digits of a long id are rounded
        for number, row in enumerate([dict(zip(COLUMNS, COLUMNS, strict=True)), *table]):
            for column, name in enumerate(COLUMNS):
                sheet.write_string(number, column, neutralised(row[name]), as_text)


def roster_table(uow: UnitOfWork) -> list[dict[str, str]]:
    """The roster as rows of a file; imported again they change nothing."""
    stations = {station.id: station for station in uow.stations.all()}
    return [_table_row(entry, stations) for entry in uow.roster.all()]


def _table_row(entry: RosterEntry, stations: dict[int, Station]) -> dict[str, str]:
    own = sorted((stations[station_id] for station_id in entry.station_ids), key=lambda station: station.code)
    return cells_of(
        {
            "role": entry.role.value,
            "name": entry.name,
            "station": [station.code for station in own],
            "station_name": [station.name for station in own],
            "area": [station.area for station in own] if any(station.area for station in own) else None,
            "specialties": sorted(entry.specialties),
            "telegram_id": entry.telegram_id,
            "username": entry.username,
            "language": entry.language,
            "employer": entry.employer,
        }
    )
