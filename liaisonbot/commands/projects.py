"""Polls, and livelihood projects from the proposal to the appraisal."""

from __future__ import annotations

from typing import Final

from liaisonbot.commands.kinds import ANYONE, CASEWORKERS, OFFICE, Argument, Command, Kind
from liaisonbot.permissions import Permission as P

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "poll",
        OFFICE,
        group=True,
        needs=P.POLL_OPEN,
        arguments=(
            Argument("question", Kind.POLL_QUESTION, "ask-poll-question"),
            Argument("options", Kind.POLL_OPTIONS, "ask-poll-options"),
        ),
    ),
    Command("polls", OFFICE, needs=P.POLL_OPEN),
    Command(
        "closepoll",
        OFFICE,
        needs=P.POLL_OPEN,
        arguments=(Argument("poll", Kind.POLL, "", optional=True),),
    ),
    Command(
        "propose",
        (ANYONE,),
        group=True,
        needs=P.PROJECT_PROPOSE,
        arguments=(Argument("text", Kind.TEXT, "ask-propose"),),
    ),
    Command("projects", (ANYONE,), group=True),
    Command("project", (ANYONE,), group=True, arguments=(Argument("project", Kind.PROJECT, "ask-which-project"),)),
    Command(
        "setproject",
        (ANYONE,),
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
        (ANYONE,),
        arguments=(
            Argument("poll", Kind.BALLOT, "", optional=True),
            Argument("receipt", Kind.RECEIPT, "", optional=True),
        ),
    ),
    Command(
        "vote",
        OFFICE,
        needs=P.VOTE_HOLD,
        arguments=(Argument("line", Kind.VOTE_LINE, "", optional=True),),
    ),
    Command(
        "votereason",
        OFFICE,
        needs=P.VOTE_HOLD,
        menu=False,
        arguments=(
            Argument("vote", Kind.VOTE, "ask-which-vote"),
            Argument("text", Kind.TEXT, "ask-vote-reason"),
        ),
    ),
    Command("cycle", OFFICE, needs=P.CYCLE_MOVE),
    Command(
        "newcycle",
        OFFICE,
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
        OFFICE,
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
        OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("places", Kind.PLACES, "ask-cycle-places"),
        ),
    ),
    Command(
        "cyclelevel",
        OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("level", Kind.LEVEL, "ask-cycle-level"),
        ),
    ),
    Command(
        "cycleback",
        OFFICE,
        needs=P.CYCLE_MOVE,
        menu=False,
        arguments=(
            Argument("cycle", Kind.CYCLE, "ask-which-cycle"),
            Argument("text", Kind.TEXT, "ask-cycle-back"),
        ),
    ),
    Command(
        "ground",
        OFFICE,
        needs=P.PROJECT_KEEP,
        menu=False,
        arguments=(Argument("text", Kind.TEXT, "ask-new-ground"),),
    ),
    Command(
        "carry",
        OFFICE,
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
        OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_KEEP, "ask-milestone-project"),
            Argument("date", Kind.DATE, "ask-milestone-date"),
            Argument("text", Kind.TEXT, "ask-milestone-text"),
        ),
    ),
    Command(
        "reached",
        CASEWORKERS,
        menu=False,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("milestone", Kind.WORK_MILESTONE, "ask-which-milestone"),
            Argument("date", Kind.PAST_DATE, "ask-reached-date"),
            Argument("sure", Kind.CONFIRM, "ask-sure-reached", guided=True),
        ),
    ),
    Command(
        "movemilestone",
        OFFICE,
        menu=False,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("milestone", Kind.WORK_MILESTONE, "ask-which-milestone"),
            Argument("date", Kind.DATE, "ask-milestone-new-date"),
        ),
    ),
    Command(
        "progress",
        CASEWORKERS,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("project", Kind.WORK_TO_TELL, "ask-progress-project"),
            Argument("text", Kind.TEXT, "ask-progress-text", media=True),
        ),
    ),
    Command(
        "inspect",
        CASEWORKERS,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("project", Kind.WORK_TO_INSPECT, "ask-inspect-project"),
            Argument("date", Kind.WORK_FIX_BY, "ask-inspect-date"),
            Argument("text", Kind.TEXT, "ask-inspect-text", files=True),
        ),
    ),
    Command(
        "putright",
        CASEWORKERS,
        menu=False,
        needs=P.PROJECT_SUPERVISE,
        arguments=(
            Argument("inspection", Kind.WORK_FINDING, "ask-which-finding"),
            Argument("date", Kind.PAST_DATE, "ask-putright-date"),
            Argument("sure", Kind.CONFIRM, "ask-sure-putright", guided=True),
        ),
    ),
    Command(
        "carriedout",
        OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_KEEP, "ask-carriedout-project"),
            Argument("text", Kind.TEXT, "ask-carriedout-text", media=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-carriedout"),
        ),
    ),
    Command(
        "appraise",
        OFFICE,
        needs=P.PROJECT_KEEP,
        arguments=(
            Argument("project", Kind.WORK_TO_APPRAISE, "ask-appraise-project"),
            Argument("judges", Kind.JUDGES, "ask-appraise-judges"),
            Argument("rule", Kind.APPRAISAL_RULE, "ask-appraise-rule"),
            Argument("runs", Kind.POLL_SPAN, "ask-appraise-runs"),
            Argument("sure", Kind.CONFIRM, "ask-sure-appraise"),
        ),
    ),
)
