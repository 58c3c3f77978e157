"""What /mydata gives row by row, as it stands: all that is kept about somebody but their cases."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import bindparam, select

from storage.schema import (
    announcement_posts,
    announcements,
    case_authors,
    export_jobs,
    inquiries,
    loose_words,
    office_journal,
    question_supports,
    questions,
    roster,
    roster_pasts,
    searches,
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
from storage.schema.polls import poll_answers, polls, unplaced_votes
from storage.schema.projects import project_events, project_supporters, projects
from storage.schema.summaries import summary_jobs
from storage.statements import AnyRow

_ENTERED: Final = (
    select(case_authors.c.case_number, case_authors.c.joined_at, case_authors.c.consent_at)
    .where(case_authors.c.entered_by == bindparam("person"))
    .order_by(case_authors.c.case_number)
)
"""For somebody without Telegram: that they did, and when; whose it is, is not theirs to take along."""
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
ENTRIES: Final = select(roster.c.id).where(roster.c.telegram_id == bindparam("telegram"))
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
SUPPORTED_PROJECTS: Final = (
    select(projects.c.number.label("project"), projects.c.title, projects.c.guard, project_supporters.c.at)
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
    .where(missed_meetings.c.deputy_id.in_(ENTRIES))
    .order_by(missed_meetings.c.day)
)
_HOUSEHOLDS: Final = (
    select(pairings.c.code, pairings.c.every_days, pairings.c.since, pairings.c.ended_at)
    .where(pairings.c.deputy_id.in_(ENTRIES))
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
    .where(duty_pasts.c.deputy_id.in_(ENTRIES))
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
LISTS: Final = {
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
    "project_posts": _SAID_OF_PROJECTS,
}
"""What is given row by row, as it stands."""


def values(row: AnyRow) -> dict[str, Any]:
    return {name: plain(value) for name, value in row._mapping.items()}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value
