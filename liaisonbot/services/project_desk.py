"""/propose, /projects, /project, and the buttons below a project's story and in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import categories
from liaisonbot.errors import Refused
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.projects import Project, ProjectEvent, ProjectState, possible
from liaisonbot.services import guarding, paging, project_names, project_views, projecting, proposals
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 8
_S: Final = ProjectState
FILTERS: Final[Mapping[str, tuple[ProjectState, ...]]] = {
    # which         states                               in this order round the button
    "going": (_S.PROPOSED, _S.CANDIDATE, _S.CHOSEN, _S.RUNNING),
    "proposed": (_S.PROPOSED,),
    "candidates": (_S.CANDIDATE,),
    "chosen": (_S.CHOSEN, _S.RUNNING),
    "done": (_S.DONE,),
    "not": (_S.EXCLUDED, _S.NOT_CHOSEN, _S.JOINED, _S.WITHDRAWN),
    "all": tuple(_S),
}
FIRST: Final = "going"


# --- the list ---------------------------------------------------------------------------------------------------------


def show_list(visit: Visit, which: str = FIRST, station_id: int | None = None, offset: int = 0) -> None:
    """The projects of a station (None: of all), newest first, a page at a time."""
    states = FILTERS[which]
    stations = [station_id] if station_id is not None else None
    total = visit.uow.projects.count(*states, station_ids=stations)
    shown = visit.uow.projects.find(*states, station_ids=stations, offset=offset, limit=PAGE)
    station = visit.uow.stations.get(station_id) if station_id is not None else None
    title = Text.of(
        "projects-title",
        which=Text.of(f"projects-which-{which}"),
        station=station.name if station else Text.of("projects-all-stations"),
        n=total,
    )
    lines = [project_views.list_line(visit.uow, each) for each in shown] or [Text.of("projects-empty")]
    data = f"projects:{which}:{station_id or 0}"
    visit.show(
        Text.lines(title, *lines),
        rows=(
            *project_views.list_rows(shown),
            *paging.turns(data, offset, PAGE, total),
            *_switches(visit, which, station_id),
        ),
    )


def _switches(visit: Visit, which: str, station_id: int | None) -> Rows:
    """Another state, another station."""
    names = list(FILTERS)
    other = names[(names.index(which) + 1) % len(names)]
    found = [
        Button(
            Text.of("button-projects-which", which=Text.of(f"projects-which-{other}")),
            data=f"projects:{other}:{station_id or 0}:0",
        )
    ]
    stations = [station.id for station in visit.uow.stations.all()]
    if len(stations) > 1:
        order: list[int | None] = [None, *stations]
        place = order.index(station_id) if station_id in order else 0
        following = order[(place + 1) % len(order)]
        station = visit.uow.stations.get(following) if following is not None else None
        name = station.name if station else Text.of("projects-all-stations")
        label = Text.of("button-projects-station", station=name)
        found.append(Button(label, data=f"projects:{which}:{following or 0}:0"))
    return (tuple(found),)


def _own_station(visit: Visit) -> int | None:
    """In a group the group's; in private the person's, where they have one."""
    if not visit.place.private:
        group = visit.uow.groups.get(visit.place.chat_id)
        return group.station_id if group else None
    return visit.actor.person.station_id if visit.actor.person else None


def start_list(visit: Visit, _: int, __: int | None = None) -> None:
    """The button below a group's message led here."""
    show_list(visit, station_id=_own_station(visit))


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """``projects:WHICH:STATION:OFFSET``."""
    if len(rest) != 3 or rest[0] not in FILTERS:
        raise Refused("old-button")
    station_id = number_in(rest[1]) or None
    if station_id is not None and visit.uow.stations.get(station_id) is None:
        raise Refused("station-unknown")
    visit.toast()
    show_list(visit, rest[0], station_id, number_in(rest[2]))


# --- one project ------------------------------------------------------------------------------------------------------


def show(visit: Visit, number: int, _: int | None = None) -> None:
    """/project N: its public story; its proposer and staff read in private what the guard holds, too."""
    project = projecting.find(visit.uow, visit.actor, number)
    whole = project_views.may_read_all(visit, project)
    own = whole and project.guard is not None and project.person_id == visit.person_id
    visit.show(
        Text.lines(
            project_views.story(visit.uow, visit.desk, project, whole=whole),
            guarding.advice_on(project.guard) if own and project.guard else None,
        ),
        rows=project_views.rows(visit, project),
    )


def _project(visit: Visit, answers: Answers) -> None:
    visit.toast()
    show(visit, answers["project"])


def _set(visit: Visit, answers: Answers) -> None:
    """/setproject N FIELD TEXT."""
    after = proposals.change(visit, answers["project"], answers["field"], answers["text"])
    held = after.guard is not None and not project_views.may_keep(visit, after)
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("project-changed", number=after.number),
            Text.of("project-received-held") if held else None,
            guarding.advice_on(after.guard) if held and after.guard else None,
        ),
        rows=((project_views.button(after, "button-project-open", "open"),),),
    )


# --- the buttons below it ---------------------------------------------------------------------------------------------


def _open(visit: Visit, project: Project, _: int) -> None:
    visit.toast()
    show(visit, project.number)


def _support(visit: Visit, project: Project, _: int) -> None:
    proposals.support(visit, project.number)
    _renew(visit, project)


