"""How a poll looks: in a group before and below its question, and to those who hold it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.polls import Eligible, Poll, PollKind, PollPost, PollState, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, opinion_index, paging, poll_results
from liaisonbot.texts import Text

SHOWN: Final = 8
"""Groups by name on a card."""
RUNS: Final = (60, 6 * 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60, 14 * 24 * 60)
"""Minutes among which a draft's button goes round."""


def may_hold(actor: Actor, poll: Poll) -> bool:
    """Whether the poll is of a station of theirs. One of no station is the owners'."""
    stations = poll.station_ids or (None,)
    return any(may_for_station(actor, Permission.POLL_OPEN, station_id) for station_id in stations)


# --- in the group -----------------------------------------------------------------------------------------------------


def below(poll: Poll) -> Text:
    """What stands below the question of a native poll: until when, who sees what, that it is no deputies' vote."""
    return Text.lines(
        Text.of("poll-until", number=poll.number, at=poll.closes_at),
        Text.of("poll-several-allowed") if poll.multiple else None,
        Text.of("poll-seen-sealed") if poll.sealed else Text.of("poll-seen"),
        Text.of("poll-one-vote"),
        Text.of("poll-is-opinion"),
    )


def invitation(poll: Poll) -> Text:
    """In the group, where the ballot itself is in the private chat."""
    return Text.lines(
        Text.of("poll-invitation", question=poll.question),
        Text.of("poll-until", number=poll.number, at=poll.closes_at),
        Text.of("poll-in-private", n=len(poll.options)),
        Text.of("poll-seen-secret") if poll.secret else Text.of("poll-seen-private"),
        Text.of("poll-sealed") if poll.sealed else None,
        Text.of(f"poll-eligible-{poll.eligible}") if poll.eligible is not Eligible.ANYONE else None,
        Text.of("poll-is-opinion"),
    )


def invitation_rows(desk: Desk, poll: Poll) -> Rows:
    return ((Button(Text.of("button-ballot"), url=desk.bot.deep_link(f"ballot_{poll.number}")),),)


def reminder(poll: Poll) -> Text:
    return Text.of("poll-reminder", number=poll.number, question=masking.shorten(poll.question, 120), at=poll.closes_at)


# --- to those who hold it ---------------------------------------------------------------------------------------------


