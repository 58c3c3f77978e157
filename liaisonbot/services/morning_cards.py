"""A card says which working day of its limit it is: on each working day those that are due soon say today's.

What is edited makes no sound. Each deputy's chat is looked through once a working day, when the quiet hours are over,
however late the bot starts; the next change of a case renews its card anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case, RosterEntry
from liaisonbot.outgoing import LIMITS, Priority
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, ladder, quiet, standing_cards
from liaisonbot.vocabulary import Stage

AHEAD: Final = 3
"""Working days ahead within which a case has to be due."""
OF_A_DEPUTY: Final = 30
"""Cards of one deputy that are edited in a morning, the most urgent ones; so many stay calm on a phone."""
LOOKED_AT: Final = 100
"""Open cases of a deputy among which they are sought, the most urgent first."""
APART: Final = timedelta(seconds=3)
"""Between two edits in one chat, so that an answer always finds room before the next."""
AT_ONCE: Final = 100
"""Deputies of one tick; the next goes on."""
_RUNNING: Final = frozenset({Stage.COLLECTION, Stage.MEDIATION})


def renew(uow: UnitOfWork, desk: Desk) -> int:
    """A step of the clock: how many deputies were looked after."""
    today = desk.today
    if quiet.until(desk) is not None or not desk.working_days.is_working_day(today):
        return 0
    if uow.once.claimed(f"morning-cards:{today}"):
        return 0
    keys = {f"morning-cards:{today}:{deputy_id}": deputy_id for deputy_id in uow.roster.busy()}
    looked_after = uow.once.claimed_among(list(keys))
    left = [key for key in keys if key not in looked_after]
    for key in left[:AT_ONCE]:
        deputy = uow.roster.get(keys[key])
        if deputy is not None and uow.once.claim(key, desk.now):
            _renew_those_of(uow, desk, deputy)
    if len(left) <= AT_ONCE:
        uow.once.claim(f"morning-cards:{today}", desk.now)
    return min(len(left), AT_ONCE)


def _renew_those_of(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> None:
    renewed = 0
    for case in _due_soon(uow, desk, deputy):
        # The newest card may be that of a reminder, and stays one.
        heading = ladder.said_ahead(uow, desk, case, case.due_at) if case.due_at else None
        when = {"not_before": desk.now + APART * renewed} if renewed else {}
        renewed += standing_cards.renew_work_card(
            uow, desk, case, deputy, heading, priority=Priority.ANNOUNCEMENT, daytime=True, **when
        )
        if renewed >= OF_A_DEPUTY:
            return


def _due_soon(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> Iterator[Case]:
    """Their open cases whose clock runs towards a limit that is near, and whose card says something else today.

    Not the one of which the ladder reminds just now: that card is new.
    """
    days = desk.working_days
    until = days.end_of(days.day_after(desk.today, AHEAD))
    yesterday = replace(desk, now=days.end_of(days.earlier(desk.today, 1)) - timedelta(microseconds=1))
    reminder = uow.outbox.waiting(deputy.telegram_id or 0, LIMITS, desk.now)
    new = reminder.case if reminder is not None else None
    found, _ = uow.cases.of_deputy(deputy.id, limit=LOOKED_AT)
    for case in found:
        runs = case.stage in _RUNNING and case.paused_since is None and case.number != new
        if not runs or case.due_at is None or not desk.now < case.due_at <= until:
            continue
        if cards.limit(desk, case) != cards.limit(yesterday, case):
            yield case


STEPS: Final = (renew,)
"""What the clock does."""
