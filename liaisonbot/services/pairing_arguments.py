"""Arguments that concern pairs of deputies and households; see ``arguments``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]

RHYTHMS: Final = (30, 60, 90)
"""Days between visits that are offered; any number can be typed."""
_CODE: Final = re.compile(r"[\w-]{1,20}$")
_MOST_DAYS: Final = 366


def _code(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    if _CODE.match(word) is None or masking.mask(word) != word:
        raise Refused("pairing-need-code", typed=masking.shorten(masking.mask(word), 40))
    return word.upper(), left.strip()


def _every(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    found = re.match(r"(?:每\s*)?(\d{1,3})\s*(?:天|日|days?)?\s*(?:一次)?$", rest.strip(), re.IGNORECASE)
    if found is None or not 1 <= int(found[1]) <= _MOST_DAYS:
        raise Refused("pairing-need-days", typed=masking.shorten(rest, 40))
    return int(found[1]), ""


def _offer_rhythms(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    return [(Text.of("choice-every", n=days), str(days)) for days in RHYTHMS]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.PAIR_CODE: _code,
    Kind.PAIR_EVERY: _every,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {
    Kind.PAIR_EVERY: _offer_rhythms,
}
