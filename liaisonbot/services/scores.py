"""``/score``: how duty logs are scored, each point with the entry it came from; the table of a station; exit facts.

A deputy sees their own, staff those of their stations. Neutral facts about a term (meetings missed, months without an
entry) are shown to staff only, and nothing follows from them by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from liaisonbot import permissions, scoring, windows
from liaisonbot.desk import Desk
from liaisonbot.duty import EntryState, MissedMeeting
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import sheets
from liaisonbot.scoring import MISSED, Act, Rules, Score
from liaisonbot.services import arguments, cards, duty_log, paging, readers
from liaisonbot.services.doing import Answers, entry_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

PAGE: Final = 10
KINDS: Final = (WindowKind.MONTH, WindowKind.QUARTER, WindowKind.YEAR)
"""The parts of the calendar one can turn to with a button; any other can be typed."""
_ALL: Final = 10_000
"""More entries than that nobody has in a year."""


# --- what scores ------------------------------------------------------------------------------------------------------


def rule_of(desk: Desk) -> Rules:
    """The rule that holds here."""
    return scoring.rules()[desk.settings.duty.scoring]


def acts(uow: UnitOfWork, deputy_id: int, window: Window) -> list[Act]:
    """All that the deputy has confirmed, and missed, in the years that window is in."""
    first, last = date(window.first.year, 1, 1), date(window.last.year, 12, 31)
    confirmed = uow.duty.of_deputy(deputy_id, first, last, states=(EntryState.CONFIRMED,), limit=_ALL)
    missed = uow.duty.missed(deputy_id, first, last)
    return [
        *(Act(entry.day, entry.id, entry.type) for entry in confirmed),
        *(Act(each.day, -each.id, MISSED) for each in missed if not each.excused),
    ]


def score(uow: UnitOfWork, desk: Desk, deputy_id: int, window: Window) -> Score:
    """What the deputy has scored in that window."""
    return scoring.score(rule_of(desk), acts(uow, deputy_id, window), window.first, window.last)


Points = Callable[[int, date, int], float]
"""What an entry scores: by its deputy, its day and its number."""


def points_of(uow: UnitOfWork, rule: Rules) -> Points:
    """Says what a confirmed entry scores. Quick for entries asked for year by year, as an export does; what one year
    of all deputies holds is kept meanwhile, and no more.
    """
    kept: dict[int, Mapping[int, Decimal]] = {}
    of_year = 0

    def points(deputy_id: int, day: date, entry_id: int) -> float:
        nonlocal of_year
        if day.year != of_year:
            kept.clear()
            of_year = day.year
        if deputy_id not in kept:
            window = Window.around(WindowKind.YEAR, day)
            scored = scoring.points(rule, acts(uow, deputy_id, window))
            kept[deputy_id] = {act.id: given for act, given in scored.items()}
        return float(kept[deputy_id].get(entry_id, 0))

    return points


# --- /score -----------------------------------------------------------------------------------------------------------


def _score(visit: Visit, answers: Answers) -> None:
    """/score: one's own. Staff: the table of their deputies, or one by name; both with a part of the calendar."""
    line = answers.get("line") or {"window": None, "name": ""}
    window = windows.read(line["window"]) if line["window"] else None
    window = window or Window.around(WindowKind.QUARTER, visit.desk.today)
    name = line["name"]
    if name:
        show(visit, _named(visit, name), window)
    elif permissions.may(visit.actor, Permission.DUTY_REVIEW):
        table(visit, window)
    elif visit.actor.deputy is not None:
        show(visit, visit.actor.deputy, window)


def _named(visit: Visit, name: str) -> RosterEntry:
    folded = name.lstrip("@").casefold()
    for deputy in (*visit.uow.roster.deputies(), *visit.uow.roster.former_deputies()):
        if folded in (deputy.name.casefold(), deputy.username) and _role(visit, deputy) is not None:
            return deputy
    raise Refused("score-unknown", typed=name[:40])


def _role(visit: Visit, deputy: RosterEntry) -> Role | None:
    return permissions.role_for_deputy(visit.actor, Permission.DUTY_READ, deputy)


