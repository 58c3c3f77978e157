"""Everybody: who wrote to us, who works here, where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from liaisonbot.model import (
    Group,
    Leave,
    Person,
    RosterEntry,
    ScorePosts,
    Station,
)
from liaisonbot.vocabulary import (
    Role,
)


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
        """What that account is. An entry known by username only is tied to the account from now on, and
        says so this once.
        """

    def get(self, entry_id: int) -> RosterEntry | None:
        """Also one that is not active any more: cases of the past name it."""

    def deputies(self, station_id: int | None = None) -> list[RosterEntry]:
        """Active ones, by name; of one station or of all."""

    def former_deputies(self) -> list[RosterEntry]:
        """Those who left the roster, by name; with the stations they served."""

    def staff(self, station_id: int | None = None) -> list[RosterEntry]:
        """Active staff of that station; all of them for None."""

    def all(self) -> list[RosterEntry]: ...
    def busy(self) -> list[int]:
        """Active deputies with an account and with open cases, by their ids."""

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
        now: datetime,
    ) -> RosterEntry:
        """Make the entry with that role and name, or replace what is stored of it; since when is kept.

        An account holds a role once: another entry of the same role loses the account to this one.
        """

    def retire(self, entry_id: int, now: datetime) -> None:
        """Not in the roster any more, from now on; past cases keep the name."""

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

    def stand_in(self, leave_id: int, delegate_id: int | None) -> None:
        """From now on it is that deputy who takes new cases meanwhile; None: nobody does."""

    def over(self, leave_id: int, now: datetime) -> None:
        """It is cancelled, or its end was told."""


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

    def post_scores(self, chat_id: int, posts: ScorePosts | None) -> None:
        """The scores of these stations are posted there each quarter; None: no more."""

    def posting_scores(self) -> list[ScorePosts]:
        """Where scores are posted, of the groups the bot is in."""

    def moved(self, old: int, new: int) -> None:
        """A group became a supergroup: one transaction rewrites its id wherever it stands.

        Message ids of the old chat mean nothing in the new one: cards and message ids are let go, links stay with
        the old id.
        """
