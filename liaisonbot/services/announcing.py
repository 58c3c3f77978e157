"""Announcements: drafted, shown as they will look, confirmed, sent a few at a time beside everything else, taken back.

An announcement is a row, and so is each of its posts; nothing waits in memory. Few posts are promised at a time, and
the end of each brings the next ones (:func:`go_on`): so the outbox stays short, and whoever presses a button meanwhile
is served first. A restart changes nothing; what is lost in between, the clock finds (:func:`look_after`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from liaisonbot.announcements import (
    ON_THE_WAY,
    UNDO_WITHIN,
    Announcement,
    Audience,
    Post,
    PostState,
    Sources,
    State,
)
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, RecipientGone, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.outgoing import Button, Outgoing, Priority, Receipt, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import announcement_views as views
from liaisonbot.services import arguments, intake, progress_posts, readers, vote_notices
from liaisonbot.services.announcement_views import AUDIENCES
from liaisonbot.services.doing import Answers, files_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

AT_ONCE: Final = 40
"""Posts promised at a time …"""
FEW: Final = 20
"""… as soon as so few are left."""
SHOW_EVERY: Final = timedelta(seconds=3)
"""Progress is shown by editing a message; Telegram allows few edits."""
DRAFTS_KEPT: Final = timedelta(days=7)
ALBUM_PAUSE: Final = timedelta(seconds=1.5)
MOVING: Final = (State.RUNNING, State.UNDOING)

Recipient = tuple[int, int | None, int, str]
"""Chat, the deputy's entry (None for a group), station, and what the chat is called."""


# --- drafting ---------------------------------------------------------------------------------------------------------


def announce(visit: Visit, answers: Answers) -> None:
    """/announce: nothing goes out yet. It is shown as it will look, with what can be changed, and asked about."""
    stations = arguments.stations_of(visit)
    if not stations:
        raise Refused("announce-without-station")
    files = files_of(visit, answers)
    sources = Sources(files.chat_id, files.ids, files.attachments, files.album) if files else None
    at = answers.get("at")
    draft(
        visit,
        answers["text"],
        sources=sources,
        station_ids=[station.id for station in stations],
        audience=Audience.GROUPS,
        at=datetime.fromisoformat(at) if at else None,
    )


def draft(
    visit: Visit,
    text: str,
    *,
    station_ids: Iterable[int],
    audience: Audience,
    sources: Sources | None = None,
    at: datetime | None = None,
    inquiry_id: int | None = None,
    poll: int | None = None,
    project: int | None = None,
    project_event: str | None = None,
) -> None:
    """A new draft, shown to whoever makes it."""
    announcement = visit.uow.announcements.draft(
        person_id=visit.person_id,
        chat_id=visit.place.chat_id,
        language=visit.language,
        text=text,
        sources=sources,
        station_ids=list(station_ids),
        audience=audience,
        at=at,
        now=visit.desk.now,
        inquiry_id=inquiry_id,
        poll=poll,
        project=project,
        project_event=project_event,
    )
    _show_as_it_will_look(visit, announcement)
    visit.say(views.control(visit.uow, visit.desk, announcement), rows=views.control_rows(visit, announcement))


def send_at_once(
    visit: Visit,
    text: str,
    *,
    station_ids: Iterable[int],
    sources: Sources | None,
    project: int,
    project_event: str,
) -> None:
    """What tells of a project and was confirmed already, with the question it followed from: it goes out now, and its
    progress stands where the button was.
    """
    uow, desk = visit.uow, visit.desk
    made = uow.announcements.draft(
        person_id=visit.person_id,
        chat_id=visit.place.chat_id,
        language=visit.language,
        text=text,
        sources=sources,
        station_ids=list(station_ids),
        audience=Audience.GROUPS,
        at=None,
        now=desk.now,
        project=project,
        project_event=project_event,
    )
    start(uow, desk, uow.announcements.update(made.id, progress_id=_message_of(visit)))


def _show_as_it_will_look(visit: Visit, announcement: Announcement) -> None:
    album = announcement.sources.album if announcement.sources else None
    look = _post(visit.uow, visit.desk, announcement, visit.place.chat_id, None, announcement.station_ids[0])
    visit.promise(
        replace(
            look,
            priority=Priority.ANSWER,
            key=f"preview:{announcement.id}" if album else None,
            not_before=visit.desk.now + ALBUM_PAUSE if album else None,
        )
    )


def join_album(visit: Visit, message: IncomingMessage) -> bool:
    """Whether the message is a further picture of an album that is being announced; then it goes along."""
    if message.media_group_id is None or not message.place.private:
        return False
    found = visit.uow.announcements.draft_of_album(message.place.chat_id, message.media_group_id)
    if found is None or found.sources is None:
        return False
    sources = replace(
        found.sources,
        ids=(*found.sources.ids, message.message_id),
        attachments=(*found.sources.attachments, *message.attachments),
    )
    _show_as_it_will_look(visit, visit.uow.announcements.update(found.id, sources=sources))
    return True


