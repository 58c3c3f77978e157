"""What a deputy's duty log still lacks: against the entries a month, and the norms that hold here (``duty.norms``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from liaisonbot import duty
from liaisonbot.desk import Desk
from liaisonbot.duty import Counted, Period
from liaisonbot.model import RosterEntry
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.duty_log import ON_RECORD
from liaisonbot.texts import Text

MONTHLY: Final = "required_per_month"


@dataclass(frozen=True, slots=True)
class Missing:
    """A norm that is not met yet. ``key``: that of the norm, or :data:`MONTHLY`; the days belong to the period."""

    key: str
    least: int
    have: int
    count: Counted
    period: Period
    first: date
    last: date

    @property
    def lacking(self) -> int:
        return self.least - self.have


def missing(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, day: date) -> list[Missing]:
    """What is not met in the periods around that day; the shortest period first. Only what is on record counts."""
    return [norm for norm in _all(uow, desk, deputy, day) if norm.lacking > 0]


def _all(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, day: date) -> Iterator[Missing]:
    first, last = Period.MONTH.around(day)
    have = sum(uow.duty.count(deputy.id, first, last, states=ON_RECORD).values())
    yield Missing(MONTHLY, desk.settings.duty.required_per_month, have, Counted.ENTRIES, Period.MONTH, first, last)
    holding = [duty.norms()[key] for key in desk.settings.duty.norms]
    for norm in sorted(holding, key=lambda norm: list(Period).index(norm.period)):
        first, last = norm.period.around(day)
        have = _have(uow, deputy, norm, first, last)
        yield Missing(norm.key, norm.least, have, norm.count, norm.period, first, last)


def _have(uow: UnitOfWork, deputy: RosterEntry, norm: duty.Norm, first: date, last: date) -> int:
    if norm.count is Counted.DAYS:
        return uow.duty.days(deputy.id, first, last, states=ON_RECORD, types=norm.types)
    counts = uow.duty.count(deputy.id, first, last, states=ON_RECORD)
    return sum(n for type_, n in counts.items() if not norm.types or type_ in norm.types)


def sentence(found: Missing) -> Text:
    """What is expected, and how much of it is there: a line of a list."""
    if found.key == MONTHLY:
        expected = Text.of("duty-norm-monthly", least=found.least)
    else:
        expected = Text.of(f"duty-norm-{found.key}")
    return Text.of(f"duty-lacks-{found.count}", norm=expected, have=found.have, n=found.lacking)
