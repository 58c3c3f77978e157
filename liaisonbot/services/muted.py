"""A group in which the bot may not write: who spoke to it there is answered in private, or once it may write again.

Telegram refuses the answer only when it is sent. So what would be said in private stands with it from the start, as
what goes out instead; and of a case whose author has no private chat, a mark stays (``unreached.note``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Author, Group, Person
from liaisonbot.outgoing import Outgoing, Priority
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import readers, standing_cards, unreached
from liaisonbot.texts import Text

IN_PRIVATE: Final = "in-private"
"""What ``Outgoing.composed`` begins with; then the group, and what it would be without this, each after a colon."""
_MOST: Final = 20
"""So many cases are answered at once in a group that hears us again, which is what Telegram lets us say there in a
minute; their authors hear of the others in private."""


def instead(answer: Outgoing, private: Outgoing) -> Outgoing:
    """The answer in a group, and what goes out in the private chat where the group does not take it."""
    composed = f"{IN_PRIVATE}:{answer.chat_id}:{private.composed or ''}"
    return replace(answer, fallback=replace(private, composed=composed))


def or_in_private(desk: Desk, person: Person | None, answer: Outgoing) -> Outgoing:
    """The answer; of one in a group, ``person`` reads it in private where the group does not take it."""
    if answer.chat_id > 0 or person is None or not person.reachable:
        return answer
    return instead(answer, privately(desk, person, answer))


def privately(desk: Desk, person: Person, answer: Outgoing) -> Outgoing:
    """The same answer as that person would read it in their private chat.

    A question waits for its answer in the group: instead of it they read that they can say it in private.
    """
    asked = answer.prompt_for is not None
    return replace(
        answer,
        chat_id=person.telegram_id,
        language=readers.language_of(desk, person),
        thread_id=None,
        reply_to=None,
        purpose="notice",
        force_reply=False,
        prompt_for=None,
        noted_as=None,
        key=None,
        text=Text.of("ask-muted") if asked else answer.text,
        rows=() if asked else answer.rows,
    )


def parts(composed: str) -> tuple[int, str | None]:
    """The group, and what it would be without us, of what stands in ``Outgoing.composed``."""
    _, group, others = composed.split(":", 2)
    return int(group), others or None


def with_reason(uow: UnitOfWork, group_id: int, private: Outgoing) -> Outgoing:
    """What is read in private instead, below why it is read there. Reads only."""
    group = uow.groups.get(group_id)
    why = Text.of("answer-muted", group=group.title) if group is not None else None
    return replace(private, text=Text.lines(why, private.text))


_REFUSED: Final = "group-refused"
"""Before a group: it did not take what was sent there last."""


def refused(uow: UnitOfWork, desk: Desk, group_id: int) -> None:
    """The group did not take something."""
    uow.once.claim(f"{_REFUSED}:{group_id}", desk.now)


def took(uow: UnitOfWork, desk: Desk, group_id: int) -> None:
    """The group took a message. Telegram tells us of rights of our own; that all members may write again is seen only
    by what arrives.
    """
    mark = f"{_REFUSED}:{group_id}"
    if not uow.once.claimed(mark):
        return
    uow.once.release(mark)
    group = uow.groups.get(group_id)
    if group is not None and group.present:
        tell_again(uow, desk, group)


def tell_again(uow: UnitOfWork, desk: Desk, group: Group) -> None:
    """The bot may write here again: authors who could not be told of their case meanwhile are told here, once."""
    missed = sorted(uow.once.claimed_under(unreached.MISSED_BY_AUTHOR), reverse=True)
    told = 0
    for mark in missed:
        if told == _MOST:
            return
        author = _author(uow, mark)
        if author is None or author.chat_id != group.chat_id:
            continue
        told += 1
        uow.once.release(mark)
        _tell_here(uow, desk, group, author)


def _author(uow: UnitOfWork, mark: str) -> Author | None:
    """Whom the mark is about, if they wrote that very case: the words of one that theirs became part of may never have
    been said where they wrote.
    """
    _, person, *case = mark.split(":")
    authors = uow.cases.authors(int(case[0])) if case else []
    return next((author for author in authors if author.person_id == int(person) and not author.by_merge), None)


def _tell_here(uow: UnitOfWork, desk: Desk, group: Group, author: Author) -> None:
    case = uow.cases.get(author.case)
    if case is None:
        return
    card = standing_cards.group_card(
        uow,
        desk,
        case,
        group.chat_id,
        person=author.person_id,
        thread_id=author.thread_id,
        reply_to=author.message_id,
        priority=Priority.CONVERSATION,
    )
    uow.outbox.add(card, desk.now)
