"""The command menus that everybody sees: of private chats and of groups, in each language.

Who has a role gets a menu of their own, promised like any message (``Send.MENU``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import structlog
from telegram.error import InvalidToken, TelegramError

from handlers import failures
from handlers.api import BotApi
from handlers.beside import PAUSE_WITHOUT_MEMORY
from handlers.calls import menu
from handlers.office import Office
from handlers.polling import FIRST_PAUSE, LONGEST_PAUSE
from liaisonbot.errors import MemoryUnavailable, OurMistake, TryLater
from liaisonbot.services import roles
from liaisonbot.settings import Settings
from liaisonbot.texts import LANGUAGES, catalogue
from liaisonbot.vocabulary import Role

log = structlog.get_logger()

_SCOPES: Final = (("all_private_chats", False), ("all_group_chats", True))


async def show_owners(office: Office) -> None:
    """Promise the owners theirs. A database out of reach is waited for: it is no reason to end."""
    while True:
        try:
            await office.write(roles.show_owners)
            return
        except MemoryUnavailable as exc:
            log.warning("no database", why=str(exc))
            await asyncio.sleep(PAUSE_WITHOUT_MEMORY)


async def publish(api: BotApi, settings: Settings) -> None:
    """Set them all. Telegram out of reach is waited for; raises TokenRefused."""
    for parameters in default_menus(settings):
        await _set(api, parameters)


def default_menus(settings: Settings) -> Iterator[dict[str, Any]]:
    """The default language for everybody, and each language for those whose Telegram speaks it."""
    for scope, group in _SCOPES:
        for code in ("", *LANGUAGES):
            language = code or settings.locale.default_language
            commands = menu([Role.CONSTITUENT], catalogue(language, settings.locale.timezone), group=group)
            yield {"commands": commands, "scope": {"type": scope}, "language_code": code}


async def _set(api: BotApi, parameters: dict[str, Any]) -> None:
    pause = FIRST_PAUSE
    while True:
        try:
            await api.call("setMyCommands", parameters)
            return
        except InvalidToken as exc:
            raise failures.translated(exc) from None
        except (TelegramError, KeyError) as exc:
            failure = failures.translated(exc)
        if isinstance(failure, OurMistake):
            log.error("a command menu was refused", scope=parameters["scope"]["type"], why=str(failure))
            return
        asked = failure.after if isinstance(failure, TryLater) else None
        await asyncio.sleep(asked or pause)
        pause = min(2 * pause, LONGEST_PAUSE)
