"""What the office needs of its memory, in the office's words. ``storage/`` keeps these promises on two engines.

Everything here runs inside one unit of work: all of it takes effect, or none. Nothing waits; nothing sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

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
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import (
    Attachment,
    Author,
    AuthorIds,
    Case,
    CaseMessage,
    DeliveryCheck,
    Dialogue,
    DisputeAgreement,
    DisputeParty,
    DisputeSession,
    Group,
    Handing,
    Held,
    JournalEntry,
    Leave,
    Link,
    Lookback,
    LookbackQuestion,
    LooseWords,
    OverLimit,
    OwnTemplate,
    Person,
    Pledge,
    PledgeFigures,
    RosterEntry,
    Station,
    Unit,
    Verdict,
)
from liaisonbot.outgoing import Outgoing, Promise, StoredFile
from liaisonbot.ports.polls import Polls, Urns
from liaisonbot.ports.projects import Cycles, Projects
from liaisonbot.vocabulary import (
    Delivery,
    MessageKind,
    Outcome,
    OverdueBy,
    OverdueKind,
    PledgeEnd,
    PledgeState,
    Rating,
    ReplyClass,
    Role,
    RoutingRule,
    Stage,
)


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """A raw update as Telegram gave it. ``lane`` is its chat, else its person: order is kept within a lane."""

    update_id: int
    lane: int
    payload: str
    deferred: bool = False
    """It was slowed down before; it is not slowed down twice."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update or a promise that could not be handled or sent, and why."""

    kind: str
    """``update`` or ``message``."""
    id: int
    at: datetime
    error: str
    payload: str


class Inbox(Protocol):
    """Updates, stored before Telegram may forget them."""

    def add(self, updates: Iterable[StoredUpdate], now: datetime) -> list[StoredUpdate]:
        """Store them; give back those that were not there yet. A repeated update is ignored."""

    def pending(self, now: datetime, after: int | None = None, limit: int = 500) -> list[StoredUpdate]:
        """New updates whose time has come, oldest first; ``after`` an update id."""

    def next_deferred(self) -> datetime | None:
        """When the next slowed-down update may be handled."""

    def handled(self, update_id: int, now: datetime) -> bool:
        """It took effect. Its payload is emptied: we keep no copy of people's words here. False: it had been dealt
        with.
        """

    def defer(self, update_id: int, until: datetime) -> None:
        """Handle it later."""

    def set_aside(self, update_id: int, error: str, now: datetime, *, emptied: bool = False) -> bool:
        """It cannot be handled; ``error`` names type and place, never words. False: it had been dealt with.

        ``emptied``: what it said is not kept.
        """

    def purge(self, before: datetime) -> int:
        """Remove handled rows older than that; how many."""


class Outbox(Protocol):
    """What we owe people."""

    def add(self, outgoing: Outgoing, now: datetime) -> int:
        """Promise it. A waiting row of the same chat and key is replaced, its place in the order kept.

        A row with ``not_before`` gathers until shortly before that moment; then it stands as it is, and a later one
        with its key
        is a row of its own. One that is on its way at this moment goes out as it was, and its replacement after it.
        """

    def waiting(self, chat_id: int, key: str, now: datetime) -> Outgoing | None:
        """The row of that chat and key that ``add`` would replace."""

    def turn(self, now: datetime, busy_lanes: Collection[str], lanes: int = 64, per_lane: int = 20) -> list[Promise]:
        """The waiting rows of up to ``lanes`` lanes that are not busy, most urgent lane first, at most ``per_lane``
        of each, in order.

        Rows of a lane always come from its oldest on: a row that waits for a retry holds those behind it. A row with
        ``not_before`` in the future counts as not there yet. ``Outgoing.card`` is looked up: ``target`` is the
        card's message id, or None.
        """

    def of_lanes(self, now: datetime, lanes: Iterable[str], per_lane: int = 20) -> list[Promise]:
        """The same of these lanes, whoever is more urgent."""

    def next_due(self, now: datetime) -> datetime | None:
        """When the next row that waits for its time (``not_before`` or a retry) may go; None if none waits."""

    def kept(self, promise: Promise) -> None:
        """It went out (or need not any more); the row, and the words in it, are removed."""

    def retry(self, promise: Promise, at: datetime, error: str) -> None:
        """Try again then; ``attempts`` goes up."""

    def set_aside(self, promise: Promise, error: str) -> None:
        """It cannot be sent as it is."""

    def replace(self, promise: Promise, outgoing: Outgoing) -> None:
        """Another message in its place in the order (a fallback; the same after a group moved). Attempts start anew."""

    def chat_moved(self, old: int, new: int) -> None:
        """Everything owed to the old chat is owed to the new one."""

    def drop_of_case(self, case: int, key: str, *, chat: int | None = None) -> None:
        """What waits for that case under keys that begin so is not owed any more; in that chat, if one is named."""

    def drop_for(self, chat_id: int) -> None:
        """Nothing is owed to that chat any more."""

    def of_limits(self) -> list[Outgoing]:
        """The reminders of limits that wait (``LIMITS``), in whichever chats."""

    def drop_keyed(self, key: str, *, chat: int | None = None) -> None:
        """What waits under that key, in that chat or whichever, is not owed any more."""


