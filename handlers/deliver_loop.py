"""The deliver loop: what is owed goes out, in order for each chat, the most urgent chat first."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from handlers.courier import Courier
from handlers.office import Office, lane
from handlers.traces import place_of
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable, TokenRefused
from liaisonbot.outgoing import WAKE_UP, Outgoing, Promise, Receipt
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import delivery
from liaisonbot.services.pacing import Pace

log = structlog.get_logger()

IN_FLIGHT: Final = 4
"""Calls under way at once. A slot is free again only when its outcome is committed: so many messages a crash leaves in
doubt, and they are sent again. A quick database makes good use of four; more would mainly mean more repetitions.
"""
WINDOW: Final = 64
"""Chats whose next messages are held in memory."""
NEWCOMERS: Final = 4
"""So many chats are looked for even when the window is full: the most urgent may be among them."""
PER_LANE: Final = 20
WELL_FILLED: Final = 4 * IN_FLIGHT
"""So many chats keep the slots busy for a while."""
LOOK_PAUSE: Final = 0.05
"""Seconds between looks while the window is well filled: enough for an urgent answer not to wait behind it."""
REST: Final = 1.0
"""A chat that has to wait longer than this leaves the window, so that others come in."""
LOOK_EVERY: Final = 30.0
"""Seconds between looks without any wake-up: a hint can get lost."""


@dataclass(slots=True)
class Lane:
    """A chat in the window, and what is to be sent there next."""

    promises: deque[Promise] = field(default_factory=deque)
    urgency: tuple[int, int] = (0, 0)
    """That of its most urgent promise; among equals the oldest. Kept, since every call that is made looks at all."""

    def add(self, promise: Promise) -> None:
        rank = _rank(promise)
        self.urgency = min(self.urgency, rank) if self.promises else rank
        self.promises.append(promise)

    def take(self) -> Promise:
        promise = self.promises.popleft()
        if self.promises:
            self.urgency = min(map(_rank, self.promises))
        return promise


def _rank(promise: Promise) -> tuple[int, int]:
    return int(promise.outgoing.priority), promise.id


class DeliverLoop:
    """Runs until ``stop``; what was not sent by then stands in the outbox."""

    def __init__(self, office: Office, courier: Courier, pace: Pace) -> None:
        self._office = office
        self._courier = courier
        self._pace = pace
        self._window: dict[str, Lane] = {}
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._stir = asyncio.Event()
        self._news = True
        self._looked_at = 0.0
        self._due: datetime | None = None
        self._stopping = False
        self._fatal: BaseException | None = None

    async def run(self) -> None:
        """Raises TokenRefused when Telegram no longer knows us."""
        listener = asyncio.create_task(self._listen())
        try:
            while not self._stopping and self._fatal is None:
                await self._wait(self._start_what_may_go())
                if self._wants_a_look():
                    await self._look()
        finally:
            listener.cancel()
            await self._finish()
        if self._fatal is not None:
            raise self._fatal

    async def _finish(self) -> None:
        """Let the calls under way come to their end; whoever cancels this gives them up."""
        try:
            if self._in_flight:
                await asyncio.wait(self._in_flight.values())
        finally:
            for task in self._in_flight.values():
                task.cancel()

    def stop(self) -> None:
        """Begin no further call; those under way are finished."""
        self._stopping = True
        self._stir.set()

    def look(self) -> None:
        """Look into the outbox soon: the clock was moved."""
        self._due = None
        self._news = True
        self._stir.set()

    # --- what is to be sent ---------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        rung: asyncio.Event = await self._office.memory.wake(WAKE_UP)
        while True:
            await rung.wait()
            rung.clear()
            self._news = True
            self._stir.set()

    def _wants_a_look(self) -> bool:
        now = time.monotonic()
        if self._due is not None and self._due <= self._office.clock.now():
            self._news = True
        if now - self._looked_at > LOOK_EVERY:
            self._news = True
        return self._news and (len(self._window) < WELL_FILLED or now - self._looked_at > LOOK_PAUSE)

    async def _look(self) -> None:
        """Fetch what is next for the chats that are not in the window yet."""
        self._news = False
        self._looked_at = time.monotonic()
        self._resting = {name: until for name, until in self._resting.items() if until > self._looked_at}
        busy = {*self._window, *self._in_flight, *self._resting}
        now = self._office.clock.now()
        lanes = max(WINDOW - len(self._window), NEWCOMERS)

        def unit(uow: UnitOfWork) -> tuple[list[Promise], datetime | None]:
            return uow.outbox.turn(now, busy, lanes, PER_LANE), uow.outbox.next_due(now)

        try:
            promises, self._due = await self._office.memory.read(unit)
        except MemoryUnavailable as exc:
            log.warning("no database", why=type(exc).__name__)
            self._news = True
            await asyncio.sleep(1.0)
            return
        self._put_in_window(promises)

    def _put_in_window(self, promises: Iterable[Promise]) -> None:
        """The most urgent chats stay; the others are asked for again when there is room."""
        for promise in promises:
            self._window.setdefault(promise.outgoing.lane, Lane()).add(promise)
        self._news = self._news or len(self._window) >= WINDOW
        for name in self._ranked()[WINDOW:]:
            del self._window[name]

    def _ranked(self) -> list[str]:
        """The chats in the window, the most urgent first."""
        return sorted(self._window, key=lambda name: self._window[name].urgency)

    # --- sending --------------------------------------------------------------------------------------------------

    def _start_what_may_go(self) -> float:
        """Fill the free slots. When, by the monotonic clock, the next call may go that now has to wait."""
        now = time.monotonic()
        soonest = self._pace.all_free_at(now)
        if soonest > now:
            return soonest
        soonest = now + LOOK_EVERY
        if len(self._in_flight) >= IN_FLIGHT:
            return soonest
        for name in self._ranked():
            if len(self._in_flight) >= IN_FLIGHT:
                break
            if name in self._in_flight:
                continue
            outgoing = self._window[name].promises[0].outgoing
            chat_free = self._pace.chat_free_at(outgoing, now)
            if chat_free > now + REST:
                self._rest(name, chat_free)
                soonest = min(soonest, chat_free)
                continue
            free = max(chat_free, self._pace.free_at(outgoing, now))
            if free <= now:
                self._start(name, outgoing, now)
            else:
                soonest = min(soonest, free)
        return soonest

    def _rest(self, name: str, until: float) -> None:
        del self._window[name]
        self._resting[name] = until

    def _start(self, name: str, outgoing: Outgoing, now: float) -> None:
        held = self._window[name]
        promise = held.take()
        if not held.promises:
            del self._window[name]
        self._pace.went(outgoing, now)
        self._in_flight[name] = asyncio.create_task(self._deliver(name, promise))

    async def _deliver(self, name: str, promise: Promise) -> None:
        try:
            receipt = await self._courier.deliver(promise.outgoing)
            if isinstance(receipt.failure, TokenRefused):
                self._fatal = receipt.failure
                return
            self._pace.learn(promise.outgoing, receipt, time.monotonic())
            if receipt.failure is not None:
                _report(promise, receipt)
            await self._record(promise, receipt)
            if receipt.failure is not None:
                # What stands behind it waits for it, or has been changed.
                self._window.pop(name, None)
        except Exception as exc:
            self._fatal = exc
        finally:
            del self._in_flight[name]
            if name not in self._window:
                self._news = True
            self._stir.set()

    async def _record(self, promise: Promise, receipt: Receipt) -> None:
        """Until it is on record: a message that was sent must not be sent again because the database was away."""
        remember, pause = delivery.record, 0.1
        while True:
            try:
                await self._office.write(
                    partial(remember, promise=promise, receipt=receipt),
                    lanes=(lane(promise.outgoing.chat_id),),
                )
                return
            except MemoryUnavailable as exc:
                log.warning("no database", promise=promise.id, why=type(exc).__name__, again_in=pause)
                await asyncio.sleep(pause * random.uniform(0.8, 1.2))
                pause = min(2 * pause, 5.0)
            except Exception as exc:
                if remember is _at_least:
                    raise
                log.error("what follows from a delivery failed", promise=promise.id, error=place_of(exc), exc_info=exc)
                remember = _at_least

    # --- waiting --------------------------------------------------------------------------------------------------

    async def _wait(self, until: float) -> None:
        """Until something stirs, or that moment of the monotonic clock, or what is due by the office's clock."""
        now = time.monotonic()
        if self._news:
            until = min(until, now if len(self._window) < WELL_FILLED else self._looked_at + LOOK_PAUSE)
        if self._resting:
            until = min(until, *self._resting.values())
        if self._due is not None:
            until = min(until, now + (self._due - self._office.clock.now()) / timedelta(seconds=1))
        if until > now:
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - now):
                    await self._stir.wait()
            except TimeoutError:
                pass
        self._stir.clear()
        if any(at <= time.monotonic() for at in self._resting.values()):
            self._news = True


def _report(promise: Promise, receipt: Receipt) -> None:
    failure = receipt.failure
    log.info(
        "not delivered",
        promise=promise.id,
        kind=str(promise.outgoing.kind),
        attempts=promise.attempts + 1,
        failure=type(failure).__name__,
        why=str(failure),
    )


def _at_least(uow: UnitOfWork, desk: Desk, promise: Promise, receipt: Receipt) -> None:
    """The least that must be remembered: that it went out, or that it has to wait."""
    if receipt.failure is None:
        uow.outbox.kept(promise)
    else:
        uow.outbox.retry(promise, desk.now + timedelta(seconds=delivery.LONGEST_PAUSE), str(receipt.failure))
