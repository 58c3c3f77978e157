"""The initial selection (初定): proposal by proposal staff say candidate, or not taken up and on which ground.

The list of grounds is the program's and the staff's own; what is struck out is not offered, and stays readable where a
project was excluded on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import masking
from liaisonbot.errors import NotFound, Refused
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Phase, Project, ProjectEvent, ProjectState, shipped_grounds
from liaisonbot.services import (
    cards,
    cycles,
    paging,
    project_names,
    project_people,
    project_views,
    projecting,
    proposals,
)
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 6
LONGEST: Final = 120
"""Characters of a ground: it is read on a button, and in a sentence to those who proposed."""
MOST: Final = 30
_S: Final = ProjectState


# --- grounds ----------------------------------------------------------------------------------------------------------


def offered(uow: UnitOfWork) -> list[str]:
    """The keys of the grounds that can be chosen now, the program's first."""
    own = uow.projects.grounds()
    keys = [shipped.key for shipped in shipped_grounds()] + [key for key, each in own.items() if each.text]
    return [key for key in keys if key not in own or not own[key].struck]


def _all(uow: UnitOfWork) -> list[str]:
    own = uow.projects.grounds()
    return [*(shipped.key for shipped in shipped_grounds()), *(key for key, each in own.items() if each.text)]


def show_grounds(visit: Visit, offset: int = 0) -> None:
    """All of them, each with a button that strikes it out or restores it."""
    require_staff(visit)
    keys, live = _all(visit.uow), offered(visit.uow)
    lines = [
        Text.of(
            "ground-line" if key in live else "ground-line-struck",
            place=place,
            ground=project_views.ground(visit.uow, key),
        )
        for place, key in enumerate(keys, start=1)
    ]
    shown = list(enumerate(keys, start=1))[offset : offset + PAGE]
    buttons = [
        Button(
            Text.of("button-ground-strike" if key in live else "button-ground-restore", place=place),
            data=f"ground:{key}:{offset}",
        )
        for place, key in shown
    ]
    visit.show(
        Text.lines(Text.of("grounds-title"), *lines, Text.of("grounds-how")),
        rows=(
            *cards.in_pairs(buttons, 3),
            *paging.turns("grounds", offset, PAGE, len(keys)),
            (Button(Text.of("button-ground-add"), data="newground"),),
        ),
    )


def require_staff(visit: Visit) -> None:
    if not may(visit.actor, Permission.PROJECT_KEEP):
        raise NotFound("cycle-not-found")
    if not visit.place.private:
        raise Refused("private-please")


def add_ground(visit: Visit, answers: Answers) -> None:
    """/ground TEXT: one of the staff's own. One that was struck out with the same words is restored."""
    require_staff(visit)
    words = " ".join(answers["text"].split())
    if len(words) > LONGEST:
        raise Refused("project-too-long", n=len(words), longest=LONGEST)
    own = visit.uow.projects.grounds()
    same = next((each.key for each in own.values() if each.text.casefold() == words.casefold()), None)
    if same is None and sum(1 for each in own.values() if each.text) >= MOST:
        raise Refused("grounds-full", most=MOST)
    taken = [int(key.removeprefix("own")) for key in own if key.removeprefix("own").isdecimal()]
    visit.uow.projects.set_ground(same or f"own{max(taken, default=0) + 1}", words, visit.desk.now)
    visit.toast()
    show_grounds(visit)


def _ground(visit: Visit, rest: Sequence[str]) -> None:
    """``ground:KEY:OFFSET``: struck out, or restored."""
    require_staff(visit)
    if len(rest) != 2 or rest[0] not in _all(visit.uow):
        raise Refused("old-button")
    key, own = rest[0], visit.uow.projects.grounds()
    struck = key in offered(visit.uow)
    if struck and len(offered(visit.uow)) == 1:
        raise Refused("grounds-last")
    visit.uow.projects.set_ground(key, own[key].text if key in own else "", visit.desk.now, struck=struck)
    visit.toast(Text.of("toast-ground-struck" if struck else "toast-ground-restored"))
    show_grounds(visit, number_in(rest[1]))


def _turn_grounds(visit: Visit, rest: Sequence[str]) -> None:
    visit.toast()
    show_grounds(visit, number_in(rest[0]) if rest else 0)


# --- going through them -----------------------------------------------------------------------------------------------


