"""What a weekly summary costs in a large office: ``python -m benchmarks.summaries [CASES] [POSTGRES-URL]``.

So many cases (1,000,000 unless said), one every five minutes, each with ten entries in the journal, at twenty stations
with ten deputies each; all but the newest are closed. The database is made by SQL, in ``benchmarks/results``, and kept;
with the address of a PostgreSQL database that is empty, or was filled by this program before, that one is used. The
newest week that is over and one half the history ago are read and computed, for all stations and for one, each several
times: median seconds and processor time of the whole, the largest piece of memory it held, how many events of the week
were read.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from liaisonbot.desk import Desk
from liaisonbot.figures import compute
from liaisonbot.incoming import Bot
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import figures
from liaisonbot.settings import Settings
from liaisonbot.windows import Window, WindowKind
from storage import migrate
from storage.database import open_database
from storage.migrate import OURS
from storage.schema import cases
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import postgres_url, sqlite_url

RESULTS: Final = Path(__file__).with_name("results")
MINUTES: Final = 5
"""One case every so many minutes: a week has the same number however long the history is."""
NOW: Final = datetime(2026, 11, 26, 2, tzinfo=UTC)
STATIONS: Final = 20
DEPUTIES: Final = 200
TIMES: Final = 5
CODE: Final = "S3"


def fill(url: str, count: int) -> None:
    """Make the schema, and in it so many cases."""
    migrate.upgrade(url)
    lite = url.startswith("sqlite")
    engine = sa.create_engine(url if lite else postgres_url(url))
    with engine.begin() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one():
            return
        for statement in (*(_SQLITE if lite else _POSTGRES), *_EITHER):
            given = {"count": count, "begin": _text(NOW - timedelta(minutes=MINUTES * (count + 1)))}
            given |= {"minutes": MINUTES, "stations": STATIONS, "deputies": DEPUTIES, "now": _text(NOW)}
            named = sa.text(statement)
            connection.execute(named, {name: given[name] for name in named.compile().params})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _later(days: int) -> str:
    return f"datetime(:begin, (i * :minutes + {days * 1440}) || ' minutes') || '.000000'"


_DAYS: Final = {"opened": 0, "taken": 1, "answered": 4, "rated": 6}
"""In the life of a case: days after it came in."""
_SQLITE: Final = (
    f"CREATE TEMP TABLE n (i INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in _DAYS)})",
    f"""
    INSERT INTO n
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < :count)
    SELECT i, {", ".join(_later(days) for days in _DAYS.values())} FROM count
    """,
)
_POSTGRES: Final = (
    f"""
    CREATE TEMP TABLE n ON COMMIT DROP AS
    SELECT i, {
        ", ".join(
            f"(CAST(:begin AS timestamp) AT TIME ZONE 'UTC') + (i * :minutes + {days * 1440}) * interval '1 minute' "
            f"AS {name}"
            for name, days in _DAYS.items()
        )
    } FROM generate_series(1, :count) AS i
    """,
)
_OVER: Final = "rated < :now"
_STATION: Final = "i % :stations + 1"
_DEPUTY: Final = "i % :deputies + 1"
_PAST: Final = """
    INSERT INTO case_pasts (case_number, since, until, span, stage, stage_since, station_id, deputy_id, category, kind,
                            first_replied_at)
    SELECT i, {since}, {until}, {span}, '{stage}', {since}, i % :stations + 1, i % :deputies + 1, 'other', 'help',
           {replied}
    FROM n WHERE {until} < :now
"""
_ENTRY: Final = """
    INSERT INTO journal (case_number, at, by_role, event, from_stage, to_stage, details)
    SELECT i, {at}, '{by}', '{event}', {before}, '{after}', '{details}' FROM n WHERE {at} < :now
