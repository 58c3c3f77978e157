"""The tables. What must never be false is a constraint here as well as a line of Python.

Times are UTC, stored without zone (:class:`UtcDateTime` gives them back aware). Telegram ids are 64-bit. Rows that hold
people's words are named in ``storage/words.py``, so that /forget finds every one of them.
"""

from __future__ import annotations

import storage.schema.duty
import storage.schema.pasts
import storage.schema.polls
import storage.schema.projects
import storage.schema.sealing
import storage.schema.summaries  # noqa: F401
from storage.schema.base import UtcDateTime as UtcDateTime
from storage.schema.base import metadata as metadata
from storage.schema.cases import case_authors as case_authors
from storage.schema.cases import case_merges as case_merges
from storage.schema.cases import case_messages as case_messages
from storage.schema.cases import case_terms as case_terms
from storage.schema.cases import case_verdicts as case_verdicts
from storage.schema.cases import cases as cases
from storage.schema.cases import comparisons as comparisons
from storage.schema.cases import counters as counters
from storage.schema.cases import journal as journal
from storage.schema.cases import loose_album_parts as loose_album_parts
from storage.schema.cases import loose_words as loose_words
from storage.schema.cases import message_deliveries as message_deliveries
from storage.schema.cases import message_versions as message_versions
from storage.schema.cases import receipt_codes as receipt_codes
from storage.schema.casework import delivery_checks as delivery_checks
from storage.schema.casework import dispute_agreements as dispute_agreements
from storage.schema.casework import dispute_parties as dispute_parties
from storage.schema.casework import dispute_sessions as dispute_sessions
from storage.schema.casework import handings as handings
from storage.schema.casework import held as held
from storage.schema.casework import lookback_questions as lookback_questions
from storage.schema.casework import lookbacks as lookbacks
from storage.schema.casework import promises as promises
from storage.schema.casework import reopen_requests as reopen_requests
from storage.schema.casework import reply_templates as reply_templates
from storage.schema.casework import unit_categories as unit_categories
from storage.schema.casework import units as units
from storage.schema.delivery import files as files
from storage.schema.delivery import inbox as inbox
from storage.schema.delivery import links as links
from storage.schema.delivery import outbox as outbox
from storage.schema.finding import found_by as found_by
from storage.schema.finding import searches as searches
from storage.schema.finding import unindexed as unindexed
from storage.schema.news import announcement_posts as announcement_posts
from storage.schema.news import announcements as announcements
from storage.schema.news import inquiries as inquiries
from storage.schema.news import question_supports as question_supports
from storage.schema.news import questions as questions
from storage.schema.news import station_cards as station_cards
from storage.schema.office import dialogues as dialogues
from storage.schema.office import done_once as done_once
from storage.schema.office import export_jobs as export_jobs
from storage.schema.office import forgotten as forgotten
from storage.schema.office import leader as leader
from storage.schema.office import office_journal as office_journal
from storage.schema.office import secrets as secrets
from storage.schema.people import deputy_loads as deputy_loads
from storage.schema.people import groups as groups
from storage.schema.people import invitations as invitations
from storage.schema.people import leaves as leaves
from storage.schema.people import persons as persons
from storage.schema.people import roster as roster
from storage.schema.people import roster_pasts as roster_pasts
from storage.schema.people import roster_specialties as roster_specialties
from storage.schema.people import roster_stations as roster_stations
from storage.schema.people import stations as stations
