"""Polls: quick polls in groups, ballots in the private chat, deputies' votes, appraisals. Values; no rule of counting.

How ballots become a result: :mod:`liaisonbot.voting`. Poll numbers are written ``P3``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

MOST_NATIVE_OPTIONS: Final = 12
"""Telegram's own polls take so many options (Bot API, sendPoll)."""
LONGEST_NATIVE_QUESTION: Final = 300
"""Characters (Bot API, sendPoll)."""
LONGEST_NATIVE_OPTION: Final = 100
"""Characters (Bot API, InputPollOption)."""
MOST_OPTIONS: Final = 60
"""More than that nobody reads to the end on a phone."""


class PollKind(StrEnum):
    """What a poll is, as the export spells it."""

    QUICK = "quick"
    """Telegram's own poll, in groups."""
    BALLOT = "ballot"
    """In the private chat, opened by a button below a group's message."""
    VOTE = "vote"
    """The deputies' vote on projects (票决)."""
    APPRAISAL = "appraisal"
    """Satisfied, fair or dissatisfied (满意度测评)."""


class PollState(StrEnum):
    """Where a poll stands. A draft is nobody's business yet."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Eligible(StrEnum):
    """Who may take part."""

    ANYONE = "anyone"
    MEMBERS = "members"
    """Members of the groups it went to, as getChatMember tells in the private chat. Telegram's own polls can be
    forwarded to anybody, and ``members_only`` is for channels."""
    LISTED = "listed"
    """Those on the poll's own list of electors."""


class PostState(StrEnum):
    """What became of a poll in one group."""

    WAITING = "waiting"
    PROMISED = "promised"
    SENT = "sent"
    FAILED = "failed"
    LEFT = "left"
    """The bot was removed from the group."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll. ``options`` are numbered from 0."""

    number: int
    kind: PollKind
    question: str
    options: tuple[str, ...]
    multiple: bool
    most: int | None
    """So many options may be chosen at most; None: any number of them."""
    sealed: bool
    """Nothing is shown of it anywhere before it closes."""
    secret: bool
    """What was voted is kept apart from who voted."""
    eligible: Eligible
    station_ids: tuple[int, ...]
    person_id: int | None
    """Who opened it; None: the clock, or a rule."""
    chat_id: int | None
    """The private chat in which its card stands."""
    card_id: int | None
    shown_at: datetime | None
    language: str
    state: PollState
    minutes: int
    """How long it runs, once it is opened."""
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    day_ends: datetime | None
    """The local midnight behind its last act; see ``services/turnouts``."""
    rule: Mapping[str, Any] | None
    """The rule of counting, as it was when the poll was opened; see ``voting.Rule``."""
    result: Mapping[str, Any] | None
    """As it was published; None before."""
    cycle_id: int | None
    project: int | None
    """Of an appraisal: the project that is judged."""
    subjects: tuple[int, ...]
    """Of a vote or a residents' poll on candidates: their project numbers, one for each option."""
    round_of: int | None
    """Of a second round: the vote whose tie it breaks."""

    @property
    def open(self) -> bool:
        return self.state is PollState.OPEN

    @property
    def native(self) -> bool:
        """Whether the groups get Telegram's own poll; else a message whose button opens the private chat."""
        residents_judge = self.kind is PollKind.APPRAISAL and self.eligible is not Eligible.LISTED
        return self.kind is PollKind.QUICK or residents_judge

    def hides(self) -> bool:
        """Whether its counts may not be shown now."""
        return (self.sealed or self.secret) and self.state is not PollState.CLOSED


@dataclass(frozen=True, slots=True)
class PollPost:
    """A poll in one group."""

    id: int
    poll: int
    chat_id: int
    station_id: int | None
    title: str
    state: PostState
    failure: str | None
    """Telegram's reason; empty where nobody is there."""
    telegram_poll_id: str | None
    message_id: int | None
    sent_at: datetime | None
    result_at: datetime | None
    """When the result arrived there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person last said. No options: they took their vote back."""

    poll: int
    person_id: int
    options: tuple[int, ...]
    chat_id: int | None
    """The group in which they said so; None: in the private chat."""
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Of one group: how many voted there, and for what."""

    chat_id: int | None
    voters: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """All answers added up: each person once, where they said it last."""

    voters: int
    counts: tuple[int, ...]
    groups: Mapping[int | None, GroupCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Elector:
    """Somebody on a poll's list: a deputy by their roster entry, or a person. Exactly one of the two."""

    entry_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnplacedVote:
    """A vote in a native poll of which it is not known yet where it stands."""

    person_id: int
    options: tuple[int, ...]
    at: datetime
