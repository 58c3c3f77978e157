"""``/overdue``: every limit that is over, the longest first: acceptance, mediation, first reply, a promise's day, the
day of a handling unit.

Each line has its buttons to open the case, to chase, to assign and to extend; below them stand the filters. A case can
be on the list by several limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from liaisonbot import permissions, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Case, OverLimit
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import OF_A_CASE, Overdue
from liaisonbot.services import accused, cards, ladder, paging
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import OverdueBy, OverdueKind

PAGE: Final = 5
CHOICES: Final = 20
"""Deputies, units … to choose from, those with most first."""
ANY: Final = "any"
KINDS: Final = (ANY, *(kind.value for kind in OverdueKind))
RUNGS: Final = (ANY, *(rung.key for rung in ladder.OVER))


@dataclass(frozen=True, slots=True)
class _View:
    """What is shown, as a button's data says it: ``any``, or a kind, an id (deputy 0 is nobody's), a rung; and from
    which line on.
    """

    kind: str = ANY
    station: str = ANY
    deputy: str = ANY
    unit: str = ANY
    rung: str = ANY
    offset: int = 0

    @classmethod
    def read(cls, rest: Sequence[str]) -> _View:
        if len(rest) != 6:
            raise Refused("old-button")
        kind, station, deputy, unit, rung, offset = rest
        known = kind in KINDS and rung in RUNGS and all(_number_or_any(word) for word in (station, deputy, unit))
        if not known or not _number_or_any(offset) or offset == ANY:
            raise Refused("old-button")
        return cls(kind, station, deputy, unit, rung, int(offset))

    def having(self, name: str, word: str) -> _View:
        """From the first line on, with that value in that field."""
        fields: dict[str, Any] = {name: word}
        return replace(self, offset=0, **fields)

    @property
    def data(self) -> str:
        return f"{self.filters}:{self.offset}"

    @property
    def filters(self) -> str:
        """The same without the line."""
        return f"{self.kind}:{self.station}:{self.deputy}:{self.unit}:{self.rung}"


def _number_or_any(word: str) -> bool:
    return word == ANY or (word.isascii() and word.isdecimal() and len(word) <= 8)


def overdue(visit: Visit, answers: Answers) -> None:
    """All of one's stations."""
    _show(visit, _View())


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """Another page, or another filter."""
    _show(visit, _View.read(rest))


# --- which are meant
# ----------------------------------------------------------------------------------------------------------


def _wanted(visit: Visit, view: _View) -> Overdue:
    """The same for the database; of one's own stations only, unless one owns all of them."""
    actor = visit.actor
    if not may(actor, Permission.QUEUE_READ):
        raise NotFound("unknown-command")
    rung = next((rung for rung in ladder.OVER if rung.key == view.rung), None)
    since, until = ladder.due_between(visit.desk, rung) if rung else (None, visit.desk.now)
    wanted = ended(visit.desk, since, until)
    return replace(
        wanted,
        kinds=wanted.kinds if view.kind == ANY else frozenset({OverdueKind(view.kind)}),
        station_ids=None if actor.owner or actor.staff is None else actor.staff.station_ids,
        station_id=_id(view.station),
        deputy_id=_id(view.deputy),
        unit_id=_id(view.unit),
    )


def ended(desk: Desk, since: datetime | None, until: datetime) -> Overdue:
    """Limits that ended after the one moment and until the other."""
    day = desk.working_days.local_day
    return Overdue(until, day(until), since, day(since) if since is not None else None)


def _id(word: str) -> int | None:
    return None if word == ANY else int(word)


# --- the list
# ----------------------------------------------------------------------------------------------------------


def _show(visit: Visit, view: _View) -> None:
    wanted = _wanted(visit, view)
    limits, total = _page(visit, wanted, view.offset, PAGE)
    of_a_case = replace(wanted, kinds=wanted.kinds & OF_A_CASE)
    many, late = visit.uow.overdue.count(of_a_case)
    if hidden := accused.numbers(visit.uow, visit.actor):
        late = len({limit.case.number for limit in visit.uow.overdue.page(of_a_case, limit=many)} - hidden)
    last = view.offset + len(limits)
    text = Text.lines(
        Text.of("overdue-heading", n=total, cases=Text.counted("cases", late)) if total else None,
        *[_line(visit, limit) for limit in limits],
        None if limits else Text.of("overdue-none" if view == _View() else "overdue-none-such"),
        Text.of("page", first=view.offset + 1, last=last, total=total) if limits and total > PAGE else None,
    )
    done_about: dict[int, tuple[Button, ...]] = {limit.case.number: _buttons(visit, limit.case) for limit in limits}
    visit.toast()
    visit.show(
        text,
        rows=(
            *done_about.values(),
            *paging.turns(f"overdue:{view.filters}", view.offset, PAGE, total),
            *_filters(visit, view, total),
        ),
    )


def _page(visit: Visit, wanted: Overdue, offset: int, most: int) -> tuple[Sequence[OverLimit], int]:
    """But for what accuses whoever reads it; how many there are."""
    overdue = visit.uow.overdue
    return accused.page(
        visit.uow,
        visit.actor,
        lambda at, most: (overdue.page(wanted, offset=at, limit=most), overdue.count(wanted)[0]),
        lambda limit: limit.case.number,
        offset=offset,
        limit=most,
    )


