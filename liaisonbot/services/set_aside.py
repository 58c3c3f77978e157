"""Telling the office, once, that something could not be handled or sent."""

from __future__ import annotations

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers
from liaisonbot.texts import Text


def tell_staff(uow: UnitOfWork, desk: Desk, kind: str, name: str, error: str) -> None:
    """Owners (all staff where there are none) hear of it once. ``kind`` is ``update`` or ``message``, ``name`` its
    id for set-aside.
    """
    if not uow.once.claim(f"aside:{name}", desk.now):
        return
    told = readers.owners(uow, desk) or list(readers.all_office(uow, desk))
    for reader in told:
        text = Text.of(f"set-aside-{kind}", name=name, error=error)
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)
