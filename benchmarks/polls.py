"""How many votes a second, and how soon the result is there: ``python -m benchmarks.polls``.

The bot runs as anybody would run it, in a process of its own, with ``flood_limits`` on; the sandbox keeps the limits
and refuses what exceeds them. One poll stands in ``--groups`` groups; ``--votes`` answers to it are put into the queue
as fast as they can be made, one in ten of them by somebody who changes their mind. Then more
people change theirs, one by one, and staff close it. A vote counts when it is committed; the result is there when its
message is in the group.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import psutil
import sqlalchemy as sa
from aiohttp import web

from benchmarks.processes import ROOT
from liaisonbot.announcements import StationCard
from liaisonbot.clock import MovableClock
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.model import Group
from liaisonbot.services import station_cards
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from sandbox.model import Member, Message, Status
from sandbox.people import Person
from sandbox.rooms import Room
from sandbox.sandbox import Sandbox
from storage import migrate
from storage.unit_of_work import SqlUnitOfWork

TOKEN: Final = "42:BENCH"
STAFF: Final = 7_000_000_101
OPTIONS: Final = 4
LINE: Final = "/poll 先修哪一处？ | 路灯 | 长椅 | 菜场 | 河堤"
CHANGE: Final = 10
"""One vote in so many is by somebody who has voted."""
STREAM_SECONDS: Final = 40.0
PER_SECOND: Final = 20.0
PATIENCE: Final = 300.0


class Watch:
    """The sandbox, and when which call came."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(token=TOKEN, flood=True, clock=MovableClock(), first_update_id=time.time_ns() // 10**6)
        self._carry_out = self.sandbox.api.call
        self.sandbox.api.call = self._timed_call  # type: ignore[method-assign]
        self.edits: list[float] = []
        self.results: list[float] = []

    async def _timed_call(self, name: str, given: dict[str, Any], uploads: dict[str, Any]) -> web.Response:
        response = await self._carry_out(name, given, uploads)
        if response.status == 200 and name == "editMessageText" and int(given["chat_id"]) == STAFF:
            self.edits.append(time.monotonic())
        if response.status == 200 and name == "sendPhoto" and int(given["chat_id"]) < 0:
            self.results.append(time.monotonic())
        return response


def prepare(database: Path, settings: Settings, watch: Watch, groups: int) -> list[Room]:
    """A station with its staff, and groups bound to it whose cards hang already."""
    url = f"sqlite:///{database}"
    migrate.upgrade(url)
    now = datetime.now(UTC)
    bot = watch.sandbox.bot
    desk = Desk(now, settings, Bot(bot.id, bot.username or ""))
    owner = watch.sandbox.user("群主", language="zh")
    rooms = []
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        uow = SqlUnitOfWork(connection)
        station = uow.stations.save("A", "阳光联络站", "城东")
        uow.roster.save(
            Role.STAFF,
            "赵敏",
            telegram_id=STAFF,
            username=None,
            language="zh",
            station_ids=[station.id],
            specialties=[],
            now=now,
        )
        wording = station_cards.wording_of(station_cards.text_of(uow, desk, station), "zh")
        for number in range(groups):
            room = watch.sandbox.supergroup(f"小区 {number}", [owner], bot=True)
            uow.groups.save(Group(room.id, room.title, "supergroup", station.id, None, present=True))
            uow.station_cards.save(StationCard(room.id, station.id, None, 1, wording, pinned=True, checked_at=now))
            rooms.append(room)
    engine.dispose()
    watch.sandbox.world.updates.clear()
    return rooms


