"""Updates that Telegram delivers: an endpoint behind a reverse proxy. It says 200 only once the update is stored."""

from __future__ import annotations

import asyncio
import hmac
import os
import socket
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from handlers import failures
from handlers.api import BotApi
from handlers.intake import Intake, is_update
from handlers.polling import CONFLICTS_TO_GIVE_WAY, FIRST_PAUSE, LONGEST_PAUSE, AnotherBot
from handlers.routes import ALLOWED_UPDATES
from liaisonbot import as_json
from liaisonbot.errors import LiaisonError

log = structlog.get_logger()

HEALTH: Final = "/healthz"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES: Final = 1 << 20
"""An update is a few KB; this is far beyond the longest."""
CONNECTIONS: Final = 40
WATCH_SECONDS: Final = 5.0
"""Between looks whether Telegram still delivers to us: often enough for another bot to notice us while it is new."""
NEWCOMER_SECONDS: Final = 3 * WATCH_SECONDS
"""Whoever loses the webhook within this time of its start, and again, was second."""


TURNED_AWAY: Final = "403"
"""Stands in Telegram's words when we did not take a delivery for Telegram's."""


class CannotListen(LiaisonError):
    """The address at which deliveries are to arrive is not to be had."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno)
        super().__init__(
            f"telegram.webhook_listen: nobody can listen at {host}:{port} ({why}); "
            "stop what is listening there, or write another address."
        )


class Webhook:
    """Listens at ``host:port`` for what arrives at ``url``, until it is cancelled."""

    def __init__(
        self,
        api: BotApi,
        intake: Intake,
        *,
        url: str,
        host: str,
        port: int,
        secret: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._intake = intake
        self._url = url
        self._host = host
        self._port = port
        self._secret = secret.encode()
        self._now = now

    async def run(self) -> None:
        """Raises TokenRefused, CannotListen, and AnotherBot when somebody else was there first."""
        # Telegram packs nothing. A body that says it is packed is looked at as it is, and refused like any other that
        # cannot be read: unpacked by the server, it would fail before we are asked.
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=5.0, auto_decompress=False)
        await runner.setup()
        try:
            await self._listen(runner)
            await self._announce()
            await self._watch()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as exc:
            raise CannotListen(self._host, self._port, exc) from None

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_get(HEALTH, self._health)
        application.router.add_post(urlsplit(self._url).path or "/", self._receive)
        return application

    async def _announce(self) -> None:
        parameters = {
            "url": self._url,
            "secret_token": self._secret.decode(),
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": CONNECTIONS,
        }
        pause = FIRST_PAUSE
        while True:
            try:
                await self._api.call("setWebhook", parameters)
                return
            except InvalidToken as exc:
                raise failures.translated(exc) from None
            except (TelegramError, KeyError) as exc:
                log.warning("the webhook could not be set", why=str(failures.translated(exc)), again_in=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _watch(self) -> None:
        """Have it set again when another program took it away or set its own: nobody would tell us.

        Two bots on one token take it from each other. The one that has just come notices, and gives way.
        """
        began, lost = self._now(), 0
        failed_at = _failed_at(await self._known())  # before our time
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            known = await self._known()
            if known is None:
                continue
            if known.get("url") != self._url:
                if self._now() - began < NEWCOMER_SECONDS:
                    lost += 1
                    if lost >= CONFLICTS_TO_GIVE_WAY:
                        raise AnotherBot
                log.warning("the webhook was removed or set elsewhere; it is set again")
                await self._announce()
            elif _failed_at(known) not in (None, failed_at):
                failed_at = _failed_at(known)
                why = str(known.get("last_error_message", ""))
                log.warning("Telegram could not deliver; see to the proxy and telegram.webhook_listen", why=why)
                if TURNED_AWAY in why:
                    await self._announce()  # as it is when somebody set this address with another secret

    async def _known(self) -> dict[str, Any] | None:
        """What Telegram says of the webhook; None when that cannot be found out now."""
        try:
            known: dict[str, Any] = await self._api.call("getWebhookInfo")
        except InvalidToken as exc:
            raise failures.translated(exc) from None
        except (TelegramError, KeyError):
            return None
        return known

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _receive(self, request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=403)
        body = await request.read()
        raw = _parsed(body)
        if not is_update(raw):
            log.warning("what was delivered is no update, and was refused", bytes=len(body))
            return web.Response(status=400)
        # Telegram may hang up while we store: what was begun is finished all the same.
        await asyncio.shield(self._intake.accept([raw]))
        return web.Response()


def _failed_at(known: dict[str, Any] | None) -> int | None:
    """When a delivery last failed."""
    return known.get("last_error_date") if known else None


def _parsed(body: bytes) -> Any:
    try:
        return as_json.read(body)
    except (ValueError, RecursionError):
        return None
