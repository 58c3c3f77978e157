"""Days off and make-up days that the office entered itself, as a file (``files.calendar``).

For a year whose notice the program does not know yet, and for what is different at one place. The file leads over what
the program knows. It is read again whenever it was changed, so that a new year needs neither a release nor a restart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict

from liaisonbot.errors import ImportRefused
from liaisonbot.services import table_files
from liaisonbot.services.table_files import Layout, folded, said, validated, within
from liaisonbot.working_days import NONE_ENTERED, Entered

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("日期", "day"),
    "kind": ("安排", "类型", "放假或上班"),
    "note": ("说明", "节日", "名称", "备注", "name"),
    "by": ("登记人", "填写人", "entered by"),
}
"""Every column of the file in its order, with the other headings it goes by."""
REQUIRED: Final = ("date", "kind", "by")
KINDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("off", "holiday", "放假", "休", "休息"), False),
    **dict.fromkeys(("work", "make-up", "上班", "班", "补班", "调休上班"), True),
}
"""What the kind of a day can be called, and whether it is a working day."""
_HEADINGS: Final = {folded(heading): column for column, others in COLUMNS.items() for heading in (column, *others)}
LAYOUT: Final = Layout("calendar", COLUMNS, REQUIRED, lambda heading: _HEADINGS.get(folded(heading)), "day")

log = structlog.get_logger()


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        raise ValueError("write the day like 2027-02-06") from None


def _works(cell: str) -> bool:
    found = KINDS.get(cell.casefold())
    if found is None:
        raise ValueError("write off (放假) or work (上班)")
    return found


class DayRow(BaseModel):
    """A day, and who entered it."""

    model_config = ConfigDict(frozen=True)

    row: int
    date: Annotated[date, BeforeValidator(_day)]
    kind: Annotated[bool, BeforeValidator(_works)]
    note: Annotated[str, BeforeValidator(within(120))] = ""
    by: Annotated[str, BeforeValidator(within(120))]


def read(path: Path) -> tuple[DayRow, ...]:
    """The days of the file. Raises ImportRefused with every problem found, each with its row and column."""
    rows: list[DayRow] = []
    problems: list[str] = []
    for number, cells in table_files.read(table_files.content_of(path), LAYOUT).rows:
        row = validated(DayRow, number, cells, REQUIRED)
        if isinstance(row, DayRow):
            rows.append(row)
        else:
            problems += row
    problems += _said_twice(rows)
    if problems:
        raise ImportRefused(problems)
    return tuple(rows)


def _said_twice(rows: Sequence[DayRow]) -> list[str]:
    first: dict[date, int] = {}
    return [
        said(row.row, "date", f"{row.date} stands in row {before} already")
        for row in rows
        if (before := first.setdefault(row.date, row.row)) != row.row
    ]


class EnteredDays:
    """The days of the file as it is now. One that cannot be read leaves what was read before."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._days: Entered = NONE_ENTERED

    def days(self) -> Entered:
        """Looks at the file's time and size each time, and reads it only when these changed."""
        if self._path is None:
            return self._days
        try:
            state = self._path.stat()
        except OSError:
            return self._days
        if self._seen != (state.st_mtime_ns, state.st_size):
            self._seen = (state.st_mtime_ns, state.st_size)
            try:
                self._days = frozenset((row.date, row.kind) for row in read(self._path))
            except ImportRefused as exc:
                log.warning("the calendar file cannot be read; the days read before hold", problems=len(exc.problems))
        return self._days
