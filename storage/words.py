"""Where people's words and identity stand in the tables, and what becomes of them when somebody is forgotten.

``WORDS`` is worked off from top to bottom by ``erasure.erase``. Together with ``harmless.HARMLESS`` it names every
column that can hold text or an id of Telegram's; a test fails when a new column is in neither.

A case that had this one author is emptied whole: also what others wrote in it speaks of them. In a case with other
authors only their own words go. What a deputy or staff did at work stays: it is the office's record, and other people's
cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Delete, Table, Update, bindparam, delete, or_, select, true, update

from liaisonbot.exporting import JobState
from liaisonbot.receptions import BookingState
from liaisonbot.vocabulary import Role
from storage.owned import (
    EMPTIED_CASE,
    EMPTIED_ENTRY,
    EMPTIED_MESSAGE,
    FROM_MY_CHAT,
    MY_CASES,
    MY_LINK,
    MY_MESSAGE,
    MY_PROJECT,
    ONLY_MINE,
    PERSON,
    TELEGRAM,
)
from storage.schema import (
    announcement_posts,
    announcements,
    case_authors,
    case_messages,
    case_terms,
    cases,
    dialogues,
    dispute_agreements,
    dispute_parties,
    dispute_sessions,
    done_once,
    export_jobs,
    files,
    found_by,
    held,
    inbox,
    journal,
    links,
    lookback_questions,
    loose_album_parts,
    loose_words,
    message_versions,
    outbox,
    persons,
    questions,
    receipt_codes,
    reopen_requests,
    reply_templates,
    roster,
    searches,
)
from storage.schema.duty import bookings, duty_entries, duty_lists, duty_reminders, preferences
from storage.schema.polls import polls, unplaced_votes
from storage.schema.projects import project_events, projects
from storage.schema.summaries import summary_jobs

_NOT_TAKEN_UP: Final = ("proposed", "excluded", "joined", "withdrawn")
_EXPORTED: Final = select(export_jobs.c.file_id).where(export_jobs.c.file_id.isnot(None))


@dataclass(frozen=True, slots=True)
class Emptied:
    """These columns of those rows are emptied; the rows stay, and are counted."""

    rows: ColumnElement[bool]
    leaves: Mapping[Column[Any], Any]

    @property
    def columns(self) -> frozenset[Column[Any]]:
        return frozenset(self.leaves)

    @property
    def statement(self) -> Update:
        (table,) = {column.table for column in self.leaves}
        return update(table).where(self.rows).values({column.name: value for column, value in self.leaves.items()})


@dataclass(frozen=True, slots=True)
class Removed:
    """Those rows go."""

    table: Table
    rows: ColumnElement[bool]

    @property
    def columns(self) -> frozenset[Column[Any]]:
        return frozenset(self.table.columns)

    @property
    def statement(self) -> Delete:
        return delete(self.table).where(self.rows)


@dataclass(frozen=True, slots=True)
class Screened:
    """JSON that has to be read to know whose words are in it; ``erasure`` does that, first of all."""

    columns: frozenset[Column[Any]]
    statement: None = field(default=None, init=False)


WORDS: Final[tuple[Emptied | Removed | Screened, ...]] = (
    Screened(frozenset({inbox.c.payload, *outbox.c, journal.c.details, found_by.c.term, found_by.c.cases})),
    Emptied(inbox.c.lane == TELEGRAM, {inbox.c.lane: 0}),
    # Versions and links are found by the messages they belong to, so they go before those are emptied.
    Removed(
        message_versions, message_versions.c.case_message_id.in_(select(case_messages.c.id).where(EMPTIED_MESSAGE))
    ),
    Removed(links, MY_LINK),
    Removed(case_terms, case_terms.c.case_number.in_(select(cases.c.number).where(EMPTIED_CASE))),
    Removed(reopen_requests, reopen_requests.c.person_id == PERSON),
    Removed(unplaced_votes, unplaced_votes.c.person_id == PERSON),
    # A deputy's own templates are theirs; one saved from a reply to somebody forgotten may speak of that person.
    Removed(
        reply_templates,
        or_(
            reply_templates.c.deputy_id.in_(select(roster.c.id).where(roster.c.telegram_id == TELEGRAM)),
            reply_templates.c.case_number.in_(select(cases.c.number).where(EMPTIED_CASE)),
        ),
    ),
    Emptied(EMPTIED_CASE, {cases.c.text: None}),
    Emptied(EMPTIED_MESSAGE, {case_messages.c.text: None, case_messages.c.attachments: []}),
    Emptied(
        or_(MY_MESSAGE, FROM_MY_CHAT),
        {case_messages.c.chat_id: None, case_messages.c.message_id: None, case_messages.c.media_group_id: None},
    ),
    Emptied(EMPTIED_ENTRY, {journal.c.note: None, journal.c.salt: None}),
    # The other side of a dispute has no account here: what is kept of it goes with the constituent's case.
    Emptied(
        or_(dispute_parties.c.person_id == PERSON, dispute_parties.c.case_number.in_(ONLY_MINE)),
        {dispute_parties.c.name: None},
    ),
    Emptied(
        dispute_sessions.c.case_number.in_(ONLY_MINE),
        {dispute_sessions.c.place: "", dispute_sessions.c.present: "", dispute_sessions.c.words: ""},
    ),
    Emptied(dispute_agreements.c.case_number.in_(ONLY_MINE), {dispute_agreements.c.terms: ""}),
    Removed(files, files.c.case_number.in_(MY_CASES)),
    Emptied(lookback_questions.c.person_id == PERSON, {lookback_questions.c.words: None}),
    Emptied(
        case_authors.c.person_id == PERSON,
        {
            case_authors.c.chat_id: None,
            case_authors.c.thread_id: None,
            case_authors.c.message_id: None,
            case_authors.c.name: None,
            case_authors.c.phone: None,
            case_authors.c.entered_by: None,
        },
    ),
    # Whom their words accused is known from these words only.
    Emptied(held.c.case_number.in_(ONLY_MINE), {held.c.accused: []}),
    Removed(receipt_codes, receipt_codes.c.person_id == PERSON),
    Removed(dialogues, or_(dialogues.c.person_id == PERSON, dialogues.c.chat_id == TELEGRAM)),
    # What they asked at a special inquiry goes; that somebody asked, or asked the same, is counted.
    Emptied(questions.c.person_id == PERSON, {questions.c.text: None}),
    # An export that is being made, or on its way, has read what everybody said: it is made anew, without them.
    Removed(outbox, outbox.c.file_id.in_(_EXPORTED)),
    Removed(files, files.c.id.in_(_EXPORTED)),
    Removed(export_jobs, or_(export_jobs.c.person_id == PERSON, export_jobs.c.chat_id == TELEGRAM)),
    Emptied(true(), {export_jobs.c.state: JobState.WAITING.value, export_jobs.c.file_id: None}),
    # A summary is counted anew from what is there then.
    Removed(summary_jobs, or_(summary_jobs.c.person_id == PERSON, summary_jobs.c.chat_id == TELEGRAM)),
    # An announcement is the office's, as is what was announced; where it was shown to them is not.
    Emptied(
        announcements.c.chat_id == TELEGRAM,
        {announcements.c.chat_id: None, announcements.c.progress_id: None, announcements.c.sources: None},
    ),
    Emptied(
        announcement_posts.c.chat_id == TELEGRAM,
        {announcement_posts.c.chat_id: None, announcement_posts.c.message_ids: []},
    ),
    # A poll is the office's; where its card was shown to them is not. What they voted is counted, and nobody's now.
    Emptied(polls.c.chat_id == TELEGRAM, {polls.c.chat_id: None, polls.c.card_id: None}),
    # What a constituent proposed goes; the title under which the office took it up is the office's.
    Emptied(MY_PROJECT, {projects.c.text: None}),
    Emptied(MY_PROJECT & projects.c.state.in_(_NOT_TAKEN_UP), {projects.c.title: ""}),
    Emptied(
        (project_events.c.person_id == PERSON) & (project_events.c.by_role == Role.CONSTITUENT.value),
        {
            project_events.c.text: None,
            project_events.c.sources: None,
            project_events.c.details: {},
            project_events.c.salt: None,
        },
    ),
    # That somebody came to a reception day is counted; what they came with goes, and a time nobody comes at is free.
    Emptied(
        bookings.c.person_id == PERSON,
        {
            bookings.c.subject: None,
            bookings.c.minutes: None,
            bookings.c.name: None,
            bookings.c.phone: None,
            bookings.c.code: None,
        },
    ),
    Emptied(
        (bookings.c.person_id == PERSON) & (bookings.c.state == BookingState.BOOKED.value),
        {bookings.c.state: BookingState.CANCELLED.value},
    ),
    # A duty log is the office's record; where it was shown to them, and their photos, are not.
    Emptied(
        duty_entries.c.chat_id == TELEGRAM,
        {duty_entries.c.chat_id: None, duty_entries.c.card_id: None, duty_entries.c.sources: None},
    ),
    Emptied(duty_reminders.c.chat_id == TELEGRAM, {duty_reminders.c.chat_id: None, duty_reminders.c.message_id: None}),
    Removed(duty_lists, duty_lists.c.chat_id == TELEGRAM),
    # Others may have looked for somebody's name or words: nobody's pages are worth keeping those for.
    Removed(searches, true()),
    Removed(preferences, preferences.c.person_id == PERSON),
    Removed(loose_album_parts, loose_album_parts.c.telegram_id == TELEGRAM),
    Removed(loose_words, loose_words.c.person_id == PERSON),
    # Keys are words joined by colons; a chat's id can be one of them.
    Removed(done_once, (":" + done_once.c.key + ":").contains(":" + bindparam("digits") + ":")),
    Emptied(
        persons.c.id == PERSON,
        {
            persons.c.telegram_id: None,
            persons.c.language_code: None,
            persons.c.language: None,
            persons.c.reachable: False,
            persons.c.notice_shown_at: None,
            persons.c.station_id: None,
            persons.c.pace_until: None,
            persons.c.pace_told: False,
        },
    ),
)
