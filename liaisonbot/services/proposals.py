"""Proposals of livelihood projects: made by anybody, from a case, joined to a like one, supported, withdrawn.

A proposal is kept before anything is compared. What seems to be the same is offered to its proposer, who alone (or
staff) says whether it is; each person counts once for the proposal in which it goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from liaisonbot import categories, guard, likeness, masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.polls import PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Project, ProjectEvent, ProjectState
from liaisonbot.services import (
    casework,
    cycles,
    guarding,
    privacy,
    project_names,
    project_people,
    project_views,
    projecting,
    sorting,
)
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

LONGEST_TITLE: Final = 60
ABOUT: Final = 60
OFFERED: Final = 3
COMPARED: Final = 500
"""The newest of the station: more than a cycle has."""
OPEN_TO_JOIN: Final = (ProjectState.PROPOSED, ProjectState.CANDIDATE, ProjectState.NOT_CHOSEN)
OPEN_TO_PART: Final = (*OPEN_TO_JOIN, ProjectState.WITHDRAWN)
"""Who withdraws a project withdraws nobody else's."""
OF_CASE: Final = "of_case"
"""The answer that says from which case a proposal comes."""
BECOME_IDEAS: Final = frozenset({"help", "enquiry", "suggestion"})
"""Kinds of a case that a project idea may turn out to be: a complaint or a dispute stays one."""
_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+?(?=[。！？!?；;\n]|\.(?:\s|$)|$)")


# --- proposing --------------------------------------------------------------------------------------------------------


def title_of(text: str) -> str:
    """Its first sentence, as long as a title may be."""
    first = _SENTENCE.search(text.strip())
    return masking.shorten(" ".join((first[0] if first else text).split()), LONGEST_TITLE)


def require_place(visit: Visit) -> None:
    """Refuse where no proposal can be made: in a group that belongs to no station."""
    if not visit.place.private:
        group = visit.uow.groups.get(visit.place.chat_id)
        if group is None or group.station_id is None:
            raise Refused("propose-group-unbound")


def about(visit: Visit) -> dict[str, Any]:
    """The case whose card /propose answers, where its words are the visitor's to use; else it is of no case."""
    quoted = visit.message.quoted if visit.message else None
    link = visit.uow.links.case_of(visit.place.chat_id, quoted.message_id) if quoted else None
    if link is None:
        return {}
    try:
        case = casework.find(visit.uow, visit.actor, link.case, Permission.CASE_PROPOSE)
    except Refused:
        return {}
    return {OF_CASE: case.number}


def ask_words(visit: Visit, answers: Answers) -> tuple[Text, Rows]:
    """The question; of a case with what it is about, and that its author must not be known by the words."""
    case = visit.uow.cases.get(answers[OF_CASE]) if OF_CASE in answers else None
    if case is None:
        return Text.of("ask-propose"), ()
    about = masking.shorten(" ".join(masking.mask(case.text or "").split()), ABOUT)
    return Text.of("ask-propose-case", case=case.number, about=about), ()


def propose(visit: Visit, answers: Answers) -> None:
    """/propose: kept at once, answered with its number, and with what seems to be the same."""
    require_place(visit)
    text = (answers["text"] or "").strip()
    if not text:
        raise Refused("need-words")
    case = _case(visit, answers)
    project = _keep(visit, text, case)
    if visit.actor.person is not None:
        privacy.show_notice_once(visit.uow, visit.desk, visit.actor.person, visit.place, visit.language)
    if case is not None:
        _follow_case(visit, case, project)
    tell_staff(visit, project, Text.of("project-told-staff"))
    _answer(visit, project, case)


def tell_staff(visit: Visit, project: Project, head: Text) -> None:
    """The staff of its station read all of it, below what happened to it."""
    text = Text.lines(head, project_views.story(visit.uow, visit.desk, project, whole=True))
    rows = ((project_views.button(project, "button-project-open", "open"),),)
    project_people.tell_staff(visit.uow, visit.desk, project, text, rows, but=visit.actor)


def _case(visit: Visit, answers: Answers) -> Case | None:
    if OF_CASE not in answers:
        return None
    case = casework.find(visit.uow, visit.actor, answers[OF_CASE], Permission.CASE_PROPOSE)
    topic = guard.topic_of(case.guard)
    if case.kind == "accusation" or (topic is not None and topic.hides):
        raise Refused("propose-case-private", case=case.number)
    require_no_project(visit.uow, case.number)
    return case


