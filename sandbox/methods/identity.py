"""What the bot is and says of itself: getMe, command menus, descriptions, the menu button."""

import json
import re
from typing import Any

from sandbox import access
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.model import Wire
from sandbox.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
DEFAULT_SCOPE = {"type": "default"}


@serves("getMe")
def get_me(world: World, p: Params) -> Wire:
    return world.bot.wire | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@serves("setMyCommands")
def set_my_commands(world: World, p: Params) -> bool:
    if not all(COMMAND.fullmatch(command["command"]) for command in p["commands"]):
        raise bad_request("BOT_COMMAND_INVALID")
    key = _scope_key(world, p)
    if p["commands"]:
        world.commands[key] = p["commands"]
    else:
        world.commands.pop(key, None)
    world.feed.add("commands", world.bot)
    return True


@serves("getMyCommands")
def get_my_commands(world: World, p: Params) -> list[Wire]:
    return world.commands.get(_scope_key(world, p), [])


@serves("deleteMyCommands")
def delete_my_commands(world: World, p: Params) -> bool:
    world.commands.pop(_scope_key(world, p), None)
    world.feed.add("commands", world.bot)
    return True


def _scope_key(world: World, p: Wire) -> str:
    scope = dict(p.get("scope") or DEFAULT_SCOPE)
    if "chat_id" in scope:
        scope["chat_id"] = access.chat(world, scope["chat_id"]).id
    return scope_key(scope, p.get("language_code", ""))


def scope_key(scope: Wire, language: str) -> str:
    """How a command list is filed: its scope and language."""
    return json.dumps(scope, sort_keys=True) + language


def _register_text(field: str, method: str) -> None:
    """A get and a set method for a text of the bot that may differ by language."""

    @serves(f"set{method}")
    def set_text(world: World, p: Params) -> bool:
        world.texts[f"{field}:{p.get('language_code', '')}"] = p.get(field, "")
        return True

    @serves(f"get{method}")
    def get_text(world: World, p: Params) -> Wire:
        own = world.texts.get(f"{field}:{p.get('language_code', '')}")
        fallback = world.bot.first_name if field == "name" else ""
        return {field: own or world.texts.get(f"{field}:") or fallback}


_register_text("name", "MyName")
_register_text("description", "MyDescription")
_register_text("short_description", "MyShortDescription")


@serves("setChatMenuButton")
def set_chat_menu_button(world: World, p: Params) -> bool:
    world.menu_buttons[p.get("chat_id", 0)] = p.get("menu_button", DEFAULT_SCOPE)
    return True


@serves("getChatMenuButton")
def get_chat_menu_button(world: World, p: Params) -> Any:
    return world.menu_buttons.get(p.get("chat_id", 0)) or world.menu_buttons.get(0) or DEFAULT_SCOPE
