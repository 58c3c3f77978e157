"""The handling units as staff keep them: the list, one unit with how it does, adding, changing, retiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Final

from liaisonbot import categories
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Handing, Unit
from liaisonbot.nothing import is_nothing
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.services import cards, paging
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Rating

PAGE: Final = 8
LONGEST_NAME: Final = 120
LONGEST_CONTACT: Final = 240


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How a unit does, from what was handed to it."""

    handed: int
    open: int
    overdue: int
    returned: int
    handed_on: int
    """Of these, the cases that were handed out again since."""
    finished: int
    """Those whose case got its answer, or ended."""
    on_time: int
    """Of these, by their day."""
    median_days: float | None
    """Working days from the handing to the case's answer or end, of those that got there; None where none did."""
    rated: int
    """Those after which the result was rated,"""
    content: int
    """and of these, as satisfied or fair."""

    @property
    def due(self) -> int:
        """What *on time* is a share of: open ones whose day is over count, too."""
        return self.finished + self.overdue


def scorecard(desk: Desk, handings: Sequence[Handing]) -> Scorecard:
    """The figures of these handings at this moment. Overdue: open, and its day is over."""
    waiting = [handing for handing in handings if handing.open]
    kept = [handing for handing in handings if handing.returned_at is None]
    ended = [(handing, _day(desk, handing.finished_at)) for handing in kept if handing.finished_at is not None]
    took = [desk.working_days.count(_day(desk, handing.at), day) for handing, day in ended]
    ratings = [handing.result for handing in kept if handing.result is not None]
    return Scorecard(
        handed=len(handings),
        open=len(waiting),
        overdue=sum(handing.due < desk.today for handing in waiting),
        returned=sum(handing.returned_at is not None for handing in handings),
        handed_on=sum(handing.handed_on for handing in handings if handing.returned_at is not None),
        finished=len(ended),
        on_time=sum(day <= handing.due for handing, day in ended),
        median_days=median(took) if took else None,
        rated=len(ratings),
        content=sum(rating is not Rating.DISSATISFIED for rating in ratings),
    )


def _day(desk: Desk, moment: datetime) -> date:
    return moment.astimezone(desk.timezone).date()


# --- the list
# ----------------------------------------------------------------------------------------------------------


def _units(visit: Visit, answers: Answers) -> None:
    show_list(visit)


def show_list(visit: Visit, offset: int = 0) -> None:
    """The units, a page at a time, each with a button to look at it; and one to add another."""
    units = visit.uow.units.all()
    page = units[offset : offset + PAGE]
    buttons = [Button(Text.of("unit-name", name=unit.name), data=f"unit:{unit.id}") for unit in page]
    lines = [_line(unit) for unit in page]
    add = (Button(Text.of("button-add-unit"), data="editunit"),)
    counted = Text.of("page", first=offset + 1, last=offset + len(page), total=len(units))
    text = Text.lines(
        Text.of("units-title" if units else "units-empty"), *lines, counted if len(units) > PAGE else None
    )
    visit.toast()
    visit.show(text, rows=(*cards.in_pairs(buttons), *_turning(offset, len(units)), add))


def _turning(offset: int, total: int) -> Rows:
    return paging.turns("units", offset, PAGE, total)


def _line(unit: Unit) -> Text:
    return Text.of("list-unit", name=unit.name, contact=unit.contact or Text.of("no-contact"), about=_about(unit))


def _about(unit: Unit) -> Text:
    """Its categories, in the order in which categories are shown."""
    named = [Text.of(f"category-{key}") for key in categories.CATEGORIES if key in unit.categories]
    return cards.listed(named) if named else Text.of("no-categories")


# --- one unit
# ----------------------------------------------------------------------------------------------------------


def _unit(visit: Visit, answers: Answers) -> None:
    text, rows = _card(visit, known(visit, answers["unit"]))
    visit.toast()
    visit.say(text, rows=rows)


