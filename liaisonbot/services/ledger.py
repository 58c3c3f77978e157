"""The promise ledger follows what happens to a case: a line begins with a reply of class B, and ends somehow.

``casework.advance`` calls :func:`follow` after each step; nobody else begins or ends a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case, Pledge
from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Delivery, PledgeEnd, Stage
from liaisonbot.workflow import TAKEN_BACK, Event

_ENDINGS: Final[Mapping[Event, PledgeEnd]] = {
    Event.ANSWERED: PledgeEnd.REPLACED,
    Event.RESCHEDULED: PledgeEnd.MOVED,
    Event.CORRECTED: PledgeEnd.MOVED,
    Event.FELL_SILENT: PledgeEnd.UNANSWERED,
    Event.CLOSED: PledgeEnd.CLOSED,
    Event.WITHDRAWN: PledgeEnd.WITHDRAWN,
    Event.MERGED: PledgeEnd.MERGED,
}
_CHECKED: Final[Mapping[Delivery, PledgeEnd]] = {
    Delivery.FIXED: PledgeEnd.FIXED,
    Delivery.PARTLY: PledgeEnd.PARTLY,
    Delivery.NOT_FIXED: PledgeEnd.NOT_FIXED,
}


def follow(uow: UnitOfWork, desk: Desk, before: Case, after: Case, event: Event) -> None:
    """Bring the ledger to where the case stands after that event."""
    if before.promise_date is None and after.promise_date is None:
        return
    if event is Event.CORRECTED and after.promise_date == before.promise_date:
        return
    if event in TAKEN_BACK:
        _resume(uow, before, after)
        return
    waiting = uow.promises.open_of(after.number)
    ending = _ending(after, event)
    if waiting is not None and ending is PledgeEnd.MOVED and after.promise_date == waiting.day:
        return
    if waiting is not None and ending is not None:
        uow.promises.end(waiting.id, ending, desk.now, desk.today)
    if after.promise_date is not None and after.stage in (Stage.REPLY, Stage.FOLLOW_UP):
        _begin(uow, desk, after, waiting, ending)


def _resume(uow: UnitOfWork, before: Case, after: Case) -> None:
    """The line that ended with the case goes on, as if it had not."""
    last = uow.promises.latest_of(after.number)
    if last is not None and last.ended_at is not None and last.ended_at == before.closed_at:
        uow.promises.resume(last.id)


def _ending(after: Case, event: Event) -> PledgeEnd | None:
    if event in (Event.FIXED, Event.NOT_FIXED):
        return _CHECKED[after.delivery or Delivery.NOT_FIXED]
    if event is Event.CORRECTED and after.promise_date is None:
        return PledgeEnd.REPLACED
    return _ENDINGS.get(event) or (PledgeEnd.CLOSED if after.stage is Stage.CLOSED else None)


def _begin(uow: UnitOfWork, desk: Desk, case: Case, waiting: Pledge | None, ending: PledgeEnd | None) -> None:
    """Also for a case that comes back with its promise: it was merged, and split again."""
    if waiting is not None and ending is None:
        return
    day = case.promise_date
    if day is not None:
        moved = waiting if ending is PledgeEnd.MOVED else None
        uow.promises.make(case.number, case.deputy_id, day, desk.now, instead_of=moved)
