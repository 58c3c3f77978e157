"""What is in memory of the outbox: the next messages of the chats that wait, the most urgent chat first.

The outbox is the truth; here is the part of it that has its turn soon, so that a message need not be read back that was
written a moment ago. A lane that is not here as a whole is *partly* here: what is new in it must not overtake what is
not here, so it is looked up when what is here is done.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from liaisonbot.outgoing import Outgoing, Priority, Promise

ROOM: Final = 300
"""Where so many messages are in memory, no more are looked up: one megabyte, and what the last look brought."""
PER_LANE: Final = 20
"""So many of one chat. What this process takes back meanwhile (``TakenBack``) is let go of; what another one takes
back goes out.
"""

Urgency = tuple[int, int]


@dataclass(slots=True)
class Lane:
    """A chat, and what is to be sent there next."""

    promises: deque[Promise] = field(default_factory=deque)
    urgency: Urgency = (0, 0)
    """That of its most urgent promise; among equals the oldest."""

    def add(self, promise: Promise) -> None:
        rank = _rank(promise)
        self.urgency = min(self.urgency, rank) if self.promises else rank
        self.promises.append(promise)

    def take(self) -> Promise:
        promise = self.promises.popleft()
        if self.promises:
            self.urgency = min(map(_rank, self.promises))
        return promise


def _rank(promise: Promise) -> Urgency:
    return int(promise.outgoing.priority), promise.id


def _is_answer(promise: Promise) -> bool:
    return promise.outgoing.priority <= Priority.ANSWER


class Waiting:
    """The lanes in memory. ``partly``: those of which more may stand in the outbox."""

    def __init__(self) -> None:
        self.partly: set[str] = set()
        self.caught_up = False
        """Every lane that is not ``partly`` here is here as a whole."""
        self._lanes: dict[str, Lane] = {}
        self._size = 0
        self.answers = 0
        """How many of the messages in memory are answers, which somebody waits for."""
        self._turns: list[tuple[Urgency, str]] = []
        """A heap with an entry for each lane as it is now, and old entries that mean nothing any more."""

    def __len__(self) -> int:
        return len(self._lanes)

    def __contains__(self, name: str) -> bool:
        return name in self._lanes

    @property
    def names(self) -> Collection[str]:
        return self._lanes.keys()

    @property
    def size(self) -> int:
        """How many messages are in memory."""
        return self._size

    @property
    def chats_to_answer(self) -> int:
        """In how many of the lanes an answer comes next."""
        return sum(lane.urgency[0] <= Priority.ANSWER for lane in self._lanes.values())

    # --- in -------------------------------------------------------------------------------------------------------

    def hear(self, promise: Promise) -> bool:
        """Something new was promised. False: it is not taken here, its lane has to be looked up."""
        name = promise.outgoing.lane
        if not self.caught_up or name in self.partly or not promise.outgoing.at_once or self._size >= ROOM:
            return False
        lane = self._lanes.get(name)
        if lane is None:
            self._add(name, promise)
        elif promise.id > lane.promises[-1].id:
            if len(lane.promises) >= PER_LANE:
                return False
            self._add(name, promise)
        return True

    def put(self, promises: Iterable[Promise]) -> set[str]:
        """What was looked up: the lanes are not here yet, and each comes from its oldest message on. Their names."""
        found = set()
        last: Promise | None = None
        for last in promises:
            name = last.outgoing.lane
            found.add(name)
            self._add(name, last)
            if last.more:
                self.partly.add(name)
            else:
                self.partly.discard(name)
        return found

    def _add(self, name: str, promise: Promise) -> None:
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = Lane()
        before = lane.urgency if lane.promises else None
        lane.add(promise)
        self._size += 1
        self.answers += _is_answer(promise)
        if lane.urgency != before:
            self.offer(name)

    # --- out ------------------------------------------------------------------------------------------------------

    def turns(self, busy: Collection[str]) -> Iterator[tuple[str, Outgoing]]:
        """The lanes with the message whose turn it is, the most urgent first. A lane that is busy is passed over.

        Each is given once; ``offer`` puts it in the row again.
        """
        while self._turns:
            urgency, name = heapq.heappop(self._turns)
            lane = self._lanes.get(name)
            if lane is not None and lane.urgency == urgency and name not in busy:
                yield name, lane.promises[0].outgoing

    def offer(self, name: str) -> None:
        """The lane waits for its turn again, if there is anything in it."""
        lane = self._lanes.get(name)
        if lane is not None:
            heapq.heappush(self._turns, (lane.urgency, name))

    def take(self, name: str) -> Promise:
        """The lane's next message, which is on its way now."""
        lane = self._lanes[name]
        promise = lane.take()
        self._size -= 1
        self.answers -= _is_answer(promise)
        if not lane.promises:
            del self._lanes[name]
        return promise

    def drop(self, name: str) -> None:
        """What is here of that lane is let go, and has to be looked up."""
        lane = self._lanes.pop(name, None)
        if lane is not None:
            self._size -= len(lane.promises)
            self.answers -= sum(map(_is_answer, lane.promises))
        self.partly.add(name)
