"""The things the office keeps, as plain immutable values. Times are aware UTC datetimes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from liaisonbot.vocabulary import (
    Delivery,
    MessageKind,
    Outcome,
    OverdueKind,
    PledgeEnd,
    Rating,
    ReplyClass,
    Role,
    RoutingRule,
    Stage,
)


@dataclass(frozen=True, slots=True)
class Station:
    """A liaison station. ``code`` is what people type in ``/bind``."""

    id: int
    code: str
    name: str
    area: str
    reception: str = ""
    """When and where its deputies receive, in the station's own words."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to us. We keep no name and no username of a constituent."""

    id: int
    telegram_id: int
    language_code: str | None
    language: str | None
    """Their own choice by /language; leads over ``language_code``, which is Telegram's."""
    reachable: bool
    """They opened the private chat and have not blocked the bot since."""
    notice_shown_at: datetime | None
    station_id: int | None
    """The station they used or chose last."""

    @classmethod
    def without_account(cls, person_id: int) -> Person:
        """Somebody without Telegram, for whom somebody else speaks (代录). 0 is nobody's account."""
        return cls(person_id, 0, None, None, reachable=False, notice_shown_at=None, station_id=None)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A deputy or a staff member, as the roster names them. They may not have written to us yet."""

    id: int
    role: Role
    name: str
    telegram_id: int | None
    username: str | None
    language: str | None
    station_ids: frozenset[int]
    specialties: frozenset[str] = frozenset()
    employer: str | None = None
    """Where a deputy works; several with ``;``. What such a unit is concerned with is not theirs to handle."""
    just_tied: bool = False
    """It was known by its username alone until its account wrote a moment ago."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A deputy's absence, from its first day to its last."""

    id: int
    deputy_id: int
    first: date
    last: date
    delegate_id: int | None
    """Who takes new cases meanwhile."""
    lends: bool
    """The open ones go to the delegate, too, for that time."""
    lent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, with everything they are at this moment. Made anew for each update: roles change at once."""

    person: Person | None
    deputy: RosterEntry | None = None
    staff: RosterEntry | None = None
    owner: bool = False
    speaks_for: int | None = None
    """The one without Telegram in whose name they act, where a button or a receipt code says who."""
    by_code: bool = False
    """It is the receipt code of that one that says so: whoever holds it may speak for them."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Widest first."""
        held = []
        if self.owner:
            held.append(Role.OWNER)
        if self.staff:
            held.append(Role.STAFF)
        if self.deputy:
            held.append(Role.DEPUTY)
        held.append(Role.CONSTITUENT if self.person else Role.SYSTEM)
        return tuple(held)

    @property
    def on_roster(self) -> bool:
        return self.staff is not None or self.deputy is not None

    @property
    def works_here(self) -> bool:
        return self.owner or self.on_roster

    def handles(self, case: Case) -> bool:
        """Whether it is the deputy whose case it is now."""
        return self.deputy is not None and self.deputy.id == case.deputy_id


SYSTEM = Actor(person=None)
"""The clock, acting because time passed."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat the bot is or was in."""

    chat_id: int
    title: str
    type: str
    station_id: int | None
    language: str | None
    present: bool
    """False once the bot was removed."""


