"""Everybody who ever wrote to us."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, false, select, update

from liaisonbot.model import Person
from storage.schema import persons
from storage.statements import AnyRow, PerEngine, clipped

_COLUMNS: Final = (
    persons.c.id,
    persons.c.telegram_id,
    persons.c.language_code,
    persons.c.language,
    persons.c.reachable,
    persons.c.notice_shown_at,
    persons.c.station_id,
)
_REMEMBERED: Final = select(*_COLUMNS).where(persons.c.telegram_id.isnot(None))
_GET: Final = _REMEMBERED.where(persons.c.id == bindparam("person"))
_FIND: Final = select(*_COLUMNS).where(persons.c.telegram_id == bindparam("telegram"))
_MEET: Final = PerEngine(
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
    )
)
_PERSON: Final = update(persons).where(persons.c.id == bindparam("person"))
_SET_CODE: Final = _PERSON.values(language_code=bindparam("code"))
_SET_LANGUAGE: Final = _PERSON.values(language=bindparam("language"))
_SET_STATION: Final = _PERSON.values(station_id=bindparam("station"))
_NOTICE_SHOWN: Final = _PERSON.values(notice_shown_at=bindparam("at"))
_SET_PACE: Final = _PERSON.values(pace_until=bindparam("until"), pace_told=bindparam("told"))
_SET_REACHABLE: Final = (
    update(persons).where(persons.c.telegram_id == bindparam("telegram")).values(reachable=bindparam("is_reachable"))
)
_PACE: Final = select(persons.c.pace_until, persons.c.pace_told).where(persons.c.id == bindparam("person"))


class SqlPeople:
    """See ``ports.People``. Who was forgotten is a row without a Telegram id, which nobody finds here any more."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meet(self, telegram_id: int, language_code: str | None, now: datetime) -> Person:
        code = clipped(language_code, persons.c.language_code)
        known = self.find(telegram_id)
        if known is None:
            self._connection.execute(_MEET.on(self._connection), {"telegram": telegram_id, "code": code, "now": now})
            known = self._certainly(telegram_id)
        if code and known.language_code != code:
            self._connection.execute(_SET_CODE, {"person": known.id, "code": code})
            known = self._certainly(telegram_id)
        return known

    def get(self, person_id: int) -> Person | None:
        return _person(self._connection.execute(_GET, {"person": person_id}).first())

    def find(self, telegram_id: int) -> Person | None:
        return _person(self._connection.execute(_FIND, {"telegram": telegram_id}).first())

    def set_reachable(self, telegram_id: int, reachable: bool) -> None:
        self._connection.execute(_SET_REACHABLE, {"telegram": telegram_id, "is_reachable": reachable})

    def set_language(self, person_id: int, language: str) -> None:
        self._connection.execute(_SET_LANGUAGE, {"person": person_id, "language": language})

    def set_station(self, person_id: int, station_id: int) -> None:
        self._connection.execute(_SET_STATION, {"person": person_id, "station": station_id})

    def notice_shown(self, person_id: int, at: datetime) -> None:
        self._connection.execute(_NOTICE_SHOWN, {"person": person_id, "at": at})

    def pace(self, person_id: int) -> tuple[datetime | None, bool]:
        row = self._connection.execute(_PACE, {"person": person_id}).first()
        return (None, False) if row is None else (row.pace_until, row.pace_told)

    def set_pace(self, person_id: int, until: datetime, *, told: bool) -> None:
        self._connection.execute(_SET_PACE, {"person": person_id, "until": until, "told": told})

    def _certainly(self, telegram_id: int) -> Person:
        person = self.find(telegram_id)
        assert person is not None
        return person


def _person(row: AnyRow | None) -> Person | None:
    return None if row is None else Person(*row)
