"""Reception days at the stations, and who comes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from liaisonbot.receptions import Booking, BookingState, Reception, ReceptionState, Rota
from storage import kept
from storage.ready import Ready
from storage.schema.duty import bookings, reception_deputies, receptions, rotas
from storage.statements import AnyRow, PerEngine, clipped, plain

_ROTA: Final = tuple(rotas.c[name] for name in Rota.__dataclass_fields__)
_RECEPTION: Final = tuple(receptions.c[name] for name in Reception.__dataclass_fields__ if name != "deputy_ids")
_BOOKING: Final = tuple(
    bookings.c[{"case": "case_number"}.get(name, name)].label(name) for name in Booking.__dataclass_fields__
)

_not_cancelled = receptions.c.state != "cancelled"
_ON_DUTY: Final = Ready(
    select(reception_deputies.c.deputy_id)
    .join(receptions, receptions.c.id == reception_deputies.c.reception_id)
    .where(
        receptions.c.station_id == bindparam("station"),
        receptions.c.day == bindparam("on", type_=receptions.c.day.type),
        _not_cancelled,
    )
)
_DAYS_OF: Final = Ready(
    select(receptions.c.day)
    .distinct()
    .join(reception_deputies, receptions.c.id == reception_deputies.c.reception_id)
    .where(
        reception_deputies.c.deputy_id == bindparam("deputy"),
        receptions.c.day >= bindparam("since", type_=receptions.c.day.type),
        _not_cancelled,
    )
    .order_by(receptions.c.day)
    .limit(bindparam("most"))
)
_one = select(*_RECEPTION).where(receptions.c.id == bindparam("wanted"))
_GET: Final = Ready(_one)
_GET_LOCKED: Final = Ready(_one.with_for_update())
_DEPUTIES: Final = Ready(
    select(reception_deputies.c.deputy_id)
    .where(reception_deputies.c.reception_id == bindparam("wanted"))
    .order_by(reception_deputies.c.deputy_id)
)
_ADD: Final = PerEngine(
    lambda insert: (
        insert(receptions)
        .on_conflict_do_nothing(index_elements=[receptions.c.rota_id, receptions.c.day])
        .returning(*_RECEPTION)
    )
)
_one_booking = select(*_BOOKING).where(bookings.c.id == bindparam("wanted"))
_BOOKED: Final = Ready(_one_booking)
_BOOKED_LOCKED: Final = Ready(_one_booking.with_for_update())
_BOOKINGS: Final = Ready(
    select(*_BOOKING)
    .where(bookings.c.reception_id == bindparam("wanted"))
    .order_by(bookings.c.slot.is_(None), bookings.c.slot, bookings.c.id)
)
_TAKEN: Final = Ready(
    select(bookings.c.id).where(
        bookings.c.reception_id == bindparam("wanted"),
        bookings.c.slot == bindparam("at", type_=bookings.c.slot.type),
        bookings.c.state != "cancelled",
    )
)
_BY_CODE: Final = Ready(select(*_BOOKING).where(bookings.c.code == bindparam("digest")))
_BY_CASE: Final = Ready(select(*_BOOKING).where(bookings.c.case_number == bindparam("number")))
_OF_PERSON: Final = Ready(
    select(*_BOOKING)
    .join(receptions, receptions.c.id == bookings.c.reception_id)
    .where(
        bookings.c.person_id == bindparam("person"),
        bookings.c.state != "cancelled",
        receptions.c.day >= bindparam("since", type_=receptions.c.day.type),
    )
    .order_by(receptions.c.day, bookings.c.slot)
)


class SqlReceptions:
    """See ``ports.Receptions``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_duty = kept.of(connection, "receptions")
        """By day, then by station: every case that is routed asks."""

    def on_duty(self, station_id: int, day: date) -> frozenset[int]:
        if day not in self._on_duty:
            self._on_duty.clear()  # a day is asked for as long as it lasts
            self._on_duty[day] = {}
        known: dict[int, frozenset[int]] = self._on_duty[day]
        if station_id not in known:
            wanted = {"station": station_id, "on": day}
            known[station_id] = frozenset(_ON_DUTY.scalars(self._connection, wanted))
        return known[station_id]

    def days_of(self, deputy_id: int, since: date, limit: int = 3) -> list[date]:
        return _DAYS_OF.scalars(self._connection, {"deputy": deputy_id, "since": since, "most": limit})

    # --- rotas --------------------------------------------------------------------------------------------------------

    def add_rota(self, rota: Rota, *, person_id: int | None, now: datetime) -> Rota:
        values = {
            "station_id": rota.station_id,
            "rule": rota.rule,
            "begins": rota.begins,
            "ends": rota.ends,
            "place": clipped(rota.place, rotas.c.place),
            "slot_minutes": rota.slot_minutes,
            "deputy_ids": list(rota.deputy_ids),
            "first": rota.first,
            "person_id": person_id,
            "made_at": now,
        }
        return _rota(self._connection.execute(insert(rotas).returning(*_ROTA), values).one())

    def rota(self, rota_id: int) -> Rota | None:
        row = self._connection.execute(select(*_ROTA).where(rotas.c.id == rota_id)).first()
        return None if row is None else _rota(row)

    def rotas(self, station_ids: Collection[int] | None = None) -> list[Rota]:
        statement = select(*_ROTA).where(rotas.c.ended_at.is_(None)).order_by(rotas.c.station_id, rotas.c.id)
        if station_ids is not None:
            statement = statement.where(rotas.c.station_id.in_(sorted(station_ids)))
        return [_rota(row) for row in self._connection.execute(statement)]

    def name_rota(self, rota_id: int, deputy_ids: Collection[int]) -> None:
        named = {"deputy_ids": list(deputy_ids)}
        self._connection.execute(update(rotas).where(rotas.c.id == rota_id).values(named))

    def end_rota(self, rota_id: int, now: datetime) -> None:
        self._connection.execute(update(rotas).where(rotas.c.id == rota_id).values(ended_at=now))

    # --- days ---------------------------------------------------------------------------------------------------------

    def add(self, day: Reception) -> Reception | None:
        self._on_duty.clear()
        values = {
            "rota_id": day.rota_id,
            "station_id": day.station_id,
            "day": day.day,
            "begins": day.begins,
            "ends": day.ends,
            "place": clipped(day.place, receptions.c.place),
            "slot_minutes": day.slot_minutes,
            "state": day.state.value,
            "minutes": day.minutes,
            "made_at": day.made_at,
        }
        row = self._connection.execute(_ADD.on(self._connection), values).first()
        if row is None:
            return None
        self._name(row.id, day.deputy_ids)
        return self._reception(row)

    def _name(self, reception_id: int, deputy_ids: Collection[int]) -> None:
        self._connection.execute(reception_deputies.delete().where(reception_deputies.c.reception_id == reception_id))
        named = [{"reception_id": reception_id, "deputy_id": deputy} for deputy in sorted(set(deputy_ids))]
        if named:
            self._connection.execute(insert(reception_deputies), named)

    def get(self, reception_id: int, *, lock: bool = False) -> Reception | None:
        row = (_GET_LOCKED if lock else _GET).first(self._connection, {"wanted": reception_id})
        return None if row is None else self._reception(row)

    def update(self, reception_id: int, **changes: Any) -> Reception:
        self._on_duty.clear()
        deputies = changes.pop("deputy_ids", None)
        if deputies is not None:
            self._name(reception_id, deputies)
        if changes:
            values = {name: plain(value) for name, value in changes.items()}
            self._connection.execute(update(receptions).where(receptions.c.id == reception_id).values(values))
        found = self.get(reception_id)
        assert found is not None
        return found

    def between(
        self,
        first: date,
        last: date,
        *,
        station_ids: Collection[int] | None = None,
        states: Collection[ReceptionState] = (ReceptionState.PLANNED,),
    ) -> list[Reception]:
        wanted = [receptions.c.day.between(first, last), receptions.c.state.in_([state.value for state in states])]
        if station_ids is not None:
            wanted.append(receptions.c.station_id.in_(sorted(station_ids)))
        found = select(*_RECEPTION).where(*wanted).order_by(receptions.c.day, receptions.c.begins, receptions.c.id)
        who = (
            select(reception_deputies)
            .join(receptions, receptions.c.id == reception_deputies.c.reception_id)
            .where(*wanted)
            .order_by(reception_deputies.c.deputy_id)
        )
        named: dict[int, list[int]] = {}
        for row in self._connection.execute(who):
            named.setdefault(row.reception_id, []).append(row.deputy_id)
        return [_day(row, named.get(row.id, ())) for row in self._connection.execute(found)]

    def _reception(self, row: AnyRow) -> Reception:
        return _day(row, _DEPUTIES.scalars(self._connection, {"wanted": row.id}))

    # --- who comes ----------------------------------------------------------------------------------------------------

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
        if slot is not None and _TAKEN.first(self._connection, {"wanted": reception_id, "at": slot}) is not None:
            return None
        values = {
            "reception_id": reception_id,
            "slot": slot,
            "person_id": person_id,
            "entered_by": entered_by,
            "subject": subject,
            "state": state.value,
            "made_at": now,
            "guard": guard,
            "name": clipped(name, bookings.c.name),
            "phone": clipped(phone, bookings.c.phone),
            "code": code,
        }
        return _booking(self._connection.execute(insert(bookings).returning(*_BOOKING), values).one())

    def booking(self, booking_id: int, *, lock: bool = False) -> Booking | None:
        row = (_BOOKED_LOCKED if lock else _BOOKED).first(self._connection, {"wanted": booking_id})
        return None if row is None else _booking(row)

    def by_code(self, digest: str) -> Booking | None:
        row = _BY_CODE.first(self._connection, {"digest": digest})
        return None if row is None else _booking(row)

    def by_case(self, number: int) -> Booking | None:
        row = _BY_CASE.first(self._connection, {"number": number})
        return None if row is None else _booking(row)

    def update_booking(self, booking_id: int, **changes: Any) -> Booking:
        values = {{"case": "case_number"}.get(name, name): plain(value) for name, value in changes.items()}
        statement = update(bookings).where(bookings.c.id == booking_id).values(values).returning(*_BOOKING)
        return _booking(self._connection.execute(statement).one())

    def bookings(self, reception_id: int) -> list[Booking]:
        return [_booking(row) for row in _BOOKINGS.all(self._connection, {"wanted": reception_id})]

    def of_person(self, person_id: int, since: date) -> list[Booking]:
        return [_booking(row) for row in _OF_PERSON.all(self._connection, {"person": person_id, "since": since})]


def _day(row: AnyRow, deputy_ids: Collection[int]) -> Reception:
    fields = row._asdict() if hasattr(row, "_asdict") else dict(row)
    return Reception(**{**fields, "state": ReceptionState(row.state), "deputy_ids": tuple(deputy_ids)})


def _rota(row: AnyRow) -> Rota:
    rota = Rota(*row)
    return replace(rota, deputy_ids=tuple(rota.deputy_ids))


def _booking(row: AnyRow) -> Booking:
    booking = Booking(*row)
    return replace(booking, state=BookingState(booking.state))