@dataclass(frozen=True, slots=True)
class ScorePosts:
    """A group of the deputies' own, in which the scores of these stations are posted each quarter."""

    group: Group
    station_ids: frozenset[int]
    posted: str
    """The last quarter that was, by its label."""
    thread_id: int | None = None
    """In a forum: the topic in which staff asked for it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case (民情). ``outcome`` is set exactly when ``stage`` is closed; the database holds that too."""

    number: int
    station_id: int | None
    stage: Stage
    outcome: Outcome | None
    deputy_id: int | None
    category: str
    kind: str
    text: str | None
    """The words it was opened with, as they read now; None once forgotten."""
    chat_type: str
    anonymous: bool
    created_at: datetime
    stage_since: datetime
    due_at: datetime | None
    """When the limit of its stage ends (UTC); None where no limit runs."""
    tags: tuple[str, ...] = ()
    """Of the business climate (营商环境), in the table's order."""
    replied_at: datetime | None = None
    """When the newest formal reply was given."""
    reply_class: ReplyClass | None = None
    promise_date: date | None = None
    attitude: Rating | None = None
    result: Rating | None = None
    rated_at: datetime | None = None
    delivery: Delivery | None = None
    closed_at: datetime | None = None
    guard: str | None = None
    """The topic the guard found in it (``liaisonbot/guard.py``), the strictest of several."""
    held: bool = False
    """No deputy gets it before staff release it."""
    standing_in_for: int | None = None
    """The deputy on leave in whose place its deputy has it."""
    paused_since: datetime | None = None
    """The clock stands still since then: the constituent was asked for details."""
    paused_days: int = 0
    """Working days for which it stood still before, in this stage."""
    extended_to: date | None = None
    """The day to which the limit of this stage was extended."""
    announcement_id: int | None = None
    """The announcement it asks about."""
    reply_due_at: datetime | None = None
    """When the limit of the first formal reply ends (UTC), by which it is judged also after that was given."""
    first_replied_at: datetime | None = None
    """When the first formal reply was given."""

    @property
    def open(self) -> bool:
        return self.stage is not Stage.CLOSED

    @property
    def which_reply(self) -> int:
        """By which the newest formal reply is told from those before it: 0 for the first, then ever more."""
        if self.replied_at is None or self.first_replied_at is None:
            return 0
        return int((self.replied_at - self.first_replied_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Author:
    """Whose case it is, and where they wrote it. A case can have several once cases are merged."""

    case: int
    person_id: int
    telegram_id: int | None
    """None for somebody without Telegram: what they are told goes ``through`` whoever entered the case for them."""
    language: str
    """The language they read, already decided."""
    reachable: bool
    chat_id: int
    """Where they wrote: a group, or their private chat."""
    chat_type: str
    thread_id: int | None
    message_id: int | None
    name: str | None = None
    """A name they chose to give."""
    phone: str | None = None
    through: int | None = None
    """The account of whoever entered the case for them; None where they have their own, or that one is forgotten."""
    by_merge: bool = False
    """It is theirs because a case of theirs was merged into it."""


class AuthorIds(frozenset[int]):
    """The person ids of a case's authors.

    ``entered_by`` are the person ids of those who entered it for authors without Telegram, and speak for them; ``left``
    those among the authors who withdrew while others stayed.
    """

    entered_by: frozenset[int]
    left: frozenset[int]

    def __new__(cls, ids: Iterable[int] = (), entered_by: Iterable[int] = (), left: Iterable[int] = ()) -> Self:
        made = super().__new__(cls, ids)
        made.entered_by = frozenset(entered_by)
        made.left = frozenset(left)
        return made


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one author said of the newest reply, and of what came of it."""

    attitude: Rating | None = None
    result: Rating | None = None
    delivery: Delivery | None = None

    @property
    def rated(self) -> bool:
        """Whether both parts are given."""
        return self.attitude is not None and self.result is not None


NOTHING_SAID = Verdict()


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something other than words. ``kind`` is Telegram's field name: photo, voice, venue …"""

    kind: str
    file_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """What has no file: coordinates of a location, name and phone of a contact."""
    unique_id: str | None = None
    """By which a file is known to be the same: Telegram's ``file_id`` of one and the same file changes with time."""

    def is_the_file(self, other: Attachment) -> bool:
        """Whether both are one file. Of what was kept before ``unique_id`` was, one of the same kind is taken for it:
        else an edit of words would be told, and kept, as one of the picture.
        """
        if self.unique_id is None and other.unique_id is None:
            return self.file_id == other.file_id
        if self.unique_id is None or other.unique_id is None:
            return self.kind == other.kind
        return self.unique_id == other.unique_id

    @property
    def trace(self) -> Attachment:
        """Of what kind it was, and nothing by which it could be had again."""
        return Attachment(self.kind)

    def shows_account(self, telegram_id: int) -> bool:
        """Whether it is the contact card of that Telegram account."""
        return self.kind == "contact" and self.details.get("user_id") == telegram_id


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message of a case."""

    id: int
    case: int
    at: datetime
    by: Role
    kind: MessageKind
    text: str | None
    attachments: tuple[Attachment, ...]
    person_id: int | None = None
    opening: bool = False
    """It is what the case was opened with, or a part of that."""
    edited_at: datetime | None = None
    edit_told: bool = False
    """Whether others heard of an edit."""


@dataclass(frozen=True, slots=True)
class FormerWords:
    """What a message said before it was edited."""

    text: str | None
    until: datetime
    attachments: tuple[Attachment, ...] | None = None
    """The files that others took the place of then; None where they stayed. Of those that were replaced at once only
    the kind is kept."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Other files took the place of those of a message."""

    now: tuple[Attachment, ...]
    former: tuple[Attachment, ...]
    """What is kept of those that were there."""


@dataclass(frozen=True, slots=True)
class LooseWords:
    """What a constituent said in private without naming a case. The words are here only while nobody knows which."""

    id: int
    person_id: int
    chat_id: int
    message_id: int
    album: str | None
    at: datetime
    """When it was said; once it was put to a case, when that was."""
    text: str | None
    attachments: tuple[Attachment, ...]
    case: int | None
    """Where it was put."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something that happened to a case, and stays so."""

    id: int
    case: int
    at: datetime
    by: Role
    event: str
    from_stage: Stage | None
    to_stage: Stage
    outcome: Outcome | None
    note: str | None
    deputy_id: int | None = None
    rule: RoutingRule | None = None
    person_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """Figures and keys, no words: ratings, the class of a reply, what was sorted where."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A case that became part of another one."""

    part: int
    at: datetime
    undone_at: datetime | None
    """When it was split off."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the guard, or somebody in its place, found in a case, and what became of it."""

    id: int
    case: int
    topic: str
    rule: str
    since: datetime
    deputy_id: int | None
    """Who had the case before it was held."""
    accused: tuple[int, ...]
    """Roster ids of deputies whom it accuses: they must not get it."""
    released_at: datetime | None
    mark: str | None
    """``right``, ``false_alarm``, ``missed``; None while nobody has said."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A handling unit (承办单位): whoever actually repairs, checks or decides."""

    id: int
    name: str
    contact: str
    categories: frozenset[str]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Handing:
    """A case was handed to a unit."""

    id: int
    case: int
    unit_id: int
    unit: str
    """Its name."""
    lead: bool
    """It leads (主办); else it takes part (协办)."""
    at: datetime
    due: date
    returned_at: datetime | None = None
    """It said that this is not its business."""
    finished_at: datetime | None = None
    """The case got its formal reply, or ended."""
    handed_on: bool = False
    """It was returned, and the case was handed out again since."""
    result: Rating | None = None
    """How the result was rated after it."""

    @property
    def open(self) -> bool:
        return self.returned_at is None and self.finished_at is None


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A limit that is over."""

    kind: OverdueKind
    case: Case
    day: date
    """On which it ended; for what has a moment, ``ended_at`` is exact."""
    unit_id: int | None = None
    unit: str | None = None
    """The unit that has it, and its name."""

    @property
    def ended_at(self) -> datetime | None:
        """The moment; None where it ends with its day."""
        moments = {OverdueKind.REPLY: self.case.reply_due_at}
        if self.kind in (OverdueKind.PROMISE, OverdueKind.UNIT):
            return None
        return moments.get(self.kind, self.case.due_at)


@dataclass(frozen=True, slots=True)
class Link:
    """A message of ours, or one relayed, that belongs to a case: an answer to it finds the case."""

    chat_id: int
    message_id: int
    case: int
    purpose: str
    """``card``, ``receipt``, ``relay``, ``notice``, ``reply``, ``origin`` …"""
    shows: int | None = None
    """The case message (row id) that can be read there; known of formal replies."""


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A reply that a deputy saved to begin others with."""

    id: int
    name: str
    reply_class: ReplyClass
    category: str
    """That of the case it was written for."""
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A guided command somebody is in the middle of."""

    chat_id: int
    person_id: int
    id: int
    command: str
    answers: Mapping[str, Any]
    asking: str
    """The name of the argument that is being asked for."""
    prompt_id: int | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pledge:
    """A line of the promise ledger (承诺事项台账): what a reply of class B promised for a day.

    Another date ends the line and begins a new one, so that the figures of a past week can be told at any time.
    """

    id: int
    case: int
    deputy_id: int | None
    """Who promised it."""
    made_at: datetime
    day: date
    first_day: date
    """What was promised at first, before it was moved ``moves`` times."""
    moves: int
    reported_at: datetime | None
    """When the deputy said that it is done, before its day."""
    asked_at: datetime | None
    """When the check of delivery went to every author."""
    ended_at: datetime | None
    ended_on: date | None
    ending: PledgeEnd | None


@dataclass(frozen=True, slots=True)
class PledgeFigures:
    """Promises whose day lies in a window, as of its end: ``due`` of them, those ``kept``, and the rest."""

    due: int
    kept: int

    @property
    def broken(self) -> int:
        return self.due - self.kept


@dataclass(frozen=True, slots=True)
class DeliveryCheck:
    """What one author answered to the check of delivery."""

    id: int
    case: int
    person_id: int
    pledge: int | None
    at: datetime
    result: Delivery
    message: int | None
    """The case message (row id) with the photo they sent for it."""


@dataclass(frozen=True, slots=True)
class Lookback:
    """A sample of closed cases whose authors are asked once more (回头看). Seed and window say how it was drawn."""

    id: int
    made_at: datetime
    by_name: str
    station_ids: frozenset[int] | None
    """None: all stations."""
    seed: str
    size: int
    since: date
    until: date
    """Cases closed in [since, until), local days."""
    pool: int
    """How many there were to draw from."""


@dataclass(frozen=True, slots=True)
class LookbackQuestion:
    """One author of one case of a look-back, and what they say now."""

    id: int
    lookback: int
    case: int
    person_id: int
    rated: Rating | None
    """The result they rated then; None if they gave no rating."""
    asked_at: datetime
    answer: Rating | None
    answered_at: datetime | None
    words: str | None


@dataclass(frozen=True, slots=True)
class DisputeParty:
    """A side of a dispute (纠纷): an author of the case, or somebody on the other side, whom we know by name only."""

    id: int
    case: int
    person_id: int | None
    name: str | None
    asked_at: datetime | None
    consents: bool | None
    """None until they have said."""
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputeSession:
    """One sitting of a mediation."""

    id: int
    case: int
    held_on: date
    place: str
    present: str
    words: str


@dataclass(frozen=True, slots=True)
class DisputeAgreement:
    """What both sides agreed on."""

    id: int
    case: int
    agreed_on: date
    terms: str