def require_no_project(uow: UnitOfWork, case: int) -> None:
    """Raise Refused where the case has become a project already: its authors are behind it once."""
    existing = uow.projects.of_case(case)
    if existing is not None:
        raise Refused("propose-case-already", case=case, number=existing.number)


def _keep(visit: Visit, text: str, case: Case | None) -> Project:
    """The proposal as it is kept: whose it is, of which station, in the cycle that collects there now."""
    uow = visit.uow
    station = case.station_id if case is not None else _station(visit)
    proposer, by = _proposer(visit, case)
    topic = guarding.look_at_question(visit, [station], text)
    cycle = cycles.collecting(uow, station)
    project = uow.projects.propose(
        title=title_of(text),
        text=text,
        station_id=station,
        category=case.category if case is not None else categories.propose_category(text),
        person_id=proposer,
        by=by,
        cycle_id=cycle.id if cycle else None,
        now=visit.desk.now,
        case=case.number if case else None,
    )
    if topic is not None:
        project = uow.projects.update(project.number, now=visit.desk.now, guard=topic)
    uow.projects.record(
        project.number, ProjectEvent.PROPOSED, at=visit.desk.now, by=_as_what(visit), person_id=visit.person_id
    )
    for other in _other_authors(uow, case, proposer):
        uow.projects.support(project.number, other, visit.desk.now)
    return project


def _station(visit: Visit) -> int | None:
    """In a group the group's; in private the person's, that of those who work at one only, or the only one there is."""
    if not visit.place.private:
        group = visit.uow.groups.get(visit.place.chat_id)
        return group.station_id if group else None
    person, entry = visit.actor.person, visit.actor.staff or visit.actor.deputy
    if entry is not None and len(entry.station_ids) == 1:
        return next(iter(entry.station_ids))
    if person is not None and person.station_id is not None:
        return person.station_id
    stations = visit.uow.stations.all()
    return stations[0].id if len(stations) == 1 else None


def _as_what(visit: Visit) -> Role:
    """As what somebody proposes: staff and deputies are asked for it in their office."""
    return next(role for role in visit.actor.roles if role is not Role.SYSTEM)


def _proposer(visit: Visit, case: Case | None) -> tuple[int, Role]:
    """The author of the case, where one is known; else whoever writes."""
    authors = visit.uow.cases.authors(case.number) if case is not None else []
    if authors:
        return authors[0].person_id, Role.CONSTITUENT
    return visit.person_id, _as_what(visit)


def _other_authors(uow: UnitOfWork, case: Case | None, proposer: int) -> list[int]:
    authors = uow.cases.authors(case.number) if case is not None else []
    return [author.person_id for author in authors if author.person_id != proposer]


def _follow_case(visit: Visit, case: Case, project: Project) -> None:
    """Its authors are told, and its kind says what it turned out to be."""
    text = Text.of("project-told-author", case=case.number, number=project.number, title=project_names.title(project))
    project_people.tell_those_behind(visit.uow, visit.desk, project, text, but=[visit.person_id])
    if case.kind in BECOME_IDEAS and workflow.applies(case, workflow.Event.SORTED) is not None:
        sorting.sort(visit.uow, visit.desk, visit.actor, case.number, {"kind": "project_idea"})


def _answer(visit: Visit, project: Project, case: Case | None) -> None:
    cycle = cycles.of_project(visit.uow, project)
    alike = [] if project.guard else offer(visit.uow, visit.desk, project)
    held = Text.lines(Text.of("project-received-held"), guarding.advice_on(project.guard)) if project.guard else None
    if held is not None and not visit.place.private:
        reachable = visit.actor.person is not None and visit.actor.person.reachable
        held = guarding.to_the_private_chat(reachable=reachable)
        if reachable and visit.telegram_id is not None:
            _advise_in_private(visit, project)
    visit.toast()
    visit.say(
        Text.lines(
            Text.of("project-received", number=project.number, title=_own_title(visit, project)),
            Text.of("project-received-case", case=case.number) if case is not None else None,
            held,
            Text.of("project-received-where", station=project_views.station_name(visit.uow, project))
            if project.station_id is not None
            else Text.of("project-received-no-station"),
            Text.of("project-received-cycle", year=str(cycle.year)) if cycle else Text.of("project-received-reserve"),
            Text.of("projects-alike") if alike else None,
            *(project_views.list_line(visit.uow, each) for each in alike),
        ),
        rows=_answer_rows(visit, project, alike),
    )


