"""What the office needs besides: dialogues, what is done once, the right to be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from liaisonbot.exporting import ExportJob
from liaisonbot.model import (
    Dialogue,
    Person,
)
from liaisonbot.office_journal import OfficeEntry
from liaisonbot.summaries import EVERYBODYS, SummaryJob, Whose
from liaisonbot.vocabulary import Role


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

    def purge(self, now: datetime) -> None:
        """Throw away what has expired, and what was answered in it."""


ANSWERED_WITH = "answered-with"
"""Before a deputy's entry and an account: the one it had when it left the roster, having answered an open poll."""
FORGOTTEN_AGAIN = "forgotten-again"
"""What a restore claims, and below it a key for each case of somebody who was forgotten since: case and person."""


class Once(Protocol):
    def claim(self, key: str, now: datetime) -> bool:
        """True the first time only, whatever restarts in between."""

    def claimed(self, key: str) -> bool:
        """Whether somebody claimed it."""

    def claimed_under(self, word: str) -> list[str]:
        """The keys that begin with that word and a colon."""

    def release(self, key: str) -> None:
        """What was claimed came to nothing, and can be claimed again."""

    def claimed_among(self, keys: Collection[str]) -> frozenset[str]:
        """Those of them that somebody claimed."""


class OfficeJournal(Protocol):
    """What somebody here asked for that others should be able to look up."""

    def add(self, at: datetime, person_id: int | None, by: Role, what: str, details: Mapping[str, Any]) -> None:
        """Keys, numbers and days; never words."""

    def newest(self, *, limit: int, offset: int = 0) -> list[OfficeEntry]:
        """The newest first."""

    def count(self) -> int: ...


class ExportJobs(Protocol):
    """Files asked for in the chat, until they have arrived."""

    def ask(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        what: str,
        first: date | None,
        last: date | None,
        format: str,
        personal: bool,
        station_ids: Collection[int] | None,
        message_id: int | None,
        now: datetime,
    ) -> ExportJob:
        """One for each person at most."""

    def get(self, job: int) -> ExportJob | None: ...
    def of(self, person_id: int) -> ExportJob | None:
        """What that person waits for."""

    def next(self) -> ExportJob | None:
        """The one whose turn it is."""

    def before(self, job: int) -> int:
        """How many are made first."""

    def update(self, job: int, **changes: Any) -> None: ...
    def start_over(self) -> None:
        """What an earlier run had begun waits again."""

    def remove(self, job: int) -> None: ...


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

    def forgotten_among(self, telegram_ids: Iterable[int], at: datetime) -> frozenset[int]:
        """Those of these accounts that were forgotten then or later."""


class SummaryJobs(Protocol):
    """Summaries that are to be made."""

    def ask(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        window: str,
        whose: Whose = EVERYBODYS,
        station_ids: Collection[int] | None,
        what: str,
        now: datetime,
        scheduled: bool = False,
        message_id: int | None = None,
    ) -> SummaryJob:
        """Ask for one; see :class:`SummaryJob`."""

    def get(self, job: int) -> SummaryJob | None: ...
    def next(self, now: datetime, *, drawn: bool = False) -> SummaryJob | None:
        """The one whose turn it is: who looks at the screen goes before what is owed on a day.

        ``drawn``: of those that are files; else of those that are words.
        """

    def owed_after(self, job: SummaryJob) -> list[SummaryJob]:
        """What is owed on a day for the same window, and comes later than that job: the next few hundred."""

    def shown(self, job: int, message_id: int) -> None:
        """The message that says that it is being made is there."""

    def left(self, job: int, forms: Sequence[str]) -> None:
        """The words were told; these files belong to them, and are still to be made."""

    def remove(self, job: int) -> bool:
        """It was made, or cancelled; whether it was still there."""