def show(visit: Visit, deputy: RosterEntry, window: Window, offset: int = 0) -> None:
    """A deputy's score, item by item; below it every point with its entry, a page at a time."""
    role = _role(visit, deputy)
    if role is None:
        raise NotFound("deputy-unknown")
    uow, desk = visit.uow, visit.desk
    found = score(uow, desk, deputy.id, window)
    each = sorted(((act, given) for line in found.lines for act, given in line.acts), reverse=True)
    page = each[offset : offset + PAGE]
    waiting = len(uow.duty.of_deputy(deputy.id, window.first, window.last, states=(EntryState.FILED,), limit=_ALL))
    text = Text.lines(
        _head(uow, desk, deputy, window, found),
        Text.of("score-waiting", n=waiting) if waiting else None,
        *(_line(found.rule, line) for line in found.lines),
        Text.of("score-nothing") if not found.lines else Text.of("score-each"),
        *(_act(visit, act, given) for act, given in page),
        *(facts(uow, desk, deputy, window) if role in (Role.STAFF, Role.OWNER) else ()),
        Text.of("score-rule", rule=_said(visit, found.rule)),
    )
    data = f"score:{deputy.id}:{window.label}"
    back: Rows = ()
    if permissions.may(visit.actor, Permission.DUTY_REVIEW):
        back = ((Button(Text.of("button-score-table"), data=f"scores:{window.label}:0"),),)
    visit.toast()
    visit.show(text, rows=(*paging.turns(data, offset, PAGE, len(each)), *_other_windows(data, window), *back))


def _head(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, window: Window, found: Score) -> Text:
    grade = found.rule.grade(found.total) if window.kind is WindowKind.YEAR else None
    return Text.of(
        "score-head",
        deputy=deputy.name,
        window=named(window),
        grade=Text.of(f"score-grade-{found.rule.key}-{grade.key}") if grade else None,
        **counted(uow.duty.days(deputy.id, window.first, window.last, states=(EntryState.CONFIRMED,)), found.total),
    )


def counted(days: int, points: Decimal) -> dict[str, Text]:
    """Days and points with their nouns, for a sentence that says both."""
    return {"days": Text.of("span-days", n=days), "points": _points(points)}


def _points(points: Decimal) -> Text:
    return Text.counted("points", 1 if points == 1 else scoring.shown(points))


def _line(rule: Rules, line: scoring.Line) -> Text:
    return Text.of(
        "score-line",
        item=Text.of(f"score-item-{rule.key}-{line.item.key}"),
        points=_points(line.points),
        n=len(line.acts),
    )


def _act(visit: Visit, act: Act, given: Decimal) -> Text:
    """Where a point comes from; none, where the item had brought all it may."""
    what = Text.of("score-missed") if act.type == MISSED else Text.of(f"duty-type-{act.type}")
    key = "score-act" if given else "score-act-none"
    return Text.of(key, date=act.day, what=what, points=_signed(given), id=act.id if act.id > 0 else None)


def _signed(number: Decimal) -> str:
    return ("+" if number > 0 else "") + scoring.shown(number)


def _said(visit: Visit, rule: Rules) -> str:
    return rule.zh if visit.language == "zh" else rule.en


def _other_windows(data: str, window: Window) -> Rows:
    """The one before, other lengths, the one after: choosing among windows is one thing to do."""
    turned = [
        Button(Text.of("button-window-previous"), data=f"{data.replace(window.label, window.previous().label)}:0"),
        *(
            Button(Text.of(f"button-window-{kind}"), data=f"{data.replace(window.label, other.label)}:0")
            for kind in KINDS
            if kind is not window.kind and (other := Window.around(kind, window.last))
        ),
        Button(Text.of("button-window-following"), data=f"{data.replace(window.label, window.following().label)}:0"),
    ]
    return (tuple(turned),)


# --- the table of a station -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A deputy in the table."""

    deputy: RosterEntry
    points: Decimal
    days: int
    entries: int
    score: Score


def standings(uow: UnitOfWork, desk: Desk, deputies: Iterable[RosterEntry], window: Window) -> list[Standing]:
    """How they stand, by name: a table is no race."""
    found = []
    for deputy in sorted(deputies, key=lambda each: each.name):
        confirmed = uow.duty.count(deputy.id, window.first, window.last, states=(EntryState.CONFIRMED,))
        days = uow.duty.days(deputy.id, window.first, window.last, states=(EntryState.CONFIRMED,))
        reached = score(uow, desk, deputy.id, window)
        found.append(Standing(deputy, reached.total, days, sum(confirmed.values()), reached))
    return found


