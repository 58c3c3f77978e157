"""What the office needs besides: dialogues, what is done once, the right to be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from liaisonbot.model import (
    Dialogue,
    Person,
)


class Dialogues(Protocol):
    def current(self, chat_id: int, person_id: int, now: datetime) -> Dialogue | None:
        """The open dialogue; one that has expired is gone."""

    def start(
        self, chat_id: int, person_id: int, command: str, answers: Mapping[str, Any], asking: str, expires_at: datetime
    ) -> Dialogue:
        """Begin; whatever was open there ends."""

    def advance(
        self, dialogue: Dialogue, answers: Mapping[str, Any], asking: str, expires_at: datetime
    ) -> Dialogue: ...
    def prompted(self, dialogue_id: int, message_id: int) -> None:
        """The message in which the question stands."""

    def end(self, chat_id: int, person_id: int) -> bool:
        """Leave it; whether there was one."""


class Once(Protocol):
    def claim(self, key: str, now: datetime) -> bool:
        """True the first time only, whatever restarts in between."""

    def claimed(self, key: str) -> bool:
        """Whether somebody claimed it."""

    def release(self, key: str) -> None:
        """What was claimed came to nothing, and can be claimed again."""

    def claimed_among(self, keys: Collection[str]) -> frozenset[str]:
        """Those of them that somebody claimed."""


class Erasure(Protocol):
    """The right to be forgotten."""

    def everything_of(self, person: Person) -> dict[str, Any]:
        """All one's data, for /mydata: plain JSON values."""

    def erase(self, person: Person, now: datetime) -> list[int]:
        """Remove the person's words and identity everywhere; counts stay. The numbers of the cases that were theirs."""

    def erase_absent(self, person_id: int, code_digest: str, now: datetime) -> list[int]:
        """The same for somebody without Telegram, known by the digest of their receipt code."""

    def forgotten_since(self, telegram_id: int, at: datetime) -> bool:
        """Whether that account was forgotten then or later: who comes back would vote a second time."""
