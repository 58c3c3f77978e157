"""Cases, what was said in them, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import (
    Attachment,
    Author,
    AuthorIds,
    Case,
    CaseMessage,
    FormerWords,
    JournalEntry,
    LooseWords,
    Merge,
    OverLimit,
    Replaced,
    Verdict,
)
from liaisonbot.vocabulary import (
    MessageKind,
    Outcome,
    OverdueBy,
    OverdueKind,
    Role,
    RoutingRule,
    Stage,
)

OF_A_CASE: Final = frozenset(OverdueKind) - {OverdueKind.UNIT}
"""The limits by which a case is overdue in the summaries."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Which overdue limits are meant; None leaves a question open. Days and moments say the same, for what has a day
    and for what has a moment.
    """

    until: datetime
    """They ended until then,"""
    until_day: date
    """before that day,"""
    since: datetime | None = None
    """after that moment,"""
    since_day: date | None = None
    """and on that day or later."""
    kinds: frozenset[OverdueKind] = frozenset(OverdueKind)
    station_ids: frozenset[int] | None = None
    """Those whoever asks may see."""
    station_id: int | None = None
    deputy_id: int | None = None
    """0 for those without a deputy."""
    unit_id: int | None = None


class OverdueLimits(Protocol):
    """What is over its limit at a moment."""

    def page(self, wanted: Overdue, *, offset: int = 0, limit: int = 8) -> list[OverLimit]:
        """Those that ended earliest first. A case can be there by several limits."""

    def count(self, wanted: Overdue) -> tuple[int, int]:
        """How many limits that is, and of how many cases."""

    def counts(self, wanted: Overdue, by: OverdueBy) -> list[tuple[Any, int]]:
        """How many of each, most first: (its kind, or its id; 0 stands for no deputy, how many)."""


class Cases(Protocol):
    def open(
        self,
        *,
        station_id: int | None,
        category: str,
        kind: str,
        text: str,
        chat_type: str,
        now: datetime,
        due_at: datetime | None,
        deputy_id: int | None = None,
        standing_in_for: int | None = None,
        tags: Collection[str] = (),
        guard: str | None = None,
        held: bool = False,
        announcement_id: int | None = None,
        reply_due_at: datetime | None = None,
    ) -> Case:
        """A new case in collection with the next number. Numbers have no gaps."""

    def get(self, number: int, *, lock: bool = False) -> Case | None:
        """``lock``: nobody else changes it until this unit ends."""

    def update(self, number: int, **changes: Any) -> Case:
        """Change the named columns; the case as it is then."""

    def keep_past(self, before: Case, until: datetime) -> None:
        """Keep what the case was until that moment, at which something changed that figures go by."""

    def authors(self, number: int) -> list[Author]:
        """Those who are told what happens: who left, or was forgotten, is not among them."""

    def author_ids(self, number: int) -> AuthorIds:
        """Everybody whose case it is or was."""

    def add_absent_author(
        self, number: int, person_id: int, *, entered_by: int, name: str | None, phone: str | None, now: datetime
    ) -> None:
        """Somebody without Telegram, who agreed at ``now``; ``entered_by`` (a person id) speaks for them."""

    def add_author(self, number: int, person_id: int, message: IncomingMessage | None, now: datetime) -> None: ...
    def leave(self, number: int, person_id: int, now: datetime) -> None:
        """One of several authors withdraws: they may read it still, and are told no more."""

    def set_author_contact(self, number: int, person_id: int, *, name: str | None, phone: str | None) -> None:
        """What a constituent chose to give; None leaves what is there."""

    def of_author(self, person_id: int, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        """One page, open ones first, newest first; and how many there are."""

    def of_deputy(self, deputy_id: int, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        """Open cases assigned to the deputy now: what is due first comes first."""

    def stood_in_for(self, deputy_id: int) -> list[Case]:
        """Open cases that somebody else has in the deputy's place, by their numbers."""

    def unassigned(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8
    ) -> tuple[list[Case], int]:
        """Open cases without a deputy, of those stations; None: of all, and those without station."""

    def for_choice(
        self,
        *,
        stages: Collection[Stage],
        deputy_id: int | None = None,
        station_ids: Collection[int] | None = None,
        person_id: int | None = None,
        limit: int = 8,
    ) -> list[Case]:
        """Cases in those stages of that deputy, those stations, or that author, for a dialogue to choose from."""

    def not_left_by(
        self, person_id: int, *, stages: Collection[Stage], paused_too: bool = False, limit: int = 8
    ) -> list[Case]:
        """Cases in those stages whose author that person is and has not left, newest first. ``paused_too``: also open
        ones in other stages whose clock stands still.
        """

    def due(self, stage: Stage, before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        """Cases in that stage whose limit ended before then and whose clock runs, by number, after a number."""

    def unanswered(self, before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        """Open cases without a formal reply whose limit for the first one ended before then and whose clock runs, by
        number, after a number.
        """

    def paused(self, after: int = 0, limit: int = 200) -> list[Case]:
        """Open cases whose clock stands still, by number, after a number."""

    def in_stage(self, stage: Stage, since_before: datetime, *, after: int = 0, limit: int = 200) -> list[Case]:
        """Cases in that stage since before then, by number."""

    def promised(self, until: date, *, after: int = 0, limit: int = 200) -> list[Case]:
        """Cases in follow-up whose promise date is that day or earlier (or that have none), by number."""


class ReceiptCodes(Protocol):
    """The codes of those without Telegram, by their digests."""

    def add(self, digest: str, case: int, person_id: int) -> None: ...
    def find(self, digest: str) -> tuple[int, int] | None:
        """The case, and the person whose code it is."""


class Terms(Protocol):
    """Open cases by what their texts are made of. ``Cases`` keeps it up to date; a new case is found once it was taken
    to be compared with others.
    """

    def owe(self, number: int) -> None:
        """The case is to be compared with others, once, whatever restarts. What is opened with words at a station is
        owed that already.
        """

    def next(self) -> Case | None:
        """The case that is owed it for the longest time; None where none is."""

    def take(self, number: int) -> Case | None:
        """That case, which is owed nothing more and is found from now on; None where it is owed nothing."""

    def forgo(self) -> bool:
        """Let the case whose turn it is go without it; False where none is owed it."""

    def candidates(self, station_id: int, terms: Sequence[int], limit: int = 16) -> list[tuple[int, str]]:
        """Number and words of open cases of that station that share the rarest of these terms, most of them first.

        It takes as long for a hundred thousand cases as for a hundred.
        """


class Merges(Protocol):
    """Which cases became part of which others."""

    def add(self, case: int, into: int, stage: Stage, now: datetime) -> None:
        """``case``, which was in that stage, is part of ``into``, and its authors are authors of that one too."""

    def into(self, case: int) -> int | None:
        """The case it was merged into; None where it stands by itself."""

    def target(self, case: int) -> int:
        """The case it is part of now, however often it was merged; itself where it stands by itself."""

    def parts(self, into: int) -> list[int]:
        """The cases that were merged into this one, by number."""

    def ever(self, into: int) -> list[Merge]:
        """The same with those that were split off since, as often as that was; in the order in which they came. The
        journal says it too, but forgets it with whoever said it.
        """

    def undo(self, case: int, now: datetime) -> Stage:
        """It stands by itself again: the stage it was in. Authors of the others stay; those who came by it alone go.

        Raises LookupError where it is part of none.
        """

    def newest(self, station_ids: Collection[int] | None, limit: int = 8) -> list[Case]:
        """The cases merged last, of those stations; None: of all."""


class Verdicts(Protocol):
    """What each author said of the newest reply; a case that was merged has several."""

    def of(self, case: int) -> Mapping[int, Verdict]:
        """By person id; only of those who said something."""

    def give(self, case: int, person_id: int, now: datetime, **said: int | None) -> Verdict:
        """Note ``attitude``, ``result`` or ``delivery``; what they have said then."""

    def renew(self, case: int) -> None:
        """A new reply: nobody has said anything of it yet."""


class Messages(Protocol):
    """The messages of cases."""

    def add(
        self,
        case: int,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        kind: MessageKind,
        text: str | None,
        attachments: Sequence[Attachment] = (),
        chat_id: int | None = None,
        message_id: int | None = None,
        media_group_id: str | None = None,
        opening: bool = False,
    ) -> int | None:
        """Keep it; its row id. None when this chat message is on record already (Telegram may repeat itself)."""

    def by_chat(self, chat_id: int, message_id: int) -> CaseMessage | None: ...
    def first_of_album(self, chat_id: int, media_group_id: str) -> CaseMessage | None:
        """The part of that album that was kept first: the others are what it is, in its case."""

    def opening_files(self, case: int) -> list[tuple[int, int]]:
        """(chat, message) of the pictures, voices … that the case was opened with, in order."""

    def public_photo(self, case: int) -> tuple[int, Attachment] | None:
        """The first photo that the case was opened with in a group, and in which; None without one."""

    def of_case(self, case: int) -> list[CaseMessage]:
        """Oldest first."""

    def edit(self, row_id: int, text: str | None, now: datetime, *, files: Replaced | None = None) -> bool:
        """The message was edited: it shows the new text (and ``files``, where others took their place), and what was
        there is kept. False if all is so already.
        """

    def say_anew(self, row_id: int, to: int, text: str | None, now: datetime, *, files: Replaced | None = None) -> None:
        """What the message says since it was edited is said in case ``to``: there it is a message of its own, which
        stands for the one in the chat from now on. The one on record stays as it is, where it is.
        """

    def edit_told(self, row_id: int) -> None: ...
    def former(self, case: int) -> Mapping[int, Sequence[FormerWords]]:
        """What messages of the case (row ids) said before they were edited, oldest first."""

    def move(self, chat_id: int, message_id: int, media_group_id: str | None, to: int) -> None:
        """That message, and the rest of its album, turn out to be what another case is opened with; they are no photo
        for a check any more.
        """

    def delivered(self, row_id: int, at: datetime, person_id: int | None = None) -> None:
        """It reached somebody; that author, if one is named."""

    def missed(self, row_id: int, at: datetime, person_id: int) -> None:
        """It could not reach that author."""

    def missed_by(self, person_id: int) -> Mapping[int, int]:
        """The cases of which a message could not reach that author and has not since, newest message first; with the
        row id of the newest such message. Cases they have left are not among them.
        """

    def deliveries(self, case: int) -> Mapping[int, Mapping[int, bool]]:
        """By message (row id), then by author (person id): whether it arrived. What waits is not in it."""

    def keep_loose_part(self, message: IncomingMessage) -> None:
        """A part of an album in a group that was not addressed to us: its file only, until it is purged."""

    def edit_loose_part(self, message: IncomingMessage) -> None:
        """Where such a part is kept, it is the file that the message has now."""

    def take_loose_parts(self, chat_id: int, media_group_id: str, telegram_id: int) -> list[tuple[int, Attachment]]:
        """The parts kept of that album by that person, (message id, attachment); they are not kept any longer."""

    def purge_loose_parts(self, before: datetime) -> None: ...


class LooseWordsKept(Protocol):
    """What constituents said in private without naming a case."""

    def add(self, person_id: int, message: IncomingMessage, now: datetime, case: int | None) -> int | None:
        """Note where it was put, or (None) keep it until that is known. None when it is on record already."""

    def get(self, row_id: int) -> LooseWords | None: ...
    def waiting(self, person_id: int) -> list[LooseWords]:
        """What is kept for that person until they say which case it is about, oldest first."""

    def latest(self, person_id: int, since: datetime) -> LooseWords | None:
        """What was put to a case last, not before then."""

    def said(self, person_id: int, case: int, since: datetime) -> bool:
        """Whether anything of theirs was put to that case since then."""

    def may_follow(self, person_id: int, since: datetime) -> bool:
        """Whether there is anything since then that words of theirs may go on about: they said something that was put
        to a case, joined one, or answered the check of delivery.
        """

    def of_album(self, chat_id: int, media_group_id: str) -> list[LooseWords]: ...
    def kept_since(self, before: datetime, limit: int = 100) -> list[LooseWords]:
        """What has waited since then or longer."""

    def put(self, row_id: int, case: int, now: datetime, first: int) -> None:
        """It belongs to that case, which has the words from now on. ``first``: of those that are put there together."""

    def together(self, words: LooseWords) -> list[LooseWords]:
        """What was put to a case together with these words as the first of them; they lead."""

    def edited(self, chat_id: int, message_id: int, text: str | None, attachments: Sequence[Attachment]) -> bool:
        """Whether it waits still; then it is kept as it is now."""

    def purge(self, before: datetime) -> None:
        """Forget where older ones were put."""


class Journal(Protocol):
    def add(
        self,
        case: int,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        event: str,
        from_stage: Stage | None,
        to_stage: Stage,
        outcome: Outcome | None = None,
        note: str | None = None,
        deputy_id: int | None = None,
        rule: RoutingRule | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None: ...
    def since(self, event: str, moment: datetime) -> list[JournalEntry]:
        """Entries of that event since then, oldest first."""

    def cases_of(self, person_id: int, event: str, moment: datetime) -> frozenset[int]:
        """The cases with which that person did that, at that moment or since."""

    def of_case(self, case: int) -> list[JournalEntry]:
        """Oldest first."""