def show_unit(visit: Visit, unit: Unit) -> None:
    """The same in the place of the list it was chosen from."""
    text, rows = _card(visit, unit)
    visit.toast()
    visit.show(text, rows=rows)


def _card(visit: Visit, unit: Unit) -> tuple[Text, Rows]:
    """Contact, categories and scorecard: of the cases of one's own stations, or of all for an owner."""
    stations = None if visit.actor.owner or visit.actor.staff is None else visit.actor.staff.station_ids
    score = scorecard(visit.desk, visit.uow.handings.of_unit(unit.id, stations))
    days = score.median_days
    text = Text.lines(
        _line(unit),
        None if unit.active else Text.of("unit-retired-line"),
        Text.of("unit-score", handed=score.handed, open=score.open, overdue=score.overdue),
        Text.of("unit-returned", returned=score.returned, on=score.handed_on) if score.returned else None,
        _share("unit-on-time", score.on_time, score.due),
        Text.of("unit-median", days=_working_days(days), n=score.finished) if days is not None else None,
        _share("unit-content", score.content, score.rated),
    )
    change = Button(Text.of("button-change-unit"), data=f"editunit:{unit.id}")
    retire = Button(Text.of("button-retire-unit"), data=f"retireunit:{unit.id}")
    back = Button(Text.of("button-all-units"), data="units:0")
    return text, ((change, retire), (back,)) if unit.active else ((change,), (back,))


def _working_days(days: float) -> Text:
    return Text.counted("working-days", int(days) if days == int(days) else f"{days:g}")


def _share(key: str, of_these: int, all_: int) -> Text | None:
    """In percent, with both numbers: a small sample shows itself."""
    return Text.of(key, percent=round(100 * of_these / all_), part=of_these, of=all_) if all_ else None


def known(visit: Visit, unit_id: int) -> Unit:
    """The unit, for those who keep them; for anybody else there is none."""
    unit = visit.uow.units.get(unit_id)
    if unit is None or not may(visit.actor, Permission.UNITS_KEEP):
        raise NotFound
    return unit


def _set(visit: Visit, answers: Answers) -> None:
    """/setunit NAME | CONTACT | CATEGORIES: make it, or change the one with that name."""
    name, contact = " ".join(answers["name"].split()), " ".join(answers["contact"].split())
    contact = "" if is_nothing(contact) else contact
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused("unit-needs-name", n=LONGEST_NAME)
    if len(contact) > LONGEST_CONTACT:
        raise Refused("unit-contact-too-long", n=LONGEST_CONTACT)
    unit = visit.uow.units.save(name, contact, answers["categories"])
    visit.toast()
    text, rows = _card(visit, unit)
    visit.say(Text.lines(Text.of("unit-saved"), text), rows=rows)


# --- buttons
# -----------------------------------------------------------------------------------------------------------


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1 or not may(visit.actor, Permission.UNITS_KEEP):
        raise Refused("old-button")
    show_list(visit, number_in(rest[0]))


def _open(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    show_unit(visit, known(visit, number_in(rest[0])))


def _retire(visit: Visit, rest: Sequence[str]) -> None:
    """Asked once more before it is done; the cases it has stay with it."""
    if len(rest) not in (1, 2):
        raise Refused("old-button")
    unit = known(visit, number_in(rest[0]))
    visit.toast()
    if rest[1:] == ["yes"]:
        visit.uow.units.retire(unit.id)
        visit.show(Text.of("unit-retired", unit=unit.name))
        return
    sure = Button(Text.of("button-confirm"), data=f"retireunit:{unit.id}:yes")
    back = Button(Text.of("button-cancel"), data=f"unit:{unit.id}")
    visit.show(Text.of("ask-retire-unit", unit=unit.name), rows=((sure, back),))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"units": _units, "unit": _unit, "setunit": _set}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "units": _turn,
    "unit": _open,
    "retireunit": _retire,
}
