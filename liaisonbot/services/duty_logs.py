"""A deputy's log over time: /mylogs with totals and what is missing, and the part of it that everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from liaisonbot.duty import DutyEntry, EntryState, Period
from liaisonbot.errors import Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards, duty_arguments, duty_log, duty_norms, duty_views, guided, paging
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 8
EVERY: Final = tuple(EntryState)
PUBLIC: Final = 5
"""Entries that a deputy's card shows to everybody."""


# --- one's own --------------------------------------------------------------------------------------------------------


def _mylogs(visit: Visit, answers: Answers) -> None:
    """/mylogs [MONTH]: this month, unless another one is named."""
    month = date.fromisoformat(answers["month"]) if "month" in answers else visit.desk.today.replace(day=1)
    visit.toast()
    show(visit, month)


def show(visit: Visit, month: date, offset: int = 0) -> None:
    """The month's balance, what is missing, and its entries a page at a time."""
    deputy = _self(visit)
    first, last = Period.MONTH.around(month)
    counts = visit.uow.duty.count(deputy.id, first, last, states=EVERY)
    total = sum(counts.values())
    page = visit.uow.duty.of_deputy(deputy.id, first, last, states=EVERY, offset=offset, limit=PAGE)
    lines = [duty_views.line(entry) for entry in page] or [Text.of("mylogs-none")]
    visit.show(
        Text.lines(
            *_balance(visit, deputy, first, last), *_missing(visit, deputy, last), Text.of("mylogs-entries"), *lines
        ),
        rows=_rows(visit, page, first, offset, total),
    )


def _self(visit: Visit) -> RosterEntry:
    if visit.actor.deputy is None:
        raise Refused("duty-only-deputies")
    return visit.actor.deputy


def _balance(visit: Visit, deputy: RosterEntry, first: date, last: date) -> list[Text]:
    """What is on record: entries, days and hours; by type, and by the four roles."""
    duty_of = visit.uow.duty
    on_record = duty_log.ON_RECORD
    totals = duty_views.totals(duty_of.count(deputy.id, first, last, states=on_record))
    minutes = duty_of.minutes(deputy.id, first, last, states=on_record)
    head = Text.of(
        "mylogs-title",
        month=duty_views.month(first),
        n=totals.entries,
        days=Text.of("mylogs-days", n=duty_of.days(deputy.id, first, last, states=on_record))
        if totals.entries
        else None,
        hours=duty_views.length(minutes) if minutes else None,
    )
    if not totals.entries:
        return [head]
    types = [Text.of("mylogs-count", what=duty_views.type_name(key), n=n) for key, n in totals.types.items()]
    roles = [Text.of("mylogs-count", what=Text.of(f"duty-role-{key}"), n=n) for key, n in totals.roles.items()]
    return [
        head,
        Text.of("mylogs-types", counts=cards.listed(types)),
        Text.of("mylogs-roles", counts=cards.listed(roles)),
    ]


def _missing(visit: Visit, deputy: RosterEntry, last: date) -> list[Text]:
    """As of that month's end, or of today where it is not over."""
    found = duty_norms.missing(visit.uow, visit.desk, deputy, min(last, visit.desk.today))
    if not found:
        return [Text.of("mylogs-nothing-missing")]
    return [Text.of("mylogs-missing"), *(Text.of("mylogs-lacks", what=duty_norms.sentence(each)) for each in found)]


def _rows(visit: Visit, page: Sequence[DutyEntry], first: date, offset: int, total: int) -> Rows:
    opening = [Button(Text.of("choice-duty", id=entry.id), data=f"duty:{entry.id}:show") for entry in page]
    near = (("choice-month-before", first - timedelta(days=1)), ("choice-month-after", first + timedelta(days=31)))
    turns = [
        Button(Text.of(label, month=duty_views.month(day)), data=f"mylogs:{day:%Y-%m}:0")
        for label, day in near
        if day.year >= duty_arguments.FIRST_YEAR and day <= visit.desk.today
    ]
    new = Button(Text.of("button-duty-new"), data="newduty")
    return (
        *cards.in_pairs(opening, 4),
        *paging.turns(f"mylogs:{first:%Y-%m}", offset, PAGE, total),
        tuple(turns),
        (new,),
    )


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """``mylogs:YYYY-MM:OFFSET``."""
    month = duty_arguments.month_of(rest[0], visit.desk.today) if len(rest) == 2 else None
    if month is None or month > visit.desk.today or not visit.place.private:
        raise Refused("old-button")
    visit.toast()
    show(visit, month, number_in(rest[1]))


# --- what everybody may know ------------------------------------------------------------------------------------------


def public_lines(visit: Visit, deputy: RosterEntry) -> list[Text]:
    """For the deputy's card: how many entries this year, and the newest; none where there are none."""
    first, last = Period.YEAR.around(visit.desk.today)
    n = sum(visit.uow.duty.count(deputy.id, first, last, states=duty_log.ON_RECORD).values())
    if not n:
        return []
    newest = visit.uow.duty.of_deputy(deputy.id, first, last, states=duty_log.ON_RECORD, limit=PUBLIC)
    return [Text.of("deputy-log-title", n=n), *map(public_line, newest)]


def public_line(entry: DutyEntry) -> Text:
    """Type, day and kind of place: no person, no words."""
    kind = Text.of(f"duty-place-{entry.place_kind}") if entry.place_kind else None
    return Text.of("deputy-log-line", date=entry.day, type=duty_views.type_name(entry.type), place=kind)


def public_rows(visit: Visit, deputy: RosterEntry) -> Rows:
    """The way to all of them, where the card does not show them all."""
    n = sum(visit.uow.duty.count(deputy.id, *_WHOLE, states=duty_log.ON_RECORD).values())
    more = Button(Text.of("button-deputy-log", n=n), data=f"deputylog:{deputy.id}:0")
    return ((more,),) if n > PUBLIC else ()


_WHOLE: Final = (date(duty_arguments.FIRST_YEAR, 1, 1), date(2999, 12, 31))


def _public_page(visit: Visit, rest: Sequence[str]) -> None:
    """``deputylog:DEPUTY:OFFSET``."""
    if len(rest) != 2:
        raise Refused("old-button")
    deputy, offset = entry_of(visit, number_in(rest[0])), number_in(rest[1])
    n = sum(visit.uow.duty.count(deputy.id, *_WHOLE, states=duty_log.ON_RECORD).values())
    page = visit.uow.duty.of_deputy(deputy.id, *_WHOLE, states=duty_log.ON_RECORD, offset=offset, limit=PAGE)
    visit.toast()
    visit.show(
        Text.lines(Text.of("deputy-log-of", name=deputy.name, n=n), *map(public_line, page)),
        rows=paging.turns(f"deputylog:{deputy.id}", offset, PAGE, n),
    )


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"mylogs": _mylogs}


def _new(visit: Visit, rest: Sequence[str]) -> None:
    """/duty, from its first question on."""
    if rest or not visit.place.private:
        raise Refused("old-button")
    _self(visit)
    guided.begin(visit, "duty", {})


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "mylogs": _turn,
    "deputylog": _public_page,
    "newduty": _new,
}
