"""The deputies' duty logs, their assessment, reception days, and what a term brings with it."""

from __future__ import annotations

from typing import Final

from liaisonbot.commands.kinds import DEPUTY, OFFICE, Argument, Command, Kind
from liaisonbot.permissions import Permission as P

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "duty",
        (DEPUTY,),
        needs=P.DUTY_FILE,
        arguments=(
            Argument("type", Kind.DUTY_TYPE, "ask-duty-type"),
            Argument("day", Kind.DUTY_DAY, "ask-duty-day"),
            Argument("text", Kind.TEXT, "ask-duty-text", media=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-duty", guided=True),
        ),
    ),
    Command("offers", (DEPUTY,), needs=P.DUTY_FILE),
    Command(
        "score",
        (DEPUTY, *OFFICE),
        needs=P.DUTY_READ,
        arguments=(Argument("line", Kind.SCORE_LINE, "", optional=True),),
    ),
    Command(
        "absence",
        OFFICE,
        needs=P.DUTY_REVIEW,
        arguments=(
            Argument("deputy", Kind.OUR_DEPUTY, "ask-absence-deputy"),
            Argument("meeting", Kind.MEETING, "ask-absence-meeting"),
            Argument("date", Kind.PAST_DATE, "ask-absence-date"),
            Argument("excused", Kind.EXCUSED, "ask-absence-excused"),
            Argument("text", Kind.TEXT, "", optional=True),
        ),
    ),
    Command("quarterly", OFFICE, private=False, group=True, needs=P.DUTY_REVIEW, menu=False),
    Command(
        "handover",
        OFFICE,
        needs=P.HANDOVER_MAKE,
        arguments=(
            Argument("from", Kind.OUR_DEPUTY, "ask-handover-from"),
            Argument("to", Kind.OUR_DEPUTY, "ask-handover-to"),
            Argument("sure", Kind.CONFIRM, "ask-sure-handover"),
        ),
    ),
    Command(
        "shuzhi",
        OFFICE,
        needs=P.REPORT_MAKE,
        arguments=(
            Argument("deputy", Kind.OUR_DEPUTY, "ask-shuzhi-deputy"),
            Argument("span", Kind.REPORT_SPAN, "ask-shuzhi-span"),
        ),
    ),
    Command(
        "reportwords",
        (DEPUTY, *OFFICE),
        menu=False,
        arguments=(
            Argument("report", Kind.VOTER_REPORT, "ask-report-which"),
            Argument("part", Kind.REPORT_PART, "ask-report-part"),
            Argument("text", Kind.TEXT, "ask-report-words"),
        ),
    ),
    Command("pairings", (DEPUTY, *OFFICE)),
    Command(
        "pair",
        OFFICE,
        needs=P.PAIRING_KEEP,
        arguments=(
            Argument("code", Kind.PAIR_CODE, "ask-pair-code"),
            Argument("deputy", Kind.OUR_DEPUTY, "ask-pair-deputy"),
            Argument("every", Kind.PAIR_EVERY, "ask-pair-every"),
        ),
    ),
)
