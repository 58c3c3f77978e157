"""The three-level appraisal (满意度测评) of a project, opened by staff.

Deputies judge in private, residents in the groups, or both; it is counted by a rule that is printed with the result.

A deputy's judgement is one press, and can be changed until the end. Where staff choose a secret one it is a ballot like
any other (``balloting``), with its receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from liaisonbot import permissions
from liaisonbot.commands import Kind
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.permissions import Permission
from liaisonbot.polls import Elector, Eligible, Poll, PollKind, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import (
    appraisal_results,
    appraisal_subjects,
    appraisal_telling,
    balloting,
    electors,
    poll_closing,
    poll_views,
    poll_words,
    polling,
    project_names,
    project_people,
    projecting,
    quiet,
    readers,
    turnouts,
    works_arguments,
)
from liaisonbot.services import appraisal_views as views
from liaisonbot.services.appraisal_subjects import SubjectKind
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.poll_words import LEVELS
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.voting import AppraisalRule

MINUTE: Final = timedelta(minutes=1)
REMIND_BEFORE: Final = timedelta(hours=24)


# --- opened -----------------------------------------------------------------------------------------------------------


def appraise(visit: Visit, answers: Answers) -> None:
    """/appraise: from now on it is judged."""
    uow, desk = visit.uow, visit.desk
    project = works_arguments.check(visit, Kind.WORK_TO_APPRAISE, answers["project"])
    require_none_open(uow, project)
    judges = answers["judges"]
    if answers["rule"] not in works_arguments.rules_for(judges):
        raise Refused("appraisal-rule-needs-list")
    poll = _draft(visit, project, answers)
    deputies = _deputies(uow, project) if judges != works_arguments.RESIDENTS else []
    if judges != works_arguments.RESIDENTS and not any(entry.telegram_id for entry in deputies):
        raise Refused("appraisal-no-deputies")
    uow.polls.enrol(poll.number, [Elector(entry_id=entry.id) for entry in deputies])
    if not works_arguments.listed(judges):
        groups = project_people.groups_of(uow, project)
        if not groups:
            raise Refused("appraisal-no-groups")
        polling.address(uow, poll, groups)
    poll = polling.open_now(uow, desk, poll)
    if poll.secret:
        balloting.offer(uow, desk, poll)
    else:
        for entry in deputies:
            _offer(uow, desk, poll, project, entry)
    visit.toast()
    polling.send_card(uow, desk, poll, visit.place.chat_id, visit.language)


def require_none_open(uow: UnitOfWork, project: Project) -> None:
    running = of_project(uow, project)
    if running is not None and running.open:
        raise Refused("appraisal-open-already", poll=running.number, at=running.closes_at)


def of_project(uow: UnitOfWork, project: Project) -> Poll | None:
    """Its newest appraisal."""
    found = [poll for poll in uow.polls.of_project(project.number) if poll.kind is PollKind.APPRAISAL]
    return found[-1] if found else None


def _draft(visit: Visit, project: Project, answers: Answers) -> Poll:
    locale = visit.desk.settings.locale
    subject = appraisal_subjects.of_project(project)
    question, options = poll_words.of_appraisal(subject, catalogue(locale.default_language, locale.timezone))
    judges = answers["judges"]
    secret = judges == works_arguments.SECRETLY
    return visit.uow.polls.draft(
        kind=PollKind.APPRAISAL,
        question=question,
        options=options,
        sealed=True,
        secret=secret,
        eligible=Eligible.LISTED if works_arguments.listed(judges) else Eligible.ANYONE,
        station_ids=project_people.stations_of(visit.uow, project),
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=visit.language,
        minutes=answers["runs"],
        rule=AppraisalRule.preset(answers["rule"]).to_json(),
        cycle_id=project.cycle_id,
        project=project.number,
    )


def _deputies(uow: UnitOfWork, project: Project) -> list[RosterEntry]:
    return project_people.deputies_of(uow, project)


def preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """Who judges, by which rule, how long: once more before it goes out."""
    project = works_arguments.check(visit, Kind.WORK_TO_APPRAISE, answers["project"])
    require_none_open(visit.uow, project)
    deputies = _deputies(visit.uow, project) if answers["judges"] != works_arguments.RESIDENTS else []
    without = [entry for entry in deputies if entry.telegram_id is None]
    groups = [] if works_arguments.listed(answers["judges"]) else project_people.groups_of(visit.uow, project)
    return Text.lines(
        Text.of("ask-sure-appraise", number=project.number, title=project_names.title(project)),
        Text.of(
            "appraisal-who",
            judges=Text.of(f"appraisal-judges-{answers['judges']}"),
            deputies=len(deputies),
            groups=len(groups),
        ),
        Text.of("appraisal-without-account", n=len(without), names=project_names.listed(without)) if without else None,
        appraisal_results.rule_line(AppraisalRule.preset(answers["rule"])),
        Text.of("poll-runs", time=poll_views.duration(answers["runs"])),
    ), None


# --- judged -----------------------------------------------------------------------------------------------------------


def _offer(
    uow: UnitOfWork, desk: Desk, poll: Poll, project: Project, entry: RosterEntry, *, again: bool = False
) -> None:
    """The deputy's ballot, in private."""
    reader = readers.of_entry(uow, desk, entry)
    if reader is None:
        return
    said = Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=views.ballot(poll, project, again=again),
        rows=views.ballot_rows(poll, None),
        daytime=again,
        key=f"appraisal:{poll.number}" if again else None,
    )
    uow.outbox.add(said, desk.now)


