"""What each command does: one function for ``/name``, its button and the end of its dialogue alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from liaisonbot import workflow
from liaisonbot.commands import Command
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Case, RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may_for_case
from liaisonbot.services import (
    absences,
    announcement_answers,
    announcing,
    appraising,
    arguments,
    assigning,
    balloting,
    behalf,
    cards,
    casework,
    chasing,
    conversation,
    corrections,
    cycle_desk,
    deputy_cards,
    deputy_work,
    disputes,
    dissatisfaction,
    duty_drafts,
    duty_filing,
    exports,
    extensions,
    groups,
    handing,
    handing_over,
    held,
    helping,
    inquiries,
    intake,
    invitations,
    lists,
    lookback,
    merging,
    office_records,
    overdue,
    pairings,
    pauses,
    people,
    poll_desk,
    privacy,
    project_desk,
    promises,
    proposals,
    readers,
    reception_booking,
    reception_days,
    reception_minutes,
    reopening,
    replies,
    saved_templates,
    score_posts,
    scores,
    searching,
    sorting,
    station_cards,
    summaries,
    taking_back,
    units,
    verdicts,
    voter_reports,
    voting_desk,
    works,
)
from liaisonbot.services.doing import Answers, confirm, entry_of, files_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role


def carry_out(visit: Visit, command: Command, answers: Answers) -> None:
    """Do what the command says; everything it needs is in ``answers``."""
    PERFORM[command.name](visit, answers)


def check_possible(visit: Visit, command: Command, answers: Answers) -> Case:
    """Refuse what the command could not do to that case anyway, as far as is known what is to be done."""
    number = answers["case"]
    permission = command.needs or Permission.CASE_READ
    case = casework.find(visit.uow, visit.actor, number, permission)
    if command.name in CHECKS:
        CHECKS[command.name](visit, number)
    if command.event is not None and workflow.applies(case, command.event) is None:
        raise casework.refusal(visit.uow, visit.desk, visit.actor, case, command.event)
    more = ALSO_CHECKED.get(command.name)
    if more is not None:
        more(visit, case)
    together = CHECKED_TOGETHER.get(command.name)
    if together is not None:
        together(visit, case, answers)
    return case


def stands(visit: Visit, command: Command, answers: Answers) -> dict[str, Any]:
    """What a command changes, as it stands now: whatever is not said anew stays."""
    if command.name in _GOES_WITHOUT_SAYING:
        return _GOES_WITHOUT_SAYING[command.name](visit, answers)
    read = _STANDS.get(command.name)
    return read(visit, answers["case"]) if read and "case" in answers else {}


def check_here(visit: Visit, command: Command) -> None:
    """Refuse at once what could not be done in this chat at the end; say what one should know before the questions."""
    check = _HERE.get(command.name)
    if check is not None:
        check(visit)


# --- everybody
# ----------------------------------------------------------------------------------------------------------


def _start(visit: Visit, answers: Answers) -> None:
    kind, _, rest = answers.get("payload", "").partition("_")
    if kind == "join" and rest:
        people.join(visit, rest)
    elif kind == "code" and rest:
        people.first_words(visit)
        behalf.show_course(visit, rest)
    elif kind == "case" and rest.isascii() and rest.isdecimal() and len(rest) <= 15:
        _start_at_case(visit, int(rest))
    elif kind in _START_AT and _NUMBERS.fullmatch(rest):
        people.first_words(visit)
        _START_AT[kind](visit, *map(int, rest.split("_")))
    else:
        people.welcome(visit)


_NUMBERS: Final = re.compile(r"[0-9]{1,15}(_[0-9]{1,15})?")
_START_AT: Final[Mapping[str, Callable[..., None]]] = {
    "ask": announcement_answers.start_asking,
    "question": inquiries.start_asking,
    **project_desk.START_AT,
    "ballot": balloting.start,
    **reception_booking.START_AT,
}
"""Buttons below announcements: the private chat opens with a question."""


def _start_at_case(visit: Visit, number: int) -> None:
    """The group card's button: the private chat opens at that case, or with a welcome for everybody else."""
    people.first_words(visit)
    try:
        lists.show_case(visit, number)
    except NotFound:
        visit.say(Text.of("start-not-yours", case=number))


