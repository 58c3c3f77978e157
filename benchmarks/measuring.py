"""Rounds: every contestant in turn, again and again, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import large, processes
from benchmarks.processes import TownAt

REPORTS_EACH: Final = 5
STREAM_PEOPLE: Final = 100
PER_SECOND: Final = 10.0


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


def _empty(folder: Path, where: TownAt, plan: Plan) -> list[str]:
    database = folder / "empty.db"
    processes.prepare(folder, database)
    return processes.ours(folder, where, database)


def _large(folder: Path, where: TownAt, plan: Plan) -> list[str]:
    return processes.ours(folder, where, large.database(RESULTS, plan.cases))


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
    Contestant("empty", "LiaisonBot, empty database", _empty),
    Contestant("large", "LiaisonBot, many stored cases", _large),
)


@dataclass
class Measured:
    """What one contestant did in one round."""

    start_seconds: float
    memory_at_start: float
    memory_after: float
    per_second: float
    """Reports answered, at saturation."""
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
    with processes.running(command, folder, where) as bot:
        memory_at_start, cpu_before = bot.memory(), bot.cpu_seconds()
        flood = where.do("flood", people=reports // REPORTS_EACH, reports=reports, worst=plan.worst)
        memory_after, cpu_after = bot.memory(), bot.cpu_seconds()
        where.do("begin")
        few = round(PER_SECOND * plan.stream_seconds)
        stream = where.do("stream", people=min(STREAM_PEOPLE, few), reports=few, per_second=PER_SECOND)
    return Measured(
        start_seconds=bot.start_seconds,
        memory_at_start=memory_at_start,
        memory_after=memory_after,
        per_second=reports / flood["answered_after"],
        all_sent_per_second=reports / flood["all_sent_after"],
        cpu_ms=1000 * (cpu_after - cpu_before) / reports,
        flood=_percentiles(flood),
        stream=_percentiles(stream),
    )


def _percentiles(outcome: Mapping[str, Any]) -> dict[str, float]:
    """By nearest rank, in milliseconds."""
    ordered = sorted(outcome["seconds"])
    return {f"p{p}": 1000 * ordered[max(0, -(-p * len(ordered) // 100) - 1)] for p in (50, 99)}
