"""The one table of what ends or removes something, and how a slip is kept from doing harm.

Whatever ends a case, changes what was said of it, or deletes something has a row: either it asks once with 确认 / 取消,
however it was begun, or it offers to be undone. A dialogue asks in any case; a line that the interface promises to work
at once is carried out, and its undo stands below the answer.

What moves on can be moved again (accepting, assigning, transferring, handing), what is noted can be noted anew: that is
not here. ``tests/liaisonbot/services/test_lasting.py`` walks the table, for the commands and for the buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Guard(StrEnum):
    """What keeps a slip from doing harm."""

    ASKS = "asks"
    """Nothing happens before 确认, in one line as well."""
    UNDO = "undo"
    """One line does it at once; the answer has the button, or the command, that undoes it."""


@dataclass(frozen=True, slots=True)
class Row:
    """``undo``: the beginning of that button's data (a star stands for its number), or the command that undoes it."""

    guard: Guard
    undo: str | None = None


ASKS: Final = Row(Guard.ASKS)
TAKE_BACK: Final = Row(Guard.UNDO, "takeback:")

COMMANDS: Final[Mapping[str, Row]] = {
    "forget": ASKS,
    "export": ASKS,  # with personal data; without, nothing is lost by it
    "behalf": ASKS,
    "redirect": ASKS,
    "agreement": ASKS,
    "newcycle": ASKS,
    "carry": ASKS,
    "carriedout": ASKS,
    "appraise": ASKS,
    "handover": ASKS,
    "newrota": ASKS,
    "endrota": ASKS,
    "cancelday": ASKS,
    "moveday": ASKS,
    "walkin": ASKS,
    "hear": ASKS,
    "heldday": ASKS,
    "withdraw": TAKE_BACK,
    "decline": TAKE_BACK,
    "close": TAKE_BACK,
    "reply": Row(Guard.UNDO, "do:correct:"),
    "correct": Row(Guard.UNDO, "do:correct:"),
    "merge": Row(Guard.UNDO, "do:split:"),
    "split": Row(Guard.UNDO, "/merge"),
    "duty": Row(Guard.UNDO, "dropduty:"),
    "reached": Row(Guard.UNDO, "work:*:unreached:"),
    "putright": Row(Guard.UNDO, "work:*:unright:"),
}
BUTTONS: Final[Mapping[str, Row]] = {
    "retireunit:*": ASKS,
    "unpair:*": ASKS,
    "droptemplate:*": ASKS,
    "dropduty:*": ASKS,
    "inquiry:*:close": ASKS,
    "announce:*:undo": ASKS,
    "vote:*:close": ASKS,
    "vote:*:cancel": ASKS,
    "appraisal:*:close": ASKS,
    "appraisal:*:cancel": ASKS,
    "project:*:withdraw": ASKS,
    "work:*:strike:*": ASKS,
    "shuzhi:*:drop": ASKS,
    "shuzhi:*:strike:*": ASKS,
}
"""By what the button carries; a star stands for its numbers. A button ``do:command:N`` begins the command's
dialogue, which asks.
"""