def schedule(visit: Visit, answers: Answers) -> None:
    """/schedule: when a draft is to go out; it has to be confirmed all the same. One that was keeps to the new time."""
    announcement = find(visit, answers["announcement"])
    if announcement.state not in (State.DRAFT, State.PLANNED) or announcement.project is not None:
        raise _not_now(announcement)
    at = datetime.fromisoformat(answers["at"])
    announcement = visit.uow.announcements.update(announcement.id, at=at)
    visit.toast()
    visit.say(views.control(visit.uow, visit.desk, announcement), rows=views.control_rows(visit, announcement))


def reword(visit: Visit, answers: Answers) -> None:
    """/reword: other words for a draft, or for one that is planned; it is shown again as it will look."""
    announcement = find(visit, answers["announcement"])
    if announcement.state not in (State.DRAFT, State.PLANNED):
        raise _not_now(announcement)
    announcement = visit.uow.announcements.update(announcement.id, text=answers["text"])
    visit.toast()
    _show_as_it_will_look(visit, announcement)
    visit.say(views.control(visit.uow, visit.desk, announcement), rows=views.control_rows(visit, announcement))


def find(visit: Visit, announcement_id: int) -> Announcement:
    """The announcement, if all its stations are the visitor's. Nobody else changes it meanwhile."""
    announcement = visit.uow.announcements.get(announcement_id, lock=True)
    if announcement is None or not views.may_see(visit.actor, announcement):
        raise NotFound("announcement-not-found", id=announcement_id)
    return announcement


def _not_now(announcement: Announcement) -> Refused:
    return Refused("announcement-not-now", id=announcement.id, state=Text.of(f"announcement-{announcement.state}"))


# --- the buttons below it ---------------------------------------------------------------------------------------------


def press(visit: Visit, announcement_id: int, action: str, argument: int | None) -> None:
    """A button below an announcement's message. What is not possible in its state is refused in words."""
    announcement = find(visit, announcement_id)
    if action not in ACTIONS:
        raise Refused("old-button")
    states, act = ACTIONS[action]
    if announcement.state not in states:
        raise _not_now(announcement)
    act(visit, announcement, argument)


def _confirm(visit: Visit, announcement: Announcement, _: int | None) -> None:
    uow, desk = visit.uow, visit.desk
    if not recipients(uow, announcement):
        raise Refused("announcement-to-nobody")
    shown_in = {"chat_id": visit.place.chat_id, "progress_id": _message_of(visit), "language": visit.language}
    if announcement.at is not None and announcement.at > desk.now:
        announcement = uow.announcements.update(announcement.id, state=State.PLANNED, **shown_in)
        visit.toast(Text.of("toast-planned"))
        _renew(visit, announcement)
        return
    announcement = uow.announcements.update(announcement.id, **shown_in)
    progress_posts.record(visit, announcement)
    visit.toast(Text.of("toast-announcing"))
    start(uow, desk, announcement)


def _message_of(visit: Visit) -> int | None:
    return visit.press.message_id if visit.press else None


