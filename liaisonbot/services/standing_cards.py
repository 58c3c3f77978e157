"""The cards that stand in chats already follow the case: in groups, with those who work on it, below the receipts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.model import Actor, Author, Case, Link, RosterEntry
from liaisonbot.outgoing import Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import accused, cards, readers, receipts, workers
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome


def refresh(uow: UnitOfWork, desk: Desk, case: Case, *, before: Case | None = None) -> None:
    """Every card of the case shows where it stands now: in the group, and with those who work on it.

    ``before``: as it was; cards that look the same as then are left alone.
    """
    if before is None or cards.group_card(uow, desk, before) != cards.group_card(uow, desk, case):
        for author in uow.cases.authors(case.number):
            # Who came by a merge has the card of the case they wrote; this one's words may never have been said there.
            if author.chat_type != "private" and not author.by_merge:
                _refresh_group_card(uow, desk, case, author)
    _renew_receipts(uow, desk, case, before)
    refresh_work_cards(uow, desk, case, before=before)


def refresh_work_cards(uow: UnitOfWork, desk: Desk, case: Case, *, before: Case | None = None) -> None:
    """The cards of those who work on it only: what changed is not to be seen in a group.

    ``before`` the case itself: its words stay, and below them stands what is possible now.
    """
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    kept_from = deputy.telegram_id if deputy is not None and _accuses_its_deputy(uow, case) else None
    for link in uow.links.cards(case.number):
        if link.chat_id > 0 and link.chat_id != kept_from:
            _refresh_work_card(uow, desk, case, link, deputy, before)


def _accuses_its_deputy(uow: UnitOfWork, case: Case) -> bool:
    """Whether a closed case accuses the deputy who had it: their card stays as it was (see ``casework.find``)."""
    return not case.open and case.guard is not None and accused.accuses(uow, case)


def renew_work_card(
    uow: UnitOfWork, desk: Desk, case: Case, deputy: RosterEntry, heading: Text | None, **when: Any
) -> bool:
    """The newest card in that deputy's chat shows the case as it is now, below the heading; whether there is one.

    ``when``: fields of the promise, for what is no answer to anything. A change that comes first takes its place.
    """
    link = next((link for link in uow.links.cards(case.number) if link.chat_id == deputy.telegram_id), None)
    if link is None:
        return False
    _refresh_work_card(uow, desk, case, link, deputy, None, heading, **when)
    return True


def _refresh_work_card(
    uow: UnitOfWork,
    desk: Desk,
    case: Case,
    link: Link,
    deputy: RosterEntry | None,
    before: Case | None,
    heading: Text | None = None,
    **when: Any,
) -> None:
    """The card that is there now; one that is owed already shows the case as it is."""
    worker = workers.with_deputy(uow, desk, case, deputy, link.chat_id)
    if worker is None:
        return
    actor = worker.actor
    text, rows = workers.card_for(uow, desk, case, actor, link.chat_id), cards.rows(uow, desk, actor, case)
    follow = FOLLOWED.get(link.purpose)
    followed = follow(uow, desk, case, Reader(link.chat_id, worker.language)) if follow is not None else None
    if followed is not None:
        text, rows = followed
        before = None
    reads_the_same = before is not None and text == workers.card_for(uow, desk, before, actor, link.chat_id)
    other = before if before is not None and before is not case else None
    if other is not None and reads_the_same and rows == cards.rows(uow, desk, actor, other):
        return
    uow.outbox.add(
        Outgoing(
            Send.EDIT,
            link.chat_id,
            language=worker.language,
            text=None if reads_the_same else Text.lines(heading, text) if heading else text,
            rows=rows,
            target=link.message_id,
            key=card_key(link),
            **when,
        ),
        desk.now,
    )


FOLLOWED: Final[dict[str, Callable[[UnitOfWork, Desk, Case, Reader], tuple[Text, Rows] | None]]] = {}
"""By the purpose of a message's link: what stands in a card of another make. Those modules name themselves here that
know how it looks, and stand above this one.
"""


def card_key(link: Link) -> str:
    """Of edits of one card the last one counts."""
    return f"card:{link.case}:{link.message_id}"


def _renew_receipts(uow: UnitOfWork, desk: Desk, case: Case, before: Case | None) -> None:
    """Below each author's receipt stands what is possible now; its words are those of the beginning.

    Where a merge was made or undone, what stood there does not follow from the case as it was.
    """
    authors = uow.cases.author_ids(case.number)
    merging = before is not None and (before.outcome is Outcome.MERGED) is not (case.outcome is Outcome.MERGED)
    for link in uow.links.receipts(case.number) if before is not None else ():
        person = uow.people.find(link.chat_id)
        if before is None or person is None or person.id not in authors:
            continue
        now, then = (receipts.rows(uow, desk, Actor(person), one) for one in (case, before))
        if merging or now != then:
            language, target = readers.language_of(desk, person), link.message_id
            key = f"edit:{target}"
            uow.outbox.add(
                Outgoing(Send.EDIT, link.chat_id, language=language, rows=now, target=target, key=key), desk.now
            )


def _refresh_group_card(uow: UnitOfWork, desk: Desk, case: Case, author: Author) -> None:
    group = uow.groups.get(author.chat_id)
    if group is None or not group.present:
        return
    key = group_key(case.number)
    waiting = uow.outbox.waiting(author.chat_id, key, desk.now)
    first = waiting if waiting is not None and waiting.composed == FOR_GROUP else None
    uow.outbox.add(
        Outgoing(
            Send.EDIT,
            author.chat_id,
            language=readers.group_language(desk, group),
            thread_id=author.thread_id,
            composed=FOR_GROUP,
            text=first.text if first is not None else None,
            rows=cards.group_rows(desk, case.number),
            reply_to=author.message_id,
            card=case.number,
            case=case.number,
            purpose="card",
            person=first.person if first is not None else None,
            priority=first.priority if first is not None else Priority.NOTICE,
            key=key,
            fallback=first.fallback if first is not None else None,
            tell_if_gone=first is not None and first.tell_if_gone,
        ),
        desk.now,
    )


FOR_GROUP: Final = "group-card"
"""What stands in ``Outgoing.composed``; its ``text`` is what is said below the card."""


def group_key(number: int) -> str:
    """Of what is owed to a group of the case's card, the receipt first, the last one counts: it becomes the card where
    none stands there yet.
    """
    return f"card:{number}"


def group_card(uow: UnitOfWork, desk: Desk, case: Case, chat_id: int, *, person: int, **fields: Any) -> Outgoing:
    """The case's card for a group, written when its turn comes. ``person``: who wrote the case there; ``fields``: what
    else is to be said of it (where it stands, what it says below the card, how urgent it is).
    """
    return Outgoing(
        Send.TEXT,
        chat_id,
        language=readers.group_language(desk, uow.groups.get(chat_id)),
        composed=FOR_GROUP,
        rows=cards.group_rows(desk, case.number),
        case=case.number,
        purpose="card",
        person=person,
        key=group_key(case.number),
        **fields,
    )


def compose_for_group(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """A card in a group, above what else its receipt says: as the case is now, whose words may have been put right,
    found not to belong there, or forgotten while it waited. Reads only.
    """
    case = uow.cases.get(outgoing.case) if outgoing.case is not None else None
    if case is None or not uow.cases.authors(case.number):
        return None
    return replace(outgoing, text=Text.lines(cards.group_card(uow, desk, case), outgoing.text), composed=None)
