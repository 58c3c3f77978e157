"""What Telegram demands of keyboards beyond their shape."""

import re
from typing import Any

from sandbox import limits
from sandbox.errors import bad_request

Markup = dict[str, Any]
ACTIONS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)


def check(markup: Markup | None) -> tuple[Markup | None, Markup | None]:
    """The inline keyboard and the other kind (reply keyboard, its removal, a forced reply); at most one is there."""
    if markup is None:
        return None, None
    if "inline_keyboard" not in markup:
        _check_size(markup.get("keyboard", []))
        return None, markup
    rows = [row for row in markup["inline_keyboard"] if row]
    _check_size(rows)
    for row in rows:
        for button in row:
            _check_button(button)
    return ({"inline_keyboard": rows} if rows else None), None


def _check_size(rows: list[list[Any]]) -> None:
    if sum(map(len, rows)) > limits.BUTTONS or any(len(row) > limits.BUTTONS_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    actions = ACTIONS & button.keys()
    if not actions:
        raise bad_request(limits.TEXT_BUTTON)
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one of the optional fields must be used")
    if "url" in button and not re.match(r"(https?|tg)://[^\s/]+", button["url"]):
        why = "Unsupported URL protocol" if re.match(r"(?!https?:|tg:)\w+://", button["url"]) else "Wrong HTTP URL"
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {why}")
