"""Announcements as staff make them: drafted, shown as they will look, confirmed, watched, taken back.

How one goes to its chats stands in ``announcement_posts``, what those do who got it in ``announcement_answers``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from liaisonbot.announcements import UNDO_WITHIN, Announcement, Audience, Sources, State
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.outgoing import Outgoing, Priority, Send
from liaisonbot.services import announcement_posts as posts
from liaisonbot.services import announcement_views as views
from liaisonbot.services import arguments, progress_posts, relaying, vote_notices, voter_report_undoing
from liaisonbot.services.announcement_views import AUDIENCES
from liaisonbot.services.doing import Answers, files_of
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

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
    sources: Sources | None = None,
    poll: int | None = None,
    project: int | None = None,
    project_event: str | None = None,
) -> None:
    """What was confirmed already, with the question it followed from: it goes out now, and its progress stands where
    the button was.
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
        poll=poll,
        project=project,
        project_event=project_event,
    )
    posts.start(uow, desk, uow.announcements.update(made.id, progress_id=_message_of(visit)))


def _show_as_it_will_look(visit: Visit, announcement: Announcement) -> None:
    album = announcement.sources.album if announcement.sources else None
    look = posts.as_sent(visit.uow, visit.desk, announcement, visit.place.chat_id, None, announcement.station_ids[0])
    visit.promise(
        replace(
            look,
            priority=Priority.ANSWER,
            key=f"preview:{announcement.id}" if album else None,
            not_before=visit.desk.now + relaying.ALBUM_PAUSE if album else None,
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
    if announcement is None or not views.may_see(visit.uow, visit.actor, announcement):
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


def _confirm(visit: Visit, announcement: Announcement, wording: int | None) -> None:
    """It goes out as it was shown: what a colleague changed meanwhile is shown first."""
    uow, desk = visit.uow, visit.desk
    if wording not in (None, announcement.wording):
        visit.toast(Text.of("announcement-read-again"), alert=True)
        _show_as_it_will_look(visit, announcement)
        _renew(visit, announcement)
        return
    if not posts.recipients(uow, announcement):
        raise Refused("announcement-to-nobody")
    refusal = vote_notices.not_due(uow, announcement)
    if refusal is not None:
        raise refusal
    shown_in = {"chat_id": visit.place.chat_id, "progress_id": _message_of(visit), "language": visit.language}
    if announcement.at is not None and announcement.at > desk.now:
        announcement = uow.announcements.update(announcement.id, state=State.PLANNED, **shown_in)
        visit.toast(Text.of("toast-planned"))
        _renew(visit, announcement)
        return
    announcement = uow.announcements.update(announcement.id, **shown_in)
    progress_posts.record(visit, announcement)
    visit.toast(Text.of("toast-announcing"))
    posts.start(uow, desk, announcement)


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
    posts.go_on(visit.uow, visit.desk, announcement, show=True)


def _ask_undo(visit: Visit, announcement: Announcement, _: int | None) -> None:
    n = visit.uow.announcements.undoable(announcement.id, visit.desk.now - UNDO_WITHIN)
    if not n:
        raise Refused("undo-too-late")
    visit.toast()
    asked = Text.of("announcement-ask-undo", id=announcement.id, n=n)
    stays = vote_notices.what_stays(visit.uow, announcement)
    follows = voter_report_undoing.what_follows(visit.uow, announcement)
    visit.show(Text.lines(asked, stays, follows), rows=views.undo_rows(announcement))


def _undo(visit: Visit, announcement: Announcement, _: int | None) -> None:
    """Take back what was sent, as far as Telegram lets us. What has not been sent yet is not sent."""
    uow, desk = visit.uow, visit.desk
    if not uow.announcements.undoable(announcement.id, desk.now - UNDO_WITHIN):
        raise Refused("undo-too-late")
    uow.announcements.skip_waiting(announcement.id)
    shown_in = {"chat_id": visit.place.chat_id, "progress_id": _message_of(visit)}
    announcement = uow.announcements.update(announcement.id, state=State.UNDOING, finished_at=None, **shown_in)
    visit.toast(Text.of("toast-undoing"))
    posts.go_on(uow, desk, announcement, show=True)
    voter_report_undoing.take_back(visit, announcement)


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
        reader = posts.reader_of(uow, desk, post)
        if reader is not None and reader.chat_id == post.chat_id:
            reminder = Outgoing(
                Send.TEXT,
                reader.chat_id,
                language=reader.language,
                text=Text.of("remind-to-read", text=views.excerpt(announcement)),
                rows=posts.deputy_rows(desk, announcement, post),
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


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "announce": announce,
    "announcements": lambda visit, answers: views.show_list(visit, 0),
    "schedule": schedule,
    "reword": reword,
}
