"""The cases in what /mydata gives: those of which somebody is an author, and what they said in others.

No words of other constituents are in it, and no internal note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, true

from liaisonbot import masking
from liaisonbot.vocabulary import MessageKind, Role
from storage.grouping import grouped
from storage.owned import MY_CASES, MY_MESSAGE, ONLY_MINE
from storage.personal_rows import plain, values
from storage.schema import (
    case_authors,
    case_merges,
    case_messages,
    case_verdicts,
    cases,
    delivery_checks,
    dispute_agreements,
    dispute_parties,
    dispute_sessions,
    handings,
    journal,
    lookback_questions,
    message_versions,
    roster,
    stations,
    units,
)
from storage.statements import AnyRow

_CASES: Final = (
    select(
        cases,
        stations.c.name.label("station"),
        roster.c.name.label("deputy"),
        case_authors.c.chat_id,
        case_authors.c.message_id,
        case_authors.c.name.label("given_name"),
        case_authors.c.phone.label("given_phone"),
        case_authors.c.joined_at,
        case_authors.c.left_at,
        case_authors.c.by_merge,
        case_verdicts.c.attitude.label("own_attitude"),
        case_verdicts.c.result.label("own_result"),
        case_verdicts.c.delivery.label("own_delivery"),
        case_merges.c.into_number.label("merged_into"),
        cases.c.number.in_(ONLY_MINE).label("only_theirs"),
        cases.c.number.in_(select(case_messages.c.case_number).where(MY_MESSAGE, case_messages.c.opening)).label(
            "opened_by_them"
        ),
    )
    .join(case_authors, case_authors.c.case_number == cases.c.number)
    .join(stations, stations.c.id == cases.c.station_id, isouter=True)
    .join(roster, roster.c.id == cases.c.deputy_id, isouter=True)
    .join(
        case_verdicts,
        (case_verdicts.c.case_number == cases.c.number) & (case_verdicts.c.person_id == case_authors.c.person_id),
        isouter=True,
    )
    .join(
        case_merges,
        (case_merges.c.case_number == cases.c.number) & case_merges.c.undone_at.is_(None),
        isouter=True,
    )
    .where(case_authors.c.person_id == bindparam("person"))
    .order_by(cases.c.number)
)
_TOLD: Final = (MessageKind.REPLY.value, MessageKind.MEDIATION.value)
"""What every author of a case was told. Talk was with one of them; whose, shows only where there is one."""
_MESSAGES: Final = (
    select(case_messages)
    .where(
        case_messages.c.case_number.in_(MY_CASES),
        case_messages.c.kind != MessageKind.NOTE.value,
        or_(
            MY_MESSAGE,
            (case_messages.c.by_role != Role.CONSTITUENT.value)
            & or_(case_messages.c.kind.in_(_TOLD), case_messages.c.case_number.in_(ONLY_MINE)),
        ),
    )
    .order_by(case_messages.c.case_number, case_messages.c.at, case_messages.c.id)
)
_NOT_MINE: Final = ~case_messages.c.case_number.in_(MY_CASES)
_ELSEWHERE: Final = select(case_messages).where(MY_MESSAGE, _NOT_MINE).order_by(case_messages.c.id)
"""What they wrote in a case that is theirs no more (theirs was split from it), or in somebody else's."""
_NOTES_ELSEWHERE: Final = (
    select(journal.c.case_number, journal.c.at, journal.c.event, journal.c.note)
    .where(
        journal.c.person_id == bindparam("person"),
        journal.c.by_role == Role.CONSTITUENT.value,
        ~journal.c.case_number.in_(MY_CASES),
    )
    .order_by(journal.c.id)
)
_MERGES: Final = (
    select(case_merges.c.case_number, case_merges.c.into_number, case_merges.c.at, case_merges.c.undone_at)
    .where(case_merges.c.case_number.in_(MY_CASES))
    .order_by(case_merges.c.id)
)
_VERSIONS: Final = (
    select(
        message_versions.c.case_message_id,
        message_versions.c.text,
        message_versions.c.replaced_at,
        message_versions.c.attachments,
    )
    .join(case_messages, case_messages.c.id == message_versions.c.case_message_id)
    .where(MY_MESSAGE)
    .order_by(message_versions.c.id)
)
_JOURNAL: Final = (
    select(*(column for column in journal.c if column is not journal.c.salt))
    .where(journal.c.case_number.in_(MY_CASES))
    .order_by(journal.c.case_number, journal.c.id)
)
_CHECKS: Final = (
    select(delivery_checks.c.case_number, delivery_checks.c.at, delivery_checks.c.result)
    .where(delivery_checks.c.person_id == bindparam("person"))
    .order_by(delivery_checks.c.id)
)
_HANDINGS: Final = (
    select(
        handings.c.case_number,
        units.c.name.label("unit"),
        handings.c.lead,
        handings.c.at,
        handings.c.due,
        handings.c.returned_at,
    )
    .join(units, units.c.id == handings.c.unit_id)
    .where(handings.c.case_number.in_(MY_CASES))
    .order_by(handings.c.case_number, handings.c.id)
)
_LOOKBACKS: Final = (
    select(lookback_questions)
    .where(lookback_questions.c.person_id == bindparam("person"))
    .order_by(lookback_questions.c.id)
)
_CONSENTS: Final = select(dispute_parties).where(dispute_parties.c.person_id == bindparam("person"))
_AGREED: Final = (
    select(dispute_agreements)
    .join(dispute_parties, dispute_parties.c.case_number == dispute_agreements.c.case_number)
    .where(dispute_parties.c.person_id == bindparam("person"), dispute_parties.c.consents == true())
    .order_by(dispute_agreements.c.id)
)
_SESSIONS: Final = (
    select(dispute_sessions)
    .join(dispute_parties, dispute_parties.c.case_number == dispute_sessions.c.case_number)
    .where(dispute_parties.c.person_id == bindparam("person"))
    .order_by(dispute_sessions.c.held_on, dispute_sessions.c.id)
)
_OF_A_CASE: Final = (
    "number",
    "stage",
    "outcome",
    "category",
    "kind",
    "tags",
    "guard",
    "station",
    "deputy",
    "created_at",
    "due_at",
    "replied_at",
    "reply_class",
    "promise_date",
    "attitude",
    "result",
    "rated_at",
    "delivery",
    "closed_at",
    "chat_type",
    "chat_id",
    "message_id",
    "given_name",
    "given_phone",
    "joined_at",
    "left_at",
    "merged_into",
)