def _own_title(visit: Visit, project: Project) -> str | Text:
    return project.title if visit.place.private else project_names.title(project)


def _advise_in_private(visit: Visit, project: Project) -> None:
    """What should not have stood in a group: the right channel and the reason, to its author alone."""
    assert project.guard is not None
    text = Text.lines(
        Text.of("project-received", number=project.number, title=project.title), guarding.advice_on(project.guard)
    )
    project_people.tell_person(visit.uow, visit.desk, visit.person_id, text)


def _answer_rows(visit: Visit, project: Project, alike: list[Project]) -> Rows:
    joining = joining_rows(project, alike)
    if project.station_id is None and visit.place.private:
        return (*joining, *project_views.station_rows(visit.uow, project, 0))
    if not visit.place.private:
        return (*joining, *project_people.way(visit.desk, project))
    return (*joining, (project_views.button(project, "button-project-open", "open"),))


def joining_rows(project: Project, alike: list[Project]) -> Rows:
    """A button for each that seems to be the same."""
    return tuple((Button(_me_too(each), data=f"alike:{project.number}:{each.number}"),) for each in alike)


def _me_too(project: Project) -> Text:
    title = project_names.title(project, project_views.ON_A_BUTTON)
    return Text.of("button-project-me-too", number=project.number, title=title)


# --- like ones --------------------------------------------------------------------------------------------------------


def alike(uow: UnitOfWork, project: Project) -> list[Project]:
    """Proposals of the same station that seem to want the same, likest first. Nothing that the guard holds."""
    if project.station_id is None or not project.text:
        return []
    score = likeness.compared_with(project.text)
    others = uow.projects.find(*OPEN_TO_JOIN, station_ids=[project.station_id], limit=COMPARED)
    scored = [
        (score(other.text), other)
        for other in others
        if other.number != project.number and other.guard is None and other.text
        if other.person_id is None or other.person_id != project.person_id
    ]
    found = sorted((pair for pair in scored if pair[0] >= likeness.ALIKE), key=lambda pair: (-pair[0], pair[1].number))
    return [other for _, other in found[:OFFERED]]


def offer(uow: UnitOfWork, desk: Desk, project: Project) -> list[Project]:
    """What seems to be the same, noted as offered: a button is a promise, and no forged one joins anything else."""
    found = alike(uow, project)
    for other in found:
        uow.once.claim(_offered(project.number, other.number), desk.now)
    return found


def _offered(number: int, into: int) -> str:
    return f"alike:{number}:{into}"


def join_offered(visit: Visit, number: int, into: int) -> None:
    """我也支持: the proposal goes on in the other one, and its proposer counts there, once."""
    project = projecting.find(visit.uow, visit.actor, number, Permission.PROJECT_JOIN, lock=True)
    if not visit.uow.once.claimed(_offered(number, into)):
        raise Refused("old-button")
    whole = _whole(visit.uow, into)
    if whole.state not in OPEN_TO_JOIN or whole.guard is not None or whole.number == number:
        raise projecting.refusal(whole)
    if visit.uow.projects.joined_to(number):
        raise Refused("project-has-others", number=number)
    added = _count_there(visit, project, whole)
    after = projecting.advance(
        visit.uow,
        visit.desk,
        visit.actor,
        number,
        ProjectEvent.JOINED,
        changes={"joined_to": whole.number},
        details={"added": added},
    )
    text = Text.of("project-joined", number=number, into=whole.number, title=project_names.title(whole))
    if visit.person_id != project.person_id:
        project_people.tell_those_behind(visit.uow, visit.desk, after, text, but=[visit.person_id])
    visit.toast(Text.of("toast-project-joined", into=whole.number))
    visit.show(
        Text.lines(text, Text.of("project-people", n=project_views.people_behind(visit.uow, whole))),
        rows=parting_rows(project),
    )


def _whole(uow: UnitOfWork, number: int) -> Project:
    """The project in which that one goes on."""
    found = uow.projects.get(number, lock=True)
    if found is None:
        raise Refused("old-button")
    return _whole(uow, found.joined_to) if found.joined_to is not None else found


def _count_there(visit: Visit, project: Project, whole: Project) -> list[int]:
    """Those who stood behind it stand behind the other one now; who did so before is not counted again.

    Who has no place of their own there: they came with this one, or with another that goes on there as well.
    """
    uow = visit.uow
    came = {person for other in uow.projects.joined_to(whole.number) for person in _came_with(uow, other, whole.number)}
    new = [person for person in _behind(uow, project) if person != whole.person_id]
    return [person for person in new if uow.projects.support(whole.number, person, visit.desk.now) or person in came]


