"""How each kind of argument is read from what somebody typed or pressed, and how it is asked for with buttons.

A value is kept as plain JSON (text or a number), since a dialogue must survive a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from liaisonbot.commands import Argument, Command, Kind
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.services import receipt_codes
from liaisonbot.services.arguments.offering import BACK as BACK
from liaisonbot.services.arguments.offering import CASES as CASES
from liaisonbot.services.arguments.offering import CASES_OFFERED as CASES_OFFERED
from liaisonbot.services.arguments.offering import CHANGE as CHANGE
from liaisonbot.services.arguments.offering import FREE as FREE
from liaisonbot.services.arguments.offering import MOVE as MOVE
from liaisonbot.services.arguments.offering import PAGES as PAGES
from liaisonbot.services.arguments.offering import SAME as SAME
from liaisonbot.services.arguments.offering import SKIP as SKIP
from liaisonbot.services.arguments.offering import STATIONS as STATIONS
from liaisonbot.services.arguments.offering import TURN as TURN
from liaisonbot.services.arguments.offering import WIDE as WIDE
from liaisonbot.services.arguments.offering import Choice as Choice
from liaisonbot.services.arguments.offering import Page as Page
from liaisonbot.services.arguments.offering import case_label as case_label
from liaisonbot.services.arguments.offering import changeable as changeable
from liaisonbot.services.arguments.offering import choices as choices
from liaisonbot.services.arguments.offering import filled as filled
from liaisonbot.services.arguments.offering import grid as grid
from liaisonbot.services.arguments.offering import has_choices as has_choices
from liaisonbot.services.arguments.offering import instead as instead
from liaisonbot.services.arguments.offering import offer_changes as offer_changes
from liaisonbot.services.arguments.offering import rows as rows
from liaisonbot.services.arguments.offering import stations_of as stations_of
from liaisonbot.services.arguments.offering import stations_served as stations_served
from liaisonbot.services.arguments.reading import NUMBER, first_word, plain
from liaisonbot.services.arguments.reading import READERS as READERS
from liaisonbot.services.arguments.reading import STAFF_QUEUE as STAFF_QUEUE
from liaisonbot.services.arguments.reading import Answers as Answers
from liaisonbot.services.arguments.reading import date_of as date_of
from liaisonbot.services.arguments.reading import day_off as day_off
from liaisonbot.services.arguments.reading import working_day_from as working_day_from
from liaisonbot.services.duty_arguments import AFTER_A_DOUBT
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

DOUBT: Final = "_doubt"
"""Where ``parse`` leaves what has to be asked about before anything happens."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An argument of a line that could not be read, and why."""

    argument: str
    why: Text


def parse(visit: Visit, command: Command, rest: str, *, implied_case: int | None = None) -> dict[str, Any]:
    """The answers a line gives. What it does not give is left out; what it gives wrongly is refused, or stands as
    a :class:`Doubt` under ``DOUBT``, with the words that follow it: then nothing is done before that is asked.

    ``implied_case``: the case it is about when the line does not begin with a number. One that does leads over it.
    """
    answers: dict[str, Any] = {}
    for argument in command.arguments:
        if argument.kind in CASES and implied_case is not None and receipt_codes.normalised(rest) is None:
            if not NUMBER.match(plain(first_word(rest.strip())[0])):
                answers[argument.name] = implied_case
                continue
            _require_clear(visit, command, implied_case, rest.strip())
        if argument.detail or (argument.wanted is not None and not argument.wanted(answers)):
            continue
        if DOUBT in answers and argument.kind not in FREE | AFTER_A_DOUBT:
            continue
        try:
            read = READERS[argument.kind](visit, answers, rest.strip())
        except Doubtful as doubtful:
            answers[DOUBT] = Doubt(argument.name, Text(doubtful.key, doubtful.params))
            rest = doubtful.left
            continue
        if read is not None:
            answers[argument.name], rest = read
    return answers


def _require_clear(visit: Visit, command: Command, implied: int, rest: str) -> None:
    """Refuse a number that may as well be the first word about the implied case: the wrong person would read it.

    With its # it is the case's, and so is one that stands alone, or before what is not free words.
    """
    word, left = first_word(rest)
    typed = plain(word)
    if typed.startswith("#") or int(typed) == implied or not left:
        return
    for argument in command.arguments[1:]:
        if argument.kind is Kind.TEXT:
            raise Refused("which-case", typed=int(typed), case=implied, command=command.name)
        if argument.wanted is None and (not argument.guided or READERS[argument.kind](visit, {}, left) is not None):
            return


def parse_one(visit: Visit, command: Command, answers: Answers, kind: Kind, rest: str) -> dict[str, Any]:
    """The answer of that kind which the rest of a line gives."""
    argument = next((argument for argument in command.arguments if argument.kind is kind), None)
    read = READERS[kind](visit, answers, rest) if argument else None
    return {argument.name: read[0]} if argument and read else {}


def missing(command: Command, answers: Answers, *, guided: bool) -> Argument | None:
    """What is still to be asked; None when the command can be carried out."""
    for argument in command.arguments:
        if argument.name in answers or argument.optional or argument.detail or (argument.guided and not guided):
            continue
        if argument.wanted is None or argument.wanted(answers):
            return argument
    return None
