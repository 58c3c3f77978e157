"""Whether an announcement keeps somebody who presses a button waiting: ``python -m benchmarks.announce``.

The bot runs as anybody would run it, in a process of its own, with ``flood_limits`` on; the sandbox keeps the limits
and refuses what exceeds them. Constituents press a button four times a second, first with nothing else going on, then
while an announcement goes to ``--groups`` groups. A press is answered when its ``answerCallbackQuery`` arrives, shown
when the message it stands below is edited. ``--latency`` is how long each call takes to be answered, in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any, Final

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
from sandbox.model import Message
from sandbox.people import Person
from sandbox.sandbox import Sandbox
from storage import migrate
from storage.unit_of_work import SqlUnitOfWork

TOKEN: Final = "42:BENCH"
STAFF, DEPUTY = 7_000_000_101, 7_000_000_102
PEOPLE: Final = 100
PER_SECOND: Final = 4.0
GOAL_MS: Final = 100.0
PATIENCE_SECONDS: Final = 300.0

Took = dict[str, list[float]]


class Watch:
    """The sandbox, and when each press was answered and shown."""

    def __init__(self, latency: float) -> None:
        self.sandbox = Sandbox(token=TOKEN, flood=True, clock=MovableClock(), first_update_id=time.time_ns() // 10**6)
        self._latency = latency
        self._carry_out = self.sandbox.api.call
        self.sandbox.api.call = self._timed_call  # type: ignore[method-assign]
        self._pressed: dict[str, float] = {}
        self._shown_in: dict[tuple[int, int], float] = {}
        self.took: Took = {"answered": [], "shown": []}
        self.posted = 0
        self.last_post = 0.0

    async def _timed_call(self, name: str, given: dict[str, Any], uploads: dict[str, Any]) -> web.Response:
        at = time.monotonic()
        if name != "getUpdates":
            await asyncio.sleep(self._latency)
        response = await self._carry_out(name, given, uploads)
        # An edit that changes nothing, at somebody's second press, is refused, and says as much about the time.
        if response.status in (200, 400):
            self._note(name, given, at)
        return response

    def _note(self, name: str, given: dict[str, Any], at: float) -> None:
        if name == "answerCallbackQuery" and str(given["callback_query_id"]) in self._pressed:
            self.took["answered"].append(at - self._pressed.pop(str(given["callback_query_id"])))
        elif name == "editMessageText":
            began = self._shown_in.pop((int(given["chat_id"]), int(given["message_id"])), None)
            if began is not None:
                self.took["shown"].append(at - began)
        elif name == "sendMessage" and int(given["chat_id"]) < 0:
            self.posted += 1
            self.last_post = at

    def press(self, who: Person, message: Message) -> None:
        at = time.monotonic()
        query = who.presses_data(message, "page:mycases:0")
        self._pressed[query.id] = at
        self._shown_in[message.chat.id, message.id] = at

    def taken(self) -> Took:
        """What was measured since the last time."""
        taken, self.took = self.took, {"answered": [], "shown": []}
        self._pressed.clear()
        self._shown_in.clear()
        return taken


def prepare(database: Path, settings: Settings, watch: Watch, groups: int) -> None:
    """A station with its people, and groups bound to it whose cards hang already."""
    url = f"sqlite:///{database}"
    migrate.upgrade(url)
    now = datetime.now(UTC)
    bot = watch.sandbox.bot
    desk = Desk(now, settings, Bot(bot.id, bot.username or ""))
    owner = watch.sandbox.user("群主", language="zh")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        uow = SqlUnitOfWork(connection)
        station = uow.stations.save("A", "阳光联络站", "城东")
        for role, name, telegram_id in ((Role.STAFF, "赵敏", STAFF), (Role.DEPUTY, "王芳", DEPUTY)):
            uow.roster.save(
                role,
                name,
                telegram_id=telegram_id,
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
    engine.dispose()
    watch.sandbox.world.updates.clear()


async def measure(watch: Watch, groups: int, seconds: float) -> tuple[Took, Took, float]:
    """Presses alone, presses beside the announcement, and how long that took."""
    staff = watch.sandbox.user("赵敏", language="zh", id=STAFF)
    people = [watch.sandbox.user(f"群众 {number}", language="zh") for number in range(PEOPLE)]
    welcomes = [await _welcomed(person) for person in people]
    staff.starts()
    turns = cycle(zip(people, welcomes, strict=True))
    await _pressing(watch, turns, time.monotonic() + seconds)
    alone = watch.taken()

    asked = staff.says("/announce 周三停水，请提前储水。")
    control = await staff.chat.next_message(after=asked, containing="点「确认」", by_bot=True)
    began = time.monotonic()
    staff.presses(control, "确认")
    await _pressing(watch, turns, began + PATIENCE_SECONDS, until=lambda: watch.posted >= groups)
    return alone, watch.taken(), watch.last_post - began


async def _welcomed(person: Person) -> Message:
    person.starts()
    return await person.chat.next_message(containing="直接发给我", by_bot=True, timeout=60)


async def _pressing(watch: Watch, turns: Any, end: float, until: Any = lambda: False) -> None:
    began, number = time.monotonic(), 0
    while time.monotonic() < end and not until():
        watch.press(*next(turns))
        number += 1
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
    await asyncio.sleep(2.0)


def percentile(seconds: list[float], p: int) -> float:
    """By nearest rank, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, -(-p * len(ordered) // 100) - 1)]


def report(alone: Took, beside: Took, took: float, groups: int, refused: int) -> str:
    """A table, and whether the goal was reached."""
    lines = ["|  | presses | p50 ms | p99 ms | longest ms |", "| --- | --- | --- | --- | --- |"]
    for what in ("answered", "shown"):
        for name, measured in (("alone", alone[what]), ("beside the announcement", beside[what])):
            figures = " | ".join(f"{percentile(measured, p):.0f}" for p in (50, 99, 100))
            lines.append(f"| {what}, {name} | {len(measured)} | {figures} |")
    delays = [percentile(beside[what], 99) - percentile(alone[what], 99) for what in ("answered", "shown")]
    verdict = "reached" if max(delays) <= GOAL_MS else "missed"
    lines.append(f"\n{groups} groups in {took:.0f} s, {refused} calls refused by the sandbox's limits.")
    lines.append(f"Delay at p99: answered {delays[0]:.0f} ms, shown {delays[1]:.0f} ms; goal 100 ms: {verdict}.")
    return "\n".join(lines)


async def main(groups: int, seconds: float, latency: float) -> None:
    """Measure once and print."""
    results = Path(__file__).with_name("results")
    results.mkdir(exist_ok=True)
    watch = Watch(latency)
    watch.sandbox.world.patience = 60.0
    async with watch.sandbox as sandbox:
        # Beside the results: a temporary folder may be in memory, where nothing has to be written through.
        with tempfile.TemporaryDirectory(dir=results) as scratch:
            folder = Path(scratch)
            settings = Settings(telegram={"token": TOKEN, "api_base_url": sandbox.url})
            prepare(folder / "bench.db", settings, watch, groups)
            config = folder / "config.toml"
            config.write_text(_CONFIG.format(token=TOKEN, url=sandbox.url, database=folder / "bench.db"), "utf-8")
            with (folder / "log").open("w") as log:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "bot.py", "run", "--config", str(config), cwd=ROOT, stdout=log, stderr=log
                )
                try:
                    alone, beside, took = await measure(watch, groups, seconds)
                finally:
                    process.terminate()
                    await process.wait()
            print(report(alone, beside, took, groups, sandbox.flood.refused))


_CONFIG: Final = """\
[telegram]
token = "{token}"
api_base_url = "{url}"

[database]
url = "sqlite:///{database}"

[intake]
messages_per_minute = 1000
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.announce", description=__doc__.splitlines()[0])
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long presses are measured alone")
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that each call takes")
    given = parser.parse_args()
    asyncio.run(main(given.groups, given.seconds, given.latency))
