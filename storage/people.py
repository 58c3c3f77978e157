"""Everybody who ever wrote to us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, false, insert, select, update

from liaisonbot.model import Person
from storage.ready import Ready
from storage.schema import persons
from storage.statements import clipped

_COLUMNS: Final = (
    persons.c.id,
    persons.c.telegram_id,
    persons.c.language_code,
    persons.c.language,
    persons.c.reachable,
    persons.c.notice_shown_at,
    persons.c.station_id,
)
_REMEMBERED = select(*_COLUMNS).where(persons.c.telegram_id.isnot(None))
_GET: Final = Ready(_REMEMBERED.where(persons.c.id == bindparam("person")))
_WITH_PACE: Final = (*_COLUMNS, persons.c.pace_until, persons.c.pace_told)
_FIND: Final = Ready(select(*_WITH_PACE).where(persons.c.telegram_id == bindparam("telegram")))
_OF_STATIONS: Final = (
    select(*_COLUMNS)
    .where(persons.c.telegram_id.isnot(None), persons.c.station_id.in_(bindparam("stations", expanding=True)))
    .order_by(persons.c.id)
)
_MEET: Final = Ready(
    lambda insert: (
        insert(persons)
        .values(
            telegram_id=bindparam("telegram"),
            language_code=bindparam("code"),
            reachable=false(),
            pace_told=false(),
            first_seen_at=bindparam("now"),
        )
        .on_conflict_do_nothing(index_elements=[persons.c.telegram_id])
        .returning(*_WITH_PACE)
    )
)
_ABSENT: Final = Ready(
    insert(persons).values(reachable=false(), pace_told=false(), first_seen_at=bindparam("now")).returning(persons.c.id)
)
_PERSON = update(persons).where(persons.c.id == bindparam("person"))
_SET_CODE: Final = Ready(_PERSON.values(language_code=bindparam("code")))
_SET_LANGUAGE: Final = Ready(_PERSON.values(language=bindparam("language")))
_SET_STATION: Final = Ready(_PERSON.values(station_id=bindparam("station")))
_NOTICE_SHOWN: Final = Ready(_PERSON.values(notice_shown_at=bindparam("at")))
_SET_PACE: Final = Ready(_PERSON.values(pace_until=bindparam("until"), pace_told=bindparam("told")))
_SET_REACHABLE: Final = Ready(
    update(persons).where(persons.c.telegram_id == bindparam("telegram")).values(reachable=bindparam("is_reachable"))
)
_CODE: Final = persons.c.language_code
_PACE: Final = Ready(select(persons.c.pace_until, persons.c.pace_told).where(persons.c.id == bindparam("person")))


class SqlPeople:
    """See ``ports.People``. Who was forgotten is a row without a Telegram id, which nobody finds here any more; nor is
    who never had one.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._paces: dict[int, tuple[datetime | None, bool]] = {}
        """By person: what was read with them in this unit, since whoever writes is asked for it next."""

    def meet(self, telegram_id: int, language_code: str | None, now: datetime) -> Person:
        code = clipped(language_code, _CODE)
        known = self.find(telegram_id)
        if known is None:
            row = _MEET.first(self._connection, {"telegram": telegram_id, "code": code, "now": now})
            known = self._found(row) or self._certainly(telegram_id)
        if code and known.language_code != code:
            _SET_CODE.run(self._connection, {"person": known.id, "code": code})
            known = self._certainly(telegram_id)
        return known

    def absent(self, now: datetime) -> int:
        return int(_ABSENT.scalar(self._connection, {"now": now}))

    def get(self, person_id: int) -> Person | None:
        return _person(_GET.first(self._connection, {"person": person_id}))

    def find(self, telegram_id: int) -> Person | None:
        return self._found(_FIND.first(self._connection, {"telegram": telegram_id}))

    def of_stations(self, station_ids: Collection[int]) -> list[Person]:
        wanted = {"stations": sorted(station_ids)}
        found = (_person(row) for row in self._connection.execute(_OF_STATIONS, wanted))
        return [person for person in found if person is not None]

    def set_reachable(self, telegram_id: int, reachable: bool) -> None:
        _SET_REACHABLE.run(self._connection, {"telegram": telegram_id, "is_reachable": reachable})

    def set_language(self, person_id: int, language: str) -> None:
        _SET_LANGUAGE.run(self._connection, {"person": person_id, "language": language})

    def set_station(self, person_id: int, station_id: int) -> None:
        _SET_STATION.run(self._connection, {"person": person_id, "station": station_id})

    def notice_shown(self, person_id: int, at: datetime) -> None:
        _NOTICE_SHOWN.run(self._connection, {"person": person_id, "at": at})

    def pace(self, person_id: int) -> tuple[datetime | None, bool]:
        if person_id in self._paces:
            return self._paces[person_id]
        row = _PACE.first(self._connection, {"person": person_id})
        return (None, False) if row is None else (row.pace_until, row.pace_told)

    def set_pace(self, person_id: int, until: datetime, *, told: bool) -> None:
        self._paces[person_id] = (until, told)
        _SET_PACE.run(self._connection, {"person": person_id, "until": until, "told": told})

    def _found(self, row: Any) -> Person | None:
        """The person in the row, whose pace is remembered."""
        if row is None:
            return None
        *columns, pace_until, pace_told = row
        person = Person(*columns)
        self._paces[person.id] = (pace_until, pace_told)
        return person

    def _certainly(self, telegram_id: int) -> Person:
        person = self.find(telegram_id)
        assert person is not None
        return person


def _person(row: Any) -> Person | None:
    return None if row is None else Person(*row)
