"""What came in and what goes out: updates, promises, what was set aside, links, files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from liaisonbot.model import (
    Link,
)
from liaisonbot.outgoing import REPLY, Outgoing, Promise, StoredFile


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """A raw update as Telegram gave it. ``lane`` is its chat, else its person: order is kept within a lane."""

    update_id: int
    lane: int
    payload: str
    deferred: bool = False
    """It was slowed down before; it is not slowed down twice."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update or a promise that could not be handled or sent, and why."""

    kind: str
    """``update`` or ``message``."""
    id: int
    at: datetime
    error: str
    payload: str


class Inbox(Protocol):
    """Updates, stored before Telegram may forget them."""

    def add(self, updates: Iterable[StoredUpdate], now: datetime) -> list[StoredUpdate]:
        """Store them; give back those that were not there yet. A repeated update is ignored."""

    def pending(self, now: datetime, after: int | None = None, limit: int = 500) -> list[StoredUpdate]:
        """New updates whose time has come, oldest first; ``after`` an update id."""

    def next_deferred(self) -> datetime | None:
        """When the next slowed-down update may be handled."""

    def handled(self, update_id: int, now: datetime) -> bool:
        """It took effect. Its payload is emptied: we keep no copy of people's words here. False: it had been dealt
        with.
        """

    def defer(self, update_id: int, until: datetime) -> None:
        """Handle it later."""

    def set_aside(self, update_id: int, error: str, now: datetime, *, emptied: bool = False) -> bool:
        """It cannot be handled; ``error`` names type and place, never words. False: it had been dealt with.

        ``emptied``: what it said is not kept.
        """

    def purge(self, before: datetime) -> int:
        """Remove handled rows older than that; how many."""


class Outbox(Protocol):
    """What we owe people."""

    def add(self, outgoing: Outgoing, now: datetime) -> int:
        """Promise it. A waiting row of the same chat and key is replaced, its place in the order kept.

        A row with ``not_before`` gathers until shortly before that moment; then it stands as it is, and a later one
        with its key is a row of its own, unless that is ``LIMITS``: of these one waits at most. One that is on its way
        at this moment goes out as it was, and its replacement after it.
        """

    def waiting(self, chat_id: int, key: str, now: datetime) -> Outgoing | None:
        """The row of that chat and key that ``add`` would replace."""

    def turn(self, now: datetime, busy_lanes: Collection[str], lanes: int = 64, per_lane: int = 20) -> list[Promise]:
        """The waiting rows of up to ``lanes`` lanes that are not busy, most urgent lane first, at most ``per_lane``
        of each, in order.

        Rows of a lane always come from its oldest on: a row that waits for a retry holds those behind it. A row with
        ``not_before`` in the future counts as not there yet. ``Outgoing.card`` is looked up: ``target`` is the
        card's message id, or None.
        """

    def of_lanes(self, now: datetime, lanes: Iterable[str], per_lane: int = 20) -> list[Promise]:
        """The same of these lanes, whoever is more urgent."""

    def next_due(self, now: datetime) -> datetime | None:
        """When the next row that waits for its time (``not_before`` or a retry) may go; None if none waits."""

    def held(self, now: datetime) -> set[str]:
        """The lanes in which something waits for its retry; what stands behind it waits, too."""

    def kept(self, promise: Promise) -> None:
        """It went out (or need not any more); the row, and the words in it, are removed."""

    def retry(self, promise: Promise, at: datetime, error: str) -> None:
        """Try again then; ``attempts`` goes up."""

    def hasten(self, latest: datetime) -> None:
        """What is to be tried again later than that is tried again then."""

    def set_aside(self, promise: Promise, error: str) -> None:
        """It cannot be sent as it is."""

    def replace(self, promise: Promise, outgoing: Outgoing) -> None:
        """Another message in its place in the order (a fallback; the same after a group moved). Attempts start anew."""

    def chat_moved(self, old: int, new: int) -> None:
        """Everything owed to the old chat is owed to the new one."""

    def drop_of_case(self, case: int, key: str, *, chat: int | None = None) -> None:
        """What waits for that case under keys that begin so is not owed any more; in that chat, if one is named."""

    def take_said(self, case: int, chat_id: int) -> list[Outgoing]:
        """What waits for that chat of what was said in the case (``Outgoing.message``), oldest first. It is not owed
        there any more. What an author is told, or somebody is to tell one, is left.
        """

    def drop_shown(self, case: int, chat_id: int, purposes: Collection[str]) -> None:
        """What waits for that chat of the case for one of those purposes is not owed there any more; what is for an
        author is left.
        """

    def waiting_for(self, chat_id: int) -> Mapping[int, Outgoing]:
        """All that waits for that chat, by its number, oldest first."""

    def rewrite(self, row: int, outgoing: Outgoing) -> None:
        """What has that number says something else now, in its place."""

    def drop(self, row: int) -> None:
        """What has that number is not owed any more."""

    def drop_for(self, chat_id: int) -> None:
        """Nothing is owed to that chat any more."""

    def of_limits(self) -> list[Outgoing]:
        """The reminders of limits that wait (``LIMITS``), in whichever chats."""

    def drop_keyed(self, key: str, *, chat: int | None = None) -> None:
        """What waits under that key, in that chat or whichever, is not owed any more."""


class SetAsides(Protocol):
    """What was set aside, for ``bot.py set-aside``. Ids are ``u<update id>`` and ``m<outbox id>``."""

    def list(self) -> list[SetAside]: ...
    def get(self, name: str) -> SetAside | None: ...
    def retry(self, name: str) -> bool: ...
    def drop(self, name: str) -> bool: ...


class Links(Protocol):
    """Which message belongs to which case."""

    def add(self, link: Link) -> None:
        """Remember it; a message belongs to one case, the first one named stays."""

    def case_of(self, chat_id: int, message_id: int) -> Link | None: ...
    def cards(self, case: int) -> list[Link]:
        """The newest card of the case in each chat that has one."""

    def receipts(self, case: int) -> list[Link]:
        """The newest receipt of the case in each chat that has one."""

    def showing(self, case: int, row_id: int, purpose: str = REPLY) -> list[Link]:
        """The messages in which that one of the case, such as a formal reply, can be read, in the order they were
        sent. ``purpose``: one of ``outgoing.SHOWING``.
        """

    def forget_cards(self, chat_id: int) -> None:
        """The chat's cards cannot be edited any more (the group moved)."""


class StoredFiles(Protocol):
    """Files of our own making, until all who get them have them."""

    def add(self, file: StoredFile, now: datetime, *, case: int | None = None) -> int:
        """Keep it; its number, for ``Outgoing.file``. With a case it is erased with what is erased of that case."""

    def get(self, file: int) -> StoredFile | None: ...
    def drop(self, file: int) -> None:
        """Remove one that everybody has."""

    def purge(self, before: datetime) -> int:
        """Remove those made before then that nobody waits for any more; how many."""
