"""Those who hold a cycle's votes: /vote, the draft of a deputies' vote (票决), its opening, its further rounds.

A vote is drafted, shown with everybody who may vote, and opened by 确认. Who may vote is the list made at that moment;
decision 0033 says why. While it is open nothing of it is shown but the turnout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.polls import MOST_OPTIONS, Elector, Eligible, Poll, PollKind, PollState
from liaisonbot.projects import Cycle, Phase
from liaisonbot.services import (
    balloting,
    cycle_votes,
    cycles,
    opinions,
    poll_closing,
    polling,
    readers,
    vote_lines,
    vote_notes,
    vote_views,
)
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.services.vote_lines import VoteLine
from liaisonbot.texts import Text, catalogue
from liaisonbot.voting import Rule

MINUTE: Final = timedelta(minutes=1)
USUAL_RULE: Final = "half_of_all"
AS_USUAL: Final = VoteLine()


# --- /vote ------------------------------------------------------------------------------------------------------------


def vote(visit: Visit, answers: Answers) -> None:
    """/vote: the cycle's screen. With how it is to be held behind it, in phase 审议票决, the draft of the vote."""
    line = vote_lines.from_json(answers.get("line") or {})
    cycles = [cycle for cycle in cycle_votes.held(visit.uow, visit.actor) if line.year in (None, cycle.year)]
    if not cycles:
        raise Refused("votes-no-cycle")
    if len(cycles) > 1:
        text, rows = vote_views.cycles_screen(cycles)
        visit.show(text, rows=rows)
        return
    if line.says_how:
        send_draft(visit, draft(visit, cycles[0], line))
        return
    show_cycle(visit, cycles[0])


def show_cycle(visit: Visit, cycle: Cycle) -> None:
    """What has been voted in it, and what can be started now."""
    for poll in cycle_votes.polls_of(visit.uow, cycle, *PollKind, states=(PollState.OPEN,)):
        poll_closing.if_over(visit.uow, visit.desk, poll)
    cycle = visit.uow.cycles.get(cycle.id) or cycle
    text, rows = vote_views.cycle_screen(visit.uow, visit.desk, cycle)
    visit.toast()
    visit.show(text, rows=rows)


# --- the draft --------------------------------------------------------------------------------------------------------


def draft(visit: Visit, cycle: Cycle, line: VoteLine) -> Poll:
    """Over all candidates of the cycle, for as many places as the cycle has."""
    candidates = checked(visit, cycle)
    rule = Rule.preset(line.rule or USUAL_RULE, line.places or cycle.places)
    return _made(
        visit,
        cycle,
        rule,
        options=opinions.options_of(candidates),
        subjects=[project.number for project in candidates],
        minutes=int((line.runs or vote_lines.USUAL) / MINUTE),
    )


def checked(visit: Visit, cycle: Cycle) -> list[Any]:
    if cycle.phase is not Phase.VOTE:
        raise Refused("votes-not-now", phase=Text.of(f"phase-{cycle.phase}"))
    nothing_else(visit, cycle)
    if cycle_votes.decided(visit.uow, cycle):
        raise Refused("votes-decided")
    candidates = cycle_votes.candidates(visit.uow, cycle)
    if not candidates:
        raise Refused("votes-no-candidates")
    if len(candidates) > MOST_OPTIONS:
        raise Refused("votes-too-many-candidates", n=len(candidates), most=MOST_OPTIONS)
    cycle_votes.require_shown(candidates)
    return candidates


def nothing_else(visit: Visit, cycle: Cycle) -> None:
    goes_on = cycle_votes.polls_of(visit.uow, cycle, PollKind.VOTE, states=(PollState.OPEN,))
    if goes_on:
        raise Refused("votes-goes-on", number=goes_on[0].number)


def _made(
    visit: Visit,
    cycle: Cycle,
    rule: Rule,
    *,
    options: Sequence[str],
    subjects: Sequence[int],
    minutes: int,
    round_of: int | None = None,
    reason: str | None = None,
) -> Poll:
    for left in cycle_votes.polls_of(visit.uow, cycle, PollKind.VOTE, states=(PollState.DRAFT,)):
        visit.uow.polls.drop(left.number)
    kept = {**rule.to_json(), **({"reason": reason} if reason else {})}
    return visit.uow.polls.draft(
        kind=PollKind.VOTE,
        question=_question(visit, cycle),
        options=options,
        multiple=True,
        sealed=True,
        secret=True,
        eligible=Eligible.LISTED,
        station_ids=cycles.stations(visit.uow, cycle),
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=readers.language_of(visit.desk, visit.actor.person, visit.actor.staff),
        minutes=minutes,
        rule=kept,
        cycle_id=cycle.id,
        subjects=subjects,
        round_of=round_of,
    )