def _line(visit: Visit, limit: OverLimit) -> Text:
    desk, case = visit.desk, limit.case
    due_at = limit.ended_at or desk.working_days.end_of(limit.day)
    rung, days = ladder.rung_of(desk, due_at), ladder.over(desk, due_at)
    return Text.of(
        "list-overdue",
        case=case.number,
        kind=Text.of("overdue-unit", unit=limit.unit) if limit.unit else Text.of(f"overdue-kind-{limit.kind}"),
        deputy=cards.deputy_name(visit.uow, case),
        days=Text.of("span-working_days", n=days) if days else None,
        rung=_rung_name(rung.key) if rung else "",
        text=cards.excerpt(case, 30),
    )


def _rung_name(key: str) -> Text:
    return Text.of(f"rung-{key}")


DOING: Final = tuple(
    button for command in ("urge", "assign", "extend") for button in workflow.BUTTONS if button.command == command
)
"""What can be done about an overdue case, from left to right."""


def _buttons(visit: Visit, case: Case) -> tuple[Button, ...]:
    """Open it, and what the reader may do about it now. Nobody can be chased where there is no deputy."""
    opens = Button(Text.of("overdue-case", case=case.number), data=f"do:case:{case.number}")
    authors = visit.uow.cases.author_ids(case.number)
    possible = [
        Button(Text.of(f"overdue-do-{button.command}"), data=f"do:{button.command}:{case.number}")
        for button in DOING
        if (step := workflow.applies(case, button.event)) is not None
        and permissions.may_for_case(visit.actor, step.needs, case, authors)
        and not (button.command == "urge" and case.deputy_id is None)
    ]
    return (opens, *possible)


# --- the filters
# ----------------------------------------------------------------------------------------------------------

Named = Callable[[Visit, str], str | Text]


def _kind_name(visit: Visit, word: str) -> Text:
    return Text.of(f"overdue-kind-{word}")


def _how_long(visit: Visit, word: str) -> Text:
    return Text.of(f"overdue-for-{word}")


def _station_name(visit: Visit, word: str) -> str | Text:
    station = visit.uow.stations.get(int(word))
    return station.name if station else Text.of("no-station")


def _deputy_name(visit: Visit, word: str) -> str | Text:
    entry = visit.uow.roster.get(int(word)) if int(word) else None
    return entry.name if entry else Text.of("no-deputy")


def _unit_name(visit: Visit, word: str) -> str | Text:
    unit = visit.uow.units.get(int(word))
    return unit.name if unit else ""


FILTERS: Final[Mapping[str, Named]] = {
    "kind": _kind_name,
    "rung": _how_long,
    "deputy": _deputy_name,
    "station": _station_name,
    "unit": _unit_name,
}
"""Each field of a view that leaves some out, with the name of what it leaves."""


def _filters(visit: Visit, view: _View, total: int) -> Rows:
    """Those that can tell anything apart; while nothing is overdue there are none."""
    if not total and view == replace(_View(), offset=view.offset):
        return ()
    buttons = [
        Button(Text.of(f"overdue-by-{name}", value=_value(visit, view, name)), data=f"overdueof:{name}:{view.data}")
        for name in FILTERS
        if getattr(view, name) != ANY or name in ("kind", "rung", "deputy") or len(_counts(visit, view, name)) > 1
    ]
    return cards.in_pairs(buttons)


def _value(visit: Visit, view: _View, name: str) -> str | Text:
    word = getattr(view, name)
    return Text.of("overdue-all") if word == ANY else FILTERS[name](visit, word)


def _choose(visit: Visit, rest: Sequence[str]) -> None:
    """What to leave of one kind of things: each with how many there are, by the other filters."""
    if not rest or rest[0] not in FILTERS:
        raise Refused("old-button")
    name, view = rest[0], _View.read(rest[1:])
    buttons = [Button(Text.of("overdue-all"), data=f"overdue:{view.having(name, ANY).data}")]
    for word, n in _counts(visit, view, name)[:CHOICES]:
        label = Text.of("choice-overdue", name=FILTERS[name](visit, word), n=n)
        buttons.append(Button(label, data=f"overdue:{view.having(name, word).data}"))
    visit.toast()
    visit.show(Text.of(f"overdue-which-{name}"), rows=cards.in_pairs(buttons))


def _counts(visit: Visit, view: _View, name: str) -> list[tuple[str, int]]:
    """What could be chosen, with how many there are of it; but for what accuses whoever reads it."""
    others = view.having(name, ANY)
    if name == "rung":
        counted = [(key, _page(visit, _wanted(visit, replace(others, rung=key)), 0, 1)[1]) for key in RUNGS[1:]]
        return [(key, n) for key, n in counted if n]
    found = [(str(value), n) for value, n in visit.uow.overdue.counts(_wanted(visit, others), OverdueBy(name))]
    if accused.numbers(visit.uow, visit.actor):
        found = [(word, _page(visit, _wanted(visit, others.having(name, word)), 0, 1)[1]) for word, _ in found]
    return [(word, n) for word, n in found if n]


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"overdue": overdue}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"overdue": _turn, "overdueof": _choose}
