"""A report to voters that should not have gone out: with its announcement its appraisal is taken back.

What nobody can read any more is not judged. The words go on in a report of their own, which can be changed and
published anew; the one taken back stays with the appraisal that was cancelled. Where the result is told already, only
the report's words are taken out of the groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from liaisonbot.announcements import Announcement
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.polls import Poll, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import duty_drafts, poll_closing, polling, readers, voter_report_posts
from liaisonbot.services import voter_report_views as views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.voter_reports import ReportState, VoterReport

FOLLOWS: Final[Mapping[PollState, str]] = {
    PollState.OPEN: "report-undo-cancels",
    PollState.CLOSED: "report-undo-leaves",
    PollState.CANCELLED: "report-undo-frees",
}
"""What becomes of report and appraisal, by where the appraisal stands."""


def what_follows(uow: UnitOfWork, announcement: Announcement) -> Text | None:
    """Said to whoever is about to take it back; None for any other announcement."""
    poll = _judged(uow, announcement)
    if poll is None:
        return None
    return Text.of(FOLLOWS[poll.state])


def take_back(visit: Visit, announcement: Announcement) -> None:
    """Its appraisal is cancelled, and the report waits to be published again. Nothing, where there is a result."""
    uow, desk = visit.uow, visit.desk
    poll = _judged(uow, announcement)
    report = voter_report_posts.report_of(uow, announcement)
    deputy = uow.roster.get(report.deputy_id) if report is not None else None
    if poll is None or report is None or deputy is None:
        return
    poll = poll_closing.if_over(uow, desk, poll)
    if poll.state is PollState.CLOSED:
        return
    if poll.open:
        polling.show_card(uow, desk, polling.cancel(uow, desk, poll), at_once=True)
    uow.voter_reports.update(report.id, state=ReportState.TAKEN_BACK)
    made = uow.voter_reports.add(report.deputy_id, report.first, report.last, report.text, report.person_id, desk.now)
    again = uow.voter_reports.update(made.id, state=ReportState.READY)
    said = views.named(uow, again, "report-taken-back")
    visit.say(said, rows=views.rows(uow, visit.actor, again, deputy))
    _tell_deputy(visit, report, again, deputy)


def _judged(uow: UnitOfWork, announcement: Announcement) -> Poll | None:
    """Its appraisal, which nobody else changes meanwhile; None: it is no report."""
    report = voter_report_posts.report_of(uow, announcement)
    if announcement.poll is None or report is None or report.state is not ReportState.PUBLISHED:
        return None
    return uow.polls.get(announcement.poll, lock=True)


def _tell_deputy(visit: Visit, report: VoterReport, again: VoterReport, deputy: RosterEntry) -> None:
    """They can say it otherwise; that it was published is no entry of the duty log any more, unless they filed it."""
    uow, desk = visit.uow, visit.desk
    if report.published_at is not None:
        day = report.published_at.astimezone(desk.timezone).date()
        duty_drafts.withdraw(uow, desk, deputy, day, origin=views.origin(report))
    own = readers.of_entry(uow, desk, deputy)
    if own is None or own.chat_id == visit.place.chat_id:
        return
    text = views.named(uow, again, "report-yours-taken-back")
    uow.outbox.add(
        Outgoing(Send.TEXT, own.chat_id, language=own.language, text=text, rows=views.own_rows(again)), desk.now
    )