def _ours(visit: Visit) -> list[RosterEntry]:
    """The deputies of one's stations."""
    if visit.actor.owner:
        return visit.uow.roster.deputies()
    own = {station.id for station in arguments.stations_of(visit)}
    return [deputy for deputy in visit.uow.roster.deputies() if deputy.station_ids & own]


def table(visit: Visit, window: Window, offset: int = 0) -> None:
    """All deputies of one's stations with their points and days, a page at a time; each opens their own."""
    if not permissions.may(visit.actor, Permission.DUTY_REVIEW):
        raise Refused("unknown-command")
    ours = sorted(_ours(visit), key=lambda each: each.name)
    page = standings(visit.uow, visit.desk, ours[offset : offset + PAGE], window)
    lines = [_standing(each) for each in page]
    counted = Text.of("page", first=offset + 1, last=offset + len(page), total=len(ours)) if len(ours) > PAGE else None
    text = Text.lines(Text.of("scores-head" if ours else "scores-empty", window=named(window)), *lines, counted)
    each = [Button(Text.of("choice-deputy-plain", name=row.deputy.name), data=_to(row.deputy, window)) for row in page]
    data = f"scores:{window.label}"
    sheet = ((Button(Text.of("button-score-sheet"), data=f"scoresheet:{window.label}"),),) if ours else ()
    rows = (
        *cards.in_pairs(each),
        *paging.turns(data, offset, PAGE, len(ours)),
        *_other_windows(data, window),
        *sheet,
    )
    visit.toast()
    visit.show(text, rows=rows)


def _to(deputy: RosterEntry, window: Window) -> str:
    return f"score:{deputy.id}:{window.label}:0"


def _standing(each: Standing) -> Text:
    return Text.of("scores-line", deputy=each.deputy.name, n=each.entries, **counted(each.days, each.points))


def sheet(uow: UnitOfWork, desk: Desk, deputies: Iterable[RosterEntry], window: Window) -> Any:
    """The table as a workbook: a row a deputy, a column an item."""
    rule = rule_of(desk)
    head = [
        *(Text.of(f"score-sheet-{name}") for name in ("deputy", "days", "entries", "points")),
        *(Text.of(f"score-item-{rule.key}-{item.key}") for item in rule.items),
    ]
    rows: list[list[sheets.Cell]] = []
    for each in standings(uow, desk, deputies, window):
        brought = {line.item.key: line.points for line in each.score.lines}
        cells: list[sheets.Cell] = [each.deputy.name, each.days, each.entries, each.points]
        rows.append([*cells, *(brought.get(item.key, Decimal(0)) for item in rule.items)])
    name = f"duty-{window.label.replace('/', '_')}.xlsx"
    return sheets.file(name, Text.of("score-sheet-title"), head, rows)


# --- exit facts -------------------------------------------------------------------------------------------------------


def facts(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, window: Window) -> Sequence[Text]:
    """Meetings missed and months without an entry in the year that window ends in (退出机制): facts, for staff."""
    year = Window.around(WindowKind.YEAR, window.last)
    missed = uow.duty.missed(deputy.id, year.first, min(year.last, desk.today))
    empty = _empty_months(uow, desk, deputy, year)
    never = uow.duty.first_day(deputy.id) is None
    if not missed and not empty and not never:
        return (Text.of("score-facts-none", window=named(year)),)
    return (
        Text.of("score-facts", window=named(year)),
        *(_missed(each) for each in missed),
        *((Text.of("score-facts-never"),) if never else ()),
        *((Text.of("score-facts-months", months=cards.listed(empty)),) if empty else ()),
    )


def _missed(each: MissedMeeting) -> Text:
    key = "score-facts-excused" if each.excused else "score-facts-missed"
    return Text.of(key, date=each.day, what=Text.of(f"duty-type-{each.type}"), why=each.text)


def _empty_months(uow: UnitOfWork, desk: Desk, deputy: RosterEntry, year: Window) -> list[Text]:
    """Whole months of that year without any entry on record, while the deputy's log is kept."""
    kept = _kept(uow, desk, deputy)
    month = Window.around(WindowKind.MONTH, year.first)
    found = []
    while kept is not None and month.last < desk.today and month.last <= year.last:
        begun = kept[0] <= month.last and month.first <= kept[1]
        if begun and not uow.duty.days(deputy.id, month.first, month.last, states=duty_log.ON_RECORD):
            found.append(named(month))
        month = month.following()
    return found


