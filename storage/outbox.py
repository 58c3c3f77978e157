"""What we owe people, one row for each promise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from liaisonbot.outgoing import LIMITS, WAKE_UP, Outgoing, Promise, Send, TakenBack
from storage import wakeups
from storage.files import SqlFiles
from storage.links import IS_CARD
from storage.ready import Numbered, Ready
from storage.schema import links, outbox

GATHERING_ENDS = timedelta(milliseconds=250)
"""So long before ``not_before`` a row takes in nothing more: it may be on its way as soon as that moment has come."""

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any ``not_before``."""

_DUE = outbox.c.state == sa.literal_column("'due'")
_COLUMNS = (
    outbox.c.id,
    outbox.c.lane,
    outbox.c.chat_id,
    outbox.c.payload,
    outbox.c.attempts,
    outbox.c.promised_at,
    outbox.c.retry_at,
)
# Only rows that are due have a retry_at. Their state is not asked for, so that the small index of retries is used.
_earlier = outbox.alias("earlier")
_held = sa.exists().where(
    _earlier.c.lane == outbox.c.lane, _earlier.c.id <= outbox.c.id, _earlier.c.retry_at > bindparam("now")
)
_may_go = (_DUE, sa.or_(outbox.c.not_before.is_(None), outbox.c.not_before <= bindparam("now")), ~_held)

