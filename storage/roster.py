"""Deputies and staff, and the invitations by which they join."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    String,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from liaisonbot.model import RosterEntry
from liaisonbot.vocabulary import Role
from storage import kept, loads
from storage.pasts import Pasts
from storage.ready import Ready
from storage.schema import deputy_loads, invitations, roster, roster_pasts, roster_specialties, roster_stations
from storage.statements import AnyRow

# Written out: a text in its place makes SQLAlchemy put the statement together anew each time.
_SPACE: Final[Any] = literal_column("' '")
_STATION_IDS: Final = (
    select(func.aggregate_strings(roster_stations.c.station_id.cast(String), _SPACE))
    .where(roster_stations.c.roster_id == roster.c.id)
    .scalar_subquery()
)
_SPECIALTIES: Final = (
    select(func.aggregate_strings(roster_specialties.c.category, _SPACE))
    .where(roster_specialties.c.roster_id == roster.c.id)
    .scalar_subquery()
)
_ENTRIES: Final = select(
    roster.c.id,
    roster.c.role,
    roster.c.name,
    roster.c.telegram_id,
    roster.c.username,
    roster.c.language,
    roster.c.employer,
    _STATION_IDS.label("station_ids"),
    _SPECIALTIES.label("specialties"),
)
"""One statement with the lists in it: every update asks, and most come from people who are not in the roster."""

_GET: Final = Ready(_ENTRIES.where(roster.c.id == bindparam("entry")))
_NAMED: Final = Ready(_ENTRIES.where(roster.c.role == bindparam("role"), roster.c.name == bindparam("name")))
_active = _ENTRIES.where(roster.c.active == true()).order_by(roster.c.role, roster.c.name)
_ACTIVE: Final = Ready(_active)
_FORMER: Final = Ready(
    _ENTRIES.where(roster.c.active == false(), roster.c.role == bindparam("role")).order_by(roster.c.name)
)
_WHO: Final = Ready(select(roster.c.telegram_id, roster.c.username).where(roster.c.active == true()))
_OF_ACCOUNT: Final = Ready(_active.where(roster.c.telegram_id == bindparam("telegram")))
_OF_ACCOUNT_OR_USERNAME: Final = Ready(
    _active.where(
        or_(
            roster.c.telegram_id == bindparam("telegram"),
            and_(roster.c.username == bindparam("username"), roster.c.telegram_id.is_(None)),
        )
    )
)
_in_role = _active.where(roster.c.role == bindparam("role"))
_IN_ROLE: Final = Ready(_in_role)
_IN_ROLE_AT: Final = Ready(
    _in_role.where(
        roster.c.id.in_(select(roster_stations.c.roster_id).where(roster_stations.c.station_id == bindparam("station")))
    )
)
_IS_ACTIVE: Final = select(roster.c.active).where(roster.c.id == bindparam("entry"))
_ANYBODY: Final = select(exists().where(roster.c.active == true()))
_TIE: Final = update(roster).where(roster.c.id == bindparam("entry")).values(telegram_id=bindparam("telegram"))
_LOSE_ACCOUNT: Final = (
    update(roster)
    .where(roster.c.role == bindparam("of_role"), roster.c.telegram_id == bindparam("telegram"))
    .values(telegram_id=None)
)
_LOSE_USERNAME: Final = (
    update(roster)
    .where(roster.c.role == bindparam("of_role"), roster.c.username == bindparam("username_taken"))
    .values(username=None)
)
_MAKE: Final = insert(roster).returning(roster.c.id)
_RETIRE: Final = (
    update(roster)
    .where(roster.c.id == bindparam("entry"))
    .values(active=false(), telegram_id=None, username=None, language=None)
)
_BUSY: Final = Ready(
    select(roster.c.id)
    .join(deputy_loads, deputy_loads.c.deputy_id == roster.c.id)
    .where(
        roster.c.role == Role.DEPUTY.value,
        roster.c.active == true(),
        roster.c.telegram_id.isnot(None),
        deputy_loads.c.open_cases > 0,
    )
    .order_by(roster.c.id)
)


PASTS: Final = Pasts(roster_pasts, "roster_id")
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Of who was in the roster before its past was kept it is not known since when."""


