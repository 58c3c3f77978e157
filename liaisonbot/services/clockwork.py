"""What happens because time passes. A tick looks what is due, does it, and notes that it was done.

It does not matter when ticks come, how often, or what restarts in between: each thing is claimed by its key, in the
unit that promises the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import NOTHING_SAID, Case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    absences,
    announcement_posts,
    appraising,
    asked,
    cards,
    chasing,
    cycle_desk,
    duty_drafts,
    duty_reminding,
    handing_over,
    inquiries,
    ladder,
    morning_cards,
    pairings,
    pauses,
    placing,
    poll_answers,
    poll_closing,
    polling,
    privacy,
    promises,
    quiet,
    reaching,
    reception_days,
    reception_notices,
    reminders,
    score_posts,
    searching,
    station_cards,
    summary_posts,
    unknown_years,
    verdicts,
    works,
)
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Stage

RATING_REMINDER_AFTER: Final = timedelta(days=3)
"""One reminder to rate (重庆 §27)."""
LONGEST_RETRY: Final = timedelta(minutes=15)
"""No retry waits longer. One that does was noted while the clock was ahead, and would hold its chat until that hour."""
AT_ONCE: Final = 100
"""Cases one tick deals with of each kind, so that nobody waits for a long one; the next tick goes on."""


def tick(uow: UnitOfWork, desk: Desk) -> bool:
    """Do what is due at ``desk.now``. True when there may be more: tick again at once."""
    uow.outbox.hasten(desk.now + LONGEST_RETRY)
    done = [step(uow, desk) for step in STEPS]
    uow.dialogues.purge(desk.now)
    uow.loose_words.purge(desk.now - timedelta(days=30))
    uow.searches.purge(desk.now - searching.KEPT_FOR)
    uow.files.purge(desk.now - timedelta(days=1))
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
    if quiet.until(desk) is not None:
        return 0
    count = 0
    before = desk.now - RATING_REMINDER_AFTER

    def waiting(after: int) -> list[Case]:
        return uow.cases.in_stage(Stage.REPLY, before, after=after)

    for case in _unclaimed(uow, desk, waiting, lambda case: f"rate:{case.number}:{case.stage_since.isoformat()}"):
        text = Text.of("remind-rating", case=case.number, deputy=cards.deputy_name(uow, case))
        key = f"{reminders.REMINDER}rating:{case.number}"
        said = uow.verdicts.of(case.number)
        for author in asked.awaited(uow, case):
            rows = cards.rating_rows(case, said.get(author.person_id, NOTHING_SAID))
            reaching.to_author(uow, desk, case, author, text, rows=rows, daytime=True, key=key)
        count += 1
    return count


def _close_unrated(uow: UnitOfWork, desk: Desk) -> int:
    """The window to rate is over. No rating came: closed as unconfirmed, or, where something was promised, checked."""
    cases = uow.cases.due(Stage.REPLY, desk.now, limit=AT_ONCE)
    for case in cases:
        verdicts.window_over(uow, desk, case)
    return len(cases)


STEPS: Final = (
    *privacy.STEPS,
    _ask_for_ratings,
    _close_unrated,
    *promises.STEPS,
    *pauses.STEPS,
    ladder.climb,
    *chasing.STEPS,
    *morning_cards.STEPS,
    *unknown_years.STEPS,
    *absences.STEPS,
    *announcement_posts.STEPS,
    *station_cards.STEPS,
    *inquiries.STEPS,
    *poll_closing.STEPS,
    *poll_answers.STEPS,
    *polling.STEPS,
    *works.STEPS,
    *appraising.STEPS,
    *placing.STEPS,
    *cycle_desk.STEPS,
    *reception_days.STEPS,
    *reception_notices.STEPS,
    *duty_reminding.STEPS,
    *score_posts.STEPS,
    *summary_posts.STEPS,
    *duty_drafts.STEPS,
    *handing_over.STEPS,
    *pairings.STEPS,
)
