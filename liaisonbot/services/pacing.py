"""Telegram's limits on sending, kept on our side: whoever runs into them waits longer than whoever keeps them.

Seconds here are those of a monotonic clock, given as a parameter.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from liaisonbot.errors import TryLater
from liaisonbot.outgoing import Outgoing, Priority, Receipt, Send

_MARGIN: Final = 0.05
"""Calls sent a second apart can arrive a little closer together."""

OVERALL: Final = (30, 1.0)
PRIVATE: Final = (5, 5.0)
"""One a second, with a short burst. Three within three seconds are as many in the long run, but six within five."""
GROUP: Final = (20, 60.0)
ANNOUNCED: Final = (2, 0.05)
"""An announcement takes twenty a second, evenly: there is always room for what somebody is waiting for."""

COUNTED: Final = frozenset(set(Send) - {Send.CALLBACK, Send.REACTION, Send.MENU})
"""Answers to button presses, reactions and menus are not messages."""

OUTAGE: Final = 8
"""So many calls in a row without an answer, and it is not the messages but the way to Telegram."""
LONGEST_OUTAGE_PAUSE: Final = 30.0
_MANY_CHATS: Final = 2_000
"""With so many some have long been quiet: 30 messages a second, for a minute at most, are 1,800 chats."""


@dataclass(slots=True)
class Window:
    """At most ``most`` within any stretch of ``seconds``."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def free_at(self, now: float) -> float:
        """When one more may go; ``now`` if it may go at once."""
        self._forget(now)
        return now if len(self.taken) < self.most else self.taken[-self.most] + self.seconds + _MARGIN

    def take(self, now: float) -> None:
        self.taken.append(now)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self.taken

    def _forget(self, now: float) -> None:
        while self.taken and self.taken[0] + self.seconds + _MARGIN <= now:
            self.taken.popleft()


class Pace:
    """When the next call to a chat may be made. ``limits`` off: at once, unless Telegram itself asked for patience."""

    def __init__(self, *, limits: bool) -> None:
        self._limits = limits
        self._overall = Window(*OVERALL)
        self._announced = Window(*ANNOUNCED)
        self._chats: dict[int, Window] = {}
        self._paused_until = 0.0
        self._unanswered = 0

    def all_free_at(self, now: float) -> float:
        """When anything may go at all."""
        return max(now, self._paused_until)

    def messages_may_go(self, now: float) -> bool:
        """Whether no limit for all chats together keeps messages back."""
        return max(self._overall.free_at(now), self._paused_until) <= now

    def free_at(self, outgoing: Outgoing, now: float) -> float:
        """When this may go, as far as all chats together are concerned."""
        overall = self._overall.free_at(now) if self._counts(outgoing) else now
        announced = self._announced.free_at(now) if self._is_announced(outgoing) else now
        return max(overall, announced, self._paused_until)

    def chat_free_at(self, outgoing: Outgoing, now: float) -> float:
        """When this may go, as far as its chat is concerned."""
        window = self._chats.get(outgoing.chat_id) if self._counts(outgoing) else None
        return window.free_at(now) if window is not None else now

    def went(self, outgoing: Outgoing, now: float) -> None:
        """A call for it is being made."""
        if not self._counts(outgoing):
            return
        if len(self._chats) > _MANY_CHATS:
            self._chats = {chat: window for chat, window in self._chats.items() if not window.idle(now)}
        window = self._chats.get(outgoing.chat_id)
        if window is None:
            window = self._chats[outgoing.chat_id] = Window(*(PRIVATE if outgoing.chat_id > 0 else GROUP))
        window.take(now)
        self._overall.take(now)
        if self._is_announced(outgoing):
            self._announced.take(now)

    def learn(self, outgoing: Outgoing, receipt: Receipt, now: float) -> None:
        """How it went: a promise of several messages counts as several; floods and outages give everybody pause."""
        for _ in receipt.message_ids[len(outgoing.sent) + 1 :]:
            self.went(outgoing, now)
        failure = receipt.failure
        if not isinstance(failure, TryLater):
            self._unanswered = 0
        elif failure.flood:
            self._unanswered = 0
            if outgoing.kind not in COUNTED:
                self._paused_until = max(self._paused_until, now + (failure.after or 1.0))
        else:
            self._unanswered += 1
            if self._unanswered >= OUTAGE:
                pause = min(2.0 ** (self._unanswered - OUTAGE), LONGEST_OUTAGE_PAUSE)
                self._paused_until = max(self._paused_until, now + pause)

    def _is_announced(self, outgoing: Outgoing) -> bool:
        return outgoing.priority is Priority.ANNOUNCEMENT and self._counts(outgoing)

    def _counts(self, outgoing: Outgoing) -> bool:
        return self._limits and outgoing.kind in COUNTED