def _kept(uow: UnitOfWork, desk: Desk, deputy: RosterEntry) -> tuple[date, date] | None:
    """From when to when an entry could be expected: from the first one, or the first month in which the deputy was
    found behind; of those who have left the roster, until the last such.
    """
    behind = uow.duty_reminders.months_of(deputy.id)
    first, last = uow.duty.first_day(deputy.id), uow.duty.last(deputy.id)
    days = [*(behind or ()), *([first] if first else []), *([last.day] if last else [])]
    left = deputy.id in {each.id for each in uow.roster.former_deputies()}
    return (min(days), max(days) if left else desk.today) if days else None


# --- a meeting was missed ---------------------------------------------------------------------------------------------


def _absence(visit: Visit, answers: Answers) -> None:
    """/absence: staff note that a deputy was not at a meeting; the deputy is told, and it can be undone."""
    deputy = entry_of(visit, answers["deputy"])
    if permissions.role_for_deputy(visit.actor, Permission.DUTY_REVIEW, deputy) is None:
        raise Refused("deputy-unknown")
    excused = answers["excused"] == "excused"
    noted = visit.uow.duty.miss(
        deputy.id,
        date.fromisoformat(answers["date"]),
        answers["meeting"],
        excused=excused,
        text=(answers.get("text") or "").strip() or None,
        person_id=visit.person_id,
        now=visit.desk.now,
    )
    undo = ((Button(Text.of("button-unmiss"), data=f"unmiss:{noted.id}"),),)
    visit.toast()
    visit.say(Text.of("absence-noted", deputy=deputy.name, what=_about(noted)), rows=undo)
    _tell(visit, deputy, Text.of("absence-told", what=_about(noted)))


def _about(noted: MissedMeeting) -> Text:
    return Text.of(
        "absence-excused" if noted.excused else "absence-without",
        date=noted.day,
        what=Text.of(f"duty-type-{noted.type}"),
        why=noted.text,
    )


def _tell(visit: Visit, deputy: RosterEntry, text: Text) -> None:
    reader = readers.of_entry(visit.uow, visit.desk, deputy)
    if reader is not None:
        visit.uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text), visit.desk.now)


def _unmiss(visit: Visit, rest: Sequence[str]) -> None:
    """It was a mistake."""
    noted = visit.uow.duty.missed_meeting(number_in(rest[0])) if len(rest) == 1 else None
    deputy = visit.uow.roster.get(noted.deputy_id) if noted else None
    if noted is None or deputy is None:
        raise Refused("old-button")
    if permissions.role_for_deputy(visit.actor, Permission.DUTY_REVIEW, deputy) is None:
        raise Refused("old-button")
    visit.uow.duty.unmiss(noted.id)
    visit.toast()
    visit.show(Text.of("absence-undone", deputy=deputy.name, what=_about(noted)))
    _tell(visit, deputy, Text.of("absence-told-undone", what=_about(noted)))


# --- buttons ----------------------------------------------------------------------------------------------------------


def _window_in(word: str) -> Window:
    window = windows.read(word)
    if window is None:
        raise Refused("old-button")
    return window


def _press_score(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 3:
        raise Refused("old-button")
    show(visit, entry_of(visit, number_in(rest[0])), _window_in(rest[1]), number_in(rest[2]))


def _press_scores(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 2:
        raise Refused("old-button")
    table(visit, _window_in(rest[0]), number_in(rest[1]))


def _press_sheet(visit: Visit, rest: Sequence[str]) -> None:
    """The table as a workbook."""
    if len(rest) != 1 or not permissions.may(visit.actor, Permission.DUTY_REVIEW):
        raise Refused("old-button")
    window = _window_in(rest[0])
    made = visit.uow.files.add(sheet(visit.uow, visit.desk, _ours(visit), window), visit.desk.now)
    visit.toast()
    caption = Text.of("score-sheet-caption", window=named(window))
    visit.promise(Outgoing(Send.DOCUMENT, visit.place.chat_id, text=caption, file=made, priority=Priority.ANSWER))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"score": _score, "absence": _absence}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "score": _press_score,
    "scores": _press_scores,
    "scoresheet": _press_sheet,
    "unmiss": _unmiss,
}