def _report(visit: Visit, answers: Answers) -> None:
    message = visit.message
    if message is None:
        raise Refused("need-words")
    quoted = message.quoted
    asked = message.command is not None or message.mention is not None
    words = answers.get("text", "")
    if asked and quoted is not None and not quoted.from_us and quoted.can_be_kept:
        _register_quoted(visit, message, words)
    elif not (words or message.attachments):  # a poll was answered, a story …
        raise Refused("unsupported", what=Text.of("media-other"))
    else:
        intake.open_case(visit, message, text=words)


def _register_quoted(visit: Visit, message: IncomingMessage, words: str) -> None:
    """/report in answer to another message: that message, its media included, becomes its author's case."""
    quoted = message.quoted
    if quoted is None or quoted.sender is None or quoted.sender.is_bot:
        raise Refused("anonymous-author")
    kept = visit.uow.messages.by_chat(message.place.chat_id, quoted.message_id)
    if kept is not None:
        raise Refused("already-registered", case=kept.case)
    sender = quoted.sender
    author = visit.uow.people.meet(sender.telegram_id, sender.language_code, visit.desk.now)
    original = replace(
        message,
        sender=sender,
        message_id=quoted.message_id,
        text=quoted.text,
        attachments=quoted.attachments,
        media_group_id=quoted.media_group_id,
        command=None,
        quoted=None,
    )
    intake.open_case(visit, original, author=author, added=(message, words) if words else None)


def _mycases(visit: Visit, answers: Answers) -> None:
    lists.show_list(visit, "mycases")


def _case(visit: Visit, answers: Answers) -> None:
    visit.toast()
    wanted = answers["case"]
    if isinstance(wanted, int):
        lists.show_case(visit, wanted)
    else:
        behalf.show_course(visit, wanted)


def _withdraw(visit: Visit, answers: Answers) -> None:
    uow, number = visit.uow, answers["case"]
    alone = len(uow.cases.authors(number)) <= 1
    case = verdicts.withdraw(uow, visit.desk, visit.actor, number)
    visit.toast()
    said = Text.of("notice-withdrawn" if alone else "left-case", case=case.number)
    rows = ((taking_back.button(case),),) if alone else ()
    visit.say(said, rows=rows, case=case.number if alone else None)


def _name(visit: Visit, answers: Answers) -> None:
    case = casework.find(visit.uow, visit.actor, answers["case"], Permission.CASE_CHOOSE)
    if answers["text"]:
        conversation.give_name(visit, case, answers["text"][:120], None)
    elif visit.message is None or not conversation.share_contact(visit, visit.message, case):
        raise Refused("need-words")
    visit.say(Text.of("name-given", case=case.number), case=case.number)


def _language(visit: Visit, answers: Answers) -> None:
    visit.toast()
    people.set_language(visit, answers["language"])


def _privacy(visit: Visit, answers: Answers) -> None:
    privacy.show_notice(visit)


def _mydata(visit: Visit, answers: Answers) -> None:
    privacy.send_my_data(visit)


def _forget(visit: Visit, answers: Answers) -> None:
    privacy.forget(visit)


# --- deputies
# -----------------------------------------------------------------------------------------------------------


def _inbox(visit: Visit, answers: Answers) -> None:
    lists.show_list(visit, "inbox")


def _accept(visit: Visit, answers: Answers) -> None:
    case = deputy_work.accept(visit.uow, visit.desk, visit.actor, answers["case"])
    confirm(visit, case, "done-accepted")


def _mediate(visit: Visit, answers: Answers) -> None:
    case = deputy_work.mediate(
        visit.uow, visit.desk, visit.actor, answers["case"], answers["text"], files_of(visit, answers)
    )
    confirm(visit, case, "done-mediated")


def _followup(visit: Visit, answers: Answers) -> None:
    day = date.fromisoformat(answers["date"])
    case = deputy_work.reschedule(
        visit.uow, visit.desk, visit.actor, answers["case"], day, answers["text"], files_of(visit, answers)
    )
    off = replies.off_day(visit, answers) or ""
    confirm(visit, case, "done-rescheduled", date=day, off=off, also=replies.promised_day_off(visit, case))


def _transfer(visit: Visit, answers: Answers) -> None:
    to = None if answers["to"] == arguments.STAFF_QUEUE else entry_of(visit, answers["to"])
    case = assigning.transfer(visit.uow, visit.desk, visit.actor, answers["case"], to, answers["text"])
    visit.done(Text.of("done-transferred", case=case.number, to=to.name if to else Text.of("choice-staff")))
    if to is not None:
        _say_if_elsewhere(visit, case, to)