def _unsupport(visit: Visit, project: Project, _: int) -> None:
    proposals.unsupport(visit, project.number)
    _renew(visit, project)


def _renew(visit: Visit, project: Project) -> None:
    """The story with the new count, where it stands."""
    if visit.press is not None and visit.place.private:
        show(visit, project.number)


def _edit(visit: Visit, project: Project, _: int) -> None:
    _require_keep(visit, project)
    visit.toast()
    visit.show(
        Text.of("ask-project-edit", number=project.number, title=project.title), rows=project_views.edit_rows(project)
    )


def _require_keep(visit: Visit, project: Project) -> None:
    projecting.find(visit.uow, visit.actor, project.number, Permission.PROJECT_KEEP)


def _choose_category(visit: Visit, project: Project, offset: int) -> None:
    _require_keep(visit, project)
    visit.toast()
    visit.show(
        Text.of("ask-project-category", number=project.number), rows=project_views.category_rows(project, offset)
    )


def _category(visit: Visit, project: Project, place: int) -> None:
    keys = list(categories.CATEGORIES)
    if place >= len(keys):
        raise Refused("old-button")
    after = proposals.set_category(visit, project, keys[place])
    visit.toast(Text.of("toast-project-changed"))
    show(visit, after.number)


def _choose_station(visit: Visit, project: Project, offset: int) -> None:
    projecting.find(visit.uow, visit.actor, project.number, Permission.PROJECT_RETITLE)
    visit.toast()
    rows = project_views.station_rows(visit.uow, project, offset)
    visit.show(Text.of("ask-project-station", number=project.number), rows=rows)


def _station(visit: Visit, project: Project, station_id: int) -> None:
    after = proposals.set_station(visit, project, station_id)
    visit.toast(Text.of("toast-project-changed"))
    alike = [] if after.guard else proposals.offer(visit.uow, visit.desk, after)
    if alike:
        visit.say(
            Text.lines(Text.of("projects-alike"), *(project_views.list_line(visit.uow, each) for each in alike)),
            rows=proposals.joining_rows(after, alike),
        )
    show(visit, after.number)


def _ask_withdraw(visit: Visit, project: Project, _: int) -> None:
    projecting.find(visit.uow, visit.actor, project.number, Permission.PROJECT_WITHDRAW)
    if ProjectEvent.WITHDRAWN not in possible(project.state):
        raise projecting.refusal(project)
    proposals.require_not_voted_on(visit.uow, project.number)
    visit.toast()
    title = project.title if project_views.may_read_all(visit, project) else project_names.title(project)
    visit.show(
        Text.of("ask-sure-project-withdraw", number=project.number, title=title),
        rows=project_views.sure_rows(project, "withdraw-now"),
    )


def _withdraw(visit: Visit, project: Project, _: int) -> None:
    after = proposals.withdraw(visit, project.number)
    visit.toast(Text.of("toast-project-withdrawn"))
    show(visit, after.number)


def _show_to_all(visit: Visit, project: Project, read: int) -> None:
    """The words that stood above the button, and no others: its proposer may have changed them since."""
    _require_keep(visit, project)
    if project.guard is not None and read != project_views.last_change(visit.uow, project):
        visit.toast(Text.of("project-changed-since", number=project.number), alert=True)
        show(visit, project.number)
        return
    after = proposals.show_to_all(visit, project.number)
    visit.toast(Text.of("toast-project-shown"))
    show(visit, after.number)


def _enter(visit: Visit, project: Project, _: int) -> None:
    cycle = project_views.enters(visit.uow, project)
    if cycle is None:
        raise projecting.refusal(project)
    after = proposals.enter(visit.uow, visit.desk, visit.actor, project, cycle)
    visit.toast(Text.of("toast-project-entered", year=str(cycle.year)))
    show(visit, after.number)


ACTIONS: Final[Mapping[str, tuple[bool, Callable[[Visit, Project, int], None]]]] = {
    # button         in groups   does
    "open": (True, _open),
    "support": (True, _support),
    "unsupport": (False, _unsupport),
    "edit": (False, _edit),
    "categories": (False, _choose_category),
    "category": (False, _category),
    "stations": (False, _choose_station),
    "station": (False, _station),
    "withdraw": (False, _ask_withdraw),
    "withdraw-now": (False, _withdraw),
    "show-all": (False, _show_to_all),
    "enter": (False, _enter),
}
"""The buttons below a project, but for those that ask for words (``project_buttons``). Rights and state are asked by
what they do.
"""


def _alike(visit: Visit, rest: Sequence[str]) -> None:
    """``alike:N:OTHER``: the one is the same as the other."""
    if len(rest) != 2:
        raise Refused("old-button")
    proposals.join_offered(visit, number_in(rest[0]), number_in(rest[1]))


def _unjoin(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 1:
        raise Refused("old-button")
    proposals.part(visit, number_in(rest[0]))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "projects": _turn,
    "alike": _alike,
    "unjoin": _unjoin,
}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "propose": proposals.propose,
    "projects": lambda visit, answers: show_list(visit, station_id=_own_station(visit)),
    "project": _project,
    "setproject": _set,
}
START_AT: Final[Mapping[str, Callable[..., None]]] = {"project": show, "projects": start_list}
"""Buttons below what groups and people are told: the private chat opens at the project, or the list."""
HERE: Final[Mapping[str, Callable[[Visit], None]]] = {"propose": proposals.require_place}
