"""What staff do besides casework: people, the guard's list, announcements and special inquiries."""

from __future__ import annotations

from typing import Final

from liaisonbot.commands.kinds import ANYONE, CASE, DEPUTY, OFFICE, OWNER, Argument, Command, Kind
from liaisonbot.exporting import WITHOUT_PERSONS
from liaisonbot.permissions import Permission as P
from liaisonbot.workflow import Event as E

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "invite",
        OFFICE,
        needs=P.PEOPLE_INVITE,
        arguments=(
            Argument("role", Kind.INVITED_ROLE, "ask-invite-role"),
            Argument("name", Kind.INVITED_NAME, "ask-invite-name"),
            Argument("station", Kind.STATION, "ask-invite-station", guided=True),
        ),
    ),
    Command("held", OFFICE, needs=P.GUARD_READ),
    Command("release", OFFICE, needs=P.CASE_RELEASE, event=E.RELEASED, arguments=(CASE,)),
    Command(
        "redirect",
        OFFICE,
        needs=P.CASE_RELEASE,
        event=E.REDIRECTED,
        arguments=(
            CASE,
            Argument("text", Kind.TEXT, "ask-redirect-words", optional=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-redirect"),
        ),
    ),
    Command("falsealarm", OFFICE, needs=P.CASE_RELEASE, event=E.FALSE_ALARM, arguments=(CASE,)),
    Command(
        "missed",
        (DEPUTY, *OFFICE),
        needs=P.CASE_HOLD,
        event=E.GUARDED,
        arguments=(CASE, Argument("topic", Kind.TOPIC, "ask-topic")),
    ),
    Command(
        "lookback",
        OFFICE,
        needs=P.LOOKBACK_MAKE,
        arguments=(Argument("text", Kind.TEXT, "", optional=True),),
    ),
    Command(
        "summary",
        OFFICE,
        needs=P.SUMMARY_READ,
        arguments=(Argument("line", Kind.SUMMARY_LINE, "", optional=True),),
    ),
    Command("roster", OFFICE, needs=P.ROSTER_READ),
    Command(
        "export",
        OFFICE,
        needs=P.EXPORT_MAKE,
        arguments=(
            Argument("what", Kind.EXPORT_SUBJECT, "ask-export-what"),
            Argument("window", Kind.EXPORT_WINDOW, "ask-export-window", guided=True),
            Argument("format", Kind.EXPORT_FORMAT, "ask-export-format", guided=True),
            Argument(
                "personal",
                Kind.EXPORT_PERSONAL,
                "ask-export-personal",
                guided=True,
                wanted=lambda answers: answers.get("what") not in WITHOUT_PERSONS,
            ),
            Argument("sure", Kind.CONFIRM, "ask-sure-export", wanted=lambda answers: answers.get("personal") == "with"),
        ),
    ),
    Command("journal", (OWNER,), needs=P.JOURNAL_READ),
    Command(
        "announce",
        OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        arguments=(
            Argument("at", Kind.MOMENT, "ask-moment", optional=True),
            Argument("text", Kind.TEXT, "ask-announcement", media=True),
        ),
    ),
    Command("announcements", OFFICE, needs=P.ANNOUNCEMENT_MAKE),
    Command(
        "schedule",
        OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-which-announcement"),
            Argument("at", Kind.MOMENT, "ask-moment"),
        ),
    ),
    Command(
        "reword",
        OFFICE,
        needs=P.ANNOUNCEMENT_MAKE,
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-which-reword"),
            Argument("text", Kind.TEXT, "ask-reword"),
        ),
    ),
    Command(
        "askabout",
        (ANYONE,),
        menu=False,
        arguments=(
            Argument("announcement", Kind.ANNOUNCEMENT, "ask-about-which"),
            Argument("text", Kind.TEXT, "ask-question-about", media=True),
        ),
    ),
    Command(
        "inquiry",
        OFFICE,
        needs=P.INQUIRY_HOLD,
        arguments=(
            Argument("date", Kind.DATE, "ask-inquiry-date"),
            Argument("text", Kind.TEXT, "ask-inquiry-topic"),
        ),
    ),
    Command(
        "receptionday",
        OFFICE,
        needs=P.GROUP_BIND,
        arguments=(
            Argument("station", Kind.STATION, "ask-station-card"),
            Argument("text", Kind.TEXT, "ask-reception-day"),
        ),
    ),
    Command("inquiries", OFFICE, needs=P.INQUIRY_HOLD),
    Command(
        "question",
        (ANYONE,),
        arguments=(
            Argument("inquiry", Kind.INQUIRY, "ask-which-inquiry"),
            Argument("text", Kind.TEXT, "ask-inquiry-question"),
        ),
    ),
)
