"""What a deputy hears of their log: of what was returned at once, of what was confirmed in one quiet message."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.duty import DutyEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import duty_views, readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

GATHERED: Final = timedelta(seconds=3)
"""So long confirmations are gathered: those of a page are one message, and a slip taken back at once is none."""
KEY: Final = "duty-confirmed"
"""Of what waits for a deputy's chat: one message of confirmations at most."""
LINES: Final = 10
"""Entries with a line of their own."""


def returned(uow: UnitOfWork, desk: Desk, entry: DutyEntry) -> None:
    """Why it came back, with a button that leads to the entry to correct it."""
    reader = _reader(uow, desk, entry.deputy_id)
    if reader is None:
        return
    correct = Button(Text.of("button-duty-correct"), data=f"duty:{entry.id}:change")
    drop = Button(Text.of("button-duty-drop"), data=f"dropduty:{entry.id}")
    words = Text.lines(Text.of("duty-returned", id=entry.id, reason=entry.reason), *duty_views.fields(entry))
    told = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=words, rows=((correct, drop),))
    uow.outbox.add(told, desk.now)


def confirmed(uow: UnitOfWork, desk: Desk, deputy_id: int) -> None:
    """Entries were confirmed, or a confirmation taken back: what waits for the deputy says how it stands now."""
    reader = _reader(uow, desk, deputy_id)
    if reader is None:
        return
    waiting = uow.outbox.waiting(reader.chat_id, KEY, desk.now)
    until = waiting.not_before if waiting and waiting.not_before else desk.now + GATHERED
    entries = uow.duty.confirmed_since(deputy_id, until - GATHERED)
    if not entries:
        uow.outbox.drop_keyed(KEY, chat=reader.chat_id)
        return
    more = len(entries) - LINES
    told = Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=Text.lines(
            Text.of("duty-confirmed", n=len(entries)),
            *(duty_views.line(entry) for entry in entries[:LINES]),
            Text.of("duty-confirmed-more", n=more) if more > 0 else None,
        ),
        rows=((duty_views.to_log(entries[-1]),),),
        key=KEY,
        not_before=until,
        silent=True,
        priority=Priority.ANNOUNCEMENT,
    )
    uow.outbox.add(told, desk.now)


def _reader(uow: UnitOfWork, desk: Desk, deputy_id: int) -> Reader | None:
    deputy = uow.roster.get(deputy_id)
    return readers.of_entry(uow, desk, deputy) if deputy else None
