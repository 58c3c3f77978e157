"""Arguments that concern scores and missed meetings; see ``arguments``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import duty, masking, windows
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.nothing import is_nothing
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]

MEETINGS: Final = tuple(type_.key for type_ in duty.TYPES.values() if type_.group in ("meetings", "learning"))
"""Types of entries whose meetings can be missed."""
EXCUSED, WITHOUT = "excused", "without"
EXCUSES: Final[Mapping[str, frozenset[str]]] = {
    EXCUSED: frozenset({"excused", "请假", "已请假", "有事", "有假"}),
    WITHOUT: frozenset({"without", "unexcused", "无故", "未请假", "没请假"}),
}


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``/score``: a deputy's name, a part of the calendar, both or nothing, in whichever order."""
    words = rest.split()
    if not words:
        return None
    for cut in range(len(words), 0, -1):
        for part, others in ((words[:cut], words[cut:]), (words[-cut:], words[:-cut])):
            window = windows.read(" ".join(part))
            if window is not None:
                return {"window": window.label, "name": " ".join(others)}, ""
    return {"window": None, "name": " ".join(words)}, ""


def _meeting(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    found = duty.by_name(word)
    if found is None or found.key not in MEETINGS:
        raise Refused("absence-need-meeting", typed=masking.shorten(word, 40))
    return found.key, left.strip()


def _excused(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    found = next((key for key, words in EXCUSES.items() if word.casefold() in words), None)
    if found is None and is_nothing(word):
        found = WITHOUT
    if found is None:
        raise Refused("absence-need-excuse", typed=masking.shorten(word, 40))
    return found, left.strip()


def _offer_meetings(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of(f"duty-type-{key}"), key) for key in MEETINGS]


def _offer_excuses(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of(f"choice-absence-{key}"), key) for key in EXCUSES]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.SCORE_LINE: _line,
    Kind.MEETING: _meeting,
    Kind.EXCUSED: _excused,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {
    Kind.MEETING: _offer_meetings,
    Kind.EXCUSED: _offer_excuses,
}
