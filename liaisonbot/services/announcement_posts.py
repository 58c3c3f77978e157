"""Announcements on their way: each goes to its chats a few posts at a time, and is taken back in the same manner.

An announcement is a row, and so is each of its posts; nothing waits in memory. Few posts are promised at a time, and
the end of each brings the next ones (:func:`go_on`): so the outbox stays short, and whoever presses a button meanwhile
is served first. A restart changes nothing; what is lost in between, the clock finds (:func:`look_after`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot.announcements import ON_THE_WAY, UNDO_WITHIN, Announcement, Audience, Post, PostState, State
from liaisonbot.desk import Desk
from liaisonbot.errors import FilesRefused, OurMistake, RecipientGone
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import actors, progress_posts, readers, vote_notices, voter_report_posts
from liaisonbot.services import announcement_views as views
from liaisonbot.texts import Text

AT_ONCE: Final = 40
"""Posts promised at a time …"""
FEW: Final = 20
"""… as soon as so few are left."""
SHOW_EVERY: Final = timedelta(seconds=3)
"""Progress is shown by editing a message; Telegram allows few edits."""
DRAFTS_KEPT: Final = timedelta(days=7)
MOVING: Final = (State.RUNNING, State.UNDOING)

Recipient = tuple[int, int | None, int, str]
"""Chat, the deputy's entry (None for a group), station, and what the chat is called."""


def recipients(uow: UnitOfWork, announcement: Announcement) -> list[Recipient]:
    """Who gets it now: bound groups, deputies with an account. Each chat once."""
    found: dict[int, Recipient] = {}
    chosen = voter_report_posts.groups(uow, announcement)
    for station_id in announcement.station_ids:
        if announcement.audience in (Audience.GROUPS, Audience.BOTH):
            for group in uow.groups.of_station(station_id):
                if chosen is not None and group.chat_id not in chosen:
                    continue
                found.setdefault(group.chat_id, (group.chat_id, None, station_id, group.title))
        if announcement.audience in (Audience.DEPUTIES, Audience.BOTH):
            for entry in uow.roster.deputies(station_id):
                if entry.telegram_id is not None:
                    found.setdefault(entry.telegram_id, (entry.telegram_id, entry.id, station_id, entry.name))
    for recipient in progress_posts.recipients(uow, announcement):
        found.setdefault(recipient[0], recipient)
    return list(found.values())


