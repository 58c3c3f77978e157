"""/cycle: the yearly cycle of livelihood projects as staff see it, make it and move it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, CycleEvent, Phase, ProjectState, phases
from liaisonbot.services import cards, cycles, paging, project_views, proposals, quiet, screening
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

_S: Final = ProjectState
PAGE: Final = 6
STORY: Final = 5
"""Lines of its journal below the card."""


# --- the card ---------------------------------------------------------------------------------------------------------


def show(visit: Visit, answers: Answers) -> None:
    """/cycle: those that are going on and concern one's stations; without one, the way to make one."""
    visit.toast()
    own = [cycle for cycle in visit.uow.cycles.all(open_only=True) if cycles.may_see(visit.actor, cycle)]
    if not own:
        last = next((each for each in visit.uow.cycles.all() if cycles.may_see(visit.actor, each)), None)
        rows = ((_opening(last),),) if last is not None else ()
        visit.say(Text.of("cycles-none"), rows=((_new_button(),), (_grounds_button(),), *rows))
        return
    for cycle in own[:3]:
        visit.say(card(visit.uow, visit.desk, cycle), rows=card_rows(visit, cycle))


def _new_button() -> Button:
    return Button(Text.of("button-cycle-new"), data="newcycle")


def _grounds_button() -> Button:
    return Button(Text.of("button-grounds"), data="grounds:0")


def _opening(cycle: Cycle) -> Button:
    label = Text.of("choice-cycle", **cycles.named(cycle))
    return Button(label, data=f"cycle:{cycle.id}:show")


def card(uow: UnitOfWork, desk: Desk, cycle: Cycle) -> Text:
    """How far it is, whose turn it is, until when, and what became of how many projects."""
    planned = cycles.days(cycle, cycle.phase)
    waiting = len(proposals.reserve(uow, cycle)) if cycle.phase in TAKES_IN else 0
    return Text.lines(
        Text.of("cycle-head", **cycles.named(cycle), stations=_stations(uow, cycle)),
        cycles.bar(cycle.phase),
        Text.of("cycle-days" if planned[1] >= desk.today else "cycle-days-over", first=planned[0], last=planned[1])
        if planned
        else None,
        Text.of("cycle-places", n=cycle.places),
        *_counts(uow, cycle),
        Text.of("cycle-reserve", n=waiting) if waiting else None,
    )


VOTED_IN: Final = (Phase.OPINIONS, Phase.VOTE, Phase.ANNOUNCEMENT)
"""Residents and deputies vote, and the result is announced: the way to /vote."""
TAKES_IN: Final = (Phase.COLLECTION, Phase.SCREENING)


def _stations(uow: UnitOfWork, cycle: Cycle) -> Text:
    if not cycle.station_ids:
        return Text.of("projects-all-stations")
    found = [uow.stations.get(id_) for id_ in cycle.station_ids]
    return cards.listed([Text.of("choice-station", station=station.name) for station in found if station])


def _counts(uow: UnitOfWork, cycle: Cycle) -> list[Text]:
    counts = [(state, uow.projects.count(state, cycle_id=cycle.id)) for state in ProjectState]
    found = [
        Text.of("cycle-count", state=Text.of(f"project-state-{state}"), n=count) for state, count in counts if count
    ]
    return [Text.of("cycle-projects"), *found] if found else [Text.of("cycle-no-projects")]


def card_rows(visit: Visit, cycle: Cycle) -> Rows:
    """What one may do with it now. Who only sees it screens the proposals of their own station."""
    own, following = cycles.may(visit.actor, cycle), cycles.following(cycle.phase)
    first = []
    if own and following is not None:
        first.append(_button(cycle, "button-cycle-next", "next", phase=cycles.name(following)))
    if cycle.phase is Phase.SCREENING:
        done, total = screening.progress(visit.uow, cycle)
        label = Text.of("button-cycle-screening", done=done, total=total)
        first.append(Button(label, data=f"screening:{cycle.id}"))
    if own and cycle.phase in VOTED_IN:
        first.append(Button(Text.of("button-cycle-vote"), data=f"votes:{cycle.id}:show"))
    second = [_button(cycle, "button-cycle-projects", "projects:0")]
    if own:
        second.append(_button(cycle, "button-cycle-settings", "settings"))
    return (*((each,) for each in first), tuple(second))


def _button(cycle: Cycle, key: str, action: str, **params: Any) -> Button:
    return Button(Text.of(key, **params), data=f"cycle:{cycle.id}:{action}")


# --- making one -------------------------------------------------------------------------------------------------------


