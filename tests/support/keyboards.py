"""How much there is to do below a message. Every message that a test's office or town sends is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from liaisonbot.keyboards import ROOM, kinds
from liaisonbot.outgoing import Button
from liaisonbot.texts import Text

LOOKING = frozenset({"page", "timeline", "overdue", "overdueof", "promises", "holders"})
"""Buttons that change what a list or a course shows: together they are one thing to do."""


def too_many(rows: Iterable[Sequence[Any]]) -> list[str]:
    """The different things that can be done there, where they are more than a message has room for.

    Choosing among like things is one thing to do. What somebody unfolded is theirs.
    """
    buttons = [Button(Text.of("button-more"), _data(button), button.url) for row in rows for button in row]
    found = list(dict.fromkeys("look" if kind in LOOKING else kind for kind in kinds(buttons)))
    return found if len(found) > ROOM and "less" not in found else []


def _data(button: Any) -> str | None:
    return button.data if isinstance(button, Button) else button.callback_data