def _behind(uow: UnitOfWork, project: Project) -> list[int]:
    """Its proposer and who supports it, each once."""
    people = (project.person_id, *uow.projects.supporters(project.number))
    return list(dict.fromkeys(person for person in people if person))


def _came_with(uow: UnitOfWork, project: Project, into: int) -> list[int]:
    """Who stands behind the project in which that one goes on because of it. Where whoever joined it was forgotten, and
    the list of them with it, those of its people are meant who came there at that moment.
    """
    joined = [each for each in uow.projects.story(project.number) if each.event is ProjectEvent.JOINED]
    if not joined:
        return []
    added = joined[-1].details.get("added")
    if added is not None:
        return list(added)
    then = set(uow.projects.supporters(into, at=joined[-1].at))
    return [person for person in _behind(uow, project) if person in then]


def part(visit: Visit, number: int) -> None:
    """Joining it was a slip: it stands by itself again, and who came with it leaves with it, but for those who stand
    behind another one that goes on there.
    """
    project = projecting.find(visit.uow, visit.actor, number, Permission.PROJECT_JOIN, lock=True)
    into = project.joined_to
    if into is None:
        raise projecting.refusal(project)
    whole = visit.uow.projects.get(into, lock=True)
    if whole is None or whole.state not in OPEN_TO_PART:
        raise Refused("project-decided", number=into)
    after = projecting.advance(visit.uow, visit.desk, visit.actor, number, ProjectEvent.PARTED)
    others = visit.uow.projects.joined_to(into)
    stay = {person for other in others for person in _behind(visit.uow, other)}
    for person_id in _came_with(visit.uow, project, into):
        if person_id not in stay:
            visit.uow.projects.unsupport(into, person_id)
    visit.toast()
    visit.show(
        Text.of("project-parted", number=number, into=into),
        rows=((project_views.button(after, "button-project-open", "open"),),),
    )


# --- standing behind it -----------------------------------------------------------------------------------------------


def support(visit: Visit, number: int) -> None:
    """Somebody stands behind it, too: once, from wherever they press."""
    project = _supportable(visit, number)
    if project.person_id == visit.person_id:
        raise Refused("project-is-yours", number=number)
    if not visit.uow.projects.support(number, visit.person_id, visit.desk.now):
        raise Refused("project-supported-already", number=number)
    visit.toast(Text.of("toast-project-supported", number=number))


def unsupport(visit: Visit, number: int) -> None:
    _supportable(visit, number)
    if not visit.uow.projects.unsupport(number, visit.person_id):
        raise Refused("project-not-supported", number=number)
    visit.toast(Text.of("toast-project-unsupported", number=number))


def _supportable(visit: Visit, number: int) -> Project:
    project = projecting.find(visit.uow, visit.actor, number, lock=True)
    if project.guard is not None or project.state not in project_views.SUPPORTABLE:
        raise projecting.refusal(project)
    return project


# --- changing it ------------------------------------------------------------------------------------------------------


def require_not_voted_on(uow: UnitOfWork, number: int) -> None:
    """Raise Refused while a poll or a vote on it is open: what people vote on stays until they have voted."""
    found = next((poll for poll in uow.polls.in_state(PollState.OPEN) if number in poll.subjects), None)
    if found is not None:
        raise Refused("project-voted-on", number=number, poll=found.number)


def withdraw(visit: Visit, number: int) -> Project:
    """It is taken back; those who stood behind it are told, and who had joined theirs to it how that goes on by
    itself.
    """
    require_not_voted_on(visit.uow, number)
    after = projecting.advance(visit.uow, visit.desk, visit.actor, number, ProjectEvent.WITHDRAWN)
    text = Text.of("project-told-withdrawn", number=number, title=project_names.title(after))
    joined = [each for each in visit.uow.projects.joined_to(number) if each.person_id is not None]
    told = [each.person_id for each in joined if each.person_id is not None]
    project_people.tell_those_behind(visit.uow, visit.desk, after, text, but=[visit.person_id, *told])
    for each, person_id in zip(joined, told, strict=True):
        said = Text.lines(text, Text.of("project-told-may-part", number=each.number))
        project_people.tell_person(visit.uow, visit.desk, person_id, said, rows=parting_rows(each))
    return after


def parting_rows(project: Project) -> Rows:
    """The button by which it stands by itself again."""
    return ((Button(Text.of("button-project-unjoin"), data=f"unjoin:{project.number}"),),)


