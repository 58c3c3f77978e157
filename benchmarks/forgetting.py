"""How long it takes until somebody is forgotten: ``python -m benchmarks.forgetting [ENTRIES] [POSTGRES-URL]``.

A database with that many journal entries (1,000,000 unless said), made in ``benchmarks/results`` and kept; with the
address of an empty PostgreSQL database, whose rows are copied from it, that one is measured. Each of five people is
forgotten: the unit of work, and then the removal of what it left behind, until no byte is left. On SQLite then eight
people ask two seconds after each other while the bot's own loop removes what is left behind (``storage/erasing.py``).
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from benchmarks import large
from storage import migrate, traces
from storage.database import open_database
from storage.erasing import Erasing
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, libpq_url, sqlite_url

RESULTS: Final = Path(__file__).with_name("results")
ENTRIES_PER_CASE: Final = 4
PEOPLE: Final = 5
IN_A_ROW: Final = 8
SECONDS_BETWEEN: Final = 2.0
_TABLES: Final = ("stations", "persons", "roster", "cases", "case_authors", "case_messages", "journal", "links")


async def measure(url: str) -> list[tuple[float, float]]:
    """For each person the seconds of the unit, and those until the traces are gone as well."""
    make = partial(SqlUnitOfWork, default_language="zh")
    took = []
    async with await open_database(url, unit_of_work=make) as database:
        for telegram_id in range(8_000_000_100, 8_000_000_100 + PEOPLE):
            began = time.monotonic()
            await database.write(partial(_forget, telegram_id=telegram_id))
            done = time.monotonic()
            await database.erase_traces()
            took.append((done - began, time.monotonic() - done))
    return took


async def measure_in_a_row(url: str) -> list[float]:
    """For each of several people who ask soon after each other the seconds from asking until no byte is left."""
    make = partial(SqlUnitOfWork, default_language="zh")
    async with await open_database(url, unit_of_work=make) as database:
        erasing = asyncio.create_task(Erasing(database, url).run())

        async def one(place: int) -> float:
            await asyncio.sleep(place * SECONDS_BETWEEN)
            began = time.monotonic()
            await database.write(partial(_forget, telegram_id=8_000_000_200 + place))
            await _traces_are_gone(database)
            return time.monotonic() - began

        took = await asyncio.gather(*(one(place) for place in range(IN_A_ROW)))
        erasing.cancel()
    return list(took)


async def _traces_are_gone(database: Any) -> None:
    while await database.read(lambda uow: traces.noted(uow.connection)) is not None:  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # nothing rings for it


def _forget(uow: SqlUnitOfWork, telegram_id: int) -> None:
    person = uow.people.find(telegram_id)
    assert person is not None, "somebody of an earlier run"
    uow.erasure.erase(person, datetime.now(UTC))


def _copy(path: Path, url: str) -> None:
    """The rows of the file in PostgreSQL, whose tables are made for them."""
    import psycopg
    from sqlalchemy import Boolean

    from storage.schema import metadata

    migrate.upgrade(url)
    plain = libpq_url(url)
    with closing(sqlite3.connect(path)) as file, psycopg.connect(plain) as server:
        for name in _TABLES:
            columns = list(metadata.tables[name].columns)
            yes_or_no = [isinstance(column.type, Boolean) for column in columns]
            named = ", ".join(f'"{column.name}"' for column in columns)
            with server.cursor().copy(f"COPY {name} ({named}) FROM STDIN") as into:
                for row in file.execute(f"SELECT {named} FROM {name}"):
                    into.write_row(
                        [
                            bool(value) if said and value is not None else value
                            for said, value in zip(yes_or_no, row, strict=True)
                        ]
                    )
        server.commit()
        server.autocommit = True
        server.execute("ANALYZE")


def main() -> None:
    """Print one line for each person."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    RESULTS.mkdir(exist_ok=True)
    kept = large.database(RESULTS, -(-entries // ENTRIES_PER_CASE))
    url = sys.argv[2] if len(sys.argv) > 2 else None
    if url is None or dialect_of(url) == "sqlite":
        path = kept.with_name("forgetting.db")
        copyfile(kept, path)
        print(f"SQLite, {path.stat().st_size / 2**20:.0f} MB, {entries:,} entries in the journal")
        url = sqlite_url(path)
    else:
        _copy(kept, url)
        print(f"PostgreSQL, {entries:,} entries in the journal")
    for unit, left in asyncio.run(measure(url)):
        print(f"unit {unit:.3f} s, traces {left:.3f} s")
    if dialect_of(url) == "sqlite":
        took = asyncio.run(measure_in_a_row(url))
        print(f"{IN_A_ROW} people, {SECONDS_BETWEEN:.0f} s apart: " + ", ".join(f"{seconds:.1f}" for seconds in took))


if __name__ == "__main__":
    main()
