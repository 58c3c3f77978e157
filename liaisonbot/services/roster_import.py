"""A roster file takes effect: people and stations made, changed, moved to another account, retired.

A row stands for the person with that role and name, and replaces what is stored of them. A column that the file does
not have leaves what is stored; an empty cell empties it, except that an account known by an unchanged username stays
tied to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.model import RosterEntry, Station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import assigning, roles
from liaisonbot.services.roster_columns import RosterRow
from liaisonbot.services.roster_files import RosterFile
from liaisonbot.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an import does; ``sentence`` says it in English."""

    what: str
    """``added``, ``changed``, ``moved``, ``retired``, ``station added`` or ``station changed``."""
    who: str
    details: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.what}: {self.who}" + (f" ({self.details})" if self.details else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do. ``leaving`` are those who are not in the file, if it is to replace the roster."""

    rows: tuple[RosterRow, ...]
    changes: tuple[Change, ...]
    leaving: tuple[RosterEntry, ...] = ()


Release = Callable[[UnitOfWork, Desk, RosterEntry], object]
"""Gives the open cases of a deputy who leaves to the staff."""


def plan(uow: UnitOfWork, file: RosterFile, *, replacing: bool = False) -> Plan:
    """What importing the file would do now; nothing is changed."""
    known = {(entry.role, entry.name): entry for entry in uow.roster.all()}
    stations = {station.code.casefold(): station for station in uow.stations.all()}
    codes = {station.id: station.code for station in stations.values()}
    changes = [*_station_changes(file.rows, stations), *_people_changes(file.rows, known, codes)]
    named = {(row.role, row.name) for row in file.rows}
    leaving = tuple(entry for key, entry in known.items() if key not in named) if replacing else ()
    changes += [Change("retired", _who(entry)) for entry in leaving]
    return Plan(file.rows, tuple(changes), leaving)


def apply(uow: UnitOfWork, desk: Desk, planned: Plan, *, release: Release = assigning.release_deputy) -> None:
    """Do it. Roles count from the next update on; those concerned get their menus, and who lost a role is told.

    Deputies leave last: their cases go to those who are the staff by then, and to nobody who leaves with them.
    """
    before = roles.held(uow)
    stations = _save_stations(uow, planned.rows)
    known = {(entry.role, entry.name): entry for entry in uow.roster.all()}
    deputies = [entry for entry in planned.leaving if entry.role is Role.DEPUTY]
    for entry in planned.leaving:
        if entry not in deputies:
            uow.roster.retire(entry.id, desk.now)
    for row in planned.rows:
        stored = known.get((row.role, row.name))
        # Read anew: a row above may have taken the account over.
        _save(uow, desk, row, uow.roster.get(stored.id) if stored else None, stations)
    for entry in deputies:
        release(uow, desk, entry)
        uow.roster.retire(entry.id, desk.now)
    roles.follow(uow, desk, before)


# --- stations ---------------------------------------------------------------------------------------------------------


def _station_changes(rows: Iterable[RosterRow], stations: Mapping[str, Station]) -> list[Change]:
    changes = []
    for code, (name, area) in _stations_in(rows).items():
        stored = stations.get(code.casefold())
        if stored is None:
            changes.append(Change("station added", code, name or "without a name yet: its code stands for it"))
            continue
        wanted = replace(stored, name=name or stored.name, area=area or stored.area)
        details = _differences(("name", stored.name, wanted.name), ("area", stored.area, wanted.area))
        if details:
            changes.append(Change("station changed", stored.code, details))
    return changes


def _save_stations(uow: UnitOfWork, rows: Iterable[RosterRow]) -> dict[str, Station]:
    stations = {station.code.casefold(): station for station in uow.stations.all()}
    for code, (name, area) in _stations_in(rows).items():
        stored = stations.get(code.casefold()) or Station(0, code, code, "")
        wanted = replace(stored, name=name or stored.name, area=area or stored.area)
        if stored.id == 0 or wanted != stored:
            stations[code.casefold()] = uow.stations.save(wanted.code, wanted.name, wanted.area)
    return stations


