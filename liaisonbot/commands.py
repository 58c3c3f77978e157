"""The one table of commands: who may use which, where, and what each needs to know.

``/help``, the command menus, the parser, the guided dialogues and the test of every command × role × chat are made
from it. What a command does stands beside it in :mod:`liaisonbot.services.counter`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from liaisonbot import workflow
from liaisonbot.permissions import Permission as P
from liaisonbot.texts import Text
from liaisonbot.vocabulary import ReplyClass, Role, Stage
from liaisonbot.workflow import Event as E


class Kind(StrEnum):
    """How an argument is read and asked for; see ``liaisonbot/services/arguments/``."""

    CASE = "case"
    CASE_OR_CODE = "case_or_code"
    """A case's number, or the receipt code of somebody without Telegram."""
    CASE_INTO = "case_into"
    """Another case of the same station, in which the first one goes on."""
    MERGED_CASE = "merged_case"
    TEXT = "text"
    PART = "part"
    """Words up to a ``|``, or all that is typed in answer to the question."""
    PAST_DATE = "past_date"
    """A day on which something was: today or earlier."""
    REPLY_CLASS = "reply_class"
    NEW_CLASS = "new_class"
    """The same, for a reply that was sent: only where it is plainly meant."""
    DATE = "date"
    WORKING_DATE = "working_date"
    """A day by which others are to be done; one on which nobody works is asked about."""
    DEPUTY = "deputy"
    DEPUTY_OR_STAFF = "deputy_or_staff"
    DEPUTY_CARD = "deputy_card"
    """A deputy, as everybody may know them."""
    DELEGATE = "delegate"
    """Who stands in for a deputy on leave, or nobody."""
    UNITS = "units"
    """One or several handling units, the first of which leads."""
    MORE_UNITS = "more_units"
    """Others that take part, or none."""
    UNIT = "unit"
    UNIT_WITH_CASE = "unit_with_case"
    """A unit that has the case now."""
    PIECE = "piece"
    """Words up to a ``|``."""
    CATEGORIES = "categories"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    STATION = "station"
    SERVED_STATION = "served_station"
    """One of those at which one works."""
    CONTACT = "contact"
    """A name and a phone number, or nothing."""
    LANGUAGE = "language"
    INVITED_ROLE = "invited_role"
    INVITED_NAME = "invited_name"
    TEMPLATE = "template"
    """The number of one of the deputy's own reply templates."""
    SORTING = "sorting"
    TOPIC = "topic"
    PAYLOAD = "payload"
    MOMENT = "moment"
    ANNOUNCEMENT = "announcement"
    INQUIRY = "inquiry"
    POLL = "poll"
    """A poll's number, ``P3`` or ``3``."""
    BALLOT = "ballot"
    """A ballot's number, as voters know it."""
    RECEIPT = "receipt"
    """The receipt code of a secret ballot."""
    POLL_QUESTION = "poll_question"
    """What a poll asks."""
    POLL_OPTIONS = "poll_options"
    """What can be chosen, and how the poll is held: all that stands behind its question."""
    PROJECT = "project"
    """A livelihood project's number."""
    PROJECT_FIELD = "project_field"
    """What is to be changed of one."""
    CYCLE = "cycle"
    YEAR = "year"
    LEVEL = "level"
    """Of which level a cycle is, in the office's own word."""
    PLACES = "places"
    """How many projects are to be chosen."""
    CYCLE_STATIONS = "cycle_stations"
    """For which stations a cycle is, or all of them."""
    PHASE = "phase"
    PHASE_FIRST = "phase_first"
    PHASE_LAST = "phase_last"
    VOTE = "vote"
    """The number of a deputies' vote, ``P3`` or ``3``."""
    VOTE_LINE = "vote_line"
    """How a deputies' vote is to be held: year, rule, places, how long."""
    WORK_TO_CONFIRM = "work_to_confirm"
    """A project that the deputies chose, or whose confirmation is to be changed."""
    WORK_TO_KEEP = "work_to_keep"
    """One that is carried out, and that one answers for."""
    WORK_TO_TELL = "work_to_tell"
    """One that is carried out, and that one supervises."""
    WORK_TO_INSPECT = "work_to_inspect"
    """The same, or one that was carried out."""
    WORK_TO_APPRAISE = "work_to_appraise"
    WORK_UNIT = "work_unit"
    """Who carries it out: a unit of the roster, or any name."""
    WORK_DUE = "work_due"
    WORK_MILESTONES = "work_milestones"
    """A day and words in each line, or none."""
    WORK_MILESTONE = "work_milestone"
    WORK_FIX_BY = "work_fix_by"
    """By when a finding is to be put right, or that there is nothing to put right."""
    WORK_FINDING = "work_finding"
    JUDGES = "judges"
    APPRAISAL_RULE = "appraisal_rule"
    POLL_SPAN = "poll_span"
    CONFIRM = "confirm"
    """Asked last in a dialogue: nothing happens before the person says so."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing a command needs to know. ``ask`` is the question in the dialogue.

    ``guided``: not needed in one line, but asked for once a dialogue is under way anyway.
    ``wanted``: whether it is needed at all, given the answers so far.
    """

    name: str
    kind: Kind
    ask: str
    optional: bool = False
    guided: bool = False
    media: bool = False
    """A picture, a voice … will do instead of words."""
    wanted: Callable[[Mapping[str, Any]], bool] | None = None
    offers: str | None = None
    """Words that can be taken instead of typed; see ``liaisonbot/services/drafts.py``."""


