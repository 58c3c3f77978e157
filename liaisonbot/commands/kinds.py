"""What a command, and each thing it needs to know, is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from liaisonbot.permissions import Permission as P
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role
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
    RECEPTION_DAY = "reception_day"
    """The number of a reception day."""
    RECEPTION_RECORDED = "reception_recorded"
    """One whose record one keeps; the only one of today need not be named."""
    RECEPTION_SLOT = "reception_slot"
    """One of its times that nobody has, or none."""
    BOOKING = "booking"
    """The number of somebody's visit, which buttons name."""
    RECEPTION_STATION = "reception_station"
    """One of those whose reception days one keeps."""
    RECEPTION_PLACE = "reception_place"
    ROTA = "rota"
    """The number of a rota, which buttons name."""
    ROTA_WHEN = "rota_when"
    """When a station receives: days, or a rule, with the hours or without."""
    ROTA_WEEKDAY = "rota_weekday"
    RECEPTION_HOURS = "reception_hours"
    """From when to when."""
    RECEIVERS = "receivers"
    """The deputies who receive, one or several."""
    SLOT_LENGTH = "slot_length"
    """How many minutes are for each visitor."""
    RECEPTION_EXIT = "reception_exit"
    """Where a matter goes."""
    DUTY_TYPE = "duty_type"
    """A type of entry in a duty log, or that one wants to see what waits for staff."""
    DUTY_DAY = "duty_day"
    """The day of an entry: not to come, and not too long ago."""
    DUTY_ENTRY = "duty_entry"
    """The number of an entry."""
    MONTH = "month"
    DUTY_PLACE = "duty_place"
    """A kind of place, or a place in one's own words."""
    DUTY_TIME = "duty_time"
    """How long it took."""
    DUTY_STATION = "duty_station"
    """One of the deputy's own, whose staff confirm the entry."""
    DUTY_LINK = "duty_link"
    """The case or the project it was about."""
    FILES = "files"
    """Photos, a voice message: they join those that came with the words."""
    PAIR_CODE = "pair_code"
    """The code of a household."""
    PAIR_EVERY = "pair_every"
    """How often one is visited, in days."""
    OUR_DEPUTY = "our_deputy"
    """A deputy of one's stations, with or without an account."""
    PARTING_DEPUTY = "parting_deputy"
    """One of one's stations, also one who has left the roster."""
    REPORT_SPAN = "report_span"
    """From when to when a deputy reports."""
    VOTER_REPORT = "voter_report"
    """The number of a report to voters, which buttons name."""
    REPORT_PART = "report_part"
    """A paragraph of one, by its place; 0 for all of it."""
    SUMMARY_LINE = "summary_line"
    """Which part of the calendar, and which station."""
    SCORE_LINE = "score_line"
    """Whose score, and of which part of the calendar."""
    MEETING = "meeting"
    """A type of meeting that can be missed."""
    EXCUSED = "excused"
    """Whether they had an excuse."""
    EXPORT_SUBJECT = "export_subject"
    """What is exported."""
    EXPORT_WINDOW = "export_window"
    """Of which part of the calendar, or all there is."""
    EXPORT_FORMAT = "export_format"
    EXPORT_PERSONAL = "export_personal"
    """With personal data or without."""
    SEARCH = "search"
    """What is looked for: words and filters."""
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
    detail: bool = False
    """Not asked in its turn: offered where everything is confirmed, and may be left empty."""
    skip: bool = False
    """Asked in its turn, and may be left empty; so may every ``detail``."""
    media: bool = False
    """A picture, a voice … will do instead of words."""
    files: bool = False
    """Pictures, voices … may go along with the words; else whoever sends some hears that they were left out."""
    wanted: Callable[[Mapping[str, Any]], bool] | None = None
    takes: frozenset[str] = frozenset()
    """Kinds of files it takes; none named: of any kind."""
    ask_unoffered: str | None = None
    """The question where there is nothing to press."""
    offers: str | None = None
    """Words that can be taken instead of typed; see ``liaisonbot/services/drafts.py``."""

    @property
    def takes_files(self) -> bool:
        return self.files or self.media or self.kind is Kind.FILES

    @property
    def may_be_empty(self) -> bool:
        """Whether a button, or a word for nothing, leaves it empty."""
        return self.skip or self.detail


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

    def is_for(self, roles: Collection[Role]) -> bool:
        """Whether somebody with these roles may give it; what is for constituents is for everybody."""
        return not {*roles, Role.CONSTITUENT}.isdisjoint(self.roles)

    @property
    def keeps_files(self) -> bool:
        """Whether files are an answer of their own there, rather than a part of the words."""
        return any(argument.kind is Kind.FILES for argument in self.arguments)

    @property
    def about(self) -> Text:
        return Text.of(f"about-{self.name}")


CASE: Final = Argument("case", Kind.CASE, "ask-case")
REASON: Final = Argument("text", Kind.TEXT, "ask-reason")
REASON_WITH_FILES: Final = Argument("text", Kind.TEXT, "ask-reason", files=True)
DEPUTY, STAFF, OWNER, ANYONE = Role.DEPUTY, Role.STAFF, Role.OWNER, Role.CONSTITUENT
OFFICE: Final = (STAFF, OWNER)
CASEWORKERS: Final = (DEPUTY, *OFFICE)
