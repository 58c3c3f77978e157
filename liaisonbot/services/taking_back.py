"""A slip that ended a case is taken back by whoever made it, within minutes: the case stands where it stood.

A line such as ``/withdraw 3`` does its work at once; this is its undo. Its clock goes on as it was, extension and pause
included, and what the guard held is held again. Later a case is reopened by staff.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from liaisonbot.errors import Refused
from liaisonbot.model import Case, JournalEntry
from liaisonbot.outgoing import Button
from liaisonbot.permissions import Permission
from liaisonbot.services import casework
from liaisonbot.services.doing import confirm, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage
from liaisonbot.workflow import OPEN, TAKEN_BACK, Event

WITHIN: Final = timedelta(minutes=10)
_ENDS: Final = frozenset({Event.WITHDRAWN, Event.DECLINED, Event.CLOSED})


def button(case: Case) -> Button:
    """Stands below the word that the case has ended."""
    return Button(Text.of("button-take-back"), data=f"takeback:{case.number}")


def take_back(visit: Visit, number: int) -> Case:
    """Put the case back to where it was. Refused where it was not this person who ended it, or not just now."""
    uow, desk = visit.uow, visit.desk
    case = casework.find(uow, visit.actor, number, Permission.CASE_TAKE_BACK, lock=True)
    end = _end(uow.journal.of_case(number))
    if case.stage is not Stage.CLOSED or end is None or end.person_id != visit.person_id or end.from_stage is None:
        raise Refused("take-back-nothing", case=number)
    if desk.now - end.at > WITHIN:
        raise Refused("take-back-late", case=number, n=int(WITHIN.total_seconds() // 60))
    changes = casework.as_it_was(end)
    return casework.advance(uow, desk, visit.actor, number, TAKEN_BACK[OPEN.index(end.from_stage)], changes=changes)


def _end(entries: Sequence[JournalEntry]) -> JournalEntry | None:
    """How the case ended last, where that can be taken back."""
    ends = [entry for entry in entries if entry.to_stage is Stage.CLOSED and entry.from_stage is not Stage.CLOSED]
    return ends[-1] if ends and ends[-1].event in _ENDS and casework.WAS in ends[-1].details else None


def _press(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    case = take_back(visit, number_in(rest[0]))
    visit.renew_buttons(())
    confirm(visit, case, "done-taken-back", in_words=True)


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"takeback": _press}