def progress(uow: UnitOfWork, cycle: Cycle) -> tuple[int, int]:
    """How many are screened, and of how many."""
    screened = uow.projects.count(
        _S.CANDIDATE, _S.EXCLUDED, _S.CHOSEN, _S.NOT_CHOSEN, _S.RUNNING, _S.DONE, cycle_id=cycle.id
    )
    return screened, screened + uow.projects.count(_S.PROPOSED, cycle_id=cycle.id)


def show_list(visit: Visit, cycle: Cycle, offset: int = 0) -> None:
    """The proposals of the cycle, those that wait first, a page at a time, with how far it is."""
    waiting = _sorted(visit.uow.projects.find(_S.PROPOSED, cycle_id=cycle.id, limit=cycles.MOST))
    done = _sorted(visit.uow.projects.find(_S.CANDIDATE, _S.EXCLUDED, cycle_id=cycle.id, limit=cycles.MOST))
    every = [project for project in (*waiting, *done) if project_views.may_keep(visit, project)]
    screened, total = progress(visit.uow, cycle)
    shown = every[offset : offset + PAGE]
    lines = [_line(visit.uow, project) for project in shown] or [Text.of("screening-nothing")]
    buttons = [
        Button(Text.of("choice-project", number=each.number), data=f"screen:{each.number}:look") for each in shown
    ]
    visit.show(
        Text.lines(
            Text.of("screening-title", **cycles.named(cycle), done=screened, total=total),
            *lines,
        ),
        rows=(
            *cards.in_pairs(buttons, 3),
            *paging.turns(f"screening:{cycle.id}", offset, PAGE, len(every)),
            (Button(Text.of("button-cycle-back"), data=f"cycle:{cycle.id}:show"),),
        ),
    )


def _sorted(found: Sequence[Project]) -> list[Project]:
    return sorted(found, key=lambda project: project.number)


def _line(uow: UnitOfWork, project: Project) -> Text:
    return Text.of(
        "screening-line",
        number=project.number,
        title=masking.shorten(project.title, 40) or Text.of("project-untitled"),
        state=project_views.standing(uow, project),
        n=project_views.people_behind(uow, project),
    )


def _screening(visit: Visit, rest: Sequence[str]) -> None:
    """``screening:CYCLE[:OFFSET]``."""
    if len(rest) not in (1, 2):
        raise Refused("old-button")
    cycle = cycles.find(visit.uow, visit.actor, number_in(rest[0]), to_move=False)
    visit.toast()
    show_list(visit, cycle, number_in(rest[1]) if len(rest) == 2 else 0)


