"""The few questions that the terminal asks Telegram."""

from __future__ import annotations

from typing import Any, Final

from telegram.error import TelegramError

from handlers.api import BotApi
from handlers.backend import Backend
from handlers.failures import translated
from liaisonbot.incoming import Bot
from liaisonbot.settings import Settings

_SECONDS: Final = 10.0


async def ask(settings: Settings, *methods: str) -> list[Any]:
    """The results of these methods. Raises TokenRefused, or another DeliveryError when Telegram was not reached."""
    backend = Backend(read_seconds=_SECONDS, connect_seconds=_SECONDS)
    await backend.initialize()
    api = BotApi(backend, settings.telegram.api_base_url, settings.telegram.token.get_secret_value())
    try:
        return [await api.call(method) for method in methods]
    except (TelegramError, KeyError) as exc:
        raise translated(exc) from None
    finally:
        await backend.shutdown()


async def who_we_are(settings: Settings) -> Bot:
    """The bot, from getMe."""
    (me,) = await ask(settings, "getMe")
    return Bot(me["id"], me["username"], bool(me.get("can_read_all_group_messages")))
