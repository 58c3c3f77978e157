"""What looking for like cases adds to a report: ``python -m benchmarks.similar [CASES]``.

One station with that many open cases (100,000 unless said). Reports come in one after the other, each one unit of work
and one commit on SQLite with ``synchronous=FULL``, in turn with and without keeping the terms of the new case and
looking for like ones. The database is made in ``benchmarks/results`` and kept.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot, IncomingMessage, Place, Sender
from liaisonbot.services import frontdesk, intake
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import migrate
from storage.cases import recount_loads
from storage.database import open_database
from storage.migrate import OURS
from storage.sqlite_connection import connect, overlay
from storage.terms import SqlTerms, keep_all_anew
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_url

RESULTS: Final = Path(__file__).with_name("results")
REPORTS: Final = 2000
_NOW: Final = datetime(2026, 3, 2, 2, tzinfo=UTC)
_FIRST_PERSON: Final = 9_000_000_000

_PLACES: Final = (
    *(
        "小区东门",
        "小区西门",
        "地下车库",
        "菜市场门口",
        "幼儿园旁边",
        "学校门口",
        "公交站",
        "河边步道",
        "广场",
        "社区医院",
    ),
    *("人民路", "解放路", "建设路", "和平街", "槐荫里", "桃园巷", "滨河路", "长青街", "新华路", "文化路"),
)
_THINGS: Final = (
    *(
        "路灯",
        "垃圾桶",
        "下水道",
        "井盖",
        "电梯",
        "楼道灯",
        "健身器材",
        "停车位",
        "充电桩",
        "斑马线",
        "水管",
        "暖气",
        "路面",
    ),
    *("围墙", "树枝", "电线", "消防通道", "快递柜", "长椅", "排水沟"),
)
_TROUBLES: Final = (
    *(
        "坏了没人修",
        "好几天了没人管",
        "堵了，污水流到路上",
        "不亮，晚上很黑",
        "满了没人收",
        "被占用，车过不去",
        "漏水很久了",
    ),
    *("松动，老人容易摔倒", "太少，不够用", "噪音太大，睡不着觉", "又坏了，上周才修过", "看不清，孩子过马路危险"),
)
_MORE: Final = ("", "，麻烦尽快处理", "，已经打过电话没有用", "，物业说不归他们管", "，请代表帮忙反映", "，谢谢")
_ENGLISH: Final = ("street lamp", "garbage bin", "elevator", "manhole cover", "water pipe", "bus stop", "playground")
_ENGLISH_TROUBLES: Final = ("is broken", "has been out of order for days", "is overflowing", "leaks", "is dangerous")


def texts(seed: int) -> Iterator[str]:
    """What people write, in ever new combinations of the same few hundred words; one in eight in English."""
    dice = random.Random(seed)
    while True:
        house = f"{dice.randint(1, 60)}号楼{dice.randint(1, 6)}单元" if dice.random() < 0.6 else ""
        if dice.random() < 1 / 8:
            yield f"The {dice.choice(_ENGLISH)} at building {dice.randint(1, 60)} {dice.choice(_ENGLISH_TROUBLES)}"
        else:
            where, what = dice.choice(_PLACES), dice.choice(_THINGS)
            yield f"{where}{house}的{what}{dice.choice(_TROUBLES)}{dice.choice(_MORE)}"


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
        uow.roster.save(Role.DEPUTY, f"代表{place}", telegram_id=11 + place, **about)
    uow.roster.save(Role.STAFF, "王五", telegram_id=21, **about)
    words = texts(seed=1)
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
    recount_loads(connection)
    keep_all_anew(connection)
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _kept(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


class Stopwatch:
    """Adds up what is timed between two readings."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        """Of the thread that does the work: what else the machine does adds little to it."""

    def timing(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **more: Any) -> Any:
            began, cpu_began = time.perf_counter(), time.thread_time()
            try:
                return work(*args, **more)
            finally:
                self.seconds += time.perf_counter() - began
                self.cpu_seconds += time.thread_time() - cpu_began

        return timed


@contextmanager
def _instead(watch: Stopwatch, *, looking: bool) -> Iterator[None]:
    """Time the two things that are added, or leave them out."""
    keep, offer = SqlTerms.keep, intake.similar.offer
    nothing: Callable[..., None] = lambda *_, **__: None  # noqa: E731
    SqlTerms.keep = watch.timing(keep if looking else nothing)  # type: ignore[method-assign]
    intake.similar.offer = watch.timing(offer if looking else nothing)
    try:
        yield
    finally:
        SqlTerms.keep, intake.similar.offer = keep, offer  # type: ignore[method-assign]


async def measure(path: Path) -> None:
    """Print one line for each of the two, and one for the difference."""
    settings = Settings(telegram={"token": "42:BENCH"})  # type: ignore[arg-type]
    bot, words = Bot(42, "liaison_bot"), texts(seed=2)
    whole: dict[bool, list[float]] = {True: [], False: []}
    added: list[float] = []
    cpu: list[float] = []
    watch = Stopwatch()
    make = partial(SqlUnitOfWork, default_language="zh")
    start = int(time.time())  # people and messages of an earlier run are in the file
    async with await open_database(sqlite_url(path), unit_of_work=make) as database:
        for place in range(-100, REPORTS):
            looking = place % 2 == 0
            who = 10 * _FIRST_PERSON + start * 10_000 + place
            text = next(words)
            message = IncomingMessage(
                start * 10_000 + place, Place(who, "private"), Sender(who, None, "zh-hans"), 1, _NOW, text
            )
            desk = Desk(_NOW + timedelta(seconds=place), settings, bot)
            watch.seconds = watch.cpu_seconds = 0.0
            with _instead(watch, looking=looking):
                began = time.perf_counter()
                await database.write(partial(frontdesk.receive, desk=desk, message=message))
                took = time.perf_counter() - began
            if place >= 0:
                whole[looking].append(took)
                if looking:
                    added.append(watch.seconds)
                    cpu.append(watch.cpu_seconds)
    without, with_it = sorted(whole[False]), sorted(whole[True])
    print(f"a report without: {_figures(without)}")
    print(f"a report with:    {_figures(with_it)}")
    print(
        f"difference of the percentiles: p50 {_ms(with_it, 50) - _ms(without, 50):.2f} ms, "
        f"p99 {_ms(with_it, 99) - _ms(without, 99):.2f} ms"
    )
    print(f"terms kept and like cases looked for, by themselves: {_figures(sorted(added))}")
    print(f"the same, processor time: {_figures(sorted(cpu))}")


def _ms(ordered: list[float], percent: int) -> float:
    """By nearest rank."""
    return 1000 * ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _figures(ordered: list[float]) -> str:
    return f"p50 {_ms(ordered, 50):.2f} ms, p99 {_ms(ordered, 99):.2f} ms, most {1000 * ordered[-1]:.2f} ms"


if __name__ == "__main__":
    asyncio.run(measure(database(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