# --- one proposal -----------------------------------------------------------------------------------------------------


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``screen:N:ACTION[:ARGUMENT]``."""
    if len(rest) not in (2, 3) or rest[1] not in ACTIONS or not visit.place.private:
        raise Refused("old-button")
    project = projecting.find(visit.uow, visit.actor, number_in(rest[0]), Permission.PROJECT_KEEP, lock=True)
    _cycle_of(visit.uow, project)
    ACTIONS[rest[1]](visit, project, rest[2] if len(rest) == 3 else "")


def _cycle_of(uow: UnitOfWork, project: Project) -> Cycle:
    """Its cycle, while that is being screened; else it is said when that is."""
    cycle = cycles.of_project(uow, project)
    if cycle is None:
        raise Refused("screening-in-reserve", number=project.number)
    if cycle.phase is not Phase.SCREENING:
        raise Refused("screening-not-now", phase=cycles.name(cycle.phase))
    return cycle


def look(visit: Visit, project: Project, _: str = "") -> None:
    """The proposal as staff read it, and what can be said of it."""
    visit.toast()
    _show(visit, project)


def _show(visit: Visit, project: Project) -> None:
    screened, total = progress(visit.uow, _cycle_of(visit.uow, project))
    visit.show(
        Text.lines(
            Text.of("screening-progress", done=screened, total=total),
            project_views.story(visit.uow, visit.desk, project, whole=project_views.may_read_all(visit, project)),
        ),
        rows=_rows(visit.uow, project),
    )


def _button(project: Project, key: str, action: str) -> Button:
    return Button(Text.of(key), data=f"screen:{project.number}:{action}")


def _rows(uow: UnitOfWork, project: Project) -> Rows:
    said = {
        _S.PROPOSED: ("candidate", "grounds:0", "same"),
        _S.CANDIDATE: ("back", "grounds:0"),
        _S.EXCLUDED: ("back",),
    }.get(project.state, ())
    buttons = [_button(project, f"button-screen-{action.partition(':')[0]}", action) for action in said]
    following = _next(uow, project)
    onwards = [Button(Text.of("button-screen-list"), data=f"screening:{project.cycle_id}")]
    if following is not None:
        onwards.append(Button(Text.of("button-screen-next", number=following), data=f"screen:{following}:look"))
    return (*cards.in_pairs(buttons), tuple(onwards))


def _next(uow: UnitOfWork, project: Project) -> int | None:
    """The next one that waits, round and round."""
    waiting = sorted(
        each.number for each in uow.projects.find(_S.PROPOSED, cycle_id=project.cycle_id, limit=cycles.MOST)
    )
    others = [number for number in waiting if number != project.number]
    return next((number for number in others if number > project.number), others[0] if others else None)


def _candidate(visit: Visit, project: Project, _: str) -> None:
    if project.guard is not None:
        raise Refused("screening-held", number=project.number)
    after = projecting.advance(visit.uow, visit.desk, visit.actor, project.number, ProjectEvent.SCREENED)
    _tell(visit, after, "project-told-candidate")
    visit.toast(Text.of("toast-screened-candidate", number=project.number))
    _show(visit, after)


def _choose_ground(visit: Visit, project: Project, offset: str) -> None:
    start, keys = number_in(offset or "0"), offered(visit.uow)
    buttons = [
        (
            Button(
                Text.of("choice-ground", ground=project_views.ground(visit.uow, key)),
                data=f"screen:{project.number}:ground:{key}",
            ),
        )
        for key in keys[start : start + PAGE]
    ]
    visit.toast()
    visit.show(
        Text.of("ask-ground", number=project.number, title=project.title),
        rows=(
            *buttons,
            *paging.turns(f"screen:{project.number}:grounds", start, PAGE, len(keys)),
            (_button(project, "button-back", "look"),),
        ),
    )


def _ask_exclude(visit: Visit, project: Project, key: str) -> None:
    """What the proposer will read, before they do."""
    _require_offered(visit, key)
    visit.toast()
    ground = project_views.ground(visit.uow, key)
    visit.show(
        Text.of("ask-sure-exclude", number=project.number, title=project.title, ground=ground),
        rows=((_button(project, "button-confirm", f"exclude:{key}"), _button(project, "button-back", "grounds:0")),),
    )


def _require_offered(visit: Visit, key: str) -> None:
    if key not in offered(visit.uow):
        raise Refused("ground-not-offered")


def _exclude(visit: Visit, project: Project, key: str) -> None:
    _require_offered(visit, key)
    after = projecting.advance(
        visit.uow,
        visit.desk,
        visit.actor,
        project.number,
        ProjectEvent.EXCLUDED,
        changes={"ground": key},
        details={"ground": key},
    )
    _tell(visit, after, "project-told-excluded", ground=project_views.ground(visit.uow, key))
    visit.toast(Text.of("toast-screened-excluded", number=project.number))
    _show(visit, after)


def _take_back(visit: Visit, project: Project, _: str) -> None:
    after = projecting.advance(visit.uow, visit.desk, visit.actor, project.number, ProjectEvent.TAKEN_BACK)
    _tell(visit, after, "project-told-taken-back")
    visit.toast(Text.of("toast-screened-back", number=project.number))
    _show(visit, after)


def _tell(visit: Visit, project: Project, key: str, **params: object) -> None:
    """Everybody behind it; what the guard holds is called by its number only."""
    text = Text.of(key, number=project.number, title=project_names.title(project), **params)
    project_people.tell_those_behind(visit.uow, visit.desk, project, text)


def _same(visit: Visit, project: Project, _: str) -> None:
    """Those it could be joined to, if it is one of them."""
    alike = proposals.offer(visit.uow, visit.desk, project)
    if not alike:
        raise Refused("screening-none-alike")
    visit.toast()
    lines = [project_views.list_line(visit.uow, each) for each in alike]
    rows = (*proposals.joining_rows(project, alike), (_button(project, "button-back", "look"),))
    visit.show(Text.lines(Text.of("screening-alike", number=project.number, title=project.title), *lines), rows=rows)


ACTIONS: Final[Mapping[str, Callable[[Visit, Project, str], None]]] = {
    "look": look,
    "candidate": _candidate,
    "grounds": _choose_ground,
    "ground": _ask_exclude,
    "exclude": _exclude,
    "back": _take_back,
    "same": _same,
}
SAID: Final = ("candidate", "grounds", "same", "back")
"""The buttons below a proposal that is screened."""
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "screening": _screening,
    "screen": press,
    "grounds": _turn_grounds,
    "ground": _ground,
}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"ground": add_ground}