async def measure(watch: Watch, rooms: list[Room], votes: int, database: Path, bot: psutil.Process) -> dict[str, Any]:
    """Open, vote, close."""
    staff = watch.sandbox.user("赵敏", language="zh", id=STAFF)
    staff.starts()
    staff.says(LINE)
    posted = [await room.next_message(containing="先修哪一处", by_bot=True, timeout=60) for room in rooms]
    await asyncio.sleep(5.0)

    people = [watch.sandbox.user(f"群众{n}", language="zh") for n in range(votes - votes // CHANGE)]
    acts = [*enumerate(people), *((votes + n, person) for n, person in enumerate(people[: votes // CHANGE]))]
    watch.edits.clear()
    for number, person in acts:
        rooms[number % len(rooms)].members.setdefault(person.id, Member(Status.MEMBER))
    handled = _handled(database)
    cpu_before, began = _cpu(bot), time.monotonic()
    for number, person in acts:
        person.votes(posted[number % len(posted)], [number * 7 % OPTIONS])
    queued = time.monotonic()
    await _until(lambda: _handled(database) >= handled + votes)
    counted = time.monotonic()
    cpu = _cpu(bot) - cpu_before
    await asyncio.sleep(5.0)
    watch.edits.clear()
    acts += await _stream(watch, people, posted)
    edits = list(watch.edits)

    asked = time.monotonic()
    staff.says("/closepoll P1")
    await _until(lambda: len(watch.results) >= len(rooms))
    return {
        "queued": queued - began,
        "seconds": counted - began,
        "per_second": votes / (counted - began),
        "cpu_ms": 1000 * cpu / votes,
        "edits": len(edits),
        "closest_edits": min((after - before for before, after in pairwise(edits)), default=0.0),
        "first_result": watch.results[0] - asked,
        "last_result": watch.results[-1] - asked,
        "right": _result(database) == _last_words(acts),
        "refused": watch.sandbox.flood.refused,
    }


async def _stream(watch: Watch, people: list[Person], posted: list[Message]) -> list[tuple[int, Person]]:
    """People change their minds, so many each second: what the card has to show meanwhile."""
    acts = list(enumerate(people[: round(STREAM_SECONDS * PER_SECOND)], start=3))
    began = time.monotonic()
    for place, (number, person) in enumerate(acts):
        on = posted[number % len(posted)]
        on.chat.members.setdefault(person.id, Member(Status.MEMBER))
        person.votes(on, [number * 7 % OPTIONS])
        await asyncio.sleep(max(0.0, began + place / PER_SECOND - time.monotonic()))
    await asyncio.sleep(5.0)
    return acts


def _last_words(acts: list[tuple[int, Person]]) -> tuple[int, list[int]]:
    last = {person.id: number * 7 % OPTIONS for number, person in acts}
    counts = Counter(last.values())
    return len(last), [counts[option] for option in range(OPTIONS)]


async def _until(condition: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.05)


def _handled(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()[0])


def _result(database: Path) -> tuple[int, list[int]]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        result = json.loads(connection.execute("SELECT result FROM polls").fetchone()[0])
    return result["voters"], result["counts"]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def report(found: dict[str, Any], votes: int, groups: int, load: str) -> str:
    """A table row and what it says of limits."""
    return "\n".join(
        [
            "| votes | groups | votes a second | processor ms a vote | first result s | last result s | load |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            f"| {votes} | {groups} | {found['per_second']:.0f} | {found['cpu_ms']:.2f} | {found['first_result']:.1f} "
            f"| {found['last_result']:.1f} | {load} |",
            "",
            f"All votes in {found['seconds']:.1f} s (put into the queue within {found['queued']:.1f} s). "
            f"While {PER_SECOND:.0f} a second came for {STREAM_SECONDS:.0f} s, "
            f"the card was edited {found['edits']} times, "
            f"{found['closest_edits']:.1f} s apart at the closest; "
            f"{found['refused']} calls refused by the sandbox's limits; the result is "
            f"{'right' if found['right'] else 'WRONG'}.",
        ]
    )


async def main(votes: int, groups: int) -> None:
    """Measure once and print."""
    results = Path(__file__).with_name("results")
    results.mkdir(exist_ok=True)
    load = f"{os.getloadavg()[0]:.1f}"
    watch = Watch()
    watch.sandbox.world.patience = 60.0
    async with watch.sandbox as sandbox:
        # Beside the results: a temporary folder may be in memory, where nothing has to be written through.
        with tempfile.TemporaryDirectory(dir=results) as scratch:
            folder = Path(scratch)
            settings = Settings(telegram={"token": TOKEN, "api_base_url": sandbox.url})
            rooms = prepare(folder / "bench.db", settings, watch, groups)
            config = folder / "config.toml"
            config.write_text(_CONFIG.format(token=TOKEN, url=sandbox.url, database=folder / "bench.db"), "utf-8")
            with (folder / "log").open("w") as log:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "bot.py", "run", "--config", str(config), cwd=ROOT, stdout=log, stderr=log
                )
                try:
                    found = await measure(watch, rooms, votes, folder / "bench.db", psutil.Process(process.pid))
                finally:
                    process.terminate()
                    await process.wait()
            print(report(found, votes, groups, load))


_CONFIG: Final = """\
[telegram]
token = "{token}"
api_base_url = "{url}"

[database]
url = "sqlite:///{database}"
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polls", description=__doc__.splitlines()[0])
    parser.add_argument("--votes", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(main(given.votes, given.groups))