def start(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> None:
    """Its time has come."""
    uow.announcements.address(announcement.id, recipients(uow, announcement))
    announcement = uow.announcements.update(announcement.id, state=State.RUNNING, started_at=desk.now)
    vote_notices.announced(uow, desk, announcement)
    go_on(uow, desk, announcement, show=True)


def go_on(uow: UnitOfWork, desk: Desk, announcement: Announcement, *, show: bool = False) -> None:
    """Promise what comes next, or note that it is done; and show how far it is, every few seconds."""
    if announcement.state not in MOVING:
        if show:
            _show_progress(uow, desk, announcement)
        return
    tally = uow.announcements.tally(announcement.id)
    if tally.on_the_way <= FEW:
        promised = _STEP[announcement.state](uow, desk, announcement, AT_ONCE - tally.on_the_way)
        if not promised and not tally.on_the_way:
            becomes = State.DONE if announcement.state is State.RUNNING else State.UNDONE
            announcement = uow.announcements.update(announcement.id, state=becomes, finished_at=desk.now)
    due = announcement.shown_at is None or desk.now - announcement.shown_at >= SHOW_EVERY
    if show or due or announcement.state not in MOVING:
        _show_progress(uow, desk, announcement)


def _promise_posts(uow: UnitOfWork, desk: Desk, announcement: Announcement, limit: int) -> int:
    posts = uow.announcements.posts(announcement.id, PostState.WAITING, limit=limit)
    for post in posts:
        if post.chat_id is not None:
            outgoing = as_sent(uow, desk, announcement, post.chat_id, post, post.station_id)
            uow.outbox.add(outgoing, desk.now)
    uow.announcements.set_posts([post.id for post in posts], PostState.PROMISED)
    return len(posts)


def _promise_deletions(uow: UnitOfWork, desk: Desk, announcement: Announcement, limit: int) -> int:
    since = desk.now - UNDO_WITHIN
    posts = uow.announcements.posts(announcement.id, PostState.SENT, limit=limit, sent_after=since)
    for post in posts:
        if post.chat_id is not None and post.message_ids:
            deletion = Outgoing(
                Send.DELETE,
                post.chat_id,
                targets=post.message_ids,
                priority=Priority.ANNOUNCEMENT,
                key=_key(post),
                noted_as=("post", post.id),
            )
            uow.outbox.add(deletion, desk.now)
    reachable = [post.id for post in posts if post.chat_id is not None and post.message_ids]
    uow.announcements.set_posts(reachable, PostState.DELETING)
    uow.announcements.set_posts([post.id for post in posts if post.id not in reachable], PostState.STUCK)
    return len(posts)


_STEP: Final[Mapping[State, Callable[[UnitOfWork, Desk, Announcement, int], int]]] = {
    State.RUNNING: _promise_posts,
    State.UNDOING: _promise_deletions,
}


def _key(post: Post) -> str:
    return f"post:{post.id}"


def as_sent(
    uow: UnitOfWork, desk: Desk, announcement: Announcement, chat_id: int, post: Post | None, station_id: int
) -> Outgoing:
    """The announcement as it is sent to that chat. Without a ``post`` it is the preview of one in a group."""
    station = uow.stations.get(station_id)
    rows = deputy_rows(desk, announcement, post) if post and post.entry_id is not None else ()
    outgoing = Outgoing(
        Send.TEXT,
        chat_id,
        language=_language(uow, desk, chat_id, post),
        text=progress_posts.heading(uow, announcement)
        or voter_report_posts.heading(uow, announcement)
        or Text.of("announcement-post", station=station.name if station else ""),
        body=announcement.text or None,
        rows=progress_posts.rows(desk, uow, announcement) or rows or views.group_rows(desk, announcement, station_id),
        priority=Priority.ANNOUNCEMENT,
        key=_key(post) if post else None,
        noted_as=("post", post.id) if post else None,
    )
    card = vote_notices.picture(uow, announcement)
    if card is not None:
        return replace(outgoing, kind=Send.PHOTO, file=uow.files.add(card, desk.now))
    sources = announcement.sources
    if sources is None:
        return outgoing
    if len(sources.ids) == 1 and sources.attachments:
        return replace(outgoing, kind=Send.MEDIA, attachment=sources.attachments[0])
    return replace(outgoing, kind=Send.COPY, copy_from=sources.chat_id, copy_ids=sources.ids)


def _language(uow: UnitOfWork, desk: Desk, chat_id: int, post: Post | None) -> str:
    if chat_id < 0:
        return readers.group_language(desk, uow.groups.get(chat_id))
    entry = uow.roster.get(post.entry_id) if post and post.entry_id is not None else None
    return readers.language_of(desk, uow.people.find(chat_id), entry)


def deputy_rows(desk: Desk, announcement: Announcement, post: Post) -> Rows:
    """Below a post that a deputy got: that they have read it, until they say so; and where it calls for questions, the
    way to hand one in.
    """
    unread = ((Button(Text.of("button-read"), data=f"read:{post.id}"),),) if post.read_at is None else ()
    return (*unread, *views.question_rows(desk, announcement))


def reader_of(uow: UnitOfWork, desk: Desk, post: Post) -> readers.Reader | None:
    entry = uow.roster.get(post.entry_id) if post.entry_id is not None else None
    return readers.of_entry(uow, desk, entry) if entry else None


# --- how it went ------------------------------------------------------------------------------------------------------


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """A post was sent or taken back, or could not be. One chat's refusal is noted there, and the others go on."""
    assert outgoing.noted_as is not None
    post = uow.announcements.post(outgoing.noted_as[1])
    announcement = uow.announcements.get(post.announcement_id, lock=True) if post else None
    if post is None or announcement is None:
        return
    if isinstance(receipt.failure, FilesRefused) and outgoing.kind in _FILES:
        _without_files(uow, desk, announcement, post, outgoing, receipt)
        return
    if outgoing.kind is Send.COPY and receipt.message_ids and isinstance(receipt.failure, OurMistake):
        # Its words went out, and nothing is left to be copied; single parts that are gone are no failure.
        receipt = replace(receipt, failure=None, missing=len(set(outgoing.copy_ids)))
    changes: dict[str, Any]
    if outgoing.kind is Send.DELETE:
        unreachable = receipt.failure is not None or not outgoing.targets
        changes = {"state": PostState.STUCK if unreachable else PostState.DELETED, "failure": _why(receipt)}
    elif receipt.failure is not None:
        changes = {"state": PostState.FAILED, "failure": _why(receipt)}
    else:
        made = (*(post.message_ids or ()), *receipt.message_ids)
        changes = {"state": PostState.SENT, "message_ids": made, "sent_at": desk.now, "failure": None}
    uow.announcements.note_post(post.id, **changes)
    if receipt.missing and uow.once.claim(f"parts-missing:{announcement.id}", desk.now):
        _tell_why(uow, desk, announcement, Text.of("announcement-parts-missing", n=receipt.missing))
    if changes["state"] is PostState.SENT:
        vote_notices.posted(uow, desk, announcement, post)
        voter_report_posts.posted(uow, desk, announcement, post)
    go_on(uow, desk, announcement)


_FILES: Final = frozenset({Send.COPY, Send.MEDIA, Send.PHOTO})


def _without_files(
    uow: UnitOfWork, desk: Desk, announcement: Announcement, post: Post, outgoing: Outgoing, receipt: Receipt
) -> None:
    """A chat takes no such files: it gets the words, unless they are there already, and a sentence; and whoever
    announced it hears of the first such chat.
    """
    nothing: dict[str, Any] = {"copy_from": None, "copy_ids": (), "attachment": None, "file": None, "sent": ()}
    there = Text.of("announcement-files-refused")
    words = replace(outgoing, kind=Send.TEXT, text=Text.lines(outgoing.text, there), **nothing)
    if receipt.message_ids:
        uow.announcements.note_post(post.id, message_ids=receipt.message_ids)
        words = replace(words, text=there, body=None, rows=())
    uow.outbox.add(words, desk.now)
    if uow.once.claim(f"files-refused:{announcement.id}", desk.now):
        _tell_why(uow, desk, announcement, Text.of("announcement-without-files"))


def _why(receipt: Receipt) -> str | None:
    """Nothing where nobody is there: that says itself. Else Telegram's own reason."""
    if receipt.failure is None or isinstance(receipt.failure, RecipientGone):
        return "" if receipt.failure else None
    return str(receipt.failure)[:120]


def _show_progress(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> None:
    """Edit the message it was confirmed in; where that was deleted, it is said anew at the end. Who is staff no longer
    follows it no longer.
    """
    if announcement.chat_id is None or announcement.progress_id is None:
        return
    if not views.may_see(uow, actors.known(uow, desk, announcement.chat_id), announcement):
        return
    said = Outgoing(
        Send.TEXT,
        announcement.chat_id,
        language=announcement.language,
        text=views.control(uow, desk, announcement),
        rows=views.rows_for(uow, desk, announcement),
    )
    edit = replace(
        said,
        kind=Send.EDIT,
        target=announcement.progress_id,
        key=f"edit:{announcement.progress_id}",
        fallback=None if announcement.state in MOVING else said,
    )
    uow.outbox.add(edit, desk.now)
    uow.announcements.update(announcement.id, shown_at=desk.now)


def _tell_why(uow: UnitOfWork, desk: Desk, announcement: Announcement, text: Text) -> None:
    """Whoever planned it hears that it did not go out, or not whole, in reply to what they planned: nobody looks there
    again.
    """
    chat_id = announcement.chat_id
    if chat_id is not None and views.may_see(uow, actors.known(uow, desk, chat_id), announcement):
        said = Outgoing(
            Send.TEXT, chat_id, language=announcement.language, text=text, reply_to=announcement.progress_id
        )
        uow.outbox.add(said, desk.now)


NOTED: Final[Mapping[str, Callable[[UnitOfWork, Desk, Outgoing, Receipt], None]]] = {
    "post": _note,
}


def chat_lost(uow: UnitOfWork, desk: Desk, chat_id: int) -> None:
    """The bot was removed from a group, and what was owed to it is dropped."""
    for announcement_id in uow.announcements.lost(chat_id):
        announcement = uow.announcements.get(announcement_id, lock=True)
        if announcement is not None:
            go_on(uow, desk, announcement)


# --- what the clock does ----------------------------------------------------------------------------------------------


def start_planned(uow: UnitOfWork, desk: Desk) -> int:
    """Announcements whose time has come. That of a vote which was announced meanwhile is cancelled instead."""
    planned = uow.announcements.planned(desk.now, limit=AT_ONCE)
    for announcement in planned:
        refusal = vote_notices.not_due(uow, announcement)
        if refusal is None:
            start(uow, desk, announcement)
            continue
        over = uow.announcements.update(announcement.id, state=State.CANCELLED, finished_at=desk.now)
        _show_progress(uow, desk, over)
        _tell_why(uow, desk, over, Text.of(refusal.key, **refusal.params))
    return 0 if len(planned) < AT_ONCE else 100


def look_after(uow: UnitOfWork, desk: Desk) -> int:
    """What is on its way and stands in no outbox any more will not arrive; drafts that nobody wanted are dropped."""
    for announcement in uow.announcements.in_state(MOVING):
        for post in uow.announcements.posts(announcement.id, *ON_THE_WAY, limit=2 * AT_ONCE):
            gone = post.chat_id is None or uow.outbox.waiting(post.chat_id, _key(post), desk.now) is None
            if gone:
                deleting = post.state is PostState.DELETING
                uow.announcements.note_post(
                    post.id, state=PostState.STUCK if deleting else PostState.FAILED, failure=""
                )
        go_on(uow, desk, announcement)
    uow.announcements.drop_drafts(desk.now - DRAFTS_KEPT)
    return 0


STEPS: Final = (start_planned, look_after)
"""What the clock does."""
