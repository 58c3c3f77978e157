"""What time it is. Services take ``now`` as a parameter; only the edges ask a clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can tell the time."""

    def now(self) -> datetime:
        """The present moment, always with UTC as its zone."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock(SystemClock):
    """A clock that runs like the machine's, but can be put forward or back: for the demo and for tests.

    Whoever sleeps until some moment registers with `on_move`, so that moving the clock wakes them.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the machine's; negative when it is behind."""
        return self._ahead

    def now(self) -> datetime:
        return super().now() + self._ahead

    def move(self, by: timedelta) -> None:
        """Put the clock forward by that much (back, if it is negative) and tell those who asked."""
        self._ahead += by
        for callback in tuple(self._callbacks):
            callback()

    def set(self, at: datetime) -> None:
        """Put the clock to that moment, which must carry a zone; it runs on from there."""
        if at.tzinfo is None:
            raise ValueError("a moment without a time zone is ambiguous")
        self.move(at - self.now())

    def on_move(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have ``callback`` called after each move; what is returned ends that."""
        self._callbacks.append(callback)

        def forget() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return forget
