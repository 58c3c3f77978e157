"""Quick polls: drafted or opened at once, posted in groups, watched in one message, taken back.

Each group's post is a row; what became of it is noted there, and the others go on. Votes: ``poll_answers`` and
``balloting``; the end: ``poll_closing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import RecipientGone
from liaisonbot.model import Group
from liaisonbot.outgoing import NativePoll, Outgoing, Priority, Receipt, Rows, Send
from liaisonbot.polls import Eligible, Poll, PollKind, PollPost, PollState, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    ballot_views,
    electors,
    poll_answers,
    poll_holders,
    poll_screens,
    poll_views,
    poll_words,
    quiet,
    readers,
    turnouts,
)
from liaisonbot.texts import Text

SHOW_EVERY: Final = timedelta(seconds=4)
"""The card is edited at most so often; Telegram allows few edits."""


def address(uow: UnitOfWork, poll: Poll, groups: Iterable[Group]) -> None:
    """It is to go to these groups."""
    uow.polls.address(poll.number, [(group.chat_id, group.station_id, group.title) for group in groups])


def open_now(uow: UnitOfWork, desk: Desk, poll: Poll) -> Poll:
    """From now on it can be voted in; the groups it is addressed to get it."""
    poll = begin(uow, desk, poll)
    for post in uow.polls.posts(poll.number, PostState.WAITING):
        put_up(uow, desk, poll, post)
    return poll


def begin(uow: UnitOfWork, desk: Desk, poll: Poll) -> Poll:
    """Its time begins; no group has it yet."""
    ends = desk.now + timedelta(minutes=poll.minutes)
    return uow.polls.update(
        poll.number, state=PollState.OPEN, opened_at=desk.now, closes_at=ends, day_ends=turnouts.day_ends(desk)
    )


def put_up(uow: UnitOfWork, desk: Desk, poll: Poll, post: PollPost) -> None:
    """That group gets it."""
    uow.polls.note_post(post.id, state=PostState.PROMISED)
    uow.outbox.add(_posted(uow, desk, poll, post), desk.now)


def _posted(uow: UnitOfWork, desk: Desk, poll: Poll, post: PollPost) -> Outgoing:
    language = readers.group_language(desk, uow.groups.get(post.chat_id))
    poll = poll_words.read_in(uow, desk, poll, language)
    common = Outgoing(
        Send.TEXT,
        post.chat_id,
        language=language,
        priority=Priority.NOTICE,
        noted_as=("poll", post.id),
    )
    if poll.native:
        native = NativePoll(
            poll.question,
            poll.options,
            multiple=poll.multiple,
            hidden=poll.sealed,
            ends_at=poll_answers.native_end(poll, post),
        )
        return replace(common, kind=Send.POLL, poll=native, text=poll_screens.below(poll))
    return replace(common, text=poll_views.invitation(poll), rows=poll_views.invitation_rows(desk, poll))


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """It stands in a group now, or cannot: that is noted and told, and the other groups go on."""
    assert outgoing.noted_as is not None
    post = uow.polls.post(outgoing.noted_as[1])
    poll = uow.polls.get(post.poll, lock=True) if post else None
    if post is None or poll is None:
        return
    if receipt.failure is not None:
        why = "" if isinstance(receipt.failure, RecipientGone) else str(receipt.failure)[:120]
        left = post.state is PostState.LEFT
        uow.polls.note_post(post.id, state=PostState.LEFT if left else PostState.FAILED, failure=why)
        if poll.open:
            _tell_of_failure(uow, desk, poll, post, why)
        return
    message = receipt.message_ids[-1] if receipt.message_ids else None
    changes: dict[str, Any] = {"message_id": message, "telegram_poll_id": receipt.poll_id, "sent_at": desk.now}
    uow.polls.note_post(post.id, state=PostState.SENT, failure=None, **changes)
    sent = uow.polls.post(post.id)
    if sent is not None and not poll.open:
        take_down(uow, desk, poll, sent)
    elif sent is not None and receipt.poll_id is not None and poll_answers.count_held(uow, desk, sent, receipt.poll_id):
        show_card(uow, desk, poll)


def _tell_of_failure(uow: UnitOfWork, desk: Desk, poll: Poll, post: PollPost, why: str) -> None:
    reason = Text.of("failure-refused", error=why) if why else Text.of("failure-gone-group")
    said = Text.of("poll-not-posted", number=poll.number, title=post.title or str(post.chat_id), why=reason)
    for reader in poll_holders.of(uow, desk, poll):
        uow.outbox.add(Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=said), desk.now)
    show_card(uow, desk, poll, at_once=True)


def _nothing_follows(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """A poll that could not be stopped or deleted is over here all the same: no vote counts any more."""


def _note_card(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """The card was sent: from now on it is this message that is edited."""
    assert outgoing.noted_as is not None
    if receipt.message_ids and uow.polls.get(outgoing.noted_as[1], lock=True) is not None:
        changes = {"card_id": receipt.message_ids[-1], "chat_id": outgoing.chat_id}
        uow.polls.update(outgoing.noted_as[1], **changes)


def _note_result(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    assert outgoing.noted_as is not None
    post = uow.polls.post(outgoing.noted_as[1])
    if post is None:
        return
    if receipt.failure is None:
        uow.polls.note_post(post.id, result_at=desk.now)
        return
    poll = uow.polls.get(post.poll)
    if poll is not None:
        why = "" if isinstance(receipt.failure, RecipientGone) else str(receipt.failure)[:120]
        _tell_of_failure(uow, desk, poll, post, why)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    "poll": _note,
    "poll-card": _note_card,
    "poll-result": _note_result,
    "poll-stopped": _nothing_follows,
}


def take_down(uow: UnitOfWork, desk: Desk, poll: Poll, post: PollPost) -> None:
    """In a group, nobody can vote in it any more: a native poll is stopped, one that was cancelled is deleted."""
    if post.state is not PostState.SENT or post.message_id is None:
        return
    gone = Outgoing(Send.DELETE, post.chat_id, targets=(post.message_id,), noted_as=("poll-stopped", post.id))
    if poll.state is not PollState.CANCELLED:
        end = poll_answers.native_end(poll, post)
        if not poll.native or (end is not None and end <= desk.now.timestamp()):
            return  # nothing to vote in, or Telegram has ended it
        gone = replace(gone, kind=Send.STOP_POLL, target=post.message_id, targets=())
    uow.outbox.add(gone, desk.now)


def cancel(uow: UnitOfWork, desk: Desk, poll: Poll) -> Poll:
    """It was a mistake: it is taken out of the groups, and no result is told."""
    poll = uow.polls.update(poll.number, state=PollState.CANCELLED, closed_at=desk.now)
    withdraw_reminders(uow, poll)
    electors.let_go(uow, poll)
    for post in uow.polls.posts(poll.number, PostState.SENT):
        take_down(uow, desk, poll, post)
    return poll


def chat_lost(uow: UnitOfWork, desk: Desk, chat_id: int) -> None:
    """The bot was removed from a group: whoever holds a poll there hears of it, and the poll goes on elsewhere."""
    for number in uow.polls.lost(chat_id):
        poll = uow.polls.get(number, lock=True)
        post = next((post for post in uow.polls.posts(number) if post.chat_id == chat_id), None)
        if poll is not None and post is not None:
            _tell_of_failure(uow, desk, poll, post, "")


# --- the card ---------------------------------------------------------------------------------------------------------


def send_card(uow: UnitOfWork, desk: Desk, poll: Poll, chat_id: int, language: str) -> None:
    """The message in which it is watched from now on."""
    uow.outbox.add(
        Outgoing(
            Send.TEXT,
            chat_id,
            language=language,
            text=poll_screens.card(uow, desk, poll),
            rows=poll_screens.card_rows(uow, desk, poll),
            priority=Priority.ANSWER,
            noted_as=("poll-card", poll.number),
        ),
        desk.now,
    )
    uow.polls.update(poll.number, shown_at=desk.now)


def show_card(uow: UnitOfWork, desk: Desk, poll: Poll, *, at_once: bool = False) -> None:
    """Edit the card, but not more often than every few seconds; the clock shows what came in between. In the chat of
    somebody who may not hold the poll any more it stays as it is.
    """
    if poll.chat_id is None or poll.card_id is None:
        return
    if not at_once and poll.shown_at is not None and desk.now < poll.shown_at + SHOW_EVERY:
        return
    if not poll_holders.watched(uow, desk, poll):
        return
    uow.outbox.add(_edited_card(uow, desk, poll, poll.chat_id, poll.card_id), desk.now)
    uow.polls.update(poll.number, shown_at=desk.now)


def _edited_card(uow: UnitOfWork, desk: Desk, poll: Poll, chat_id: int, card_id: int) -> Outgoing:
    said = Outgoing(
        Send.TEXT,
        chat_id,
        language=poll.language,
        text=poll_screens.card(uow, desk, poll),
        rows=poll_screens.card_rows(uow, desk, poll),
        noted_as=("poll-card", poll.number),
    )
    return replace(
        said,
        kind=Send.EDIT,
        target=card_id,
        key=f"edit:{card_id}",
        fallback=None if poll.open else said,
        noted_as=None,
    )


def show_turnout(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """A ballot came in. The card shows it now, or when it may be edited again: of secret ballots no time is kept by
    which the clock could find what came in between.
    """
    due = poll.shown_at + SHOW_EVERY if poll.shown_at is not None else desk.now
    if due <= desk.now:
        show_card(uow, desk, poll)
    elif poll.chat_id is not None and poll.card_id is not None and poll_holders.watched(uow, desk, poll):
        uow.outbox.add(replace(_edited_card(uow, desk, poll, poll.chat_id, poll.card_id), not_before=due), desk.now)


def show_what_came_in(uow: UnitOfWork, desk: Desk) -> int:
    """Votes since the card was last edited."""
    for poll in uow.polls.in_state(PollState.OPEN):
        last = uow.polls.last_answer(poll.number)
        if last is not None and (poll.shown_at is None or last >= poll.shown_at):
            show_card(uow, desk, poll)
    return 0


# --- the reminder -----------------------------------------------------------------------------------------------------

REMIND_SOONEST: Final = timedelta(hours=3)
"""A poll that runs shorter needs no reminder."""
REMIND_BEFORE: Final = timedelta(hours=24)
"""So long before its end, or a quarter of its time, if that is shorter."""


def remind(uow: UnitOfWork, desk: Desk) -> int:
    """Once before the end: the groups, and in private those who may vote, have not, and have opened that chat."""
    if quiet.until(desk) is not None:
        return 0
    count = 0
    for poll in uow.polls.in_state(PollState.OPEN):
        if (
            _reminded_here(poll)
            and _remind_now(poll, desk)
            and uow.once.claim(f"poll-reminder:{poll.number}", desk.now)
        ):
            _remind(uow, desk, poll)
            count += 1
    return count


def _reminded_here(poll: Poll) -> bool:
    """Deputies who appraise openly get their buttons again: ``appraising.remind``."""
    return poll.kind is not PollKind.APPRAISAL or poll.native or poll.secret


def _remind_now(poll: Poll, desk: Desk) -> bool:
    if poll.opened_at is None or poll.closes_at is None:
        return False
    runs = poll.closes_at - poll.opened_at
    before = min(REMIND_BEFORE, runs / 4)
    return runs >= REMIND_SOONEST and poll.closes_at - before <= desk.now < poll.closes_at


def _remind(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    for post in uow.polls.posts(poll.number, PostState.SENT):
        language = readers.group_language(desk, uow.groups.get(post.chat_id))
        rows = () if poll.native else poll_views.invitation_rows(desk, poll)
        said = _reminder(uow, desk, poll, readers.Reader(post.chat_id, language), rows)
        uow.outbox.add(replace(said, reply_to=post.message_id), desk.now)
    for reader in still_to_vote(uow, desk, poll):
        rows = () if poll.native else ballot_views.opening(poll)
        uow.outbox.add(_reminder(uow, desk, poll, reader, rows), desk.now)


def _reminder(uow: UnitOfWork, desk: Desk, poll: Poll, reader: readers.Reader, rows: Rows) -> Outgoing:
    return Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=poll_views.reminder(poll_words.read_in(uow, desk, poll, reader.language)),
        rows=rows,
        daytime=True,
        key=f"poll-reminder:{poll.number}",
    )


def still_to_vote(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[readers.Reader]:
    """Those who may vote, have not, and can be reached in private. Whether somebody is a member of its groups only
    Telegram knows, when they come: what is asked of members alone is told to nobody else. Nor is anybody asked who had
    themselves forgotten while it was open, and would be refused.
    """
    found = _have_not_voted(uow, desk, poll)
    if poll.opened_at is None or electors.by_entry(poll):
        return found
    refused = uow.erasure.forgotten_among((reader.chat_id for reader in found), poll.opened_at)
    return [reader for reader in found if reader.chat_id not in refused]


def _have_not_voted(uow: UnitOfWork, desk: Desk, poll: Poll) -> list[readers.Reader]:
    if poll.eligible is Eligible.MEMBERS:
        return []
    voted = set(uow.urns.voted(poll.number)) if poll.secret else uow.polls.answered(poll.number)
    listed = electors.of_poll(uow, desk, poll)
    if poll.eligible is Eligible.LISTED:
        return [each.reader for each in listed if each.reader is not None and each.voter not in voted]
    elsewhere = {each.voter for each in listed}  # deputies who judge beside the residents: ``appraising.remind``
    return [
        readers.Reader(person.telegram_id, readers.language_of(desk, person))
        for person in uow.people.of_stations(poll.station_ids)
        if person.telegram_id is not None and person.reachable and person.id not in voted | elsewhere
    ]


def withdraw_reminders(uow: UnitOfWork, poll: Poll) -> None:
    """It is over: what still waits for the morning is not sent."""
    uow.outbox.drop_keyed(f"poll-reminder:{poll.number}")


STEPS: Final = (show_what_came_in, remind)