def make(visit: Visit, answers: Answers) -> None:
    """/newcycle YEAR LEVEL PLACES STATIONS, confirmed: it begins with the collection, and whom it concerns is told."""
    stations = answers["stations"]
    same = next((each for each in visit.uow.cycles.all(open_only=True) if _is_like(each, answers)), None)
    if same is not None:
        raise Refused("cycle-exists", **cycles.named(same))
    cycle = cycles.make(
        visit.uow,
        visit.desk,
        visit.actor,
        year=answers["year"],
        level=answers["level"],
        places=answers["places"],
        station_ids=stations,
    )
    visit.toast()
    visit.say(
        Text.lines(Text.of("cycle-made"), card(visit.uow, visit.desk, cycle), *_plan(cycle)),
        rows=card_rows(visit, cycle),
    )


def preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What is made, before it is made and told."""
    stations = [visit.uow.stations.get(id_) for id_ in answers["stations"]]
    names = [Text.of("choice-station", station=station.name) for station in stations if station is not None]
    return (
        Text.of(
            "ask-sure-newcycle",
            year=str(answers["year"]),
            level=cycles.level(answers["level"]),
            n=answers["places"],
            stations=cards.listed(names) if names else Text.of("projects-all-stations"),
        ),
        None,
    )


def _is_like(cycle: Cycle, answers: Answers) -> bool:
    """Of the same year and level, for one of the same stations."""
    theirs, meant = set(cycle.station_ids), set(answers["stations"])
    shared = not theirs or not meant or bool(theirs & meant)
    return cycle.year == answers["year"] and cycle.level == answers["level"] and shared


def _plan(cycle: Cycle) -> list[Text]:
    """All phases with their days."""
    lines = [
        Text.of("cycle-plan-line", phase=cycles.name(phase.key), first=planned[0], last=planned[1])
        for phase in phases()
        if (planned := cycles.days(cycle, phase.key)) is not None
    ]
    return [Text.of("cycle-plan"), *lines]


# --- its settings -----------------------------------------------------------------------------------------------------


def set_days(visit: Visit, answers: Answers) -> None:
    """/cycledates N PHASE FIRST LAST."""
    cycle = cycles.find(visit.uow, visit.actor, answers["cycle"])
    dates = {**cycle.dates, answers["phase"]: (answers["first"], answers["last"])}
    _changed(visit, cycle, dates=dates)


def set_places(visit: Visit, answers: Answers) -> None:
    """/cycleplaces N PLACES."""
    cycle = cycles.find(visit.uow, visit.actor, answers["cycle"])
    if cycle.phase in (Phase.ANNOUNCEMENT, Phase.IMPLEMENTATION, Phase.APPRAISAL, Phase.CLOSED):
        raise Refused("cycle-decided", phase=cycles.name(cycle.phase))
    _changed(visit, cycle, places=answers["places"])


def set_level(visit: Visit, answers: Answers) -> None:
    """/cyclelevel N LEVEL."""
    _changed(visit, cycles.find(visit.uow, visit.actor, answers["cycle"]), level=answers["level"])


def _changed(visit: Visit, cycle: Cycle, **changes: Any) -> None:
    after = cycles.change(visit.uow, visit.desk, visit.actor, cycle, **changes)
    visit.toast()
    visit.say(Text.lines(Text.of("cycle-changed"), *_plan(after)), rows=settings_rows(after))


def settings_rows(cycle: Cycle) -> Rows:
    return (
        (_button(cycle, "button-cycle-days", "days"), _button(cycle, "button-cycle-places", "places")),
        (_button(cycle, "button-cycle-level", "level"), _grounds_button()),
        (_button(cycle, "button-cycle-history", "history"),)
        if cycles.before(cycle.phase) is None
        else (_button(cycle, "button-cycle-back-one", "back"), _button(cycle, "button-cycle-history", "history")),
        (_button(cycle, "button-cycle-back", "show"), _new_button()),
    )


def go_back(visit: Visit, answers: Answers) -> None:
    """/cycleback N REASON."""
    cycle = cycles.move_back(visit.uow, visit.desk, visit.actor, answers["cycle"], answers["text"])
    visit.toast()
    visit.say(Text.lines(Text.of("cycle-gone-back"), card(visit.uow, visit.desk, cycle)), rows=card_rows(visit, cycle))


# --- the buttons ------------------------------------------------------------------------------------------------------


def _show(visit: Visit, cycle: Cycle, _: int = 0) -> None:
    visit.toast()
    visit.show(card(visit.uow, visit.desk, cycle), rows=card_rows(visit, cycle))


def _next(visit: Visit, cycle: Cycle, _: int) -> None:
    """What is missing; or what the next phase means, and whether it is meant."""
    following = cycles.following(cycle.phase)
    if following is None:
        raise Refused("cycle-is-over")
    lacking = cycles.missing(visit.uow, cycle)
    visit.toast()
    if lacking:
        missing = Text.of("cycle-not-yet", phase=cycles.name(following), missing=Text.lines(*lacking))
        visit.show(missing, rows=((_button(cycle, "button-cycle-back", "show"),),))
        return
    visit.show(
        Text.lines(
            Text.of("ask-sure-cycle-next", phase=cycles.name(following), bar=cycles.bar(following)),
            _warning(visit.uow, cycle),
            _will_tell(cycles.TOLD[following]),
        ),
        rows=(
            (
                _button(cycle, "button-confirm", f"go:{cycles.index(cycle.phase)}"),
                _button(cycle, "button-cancel", "show"),
            ),
        ),
    )


def _warning(uow: UnitOfWork, cycle: Cycle) -> Text | None:
    """A vote is a choice: candidates should outnumber the places."""
    if cycle.phase is not Phase.SCREENING:
        return None
    candidates = uow.projects.count(_S.CANDIDATE, cycle_id=cycle.id)
    if candidates > cycle.places:
        return None
    return Text.of("cycle-few-candidates", n=candidates, places=Text.counted("places", cycle.places))


def _will_tell(told: tuple[str, ...]) -> Text | None:
    if not told:
        return None
    return Text.of("cycle-will-tell-deputies" if cycles.DEPUTIES in told else "cycle-will-tell")


def _go(visit: Visit, cycle: Cycle, place: int) -> None:
    """``go:PLACE``: from that phase, so that two presses move it once."""
    if cycles.index(cycle.phase) != place:
        raise Refused("cycle-moved-already", phase=cycles.name(cycle.phase))
    after = cycles.move_on(visit.uow, visit.desk, visit.actor, cycle.id)
    visit.toast(Text.of("toast-cycle-moved", phase=cycles.name(after.phase)))
    visit.show(card(visit.uow, visit.desk, after), rows=card_rows(visit, after))


def _settings(visit: Visit, cycle: Cycle, _: int) -> None:
    visit.toast()
    visit.show(
        Text.lines(card(visit.uow, visit.desk, cycle), *_plan(cycle)),
        rows=settings_rows(cycle),
    )


def _history(visit: Visit, cycle: Cycle, _: int) -> None:
    """Its journal, the newest lines."""
    lines = [
        Text.of(
            "cycle-history-line",
            date=entry.at.astimezone(visit.desk.timezone).date(),
            event=Text.of(f"cycle-event-{entry.event}"),
            phase=_reached(entry.event, entry.details),
            by=Text.of(f"role-{entry.by}"),
            text=entry.text,
        )
        for entry in visit.uow.cycles.story(cycle.id)[-STORY * 3 :]
    ]
    visit.toast()
    visit.show(
        Text.lines(Text.of("cycle-history", **cycles.named(cycle)), *lines),
        rows=((_button(cycle, "button-cycle-back", "show"),),),
    )


def _reached(event: CycleEvent, details: Mapping[str, Any]) -> Text | None:
    moved = event in (CycleEvent.MOVED, CycleEvent.BACK) and "to" in details
    return cycles.name(Phase(details["to"])) if moved else None


def _projects(visit: Visit, cycle: Cycle, offset: int) -> None:
    """Those in the cycle, and below them what waits in the reserve."""
    found = visit.uow.projects.find(cycle_id=cycle.id, offset=offset, limit=PAGE)
    total = visit.uow.projects.count(cycle_id=cycle.id)
    waiting = proposals.reserve(visit.uow, cycle) if cycle.phase in TAKES_IN else []
    lines = [project_views.list_line(visit.uow, each) for each in found] or [Text.of("cycle-no-projects")]
    takes_in = cycles.may(visit.actor, cycle) and waiting
    visit.toast()
    visit.show(
        Text.lines(
            Text.of("cycle-projects-title", **cycles.named(cycle), n=total),
            *lines,
            Text.of("cycle-reserve", n=len(waiting)) if waiting else None,
        ),
        rows=(
            *project_views.list_rows(found),
            *paging.turns(f"cycle:{cycle.id}:projects", offset, PAGE, total),
            *(((_button(cycle, "button-cycle-take-in", "reserve:0", n=len(waiting)),),) if takes_in else ()),
            (_button(cycle, "button-cycle-back", "show"),),
        ),
    )


def _reserve(visit: Visit, cycle: Cycle, offset: int) -> None:
    """What waits in the reserve: one by one, or all that were proposed since."""
    _require_taking(cycle)
    waiting = sorted(proposals.reserve(visit.uow, cycle), key=lambda project: project.number)
    if not waiting:
        raise Refused("cycle-reserve-empty")
    shown = waiting[offset : offset + PAGE]
    new = sum(project.state is _S.PROPOSED for project in waiting)
    visit.toast()
    visit.show(
        Text.lines(
            Text.of("cycle-reserve-title", n=len(waiting)),
            *(project_views.list_line(visit.uow, each) for each in shown),
        ),
        rows=(
            *cards.in_pairs(
                [_button(cycle, "button-cycle-take", f"take:{each.number}", number=each.number) for each in shown], 3
            ),
            *paging.turns(f"cycle:{cycle.id}:reserve", offset, PAGE, len(waiting)),
            *(((_button(cycle, "button-cycle-take-all", "take-all", n=new),),) if new else ()),
            (_button(cycle, "button-cycle-back", "show"),),
        ),
    )


def _require_taking(cycle: Cycle) -> None:
    if cycle.phase not in TAKES_IN:
        raise Refused("cycle-takes-none", phase=cycles.name(cycle.phase))


def _take(visit: Visit, cycle: Cycle, number: int) -> None:
    _require_taking(cycle)
    project = next((each for each in proposals.reserve(visit.uow, cycle) if each.number == number), None)
    if project is None:
        raise Refused("cycle-not-in-reserve", number=number)
    proposals.enter(visit.uow, visit.desk, visit.actor, project, cycle)
    visit.toast(Text.of("toast-project-entered", year=str(cycle.year)))
    _after_taking(visit, cycle)


def _take_all(visit: Visit, cycle: Cycle, _: int) -> None:
    """All new ones; what was not chosen in another cycle is taken one by one."""
    _require_taking(cycle)
    new = [project for project in proposals.reserve(visit.uow, cycle) if project.state is _S.PROPOSED]
    for project in new:
        proposals.enter(visit.uow, visit.desk, visit.actor, project, cycle)
    visit.toast(Text.of("toast-taken-in", n=len(new)))
    _after_taking(visit, cycle)


def _after_taking(visit: Visit, cycle: Cycle) -> None:
    if proposals.reserve(visit.uow, cycle):
        _reserve(visit, cycle, 0)
    else:
        visit.show(card(visit.uow, visit.desk, cycle), rows=card_rows(visit, cycle))


ACTIONS: Final[Mapping[str, tuple[bool, Callable[[Visit, Cycle, int], None]]]] = {
    # button      moves it   does
    "show": (False, _show),
    "next": (True, _next),
    "go": (True, _go),
    "settings": (True, _settings),
    "history": (True, _history),
    "projects": (False, _projects),
    "reserve": (True, _reserve),
    "take": (True, _take),
    "take-all": (True, _take_all),
}
"""The buttons below a cycle, but for those that ask for words (``project_buttons``)."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    **screening.PERFORM,
    "cycle": show,
    "newcycle": make,
    "cycledates": set_days,
    "cycleplaces": set_places,
    "cyclelevel": set_level,
    "cycleback": go_back,
}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"newcycle": preview}


# --- what the clock does ----------------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, desk: Desk) -> int:
    """A phase should be over by its plan: its staff read so, once for each plan. Not of a plan that was over before."""
    if quiet.until(desk) is not None:
        return 0
    for cycle in uow.cycles.all(open_only=True):
        planned = cycles.days(cycle, cycle.phase)
        if planned is None or not _over(desk, cycle, planned[1]):
            continue
        if uow.once.claim(f"cycle:{cycle.id}:{cycle.phase}:{planned[1].isoformat()}", desk.now):
            text = Text.of(
                "cycle-overdue",
                **cycles.named(cycle),
                phase=cycles.name(cycle.phase),
                date=planned[1],
            )
            for reader in cycles.staff(uow, desk, cycle):
                rows = ((_button(cycle, "button-cycle-open", "show"),),)
                told = Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=text, rows=rows, daytime=True)
                uow.outbox.add(told, desk.now)
    return 0


def _over(desk: Desk, cycle: Cycle, last: date) -> bool:
    begun = cycle.phase_since.astimezone(desk.timezone).date()
    return begun <= last < desk.today


STEPS: Final = (remind,)
