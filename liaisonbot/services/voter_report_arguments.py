"""Arguments that concern reports to voters; see ``arguments``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from liaisonbot import dates, masking, permissions, windows
from liaisonbot.commands import Command, Kind
from liaisonbot.desk import Desk
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.model import Actor, RosterEntry
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.voter_reports import UNPUBLISHED, VoterReport
from liaisonbot.windows import Window, WindowKind

Answers = Mapping[str, Any]

WHOLE: Final = 0
"""The part that is all of a report; the others are its paragraphs, counted from 1."""
_BETWEEN: Final = " \t,，、至到~～—–-/"
_NUMBER: Final = re.compile(r"[Rr#]?([0-9]{1,15})$")
THIS_YEAR, LAST_YEAR, TERM = "this-year", "last-year", "term"
SPANS: Final[Mapping[str, frozenset[str]]] = {
    THIS_YEAR: frozenset({"thisyear", "今年", "本年", "本年度"}),
    LAST_YEAR: frozenset({"lastyear", "去年", "上年", "上年度"}),
    TERM: frozenset({"term", "theterm", "本届", "任期", "本届以来"}),
}
"""Spans with a name, and how that is written."""


def may_make(actor: Actor, deputy: RosterEntry) -> bool:
    """Whether they have that deputy's report drawn, and publish it."""
    return permissions.role_for_deputy(actor, Permission.REPORT_MAKE, deputy) is not None


def may_edit(uow: UnitOfWork, actor: Actor, deputy: RosterEntry) -> bool:
    """Whether the words are theirs to change: the deputy's own; staff's for one whom we cannot reach."""
    own = permissions.role_for_deputy(actor, Permission.REPORT_EDIT, deputy) is not None
    return own or (not reached(uow, deputy) and may_make(actor, deputy))


def reached(uow: UnitOfWork, deputy: RosterEntry) -> bool:
    """Whether what we send to that deputy arrives: they have an account, opened our chat and did not block us."""
    person = uow.people.find(deputy.telegram_id) if deputy.telegram_id is not None else None
    return person is not None and person.reachable


# --- from when to when ------------------------------------------------------------------------------------------------


def span_of(uow: UnitOfWork, desk: Desk, deputy_id: int, key: str) -> Window:
    """The days that a span with a name stands for. The term: since the first entry of the duty log, else this year."""
    year = Window.around(WindowKind.YEAR, desk.today)
    begun = uow.duty.first_day(deputy_id)
    return {
        THIS_YEAR: Window.span(year.first, desk.today),
        LAST_YEAR: year.previous(),
        TERM: Window.span(min(begun or year.first, desk.today), desk.today),
    }[key]


def _span(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    """``FROM TO``, a year, a quarter …, or a span with a name; as both days, ISO, with a ``/`` between."""
    if not rest:
        return None
    window = _named(visit, answers, rest) or _until_today(visit, windows.read(rest)) or _two_days(visit, rest)
    if window.first > visit.desk.today:
        raise Doubtful("report-span-to-come", "", date=window.first)
    return f"{window.first.isoformat()}/{window.last.isoformat()}", ""


def _named(visit: Visit, answers: Answers, rest: str) -> Window | None:
    folded = "".join(rest.split()).casefold().replace("-", "")
    key = next((key for key, words in SPANS.items() if folded in words), None)
    return span_of(visit.uow, visit.desk, answers.get("deputy", 0), key) if key else None


def _until_today(visit: Visit, window: Window | None) -> Window | None:
    """A report is about what was: a year that goes on ends today."""
    if window is None or window.first > visit.desk.today:
        return window
    return Window.span(window.first, min(window.last, visit.desk.today))


def _two_days(visit: Visit, rest: str) -> Window:
    first, left = _day(visit, rest)
    last, left = _day(visit, left.strip(_BETWEEN))
    if left:
        raise Doubtful("need-report-span", "", typed=masking.shorten(rest, 40))
    if last < first:
        raise Doubtful("report-span-backwards", "", first=first, last=last)
    if last > visit.desk.today:
        raise Doubtful("report-span-to-come", "", date=last)
    return Window.span(first, last)


def _day(visit: Visit, rest: str) -> tuple[date, str]:
    found = dates.read(rest, visit.desk.today, past=True)
    if found is None or found[0] is None:
        raise Doubtful("need-report-span", "", typed=masking.shorten(rest, 40))
    return found[0], found[1]


def _offer_spans(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    found = {key: span_of(visit.uow, visit.desk, answers.get("deputy", 0), key) for key in SPANS}
    if found[TERM] == found[THIS_YEAR]:
        del found[TERM]
    return [
        (Text.of(f"choice-span-{key}", first=window.first.isoformat(), last=window.last.isoformat()), key)
        for key, window in found.items()
    ]


# --- which report, which part of it -----------------------------------------------------------------------------------


def _report(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, *left = rest.split(maxsplit=1)
    found = _NUMBER.match(word)
    if found is None:
        raise Refused("need-report-number", typed=masking.shorten(word, 40))
    return int(found[1]), "".join(left)


def editable(visit: Visit) -> list[tuple[VoterReport, RosterEntry]]:
    """Reports whose words are the visitor's to change now."""
    deputies = [deputy for deputy in visit.uow.roster.deputies() if may_edit(visit.uow, visit.actor, deputy)]
    return [
        (report, deputy)
        for deputy in deputies
        for report in visit.uow.voter_reports.of_deputy(deputy.id)
        if report.state in UNPUBLISHED
    ]


def _offer_reports(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    found = editable(visit)
    if not found:
        raise Refused("report-none-to-change")
    return [
        (
            Text.of("choice-report", deputy=deputy.name, first=report.first.isoformat(), last=report.last.isoformat()),
            str(report.id),
        )
        for report, deputy in found
    ]


def _part(visit: Visit, answers: Answers, rest: str) -> tuple[Any, str] | None:
    if not rest:
        return None
    word, *left = rest.split(maxsplit=1)
    if not (word.isascii() and word.isdecimal() and len(word) <= 4):
        raise Refused("need-report-part", typed=masking.shorten(word, 40))
    return int(word), "".join(left)


def _offer_parts(visit: Visit, command: Command, answers: Answers) -> list[tuple[Text, str]]:
    report = visit.uow.voter_reports.get(answers.get("report", 0))
    parts = report.paragraphs if report is not None else []
    return [
        *((part_label(place, words), str(place)) for place, words in enumerate(parts, 1)),
        (Text.of("button-report-add"), str(len(parts) + 1)),
        (Text.of("button-report-whole"), str(WHOLE)),
    ]


def part_label(place: int, words: str) -> Text:
    """A paragraph on a button."""
    return Text.of("choice-report-part", place=place, text=masking.shorten(" ".join(words.split()), 24))


READERS: Final[Mapping[Kind, Callable[[Visit, Answers, str], tuple[Any, str] | None]]] = {
    Kind.REPORT_SPAN: _span,
    Kind.VOTER_REPORT: _report,
    Kind.REPORT_PART: _part,
}
OFFERS: Final[Mapping[Kind, Callable[[Visit, Command, Answers], list[tuple[Text, str]]]]] = {
    Kind.REPORT_SPAN: _offer_spans,
    Kind.VOTER_REPORT: _offer_reports,
    Kind.REPORT_PART: _offer_parts,
}
WIDE: Final = frozenset({Kind.REPORT_SPAN, Kind.VOTER_REPORT, Kind.REPORT_PART})
