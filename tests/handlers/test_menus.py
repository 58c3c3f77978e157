"""The command menus that everybody sees."""

from __future__ import annotations

import pytest

from handlers import menus
from handlers.api import BotApi
from liaisonbot.errors import TokenRefused
from liaisonbot.settings import Settings
from sandbox import Sandbox
from tests.handlers.conftest import an_api


async def test_everybody_has_a_menu_in_their_language(
    api: BotApi, sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In private and in groups; whoever's language we do not speak reads the default one. Trouble is waited out."""
    monkeypatch.setattr(menus, "FIRST_PAUSE", 0.01)
    for fault in ("502", "cut_before", "429"):
        sandbox.faults.add(fault, "setMyCommands")

    await menus.publish(api, settings)

    async def shown(scope: str, language: str) -> dict[str, str]:
        commands = await api.call("getMyCommands", {"scope": {"type": scope}, "language_code": language})
        return {command["command"]: command["description"] for command in commands}

    private, group = await shown("all_private_chats", "en"), await shown("all_group_chats", "en")
    assert {"report", "mycases"} <= set(private)
    assert "report" in group
    assert "mycases" not in group
    assert await shown("all_private_chats", "") == await shown("all_private_chats", "zh")
    assert private["report"] != (await shown("all_private_chats", "zh"))["report"]


async def test_nobody_s_menu_shows_the_office_s_commands(settings: Settings) -> None:
    """Those have menus of their own."""
    shown = {command["command"] for menu in menus.default_menus(settings) for command in menu["commands"]}

    assert "assign" not in shown


async def test_a_wrong_token_is_no_reason_to_wait(sandbox: Sandbox, settings: Settings) -> None:
    """It ends the bot."""
    async with an_api(sandbox.url, "42:WRONG") as api:
        with pytest.raises(TokenRefused):
            await menus.publish(api, settings)
