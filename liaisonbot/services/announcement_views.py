"""How an announcement looks to those who make it: the draft, its progress, who has not got or read it, the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from liaisonbot.announcements import UNDO_WITHIN, Announcement, Audience, Post, PostState, State, Tally
from liaisonbot.desk import Desk
from liaisonbot.model import Actor
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import arguments, cards, paging, progress_posts, vote_notices
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue

AUDIENCES: Final = tuple(Audience)
SHOWN: Final = 10
"""Lines of a list on the screen; the rest stands in a file."""
ALL: Final = 100_000
STATIONS_ON_A_PAGE: Final = 10
STATIONS_NAMED: Final = 4


def excerpt(announcement: Announcement) -> str | Text:
    """Its beginning, in one line; one of pictures only says so."""
    return cards.in_one_line(announcement.text, 60)


def names(language: str, found: Sequence[str]) -> str:
    return ("、" if language == "zh" else ", ").join(found)


def _stations(uow: UnitOfWork, announcement: Announcement) -> str | Text:
    found = [station.name for id_ in announcement.station_ids if (station := uow.stations.get(id_))]
    named = names(announcement.language, found[:STATIONS_NAMED])
    return Text.of("stations-and-more", names=named, n=len(found)) if len(found) > STATIONS_NAMED else named


def may_see(uow: UnitOfWork, actor: Actor, announcement: Announcement) -> bool:
    """Whether it concerns nobody but the actor's own stations, or tells of a project and is their own."""
    return progress_posts.may_see(uow, actor, announcement) or all(
        may_for_station(actor, Permission.ANNOUNCEMENT_MAKE, station_id) for station_id in announcement.station_ids
    )


# --- what stands in the message ---------------------------------------------------------------------------------------


