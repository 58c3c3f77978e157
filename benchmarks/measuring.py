"""Rounds: every contestant in turn, again and again, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import large, processes
from benchmarks.processes import TownAt

REPORTS_EACH: Final = 5
STREAM_PEOPLE: Final = 100
PER_SECOND: Final = 10.0
FAR_MS: Final = 5.0
"""A round trip shorter than any to Telegram's servers, who take their time for a call besides."""
_LOOK_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    reports: int
    stream_seconds: float
    cases: int
    minutes: float
    """No further round begins that would not end within them."""
    worst: bool = False
    """Eight texts again and again, each like hundreds of others."""


FULL: Final = Plan(rounds=5, reports=3000, stream_seconds=12.0, cases=1_000_000, minutes=13.0)
QUICK: Final = Plan(rounds=1, reports=600, stream_seconds=4.0, cases=100_000, minutes=2.0)


@dataclass(frozen=True)
class Contestant:
    """A bot to be measured. ``command`` makes its call, in a fresh folder."""

    key: str
    name: str
    command: Callable[[Path, TownAt, Plan], list[str]]
    share: float = 1.0
    """Of the plan's reports: the slow ones get fewer, which changes the rate little and the time a great deal."""
    database: Callable[[Path, Plan], Path] | None = None
    """Where it keeps what it was told; None: nowhere."""
    round_trip_ms: float = 0.0
    """So long each answer of Telegram's is on its way."""


def _empty_database(folder: Path, plan: Plan) -> Path:
    return folder / "empty.db"


def _empty(folder: Path, where: TownAt, plan: Plan) -> list[str]:
    database = _empty_database(folder, plan)
    processes.prepare(folder, database)
    return processes.ours(folder, where, database)


def _large_database(folder: Path, plan: Plan) -> Path:
    return large.database(RESULTS, plan.cases)


def _large(folder: Path, where: TownAt, plan: Plan) -> list[str]:
    return processes.ours(folder, where, _large_database(folder, plan))


RESULTS: Final = Path(__file__).with_name("results")
CONTESTANTS: Final = (
    Contestant("echo", "echo bot, the library's backend", lambda _, where, __: processes.echo(where)),
    Contestant(
        "concurrent",
        "the same, concurrent_updates(True)",
        lambda _, where, __: processes.echo(where, "--concurrent"),
        share=1 / 3,
    ),
    Contestant("backend", "echo bot, our backend", lambda _, where, __: processes.echo(where, "--backend", "ours")),
    Contestant(
        "skeleton",
        "the way of a message, bare",
        lambda folder, where, _: processes.skeleton(where, folder / "skeleton.db"),
        database=lambda folder, _: folder / "skeleton.db",
    ),
    Contestant("empty", "LiaisonBot, empty database", _empty, database=_empty_database),
    Contestant("large", "LiaisonBot, many stored cases", _large, database=_large_database),
    Contestant(
        "far-echo",
        "echo bot, 5 ms from Telegram",
        lambda _, where, __: processes.echo(where),
        share=1 / 3,
        round_trip_ms=FAR_MS,
    ),
    Contestant(
        "far", "LiaisonBot, 5 ms from Telegram", _empty, share=1 / 3, database=_empty_database, round_trip_ms=FAR_MS
    ),
)


@dataclass
class Measured:
    """What one contestant did in one round."""

    start_seconds: float
    memory_at_start: float
    memory_after: float
    per_second: float
    """Reports answered, at saturation."""
    taken_in_per_second: float
    """Reports taken in for good, at saturation: the case, its receipt and the confirmation of the update committed. For
    a bot that keeps nothing those that were answered: before that, nothing of them is sure.
    """
    all_sent_per_second: float
    """The same until everything that is owed was sent: with notices, and cards for the deputies."""
    cpu_ms: float
    """Processor time of the bot for one report, everything that is owed included."""
    flood: dict[str, float] = field(default_factory=dict)
    stream: dict[str, float] = field(default_factory=dict)
    """Milliseconds from a report to its answer, by percentile."""


def rounds(plan: Plan, keys: frozenset[str], scratch: Path) -> Iterator[Mapping[str, Measured]]:
    """Each round's measurements, by contestant."""
    chosen = [contestant for contestant in CONTESTANTS if contestant.key in keys]
    if "large" in keys:
        large.database(RESULTS, plan.cases)
    began = time.monotonic()
    for number in range(plan.rounds):
        each = (time.monotonic() - began) / number if number else 0.0
        if time.monotonic() - began + each > 60 * plan.minutes:
            return
        with processes.town() as where:
            yield {contestant.key: _measure(contestant, plan, where, scratch) for contestant in chosen}


def _measure(contestant: Contestant, plan: Plan, where: TownAt, scratch: Path) -> Measured:
    folder = scratch / contestant.key
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = contestant.command(folder, where, plan)
    reports = round(plan.reports * contestant.share)
    with processes.running(command, folder, where, contestant.round_trip_ms) as bot:
        memory_at_start, cpu_before = bot.memory(), bot.cpu_seconds()
        with _taking_in(contestant.database and contestant.database(folder, plan), reports) as taken_in:
            flood = where.do("flood", people=reports // REPORTS_EACH, reports=reports, worst=plan.worst)
        memory_after, cpu_after = bot.memory(), bot.cpu_seconds()
        where.do("begin", round_trip_ms=contestant.round_trip_ms)
        few = round(PER_SECOND * plan.stream_seconds)
        stream = where.do("stream", people=min(STREAM_PEOPLE, few), reports=few, per_second=PER_SECOND)
    return Measured(
        start_seconds=bot.start_seconds,
        memory_at_start=memory_at_start,
        memory_after=memory_after,
        per_second=reports / flood["answered_after"],
        taken_in_per_second=reports / (taken_in[0] - flood["began"] if taken_in else flood["answered_after"]),
        all_sent_per_second=reports / flood["all_sent_after"],
        cpu_ms=1000 * (cpu_after - cpu_before) / reports,
        flood=_percentiles(flood),
        stream=_percentiles(stream),
    )


def _percentiles(outcome: Mapping[str, Any]) -> dict[str, float]:
    """By nearest rank, in milliseconds."""
    ordered = sorted(outcome["seconds"])
    return {f"p{p}": 1000 * ordered[max(0, -(-p * len(ordered) // 100) - 1)] for p in (50, 99)}


@contextmanager
def _taking_in(database: Path | None, reports: int) -> Iterator[list[float]]:
    """Watches from outside, in the file, what is committed meanwhile. Afterwards the list has the moment
    (``time.monotonic``) at which the last of so many reports was; it is empty where there is no file.
    """
    moments: list[float] = []
    if database is None:
        yield moments
        return
    with closing(_looking_into(database)) as before:
        wanted = _handled(before) + reports
    over = threading.Event()

    def watch() -> None:
        with closing(_looking_into(database)) as connection:
            while not over.wait(_LOOK_SECONDS):
                if _handled(connection) >= wanted:
                    moments.append(time.monotonic())
                    return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield moments
    finally:
        over.set()
        watching.join()


def _looking_into(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)


def _handled(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL").fetchone()
    return int(found)
