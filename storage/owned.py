"""Which rows are somebody's, by ``person`` (our number) and ``telegram`` (their account): their cases, their messages,
and what speaks of nobody else.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, exists, or_, select, true, tuple_

from liaisonbot.vocabulary import Role
from storage.schema import case_authors, case_messages, cases, journal, links, persons, roster
from storage.schema.projects import projects

PERSON: Final[BindParameter[Any]] = bindparam("person")
TELEGRAM: Final[BindParameter[Any]] = bindparam("telegram")

MY_CASES: Final = select(case_authors.c.case_number).where(case_authors.c.person_id == PERSON)

_other = case_authors.alias("other")
_others_left = exists().where(
    _other.c.case_number == case_authors.c.case_number,
    _other.c.person_id != PERSON,
    _other.c.person_id == persons.c.id,
    or_(persons.c.telegram_id.isnot(None), _other.c.entered_by.isnot(None)),
)
ONLY_MINE: Final = MY_CASES.where(~_others_left)
"""Cases of which nobody else who is remembered is an author."""

MY_MESSAGE: Final = (case_messages.c.person_id == PERSON) & (case_messages.c.by_role == Role.CONSTITUENT.value)
"""Also what they added to the case of somebody else, whose message they registered."""
EMPTIED_MESSAGE: Final = or_(MY_MESSAGE, case_messages.c.case_number.in_(ONLY_MINE))
EMPTIED_CASE: Final = or_(
    cases.c.number.in_(ONLY_MINE),
    cases.c.number.in_(select(case_messages.c.case_number).where(MY_MESSAGE, case_messages.c.opening == true())),
)
EMPTIED_ENTRY: Final = or_(
    (journal.c.person_id == PERSON) & (journal.c.by_role == Role.CONSTITUENT.value),
    journal.c.case_number.in_(ONLY_MINE),
)
"""Also what they said of a case that is theirs no more, since theirs was split from it."""
WORKS_HERE: Final = exists().where(roster.c.telegram_id == TELEGRAM, roster.c.active == true())
FROM_MY_CHAT: Final = (case_messages.c.chat_id == TELEGRAM) & ~WORKS_HERE
"""What they passed on for somebody without Telegram, or said while they worked here, keeps no trace of their chat."""
MY_PROJECT: Final = (projects.c.person_id == PERSON) & (projects.c.by_role == Role.CONSTITUENT.value)
MY_LINK: Final = or_(
    (links.c.chat_id == TELEGRAM) & or_(~WORKS_HERE, links.c.case_number.in_(MY_CASES)),
    links.c.case_number.in_(ONLY_MINE) & (links.c.purpose == "origin"),
    tuple_(links.c.chat_id, links.c.message_id).in_(
        select(case_messages.c.chat_id, case_messages.c.message_id).where(
            MY_MESSAGE, case_messages.c.chat_id.isnot(None)
        )
    ),
)