def control(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> Text:
    """What is to be said of it now; the same message from the draft to the end."""
    if announcement.state in (State.DRAFT, State.PLANNED, State.CANCELLED):
        return _before(uow, desk, announcement)
    tally = uow.announcements.tally(announcement.id)
    undoing = announcement.state in (State.UNDOING, State.UNDONE)
    key = f"announcement-is-{announcement.state}"
    return Text.lines(
        Text.of("announcement-title", id=announcement.id, text=excerpt(announcement)),
        Text(key, _figures(tally)),
        Text.of("announcement-skipped", n=tally[PostState.SKIPPED]) if tally[PostState.SKIPPED] else None,
        Text.of("announcement-read", read=tally.read, deputies=tally.deputies) if tally.deputies else None,
        *_not_reached(uow, announcement, PostState.STUCK if undoing else PostState.FAILED, tally),
        vote_notices.what_stays(uow, announcement) if undoing else None,
    )


def _figures(tally: Tally) -> dict[str, int]:
    return {
        "sent": tally[PostState.SENT],
        "failed": tally[PostState.FAILED],
        "deleted": tally[PostState.DELETED],
        "stuck": tally[PostState.STUCK],
        "total": tally.total,
        "to_delete": tally[PostState.SENT] + tally[PostState.DELETING] + tally[PostState.DELETED],
    }


def _before(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> Text:
    if announcement.project is not None:
        return _before_progress(uow, announcement)
    groups, deputies, unknown = _counted(uow, announcement)
    when = (
        Text.of("announcement-at", at=desk.moment(announcement.at))
        if announcement.at
        else Text.of("announcement-at-once")
    )
    return Text.lines(
        Text.of(f"announcement-head-{announcement.state}", id=announcement.id),
        Text.of("announcement-stations", stations=_stations(uow, announcement)),
        Text.of(
            f"announcement-to-{announcement.audience}",
            groups=Text.counted("groups", groups),
            deputies=Text.counted("deputies", deputies),
        ),
        Text.of("announcement-without-account", names=names(announcement.language, unknown)) if unknown else None,
        when,
        Text.of("announcement-confirm-below") if announcement.state is State.DRAFT else None,
    )


def _before_progress(uow: UnitOfWork, announcement: Announcement) -> Text:
    """Of a project's progress: which one, how many groups and people get it."""
    groups, _, _ = _counted(uow, announcement)
    people = len(progress_posts.recipients(uow, announcement))
    return Text.lines(
        Text.of("works-draft-head", id=announcement.id, number=announcement.project),
        Text.of("works-draft-to", groups=Text.counted("groups", groups), people=Text.counted("people", people)),
        Text.of("announcement-confirm-below"),
    )


def _counted(uow: UnitOfWork, announcement: Announcement) -> tuple[int, int, list[str]]:
    """Groups, deputies with an account, and the names of those without."""
    groups = {group.chat_id for id_ in announcement.station_ids for group in uow.groups.of_station(id_)}
    deputies = {entry.id: entry for id_ in announcement.station_ids for entry in uow.roster.deputies(id_)}
    unknown = [entry.name for entry in deputies.values() if entry.telegram_id is None]
    if announcement.audience is Audience.GROUPS:
        unknown = []
    return len(groups), len(deputies) - len(unknown), unknown[:SHOWN]


def _not_reached(uow: UnitOfWork, announcement: Announcement, state: PostState, tally: Tally) -> list[Text]:
    if not tally[state] or announcement.state in (State.RUNNING, State.UNDOING):
        return []
    posts = uow.announcements.posts(announcement.id, state, limit=SHOWN)
    more = tally[state] - len(posts)
    return [
        Text.of(f"announcement-{state}-title"),
        *(_failure(post) for post in posts),
        *([Text.of("and-more", n=more)] if more else []),
    ]


def _failure(post: Post) -> Text:
    why = Text.of("failure-refused", error=post.failure) if post.failure else _absent(post)
    return Text.of("failure-line", title=post.title or _nameless(post), why=why)


def _nameless(post: Post) -> str | Text:
    """A group without a title is known by its number; who stands behind a project is nobody's business."""
    in_private = post.chat_id is None or post.chat_id > 0
    return Text.of("failure-somebody") if in_private else str(post.chat_id)


def _absent(post: Post) -> Text:
    if post.state is PostState.STUCK:
        return Text.of("failure-stuck")
    if post.entry_id is None and (post.chat_id or 0) > 0:
        return Text.of("failure-gone-person")
    return Text.of("failure-gone-deputy" if post.entry_id is not None else "failure-gone-group")


# --- the buttons ------------------------------------------------------------------------------------------------------


def group_rows(desk: Desk, announcement: Announcement, station_id: int) -> Rows:
    """Below a post in a group: the way into the private chat, to ask about it or to hand in a question."""
    if announcement.inquiry_id is not None:
        return question_rows(desk, announcement)
    if not may_be_asked_about(announcement):
        return ()
    return ((Button(Text.of("button-ask-about"), url=desk.bot.deep_link(f"ask_{announcement.id}_{station_id}")),),)


def may_be_asked_about(announcement: Announcement) -> bool:
    """Whether whoever reads it in a group can ask about it; what went to deputies alone is nobody else's to read."""
    return announcement.asks and announcement.audience is not Audience.DEPUTIES


def question_rows(desk: Desk, announcement: Announcement) -> Rows:
    """The way to hand in a question, below a post that calls for some."""
    if announcement.inquiry_id is None:
        return ()
    link = desk.bot.deep_link(f"question_{announcement.inquiry_id}")
    return ((Button(Text.of("button-hand-in"), url=link),),)


def _button(announcement: Announcement, label: Text, action: str, argument: int | None = None) -> Button:
    tail = "" if argument is None else f":{argument}"
    return Button(label, data=f"announce:{announcement.id}:{action}{tail}")


def control_rows(visit: Visit, announcement: Announcement) -> Rows:
    if announcement.state is State.DRAFT:
        return _draft_rows(visit, announcement)
    return rows_for(visit.uow, visit.desk, announcement)


def _draft_rows(visit: Visit, announcement: Announcement) -> Rows:
    if announcement.project is not None:
        return (_last_row(announcement),)
    several = len(arguments.stations_of(visit)) > 1
    asks = Text.of("button-asks-on" if announcement.asks else "button-asks-off")
    groups = announcement.audience is not Audience.DEPUTIES and announcement.inquiry_id is None
    when = (
        _button(announcement, Text.of("button-at-once"), "now")
        if announcement.at
        else Button(Text.of("button-schedule"), data=f"schedule:{announcement.id}")
    )
    settings = [
        _button(announcement, Text.of(f"button-audience-{announcement.audience}"), "audience"),
        *([_button(announcement, Text.of("button-stations"), "stations", 0)] if several else []),
        when,
        *([_button(announcement, asks, "asks")] if groups else []),
    ]
    if announcement.poll is not None:
        settings.append(Button(Text.of("button-reword"), data=f"reword:{announcement.id}"))
    return (
        *cards.in_pairs(settings),
        _last_row(announcement),
    )


def _last_row(announcement: Announcement) -> tuple[Button, ...]:
    return (
        _button(announcement, Text.of("button-confirm"), "confirm", announcement.wording),
        _button(announcement, Text.of("button-cancel"), "drop"),
    )


def rows_for(uow: UnitOfWork, desk: Desk, announcement: Announcement) -> Rows:
    """What can be done with one that was confirmed."""
    tally = uow.announcements.tally(announcement.id)
    undoing = announcement.state in (State.UNDOING, State.UNDONE)
    failed = tally[PostState.STUCK if undoing else PostState.FAILED]
    buttons = []
    if announcement.state is State.PLANNED:
        buttons += [
            Button(Text.of("button-reschedule"), data=f"schedule:{announcement.id}"),
            _button(announcement, Text.of("button-cancel-planned"), "drop"),
        ]
    if announcement.state is State.RUNNING and tally[PostState.WAITING]:
        buttons.append(_button(announcement, Text.of("button-stop"), "stop"))
    if announcement.state is State.DONE and uow.announcements.undoable(announcement.id, desk.now - UNDO_WITHIN):
        buttons.append(_button(announcement, Text.of("button-undo"), "undo"))
    if failed > SHOWN and announcement.state in (State.DONE, State.UNDONE):
        buttons.append(_button(announcement, Text.of("button-all-failed"), "failed"))
    if tally.deputies:
        buttons.append(_button(announcement, Text.of("button-readers"), "readers"))
    if undoing and (cycle := vote_notices.moved_on_by(uow, announcement)):
        buttons.append(Button(Text.of("button-cycle-back-one"), data=f"cycle:{cycle.id}:back"))
    return cards.in_pairs(buttons)


def undo_rows(announcement: Announcement) -> Rows:
    return (
        (
            _button(announcement, Text.of("button-confirm"), "undo-now"),
            _button(announcement, Text.of("button-announcement-back"), "show"),
        ),
    )


def page_of(own: Sequence[int], station_id: int) -> int:
    """Where the page begins on which that station stands."""
    return own.index(station_id) // STATIONS_ON_A_PAGE * STATIONS_ON_A_PAGE


def station_rows(visit: Visit, announcement: Announcement, offset: int) -> Rows:
    """One's stations, those chosen with a tick, a page at a time."""
    stations = arguments.stations_of(visit)
    rows = []
    for station in stations[offset : offset + STATIONS_ON_A_PAGE]:
        chosen = station.id in announcement.station_ids
        label = Text.of("button-station-chosen" if chosen else "button-station-left-out", station=station.name)
        rows.append((_button(announcement, label, "station", station.id),))
    return (
        *rows,
        *paging.turns(f"announce:{announcement.id}:stations", offset, STATIONS_ON_A_PAGE, len(stations)),
        (_button(announcement, Text.of("button-announcement-back"), "show"),),
    )


# --- who has it, who has read it --------------------------------------------------------------------------------------


def failed_document(visit: Visit, announcement: Announcement) -> Outgoing:
    """Every chat it did not reach, or could not be taken back from, with the reason, as a text file."""
    undoing = announcement.state in (State.UNDOING, State.UNDONE)
    state = PostState.STUCK if undoing else PostState.FAILED
    posts = visit.uow.announcements.posts(announcement.id, state, limit=ALL)
    words = catalogue(visit.language, visit.desk.settings.locale.timezone)
    content = "\n".join(words.plain(_failure(post)) for post in posts)
    return Outgoing(
        Send.DOCUMENT,
        visit.place.chat_id,
        text=Text.of("failed-caption", id=announcement.id, n=len(posts)),
        document=(f"announcement-{announcement.id}.txt", content or "-"),
        priority=Priority.ANSWER,
    )


def _deputies(uow: UnitOfWork, announcement: Announcement) -> list[Post]:
    posts = uow.announcements.posts(announcement.id, PostState.SENT, limit=ALL)
    return [post for post in posts if post.entry_id is not None]


def unread(uow: UnitOfWork, announcement: Announcement) -> list[Post]:
    """Deputies who got it and have not said that they have read it."""
    return [post for post in _deputies(uow, announcement) if post.read_at is None]


def _named(posts: Sequence[Post], key: str, language: str) -> Text | None:
    return Text.of(key, n=len(posts), names=names(language, [post.title for post in posts])) if posts else None


def who_read(visit: Visit, announcement: Announcement) -> Text:
    """Who has said that they have read it, and who has not."""
    posts = _deputies(visit.uow, announcement)
    return Text.lines(
        Text.of("announcement-title", id=announcement.id, text=excerpt(announcement)),
        _named([post for post in posts if post.read_at is not None], "readers-read", visit.language),
        _named([post for post in posts if post.read_at is None], "readers-unread", visit.language),
    )


def reader_rows(visit: Visit, announcement: Announcement) -> Rows:
    """Those who have not read it can be reminded, once."""
    if not unread(visit.uow, announcement) or visit.uow.once.claimed(f"unread:{announcement.id}"):
        return ()
    return ((_button(announcement, Text.of("button-remind-unread"), "remind"),),)


# --- the list ---------------------------------------------------------------------------------------------------------

PAGE: Final = 6
_LOOKED_AT: Final = 200


def show_list(visit: Visit, offset: int) -> None:
    """Announcements of one's stations, newest first; each opens by its button."""
    found = visit.uow.announcements.latest(states=tuple(State), limit=_LOOKED_AT)
    own = [entry for entry in found if may_see(visit.uow, visit.actor, entry)]
    page = own[offset : offset + PAGE]
    visit.toast()
    if not page:
        visit.show(Text.of("announcements-none"))
        return
    lines = [
        Text.of(
            "list-announcement",
            id=entry.id,
            state=Text.of(f"announcement-{entry.state}"),
            at=entry.started_at or entry.at or entry.created_at,
            text=excerpt(entry),
        )
        for entry in page
    ]
    buttons = [_button(entry, Text.of("button-open-announcement", id=entry.id), "show") for entry in page]
    rows = (*cards.in_pairs(buttons, 3), *paging.turns("announcements", offset, PAGE, len(own)))
    visit.show(Text.lines(Text.of("announcements-list"), *lines), rows=rows)