"""
_MIDDLE: Final = "'mediation'"
_EITHER: Final = (
    "INSERT INTO counters (name, value) SELECT 'case', count(*) FROM n WHERE opened < :now",
    *(
        f"INSERT INTO stations (id, code, name, area) VALUES ({n}, 'S{n}', '联络站{n}', '城东')"
        for n in range(1, STATIONS + 1)
    ),
    *(
        f"INSERT INTO roster (id, role, name, active) VALUES ({n}, 'deputy', '代表{n}', TRUE)"
        for n in range(1, DEPUTIES + 1)
    ),
    *(
        f"INSERT INTO roster_stations (roster_id, station_id) VALUES ({n}, {(n - 1) % STATIONS + 1})"
        for n in range(1, DEPUTIES + 1)
    ),
    f"""
    INSERT INTO cases (number, station_id, stage, outcome, deputy_id, category, kind, text, chat_type, created_at,
                       stage_since, replied_at, first_replied_at, attitude, result, rated_at, closed_at)
    SELECT i, {_STATION}, CASE WHEN {_OVER} THEN 'closed' ELSE 'mediation' END,
           CASE WHEN {_OVER} THEN 'resolved' END, {_DEPUTY}, 'other', 'help', '三号楼的路灯不亮了', 'private', opened,
           CASE WHEN {_OVER} THEN rated ELSE opened END, CASE WHEN {_OVER} THEN answered END,
           CASE WHEN {_OVER} THEN answered END, CASE WHEN {_OVER} THEN 3 END, CASE WHEN {_OVER} THEN 2 END,
           CASE WHEN {_OVER} THEN rated END, CASE WHEN {_OVER} THEN rated END
    FROM n WHERE opened < :now
    """,
    _PAST.format(since="opened", until="taken", span=1, stage="collection", replied="NULL"),
    _PAST.format(since="taken", until="answered", span=2, stage="mediation", replied="NULL"),
    _PAST.format(since="answered", until="rated", span=2, stage="reply", replied="answered"),
    _ENTRY.format(at="opened", by="constituent", event="opened", before="NULL", after="collection", details="{}"),
    _ENTRY.format(at="taken", by="deputy", event="accepted", before="'collection'", after="mediation", details="{}"),
    *6 * (_ENTRY.format(at="taken", by="deputy", event="mediated", before=_MIDDLE, after="mediation", details="{}"),),
    _ENTRY.format(at="answered", by="deputy", event="answered", before=_MIDDLE, after="reply", details="{}"),
    _ENTRY.format(
        at="rated",
        by="constituent",
        event="rated_well",
        before="'reply'",
        after="closed",
        # A colon before a digit is no parameter's.
        details=r'{"attitude" \: 3, "result" \: 2}',
    ),
)


async def measure(url: str, count: int) -> list[str]:
    """A line for each window and scope."""
    settings = Settings(telegram={"token": "42:BENCH"})
    desk = Desk(NOW, settings, Bot(42, "liaison_bot"))
    newest = Window.around(WindowKind.WEEK, desk.today).previous()
    long_ago = Window.around(WindowKind.WEEK, desk.today - timedelta(minutes=MINUTES * count / 2))
    lines = []
    async with await open_database(url, unit_of_work=partial(SqlUnitOfWork, default_language="zh")) as database:
        for name, window in (("newest", newest), ("long ago", long_ago)):
            for code in (None, CODE):
                made = await database.read(partial(_one, desk=desk, window=window, code=code))
                lines.append(f"{count} cases, {name} week, {code or 'all stations'}: {made}")
    return lines


def _one(uow: UnitOfWork, *, desk: Desk, window: Window, code: str | None) -> str:
    station = None if code is None else uow.stations.by_code(code)
    scope = figures.scope_of(None if station is None else [station.id])
    took, used = [], []
    for _ in range(TIMES):
        began, used_before = time.perf_counter(), time.thread_time()
        material = figures.read(uow, desk, window, scope)
        compute(material, desk.working_days)
        took.append(time.perf_counter() - began)
        used.append(time.thread_time() - used_before)
    tracemalloc.start()
    figures.of(uow, desk, window, scope)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    seconds, processor = statistics.median(took), statistics.median(used)
    about: dict[str, Any] = {"received": len(material.received), "open": len(material.open)}
    said = ", ".join(f"{number} {what}" for what, number in about.items())
    return (
        f"{1000 * seconds:.0f} ms (processor {1000 * processor:.0f} ms), {most / 2**20:.1f} MB, "
        f"{len(material.events)} events, {said}"
    )


def main(count: int, url: str | None) -> None:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"summaries-{count}-{OURS.head}.db"
    if url is None and not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        fill(sqlite_url(unfinished), count)
        unfinished.rename(path)
    elif url is not None:
        fill(url, count)
    print(*asyncio.run(measure(url or sqlite_url(path), count)), sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2] if len(sys.argv) > 2 else None)
