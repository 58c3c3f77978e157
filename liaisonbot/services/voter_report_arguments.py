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
_BETWEEN: Final = re.compile(r"\s*(?:至|到|[~～—–,，、/-]+|\b(?:to|until|till)\b)\s*|\s+", re.I)
"""What stands between two days."""
_FROM: Final = re.compile(r"(?:从|自|由|from\b|since\b)\s*", re.I)
_TILL_NOW: Final = frozenset({"今", "现在", "目前", "now"})
_YEARLESS: Final = re.compile(r"(?!.*\d{4})(?=.*(?:\d|月))")
_OLDEST: Final = 10
"""Years: nobody reports about more than two terms."""
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
    """``FROM TO``, a year, a quarter …, or a span with a name. Returns both days, ISO, with a ``/`` between."""
    if not rest:
        return None
    window = _named(visit, answers, rest) or _until_today(visit, windows.read(rest)) or _two_ends(visit, rest)
    if window.first > visit.desk.today:
        raise Doubtful("report-span-to-come", "", date=window.first)
    if window.first.year < visit.desk.today.year - _OLDEST:
        raise Doubtful("report-span-long-ago", "", n=_OLDEST)
    return f"{window.first.isoformat()}/{window.last.isoformat()}", ""


def _named(visit: Visit, answers: Answers, rest: str) -> Window | None:
    folded = "".join(rest.split()).casefold().replace("-", "")
    key = next((key for key, words in SPANS.items() if folded in words), None)
    return span_of(visit.uow, visit.desk, answers.get("deputy", 0), key) if key else None


def _until_today(visit: Visit, window: Window | None) -> Window | None:
    """A report is about what was: a year that goes on ends today, and a day to come that was said is refused."""
    if window is None or window.first > visit.desk.today:
        return window
    if window.kind is WindowKind.SPAN and window.last > visit.desk.today:
        raise Doubtful("report-span-to-come", "", date=window.last)
    return Window.span(window.first, min(window.last, visit.desk.today))


def _two_ends(visit: Visit, rest: str) -> Window:
    """``FROM TO``, each a day, a month or a year, with a word, a sign or a blank between them."""
    words = _FROM.sub("", rest.strip())
    for between in _BETWEEN.finditer(words):
        begun, ended = words[: between.start()], words[between.end() :]
        named = windows.read(begun)
        first = named.first if named is not None else _day(begun, visit.desk.today, past=True)
        last = _ends(visit, ended, None if named is not None else first) if first is not None else None
        if first is None or last is None:
            continue
        if last < first:
            raise Doubtful("report-span-backwards", "", first=first, last=last)
        if last > visit.desk.today:
            raise Doubtful("report-span-to-come", "", date=last)
        return Window.span(first, last)
    raise Doubtful("need-report-span", "", typed=masking.shorten(rest, 40))


def _ends(visit: Visit, words: str, first: date | None) -> date | None:
    """A day without its year is the next one after the first, if that was a day; a month or a year that goes on ends
    today.
    """
    today = visit.desk.today
    if words.casefold() in _TILL_NOW:
        return today
    named = windows.read(words)
    if named is not None:
        return min(named.last, today) if named.first <= today else named.first
    if not _YEARLESS.match(words):
        return _day(words, today, past=True)
    return _day(words, first, past=False) if first is not None else None


def _day(words: str, around: date, *, past: bool) -> date | None:
    """The day, if these words are one and nothing else."""
    found = dates.read(words, around, past=past)
    return found[0] if found is not None and not found[1] else None


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
