"""Arguments that concern polls; see ``arguments``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.commands import Kind
from liaisonbot.errors import Refused
from liaisonbot.services import poll_lines, receipt_codes
from liaisonbot.services.visit import Visit

Answers = Mapping[str, Any]
_NUMBER: Final = re.compile(r"[Pp]?([0-9]{1,15})$")


def _question(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """Up to the first stroke or the end of the line; in answer to the question, all of it."""
    if not rest.strip():
        return None
    if visit.message is None or visit.message.command is None:
        return " ".join(rest.split()), ""
    question, _, left = rest.replace("｜", "|").replace("\n", "|").partition("|")
    if not question.strip():
        raise Refused("poll-needs-question")
    return " ".join(question.split()), left.strip(" |")


def _line(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """The options, and what stands behind them: with the question before them they are the whole poll."""
    if not rest.strip():
        return None
    now = visit.desk.now.astimezone(visit.desk.timezone)
    return poll_lines.to_json(poll_lines.read(f"{answers['question']} | {rest}", now)), ""


def _poll(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``P3`` or ``3``."""
    if not rest:
        return None
    word, _, left = rest.partition(" ")
    number = _NUMBER.match(unicodedata.normalize("NFKC", word).lstrip("#"))
    if number is None:
        raise Refused("need-poll-number", typed=masking.shorten(word, 40))
    return int(number[1]), left.strip()


def _ballot(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    try:
        return _poll(visit, answers, rest)
    except Refused as refusal:
        raise Refused("need-ballot-number", **refusal.params) from refusal


def _receipt(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """With whatever blanks, dashes and small letters."""
    if not rest:
        return None
    code = receipt_codes.normalised(rest)
    if code is None:
        raise Refused("need-receipt", typed=masking.shorten(rest, 20))
    return code, ""


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.POLL_QUESTION: _question,
    Kind.POLL_OPTIONS: _line,
    Kind.POLL: _poll,
    Kind.BALLOT: _ballot,
    Kind.RECEIPT: _receipt,
}