_ADD = Numbered(lambda insert: insert(outbox), outbox.c.id)
_WAITING = Ready(
    sa.select(outbox.c.id, outbox.c.payload, outbox.c.promised_at)
    .where(outbox.c.chat_id == bindparam("chat"), outbox.c.dedupe_key == bindparam("key"), _DUE)
    .where(sa.or_(outbox.c.not_before.is_(None), outbox.c.not_before > bindparam("closing")))
    .order_by(outbox.c.id)
    .limit(1)
)
_OF_LIMITS = Ready(
    sa.select(outbox.c.payload)
    .where(outbox.c.dedupe_key == sa.literal_column(f"'{LIMITS}'"), _DUE)  # as the index has it
    .order_by(outbox.c.id)
)
_MOST_URGENT = (
    sa.select(outbox.c.lane)
    .where(*_may_go, outbox.c.lane.not_in(bindparam("others", expanding=True)))
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
)
_OF_LANE = Ready(
    sa.select(*_COLUMNS)
    .where(*_may_go, outbox.c.lane == bindparam("lane"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_CARD = Ready(
    sa.select(sa.func.max(links.c.message_id)).where(
        links.c.case_number == bindparam("number"), links.c.chat_id == bindparam("chat"), IS_CARD
    )
)
_NEXT_RETRY = Ready(sa.select(sa.func.min(outbox.c.retry_at)).where(outbox.c.retry_at > bindparam("now")))
_HELD = Ready(sa.select(outbox.c.lane).distinct().where(outbox.c.retry_at > bindparam("now")))
_NEXT_PLANNED = Ready(sa.select(sa.func.min(outbox.c.not_before)).where(_DUE, outbox.c.not_before > bindparam("now")))

# ``promised_at`` changes when a row is replaced: what was taken before that no longer speaks for the row.
_AS_TAKEN = (outbox.c.id == bindparam("row"), outbox.c.promised_at == bindparam("taken"))
_KEPT = Ready(sa.delete(outbox).where(*_AS_TAKEN))
_RETRY = Ready(
    sa.update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(retry_at=bindparam("at"), error=bindparam("why"), attempts=outbox.c.attempts + 1)
)
_HASTEN = Ready(sa.update(outbox).where(outbox.c.retry_at > bindparam("latest")).values(retry_at=bindparam("latest")))
_SET_ASIDE = Ready(sa.update(outbox).where(*_AS_TAKEN).values(state="aside", retry_at=None, error=bindparam("why")))

_OF_CASE_TO = Ready(
    sa.select(outbox.c.id, outbox.c.payload)
    .where(outbox.c.case_number == bindparam("number"), outbox.c.chat_id == bindparam("chat"), _DUE)
    .order_by(outbox.c.id)
)
_TO_CHAT = Ready(
    sa.select(outbox.c.id, outbox.c.chat_id, outbox.c.payload)
    .where(outbox.c.chat_id == bindparam("chat"), _DUE)
    .order_by(outbox.c.id)
)
_DROP = Ready(sa.delete(outbox).where(outbox.c.id == bindparam("row")).returning(outbox.c.lane))
_of_case = sa.delete(outbox).where(
    outbox.c.case_number == bindparam("number"),
    outbox.c.dedupe_key.startswith(bindparam("beginning", type_=sa.String())),
    _DUE,
)
_DROP_OF_CASE = Ready(_of_case.returning(outbox.c.lane))
_DROP_OF_CASE_TO = Ready(_of_case.where(outbox.c.chat_id == bindparam("chat")).returning(outbox.c.lane))


class SqlOutbox:
    """Keeps the promises of :class:`liaisonbot.ports.Outbox`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, outgoing: Outgoing, now: datetime) -> int:
        waiting = self._waiting(outgoing.chat_id, outgoing.key, now) if outgoing.key is not None else None
        if waiting is not None:
            later = max(now, waiting.promised_at + timedelta(microseconds=1))
            self._connection.execute(
                sa.update(outbox).where(outbox.c.id == waiting.id), {**_values(outgoing), "promised_at": later}
            )
            wakeups.notify(self._connection, WAKE_UP, outgoing.lane)
            row_id: int = waiting.id
            return row_id
        added = _ADD.add(self._connection, {**_values(outgoing), "promised_at": now})
        assert added is not None
        wakeups.notify(self._connection, WAKE_UP, Promise(added, outgoing, 0, now, None))
        return added

    def waiting(self, chat_id: int, key: str, now: datetime) -> Outgoing | None:
        row = self._waiting(chat_id, key, now)
        return Outgoing.from_json(row.payload) if row is not None else None

    def _waiting(self, chat_id: int, key: str | None, now: datetime) -> Any:
        # One reminder of limits waits at most: it takes in more for as long as it waits, whatever the hour.
        closing = now + GATHERING_ENDS if key != LIMITS else ANY_TIME
        wanted = {"chat": chat_id, "key": key, "closing": closing}
        return _WAITING.first(self._connection, wanted)

    def turn(self, now: datetime, busy_lanes: Collection[str], lanes: int = 64, per_lane: int = 20) -> list[Promise]:
        return self.of_lanes(now, self._urgent_lanes(now, busy_lanes, lanes), per_lane)

    def of_lanes(self, now: datetime, lanes: Iterable[str], per_lane: int = 20) -> list[Promise]:
        return [promise for lane in lanes for promise in self._of(lane, now, per_lane)]

    def _urgent_lanes(self, now: datetime, busy_lanes: Collection[str], most: int) -> list[str]:
        """A lane is as urgent as its most urgent row, however many stand before that one."""
        found: dict[str, None] = {}
        while len(found) < most:
            wanted = {"now": now, "others": [*busy_lanes, *found], "most": 2 * most}
            more = self._connection.execute(_MOST_URGENT, wanted).scalars().all()
            found.update(dict.fromkeys(more))
            if len(more) < 2 * most:
                break
        return list(found)[:most]

    def _of(self, lane: str, now: datetime, most: int) -> list[Promise]:
        promises: list[Promise] = []
        files = SqlFiles(self._connection)
        found = _OF_LANE.all(self._connection, {"now": now, "lane": lane, "most": most})
        for row in found:
            outgoing = _read(row)
            if outgoing.card is not None:
                # Which message the card is may depend on those before it: it is looked up when they are done.
                if promises:
                    break
                outgoing = self._with_card(outgoing)
            if outgoing.file is not None:
                # One at a time: a file may be large, and who waits behind it waits anyway.
                if promises:
                    break
                outgoing = replace(outgoing, content=files.get(outgoing.file))
            promises.append(Promise(row.id, outgoing, row.attempts, row.promised_at, row.retry_at))
        if len(promises) < len(found) or len(found) == most:
            promises[-1:] = [replace(last, more=True) for last in promises[-1:]]
        return promises

    def _with_card(self, outgoing: Outgoing) -> Outgoing:
        where = {"number": outgoing.card, "chat": outgoing.chat_id}
        return replace(outgoing, target=_CARD.scalar(self._connection, where))

    def next_due(self, now: datetime) -> datetime | None:
        moments = [statement.scalar(self._connection, {"now": now}) for statement in (_NEXT_RETRY, _NEXT_PLANNED)]
        return min((moment for moment in moments if moment is not None), default=None)

    def held(self, now: datetime) -> set[str]:
        return set(_HELD.scalars(self._connection, {"now": now}))

    def kept(self, promise: Promise) -> None:
        _KEPT.run(self._connection, _taken(promise))

    def retry(self, promise: Promise, at: datetime, error: str) -> None:
        _RETRY.run(self._connection, {"row": promise.id, "at": at, "why": error})

    def hasten(self, latest: datetime) -> None:
        _HASTEN.run(self._connection, {"latest": latest})

    def set_aside(self, promise: Promise, error: str) -> None:
        _SET_ASIDE.run(self._connection, {**_taken(promise), "why": error})

    def replace(self, promise: Promise, outgoing: Outgoing) -> None:
        fresh = {**_values(outgoing), "attempts": 0, "retry_at": None, "error": None}
        self._connection.execute(sa.update(outbox).where(*_AS_TAKEN), {**fresh, **_taken(promise)})
        wakeups.notify(self._connection, WAKE_UP, outgoing.lane)

    def chat_moved(self, old: int, new: int) -> None:
        rows = self._connection.execute(sa.select(outbox.c.id, outbox.c.payload).where(outbox.c.chat_id == old)).all()
        for row in rows:
            moved = _in_new_chat(Outgoing.from_json(row.payload), old, new)
            fresh = {**_values(moved), "attempts": 0, "retry_at": None}
            self._connection.execute(sa.update(outbox).where(outbox.c.id == row.id), fresh)
        wakeups.notify(self._connection, WAKE_UP)

    def drop_of_case(self, case: int, key: str, *, chat: int | None = None) -> None:
        wanted: dict[str, Any] = {"number": case, "beginning": key}
        if chat is None:
            self._taken_back(_DROP_OF_CASE.scalars(self._connection, wanted))
        else:
            self._taken_back(_DROP_OF_CASE_TO.scalars(self._connection, {**wanted, "chat": chat}))

    def take_said(self, case: int, chat_id: int) -> list[Outgoing]:
        found = [
            (row.id, Outgoing.from_json(row.payload))
            for row in _OF_CASE_TO.all(self._connection, {"number": case, "chat": chat_id})
        ]
        said = [(id_, outgoing) for id_, outgoing in found if outgoing.message is not None and outgoing.person is None]
        for id_, _ in said:
            self.drop(id_)
        return [outgoing for _, outgoing in said]

    def drop_shown(self, case: int, chat_id: int, purposes: Collection[str]) -> None:
        for row in _OF_CASE_TO.all(self._connection, {"number": case, "chat": chat_id}):
            outgoing = Outgoing.from_json(row.payload)
            if outgoing.purpose in purposes and outgoing.person is None:
                self.drop(row.id)

    def waiting_for(self, chat_id: int) -> dict[int, Outgoing]:
        return {row.id: _read(row) for row in _TO_CHAT.all(self._connection, {"chat": chat_id})}

    def rewrite(self, row: int, outgoing: Outgoing) -> None:
        self._connection.execute(sa.update(outbox).where(outbox.c.id == row), _values(outgoing))
        self._taken_back([outgoing.lane])

    def drop(self, row: int) -> None:
        self._taken_back(_DROP.scalars(self._connection, {"row": row}))

    def _taken_back(self, lanes: Iterable[str]) -> None:
        for lane in dict.fromkeys(lanes):
            wakeups.notify(self._connection, WAKE_UP, TakenBack(lane))

    def of_limits(self) -> list[Outgoing]:
        return [Outgoing.from_json(row.payload) for row in _OF_LIMITS.all(self._connection)]

    def drop_keyed(self, key: str, *, chat: int | None = None) -> None:
        of_chat = () if chat is None else (outbox.c.chat_id == chat,)
        dropped = sa.delete(outbox).where(outbox.c.dedupe_key == key, *of_chat, _DUE).returning(outbox.c.lane)
        self._taken_back(self._connection.execute(dropped).scalars().all())

    def drop_for(self, chat_id: int) -> None:
        dropped = sa.delete(outbox).where(outbox.c.chat_id == chat_id, _DUE).returning(outbox.c.lane)
        self._taken_back(self._connection.execute(dropped).scalars().all())


def _values(outgoing: Outgoing) -> dict[str, Any]:
    return {
        "lane": outgoing.lane,
        "priority": int(outgoing.priority),
        "payload": outgoing.to_json(),
        "not_before": outgoing.not_before,
        "chat_id": outgoing.chat_id,
        "case_number": outgoing.case,
        "dedupe_key": outgoing.key,
        "file_id": outgoing.file,
    }


def _taken(promise: Promise) -> dict[str, Any]:
    return {"row": promise.id, "taken": promise.promised_at}


def _read(row: sa.Row[*tuple[Any, ...]]) -> Outgoing:
    """The promise. One that cannot be read (another version wrote it) is empty, and set aside when it is to be sent."""
    payload: Mapping[str, Any] = row.payload
    try:
        return Outgoing.from_json(payload)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Outgoing(Send.TEXT, row.chat_id)


def _in_new_chat(outgoing: Outgoing, old: int, new: int) -> Outgoing:
    """The same for the chat's new id. Message ids of the old chat mean nothing there."""
    acknowledge = outgoing.acknowledge
    if acknowledge is not None and acknowledge[0] == old:
        acknowledge = None
    return replace(outgoing, chat_id=new, reply_to=None, target=None, targets=(), acknowledge=acknowledge)
