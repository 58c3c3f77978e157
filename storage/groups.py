"""The group chats the bot is or was in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, true, update

from liaisonbot.model import Group, ScorePosts
from storage.announcements import SqlAnnouncements
from storage.links import SqlLinks
from storage.outbox import SqlOutbox
from storage.polls import SqlPolls
from storage.ready import Ready
from storage.schema import case_authors, dialogues, groups, inbox, loose_album_parts
from storage.statements import AnyRow, PerEngine, clipped
from storage.station_cards import SqlStationCards

_COLUMNS: Final = (
    groups.c.chat_id,
    groups.c.title,
    groups.c.type,
    groups.c.station_id,
    groups.c.language,
    groups.c.present,
)
_GET: Final = Ready(select(*_COLUMNS).where(groups.c.chat_id == bindparam("chat")))
_OF_STATION: Final = (
    select(*_COLUMNS)
    .where(groups.c.station_id == bindparam("station"), groups.c.present == true())
    .order_by(groups.c.title, groups.c.chat_id)
)
_POSTING: Final = select(*_COLUMNS, groups.c.scores).where(groups.c.scores.isnot(None), groups.c.present == true())
_CHANGEABLE: Final = ("title", "type", "station_id", "language", "present")


def _upsert(insert: Any) -> Any:
    statement = insert(groups)
    fresh = {name: statement.excluded[name] for name in _CHANGEABLE}
    return statement.on_conflict_do_update(index_elements=[groups.c.chat_id], set_=fresh)


_SAVE: Final = PerEngine(_upsert)
_DROP: Final = delete(groups).where(groups.c.chat_id == bindparam("old"))
_MOVE_AUTHORS: Final = (
    update(case_authors)
    .where(case_authors.c.chat_id == bindparam("old"))
    .values(chat_id=bindparam("new"), chat_type="supergroup", message_id=None, thread_id=None)
)
_MOVE_INBOX: Final = (
    update(inbox).where(inbox.c.lane == bindparam("old"), inbox.c.state == "new").values(lane=bindparam("new"))
)
_there_already = dialogues.alias("there_already")
_DROP_SECOND_DIALOGUES: Final = delete(dialogues).where(
    dialogues.c.chat_id == bindparam("old"),
    dialogues.c.person_id.in_(select(_there_already.c.person_id).where(_there_already.c.chat_id == bindparam("new"))),
)
_MOVE_DIALOGUES: Final = (
    update(dialogues).where(dialogues.c.chat_id == bindparam("old")).values(chat_id=bindparam("new"), prompt_id=None)
)
_DROP_LOOSE_PARTS: Final = delete(loose_album_parts).where(loose_album_parts.c.chat_id == bindparam("old"))


class SqlGroups:
    """See ``ports.Groups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, chat_id: int) -> Group | None:
        return _group(_GET.first(self._connection, {"chat": chat_id}))

    def save(self, group: Group) -> None:
        values = {
            "chat_id": group.chat_id,
            "title": clipped(group.title, groups.c.title),
            "type": group.type,
            "station_id": group.station_id,
            "language": group.language,
            "present": group.present,
        }
        self._connection.execute(_SAVE.on(self._connection), values)

    def of_station(self, station_id: int) -> list[Group]:
        return [Group(*row) for row in self._connection.execute(_OF_STATION, {"station": station_id})]

    def post_scores(self, chat_id: int, posts: ScorePosts | None) -> None:
        values = None
        if posts is not None:
            values = {"stations": sorted(posts.station_ids), "posted": posts.posted, "thread": posts.thread_id}
        self._connection.execute(update(groups).where(groups.c.chat_id == chat_id).values(scores=values))

    def posting_scores(self) -> list[ScorePosts]:
        rows = self._connection.execute(_POSTING).all()
        return [_posts(Group(*row[:-1]), row.scores) for row in rows]

    def moved(self, old: int, new: int) -> None:
        """Telling it twice does no harm: Telegram announces a move in the old chat and in the new one.

        Messages of the old chat keep its id with theirs, so that an answer which quotes one still finds its case, and
        the numbers of the new chat cannot be mistaken for them. Only cards are let go, since they are to be edited.
        """
        self._move_group(old, new)
        ids = {"old": old, "new": new}
        for statement in (_MOVE_AUTHORS, _MOVE_INBOX, _DROP_SECOND_DIALOGUES, _MOVE_DIALOGUES):
            self._connection.execute(statement, ids)
        self._connection.execute(_DROP_LOOSE_PARTS, {"old": old})
        SqlLinks(self._connection).forget_cards(old)
        SqlAnnouncements(self._connection).moved(old, new)
        SqlStationCards(self._connection).moved(old, new)
        SqlPolls(self._connection).moved(old, new)
        SqlOutbox(self._connection).chat_moved(old, new)

    def _move_group(self, old: int, new: int) -> None:
        left = self.get(old)
        if left is None:
            return
        arrived = self.get(new)
        scores = next((posts for posts in self.posting_scores() if posts.group.chat_id == old), None)
        self._connection.execute(_DROP, {"old": old})
        self.save(_merged(left, arrived) if arrived else replace(left, chat_id=new, type="supergroup"))
        if scores is not None:
            self.post_scores(new, scores)


def _merged(left: Group, arrived: Group) -> Group:
    """The new chat was heard of before the move was: what it does not know yet, the old one knew."""
    return replace(
        arrived,
        type="supergroup",
        title=arrived.title or left.title,
        station_id=left.station_id if arrived.station_id is None else arrived.station_id,
        language=arrived.language or left.language,
    )


def _posts(group: Group, kept: Mapping[str, Any]) -> ScorePosts:
    return ScorePosts(group, frozenset(kept["stations"]), kept["posted"], kept.get("thread"))


def _group(row: AnyRow | None) -> Group | None:
    return None if row is None else Group(*row)
