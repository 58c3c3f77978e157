"""The figures of a window for each station and each deputy: the attachment of a bulletin, the sheets of a workbook.

What belongs to no station, or to no deputy, has a row of its own, the last one: so each column comes to the figure of
the whole. Pure, as ``figures.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from liaisonbot.facts import CaseFact, DutyFact
from liaisonbot.figures import PARTS, Cases, Figures, Satisfaction

NOBODY: Final = 0
"""In place of an id: of no station, without a deputy."""
Belongs = Callable[[CaseFact | DutyFact], int | None]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Of one station, one deputy, or (``id`` None) of all of them. See ``data/figures.toml``."""

    id: int | None
    received: Cases
    answered: Cases
    answered_on_time: Cases
    open: Cases
    overdue: Cases
    open_overdue: Cases
    closed: Cases
    satisfaction: Mapping[str, Satisfaction]
    """By part: attitude, result."""
    duty: Sequence[DutyFact]
    duty_late: Sequence[DutyFact]

    @property
    def on_time_rate(self) -> float | None:
        """Answered on time out of the answered ones and the open overdue ones; None where there were neither."""
        all_of_them = len(self.answered) + len(self.open_overdue)
        return len(self.answered_on_time) / all_of_them if all_of_them else None

    @property
    def empty(self) -> bool:
        return not (self.received or self.answered or self.open or self.closed or self.duty or self.duty_late) and not (
            any(said.n for said in self.satisfaction.values())
        )


_CASES: Final = ("received", "answered", "answered_on_time", "open", "overdue", "open_overdue", "closed")


def by_station(figures: Figures) -> list[FigureRow]:
    """Of each station that has anything in it, in the order of the roster; of none, if there is anything."""
    known = [station.id for station in figures.stations]
    return _rows(figures, known, lambda fact: fact.station_id, everybody=False)


def by_deputy(figures: Figures) -> list[FigureRow]:
    """Of each deputy who was in the roster at the end, by name, then of those who had left it and have something in
    it; of none, if there is anything.
    """
    known = [deputy.id for deputy in sorted(figures.deputies, key=lambda deputy: (deputy.name, deputy.id))]
    return _rows(figures, known, lambda fact: fact.deputy_id, everybody=True)


def whole(figures: Figures) -> FigureRow:
    """Of all of them."""
    cases = {name: getattr(figures, name) for name in _CASES}
    return FigureRow(None, **cases, satisfaction=figures.satisfaction, duty=figures.duty, duty_late=figures.duty_late)


def _rows(figures: Figures, known: Sequence[int], of: Belongs, *, everybody: bool) -> list[FigureRow]:
    cases = {name: _split(figures, getattr(figures, name), of) for name in _CASES}
    said = {part: _said(figures, figures.satisfaction[part], of) for part in PARTS}
    duty, late = _entries(figures.duty, of), _entries(figures.duty_late, of)
    found: set[int] = set().union(duty, late, *cases.values(), *said.values())
    ids = [key for key in known if everybody or key in found]
    ids += sorted(found - set(known) - {NOBODY}) + ([NOBODY] if NOBODY in found else [])
    nobody = Satisfaction((), (), ())
    return [
        FigureRow(
            key,
            **{name: split.get(key, ()) for name, split in cases.items()},
            satisfaction={part: split.get(key, nobody) for part, split in said.items()},
            duty=duty.get(key, ()),
            duty_late=late.get(key, ()),
        )
        for key in ids
    ]


def _split(figures: Figures, numbers: Cases, of: Belongs) -> dict[int, Cases]:
    found: dict[int, list[int]] = defaultdict(list)
    for number in numbers:
        found[of(figures.cases[number]) or NOBODY].append(number)
    return {key: tuple(each) for key, each in found.items()}


def _said(figures: Figures, said: Satisfaction, of: Belongs) -> dict[int, Satisfaction]:
    levels = [_split(figures, level, of) for level in (said.satisfied, said.fair, said.dissatisfied)]
    keys = set().union(*levels)
    return {key: Satisfaction(*(level.get(key, ()) for level in levels)) for key in keys}


def _entries(entries: Iterable[DutyFact], of: Belongs) -> dict[int, list[DutyFact]]:
    found: dict[int, list[DutyFact]] = defaultdict(list)
    for entry in entries:
        found[of(entry) or NOBODY].append(entry)
    return found
