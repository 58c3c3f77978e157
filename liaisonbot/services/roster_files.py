"""Roster files: CSV as spreadsheets in China and elsewhere save them, and XLSX. Reading finds all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from liaisonbot.errors import ImportRefused
from liaisonbot.model import RosterEntry, Station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import table_files
from liaisonbot.services.roster_columns import COLUMNS, REQUIRED, RosterRow, cells_of, column_of, read_row
from liaisonbot.services.table_files import Layout, Table, said

LAYOUT: Final = Layout("roster", COLUMNS, REQUIRED, column_of, "person")


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says: its rows, and what its reader should know all the same."""

    rows: tuple[RosterRow, ...]
    warnings: tuple[str, ...] = ()


def read(path: Path) -> RosterFile:
    """The rows of the file. Raises ImportRefused with every problem found, each with its row and column."""
    return read_content(table_files.content_of(path))


def read_content(content: bytes) -> RosterFile:
    """The same for a file's content."""
    return _rows(table_files.read(content, LAYOUT))


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(table: Table) -> RosterFile:
    rows, problems = [], [*table.problems]
    for number, cells in table.rows:
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
    return RosterFile(tuple(rows), (*table.warnings, *_worth_knowing(rows)))


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
    table_files.write(path, LAYOUT, table)


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
