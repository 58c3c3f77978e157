"""What happens because time passes. A tick looks what is due, does it, and notes that it was done.

It does not matter when ticks come, how often, or what restarts in between: each thing is claimed by its key, in the
unit that promises the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import SYSTEM, Case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import announcing, cards, casework, inquiries, notices, readers, station_cards
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage
from liaisonbot.workflow import Event

RATING_REMINDER_AFTER: Final = timedelta(days=3)
"""One reminder to rate (重庆 §27)."""
CHECK_HOUR: Final = 9
"""Local hour from which the check of delivery is asked on its day."""
AT_ONCE: Final = 100
"""Cases one tick deals with of each kind, so that nobody waits for a long one; the next tick goes on."""


def tick(uow: UnitOfWork, desk: Desk) -> bool:
    """Do what is due at ``desk.now``. True when there may be more: tick again at once."""
    done = [step(uow, desk) for step in STEPS]
    uow.messages.purge_loose_parts(desk.now - timedelta(hours=1))
    return any(count >= AT_ONCE for count in done)


def _unclaimed(
    uow: UnitOfWork, desk: Desk, cases: Callable[[int], list[Case]], key: Callable[[Case], str]
) -> Iterator[Case]:
    """The cases whose key nobody claimed before, at most ``AT_ONCE``."""
    after, given = 0, 0
    while page := cases(after):
        for case in page:
            if uow.once.claim(key(case), desk.now):
                yield case
                given += 1
                if given >= AT_ONCE:
                    return
        after = page[-1].number


def _ask_for_ratings(uow: UnitOfWork, desk: Desk) -> int:
    """One reminder to rate, three days after the reply."""
    count = 0
    before = desk.now - RATING_REMINDER_AFTER

    def waiting(after: int) -> list[Case]:
        return uow.cases.in_stage(Stage.REPLY, before, after=after)

    for case in _unclaimed(uow, desk, waiting, lambda case: f"rate:{case.number}:{case.stage_since.isoformat()}"):
        text = Text.of("remind-rating", case=case.number, deputy=cards.deputy_name(uow, case))
        for author in uow.cases.authors(case.number):
            notices.to_author(uow, desk, case, author, text, rows=cards.rating_rows(case))
        count += 1
    return count


def _close_unrated(uow: UnitOfWork, desk: Desk) -> int:
    """No rating came in the window: closed as unconfirmed."""
    cases = uow.cases.due(Stage.REPLY, desk.now, limit=AT_ONCE)
    for case in cases:
        casework.advance(uow, desk, SYSTEM, case.number, Event.FELL_SILENT)
    return len(cases)


def _ask_for_delivery(uow: UnitOfWork, desk: Desk) -> int:
    """On the promised day the constituent is asked whether it was really done."""
    local = desk.now.astimezone(desk.timezone)
    until = desk.today if local.hour >= CHECK_HOUR else desk.today - timedelta(days=1)
    count = 0

    def promised(after: int) -> list[Case]:
        return uow.cases.promised(until, after=after)

    for case in _unclaimed(uow, desk, promised, lambda case: f"check:{case.number}:{case.promise_date}"):
        text = Text.of("ask-delivery", case=case.number, deputy=cards.deputy_name(uow, case), date=case.promise_date)
        for author in uow.cases.authors(case.number):
            notices.to_author(uow, desk, case, author, text, rows=cards.check_rows(case))
        answer_by = desk.working_days.limit(desk.now, desk.settings.cases.rating_days)
        uow.cases.update(case.number, due_at=answer_by)
        count += 1
    return count


def _close_unchecked(uow: UnitOfWork, desk: Desk) -> int:
    """Nobody answered the check of delivery in the window: closed as unconfirmed."""
    count = 0
    for case in uow.cases.due(Stage.FOLLOW_UP, desk.now, limit=AT_ONCE):
        if not uow.once.claimed(f"check:{case.number}:{case.promise_date}"):
            continue  # not asked yet: that comes first
        casework.advance(uow, desk, SYSTEM, case.number, Event.FELL_SILENT)
        count += 1
    return count


def _remind_deputies(uow: UnitOfWork, desk: Desk) -> int:
    """The limit of acceptance or mediation has passed: the deputy, or staff while nobody has the case, hear of it
    once.
    """
    count = 0
    for stage in (Stage.COLLECTION, Stage.MEDIATION):

        def overdue(after: int, stage: Stage = stage) -> list[Case]:
            return uow.cases.due(stage, desk.now, after=after)

        for case in _unclaimed(uow, desk, overdue, lambda case: f"overdue:{case.number}:{case.due_at}"):
            deputy = readers.deputy_of(uow, desk, case)
            told = [deputy] if deputy else readers.staff_of(uow, desk, case.station_id)
            notices.remind(uow, desk, case, told)
            count += 1
    return count


STEPS: Final = (
    _ask_for_ratings,
    _close_unrated,
    _ask_for_delivery,
    _close_unchecked,
    _remind_deputies,
    announcing.start_planned,
    announcing.look_after,
    station_cards.bring_up_to_date,
    inquiries.close_due,
)
