"""Whether the reminders to file keep an update waiting: ``python -m benchmarks.duty [ROUNDS]``.

10,000 deputies of 200 stations, 1,000,000 entries in their duty logs; 500 deputies are behind in the month that runs.
Updates come in at a steady rate, each /mycases of somebody new: one unit of work and one commit on SQLite with
``synchronous=FULL``. First nothing else goes on; then the clock reaches ``duty.remind_at``, and ticks until everybody
is promised a reminder (``handlers/clockwork.py``). An update's time runs from the moment at which it was to
come until it is committed. The database is made in ``benchmarks/results`` and kept.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

from handlers.clockwork import Clockwork
from handlers.office import Office
from liaisonbot.clock import MovableClock
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot, CommandCall, IncomingMessage, Place, Sender
from liaisonbot.services import frontdesk
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage import migrate
from storage.database import Database, open_database
from storage.migrate import OURS
from storage.sqlite_connection import connect, overlay
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_url

T = TypeVar("T")

RESULTS: Final = Path(__file__).with_name("results")
DEPUTIES, ENTRIES, BEHIND, STATIONS = 10_000, 1_000_000, 500, 200
PER_SECOND: Final = 25.0
ALONE_SECONDS: Final = 15.0
GOAL_MS: Final = 50.0
_FIRE: Final = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Monday, nine in Shanghai."""
_BEFORE: Final = _FIRE - timedelta(hours=12)
_FIRST_CHAT: Final = 8_000_000_000
_FIRST_PERSON: Final = 9_000_000_000


def database() -> Path:
    """The file with all of them; made if it is not there yet."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"duty-{ENTRIES}-{OURS.head}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        migrate.upgrade(sqlite_url(unfinished))
        with closing(connect(unfinished)) as raw:
            _fill(raw)
        unfinished.rename(path)
    return path


def _fill(raw: Any) -> None:
    for pragma in ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
        raw.execute(f"PRAGMA {pragma}")
    uow = SqlUnitOfWork(overlay(raw))
    raw.execute("BEGIN IMMEDIATE")
    stations = [uow.stations.save(f"S{number}", f"联络站{number}", "").id for number in range(STATIONS)]
    about: dict[str, Any] = {"username": None, "language": "zh", "specialties": ()}
    for number, station in enumerate(stations):
        uow.roster.save(
            Role.STAFF, f"工作人员{number}", telegram_id=7_000 + number, station_ids=(station,), **about, now=_BEFORE
        )
    deputies = [
        uow.roster.save(
            Role.DEPUTY,
            f"代表{number}",
            telegram_id=_FIRST_CHAT + number,
            station_ids=(stations[number % STATIONS],),
            **about,
            now=_BEFORE,
        ).id
        for number in range(DEPUTIES)
    ]
    raw.executemany(
        "INSERT INTO duty_entries (deputy_id, station_id, type, day, text, acts, state, made_at, filed_at) "
        "VALUES (?, ?, 'visit', ?, '走访和平社区，看望独居老人', '[]', 'filed', ?, ?)",
        (
            (deputy, stations[place % STATIONS], str(day), _kept(day), _kept(day))
            for place, deputy in enumerate(deputies)
            for day in _days(random.Random(place), behind=place < BEHIND)
        ),
    )
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _days(dice: random.Random, *, behind: bool) -> Iterator[date]:
    """A hundred days, most of them in the two years before; in the month that runs enough, or one too few."""
    of_this_month = dice.randint(0, 1) if behind else dice.randint(2, 6)
    for _ in range(of_this_month):
        yield date(2026, 11, 1)
    for _ in range(ENTRIES // DEPUTIES - of_this_month):
        yield date(2026, 10, 31) - timedelta(days=dice.randrange(730))


def _kept(day: date) -> str:
    return f"{day} 02:00:00.000000"


class Updates:
    """/mycases, one after the other, each by somebody new."""

    def __init__(self, memory: Database[SqlUnitOfWork], settings: Settings) -> None:
        self._memory = memory
        self._settings = settings
        self._ids = count(int(time.time() * 1000))

    async def come(self, seconds: float | None = None, *, until: asyncio.Task[Any] | None = None) -> list[float]:
        """Until so many seconds have gone, or that work is done; what each took."""
        taken: list[asyncio.Task[float]] = []
        began = time.perf_counter()
        while (seconds is not None and time.perf_counter() - began < seconds) or (until and not until.done()):
            due = began + len(taken) / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            taken.append(asyncio.create_task(self._one(due)))
        return sorted(await asyncio.gather(*taken))

    async def _one(self, due: float) -> float:
        number = next(self._ids)
        who = Place(_FIRST_PERSON + number, "private")
        sender, call = Sender(who.chat_id, None, "zh-hans"), CommandCall("mycases", "")
        message = IncomingMessage(number, who, sender, 1, _FIRE, "/mycases", command=call)
        desk = Desk(_FIRE, self._settings, Bot(42, "liaison_bot"))
        await self._memory.write(partial(frontdesk.receive, desk=desk, message=message))
        return time.perf_counter() - due


class Timed:
    """The database, and how long each unit held its writer."""

    def __init__(self, memory: Database[SqlUnitOfWork]) -> None:
        self._memory = memory
        self.units: list[float] = []

    async def write(self, unit: Callable[[SqlUnitOfWork], T], *, lanes: Sequence[str] = ()) -> T:
        def timed(uow: SqlUnitOfWork) -> T:
            began = time.perf_counter()
            result = unit(uow)
            self.units.append(time.perf_counter() - began)
            return result

        return await self._memory.write(timed, lanes=lanes)

    def read(self, unit: Callable[[SqlUnitOfWork], T], *, unhurried: bool = False) -> Awaitable[T]:
        return self._memory.read(unit, unhurried=unhurried)

    def wake(self, channel: str) -> Awaitable[Any]:
        return self._memory.wake(channel)


class Ticks:
    """The bot's own clockwork, at moments that are said."""

    def __init__(self, memory: Database[SqlUnitOfWork], settings: Settings) -> None:
        self._timed = Timed(memory)
        self._clock = MovableClock()
        self._clockwork = Clockwork(Office(self._timed, self._clock, settings, Bot(42, "liaison_bot")))

    @property
    def units(self) -> list[float]:
        return self._timed.units

    async def all_at(self, now: datetime) -> float:
        """Until nothing more is due at that moment; the seconds it took."""
        self._clock.set(now)
        began = time.perf_counter()
        await self._clockwork.tick()
        return time.perf_counter() - began