class SetAsides(Protocol):
    """What was set aside, for ``bot.py set-aside``. Ids are ``u<update id>`` and ``m<outbox id>``."""

    def list(self) -> list[SetAside]: ...
    def get(self, name: str) -> SetAside | None: ...
    def retry(self, name: str) -> bool: ...
    def drop(self, name: str) -> bool: ...


class Links(Protocol):
    """Which message belongs to which case."""

    def add(self, link: Link) -> None:
        """Remember it; a message belongs to one case, the first one named stays."""

    def case_of(self, chat_id: int, message_id: int) -> Link | None: ...
    def cards(self, case: int) -> list[Link]:
        """The newest card of the case in each chat that has one."""

    def receipts(self, case: int) -> list[Link]:
        """The newest receipt of the case in each chat that has one."""

    def showing(self, case: int, row_id: int) -> list[Link]:
        """The messages in which that formal reply of the case can be read, in the order they were sent."""

    def forget_cards(self, chat_id: int) -> None:
        """The chat's cards cannot be edited any more (the group moved)."""


class People(Protocol):
    """Everybody who ever wrote to us."""

    def meet(self, telegram_id: int, language_code: str | None, now: datetime) -> Person:
        """The person with that Telegram id, known from now on."""

    def absent(self, now: datetime) -> int:
        """Somebody without Telegram, known from now on: their row id. Nobody finds them here."""

    def get(self, person_id: int) -> Person | None: ...
    def find(self, telegram_id: int) -> Person | None: ...
    def of_stations(self, station_ids: Collection[int]) -> list[Person]:
        """Those with an account whose station is one of these."""

    def set_reachable(self, telegram_id: int, reachable: bool) -> None:
        """Whether the private chat with them is open."""

    def set_language(self, person_id: int, language: str) -> None: ...
    def set_station(self, person_id: int, station_id: int) -> None: ...
    def notice_shown(self, person_id: int, at: datetime) -> None: ...
    def pace(self, person_id: int) -> tuple[datetime | None, bool]:
        """Until when their accepted messages are paid for, and whether they were told to slow down."""

    def set_pace(self, person_id: int, until: datetime, *, told: bool) -> None: ...


class Stations(Protocol):
    def all(self) -> list[Station]: ...
    def get(self, station_id: int) -> Station | None: ...
    def by_code(self, code: str) -> Station | None:
        """Codes are compared without regard to case."""

    def save(self, code: str, name: str, area: str) -> Station:
        """Make it, or change name and area of the one with that code."""

    def set_reception(self, station_id: int, reception: str) -> None:
        """What it says of its reception day."""