def change(visit: Visit, number: int, field: str, value: str) -> Project:
    """A new title by its proposer or staff; the rest by staff. New words pass the guard like the first ones."""
    event = ProjectEvent.RETITLED if field == "title" else ProjectEvent.EDITED
    project = projecting.find(visit.uow, visit.actor, number, projecting.NEEDS[event], lock=True)
    changes: dict[str, Any] = {field: _fitting(field, value)}
    if field in ("title", "text") and not project_views.may_keep(visit, project):
        topic = guarding.look_at_question(visit, [project.station_id], value)
        if topic:
            after = _changed(visit, project, event, {**changes, "guard": topic})
            tell_staff(visit, after, Text.of("project-told-staff-held", number=number))
            return after
    return _changed(visit, project, event, changes)


def _fitting(field: str, value: str) -> str:
    words = " ".join(value.split()) if field != "text" else value.strip()
    longest = _LONGEST[field]
    if len(words) > longest:
        raise Refused("project-too-long", n=len(words), longest=longest)
    return words


_LONGEST: Final[Mapping[str, int]] = {"title": LONGEST_TITLE, "text": 3000, "cost": 60, "unit": 60}


def _changed(visit: Visit, project: Project, event: ProjectEvent, changes: Mapping[str, Any]) -> Project:
    require_not_voted_on(visit.uow, project.number)
    details = {"what": sorted(changes)}
    return projecting.advance(
        visit.uow, visit.desk, visit.actor, project.number, event, changes=changes, details=details, public=False
    )


def set_category(visit: Visit, project: Project, key: str) -> Project:
    return _changed(visit, project, ProjectEvent.EDITED, {"category": key})


def set_station(visit: Visit, project: Project, station_id: int) -> Project:
    """The station it is for: said by its proposer while it has none, changed by staff. Its staff hear of it."""
    if visit.uow.stations.get(station_id) is None:
        raise Refused("station-unknown")
    known = project.station_id is not None
    event = ProjectEvent.EDITED if known else ProjectEvent.RETITLED
    changes = {"station_id": station_id, **_in_its_cycle(visit.uow, project, station_id)}
    after = _changed(visit, project, event, changes)
    if not known and visit.actor.person is not None and visit.person_id == project.person_id:
        visit.uow.people.set_station(visit.person_id, station_id)
    tell_staff(visit, after, Text.of("project-told-staff"))
    return after


def _in_its_cycle(uow: UnitOfWork, project: Project, station_id: int) -> dict[str, Any]:
    """Of another station it goes on in the cycle of that one, or waits in the reserve: staff who move a cycle on have
    to have all of it. Raises Refused for a candidate, which is the cycle's already.
    """
    own = cycles.of_project(uow, project)
    if own is not None and cycles.covers(own, station_id):
        return {}
    if own is not None and project.state is ProjectState.CANDIDATE:
        raise Refused("project-candidate-of-cycle", number=project.number, **cycles.named(own))
    if project.state is not ProjectState.PROPOSED:
        return {}
    cycle = cycles.collecting(uow, station_id)
    return {"cycle_id": cycle.id if cycle is not None else None}


def show_to_all(visit: Visit, number: int) -> Project:
    """Staff read what the guard held, and find nothing in it that others may not read."""
    project = projecting.find(visit.uow, visit.actor, number, Permission.PROJECT_KEEP, lock=True)
    if project.guard is None:
        raise Refused("old-button")
    return projecting.advance(
        visit.uow, visit.desk, visit.actor, number, ProjectEvent.SHOWN, changes={"guard": None}, public=False
    )


def enter(uow: UnitOfWork, desk: Desk, actor: Actor, project: Project, cycle: Cycle) -> Project:
    """From the reserve pool into the cycle."""
    changes = {"cycle_id": cycle.id, "stars": None, "support": None}
    details = {"cycle": cycle.id}
    return projecting.advance(uow, desk, actor, project.number, ProjectEvent.ENTERED, changes=changes, details=details)


def reserve(uow: UnitOfWork, cycle: Cycle) -> list[Project]:
    """What the cycle could take in: of its stations, waiting, or not chosen in another one."""
    waiting = uow.projects.find(ProjectState.PROPOSED, ProjectState.NOT_CHOSEN, limit=cycles.MOST)
    return [each for each in waiting if (into := project_views.enters(uow, each)) is not None and into.id == cycle.id]


BEFORE_WORDS: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, Rows]]]] = {"propose": ask_words}
