"""A ballot while it is being filled in: what is marked on it, and how that travels in the data of buttons.

Nothing of an unfinished choice is ever stored: each button carries the whole ballot as it would be after a press. So a
restart changes nothing, and who never presses 确认 has left nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from liaisonbot.polls import Poll, PollKind
from liaisonbot.voting import Ballot, Form, Rule

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
"""Sixty candidates with three marks each are sixteen of these; a button's data has 64 bytes."""


class Mark(IntEnum):
    """What stands beside one option."""

    NONE = 0
    YES = 1
    NO = 2


Marks = tuple[Mark, ...]


class Shape(StrEnum):
    """How a ballot is filled in."""

    ONE = "one"
    """One option."""
    SEVERAL = "several"
    """Any number of options, or so many at most."""
    PICK = "pick"
    """Candidates, as many as there are places; more of them spoil the ballot."""
    EACH = "each"
    """Approve, against or abstain, for each candidate."""


_FORMS: Final[Mapping[Form, Shape]] = {Form.EACH: Shape.EACH, Form.PICK: Shape.PICK}


def rule_of(poll: Poll) -> Rule | None:
    """The rule by which a deputies' vote is counted; None for any other poll."""
    return Rule.from_json(poll.rule) if poll.kind is PollKind.VOTE and poll.rule is not None else None


def shape_of(poll: Poll) -> Shape:
    rule = rule_of(poll)
    if rule is not None:
        return _FORMS[rule.form]
    return Shape.SEVERAL if poll.multiple else Shape.ONE


def blank(poll: Poll) -> Marks:
    """A ballot on which nothing is marked."""
    return (Mark.NONE,) * len(poll.options)


def marked(poll: Poll, marks: Marks, index: int, mark: Mark) -> Marks:
    """The ballot after that mark was pressed: the same again takes it off, and where one may be chosen it moves."""
    new = Mark.NONE if marks[index] is mark else mark
    if shape_of(poll) is Shape.ONE:
        marks = blank(poll)
    return (*marks[:index], new, *marks[index + 1 :])


def chosen(marks: Marks, mark: Mark = Mark.YES) -> list[int]:
    """The options with that mark, in the order of the ballot."""
    return [index for index, each in enumerate(marks) if each is mark]


def possible(poll: Poll, marks: Marks) -> bool:
    """Whether that many may be marked at all. A deputy may spoil a ballot; nobody else marks more than may be."""
    shape, count = shape_of(poll), len(chosen(marks))
    if shape is Shape.ONE:
        return count <= 1
    return shape is not Shape.SEVERAL or poll.most is None or count <= poll.most


# --- as it is kept ----------------------------------------------------------------------------------------------------


def to_json(poll: Poll, marks: Marks) -> dict[str, Any]:
    """As it lies in the urn: what ``vote_results``, ``poll_results`` and the exports count."""
    if rule_of(poll) is None:
        return {"options": chosen(marks)}
    return {"options": chosen(marks), "against": chosen(marks, Mark.NO)}


def from_json(poll: Poll, ballot: Mapping[str, Any]) -> Marks:
    """As it is marked."""
    yes = ballot["options"]
    no = ballot.get("against", ())
    return tuple(
        Mark.YES if index in yes else Mark.NO if index in no else Mark.NONE for index in range(len(poll.options))
    )


def spoiled(poll: Poll, marks: Marks) -> bool:
    """Whether it would not count."""
    rule = rule_of(poll)
    return rule is not None and Ballot(frozenset(chosen(marks)), frozenset(chosen(marks, Mark.NO))).spoiled(rule)


# --- as it travels ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """A ballot that is being filled in. ``receipt``: that of the ballot whose place it is to take."""

    poll: Poll
    marks: Marks
    page: int = 0
    receipt: str | None = None

    def data(self, action: str) -> str:
        """What a button says that does this with it; read again by :func:`slip_in`."""
        code = f":{self.receipt}" if self.receipt else ""
        return f"ballot:{self.poll.number}:{action}:{self.page}:{packed(self.poll, self.marks)}{code}"


def packed(poll: Poll, marks: Marks) -> str:
    """The marks as a short word."""
    base, number = _base(poll), 0
    for mark in reversed(marks):
        number = number * base + mark
    word = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        word = _DIGITS[digit] + word
    return word or _DIGITS[0]


def unpacked(poll: Poll, word: str) -> Marks:
    """The marks that word stands for. Raises ValueError for one that no button of ours had."""
    base, number = _base(poll), 0
    if not word or len(word) > 24:
        raise ValueError(word)
    for character in word:
        number = number * len(_DIGITS) + _DIGITS.index(character)
    marks = []
    for _ in poll.options:
        number, mark = divmod(number, base)
        marks.append(Mark(mark))
    if number:
        raise ValueError(word)
    return tuple(marks)


def slip_in(poll: Poll, rest: Sequence[str]) -> Slip:
    """The ballot in a button's data: page, marks and, where it is to be changed, its receipt. Raises ValueError."""
    page, word, *code = rest
    if len(code) > 1 or not page.isdecimal() or len(page) > 2:
        raise ValueError(rest)
    marks = unpacked(poll, word)
    if shape_of(poll) is Shape.ONE and len(chosen(marks)) > 1:
        raise ValueError(rest)
    return Slip(poll, marks, int(page), code[0] if code else None)


def _base(poll: Poll) -> int:
    return 3 if shape_of(poll) is Shape.EACH else 2