def of_author(connection: Connection, whose: Mapping[str, Any]) -> list[dict[str, Any]]:
    versions = grouped(connection.execute(_VERSIONS, whose), "case_message_id")
    messages = grouped(connection.execute(_MESSAGES, whose), "case_number")
    entries = grouped(connection.execute(_JOURNAL, whose), "case_number")
    checks = grouped(connection.execute(_CHECKS, whose), "case_number")
    consents = grouped(connection.execute(_CONSENTS, whose), "case_number")
    merges = grouped(connection.execute(_MERGES, whose), "case_number")
    sessions = grouped(connection.execute(_SESSIONS, whose), "case_number")
    agreed = grouped(connection.execute(_AGREED, whose), "case_number")
    handed = grouped(connection.execute(_HANDINGS, whose), "case_number")
    again = grouped(connection.execute(_LOOKBACKS, whose), "case_number")
    return [
        {name: plain(getattr(case, name)) for name in _OF_A_CASE}
        | _own_verdict(case)
        | {
            "text": case.text if case.only_theirs or case.opened_by_them else None,
            "messages": [
                _message(row, versions.get(row.id, []), masked=case.by_merge) for row in messages.get(case.number, [])
            ],
            "checks": _checks(checks.get(case.number, [])),
            "consents": [
                {"asked_at": plain(row.asked_at), "consents": row.consents, "at": plain(row.decided_at)}
                for row in consents.get(case.number, [])
            ],
            "agreements": [{"on": plain(row.agreed_on), "terms": row.terms} for row in agreed.get(case.number, [])],
            "units": [values(row) for row in handed.get(case.number, [])],
            "asked_again": _again(again.get(case.number, [])),
            "merges": [
                {"into": row.into_number, "at": plain(row.at), "undone_at": plain(row.undone_at)}
                for row in merges.get(case.number, [])
            ],
            "sessions": [
                {"on": plain(row.held_on), "place": row.place, "present": row.present, "words": row.words}
                for row in sessions.get(case.number, [])
            ],
            "history": [_entry(row, whose["person"]) for row in entries.get(case.number, [])],
        }
        for case in connection.execute(_CASES, whose)
    ]


def elsewhere(connection: Connection, whose: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Their words, case by case, where the case is not theirs (any more)."""
    versions = grouped(connection.execute(_VERSIONS, whose), "case_message_id")
    messages = grouped(connection.execute(_ELSEWHERE, whose), "case_number")
    entries = grouped(connection.execute(_NOTES_ELSEWHERE, whose), "case_number")
    own = set(connection.execute(MY_CASES, whose).scalars())
    checks = grouped(connection.execute(_CHECKS, whose), "case_number")
    again = grouped(connection.execute(_LOOKBACKS, whose), "case_number")
    return [
        {
            "number": number,
            "messages": [_message(row, versions.get(row.id, []), masked=False) for row in messages.get(number, [])],
            "history": [{"at": plain(row.at), "event": row.event, "note": row.note} for row in entries.get(number, [])],
            "checks": _checks(checks.get(number, [])),
            "asked_again": _again(again.get(number, [])),
        }
        for number in sorted({*messages, *entries, *checks, *again} - own)
    ]


def _checks(rows: Iterable[AnyRow]) -> list[dict[str, Any]]:
    return [{"at": plain(row.at), "result": row.result} for row in rows]


def _again(rows: Iterable[AnyRow]) -> list[dict[str, Any]]:
    return [{"at": plain(row.asked_at), "answer": row.answer, "words": row.words} for row in rows]


def _own_verdict(case: AnyRow) -> dict[str, Any]:
    """Of several authors' ratings the case has the worst; whose that is, is not for the others to read."""
    return {} if case.only_theirs else {name: getattr(case, f"own_{name}") for name in _SAID}


_SAID: Final = ("attitude", "result", "delivery")


def _message(row: AnyRow, versions: list[AnyRow], *, masked: bool) -> dict[str, Any]:
    """``masked``: what the office wrote may have been written before they came to it, to somebody else."""
    whole = not masked or row.by_role == Role.CONSTITUENT.value or not row.text
    return {
        "at": plain(row.at),
        "by": row.by_role,
        "kind": row.kind,
        "text": row.text if whole else masking.mask(row.text),
        "attachments": row.attachments,
        "earlier": [_earlier(version) for version in versions],
    }


def _earlier(version: AnyRow) -> dict[str, Any]:
    replaced = {} if version.attachments is None else {"attachments": version.attachments}
    return {"text": version.text, "until": plain(version.replaced_at), **replaced}


def _entry(row: AnyRow, person_id: int) -> dict[str, Any]:
    """A note is theirs when they made it. What the office noted down and they were told stands among the messages."""
    own = row.person_id == person_id and row.by_role == Role.CONSTITUENT.value
    return {
        "at": plain(row.at),
        "by": row.by_role,
        "event": row.event,
        "from": row.from_stage,
        "to": row.to_stage,
        "outcome": row.outcome,
        "note": row.note if own else None,
    }