@dataclass(frozen=True, slots=True)
class Command:
    """One row: ``/name``. ``event``: the cases it can be used on are those where that can happen."""

    name: str
    roles: tuple[Role, ...]
    private: bool = True
    group: bool = False
    needs: P | None = None
    arguments: tuple[Argument, ...] = ()
    event: E | None = None
    menu: bool = True
    """Stands in the command menu beside the text field."""

    @property
    def about(self) -> Text:
        return Text.of(f"about-{self.name}")


def _promised(answers: Mapping[str, Any]) -> bool:
    return answers.get("reply_class") == ReplyClass.B


_CASE = Argument("case", Kind.CASE, "ask-case")
_REASON = Argument("text", Kind.TEXT, "ask-reason")
_DEPUTY, _STAFF, _OWNER, _ANYONE = Role.DEPUTY, Role.STAFF, Role.OWNER, Role.CONSTITUENT
_OFFICE = (_STAFF, _OWNER)
_CASEWORKERS = (_DEPUTY, *_OFFICE)

COMMANDS: Final[tuple[Command, ...]] = (
    Command("start", (_ANYONE,), menu=False, arguments=(Argument("payload", Kind.PAYLOAD, "", optional=True),)),
    Command("help", (_ANYONE,), group=True, arguments=(Argument("about", Kind.PAYLOAD, "", optional=True),)),
    Command("cancel", (_ANYONE,), group=True),
    Command("report", (_ANYONE,), group=True, arguments=(Argument("text", Kind.TEXT, "ask-report", media=True),)),
    Command("mycases", (_ANYONE,)),
    Command("case", (_ANYONE,), needs=P.CASE_READ, arguments=(Argument("case", Kind.CASE_OR_CODE, "ask-case-any"),)),
    Command(
        "add",
        (_ANYONE,),
        needs=P.CASE_WRITE,
        menu=False,
        arguments=(
            Argument("case", Kind.CASE, "ask-case", wanted=lambda answers: "holder" not in answers),
            Argument("text", Kind.TEXT, "ask-add", media=True),
        ),
    ),
    Command(
        "withdraw",
        (_ANYONE,),
        needs=P.CASE_WITHDRAW,
        event=E.WITHDRAWN,
        arguments=(_CASE, Argument("sure", Kind.CONFIRM, "ask-sure-withdraw", guided=True)),
    ),
    Command("chase", (_ANYONE,), needs=P.CASE_CHASE, event=E.CHASED, arguments=(_CASE,)),
    Command("deputy", (_ANYONE,), arguments=(Argument("deputy", Kind.DEPUTY_CARD, "ask-deputy-card"),)),
    Command(
        "sort",
        (_ANYONE,),
        needs=P.CASE_SORT,
        event=E.SORTED,
        arguments=(_CASE, Argument("sorting", Kind.SORTING, "", optional=True)),
    ),
    Command("name", (_ANYONE,), arguments=(_CASE, Argument("text", Kind.TEXT, "ask-name", media=True))),
    Command("language", (_ANYONE,), group=True, arguments=(Argument("language", Kind.LANGUAGE, "ask-language"),)),
    Command("privacy", (_ANYONE,)),
    Command("mydata", (_ANYONE,)),
    Command("forget", (_ANYONE,), arguments=(Argument("sure", Kind.CONFIRM, "ask-sure-forget"),)),
    Command(
        "again",
        (_ANYONE,),
        needs=P.CASE_ASK_AGAIN,
        event=E.REOPEN_ASKED,
        menu=False,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-again", media=True)),
    ),
    Command(
        "explain",
        (_ANYONE,),
        needs=P.CASE_RATE,
        event=E.EXPLAINED,
        menu=False,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-explain", media=True, offers="enough")),
    ),
    Command(
        "bind",
        _OFFICE,
        private=False,
        group=True,
        needs=P.GROUP_BIND,
        menu=False,
        arguments=(Argument("station", Kind.STATION, "ask-station-bind"),),
    ),
    Command("unbind", _OFFICE, private=False, group=True, needs=P.GROUP_BIND, menu=False),
    Command("inbox", (_DEPUTY,), needs=P.INBOX_READ),
    Command("accept", (_DEPUTY,), needs=P.CASE_ACCEPT, event=E.ACCEPTED, arguments=(_CASE,)),
    Command(
        "mediate",
        (_DEPUTY,),
        needs=P.CASE_MEDIATE,
        event=E.MEDIATED,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-mediation")),
    ),
    Command(
        "ask",
        (_DEPUTY,),
        needs=P.CASE_ASK,
        event=E.ASKED,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-details")),
    ),
    Command("resume", (_DEPUTY,), needs=P.CASE_RESUME, event=E.RESUMED, arguments=(_CASE,)),
    Command(
        "extend",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_EXTEND,
        event=E.EXTENDED,
        arguments=(
            _CASE,
            Argument("date", Kind.WORKING_DATE, "ask-extend-date"),
            Argument("text", Kind.TEXT, "ask-extend-why"),
        ),
    ),
    Command(
        "reply",
        (_DEPUTY,),
        needs=P.CASE_ANSWER,
        event=E.ANSWERED,
        arguments=(
            _CASE,
            Argument("reply_class", Kind.REPLY_CLASS, "ask-class", guided=True),
            Argument("date", Kind.DATE, "ask-promise-date", wanted=_promised),
            Argument("text", Kind.TEXT, "ask-reply", offers="templates"),
            Argument("plan", Kind.TEXT, "ask-reply-plan", guided=True, wanted=_promised, offers="plan"),
            Argument("sure", Kind.CONFIRM, "ask-sure-reply", guided=True),
        ),
    ),
    Command(
        "correct",
        (_DEPUTY,),
        needs=P.CASE_CORRECT,
        event=E.CORRECTED,
        arguments=(
            _CASE,
            Argument("reply_class", Kind.NEW_CLASS, "ask-class", optional=True),
            Argument("date", Kind.DATE, "ask-promise-date", wanted=_promised),
            Argument("text", Kind.TEXT, "ask-correction"),
            Argument("plan", Kind.TEXT, "ask-reply-plan", guided=True, wanted=_promised, offers="plan"),
            Argument("sure", Kind.CONFIRM, "ask-sure-correction", guided=True),
        ),
    ),
    Command(
        "templates",
        (_DEPUTY,),
        needs=P.CASE_ANSWER,
        arguments=(
            Argument("template", Kind.TEMPLATE, "", optional=True),
            Argument("name", Kind.TEXT, "ask-template-name", guided=True, wanted=lambda answers: "template" in answers),
        ),
    ),
    Command(
        "followup",
        (_DEPUTY,),
        needs=P.CASE_RESCHEDULE,
        event=E.RESCHEDULED,
        arguments=(_CASE, Argument("date", Kind.DATE, "ask-check-date"), Argument("text", Kind.TEXT, "ask-why-moved")),
    ),
    Command(
        "done",
        (_DEPUTY,),
        needs=P.CASE_REPORT_DONE,
        event=E.REPORTED_DONE,
        arguments=(_CASE, Argument("text", Kind.TEXT, "", optional=True)),
    ),
    Command(
        "dispute",
        _CASEWORKERS,
        needs=P.CASE_MEDIATE_DISPUTE,
        event=E.SESSION_HELD,
        arguments=(_CASE,),
    ),
    Command(
        "party",
        _CASEWORKERS,
        needs=P.CASE_MEDIATE_DISPUTE,
        menu=False,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-party")),
    ),
    Command(
        "session",
        _CASEWORKERS,
        needs=P.CASE_MEDIATE_DISPUTE,
        event=E.SESSION_HELD,
        menu=False,
        arguments=(
            _CASE,
            Argument("day", Kind.PAST_DATE, "ask-session-day"),
            Argument("place", Kind.PART, "ask-session-place"),
            Argument("present", Kind.PART, "ask-session-present"),
            Argument("text", Kind.TEXT, "ask-session-words"),
        ),
    ),
    Command(
        "agreement",
        _CASEWORKERS,
        needs=P.CASE_MEDIATE_DISPUTE,
        event=E.AGREED,
        menu=False,
        arguments=(
            _CASE,
            Argument("text", Kind.TEXT, "ask-agreement"),
            Argument("sure", Kind.CONFIRM, "ask-sure-agreement"),
        ),
    ),
    Command("promises", (_DEPUTY, _STAFF, _OWNER), needs=P.PROMISES_READ),
    Command(
        "transfer",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_TRANSFER,
        event=E.TRANSFERRED,
        arguments=(_CASE, Argument("to", Kind.DEPUTY_OR_STAFF, "ask-transfer-to"), _REASON),
    ),
    Command(
        "hand",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_HAND,
        event=E.HANDED,
        arguments=(
            _CASE,
            Argument("units", Kind.UNITS, "ask-hand-units"),
            Argument("also", Kind.MORE_UNITS, "ask-hand-also", guided=True),
            Argument("date", Kind.WORKING_DATE, "ask-hand-date"),
            Argument("text", Kind.TEXT, "ask-hand-text"),
        ),
    ),
    Command(
        "returned",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_HAND,
        event=E.RETURNED,
        arguments=(
            _CASE,
            Argument("unit", Kind.UNIT_WITH_CASE, "ask-returned-unit"),
            Argument("text", Kind.TEXT, "ask-returned-why"),
        ),
    ),
    Command(
        "decline",
        (_DEPUTY,),
        needs=P.CASE_DECLINE,
        event=E.DECLINED,
        arguments=(
            _CASE,
            Argument("text", Kind.TEXT, "ask-decline"),
            Argument("sure", Kind.CONFIRM, "ask-sure-decline", guided=True),
        ),
    ),
    Command(
        "close",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_CLOSE,
        event=E.CLOSED,
        arguments=(_CASE, _REASON, Argument("sure", Kind.CONFIRM, "ask-sure-close", guided=True)),
    ),
    Command(
        "note",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_NOTE,
        arguments=(_CASE, Argument("text", Kind.TEXT, "ask-note")),
    ),
    Command(
        "leave",
        (_DEPUTY,),
        needs=P.LEAVE_TAKE,
        arguments=(
            Argument("first", Kind.FIRST_DAY, "ask-leave-first"),
            Argument("last", Kind.LAST_DAY, "ask-leave-last"),
            Argument("delegate", Kind.DELEGATE, "ask-leave-delegate", guided=True),
        ),
    ),
    Command(
        "behalf",
        (_DEPUTY, _STAFF, _OWNER),
        needs=P.CASE_ENTER,
        arguments=(
            Argument("text", Kind.TEXT, "ask-behalf", media=True),
            Argument("who", Kind.CONTACT, "ask-behalf-who", guided=True),
            Argument("station", Kind.SERVED_STATION, "ask-behalf-station", guided=True),
            Argument("consent", Kind.CONFIRM, "ask-behalf-consent"),
        ),
    ),
    Command("unassigned", _OFFICE, needs=P.QUEUE_READ),
    Command("overdue", _OFFICE, needs=P.QUEUE_READ),
    Command(
        "assign",
        _OFFICE,
        needs=P.CASE_ASSIGN,
        event=E.ASSIGNED,
        arguments=(_CASE, Argument("to", Kind.DEPUTY, "ask-assign-to")),
    ),
    Command("urge", _OFFICE, needs=P.CASE_URGE, event=E.URGED, arguments=(_CASE,)),
    Command(
        "merge",
        _OFFICE,
        needs=P.CASE_MERGE,
        event=E.MERGED,
        arguments=(
            _CASE,
            Argument("into", Kind.CASE_INTO, "ask-merge-into"),
            Argument("sure", Kind.CONFIRM, "ask-sure-merge", guided=True),
        ),
    ),
    Command(
        "split",
        _OFFICE,
        needs=P.CASE_MERGE,
        event=E.SPLIT_TO_MEDIATION,
        arguments=(
            Argument("case", Kind.MERGED_CASE, "ask-split"),
            Argument("sure", Kind.CONFIRM, "ask-sure-split", guided=True),
        ),
    ),
    Command("reopen", _OFFICE, needs=P.CASE_REOPEN, event=E.REOPENED, arguments=(_CASE, _REASON)),
    Command("units", _OFFICE, needs=P.UNITS_KEEP),
    Command("unit", _OFFICE, needs=P.UNITS_KEEP, arguments=(Argument("unit", Kind.UNIT, "ask-unit"),)),
    Command(
        "setunit",
        _OFFICE,
        needs=P.UNITS_KEEP,
        menu=False,
        arguments=(
            Argument("name", Kind.PIECE, "ask-unit-name"),
            Argument("contact", Kind.PIECE, "ask-unit-contact"),
            Argument("categories", Kind.CATEGORIES, "ask-unit-categories"),
        ),
    ),
    Command("keepclosed", _OFFICE, needs=P.CASE_REOPEN, event=E.REOPEN_REFUSED, arguments=(_CASE, _REASON)),
    Command("reopenings", _OFFICE, needs=P.CASE_REOPEN),
    Command(
        "invite",
        _OFFICE,
        needs=P.PEOPLE_INVITE,
        arguments=(
            Argument("role", Kind.INVITED_ROLE, "ask-invite-role"),
            Argument("name", Kind.INVITED_NAME, "ask-invite-name"),
            Argument("station", Kind.STATION, "ask-invite-station", guided=True),
        ),
    ),
    Command("held", _OFFICE, needs=P.GUARD_READ),
    Command("release", _OFFICE, needs=P.CASE_RELEASE, event=E.RELEASED, arguments=(_CASE,)),
    Command(
        "redirect",
        _OFFICE,
        needs=P.CASE_RELEASE,
        event=E.REDIRECTED,
        arguments=(
            _CASE,
            Argument("text", Kind.TEXT, "", optional=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-redirect"),
        ),
    ),
    Command("falsealarm", _OFFICE, needs=P.CASE_RELEASE, event=E.FALSE_ALARM, arguments=(_CASE,)),
    Command(
        "missed",
        (_DEPUTY, *_OFFICE),
        needs=P.CASE_HOLD,
        event=E.GUARDED,
        arguments=(_CASE, Argument("topic", Kind.TOPIC, "ask-topic")),
    ),
    Command(
        "lookback",
        _OFFICE,
        needs=P.LOOKBACK_MAKE,
        arguments=(Argument("text", Kind.TEXT, "", optional=True),),
    ),
    Command("roster", _OFFICE, needs=P.ROSTER_READ),
    Command(
        "announce",
        _OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        arguments=(
            Argument("at", Kind.MOMENT, "ask-moment", optional=True),
            Argument("text", Kind.TEXT, "ask-announcement", media=True),
        ),
    ),
    Command(
        "poll",
        _OFFICE,
        group=True,
        needs=P.POLL_OPEN,
        arguments=(
            Argument("question", Kind.POLL_QUESTION, "ask-poll-question"),
            Argument("options", Kind.POLL_OPTIONS, "ask-poll-options"),
        ),
    ),
    Command("polls", _OFFICE, needs=P.POLL_OPEN),
    Command(
        "closepoll",
        _OFFICE,
        needs=P.POLL_OPEN,
        arguments=(Argument("poll", Kind.POLL, "", optional=True),),
    ),
    Command(
        "propose",
        (_ANYONE,),
        group=True,
        needs=P.PROJECT_PROPOSE,
        arguments=(Argument("text", Kind.TEXT, "ask-propose"),),
    ),
    Command("projects", (_ANYONE,), group=True),
    Command("project", (_ANYONE,), group=True, arguments=(Argument("project", Kind.PROJECT, "ask-which-project"),)),
    Command(
        "setproject",
        (_ANYONE,),
        menu=False,
        needs=P.PROJECT_RETITLE,
        arguments=(
            Argument("project", Kind.PROJECT, "ask-which-project"),
            Argument("field", Kind.PROJECT_FIELD, "ask-project-field"),
            Argument("text", Kind.TEXT, "ask-project-words"),
        ),
    ),
    Command(
        "ballot",
        (_ANYONE,),
        arguments=(
            Argument("poll", Kind.BALLOT, "", optional=True),
            Argument("receipt", Kind.RECEIPT, "", optional=True),
        ),
    ),
    Command(
        "vote",
        _OFFICE,
        needs=P.VOTE_HOLD,
        arguments=(Argument("line", Kind.VOTE_LINE, "", optional=True),),
    ),
    Command(
        "votereason",
        _OFFICE,
        needs=P.VOTE_HOLD,
        menu=False,
        arguments=(
            Argument("vote", Kind.VOTE, "ask-which-vote"),
            Argument("text", Kind.TEXT, "ask-vote-reason"),
        ),
    ),
    Command("cycle", _OFFICE, needs=P.CYCLE_MOVE),
    Command(
        "newcycle",
        _OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("year", Kind.YEAR, "ask-cycle-year"),
            Argument("level", Kind.LEVEL, "ask-cycle-level"),
            Argument("places", Kind.PLACES, "ask-cycle-places"),
            Argument("stations", Kind.CYCLE_STATIONS, "ask-cycle-stations"),
            Argument("sure", Kind.CONFIRM, "ask-sure-newcycle"),
        ),
    ),
    Command(
        "cycledates",
        _OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("phase", Kind.PHASE, "ask-cycle-phase"),
            Argument("first", Kind.PHASE_FIRST, "ask-phase-first"),
            Argument("last", Kind.PHASE_LAST, "ask-phase-last"),
        ),
    ),
    Command(
        "cycleplaces",
        _OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("places", Kind.PLACES, "ask-cycle-places"),
        ),
    ),
    Command(
        "cyclelevel",
        _OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("level", Kind.LEVEL, "ask-cycle-level"),
        ),
    ),
    Command(
        "cycleback",
        _OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("text", Kind.TEXT, "ask-cycle-back"),
        ),
    ),
    Command(
        "ground",
        _OFFICE,
        needs=P.PROJECT_KEEP,
        menu=False,
        arguments=(Argument("text", Kind.TEXT, "ask-new-ground"),),
    ),
    Command(
        "carry",
        _OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_CONFIRM, "ask-carry-project"),
            Argument("unit", Kind.WORK_UNIT, "ask-carry-unit"),
            Argument("target", Kind.PART, "ask-carry-target"),
            Argument("due", Kind.WORK_DUE, "ask-carry-due"),
            Argument("milestones", Kind.WORK_MILESTONES, "ask-carry-milestones", guided=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-carry"),
        ),
    ),
    Command(
        "milestone",
        _OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_KEEP, "ask-milestone-project"),
            Argument("date", Kind.DATE, "ask-milestone-date"),
            Argument("text", Kind.TEXT, "ask-milestone-text"),
        ),
    ),
    Command(
        "reached",
        _CASEWORKERS,
        menu=False,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("milestone", Kind.WORK_MILESTONE, "ask-which-milestone"),
            Argument("date", Kind.PAST_DATE, "ask-reached-date"),
        ),
    ),
    Command(
        "movemilestone",
        _OFFICE,
        menu=False,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("milestone", Kind.WORK_MILESTONE, "ask-which-milestone"),
            Argument("date", Kind.DATE, "ask-milestone-new-date"),
        ),
    ),
    Command(
        "progress",
        _CASEWORKERS,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("project", Kind.WORK_TO_TELL, "ask-progress-project"),
            Argument("text", Kind.TEXT, "ask-progress-text", media=True),
        ),
    ),
    Command(
        "inspect",
        _CASEWORKERS,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("project", Kind.WORK_TO_INSPECT, "ask-inspect-project"),
            Argument("date", Kind.WORK_FIX_BY, "ask-inspect-date"),
            Argument("text", Kind.TEXT, "ask-inspect-text"),
        ),
    ),
    Command(
        "putright",
        _CASEWORKERS,
        menu=False,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("inspection", Kind.WORK_FINDING, "ask-which-finding"),
            Argument("date", Kind.PAST_DATE, "ask-putright-date"),
        ),
    ),
    Command(
        "carriedout",
        _OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_KEEP, "ask-carriedout-project"),
            Argument("text", Kind.TEXT, "ask-carriedout-text", media=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-carriedout"),
        ),
    ),
    Command(
        "appraise",
        _OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_APPRAISE, "ask-appraise-project"),
            Argument("judges", Kind.JUDGES, "ask-appraise-judges"),
            Argument("rule", Kind.APPRAISAL_RULE, "ask-appraise-rule"),
            Argument("runs", Kind.POLL_SPAN, "ask-appraise-runs"),
            Argument("sure", Kind.CONFIRM, "ask-sure-appraise"),
        ),
    ),
    Command("announcements", _OFFICE, needs=P.ANNOUNCEMENT_MAKE),
    Command(
        "schedule",
        _OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-which-announcement"),
            Argument("at", Kind.MOMENT, "ask-moment"),
        ),
    ),
    Command(
        "reword",
        _OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-which-reword"),
            Argument("text", Kind.TEXT, "ask-reword"),
        ),
    ),
    Command(
        "askabout",
        (_ANYONE,),
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-about-which"),
            Argument("text", Kind.TEXT, "ask-question-about", media=True),
        ),
    ),
    Command(
        "inquiry",
        _OFFICE,
        needs=P.INQUIRY_HOLD,
        arguments=(
            Argument("date", Kind.DATE, "ask-inquiry-date"),
            Argument("text", Kind.TEXT, "ask-inquiry-topic"),
        ),
    ),
    Command(
        "receptionday",
        _OFFICE,
        needs=P.GROUP_BIND,
        arguments=(
            Argument("station", Kind.STATION, "ask-station-card"),
            Argument("text", Kind.TEXT, "ask-reception-day"),
        ),
    ),
    Command("inquiries", _OFFICE, needs=P.INQUIRY_HOLD),
    Command(
        "question",
        (_ANYONE,),
        arguments=(
            Argument("inquiry", Kind.INQUIRY, "ask-which-inquiry"),
            Argument("text", Kind.TEXT, "ask-inquiry-question"),
        ),
    ),
)

