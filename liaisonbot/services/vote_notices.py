"""The announcement (公告) of what the deputies chose: its words, its card, its document, and what follows from it.

It is drafted here and sent like any announcement (``announcing``). Once it goes out, everybody who stands behind a
candidate is told what became of it, and the cycle moves on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.announcements import Announcement, Post, State
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import SYSTEM
from liaisonbot.outgoing import Priority, StoredFile
from liaisonbot.polls import Poll, PollKind, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Phase
from liaisonbot.reports import vote_sheets
from liaisonbot.reports.charts import Bar, Chart, Part
from liaisonbot.services import (
    cycle_votes,
    cycles,
    poll_results,
    project_people,
    readers,
    vote_notes,
    vote_publishing,
    vote_results,
)
from liaisonbot.texts import Catalogue, Text, catalogue

MOVES_ON: Final = (Phase.VOTE, Phase.ANNOUNCEMENT)
BEFORE: Final = (Phase.COLLECTION, Phase.SCREENING, Phase.OPINIONS, *MOVES_ON)
"""Here an announcement of the vote would still have to move the cycle on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one candidate: its votes in the first round, and in the last one it stood in."""

    number: int
    title: str
    stars: str
    first: dict[str, int]
    last: dict[str, int]
    round: int
    chosen: bool


def outcomes(uow: UnitOfWork, polls: list[Poll]) -> list[Outcome]:
    """All candidates of these rounds: who was chosen first, then by votes in the round that decided."""
    found: dict[int, Outcome] = {}
    chosen = cycle_votes.chosen(polls)
    for place, poll in enumerate(polls, 1):
        result = cycle_votes.result_of(poll)
        rows = {row["index"]: row for row in result["candidates"]}
        for index, (number, title) in enumerate(zip(poll.subjects, poll.options, strict=True)):
            first = found[number].first if number in found else rows[index]
            stars = vote_results.stars_of(result, index)
            found[number] = Outcome(number, title, stars, first, rows[index], place, number in chosen)
    return sorted(found.values(), key=lambda each: (not each.chosen, -each.first["approved"], each.number))


def counted_rounds(uow: UnitOfWork, cycle: Cycle) -> list[Poll]:
    """The votes that decided something, in order. Raises Refused while the vote is not decided."""
    if not cycle_votes.decided(uow, cycle):
        raise Refused("votes-not-decided")
    polls = [poll for poll in cycle_votes.votes(uow, cycle) if cycle_votes.result_of(poll).get("quorate")]
    return [poll for poll in polls if poll.state is PollState.CLOSED]


# --- the words --------------------------------------------------------------------------------------------------------


def words(desk: Desk, language: str) -> Catalogue:
    return catalogue(language, desk.settings.locale.timezone)


def text(uow: UnitOfWork, cycle: Cycle, polls: list[Poll]) -> Text:
    """What is proposed to be announced: who took part, who was chosen, who was not, by which rule."""
    found = outcomes(uow, polls)
    chosen, others = [one for one in found if one.chosen], [one for one in found if not one.chosen]
    lines = [
        Text.of("votes-notice-title", **cycles.named(cycle)),
        *(_round_line(poll, place, len(polls)) for place, poll in enumerate(polls, 1)),
        Text.of("votes-notice-chosen", n=len(chosen)),
        *(_line(place, one) for place, one in enumerate(chosen, 1)),
        *([Text.of("votes-notice-others")] if others else []),
        *(_line(place, one) for place, one in enumerate(others, 1)),
        Text.of("votes-notice-rule"),
        *vote_results.rule_lines(vote_results.rule_of(polls[0])),
        *vote_notes.lines(polls[0]),
        Text.of("votes-notice-next"),
    ]
    return Text.lines(*lines)


def _round_line(poll: Poll, place: int, rounds: int) -> Text:
    turnout = vote_results.turnout(cycle_votes.result_of(poll))
    return Text.of("votes-notice-round", place=place, turnout=turnout) if rounds > 1 else turnout


def _line(place: int, one: Outcome) -> Text:
    return Text.of("votes-notice-line", place=place, title=one.title, stars=one.stars, votes=_votes(one))


def _votes(one: Outcome) -> Text:
    """Its votes in the first round, and where a further one decided, in that."""
    first = Text.of("votes-notice-votes", **_blanks(one.first))
    if one.round == 1:
        return first
    return Text.of("votes-notice-rounds", first=first, round=one.round, last=one.last["approved"])


def _blanks(row: dict[str, int]) -> dict[str, Any]:
    return {"n": row["approved"], "against": row["against"], "abstained": row["abstained"]}


# --- the card and the document ----------------------------------------------------------------------------------------


def chart(uow: UnitOfWork, cycle: Cycle, polls: list[Poll]) -> StoredFile:
    """All candidates with their votes in the first round; who was chosen in any of them is marked."""
    first = polls[0]
    result = cycle_votes.result_of(first)
    bars = tuple(
        Bar(
            Text.of("votes-notice-bar", title=masking.shorten(one.title, 40), stars=one.stars),
            (Part(one.first["approved"]),),
            Text.of("votes-notice-note", n=one.first["approved"]),
            marked=one.chosen,
        )
        for one in outcomes(uow, polls)
    )
    drawn = Chart(
        Text.of("votes-notice-title", **cycles.named(cycle)),
        bars,
        below=(
            vote_results.turnout(result),
            *vote_results.rule_lines(vote_results.rule_of(first), result),
            *vote_notes.lines(first),
            *([Text.of("votes-notice-by-rounds", n=len(polls))] if len(polls) > 1 else []),
        ),
        whole=float(max(result["electors"], 1)),
        threshold=(float(result["needed"]), Text.of("vote-chart-needed", n=result["needed"])),
    )
    return poll_results.chart_file(first, drawn)


def sheet(uow: UnitOfWork, desk: Desk, cycle: Cycle, polls: list[Poll], body: str, language: str) -> StoredFile:
    """The same as a document, with a table of all candidates."""
    title = words(desk, language).plain(Text.of("votes-notice-title", **cycles.named(cycle)))
    rows = [
        [
            Text.of("votes-sheet-cell", words=one.title),
            Text.of("votes-sheet-cell", words=one.stars or "–"),
            _votes(one),
            Text.of("votes-sheet-chosen" if one.chosen else "votes-sheet-not-chosen"),
        ]
        for one in outcomes(uow, polls)
    ]
    below = body.partition("\n")[2] if body.startswith(title) else body
    return vote_sheets.file(f"P{polls[0].number}.docx", title, below, rows)


def picture(uow: UnitOfWork, announcement: Announcement) -> StoredFile | None:
    """The card that goes with the announcement of a vote; None for any other announcement."""
    poll = uow.polls.get(announcement.poll) if announcement.poll is not None else None
    cycle = uow.cycles.get(poll.cycle_id) if poll is not None and poll.cycle_id is not None else None
    if cycle is None or not cycle_votes.decided(uow, cycle):
        return None
    return chart(uow, cycle, counted_rounds(uow, cycle))


# --- once it goes out -------------------------------------------------------------------------------------------------


def announced(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> None:
    """The announcement of a vote goes out: those behind the candidates hear of theirs, and the cycle moves on. Once."""
    poll = uow.polls.get(announcement.poll) if announcement.poll is not None else None
    cycle = uow.cycles.get(poll.cycle_id, lock=True) if poll is not None and poll.cycle_id is not None else None
    if poll is None or cycle is None or cycle.phase not in MOVES_ON or not cycle_votes.decided(uow, cycle):
        return
    if cycle.phase is Phase.VOTE:
        cycle = cycles.move_on(uow, desk, SYSTEM, cycle.id)
    cycles.announced(uow, desk, SYSTEM, cycle)
    if uow.once.claim(f"vote-told:{poll.number}", desk.now):
        _tell_those_behind(uow, desk, counted_rounds(uow, cycle))
    cycles.move_on(uow, desk, SYSTEM, cycle.id, concerns=(cycles.DEPUTIES,))


def not_due(uow: UnitOfWork, announcement: Announcement) -> Refused | None:
    """Why the announcement of a vote does not go out: it was announced, by another draft, or another result counts now.
    None where it does, and for any other announcement.
    """
    poll = uow.polls.get(announcement.poll) if announcement.poll is not None else None
    cycle = uow.cycles.get(poll.cycle_id, lock=True) if poll is not None and poll.cycle_id is not None else None
    if poll is None or cycle is None or poll.kind is not PollKind.VOTE:
        return None
    if cycle.phase not in MOVES_ON:
        return Refused("votes-announced")
    if not cycle_votes.decided(uow, cycle):
        return Refused("votes-not-decided")
    counts = counted_rounds(uow, cycle)[-1]
    return None if counts.number == poll.number else Refused("votes-notice-of-before")


def moved_on_by(uow: UnitOfWork, announcement: Announcement) -> Cycle | None:
    """The cycle that the announcement of a vote moved on; None for any other, and once that is moved back."""
    poll = uow.polls.get(announcement.poll) if announcement.poll is not None else None
    cycle = uow.cycles.get(poll.cycle_id) if poll is not None and poll.cycle_id is not None else None
    going = announcement.state in (State.RUNNING, State.DONE, State.UNDOING, State.UNDONE)
    return cycle if cycle is not None and going and cycle.phase not in BEFORE else None


def what_stays(uow: UnitOfWork, announcement: Announcement) -> Text | None:
    """Taken back, it leaves the ballots in the groups and the cycle where it is: said to whoever takes it back."""
    cycle = moved_on_by(uow, announcement)
    return Text.of("votes-notice-stays", phase=cycles.name(cycle.phase), cycle=cycle.id) if cycle else None


def _tell_those_behind(uow: UnitOfWork, desk: Desk, polls: list[Poll]) -> None:
    """In private only: the groups have the announcement itself."""
    for one in outcomes(uow, polls):
        needed = cycle_votes.result_of(polls[one.round - 1])["needed"]
        key = "votes-yours-chosen" if one.chosen else "votes-yours-not-chosen"
        said = Text.of(
            key, number=one.number, title=masking.shorten(one.title, 80), n=one.last["approved"], needed=needed
        )
        project = uow.projects.get(one.number)
        if project is not None:
            told, rows = project_people.people_readers(uow, desk, project), project_people.way(desk, project)
            project_people.tell(uow, desk, told, said, rows=rows, priority=Priority.NOTICE)


def posted(uow: UnitOfWork, desk: Desk, announcement: Announcement, post: Post) -> None:
    """It stands in a group now: below it come all ballots of each round, by receipt code. Deputies have had them."""
    poll = uow.polls.get(announcement.poll) if announcement.poll is not None else None
    cycle = uow.cycles.get(poll.cycle_id) if poll is not None and poll.cycle_id is not None else None
    if cycle is None or post.chat_id is None or post.entry_id is not None:
        return
    language = readers.group_language(desk, uow.groups.get(post.chat_id))
    for each in counted_rounds(uow, cycle):
        listed = vote_publishing.ballot_list(uow, desk, each)
        uow.outbox.add(replace(listed, chat_id=post.chat_id, language=language), desk.now)
