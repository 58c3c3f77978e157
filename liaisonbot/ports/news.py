"""What many are told at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from liaisonbot.announcements import (
    Announcement,
    Audience,
    Inquiry,
    Post,
    PostState,
    Question,
    Sources,
    State,
    StationCard,
    Tally,
)
from liaisonbot.vocabulary import (
    Role,
)


class Announcements(Protocol):
    """Announcements, and what became of each in every chat."""

    def draft(
        self,
        *,
        person_id: int,
        chat_id: int,
        language: str,
        text: str,
        sources: Sources | None,
        station_ids: Collection[int],
        audience: Audience,
        at: datetime | None,
        now: datetime,
        inquiry_id: int | None = None,
        poll: int | None = None,
        project: int | None = None,
        project_event: str | None = None,
    ) -> Announcement: ...
    def get(self, announcement_id: int, *, lock: bool = False) -> Announcement | None:
        """``lock``: nobody else changes it until this unit ends."""

    def update(self, announcement_id: int, **changes: Any) -> Announcement:
        """Change the named columns; the announcement as it is then."""

    def drop(self, announcement_id: int) -> None:
        """A draft that nobody wants."""

    def drop_drafts(self, before: datetime) -> None:
        """Drafts made before then, which nobody confirmed."""

    def draft_of_album(self, chat_id: int, album: str) -> Announcement | None:
        """The draft that other parts of that album belong to."""

    def latest(
        self, *, states: Collection[State], asks: bool = False, offset: int = 0, limit: int = 8
    ) -> list[Announcement]:
        """Newest first; ``asks``: only those that can be asked about."""

    def planned(self, until: datetime, limit: int) -> list[Announcement]:
        """Those whose time has come."""

    def in_state(self, states: Collection[State]) -> list[Announcement]: ...
    def address(self, announcement_id: int, recipients: Collection[tuple[int, int | None, int, str]]) -> None:
        """Make its posts: (chat, deputy's entry or None, station, title) each. A chat gets it once."""

    def post(self, post_id: int) -> Post | None: ...
    def posts(
        self, announcement_id: int, *states: PostState, limit: int, sent_after: datetime | None = None
    ) -> list[Post]:
        """In order; all states where none is named."""

    def set_posts(self, post_ids: Collection[int], state: PostState) -> None: ...
    def skip_waiting(self, announcement_id: int) -> None: ...
    def note_post(self, post_id: int, **changes: Any) -> None: ...
    def lost(self, chat_id: int) -> list[int]:
        """Posts for that chat that are still to come, or on their way, have failed; of which announcements."""

    def tally(self, announcement_id: int) -> Tally: ...
    def undoable(self, announcement_id: int, sent_after: datetime) -> int:
        """How many posts were sent since then."""


class Inquiries(Protocol):
    """Special inquiries, and the questions for them."""

    def add(self, *, person_id: int, topic: str, day: date, station_ids: Collection[int], now: datetime) -> Inquiry: ...
    def get(self, inquiry_id: int, *, lock: bool = False) -> Inquiry | None: ...
    def open(self) -> list[Inquiry]:
        """Those that still take questions, the next day first."""

    def latest(self, limit: int) -> list[Inquiry]: ...
    def close(self, inquiry_id: int, now: datetime) -> None: ...
    def ask(
        self, inquiry_id: int, *, person_id: int, by: Role, text: str, now: datetime, guard: str | None = None
    ) -> Question: ...
    def show_to_all(self, question_id: int) -> None:
        """From now on anybody may read it."""
        ...

    def question(self, question_id: int) -> Question | None: ...
    def questions(self, inquiry_id: int) -> list[Question]:
        """All of them, oldest first."""

    def join(self, question_id: int, to: int) -> None:
        """Its author says that it asks the same as another; those joined to it go along."""

    def support(self, question_id: int, person_id: int, now: datetime) -> bool:
        """Somebody asks the same, without words of their own. False: they did already."""

    def supporters(self, inquiry_id: int) -> Mapping[int, frozenset[int]]:
        """Question → the persons who support it."""


class StationCards(Protocol):
    """The station's card in each group."""

    def wanted(self) -> list[StationCard]:
        """One for each bound group the bot is in, posted or not."""

    def get(self, chat_id: int) -> StationCard | None:
        """The card of a bound group; None where there should be none."""

    def save(self, card: StationCard) -> None: ...
    def drop(self, chat_id: int) -> StationCard | None:
        """It is not kept current any more; what it was."""
