"""How duty logs are scored. Pure: the points depend on what was confirmed and on the rule alone, never on an order.

The rules are rows of ``data/scoring.toml``. An entry has its points once and for all that was confirmed: those of its
item, as long as the item's cap leaves any in that part of the calendar, earlier days first. So the points of any span
are the sum of the points of its entries.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from liaisonbot.duty import Period

MISSED: Final = "missed"
"""The type of a meeting that was missed without an excuse, as the rules name it."""


class Per(StrEnum):
    """For what points are given."""

    ENTRY = "entry"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a rule. ``cap`` holds in each ``period`` of the calendar; it has the sign of ``points``."""

    key: str
    zh: str
    en: str
    types: frozenset[str]
    points: Decimal
    per: Per
    cap: Decimal
    period: Period


@dataclass(frozen=True, slots=True)
class Grade:
    """From so many points in a year on."""

    key: str
    zh: str
    en: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule of scoring."""

    key: str
    zh: str
    en: str
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    """The highest first; none: points alone are shown."""

    def item_of(self, type_: str) -> Item | None:
        """The item that entries of that type belong to; None: they score nothing."""
        return next((item for item in self.items if type_ in item.types), None)

    def grade(self, points: Decimal) -> Grade | None:
        """Of a year with so many points."""
        return next((grade for grade in self.grades if points >= grade.least), None)


@cache
def rules() -> Mapping[str, Rules]:
    """Key → rule."""
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "scoring.toml").read_text("utf-8"))
    return {key: _rules(key, row) for key, row in raw.items()}


def _rules(key: str, row: Mapping[str, Any]) -> Rules:
    items = tuple(
        Item(
            item["key"],
            item["zh"],
            item["en"],
            frozenset(item["types"]),
            Decimal(str(item["points"])),
            Per(item["per"]),
            Decimal(str(item["cap"])),
            Period(item["period"]),
        )
        for item in row["item"]
    )
    grades = tuple(
        Grade(grade["key"], grade["zh"], grade["en"], Decimal(str(grade["from"]))) for grade in row.get("grade", ())
    )
    return Rules(key, row["zh"], row["en"], items, grades)


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """What can score: a confirmed entry, or (its type is :data:`MISSED`) a meeting that was missed."""

    day: date
    id: int
    type: str


def points(rule: Rules, acts: Iterable[Act]) -> dict[Act, Decimal]:
    """What each of them scores, by that rule: all that one deputy has confirmed in a year, or in several, whole.

    Those of a type that no item names score nothing and are left out.
    """
    found: dict[Act, Decimal] = {}
    left: dict[tuple[str, date], Decimal] = {}
    seen: set[tuple[str, date]] = set()
    for act in sorted(set(acts)):
        item = rule.item_of(act.type)
        if item is None:
            continue
        again = item.per is Per.DAY and (item.key, act.day) in seen
        seen.add((item.key, act.day))
        part = (item.key, item.period.around(act.day)[0])
        given = Decimal(0) if again else _within(item.points, left.get(part, item.cap))
        left[part] = left.get(part, item.cap) - given
        found[act] = given
    return found


def _within(wanted: Decimal, left: Decimal) -> Decimal:
    """As much of it as the cap leaves."""
    return min(wanted, left) if wanted > 0 else max(wanted, left)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a score: what it brought, and from what."""

    item: Item
    points: Decimal
    acts: tuple[tuple[Act, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a deputy has scored in some days."""

    rule: Rules
    lines: tuple[Line, ...]
    """By item, in the rule's order; items without any act are left out."""

    @property
    def total(self) -> Decimal:
        return sum((line.points for line in self.lines), Decimal(0))


def score(rule: Rules, acts: Iterable[Act], first: date, last: date) -> Score:
    """The score of the days from ``first`` to ``last``, both included.

    ``acts``: all of that deputy in the years those days are in, since caps look at the part of the calendar as a whole.
    """
    by_item: dict[str, list[tuple[Act, Decimal]]] = defaultdict(list)
    for act, given in points(rule, acts).items():
        item = rule.item_of(act.type)
        if item is not None and first <= act.day <= last:
            by_item[item.key].append((act, given))
    return Score(rule, tuple(_line(item, by_item[item.key]) for item in rule.items if item.key in by_item))


def _line(item: Item, acts: Sequence[tuple[Act, Decimal]]) -> Line:
    return Line(item, sum((given for _, given in acts), Decimal(0)), tuple(acts))


def shown(number: Decimal) -> str:
    """As people write it: no needless zeros."""
    return f"{number.normalize():f}"
