"""How a livelihood project looks: its public story, a line of a list, the buttons below it.

Anybody reads the public part: never who proposed it, numbers masked, and nothing of what the guard holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot import categories, masking
from liaisonbot.desk import Desk
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import (
    Cycle,
    Phase,
    Project,
    ProjectEntry,
    ProjectEvent,
    ProjectState,
    possible,
    shipped_grounds,
)
from liaisonbot.services import cards, cycles, paging, project_names, projecting, works_views
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

ON_A_BUTTON: Final = 24
TEXT: Final = 300
TEXT_LATER: Final = 40
"""Of a project that is carried out: what was proposed makes room for what is done."""
SHOWN: Final = 6
"""Lines of its course, the newest ones."""
TOLD_ELSEWHERE: Final = frozenset(
    {
        ProjectEvent.EDITED,
        ProjectEvent.RETITLED,
        ProjectEvent.SHOWN,
        ProjectEvent.MILESTONE,
        ProjectEvent.MILESTONE_REACHED,
        ProjectEvent.INSPECTED,
        ProjectEvent.PUT_RIGHT,
        ProjectEvent.UNNOTED,
        ProjectEvent.SUPERVISORS,
        ProjectEvent.PROGRESS,
        ProjectEvent.CARRIED_OUT,
        ProjectEvent.APPRAISED,
    }
)
"""What has lines of its own in the story, or is nobody's business."""


# --- parts ------------------------------------------------------------------------------------------------------------


def station_name(uow: UnitOfWork, project: Project) -> str | Text:
    station = uow.stations.get(project.station_id) if project.station_id is not None else None
    return station.name if station else Text.of("no-station")


def ground(uow: UnitOfWork, key: str | None) -> str | Text:
    """The ground in plain words: one of the program's, or the staff's own."""
    if any(shipped.key == key for shipped in shipped_grounds()):
        return Text.of(f"ground-{key}")
    own = uow.projects.grounds().get(key or "")
    return own.text if own else Text.of("project-ground-unknown")


def stars(count: int) -> str:
    return "★" * count + "☆" * (5 - count)


def people_behind(uow: UnitOfWork, project: Project) -> int:
    """How many stand behind it, its proposer among them."""
    return len({*uow.projects.supporters(project.number), *([project.person_id] if project.person_id else [])})


def standing(uow: UnitOfWork, project: Project) -> Text:
    """Its state, with what belongs to it: in which it goes on, or why it was not taken up."""
    state = Text.of(f"project-state-{project.state}")
    if project.state is ProjectState.JOINED:
        return Text.of("project-joined-to", state=state, number=project.joined_to)
    if project.state is ProjectState.EXCLUDED:
        return Text.of("project-excluded-for", state=state, ground=ground(uow, project.ground))
    return state


def phase_lines(cycle: Cycle | None) -> list[Text]:
    """How far its cycle is; a proposal of no cycle waits for the next one."""
    if cycle is None:
        return [Text.of("project-in-reserve")]
    return [Text.of("project-cycle", **cycles.named(cycle)), cycles.bar(cycle.phase)]


# --- the story --------------------------------------------------------------------------------------------------------


def story(uow: UnitOfWork, desk: Desk, project: Project, *, whole: bool = False) -> Text:
    """All that anybody may read of it. ``whole``: with the words that the guard holds, for its proposer and staff."""
    carried = works_views.lines(uow, desk, project)
    return Text.lines(
        Text.of(
            "project-head",
            number=project.number,
            title=_shown_title(project, whole=whole),
        ),
        Text.of(
            "project-where",
            state=standing(uow, project),
            station=station_name(uow, project),
            category=Text.of(f"category-{project.category}"),
        ),
        *_going_on(uow, project),
        _words(project, whole=whole),
        Text.of("project-is-held", topic=Text.of(f"guard-name-{project.guard}")) if whole and project.guard else None,
        Text.of("project-cost", cost=masking.mask(project.cost)) if project.cost else None,
        Text.of("project-unit", unit=masking.mask(project.unit)) if project.unit and not carried else None,
        Text.of("project-stars", stars=stars(project.stars), n=project.support or 0) if project.stars else None,
        Text.of("project-people", n=people_behind(uow, project)),
        *_joined(uow, project),
        *carried,
        *_course(uow, desk, project),
    )


