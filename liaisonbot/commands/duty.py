"""The deputies' duty logs, their assessment, reception days, and what a term brings with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from liaisonbot.commands.kinds import CASEWORKERS, DEPUTY, OFFICE, Argument, Command, Kind
from liaisonbot.duty import PLACES
from liaisonbot.permissions import Permission as P

EVIDENCE: Final = frozenset({"photo", "video", "voice", "video_note", "audio", "document"})
"""Kinds of files that show what was done."""


REVIEW: Final = "review"
"""Where a type would stand: the entries that wait for staff."""


def _entry(answers: Mapping[str, Any]) -> bool:
    """Whether an entry is filed, rather than what waits looked at."""
    return answers.get("type") != REVIEW


def _has_a_kind(answers: Mapping[str, Any]) -> bool:
    """Whether the kind of place was chosen: then its name is asked for."""
    return answers.get("place_kind") in PLACES


def _several_stations(answers: Mapping[str, Any]) -> bool:
    """Whether the deputy has several: then one of them stands among the answers, and can be changed."""
    return "station" in answers


COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "duty",
        CASEWORKERS,
        arguments=(
            Argument("type", Kind.DUTY_TYPE, "ask-duty-type"),
            Argument("day", Kind.DUTY_DAY, "ask-duty-day", wanted=_entry),
            Argument("text", Kind.TEXT, "ask-duty-text", media=True, skip=True, takes=EVIDENCE, wanted=_entry),
            Argument("place_kind", Kind.DUTY_PLACE, "ask-duty-place-kind", detail=True),
            Argument("spot", Kind.TEXT, "ask-duty-place", guided=True, skip=True, wanted=_has_a_kind),
            Argument("time", Kind.DUTY_TIME, "ask-duty-time", detail=True),
            Argument("participants", Kind.TEXT, "ask-duty-who", detail=True),
            Argument("effect", Kind.TEXT, "ask-duty-effect", detail=True),
            Argument("files", Kind.FILES, "ask-duty-files", detail=True, takes=EVIDENCE),
            Argument("link", Kind.DUTY_LINK, "ask-duty-link", detail=True),
            Argument("station", Kind.DUTY_STATION, "ask-duty-station", guided=True, wanted=_several_stations),
            Argument("sure", Kind.CONFIRM, "ask-sure-duty", guided=True, wanted=_entry),
        ),
    ),
    Command("mylogs", (DEPUTY,), needs=P.DUTY_FILE, arguments=(Argument("month", Kind.MONTH, "", optional=True),)),
    Command(
        "returnduty",
        OFFICE,
        needs=P.DUTY_REVIEW,
        menu=False,
        arguments=(
            Argument("entry", Kind.DUTY_ENTRY, "ask-duty-entry"),
            Argument("text", Kind.TEXT, "ask-duty-reason"),
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
            Argument("from", Kind.PARTING_DEPUTY, "ask-handover-from"),
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
