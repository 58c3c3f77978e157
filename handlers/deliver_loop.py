"""The deliver loop: what is owed goes out, in order for each chat, the most urgent chat first."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from handlers.courier import Courier
from handlers.office import Office, lane
from handlers.traces import place_of
from handlers.waiting import PER_LANE, ROOM, Waiting
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable, OurMistake, TokenRefused, TryLater
from liaisonbot.outgoing import WAKE_UP, Outgoing, Priority, Promise, Receipt, TakenBack
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import composing, delivery
from liaisonbot.services.pacing import Pace

log = structlog.get_logger()

IN_FLIGHT: Final = 8
"""Calls under way at once. A slot is free again only when its outcome is committed: so many messages a crash leaves in
doubt, and they are sent again. With these Telegram's 30 a second are reached up to a round trip of 260 ms.
"""
LANES_IN_A_LOOK: Final = 64
WELL_FILLED: Final = 4 * IN_FLIGHT
"""So many chats keep the slots busy for a while."""
LOOK_PAUSE: Final = 0.05
"""Seconds between looks while the window is well filled: enough for an urgent answer not to wait behind it."""
REST: Final = 1.0
"""A chat that has to wait longer than this is let go of, so that others come in."""
LOOK_EVERY: Final = 30.0
"""Seconds between looks without any wake-up: a hint can get lost."""
ANNOUNCED_IN_FLIGHT: Final = IN_FLIGHT // 2
"""So many calls an announcement has under way at most: however long they take, there is a slot for an answer."""
MANY_ANSWERS: Final = 16
"""Where so many answers to as many chats wait, no further ones are made out meanwhile: they would only wait, in memory
or, where that is full, in the outbox, to be read back.
"""
GIVE_WAY_SECONDS: Final = 0.1
"""So long at most: what comes in is taken in also while calls hang."""
TRICKLE: Final = 0.1
"""Seconds between notices while answers are still being made out: people who look at the screen come first."""


class DeliverLoop:
    """Runs until ``stop``; what was not sent by then stands in the outbox."""

    def __init__(
        self, office: Office, courier: Courier, pace: Pace, answers_to_come: Callable[[], bool] = lambda: False
    ) -> None:
        self._office = office
        self._courier = courier
        self._pace = pace
        self._answers_to_come = answers_to_come
        self._waiting = Waiting()
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._announced: set[str] = set()
        """Which of these are an announcement's."""
        self._answered: set[str] = set()
        """Which of these carry an answer to somebody who looks at the screen."""
        self._behind: dict[asyncio.Future[None], None] = {}
        """Those who give way to the answers that wait, in the order they came."""
        self._resting: dict[str, float] = {}
        self._heard: list[Promise | TakenBack | str | None] = []
        self._looking = False
        self._stir = asyncio.Event()
        self._news = True
        """Something is to be looked up."""
        self._looked_at = 0.0
        self._notice_at = 0.0
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

    @property
    def answers(self) -> int:
        """How many wait in memory for their call."""
        return self._waiting.answers

    async def few_answers(self) -> None:
        """Returns at once while the answers go out as they come, or where Telegram's limits and not the calls hold them
        up. Otherwise when few are left, one caller for each call that ends; at the latest after a moment.
        """
        if not self._many_answers() or not self._pace.messages_may_go(time.monotonic()):
            return
        turn = asyncio.get_running_loop().create_future()
        self._behind[turn] = None
        try:
            async with asyncio.timeout(GIVE_WAY_SECONDS):
                await turn
        except TimeoutError:
            pass
        finally:
            self._behind.pop(turn, None)

    def _many_answers(self) -> bool:
        return self._waiting.answers >= MANY_ANSWERS and self._waiting.chats_to_answer >= MANY_ANSWERS

    def _let_one_in(self) -> None:
        if self._many_answers():
            return
        first = next((turn for turn in self._behind if not turn.done()), None)
        if first is not None:
            first.set_result(None)

    def answering(self) -> bool:
        """Whether an answer waits for its call, or is under way."""
        return bool(self._answered) or self._waiting.answers > 0

    def stop(self) -> None:
        """Begin no further call; those under way are finished."""
        self._stopping = True
        self._stir.set()

    def look(self) -> None:
        """Look into the outbox soon: the clock was moved."""
        self._due = None
        self._look_through_all()
        self._stir.set()

    # --- what is new ----------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        bell: Any = await self._office.memory.wake(WAKE_UP)
        while True:
            await bell.wait()
            bell.clear()
            self._heard += bell.take()
            if not self._looking:
                self._sort_in()
            self._stir.set()

    def _sort_in(self) -> None:
        """What was promised just now goes behind what is in memory already; where that is not all, we have to look. A
        chat from which something was taken back is read again.
        """
        heard, self._heard = self._heard, []
        for news in heard:
            if isinstance(news, Promise):
                if not self._waiting.hear(news):
                    self._look_behind(news.outgoing.lane)
            elif isinstance(news, TakenBack):
                self._waiting.drop(news.lane)
                self._look_behind(news.lane)
            elif news is not None:
                self._look_behind(news)
            else:
                self._look_through_all()

    def _look_behind(self, name: str) -> None:
        """More stands in the outbox than we have of this lane: it is looked up when what we have is done."""
        self._waiting.partly.add(name)
        if not self._busy_with(name):
            self._news = True

    def _look_through_all(self) -> None:
        self._waiting.caught_up = False
        self._news = True

    def _busy_with(self, name: str) -> bool:
        return name in self._waiting or name in self._in_flight or name in self._resting

    # --- what is to be sent ---------------------------------------------------------------------------------------

    def _wants_a_look(self) -> bool:
        now = time.monotonic()
        if self._due is not None and self._due <= self._office.clock.now():
            self._look_through_all()
        if now - self._looked_at > LOOK_EVERY:
            self._look_through_all()
        return self._news and self._may_look_at() <= now

    def _may_look_at(self) -> float:
        """When there may be a look, by the monotonic clock: not while there is plenty to do."""
        if self._waiting.size >= ROOM:
            return math.inf
        return 0.0 if len(self._waiting) < WELL_FILLED else self._looked_at + LOOK_PAUSE

    async def _look(self) -> None:
        """Fetch what is next: of the lanes that are partly in memory, or of all that are not in memory yet."""
        self._news = False
        self._looked_at = time.monotonic()
        self._resting = {name: until for name, until in self._resting.items() if until > self._looked_at}
        now = self._office.clock.now()
        whole = not self._waiting.caught_up
        busy = {*self._waiting.names, *self._in_flight, *self._resting}
        some = [] if whole else [name for name in self._waiting.partly if name not in busy]
        asked = some[:LANES_IN_A_LOOK]

        def unit(uow: UnitOfWork) -> tuple[list[Promise], datetime | None, set[str]]:
            due = uow.outbox.next_due(now)
            if whole:
                return uow.outbox.turn(now, busy, LANES_IN_A_LOOK, PER_LANE), due, uow.outbox.held(now)
            return uow.outbox.of_lanes(now, asked, PER_LANE), due, set()

        self._looking = True
        try:
            promises, self._due, held = await self._office.memory.read(unit)
        except MemoryUnavailable as exc:
            log.warning("no database", why=str(exc))
            self._look_through_all()
            await asyncio.sleep(1.0)
            return
        finally:
            self._looking = False
        found = self._waiting.put(promises)
        if whole:
            self._waiting.caught_up = len(found) < LANES_IN_A_LOOK
            # Of these we do not know what else came; in those held, something waits for its retry that is not here.
            self._waiting.partly |= busy | held
        self._news = self._news or not self._waiting.caught_up or len(some) > len(asked)
        if self._due is None and self._waiting.caught_up:
            # Nothing is held back for later: what was not found is not there.
            self._waiting.partly -= (self._waiting.partly - busy if whole else {*asked}) - found
        self._sort_in()

    # --- sending --------------------------------------------------------------------------------------------------

    def _start_what_may_go(self) -> float:
        """Fill the free slots. When, by the monotonic clock, the next call may go that now has to wait."""
        now = time.monotonic()
        soonest = self._pace.all_free_at(now)
        if soonest > now:
            return soonest
        soonest = now + LOOK_EVERY
        passed_over = []
        for name, outgoing in self._turns():
            if outgoing.priority is Priority.ANNOUNCEMENT and len(self._announced) >= ANNOUNCED_IN_FLIGHT:
                passed_over.append(name)  # the end of one of those stirs us
                continue
            chat_free = self._pace.chat_free_at(outgoing, now)
            if chat_free > now + REST:
                self._rest(name, chat_free)
                soonest = min(soonest, chat_free)
                continue
            free = max(chat_free, self._pace.free_at(outgoing, now), self._notice_free_at(outgoing))
            if free <= now:
                self._start(name, outgoing, now)
            else:
                passed_over.append(name)
                soonest = min(soonest, free)
        for name in passed_over:
            self._waiting.offer(name)
        return soonest

    def _turns(self) -> Iterator[tuple[str, Outgoing]]:
        """Those whose turn it is, as long as there is a free slot."""
        turns = self._waiting.turns(self._in_flight)
        while len(self._in_flight) < IN_FLIGHT:
            turn = next(turns, None)
            if turn is None:
                return
            yield turn

    def _notice_free_at(self, outgoing: Outgoing) -> float:
        """While answers are still to come, notices go by ones: the sender of each answer looks at the screen."""
        if outgoing.priority < Priority.NOTICE or not self._answers_to_come():
            return 0.0
        return self._notice_at + TRICKLE

    def _rest(self, name: str, until: float) -> None:
        self._waiting.drop(name)
        self._resting[name] = until

    def _start(self, name: str, outgoing: Outgoing, now: float) -> None:
        promise = self._waiting.take(name)
        if outgoing.priority >= Priority.NOTICE:
            self._notice_at = now
        self._pace.went(outgoing, now)
        if outgoing.priority is Priority.ANNOUNCEMENT:
            self._announced.add(name)
        if outgoing.priority <= Priority.ANSWER:
            self._answered.add(name)
        self._in_flight[name] = asyncio.create_task(self._deliver(name, promise))

    async def _deliver(self, name: str, promise: Promise) -> None:
        try:
            asleep = delivery.put_off(self._office.desk(), promise.outgoing)
            receipt = asleep or await self._send(promise.outgoing)
            if isinstance(receipt.failure, TokenRefused):
                self._fatal = receipt.failure
                return
            if asleep is None:
                self._pace.learn(promise.outgoing, receipt, time.monotonic())
            if receipt.failure is not None:
                _report(promise, receipt)
            await self._record(promise, receipt)
            if receipt.failure is not None:
                # What stands behind it waits for it, or has been changed.
                self._waiting.drop(name)
        except Exception as exc:
            self._fatal = exc
        finally:
            del self._in_flight[name]
            self._announced.discard(name)
            self._answered.discard(name)
            self._waiting.offer(name)
            self._let_one_in()
            if name not in self._waiting and (name in self._waiting.partly or not self._waiting.caught_up):
                self._news = True
            self._stir.set()

    async def _send(self, outgoing: Outgoing) -> Receipt:
        """How it went. What is written when its turn comes is written now; one that is void is not sent."""
        if outgoing.composed is not None:
            desk = self._office.desk()
            try:
                made = await self._office.memory.read(lambda uow: composing.compose(uow, desk, outgoing))
            except MemoryUnavailable as exc:
                return Receipt(outgoing.sent, TryLater(f"no database ({type(exc).__name__})"))
            except Exception as exc:
                log.error("what was promised could not be written", error=place_of(exc), exc_info=exc)
                return Receipt(outgoing.sent, OurMistake(place_of(exc)))
            if made is None:
                return Receipt()
            outgoing = made
        return await self._courier.deliver(outgoing)

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
                log.warning("no database", promise=promise.id, why=str(exc), again_in=pause)
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
            until = min(until, self._may_look_at())
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