def _shown_title(project: Project, *, whole: bool) -> str | Text:
    if not whole:
        return project_names.title(project)
    return project.title or Text.of("project-untitled")


def _going_on(uow: UnitOfWork, project: Project) -> list[Text]:
    over = project.state in (ProjectState.JOINED, ProjectState.WITHDRAWN, ProjectState.EXCLUDED)
    return [] if over else phase_lines(cycles.of_project(uow, project))


def _words(project: Project, *, whole: bool) -> Text | None:
    if project.text is None or (project.guard is not None and not whole):
        return None
    text = project.text if whole else masking.mask(project.text)
    same = " ".join(text.split()) == (project.title if whole else masking.mask(project.title))
    return None if same else Text.of("project-text", text=masking.shorten(text, TEXT_LATER if project.unit else TEXT))


def _joined(uow: UnitOfWork, project: Project) -> list[Text]:
    joined = uow.projects.joined_to(project.number)
    numbers = ", ".join(str(each.number) for each in joined[:SHOWN])
    return [Text.of("project-has-joined", n=len(joined), numbers=numbers)] if joined else []


def _course(uow: UnitOfWork, desk: Desk, project: Project) -> list[Text]:
    entries = [
        each for each in uow.projects.story(project.number, public_only=True) if each.event not in TOLD_ELSEWHERE
    ]
    lines = [_line(uow, desk, project, entry) for entry in entries[-SHOWN:]]
    return [Text.of("project-course"), *lines] if lines else []


def _line(uow: UnitOfWork, desk: Desk, project: Project, entry: ProjectEntry) -> Text:
    words = entry.text if entry.text and project.guard is None else None
    return Text.of(
        "project-course-line",
        date=entry.day or entry.at.astimezone(desk.timezone).date(),
        event=Text.of(f"project-event-{entry.event}"),
        text=masking.shorten(" ".join(masking.mask(words).split()), 40) if words else None,
    )


# --- buttons ----------------------------------------------------------------------------------------------------------


def button(project: Project, key: str, action: str, **params: object) -> Button:
    """A button below a project; see ``project_buttons``."""
    return Button(Text.of(key, **params), data=f"project:{project.number}:{action}")


def rows(visit: Visit, project: Project) -> Rows:
    """What the visitor can do with it here. In a group anybody presses: only what anybody may stands there."""
    if not visit.place.private:
        return _for_all(visit, project, in_group=True)
    own, keep = may_retitle(visit, project), may_keep(visit, project)
    happens = possible(project.state)
    mine = []
    if own and ProjectEvent.RETITLED in happens and not keep:
        mine.append(button(project, "button-project-retitle", "title"))
    if _may(visit, Permission.PROJECT_WITHDRAW, project) and ProjectEvent.WITHDRAWN in happens and not keep:
        mine.append(button(project, "button-project-withdraw", "withdraw"))
    if own and project.station_id is None and len(visit.uow.stations.all()) > 1:
        mine.append(button(project, "button-project-station", "stations:0"))
    if keep:
        mine += _of_staff(visit, project)
    return (*_for_all(visit, project, in_group=False), *works_views.rows(visit, project), *cards.in_pairs(mine))


def _for_all(visit: Visit, project: Project, *, in_group: bool) -> Rows:
    if project.state not in SUPPORTABLE or project.guard is not None:
        return ()
    if in_group:
        return (((button(project, "button-project-support", "support")),),)
    if project.person_id == visit.person_id:
        return ()
    behind = visit.person_id in visit.uow.projects.supporters(project.number)
    if behind:
        return ((button(project, "button-project-unsupport", "unsupport"),),)
    return ((button(project, "button-project-support", "support"),),)


SUPPORTABLE: Final = (ProjectState.PROPOSED, ProjectState.CANDIDATE, ProjectState.NOT_CHOSEN)
"""Later on the deputies have decided."""


def _of_staff(visit: Visit, project: Project) -> list[Button]:
    happens = possible(project.state)
    cycle = cycles.of_project(visit.uow, project)
    found = []
    if ProjectEvent.EDITED in happens:
        found.append(button(project, "button-project-edit", "edit"))
    if project.guard is not None:
        found.append(button(project, "button-project-show", f"show-all:{last_change(visit.uow, project)}"))
    if cycle is not None and cycle.phase is Phase.SCREENING and SCREENED & happens:
        found.append(Button(Text.of("button-project-screen"), data=f"screen:{project.number}:look"))
    if enters(visit.uow, project) is not None:
        found.append(button(project, "button-project-enter", "enter"))
    if ProjectEvent.WITHDRAWN in happens:
        found.append(button(project, "button-project-withdraw", "withdraw"))
    return found


