"""The liaison stations: a few dozen at most."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from liaisonbot.model import Station
from storage import kept
from storage.ready import Ready
from storage.schema import stations

_COLUMNS: Final = (stations.c.id, stations.c.code, stations.c.name, stations.c.area, stations.c.reception)
_ALL: Final = Ready(select(*_COLUMNS).order_by(stations.c.code))
_GET: Final = Ready(select(*_COLUMNS).where(stations.c.id == bindparam("station")))
_MAKE: Final = insert(stations).returning(stations.c.id)
_CHANGE: Final = (
    update(stations)
    .where(stations.c.id == bindparam("station"))
    .values(name=bindparam("new_name"), area=bindparam("new_area"))
)
_SET_RECEPTION: Final = (
    update(stations).where(stations.c.id == bindparam("station")).values(reception=bindparam("new_reception"))
)


class SqlStations:
    """See ``ports.Stations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read = kept.of(connection, "stations")
        """By id, and all of them under ``_ALL``: a case's station is named in every sentence about it."""

    def all(self) -> list[Station]:
        """By code."""
        if _ALL not in self._read:
            self._read[_ALL] = [Station(*row) for row in _ALL.all(self._connection)]
        return list(self._read[_ALL])

    def get(self, station_id: int) -> Station | None:
        known: Station | None = self._read.get(station_id)
        if known is None and (row := _GET.first(self._connection, {"station": station_id})) is not None:
            known = self._read[station_id] = Station(*row)
        return known

    def by_code(self, code: str) -> Station | None:
        # Compared here: SQLite's lower() knows the letters of English only.
        wanted = code.strip().casefold()
        return next((station for station in self.all() if station.code.casefold() == wanted), None)

    def save(self, code: str, name: str, area: str) -> Station:
        known = self.by_code(code)
        self._look_again()
        if known is None:
            made = self._connection.execute(_MAKE, {"code": code.strip(), "name": name, "area": area})
            return Station(made.scalar_one(), code.strip(), name, area)
        self._connection.execute(_CHANGE, {"station": known.id, "new_name": name, "new_area": area})
        return Station(known.id, known.code, name, area, known.reception)

    def set_reception(self, station_id: int, reception: str) -> None:
        self._look_again()
        self._connection.execute(_SET_RECEPTION, {"station": station_id, "new_reception": reception})

    def _look_again(self) -> None:
        """Something is about to change."""
        self._read.clear()