def _decline(visit: Visit, answers: Answers) -> None:
    case = deputy_work.decline(
        visit.uow, visit.desk, visit.actor, answers["case"], answers["text"], files_of(visit, answers)
    )
    confirm(visit, case, "done-declined", in_words=True, also=[taking_back.button(case)])


def _close(visit: Visit, answers: Answers) -> None:
    case = deputy_work.close(
        visit.uow, visit.desk, visit.actor, answers["case"], answers["text"], files_of(visit, answers)
    )
    confirm(visit, case, "done-closed", in_words=True, also=[taking_back.button(case)])


def _note(visit: Visit, answers: Answers) -> None:
    case = deputy_work.note(
        visit.uow, visit.desk, visit.actor, answers["case"], answers["text"], files_of(visit, answers)
    )
    confirm(visit, case, "done-noted")


# --- staff
# --------------------------------------------------------------------------------------------------------------


def _unassigned(visit: Visit, answers: Answers) -> None:
    lists.show_list(visit, "unassigned")


def _assign(visit: Visit, answers: Answers) -> None:
    entry = entry_of(visit, answers["to"])
    case = assigning.assign(visit.uow, visit.desk, visit.actor, answers["case"], entry)
    confirm(visit, case, "done-assigned", deputy=entry.name)
    _say_if_elsewhere(visit, case, entry)


def _say_if_elsewhere(visit: Visit, case: Case, entry: RosterEntry) -> None:
    """It can be meant so, or a slip in a typed name: whoever gave the case away reads it."""
    if case.station_id is None or case.station_id in entry.station_ids:
        return
    own = [station.name for station in visit.uow.stations.all() if station.id in entry.station_ids]
    station = cards.station_name(visit.uow, case)
    visit.say(
        Text.of("deputy-elsewhere", case=case.number, deputy=entry.name, own=cards.names(own), station=station),
        rows=((Button(Text.of("button-assign-again"), data=f"do:assign:{case.number}"),),)
        if may_for_case(visit.actor, Permission.CASE_ASSIGN, case, visit.uow.cases.author_ids(case.number))
        else (),
    )


def _urge(visit: Visit, answers: Answers) -> None:
    case = casework.find(visit.uow, visit.actor, answers["case"], Permission.CASE_URGE)
    if case.open and readers.deputy_of(visit.uow, visit.desk, case) is None:
        raise Refused("urge-nobody", case=case.number)
    case = casework.advance(visit.uow, visit.desk, visit.actor, case.number, workflow.Event.URGED)
    confirm(visit, case, "done-urged", deputy=cards.deputy_name(visit.uow, case))


def _reopen(visit: Visit, answers: Answers) -> None:
    case = reopening.reopen(visit.uow, visit.desk, visit.actor, answers["case"], answers["text"])
    confirm(visit, case, "done-reopened")


def _invite(visit: Visit, answers: Answers) -> None:
    role = Role(answers["role"])
    payload = invitations.invite(
        visit.uow, visit.desk, visit.actor, role, answers["name"], _invited_station(visit, answers)
    )
    visit.toast()
    text = Text.of("invited", name=answers["name"], role=Text.of(f"role-{role}"), n=invitations.VALID_DAYS)
    known = any(
        entry.role is role and entry.name == answers["name"] and entry.telegram_id is not None
        for entry in visit.uow.roster.all()
    )
    warning = Text.of("invited-known", name=answers["name"]) if known else None
    visit.say(Text.lines(warning, text), body=visit.desk.bot.deep_link(payload))


def _invited_station(visit: Visit, answers: Answers) -> int | None:
    if answers.get("station") is not None:
        return int(answers["station"])
    own = arguments.stations_of(visit)
    return own[0].id if len(own) == 1 else None


