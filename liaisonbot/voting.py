"""How ballots become a result. Pure: the result depends on the ballots and the rule alone, never on their order.

The rules are rows of ``data/vote_rules.toml``, ``data/appraisal_rules.toml`` and ``data/opinion_index.toml``; a poll
keeps the one it was opened with (:meth:`Rule.to_json`), so that a later change of the file changes no result.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, Final, Self

from liaisonbot.vocabulary import Rating


class Form(StrEnum):
    """What stands on a ballot."""

    EACH = "each"
    """Approve, against or abstain, for each candidate."""
    PICK = "pick"
    """Mark up to as many as there are places."""


class Base(StrEnum):
    """Of what a threshold is a part."""

    ALL = "all"
    PRESENT = "present"
    CAST = "cast"


class Comparison(StrEnum):
    """Whether the threshold itself is enough."""

    MORE = ">"
    AT_LEAST = ">="

    def holds(self, number: int, needed: Fraction) -> bool:
        return number > needed if self is Comparison.MORE else number >= needed


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of counting. ``places``: so many candidates can win."""

    key: str
    form: Form
    places: int
    threshold: Fraction
    comparison: Comparison
    base: Base
    quorum: Fraction
    limited: bool
    """More approvals than places spoil a ballot."""

    @classmethod
    def preset(cls, key: str, places: int) -> Self:
        """The rule of that name. Raises KeyError for one that is not in the file."""
        return cls.from_json({**rules()[key], "key": key, "places": places})

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            key=raw["key"],
            form=Form(raw["form"]),
            places=int(raw["places"]),
            threshold=Fraction(raw["threshold"]),
            comparison=Comparison(raw["comparison"]),
            base=Base(raw["base"]),
            quorum=Fraction(raw["quorum"]),
            limited=bool(raw["limited"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "form": self.form.value,
            "places": self.places,
            "threshold": str(self.threshold),
            "comparison": self.comparison.value,
            "base": self.base.value,
            "quorum": str(self.quorum),
            "limited": self.limited,
        }


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot: the candidates approved, and those voted against. Whoever is in neither was abstained from."""

    approved: frozenset[int] = frozenset()
    against: frozenset[int] = frozenset()

    def spoiled(self, rule: Rule) -> bool:
        """More picks than places (fewer are valid), or a candidate both approved and voted against."""
        return bool(self.approved & self.against) or (rule.limited and len(self.approved) > rule.places)


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one candidate fared in the valid ballots. ``index``: its place on the ballot, from 0."""

    index: int
    approved: int
    against: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a vote. Candidates stand by their approvals, most first, then in the order of the ballot."""

    rule: Rule
    electors: int
    """All who may vote."""
    present: int
    """All who cast a ballot, spoiled ones included."""
    spoiled: int
    candidates: tuple[Candidate, ...]
    quorate: bool
    elected: tuple[int, ...]
    """Who won, by their places on the ballot."""
    tied: tuple[int, ...]
    """Who tied at the cut-off: a second round among them decides the places that are left."""

    @property
    def valid(self) -> int:
        return self.present - self.spoiled

    @property
    def needed(self) -> int:
        """The smallest number of approvals that is enough."""
        part = self.rule.threshold * _base(self.rule.base, self.electors, self.present, self.valid)
        if self.rule.comparison is Comparison.AT_LEAST:
            return math.ceil(part)
        return math.floor(part) + 1

    @property
    def places_left(self) -> int:
        """Places that nobody has won yet."""
        return self.rule.places - len(self.elected) if self.quorate else self.rule.places


def count(rule: Rule, candidates: int, electors: int, ballots: Collection[Ballot]) -> Result:
    """Count them. ``candidates``: how many stand on the ballot; ``electors``: how many may vote."""
    valid = [ballot for ballot in ballots if not ballot.spoiled(rule)]
    rows = [
        Candidate(
            index,
            approved := sum(index in ballot.approved for ballot in valid),
            against := sum(index in ballot.against for ballot in valid),
            len(valid) - approved - against,
        )
        for index in range(candidates)
    ]
    ranked = sorted(rows, key=lambda row: (-row.approved, row.index))
    present = len(ballots)
    quorate = present >= rule.quorum * electors
    needed = rule.threshold * _base(rule.base, electors, present, len(valid))
    passed = [row for row in ranked if rule.comparison.holds(row.approved, needed)] if quorate else []
    elected, tied = _cut_off(passed, rule.places)
    return Result(rule, electors, present, present - len(valid), tuple(ranked), quorate, elected, tied)


def _base(base: Base, electors: int, present: int, cast: int) -> int:
    return {Base.ALL: electors, Base.PRESENT: present, Base.CAST: cast}[base]


def _cut_off(passed: Sequence[Candidate], places: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Those who have a place for certain, and those who have as many votes as each other for the last ones."""
    if len(passed) <= places:
        return tuple(row.index for row in passed), ()
    last = passed[places - 1].approved if places else None
    if places and passed[places].approved < passed[places - 1].approved:
        return tuple(row.index for row in passed[:places]), ()
    above = tuple(row.index for row in passed if last is not None and row.approved > last)
    return above, tuple(row.index for row in passed if row.approved == last)


# --- appraisal --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppraisalRule:
    """A rule of the three-level appraisal."""

    key: str
    part: Fraction
    comparison: Comparison
    base: Base

    @classmethod
    def preset(cls, key: str) -> Self:
        """The rule of that name. Raises KeyError for one that is not in the file."""
        return cls.from_json({**appraisal_rules()[key], "key": key})

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(raw["key"], Fraction(raw["part"]), Comparison(raw["comparison"]), Base(raw["base"]))

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "part": str(self.part),
            "comparison": self.comparison.value,
            "base": self.base.value,
        }


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What an appraisal came to."""

    rule: AppraisalRule
    members: int
    """All who may judge."""
    satisfied: int
    fair: int
    dissatisfied: int
    abstained: int
    verdict: Rating

    @property
    def present(self) -> int:
        return self.satisfied + self.fair + self.dissatisfied + self.abstained


def appraise(
    rule: AppraisalRule, *, members: int, satisfied: int, fair: int, dissatisfied: int, abstained: int = 0
) -> Appraisal:
    """The verdict by that rule. Where nobody chose a level it is dissatisfied: nobody said otherwise."""
    cast = satisfied + fair + dissatisfied
    needed = rule.part * _base(rule.base, members, cast + abstained, cast)
    if cast and rule.comparison.holds(satisfied, needed):
        verdict = Rating.SATISFIED
    elif cast and rule.comparison.holds(satisfied + fair, needed):
        verdict = Rating.FAIR
    else:
        verdict = Rating.DISSATISFIED
    return Appraisal(rule, members, satisfied, fair, dissatisfied, abstained, verdict)


# --- opinion index ----------------------------------------------------------------------------------------------------

STARS: Final = 5


def opinion_index(key: str, counts: Sequence[int], voters: int) -> tuple[int | None, ...]:
    """One to five stars for each candidate by the rule of that name; None for all where nobody voted.

    ``counts``: how many chose each; ``voters``: how many took part.
    """
    by = index_rules()[key]["by"]
    if not voters:
        return tuple(None for _ in counts)
    if by == "share":
        return tuple(max(1, min(STARS, math.ceil(Fraction(n * STARS, voters)))) for n in counts)
    ahead = [sum(other > n for other in counts) for n in counts]
    return tuple(STARS - place * STARS // len(counts) for place in ahead)


# --- the files --------------------------------------------------------------------------------------------------------


@cache
def rules() -> Mapping[str, Mapping[str, Any]]:
    """Rules of the deputies' vote, by their names."""
    return _read("vote_rules.toml")


@cache
def appraisal_rules() -> Mapping[str, Mapping[str, Any]]:
    """Rules of the three-level appraisal, by their names."""
    return _read("appraisal_rules.toml")


@cache
def index_rules() -> Mapping[str, Mapping[str, Any]]:
    """Ways from the residents' poll to the stars, by their names."""
    return _read("opinion_index.toml")


def _read(name: str) -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((resources.files("liaisonbot") / "data" / name).read_text("utf-8"))
