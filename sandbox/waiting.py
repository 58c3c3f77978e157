"""Waiting for something to come true, without sleeping longer than needed."""

import time
from collections.abc import Callable
from typing import TypeVar

from sandbox.feed import Feed

T = TypeVar("T")
LOOK_AGAIN = 0.02


async def wait_for(
    feed: Feed, condition: Callable[[], T | None], *, seconds: float, what: str, show: Callable[[], str] | None = None
) -> T:
    """Wait until the condition gives something true, and return that.

    It is asked after every change of the world, and every now and then besides, since it may be about something else.
    Raises AssertionError that says what did not happen, with what ``show`` tells.
    """
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        left = end - time.monotonic()
        if left <= 0:
            detail = f"\n{show()}" if show else ""
            raise AssertionError(f"{what} did not come within {seconds:g} s{detail}")
        await feed.next(min(left, LOOK_AGAIN))
