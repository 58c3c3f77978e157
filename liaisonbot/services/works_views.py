"""How a project that is carried out looks: its part of the public story, and the screen of those who carry it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from liaisonbot import keyboards, masking
from liaisonbot.announcements import Sources
from liaisonbot.desk import Desk
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import (
    Inspection,
    Milestone,
    Project,
    ProjectEntry,
    ProjectEvent,
    ProjectState,
    possible,
)
from liaisonbot.services import appraisal_results, cards, progress_posts, project_names, project_people, projecting
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

STEPS_SHOWN: Final = 12
FINDINGS_SHOWN: Final = 6
POSTS_SHOWN: Final = 3
PHOTOS_SHOWN: Final = 10
EXCERPT: Final = 60

_E, _S = ProjectEvent, ProjectState


def blanks(project: Project) -> dict[str, Any]:
    """What sentences about it may name."""
    return {
        "number": project.number,
        "title": project_names.title(project),
        "unit": masking.mask(project.unit or ""),
        "target": masking.mask(project.target or ""),
        "due": project.due,
    }


# --- the public story -------------------------------------------------------------------------------------------------


def lines(uow: UnitOfWork, desk: Desk, project: Project) -> list[Text]:
    """What anybody may read of how it is carried out; nothing before it was confirmed."""
    story = uow.projects.story(project.number, public_only=True)
    if project.state not in (_S.RUNNING, _S.DONE):
        return []
    parts = [
        [Text.of("works-carried", **blanks(project))],
        _supervisors(uow, project),
        _milestones(uow, desk, project),
        _inspections(uow, desk, project),
        _progress(uow, story),
        _end(story),
        _verdict(uow, project, story),
    ]
    return [line for part in parts for line in part]


def _supervisors(uow: UnitOfWork, project: Project) -> list[Text]:
    names = project_names.listed(project_people.supervisors(uow, project))
    return [Text.of("works-supervisors", names=names)] if names else []


def _milestones(uow: UnitOfWork, desk: Desk, project: Project) -> list[Text]:
    steps = uow.projects.milestones(project.number)
    if not steps:
        return []
    done = sum(step.reached_on is not None for step in steps)
    shown = _latest_open_first(steps)
    more = [Text.of("and-more", n=len(steps) - len(shown))] if len(steps) > len(shown) else []
    return [
        Text.of("works-steps", done=done, all=len(steps)),
        *(step_line(desk, step, over=project.state is _S.DONE) for step in shown),
        *more,
    ]


def _latest_open_first(steps: Sequence[Milestone]) -> list[Milestone]:
    """By their days; of too many, those that were reached long ago are left out."""
    if len(steps) <= STEPS_SHOWN:
        return list(steps)
    reached = [step for step in steps if step.reached_on is not None]
    left_out = {step.id for step in reached[: len(steps) - STEPS_SHOWN]}
    return [step for step in steps if step.id not in left_out][:STEPS_SHOWN]


def step_line(desk: Desk, step: Milestone, *, over: bool = False) -> Text:
    """Reached, late by so many days, or still to come; of a project that is over, not reached."""
    words = masking.mask(step.text)
    if step.reached_on is not None:
        return Text.of("works-step-reached", text=words, date=step.reached_on)
    if over:
        return Text.of("works-step-left", text=words, date=step.day)
    late = (desk.today - step.day).days
    if late > 0:
        return Text.of("works-step-late", text=words, date=step.day, n=late)
    return Text.of("works-step-planned", text=words, date=step.day)


def _inspections(uow: UnitOfWork, desk: Desk, project: Project) -> list[Text]:
    found = uow.projects.inspections(project.number)
    if not found:
        return []
    shown = found[-FINDINGS_SHOWN:]
    return [Text.of("works-findings", n=len(found)), *(finding_line(desk, each) for each in shown)]


def finding_line(desk: Desk, found: Inspection) -> Text:
    """Put right, over its day, or to be put right; or nothing was to be put right."""
    params = {"on": found.on, "finding": masking.mask(found.finding)}
    if found.fix_by is None:
        return Text.of("works-finding-well", **params)
    if found.fixed_on is not None:
        return Text.of("works-finding-right", **params, date=found.fixed_on)
    key = "works-finding-late" if found.fix_by < desk.today else "works-finding-open"
    return Text.of(key, **params, date=found.fix_by)


def _progress(uow: UnitOfWork, story: Sequence[ProjectEntry]) -> list[Text]:
    posts = [entry for entry in story if entry.event is _E.PROGRESS and not progress_posts.taken_back(uow, entry)]
    if not posts:
        return []
    shown = posts[-POSTS_SHOWN:]
    return [Text.of("works-posts", n=len(posts)), *map(_post_line, shown)]


def _post_line(entry: ProjectEntry) -> Text:
    words = masking.shorten(" ".join(masking.mask(entry.text or "").split()), EXCERPT)
    return Text.of("works-post-line", at=entry.at, text=words, n=_pictures(entry.sources))


def _pictures(sources: Sources | None) -> int:
    return len(sources.attachments) if sources is not None else 0


def _end(story: Sequence[ProjectEntry]) -> list[Text]:
    ends = [entry for entry in story if entry.event is _E.CARRIED_OUT]
    return [
        Text.of("works-carried-out", date=entry.day, text=masking.mask(entry.text or ""), n=_pictures(entry.sources))
        for entry in ends[-1:]
    ]


def _verdict(uow: UnitOfWork, project: Project, story: Sequence[ProjectEntry]) -> list[Text]:
    judged = [entry for entry in story if entry.event is _E.APPRAISED]
    if project.verdict is None:
        return []
    result = judged[-1].details.get("result") if judged else None
    return appraisal_results.story_lines(result) if result else [appraisal_results.verdict_line(int(project.verdict))]


def photos(uow: UnitOfWork, project: Project) -> list[Attachment]:
    """The newest pictures of its story."""
    kept = [
        attachment
        for entry in uow.projects.story(project.number, public_only=True)
        if entry.sources is not None and not progress_posts.taken_back(uow, entry)
        for attachment in entry.sources.attachments
    ]
    return kept[-PHOTOS_SHOWN:]


# --- buttons ----------------------------------------------------------------------------------------------------------


def _button(project: Project, key: str, action: str, **params: Any) -> Button:
    return Button(Text.of(key, **params), data=f"work:{project.number}:{action}")


def rows(visit: Visit, project: Project) -> Rows:
    """What stands below its story: pictures for anybody; the way on for those who carry it on."""
    found = len(photos(visit.uow, project))
    buttons = [_button(project, "button-works-photos", "photos", n=found)] if found else []
    if project.state is _S.CHOSEN and _may(visit, Permission.PROJECT_KEEP, project):
        buttons.append(_button(project, "button-works-carry", "carry"))
    elif project.state in (_S.RUNNING, _S.DONE) and _may(visit, Permission.PROJECT_SUPERVISE, project):
        buttons.append(_button(project, "button-works-panel", "show"))
    return cards.in_pairs(buttons)


def panel_way(project: Project) -> Rows:
    """The button that opens the screen of those who carry it on."""
    return ((_button(project, "button-works-panel", "show"),),)


def _may(visit: Visit, permission: Permission, project: Project) -> bool:
    return projecting.may(visit.uow, visit.actor, permission, project)


def panel(uow: UnitOfWork, desk: Desk, project: Project) -> Text:
    """How far it is, for those who carry it on; the group also while it is only proposed."""
    head = Text.of(
        "works-panel",
        number=project.number,
        title=project_names.title(project),
        state=Text.of(f"project-state-{project.state}"),
    )
    names = project_names.listed(project_people.supervisors(uow, project, confirmed=False))
    return Text.lines(
        head,
        *lines(uow, desk, project),
        Text.of("works-supervisors-proposed", names=names) if names else None,
    )


BUTTONS: Final = (
    # button           what must be possible      for whom
    ("progress", _E.PROGRESS, Permission.PROJECT_SUPERVISE),
    ("steps", _E.MILESTONE, Permission.PROJECT_SUPERVISE),
    ("findings", _E.PUT_RIGHT, Permission.PROJECT_SUPERVISE),
    ("group", _E.SUPERVISORS, Permission.PROJECT_KEEP),
    ("inspect", _E.INSPECTED, Permission.PROJECT_SUPERVISE),
    ("carriedout", _E.CARRIED_OUT, Permission.PROJECT_KEEP),
    ("appraise", _E.APPRAISED, Permission.PROJECT_KEEP),
    ("change", _E.CONFIRMED, Permission.PROJECT_KEEP),
)
"""In the order in which they take the places below the screen; the others wait behind *More…*."""


def panel_rows(visit: Visit, project: Project, *, unfolded: bool = False, undo: str | None = None) -> Rows:
    """What can be done with it now, by this visitor: as much as one takes in at a glance, or all of it.

    ``undo``: the action that undoes what was just done; its button stands first.
    """
    events = possible(project.state)
    useful = _useful(visit.uow, project)
    shown = [_button(project, "button-works-unnote", undo)] if undo else []
    shown += [
        _button(project, f"button-works-{name}", name)
        for name, event, permission in BUTTONS
        if event in events and useful.get(name, True) and _may(visit, permission, project)
    ]
    found = len(photos(visit.uow, project))
    if found:
        shown.append(_button(project, "button-works-photos", "photos", n=found))
    if unfolded:
        return cards.in_pairs([*shown, _button(project, "button-less", "show")])
    if len(shown) > keyboards.ROOM:
        shown = [*shown[: keyboards.ROOM - 1], _button(project, "button-more", "more")]
    return cards.in_pairs(shown)


def _useful(uow: UnitOfWork, project: Project) -> dict[str, bool]:
    """What would be pointless now is not offered; a project may be appraised before its end by /appraise."""
    return {"findings": bool(open_findings(uow, project)), "appraise": project.state is _S.DONE}


def open_findings(uow: UnitOfWork, project: Project) -> list[Inspection]:
    """What is still to be put right."""
    return [each for each in uow.projects.inspections(project.number) if each.fix_by and each.fixed_on is None]


def steps_screen(visit: Visit, project: Project) -> tuple[Text, Rows]:
    """The milestones, each with a button, and one for another."""
    keeps = _may(visit, Permission.PROJECT_KEEP, project)
    steps = visit.uow.projects.milestones(project.number)
    text = Text.lines(
        Text.of("works-steps-title", number=project.number, title=project_names.title(project)),
        *(step_line(visit.desk, step) for step in steps[:STEPS_SHOWN]),
        None if steps else Text.of("works-no-steps"),
    )
    open_first = sorted(steps, key=lambda step: step.reached_on is not None)
    choices = [
        (_button(project, _choice(step), f"step:{step.id}", date=step.day, text=masking.shorten(step.text, 24)),)
        for step in open_first[:STEPS_SHOWN]
    ]
    add = [_button(project, "button-works-add-step", "milestone")] if keeps else []
    return text, (*choices, (*add, _button(project, "button-back", "show")))


def _choice(step: Milestone) -> str:
    return "choice-step" if step.reached_on is None else "choice-step-reached"


def step_screen(visit: Visit, project: Project, step: Milestone) -> tuple[Text, Rows]:
    """One milestone, and what can be done with it; of one that is reached, that it is not."""
    if step.reached_on is not None:
        undo = _button(project, "button-works-unnote", f"unreached:{step.id}")
        return step_line(visit.desk, step), ((undo,), (_button(project, "button-back", "steps"),))
    keeps = _may(visit, Permission.PROJECT_KEEP, project)
    move = [
        _button(project, "button-works-move", f"move:{step.id}"),
        _button(project, "button-works-strike", f"strike:{step.id}"),
    ]
    rows = (
        (_button(project, "button-works-reached", f"reached:{step.id}"),),
        *([tuple(move)] if keeps else []),
        (_button(project, "button-back", "steps"),),
    )
    return step_line(visit.desk, step), rows


def sure_to_strike(project: Project, step: Milestone) -> tuple[Text, Rows]:
    rows = (
        (
            _button(project, "button-confirm", f"strikenow:{step.id}"),
            _button(project, "button-back", f"step:{step.id}"),
        ),
    )
    return Text.of("works-ask-strike", text=step.text, date=step.day), rows


def findings_screen(visit: Visit, project: Project) -> tuple[Text, Rows]:
    """What is still to be put right, each with its button."""
    found = open_findings(visit.uow, project)
    text = Text.lines(
        Text.of("works-findings-title", number=project.number, title=project_names.title(project)),
        *(finding_line(visit.desk, each) for each in found[:STEPS_SHOWN]),
        None if found else Text.of("works-nothing-to-fix"),
    )
    choices = [
        (_button(project, "choice-finding", f"right:{each.id}", text=masking.shorten(each.finding, 28)),)
        for each in found[:STEPS_SHOWN]
    ]
    return text, (*choices, (_button(project, "button-back", "show"),))


# --- news -------------------------------------------------------------------------------------------------------------


def finding_text(project: Project, found: Inspection) -> Text:
    key = "works-found" if found.fix_by else "works-found-well"
    return Text.of(
        key,
        number=project.number,
        title=project_names.title(project),
        unit=masking.mask(project.unit or ""),
        finding=found.finding,
        date=found.fix_by,
    )


def due_text(project: Project, step: Milestone) -> Text:
    return Text.of(
        "works-step-due", number=project.number, title=project_names.title(project), text=step.text, date=step.day
    )


def overdue_text(project: Project, found: Inspection) -> Text:
    return Text.of(
        "works-finding-overdue",
        number=project.number,
        title=project_names.title(project),
        finding=found.finding,
        date=found.fix_by,
    )
