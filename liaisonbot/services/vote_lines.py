"""How a deputies' vote is typed: ``/vote [YEAR] [RULE] [PLACES] [48h]``, in any order; and a vote's number, ``P3``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot import masking, voting
from liaisonbot.commands import Command, Kind
from liaisonbot.errors import Refused
from liaisonbot.polls import MOST_OPTIONS, PollKind, PollState
from liaisonbot.services import cycle_votes, poll_lines
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

Answers = Mapping[str, Any]
USUAL: Final = timedelta(days=1)
_YEAR: Final = re.compile(r"(20\d\d)年?")
_PLACES: Final = re.compile(r"(?:取|选|top)?(\d{1,2})(?:项|个|名)?")
_NUMBER: Final = re.compile(r"[Pp]?([0-9]{1,15})$")


@dataclass(frozen=True, slots=True)
class VoteLine:
    """What was typed; None: as usual."""

    year: int | None = None
    rule: str | None = None
    places: int | None = None
    runs: timedelta | None = None

    @property
    def says_how(self) -> bool:
        return (self.rule, self.places, self.runs) != (None, None, None)


def read(line: str) -> VoteLine:
    """Raises Refused for a word that is none of them."""
    found = VoteLine()
    for word in unicodedata.normalize("NFKC", line).split():
        found = _with(found, word)
    return found


def _with(line: VoteLine, word: str) -> VoteLine:
    runs = poll_lines.duration_of(word)
    if runs is not None:
        return replace(line, runs=_allowed(runs))
    if year := _YEAR.fullmatch(word):
        return replace(line, year=int(year[1]))
    if word in voting.rules():
        return replace(line, rule=word)
    if (places := _PLACES.fullmatch(word)) and 1 <= int(places[1]) <= MOST_OPTIONS:
        return replace(line, places=int(places[1]))
    raise Refused("votes-line", typed=masking.shorten(word, 40))


def _allowed(runs: timedelta) -> timedelta:
    if runs < poll_lines.SHORTEST:
        raise Refused("poll-too-short", n=int(poll_lines.SHORTEST / timedelta(minutes=1)))
    if runs > poll_lines.LONGEST:
        raise Refused("poll-runs-long", n=poll_lines.LONGEST.days)
    return runs


def to_json(line: VoteLine) -> dict[str, Any]:
    """As a dialogue keeps it."""
    minutes = int(line.runs / timedelta(minutes=1)) if line.runs else None
    return {"year": line.year, "rule": line.rule, "places": line.places, "minutes": minutes}


def from_json(raw: Mapping[str, Any]) -> VoteLine:
    minutes = raw.get("minutes")
    runs = timedelta(minutes=minutes) if minutes else None
    return VoteLine(raw.get("year"), raw.get("rule"), raw.get("places"), runs)


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    return (to_json(read(rest)), "") if rest.strip() else None


def _vote(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``P3`` or ``3``."""
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    number = _NUMBER.match(unicodedata.normalize("NFKC", word).lstrip("#"))
    if number is None:
        raise Refused("need-poll-number", typed=masking.shorten(word, 40))
    return int(number[1]), left.strip()


def _offer_votes(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    """The drafts of votes that the visitor may hold."""
    drafts = [
        poll
        for cycle in cycle_votes.held(visit.uow, visit.actor)
        for poll in cycle_votes.polls_of(visit.uow, cycle, PollKind.VOTE, states=(PollState.DRAFT,))
    ]
    if not drafts:
        raise Refused("votes-no-draft")
    return [
        (
            Text.of("choice-vote", number=poll.number, question=masking.shorten(poll.question, 30)),
            str(poll.number),
        )
        for poll in drafts
    ]


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.VOTE_LINE: _line,
    Kind.VOTE: _vote,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {Kind.VOTE: _offer_votes}
WIDE: Final = frozenset({Kind.VOTE})
