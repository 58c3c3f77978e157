"""The residents' poll over the candidates of a cycle: drafted from the cycle, held like any other poll, kept as stars.

The draft is the one of ``poll_desk``: its groups, how long, sealed or not are changed and confirmed there. What it came
to is stored with each project when the poll closes (:func:`store`).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM
from liaisonbot.polls import MOST_OPTIONS, Poll, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Phase, Project, ProjectEvent, step
from liaisonbot.services import cycle_votes, cycles, opinion_index, poll_lines, polling, projecting, readers
from liaisonbot.services.poll_lines import PollLine
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue

FEWEST: Final = 2
RUNS: Final = timedelta(days=7)
MINUTE: Final = timedelta(minutes=1)


def draft(visit: Visit, cycle: Cycle) -> Poll:
    """A draft over all candidates of the cycle, for all groups of its stations; its card is shown.

    Raises Refused where the cycle is in another phase, has too few candidates or too many, where no group is bound, or
    where such a poll goes on.
    """
    uow = visit.uow
    candidates = _checked(uow, cycle)
    groups = cycles.groups(uow, cycle)
    if not groups:
        raise Refused("poll-no-groups")
    _drop_drafts(visit)
    options = options_of(candidates)
    question = _question(visit, cycle)
    made = uow.polls.draft(
        kind=PollLine(question, options).kind,
        question=question,
        options=options,
        multiple=True,
        station_ids=cycles.stations(uow, cycle),
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=readers.language_of(visit.desk, visit.actor.person, visit.actor.staff),
        minutes=int(RUNS / MINUTE),
        rule={"index": opinion_index.USUAL},
        cycle_id=cycle.id,
        subjects=[project.number for project in candidates],
    )
    polling.address(uow, made, groups)
    polling.send_card(uow, visit.desk, made, visit.place.chat_id, visit.language)
    return made


def _checked(uow: UnitOfWork, cycle: Cycle) -> list[Project]:
    if cycle.phase is not Phase.OPINIONS:
        raise Refused("opinion-not-now", phase=Text.of(f"phase-{cycle.phase}"))
    goes_on = cycle_votes.polls_of(uow, cycle, *opinion_index.RESIDENTS, states=(PollState.OPEN,))
    if goes_on:
        raise Refused("opinion-goes-on", number=goes_on[0].number)
    candidates = cycle_votes.candidates(uow, cycle)
    if len(candidates) < FEWEST:
        raise Refused("opinion-too-few", least=FEWEST)
    if len(candidates) > MOST_OPTIONS:
        raise Refused("votes-too-many-candidates", n=len(candidates), most=MOST_OPTIONS)
    cycle_votes.require_shown(candidates)
    return candidates


def changed(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """What a draft over candidates says otherwise now than when it was made, as fields of the poll. Raises Refused
    where none could be made now.
    """
    cycle = uow.cycles.get(poll.cycle_id, lock=True) if poll.cycle_id is not None else None
    return renewed(poll, _checked(uow, cycle)) if cycle is not None and opinion_index.gives_stars(poll) else {}


def renewed(poll: Poll, candidates: list[Project]) -> dict[str, Any]:
    """The ballot over these candidates, where it is another one than the poll has."""
    options, subjects = options_of(candidates), tuple(project.number for project in candidates)
    same = (options, subjects) == (poll.options, poll.subjects)
    return {} if same else {"options": options, "subjects": subjects}


def _drop_drafts(visit: Visit) -> None:
    for left in visit.uow.polls.in_state(PollState.DRAFT):
        if left.chat_id == visit.telegram_id and left.kind in opinion_index.RESIDENTS:
            visit.uow.polls.drop(left.number)


def _question(visit: Visit, cycle: Cycle) -> str:
    settings = visit.desk.settings.locale
    words = catalogue(settings.default_language, settings.timezone)
    question = words.plain(Text.of("opinion-question", **cycles.named(cycle)))
    return question[: poll_lines.LONGEST_QUESTION]


def options_of(candidates: list[Project]) -> tuple[str, ...]:
    """Their titles as they stand on a ballot: phone numbers masked, two of the same told apart by their numbers."""
    shown = [masking.mask(project.title) for project in candidates]
    titles = Counter(shown)
    return tuple(
        title if titles[title] == 1 else f"{title} · {project.number}"
        for title, project in zip(shown, candidates, strict=True)
    )


def store(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """Each candidate gets its stars and its votes. One that is no candidate any more is left as it is."""
    result = poll.result or {}
    if not opinion_index.gives_stars(poll) or "stars" not in result:
        return
    for index, number in enumerate(poll.subjects):
        project = uow.projects.get(number)
        stars = result["stars"][index]
        if project is None or stars is None or step(project.state, ProjectEvent.INDEXED) is None:
            continue
        votes = result["counts"][index]
        projecting.advance(
            uow,
            desk,
            SYSTEM,
            number,
            ProjectEvent.INDEXED,
            changes={"stars": stars, "support": votes},
            details={
                "poll": poll.number,
                "stars": stars,
                "votes": votes,
                "voters": result["voters"],
                "index": result["index"],
            },
        )
