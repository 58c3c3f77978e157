"""A report to voters on its way to the groups: an announcement whose appraisal follows it, group by group.

It is sent, watched and taken back like any announcement (``announcing``). What is different stands here: it goes to the
groups in which it will be judged, what stands above it, and that its poll is put up where it has arrived.
"""

from __future__ import annotations

from liaisonbot.announcements import Announcement, Post
from liaisonbot.desk import Desk
from liaisonbot.polls import PollKind, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import appraisal_subjects, polling
from liaisonbot.texts import Text
from liaisonbot.voter_reports import VoterReport


def report_of(uow: UnitOfWork, announcement: Announcement) -> VoterReport | None:
    """The report that it is; None for any other announcement."""
    return uow.voter_reports.of_poll(announcement.poll) if announcement.poll is not None else None


def groups(uow: UnitOfWork, announcement: Announcement) -> frozenset[int] | None:
    """The groups it goes to, of those of its stations; None: to all of them."""
    if announcement.poll is None or report_of(uow, announcement) is None:
        return None
    return frozenset(post.chat_id for post in uow.polls.posts(announcement.poll))


def heading(uow: UnitOfWork, announcement: Announcement) -> Text | None:
    """What stands above its words; None for any other announcement."""
    report = report_of(uow, announcement)
    return heading_of(uow, report) if report is not None else None


def heading_of(uow: UnitOfWork, report: VoterReport) -> Text:
    return Text.of("report-post", **appraisal_subjects.of_report(uow, report).named)


def posted(uow: UnitOfWork, desk: Desk, announcement: Announcement, post: Post) -> None:
    """It stands in a group now: below it comes the poll in which it is judged, while that is open."""
    poll = uow.polls.get(announcement.poll, lock=True) if announcement.poll is not None else None
    if poll is None or poll.kind is not PollKind.APPRAISAL or not poll.open:
        return
    for waiting in uow.polls.posts(poll.number, PostState.WAITING):
        if waiting.chat_id == post.chat_id:
            polling.put_up(uow, desk, poll, waiting)
