"""Projects that are carried out: confirmed after the vote, their milestones, progress, inspections, and the end.

Every change goes through ``projecting.advance``; whom it is told is decided here, beside it. The supervision group:
``supervision``; the appraisal: ``appraising``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from liaisonbot.announcements import Audience, Sources
from liaisonbot.commands import Kind
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.outgoing import Priority
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Inspection, Milestone, Project, ProjectEvent, ProjectState
from liaisonbot.services import (
    announcing,
    progress_posts,
    project_names,
    project_people,
    projecting,
    quiet,
    supervision,
    works_arguments,
    works_views,
)
from liaisonbot.services.doing import Answers, files_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

_E = ProjectEvent


# --- confirmed --------------------------------------------------------------------------------------------------------


def carry(visit: Visit, answers: Answers) -> None:
    """/carry: who carries a chosen project out, what it is to achieve, by when. Said again, it is changed."""
    uow, desk = visit.uow, visit.desk
    before = projecting.find(uow, visit.actor, answers["project"], Permission.PROJECT_KEEP)
    due = date.fromisoformat(answers["due"])
    changes = {"unit": answers["unit"], "target": answers["target"], "due": due}
    project = projecting.advance(
        uow,
        desk,
        visit.actor,
        before.number,
        _E.CONFIRMED,
        changes=changes,
        text=answers["target"],
        details={"unit": answers["unit"], "due": answers["due"]},
    )
    for day, words in answers.get("milestones", ()):
        uow.projects.add_milestone(project.number, date.fromisoformat(day), words)
    first_time = before.state is ProjectState.CHOSEN
    if first_time:
        supervision.propose(uow, project)
    _tell_confirmed(visit, project, first_time=first_time)
    _done(visit, project, Text.of("done-carry" if first_time else "done-carry-changed", number=project.number))


def _tell_confirmed(visit: Visit, project: Project, *, first_time: bool) -> None:
    """Those who stand behind it, the groups and the deputies: each once, as what they are first."""
    uow, desk = visit.uow, visit.desk
    blanks = works_views.blanks(project)
    rows = project_people.way(desk, project)
    to_them = Text("works-confirmed-behind" if first_time else "works-changed-behind", blanks)
    to_all = Text("works-confirmed" if first_time else "works-changed", blanks)
    told = project_people.tell(uow, desk, project_people.people_readers(uow, desk, project), to_them, rows=rows)
    deputies = project_people.entry_readers(uow, desk, project_people.deputies_of(uow, project))
    others = [*project_people.group_readers(uow, desk, project), *deputies]
    left = [reader for reader in others if reader.chat_id not in told]
    project_people.tell(uow, desk, left, to_all, rows=rows, but=visit.telegram_id)


def _done(visit: Visit, project: Project, said: Text, *, undo: str | None = None) -> None:
    """What was done, above what can be done next; ``undo``: the action of the button that undoes it."""
    visit.toast()
    text = Text.lines(said, Text.of("works-dash"), works_views.panel(visit.uow, visit.desk, project))
    visit.say(text, rows=works_views.panel_rows(visit, project, undo=undo))


def preview_carry(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """All of it once more, before it goes to everybody."""
    project = projecting.find(visit.uow, visit.actor, answers["project"], Permission.PROJECT_KEEP)
    steps = [
        Text.of("works-step-planned", date=date.fromisoformat(day), text=words)
        for day, words in answers.get("milestones", ())
    ]
    groups = len(project_people.groups_of(visit.uow, project))
    people = len(project_people.behind(visit.uow, project))
    text = Text.lines(
        Text.of(
            "ask-sure-carry",
            number=project.number,
            title=project_names.title(project),
            unit=answers["unit"],
            target=answers["target"],
            due=date.fromisoformat(answers["due"]),
        ),
        *steps,
        Text.of("works-goes-to", groups=Text.counted("groups", groups), people=Text.counted("people", people)),
    )
    return text, None


# --- milestones -------------------------------------------------------------------------------------------------------


def milestone(visit: Visit, answers: Answers) -> None:
    """/milestone: something is to be reached by that day."""
    day = date.fromisoformat(answers["date"])
    project = _advance(visit, answers["project"], _E.MILESTONE, text=answers["text"], day=day)
    visit.uow.projects.add_milestone(project.number, day, answers["text"])
    _done(visit, project, Text.of("done-milestone", number=project.number, date=day, text=answers["text"]))


def reached(visit: Visit, answers: Answers) -> None:
    """A milestone was reached on that day."""
    step = find_milestone(visit, answers["milestone"], Permission.PROJECT_SUPERVISE)
    if step.reached_on is not None:
        raise Refused("milestone-reached-already", date=step.reached_on)
    day = date.fromisoformat(answers["date"])
    project = _advance(visit, step.project, _E.MILESTONE_REACHED, text=step.text, day=day)
    visit.uow.projects.reached(step.id, day)
    _done(visit, project, Text.of("done-reached", text=step.text, date=day), undo=f"unreached:{step.id}")


def preview_reached(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    step = find_milestone(visit, answers["milestone"], Permission.PROJECT_SUPERVISE)
    return Text.of("ask-sure-reached", text=step.text, date=date.fromisoformat(answers["date"])), None


def not_reached(visit: Visit, milestone_id: int) -> None:
    """That it was reached was noted by mistake. Its day counts again; nobody had been told."""
    step = find_milestone(visit, milestone_id, Permission.PROJECT_SUPERVISE)
    if step.reached_on is None:
        raise Refused("milestone-not-reached")
    project = _advance(visit, step.project, _E.UNNOTED, text=step.text, day=step.reached_on, public=False)
    visit.uow.projects.reached(step.id, None)
    _done(visit, project, Text.of("done-unreached", text=step.text, date=step.day))


def move(visit: Visit, answers: Answers) -> None:
    """A milestone gets another day; it is reminded of anew."""
    step = _open_milestone(visit, answers["milestone"])
    day = date.fromisoformat(answers["date"])
    details = {"from": step.day.isoformat(), "what": "moved"}
    project = _advance(visit, step.project, _E.MILESTONE, text=step.text, day=day, details=details)
    visit.uow.projects.move_milestone(step.id, day)
    _done(visit, project, Text.of("done-moved", text=step.text, date=day))


def strike(visit: Visit, milestone_id: int) -> Project:
    """A milestone was a mistake: it is struck out. The journal keeps that it was there, for staff."""
    step = _open_milestone(visit, milestone_id)
    project = _advance(
        visit, step.project, _E.MILESTONE, text=step.text, day=step.day, details={"what": "struck"}, public=False
    )
    visit.uow.projects.strike_milestone(step.id)
    return project


def find_milestone(visit: Visit, milestone_id: int, permission: Permission) -> Milestone:
    """The milestone, if the visitor may do that to its project; else as if there were none."""
    step = visit.uow.projects.milestone(milestone_id)
    project = visit.uow.projects.get(step.project) if step is not None else None
    if step is None or project is None or not projecting.may(visit.uow, visit.actor, permission, project):
        raise NotFound("milestone-not-found")
    return step


def _open_milestone(visit: Visit, milestone_id: int) -> Milestone:
    step = find_milestone(visit, milestone_id, Permission.PROJECT_KEEP)
    if step.reached_on is not None:
        raise Refused("milestone-reached-already", date=step.reached_on)
    return step


def _advance(visit: Visit, number: int, event: ProjectEvent, **more: object) -> Project:
    return projecting.advance(visit.uow, visit.desk, visit.actor, number, event, **more)  # type: ignore[arg-type]


# --- progress, the end ------------------------------------------------------------------------------------------------


def progress(visit: Visit, answers: Answers) -> None:
    """/progress: nothing goes out yet. It is shown as it will look, and asked about; see ``progress_posts``."""
    project = works_arguments.check(visit, Kind.WORK_TO_TELL, answers["project"])
    sources = _sources(visit, answers)
    if not answers["text"] and sources is None:
        raise Refused("need-words")
    announcing.draft(
        visit,
        answers["text"],
        sources=sources,
        station_ids=project_people.stations_of(visit.uow, project),
        audience=Audience.GROUPS,
        project=project.number,
        project_event=_E.PROGRESS,
    )


def _sources(visit: Visit, answers: Answers) -> Sources | None:
    files = files_of(visit, answers)
    return Sources(files.chat_id, files.ids, files.attachments, files.album) if files else None


def carried_out(visit: Visit, answers: Answers) -> None:
    """办结: it stands as staff say; the groups and all who stand behind it are told."""
    sources = _sources(visit, answers)
    project = _advance(
        visit,
        answers["project"],
        _E.CARRIED_OUT,
        text=answers["text"] or None,
        day=visit.desk.today,
        sources=progress_posts.kept(sources),
    )
    visit.toast(Text.of("toast-carriedout", number=project.number))
    announcing.send_at_once(
        visit,
        answers["text"],
        sources=sources,
        station_ids=project_people.stations_of(visit.uow, project),
        project=project.number,
        project_event=_E.CARRIED_OUT,
    )
    visit.say(
        Text.of("done-carriedout", number=project.number, title=project_names.title(project)),
        rows=works_views.panel_rows(visit, project),
    )


def preview_carried_out(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """What is still open is named: saying that it is carried out does not put it right."""
    project = projecting.find(visit.uow, visit.actor, answers["project"], Permission.PROJECT_KEEP)
    steps = [step for step in visit.uow.projects.milestones(project.number) if step.reached_on is None]
    found = [each for each in visit.uow.projects.inspections(project.number) if each.fix_by and not each.fixed_on]
    return Text.lines(
        Text.of("ask-sure-carriedout", number=project.number, title=project_names.title(project)),
        Text.of("works-steps-open", n=len(steps)) if steps else None,
        Text.of("works-findings-open", n=len(found)) if found else None,
        Text.of("carriedout-goes-out"),
    ), answers["text"] or None


# --- inspections ------------------------------------------------------------------------------------------------------


def inspect(visit: Visit, answers: Answers) -> None:
    """/inspect: what was found today, and by when it is to be put right."""
    uow, today = visit.uow, visit.desk.today
    fix_by = None if answers["date"] == works_arguments.NEVER else date.fromisoformat(answers["date"])
    project = _advance(
        visit,
        answers["project"],
        _E.INSPECTED,
        text=answers["text"],
        day=fix_by,
        sources=progress_posts.kept(_sources(visit, answers)),
    )
    found = uow.projects.add_inspection(project.number, today, answers["text"], fix_by)
    _tell_watchers(visit, project, works_views.finding_text(project, found))
    _done(visit, project, Text.of("done-inspected" if fix_by else "done-inspected-well", number=project.number))


def put_right(visit: Visit, answers: Answers) -> None:
    """What an inspection found was put right on that day."""
    found = find_inspection(visit, answers["inspection"])
    if found.fixed_on is not None or found.fix_by is None:
        raise Refused("finding-put-right-already")
    day = date.fromisoformat(answers["date"])
    if day < found.on:
        raise Refused("put-right-before-found", date=found.on)
    project = _advance(visit, found.project, _E.PUT_RIGHT, text=found.finding, day=day)
    visit.uow.projects.put_right(found.id, day)
    said = Text.of(
        "works-was-put-right",
        number=project.number,
        title=project_names.title(project),
        finding=found.finding,
        date=day,
    )
    _tell_watchers(visit, project, said)
    _done(visit, project, Text.of("done-putright", number=project.number, date=day), undo=f"unright:{found.id}")


def preview_put_right(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    found = find_inspection(visit, answers["inspection"])
    return Text.of("ask-sure-putright", text=found.finding, date=date.fromisoformat(answers["date"])), None


def not_put_right(visit: Visit, inspection_id: int) -> None:
    """That it was put right was noted by mistake: whoever had heard of that hears of this."""
    found = find_inspection(visit, inspection_id)
    if found.fixed_on is None:
        raise Refused("finding-not-put-right")
    project = _advance(visit, found.project, _E.UNNOTED, text=found.finding, day=found.fixed_on, public=False)
    visit.uow.projects.put_right(found.id, None)
    said = {"number": project.number, "finding": found.finding, "date": found.fix_by}
    _tell_watchers(visit, project, Text.of("works-not-put-right", **said, title=project_names.title(project)))
    _done(visit, project, Text.of("done-unright", **said))


def find_inspection(visit: Visit, inspection_id: int) -> Inspection:
    """The inspection, if the visitor supervises its project; else as if there were none."""
    found = visit.uow.projects.inspection(inspection_id)
    project = visit.uow.projects.get(found.project) if found is not None else None
    needed = Permission.PROJECT_SUPERVISE
    if found is None or project is None or not projecting.may(visit.uow, visit.actor, needed, project):
        raise NotFound("finding-not-found")
    return found


def _tell_watchers(visit: Visit, project: Project, text: Text) -> None:
    _tell_those_who_watch(visit.uow, visit.desk, project, text, but=visit.telegram_id)


def _tell_those_who_watch(
    uow: UnitOfWork, desk: Desk, project: Project, text: Text, *, but: int | None = None, **more: object
) -> None:
    """Staff, who pass it on to the unit, and the supervision group."""
    group = project_people.entry_readers(uow, desk, project_people.supervisors(uow, project))
    told = [*project_people.staff_readers(uow, desk, project), *group]
    rows = works_views.panel_way(project)
    project_people.tell(uow, desk, told, text, rows=rows, but=but, priority=Priority.NOTICE, **more)


# --- what the clock does ----------------------------------------------------------------------------------------------


def remind_of_milestones(uow: UnitOfWork, desk: Desk) -> int:
    """Its day has come and it is not reached: staff and the group hear of it, once for each day it was given."""
    if quiet.until(desk) is not None:
        return 0
    count = 0
    for step in uow.projects.milestones_due(desk.today):
        project = uow.projects.get(step.project)
        if project is not None and uow.once.claim(f"milestone:{step.id}:{step.day.isoformat()}", desk.now):
            _tell_those_who_watch(uow, desk, project, works_views.due_text(project, step), daytime=True)
            count += 1
    return count


def remind_of_findings(uow: UnitOfWork, desk: Desk) -> int:
    """The day for putting it right has passed: the same people, once."""
    if quiet.until(desk) is not None:
        return 0
    count = 0
    for found in uow.projects.to_be_put_right(desk.today - timedelta(days=1)):
        project = uow.projects.get(found.project)
        if project is not None and uow.once.claim(f"finding:{found.id}", desk.now):
            _tell_those_who_watch(uow, desk, project, works_views.overdue_text(project, found), daytime=True)
            count += 1
    return count


STEPS: Final = (remind_of_milestones, remind_of_findings)

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "carry": carry,
    "milestone": milestone,
    "reached": reached,
    "movemilestone": move,
    "progress": progress,
    "inspect": inspect,
    "putright": put_right,
    "carriedout": carried_out,
}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {
    "carry": preview_carry,
    "reached": preview_reached,
    "putright": preview_put_right,
    "carriedout": preview_carried_out,
}
