"""What one unit of work costs, without the bot around it: ``python -m benchmarks.storage_units [DATABASE_URL]``.

A unit here is five statements through SQLAlchemy, as intake makes them: store an update, count up, promise a message,
note it, mark the update handled. On the default, a SQLite file in the current folder's file system, it is made and
removed again; a database named in the URL must be a new one.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from storage import migrate
from storage.database import Database, open_database
from storage.schema import counters, done_once, inbox, outbox
from storage.urls import sqlite_url

_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_PAYLOAD = {"text": "The lamp in my street is broken. " * 5}

_RECEIVE = inbox.insert()
_COUNT = (
    counters.update()
    .where(counters.c.name == "benchmark")
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)
_PROMISE = outbox.insert()
_NOTE = done_once.insert()
_HANDLED = inbox.update().where(inbox.c.update_id == sa.bindparam("update")).values(state="done", handled_at=_NOW)


def unit(connection: sa.Connection, update: int) -> int:
    """Five statements, the first of which meets the primary key should an update come twice."""
    lane = update % 50
    connection.execute(_RECEIVE, {"update_id": update, "lane": lane, "payload": str(_PAYLOAD), "received_at": _NOW})
    number: int = connection.execute(_COUNT).scalar_one()
    connection.execute(
        _PROMISE, {"lane": str(lane), "chat_id": lane, "priority": 1, "payload": _PAYLOAD, "promised_at": _NOW}
    )
    connection.execute(_NOTE, {"key": f"update {update}", "at": _NOW})
    connection.execute(_HANDLED, {"update": update})
    return number


async def measure(database: Database[sa.Connection], at_once: int, units: int, numbers: count[int]) -> str:
    """Have that many units under way at once until all are committed."""
    took: list[float] = []
    waiting = iter(range(units))

    async def work() -> None:
        for _ in waiting:
            began, number = time.perf_counter(), next(numbers)
            await database.write(partial(unit, update=number), lanes=[f"chat {number % 50}"])
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    rate = units / (time.perf_counter() - began)
    took.sort()
    p50, p99 = took[units // 2] * 1000, took[units * 99 // 100] * 1000
    return f"{at_once:4} at once: {rate:8,.0f} units/s, p50 {p50:6.2f} ms, p99 {p99:6.2f} ms"


async def main(url: str) -> None:
    """Print one line for each number of units under way."""
    migrate.upgrade(url)
    numbers = count(1)
    async with await open_database(url, unit_of_work=lambda connection: connection) as database:
        await database.write(
            lambda connection: connection.execute(counters.insert(), {"name": "benchmark", "value": 0})
        )
        await measure(database, 10, 200, numbers)
        for at_once, units in ((1, 500), (10, 2_000), (200, 6_000)):
            print(await measure(database, at_once, units, numbers))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(main(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            asyncio.run(main(sqlite_url(Path(folder) / "units.db")))
