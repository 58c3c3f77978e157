"""Those who hold quick polls: /poll, /polls, /closepoll, and the buttons below a poll's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Group
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.polls import Eligible, Poll, PollKind, PollState
from liaisonbot.services import (
    arguments,
    cycles,
    opinion_index,
    opinions,
    paging,
    poll_closing,
    poll_lines,
    poll_views,
    polling,
    readers,
)
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.poll_lines import PollLine
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 8
MINUTE: Final = timedelta(minutes=1)


# --- /poll ------------------------------------------------------------------------------------------------------------


def poll(visit: Visit, answers: Answers) -> None:
    """A line that says everything opens the poll at once; answers given one by one become a draft to look at first."""
    line = poll_lines.from_json(answers["options"])
    made = _draft(visit, line, _groups(visit))
    if visit.message is None or visit.message.command is None:
        visit.toast()
        polling.send_card(visit.uow, visit.desk, made, visit.place.chat_id, visit.language)
        return
    _open(visit, made)


def _groups(visit: Visit) -> list[Group]:
    """In a group that one; in private every bound group of one's stations. Raises Refused where there is none."""
    if not visit.place.private:
        group = visit.uow.groups.get(visit.place.chat_id)
        if group is None or group.station_id is None:
            raise Refused("poll-group-unbound")
        if not may_for_station(visit.actor, Permission.POLL_OPEN, group.station_id):
            raise Refused("station-not-yours")
        return [group]
    groups = own_groups(visit)
    if not groups:
        raise Refused("poll-no-groups")
    return groups


def own_groups(visit: Visit) -> list[Group]:
    """The groups bound to one's stations, by station."""
    return [group for station in arguments.stations_of(visit) for group in visit.uow.groups.of_station(station.id)]


def _draft(visit: Visit, line: PollLine, groups: Sequence[Group]) -> Poll:
    uow = visit.uow
    for left in uow.polls.in_state(PollState.DRAFT):
        if left.chat_id == visit.telegram_id and left.kind in poll_views.kinds_held_here():
            uow.polls.drop(left.number)
    made = uow.polls.draft(
        kind=line.kind,
        question=line.question,
        options=line.options,
        multiple="multiple" in line.flags,
        sealed="sealed" in line.flags or "secret" in line.flags,
        secret="secret" in line.flags,
        eligible=Eligible.MEMBERS if "members" in line.flags else Eligible.ANYONE,
        station_ids={group.station_id for group in groups if group.station_id is not None},
        person_id=visit.person_id,
        chat_id=visit.telegram_id,
        language=_own_language(visit),
        minutes=int(line.runs / MINUTE),
    )
    polling.address(uow, made, groups)
    return made


def _own_language(visit: Visit) -> str:
    entry = visit.actor.staff or visit.actor.deputy
    return readers.language_of(visit.desk, visit.actor.person, entry)


def _open(visit: Visit, made: Poll) -> None:
    opened = polling.open_now(visit.uow, visit.desk, made)
    if visit.telegram_id is not None and opened.card_id is None:
        polling.send_card(visit.uow, visit.desk, opened, visit.telegram_id, opened.language)
    elif opened.card_id is not None:
        polling.show_card(visit.uow, visit.desk, opened, at_once=True)


# --- /polls, /closepoll -----------------------------------------------------------------------------------------------


def show_list(visit: Visit, offset: int = 0) -> None:
    """Open polls first, then the newest of the others, a page at a time."""
    held = [
        poll_closing.if_over(visit.uow, visit.desk, each)
        for each in visit.uow.polls.in_state(PollState.OPEN, PollState.CLOSED, limit=1000)
        if each.kind in poll_views.kinds_held_here() and poll_views.may_hold(visit.actor, each)
    ]
    if not held:
        visit.show(Text.of("polls-none"))
        return
    ordered = sorted(held, key=lambda each: (not each.open, -each.number))
    page = ordered[offset : offset + PAGE]
    lines = [poll_views.list_line(visit.uow, visit.desk, each) for each in page]
    turns = paging.turns("polls", offset, PAGE, len(ordered))
    running = sum(each.open for each in held)
    title = Text.of("polls-title", n=running) if running else Text.of("polls-title-none-open")
    visit.show(Text.lines(title, *lines), rows=(*poll_views.list_rows(page), *turns))


def find(visit: Visit, number: int) -> Poll:
    """The poll, if it is of a station of the visitor's, as it stands now. Nobody else changes it meanwhile."""
    found = visit.uow.polls.get(number, lock=True)
    held_here = found is not None and found.kind in poll_views.kinds_held_here()
    if found is None or not held_here or not poll_views.may_hold(visit.actor, found):
        raise NotFound("poll-not-found", number=number)
    return poll_closing.if_over(visit.uow, visit.desk, found)


