"""What the office needs of its memory for duty logs, reception days, and what people prefer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from liaisonbot.duty import DutyEntry, EntryEvent, EntryLine, EntryState, MissedMeeting
from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState, Rota
from liaisonbot.vocabulary import Role


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

    def waiting(
        self, station_ids: Collection[int] | None, *, offset: int = 0, limit: int = 100
    ) -> tuple[list[DutyEntry], int]:
        """Filed entries that wait for staff of those stations (None: of any), oldest first, and how many there are."""

    def behind(self, first: date, last: date, least: int, *, after: int = 0, limit: int = 100) -> list[tuple[int, int]]:
        """Active deputies with fewer than ``least`` entries on record in those days: roster id, and how many they have.

        By roster id, those behind ``after``.
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
    def unmiss(self, missed_id: int) -> None: ...


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
    ) -> Booking | None:
        """None where somebody has that slot already."""

    def booking(self, booking_id: int, *, lock: bool = False) -> Booking | None: ...
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