def last_change(uow: UnitOfWork, project: Project) -> int:
    """Which line of its journal is the newest: by that a button knows of which words it spoke."""
    story = uow.projects.story(project.number)
    return story[-1].id if story else 0


SCREENED: Final = frozenset({ProjectEvent.SCREENED, ProjectEvent.EXCLUDED, ProjectEvent.TAKEN_BACK})


def enters(uow: UnitOfWork, project: Project) -> Cycle | None:
    """The cycle that could take it in from the reserve pool now."""
    own = cycles.of_project(uow, project)
    waits = project.state is ProjectState.PROPOSED and (own is None or own.closed_at is not None)
    if not waits and project.state is not ProjectState.NOT_CHOSEN:
        return None
    return next((each for each in _taking(uow, project) if own is None or each.id != own.id), None)


def _taking(uow: UnitOfWork, project: Project) -> list[Cycle]:
    phases = (Phase.COLLECTION, Phase.SCREENING)
    open_ones = uow.cycles.all(open_only=True)
    return [each for each in open_ones if each.phase in phases and cycles.covers(each, project.station_id)]


def may_retitle(visit: Visit, project: Project) -> bool:
    return _may(visit, Permission.PROJECT_RETITLE, project)


def may_keep(visit: Visit, project: Project) -> bool:
    return _may(visit, Permission.PROJECT_KEEP, project)


def may_read_all(visit: Visit, project: Project) -> bool:
    """Whether the words that the guard holds may be shown here. Nobody reads what accuses them."""
    return visit.place.private and _may(visit, Permission.PROJECT_READ, project)


def _may(visit: Visit, permission: Permission, project: Project) -> bool:
    return projecting.may(visit.uow, visit.actor, permission, project)


EDITED: Final = ("title", "text", "cost", "unit")
"""What staff type anew; ``/setproject`` knows them by these names."""


def edit_rows(project: Project) -> Rows:
    """What staff can change."""
    typed = [button(project, f"button-project-edit-{field}", field) for field in EDITED]
    more = [
        button(project, "button-project-edit-category", "categories:0"),
        button(project, "button-project-station", "stations:0"),
    ]
    return (*cards.in_pairs([*typed, *more]), (button(project, "button-back", "open"),))


CATEGORIES_SHOWN: Final = 10


def category_rows(project: Project, offset: int) -> Rows:
    keys = list(categories.CATEGORIES)
    shown = [
        button(project, "choice-chosen" if key == project.category else "choice-plain", f"category:{place}", name=name)
        for place, key in list(enumerate(keys))[offset : offset + CATEGORIES_SHOWN]
        for name in [Text.of(f"category-{key}")]
    ]
    turns = paging.turns(f"project:{project.number}:categories", offset, CATEGORIES_SHOWN, len(keys))
    return (*cards.in_pairs(shown), *turns, (button(project, "button-back", "edit"),))


STATIONS_SHOWN: Final = 8


def station_rows(uow: UnitOfWork, project: Project, offset: int) -> Rows:
    stations = uow.stations.all()
    shown = [
        (button(project, "choice-station", f"station:{station.id}", station=station.name),)
        for station in stations[offset : offset + STATIONS_SHOWN]
    ]
    turns = paging.turns(f"project:{project.number}:stations", offset, STATIONS_SHOWN, len(stations))
    return (*shown, *turns)


def sure_rows(project: Project, action: str) -> Rows:
    return ((button(project, "button-confirm", action), button(project, "button-cancel", "open")),)


# --- the list ---------------------------------------------------------------------------------------------------------


def list_line(uow: UnitOfWork, project: Project) -> Text:
    """Number, title, state; stars once there are any, else how many stand behind it."""
    return Text.of(
        "list-project-stars" if project.stars else "list-project",
        number=project.number,
        title=project_names.title(project, 40),
        state=Text.of(f"project-state-{project.state}"),
        stars=stars(project.stars) if project.stars else "",
        n=people_behind(uow, project),
    )


def list_rows(shown: Sequence[Project]) -> Rows:
    return cards.in_pairs([button(each, "choice-project", "open", number=each.number) for each in shown], 4)