BY_NAME: Final[Mapping[str, Command]] = {command.name: command for command in COMMANDS}


class Topic(StrEnum):
    """What somebody wants to do, by which /help sorts the commands."""

    REPORTING = "reporting"
    CASES = "cases"
    DISPATCH = "dispatch"
    FOLLOW_UP = "follow_up"
    GUARD = "guard"
    CONTACT = "contact"
    PROJECTS = "projects"
    WORKS = "works"
    PEOPLE = "people"
    ONESELF = "oneself"


TOPICS: Final[Mapping[str, Topic]] = {
    name: topic
    for topic, names in {
        Topic.REPORTING: "report mycases case chase withdraw deputy name sort question again",
        Topic.DISPATCH: "unassigned assign urge transfer hand returned units unit setunit extend merge split",
        Topic.FOLLOW_UP: "followup done promises overdue lookback reopen reopenings keepclosed",
        Topic.GUARD: "held release redirect falsealarm missed",
        Topic.CONTACT: "announce announcements schedule inquiry inquiries receptionday",
        Topic.PROJECTS: "propose projects project setproject cycle vote ballot",
        Topic.WORKS: "carry milestone progress inspect carriedout appraise",
        Topic.PEOPLE: "invite roster leave bind unbind",
        Topic.ONESELF: "language privacy mydata forget help cancel start",
    }.items()
    for name in names.split()
}
"""Commands without a row are about cases."""

