"""Who could not be reached, and is here again: what they missed is named to them, once.

Somebody who blocked the bot, or had not opened its private chat yet, gets nothing that was promised to them meanwhile:
it is on record, and whoever sent it was told. Without a word of ours they would never look for it.
"""

from __future__ import annotations

from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Case, Person, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, lists, reaching, readers
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

_PAGE: Final = lists.PAGE


def tell(uow: UnitOfWork, desk: Desk, telegram_id: int) -> None:
    """Name the cases whose messages did not arrive; and to a deputy, that cases wait for them.

    Nothing is said to whoever missed nothing, and nothing twice.
    """
    person = uow.people.find(telegram_id)
    if person is None:
        return
    entry = next((entry for entry in uow.roster.of(telegram_id, None) if entry.role is Role.DEPUTY), None)
    language = readers.language_of(desk, person, entry)
    for found in (_missed(uow, desk, person), _waiting(uow, entry)):
        if found is not None:
            text, rows = found
            message = Outgoing(
                Send.TEXT, telegram_id, language=language, text=text, rows=rows, priority=Priority.CONVERSATION
            )
            uow.outbox.add(message, desk.now)


def _missed(uow: UnitOfWork, desk: Desk, person: Person) -> tuple[Text, Rows] | None:
    missed = uow.messages.missed_by(person.id)
    if not missed or not uow.once.claim(f"missed:{person.id}:{max(missed.values())}", desk.now):
        return None
    cases: list[Case] = [case for number in list(missed)[:_PAGE] if (case := uow.cases.get(number)) is not None]
    text = Text.lines(
        Text.of("returned-title"),
        *(lists.case_line(desk, case) for case in cases),
        Text.of("returned-more", n=len(missed) - len(cases)) if len(missed) > len(cases) else None,
    )
    return text, lists.case_buttons(cases)


def _waiting(uow: UnitOfWork, entry: RosterEntry | None) -> tuple[Text, Rows] | None:
    """How many cases stand in the inbox of a deputy whom cards could not reach."""
    if entry is None or not uow.once.claimed(mark := reaching.missed_by_deputy(entry.id)):
        return None
    uow.once.release(mark)
    _, total = uow.cases.of_deputy(entry.id, limit=1)
    if not total:
        return None
    button = Button(Text.of("due-all-inbox"), data="page:inbox:0")
    return Text.of("returned-inbox", n=total), cards.in_pairs([button])
