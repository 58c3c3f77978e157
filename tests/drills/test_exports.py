"""Exports of very many rows: memory does not grow with them."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from storage.schema import case_messages, cases, journal
from tests.support.makers import NOW, a_case
from tests.support.terminal import ROOT, Place
from tests.support.units import a_unit

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

FEW, MANY = 2_000, 200_000
MEGABYTES = 12
"""So much more a hundred times the rows may take: buffers of the database and of the interpreter fill up."""
AT_ONCE = 10_000


def with_cases_up_to(place: Place, count: int) -> None:
    """Copies of one case, each with what was said in it and its journal, a minute apart."""
    with a_unit(place.database) as uow:
        last = uow.connection.execute(sa.select(sa.func.max(cases.c.number))).scalar() or a_case(uow, now=NOW).number
        case = _row(uow.connection, cases, cases.c.number == 1)
        message = _row(uow.connection, case_messages, case_messages.c.case_number == 1)
        entry = _row(uow.connection, journal, journal.c.case_number == 1)
        for start in range(last + 1, count + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count + 1))
            at = {number: NOW + timedelta(minutes=number) for number in numbers}
            uow.connection.execute(sa.insert(cases), [{**case, "number": n, "created_at": at[n]} for n in numbers])
            uow.connection.execute(
                sa.insert(case_messages),
                [{**_new(message), "case_number": n, "chat_id": None, "message_id": None} for n in numbers],
            )
            uow.connection.execute(sa.insert(journal), [{**_new(entry), "case_number": n} for n in numbers])


def _row(connection: sa.Connection, table: sa.Table, condition: Any) -> dict[str, Any]:
    return dict(connection.execute(sa.select(table).where(condition).limit(1)).one()._mapping)


def _new(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def peak(place: Place, format: str) -> float:
    """The most memory, in MB, that a program of its own takes to write them."""
    out = place.folder / f"cases.{format}"
    words = ["export", "cases", "--format", format, "--out", str(out)]
    process = subprocess.Popen([sys.executable, ROOT / "bot.py", *words], cwd=place.folder, stderr=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    most = 0
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.01)
    assert process.wait() == 0
    assert out.stat().st_size
    return most / 1_000_000


def test_two_hundred_thousand_cases_take_no_more_memory_than_two_thousand(furnished: Place) -> None:
    """In every format, the workbook included."""
    with_cases_up_to(furnished, FEW)
    few = {format: peak(furnished, format) for format in ("jsonl", "csv", "xlsx")}
    with_cases_up_to(furnished, MANY)
    many = {format: peak(furnished, format) for format in few}

    grown = {format: many[format] - few[format] for format in few}
    assert max(grown.values()) < MEGABYTES, (few, many)
