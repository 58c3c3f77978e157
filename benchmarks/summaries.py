"""What a weekly summary costs in a large office: ``python -m benchmarks.summaries [CASES] [POSTGRES-URL]``.

So many cases (1,000,000 unless said), one every five minutes, each with ten entries in the journal, at twenty stations
with ten deputies each; all but the newest are closed. The database is made by SQL, in ``benchmarks/results``, and kept;
with the address of a PostgreSQL database that is empty, or was filled by this program before, that one is used. The
newest week that is over and one half the history ago are read and computed, for all stations and for one, each several
times: median seconds and processor time of the whole, the largest piece of memory it held, how many events of the week
were read. Then once what else the bot does for the newest week until the chat has it: making the text and what is kept
of the chart, promising both (the only part that the writer sees), the words, and the chart's own program.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from handlers.running import warm_up
from handlers.workshop import Workshop
from liaisonbot.desk import Desk
from liaisonbot.figures import compute
from liaisonbot.incoming import Bot
from liaisonbot.outgoing import StoredFile
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import figures, summary_making
from liaisonbot.settings import Settings
from liaisonbot.summaries import CHAT
from liaisonbot.texts import catalogue
from liaisonbot.windows import Window, WindowKind
from storage import closings, migrate
from storage.database import open_database
from storage.schema import cases
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import postgres_url, sqlite_url

T = TypeVar("T")

RESULTS: Final = Path(__file__).with_name("results")
MINUTES: Final = 5
"""One case every so many minutes: a week has the same number however long the history is."""
NOW: Final = datetime(2026, 11, 26, 2, tzinfo=UTC)
STATIONS: Final = 20
DEPUTIES: Final = 200
TIMES: Final = 5
CODE: Final = "S3"
OWNER: Final = 7
SETTINGS: Final = Settings(telegram={"token": "42:BENCH"}, access={"owner_ids": [OWNER]})


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
        closings.recount(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _later(days: int) -> str:
    return f"datetime(:begin, (i * :minutes + {days * 1440}) || ' minutes') || '.000000'"


_DAYS: Final = {"opened": 0, "taken": 1, "answered": 4, "rated": 6, "anew": 7}
"""In the life of a case: days after it came in."""
_SQLITE: Final = (
    f"CREATE TEMP TABLE n (i INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in _DAYS)}, day TEXT)",
    f"""
    INSERT INTO n
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < :count)
    SELECT i, {", ".join(_later(days) for days in _DAYS.values())}, date(:begin, (i * :minutes) || ' minutes')
    FROM count
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
    }, CAST(CAST(:begin AS timestamp) + i * :minutes * interval '1 minute' AS date) AS day
    FROM generate_series(1, :count) AS i
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
    SELECT i, {at}, '{by}', '{event}', {before}, '{after}', '{details}' FROM n WHERE {at} < :now AND {of}
"""
_MIDDLE: Final = "'mediation'"
_ALL: Final = "i > 0"
_RATES_ANEW: Final = "i % 10 = 7"
"""One author in ten thinks again the day after."""
_MEDIATED: Final = {"at": "taken", "by": "deputy", "event": "mediated", "before": _MIDDLE, "after": "mediation"}
_SAID: Final = {"by": "constituent", "after": "closed", "details": r'{"attitude" \: 3, "result" \: 2}'}
"""A colon before a digit is no parameter's."""
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
    f"""
    INSERT INTO case_pasts (case_number, since, until, span, stage, stage_since, outcome, station_id, deputy_id,
                            category, kind, first_replied_at, attitude, result, closed_at)
    SELECT i, rated, anew, 1, 'closed', rated, 'resolved', {_STATION}, {_DEPUTY}, 'other', 'help', answered, 3, 1, rated
    FROM n WHERE anew < :now AND {_RATES_ANEW}
    """,
    *(
        _ENTRY.format(**entry)
        for entry in (
            {**_SAID, "at": "opened", "event": "opened", "before": "NULL", "after": "collection", "details": "{}"}
            | {"of": _ALL},
            {**_MEDIATED, "event": "accepted", "before": "'collection'", "details": "{}", "of": _ALL},
            *5 * ({**_MEDIATED, "details": "{}", "of": _ALL},),
            {**_MEDIATED, "details": "{}", "of": f"NOT ({_RATES_ANEW})"},
            {**_MEDIATED, "at": "answered", "event": "answered", "after": "reply", "details": "{}", "of": _ALL},
            {**_SAID, "at": "rated", "event": "rated_well", "before": "'reply'", "of": _ALL},
            {**_SAID, "at": "anew", "event": "rated_anew", "before": "'closed'", "of": _RATES_ANEW},
        )
    ),
    # A promise for one case in ten, and each deputy's entry of the week in the duty log.
    f"""
    INSERT INTO promises (case_number, deputy_id, made_at, day, first_day, ended_at, ended_on, ending)
    SELECT i, {_DEPUTY}, opened, day, day, rated, day, 'fixed' FROM n WHERE rated < :now AND i % 10 = 5
    """,
    """
    INSERT INTO duty_entries (deputy_id, station_id, type, day, minutes, state, made_at, filed_at)
    SELECT i / 10 % :deputies + 1, i / 10 % :deputies % :stations + 1, 'visit', day, 60, 'filed', opened, opened
    FROM n WHERE opened < :now AND i % 10 = 0
    """,
)


