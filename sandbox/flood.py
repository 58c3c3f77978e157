"""Telegram's limits on sending, for those who ask for them.

Telegram publishes them only roughly (30 messages a second overall, one a second in a private chat with short bursts,
20 a minute in a group); here they are exact, so that a test can tell whether a bot keeps them.
"""

import math
import time
from collections import deque

from sandbox.errors import too_many_requests
from sandbox.model import Chat, ChatType

OVERALL = (30, 1.0)
PRIVATE = (5, 5.0)
GROUP = (20, 60.0)


class Window:
    """At most so many events within so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self.events: deque[float] = deque()

    def wait(self, now: float) -> float:
        """How long until there is room; 0 if there is."""
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        return self.events[0] + self.seconds - now if len(self.events) >= self.most else 0.0


class Flood:
    """Counts what the bot sends, when switched on; ``refused`` tells how often it sent too fast."""

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        self.refused = 0
        self._overall = Window(*OVERALL)
        self._chats: dict[int, Window] = {}

    def check(self, method: str, chat: Chat) -> None:
        """Count one message to the chat, or refuse it with the seconds to wait."""
        now = time.monotonic()
        window = self._chats.get(chat.id)
        if window is None:
            limits = PRIVATE if chat.type is ChatType.PRIVATE else GROUP
            window = self._chats[chat.id] = Window(*limits)
        wait = max(self._overall.wait(now), window.wait(now))
        if wait > 0:
            self.refused += 1
            raise too_many_requests(math.ceil(wait))
        self._overall.events.append(now)
        window.events.append(now)


def counts(method: str) -> bool:
    """Whether Telegram counts the method as sending."""
    sending = method.startswith(("send", "copy", "forward")) and method != "sendChatAction"
    return sending or method.startswith("editMessage")
