"""A year whose holidays are not published yet: staff hear of it once, when limits are about to reach into it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import quiet, readers
from liaisonbot.texts import Text

AHEAD: Final = timedelta(days=31)
"""So long before the year begins its calendar is missed: by then the notice is out."""


def tell_staff(uow: UnitOfWork, desk: Desk) -> int:
    """Once for each such year: what is counted meanwhile, and what brings the calendar."""
    year = desk.working_days.unknown_year(desk.today, desk.today + AHEAD)
    if year is None or quiet.until(desk) is not None or not uow.once.claim(f"calendar:{year}", desk.now):
        return 0
    for reader in readers.all_office(uow, desk):
        text = Text.of("calendar-unknown", year=year)
        owed = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, daytime=True)
        uow.outbox.add(owed, desk.now)
    return 1


STEPS: Final = (tell_staff,)