async def measure(url: str, count: int) -> list[str]:
    """A line for each window and scope."""
    desk = Desk(NOW, SETTINGS, Bot(42, "liaison_bot"))
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
    return f"{_ms(seconds, processor)}, {most / 2**20:.1f} MB, {len(material.events)} events, {said}"


def _file(count: int) -> Path:
    """The SQLite file with so many cases: made, or brought up to date."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"summaries-{count}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        fill(sqlite_url(unfinished), count)
        unfinished.rename(path)
    elif migrate.upgrade(sqlite_url(path)):
        for copy in RESULTS.glob(f"{path.name}.before-*"):
            copy.unlink()  # the file can be made anew
    return path


class _Enough(Exception):
    """Nothing of it is to stay in the database."""


async def in_the_chat(url: str) -> list[str]:
    """What each step takes, for all stations."""
    desk = Desk(NOW, SETTINGS, Bot(42, "liaison_bot"))
    window = Window.around(WindowKind.WEEK, desk.today).previous()
    lines: list[str] = []
    kept: list[StoredFile] = []

    def ask_and_tell(uow: UnitOfWork) -> None:
        uow.summary_jobs.ask(
            person_id=uow.people.meet(OWNER, "zh", NOW).id,
            chat_id=OWNER,
            language="zh",
            window=window.label,
            station_ids=None,
            what=CHAT,
            now=NOW,
            message_id=1,
        )
        made = _timed(lines, "made", lambda: summary_making.make_next(uow, desk))
        assert made is not None
        _timed(lines, "promised", lambda: summary_making.tell(uow, desk, made))
        words = catalogue("zh", SETTINGS.locale.timezone)
        _timed(lines, "in words", lambda: words.render(made.text))
        drawn = _timed(lines, "the chart's matter", lambda: summary_making.draw_next(uow, desk))
        kept.extend([drawn.file] if drawn is not None and drawn.file is not None else [])
        raise _Enough

    async with await open_database(url, unit_of_work=partial(SqlUnitOfWork, default_language="zh")) as database:
        with suppress(_Enough):
            await database.write(ask_and_tell)
    for stored in kept:
        began, used_before = time.perf_counter(), _processor_of_programs()
        await Workshop(SETTINGS.locale.timezone).finished(stored, "zh")
        seconds, used = time.perf_counter() - began, _processor_of_programs() - used_before
        lines.append(f"{stored.name} drawn, kept as {len(stored.content) / 1024:.0f} KB: {_ms(seconds, used)}")
    return lines


def _timed(lines: list[str], name: str, function: Callable[[], T]) -> T:
    began, used_before = time.perf_counter(), time.thread_time()
    result = function()
    lines.append(f"{name}: {_ms(time.perf_counter() - began, time.thread_time() - used_before)}")
    return result


def _processor_of_programs() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ms(seconds: float, processor: float) -> str:
    return f"{1000 * seconds:.1f} ms (processor {1000 * processor:.1f} ms)"


def main(count: int, url: str | None) -> None:
    if url is None:
        url = sqlite_url(_file(count))
    else:
        fill(url, count)
    warm_up(SETTINGS)
    print(*asyncio.run(measure(url, count)), sep="\n")
    print("in the chat:", *asyncio.run(in_the_chat(url)), sep="\n  ")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2] if len(sys.argv) > 2 else None)