def _drop(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """Nothing of it was sent: a draft is gone, a planned one stands in the list as cancelled."""
    visit.toast()
    if announcement.state is State.DRAFT:
        visit.uow.announcements.drop(announcement.id)
        visit.show(Text.of("cancelled"))
        return
    now = visit.desk.now
    _renew(visit, visit.uow.announcements.update(announcement.id, state=State.CANCELLED, finished_at=now))


def _next_audience(visit: Visit, announcement: Announcement, _: int | None) -> None:
    following = AUDIENCES[(AUDIENCES.index(announcement.audience) + 1) % len(AUDIENCES)]
    visit.toast()
    _renew(visit, visit.uow.announcements.update(announcement.id, audience=following))


def _toggle_asks(visit: Visit, announcement: Announcement, _: int | None) -> None:
    visit.toast()
    _renew(visit, visit.uow.announcements.update(announcement.id, asks=not announcement.asks))


def _now(visit: Visit, announcement: Announcement, _: int | None) -> None:
    visit.toast()
    _renew(visit, visit.uow.announcements.update(announcement.id, at=None))


def _choose_stations(visit: Visit, announcement: Announcement, offset: int | None) -> None:
    visit.toast()
    text = Text.of("announcement-choose-stations", n=len(announcement.station_ids))
    visit.show(text, rows=views.station_rows(visit, announcement, offset or 0))


def _toggle_station(visit: Visit, announcement: Announcement, station_id: int | None) -> None:
    own = [station.id for station in arguments.stations_of(visit)]
    if station_id not in own:
        raise Refused("station-not-yours")
    chosen = {*announcement.station_ids} ^ {station_id}
    if not chosen:
        raise Refused("announcement-needs-a-station")
    announcement = visit.uow.announcements.update(announcement.id, station_ids=[id_ for id_ in own if id_ in chosen])
    _choose_stations(visit, announcement, views.page_of(own, station_id))


def _show(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """Show it in this message; from now on its progress is shown here."""
    visit.toast()
    if announcement.state is not State.DRAFT:
        shown_in = {"chat_id": visit.place.chat_id, "progress_id": _message_of(visit), "language": visit.language}
        announcement = visit.uow.announcements.update(announcement.id, **shown_in)
    _renew(visit, announcement)


def _stop(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """What has not been promised yet is not sent; the few that are on their way arrive."""
    visit.uow.announcements.skip_waiting(announcement.id)
    visit.toast(Text.of("toast-stopped"))
    go_on(visit.uow, visit.desk, announcement, show=True)


def _ask_undo(visit: Visit, announcement: Announcement, _: int | None) -> None:
    n = visit.uow.announcements.undoable(announcement.id, visit.desk.now - UNDO_WITHIN)
    if not n:
        raise Refused("undo-too-late")
    visit.toast()
    visit.show(Text.of("announcement-ask-undo", id=announcement.id, n=n), rows=views.undo_rows(announcement))


def _undo(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """Take back what was sent, as far as Telegram lets us. What has not been sent yet is not sent."""
    uow, desk = visit.uow, visit.desk
    if not uow.announcements.undoable(announcement.id, desk.now - UNDO_WITHIN):
        raise Refused("undo-too-late")
    uow.announcements.skip_waiting(announcement.id)
    shown_in = {"chat_id": visit.place.chat_id, "progress_id": _message_of(visit)}
    announcement = uow.announcements.update(announcement.id, state=State.UNDOING, finished_at=None, **shown_in)
    visit.toast(Text.of("toast-undoing"))
    go_on(uow, desk, announcement, show=True)


def _list_failed(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """All of them as a file: there are more than fit the screen."""
    visit.toast()
    visit.promise(views.failed_document(visit, announcement))


def _list_readers(visit: Visit, announcement: Announcement, _: int | None) -> None:
    visit.toast()
    visit.say(views.who_read(visit, announcement), rows=views.reader_rows(visit, announcement))


def _remind(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """Those who have not read it are reminded, once."""
    uow, desk = visit.uow, visit.desk
    unread = views.unread(uow, announcement)
    if not unread:
        raise Refused("all-have-read")
    if not uow.once.claim(f"unread:{announcement.id}", desk.now):
        raise Refused("reminded-already")
    for post in unread:
        reader = _reader(uow, desk, post)
        if reader is not None and reader.chat_id == post.chat_id:
            reminder = Outgoing(
                Send.TEXT,
                reader.chat_id,
                language=reader.language,
                text=Text.of("remind-to-read", text=views.excerpt(announcement)),
                rows=read_rows(post),
                reply_to=post.message_ids[0] if post.message_ids else None,
            )
            uow.outbox.add(reminder, desk.now)
    visit.done(Text.of("toast-reminded", n=len(unread)))


ACTIONS: Final[Mapping[str, tuple[tuple[State, ...], Callable[[Visit, Announcement, int | None], None]]]] = {
    # button       possible while it is                   does
    "confirm": ((State.DRAFT,), _confirm),
    "drop": ((State.DRAFT, State.PLANNED), _drop),
    "audience": ((State.DRAFT,), _next_audience),
    "asks": ((State.DRAFT,), _toggle_asks),
    "now": ((State.DRAFT,), _now),
    "stations": ((State.DRAFT,), _choose_stations),
    "station": ((State.DRAFT,), _toggle_station),
    "stop": ((State.RUNNING,), _stop),
    "undo": ((State.RUNNING, State.DONE), _ask_undo),
    "undo-now": ((State.RUNNING, State.DONE), _undo),
    "show": (tuple(State), _show),
    "failed": (tuple(State), _list_failed),
    "readers": (tuple(State), _list_readers),
    "remind": ((State.RUNNING, State.DONE), _remind),
}
"""The buttons below an announcement's message."""


def _renew(visit: Visit, announcement: Announcement) -> None:
    visit.show(views.control(visit.uow, visit.desk, announcement), rows=views.control_rows(visit, announcement))


# --- sending ----------------------------------------------------------------------------------------------------------


def recipients(uow: UnitOfWork, announcement: Announcement) -> list[Recipient]:
    """Who gets it now: bound groups, deputies with an account. Each chat once."""
    found: dict[int, Recipient] = {}
    for station_id in announcement.station_ids:
        if announcement.audience in (Audience.GROUPS, Audience.BOTH):
            for group in uow.groups.of_station(station_id):
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
            outgoing = _post(uow, desk, announcement, post.chat_id, post, post.station_id)
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


def _post(
    uow: UnitOfWork, desk: Desk, announcement: Announcement, chat_id: int, post: Post | None, station_id: int
) -> Outgoing:
    """The announcement as it is sent to that chat. Without a ``post`` it is the preview of one in a group."""
    station = uow.stations.get(station_id)
    rows: Rows = read_rows(post) if post and post.entry_id is not None else ()
    outgoing = Outgoing(
        Send.TEXT,
        chat_id,
        language=_language(uow, desk, chat_id, post),
        text=progress_posts.heading(uow, announcement)
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


def read_rows(post: Post) -> Rows:
    """The button by which a deputy says that they have read it."""
    return ((Button(Text.of("button-read"), data=f"read:{post.id}"),),)


def _reader(uow: UnitOfWork, desk: Desk, post: Post) -> readers.Reader | None:
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
    changes: dict[str, Any]
    if outgoing.kind is Send.DELETE:
        unreachable = receipt.failure is not None or not outgoing.targets
        changes = {"state": PostState.STUCK if unreachable else PostState.DELETED, "failure": _why(receipt)}
    elif receipt.failure is not None:
        changes = {"state": PostState.FAILED, "failure": _why(receipt)}
    else:
        changes = {"state": PostState.SENT, "message_ids": receipt.message_ids, "sent_at": desk.now, "failure": None}
    uow.announcements.note_post(post.id, **changes)
    if changes["state"] is PostState.SENT:
        vote_notices.posted(uow, desk, announcement, post)
    go_on(uow, desk, announcement)


def _why(receipt: Receipt) -> str | None:
    """Nothing where nobody is there: that says itself. Else Telegram's own reason."""
    if receipt.failure is None or isinstance(receipt.failure, RecipientGone):
        return "" if receipt.failure else None
    return str(receipt.failure)[:120]


def _show_progress(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> None:
    """Edit the message it was confirmed in; where that was deleted, it is said anew at the end."""
    if announcement.chat_id is None or announcement.progress_id is None:
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
    """Announcements whose time has come."""
    planned = uow.announcements.planned(desk.now, limit=AT_ONCE)
    for announcement in planned:
        start(uow, desk, announcement)
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


# --- those who read it ------------------------------------------------------------------------------------------------


def read(visit: Visit, post_id: int) -> None:
    """A deputy says that they have read it."""
    post = visit.uow.announcements.post(post_id)
    deputy = visit.actor.deputy
    if post is None or deputy is None or post.entry_id != deputy.id:
        raise Refused("old-button")
    if post.read_at is None:
        visit.uow.announcements.note_post(post.id, read_at=visit.desk.now)
        announcement = visit.uow.announcements.get(post.announcement_id, lock=True)
        if announcement is not None:
            go_on(visit.uow, visit.desk, announcement, show=True)
    visit.toast(Text.of("toast-read"))
    visit.renew_buttons(())


def start_asking(visit: Visit, announcement_id: int, station_id: int | None = None) -> None:
    """The button below a post led here: the next words are a question about it."""
    announcement = _asked_about(visit.uow, announcement_id)
    dialogue = visit.uow.dialogues.start(
        visit.place.chat_id,
        visit.person_id,
        "askabout",
        {"announcement": announcement.id, "station": station_id},
        "text",
        visit.desk.now + timedelta(hours=1),
    )
    question = Text.lines(Text.of("asking-about", text=views.excerpt(announcement)), Text.of("ask-question-about"))
    visit.say(question, rows=arguments.rows(dialogue.id, [], wide=False), prompt_for=dialogue.id)


def ask(visit: Visit, answers: Answers) -> None:
    """The words become a case, an enquiry about that post; its card says which."""
    announcement = _asked_about(visit.uow, answers["announcement"])
    if visit.message is None:
        raise Refused("need-words")
    person = visit.actor.person
    own = person.station_id if person else None
    only = announcement.station_ids[0] if len(announcement.station_ids) == 1 else None
    # The group in which they pressed the button tells most.
    near = next((id_ for id_ in (answers.get("station"), own) if id_ in announcement.station_ids), only)
    intake.open_case(
        visit,
        visit.message,
        text=answers["text"],
        kind="enquiry",
        station_id=near,
        announcement_id=announcement.id,
    )


def _asked_about(uow: UnitOfWork, announcement_id: int) -> Announcement:
    announcement = uow.announcements.get(announcement_id)
    if announcement is None or announcement.state not in (State.RUNNING, State.DONE) or not announcement.asks:
        raise NotFound("announcement-not-found", id=announcement_id)
    return announcement


STEPS: Final = (start_planned, look_after)
"""What the clock does."""

PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "announce": announce,
    "announcements": lambda visit, answers: views.show_list(visit, 0),
    "schedule": schedule,
    "reword": reword,
    "askabout": ask,
}
