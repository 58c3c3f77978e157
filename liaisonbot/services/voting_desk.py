"""Those who hold a cycle's votes: /vote, the residents' poll over the candidates, the deputies' vote (票决), its rounds.

A vote is drafted, shown with everybody who may vote, and opened by 确认. Who may vote is the list made at that moment;
decision 0033 says why. While it is open nothing of it is shown but the turnout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from liaisonbot import voting
from liaisonbot.commands import BY_NAME
from liaisonbot.errors import NotFound, Refused
from liaisonbot.polls import MOST_OPTIONS, Elector, Eligible, Poll, PollKind, PollState
from liaisonbot.projects import Cycle, Phase
from liaisonbot.services import (
    balloting,
    cycle_votes,
    dialogues,
    opinions,
    poll_closing,
    poll_views,
    polling,
    readers,
    vote_lines,
    vote_views,
)
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.vote_lines import VoteLine
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.voting import Rule

MINUTE: Final = timedelta(minutes=1)
USUAL_RULE: Final = "half_of_all"


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
        _send_draft(visit, _draft(visit, cycles[0], line))
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


def press_cycle(visit: Visit, rest: Sequence[str]) -> None:
    """``votes:CYCLE:ACTION``, below a cycle's screen."""
    if len(rest) != 2 or rest[1] not in CYCLE_ACTIONS:
        raise Refused("old-button")
    CYCLE_ACTIONS[rest[1]](visit, cycle_votes.find(visit.uow, visit.actor, number_in(rest[0])))


def _start_opinions(visit: Visit, cycle: Cycle) -> None:
    opinions.draft(visit, cycle)
    visit.toast()


def _prepare(visit: Visit, cycle: Cycle) -> None:
    _send_draft(visit, _draft(visit, cycle, VoteLine()))
    visit.toast()


CYCLE_ACTIONS: Final[Mapping[str, Callable[[Visit, Cycle], None]]] = {
    "show": show_cycle,
    "opinions": _start_opinions,
    "vote": _prepare,
}
"""The buttons below a cycle's screen."""


# --- the draft --------------------------------------------------------------------------------------------------------


def _draft(visit: Visit, cycle: Cycle, line: VoteLine) -> Poll:
    """Over all candidates of the cycle, for as many places as the cycle has."""
    candidates = _checked(visit, cycle)
    rule = Rule.preset(line.rule or USUAL_RULE, line.places or cycle.places)
    return _made(
        visit,
        cycle,
        rule,
        options=opinions.options_of(candidates),
        subjects=[project.number for project in candidates],
        minutes=int((line.runs or vote_lines.USUAL) / MINUTE),
    )


def _checked(visit: Visit, cycle: Cycle) -> list[Any]:
    if cycle.phase is not Phase.VOTE:
        raise Refused("votes-not-now", phase=Text.of(f"phase-{cycle.phase}"))
    _nothing_else(visit, cycle)
    if cycle_votes.decided(visit.uow, cycle):
        raise Refused("votes-decided")
    candidates = cycle_votes.candidates(visit.uow, cycle)
    if not candidates:
        raise Refused("votes-no-candidates")
    if len(candidates) > MOST_OPTIONS:
        raise Refused("votes-too-many-candidates", n=len(candidates), most=MOST_OPTIONS)
    return candidates


def _nothing_else(visit: Visit, cycle: Cycle) -> None:
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
        station_ids=cycle_votes.stations(visit.uow, cycle),
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
    said = Text.of("votes-question", year=str(cycle.year), level=cycle.level)
    return catalogue(locale.default_language, locale.timezone).plain(said)


def _send_draft(visit: Visit, made: Poll) -> None:
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


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``vote:N:ACTION[:ARGUMENT]``. What is not possible in its state is refused in words."""
    if len(rest) not in (2, 3) or rest[1] not in ACTIONS:
        raise Refused("old-button")
    states, act = ACTIONS[rest[1]]
    found = find(visit, number_in(rest[0]))
    if found.state not in states:
        raise Refused("poll-not-now", number=found.number, state=Text.of(f"poll-state-{found.state}"))
    act(visit, found, number_in(rest[2]) if len(rest) == 3 else 0)


def _show(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.show(vote_views.card(visit.uow, visit.desk, found), rows=vote_views.card_rows(visit.uow, visit.desk, found))
    if visit.press is not None:
        visit.uow.polls.update(found.number, card_id=visit.press.message_id, chat_id=visit.place.chat_id)


def _open_card(visit: Visit, found: Poll, _: int) -> None:
    """From the cycle's screen: as a message of its own, so that the screen stays."""
    visit.toast()
    polling.send_card(visit.uow, visit.desk, found, visit.place.chat_id, visit.language)


def _change(visit: Visit, found: Poll, **changes: Any) -> None:
    _show(visit, visit.uow.polls.update(found.number, **changes), 0)


def _with_rule(visit: Visit, found: Poll, rule: Rule) -> None:
    """A reason that was given for other places is asked for anew."""
    _change(visit, found, rule=rule.to_json())


