"""How a report to voters looks: to the deputy who edits it, and to the staff who publish it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot import guard, masking
from liaisonbot.model import Actor, Group, RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send, StoredFile
from liaisonbot.polls import Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import voter_papers
from liaisonbot.services import (
    appraisal_results,
    appraisal_subjects,
    appraisal_views,
    cards,
    paging,
    poll_views,
    voter_report_posts,
    voter_report_record,
    works_arguments,
)
from liaisonbot.services.visit import Visit
from liaisonbot.services.voter_report_arguments import may_edit, may_make, part_label
from liaisonbot.texts import Text, catalogue
from liaisonbot.voter_reports import UNPUBLISHED, ReportState, VoterReport
from liaisonbot.voting import AppraisalRule

PAGE: Final = 8
GROUPS_NAMED: Final = 6
HIDING: Final = (guard.Does.HOLD, guard.Does.QUIET)
"""What the guard does about words that other people should not simply read."""


def button(report: VoterReport, key: str, action: str, argument: int | None = None, **params: object) -> Button:
    tail = "" if argument is None else f":{argument}"
    return Button(Text.of(key, **params), data=f"shuzhi:{report.id}:{action}{tail}")


def origin(report: VoterReport) -> str:
    """For what the entry of the duty log is offered that it was published; see ``DutyEntry.origin``."""
    return f"report:{report.id}"


def named(uow: UnitOfWork, report: VoterReport, key: str) -> Text:
    """That sentence about the report: whose it is, and of which days."""
    return Text(key, appraisal_subjects.of_report(uow, report).named)


# --- its card ---------------------------------------------------------------------------------------------------------


def card(uow: UnitOfWork, report: VoterReport) -> Text:
    """What stands above its words."""
    return Text.lines(
        Text.of(
            "report-card",
            state=Text.of(f"report-state-{report.state}"),
            **appraisal_subjects.of_report(uow, report).named,
        ),
        guard_line(report),
    )


def guard_line(report: VoterReport) -> Text | None:
    """Which topics of the guard its words touch: whoever publishes it decides about them."""
    topics = list(dict.fromkeys(found.topic for found in guard.find(report.text)))
    hiding = [topic for topic in topics if guard.TOPICS[topic].does in HIDING]
    if not hiding:
        return None
    return Text.of("report-guarded", topics=cards.listed([Text.of(f"guard-name-{topic}") for topic in hiding]))


def rows(uow: UnitOfWork, actor: Actor, report: VoterReport, deputy: RosterEntry) -> Rows:
    """What that person can do with it now."""
    if report.state not in UNPUBLISHED:
        return ((button(report, "button-report-docx", "docx"),),)
    edits, makes = may_edit(uow, actor, deputy), may_make(actor, deputy)
    draft = report.state is ReportState.DRAFT
    first = [
        *([button(report, "button-report-publish", "publish")] if makes and not draft else []),
        *([button(report, "button-report-ready", "ready")] if edits and draft else []),
    ]
    others = [
        *([button(report, "button-report-edit", "parts", 0)] if edits else []),
        button(report, "button-report-docx", "docx"),
        *([button(report, "button-report-drop", "drop")] if makes else []),
    ]
    return tuple(row for row in (tuple(first), *cards.in_pairs(others)) if row)


def own_rows(report: VoterReport) -> Rows:
    """What its deputy can do with it, who reads of it outside a visit of their own."""
    ready = ((button(report, "button-report-ready", "ready"),),) if report.state is ReportState.DRAFT else ()
    return (*ready, (button(report, "button-report-edit", "parts", 0), button(report, "button-report-docx", "docx")))


def sure_rows(report: VoterReport, action: str) -> Rows:
    return ((button(report, "button-confirm", action), button(report, "button-back", "show")),)


def part_rows(report: VoterReport, offset: int) -> Rows:
    """Its paragraphs, a page at a time; one more; all of it anew."""
    parts = list(enumerate(report.paragraphs, 1))
    page = parts[offset : offset + PAGE]
    each = [(Button(part_label(place, words), data=f"shuzhi:{report.id}:part:{place}"),) for place, words in page]
    return (
        *each,
        *paging.turns(f"shuzhi:{report.id}:parts", offset, PAGE, len(parts)),
        (
            button(report, "button-report-add", "part", len(parts) + 1),
            button(report, "button-report-whole", "part", 0),
        ),
        (button(report, "button-back", "show"),),
    )


# --- before it goes out -----------------------------------------------------------------------------------------------


def look(visit: Visit, report: VoterReport) -> Outgoing:
    """As the groups will read it."""
    heading = voter_report_posts.heading_of(visit.uow, report)
    return Outgoing(Send.TEXT, visit.place.chat_id, text=heading, body=report.text, priority=Priority.ANSWER)


def control(uow: UnitOfWork, report: VoterReport, poll: Poll) -> Text:
    """To which groups it goes, by which rule and how long it is judged; nothing happens before it is confirmed."""
    titles = [post.title or str(post.chat_id) for post in uow.polls.posts(poll.number, PostState.WAITING)]
    return Text.lines(
        named(uow, report, "report-control"),
        Text.of("report-to-groups", n=len(titles), names=cards.names(titles, GROUPS_NAMED) if titles else None),
        Text.of("poll-runs", time=poll_views.duration(poll.minutes)),
        appraisal_results.rule_line(AppraisalRule.from_json(poll.rule or {})),
        appraisal_views.least_line(poll),
        guard_line(report),
        Text.of("report-confirm-below"),
    )


def control_rows(report: VoterReport, poll: Poll, groups: Sequence[Group]) -> Rows:
    several = len(works_arguments.rules_for(works_arguments.RESIDENTS)) > 1
    settings = [
        *([button(report, "button-poll-groups", "groups", 0)] if len(groups) > 1 else []),
        button(report, "button-poll-runs", "runs", time=poll_views.duration(poll.minutes)),
        *([button(report, "button-report-rule", "rule")] if several else []),
    ]
    return (
        *cards.in_pairs(settings),
        (button(report, "button-confirm", "confirm", report.wording), button(report, "button-back", "show")),
    )


def group_rows(uow: UnitOfWork, report: VoterReport, poll: Poll, groups: Sequence[Group], offset: int) -> Rows:
    """The groups of the deputy's stations, those it goes to with a tick, a page at a time."""
    chosen = {post.chat_id for post in uow.polls.posts(poll.number)}
    each = [
        (
            button(
                report,
                "button-report-group-on" if group.chat_id in chosen else "button-report-group-off",
                "group",
                -group.chat_id,
                title=masking.shorten(group.title or str(group.chat_id), 40),
            ),
        )
        for group in groups[offset : offset + PAGE]
    ]
    return (
        *each,
        *paging.turns(f"shuzhi:{report.id}:groups", offset, PAGE, len(groups)),
        (button(report, "button-back", "control"),),
    )


# --- as a document ----------------------------------------------------------------------------------------------------


def paper(visit: Visit, report: VoterReport, deputy: RosterEntry) -> StoredFile:
    """The report as a document to print, in the language in which it was drawn, whoever asks for it."""
    locale = visit.desk.settings.locale
    language = locale.default_language
    say = catalogue(language, locale.timezone)
    day = (report.published_at or visit.desk.now).astimezone(visit.desk.timezone).date()
    first, last, signed = (voter_report_record.long_day(each, language) for each in (report.first, report.last, day))
    return voter_papers.file(
        voter_papers.Paper(
            title=say.plain(Text.of("report-paper-title", deputy=deputy.name)),
            days=say.plain(Text.of("report-paper-days", first=first, last=last)),
            paragraphs=report.paragraphs,
            signed=(say.plain(Text.of("report-paper-signed", deputy=deputy.name)), signed),
            language=language,
        )
    )