def judge(visit: Visit, rest: Sequence[str]) -> None:
    """``judge:POLL:LEVEL``, a deputy's press."""
    if len(rest) != 2:
        raise Refused("old-button")
    poll, level = _for_judging(visit, number_in(rest[0])), number_in(rest[1])
    if level >= len(LEVELS) or poll.secret:
        raise Refused("old-button")
    if balloting.came_back(visit, poll):
        raise Refused("ballot-came-back", number=poll.number)
    turnouts.before_an_act(visit.uow, visit.desk, poll)
    visit.uow.polls.answer(poll.number, visit.person_id, [level], chat_id=None, now=visit.desk.now)
    visit.toast(Text.of("toast-judged", level=Text.of(f"appraisal-level-{LEVELS[level]}")))
    visit.show(views.ballot(poll, views.project_of(visit.uow, poll), chosen=level), rows=views.ballot_rows(poll, level))


def _for_judging(visit: Visit, number: int) -> Poll:
    """An open appraisal on whose list the deputy stands. Raises NotFound for anybody else, Refused when it is over."""
    deputy = visit.actor.deputy
    poll = visit.uow.polls.get(number, lock=True)
    if (
        poll is None
        or poll.kind is not PollKind.APPRAISAL
        or deputy is None
        or not visit.uow.polls.is_elector(number, entry_id=deputy.id)
    ):
        raise NotFound("poll-not-found", number=number)
    poll = poll_closing.if_over(visit.uow, visit.desk, poll)
    if not poll.open:
        raise _over(visit.uow, poll)
    return poll


# --- watched, closed by hand ------------------------------------------------------------------------------------------


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``appraisal:POLL:ACTION``, below the card of whoever holds it."""
    if len(rest) != 2 or rest[1] not in ACTIONS:
        raise Refused("old-button")
    states, act = ACTIONS[rest[1]]
    poll = _held(visit, number_in(rest[0]))
    if poll.state not in states:
        raise _over(visit.uow, poll)
    act(visit, poll)


def _held(visit: Visit, number: int) -> Poll:
    """The appraisal, if what is judged is the visitor's to keep, as it stands now. Nobody else changes it meanwhile."""
    poll = visit.uow.polls.get(number, lock=True)
    subject = appraisal_subjects.find(visit.uow, poll) if poll is not None else None
    if (
        poll is None
        or subject is None
        or poll.kind is not PollKind.APPRAISAL
        or not HOLDERS[subject.kind](visit.uow, visit.actor, poll)
    ):
        raise NotFound("poll-not-found", number=number)
    return poll_closing.if_over(visit.uow, visit.desk, poll)


def _keeps_project(uow: UnitOfWork, actor: Actor, poll: Poll) -> bool:
    project = uow.projects.get(poll.project) if poll.project is not None else None
    return project is not None and projecting.may(uow, actor, Permission.PROJECT_KEEP, project)


def _keeps_report(uow: UnitOfWork, actor: Actor, poll: Poll) -> bool:
    report = uow.voter_reports.of_poll(poll.number)
    deputy = uow.roster.get(report.deputy_id) if report is not None else None
    return deputy is not None and permissions.role_for_deputy(actor, Permission.REPORT_MAKE, deputy) is not None


