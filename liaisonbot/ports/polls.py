"""What the office needs of its memory for polls and ballots."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from liaisonbot.polls import (
    Answer,
    Count,
    Elector,
    Eligible,
    Poll,
    PollKind,
    PollPost,
    PollState,
    PostState,
    UnplacedVote,
)


class Polls(Protocol):
    """Polls, what became of them in every group, and the answers that are not secret."""

    def draft(
        self,
        *,
        kind: PollKind,
        question: str,
        options: Sequence[str],
        multiple: bool = False,
        most: int | None = None,
        sealed: bool = False,
        secret: bool = False,
        eligible: Eligible = Eligible.ANYONE,
        station_ids: Collection[int] = (),
        person_id: int | None,
        chat_id: int | None,
        language: str,
        minutes: int,
        rule: Mapping[str, Any] | None = None,
        cycle_id: int | None = None,
        project: int | None = None,
        subjects: Sequence[int] = (),
        round_of: int | None = None,
    ) -> Poll:
        """A new poll, which nobody has heard of yet."""

    def get(self, number: int, *, lock: bool = False) -> Poll | None:
        """With ``lock`` nobody else changes it before the unit ends."""

    def update(self, number: int, **changes: Any) -> Poll: ...
    def drop(self, number: int) -> None:
        """Remove a draft."""

    def in_state(self, *states: PollState, offset: int = 0, limit: int = 100) -> list[Poll]:
        """Newest first."""

    def over(self, now: datetime, limit: int) -> list[Poll]:
        """Open ones whose time is over."""

    def of_cycle(self, cycle_id: int) -> list[Poll]:
        """In the order they were made."""

    def of_project(self, project: int) -> list[Poll]:
        """In the order they were made."""

    # --- groups

    def address(self, number: int, groups: Collection[tuple[int, int | None, str]]) -> None:
        """It goes to these groups (chat, station, title). One that is there already stays as it is."""

    def unaddress(self, number: int, chat_id: int) -> None:
        """It does not go to that group; one where it stands already stays."""

    def posts(self, number: int, *states: PostState) -> list[PollPost]: ...
    def post(self, post: int) -> PollPost | None: ...
    def post_of(self, telegram_poll_id: str) -> PollPost | None:
        """The group in which that native poll stands, be it the one on record or its twin."""

    def add_twin(self, post: int, telegram_poll_id: str) -> None:
        """That native poll stands in the post's group as well."""

    def twins(self, number: int) -> frozenset[int]:
        """Posts whose group has the poll more than once."""

    def note_post(self, post: int, **changes: Any) -> None: ...
    def lost(self, chat_id: int) -> list[int]:
        """The bot was removed from that group: its posts of open polls are marked so. The polls' numbers."""

    def moved(self, old: int, new: int) -> None:
        """A group became a supergroup: posts and answers follow."""

    # --- answers

    def answer(
        self, number: int, person_id: int, options: Sequence[int], *, chat_id: int | None, now: datetime
    ) -> None:
        """The person's last word, wherever it was said; it takes the place of the one before."""

    def keep_turnout(self, number: int, until: datetime, voters: int) -> None:
        """So many had voted at that moment. What is known already of how it stood then, or later, stays."""

    def answer_of(self, number: int, person_id: int) -> Answer | None: ...
    def answers(self, number: int) -> list[Answer]:
        """Of everybody, those who took their vote back included; in the order of person numbers."""

    def count(self, number: int) -> Count:
        """All of them added up. Whether it may be shown is for the caller to ask (:meth:`Poll.hides`)."""

    def last_answer(self, number: int) -> datetime | None:
        """When somebody last voted, or took their vote back."""

    def answered(self, number: int) -> frozenset[int]:
        """Person numbers of those whose vote stands."""

    def hold(self, telegram_poll_id: str, person_id: int, options: Sequence[int], *, now: datetime) -> None:
        """Keep a vote until it is known where its poll stands; it takes the place of the person's last one there."""

    def held(self, telegram_poll_id: str) -> list[UnplacedVote]:
        """Take out the votes that were kept for that native poll, oldest first."""

    def drop_held(self, before: datetime) -> None:
        """Nobody will find out any more where these were cast."""

    # --- who may

    def enrol(self, number: int, electors: Collection[Elector]) -> None:
        """Put them on the poll's list."""

    def electors(self, number: int) -> list[Elector]: ...
    def is_elector(self, number: int, *, entry_id: int | None = None, person_id: int | None = None) -> bool: ...
    def open_to(self, *, entry_id: int | None = None, person_id: int | None = None) -> list[Poll]:
        """Open polls on whose list that deputy or person stands; the one that ends first comes first."""


class Urns(Protocol):
    """Secret ballots, and apart from them who has voted. Nothing says which ballot is whose.

    A voter is a number: of a roster entry where deputies vote or appraise, else of a person.
    """

    def register(self, poll: int, voter: int) -> bool:
        """That voter has voted, and without a ballot. False: it is on the register already."""

    def voted(self, poll: int) -> tuple[int, ...]:
        """Who has voted, ascending. Where deputies answer openly, only the entries of those who were forgotten since:
        their answers are nobody's, and stand.
        """

    def clear_register(self, poll: int) -> None:
        """Of a poll that is not secret: nobody is on it any more."""

    def cast(self, poll: int, voter: int, receipt: str, ballot: Mapping[str, Any]) -> bool:
        """Put a ballot in, under a receipt code that is not there yet. False: that voter has voted already."""

    def change(self, poll: int, receipt: str, ballot: Mapping[str, Any]) -> bool:
        """Put another ballot in the place of the one with that receipt. False: there is none."""

    def ballot(self, poll: int, receipt: str) -> Mapping[str, Any] | None: ...
    def ballots(self, poll: int) -> Mapping[str, Mapping[str, Any]]:
        """All of them, by receipt code, in the order of the codes."""

    def turnout(self, poll: int) -> int:
        """How many have voted: all that may be told before the end."""

    def in_use(self) -> bool:
        """Whether there is any secret ballot."""

    def clear_traces(self, *, thoroughly: bool = False) -> None:
        """What votes have left outside the tables is removed soon; thoroughly, also what rows left when they moved."""
