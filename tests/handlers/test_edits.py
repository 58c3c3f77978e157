"""What Telegram calls an edited message was not always edited by somebody."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from telegram import Update

from handlers import routes
from liaisonbot.incoming import Bot, IncomingMessage

WORDS: dict[str, Any] = {
    "message_id": 7,
    "date": 1_772_416_800,
    "chat": {"id": 101, "type": "private", "first_name": "A"},
    "from": {"id": 101, "is_bot": False, "first_name": "A"},
    "text": "https://example.org",
}


@pytest.mark.parametrize("edit_date", [None, 1_772_416_900])
async def test_an_edit_has_a_date_where_somebody_made_it(edit_date: int | None) -> None:
    """Else the preview of a link came, or a reaction."""
    taken: list[IncomingMessage] = []

    async def handle(_: object, said: IncomingMessage) -> None:
        taken.append(said)

    dated = {"edit_date": edit_date} if edit_date else {}
    update = Update.de_json({"update_id": 1, "edited_message": {**WORDS, **dated}}, None)
    office = SimpleNamespace(bot=Bot(42, "liaison_bot"), handle=handle)
    await routes.on_edit(update, SimpleNamespace(office=office))  # type: ignore[arg-type]

    assert [said.touched for said in taken] == [edit_date is not None]
