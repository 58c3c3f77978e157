"""What the office needs of its memory, in the office's words. ``storage/`` keeps these promises on two engines.

Everything here runs inside one unit of work: all of it takes effect, or none. Nothing waits; nothing sends.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from liaisonbot.ports.cases import OF_A_CASE as OF_A_CASE
from liaisonbot.ports.cases import Cases as Cases
from liaisonbot.ports.cases import Journal as Journal
from liaisonbot.ports.cases import LooseWordsKept as LooseWordsKept
from liaisonbot.ports.cases import Merges as Merges
from liaisonbot.ports.cases import Messages as Messages
from liaisonbot.ports.cases import Overdue as Overdue
from liaisonbot.ports.cases import OverdueLimits as OverdueLimits
from liaisonbot.ports.cases import ReceiptCodes as ReceiptCodes
from liaisonbot.ports.cases import Terms as Terms
from liaisonbot.ports.cases import Verdicts as Verdicts
from liaisonbot.ports.casework import Disputes as Disputes
from liaisonbot.ports.casework import Guarded as Guarded
from liaisonbot.ports.casework import Handings as Handings
from liaisonbot.ports.casework import Lookbacks as Lookbacks
from liaisonbot.ports.casework import Promises as Promises
from liaisonbot.ports.casework import Reopenings as Reopenings
from liaisonbot.ports.casework import ReplyTemplates as ReplyTemplates
from liaisonbot.ports.casework import Units as Units
from liaisonbot.ports.delivery import Inbox as Inbox
from liaisonbot.ports.delivery import Links as Links
from liaisonbot.ports.delivery import Outbox as Outbox
from liaisonbot.ports.delivery import SetAside as SetAside
from liaisonbot.ports.delivery import SetAsides as SetAsides
from liaisonbot.ports.delivery import StoredFiles as StoredFiles
from liaisonbot.ports.delivery import StoredUpdate as StoredUpdate
from liaisonbot.ports.duty import DutyLog as DutyLog
from liaisonbot.ports.duty import DutyReminders as DutyReminders
from liaisonbot.ports.duty import Handovers as Handovers
from liaisonbot.ports.duty import Pairings as Pairings
from liaisonbot.ports.duty import Preferences as Preferences
from liaisonbot.ports.duty import Receptions as Receptions
from liaisonbot.ports.duty import VoterReports as VoterReports
from liaisonbot.ports.figures import CaseFacts as CaseFacts
from liaisonbot.ports.figures import OfficeFacts as OfficeFacts
from liaisonbot.ports.finding import Entry as Entry
from liaisonbot.ports.finding import Finding as Finding
from liaisonbot.ports.finding import Owed as Owed
from liaisonbot.ports.finding import Searches as Searches
from liaisonbot.ports.news import Announcements as Announcements
from liaisonbot.ports.news import Inquiries as Inquiries
from liaisonbot.ports.news import StationCards as StationCards
from liaisonbot.ports.office import ANSWERED_WITH as ANSWERED_WITH
from liaisonbot.ports.office import FORGOTTEN_AGAIN as FORGOTTEN_AGAIN
from liaisonbot.ports.office import Dialogues as Dialogues
from liaisonbot.ports.office import Erasure as Erasure
from liaisonbot.ports.office import ExportJobs as ExportJobs
from liaisonbot.ports.office import OfficeJournal as OfficeJournal
from liaisonbot.ports.office import Once as Once
from liaisonbot.ports.office import SummaryJobs as SummaryJobs
from liaisonbot.ports.people import Groups as Groups
from liaisonbot.ports.people import Invitations as Invitations
from liaisonbot.ports.people import Leaves as Leaves
from liaisonbot.ports.people import People as People
from liaisonbot.ports.people import Roster as Roster
from liaisonbot.ports.people import Stations as Stations
from liaisonbot.ports.polls import Polls, Urns
from liaisonbot.ports.projects import Cycles, Projects


class UnitOfWork(Protocol):
    """One transaction over everything the office remembers."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def set_asides(self) -> SetAsides: ...
    @property
    def links(self) -> Links: ...
    @property
    def people(self) -> People: ...
    @property
    def stations(self) -> Stations: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def leaves(self) -> Leaves: ...
    @property
    def receptions(self) -> Receptions: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def case_facts(self) -> CaseFacts: ...
    @property
    def overdue(self) -> OverdueLimits: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def finding(self) -> Finding: ...
    @property
    def searches(self) -> Searches: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def verdicts(self) -> Verdicts: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def receipt_codes(self) -> ReceiptCodes: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def guarded(self) -> Guarded: ...
    @property
    def loose_words(self) -> LooseWordsKept: ...
    @property
    def reopenings(self) -> Reopenings: ...
    @property
    def reply_templates(self) -> ReplyTemplates: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def units(self) -> Units: ...
    @property
    def handings(self) -> Handings: ...
    @property
    def lookbacks(self) -> Lookbacks: ...
    @property
    def disputes(self) -> Disputes: ...
    @property
    def files(self) -> StoredFiles: ...
    @property
    def announcements(self) -> Announcements: ...
    @property
    def inquiries(self) -> Inquiries: ...
    @property
    def station_cards(self) -> StationCards: ...
    @property
    def polls(self) -> Polls: ...
    @property
    def urns(self) -> Urns: ...
    @property
    def cycles(self) -> Cycles: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def duty(self) -> DutyLog: ...
    @property
    def duty_reminders(self) -> DutyReminders: ...
    @property
    def pairings(self) -> Pairings: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def voter_reports(self) -> VoterReports: ...
    @property
    def preferences(self) -> Preferences: ...
    @property
    def office_facts(self) -> OfficeFacts: ...
    @property
    def dialogues(self) -> Dialogues: ...
    @property
    def once(self) -> Once: ...
    @property
    def summary_jobs(self) -> SummaryJobs: ...
    @property
    def office_journal(self) -> OfficeJournal: ...
    @property
    def export_jobs(self) -> ExportJobs: ...
    @property
    def erasure(self) -> Erasure: ...
    def savepoint(self) -> AbstractContextManager[Any]:
        """What happens inside is undone if it raises; the unit goes on."""
