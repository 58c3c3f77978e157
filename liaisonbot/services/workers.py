"""Those who work on a case: as what, in which language, and the card they see."""

from __future__ import annotations

from dataclasses import dataclass

from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Case, RosterEntry
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, cards, readers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works on a case: as what, and in which language they read."""

    actor: Actor
    language: str


def at(uow: UnitOfWork, desk: Desk, case: Case, chat_id: int) -> Worker | None:
    """Whoever has that private chat, as the case's deputy or as staff of its station; None where they work on it no
    longer.
    """
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    return with_deputy(uow, desk, case, deputy, chat_id)


def with_deputy(uow: UnitOfWork, desk: Desk, case: Case, deputy: RosterEntry | None, chat_id: int) -> Worker | None:
    """The same, with the case's deputy at hand. Whom a closed case accuses had it, and works on it no more."""
    if deputy is not None and chat_id == deputy.telegram_id and (case.open or not accused.accuses(uow, case)):
        language = readers.language_of(desk, uow.people.find(chat_id), deputy)
        return Worker(Actor(person=None, deputy=deputy), language)
    actor = as_staff(uow, desk, Reader(chat_id, ""))
    if not may_for_station(actor, Permission.CASE_READ, case.station_id):
        return None
    if not actor.owner and accused.is_kept_from(uow, case.number, chat_id):
        return None
    return Worker(actor, readers.language_of(desk, actor.person, actor.staff))


def as_staff(uow: UnitOfWork, desk: Desk, reader: Reader) -> Actor:
    """That reader as a member of staff or an owner; neither, where they are none."""
    entries = uow.roster.of(reader.chat_id, None)
    return Actor(
        person=uow.people.find(reader.chat_id),
        staff=next((entry for entry in entries if entry.role == "staff"), None),
        owner=desk.is_owner(reader.chat_id),
    )


def card_for(uow: UnitOfWork, desk: Desk, case: Case, actor: Actor, chat_id: int) -> Text:
    """The case's card as that deputy or member of staff may see it."""
    mine = actor.deputy is not None and actor.deputy.id == case.deputy_id
    return cards.work_card(uow, desk, case, contact=mine, reader=chat_id)
