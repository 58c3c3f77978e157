"""Masking what must not stand in a group: phone numbers, identity numbers, bank cards, e-mail addresses.

Every match is masked, also with spaces or hyphens between the digits and in full-width digits. PIPL 2021 §28:
identity and
financial account numbers are sensitive. The rules stand in one table; the longest number is looked for first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_SEPARATOR = r"[\s\-–—.·_()（）]{0,2}"


def _digits(count: str) -> str:
    """A run of that many digits (``"13,19"``, ``"11"``), each perhaps followed by a space or a hyphen."""
    low, _, high = count.partition(",")
    rest = f"{int(low) - 1},{int(high or low) - 1}"
    return rf"\d(?:{_SEPARATOR}\d){{{rest}}}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for, and how many characters may stay at the beginning and at the end."""

    name: str
    pattern: re.Pattern[str]
    head: int
    tail: int


RULES: Final = (
    Rule("e-mail", re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"), 1, 0),
    # 18 characters, the last a digit or X (GB 11643); 15 digits before 1999
    Rule(
        "identity number", re.compile(rf"(?<!\d)[1-9]{_SEPARATOR}{_digits('16')}{_SEPARATOR}[\dXx](?![\dA-Za-z])"), 0, 0
    ),
    Rule("bank card", re.compile(rf"(?<!\d){_digits('15,19')}(?!\d)"), 0, 4),
    # +86 13x…; mobile numbers of 11 digits; landlines with area code; anything that looks like an international number
    Rule("phone", re.compile(rf"(?<!\d)(?:\+|00){_digits('9,15')}(?!\d)"), 3, 2),
    Rule("phone", re.compile(rf"(?<!\d)1{_SEPARATOR}[3-9]{_SEPARATOR}{_digits('9')}(?!\d)"), 3, 2),
    Rule("phone", re.compile(rf"(?<!\d)[(（]?0\d{{2,3}}[)）]?{_SEPARATOR}{_digits('7,8')}(?!\d)"), 3, 2),
    # a landline without area code; a date written in one piece is not one
    Rule("phone", re.compile(r"(?<![\d.])(?!20\d\d(?:0[1-9]|1[0-2])[0-3]\d)[2-9]\d{6,7}(?![\d.])"), 0, 2),
)


def mask(text: str) -> str:
    """The text with every phone, identity and bank-card number and e-mail address masked by ``*``."""
    plain = "".join(_half_width(character) for character in text)
    masked = list(text)
    for rule in RULES:
        for match in rule.pattern.finditer(plain):
            _cover(masked, plain, match.start(), match.end(), rule)
        plain = "".join("*" if masked[i] == "*" else plain[i] for i in range(len(plain)))
    return "".join(masked)


def _cover(masked: list[str], plain: str, start: int, end: int, rule: Rule) -> None:
    """Put ``*`` over the letters and digits of the match, but for the head and tail that may stay."""
    keep: Callable[[str], bool] = str.isalnum
    places = [i for i in range(start, end) if keep(plain[i]) or plain[i] in "@._+"]
    for i in places[rule.head : len(places) - rule.tail]:
        masked[i] = "*"


def _half_width(character: str) -> str:
    """The ASCII digit, letter or sign that a full-width character stands for; any other character as it is."""
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character


def shorten(text: str, length: int) -> str:
    """The text in one piece of at most ``length`` characters; ``…`` says that something was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