class Roster(Protocol):
    """Deputies and staff."""

    def of(self, telegram_id: int, username: str | None) -> list[RosterEntry]:
        """What that account is. An entry known by username only is tied to the account from now on."""

    def get(self, entry_id: int) -> RosterEntry | None:
        """Also one that is not active any more: cases of the past name it."""

    def deputies(self, station_id: int | None = None) -> list[RosterEntry]:
        """Active ones, by name; of one station or of all."""

    def staff(self, station_id: int | None = None) -> list[RosterEntry]:
        """Active staff of that station; all of them for None."""

    def all(self) -> list[RosterEntry]: ...
    def open_counts(self, deputy_ids: Collection[int]) -> Mapping[int, int]:
        """Open cases of each."""

    def save(
        self,
        role: Role,
        name: str,
        *,
        telegram_id: int | None,
        username: str | None,
        language: str | None,
        station_ids: Collection[int],
        specialties: Collection[str],
        employer: str | None = None,
    ) -> RosterEntry:
        """Make the entry with that role and name, or replace what is stored of it.

        An account holds a role once: another entry of the same role loses the account to this one.
        """

    def retire(self, entry_id: int) -> None:
        """Not in the roster any more; past cases keep the name."""

    def is_empty(self) -> bool: ...


class Leaves(Protocol):
    """When deputies are away. One that was cancelled, or whose end was told, is over and not listed any more."""

    def add(self, deputy_id: int, first: date, last: date, delegate_id: int | None, now: datetime) -> Leave: ...
    def get(self, leave_id: int) -> Leave | None:
        """None once it is over."""

    def on(self, day: date) -> Mapping[int, Leave]:
        """Who is away that day, by roster id."""

    def of_deputy(self, deputy_id: int) -> list[Leave]:
        """Those not over, the next one first."""

    def for_delegate(self, delegate_id: int) -> list[Leave]:
        """Those in which that deputy stands in for another, the next one first."""

    def lend(self, leave_id: int) -> None:
        """The open cases are to go to the delegate as well."""

    def lent(self, leave_id: int, now: datetime) -> None:
        """They have gone."""

    def to_lend(self, day: date) -> list[Leave]:
        """Those that have begun by then whose open cases are still to go to the delegate."""

    def ended(self, day: date) -> list[Leave]:
        """Those whose last day was before then."""

    def over(self, leave_id: int, now: datetime) -> None:
        """It is cancelled, or its end was told."""


