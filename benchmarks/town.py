"""The other side: the project's sandbox in a process of its own, with people who report, and a stopwatch.

A report's time runs from the moment its update is put into the queue until the call that answers it arrives here. For
an echo that is the message with the report's words, for the bot under test the receipt, which quotes the report.

``python -m benchmarks.town`` listens on a free port, says which on standard output, and is told what to do over HTTP:
``POST /bench/flood``, ``/bench/stream``, ``/bench/begin``, ``/bench/first-fetch``.

Every answer can be made to come a round trip later. Without it a call takes no time but the processor's, and no bot is
that near to Telegram.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any, Final

from aiohttp import web

from benchmarks.reports import alike, various
from sandbox.people import Person
from sandbox.sandbox import Sandbox

TOKEN: Final = "42:BENCH"
DEPUTIES: Final = (7_000_000_001, 7_000_000_002, 7_000_000_003, 7_000_000_004)
QUIET_SECONDS: Final = 0.5
"""Everything that is owed was sent when no call has come for so long."""
PATIENCE_SECONDS: Final = 180.0


class Stopwatch:
    """Notes when each report was put in the queue and when the call that answers it arrived."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget everything: another bot is about to be measured."""
        self.first_fetch = 0.0
        self.fetched = asyncio.Event()
        self.calls = 0
        self.last_call = 0.0
        self._put: dict[tuple[int, int], float] = {}
        self._said: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self.seconds: list[float] = []
        self.last_answer = 0.0
        self.all_answered = asyncio.Event()

    def put(self, chat_id: int, message_id: int, text: str, at: float) -> None:
        self._put[chat_id, message_id] = at
        self._said[chat_id, text].append(message_id)
        self.all_answered.clear()

    @property
    def open(self) -> int:
        """Reports without an answer."""
        return len(self._put)

    def called(self, name: str, given: dict[str, Any], at: float) -> None:
        """A call of the bot was carried out that had arrived at that moment."""
        if name == "getUpdates":
            return
        self.calls += 1
        self.last_call = at
        report = self._answered(given) if name == "sendMessage" else None
        if report is None:
            return
        self.seconds.append(at - self._put.pop(report))
        self.last_answer = at
        if not self._put:
            self.all_answered.set()

    def _answered(self, given: dict[str, Any]) -> tuple[int, int] | None:
        """The report this message answers; None for any other message, and for a second answer."""
        quoted, chat_id = given.get("reply_parameters"), int(given["chat_id"])
        if quoted is not None:
            message_id = (json.loads(quoted) if isinstance(quoted, str) else quoted)["message_id"]
        else:
            said = self._said.get((chat_id, str(given.get("text", ""))))
            message_id = said.pop(0) if said else 0
        found = (chat_id, message_id)
        return found if found in self._put else None


class Town:
    """The sandbox with its stopwatch, and what the measurements have its people do."""

    def __init__(self) -> None:
        # The large database is kept from one run to the next and must not take a new update for one it knows.
        epoch = time.time_ns() // 1_000_000
        self._people = count(epoch)
        self.sandbox = Sandbox(token=TOKEN, first_update_id=epoch)
        self.sandbox.world.box_id = int(time.time())
        self.watch = Stopwatch()
        self._round_trip = 0.0
        self._carry_out = self.sandbox.api.call
        self.sandbox.api.call = self._timed_call  # type: ignore[method-assign]
        self._seed = epoch
        self._texts: Iterator[str] = alike()
        self._known: list[Person] = []
        for name, do in (
            ("begin", self.begin),
            ("first-fetch", self.first_fetch),
            ("flood", self.flood),
            ("stream", self.stream),
        ):
            self.sandbox.app.router.add_post(f"/bench/{name}", _action(do))
        for telegram_id in DEPUTIES:
            # A bot can write to them only once they have opened its chat.
            self.sandbox.user(f"Deputy {telegram_id % 10}", language="zh", id=telegram_id).starts()

    async def _timed_call(self, name: str, given: dict[str, Any], uploads: dict[str, Any]) -> web.Response:
        at = time.monotonic()
        if name == "getUpdates" and not self.watch.fetched.is_set():
            self.watch.first_fetch = at
            self.watch.fetched.set()
        response = await self._carry_out(name, given, uploads)
        if response.status == 200:
            self.watch.called(name, given, at)
        if self._round_trip:
            await asyncio.sleep(self._round_trip)
        return response

    async def begin(self, round_trip_ms: float = 0.0) -> dict[str, Any]:
        """Forget what was: nothing waits, nothing is timed. From now on each answer comes so much later."""
        self._round_trip = round_trip_ms / 1000
        self.sandbox.world.updates.clear()
        self.watch.begin()
        return {}

    async def first_fetch(self) -> dict[str, Any]:
        """The moment (``time.monotonic``, the same for all processes) of the first getUpdates since ``begin``."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.watch.fetched.wait()
        return {"at": self.watch.first_fetch}

    async def flood(self, people: int, reports: int, worst: bool = False) -> dict[str, Any]:
        """``people`` write ``reports`` between them, all at the same moment: the same ones each time. ``worst``: only
        eight different ones.
        """
        self._texts = alike() if worst else various(self._seed)
        crowd = self._known = self._crowd(people)
        began = time.monotonic()
        for index in range(reports):
            self._writes(crowd[index % people])
        return await self._outcome(began, reports)

    async def stream(self, people: int, reports: int, per_second: float) -> dict[str, Any]:
        """``people`` write so many reports each second, evenly spaced. They have written before, if anybody has."""
        crowd = self._known[:people] or self._crowd(people)
        began = time.monotonic()
        for index in range(reports):
            await asyncio.sleep(began + index / per_second - time.monotonic())
            self._writes(crowd[index % people])
        return await self._outcome(began, reports)

    def _crowd(self, people: int) -> list[Person]:
        """Newcomers: whoever is measured meets them for the first time."""
        ids = [next(self._people) for _ in range(people)]
        return [self.sandbox.user(f"Resident {id}", language="zh", id=id) for id in ids]

    def _writes(self, person: Person) -> None:
        text = next(self._texts)
        at = time.monotonic()
        message = person.says(text)
        self.watch.put(person.id, message.id, text, at)

    async def _outcome(self, began: float, reports: int) -> dict[str, Any]:
        """Waits until all are answered and nothing more is sent."""
        watch = self.watch
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await watch.all_answered.wait()
                await self._quiet()
        except TimeoutError:
            raise RuntimeError(f"{watch.open} of {reports} reports were not answered") from None
        return {
            "began": began,
            "answered_after": watch.last_answer - began,
            "all_sent_after": watch.last_call - began,
            "calls": watch.calls,
            "seconds": watch.seconds,
        }

    async def _quiet(self) -> None:
        """Until no call has come for a while."""
        rest = QUIET_SECONDS
        while rest > 0:
            await asyncio.sleep(rest)
            rest = self.watch.last_call + QUIET_SECONDS - time.monotonic()


def _action(do: Callable[..., Awaitable[dict[str, Any]]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def act(request: web.Request) -> web.Response:
        return web.json_response(await do(**(await request.json())))

    return act


async def main() -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Town().sandbox as sandbox:
        print(sandbox.port, flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
