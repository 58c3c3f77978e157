"""The buttons of projects that are carried out: ``work:PROJECT:ACTION[:ID]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot.commands import BY_NAME
from liaisonbot.errors import Refused
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission
from liaisonbot.projects import Project, ProjectState
from liaisonbot.services import (
    appraising,
    dialogues,
    paging,
    polling,
    project_names,
    projecting,
    supervision,
    works,
    works_arguments,
    works_views,
)
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 8
KEEP, SUPERVISE = Permission.PROJECT_KEEP, Permission.PROJECT_SUPERVISE


def press(visit: Visit, rest: Sequence[str]) -> None:
    """What is not theirs, and what there is not, is answered alike; what is not possible now, in words."""
    if len(rest) not in (2, 3):
        raise Refused("old-button")
    needs, act = ACTIONS.get(rest[1], (None, None))
    if act is None:
        raise Refused("old-button")
    project = projecting.find(visit.uow, visit.actor, number_in(rest[0]), needs)
    if needs is not None and not visit.place.private:
        raise Refused("private-please")
    act(visit, project, number_in(rest[2]) if len(rest) == 3 else 0)


Act = Callable[[Visit, Project, int], None]


def _begins(name: str) -> Act:
    """The command's dialogue, with the project filled in."""
    command = BY_NAME[name]

    def begin(visit: Visit, project: Project, _: int) -> None:
        works_arguments.check(visit, command.arguments[0].kind, project.number)
        dialogues.begin_anew(visit, command, {"project": project.number})

    return begin


def _about(name: str, argument: str, find: Callable[[Visit, int], object]) -> Act:
    """The command's dialogue, about one milestone or one finding."""

    def begin(visit: Visit, project: Project, which: int) -> None:
        find(visit, which)
        dialogues.begin_anew(visit, BY_NAME[name], {argument: which})

    return begin


def _show(visit: Visit, project: Project, _: int) -> None:
    visit.toast()
    text = works_views.panel(visit.uow, visit.desk, project)
    visit.show(text, rows=works_views.panel_rows(visit, project))


def _more(visit: Visit, project: Project, _: int) -> None:
    visit.toast()
    text = works_views.panel(visit.uow, visit.desk, project)
    visit.show(text, rows=works_views.panel_rows(visit, project, unfolded=True))


def _photos(visit: Visit, project: Project, _: int) -> None:
    """The pictures of the story, one message each, in the private chat."""
    if not visit.place.private:
        raise Refused("private-please")
    visit.toast()
    for attachment in works_views.photos(visit.uow, project):
        visit.promise(Outgoing(Send.MEDIA, visit.place.chat_id, attachment=attachment, priority=Priority.CONVERSATION))


def _appraise(visit: Visit, project: Project, _: int) -> None:
    """The one that runs, or the questions for a new one."""
    running = appraising.of_project(visit.uow, project)
    if running is not None and running.open:
        visit.toast()
        polling.send_card(visit.uow, visit.desk, running, visit.place.chat_id, visit.language)
        return
    _begins("appraise")(visit, project, 0)


# --- milestones, findings ---------------------------------------------------------------------------------------------


def _steps(visit: Visit, project: Project, _: int) -> None:
    visit.toast()
    text, rows = works_views.steps_screen(visit, project)
    visit.show(text, rows=rows)


def _step(visit: Visit, project: Project, which: int) -> None:
    step = works.find_milestone(visit, which, SUPERVISE)
    visit.toast()
    text, rows = works_views.step_screen(visit, project, step)
    visit.show(text, rows=rows)


def _ask_strike(visit: Visit, project: Project, which: int) -> None:
    step = works.find_milestone(visit, which, KEEP)
    visit.toast()
    text, rows = works_views.sure_to_strike(project, step)
    visit.show(text, rows=rows)


def _strike(visit: Visit, project: Project, which: int) -> None:
    struck = works.strike(visit, which)
    visit.toast(Text.of("toast-struck"))
    text, rows = works_views.steps_screen(visit, struck)
    visit.show(text, rows=rows)


def _findings(visit: Visit, project: Project, _: int) -> None:
    visit.toast()
    text, rows = works_views.findings_screen(visit, project)
    visit.show(text, rows=rows)


# --- the supervision group --------------------------------------------------------------------------------------------


