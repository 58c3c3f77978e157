"""What /mydata gives: everything that is kept about somebody, as plain JSON values.

No words of other constituents are in it, nobody's name but those of deputies as the roster has them, and no internal
note.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from liaisonbot import masking
from liaisonbot.model import Person
from liaisonbot.polls import PollKind
from storage import personal_cases, personal_rows, waiting_words
from storage.personal_rows import plain, values
from storage.roster import SqlRoster
from storage.schema import (
    dialogues,
    leaves,
    loose_album_parts,
    persons,
    reopen_requests,
    reply_templates,
    roster,
    stations,
)
from storage.schema.polls import poll_registers, polls

_PERSON: Final = (
    select(
        persons.c.telegram_id,
        persons.c.language_code,
        persons.c.language,
        persons.c.reachable,
        persons.c.notice_shown_at,
        persons.c.first_seen_at,
        stations.c.name.label("station"),
    )
    .join(stations, stations.c.id == persons.c.station_id, isouter=True)
    .where(persons.c.id == bindparam("person"))
)
_DIALOGUES: Final = select(dialogues).where(dialogues.c.person_id == bindparam("person"))
_LEAVES: Final = (
    select(leaves.c.first, leaves.c.last, leaves.c.made_at)
    .join(roster, roster.c.id == leaves.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(leaves.c.first)
)
_LOOSE: Final = select(loose_album_parts).where(loose_album_parts.c.telegram_id == bindparam("telegram"))
_REGISTERS: Final = (
    select(polls.c.number, polls.c.question, polls.c.kind, poll_registers.c.voted)
    .join(polls, polls.c.number == poll_registers.c.poll)
    .order_by(polls.c.number)
)
_ASKED_AGAIN: Final = select(reopen_requests.c.case_number, reopen_requests.c.asked_at).where(
    reopen_requests.c.person_id == bindparam("person")
)
_TEMPLATES: Final = (
    select(reply_templates.c.name, reply_templates.c.text, reply_templates.c.saved_at)
    .join(roster, roster.c.id == reply_templates.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(reply_templates.c.id)
)


def _voted_in_secret(connection: Connection, whose: dict[str, Any]) -> list[dict[str, Any]]:
    """That they have voted; what, nobody knows. In a deputies' vote the voter is the roster's entry."""
    entries = set(connection.execute(personal_rows.ENTRIES, whose).scalars())
    registers = connection.execute(_REGISTERS).all()
    return [
        {"poll": row.number, "question": row.question}
        for row in registers
        if (entries if row.kind in (PollKind.VOTE, PollKind.APPRAISAL) else {whose["person"]}) & set(row.voted)
    ]


def _supported(connection: Connection, whose: dict[str, Any]) -> list[dict[str, Any]]:
    """The proposals of others that they support, by the titles that anybody reads: nothing of what the guard holds, and
    no numbers.
    """
    return [
        {"project": row.project, "title": None if row.guard else masking.mask(row.title), "at": plain(row.at)}
        for row in connection.execute(personal_rows.SUPPORTED_PROJECTS, whose)
    ]


def everything_of(connection: Connection, person: Person) -> dict[str, Any]:
    """See ``ports.Erasure.everything_of``."""
    whose = {"person": person.id, "telegram": person.telegram_id}
    row = connection.execute(_PERSON, whose).one()
    return {
        "person": values(row),
        "roles": [
            {"role": entry.role.value, "name": entry.name, "username": entry.username, "employer": entry.employer}
            for entry in SqlRoster(connection).of(person.telegram_id, None)
        ],
        "leaves": [values(row) for row in connection.execute(_LEAVES, whose)],
        "cases": personal_cases.of_author(connection, whose),
        "elsewhere": personal_cases.elsewhere(connection, whose),
        "voted_in_secret": _voted_in_secret(connection, whose),
        "reopen_requests": [values(row) for row in connection.execute(_ASKED_AGAIN, whose)],
        "reply_templates": [values(row) for row in connection.execute(_TEMPLATES, whose)],
        "dialogues": [
            {"command": row.command, "answers": row.answers, "expires_at": plain(row.expires_at)}
            for row in connection.execute(_DIALOGUES, whose)
        ],
        "album_parts": [
            {"seen_at": plain(row.seen_at), "attachment": row.attachment} for row in connection.execute(_LOOSE, whose)
        ],
        **{
            name: [values(found) for found in connection.execute(statement, whose)]
            for name, statement in personal_rows.LISTS.items()
        },
        "projects_supported": _supported(connection, whose),
        "waiting": waiting_words.updates_of(connection, person.telegram_id),
    }
