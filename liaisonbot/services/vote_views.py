"""How a deputies' vote (票决) looks to those who hold it: the draft, the open vote, the result, the cycle's screen.

While it is open, nothing is shown of it but how many have voted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from liaisonbot import masking, voting
from liaisonbot.desk import Desk
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.polls import Poll, PollKind, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Cycle, Phase, Project
from liaisonbot.services import cards, cycle_votes, opinion_index, poll_views, vote_notes, vote_results
from liaisonbot.texts import Text
from liaisonbot.voting import Rule

NAMED: Final = 60
"""Deputies named on a draft; the others are counted."""
TITLE: Final = 40


def rule_of(poll: Poll) -> Rule:
    """The rule it is held by, as it was when it was drafted."""
    return Rule.from_json(poll.rule or {})


def needs_reason(poll: Poll) -> bool:
    """Whether its candidates do not outnumber its places."""
    return len(poll.subjects) <= rule_of(poll).places


# --- the card ---------------------------------------------------------------------------------------------------------


def card(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    """The one message in which a vote is prepared, watched and read."""
    if poll.state is PollState.CLOSED:
        return told(uow, poll)
    return Text.lines(
        Text.of(f"votes-head-{poll_views.standing(poll, desk)}", number=poll.number, at=poll.closes_at),
        Text.of("poll-question", question=poll.question),
        Text.of("votes-round", n=round_number(uow, poll)) if poll.round_of is not None else None,
        Text.of("votes-for-places", n=len(poll.subjects), places=Text.counted("places", rule_of(poll).places)),
        *candidate_lines(uow, poll),
        *vote_results.rule_lines(rule_of(poll)),
        *_reason(poll),
        *_STANDING[poll.state](uow, poll),
    )


def _reason(poll: Poll) -> list[Text]:
    reason = vote_notes.reason_of(poll)
    if reason is not None:
        return [Text.of("votes-reason", reason=reason)]
    if not needs_reason(poll):
        return []
    return [Text.of("votes-warning", n=len(poll.subjects), places=Text.counted("places", rule_of(poll).places))]


def candidate_lines(uow: UnitOfWork, poll: Poll) -> list[Text]:
    """Each with its place on the ballot and its stars."""
    projects = [uow.projects.get(number) for number in poll.subjects]
    stars = [opinion_index.drawn(project.stars) if project else "" for project in projects]
    return [
        Text.of("votes-candidate", place=place, title=masking.shorten(title, TITLE), stars=here)
        for place, (title, here) in enumerate(zip_longest(poll.options, stars, fillvalue=""), 1)
    ]


def _draft_lines(uow: UnitOfWork, poll: Poll) -> list[Text]:
    cycle = uow.cycles.get(poll.cycle_id) if poll.cycle_id is not None else None
    entries = cycle_votes.deputies(uow, cycle) if cycle else []
    those = [entry for entry in entries if entry.telegram_id is not None]
    without = [entry for entry in entries if entry.telegram_id is None]
    return [
        Text.of("votes-deputies", n=len(those), names=_names(those)),
        *([Text.of("votes-without-account", n=len(without), names=_names(without))] if without else []),
        Text.of("poll-runs", time=poll_views.duration(poll.minutes)),
        Text.of("votes-secret"),
        Text.of("votes-draft-how"),
    ]


def _names(entries: Sequence[RosterEntry]) -> Text | str:
    return cards.names([entry.name for entry in entries], NAMED)


def _open_lines(uow: UnitOfWork, poll: Poll) -> list[Text]:
    of = len(uow.polls.electors(poll.number))
    return [
        Text.of("votes-turnout", n=uow.urns.turnout(poll.number), of=of),
        *([Text.of("votes-unreachable", n=n)] if (n := vote_notes.unreachable(poll)) else []),
        Text.of("votes-hidden"),
    ]


def _no_lines(uow: UnitOfWork, poll: Poll) -> list[Text]:
    return []


_STANDING: Final = {
    PollState.DRAFT: _draft_lines,
    PollState.OPEN: _open_lines,
    PollState.CANCELLED: _no_lines,
}


def told(uow: UnitOfWork, poll: Poll) -> Text:
    """What it came to; after a further round also what all of them came to together."""
    return Text.lines(
        vote_results.text(uow, poll, poll.result or {}),
        *together(uow, poll),
    )


def what_next(uow: UnitOfWork, poll: Poll) -> Text:
    """To whoever held it: what all rounds came to, and what can be done now."""
    return Text.lines(Text.of("votes-next-head", number=poll.number), *together(uow, poll), _next(poll))


def together(uow: UnitOfWork, poll: Poll) -> list[Text]:
    """After a further round: what all rounds together came to."""
    if poll.round_of is None:
        return []
    rounds = rounds_until(uow, poll)
    titles = {number: title for each in rounds for number, title in zip(each.subjects, each.options, strict=True)}
    chosen = cycle_votes.chosen(rounds)
    return [
        Text.of("votes-together", n=len(chosen), rounds=len(rounds)),
        *(Text.of("votes-together-line", title=masking.shorten(titles[number], TITLE)) for number in chosen),
    ]


def rounds_until(uow: UnitOfWork, poll: Poll) -> list[Poll]:
    """The rounds that led to it, the first one first, itself last."""
    rounds = [poll]
    while (before := rounds[0].round_of) is not None and (found := uow.polls.get(before)) is not None:
        rounds.insert(0, found)
    return rounds


def round_number(uow: UnitOfWork, poll: Poll) -> int:
    return len(rounds_until(uow, poll))


def _next(poll: Poll) -> Text:
    result = poll.result or {}
    if not result.get("quorate"):
        return Text.of("votes-next-again")
    if result.get("tied"):
        places = Text.counted("places", cycle_votes.places_left(poll))
        return Text.of("votes-next-round", n=len(result["tied"]), places=places)
    return Text.of("votes-next-announce")


# --- the buttons ------------------------------------------------------------------------------------------------------


def button(poll: Poll, label: Text, action: str, argument: int | None = None) -> Button:
    tail = "" if argument is None else f":{argument}"
    return Button(label, data=f"vote:{poll.number}:{action}{tail}")


def card_rows(uow: UnitOfWork, desk: Desk, poll: Poll) -> Rows:
    """What can be done with it now."""
    return _ROWS[poll.state](uow, poll)


def _draft_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    return (
        (button(poll, Text.of("button-votes-rule"), "rules"),),
        (
            button(poll, Text.of("button-votes-fewer"), "fewer"),
            button(poll, Text.of("button-votes-more"), "more"),
        ),
        (button(poll, Text.of("button-poll-runs", time=poll_views.duration(poll.minutes)), "runs"),),
        (
            button(poll, Text.of("button-confirm"), "confirm"),
            button(poll, Text.of("button-cancel"), "drop"),
        ),
    )


def _open_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    return (
        (
            button(poll, Text.of("button-poll-close"), "close"),
            button(poll, Text.of("button-poll-cancel"), "cancel"),
        ),
    )


def _closed_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    """The one thing that comes next."""
    if not is_last(uow, poll):
        return ()
    result = poll.result or {}
    if not result.get("quorate"):
        return ((button(poll, Text.of("button-votes-again"), "again"),),)
    if result.get("tied"):
        return ((button(poll, Text.of("button-votes-round"), "round"),),)
    if poll.cycle_id is None:
        return ()
    return ((Button(Text.of("button-votes-announce"), data=f"votes:{poll.cycle_id}:announce"),),)


def is_last(uow: UnitOfWork, poll: Poll) -> bool:
    """Whether no vote of its cycle came after it that still stands."""
    later = [
        each
        for each in (uow.polls.of_cycle(poll.cycle_id) if poll.cycle_id is not None else [])
        if each.kind is PollKind.VOTE and each.number > poll.number
    ]
    return all(each.state in (PollState.DRAFT, PollState.CANCELLED) for each in later)


def _no_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    return ()


_ROWS: Final = {
    PollState.DRAFT: _draft_rows,
    PollState.OPEN: _open_rows,
    PollState.CLOSED: _closed_rows,
    PollState.CANCELLED: _no_rows,
}


def rules_screen(poll: Poll) -> tuple[Text, Rows]:
    """All rules in words, one of them to be chosen."""
    keys = list(voting.rules())
    places = rule_of(poll).places
    lines = [
        Text.lines(Text.of("votes-rule-place", place=place), *vote_results.rule_lines(Rule.preset(key, places)))
        for place, key in enumerate(keys, 1)
    ]
    rows = [
        (button(poll, Text.of("button-votes-this-rule", rule=Text.of(f"vote-rule-{key}")), "rule", place),)
        for place, key in enumerate(keys)
    ]
    back = (button(poll, Text.of("button-back"), "show"),)
    return Text.lines(Text.of("votes-choose-rule"), *lines), (*rows, back)


def sure_rows(poll: Poll, action: str) -> Rows:
    """Nothing is closed or cancelled by a slip."""
    return ((button(poll, Text.of("button-confirm"), action), button(poll, Text.of("button-back"), "show")),)


# --- the cycle's screen -----------------------------------------------------------------------------------------------


def cycle_screen(uow: UnitOfWork, desk: Desk, cycle: Cycle) -> tuple[Text, Rows]:
    """Where the cycle stands, what has been voted in it, and the one thing that can be started now."""
    candidates = cycle_votes.candidates(uow, cycle)
    polls = cycle_votes.polls_of(
        uow, cycle, *opinion_index.RESIDENTS, PollKind.VOTE, states=(PollState.OPEN, PollState.CLOSED)
    )
    text = Text.lines(
        Text.of("votes-cycle-title", cycle=cycle_votes.name(cycle), phase=Text.of(f"phase-{cycle.phase}")),
        Text.of("votes-cycle-candidates", n=len(candidates), places=Text.counted("places", cycle.places)),
        *(_candidate(project) for project in candidates),
        *(_poll_line(uow, desk, poll) for poll in polls),
        _how(uow, cycle, polls),
    )
    back = (Button(Text.of("button-cycle-back"), data=f"cycle:{cycle.id}:show"),)
    return text, (*_start_rows(uow, cycle, polls), *_poll_rows(polls), back)


def _how(uow: UnitOfWork, cycle: Cycle, polls: Sequence[Poll]) -> Text:
    """What can be done now, or what is waited for."""
    held = [poll for poll in polls if poll.kind in _HELD.get(cycle.phase, ())]
    if not held:
        return Text.of(f"votes-how-{_HOW.get(cycle.phase, 'later')}")
    last = held[-1]
    over = cycle.phase is Phase.OPINIONS or cycle_votes.decided(uow, cycle)
    going, undecided, decided = _HOW_FAR[cycle.phase]
    return Text(going if last.open else decided if over else undecided, {"number": last.number})


_HELD: Final[Mapping[Phase, tuple[PollKind, ...]]] = {
    Phase.OPINIONS: opinion_index.RESIDENTS,
    Phase.VOTE: (PollKind.VOTE,),
}
"""What is held in a phase."""
_HOW: Final = {Phase.OPINIONS: "opinions", Phase.VOTE: "vote", Phase.ANNOUNCEMENT: "announce"}
_HOW_FAR: Final[Mapping[Phase, tuple[str, str, str]]] = {
    # phase          while it is open           not decided                   decided
    Phase.OPINIONS: ("votes-how-opinions-open", "votes-how-opinions-held", "votes-how-opinions-held"),
    Phase.VOTE: ("votes-how-vote-open", "votes-how-vote-undecided", "votes-how-announce"),
}
"""What is said once something was held."""


def _candidate(project: Project) -> Text:
    return Text.of(
        "votes-cycle-candidate",
        number=project.number,
        title=masking.shorten(masking.mask(project.title), TITLE),
        stars=opinion_index.drawn(project.stars),
    )


def _poll_line(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    voters = uow.urns.turnout(poll.number) if poll.kind is PollKind.VOTE else poll_views.turnout(uow, poll)
    what = "vote" if poll.kind is PollKind.VOTE else "opinions"
    which = f"{what}-{poll_views.standing(poll, desk)}"
    return Text.of(f"votes-list-{which}", number=poll.number, n=voters, at=poll.closed_at or poll.closes_at)


def _start_rows(uow: UnitOfWork, cycle: Cycle, polls: Sequence[Poll]) -> Rows:
    votes = [poll for poll in polls if poll.kind is PollKind.VOTE]
    if cycle.phase is Phase.OPINIONS and not any(poll.open for poll in polls):
        return ((_start(cycle, "button-opinions-start", "opinions"),),)
    if cycle.phase is Phase.VOTE and not votes:
        return ((_start(cycle, "button-votes-prepare", "vote"),),)
    if cycle_votes.decided(uow, cycle) and cycle.phase in (Phase.VOTE, Phase.ANNOUNCEMENT):
        return ((_start(cycle, "button-votes-announce", "announce"),),)
    return ()


def _start(cycle: Cycle, key: str, action: str) -> Button:
    return Button(Text.of(key), data=f"votes:{cycle.id}:{action}")


def _poll_rows(polls: Sequence[Poll]) -> Rows:
    buttons = [
        Button(
            Text.of("choice-poll", number=poll.number),
            data=f"vote:{poll.number}:open" if poll.kind is PollKind.VOTE else f"poll:{poll.number}:open",
        )
        for poll in polls
    ]
    return cards.in_pairs(buttons, 4)


def cycles_screen(cycles: Sequence[Cycle]) -> tuple[Text, Rows]:
    """More than one goes on: which one is meant?"""
    rows = [
        (Button(Text.of("choice-cycle-named", cycle=cycle_votes.name(cycle)), data=f"votes:{cycle.id}:show"),)
        for cycle in cycles
    ]
    return Text.of("votes-which-cycle"), tuple(rows)
