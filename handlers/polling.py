"""Fetching: Telegram is asked for updates, and asked for further ones only when those are stored.

The offset of a request confirms everything below it. So it is sent after the commit, and after a crash the same updates
come again; the inbox knows them by their ids.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from handlers import failures
from handlers.api import BotApi
from handlers.intake import Intake, is_update
from handlers.routes import ALLOWED_UPDATES
from liaisonbot.errors import LiaisonError, TryLater

log = structlog.get_logger()

BATCH: Final = 100
LONG_POLL_SECONDS: Final = 30
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0

NEWCOMER_SECONDS: Final = 8.0
"""Telegram ends the older request, whoever was there first, and tells neither. So a bot that meets another one goes by
how long it had been fetching alone. A resident asks again at once, and Telegram holds a second conflict back for three
seconds: a newcomer hears of the resident after some four seconds. Whoever was alone for longer than this was first.
"""
MEETING_SECONDS: Final = 60.0
"""A conflict so long after the last one has to do with somebody else."""
CONFLICTS_TO_GIVE_WAY: Final = 2
"""One may be somebody's trial, or what was left of a program that has just ended."""
PAUSE_OF_NEWCOMER: Final = 3.0
PAUSE_OF_RESIDENT: Final = 0.2


class AnotherBot(LiaisonError):
    """Another program is fetching this bot's updates."""

    def __init__(self) -> None:
        super().__init__("Another program is running with this bot's token (telegram.token); stop that one first.")


class Polling:
    """Asks Telegram for updates until it is cancelled. Cancelling loses nothing: what was not stored comes again."""

    def __init__(self, api: BotApi, intake: Intake, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._intake = intake
        self._now = now
        self._offset: int | None = None
        self._pause = FIRST_PAUSE
        self._began = 0.0
        """When the request was made from which on Telegram has known of us."""
        self._reached = False
        self._conflicts = 0
        self._met_at = -math.inf
        self._newcomer = False

    async def run(self) -> None:
        """Raises TokenRefused, and AnotherBot when somebody else was there first."""
        await self._persist(self._take_over_from_webhook)
        while True:
            await self._persist(self._fetch)

    async def _take_over_from_webhook(self) -> None:
        await self._api.call("deleteWebhook", {"drop_pending_updates": False})

    async def _fetch(self) -> None:
        """One round: ask, store, and remember what may be confirmed with the next request."""
        parameters: dict[str, Any] = {
            "limit": BATCH,
            "timeout": LONG_POLL_SECONDS,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        if not self._reached:
            self._began = self._now()
        updates = await self._api.call("getUpdates", parameters, read_seconds=LONG_POLL_SECONDS + 10)
        self._reached = True
        if updates:
            await self._intake.accept(updates)
            self._offset = max((raw["update_id"] + 1 for raw in updates if is_update(raw)), default=self._offset)

    async def _persist(self, attempt: Callable[[], Any]) -> None:
        """Try until it works, with growing pauses."""
        while True:
            try:
                await attempt()
            except InvalidToken as exc:
                raise failures.translated(exc) from None
            except Conflict as exc:
                await self._meet_another(exc)
            except (TelegramError, KeyError) as exc:
                await self._wait_out(exc)
            else:
                self._pause = FIRST_PAUSE
                return

    async def _meet_another(self, conflict: Conflict) -> None:
        self._reached = True
        if "setWebhook" in conflict.message:
            return  # the next request is refused because of that webhook: once is enough
        newcomer = self._is_newcomer()
        if newcomer:
            self._conflicts += 1
            if self._conflicts >= CONFLICTS_TO_GIVE_WAY:
                raise AnotherBot from None
        if "webhook" in conflict.message:
            log.warning("a webhook was set meanwhile; it is removed")
            await self._persist(self._take_over_from_webhook)
        elif newcomer:
            await asyncio.sleep(PAUSE_OF_NEWCOMER)
        else:
            log.warning("another program tried to fetch with this bot's token")
            await asyncio.sleep(PAUSE_OF_RESIDENT)

    def _is_newcomer(self) -> bool:
        """Whether we were second; judged once for each meeting, since both grow older while it lasts."""
        now = self._now()
        if now - self._met_at > MEETING_SECONDS:
            self._newcomer = now - self._began < NEWCOMER_SECONDS
            self._conflicts = 0
        self._met_at = now
        return self._newcomer

    async def _wait_out(self, error: TelegramError | KeyError) -> None:
        ours = failures.translated(error)
        asked = ours.after if isinstance(ours, TryLater) else None
        pause = asked if isinstance(error, RetryAfter) and asked is not None else self._pause
        log.warning("no updates from Telegram", why=str(ours), again_in=pause)
        await asyncio.sleep(pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
