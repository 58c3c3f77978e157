"""How long a search takes: ``python -m benchmarks.search [CASES] [URL]``.

One line for each reader and each question: with 10,000 cases unless said, in a SQLite file, or in the empty PostgreSQL
database at the URL. Twenty stations, a hundred deputies; every case has its opening, a mediation entry, ten entries in
the journal, three of them with words, and (but for one in fifty) the same reply: its words are those that nearly every
case has. The index is made by the code that makes it in the bot; of 20,000 different openings the terms are worked out
once only. The file is made in ``benchmarks/results``, and removed when it has been measured unless ``KEEP`` is set.

A question's time is that of the whole answer as it is read when it is sent, on a reader's connection: parsing, index,
cases, rights, matching; rendering is not in it. Processor time is this process's: on PostgreSQL the server's is not.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.reports import various
from liaisonbot import categories, finding
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot, Place
from liaisonbot.services import actors, indexing, search_arguments, searching
from liaisonbot.services.visit import Visit
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import migrate
from storage.database import Database, open_database
from storage.migrate import OURS
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import dialect_of, sqlite_path, sqlite_url

RESULTS: Final = Path(__file__).with_name("results")
STATIONS: Final = 20
DEPUTIES: Final = 100
TEXTS: Final = 20_000
OPEN_SHARE: Final = 50
CASES_PER_PERSON: Final = 3
ROUNDS: Final = 15
REPLY: Final = "经现场查看，有关部门已完成整改，感谢您的反映。"
MEDIATION: Final = "已与物业和街道联系，预计本周内到现场查看。"
HANDED: Final = "请派人到现场看看，三天内回复。"
RETURNED: Final = "已派工，配件要从厂家调，需要几天。"
EXTENDED: Final = "配件未到，延长到下周。"
RARE: Final = "犀牛闯进了单元门"
_FIRST: Final = 9_000_000_000
_NOW: Final = datetime(2026, 11, 26, 2, tzinfo=UTC)
OWNER: Final = 31

QUESTIONS: Final = (
    ("a word of nearly every case", "整改"),
    ("one character of nearly every case", "的"),
    ("a word nobody wrote", "鸵鸟"),
    ("a word of one case", "犀牛"),
    ("two words of nearly every case", "整改 物业"),
    ("two common words, seldom together", "电梯 路灯"),
    ("three common words, never together", "电梯 路灯 暖气"),
    ("pairs that are common, not in one piece", "水管道路"),
    ("a filter alone", "stage:mediation"),
    ("a filter that fits nothing, and a common word", "整改 stage:collection"),
    ("a common word and a category", "物业 category:education"),
    ("a deputy's, since last week", "物业 deputy:代表7 since:7d"),
)
READERS: Final = (("owner", OWNER), ("staff", 21), ("deputy", 11), ("constituent", _FIRST + 7))


def _rows(cases: int) -> Iterator[tuple[str, Sequence[str], Iterable[tuple[Any, ...]]]]:
    """Table, columns and rows, in the order of their foreign keys."""
    said = list(islice(various(seed=1), TEXTS))
    keys = list(categories.CATEGORIES)
    people_, still_open = max(1, cases // CASES_PER_PERSON), cases - cases // OPEN_SHARE
    numbers = range(1, cases + 1)

    def at(i: int) -> datetime:
        return (_NOW - timedelta(minutes=2 * (cases - i) + 1)).replace(tzinfo=None)

    def text(i: int) -> str:
        return RARE if i == 7 else said[i % TEXTS]

    yield (
        "persons",
        ("id", "telegram_id", "language_code", "reachable", "pace_told", "first_seen_at"),
        ((1000 + i, _FIRST + i, "zh-hans", True, False, at(1)) for i in range(people_)),
    )
    yield (
        "cases",
        *_split(
            "number station_id stage outcome deputy_id category kind text chat_type created_at stage_since closed_at",
            (
                (
                    i,
                    i % STATIONS + 1,
                    "closed" if i <= still_open else "mediation",
                    "resolved" if i <= still_open else None,
                    i % DEPUTIES + 1,
                    keys[i % len(keys)],
                    "help",
                    text(i),
                    "private",
                    at(i),
                    at(i),
                    at(i) if i <= still_open else None,
                )
                for i in numbers
            ),
        ),
    )
    yield (
        "case_authors",
        ("case_number", "person_id", "chat_id", "chat_type", "joined_at"),
        ((i, 1000 + i % people_, _FIRST + i % people_, "private", at(i)) for i in numbers),
    )
    yield (
        "case_messages",
        ("case_number", "at", "by_role", "person_id", "kind", "text", "opening"),
        (
            row
            for i in numbers
            for row in (
                (i, at(i), "constituent", 1000 + i % people_, "conversation", text(i), True),
                (i, at(i), "deputy", None, "mediation", MEDIATION, False),
                *([(i, at(i), "deputy", None, "reply", REPLY, False)] if i <= still_open else []),
            )
        ),
    )
    steps = (
        ("constituent", "opened", None, "collection", None),
        ("constituent", "sorted", "collection", "collection", None),
        ("system", "routed", "collection", "collection", None),
        ("deputy", "accepted", "collection", "mediation", None),
        ("deputy", "handed", "mediation", "mediation", HANDED),
        ("deputy", "returned", "mediation", "mediation", RETURNED),
        ("deputy", "extended", "mediation", "mediation", EXTENDED),
        ("constituent", "chased", "mediation", "mediation", None),
    )
    ends = (("deputy", "answered", "mediation", "reply", None), ("constituent", "rated_well", "reply", "closed", None))
    goes_on = (("constituent", "chased", "mediation", "mediation", None),) * len(ends)
    yield (
        "journal",
        ("case_number", "at", "by_role", "event", "from_stage", "to_stage", "note"),
        ((i, at(i), *step) for i in numbers for step in (*steps, *(ends if i <= still_open else goes_on))),
    )
    yield "counters", ("name", "value"), (("case", cases), ("unindexed_below", cases + 1))


def _split(columns: str, rows: Iterable[tuple[Any, ...]]) -> tuple[Sequence[str], Iterable[tuple[Any, ...]]]:
    return columns.split(), rows


def _fill_sqlite(path: Path, cases: int) -> None:
    from storage.sqlite_connection import connect, overlay

    with closing(connect(path)) as raw:
        for pragma in ("synchronous = OFF", "cache_size = -200000", "foreign_keys = OFF", "secure_delete = OFF"):
            raw.execute(f"PRAGMA {pragma}")
        _roster(SqlUnitOfWork(overlay(raw)))
        raw.execute("BEGIN IMMEDIATE")
        for table, columns, rows in _rows(cases):
            marks = ", ".join("?" * len(columns))
            raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", map(_kept, rows))
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _kept(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value for value in row)


def _fill_postgres(url: str, cases: int) -> None:
    from storage.postgres_connection import one_engine

    with one_engine(url) as engine, engine.begin() as connection:
        _roster(SqlUnitOfWork(connection))
        raw: Any = connection.connection.driver_connection
        for table, columns, rows in _rows(cases):
            with raw.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    with one_engine(url) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _roster(uow: SqlUnitOfWork) -> None:
    about: dict[str, Any] = {"username": None, "language": "zh", "specialties": (), "now": _NOW - timedelta(days=9000)}
    stations = [uow.stations.save(f"S{place}", f"联络站{place}", "").id for place in range(STATIONS)]
    for place in range(DEPUTIES):
        here = (stations[place % STATIONS],)
        uow.roster.save(Role.DEPUTY, f"代表{place}", telegram_id=11 + 1000 * place, station_ids=here, **about)
    uow.roster.save(Role.STAFF, "王五", telegram_id=21, station_ids=(stations[3],), **about)
    for account in (OWNER, 11, 21):
        uow.people.meet(account, "zh", _NOW - timedelta(days=9000))


async def _index(database: Database[SqlUnitOfWork], cases: int) -> None:
    """As the bot does it, but that what was said before is not taken apart again."""
    whole = finding.terms
    one = cache(lambda text: whole([text]))
    seconds: list[float] = []
    began = time.perf_counter()
    indexing.finding.terms = lambda texts: frozenset[int]().union(*map(one, texts))  # type: ignore[attr-defined]
    try:
        while (block := await database.read(indexing.prepare_block, unhurried=True)) is not None:
            for part in block.parts():
                since = time.perf_counter()
                await database.write(partial(indexing.fill, block=block, part=part))
                seconds.append(time.perf_counter() - since)
            await database.write(partial(indexing.filled, block=block))
    finally:
        indexing.finding.terms = whole  # type: ignore[attr-defined]
    took = time.perf_counter() - began
    if seconds:
        print(
            f"indexed {cases:,} cases in {took:.0f} s; a unit of it: p50 {1000 * statistics.median(seconds):.0f} ms, "
            f"most {1000 * max(seconds):.0f} ms"
        )


def _entries(cases: int) -> Callable[[SqlUnitOfWork], tuple[float, float]]:
    """What a few new cases cost: the part that reads, the part that writes; in seconds for each of them."""

    def unit(uow: SqlUnitOfWork) -> tuple[float, float]:
        numbers = random.sample(range(max(1, cases - 1000), cases + 1), indexing.AT_ONCE)
        uow.finding.drop(numbers)
        for number in numbers:
            uow.finding.owe(number)
        began = time.perf_counter()
        prepared = indexing.prepare(uow)
        read = time.perf_counter()
        assert prepared is not None
        indexing.enter(uow, prepared)
        return (read - began) / indexing.AT_ONCE, (time.perf_counter() - read) / indexing.AT_ONCE

    return unit


def _ask(settings: Settings, account: int, words: str, uow: SqlUnitOfWork) -> tuple[float, float, int]:
    """Seconds, seconds of the processor, and how many cases are on the page."""
    desk = Desk(_NOW, settings, Bot(42, "liaison_bot"))
    began, used = time.perf_counter(), time.thread_time()
    visit = Visit(uow, desk, actors.known(uow, desk, account), Place(account, "private"), "zh")
    page = searching.look(visit, search_arguments.read(visit, words))
    return time.perf_counter() - began, time.thread_time() - used, len(page.found)


async def measure(cases: int, url: str) -> None:
    """Fill the database if it is new, then print the figures."""
    made = None
    if dialect_of(url) == "sqlite":
        made = sqlite_path(url)
        if not made.exists():
            migrate.upgrade(url)
            _fill_sqlite(made, cases)
    elif migrate.missing(url):
        migrate.upgrade(url)
        _fill_postgres(url, cases)
    settings = Settings(telegram={"token": "42:BENCH"}, access={"owner_ids": [OWNER]})  # type: ignore[arg-type]
    make = partial(SqlUnitOfWork, default_language="zh")
    async with await open_database(url, unit_of_work=make) as database:
        await _index(database, cases)
        costs = [await database.write(_entries(cases)) for _ in range(ROUNDS)]
        read, write = (1000 * statistics.median(column) for column in zip(*costs, strict=True))
        print(f"a new entry: {read:.1f} ms to read, {write:.1f} ms to write; {_memory()} MB")
        worst = 0.0
        for _, words in QUESTIONS:  # what a process reads once, such as the catalogues
            await database.read(partial(_ask, settings, OWNER, words))
        for who, account in READERS:
            for name, words in QUESTIONS:
                asked = [await database.read(partial(_ask, settings, account, words)) for _ in range(ROUNDS)]
                took = sorted(1000 * seconds for seconds, _, _ in asked)
                used = 1000 * statistics.median(seconds for _, seconds, _ in asked)
                worst = max(worst, took[-1])
                figures = f"p50 {took[len(took) // 2]:6.1f} ms, most {took[-1]:6.1f} ms, processor {used:6.1f} ms"
                print(f"{who:12} {name:46} {figures}, {asked[-1][2]} on the page")
        print(f"most of all: {worst:.0f} ms; {_memory()} MB; load {os.getloadavg()[0]:.1f}")
    if made is not None:
        print(f"file: {made.stat().st_size / 1e6:.0f} MB")
        if "KEEP" not in os.environ:
            for part in made.parent.glob(f"{made.name}*"):
                part.unlink()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    RESULTS.mkdir(exist_ok=True)
    where = sys.argv[2] if len(sys.argv) > 2 else sqlite_url(RESULTS / f"search-{count}-{OURS.head}.db")
    asyncio.run(measure(count, where))