def _as_before(uow: SqlUnitOfWork) -> None:
    """Nobody has been reminded."""
    for statement in (
        "DELETE FROM duty_reminders",
        "DELETE FROM outbox",
        "DELETE FROM done_once WHERE key LIKE 'duty-search:%'",
    ):
        uow.connection.exec_driver_sql(statement)


def _reminders(uow: SqlUnitOfWork) -> int:
    found = uow.connection.exec_driver_sql("SELECT count(*) FROM duty_reminders WHERE state = 'sent'")
    return int(found.scalar_one())


async def measure(path: Path, rounds: int) -> bool:
    """Print what updates took alone and beside the reminders, round by round; whether the goal is reached."""
    settings = Settings(telegram={"token": "42:BENCH"})  # type: ignore[arg-type]
    make = partial(SqlUnitOfWork, default_language="zh")
    async with await open_database(sqlite_url(path), unit_of_work=make) as memory:
        updates, ticks = Updates(memory, settings), Ticks(memory, settings)
        await memory.write(_as_before)
        await ticks.all_at(_BEFORE)
        await ticks.all_at(_FIRE - timedelta(minutes=1))  # what the morning brings besides
        await updates.come(2.0)
        alone = await updates.come(ALONE_SECONDS)
        idle = [await ticks.all_at(_FIRE - timedelta(minutes=1)) for _ in range(20)]
        ticks.units.clear()
        beside: list[float] = []
        for _ in range(rounds):
            await memory.write(_as_before)
            await ticks.all_at(_BEFORE)
            held = len(ticks.units)
            reminding = asyncio.create_task(ticks.all_at(_FIRE))
            beside += await updates.come(until=reminding)
            units = sorted(ticks.units[held:])
            print(f"{await memory.read(_reminders)} reminded in {await reminding:.2f} s, {len(units)} units:", end=" ")
            print(_figures(units))
    beside.sort()
    later = _ms(beside, 99) - _ms(alone, 99)
    print(f"a tick with nothing due: {_figures(sorted(idle))}")
    print(f"{len(alone)} updates alone: {_figures(alone)}")
    print(f"{len(beside)} updates beside the reminders: {_figures(beside)}")
    print(f"p99 {later:+.1f} ms, goal at most {GOAL_MS:.0f}: {'reached' if later <= GOAL_MS else 'missed'}")
    return later <= GOAL_MS


def _ms(ordered: list[float], percent: int) -> float:
    """By nearest rank."""
    return 1000 * ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _figures(ordered: list[float]) -> str:
    return f"p50 {_ms(ordered, 50):.1f} ms, p99 {_ms(ordered, 99):.1f} ms, most {1000 * ordered[-1]:.1f} ms"


if __name__ == "__main__":
    sys.exit(not asyncio.run(measure(database(), int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