HELP_FIRST: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.CONSTITUENT: ("report", "mycases", "case", "chase", "withdraw", "deputy", "language", "forget"),
    Role.DEPUTY: ("inbox", "accept", "mediate", "reply", "transfer", "close", "promises", "leave"),
    Role.STAFF: ("unassigned", "assign", "overdue", "urge", "transfer", "promises", "announce", "roster"),
    Role.OWNER: ("unassigned", "assign", "overdue", "promises", "announce", "invite", "roster", "held"),
}
"""What /help shows at once: what people with that role most often want."""


def topics(roles: Iterable[Role]) -> dict[Topic, list[Command]]:
    """The commands that somebody with these roles has use for in private, by what they want to do."""
    usable = [command for command in for_roles(roles) if command.menu and command.private]
    found = {topic: [one for one in usable if TOPICS.get(one.name, Topic.CASES) is topic] for topic in Topic}
    return {topic: commands for topic, commands in found.items() if commands}


def for_roles(roles: Iterable[Role]) -> list[Command]:
    """The commands that somebody with these roles has use for, in the table's order."""
    held = set(roles) | {Role.CONSTITUENT}
    return [command for command in COMMANDS if held & set(command.roles)]


def menu(roles: Iterable[Role], *, group: bool = False) -> list[tuple[str, Text]]:
    """Name and description for Telegram's command menu: of a private chat, or of groups."""
    return [
        (command.name, command.about)
        for command in for_roles(roles)
        if command.menu and (command.group if group else command.private)
    ]


def stages_for(command: Command) -> tuple[Stage, ...]:
    """The stages of the cases it can be used on; all of them where it changes no stage."""
    if command.event is None:
        return tuple(Stage)
    return tuple(row.when for row in workflow.STEPS if row.on == command.event and row.when is not None)