def _question(visit: Visit, cycle: Cycle) -> str:
    locale = visit.desk.settings.locale
    said = Text.of("votes-question", **cycles.named(cycle))
    return catalogue(locale.default_language, locale.timezone).plain(said)


def send_draft(visit: Visit, made: Poll) -> None:
    polling.send_card(visit.uow, visit.desk, made, visit.place.chat_id, visit.language)


# --- the buttons below a vote -----------------------------------------------------------------------------------------


def find(visit: Visit, number: int) -> Poll:
    """The vote, if every station of its cycle is the visitor's, as it stands now. Nobody else changes it meanwhile."""
    found = visit.uow.polls.get(number, lock=True)
    cycle = visit.uow.cycles.get(found.cycle_id) if found is not None and found.cycle_id is not None else None
    if found is None or found.kind is not PollKind.VOTE or cycle is None:
        raise NotFound("poll-not-found", number=number)
    if not cycle_votes.may_hold(visit.actor, cycle):
        raise NotFound("poll-not-found", number=number)
    return poll_closing.if_over(visit.uow, visit.desk, found)


def open_now(visit: Visit, cycle: Cycle, found: Poll) -> Poll:
    """Everybody on the list gets the ballot. Raises Refused where nobody could vote."""
    uow, desk = visit.uow, visit.desk
    entries = cycle_votes.deputies(uow, cycle)
    those = [entry for entry in entries if entry.telegram_id is not None]
    if not those:
        raise Refused("votes-no-deputies")
    uow.polls.update(found.number, rule={**(found.rule or {}), "unreachable": len(entries) - len(those)})
    uow.polls.enrol(found.number, [Elector(entry_id=entry.id) for entry in those])
    opened = polling.open_now(uow, desk, uow.polls.get(found.number) or found)
    balloting.offer(uow, desk, opened)
    if opened.card_id is None:
        polling.send_card(uow, desk, opened, visit.place.chat_id, visit.language)
    else:
        polling.show_card(uow, desk, opened, at_once=True)
    return opened


def reason(visit: Visit, answers: Answers) -> None:
    """/votereason P3 TEXT: why a vote is held although its candidates do not outnumber the places."""
    found = find(visit, answers["vote"])
    if found.state is not PollState.DRAFT:
        raise Refused("poll-not-now", number=found.number, state=Text.of(f"poll-state-{found.state}"))
    visit.toast()
    kept = {**(found.rule or {}), "reason": " ".join(answers["text"].split())}
    send_draft(visit, visit.uow.polls.update(found.number, rule=kept))


def further(visit: Visit, found: Poll, *, subjects: Sequence[int], places: int, round_of: int | None) -> None:
    """Opened at once, by the same rule and for as long. One that is no candidate any more is left out."""
    if not vote_views.is_last(visit.uow, found):
        raise Refused("votes-went-on", number=found.number)
    cycle = cycle_votes.find(visit.uow, visit.actor, found.cycle_id or 0)
    nothing_else(visit, cycle)
    titles = dict(zip(found.subjects, found.options, strict=True))
    candidates = cycle_votes.candidates(visit.uow, cycle)
    cycle_votes.require_shown([project for project in candidates if project.number in subjects])
    there = {project.number for project in candidates}
    left = [number for number in subjects if number in there]
    if not left:
        raise Refused("votes-no-candidates")
    rule = Rule.from_json({**(found.rule or {}), "places": places})
    made = _made(
        visit,
        cycle,
        rule,
        options=[titles[number] for number in left],
        subjects=left,
        minutes=found.minutes,
        round_of=round_of,
        reason=vote_notes.reason_of(found),
    )
    visit.toast(Text.of("toast-poll-opened"))
    visit.renew_buttons(())
    open_now(visit, cycle, made)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"vote": vote, "votereason": reason}
