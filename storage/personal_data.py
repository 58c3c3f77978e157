"""What /mydata gives: everything that is kept about somebody, as plain JSON values.

No words of other constituents are in it, nobody's name but those of deputies as the roster has them, and no internal
note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, true

from liaisonbot import masking
from liaisonbot.model import Person
from liaisonbot.polls import PollKind
from liaisonbot.vocabulary import MessageKind, Role
from storage import waiting_words
from storage.grouping import grouped
from storage.owned import MY_CASES, MY_MESSAGE, ONLY_MINE
from storage.roster import SqlRoster
from storage.schema import (
    announcement_posts,
    announcements,
    case_authors,
    case_merges,
    case_messages,
    case_verdicts,
    cases,
    delivery_checks,
    dialogues,
    dispute_agreements,
    dispute_parties,
    dispute_sessions,
    export_jobs,
    handings,
    inquiries,
    journal,
    leaves,
    lookback_questions,
    loose_album_parts,
    loose_words,
    message_versions,
    office_journal,
    persons,
    question_supports,
    questions,
    reopen_requests,
    reply_templates,
    roster,
    roster_pasts,
    searches,
    stations,
    units,
)
from storage.schema.duty import (
    bookings,
    duty_entries,
    duty_events,
    duty_pasts,
    missed_meetings,
    pairings,
    preferences,
    receptions,
)
from storage.schema.polls import poll_answers, poll_registers, polls, unplaced_votes
from storage.schema.projects import project_events, project_supporters, projects
from storage.schema.summaries import summary_jobs
from storage.statements import AnyRow

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
_ENTERED: Final = (
    select(case_authors.c.case_number, case_authors.c.joined_at, case_authors.c.consent_at)
    .where(case_authors.c.entered_by == bindparam("person"))
    .order_by(case_authors.c.case_number)
)
"""For somebody without Telegram: that they did, and when; whose it is, is not theirs to take along."""
_VERSIONS: Final = (
    select(message_versions.c.case_message_id, message_versions.c.text, message_versions.c.replaced_at)
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
_DIALOGUES: Final = select(dialogues).where(dialogues.c.person_id == bindparam("person"))
_LEAVES: Final = (
    select(leaves.c.first, leaves.c.last, leaves.c.made_at)
    .join(roster, roster.c.id == leaves.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(leaves.c.first)
)
_LOOSE: Final = select(loose_album_parts).where(loose_album_parts.c.telegram_id == bindparam("telegram"))
_QUESTIONS: Final = (
    select(inquiries.c.topic, inquiries.c.day, questions.c.text, questions.c.asked_at)
    .join(inquiries, inquiries.c.id == questions.c.inquiry_id)
    .where(questions.c.person_id == bindparam("person"))
    .order_by(questions.c.id)
)
_SUPPORTED: Final = (
    select(inquiries.c.topic, inquiries.c.day, question_supports.c.at)
    .join(questions, questions.c.id == question_supports.c.question_id)
    .join(inquiries, inquiries.c.id == questions.c.inquiry_id)
    .where(question_supports.c.person_id == bindparam("person"))
    .order_by(question_supports.c.question_id)
)
_MADE: Final = (
    select(announcements.c.id, announcements.c.text, announcements.c.created_at)
    .where(announcements.c.person_id == bindparam("person"))
    .order_by(announcements.c.id)
)
_HELD: Final = (
    select(inquiries.c.topic, inquiries.c.day, inquiries.c.created_at)
    .where(inquiries.c.person_id == bindparam("person"))
    .order_by(inquiries.c.id)
)
_RECEIVED: Final = (
    select(
        announcement_posts.c.announcement_id,
        announcement_posts.c.state,
        announcement_posts.c.sent_at,
        announcement_posts.c.read_at,
    )
    .where(announcement_posts.c.chat_id == bindparam("telegram"))
    .order_by(announcement_posts.c.id)
)
_ANSWERED: Final = (
    select(polls.c.number.label("poll"), polls.c.question, poll_answers.c.options, poll_answers.c.at)
    .join(polls, polls.c.number == poll_answers.c.poll)
    .where(poll_answers.c.person_id == bindparam("person"))
    .order_by(polls.c.number)
)
_VOTES_WAITING: Final = (
    select(unplaced_votes.c.options, unplaced_votes.c.at)
    .where(unplaced_votes.c.person_id == bindparam("person"))
    .order_by(unplaced_votes.c.at)
)
_REGISTERS: Final = (
    select(polls.c.number, polls.c.question, polls.c.kind, poll_registers.c.voted)
    .join(polls, polls.c.number == poll_registers.c.poll)
    .order_by(polls.c.number)
)
_ENTRIES: Final = select(roster.c.id).where(roster.c.telegram_id == bindparam("telegram"))
_OPENED: Final = (
    select(polls.c.number.label("poll"), polls.c.question, polls.c.opened_at)
    .where(polls.c.person_id == bindparam("person"))
    .order_by(polls.c.number)
)
_PROPOSED: Final = (
    select(
        projects.c.number.label("project"),
        projects.c.title,
        projects.c.text,
        projects.c.by_role.label("by"),
        projects.c.state,
        projects.c.created_at,
    )
    .where(projects.c.person_id == bindparam("person"))
    .order_by(projects.c.number)
)
_SUPPORTED_PROJECTS: Final = (
    select(projects.c.number.label("project"), projects.c.title, project_supporters.c.at)
    .join(projects, projects.c.number == project_supporters.c.project_number)
    .where(project_supporters.c.person_id == bindparam("person"))
    .order_by(projects.c.number)
)
_SAID_OF_PROJECTS: Final = (
    select(project_events.c.project_number.label("project"), project_events.c.at, project_events.c.text)
    .where(project_events.c.person_id == bindparam("person"), project_events.c.text.isnot(None))
    .order_by(project_events.c.id)
)
_LOOSE_WORDS: Final = (
    select(loose_words.c.at, loose_words.c.text, loose_words.c.attachments, loose_words.c.case_number)
    .where(loose_words.c.person_id == bindparam("person"))
    .order_by(loose_words.c.id)
)
_BOOKED: Final = (
    select(
        receptions.c.day,
        receptions.c.place,
        bookings.c.slot,
        bookings.c.subject,
        bookings.c.minutes,
        bookings.c.exit,
        bookings.c.case_number.label("case"),
        bookings.c.state,
        bookings.c.made_at,
    )
    .join(receptions, receptions.c.id == bookings.c.reception_id)
    .where(bookings.c.person_id == bindparam("person"))
    .order_by(bookings.c.id)
)
_BOOKED_FOR_OTHERS: Final = (
    select(receptions.c.day, bookings.c.made_at)
    .join(receptions, receptions.c.id == bookings.c.reception_id)
    .where(bookings.c.entered_by == bindparam("person"))
    .order_by(bookings.c.id)
)
_MISSED: Final = (
    select(missed_meetings.c.day, missed_meetings.c.type, missed_meetings.c.excused, missed_meetings.c.text)
    .where(missed_meetings.c.deputy_id.in_(_ENTRIES))
    .order_by(missed_meetings.c.day)
)
_HOUSEHOLDS: Final = (
    select(pairings.c.code, pairings.c.every_days, pairings.c.since, pairings.c.ended_at)
    .where(pairings.c.deputy_id.in_(_ENTRIES))
    .order_by(pairings.c.code)
)
_PREFERENCES: Final = select(preferences.c.key, preferences.c.value).where(
    preferences.c.person_id == bindparam("person")
)
_MY_LOG: Final = (
    select(
        duty_entries.c.id,
        duty_entries.c.type,
        duty_entries.c.day,
        duty_entries.c.minutes,
        duty_entries.c.place,
        duty_entries.c.place_kind,
        duty_entries.c.participants,
        duty_entries.c.text,
        duty_entries.c.effect,
        duty_entries.c.sources,
        duty_entries.c.case_number.label("case"),
        duty_entries.c.project_number.label("project"),
        duty_entries.c.state,
        duty_entries.c.made_at,
        duty_entries.c.filed_at,
        duty_entries.c.decided_at,
        duty_entries.c.confirmed_by,
        duty_entries.c.reason,
    )
    .join(roster, roster.c.id == duty_entries.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(duty_entries.c.id)
)
_MY_LOGS_JOURNAL: Final = (
    select(
        duty_events.c.duty_id.label("entry"),
        duty_events.c.at,
        duty_events.c.by_role.label("by"),
        duty_events.c.event,
        duty_events.c.text,
        duty_events.c.details,
    )
    .join(roster, roster.c.id == duty_events.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(duty_events.c.id)
)
_SEARCHES: Final = (
    select(searches.c.words, searches.c.at).where(searches.c.person_id == bindparam("person")).order_by(searches.c.id)
)
_MY_LOG_BEFORE: Final = (
    select(
        duty_pasts.c.duty_id.label("entry"),
        *(duty_pasts.c[name] for name in ("since", "until", "type", "day", "minutes", "filed_at", "state")),
    )
    .where(duty_pasts.c.deputy_id.in_(_ENTRIES))
    .order_by(duty_pasts.c.id)
)
_ROLES_BEFORE: Final = (
    select(roster.c.role, roster_pasts.c.until, roster_pasts.c.active, roster_pasts.c.station_ids)
    .join(roster, roster.c.id == roster_pasts.c.roster_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(roster_pasts.c.id)
)
_ASKED_FOR: Final = (
    select(office_journal.c.at, office_journal.c.what, office_journal.c.details)
    .where(office_journal.c.person_id == bindparam("person"))
    .order_by(office_journal.c.id)
)
_EXPORTS: Final = (
    select(
        export_jobs.c.what,
        export_jobs.c.first,
        export_jobs.c.last,
        export_jobs.c.format,
        export_jobs.c.personal,
        export_jobs.c.asked_at,
    )
    .where(export_jobs.c.person_id == bindparam("person"))
    .order_by(export_jobs.c.id)
)

_SUMMARIES: Final = (
    select(summary_jobs.c.window, summary_jobs.c.what, summary_jobs.c.asked_at)
    .where(summary_jobs.c.person_id == bindparam("person"))
    .order_by(summary_jobs.c.id)
)

_LISTS: Final = {
    "office_journal": _ASKED_FOR,
    "summaries_waiting": _SUMMARIES,
    "exports_waiting": _EXPORTS,
    "duty_log": _MY_LOG,
    "duty_log_journal": _MY_LOGS_JOURNAL,
    "duty_log_before": _MY_LOG_BEFORE,
    "roles_before": _ROLES_BEFORE,
    "meetings_missed": _MISSED,
    "paired_households": _HOUSEHOLDS,
    "preferences": _PREFERENCES,
    "loose_words": _LOOSE_WORDS,
    "searches": _SEARCHES,
    "questions": _QUESTIONS,
    "supported_questions": _SUPPORTED,
    "announcements_made": _MADE,
    "announcements_received": _RECEIVED,
    "inquiries_held": _HELD,
    "entered_for_others": _ENTERED,
    "reception_bookings": _BOOKED,
    "reception_bookings_for_others": _BOOKED_FOR_OTHERS,
    "poll_answers": _ANSWERED,
    "poll_answers_waiting": _VOTES_WAITING,
    "polls_opened": _OPENED,
    "projects_proposed": _PROPOSED,
    "projects_supported": _SUPPORTED_PROJECTS,
    "project_posts": _SAID_OF_PROJECTS,
}
"""What is given row by row, as it stands."""

_ASKED_AGAIN: Final = select(reopen_requests.c.case_number, reopen_requests.c.asked_at).where(
    reopen_requests.c.person_id == bindparam("person")
)
_TEMPLATES: Final = (
    select(reply_templates.c.name, reply_templates.c.text, reply_templates.c.saved_at)
    .join(roster, roster.c.id == reply_templates.c.deputy_id)
    .where(roster.c.telegram_id == bindparam("telegram"))
    .order_by(reply_templates.c.id)
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


def _voted_in_secret(connection: Connection, whose: dict[str, Any]) -> list[dict[str, Any]]:
    """That they have voted; what, nobody knows. In a deputies' vote the voter is the roster's entry."""
    entries = set(connection.execute(_ENTRIES, whose).scalars())
    registers = connection.execute(_REGISTERS).all()
    return [
        {"poll": row.number, "question": row.question}
        for row in registers
        if (entries if row.kind in (PollKind.VOTE, PollKind.APPRAISAL) else {whose["person"]}) & set(row.voted)
    ]


def everything_of(connection: Connection, person: Person) -> dict[str, Any]:
    """See ``ports.Erasure.everything_of``."""
    whose = {"person": person.id, "telegram": person.telegram_id}
    row = connection.execute(_PERSON, whose).one()
    return {
        "person": _values(row),
        "roles": [
            {"role": entry.role.value, "name": entry.name, "username": entry.username, "employer": entry.employer}
            for entry in SqlRoster(connection).of(person.telegram_id, None)
        ],
        "leaves": [_values(row) for row in connection.execute(_LEAVES, whose)],
        "cases": _cases(connection, whose),
        "elsewhere": _elsewhere(connection, whose),
        "voted_in_secret": _voted_in_secret(connection, whose),
        "reopen_requests": [_values(row) for row in connection.execute(_ASKED_AGAIN, whose)],
        "reply_templates": [_values(row) for row in connection.execute(_TEMPLATES, whose)],
        "dialogues": [
            {"command": row.command, "answers": row.answers, "expires_at": _plain(row.expires_at)}
            for row in connection.execute(_DIALOGUES, whose)
        ],
        "album_parts": [
            {"seen_at": _plain(row.seen_at), "attachment": row.attachment} for row in connection.execute(_LOOSE, whose)
        ],
        **{
            name: [_values(found) for found in connection.execute(statement, whose)]
            for name, statement in _LISTS.items()
        },
        "waiting": waiting_words.updates_of(connection, person.telegram_id),
    }


def _cases(connection: Connection, whose: Mapping[str, Any]) -> list[dict[str, Any]]:
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
        {name: _plain(getattr(case, name)) for name in _OF_A_CASE}
        | _own_verdict(case)
        | {
            "text": case.text if case.only_theirs or case.opened_by_them else None,
            "messages": [
                _message(row, versions.get(row.id, []), masked=case.by_merge) for row in messages.get(case.number, [])
            ],
            "checks": _checks(checks.get(case.number, [])),
            "consents": [
                {"asked_at": _plain(row.asked_at), "consents": row.consents, "at": _plain(row.decided_at)}
                for row in consents.get(case.number, [])
            ],
            "agreements": [{"on": _plain(row.agreed_on), "terms": row.terms} for row in agreed.get(case.number, [])],
            "units": [_values(row) for row in handed.get(case.number, [])],
            "asked_again": _again(again.get(case.number, [])),
            "merges": [
                {"into": row.into_number, "at": _plain(row.at), "undone_at": _plain(row.undone_at)}
                for row in merges.get(case.number, [])
            ],
            "sessions": [
                {"on": _plain(row.held_on), "place": row.place, "present": row.present, "words": row.words}
                for row in sessions.get(case.number, [])
            ],
            "history": [_entry(row, whose["person"]) for row in entries.get(case.number, [])],
        }
        for case in connection.execute(_CASES, whose)
    ]


def _elsewhere(connection: Connection, whose: Mapping[str, Any]) -> list[dict[str, Any]]:
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
            "history": [
                {"at": _plain(row.at), "event": row.event, "note": row.note} for row in entries.get(number, [])
            ],
            "checks": _checks(checks.get(number, [])),
            "asked_again": _again(again.get(number, [])),
        }
        for number in sorted({*messages, *entries, *checks, *again} - own)
    ]


def _checks(rows: Iterable[AnyRow]) -> list[dict[str, Any]]:
    return [{"at": _plain(row.at), "result": row.result} for row in rows]


def _again(rows: Iterable[AnyRow]) -> list[dict[str, Any]]:
    return [{"at": _plain(row.asked_at), "answer": row.answer, "words": row.words} for row in rows]


def _own_verdict(case: AnyRow) -> dict[str, Any]:
    """Of several authors' ratings the case has the worst; whose that is, is not for the others to read."""
    return {} if case.only_theirs else {name: getattr(case, f"own_{name}") for name in _SAID}


_SAID: Final = ("attitude", "result", "delivery")


def _message(row: AnyRow, versions: list[AnyRow], *, masked: bool) -> dict[str, Any]:
    """``masked``: what the office wrote may have been written before they came to it, to somebody else."""
    whole = not masked or row.by_role == Role.CONSTITUENT.value or not row.text
    return {
        "at": _plain(row.at),
        "by": row.by_role,
        "kind": row.kind,
        "text": row.text if whole else masking.mask(row.text),
        "attachments": row.attachments,
        "earlier": [{"text": version.text, "until": _plain(version.replaced_at)} for version in versions],
    }


def _entry(row: AnyRow, person_id: int) -> dict[str, Any]:
    """A note is theirs when they made it. What the office noted down and they were told stands among the messages."""
    own = row.person_id == person_id and row.by_role == Role.CONSTITUENT.value
    return {
        "at": _plain(row.at),
        "by": row.by_role,
        "event": row.event,
        "from": row.from_stage,
        "to": row.to_stage,
        "outcome": row.outcome,
        "note": row.note if own else None,
    }


def _values(row: AnyRow) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row._mapping.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value
