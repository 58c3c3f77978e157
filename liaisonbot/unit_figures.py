"""How the handling units (承办单位) did in a window: what was handed to them, and whether it was done by its day.

Pure, as ``figures.py``; what is counted stands here as numbers of cases, and ``len`` is the figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from liaisonbot.facts import CaseFact
from liaisonbot.model import Handing
from liaisonbot.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """Of one unit. What it returned as not its business counts as handed to it, and as nothing else."""

    id: int
    name: str
    """As it is called today."""
    handed: tuple[int, ...]
    """Handed to it in the window."""
    finished: tuple[int, ...]
    """Cases of its that got their formal reply, or ended, in the window."""
    on_time: tuple[int, ...]
    """Of these, by the day that was set."""
    overdue: tuple[int, ...]
    """Still with it at the end, after that day."""

    @property
    def rate(self) -> float | None:
        """On time out of the finished and the overdue ones; None where there were neither."""
        all_of_them = len(self.finished) + len(self.overdue)
        return len(self.on_time) / all_of_them if all_of_them else None


def of_units(
    handings: Iterable[Handing],
    cases: Mapping[int, CaseFact],
    start: datetime,
    end: datetime,
    days: WorkingDays,
) -> tuple[UnitFigure, ...]:
    """Each unit that has anything, by name. ``handings``: as they stood at the end."""
    found: dict[tuple[str, int], list[Handing]] = defaultdict(list)
    for handing in handings:
        if handing.case in cases:
            found[handing.unit, handing.unit_id].append(handing)
    made = (_of_unit(key, found[key], cases, (start, end), days) for key in sorted(found))
    return tuple(unit for unit in made if unit.handed or unit.finished or unit.overdue)


def _of_unit(
    key: tuple[str, int],
    handings: Sequence[Handing],
    cases: Mapping[int, CaseFact],
    window: tuple[datetime, datetime],
    days: WorkingDays,
) -> UnitFigure:
    start, end = window
    kept = [handing for handing in handings if handing.returned_at is None]
    finished = [(each.case, each.due, at) for each in kept if (at := each.finished_at) is not None and start <= at]
    return UnitFigure(
        id=key[1],
        name=key[0],
        handed=_sorted(handing.case for handing in handings if start <= handing.at),
        finished=_sorted(case for case, _, _ in finished),
        on_time=_sorted(case for case, due, at in finished if days.local_day(at) <= due),
        overdue=_sorted(
            handing.case
            for handing in kept
            if handing.open and cases[handing.case].paused_since is None and days.end_of(handing.due) <= end
        ),
    )


def _sorted(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))


def below(units: Iterable[UnitFigure], minimum: int) -> list[UnitFigure]:
    """Those whose rate is below so many per cent, the lowest first."""
    rated = ((unit.rate, unit) for unit in units if unit.rate is not None)
    return [unit for _, unit in sorted((pair for pair in rated if pair[0] * 100 < minimum), key=lambda pair: pair[0])]
