"""What looking for like cases costs a report: ``python -m benchmarks.similar [CASES]``.

One station with that many open cases (100,000 unless said). Reports come in one after the other, each one unit of work
and one commit on SQLite with ``synchronous=FULL``. The comparison of the report before is in turn done already; under
way on a reader's connection; and handed in just before this report as the unit that keeps terms and offers, for which
it then waits: the worst that can happen to somebody who writes meanwhile. The database is made in
``benchmarks/results`` and kept.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.reports import various
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot, IncomingMessage, Place, Sender
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import frontdesk, similar
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import loads, migrate
from storage.database import open_database
from storage.migrate import OURS
from storage.sqlite_connection import connect, overlay
from storage.terms import keep_all_anew
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_url

T = TypeVar("T")

RESULTS: Final = Path(__file__).with_name("results")
REPORTS: Final = 2000
WARM_UP: Final = 100
ALONE, BESIDE, BEHIND = WHEN = ("by itself", "beside a comparison", "right behind an offer")
_NOW: Final = datetime(2026, 3, 2, 2, tzinfo=UTC)
_FIRST_PERSON: Final = 9_000_000_000


def database(cases: int) -> Path:
    """The file with that many open cases; made if it is not there yet."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"similar-{cases}-{OURS.head}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        migrate.upgrade(sqlite_url(unfinished))
        with closing(connect(unfinished)) as raw:
            _fill(raw, cases)
        unfinished.rename(path)
    return path


def _fill(raw: Any, cases: int) -> None:
    for pragma in ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
        raw.execute(f"PRAGMA {pragma}")
    connection = overlay(raw)
    raw.execute("BEGIN IMMEDIATE")
    uow = SqlUnitOfWork(connection)
    station = uow.stations.save("A", "阳光联络站", "城东").id
    about: dict[str, Any] = {"username": None, "language": "zh", "station_ids": (station,), "specialties": ()}
    for place in range(4):
        uow.roster.save(Role.DEPUTY, f"代表{place}", telegram_id=11 + place, **about, now=_NOW)
    uow.roster.save(Role.STAFF, "王五", telegram_id=21, **about, now=_NOW)
    words = various(seed=1)
    raw.executemany(
        "INSERT INTO persons (id, telegram_id, language_code, reachable, pace_told, first_seen_at) "
        "VALUES (?, ?, 'zh-hans', 1, 0, ?)",
        ((i, _FIRST_PERSON + i, _kept(_NOW)) for i in range(1, cases + 1)),
    )
    raw.executemany(
        "INSERT INTO cases (number, station_id, stage, deputy_id, category, kind, text, chat_type, anonymous, "
        "created_at, stage_since) VALUES (?, ?, 'mediation', ?, 'other', 'help', ?, 'private', 1, ?, ?)",
        ((i, station, i % 4 + 1, next(words), _kept(_NOW), _kept(_NOW)) for i in range(1, cases + 1)),
    )
    raw.executemany(
        "INSERT INTO case_authors (case_number, person_id, chat_id, chat_type, joined_at) "
        "VALUES (?, ?, ?, 'private', ?)",
        ((i, i, _FIRST_PERSON + i, _kept(_NOW)) for i in range(1, cases + 1)),
    )
    raw.execute("INSERT INTO counters (name, value) VALUES ('case', ?)", (cases,))
    loads.recount(connection)
    keep_all_anew(connection)
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _kept(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


class Stopwatch:
    """Times units of one kind."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        """Of the thread that does the work: what else the machine does adds little to it."""

    def timing(self, unit: Callable[[UnitOfWork], T], uow: UnitOfWork) -> T:
        """Run the unit, and note how long it took."""
        began, cpu_began = time.perf_counter(), time.thread_time()
        result = unit(uow)
        self.seconds.append(time.perf_counter() - began)
        self.cpu_seconds.append(time.thread_time() - cpu_began)
        return result


async def measure(path: Path) -> None:
    """Print one line for each situation, with what it adds, and four for the parts of a comparison by themselves."""
    settings = Settings(telegram={"token": "42:BENCH"})  # type: ignore[arg-type]
    bot, words = Bot(42, "liaison_bot"), various(seed=int(time.time()))
    whole: dict[str, list[float]] = {when: [] for when in WHEN}
    reading, writing = Stopwatch(), Stopwatch()
    make = partial(SqlUnitOfWork, default_language="zh")
    start = int(time.time())  # people and messages of an earlier run are in the file
    async with await open_database(sqlite_url(path), unit_of_work=make) as database:
        for place in range(-WARM_UP, REPORTS):
            when = WHEN[place % len(WHEN)]
            who = 10 * _FIRST_PERSON + start * 10_000 + place
            message = IncomingMessage(
                start * 10_000 + place, Place(who, "private"), Sender(who, None, "zh-hans"), 1, _NOW, next(words)
            )
            desk = Desk(_NOW + timedelta(seconds=place), settings, bot)
            looking: Any = partial(reading.timing, similar.compare_next)
            compared: Any = asyncio.ensure_future(database.read(looking, unhurried=True))
            await (asyncio.sleep(0.001) if when == BESIDE else compared)
            if when != BESIDE:
                offering = asyncio.ensure_future(_offer(database, writing, desk, compared.result()))
                await (asyncio.sleep(0) if when == BEHIND else offering)
            began = time.perf_counter()
            await database.write(partial(frontdesk.receive, desk=desk, message=message))
            took = time.perf_counter() - began
            if when == BESIDE:
                offering = asyncio.ensure_future(_offer(database, writing, desk, await compared))
            await offering
            if place >= 0:
                whole[when].append(took)
    alone = sorted(whole[ALONE])
    for when in WHEN:
        took = sorted(whole[when])
        more = ", ".join(f"p{percent} {_ms(took, percent) - _ms(alone, percent):+.2f} ms" for percent in (50, 99))
        print(f"a report {when}: {_figures(took)} ({more})")
    for name, watch in (("looking for like cases", reading), ("keeping and offering", writing)):
        print(f"{name}: {_figures(sorted(watch.seconds[WARM_UP:]))}")
        print(f"the same, processor time: {_figures(sorted(watch.cpu_seconds[WARM_UP:]))}")


async def _offer(database: Any, watch: Stopwatch, desk: Desk, compared: similar.Compared | None) -> None:
    if compared is not None:
        unit = partial(similar.offer_compared, desk=desk, compared=compared)
        await database.write(partial(watch.timing, unit))


def _ms(ordered: list[float], percent: int) -> float:
    """By nearest rank."""
    return 1000 * ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _figures(ordered: list[float]) -> str:
    return f"p50 {_ms(ordered, 50):.2f} ms, p99 {_ms(ordered, 99):.2f} ms, most {1000 * ordered[-1]:.2f} ms"


if __name__ == "__main__":
    asyncio.run(measure(database(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
