"""The handling loop: stored updates are handled in order within their chat, many chats at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from telegram import Bot as TelegramBot
from telegram.ext import Application

from handlers.office import DealtWithAlready, InHand, Office
from handlers.parsing import update_of
from handlers.traces import place_of
from liaisonbot import as_json
from liaisonbot.errors import MemoryUnavailable
from liaisonbot.incoming import WAKE_UP
from liaisonbot.ports import StoredUpdate
from liaisonbot.services.frontdesk import Outcome

log = structlog.get_logger()

LANES_AT_ONCE: Final = 16
"""So many updates share a commit at most: enough for it not to matter, few enough for deliveries to get in between."""
ROOM: Final = 400
"""So many updates wait in memory at most; the others wait in the inbox, or with Telegram."""
PAGE: Final = 500
LOOK_EVERY: Final = 30.0
"""Seconds between looks through the inbox without any wake-up: a hint can get lost."""
PAUSE_WITHOUT_MEMORY: Final = 1.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


async def _no_answers() -> None:
    """Nothing to wait for."""


class Handling:
    """Takes stored updates in hand, one after the other in each lane.

    ``answers_first`` is awaited before the next one is taken: it returns when those that wait need no longer go first.
    """

    def __init__(
        self,
        office: Office,
        application: Application[Any, Any, Any, Any, Any, Any],
        bot: TelegramBot,
        answers_first: Callable[[], Awaitable[object]] = _no_answers,
    ) -> None:
        self._office = office
        self._application = application
        self._bot = bot
        self._answers_first = answers_first
        self._lanes: dict[int, deque[StoredUpdate]] = {}
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._known: set[int] = set()
        self._less = asyncio.Event()
        self._look = asyncio.Event()
        self._stopping = False

    def take(self, updates: Iterable[StoredUpdate]) -> None:
        """Have them handled; one that is waiting already is not taken twice."""
        for update in updates:
            if update.update_id in self._known:
                continue
            self._known.add(update.update_id)
            waiting = self._lanes.get(update.lane)
            if waiting is None:
                self._lanes[update.lane] = deque((update,))
                self._ready.put_nowait(update.lane)
            else:
                waiting.append(update)

    async def room(self) -> None:
        """Returns when there is room for more."""
        while len(self._known) >= ROOM:
            self._less.clear()
            await self._less.wait()

    def pressed(self) -> bool:
        """Whether more updates wait than are in hand: many people are about to be answered."""
        return len(self._known) > LANES_AT_ONCE

    def busy(self) -> bool:
        """Whether any update waits or is in hand."""
        return bool(self._known)

    def look(self) -> None:
        """Find out anew what is due when: the clock was moved."""
        self._look.set()

    async def run(self) -> None:
        """Handle until ``stop``. Raises what should not have happened."""
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._work()) for _ in range(LANES_AT_ONCE)]
            watches = [group.create_task(watch) for watch in (self._watch_inbox(), self._listen())]
            try:
                await asyncio.gather(*workers)
            finally:
                for watch in watches:
                    watch.cancel()

    def stop(self) -> None:
        """Finish what is in hand and begin nothing new: what waits stands in the inbox."""
        self._stopping = True
        for _ in range(LANES_AT_ONCE):
            self._ready.put_nowait(_NO_LANE)

    async def catch_up(self) -> None:
        """Take what is in the inbox, a page at a time. Returns when all of it was taken."""
        after: int | None = None
        while True:
            page = await self._pending(after)
            self.take(page)
            if len(page) < PAGE:
                return
            after = page[-1].update_id
            await self.room()

    # --- workers --------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while not self._stopping:
            await self._answers_first()
            lane = await self._ready.get()
            if self._stopping or lane == _NO_LANE:
                return
            waiting = self._lanes[lane]
            update = waiting.popleft()
            await self._deal_with(update)
            self._known.discard(update.update_id)
            self._less.set()
            if waiting:
                self._ready.put_nowait(lane)
            else:
                del self._lanes[lane]

    async def _deal_with(self, stored: StoredUpdate) -> None:
        """Until it is handled or put away. A database that is out of reach is waited for; the lane waits with it."""
        while True:
            try:
                return await self._once(stored)
            except MemoryUnavailable as exc:
                log.warning("no database", update=stored.update_id, why=str(exc))
                if self._stopping:
                    return None
                await asyncio.sleep(PAUSE_WITHOUT_MEMORY)

    async def _once(self, stored: StoredUpdate) -> None:
        in_hand = self._office.begin(stored)
        try:
            await self._process(in_hand)
        finally:
            self._office.end(in_hand)
        match in_hand.error:
            case None if in_hand.outcome is None:
                await self._office.ignore(stored)
            case None:
                if in_hand.outcome is Outcome.DEFERRED:
                    self._look.set()
            case DealtWithAlready():
                log.info("dealt with already", update=stored.update_id)
            case MemoryUnavailable() as error:
                raise error
            case error:
                await self._put_away(stored, error)

    async def _process(self, in_hand: InHand) -> None:
        try:
            update = update_of(as_json.read(in_hand.stored.payload), self._bot)
            await self._application.process_update(update)
        except Exception as exc:
            in_hand.error = exc

    async def _put_away(self, stored: StoredUpdate, error: BaseException) -> None:
        where = place_of(error)
        log.error("update set aside", update=stored.update_id, error=where, exc_info=error)
        try:
            await self._office.set_aside(stored, where)
        except MemoryUnavailable:
            raise
        except Exception as exc:
            # Whatever is wrong with telling staff must not bring the same update back for ever.
            log.error("staff could not be told", update=stored.update_id, error=place_of(exc), exc_info=exc)
            await self._office.set_aside(stored, where, tell=False)

    # --- the inbox ------------------------------------------------------------------------------------------------

    async def _watch_inbox(self) -> None:
        """Take what becomes due: slowed-down updates."""
        while True:
            try:
                self._look.clear()
                pause = await self._pause()
                try:
                    async with asyncio.timeout(pause):
                        await self._look.wait()
                        continue  # find out anew until when to wait
                except TimeoutError:
                    pass
                await self.catch_up()
            except MemoryUnavailable as exc:
                log.warning("no database", why=str(exc))
                await asyncio.sleep(PAUSE_WITHOUT_MEMORY)

    async def _listen(self) -> None:
        """Take what another process put back (``set-aside retry``)."""
        rung: asyncio.Event = await self._office.memory.wake(WAKE_UP)
        while True:
            await rung.wait()
            rung.clear()
            try:
                await self.catch_up()
            except MemoryUnavailable as exc:
                log.warning("no database", why=str(exc))
                await asyncio.sleep(PAUSE_WITHOUT_MEMORY)
                rung.set()

    async def _pause(self) -> float:
        due: datetime | None = await self._office.memory.read(lambda uow: uow.inbox.next_deferred())
        if due is None:
            return LOOK_EVERY
        return min(max((due - self._office.clock.now()) / timedelta(seconds=1), 0.05), LOOK_EVERY)

    async def _pending(self, after: int | None) -> list[StoredUpdate]:
        now = self._office.clock.now()
        found: list[StoredUpdate] = await self._office.memory.read(
            lambda uow: uow.inbox.pending(now, after=after, limit=PAGE)
        )
        return found


_NO_LANE: Final = 2**63
"""No chat has this id."""
