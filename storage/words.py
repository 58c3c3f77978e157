"""Where people's words and identity stand in the tables, and what becomes of them when somebody is forgotten.

``WORDS`` is worked off from top to bottom by ``erasure.erase``. Together with ``HARMLESS`` it names every column that
can hold text or an id of Telegram's; a test fails when a new column is in neither.

A case that had this one author is emptied whole: also what others wrote in it speaks of them. In a case with other
authors only their own words go. What a deputy or staff did at work stays: it is the office's record, and other people's
cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Delete,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    or_,
    select,
    true,
    tuple_,
    update,
)

from liaisonbot.exporting import JobState
from liaisonbot.receptions import BookingState
from liaisonbot.vocabulary import Role
from storage.schema import (
    announcement_posts,
    announcements,
    case_authors,
    case_merges,
    case_messages,
    case_terms,
    cases,
    counters,
    delivery_checks,
    dialogues,
    dispute_agreements,
    dispute_parties,
    dispute_sessions,
    done_once,
    export_jobs,
    files,
    forgotten,
    found_by,
    groups,
    handings,
    held,
    inbox,
    inquiries,
    invitations,
    journal,
    leader,
    leaves,
    links,
    lookback_questions,
    lookbacks,
    loose_album_parts,
    loose_words,
    message_versions,
    office_journal,
    outbox,
    persons,
    promises,
    questions,
    receipt_codes,
    reopen_requests,
    reply_templates,
    roster,
    roster_pasts,
    roster_specialties,
    searches,
    secrets,
    station_cards,
    stations,
    unindexed,
    unit_categories,
    units,
)
from storage.schema.duty import (
    bookings,
    duty_entries,
    duty_events,
    duty_lists,
    duty_pasts,
    duty_reminders,
    handovers,
    missed_meetings,
    pairings,
    preferences,
    receptions,
    rotas,
    voter_reports,
)
from storage.schema.pasts import case_pasts, closings
from storage.schema.polls import (
    poll_answers,
    poll_electors,
    poll_posts,
    poll_registers,
    poll_twins,
    polls,
    unplaced_votes,
    urns,
)
from storage.schema.projects import (
    cycle_events,
    cycles,
    grounds,
    inspections,
    milestones,
    project_events,
    project_pasts,
    projects,
)
from storage.schema.sealing import erasures, restores, seal_heads, seals
from storage.schema.summaries import summary_jobs

# --- which rows -------------------------------------------------------------------------------------------------------

_PERSON: Final[BindParameter[Any]] = bindparam("person")
_TELEGRAM: Final[BindParameter[Any]] = bindparam("telegram")

MY_CASES: Final = select(case_authors.c.case_number).where(case_authors.c.person_id == _PERSON)

_other = case_authors.alias("other")
_others_left = exists().where(
    _other.c.case_number == case_authors.c.case_number,
    _other.c.person_id != _PERSON,
    _other.c.person_id == persons.c.id,
    or_(persons.c.telegram_id.isnot(None), _other.c.entered_by.isnot(None)),
)
ONLY_MINE: Final = MY_CASES.where(~_others_left)
"""Cases of which nobody else who is remembered is an author."""

MY_MESSAGE: Final = (case_messages.c.person_id == _PERSON) & (case_messages.c.by_role == Role.CONSTITUENT.value)
"""Also what they added to the case of somebody else, whose message they registered."""
EMPTIED_MESSAGE: Final = or_(MY_MESSAGE, case_messages.c.case_number.in_(ONLY_MINE))
EMPTIED_CASE: Final = or_(
    cases.c.number.in_(ONLY_MINE),
    cases.c.number.in_(select(case_messages.c.case_number).where(MY_MESSAGE, case_messages.c.opening == true())),
)
EMPTIED_ENTRY: Final = or_(
    (journal.c.person_id == _PERSON) & (journal.c.by_role == Role.CONSTITUENT.value),
    journal.c.case_number.in_(ONLY_MINE),
)
"""Also what they said of a case that is theirs no more, since theirs was split from it."""
WORKS_HERE: Final = exists().where(roster.c.telegram_id == _TELEGRAM, roster.c.active == true())
_MY_PROJECT: Final = (projects.c.person_id == _PERSON) & (projects.c.by_role == Role.CONSTITUENT.value)
NOT_TAKEN_UP: Final = ("proposed", "excluded", "joined", "withdrawn")
_EXPORTED: Final = select(export_jobs.c.file_id).where(export_jobs.c.file_id.isnot(None))
_MY_LINK: Final = or_(
    (links.c.chat_id == _TELEGRAM) & or_(~WORKS_HERE, links.c.case_number.in_(MY_CASES)),
    links.c.case_number.in_(ONLY_MINE) & (links.c.purpose == "origin"),
    tuple_(links.c.chat_id, links.c.message_id).in_(
        select(case_messages.c.chat_id, case_messages.c.message_id).where(
            MY_MESSAGE, case_messages.c.chat_id.isnot(None)
        )
    ),
)


# --- what becomes of them ---------------------------------------------------------------------------------------------


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
    Emptied(inbox.c.lane == _TELEGRAM, {inbox.c.lane: 0}),
    # Versions and links are found by the messages they belong to, so they go before those are emptied.
    Removed(
        message_versions, message_versions.c.case_message_id.in_(select(case_messages.c.id).where(EMPTIED_MESSAGE))
    ),
    Removed(links, _MY_LINK),
    Removed(case_terms, case_terms.c.case_number.in_(select(cases.c.number).where(EMPTIED_CASE))),
    Removed(reopen_requests, reopen_requests.c.person_id == _PERSON),
    Removed(unplaced_votes, unplaced_votes.c.person_id == _PERSON),
    # A deputy's own templates are theirs; one saved from a reply to somebody forgotten may speak of that person.
    Removed(
        reply_templates,
        or_(
            reply_templates.c.deputy_id.in_(select(roster.c.id).where(roster.c.telegram_id == _TELEGRAM)),
            reply_templates.c.case_number.in_(select(cases.c.number).where(EMPTIED_CASE)),
        ),
    ),
    Emptied(EMPTIED_CASE, {cases.c.text: None}),
    Emptied(EMPTIED_MESSAGE, {case_messages.c.text: None, case_messages.c.attachments: []}),
    Emptied(
        MY_MESSAGE,
        {case_messages.c.chat_id: None, case_messages.c.message_id: None, case_messages.c.media_group_id: None},
    ),
    Emptied(EMPTIED_ENTRY, {journal.c.note: None, journal.c.salt: None}),
    # The other side of a dispute has no account here: what is kept of it goes with the constituent's case.
    Emptied(
        or_(dispute_parties.c.person_id == _PERSON, dispute_parties.c.case_number.in_(ONLY_MINE)),
        {dispute_parties.c.name: None},
    ),
    Emptied(
        dispute_sessions.c.case_number.in_(ONLY_MINE),
        {dispute_sessions.c.place: "", dispute_sessions.c.present: "", dispute_sessions.c.words: ""},
    ),
    Emptied(dispute_agreements.c.case_number.in_(ONLY_MINE), {dispute_agreements.c.terms: ""}),
    Removed(files, files.c.case_number.in_(MY_CASES)),
    Emptied(lookback_questions.c.person_id == _PERSON, {lookback_questions.c.words: None}),
    Emptied(
        case_authors.c.person_id == _PERSON,
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
    Removed(receipt_codes, receipt_codes.c.person_id == _PERSON),
    Removed(dialogues, or_(dialogues.c.person_id == _PERSON, dialogues.c.chat_id == _TELEGRAM)),
    # What they asked at a special inquiry goes; that somebody asked, or asked the same, is counted.
    Emptied(questions.c.person_id == _PERSON, {questions.c.text: None}),
    # An export that is being made, or on its way, has read what everybody said: it is made anew, without them.
    Removed(outbox, outbox.c.file_id.in_(_EXPORTED)),
    Removed(files, files.c.id.in_(_EXPORTED)),
    Removed(export_jobs, or_(export_jobs.c.person_id == _PERSON, export_jobs.c.chat_id == _TELEGRAM)),
    Emptied(true(), {export_jobs.c.state: JobState.WAITING.value, export_jobs.c.file_id: None}),
    # A summary is counted anew from what is there then.
    Removed(summary_jobs, or_(summary_jobs.c.person_id == _PERSON, summary_jobs.c.chat_id == _TELEGRAM)),
    # An announcement is the office's, as is what was announced; where it was shown to them is not.
    Emptied(
        announcements.c.chat_id == _TELEGRAM,
        {announcements.c.chat_id: None, announcements.c.progress_id: None, announcements.c.sources: None},
    ),
    Emptied(
        announcement_posts.c.chat_id == _TELEGRAM,
        {announcement_posts.c.chat_id: None, announcement_posts.c.message_ids: []},
    ),
    # A poll is the office's; where its card was shown to them is not. What they voted is counted, and nobody's now.
    Emptied(polls.c.chat_id == _TELEGRAM, {polls.c.chat_id: None, polls.c.card_id: None}),
    # What a constituent proposed goes; the title under which the office took it up is the office's.
    Emptied(_MY_PROJECT, {projects.c.text: None}),
    Emptied(_MY_PROJECT & projects.c.state.in_(NOT_TAKEN_UP), {projects.c.title: ""}),
    Emptied(
        (project_events.c.person_id == _PERSON) & (project_events.c.by_role == Role.CONSTITUENT.value),
        {
            project_events.c.text: None,
            project_events.c.sources: None,
            project_events.c.details: {},
            project_events.c.salt: None,
        },
    ),
    # That somebody came to a reception day is counted; what they came with goes, and a time nobody comes at is free.
    Emptied(
        bookings.c.person_id == _PERSON,
        {
            bookings.c.subject: None,
            bookings.c.minutes: None,
            bookings.c.name: None,
            bookings.c.phone: None,
            bookings.c.code: None,
        },
    ),
    Emptied(
        (bookings.c.person_id == _PERSON) & (bookings.c.state == BookingState.BOOKED.value),
        {bookings.c.state: BookingState.CANCELLED.value},
    ),
    # A duty log is the office's record; where it was shown to them, and their photos, are not.
    Emptied(
        duty_entries.c.chat_id == _TELEGRAM,
        {duty_entries.c.chat_id: None, duty_entries.c.card_id: None, duty_entries.c.sources: None},
    ),
    Emptied(duty_reminders.c.chat_id == _TELEGRAM, {duty_reminders.c.chat_id: None, duty_reminders.c.message_id: None}),
    Removed(duty_lists, duty_lists.c.chat_id == _TELEGRAM),
    # Others may have looked for somebody's name or words: nobody's pages are worth keeping those for.
    Removed(searches, true()),
    Removed(preferences, preferences.c.person_id == _PERSON),
    Removed(loose_album_parts, loose_album_parts.c.telegram_id == _TELEGRAM),
    Removed(loose_words, loose_words.c.person_id == _PERSON),
    # Keys are words joined by colons; a chat's id can be one of them.
    Removed(done_once, (":" + done_once.c.key + ":").contains(":" + bindparam("digits") + ":")),
    Emptied(
        persons.c.id == _PERSON,
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

HARMLESS: Final[Mapping[str, frozenset[Column[Any]]]] = {
    "numbers of our own, and Telegram's of updates": frozenset(
        {
            inbox.c.update_id,
            stations.c.id,
            persons.c.id,
            roster.c.id,
            roster_pasts.c.id,
            roster_pasts.c.station_ids,
            leaves.c.id,
            units.c.id,
            handings.c.id,
            invitations.c.id,
            counters.c.value,
            unindexed.c.id,
            unindexed.c.case_number,
            leader.c.epoch,
            cases.c.number,
            case_messages.c.id,
            journal.c.id,
            held.c.id,
            case_merges.c.id,
            case_pasts.c.id,
            closings.c.station_id,
            closings.c.deputy_id,
            closings.c.cases,
            promises.c.id,
            delivery_checks.c.id,
            lookbacks.c.id,
            dispute_parties.c.id,
            dispute_sessions.c.id,
            dispute_agreements.c.id,
            lookbacks.c.station_ids,
            lookback_questions.c.id,
            announcements.c.id,
            announcements.c.project,
            announcement_posts.c.id,
            inquiries.c.id,
            inquiries.c.station_ids,
            questions.c.id,
            station_cards.c.message_id,
            polls.c.number,
            polls.c.station_ids,
            polls.c.subjects,
            poll_posts.c.id,
            poll_posts.c.message_id,
            poll_posts.c.telegram_poll_id,
            poll_twins.c.telegram_poll_id,
            poll_electors.c.id,
            poll_answers.c.options,
            cycles.c.id,
            cycle_events.c.id,
            cycles.c.station_ids,
            cycles.c.dates,
            projects.c.number,
            project_pasts.c.id,
            project_events.c.id,
            milestones.c.id,
            inspections.c.id,
            duty_entries.c.id,
            duty_entries.c.origin,
            duty_pasts.c.id,
            duty_pasts.c.duty_id,
            duty_events.c.id,
            duty_events.c.duty_id,
            missed_meetings.c.id,
            duty_reminders.c.id,
            rotas.c.id,
            rotas.c.deputy_ids,
            receptions.c.id,
            bookings.c.id,
            voter_reports.c.id,
            handovers.c.id,
            handovers.c.moved,
            pairings.c.id,
            pairings.c.code,
            office_journal.c.id,
            seals.c.entry,
            seals.c.subject,
            seal_heads.c.entries,
            seal_heads.c.last,
            erasures.c.id,
            erasures.c.entry,
            restores.c.id,
        }
    ),
    "ballots without a name, and the numbers of those who voted": frozenset(
        {urns.c.ballots, poll_registers.c.voted, poll_registers.c.poll, urns.c.poll}
    ),
    "one of a few words of ours": frozenset(
        {
            inbox.c.state,
            counters.c.name,
            cases.c.stage,
            cases.c.outcome,
            cases.c.category,
            cases.c.kind,
            cases.c.tags,
            cases.c.chat_type,
            cases.c.reply_class,
            case_authors.c.chat_type,
            case_messages.c.by_role,
            case_messages.c.kind,
            journal.c.by_role,
            journal.c.event,
            journal.c.from_stage,
            journal.c.to_stage,
            journal.c.outcome,
            journal.c.rule,
            cases.c.guard,
            held.c.topic,
            held.c.rule,
            held.c.mark,
            case_merges.c.stage,
            case_pasts.c.stage,
            case_pasts.c.outcome,
            case_pasts.c.category,
            case_pasts.c.kind,
            case_pasts.c.tags,
            case_pasts.c.reply_class,
            promises.c.ending,
            announcements.c.audience,
            announcements.c.state,
            announcements.c.language,
            announcements.c.project_event,
            announcement_posts.c.state,
            questions.c.by_role,
            polls.c.kind,
            polls.c.eligible,
            polls.c.state,
            polls.c.language,
            polls.c.result,
            poll_posts.c.state,
            cycles.c.phase,
            cycle_events.c.by_role,
            cycle_events.c.event,
            cycle_events.c.details,
            projects.c.category,
            projects.c.by_role,
            projects.c.state,
            project_pasts.c.state,
            projects.c.guard,
            projects.c.ground,
            project_events.c.by_role,
            project_events.c.event,
            grounds.c.key,
            questions.c.guard,
            duty_entries.c.type,
            duty_entries.c.place_kind,
            duty_entries.c.acts,
            duty_entries.c.state,
            duty_entries.c.confirmed_by,
            duty_pasts.c.type,
            duty_pasts.c.state,
            duty_events.c.by_role,
            duty_events.c.event,
            missed_meetings.c.type,
            duty_reminders.c.rung,
            duty_reminders.c.state,
            rotas.c.rule,
            receptions.c.state,
            bookings.c.exit,
            bookings.c.guard,
            voter_reports.c.state,
            office_journal.c.by_role,
            office_journal.c.what,
            office_journal.c.details,
            seals.c.journal,
            seal_heads.c.journal,
            erasures.c.journal,
        }
    ),
    "type and place of an error, never words": frozenset(
        {inbox.c.error, announcement_posts.c.failure, poll_posts.c.failure}
    ),
    "the office's record of its stations and groups": frozenset(
        {
            stations.c.code,
            stations.c.name,
            stations.c.area,
            stations.c.reception,
            groups.c.chat_id,
            groups.c.title,
            groups.c.type,
            groups.c.language,
            groups.c.scores,
            station_cards.c.chat_id,
            station_cards.c.wording,
            announcements.c.text,
            announcements.c.station_ids,
            announcement_posts.c.title,
            inquiries.c.topic,
            polls.c.question,
            polls.c.options,
            polls.c.rule,  # with the reason that staff gave for a vote without a choice
            poll_posts.c.chat_id,
            poll_posts.c.title,
            poll_answers.c.chat_id,
            cycles.c.level,
            cycle_events.c.text,
            grounds.c.text,
        }
    ),
    "the office's record of the projects it carries out": frozenset(
        {projects.c.cost, projects.c.unit, projects.c.target, milestones.c.text, inspections.c.finding}
    ),
    "the office's record of what its deputies do, and of its reception days": frozenset(
        {
            duty_entries.c.place,
            duty_entries.c.participants,
            duty_entries.c.text,
            duty_entries.c.effect,
            duty_entries.c.reason,
            duty_events.c.text,
            duty_events.c.details,
            missed_meetings.c.text,
            rotas.c.place,
            receptions.c.place,
            receptions.c.minutes,
            voter_reports.c.text,
        }
    ),
    "the office's record of the units it hands cases to": frozenset(
        {units.c.name, units.c.contact, unit_categories.c.category}
    ),
    "the office's record of those who work there": frozenset(
        {
            roster.c.role,
            roster.c.name,
            roster.c.telegram_id,
            roster.c.username,
            roster.c.language,
            roster.c.employer,
            roster_specialties.c.category,
            invitations.c.code_digest,
            invitations.c.role,
            invitations.c.name,
            lookbacks.c.by_name,
            lookbacks.c.seed,
        }
    ),
    "digests and their key": frozenset(
        {
            forgotten.c.digest,
            secrets.c.name,
            secrets.c.value,
            seals.c.content,  # of what stays; the words are in it by a digest whose salt goes with them
            seals.c.words,
            seals.c.link,
            seal_heads.c.link,
            restores.c.head,
        }
    ),
}