class Receptions(Protocol):
    """Reception days (接待日) at the stations."""

    def on_duty(self, station_id: int, day: date) -> frozenset[int]:
        """The roster ids of those who receive people at that station that day."""

    def days_of(self, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        """The deputy's next reception days, today's included."""


class Invitations(Protocol):
    def add(
        self, digest: str, role: Role, name: str, station_id: int | None, now: datetime, expires_at: datetime
    ) -> None: ...
    def redeem(self, digest: str, now: datetime) -> tuple[Role, str, int | None] | None:
        """Use it up: role, name, station. None when there is none, it was used, or it has expired."""


class Groups(Protocol):
    def get(self, chat_id: int) -> Group | None: ...
    def save(self, group: Group) -> None: ...
    def of_station(self, station_id: int) -> list[Group]:
        """Groups bound to it that the bot is in."""

    def moved(self, old: int, new: int) -> None:
        """A group became a supergroup: one transaction rewrites its id wherever it stands.

        Message ids of the old chat mean nothing in the new one: cards and message ids are let go, links stay with
        the old id.
        """


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
    def case_of_album(self, chat_id: int, media_group_id: str) -> tuple[int, bool] | None:
        """The case that other parts of that album belong to, and whether they opened it."""

    def opening_files(self, case: int) -> list[tuple[int, int]]:
        """(chat, message) of the pictures, voices … that the case was opened with, in order."""

    def public_photo(self, case: int) -> tuple[int, Attachment] | None:
        """The first photo that the case was opened with in a group, and in which; None without one."""

    def of_case(self, case: int) -> list[CaseMessage]:
        """Oldest first."""

    def replace_text(self, row_id: int, text: str | None, now: datetime) -> bool:
        """The message was edited: it shows the new text and the old one is kept. True if nobody was told of an
        edit yet.
        """

    def edit_told(self, row_id: int) -> None: ...
    def move(self, chat_id: int, message_id: int, media_group_id: str | None, to: int) -> None:
        """That message, and the rest of its album, turn out to be what another case is opened with; they are no photo
        for a check any more.
        """

    def delivered(self, row_id: int, at: datetime, person_id: int | None = None) -> None:
        """It reached somebody; that author, if one is named."""

    def missed(self, row_id: int, at: datetime, person_id: int) -> None:
        """It could not reach that author."""

    def deliveries(self, case: int) -> Mapping[int, Mapping[int, bool]]:
        """By message (row id), then by author (person id): whether it arrived. What waits is not in it."""

    def keep_loose_part(self, message: IncomingMessage) -> None:
        """A part of an album in a group that was not addressed to us: its file only, for an hour."""

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

    def of_album(self, chat_id: int, media_group_id: str) -> list[LooseWords]: ...
    def kept_since(self, before: datetime, limit: int = 100) -> list[LooseWords]:
        """What has waited since then or longer."""

    def put(self, row_id: int, case: int, now: datetime, first: int) -> None:
        """It belongs to that case, which has the words from now on. ``first``: of those that are put there together."""

    def together(self, words: LooseWords) -> list[LooseWords]:
        """What was put to a case together with these words as the first of them; they lead."""

    def edited(self, chat_id: int, message_id: int, text: str | None) -> bool:
        """Whether it waits still; then it is kept as it reads now."""

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


class Guarded(Protocol):
    """What the guard found in cases."""

    def add(
        self,
        case: int,
        topic: str,
        rule: str,
        now: datetime,
        *,
        deputy_id: int | None = None,
        accused: Collection[int] = (),
        mark: str | None = None,
    ) -> None:
        """Note it. ``deputy_id``: who had the case until now."""

    def of_case(self, case: int) -> list[Held]:
        """Oldest first."""

    def accused(self, case: int) -> frozenset[int]:
        """The roster ids of the deputies whom the case accuses."""

    def settle(self, case: int, now: datetime, by: int | None, mark: str | None) -> None:
        """What was found in the case and is not settled yet is settled now; ``by`` a person. A miss stays one."""

    def mark(self, case: int, mark: str) -> None:
        """Say of everything found in the case what nobody has said of it yet: ``right`` or ``false_alarm``."""

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8
    ) -> tuple[list[Case], int]:
        """Held cases of those stations (None: all), oldest first, and how many there are."""

    def marks(self) -> list[tuple[str, str, Mapping[str, int]]]:
        """For each topic and rule how often it spoke (``found``), and how often each mark was given."""


class Reopenings(Protocol):
    """Closed cases whose author has asked for them to be taken up again, until staff have decided."""

    def ask(self, case: int, person_id: int, now: datetime) -> bool:
        """False when it was asked already and waits."""

    def waiting(self, case: int) -> bool: ...
    def settle(self, case: int) -> bool:
        """It was decided; whether anybody waited."""

    def page(self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 8) -> tuple[list[Case], int]:
        """Those that wait, of those stations (None: of all), the longest first; how many."""


class ReplyTemplates(Protocol):
    """What deputies have saved to begin replies with. Each sees their own only."""

    def of(self, deputy_id: int) -> list[OwnTemplate]:
        """Oldest first."""

    def get(self, deputy_id: int, template_id: int) -> OwnTemplate | None: ...
    def add(
        self,
        deputy_id: int,
        *,
        name: str,
        reply_class: ReplyClass,
        category: str,
        text: str,
        case: int | None,
        now: datetime,
    ) -> OwnTemplate:
        """Keep it. ``case``: from whose reply it was saved; it goes when that case's author is forgotten."""

    def rename(self, deputy_id: int, template_id: int, name: str) -> None: ...
    def remove(self, deputy_id: int, template_id: int) -> bool:
        """Whether there was one."""