def _group(visit: Visit, project: Project, offset: int) -> None:
    visit.toast()
    if not visit.uow.projects.supervisors(project.number):
        supervision.propose(visit.uow, project)
    visit.show(_group_text(visit, project), rows=_group_rows(visit, project, offset))


def _group_text(visit: Visit, project: Project) -> Text:
    chosen, confirmed = supervision.members(visit.uow, project)
    names = project_names.listed(entry for id_ in chosen if (entry := visit.uow.roster.get(id_)))
    over = project_names.listed(supervision.passed_over(visit.uow, project))
    key = "works-group-confirmed" if confirmed else "works-group-proposed"
    return Text.lines(
        Text.of("works-group-title", number=project.number, title=project_names.title(project)),
        Text.of(key, names=names) if names else Text.of("works-group-nobody"),
        Text.of("works-group-passed", names=over) if over else None,
        Text.of("works-group-how") if not confirmed else Text.of("works-group-how-confirmed"),
    )


def _group_rows(visit: Visit, project: Project, offset: int) -> Rows:
    chosen, confirmed = supervision.members(visit.uow, project)
    offered = supervision.candidates(visit.uow, project)
    shown = []
    for entry in offered[offset : offset + PAGE]:
        key = "choice-member-on" if entry.id in chosen else "choice-member-off"
        knows = Text.of("works-knows") if supervision.knows(project, entry) else ""
        n = len(visit.uow.projects.supervised_by(entry.id))
        label = Text.of(key, name=entry.name, knows=knows, n=n)
        shown.append((Button(label, data=f"work:{project.number}:member:{entry.id}"),))
    turns = paging.turns(f"work:{project.number}:group", offset, PAGE, len(offered))
    confirm = [] if confirmed or not chosen else [_button(project, "button-confirm", "groupok")]
    return (*shown, *turns, (*confirm, _button(project, "button-back", "show")))


def _button(project: Project, key: str, action: str) -> Button:
    return Button(Text.of(key), data=f"work:{project.number}:{action}")


def _toggle(visit: Visit, project: Project, entry_id: int) -> None:
    _require_running(project)
    supervision.toggle(visit, project, entry_id)
    ids = [entry.id for entry in supervision.candidates(visit.uow, project)]
    _group(visit, project, ids.index(entry_id) // PAGE * PAGE)


def _require_running(project: Project) -> None:
    if project.state not in (ProjectState.CHOSEN, ProjectState.RUNNING):
        raise projecting.refusal(project)


def _confirm_group(visit: Visit, project: Project, _: int) -> None:
    supervision.confirm(visit, project)
    visit.toast(Text.of("toast-group-confirmed"))
    visit.show(works_views.panel(visit.uow, visit.desk, project), rows=works_views.panel_rows(visit, project))


ACTIONS: Final[Mapping[str, tuple[Permission | None, Act]]] = {
    # button      needs       does
    "photos": (None, _photos),
    "show": (SUPERVISE, _show),
    "more": (SUPERVISE, _more),
    "carry": (KEEP, _begins("carry")),
    "change": (KEEP, _begins("carry")),
    "progress": (SUPERVISE, _begins("progress")),
    "inspect": (SUPERVISE, _begins("inspect")),
    "milestone": (KEEP, _begins("milestone")),
    "carriedout": (KEEP, _begins("carriedout")),
    "appraise": (KEEP, _appraise),
    "steps": (SUPERVISE, _steps),
    "step": (SUPERVISE, _step),
    "reached": (
        SUPERVISE,
        _about("reached", "milestone", lambda visit, which: works.find_milestone(visit, which, SUPERVISE)),
    ),
    "unreached": (SUPERVISE, lambda visit, _, which: works.not_reached(visit, which)),
    "move": (KEEP, _about("movemilestone", "milestone", lambda visit, which: works.find_milestone(visit, which, KEEP))),
    "strike": (KEEP, _ask_strike),
    "strikenow": (KEEP, _strike),
    "findings": (SUPERVISE, _findings),
    "right": (SUPERVISE, _about("putright", "inspection", works.find_inspection)),
    "unright": (SUPERVISE, lambda visit, _, which: works.not_put_right(visit, which)),
    "group": (KEEP, _group),
    "member": (KEEP, _toggle),
    "groupok": (KEEP, _confirm_group),
}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"work": press}
