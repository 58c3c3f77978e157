"""One transaction over everything the office remembers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection
from sqlalchemy.util import memoized_property

from storage import kept, wakeups
from storage.announcements import SqlAnnouncements
from storage.cases import SqlCases
from storage.dialogues import SqlDialogues
from storage.disputes import SqlDisputes
from storage.duty import SqlDutyLog
from storage.duty_reminders import SqlDutyReminders
from storage.erasure import SqlErasure
from storage.export_jobs import SqlExportJobs
from storage.facts_cases import SqlCaseFacts
from storage.facts_office import SqlOfficeFacts
from storage.files import SqlFiles
from storage.finding import SqlFinding
from storage.groups import SqlGroups
from storage.guarded import SqlGuarded
from storage.inbox import SqlInbox
from storage.inquiries import SqlInquiries
from storage.journal import SqlJournal
from storage.leaves import SqlLeaves
from storage.links import SqlLinks
from storage.lookbacks import SqlLookbacks
from storage.loose_words import SqlLooseWords
from storage.merges import SqlMerges
from storage.messages import SqlMessages
from storage.office_journal import SqlOfficeJournal
from storage.once import SqlOnce
from storage.outbox import SqlOutbox
from storage.overdue import SqlOverdue
from storage.pairings import SqlHandovers, SqlPairings
from storage.people import SqlPeople
from storage.polls import SqlPolls
from storage.preferences import SqlPreferences
from storage.projects import SqlCycles, SqlProjects
from storage.promises import SqlPromises
from storage.receipt_codes import SqlReceiptCodes
from storage.receptions import SqlReceptions
from storage.reopenings import SqlReopenings
from storage.reply_templates import SqlReplyTemplates
from storage.roster import SqlInvitations, SqlRoster
from storage.searches import SqlSearches
from storage.set_asides import SqlSetAsides
from storage.station_cards import SqlStationCards
from storage.stations import SqlStations
from storage.summary_jobs import SqlSummaryJobs
from storage.terms import SqlTerms
from storage.units import SqlHandings, SqlUnits
from storage.urns import SqlUrns
from storage.verdicts import SqlVerdicts
from storage.voter_reports import SqlVoterReports

if TYPE_CHECKING:
    from liaisonbot import ports


_REMEMBERING: Final = (
    *("people", "roster", "stations", "leaves", "receptions"),
    *("finding", "cases", "messages", "journal"),
)
"""The repositories that remember something for the length of a unit, or share one that does."""


class SqlUnitOfWork:
    """See ``ports.UnitOfWork``: a connection in a transaction that somebody else begins and ends.

    A repository is made when it is first asked for; a unit needs four to six of them. ``default_language`` is for
    authors of whom Telegram says nothing.
    """

    def __init__(self, connection: Connection, default_language: str = "zh") -> None:
        self.connection = connection
        self._default_language = default_language

    @memoized_property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self.connection)

    @memoized_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.connection)

    @memoized_property
    def set_asides(self) -> SqlSetAsides:
        return SqlSetAsides(self.connection)

    @memoized_property
    def links(self) -> SqlLinks:
        return SqlLinks(self.connection)

    @memoized_property
    def people(self) -> SqlPeople:
        return SqlPeople(self.connection)

    @memoized_property
    def stations(self) -> SqlStations:
        return SqlStations(self.connection)

    @memoized_property
    def roster(self) -> SqlRoster:
        return SqlRoster(self.connection)

    @memoized_property
    def leaves(self) -> SqlLeaves:
        return SqlLeaves(self.connection)

    @memoized_property
    def receptions(self) -> SqlReceptions:
        return SqlReceptions(self.connection)

    @memoized_property
    def invitations(self) -> SqlInvitations:
        return SqlInvitations(self.connection)

    @memoized_property
    def groups(self) -> SqlGroups:
        return SqlGroups(self.connection)

    @memoized_property
    def cases(self) -> SqlCases:
        return SqlCases(self.connection, self._default_language, self.finding)

    @memoized_property
    def case_facts(self) -> SqlCaseFacts:
        return SqlCaseFacts(self.connection)

    @memoized_property
    def overdue(self) -> SqlOverdue:
        return SqlOverdue(self.connection)

    @memoized_property
    def terms(self) -> SqlTerms:
        return SqlTerms(self.connection)

    @memoized_property
    def finding(self) -> SqlFinding:
        return SqlFinding(self.connection)

    @memoized_property
    def searches(self) -> SqlSearches:
        return SqlSearches(self.connection)

    @memoized_property
    def merges(self) -> SqlMerges:
        return SqlMerges(self.connection, self.cases.look_again)

    @memoized_property
    def verdicts(self) -> SqlVerdicts:
        return SqlVerdicts(self.connection)

    @memoized_property
    def messages(self) -> SqlMessages:
        return SqlMessages(self.connection, self.finding)

    @memoized_property
    def receipt_codes(self) -> SqlReceiptCodes:
        return SqlReceiptCodes(self.connection)

    @memoized_property
    def journal(self) -> SqlJournal:
        return SqlJournal(self.connection, self.finding)

    @memoized_property
    def guarded(self) -> SqlGuarded:
        return SqlGuarded(self.connection)

    @memoized_property
    def loose_words(self) -> SqlLooseWords:
        return SqlLooseWords(self.connection)

    @memoized_property
    def reopenings(self) -> SqlReopenings:
        return SqlReopenings(self.connection)

    @memoized_property
    def reply_templates(self) -> SqlReplyTemplates:
        return SqlReplyTemplates(self.connection)

    @memoized_property
    def promises(self) -> SqlPromises:
        return SqlPromises(self.connection)

    @memoized_property
    def units(self) -> SqlUnits:
        return SqlUnits(self.connection)

    @memoized_property
    def handings(self) -> SqlHandings:
        return SqlHandings(self.connection)

    @memoized_property
    def lookbacks(self) -> SqlLookbacks:
        return SqlLookbacks(self.connection)

    @memoized_property
    def disputes(self) -> SqlDisputes:
        return SqlDisputes(self.connection)

    @memoized_property
    def files(self) -> SqlFiles:
        return SqlFiles(self.connection)

    @memoized_property
    def announcements(self) -> SqlAnnouncements:
        return SqlAnnouncements(self.connection)

    @memoized_property
    def inquiries(self) -> SqlInquiries:
        return SqlInquiries(self.connection)

    @memoized_property
    def station_cards(self) -> SqlStationCards:
        return SqlStationCards(self.connection)

    @memoized_property
    def polls(self) -> SqlPolls:
        return SqlPolls(self.connection)

    @memoized_property
    def urns(self) -> SqlUrns:
        return SqlUrns(self.connection)

    @memoized_property
    def cycles(self) -> SqlCycles:
        return SqlCycles(self.connection)

    @memoized_property
    def projects(self) -> SqlProjects:
        return SqlProjects(self.connection)

    @memoized_property
    def duty(self) -> SqlDutyLog:
        return SqlDutyLog(self.connection)

    @memoized_property
    def duty_reminders(self) -> SqlDutyReminders:
        return SqlDutyReminders(self.connection)

    @memoized_property
    def pairings(self) -> SqlPairings:
        return SqlPairings(self.connection)

    @memoized_property
    def handovers(self) -> SqlHandovers:
        return SqlHandovers(self.connection)

    @memoized_property
    def voter_reports(self) -> SqlVoterReports:
        return SqlVoterReports(self.connection)

    @memoized_property
    def preferences(self) -> SqlPreferences:
        return SqlPreferences(self.connection)

    @memoized_property
    def office_facts(self) -> SqlOfficeFacts:
        return SqlOfficeFacts(self.connection)

    @memoized_property
    def dialogues(self) -> SqlDialogues:
        return SqlDialogues(self.connection)

    @memoized_property
    def once(self) -> SqlOnce:
        return SqlOnce(self.connection)

    @memoized_property
    def summary_jobs(self) -> SqlSummaryJobs:
        return SqlSummaryJobs(self.connection)

    @memoized_property
    def office_journal(self) -> SqlOfficeJournal:
        return SqlOfficeJournal(self.connection)

    @memoized_property
    def export_jobs(self) -> SqlExportJobs:
        return SqlExportJobs(self.connection)

    @memoized_property
    def erasure(self) -> SqlErasure:
        return SqlErasure(self.connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        rung = wakeups.so_far(self.connection)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            # These remember what they have read or written, which may have been undone just now.
            for repository in _REMEMBERING:
                self.__dict__.pop(repository, None)
            kept.forget(self.connection)
            if not self.connection.invalidated:  # else what it was asked is gone with it
                wakeups.take_back(self.connection, rung)
            raise


if TYPE_CHECKING:

    def _keeps_the_promises(unit: SqlUnitOfWork) -> ports.UnitOfWork:
        return unit
