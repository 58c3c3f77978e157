"""Delivery of updates to a webhook: in order within each chat, several chats at once, until each is taken."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.errors import bad_request
from sandbox.updates import BY_DEFAULT, Pending, UpdateQueue

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Settings:
    """What the bot asked for with `setWebhook`."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: tuple[int, str] | None = None


@dataclass(slots=True)
class Lane:
    """One chat's updates: whether one is on its way, and how long to pause after failures."""

    busy: bool = False
    failures: int = 0
    not_before: float = field(default=0.0)


class Webhook:
    """Posts the queue's updates to the bot's address; the first pause after a failure is ``pause`` seconds."""

    def __init__(self, queue: UpdateQueue, *, pause: float = 0.25, longest_pause: float = 30.0) -> None:
        self.queue = queue
        self.settings = Settings()
        self._pause = pause
        self._longest = longest_pause
        self._lanes: dict[int, Lane] = {}
        self._wake = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._posts: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        queue.on_add = self._wake.set

    async def set(self, url: str, secret: str = "", max_connections: int = 40) -> None:
        """Deliver there from now on; an empty address ends delivery."""
        if url:
            check(url, secret)
        await self.close()
        self.settings = Settings(url, secret, max_connections)
        self.queue.webhook_active = bool(url)
        if url:
            self.queue.interrupt("terminated by setWebhook request")
            self._lanes.clear()
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS))
            self._runner = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop delivering; what was not taken stays in the queue."""
        tasks = [*self._posts, *([self._runner] if self._runner else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._posts.clear()
        self._runner = None
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self.queue.expire()
            pause = self._start_posts()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _start_posts(self) -> float | None:
        """Send what may be sent now; tells after how many seconds a failed one is due again."""
        now = time.monotonic()
        seen: set[int] = set()
        due: float | None = None
        for update in self.queue.pending.values():
            if len(self._posts) >= self.settings.max_connections:
                break
            lane = self._lanes.setdefault(update.key, Lane())
            if update.key in seen or lane.busy:
                continue
            seen.add(update.key)
            if lane.not_before > now:
                due = min(due if due is not None else lane.not_before, lane.not_before)
                continue
            lane.busy = True
            task = asyncio.create_task(self._post(update, lane))
            self._posts.add(task)
            task.add_done_callback(self._ended)
        return None if due is None else max(0.001, due - now)

    async def _post(self, update: Pending, lane: Lane) -> None:
        try:
            error = await self._send(update)
            if error is None:
                lane.failures = 0
                self.queue.confirm(update.id)
            else:
                pause = min(self._longest, self._pause * 2**lane.failures)
                lane.failures += 1
                lane.not_before = time.monotonic() + pause
                self.settings.last_error = (int(self.queue.clock.now().timestamp()), error)
        finally:
            lane.busy = False

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._posts.discard(task)
        self._wake.set()

    async def _send(self, update: Pending) -> str | None:
        assert self._session is not None
        headers = {"Content-Type": "application/json"}
        if self.settings.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.settings.secret
        try:
            async with self._session.post(self.settings.url, data=update.text.encode(), headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"

    def wire(self) -> dict[str, Any]:
        """The Bot API's WebhookInfo."""
        info: dict[str, Any] = {
            "url": self.settings.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.pending),
        }
        if self.queue.allowed != BY_DEFAULT:
            info["allowed_updates"] = sorted(self.queue.allowed)
        if self.settings.url:
            info["max_connections"] = self.settings.max_connections
        if self.settings.last_error is not None:
            info["last_error_date"], info["last_error_message"] = self.settings.last_error
        return info


def check(url: str, secret: str) -> None:
    """Refuse what Telegram refuses; beyond that, the sandbox reaches nothing outside this machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: the sandbox delivers to this machine only")
    if not SECRET_CHARACTERS.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")
