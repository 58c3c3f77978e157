"""How long it takes until somebody is forgotten: ``python -m benchmarks.forgetting [ENTRIES] [POSTGRES-URL]``.

A database with that many journal entries (1,000,000 unless said), made in ``benchmarks/results`` and kept; with the
address of an empty PostgreSQL database, whose rows are copied from it, that one is measured. Each of five people is
forgotten: the unit of work, and then the removal of what it left behind, until no byte is left.
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
from typing import Final

from benchmarks import large
from storage import migrate
from storage.database import open_database
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, libpq_url, sqlite_url

RESULTS: Final = Path(__file__).with_name("results")
ENTRIES_PER_CASE: Final = 4
PEOPLE: Final = 5
_TABLES: Final = ("stations", "persons", "roster", "cases", "case_authors", "case_messages", "journal", "links")


async def measure(url: str) -> list[tuple[float, float]]:
    """For each person the seconds of the unit, and those until the traces are gone as well."""
    make = partial(SqlUnitOfWork, default_language="zh")
    took = []
    async with await open_database(url, unit_of_work=make) as database:
        for telegram_id in range(8_000_000_100, 8_000_000_100 + PEOPLE):

            def forget(uow: SqlUnitOfWork, telegram_id: int = telegram_id) -> None:
                person = uow.people.find(telegram_id)
                assert person is not None, "somebody of an earlier run"
                uow.erasure.erase(person, datetime.now(UTC))

            began = time.monotonic()
            await database.write(forget)
            done = time.monotonic()
            await database.erase_traces()
            took.append((done - began, time.monotonic() - done))
    return took


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
    for unit, traces in asyncio.run(measure(url)):
        print(f"unit {unit:.3f} s, traces {traces:.3f} s")


if __name__ == "__main__":
    main()