def _roster(visit: Visit, answers: Answers) -> None:
    lists.show_list(visit, "roster")


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {
    **chasing.ALSO_CHECKED,
    **corrections.ALSO_CHECKED,
    **disputes.ALSO_CHECKED,
    **handing.ALSO_CHECKED,
    **merging.ALSO_CHECKED,
    **reopening.ALSO_CHECKED,
}
"""What is looked at once the table of stages says that it can happen to the case, and what it may depend on besides."""
CHECKED_TOGETHER: Final[Mapping[str, Callable[[Visit, Case, Answers], None]]] = {**merging.CHECKED_TOGETHER}
"""… and what else was answered, where that may not go together with the case."""
_STANDS: Final[Mapping[str, Callable[[Visit, int], dict[str, Any]]]] = {"correct": corrections.stands}
_GOES_WITHOUT_SAYING: Final[Mapping[str, Callable[[Visit, Answers], dict[str, Any]]]] = {
    "duty": duty_filing.goes_without_saying
}
_HERE: Final[Mapping[str, Callable[[Visit], None]]] = {
    "report": intake.require_station,
    "behalf": behalf.require_station,
    "language": people.require_group_language,
    "leave": absences.show_own,
    "duty": duty_filing.require_own_log,
    "export": exports.check,
    **project_desk.HERE,
}

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    **announcing.PERFORM,
    **announcement_answers.PERFORM,
    **inquiries.PERFORM,
    **station_cards.PERFORM,
    **poll_desk.PERFORM,
    **project_desk.PERFORM,
    **cycle_desk.PERFORM,
    **balloting.PERFORM,
    **voting_desk.PERFORM,
    **works.PERFORM,
    **appraising.PERFORM,
    **reception_days.PERFORM,
    **reception_booking.PERFORM,
    **reception_minutes.PERFORM,
    **scores.PERFORM,
    **summaries.PERFORM,
    **duty_drafts.PERFORM,
    **handing_over.PERFORM,
    **pairings.PERFORM,
    **score_posts.PERFORM,
    **voter_reports.PERFORM,
    **exports.PERFORM,
    **office_records.PERFORM,
    "start": _start,
    **helping.PERFORM,
    "report": _report,
    "mycases": _mycases,
    "search": searching.search,
    "case": _case,
    "withdraw": _withdraw,
    "name": _name,
    "language": _language,
    "privacy": _privacy,
    "mydata": _mydata,
    "forget": _forget,
    "bind": lambda visit, answers: groups.bind(visit, answers["station"]),
    "unbind": lambda visit, answers: groups.unbind(visit),
    "inbox": _inbox,
    "accept": _accept,
    "mediate": _mediate,
    "followup": _followup,
    "transfer": _transfer,
    "decline": _decline,
    "close": _close,
    "note": _note,
    "unassigned": _unassigned,
    "assign": _assign,
    "urge": _urge,
    "reopen": _reopen,
    "invite": _invite,
    "roster": _roster,
    **held.PERFORM,
    **merging.PERFORM,
    **replies.PERFORM,
    **corrections.PERFORM,
    **dissatisfaction.PERFORM,
    **reopening.PERFORM,
    **saved_templates.PERFORM,
    **deputy_cards.PERFORM,
    **pauses.PERFORM,
    **extensions.PERFORM,
    **chasing.PERFORM,
    **overdue.PERFORM,
    **absences.PERFORM,
    **handing.PERFORM,
    **units.PERFORM,
    **promises.PERFORM,
    **disputes.PERFORM,
    **lookback.PERFORM,
    **sorting.PERFORM,
    **behalf.PERFORM,
    **duty_filing.PERFORM,
}
"""A function for every command of the table but ``/cancel``, which is the dialogues' own."""

CHECKS: Final[Mapping[str, Callable[[Visit, int], None]]] = {**dissatisfaction.CHECKS}
"""What is looked at before a command's questions, where the table of stages does not say enough."""

BEFORE_WORDS: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, Rows]]]] = {
    **inquiries.BEFORE_WORDS,
    **proposals.BEFORE_WORDS,
    **voter_reports.BEFORE_WORDS,
}
"""What is shown where the words of a command are asked for: the question, and buttons above those that answer it."""
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {
    **replies.PREVIEW,
    **corrections.PREVIEW,
    **cycle_desk.PREVIEW,
    **works.PREVIEW,
    **appraising.PREVIEW,
    **handing_over.PREVIEW,
    **reception_days.PREVIEW,
    **reception_minutes.PREVIEW,
    **duty_filing.PREVIEW,
    **exports.PREVIEW,
    **privacy.PREVIEW,
}
"""What a command's last question shows, where that is more than the words: the sentence, and the words below it."""
