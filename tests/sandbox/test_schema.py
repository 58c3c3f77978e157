"""Calls are checked against the official schema."""

import json
from typing import Any

import pytest

from sandbox import methods, schema
from sandbox.errors import ApiError

SCHEMA = schema.load()


def refused(method: str, **params: Any) -> str:
    with pytest.raises(ApiError) as caught:
        SCHEMA.check(method, params)
    return caught.value.description


def test_every_method_served_is_in_the_schema_and_every_method_in_it_is_served() -> None:
    """A method that nothing checks would let mistakes through."""
    assert set(methods.SERVED) == {structure.name for structure in SCHEMA.methods.values()}


def test_the_schema_says_which_version_it_is() -> None:
    """One must be able to tell what the sandbox imitates."""
    data = json.loads(schema.DATA.read_text(encoding="utf-8"))

    assert data["version"] == SCHEMA.version == "Bot API 10.1"
    assert data["source"].startswith("https://core.telegram.org/")


def test_values_are_taken_as_json_and_as_form_fields() -> None:
    """Libraries send either; the method sees the same."""
    keyboard = {"inline_keyboard": [[{"text": "受理", "callback_data": "a:1"}]]}
    as_json = {"chat_id": 5, "text": "hi", "disable_notification": True, "reply_markup": keyboard}
    as_form = {"chat_id": "5", "text": "hi", "disable_notification": "True", "reply_markup": json.dumps(keyboard)}

    assert SCHEMA.check("sendMessage", as_json) == SCHEMA.check("SENDMESSAGE", as_form) == ("sendMessage", as_json)


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": ""}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1, "text": "x", "txt": "y"}, 'no parameter "txt"'),
        ("sendMessage", {"chat_id": 1, "text": 5}, "must be of type String"),
        ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "maybe"}, "must be of type Boolean"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": {}}, 'find field "message_id"'),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": "{"}, "JSON object"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"keys": []}}, "reply_markup"),
        ("forwardMessage", {"chat_id": 1, "from_chat_id": 2, "message_id": "x"}, "valid Number"),
        ("getUpdates", {"limit": 101}, "between 1 and 100"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "b"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "b"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [], "scope": {"type": "everybody"}}, "invalid type"),
        ("sendPoll", {"chat_id": 1, "question": "x" * 301, "options": [{"text": "a"}]}, "must not exceed 300"),
        ("sendPoll", {"chat_id": 1, "question": "x", "options": [{"text": "a" * 101}]}, "must not exceed 100"),
        ("sendPoll", {"chat_id": 1, "question": "x", "options": [{"text": "a"}] * 13}, "more than 12 options"),
        ("sendPoll", {"chat_id": 1, "question": "x", "options": []}, "at least 1 option"),
        ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "f"}]}, "too few messages"),
        ("sendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "f"}] * 11}, "too many messages"),
        ("deleteMessages", {"chat_id": 1, "message_ids": list(range(101))}, "too many message identifiers"),
        ("setMessageReaction", {"chat_id": 1, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🧨"}]}, "REACTION_INVALID"),  # noqa: E501
        ("createForumTopic", {"chat_id": 1, "name": "x" * 129}, "must not exceed 128"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": "[]"}}, "of type Array"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"force_reply": "yes"}}, "must be of type Boolean"),
    ],
)  # fmt: skip
def test_what_telegram_refuses_is_refused(method: str, params: dict[str, Any], words: str) -> None:
    """In Telegram's words where they are known."""
    description = refused(method, **params)

    assert description.startswith("Bad Request: ")
    assert words in description


def a_button(**purpose: Any) -> dict[str, Any]:
    return {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", **purpose}]]}}


@pytest.mark.parametrize(("data", "taken"), [("x" * 64, True), ("x" * 65, False), ("字" * 22, False)])
def test_callback_data_is_counted_in_bytes(data: str, taken: bool) -> None:
    """64 bytes are 21 Chinese characters, not 64."""
    if taken:
        SCHEMA.check("sendMessage", a_button(callback_data=data))
    else:
        assert "BUTTON_DATA_INVALID" in refused("sendMessage", **a_button(callback_data=data))


def test_a_button_for_nothing_is_refused() -> None:
    """Empty data is none, as in Telegram; what is to be copied has its own word."""
    assert "Text buttons are unallowed" in refused("sendMessage", **a_button(callback_data=""))
    for text in ("", "x" * 257):
        assert "BUTTON_COPY_TEXT_INVALID" in refused("sendMessage", **a_button(copy_text={"text": text}))


def test_an_unknown_method_is_not_found() -> None:
    """As the real server answers it."""
    assert refused("sendTelegram") == "Not Found"


def test_unknown_fields_in_objects_are_refused() -> None:
    """The real server ignores them; here they are nearly always a typing mistake."""
    markup = {"inline_keyboard": [[{"text": "a", "callback": "x"}]]}

    assert 'no field "callback"' in refused("sendMessage", chat_id=1, text="x", reply_markup=markup)
