"""The handling units as a file: read, planned, applied, and written again. All of it takes effect, or nothing.

A row stands for the unit with that name and replaces what is stored of it; a column that the file does not have leaves
what is stored. Who is not in the file stays, unless the file is to replace them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from liaisonbot import categories
from liaisonbot.errors import ImportRefused
from liaisonbot.model import Unit
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import table_files
from liaisonbot.services.roster_columns import categories_in, name_in
from liaisonbot.services.roster_import import Change
from liaisonbot.services.table_files import Layout, folded, said, validated, within

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("名称", "单位", "单位名称", "承办单位"),
    "contact": ("联系方式", "联系人", "电话", "联系电话"),
    "categories": ("类别", "负责类别", "领域", "职责", "category"),
}
"""Every column of the file in its order, with the other headings it goes by."""
REQUIRED: Final = ("name",)
_HEADINGS: Final = {folded(heading): column for column, others in COLUMNS.items() for heading in (column, *others)}


class UnitRow(BaseModel):
    """A row that can be imported. What its file has no column for is not among ``model_fields_set``."""

    model_config = ConfigDict(frozen=True)

    row: int
    name: Annotated[str, BeforeValidator(name_in)]
    contact: Annotated[str, BeforeValidator(within(240))] = ""
    categories: Annotated[tuple[str, ...], BeforeValidator(categories_in)] = ()


LAYOUT: Final = Layout("units", COLUMNS, REQUIRED, lambda heading: _HEADINGS.get(folded(heading)), "unit")


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What a file says: its rows, and what its reader should know all the same."""

    rows: tuple[UnitRow, ...]
    warnings: tuple[str, ...] = ()


def read(path: Path) -> UnitFile:
    """The rows of the file. Raises ImportRefused with every problem found, each with its row and column."""
    return read_content(table_files.content_of(path))


def read_content(content: bytes) -> UnitFile:
    """The same for a file's content."""
    table = table_files.read(content, LAYOUT)
    rows: list[UnitRow] = []
    problems = [*table.problems]
    for number, cells in table.rows:
        row = validated(UnitRow, number, cells, REQUIRED)
        if isinstance(row, UnitRow):
            rows.append(row)
        else:
            problems += row
    problems += _said_twice(rows)
    if not rows and not problems:
        problems.append("the file has no rows below its headings")
    if problems:
        raise ImportRefused(problems)
    return UnitFile(tuple(rows), table.warnings)


def _said_twice(rows: Sequence[UnitRow]) -> list[str]:
    first: dict[str, int] = {}
    return [
        said(row.row, "name", f"{row.name} stands in row {before} already")
        for row in rows
        if (before := first.setdefault(row.name.casefold(), row.row)) != row.row
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do. ``leaving`` are the units that are not in the file, if it is to replace them all."""

    rows: tuple[UnitRow, ...]
    changes: tuple[Change, ...]
    leaving: tuple[Unit, ...] = ()


def plan(uow: UnitOfWork, file: UnitFile, *, replacing: bool = False) -> Plan:
    """What importing the file would do now; nothing is changed."""
    known = {unit.name.casefold(): unit for unit in uow.units.all()}
    changes = [change for row in file.rows if (change := _change(row, known.get(row.name.casefold())))]
    named = {row.name.casefold() for row in file.rows}
    leaving = tuple(unit for name, unit in known.items() if name not in named) if replacing else ()
    changes += [Change("retired", unit.name) for unit in leaving]
    return Plan(file.rows, tuple(changes), leaving)


def _change(row: UnitRow, stored: Unit | None) -> Change | None:
    contact, keys = _wanted(row, stored)
    if stored is None:
        return Change("added", row.name, ", ".join(part for part in (contact, ";".join(keys)) if part))
    differences = [
        f"{what} {old or '–'} → {new or '–'}"
        for what, old, new in (
            ("contact", stored.contact, contact),
            ("categories", ";".join(_in_order(stored.categories)), ";".join(keys)),
        )
        if old != new
    ]
    return Change("changed", stored.name, ", ".join(differences)) if differences else None


def _wanted(row: UnitRow, stored: Unit | None) -> tuple[str, list[str]]:
    """Contact and categories as the row wants them."""
    given = row.model_fields_set
    contact = row.contact if "contact" in given or stored is None else stored.contact
    keys = row.categories if "categories" in given or stored is None else stored.categories
    return contact, _in_order(keys)


def _in_order(keys: Sequence[str] | frozenset[str]) -> list[str]:
    return [key for key in categories.CATEGORIES if key in keys]


def apply(uow: UnitOfWork, planned: Plan) -> None:
    """Do it."""
    known = {unit.name.casefold(): unit for unit in uow.units.all()}
    for unit in planned.leaving:
        uow.units.retire(unit.id)
    for row in planned.rows:
        stored = known.get(row.name.casefold())
        contact, keys = _wanted(row, stored)
        uow.units.save(stored.name if stored else row.name, contact, keys)


def write(path: Path, table: Sequence[Mapping[str, str]]) -> None:
    """Write the rows: XLSX if the name ends so, else CSV that a spreadsheet opens as it is."""
    table_files.write(path, LAYOUT, table)


def units_table(uow: UnitOfWork) -> list[dict[str, str]]:
    """The units as rows of a file; imported again they change nothing."""
    return [
        {"name": unit.name, "contact": unit.contact, "categories": ";".join(_in_order(unit.categories))}
        for unit in uow.units.all()
    ]
