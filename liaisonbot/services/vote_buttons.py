"""The buttons of a cycle's votes: below the cycle's screen, and below the card of a deputies' vote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from liaisonbot import voting
from liaisonbot.announcements import Audience
from liaisonbot.commands import BY_NAME
from liaisonbot.errors import Refused
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.polls import MOST_OPTIONS, Poll, PollState
from liaisonbot.projects import Cycle
from liaisonbot.services import (
    announcing,
    cycle_votes,
    cycles,
    dialogues,
    opinions,
    poll_closing,
    poll_views,
    polling,
    vote_notes,
    vote_notices,
    vote_views,
    voting_desk,
)
from liaisonbot.services.doing import number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.voting import Rule


def press_cycle(visit: Visit, rest: Sequence[str]) -> None:
    """``votes:CYCLE:ACTION``, below a cycle's screen."""
    if len(rest) != 2 or rest[1] not in CYCLE_ACTIONS:
        raise Refused("old-button")
    CYCLE_ACTIONS[rest[1]](visit, cycle_votes.find(visit.uow, visit.actor, number_in(rest[0])))


def _start_opinions(visit: Visit, cycle: Cycle) -> None:
    opinions.draft(visit, cycle)
    visit.toast()


def _prepare(visit: Visit, cycle: Cycle) -> None:
    voting_desk.send_draft(visit, voting_desk.draft(visit, cycle, voting_desk.AS_USUAL))
    visit.toast()


def _announce(visit: Visit, cycle: Cycle) -> None:
    """The announcement is drafted, shown as it will look with its card, and given as a document to forward."""
    if cycle.phase not in vote_notices.MOVES_ON:
        raise Refused("votes-announced")
    uow, desk = visit.uow, visit.desk
    polls = vote_notices.counted_rounds(uow, cycle)
    language = desk.settings.locale.default_language
    body = vote_notices.words(desk, language).plain(vote_notices.text(uow, cycle, polls))
    visit.toast()
    document = uow.files.add(vote_notices.sheet(uow, desk, cycle, polls, body, language), desk.now)
    caption = Text.of("votes-sheet-caption")
    visit.promise(Outgoing(Send.DOCUMENT, visit.place.chat_id, text=caption, file=document, priority=Priority.ANSWER))
    stations = cycles.stations(uow, cycle)
    announcing.draft(visit, body, station_ids=stations, audience=Audience.GROUPS, poll=polls[-1].number)


CYCLE_ACTIONS: Final[Mapping[str, Callable[[Visit, Cycle], None]]] = {
    "show": voting_desk.show_cycle,
    "opinions": _start_opinions,
    "vote": _prepare,
    "announce": _announce,
}
"""The buttons below a cycle's screen."""


# --- below a vote ----------------------------------------------------------------------------------------------------


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``vote:N:ACTION[:ARGUMENT]``. What is not possible in its state is refused in words."""
    if len(rest) not in (2, 3) or rest[1] not in ACTIONS:
        raise Refused("old-button")
    states, act = ACTIONS[rest[1]]
    found = voting_desk.find(visit, number_in(rest[0]))
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
    """Opened, unless the candidates or their titles have changed meanwhile, or why they do not outnumber the places is
    still to be said.
    """
    cycle = cycle_votes.find(visit.uow, visit.actor, found.cycle_id or 0)
    candidates = voting_desk.checked(visit, cycle)
    changes = opinions.renewed(found, candidates)
    if changes:
        visit.toast(Text.of("votes-candidates-changed"), alert=True)
        _show(visit, visit.uow.polls.update(found.number, **changes), 0)
        return
    if vote_views.needs_reason(found) and vote_notes.reason_of(found) is None:
        dialogues.begin_anew(visit, BY_NAME["votereason"], {"vote": found.number})
        return
    if visit.press is not None:
        found = visit.uow.polls.update(
            found.number, card_id=visit.press.message_id, chat_id=visit.place.chat_id, language=visit.language
        )
    visit.toast(Text.of("toast-poll-opened"))
    voting_desk.open_now(visit, cycle, found)


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
    voting_desk.further(
        visit, found, subjects=found.subjects, places=vote_views.rule_of(found).places, round_of=found.round_of
    )


def _round(visit: Visit, found: Poll, _: int) -> None:
    """A further round among those who tied, for the places that are left."""
    tied = cycle_votes.tied(found)
    if not tied:
        raise Refused("old-button")
    voting_desk.further(visit, found, subjects=tied, places=cycle_votes.places_left(found), round_of=found.number)


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
