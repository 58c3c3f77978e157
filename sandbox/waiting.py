"""Waiting for something to come true, without sleeping longer than needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from sandbox.feed import Feed

T = TypeVar("T")
LOOK_AGAIN = 0.02


@dataclass
class Patience:
    """How long somebody waits: until nothing has happened for so many seconds. What is slow is not what never comes.

    Something happens when the world changes, and while ``at_work`` says that the bot is busy beside it, drawing a
    chart for instance: a machine that has much else to do takes its time over that.
    """

    feed: Feed
    seconds: float
    at_work: Callable[[], bool] = lambda: False
    _end: float = field(init=False)
    _seen: int = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._end, self._seen = monotonic() + self.seconds, self.feed.seq

    def left(self) -> float:
        """For how many seconds more; 0 when it is at its end."""
        if monotonic() >= self._end and (self.feed.seq != self._seen or self.at_work()):
            self._begin()
        return max(0.0, self._end - monotonic())


async def wait_for(
    feed: Feed,
    condition: Callable[[], T | None],
    *,
    seconds: float,
    what: str,
    show: Callable[[], str] | None = None,
    at_work: Callable[[], bool] = lambda: False,
) -> T:
    """Wait until the condition gives something true, and return that.

    It is asked after every change of the world, and every now and then besides, since it may be about something else.
    Raises AssertionError that says what did not happen, with what ``show`` tells, when nothing has happened for so many
    seconds: see `Patience`.
    """
    patience = Patience(feed, seconds, at_work)
    while True:
        if found := condition():
            return found
        left = patience.left()
        if left <= 0:
            detail = f"\n{show()}" if show else ""
            raise AssertionError(f"{what} did not come within {seconds:g} s{detail}")
        await feed.next(min(left, LOOK_AGAIN))