class SqlRoster:
    """See ``ports.Roster``. Usernames are kept in lower case, without the @."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read = kept.of(connection, "roster")
        """Lists and entries, by what was asked for: opening a case asks for its deputy half a dozen times."""
        self._accounts: dict[Any, list[RosterEntry]] = {}
        """By account, for this unit only: everybody who writes is asked for."""

    def of(self, telegram_id: int, username: str | None) -> list[RosterEntry]:
        handle = username.lower() if username else None
        if self._is_nobody(telegram_id, handle):
            return []
        if handle is None:
            return self._list(_OF_ACCOUNT, self._accounts, telegram=telegram_id)
        asked = {"telegram": telegram_id, "username": handle}
        found = self._list(_OF_ACCOUNT_OR_USERNAME, self._accounts, **asked)
        tied = [entry for entry in found if entry.telegram_id is not None]
        roles = {entry.role for entry in tied}
        untied = [entry for entry in found if entry.telegram_id is None and entry.role not in roles]
        return tied + [self._tied(entry, telegram_id) for entry in untied]

    def _is_nobody(self, telegram_id: int, username: str | None) -> bool:
        """Whether it is known already that neither the account nor the username is in the roster: nearly nobody who
        writes is. Only where it is known for longer than a unit is it worth reading who is.
        """
        if not kept.lasts(self._connection):
            return False
        who = self._read.get(_WHO)
        if who is None:
            rows = _WHO.all(self._connection)
            accounts = {row.telegram_id for row in rows}
            who = self._read[_WHO] = (accounts, {row.username for row in rows if row.telegram_id is None})
        accounts, untied = who
        return telegram_id not in accounts and (username is None or username not in untied)

    def _tied(self, entry: RosterEntry, telegram_id: int) -> RosterEntry:
        # Usernames change hands; from now on it is the account that counts.
        self._look_again()
        self._connection.execute(_TIE, {"entry": entry.id, "telegram": telegram_id})
        return replace(entry, telegram_id=telegram_id, just_tied=True)

    def get(self, entry_id: int) -> RosterEntry | None:
        return next(iter(self._list(_GET, entry=entry_id)), None)

    def deputies(self, station_id: int | None = None) -> list[RosterEntry]:
        return self._in_role(Role.DEPUTY, station_id)

    def former_deputies(self) -> list[RosterEntry]:
        return self._list(_FORMER, role=Role.DEPUTY.value)

    def staff(self, station_id: int | None = None) -> list[RosterEntry]:
        return self._in_role(Role.STAFF, station_id)

    def all(self) -> list[RosterEntry]:
        """Active ones, by role and name."""
        return self._list(_ACTIVE)

    def busy(self) -> list[int]:
        return _BUSY.scalars(self._connection)

    def open_counts(self, deputy_ids: Collection[int]) -> Mapping[int, int]:
        return loads.of(self._connection, deputy_ids)

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
        """Also: an entry that was tied to an account by its username stays tied as long as the username is the same."""
        self._look_again()
        stored = next(iter(self._list(_NAMED, role=role.value, name=name)), None)
        handle = username.removeprefix("@").lower() if username else None
        if telegram_id is None and stored is not None and handle is not None and stored.username == handle:
            telegram_id = stored.telegram_id
        self._take_from_others(role, telegram_id, handle)
        values = {
            "telegram_id": telegram_id,
            "username": handle,
            "language": language,
            "employer": employer,
            "active": True,
        }
        if stored is not None:
            self._keep_past(stored, now, active=True, station_ids=station_ids)
        entry_id = self._write(stored, role, name, values)
        if stored is None:
            PASTS.keep(self._connection, entry_id, {"active": False, "station_ids": []}, born=_EVER, until=now)
        self._write_lists(entry_id, station_ids, specialties)
        self._look_again()
        return self._certainly(entry_id)

    def retire(self, entry_id: int, now: datetime) -> None:
        self._look_again()
        stored = self._certainly(entry_id)
        self._keep_past(stored, now, active=False, station_ids=stored.station_ids)
        self._look_again()
        self._connection.execute(_RETIRE, {"entry": entry_id})

    def is_empty(self) -> bool:
        return not self._connection.execute(_ANYBODY).scalar_one()

    def _keep_past(self, stored: RosterEntry, now: datetime, *, active: bool, station_ids: Collection[int]) -> None:
        """Before the entry becomes that."""
        was_active = bool(self._connection.execute(_IS_ACTIVE, {"entry": stored.id}).scalar_one())
        if (was_active, stored.station_ids) != (active, frozenset(station_ids)):
            was = {"active": was_active, "station_ids": sorted(stored.station_ids)}
            PASTS.keep(self._connection, stored.id, was, born=_EVER, until=now)

    def _take_from_others(self, role: Role, telegram_id: int | None, username: str | None) -> None:
        if telegram_id is not None:
            self._connection.execute(_LOSE_ACCOUNT, {"of_role": role.value, "telegram": telegram_id})
        if username is not None:
            self._connection.execute(_LOSE_USERNAME, {"of_role": role.value, "username_taken": username})

    def _write(self, stored: RosterEntry | None, role: Role, name: str, values: dict[str, Any]) -> int:
        if stored is None:
            made = self._connection.execute(_MAKE, {"role": role.value, "name": name, **values})
            return int(made.scalar_one())
        self._connection.execute(update(roster).where(roster.c.id == stored.id).values(values))
        return stored.id

    def _write_lists(self, entry_id: int, station_ids: Collection[int], specialties: Collection[str]) -> None:
        for table in (roster_stations, roster_specialties):
            self._connection.execute(delete(table).where(table.c.roster_id == entry_id))
        stations = [{"roster_id": entry_id, "station_id": station} for station in set(station_ids)]
        categories = [{"roster_id": entry_id, "category": category} for category in set(specialties)]
        if stations:
            self._connection.execute(insert(roster_stations), stations)
        if categories:
            self._connection.execute(insert(roster_specialties), categories)

    def _in_role(self, role: Role, station_id: int | None) -> list[RosterEntry]:
        if station_id is None:
            return self._list(_IN_ROLE, role=str(role))
        return self._list(_IN_ROLE_AT, role=str(role), station=station_id)

    def _certainly(self, entry_id: int) -> RosterEntry:
        entry = self.get(entry_id)
        assert entry is not None
        return entry

    def _look_again(self) -> None:
        """Something is about to change, or has changed."""
        self._read.clear()
        self._accounts.clear()

    def _list(
        self, statement: Ready, known: dict[Any, list[RosterEntry]] | None = None, **values: Any
    ) -> list[RosterEntry]:
        known = self._read if known is None else known
        asked = (statement, *values.values())
        found = known.get(asked)
        if found is None:
            found = [_entry(row) for row in statement.all(self._connection, values)]
            self._read.update({(_GET, entry.id): [entry] for entry in found})
            if found or statement is _FORMER:  # what is not there could be asked for in any number
                known[asked] = found
        return list(found)


def _entry(row: AnyRow) -> RosterEntry:
    return RosterEntry(
        id=row.id,
        role=Role(row.role),
        name=row.name,
        telegram_id=row.telegram_id,
        username=row.username,
        language=row.language,
        station_ids=frozenset(int(station) for station in (row.station_ids or "").split()),
        specialties=frozenset((row.specialties or "").split()),
        employer=row.employer,
    )


_INVITE: Final = insert(invitations)
_REDEEM: Final = (
    update(invitations)
    .where(
        invitations.c.code_digest == bindparam("code"),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(invitations.c.role, invitations.c.name, invitations.c.station_id)
)


class SqlInvitations:
    """See ``ports.Invitations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, digest: str, role: Role, name: str, station_id: int | None, now: datetime, expires_at: datetime
    ) -> None:
        values = {"code_digest": digest, "role": role.value, "name": name, "station_id": station_id}
        self._connection.execute(_INVITE, {**values, "created_at": now, "expires_at": expires_at})

    def redeem(self, digest: str, now: datetime) -> tuple[Role, str, int | None] | None:
        row = self._connection.execute(_REDEEM, {"code": digest, "now": now}).first()
        return None if row is None else (Role(row.role), row.name, row.station_id)
