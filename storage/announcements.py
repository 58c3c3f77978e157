"""Announcements, and what became of each in every chat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Delete, bindparam, delete, func, insert, literal_column, select, true, update

from liaisonbot.announcements import (
    Announcement,
    Audience,
    Post,
    PostState,
    Sources,
    State,
    Tally,
    sources_from_json,
    sources_to_json,
)
from storage.ready import Ready
from storage.schema import announcement_posts, announcements
from storage.statements import AnyRow, clipped, plain

_COLUMNS: Final = tuple(announcements.c[name] for name in Announcement.__dataclass_fields__)
_POST: Final = tuple(announcement_posts.c[name] for name in Post.__dataclass_fields__)

_MAKE: Final = insert(announcements).returning(*_COLUMNS)
_one = select(*_COLUMNS).where(announcements.c.id == bindparam("announcement"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_DRAFT: Final = announcements.c.state == literal_column("'draft'")
_DRAFTS_HERE: Final = (
    select(*_COLUMNS).where(_DRAFT, announcements.c.chat_id == bindparam("chat")).order_by(announcements.c.id.desc())
)
_PLANNED: Final = (
    select(*_COLUMNS)
    .where(announcements.c.state == "planned", announcements.c.at <= bindparam("until"))
    .order_by(announcements.c.at, announcements.c.id)
    .limit(bindparam("most"))
)
_IN_STATES: Final = (
    select(*_COLUMNS)
    .where(announcements.c.state.in_(bindparam("states", expanding=True)))
    .order_by(announcements.c.id.desc())
)

_of_one = announcement_posts.c.announcement_id == bindparam("announcement")
_ADDRESS: Final = Ready(lambda insert: insert(announcement_posts).on_conflict_do_nothing())
_GET_POST: Final = Ready(select(*_POST).where(announcement_posts.c.id == bindparam("post")))
_SKIP: Final = (
    update(announcement_posts).where(_of_one, announcement_posts.c.state == "waiting").values(state="skipped")
)
_SET: Final = (
    update(announcement_posts)
    .where(announcement_posts.c.id.in_(bindparam("posts", expanding=True)))
    .values(state=bindparam("becomes"))
)
_TALLY: Final = Ready(
    select(
        announcement_posts.c.state,
        func.count().label("n"),
        func.count(announcement_posts.c.entry_id).label("deputies"),
        func.count(announcement_posts.c.read_at).label("read"),
    )
    .where(_of_one)
    .group_by(announcement_posts.c.state)
)
_UNDOABLE: Final = select(func.count()).where(
    _of_one, announcement_posts.c.state == "sent", announcement_posts.c.sent_at > bindparam("sent_after")
)
_LOST: Final = (
    update(announcement_posts)
    .where(announcement_posts.c.chat_id == bindparam("chat"), announcement_posts.c.state.in_(("waiting", "promised")))
    .values(state="failed", failure="")
    .returning(announcement_posts.c.announcement_id)
)
_LOST_DELETIONS: Final = (
    update(announcement_posts)
    .where(announcement_posts.c.chat_id == bindparam("chat"), announcement_posts.c.state == "deleting")
    .values(state="stuck", failure="")
    .returning(announcement_posts.c.announcement_id)
)
_there_already = announcement_posts.alias("there_already")
_twice = select(_there_already.c.announcement_id).where(_there_already.c.chat_id == bindparam("new")).correlate(None)
_LET_GO_OF_SECONDS: Final = (
    update(announcement_posts)
    .where(announcement_posts.c.chat_id == bindparam("old"), announcement_posts.c.announcement_id.in_(_twice))
    .values(chat_id=None, message_ids=[])
)
_MOVE: Final = (
    update(announcement_posts)
    .where(announcement_posts.c.chat_id == bindparam("old"))
    .values(chat_id=bindparam("new"), message_ids=[])
)


class SqlAnnouncements:
    """See ``ports.Announcements``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def draft(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        text: str,
        sources: Sources | None,
        station_ids: Collection[int],
        audience: Audience,
        at: datetime | None,
        now: datetime,
        inquiry_id: int | None = None,
        poll: int | None = None,
        project: int | None = None,
        project_event: str | None = None,
    ) -> Announcement:
        values = {
            "person_id": person_id,
            "chat_id": chat_id,
            "language": language,
            "text": text,
            "sources": sources_to_json(sources),
            "station_ids": sorted(station_ids),
            "audience": audience.value,
            "asks": True,
            "inquiry_id": inquiry_id,
            "poll": poll,
            "project": project,
            "project_event": project_event,
            "at": at,
            "state": State.DRAFT.value,
            "created_at": now,
        }
        return _announcement(self._connection.execute(_MAKE, values).one())

    def get(self, announcement_id: int, *, lock: bool = False) -> Announcement | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"announcement": announcement_id})
        return None if row is None else _announcement(row)

    def update(self, announcement_id: int, **changes: Any) -> Announcement:
        values = {name: _CHANGE.get(name, plain)(value) for name, value in changes.items()}
        statement = update(announcements).where(announcements.c.id == announcement_id).values(values)
        return _announcement(self._connection.execute(statement.returning(*_COLUMNS)).one())

    def drop(self, announcement_id: int) -> None:
        self._connection.execute(_drafts().where(announcements.c.id == announcement_id))

    def drop_drafts(self, before: datetime) -> None:
        self._connection.execute(_drafts().where(announcements.c.created_at < before))

    def draft_of_album(self, chat_id: int, album: str) -> Announcement | None:
        drafts = (_announcement(row) for row in self._connection.execute(_DRAFTS_HERE, {"chat": chat_id}))
        return next((draft for draft in drafts if draft.sources is not None and draft.sources.album == album), None)

    def latest(
        self, *, states: Collection[State], asks: bool = False, offset: int = 0, limit: int = 8
    ) -> list[Announcement]:
        statement = _IN_STATES.where(announcements.c.asks == true()) if asks else _IN_STATES
        wanted = {"states": [state.value for state in states]}
        rows = self._connection.execute(statement.offset(offset).limit(limit), wanted)
        return [_announcement(row) for row in rows]

    def planned(self, until: datetime, limit: int) -> list[Announcement]:
        return [_announcement(row) for row in self._connection.execute(_PLANNED, {"until": until, "most": limit})]

    def in_state(self, states: Collection[State]) -> list[Announcement]:
        wanted = {"states": [state.value for state in states]}
        return [_announcement(row) for row in self._connection.execute(_IN_STATES, wanted)]

    # --- posts --------------------------------------------------------------------------------------------------------

    def address(self, announcement_id: int, recipients: Collection[tuple[int, int | None, int, str]]) -> None:
        rows = [
            {
                "announcement_id": announcement_id,
                "chat_id": chat_id,
                "entry_id": entry_id,
                "station_id": station_id,
                "title": clipped(title, announcement_posts.c.title),
                "state": PostState.WAITING.value,
            }
            for chat_id, entry_id, station_id, title in recipients
        ]
        _ADDRESS.run_each(self._connection, rows)

    def post(self, post_id: int) -> Post | None:
        row = _GET_POST.first(self._connection, {"post": post_id})
        return None if row is None else _post(row)

    def posts(
        self, announcement_id: int, *states: PostState, limit: int, sent_after: datetime | None = None
    ) -> list[Post]:
        statement = select(*_POST).where(announcement_posts.c.announcement_id == announcement_id)
        if states:
            statement = statement.where(announcement_posts.c.state.in_([state.value for state in states]))
        if sent_after is not None:
            statement = statement.where(announcement_posts.c.sent_at > sent_after)
        rows = self._connection.execute(statement.order_by(announcement_posts.c.id).limit(limit))
        return [_post(row) for row in rows]

    def set_posts(self, post_ids: Collection[int], state: PostState) -> None:
        if post_ids:
            self._connection.execute(_SET, {"posts": list(post_ids), "becomes": state.value})

    def skip_waiting(self, announcement_id: int) -> None:
        self._connection.execute(_SKIP, {"announcement": announcement_id})

    def note_post(self, post_id: int, **changes: Any) -> None:
        values = {name: _CHANGE.get(name, plain)(value) for name, value in changes.items()}
        self._connection.execute(update(announcement_posts).where(announcement_posts.c.id == post_id).values(values))

    def lost(self, chat_id: int) -> list[int]:
        found: set[int] = set()
        for statement in (_LOST, _LOST_DELETIONS):
            found.update(self._connection.execute(statement, {"chat": chat_id}).scalars())
        return sorted(found)

    def moved(self, old: int, new: int) -> None:
        """A group became a supergroup. What was posted in the old one stands there, out of our reach."""
        for statement in (_LET_GO_OF_SECONDS, _MOVE):
            self._connection.execute(statement, {"old": old, "new": new})

    def tally(self, announcement_id: int) -> Tally:
        rows = _TALLY.all(self._connection, {"announcement": announcement_id})
        got = [row for row in rows if row.state == PostState.SENT]
        return Tally({row.state: row.n for row in rows}, sum(row.deputies for row in got), sum(row.read for row in got))

    def undoable(self, announcement_id: int, sent_after: datetime) -> int:
        wanted = {"announcement": announcement_id, "sent_after": sent_after}
        return int(self._connection.execute(_UNDOABLE, wanted).scalar_one())


def _drafts() -> Delete:
    return delete(announcements).where(_DRAFT)


_CHANGE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "sources": sources_to_json,
    "station_ids": sorted,
    "message_ids": list,
}
"""How what is no plain value is kept."""


def _announcement(row: AnyRow) -> Announcement:
    values = dict(row._mapping) if hasattr(row, "_mapping") else row._asdict()
    values["sources"] = sources_from_json(values["sources"])
    values["station_ids"] = tuple(values["station_ids"])
    return Announcement(**{**values, "audience": Audience(values["audience"]), "state": State(values["state"])})


def _post(row: AnyRow) -> Post:
    values = dict(row._mapping) if hasattr(row, "_mapping") else row._asdict()
    return Post(
        **{**values, "state": PostState(values["state"]), "message_ids": tuple(values["message_ids"])},
    )