def card(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    """The one message in which a poll is watched: the question, how far it is, where it could not be posted."""
    posts = uow.polls.posts(poll.number)
    return Text.lines(
        Text.of(f"poll-head-{standing(poll, desk)}", number=poll.number, at=poll.closed_at or poll.closes_at),
        Text.of("poll-question", question=poll.question),
        *_middle(uow, poll),
        _how(poll) if poll.state in (PollState.DRAFT, PollState.OPEN) else None,
        Text.of("poll-several-allowed") if poll.multiple else None,
        Text.of(f"poll-eligible-{poll.eligible}") if poll.eligible is not Eligible.ANYONE else None,
        opinion_index.rule_line(poll) if poll.state is not PollState.CANCELLED else None,
        _runs(poll) if poll.state is PollState.DRAFT else None,
        *_groups(poll, posts),
        _twice(uow, poll, posts),
        Text.of("poll-draft-how") if poll.state is PollState.DRAFT else None,
    )


def _how(poll: Poll) -> Text:
    return Text.of(f"poll-how-{'secret' if poll.secret else 'sealed' if poll.sealed else 'open'}")


def standing(poll: Poll, desk: Desk) -> str:
    over = poll.open and poll.closes_at is not None and poll.closes_at <= desk.now
    return "closing" if over else poll.state.value


def _middle(uow: UnitOfWork, poll: Poll) -> list[Text]:
    """The counts where they may be seen, else the options and how many have voted."""
    in_order = poll_results.listed(poll, range(len(poll.options)))
    options = [Text.of("poll-option", place=index + 1, option=option) for index, option in in_order]
    options += poll_results.more(poll, "and-more")
    if poll.state in (PollState.DRAFT, PollState.CANCELLED):
        return options
    if poll.hides():
        voted = turnout(uow, poll)
        return [*options, Text.of("poll-turnout", n=voted) if voted else Text.of("poll-nobody-yet")]
    result = poll.result or poll_results.counted(uow, poll)
    voters = Text.of("poll-voters", n=result["voters"]) if result["voters"] else Text.of("poll-nobody-yet")
    return [*poll_results.lines(poll, result), voters, *poll_results.by_group(result)]


def turnout(uow: UnitOfWork, poll: Poll) -> int:
    """How many have voted: all that may be told of a sealed poll before its end."""
    return uow.urns.turnout(poll.number) if poll.secret else uow.polls.count(poll.number).voters


def _runs(poll: Poll) -> Text:
    return Text.of("poll-runs", time=duration(poll.minutes))


def duration(minutes: int) -> Text:
    """So many days and hours, or hours and minutes: what comes below the second unit is left out."""
    units = (("days", 24 * 60), ("hours", 60), ("minutes", 1))
    parts = []
    for unit, size in units:
        n, minutes = divmod(minutes, size)
        parts.append((n, Text.of(f"span-{unit}-plain", n=n)))
    first = next((place for place, (n, _) in enumerate(parts) if n), len(parts) - 1)
    said = [text for n, text in parts[first : first + 2] if n] or [parts[first][1]]
    return said[0] if len(said) == 1 else Text.of("span-of-two", first=said[0], second=said[1])


def _groups(poll: Poll, posts: Sequence[PollPost]) -> list[Text]:
    if poll.state is PollState.DRAFT:
        return [Text.of("poll-to-groups", n=len(posts), names=_titles(posts))]
    failed = [post for post in posts if post.state in (PostState.FAILED, PostState.LEFT)]
    told = [
        Text.of(
            "failure-line",
            title=post.title or str(post.chat_id),
            why=Text.of("failure-refused", error=post.failure) if post.failure else Text.of("failure-gone-group"),
        )
        for post in failed[:SHOWN]
    ]
    more = [Text.of("and-more", n=len(failed) - SHOWN)] if len(failed) > SHOWN else []
    return [Text.of("poll-not-there"), *told, *more] if failed else []


def _twice(uow: UnitOfWork, poll: Poll, posts: Sequence[PollPost]) -> Text | None:
    """Groups in which an interrupted call left a second native poll."""
    if not poll.open or not (twins := uow.polls.twins(poll.number)):
        return None
    return Text.of("poll-twice", names=_titles([post for post in posts if post.id in twins]))


def _titles(posts: Sequence[PollPost]) -> Text | str:
    return cards.names([post.title or str(post.chat_id) for post in posts], SHOWN)


def card_rows(uow: UnitOfWork, desk: Desk, poll: Poll) -> Rows:
    """What can be done with it now."""
    rows = _ROWS.get(poll.state)
    return rows(uow, poll) if rows else ()


def _button(poll: Poll, key: str, action: str, **params: object) -> Button:
    return Button(Text.of(key, **params), data=f"poll:{poll.number}:{action}")


def _draft_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    several = "button-poll-several" if poll.multiple else "button-poll-single"
    shown = "secret" if poll.secret else "sealed" if poll.sealed else "open"
    groups = len(uow.polls.posts(poll.number))
    return (
        (
            _button(poll, several, "several"),
            _button(poll, f"button-poll-{shown}", "shown"),
        ),
        (
            Button(Text.of("button-poll-runs", time=duration(poll.minutes)), data=f"poll:{poll.number}:runs"),
            _button(poll, f"button-poll-{poll.eligible}", "eligible"),
        ),
        *(((_button(poll, "button-opinion-index", "index"),),) if opinion_index.gives_stars(poll) else ()),
        *(((_button(poll, "button-poll-groups", "groups"),),) if groups > 1 or len(poll.station_ids) > 1 else ()),
        (_button(poll, "button-confirm", "confirm"), _button(poll, "button-cancel", "drop")),
    )


def _open_rows(uow: UnitOfWork, poll: Poll) -> Rows:
    return ((_button(poll, "button-poll-close", "close"), _button(poll, "button-poll-cancel", "cancel")),)


_ROWS: Final = {PollState.DRAFT: _draft_rows, PollState.OPEN: _open_rows}


def group_rows(uow: UnitOfWork, poll: Poll, offered: Sequence[tuple[int, str]], offset: int, page: int) -> Rows:
    """The groups it could go to, those it goes to marked; a page at a time."""
    chosen = {post.chat_id for post in uow.polls.posts(poll.number)}
    shown = [
        (
            Button(
                Text.of("choice-group-on" if chat_id in chosen else "choice-group-off", title=title or str(chat_id)),
                data=f"poll:{poll.number}:group:{place}",
            ),
        )
        for place, (chat_id, title) in list(enumerate(offered))[offset : offset + page]
    ]
    turns = paging.turns(f"poll:{poll.number}:groups", offset, page, len(offered))
    return (*shown, *turns, (_button(poll, "button-back", "show"),))


def sure_rows(poll: Poll, action: str) -> Rows:
    """Nothing is closed or cancelled by a slip."""
    return ((_button(poll, "button-confirm", action), _button(poll, "button-back", "show")),)


def list_line(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    """One line of /polls: turnout only, whatever the poll is."""
    voters = turnout(uow, poll)
    if poll.result is not None:
        voters = poll.result.get("voters", voters)
    return Text.of(
        f"list-poll-{standing(poll, desk)}",
        number=poll.number,
        question=masking.shorten(poll.question, 60),
        n=voters,
        at=poll.closed_at or poll.closes_at,
    )


def list_rows(polls: Sequence[Poll]) -> Rows:
    return cards.in_pairs(
        [Button(Text.of("choice-poll", number=poll.number), data=f"poll:{poll.number}:open") for poll in polls], 4
    )


def kinds_held_here() -> frozenset[PollKind]:
    """Polls that /polls lists; deputies' votes and appraisals have their own screens."""
    return frozenset({PollKind.QUICK, PollKind.BALLOT})