class Promises(Protocol):
    """The promise ledger: what replies of class B promised for which day, and what became of it."""

    def make(self, case: int, deputy_id: int | None, day: date, now: datetime, *, instead_of: Pledge | None) -> Pledge:
        """A new line; ``instead_of`` is the one whose day was moved."""

    def open_of(self, case: int) -> Pledge | None:
        """The line of that case that has not ended; there is at most one."""

    def latest_of(self, case: int) -> Pledge | None: ...
    def reported(self, pledge: int, at: datetime) -> None: ...
    def asked(self, pledge: int, at: datetime) -> None: ...
    def end(self, pledge: int, ending: PledgeEnd, at: datetime, on: date) -> None: ...
    def resume(self, pledge: int) -> None:
        """It has not ended after all."""

    def to_ask(self, until: date, limit: int = 100) -> list[Pledge]:
        """Those whose day is that one or earlier and whose check was not asked; their cases wait in reply or
        follow-up.
        """

    def unreported(self, until: date, after: int = 0, limit: int = 100) -> list[Pledge]:
        """Those whose day is that one or earlier, whom nobody reported as done, and whose case waits in reply or
        follow-up, by id.
        """

    def asked_before(self, at: datetime, after: int = 0, limit: int = 100) -> list[Pledge]:
        """Those whose check was asked before then, and whose case waits in follow-up, by id."""

    def page(
        self,
        state: PledgeState,
        today: date,
        *,
        deputy_id: int | None = None,
        station_ids: Collection[int] | None = None,
        offset: int = 0,
        limit: int = 5,
    ) -> tuple[list[Pledge], int]:
        """Those in that state, of the cases that deputy has now, or of those stations (None: of all); how many."""

    def counts(
        self, today: date, *, deputy_id: int | None = None, station_ids: Collection[int] | None = None
    ) -> Mapping[PledgeState, int]: ...
    def holders(self, today: date, station_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
        """(deputy, promises waiting, of these overdue), most overdue first."""

    def figures(self, since: date, until: date, as_of: datetime, station_id: int | None = None) -> PledgeFigures:
        """Of the days in [since, until), as it stood at that moment. They never change once it has passed."""

    def keep_check(self, case: int, person_id: int, pledge: int | None, result: Delivery, at: datetime) -> None: ...
    def checked_by(self, case: int, person_id: int, since: datetime) -> DeliveryCheck | None:
        """What they answered last about that case, since then."""

    def check_without_photo(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        """The newest answer they gave since then that has no photo yet."""

    def newest_check(self, person_id: int, since: datetime) -> DeliveryCheck | None:
        """The newest answer they gave since then."""

    def add_photo(self, check: int, message: int) -> None: ...


class Units(Protocol):
    """The handling units (承办单位)."""

    def all(self) -> list[Unit]:
        """Active ones, by name."""

    def get(self, unit_id: int) -> Unit | None:
        """Also one that is not active any more: cases of the past name it."""

    def save(self, name: str, contact: str, categories: Collection[str]) -> Unit:
        """Make it, or change the one with that name; one that was retired is back."""

    def retire(self, unit_id: int) -> None: ...


class Handings(Protocol):
    """Which case was handed to which unit."""

    def add(self, case: int, unit_id: int, *, lead: bool, due: date, now: datetime) -> None: ...
    def again(self, handing_id: int, *, lead: bool, due: date) -> None:
        """It stays with that unit, in another part or until another day."""

    def returned(self, handing_id: int, now: datetime) -> None: ...
    def of_case(self, case: int) -> list[Handing]:
        """All of them, those that lead first."""

    def due(self, until: date, after: int = 0, limit: int = 200) -> list[Handing]:
        """Open ones whose day is that one or earlier, of cases in mediation whose clock runs; by id, after an id."""

    def of_unit(self, unit_id: int, station_ids: Collection[int] | None) -> list[Handing]:
        """Of cases of those stations; None: of all."""


class Lookbacks(Protocol):
    """Samples of closed cases, asked about once more."""

    def population(self, since: datetime, until: datetime, station_ids: Collection[int] | None) -> list[int]:
        """The numbers of the answered cases that were closed in [since, until) and are closed still, ascending."""

    def asked_since(self, person_ids: Collection[int], since: datetime) -> frozenset[int]:
        """Who of them was asked in a look-back since then."""

    def add(
        self,
        now: datetime,
        *,
        by_name: str,
        station_ids: Collection[int] | None,
        seed: str,
        size: int,
        since: date,
        until: date,
        pool: int,
    ) -> Lookback: ...
    def ask(self, lookback: int, case: int, person_id: int, rated: Rating | None, now: datetime) -> int:
        """A question of it; its id."""

    def get(self, lookback: int) -> Lookback | None: ...
    def same(self, seed: str, until: date, station_ids: Collection[int] | None) -> Lookback | None:
        """The one that was drawn with that seed on that day from those stations."""

    def latest(self, station_ids: Collection[int] | None, limit: int = 6) -> list[Lookback]:
        """Newest first; of all, or of those whose stations are among these."""

    def questions(self, lookback: int) -> list[LookbackQuestion]:
        """In the order they were drawn."""

    def question(self, question: int) -> LookbackQuestion | None: ...
    def question_about(self, case: int, person_id: int) -> LookbackQuestion | None:
        """The newest one that person was asked about that case."""

    def answered(self, question: int, answer: Rating, at: datetime) -> None: ...
    def add_words(self, question: int, words: str) -> None: ...


class StoredFiles(Protocol):
    """Files of our own making, until all who get them have them."""

    def add(self, file: StoredFile, now: datetime, *, case: int | None = None) -> int:
        """Keep it; its number, for ``Outgoing.file``. With a case it is erased with what is erased of that case."""

    def get(self, file: int) -> StoredFile | None: ...
    def purge(self, before: datetime) -> int:
        """Remove those made before then that nobody waits for any more; how many."""


class Disputes(Protocol):
    """Mediation between two sides: who they are and whether they consent, what was said when, what was agreed."""

    def parties(self, case: int) -> list[DisputeParty]:
        """The constituents first, then the other side, each in the order they came."""

    def party(self, party: int) -> DisputeParty | None: ...
    def add_other(self, case: int, name: str) -> DisputeParty: ...
    def own(self, case: int, person_id: int) -> DisputeParty:
        """The author as a party of the dispute, known from now on."""

    def asked(self, party: int, at: datetime) -> None: ...
    def decided(self, party: int, consents: bool, at: datetime) -> None: ...
    def add_session(self, case: int, held_on: date, place: str, present: str, words: str, now: datetime) -> None: ...
    def sessions(self, case: int) -> list[DisputeSession]:
        """By their dates."""

    def add_agreement(self, case: int, agreed_on: date, terms: str, now: datetime) -> None: ...
    def agreement(self, case: int) -> DisputeAgreement | None:
        """The newest one."""


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


class UnitOfWork(Protocol):
    """One transaction over everything the office remembers."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def set_asides(self) -> SetAsides: ...
    @property
    def links(self) -> Links: ...
    @property
    def people(self) -> People: ...
    @property
    def stations(self) -> Stations: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def leaves(self) -> Leaves: ...
    @property
    def receptions(self) -> Receptions: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def overdue(self) -> OverdueLimits: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def verdicts(self) -> Verdicts: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def receipt_codes(self) -> ReceiptCodes: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def guarded(self) -> Guarded: ...
    @property
    def loose_words(self) -> LooseWordsKept: ...
    @property
    def reopenings(self) -> Reopenings: ...
    @property
    def reply_templates(self) -> ReplyTemplates: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def units(self) -> Units: ...
    @property
    def handings(self) -> Handings: ...
    @property
    def lookbacks(self) -> Lookbacks: ...
    @property
    def disputes(self) -> Disputes: ...
    @property
    def files(self) -> StoredFiles: ...
    @property
    def announcements(self) -> Announcements: ...
    @property
    def inquiries(self) -> Inquiries: ...
    @property
    def station_cards(self) -> StationCards: ...
    @property
    def polls(self) -> Polls: ...
    @property
    def urns(self) -> Urns: ...
    @property
    def cycles(self) -> Cycles: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def dialogues(self) -> Dialogues: ...
    @property
    def once(self) -> Once: ...
    @property
    def erasure(self) -> Erasure: ...
    def savepoint(self) -> AbstractContextManager[Any]:
        """What happens inside is undone if it raises; the unit goes on."""
