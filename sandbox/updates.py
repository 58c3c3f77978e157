"""The queue of updates a bot has not confirmed yet, and long polling on it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from liaisonbot.clock import MovableClock
from sandbox import limits
from sandbox.errors import Conflict
from sandbox.model import Wire

TYPES = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "message_reaction",
        "message_reaction_count",
        "callback_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
    ]
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BY_DEFAULT = TYPES - NOT_BY_DEFAULT
FAR_AHEAD = 10
LISTENING_SECONDS = 5.0


@dataclass(slots=True)
class Pending:
    """An update that waits to be confirmed; ``text`` is its JSON, ``key`` says with whom it must keep its order."""

    id: int
    kind: str
    text: str
    key: int
    expires: datetime


class UpdateQueue:
    """Updates in the order they happened, kept until confirmed or a day old.

    A day without a listener ages the updates; moving the clock while a bot listens does not, since a bot
    that listens would have fetched them meanwhile.
    """

    def __init__(self, clock: MovableClock, first_id: int) -> None:
        self.clock = clock
        self.next_id = first_id
        self.pending: dict[int, Pending] = {}
        self.allowed: frozenset[str] = BY_DEFAULT
        self.version = 0
        self.on_add: Callable[[], None] | None = None
        self.webhook_active = False
        self._waiter: asyncio.Future[None] | None = None
        self._listened = 0.0
        self._ahead = clock.ahead
        clock.on_move(self._on_move)

    def add(self, kind: str, payload: Wire, key: int) -> None:
        """Queue an update, if the bot asked for its kind."""
        if kind not in self.allowed:
            return
        text = json.dumps({"update_id": self.next_id, kind: payload}, ensure_ascii=False, separators=(",", ":"))
        expires = self.clock.now() + limits.UPDATE_LIFETIME
        self.pending[self.next_id] = Pending(self.next_id, kind, text, key, expires)
        self.next_id += 1
        self.version += 1
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self.on_add is not None:
            self.on_add()

    def allow(self, kinds: list[str] | None) -> None:
        """What `allowed_updates` says: absent leaves things as they are, an empty list means the default."""
        if kinds is not None:
            self.allowed = (frozenset(kinds) & TYPES) if kinds else BY_DEFAULT

    async def get(self, *, offset: int = 0, limit: int = 100, seconds: int = 0) -> list[str]:
        """The JSON of the next updates; whatever is below the offset is confirmed and forgotten.

        Raises Conflict when a webhook is set, or as soon as somebody else asks.
        """
        if self.webhook_active:
            raise Conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._listened = time.monotonic()
        self.expire()
        self._confirm(offset)
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, limits.LONG_POLL_SECONDS))
        return [update.text for update in islice(self.pending.values(), limit)]

    def confirm(self, update_id: int) -> None:
        """Forget one update: a webhook took it."""
        if self.pending.pop(update_id, None) is not None:
            self.version += 1

    def clear(self) -> None:
        self.pending.clear()
        self.version += 1

    def interrupt(self, why: str) -> None:
        """Have whoever waits for updates now answered with a conflict."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Conflict(why))

    def expire(self) -> None:
        """Forget what is older than a day."""
        now = self.clock.now()
        while self.pending:
            first = next(iter(self.pending.values()))
            if first.expires > now:
                return
            self.confirm(first.id)

    @property
    def waiting(self) -> bool:
        """Whether somebody waits for updates right now."""
        return self._waiter is not None

    def parsed(self) -> list[dict[str, Any]]:
        """What the bot has not confirmed yet."""
        return [json.loads(update.text) for update in self.pending.values()]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            for update_id in list(self.pending)[:offset]:
                self.confirm(update_id)
            return
        if offset > self.next_id + FAR_AHEAD:
            return  # Telegram takes an offset far ahead of the queue for a stale one and starts at the beginning.
        for update_id in list(islice(self.pending, max(0, offset - next(iter(self.pending), offset)))):
            if update_id >= offset:
                break
            self.confirm(update_id)

    async def _wait(self, seconds: float) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            pass
        finally:
            self._listened = time.monotonic()
            if self._waiter is waiter:
                self._waiter = None

    def _on_move(self) -> None:
        moved = self.clock.ahead - self._ahead
        self._ahead = self.clock.ahead
        listening = self.waiting or self.webhook_active or time.monotonic() - self._listened < LISTENING_SECONDS
        if listening and moved > timedelta(0):
            for update in self.pending.values():
                update.expires += moved
