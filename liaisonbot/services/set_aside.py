"""Telling the office, once, that something could not be handled or sent."""

from __future__ import annotations

from collections.abc import Iterable

from liaisonbot.desk import Desk
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text


def tell_staff(uow: UnitOfWork, desk: Desk, kind: str, name: str, error: str) -> None:
    """Owners (all staff where there are none) hear of it once. ``kind`` is ``update`` or ``message``, ``name`` its
    id for set-aside.
    """
    if uow.once.claim(f"aside:{name}", desk.now):
        told = readers.owners(uow, desk) or readers.all_office(uow, desk)
        _tell(uow, desk, told, Text.of(f"set-aside-{kind}", name=name, error=error))


def tells_of_it(outgoing: Outgoing) -> bool:
    """Whether a message is one of these."""
    return outgoing.text is not None and outgoing.text.key.startswith("set-aside-")


def tell_the_others(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> None:
    """An owner could not be told: staff hear of it instead, once."""
    assert outgoing.text is not None
    if uow.once.claim(f"aside:{outgoing.text.params['name']}:staff", desk.now):
        owners = desk.settings.access.owner_ids
        others = [reader for reader in readers.all_office(uow, desk) if reader.chat_id not in owners]
        _tell(uow, desk, others, outgoing.text)


def _tell(uow: UnitOfWork, desk: Desk, told: Iterable[Reader], text: Text) -> None:
    for reader in told:
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), desk.now)
