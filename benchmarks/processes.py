"""The processes that are measured: how each is started, watched and ended."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.town import DEPUTIES, TOKEN

ROOT: Final = Path(__file__).parents[1]
ANSWER_SECONDS: Final = 240.0
END_SECONDS: Final = 15.0


class TownAt:
    """The town's process, spoken to over HTTP."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def do(self, action: str, **given: Any) -> dict[str, Any]:
        """Have something happen there; returns when it is over."""
        request = urllib.request.Request(
            f"{self.url}/bench/{action}", json.dumps(given).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            result: dict[str, Any] = json.load(answer)
            return result


@contextmanager
def town() -> Iterator[TownAt]:
    """The sandbox with its stopwatch, in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.town"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield TownAt(int(process.stdout.readline()))
    finally:
        _end(process)


@dataclass(frozen=True)
class Bot:
    """A bot while it runs."""

    process: psutil.Process
    start_seconds: float
    """From the start of its process to its first getUpdates."""

    def memory(self) -> float:
        """Megabytes (of 10⁶ bytes) resident now."""
        return float(self.process.memory_info().rss) / 1e6

    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(command: list[str], folder: Path, where: TownAt, round_trip_ms: float = 0.0) -> Iterator[Bot]:
    """The bot from its first getUpdates on, so far from the town; ended with SIGTERM. Its log stands in ``folder``."""
    where.do("begin", round_trip_ms=round_trip_ms)
    with (folder / "log").open("a") as log:
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=log, stderr=log)
        try:
            fetched_at = where.do("first-fetch")["at"]
            yield Bot(psutil.Process(process.pid), fetched_at - began)
        finally:
            _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- what is run ------------------------------------------------------------------------------------------------------


def echo(where: TownAt, *more: str) -> list[str]:
    """python-telegram-bot's echo bot."""
    return ["-m", "benchmarks.echo_bot", where.url, TOKEN, *more]


def skeleton(where: TownAt, database: Path) -> list[str]:
    """The way of a message without the office."""
    return ["-m", "benchmarks.skeleton_bot", where.url, TOKEN, str(database.resolve())]


def ours(folder: Path, where: TownAt, database: Path) -> list[str]:
    """The project's bot as anybody would run it, on that SQLite file. The configuration is written to ``folder``."""
    config = folder / "config.toml"
    config.write_text(_CONFIG.format(token=TOKEN, url=where.url, database=database.resolve()), "utf-8")
    return ["bot.py", "run", "--config", str(config)]


def prepare(folder: Path, database: Path) -> None:
    """Make an empty database with the roster in it."""
    roster = folder / "roster.csv"
    rows = [f"deputy,代表{i},A,阳光联络站,阳光社区,,{id},,zh" for i, id in enumerate(DEPUTIES, 1)]
    head = "role,name,station,station_name,area,specialties,telegram_id,username,language"
    roster.write_text("\n".join([head, *rows, ""]), "utf-8")
    config = folder / "roster.toml"
    config.write_text(_CONFIG.format(token=TOKEN, url="http://127.0.0.1:9", database=database.resolve()), "utf-8")
    command = [sys.executable, "bot.py", "--config", str(config), "roster", "import", str(roster)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


_CONFIG: Final = """\
[telegram]
token = "{token}"
api_base_url = "{url}"
flood_limits = false  # the sandbox has none; Telegram's would be what is measured otherwise

[database]
url = "sqlite:///{database}"

[intake]
messages_per_minute = 1000
"""
