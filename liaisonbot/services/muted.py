"""A group in which the bot may not write: who spoke to it there is answered in private, or once it may write again.

Telegram refuses the answer only when it is sent. So what would be said in private stands with it from the start, as
what goes out instead; and of a case whose author has no private chat, a mark stays (``unreached.note``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import Author, Group, Person
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, readers, unreached
from liaisonbot.texts import Text

_MOST: Final = 20
"""So many cases are answered at once in a group that hears us again, which is what Telegram lets us say there in a
minute; their authors hear of the others in private."""


def instead(uow: UnitOfWork, answer: Outgoing, private: Outgoing) -> Outgoing:
    """The answer in a group, and what goes out in the private chat where the group does not take it."""
    group = uow.groups.get(answer.chat_id)
    why = Text.of("answer-muted", group=group.title if group else "")
    return replace(answer, fallback=replace(private, text=Text.lines(why, private.text)))


def or_in_private(uow: UnitOfWork, desk: Desk, person: Person | None, answer: Outgoing) -> Outgoing:
    """The answer; of one in a group, ``person`` reads it in private where the group does not take it."""
    if answer.chat_id > 0 or person is None or not person.reachable:
        return answer
    return instead(uow, answer, _privately(desk, person, answer))


def _privately(desk: Desk, person: Person, answer: Outgoing) -> Outgoing:
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
        text=Text.of("ask-muted") if asked else answer.text,
        rows=() if asked else answer.rows,
    )


def tell_again(uow: UnitOfWork, desk: Desk, group: Group) -> None:
    """The bot may write here again: authors who could not be told of their case meanwhile are told here, once."""
    missed = sorted(uow.once.claimed_under(unreached.MISSED_BY_AUTHOR), reverse=True)
    told = 0
    for mark in missed:
        author = _author(uow, mark)
        if author is None or author.chat_id != group.chat_id or told == _MOST:
            continue
        told += 1
        uow.once.release(mark)
        _tell_here(uow, desk, group, author)


def _author(uow: UnitOfWork, mark: str) -> Author | None:
    _, person, *case = mark.split(":")
    authors = uow.cases.authors(int(case[0])) if case else []
    return next((author for author in authors if author.person_id == int(person)), None)


def _tell_here(uow: UnitOfWork, desk: Desk, group: Group, author: Author) -> None:
    case = uow.cases.get(uow.merges.target(author.case))
    if case is None:
        return
    card = Outgoing(
        Send.TEXT,
        group.chat_id,
        language=readers.group_language(desk, group),
        thread_id=author.thread_id,
        text=cards.group_card(uow, desk, case),
        rows=cards.group_rows(desk, case.number),
        reply_to=author.message_id,
        case=case.number,
        purpose="card",
        person=author.person_id,
        priority=Priority.CONVERSATION,
    )
    uow.outbox.add(card, desk.now)