def close(visit: Visit, answers: Answers) -> None:
    """/closepoll N: over now, whatever time it had left; the result is published. Without a number: which ones there
    are, each with its card, whose button asks first.
    """
    if "poll" not in answers:
        show_list(visit)
        return
    found = find(visit, answers["poll"])
    if not found.open:
        raise Refused("poll-closed-already", number=found.number)
    poll_closing.close(visit.uow, visit.desk, found)
    visit.done(Text.of("poll-closed-now", number=found.number))


# --- the buttons below a card -----------------------------------------------------------------------------------------


def press(visit: Visit, rest: Sequence[str]) -> None:
    """``poll:N:ACTION[:ARGUMENT]``. What is not possible in its state is refused in words."""
    if len(rest) not in (2, 3):
        raise Refused("old-button")
    action = ACTIONS.get(rest[1])
    if action is None:
        raise Refused("old-button")
    states, act = action
    found = find(visit, number_in(rest[0]))
    if found.state not in states:
        raise Refused("poll-not-now", number=found.number, state=Text.of(f"poll-state-{found.state}"))
    act(visit, found, number_in(rest[2]) if len(rest) == 3 else 0)


def _show(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    _look_at(visit, found)


def _look_at(visit: Visit, found: Poll) -> None:
    visit.show(poll_views.card(visit.uow, visit.desk, found), rows=poll_views.card_rows(visit.uow, visit.desk, found))
    _this_is_the_card(visit, found)


def _this_is_the_card(visit: Visit, found: Poll) -> None:
    """From now on it is edited here."""
    if visit.press is not None and visit.place.private and found.state is not PollState.CANCELLED:
        visit.uow.polls.update(found.number, card_id=visit.press.message_id, chat_id=visit.place.chat_id)


def _open_card(visit: Visit, found: Poll, _: int) -> None:
    """From the list: as a message of its own, so that the list stays."""
    visit.toast()
    polling.send_card(visit.uow, visit.desk, found, visit.place.chat_id, visit.language)


def _change(visit: Visit, found: Poll, **changes: Any) -> None:
    _show(visit, visit.uow.polls.update(found.number, **changes), 0)


def _several(visit: Visit, found: Poll, _: int) -> None:
    _change(visit, found, multiple=not found.multiple)


def _shown(visit: Visit, found: Poll, _: int) -> None:
    """Open, then sealed, then secret, then open again. A secret ballot is cast in the private chat."""
    sealed, secret = {(False, False): (True, False), (True, False): (True, True)}.get(
        (found.sealed, found.secret), (False, False)
    )
    kind = _kind(found, secret=secret, members=found.eligible is Eligible.MEMBERS)
    _change(visit, found, sealed=sealed, secret=secret, kind=kind)


def _kind(found: Poll, *, secret: bool, members: bool) -> PollKind:
    flags = {name for name, on in (("secret", secret), ("members", members)) if on}
    return PollLine(found.question, found.options, frozenset(flags)).kind


def _eligible(visit: Visit, found: Poll, _: int) -> None:
    others = {Eligible.ANYONE: Eligible.MEMBERS, Eligible.MEMBERS: Eligible.ANYONE}
    eligible = others.get(found.eligible, Eligible.ANYONE)
    kind = _kind(found, secret=found.secret, members=eligible is Eligible.MEMBERS)
    _change(visit, found, eligible=eligible, kind=kind)


def _runs(visit: Visit, found: Poll, _: int) -> None:
    longer = [minutes for minutes in poll_views.RUNS if minutes > found.minutes]
    _change(visit, found, minutes=longer[0] if longer else poll_views.RUNS[0])


def _index(visit: Visit, found: Poll, _: int) -> None:
    """The next rule by which a residents' poll over candidates becomes stars."""
    if not opinion_index.gives_stars(found):
        raise Refused("old-button")
    _change(visit, found, rule={"index": opinion_index.next_rule(found)})


def _offered(visit: Visit, found: Poll) -> list[Group]:
    """The groups it could go to: one's own; over a cycle's candidates, those of its stations."""
    cycle = visit.uow.cycles.get(found.cycle_id) if found.cycle_id is not None else None
    return own_groups(visit) if cycle is None else cycles.groups(visit.uow, cycle)


def _choose_groups(visit: Visit, found: Poll, offset: int) -> None:
    visit.toast()
    offered = [(group.chat_id, group.title) for group in _offered(visit, found)]
    chosen = len(visit.uow.polls.posts(found.number))
    rows = poll_views.group_rows(visit.uow, found, offered, offset, PAGE)
    visit.show(Text.of("poll-choose-groups", n=chosen), rows=rows)


def _toggle_group(visit: Visit, found: Poll, place: int) -> None:
    offered = _offered(visit, found)
    if place >= len(offered):
        raise Refused("old-button")
    group = offered[place]
    chosen = {post.chat_id for post in visit.uow.polls.posts(found.number)}
    if group.chat_id not in chosen:
        polling.address(visit.uow, found, [group])
    elif len(chosen) == 1:
        raise Refused("poll-needs-a-group")
    else:
        visit.uow.polls.unaddress(found.number, group.chat_id)
    _choose_groups(visit, _of_its_groups(visit, found), place // PAGE * PAGE)


def _confirm(visit: Visit, found: Poll, _: int) -> None:
    """The draft is opened; its message becomes the card. Where it has changed meanwhile, it is looked at once more."""
    said = _changed_meanwhile(visit, found)
    if said is not None:
        visit.toast(Text.of(said), alert=True)
        _look_at(visit, visit.uow.polls.get(found.number) or found)
        return
    _this_is_the_card(visit, found)
    found = visit.uow.polls.get(found.number) or found
    visit.toast(Text.of("toast-poll-opened"))
    _open(visit, found)


def _changed_meanwhile(visit: Visit, found: Poll) -> str | None:
    """What is no more as it was when the draft was looked at: that is put right, and its sentence returned."""
    changes = opinions.changed(visit.uow, found)
    if changes:
        found = visit.uow.polls.update(found.number, **changes)
        kind = _kind(found, secret=found.secret, members=found.eligible is Eligible.MEMBERS)
        visit.uow.polls.update(found.number, kind=kind)
        return "votes-candidates-changed"
    offered = _offered(visit, found)
    posts = visit.uow.polls.posts(found.number)
    lost = [post for post in posts if post.chat_id not in {group.chat_id for group in offered}]
    if not lost:
        return None
    if not offered:
        raise Refused("poll-no-groups")
    for post in lost:
        visit.uow.polls.unaddress(found.number, post.chat_id)
    if len(lost) == len(posts):
        polling.address(visit.uow, found, offered)
    _of_its_groups(visit, found)
    return "poll-groups-changed"


def _of_its_groups(visit: Visit, found: Poll) -> Poll:
    """It is of the stations of the groups it goes to."""
    posts = visit.uow.polls.posts(found.number)
    stations = sorted({post.station_id for post in posts if post.station_id is not None})
    return visit.uow.polls.update(found.number, station_ids=stations)


def _drop(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.uow.polls.drop(found.number)
    visit.show(Text.of("cancelled"))


def _ask_close(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.show(
        Text.of("poll-ask-close", number=found.number, at=found.closes_at),
        rows=poll_views.sure_rows(found, "close-now"),
    )


def _close(visit: Visit, found: Poll, _: int) -> None:
    _this_is_the_card(visit, found)
    poll_closing.close(visit.uow, visit.desk, visit.uow.polls.get(found.number) or found)
    visit.toast(Text.of("poll-closed-now", number=found.number))


def _ask_cancel(visit: Visit, found: Poll, _: int) -> None:
    visit.toast()
    visit.show(Text.of("poll-ask-cancel", number=found.number), rows=poll_views.sure_rows(found, "cancel-now"))


def _cancel(visit: Visit, found: Poll, _: int) -> None:
    gone = polling.cancel(visit.uow, visit.desk, found)
    visit.toast(Text.of("toast-poll-cancelled"))
    visit.show(poll_views.card(visit.uow, visit.desk, gone))


_DRAFTS: Final = (PollState.DRAFT,)
_OPEN_ONES: Final = (PollState.OPEN,)
ACTIONS: Final[Mapping[str, tuple[tuple[PollState, ...], Callable[[Visit, Poll, int], None]]]] = {
    # button       possible while it is     does
    "several": (_DRAFTS, _several),
    "shown": (_DRAFTS, _shown),
    "eligible": (_DRAFTS, _eligible),
    "runs": (_DRAFTS, _runs),
    "index": (_DRAFTS, _index),
    "groups": (_DRAFTS, _choose_groups),
    "group": (_DRAFTS, _toggle_group),
    "confirm": (_DRAFTS, _confirm),
    "drop": (_DRAFTS, _drop),
    "close": (_OPEN_ONES, _ask_close),
    "close-now": (_OPEN_ONES, _close),
    "cancel": (_OPEN_ONES, _ask_cancel),
    "cancel-now": (_OPEN_ONES, _cancel),
    "show": (tuple(PollState), _show),
    "open": (tuple(PollState), _open_card),
}
"""The buttons below a poll's card."""

VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "poll": press,
    "polls": lambda visit, rest: _turn(visit, rest),
}


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    visit.toast()
    show_list(visit, number_in(rest[0]) if rest else 0)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "poll": poll,
    "polls": lambda visit, answers: show_list(visit),
    "closepoll": close,
}
