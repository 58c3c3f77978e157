"""What somebody of a random town does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.who_may_read import BASE


@dataclass(frozen=True)
class Act:
    """What somebody did, in a way that can be done again in another course of things."""

    what: str
    who: int = 0
    text: str = ""
    on: tuple[int, int, str] | None = None
    """Chat, message and beginning of what it said: the message it is about."""
    extra: Any = None

    def __str__(self) -> str:
        on = f"  [on {self.on[0]}/{self.on[1]} {self.on[2]!r}]" if self.on else ""
        return f"{self.what} {self.who - BASE if self.who > 0 else self.who}: {self.text!r} {self.extra or ''}{on}"
