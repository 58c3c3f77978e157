"""What the office needs of its memory for duty logs, reception days, and what people prefer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from liaisonbot.duty import Behind, DutyEntry, DutyReminder, EntryEvent, EntryLine, EntryState, MissedMeeting, StaffList
from liaisonbot.pairings import Handover, Pairing
from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState, Rota
from liaisonbot.vocabulary import Role
from liaisonbot.voter_reports import CaseCount, VoterReport


class DutyLog(Protocol):
    """Entries of the deputies' duty logs. Days are where the stations are; both ends of a span belong to it."""

    def add(
        self,
        *,
        deputy_id: int,
        station_id: int | None,
        type: str,
        day: date,
        state: EntryState,
        now: datetime,
        **fields: Any,
    ) -> DutyEntry:
        """A new entry; ``fields`` are further ones of :class:`DutyEntry`. Filed now, unless it is a draft."""

    def get(self, duty_id: int, *, lock: bool = False) -> DutyEntry | None: ...
    def update(self, duty_id: int, **changes: Any) -> DutyEntry: ...
    def remove(self, duty_id: int) -> None: ...
    def keep_past(self, before: DutyEntry, until: datetime) -> None:
        """Keep what the entry was until that moment, at which something changed that figures go by. Of a draft nothing
        is kept.
        """

    def of_origin(self, deputy_id: int, day: date, origin: str) -> DutyEntry | None:
        """The one entry that was made from that."""

    def of_album(self, deputy_id: int, album: str) -> DutyEntry | None:
        """The entry of theirs, among the last few they touched, that the pictures of that album are a part of."""

    def of_deputy(
        self,
        deputy_id: int,
        first: date,
        last: date,
        *,
        states: Collection[EntryState],
        offset: int = 0,
        limit: int = 100,
    ) -> list[DutyEntry]:
        """Newest day first."""

    def count(self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState]) -> Mapping[str, int]:
        """Entries by type; types without any are left out."""

    def count_by_state(self, deputy_id: int, first: date, last: date) -> Mapping[tuple[EntryState, str], int]:
        """All of these days by state and type; what there is none of is left out."""

    def days(
        self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState], types: Collection[str] = ()
    ) -> int:
        """Days on which there is at least one entry, of those types (none: of any)."""

    def minutes(self, deputy_id: int, first: date, last: date, *, states: Collection[EntryState]) -> int:
        """How long they took together."""

    def most_used(self, deputy_id: int, limit: int = 6) -> list[str]:
        """The types of their filed entries, the most frequent first."""

    def last(self, deputy_id: int) -> DutyEntry | None:
        """The entry filed last."""

    def confirmed_since(self, deputy_id: int, moment: datetime) -> list[DutyEntry]:
        """Those of the deputy that are confirmed, and were at that moment or later; in the order of their days."""

    def last_of_origin(self, origin: str) -> date | None:
        """The newest day of an entry on record that was made from that."""

    def first_day(self, deputy_id: int) -> date | None:
        """The first day on which there is an entry on record."""

    def drafts_before(self, day: date, *, limit: int = 100) -> list[DutyEntry]:
        """Drafts for days before that."""

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 100
    ) -> tuple[list[DutyEntry], int]:
        """Filed entries that wait for staff of those stations (None: of any), oldest first, and how many there are."""

    def behind(
        self, first: date, last: date, least: int, *, after: int = 0, until: int | None = None, limit: int = 100
    ) -> list[tuple[int, int]]:
        """Active deputies with fewer than ``least`` entries on record in those days: roster id, and how many they have.

        By roster id, those behind ``after``, and not behind ``until``.
        """

    def record(
        self,
        entry: DutyEntry,
        event: EntryEvent,
        *,
        at: datetime,
        by: Role,
        person_id: int | None,
        text: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> int:
        """A line in the journal; it stays when the entry is removed."""

    def story(self, duty_id: int) -> list[EntryLine]:
        """What happened to it, in order."""

    def miss(
        self,
        deputy_id: int,
        day: date,
        type: str,
        *,
        excused: bool,
        text: str | None,
        person_id: int | None,
        now: datetime,
    ) -> MissedMeeting:
        """The deputy was not at that meeting; said again, it is put right."""

    def missed(self, deputy_id: int, first: date, last: date) -> list[MissedMeeting]: ...
    def missed_meeting(self, missed_id: int) -> MissedMeeting | None: ...
    def unmiss(self, missed_id: int) -> None: ...


class DutyReminders(Protocol):
    """Reminders to file, one for each deputy, month and rung; and staff's lists of those who are behind."""

    def last_deputy(self) -> int:
        """The highest roster id there is; 0 where nobody is in the roster."""

    def owe(self, deputy_id: int, month: date, rung: str, due_at: datetime) -> None:
        """It is due then. One that was dropped is due again; any other stays as it is."""

    def get(self, reminder_id: int, *, lock: bool = False) -> DutyReminder | None: ...
    def of_deputy(self, deputy_id: int, month: date) -> list[DutyReminder]:
        """All of that month."""

    def months_of(self, deputy_id: int) -> tuple[date, date] | None:
        """The first and the last month in which the deputy was behind when deputies were gone through; None: never."""

    def unshown(self, before: datetime) -> list[DutyReminder]:
        """Those promised before that, of its month and the one before, of which no message is known."""

    def due(self, now: datetime, limit: int) -> list[DutyReminder]:
        """Those whose time has come, oldest first."""

    def update(self, reminder_id: int, **changes: Any) -> None: ...
    def listed(self, rung: str, month: date, station_ids: Collection[int] | None) -> list[Behind]:
        """Active deputies of those stations (None: of any, also of none) whose rung of that month was told, by name."""

    def spoil(self, chat_id: int, month: date) -> None:
        """That staff member's list does not say what holds; it is made if there is none yet."""

    def stale(self, limit: int) -> list[StaffList]:
        """The lists that have to be written anew; not those on their way."""

    def written(self, chat_id: int, month: date, *, promised: bool) -> None:
        """It says what holds. ``promised``: it was sent, or is on its way; else there was nothing to say."""

    def shown(self, chat_id: int, month: date, message_id: int) -> None:
        """In which message it stands."""


class Receptions(Protocol):
    """Reception days (接待日) at the stations, and who comes. Times of day are local."""

    def on_duty(self, station_id: int, day: date) -> frozenset[int]:
        """The roster ids of those who receive people at that station that day."""

    def days_of(self, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        """The deputy's next reception days, today's included."""

    def add_rota(self, rota: Rota, *, person_id: int | None, now: datetime) -> Rota:
        """The same with its number."""

    def rota(self, rota_id: int) -> Rota | None: ...
    def rotas(self, station_ids: Collection[int] | None = None) -> list[Rota]:
        """Those that go on, of these stations (None: of all)."""

    def name_rota(self, rota_id: int, deputy_ids: Collection[int]) -> None:
        """From now on it is theirs; days that were made are changed by themselves."""

    def end_rota(self, rota_id: int, now: datetime) -> None: ...
    def add(self, day: Reception) -> Reception | None:
        """The same with its number; None where the rota has that day already."""

    def get(self, reception_id: int, *, lock: bool = False) -> Reception | None: ...
    def update(self, reception_id: int, **changes: Any) -> Reception: ...
    def between(
        self,
        first: date,
        last: date,
        *,
        station_ids: Collection[int] | None = None,
        states: Collection[ReceptionState] = (ReceptionState.PLANNED,),
    ) -> list[Reception]:
        """By day and hour."""

    def book(
        self,
        reception_id: int,
        slot: Any,
        person_id: int,
        *,
        subject: str | None,
        entered_by: int | None,
        now: datetime,
        state: BookingState = BookingState.BOOKED,
        guard: str | None = None,
        name: str | None = None,
        phone: str | None = None,
        code: str | None = None,
    ) -> Booking | None:
        """None where somebody has that slot already. ``code``: the digest of a receipt code."""

    def booking(self, booking_id: int, *, lock: bool = False) -> Booking | None: ...
    def by_code(self, digest: str) -> Booking | None: ...
    def by_case(self, number: int) -> Booking | None:
        """The visit from which that case came."""

    def update_booking(self, booking_id: int, **changes: Any) -> Booking: ...
    def bookings(self, reception_id: int) -> list[Booking]:
        """Also cancelled ones; by slot, those without one last."""

    def of_person(self, person_id: int, since: date) -> list[Booking]:
        """Those they have, for days from then on."""


class Preferences(Protocol):
    """What somebody who works here wants otherwise than everybody."""

    def get(self, person_id: int, key: str) -> Any:
        """As it was set; None where nothing was."""

    def set(self, person_id: int, key: str, value: Any) -> None:
        """None: as everybody has it."""


class Pairings(Protocol):
    """Deputies paired with households. One that was ended is not listed any more; its code is not used again."""

    def add(
        self, code: str, deputy_id: int, station_id: int, every_days: int, since: date, person_id: int, now: datetime
    ) -> Pairing: ...
    def get(self, pairing_id: int) -> Pairing | None:
        """Also one that was ended."""

    def by_code(self, code: str) -> Pairing | None: ...
    def of_deputy(self, deputy_id: int) -> list[Pairing]:
        """By code."""

    def all(self, station_ids: Collection[int] | None = None) -> list[Pairing]:
        """By code; of those stations (None: of all)."""

    def move(self, pairing_id: int, deputy_id: int) -> None:
        """Another deputy has it from now on."""

    def end(self, pairing_id: int, now: datetime) -> None: ...


class Handovers(Protocol):
    """What was handed over at the end of a term."""

    def add(self, from_id: int, to_id: int, person_id: int, moved: Mapping[str, int], now: datetime) -> Handover: ...
    def get(self, handover_id: int) -> Handover | None: ...
    def acknowledge(self, handover_id: int, now: datetime) -> None: ...
    def unacknowledged(self, before: datetime) -> list[Handover]:
        """Those made until then that the successor has not confirmed."""

    def since(self, moment: datetime) -> list[Handover]:
        """Those made from then on, in order."""


class VoterReports(Protocol):
    """Deputies' reports to voters (述职)."""

    def add(
        self, deputy_id: int, first: date, last: date, text: str, person_id: int | None, now: datetime
    ) -> VoterReport:
        """A new draft."""

    def get(self, report_id: int, *, lock: bool = False) -> VoterReport | None: ...
    def update(self, report_id: int, **changes: Any) -> VoterReport: ...
    def remove(self, report_id: int) -> None: ...
    def of_poll(self, number: int) -> VoterReport | None:
        """The one that is judged in that poll."""

    def of_deputy(self, deputy_id: int) -> list[VoterReport]:
        """Newest first."""

    def cases(self, deputy_id: int, since: datetime, until: datetime) -> list[CaseCount]:
        """The deputy's cases that came in then (``until`` not included): how they ended, how they were judged."""