HOLDERS: Final[Mapping[SubjectKind, Callable[[UnitOfWork, Actor, Poll], bool]]] = {
    SubjectKind.PROJECT: _keeps_project,
    SubjectKind.REPORT: _keeps_report,
}
"""Who watches and ends an appraisal, by what it judges."""


def _over(uow: UnitOfWork, poll: Poll) -> Refused:
    if poll.state is PollState.CANCELLED:
        return Refused("appraisal-cancelled")
    said = appraisal_subjects.of(uow, poll).say("over", project=poll.project)
    return Refused(said.key, **said.params)


def _show(visit: Visit, poll: Poll) -> None:
    """From now on it is this message in which it is watched."""
    visit.toast()
    visit.show(views.card(visit.uow, visit.desk, poll), rows=views.card_rows(visit.uow, visit.desk, poll))
    if visit.press is not None:
        visit.uow.polls.update(poll.number, card_id=visit.press.message_id, chat_id=visit.place.chat_id)


def _ask_close(visit: Visit, poll: Poll) -> None:
    visit.toast()
    said = Text.of("appraisal-ask-close", n=poll_views.turnout(visit.uow, poll), at=poll.closes_at)
    visit.show(said, rows=views.sure_rows(poll, "close-now"))


def _close(visit: Visit, poll: Poll) -> None:
    """The card becomes the result."""
    poll_closing.close(visit.uow, visit.desk, poll)
    visit.toast(Text.of("toast-appraisal-closed"))


def _ask_cancel(visit: Visit, poll: Poll) -> None:
    visit.toast()
    report = visit.uow.voter_reports.of_poll(poll.number)
    leaves = Text.of("report-cancel-leaves") if report is not None else None
    said = Text.lines(Text.of("appraisal-ask-cancel", poll=poll.number), leaves)
    visit.show(said, rows=views.sure_rows(poll, "cancel-now"))


def _cancel(visit: Visit, poll: Poll) -> None:
    gone = polling.cancel(visit.uow, visit.desk, poll)
    appraisal_telling.cancelled(visit.uow, visit.desk, gone)
    visit.toast(Text.of("toast-poll-cancelled"))
    visit.show(views.card(visit.uow, visit.desk, gone))


_OPEN_ONES: Final = (PollState.OPEN,)
ACTIONS: Final[Mapping[str, tuple[tuple[PollState, ...], Callable[[Visit, Poll], None]]]] = {
    # button       possible while it is   does
    "show": (tuple(PollState), _show),
    "close": (_OPEN_ONES, _ask_close),
    "close-now": (_OPEN_ONES, _close),
    "cancel": (_OPEN_ONES, _ask_cancel),
    "cancel-now": (_OPEN_ONES, _cancel),
}


# --- what the clock does ----------------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, desk: Desk) -> int:
    """Deputies who have not judged yet, once, a day or a quarter of its time before the end; not at night."""
    if quiet.until(desk) is not None:
        return 0
    count = 0
    for poll in uow.polls.in_state(PollState.OPEN):
        project = uow.projects.get(poll.project) if poll.project is not None else None
        if poll.kind is not PollKind.APPRAISAL or poll.secret or project is None or not _soon_over(poll, desk):
            continue
        if uow.once.claim(f"appraisal-reminder:{poll.number}", desk.now):
            for entry in _still_to_judge(uow, poll):
                _offer(uow, desk, poll, project, entry, again=True)
            count += 1
    return count


def _soon_over(poll: Poll, desk: Desk) -> bool:
    if poll.opened_at is None or poll.closes_at is None:
        return False
    before = min(REMIND_BEFORE, (poll.closes_at - poll.opened_at) / 4)
    return poll.closes_at - before <= desk.now < poll.closes_at


def _still_to_judge(uow: UnitOfWork, poll: Poll) -> list[RosterEntry]:
    """Nor is anybody asked who would be refused: see ``balloting.came_back``."""
    judged = uow.polls.answered(poll.number)
    left = []
    for elector in uow.polls.electors(poll.number):
        entry = uow.roster.get(elector.entry_id) if elector.entry_id is not None else None
        if entry is None or entry.telegram_id is None or electors.given(uow, poll, entry.id):
            continue
        if poll.opened_at is not None and uow.erasure.forgotten_since(entry.telegram_id, poll.opened_at):
            continue
        person = uow.people.find(entry.telegram_id)
        if person is None or person.id not in judged:
            left.append(entry)
    return left


STEPS: Final = (remind,)
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "judge": judge,
    "appraisal": press,
}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"appraise": appraise}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"appraise": preview}