def _stations_in(rows: Iterable[RosterRow]) -> dict[str, tuple[str, str]]:
    """Code → name and area, as any row of the file gives them."""
    spelt: dict[str, str] = {}
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        for code, name, area in row.named_stations():
            code = spelt.setdefault(code.casefold(), code)
            old_name, old_area = found.get(code, ("", ""))
            found[code] = (name or old_name, area or old_area)
    return found


# --- people -----------------------------------------------------------------------------------------------------------


def _people_changes(
    rows: Iterable[RosterRow], known: Mapping[tuple[Role, str], RosterEntry], codes: Mapping[int, str]
) -> list[Change]:
    holders = {(entry.role, entry.telegram_id): entry for entry in known.values() if entry.telegram_id}
    changes = []
    for row in rows:
        stored = known.get((row.role, row.name))
        holder = holders.get((row.role, row.telegram_id or 0))
        if holder is not None and holder.name != row.name:
            changes.append(Change("changed", _who(holder), f"the account {row.telegram_id} goes to {row.name}"))
        if stored is None:
            changes.append(Change("added", row.who, ", ".join(row.station)))
            continue
        wanted = _wanted(row, stored)
        moved = stored.telegram_id and wanted.telegram_id and stored.telegram_id != wanted.telegram_id
        details = _entry_differences(row, stored, wanted, codes)
        if details:
            changes.append(Change("moved" if moved else "changed", row.who, details))
    return changes


def _entry_differences(row: RosterRow, stored: RosterEntry, wanted: RosterEntry, codes: Mapping[int, str]) -> str:
    stations = sorted(codes[station_id].casefold() for station_id in stored.station_ids)
    in_file = sorted(code.casefold() for code in row.station) if "station" in row.model_fields_set else stations
    return _differences(
        ("station", ";".join(stations), ";".join(in_file)),
        ("specialties", ";".join(sorted(stored.specialties)), ";".join(sorted(wanted.specialties))),
        ("telegram_id", stored.telegram_id, wanted.telegram_id),
        ("username", stored.username, wanted.username),
        ("language", stored.language, wanted.language),
        ("employer", stored.employer, wanted.employer),
    )


def _wanted(row: RosterRow, stored: RosterEntry | None) -> RosterEntry:
    """The entry as the row wants it; its stations aside, which may not exist yet."""
    base = stored or RosterEntry(0, row.role, row.name, None, None, None, frozenset())
    given = {name: getattr(row, name) for name in _PLAIN if name in row.model_fields_set}
    wanted = replace(base, **given)
    if "specialties" in row.model_fields_set:
        wanted = replace(wanted, specialties=frozenset(row.specialties))
    if wanted.telegram_id is None and wanted.username is not None and wanted.username == base.username:
        wanted = replace(wanted, telegram_id=base.telegram_id)
    return wanted


_PLAIN: Final = ("telegram_id", "username", "language", "employer")


def _save(
    uow: UnitOfWork, desk: Desk, row: RosterRow, stored: RosterEntry | None, stations: Mapping[str, Station]
) -> None:
    wanted = _wanted(row, stored)
    station_ids = {stations[code.casefold()].id for code in row.station}
    uow.roster.save(
        row.role,
        row.name,
        telegram_id=wanted.telegram_id,
        username=wanted.username,
        language=wanted.language,
        station_ids=station_ids if "station" in row.model_fields_set else wanted.station_ids,
        specialties=wanted.specialties,
        employer=wanted.employer,
        now=desk.now,
    )


def _differences(*fields: tuple[str, object, object]) -> str:
    return ", ".join(
        f"{name} {old or '–'} → {new or '–'}" for name, old, new in fields if (old or None) != (new or None)
    )


def _who(entry: RosterEntry) -> str:
    return f"{entry.role} {entry.name}"
