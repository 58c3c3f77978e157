"""What we read an update as is what python-telegram-bot reads it as."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, Message, Update

from handlers.parsing import update_of

CHAT = {"id": 7, "type": "private", "first_name": "秀英"}
GROUP = {"id": -100777, "type": "supergroup", "title": "阳光小区", "is_forum": True}
FROM = {"id": 7, "is_bot": False, "first_name": "秀英", "username": "xiuying", "language_code": "zh-hans"}
WORDS = {"message_id": 5, "date": 1_772_416_800, "chat": CHAT, "from": FROM, "text": "水管坏了 <b>"}

UPDATES: dict[str, dict[str, Any]] = {
    "words": {"update_id": 1, "message": WORDS},
    "words in a group": {"update_id": 1, "message": {**WORDS, "chat": GROUP}},
    "a field of the sender's that nobody knows yet": {"update_id": 1, "message": {**WORDS, "from": {**FROM, "new": 1}}},
    "a command": {
        "update_id": 1,
        "message": {**WORDS, "text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]},
    },
    "an answer": {"update_id": 1, "message": {**WORDS, "reply_to_message": {**WORDS, "message_id": 4}}},
    "in a topic": {"update_id": 1, "message": {**WORDS, "chat": GROUP, "message_thread_id": 3}},
    "without words": {"update_id": 1, "message": {k: v for k, v in WORDS.items() if k != "text"}},
    "an edited one": {"update_id": 1, "edited_message": {**WORDS, "edit_date": 1_772_416_900}},
    "a field that nobody knows yet": {"update_id": 1, "message": {**WORDS, "brand_new": {"a": 1}}},
    "of nobody": {"update_id": 1, "message": {**WORDS, "from": None}},
    "of no time": {"update_id": 1, "message": {**WORDS, "date": 0}},
    "a press": {"update_id": 1, "callback_query": {"id": "9", "from": FROM, "chat_instance": "1", "data": "x"}},
    "nothing": {"update_id": 1},
    "two things": {"update_id": 1, "message": WORDS, "edited_message": WORDS},
}


@pytest.fixture
def bot() -> Bot:
    return Bot("42:TEST")


@pytest.mark.parametrize("raw", UPDATES.values(), ids=UPDATES)
def test_an_update_is_read_as_the_library_reads_it(raw: dict[str, Any], bot: Bot) -> None:
    """Field by field, and it leaves what it was given as it was."""
    given_, expected = deepcopy(raw), Update.de_json(deepcopy(raw), bot)
    made = update_of(given_, bot)
    assert made.to_dict() == expected.to_dict()
    assert made == expected
    assert given_ == raw
    if expected.message is not None:
        _same(made.message, expected.message)


def _same(made: Message | None, expected: Message) -> None:
    assert isinstance(made, Message)
    assert made.date == expected.date
    assert made.date.tzinfo == expected.date.tzinfo
    fields = {name for cls in Message.__mro__ for name in getattr(cls, "__slots__", ()) if not name.startswith("_")}
    for field in fields:
        assert getattr(made, field) == getattr(expected, field), field
    assert made.get_bot() is expected.get_bot()
    assert made.chat.get_bot() is expected.chat.get_bot()


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={name: st.none() | st.just(value) for name, value in WORDS.items()}))
def test_what_cannot_be_read_is_refused_as_the_library_refuses_it(said: dict[str, Any]) -> None:
    """Whatever is missing, or is nothing: the same result, or an error where the library raises one."""
    bot = Bot("42:TEST")
    raw = {"update_id": 1, "message": said}
    try:
        expected = Update.de_json(deepcopy(raw), bot).to_dict()
    except Exception as exc:
        with pytest.raises(type(exc)):
            update_of(deepcopy(raw), bot)
    else:
        assert update_of(deepcopy(raw), bot).to_dict() == expected