def _rules(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    text, rows = vote_views.rules_screen(found)
    visit.show(text, rows=rows)


def _rule(visit: Visit, found: Poll, place: int) -> None:
    keys = list(voting.rules())
    if place >= len(keys):
        raise Refused("old-button")
    _with_rule(visit, found, Rule.preset(keys[place], vote_views.rule_of(found).places))


def _places(by: int) -> Callable[[Visit, Poll, int], None]:
    def change(visit: Visit, found: Poll, _: int) -> None:
        rule = vote_views.rule_of(found)
        places = min(max(rule.places + by, 1), MOST_OPTIONS)
        _with_rule(visit, found, Rule.from_json({**rule.to_json(), "places": places}))

    return change


def _runs(visit: Visit, found: Poll, _: int) -> None:
    longer = [minutes for minutes in poll_views.RUNS if minutes > found.minutes]
    _change(visit, found, minutes=longer[0] if longer else poll_views.RUNS[0])


def _drop(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.uow.polls.drop(found.number)
    visit.show(Text.of("cancelled"))


def _confirm(visit: Visit, found: Poll, _: int) -> None:
    """Opened, unless the candidates have changed meanwhile, or why they do not outnumber the places is still to be
    said.
    """
    cycle = cycle_votes.find(visit.uow, visit.actor, found.cycle_id or 0)
    candidates = _checked(visit, cycle)
    if [project.number for project in candidates] != list(found.subjects):
        visit.toast(Text.of("votes-candidates-changed"), alert=True)
        subjects = [project.number for project in candidates]
        _show(visit, visit.uow.polls.update(found.number, options=opinions.options_of(candidates), subjects=subjects), 0)
        return
    if vote_views.needs_reason(found) and vote_views.reason_of(found) is None:
        visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)
        dialogues.begin(visit, BY_NAME["votereason"], {"vote": found.number}, guided=True)
        return
    if visit.press is not None:
        found = visit.uow.polls.update(
            found.number, card_id=visit.press.message_id, chat_id=visit.place.chat_id, language=visit.language
        )
    visit.toast(Text.of("toast-poll-opened"))
    _open(visit, cycle, found)


def _open(visit: Visit, cycle: Cycle, found: Poll) -> Poll:
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
    _send_draft(visit, visit.uow.polls.update(found.number, rule=kept))


def _ask_close(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    text = Text.of(
        "votes-ask-close",
        number=found.number,
        n=visit.uow.urns.turnout(found.number),
        of=len(visit.uow.polls.electors(found.number)),
    )
    visit.show(text, rows=vote_views.sure_rows(found, "close-now"))


def _close(visit: Visit, found: Poll, _: int) -> None:
    poll_closing.close(visit.uow, visit.desk, found)
    visit.toast(Text.of("votes-closed-now", number=found.number))


def _ask_cancel(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.show(Text.of("votes-ask-cancel", number=found.number), rows=vote_views.sure_rows(found, "cancel-now"))


def _cancel(visit: Visit, found: Poll, _: int) -> None:
    gone = polling.cancel(visit.uow, visit.desk, found)
    visit.toast(Text.of("toast-poll-cancelled"))
    visit.show(vote_views.card(visit.uow, visit.desk, gone))


def _again(visit: Visit, found: Poll, _: int) -> None:
    """The quorum was missed: the same vote once more, among those who are deputies now."""
    result = found.result or {}
    if result.get("quorate"):
        raise Refused("old-button")
    _further(visit, found, subjects=found.subjects, places=vote_views.rule_of(found).places, round_of=found.round_of)


def _round(visit: Visit, found: Poll, _: int) -> None:
    """A further round among those who tied, for the places that are left."""
    tied = cycle_votes.tied(found)
    if not tied:
        raise Refused("old-button")
    _further(visit, found, subjects=tied, places=cycle_votes.places_left(found), round_of=found.number)


def _further(
    visit: Visit, found: Poll, *, subjects: Sequence[int], places: int, round_of: int | None
) -> None:
    """Opened at once, by the same rule and for as long. One that is no candidate any more is left out."""
    if not vote_views.is_last(visit.uow, found):
        raise Refused("votes-went-on", number=found.number)
    cycle = cycle_votes.find(visit.uow, visit.actor, found.cycle_id or 0)
    _nothing_else(visit, cycle)
    titles = dict(zip(found.subjects, found.options, strict=True))
    there = {project.number for project in cycle_votes.candidates(visit.uow, cycle)}
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
        reason=vote_views.reason_of(found),
    )
    visit.toast(Text.of("toast-poll-opened"))
    visit.renew_buttons(())
    _open(visit, cycle, made)


_DRAFTS: Final = (PollState.DRAFT,)
_OPEN_ONES: Final = (PollState.OPEN,)
_CLOSED: Final = (PollState.CLOSED,)
ACTIONS: Final[Mapping[str, tuple[tuple[PollState, ...], Callable[[Visit, Poll, int], None]]]] = {
    # button       possible while it is     does
    "rules": (_DRAFTS, _rules),
    "rule": (_DRAFTS, _rule),
    "fewer": (_DRAFTS, _places(-1)),
    "more": (_DRAFTS, _places(1)),
    "runs": (_DRAFTS, _runs),
    "confirm": (_DRAFTS, _confirm),
    "drop": (_DRAFTS, _drop),
    "close": (_OPEN_ONES, _ask_close),
    "close-now": (_OPEN_ONES, _close),
    "cancel": (_OPEN_ONES, _ask_cancel),
    "cancel-now": (_OPEN_ONES, _cancel),
    "again": (_CLOSED, _again),
    "round": (_CLOSED, _round),
    "show": (tuple(PollState), _show),
    "open": (tuple(PollState), _open_card),
}
"""The buttons below a vote's card."""

VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"vote": press, "votes": press_cycle}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"vote": vote, "votereason": reason}
